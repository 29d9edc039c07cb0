"""The AIPD of fixed cameras as Markdown: gathers what its template prints. Decides nothing; every number comes from the view."""

from __future__ import annotations

from datetime import date
from typing import Any

from dpia.documents import assessment, camera_plan, evidence, places, plans, sign_set, software
from dpia.documents.assessment import Frame
from dpia.documents.plan import KINDS
from dpia.documents.plans import CNIL, Plan
from dpia.documents.sign_text import TITLE
from dpia.documents.view import View
from dpia.risks import Risk
from dpia.trace import Ref
from dpia.values import ABSENT, UNKNOWN, Items, shift

SIGNED = ("faite_avant", "faite_apres", "faite_sans_date", "ecartee")  # nothing is left to validate
THRESHOLDS = ("rgpd-aipd-due", "rgpd-local-analyse-d-impact")
CRITERIA = (
    "critere_evaluation", "critere_decision_automatisee", "critere_surveillance_systematique", "critere_donnees_sensibles", "critere_grande_echelle",
    "critere_croisement", "critere_personnes_vulnerables", "critere_innovation", "critere_blocage_droit",
)  # fmt: skip
# In closed places, these criteria are read from the questions about them.
CLOSED_CRITERIA = {
    "critere_surveillance_systematique": "locaux_critere_surveillance", "critere_donnees_sensibles": "locaux_critere_sensibles",
    "critere_personnes_vulnerables": "locaux_critere_vulnerables", "critere_innovation": "locaux_critere_innovation",
}  # fmt: skip


def render(view: View, risks: tuple[Risk, ...], *, with_plan: bool = True, plan: Plan = CNIL) -> str:
    """Return the AIPD as Markdown with the blocks of word.py; the plan of the cameras details what protects them: it can be left out."""
    return plans.text("aipd.md.j2", context(places.own_findings(view), risks, with_plan=with_plan), plan)


def context(view: View, risks: tuple[Risk, ...], *, with_plan: bool = True) -> dict[str, Any]:
    """What the template may print, in words, lists and numbers."""
    return assessment.shared(view, risks, _frame(view)) | {
        "analyse": None,
        "lieux": places.kinds(view),
        "sujet": places.subject(view),
        "criteres": [_criterion(view, name, n) for n, name in enumerate(_criteria(view), 1)],
        "seuil_locaux": _closed_threshold(view),
        "finalites": places.purposes(view),
        "finalites_locaux": places.closed_purposes(view),
        "regimes": places.regimes(view),
        "sites_fermes": places.closed_sites(view),
        "reponses_locaux": places.closed_answers(view),
        "autres_analyses": places.other_analyses(view),
        "fonctions": software.functions(view),
        "lectures_experimentation": software.readings(view, "exp-dates-et-perimetre"),
        "chiffres": _figures(view),
        "arretes": [_decree(view, item) for item in view.items("arretes")],
        "sites": [_site(view, item) for item in view.items("sites")],
        "cameras": [_camera(view, item) for item in view.items("cameras")],
        "plan_cameras": camera_plan.section(view) if with_plan else None,
        "panneaux": [_sign(sign) for sign in sign_set.signs(view)] if with_plan else [],
    }


def _frame(view: View) -> Frame:
    elsewhere = {theme for analysis in view.corpus.analyses for theme in analysis.themes}
    return Frame(
        frozenset(theme.theme for theme in view.corpus.themes) - elsewhere, _threshold(view), view.value("aipd") in SIGNED,
        view.value("regime_titre_iii"), view.value("technique_nouvelle"),
    )  # fmt: skip


# -- the first page and the threshold note


def _threshold(view: View) -> str:
    """The rule that says whether the assessment is due: the one on closed places when nothing else is filmed and it applies."""
    apply = {finding.rule.id for finding in view.findings if finding.verdict != "sans_objet"}
    wanted = THRESHOLDS if places.kinds(view)["csi"] else THRESHOLDS[::-1]
    return next((rule for rule in wanted if rule in apply), wanted[0])


def _criteria(view: View) -> list[str]:
    return [name if places.kinds(view)["csi"] else CLOSED_CRITERIA.get(name, name) for name in CRITERIA]


def _closed_threshold(view: View) -> dict[str, Any] | None:
    """When both kinds of places are filmed: the criteria of the closed ones, and the finding that says whether they are assessed."""
    if places.kinds(view) != {"csi": True, "locaux": True}:
        return None
    rows = [_criterion(view, CLOSED_CRITERIA[name], n) for n, name in enumerate(CRITERIA, 1) if name in CLOSED_CRITERIA]
    number = next((n for n, finding in view.numbered if finding.rule.id == THRESHOLDS[1]), 0)
    return {"criteres": rows, "n": number}


def _criterion(view: View, name: str, n: int) -> dict[str, Any]:
    value, label, missing = view.derived(name)
    reading = view.facts.read(Ref(name), {})
    atoms = list(dict.fromkeys(evidence.atoms(reading.because))) if reading.because else []
    if value is True:
        words, why = "réuni", evidence.listed(evidence.phrases(view, [atom for atom in atoms if atom.value is not UNKNOWN]), 2)
    elif value is UNKNOWN:
        words, why = "à vérifier", " ; ".join(f"{view.corpus.label(path)} (qui le sait : {view.whom(path)})" for path in missing)
    else:
        words, why = "non réuni", ""
    return {"n": n, "libelle": label.partition(" : ")[2] or label, "etat": words, "suite": why or "rien de tel n'est déclaré"}


def _figures(view: View) -> dict[str, Any]:
    population, cameras = view.value("population"), view.value("cameras")
    listed = cameras.elements if isinstance(cameras, Items) else ()
    count = len(listed) if isinstance(cameras, Items) else None
    whole = view.complete("cameras")
    ratio = round(1000 * count / population, 1) if whole and count and isinstance(population, int) and population else None
    types = {words: sum(1 for item in listed if item.cells.get("type") == kind) for kind, words in KINDS.items()}
    homes = {item.key: view.facts.cell("cameras", item, "voit_logements") for item in listed}
    masked = {item.key: view.facts.cell("cameras", item, "masquage") for item in listed}
    sound = {state: sum(1 for item in listed if view.facts.cell("cameras", item, "son") is state) for state in (True, False, UNKNOWN)}
    return {
        "cameras": count, "liste_complete": whole, "pour_mille": ratio, "sites": len(view.items("sites")),
        "types": ", ".join(f"{number} {one if number == 1 else many}" for (one, many), number in types.items() if number),
        "pivotantes": types[KINDS["dome"]], "son": sound[True], "sans_son": sound[False], "son_inconnu": sound[UNKNOWN],
        "logements": sum(1 for seen in homes.values() if seen is True),
        "masques": sum(1 for key, seen in homes.items() if seen is True and masked[key] is True),
        "logements_inconnus": [key for key, seen in homes.items() if UNKNOWN in (seen, masked[key])],
        "hors_arrete": [
            item.key for item in listed
            if view.facts.cell("cameras", item, "autorisee") is False and view.facts.cell("cameras", item, "site") not in places.closed_sites(view)
        ],
    }  # fmt: skip


# -- principles


def _decree(view: View, item: Any) -> dict[str, str]:
    signed = view.facts.cell("arretes", item, "date")
    until = f"jusqu'au {shift(signed, 5, 'ans'):%d/%m/%Y}" if isinstance(signed, date) else "pour cinq ans"
    return {
        "nom": item.key, "date": view.say_cell("arretes", item, "date"), "terme": until, "duree": view.say_cell("arretes", item, "duree_jours"),
    }  # fmt: skip


def _sign(sign: sign_set.Sign) -> dict[str, Any]:
    """What one sign says, or why it is not made."""
    said = sign.content
    days = f"{said.conservation_jours} jours au plus" if said.conservation_jours else ""
    return {
        "lieu": said.site or ("tous les sites" if said.titre == TITLE else said.titre), "titre": said.titre, "finalites": " ; ".join(said.finalites), "duree": (said.duree or f"Images conservées : {days}" if said.duree or days else "").rstrip("."),
        "refus": sign.refusal, "arrete": said.arrete or "",
    }  # fmt: skip


def _site(view: View, item: Any) -> dict[str, Any]:
    cameras = [camera for camera in view.items("cameras") if view.facts.cell("cameras", camera, "site") == item.key]
    exposed = view.facts.cell("sites", item, "expose")
    closed = places.is_closed(view, item)
    return {
        "nom": item.key, "nature": view.say_cell("sites", item, "nature"), "finalites": view.purpose_labels(item),
        "champs": [(camera.key, view.say_cell("cameras", camera, "champ")) for camera in cameras],
        "expose": "" if exposed is ABSENT or closed else view.say_cell("sites", item, "expose"), "ferme": closed,
        "faits": view.say_cell("sites", item, "faits"), "alternatives": _alternatives(view, item),
    }  # fmt: skip


def _alternatives(view: View, item: Any) -> str:
    """The other means tried on a site. That none was studied is said: it is not moot."""
    if view.value("alternatives_etudiees") is False:
        return "aucun n'a été étudié, d'après la commune."
    return view.say_cell("sites", item, "alternatives")


def _camera(view: View, item: Any) -> dict[str, str]:
    def cell(field: str) -> str:
        value = view.facts.cell("cameras", item, field)
        return "à vérifier" if value is UNKNOWN else "–" if value is ABSENT else view.say_cell("cameras", item, field)

    mask = view.facts.cell("cameras", item, "masquage")
    homes = cell("voit_logements")
    if homes == "oui":
        homes += ", masqués" if mask is True else ", sans masque" if mask is False else ", masque à vérifier"
    return {
        "n": item.key,
        "site": cell("site"),
        "emplacement": cell("emplacement"),
        "type": camera_plan.kind(item),
        "champ": cell("champ"),
        "logements": homes,
        "son": cell("son"),
        "arrete": "–" if cell("site") in places.closed_sites(view) else cell("autorisee"),
    }

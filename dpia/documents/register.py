"""The register: a sheet per processing, with the items that RGPD art. 30 and loi 78-17 art. 100 list, in their order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from dpia.analyses import Analysis, quoting
from dpia.documents import markdown, places
from dpia.documents.lines import Line, judge, lines, whom
from dpia.documents.public import controller
from dpia.documents.view import View
from dpia.values import UNKNOWN

TO_CHECK = "à vérifier"
Group = tuple[str, list[Line]]  # a heading, "" for none, and its lines


def render(view: View) -> str:
    """Return the register as Markdown: a sheet for each processing that the commune is known to have."""
    return markdown.render("registre.md.j2", **context(view))


def context(view: View) -> dict[str, Any]:
    """What the template may print."""
    table = view.corpus.data["registre"]
    written = {sheet["traitement"]: sheet for sheet in table["fiches"]}
    analyses = {analysis.id: analysis for analysis in view.corpus.analyses}
    sheets, unsure = [], []
    for processing in view.corpus.data["traitements"]:
        judged = judge(view, processing["si"])
        if judged.value is True:
            sheets.append(_sheet(view, processing, written[processing["id"]], analyses.get(processing["id"]), table["mentions"]))
        elif judged.value is UNKNOWN:
            asked = [f"{view.corpus.label(path)} (qui le sait : {view.whom(path)})" for path in judged.missing()]
            unsure.append({"nom": processing["nom"], "manque": " ; ".join(asked)})
    return {"v": view, "jour": view.facts.on, "fiches": sheets, "incertains": unsure}


def _sheet(
    view: View, processing: Mapping[str, str], written: Mapping[str, Any], analysis: Analysis | None, items: Iterable[Mapping[str, str]]
) -> dict[str, Any]:
    """One sheet. The mentions of a text come when a purpose is under it, or while no purpose is known."""
    table = view.corpus.data["regimes"].values()
    purposes, regimes = _device(view, analysis) if analysis else _fixed(view, processing["id"])
    texts = list(dict.fromkeys(r["consequences"]["Registre"] for r in table if r in regimes and "Registre" in r["consequences"]))
    data = _data(view, written, analysis)
    content = {
        "responsable": _controller(view, written),
        "finalites": [("", purposes)],
        "personnes": [("Personnes", lines(view, written["personnes"])), ("Données", [Line(name.texte, name.manque) for name, _, _ in data])],
        "destinataires": [("", [_of(name, who) for name, who, _ in data]), ("Aussi", lines(view, written.get("destinataires", ())))],
        "transferts": [("", lines(view, written["transferts"]) or [Line("Aucun, d'après les réponses.")])],
        "delais": [("", [_of(name, during) for name, _, during in data])],
        "securite": [("", lines(view, written["securite"]))],
        "sensibles": [("", lines(view, written.get("sensibles", ())))],
        "base": [("", [Line(f"{r['nom'][0].upper()}{r['nom'][1:]} : {r['base']}.") for r in table if r in regimes] + lines(view, written.get("base_transferts", ())))],
        "profilage": [("", lines(view, written.get("profilage", ())) or [Line(f"{TO_CHECK[0].upper()}{TO_CHECK[1:]}.")])],
    }  # fmt: skip
    shown = [item for item in items if "regime" not in item or item["regime"] in texts or not regimes]
    missing = dict.fromkeys(path for item in shown for _, group in content[item["id"]] for line in group for path in line.manque)
    return {
        "nom": processing["nom"],
        "textes": texts,
        "mentions": [{**item, "groupes": [(head, [line.texte for line in group]) for head, group in content[item["id"]] if group]} for item in shown],
        "interdits": [finding.rule.titre for _, finding in view.of("interdit") if finding.rule.traitement == processing["id"]],
        "manque": [{"libelle": view.corpus.label(path), "qui": view.whom(path)} for path in missing],
    }  # fmt: skip


def _controller(view: View, written: Mapping[str, Any]) -> list[Group]:
    who = [
        Line(f"Responsable : {controller(view) or 'commune à préciser'}."),
        *lines(view, ["Contact : {contact_commune}"]),
        *(lines(view, ["Délégué à la protection des données : {dpo_contact}"]) if view.value("dpo_designe") is not False else ()),
        *((Line("Délégué à la protection des données : aucun n'est désigné."),) if view.value("dpo_designe") is False else ()),
        *lines(view, written.get("conjoint", ())),
    ]
    return [("", who)]


def _fixed(view: View, processing: str) -> tuple[list[Line], list[Mapping[str, Any]]]:
    """The purposes of the fixed cameras, in the words of their assessment, and their regimes."""
    table = view.corpus.data["regimes"]
    if places.RULES[processing] == "locaux":
        rows = [Line(row["objectif"] + (" Un constat l'écarte." if row["constat"] else "")) for row in places.closed_purposes(view)]
        return rows or _unknown(view, "locaux_objectifs"), [table[places.CLOSED_REGIME]]
    found = places.purposes(view)
    rows = [Line(f"{row['objectif']} CSI, {row['rang']}. Sites : {', '.join(row['sites'])}.") for row in found]
    return rows or _unknown(view, "sites"), [table[name] for name in dict.fromkeys(row["regime"] for row in found)]


def _device(view: View, analysis: Analysis) -> tuple[list[Line], list[Mapping[str, Any]]]:
    """The purposes of a device, as its assessment says them, and the regimes that they name."""
    kept = [(purpose, judge(view, purpose.si).value if purpose.si else True) for purpose in analysis.finalites]
    rows = [
        Line(f"{quoting(purpose.objectif, view.say)} {purpose.texte}." + (" À vérifier." if value is UNKNOWN else ""), judge(view, purpose.si or "").missing() if value is UNKNOWN else ())
        for purpose, value in kept
        if value is True or value is UNKNOWN
    ]  # fmt: skip
    named = [purpose.regime for purpose, value in kept if value is True or value is UNKNOWN]
    table = [regime for regime in view.corpus.data["regimes"].values() if "appareil" in regime]
    regimes = [regime for regime in table if any(regime["appareil"] in text for text in named)]
    return rows or [Line("Aucune finalité admise, d'après les réponses.")], regimes


def _unknown(view: View, name: str) -> list[Line]:
    return [Line(f"{TO_CHECK[0].upper()}{TO_CHECK[1:]} (qui le sait : {view.whom(name)})", (name,))]


def _data(view: View, written: Mapping[str, Any], analysis: Analysis | None) -> list[tuple[Line, Line, Line]]:
    """Each category of data: its name, who sees or receives it, how long it is kept."""
    entries = [(d.donnee, d.qui, d.duree, d.si) for d in analysis.donnees] if analysis else []
    entries += [(d["donnee"], d["qui"], d["duree"], d.get("si")) for d in written.get("donnees", ())]
    rows = []
    for name, who, during, condition in entries:
        judged = judge(view, condition) if condition else None
        if judged is None or judged.value is True or judged.value is UNKNOWN:
            missing = judged.missing() if judged is not None and judged.value is UNKNOWN else ()
            first = lines(view, [name])[0]
            doubt = f" ({TO_CHECK}, qui le sait : {whom(view, missing)})" if missing and not first.manque else ""
            who_line, during_line = (lines(view, [text])[0] for text in (who, during))
            rows.append((Line(first.texte + doubt, (*first.manque, *missing)), who_line, during_line))
    return rows


def _of(name: Line, said: Line) -> Line:
    return Line(f"{re.split(r' : | [(]', name.texte)[0]} : {said.texte}", said.manque)

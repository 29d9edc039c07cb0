"""Honest persons to put the questions to: a village without police, one with two policemen, two towns; what each knows, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dpia import dossier
from dpia.answers import Answer
from dpia.corpus import Corpus
from dpia.dossier import read_answer
from dpia.example import source
from dpia.facts import AnsweredFacts
from dpia.interview import Step, items_of
from dpia.inventory import LISTE as INVENTORY
from dpia.model import Question
from dpia.values import UNKNOWN, Choices, Item, Items, Value

DAY = date(2026, 11, 25)
IMPORTED = ("site", "emplacement", "type", "champ")  # what an installer's table says

SITES: dict[str, dict[str, Any]] = {
    "Place de la Mairie": {
        "nature": "voie_publique", "finalites": ["atteintes", "batiments_publics"], "expose": True,
        "faits": "Neuf dégradations et quatre vols de janvier à décembre 2025, selon la gendarmerie.",
        "alternatives": "Éclairage renforcé en 2023, sans effet.",
    },
    "Parking de la salle des fêtes": {
        "nature": "voie_publique", "finalites": ["atteintes"], "expose": True,
        "faits": "Six vols dans des voitures en 2025.", "alternatives": "Rondes de la gendarmerie le week-end.",
    },
}  # fmt: skip
CAMERAS: dict[str, dict[str, Any]] = {
    f"C0{n}": {"site": site, "emplacement": f"mât {n}", "type": kind, "champ": "l'accès et le trottoir",
               "voit_logements": n == 1, "masquage": True, "son": False, "autorisee": True}
    for n, (site, kind) in enumerate(
        [("Place de la Mairie", "dome"), ("Place de la Mairie", "fixe"), ("Place de la Mairie", "fixe"),
         ("Parking de la salle des fêtes", "fixe"), ("Parking de la salle des fêtes", "fixe"), ("Parking de la salle des fêtes", "fixe")], 1)
}  # fmt: skip
# One village of 2,600 inhabitants, cameras in service since 2023, two municipal policemen, a DPO at the centre de gestion.
# "?" is an honest "je ne sais pas"; a list of ticked boxes means that the others are a no.
VILLAGE: dict[str, Any] = {
    "commune": "26004", "stade": "en_service", "mise_en_service": "2023-06-01", "lieux_filmes": ["voie_publique"],
    "exploitant": "commune", "police_municipale": True, "agents_commune": 32,
    "alternatives_etudiees": True, "sites": SITES, "cameras": CAMERAS, "logements_visibles": False,
    "efficacite": "Douze copies remises en 2025.", "lieux_intimes_filmes": False, "reutilisations": [], "usages_particuliers": [], "appareils": [],
    "commercants_rue": "?",
    "autorisation": "accordee", "arretes": {"2023-031": {"date": "2023-04-12", "duree_jours": 30}}, "modifications": [], "cameras_mobiles": "toutes_fixes",
    "normes_techniques": "?", "engagement_cnil": "?", "mise_en_service_annoncee": "?", "liste_mairie": "jamais_recue", "controles": "aucun",
    "maire_nom": "M. Durand", "contact_commune": "1 place de la Mairie, 26220 Ma Commune, mairie@exemple.fr", "dpo_designe": True,
    "dpo_nom": "Centre de gestion", "dpo_contact": "dpo@exemple.fr", "dpo_demarches": ["cnil", "coordonnees_publiees"],
    "decision_ecrite": ["deliberation"], "agents_et_cameras": ["ecrans"], "avis_instance": "sans_avis", "note_agents": "sans_note",
    "abords_sensibles": ["ecole"], "etendue_filmee": "points_isoles", "aipd": "en_cours", "aipd_dossier": ["description"],
    "risque_residuel": "?", "aipd_prefecture": "demande_anterieure", "registre_fiche": True,
    "registre_mentions": ["responsable", "finalites", "destinataires", "durees", "securite"], "base_legale": "mission",
    "police_municipale_cadre": "commune", "effectif_police_municipale": 2, "convention_coordination": "sans_convention", "pratiques": [],
    "demande_documents": "pas_de_demande",
    "images_enregistrees": True, "conservation_jours": 15, "conservation_arrete": "egale_ou_plus_courte", "effacement": "automatique",
    "motif_duree": ["plaintes", "requisitions"], "journal": "automatique",
    "journal_contenu": {"oui": ["auteur", "date_heure"], "non": []},
    "qui_visionne": ["police_municipale", "maire"], "habilitations": "liste_signee", "nombre_habilites": 3, "comptes_liste": True,
    "formation_visionnage": False, "destinataires": ["requisition"],
    "panneaux": "partout", "panneaux_complets": False, "panneaux_mentions": ["pictogramme", "responsable", "droits"], "panneaux_defauts": [],
    "notice": "pas_de_notice", "procedure_acces": True, "contact_droits": "Mairie, 1 place de la Mairie",
    "procedure_droits": ["delai", "visionnage", "suivi"],
    "mesures_techniques": {"oui": ["comptes_nominatifs", "mots_de_passe", "local_ferme"], "non": []},
    "mesures_organisation": ["supports_copie", "ecrans"], "acces_distance": "aucun", "fiche_extraction": ["registre", "procedure", "sequence"],
    "procedure_violation": [], "incident": "jamais",
    "prestataires_presents": True,
    "prestataires": {"Installateur": {"role": ["installation", "maintenance", "telemaintenance"], "contrat": "sans_clauses", "hors_ue": "?"}},
    "maintenance_encadree": False,
}  # fmt: skip
# A smaller one, without municipal police: the mayor and one deputy watch, most papers are still to be written.
SMALL = VILLAGE | {
    "police_municipale": False, "qui_visionne": ["maire", "elu_delegue"], "delegation_elu": True, "agents_et_cameras": [],
    "aipd": "pas_faite", "registre_fiche": False, "journal": "?", "procedure_acces": False, "procedure_droits": [],
}  # fmt: skip


# A town with a control room, body cameras and scan-cars on five sites, and nothing rarer: its own control room, no closed premises, no
# other software, no fines by camera.
TOWN: dict[str, Any] = {
    "exploitant": "commune", "police_municipale_cadre": "commune", "images_autre_commune": "jamais",
    "lieux_filmes": ["voie_publique", "lieu_ouvert_public"], "usages_particuliers": [], "commercants_rue": "non", "cameras_mobiles": "toutes_fixes",
}  # fmt: skip
RARE = ("École des Tilleuls", "Quai des Tanneurs", "Parvis de la gare")  # sites that call for rarer questions


@dataclass(frozen=True)
class Person:
    """Someone honest: what they would say to each question. `imported`: the inventory was imported before the interview."""

    knows: Mapping[str, Answer]
    imported: bool

    def value(self, facts: AnsweredFacts, step: Step, shown: Mapping[str, str]) -> Value | dict[str, Value]:
        """Answer a step; for a field of several elements, an answer for each; for an overview, the rows `shown`."""
        question = facts.corpus.questions[step.question]
        if question.repond:
            sides = {option: self._side(facts, question, option) for option in shown}
            found = Choices(*(frozenset(option for option, side in sides.items() if side is held) for held in (True, False)))
            return found if found.oui or found.non else UNKNOWN
        said = self.knows[question.id].value if question.id in self.knows else UNKNOWN
        if question.type != "liste":
            return said
        known = {item.key: item for item in said.elements} if isinstance(said, Items) else {}
        if not step.field:
            items = items_of(facts.answers, question.id)
            there = {item.key for item in items.elements}
            new = tuple(Item(key, {"id": key}) for key in known if key not in there)
            return Items((*items.elements, *new), said.complete) if isinstance(said, Items) else UNKNOWN
        values = {key: known[key].cells.get(step.field, UNKNOWN) if key in known else UNKNOWN for key in step.keys}
        return values if len(values) > 1 else values[step.keys[0]]

    def _side(self, facts: AnsweredFacts, question: Question, option: str) -> bool | None:
        """Whether a row of an overview holds, from what the person would say to the question itself; None: they do not know."""
        row = question.repond[option]
        name, _, inner = (row.cible or option).partition(".")
        target = facts.corpus.questions[name]
        value = self.knows[name].value if name in self.knows else UNKNOWN
        if inner and target.type == "choix_multiple":
            ticked = value.has(inner) if isinstance(value, Choices) else UNKNOWN
            return ticked if isinstance(ticked, bool) else None
        champ = next((champ for champ in target.champs if champ.id == inner), target)
        concerned = [item for item in value.elements if facts.cell_arises(name, item, inner)] if inner and isinstance(value, Items) else []
        values = [item.cells.get(inner, UNKNOWN) for item in concerned] if inner else [value]
        if row.non is None:
            return all(one == typed(champ, row.oui) for one in values) if UNKNOWN not in values else None
        if all(one == typed(champ, row.non) for one in values):
            return False
        return None if all(one is UNKNOWN for one in values) else True


def typed(question: Question, raw: Any) -> Value:
    """An answer as the files write it; a list of ticked boxes rules the others out."""
    value = read_answer(question, raw).value
    return Choices(value.oui, frozenset(question.options) - value.oui) if isinstance(raw, list) and isinstance(value, Choices) else value


def village(corpus: Corpus, said: Mapping[str, Any]) -> dict[str, Answer]:
    """What the person of a village knows."""
    rows = {name: [{"id": key, **cells} for key, cells in raw.items()] if name in LISTS else raw for name, raw in said.items()}
    return {name: Answer(_answer(corpus.questions[name], raw)) for name, raw in rows.items() if name in corpus.questions}


def _answer(question: Question, raw: Any) -> Value:
    if question.type != "liste":
        return typed(question, raw)
    champs = {champ.id: champ for champ in question.champs}
    return Items(tuple(Item(row["id"], {name: typed(champs[name], cell) for name, cell in row.items()}) for row in raw))


def town(corpus: Corpus, *profiles: str) -> dict[str, Answer]:
    """What the person of a worked dossier knows; several profiles: their devices and uses are put together, the first one decides the rest."""
    known: dict[str, Answer] = {}
    for profile in profiles:
        content = (source(profile) / "reponses.yaml").read_bytes()
        for name, answer in dossier.parse(content, corpus, profile)[0].items():
            known[name] = _together(known[name], answer) if name in TOGETHER and name in known else known.get(name, answer)
    return known


def without(known: Mapping[str, Answer], sites: tuple[str, ...]) -> dict[str, Answer]:
    """The same knowledge without some sites and their cameras."""
    kept = dict(known)
    for name, field in (("sites", "id"), (INVENTORY, "site")):
        items = known[name].value
        if isinstance(items, Items):
            left = tuple(item for item in items.elements if item.cells.get(field) not in sites)
            kept[name] = replace(known[name], value=replace(items, elements=left))
    return kept


def _together(first: Answer, second: Answer) -> Answer:
    one, other = first.value, second.value
    if not (isinstance(one, Choices) and isinstance(other, Choices)):
        return first
    return replace(first, value=Choices(one.oui | other.oui, (one.non | other.non) - (one.oui | other.oui)))


def imported(person: Person) -> dict[str, Answer]:
    """What the inventory holds once imported: each camera with its place, its kind and its view."""
    known = person.knows[INVENTORY].value if INVENTORY in person.knows else Items()
    if not isinstance(known, Items) or not known.elements:
        return {}
    cameras = tuple(Item(i.key, {n: c for n, c in i.cells.items() if n in ("id", *IMPORTED)}) for i in known.elements)
    sites = tuple(Item(name, {"id": name}) for name in dict.fromkeys(str(item.cells["site"]) for item in cameras))
    return {INVENTORY: Answer(Items(cameras)), "sites": Answer(Items(sites))}


LISTS = ("sites", "cameras", "arretes", "prestataires")
TOGETHER = ("appareils", "plaques_usage")

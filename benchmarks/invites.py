"""Counts the prompts that honest persons meet, theme by theme: python benchmarks/invites.py [-v].

A prompt is one validated entry, list cells included. Two strict rules: boxes ticked in part count twice (the ticks, then what the empty
boxes mean), and where one screen asks something of several elements, each that differs from the most frequent answer counts once more.
"dont écrans" counts each screen once. The persons answer through `interview.steps`, without a terminal.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dpia.answers import Answer, read_value
from dpia.corpus import Corpus, load
from dpia.facts import AnsweredFacts
from dpia.interview import IMPORT, Session, Step, changes, items_of, proposed, steps
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


@dataclass
class Person:
    """Someone honest: what they would say to each question. `imported`: the inventory was imported before the interview."""

    knows: Mapping[str, Any]
    imported: bool

    def value(self, corpus: Corpus, answers: Mapping[str, Answer], step: Step) -> Value | dict[str, Value]:
        """Answer a step; for a field of several elements, an answer for each."""
        question = corpus.questions[step.question]
        if question.type != "liste":
            return _typed(question, self.knows.get(question.id, "?"))
        items = items_of(answers, question.id)
        if not step.field:
            known = {item.key for item in items.elements}
            new = tuple(Item(key, {"id": key}) for key in self.knows.get(question.id, {}) if key not in known)
            return UNKNOWN if question.id not in self.knows else Items((*items.elements, *new), complete=not new)
        champ = next(champ for champ in question.champs if champ.id == step.field)
        values = {key: _typed(champ, self.knows[question.id][key].get(champ.id, "?")) for key in step.keys}
        return values if len(values) > 1 else values[step.keys[0]]


def _typed(question: Question, raw: Any) -> Value:
    value = read_value(question, raw)
    if isinstance(raw, list) and isinstance(value, Choices):
        return Choices(value.oui, frozenset(question.options) - value.oui)
    return value


def cost(question: Question, value: Value | dict[str, Value], repeated: bool) -> int:
    """Count the validated entries of one answer."""
    if isinstance(value, dict):
        return 1 + len(value) - max(Counter(map(str, value.values())).values())
    return 2 if isinstance(value, Choices) and 0 < len(value.oui) < len(question.options) and not repeated else 1


def play(corpus: Corpus, person: Person) -> Iterator[tuple[Step, int]]:
    """Answer everything; yield each step with the entries it took."""
    answers = _imported(person) if person.imported else {}
    session = Session()
    while True:
        answers |= {name: Answer(value) for name, value in proposed(AnsweredFacts(corpus, answers, DAY)).items()}
        step = next(steps(AnsweredFacts(corpus, answers, DAY), session), None)
        if step is None:
            return
        if step.field == IMPORT:
            session.by_hand = True
            yield step, 1
            continue
        question = corpus.questions[step.question]
        asked = next((champ for champ in question.champs if champ.id == step.field), question)
        value, before = person.value(corpus, answers, step), items_of(answers, question.id)
        repeated = bool(step.keys) and value in [item.cells.get(asked.id) for item in before.elements if item.key not in step.keys]
        yield step, cost(asked, value, repeated)
        answers |= {name: Answer(new) for name, new in changes(corpus, answers, step, value).items()}
        if step.field or not isinstance(value, Items) or value == before:
            session.answered(step)


def _imported(person: Person) -> dict[str, Answer]:
    cameras = tuple(Item(key, {"id": key, **{name: cells[name] for name in IMPORTED}}) for key, cells in person.knows[INVENTORY].items())
    sites = tuple(Item(name, {"id": name}) for name in dict.fromkeys(str(item.cells["site"]) for item in cameras))
    return {INVENTORY: Answer(Items(cameras)), "sites": Answer(Items(sites))}


def main() -> int:
    """Print the counts."""
    corpus = load()
    persons = {
        "avec import": Person(SMALL, True),
        "à la main": Person(SMALL, False),
        "avec police": Person(VILLAGE, True),
        "ne sait rien": Person({}, False),
    }
    counts: dict[str, Counter[str]] = {}
    screens: dict[str, int] = {}
    for name, person in persons.items():
        played = list(play(corpus, person))
        theme_of = {question.id: theme.theme for theme in corpus.themes for question in theme.questions}
        counts[name] = Counter()
        for step, entries in played:
            counts[name][theme_of[step.question]] += entries
        screens[name] = len(played)
        if "-v" in sys.argv:
            print(f"\n{name}")
            for step, entries in played:
                print(
                    f"  {entries}  {step.question}{'.' + step.field if step.field else ''}{' × ' + str(len(step.keys)) if len(step.keys) > 1 else ''}"
                )
    print(f"{'invites par thème':24}" + "".join(f"{name:>14}" for name in persons))
    for theme in corpus.themes:
        print(f"{theme.theme:24}" + "".join(f"{counts[name][theme.theme]:>14}" for name in persons))
    print(f"{'invites':24}" + "".join(f"{counts[name].total():>14}" for name in persons))
    print(f"{'dont écrans':24}" + "".join(f"{screens[name]:>14}" for name in persons))
    return 0


if __name__ == "__main__":
    sys.exit(main())

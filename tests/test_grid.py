"""The 56 points: each has its passage, read off the document itself; and no document says what law/grille.yaml forbids."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from dpia import dossier as dossiers
from dpia.analyses import ABOUT, STATE
from dpia.answers import Answer
from dpia.corpus import Corpus, load
from dpia.documents import aipd, device_aipd, formulas, grid, markdown, places
from dpia.documents.pack import produce
from dpia.documents.processings import of_device, of_fixed_cameras, present
from dpia.documents.view import View
from dpia.example import PROFILES, source
from dpia.facts import AnsweredFacts
from dpia.reasoning import assess
from dpia.risks import evaluate
from dpia.values import UNKNOWN, Choices, Item, Items
from tests.docx_reader import find, parts, text, xml
from tests.fixtures import small

DAY = date(2026, 11, 25)
SOURCES = [small.ROOT / "templates", small.ROOT / "dpia" / "law", small.ROOT / "questionnaires", small.ROOT / "dpia" / "documents"]
# Dossiers that no worked example shows, by name: the answers that bring their assessment about.
NO_FIXED: dict[str, set[str]] = {"lieux_filmes": set(), "usages_particuliers": set()}
OTHERS: dict[str, dict[str, set[str]]] = {
    "tout inconnu": {},
    "lieux fermés": {"lieux_filmes": {"local_non_ouvert"}},
    "circulation": {**NO_FIXED, "appareils": {"plaques"}, "plaques_usage": {"voies_reservees", "comptage"}},
    "conseil": {**NO_FIXED, "appareils": {"conseil"}, "conseil_par": {"commune"}},
    "autres appareils": {**NO_FIXED, "appareils": {"drones", "son"}, "drone_pilotes": {"agents"}, "drone_usages": {"ouvrages"}, "son_types": {"niveau"}},
    "usage arrêté": {**NO_FIXED, "appareils": {"cameras_pietons"}, "pietons_porteurs": {"asvp"}},
}  # fmt: skip
ALL = [*PROFILES, *OTHERS]


@cache
def corpus() -> Corpus:
    return load()


def answers_of(name: str) -> dict[str, Answer]:
    if name in PROFILES:
        return dict(dossiers.read(Path(str(source(name))), corpus()).answers)
    questions = corpus().questions
    return {key: Answer(Choices(frozenset(oui), frozenset(questions[key].options) - oui)) for key, oui in OTHERS[name].items()}


def view_of(answers: dict[str, Answer], where: Path = Path("nulle-part")) -> View:
    facts = AnsweredFacts(corpus(), answers, DAY)
    return View(corpus(), dossiers.Dossier(where, answers, {}), facts, assess(corpus(), facts), {})


@cache
def assessments(name: str) -> tuple[grid.Assessment, ...]:
    return tuple(grid.assessments(view_of(answers_of(name))))


def point(found: grid.Assessment, n: int) -> grid.Marked:
    return next(marked for marked in found.points if marked.n == n)


# -- the passages


def test_the_grid_has_its_56_points() -> None:
    table = corpus().data["grille"]
    assert [entry["n"] for entry in table["points"]] == list(range(1, 57))
    assert sum(bool(entry.get("eliminatoire")) for entry in table["points"]) == 12
    assert sum(bool(entry.get("analogie")) for entry in table["points"]) == 6
    assert {entry["partie"] for entry in table["points"]} == set(table["parties"])
    risks = {risk["id"] for risk in corpus().data["risques"]} | {risk["id"] for analysis in corpus().analyses for risk in analysis.risques}
    assert set(table["libertes"]) <= risks


@pytest.mark.parametrize("name", ALL)
def test_every_point_has_its_passage(name: str) -> None:
    """An anchor that disappears, or a condition that hides its passage, fails here."""
    found = assessments(name)
    assert found, "aucune analyse"
    for assessment in found:
        absent = [f"{marked.n}. {marked.point}" for marked in assessment.points if marked.etat == grid.ABSENT]
        assert not absent, (assessment.id, absent)


def test_an_assessment_that_stops_says_so_of_each_point() -> None:
    (found,) = assessments("usage arrêté")
    assert found.arretee
    assert {marked.etat for marked in found.points if marked.n not in (1, 7, 53)} <= {grid.MOOT, grid.LEFT, grid.TREATED}


@pytest.mark.parametrize("name", ["complet", "ville-csu", "stationnement"])
def test_anchors_print_nothing(name: str) -> None:
    view = view_of(answers_of(name))
    found = present(view)
    if found.fixed:
        context = aipd.context(places.own_findings(of_fixed_cameras(view)), evaluate(corpus(), view.facts))
        assert grid.ANCHOR.sub("", grid.anchored("aipd.md.j2", context)) == markdown.render("aipd.md.j2", **context)
    for analysis in found.devices:
        context = device_aipd.context(of_device(view, analysis, found.fixed), analysis, evaluate(corpus(), view.facts, analysis.risques))
        assert grid.ANCHOR.sub("", grid.anchored("aipd-dispositif.md.j2", context)) == markdown.render("aipd-dispositif.md.j2", **context)


def test_a_missing_fact_is_read_in_the_passage_with_who_knows_and_goes_with_the_answer() -> None:
    answers = answers_of("petite-commune")
    (before,) = grid.assessments(view_of(answers))
    assert point(before, 20).etat == grid.LACKING
    assert "le maire ou l'agent qu'il désigne" in point(before, 20).passages[0].qui
    answers["nombre_motif"] = Answer("Une caméra par accès.")
    (after,) = grid.assessments(view_of(answers))
    assert point(after, 20).etat == grid.TREATED
    assert "Une caméra par accès." in point(after, 20).passages[0].texte


def test_what_belongs_to_a_person_is_left_to_that_person() -> None:
    for assessment in (*assessments("complet"), *assessments("cameras-pietons")):
        assert [point(assessment, n).etat for n in (50, 51, 52)] == [grid.LEFT] * 3


def test_that_no_other_means_was_studied_is_said() -> None:
    answers = answers_of("complet") | {"alternatives_etudiees": Answer(False)}
    (found,) = grid.assessments(view_of(answers))
    assert {"aucun n'a été étudié" in passage.texte for passage in point(found, 24).passages} == {True}


def test_a_passage_is_a_section_a_block_a_row_an_item_or_a_paragraph() -> None:
    a, b = "\x02p{}\x03".format, "\x02s{}\x03".format
    lines = [
        f"# {a(1)}Un", "", "Dedans.", "", "## Deux", "", f"{a('2,3')}Trois *mots* ^[note \\] .] ici.", "suite", "", f"- {a(4)}puce", "- autre", "",
        f'{b(5)}```tableau titre="T"', "| x | y |", "|---|---|", f"| {a(6)}un | deux<br>trois |", "```", "",
        f'{a(7)}````a-remplir titre="A"', "- [ ] case", "````", "", "# Après", "", f"{a(8)}À vérifier (qui le sait : le maire). Sert à vérifier le paiement.",
    ]  # fmt: skip
    found = dict(grid.passages("\n".join(lines)))
    assert found[1,].texte == "Dedans. Trois mots ici. suite puce autre x · y un · deux ; trois case"
    assert (found[2, 3].titre, found[2, 3].texte) == ("1.1 Deux", "Trois mots ici. suite")
    assert (found[4,].texte, found[6,].texte) == ("puce", "un · deux ; trois")
    assert found[5,].sans_objet and found[7,].a_remplir
    assert (found[8,].inconnus, found[8,].qui) == (("À vérifier (qui le sait : le maire).",), ("le maire",))


def test_no_answer_can_forge_an_anchor() -> None:
    answers = answers_of("tout inconnu") | {"contact_commune": Answer("\x02p21\x03 ancre {{ point(21) }}")}
    (found,) = grid.assessments(view_of(answers))
    assert not any("ancre" in passage.texte for passage in point(found, 21).passages)


def test_a_passage_names_options_that_exist() -> None:
    for analysis in corpus().analyses:
        for passage in analysis.passages:
            for question, option in STATE.findall(f"{passage.texte} {passage.sinon}"):
                assert option in ABOUT or option in corpus().questions[question].options, (analysis.id, question, option)


# -- the command


def test_the_command_prints_text_and_json(run: small.RUN, tmp_path: Path) -> None:
    answers = {"nombre_motif": Answer("Le nombre est limité au strict nécessaire.")}
    dossiers.say(dossiers.create(tmp_path / "d"), corpus(), answers)
    code, out, _ = run("grille", tmp_path / "d", "--date", "2026-11-25")
    assert code == 0
    assert "20. Le nombre d'appareils est justifié." in out and "→ fait manquant" in out and "laissé à son auteur : 3" in out
    assert "nombre_motif : « au strict nécessaire »" in " ".join(out.split())
    assert run("grille", tmp_path / "d", "--format", "json", "-o", tmp_path / "g.json")[0] == 0
    made = json.loads((tmp_path / "g.json").read_text(encoding="utf-8"))
    assert [len(analyse["points"]) for analyse in made["analyses"]] == [56]
    assert made["reponses_a_reprendre"][0]["reponse"] == "nombre_motif"
    code, _, err = run("grille", tmp_path / "d", "--traitement", "drones")
    assert code == 2 and "videoprotection" in err


# -- the forbidden phrases

SAID = {
    "conditionnel": ("Les téléphones pourraient être déposés.", "Un extrait abstrait montrait le retrait ; il entrait, le portrait souffrait."),
    "strictement_necessaire": ("Les données sont limitées au strict nécessaire.", "Les données servent à dater les faits."),
    "conforme": ("Le traitement est conforme au RGPD.", "Le système reste conforme à son autorisation."),
    "anonymise": ("Les données anonymisées sont publiées.", "Les images et les sons utilisés pour former les agents sont anonymisés."),
    "obligation_legale": ("La base est l'obligation légale.", "La base n'est ni le consentement, ni l'obligation légale (aucun texte n'impose)."),
    "cgct_seul": ("Base légale : le CGCT, L. 2212-2.", "Base légale : RGPD, art. 6, paragraphe 1, e, et CGCT, L. 2333-87."),
    "finalite_vague": ("Les caméras servent à améliorer la sécurité.", "Prévenir les vols dans les voitures du parking."),
    "avis_invente": ("Le délégué est favorable au projet.", "Le délégué dit laquelle il retient."),
    "presse_pour_avis": ("L'article de la presse vaut consultation.", "La presse et le juge ne tiennent pas lieu de consultation."),
    "necessite_affirmee": ("Le dispositif est nécessaire et proportionné.", "L'analyse évalue s'il est nécessaire et proportionné."),
}  # fmt: skip


def test_each_forbidden_phrase_is_found_and_its_fair_uses_are_not() -> None:
    table = corpus().data["formules"]
    assert set(SAID) | {"fonction_en_finalite"} == {formula["id"] for formula in table}
    for name, (wrong, right) in SAID.items():
        assert [fault.id for fault in formulas.faults(table, wrong)] == [name]
        assert not list(formulas.faults(table, right))


def test_a_purpose_is_an_aim_and_not_what_the_device_does() -> None:
    data, table = corpus().data, corpus().data["formules"]
    assert [fault.id for fault in formulas.faults(table, "Détecter les dépôts.", formulas.PURPOSES)] == ["fonction_en_finalite"]
    said = [text for entry in data["finalites"] for text in (entry["objectif"], entry["panneau"])]
    said += [entry["objectif"] for entry in data["objectifs_locaux"] if "a_ecarter" not in entry]
    for analysis in corpus().analyses:
        said += [purpose.objectif for purpose in analysis.finalites]
        lines = (*(analysis.notice.objectifs if analysis.notice else ()), *(analysis.affiche.finalites if analysis.affiche else ()))
        said += [line if isinstance(line, str) else line.texte for line in lines]
    assert not [(fault.mots, fault.phrase) for text in said for fault in formulas.faults(table, text, formulas.PURPOSES)]


@pytest.mark.parametrize("name", ALL)
def test_no_document_holds_a_forbidden_phrase(name: str, tmp_path: Path) -> None:
    """Every file of the pack, on a dossier whose free texts say nothing: what is found is ours. The message names where it comes from."""
    answers = {key: _silent(key, answer) for key, answer in answers_of(name).items()}
    facts = AnsweredFacts(corpus(), answers, DAY)
    produce(corpus(), dossiers.Dossier(tmp_path, answers, {}), facts, assess(corpus(), facts), tmp_path / "documents", lambda _: None)
    made = sorted(path for path in (tmp_path / "documents").rglob("*") if path.is_file())
    assert made
    found = {
        f"{path.name} : « {fault.mots} » ({fault.id}) dans « {fault.phrase[:200]} » ; source : {', '.join(_written_in(fault)) or 'code'}"
        for path in made
        for line in _lines(path)
        for fault in formulas.faults(corpus().data["formules"], line)
    }
    assert not found, "\n".join(sorted(found))


def _silent(name: str, answer: Answer) -> Answer:
    question = corpus().questions[name]
    value = answer.value
    if question.type == "texte" and value is not UNKNOWN:
        value = "Réponse."
    if isinstance(value, Items):
        texts = {champ.id for champ in question.champs if champ.type == "texte"} - {"id"}
        value = replace(value, elements=tuple(_silent_item(item, texts) for item in value.elements))
    return replace(answer, value=value, note="")


def _silent_item(item: Item, texts: set[str]) -> Item:
    return replace(item, cells={key: "Réponse." if key in texts and isinstance(cell, str) else cell for key, cell in item.cells.items()})


def _lines(path: Path) -> Iterator[str]:
    """The sentences of a file, without marks. A PDF says what its Word or its SVG says."""
    content = path.read_bytes()
    if path.suffix == ".docx":
        yield from (
            text(node)
            for part in parts(content)
            if re.search(r"document|footnotes|comments", part) and part.endswith(".xml")
            for node in find(xml(content, part), ".//w:p")
        )
    elif path.suffix == ".xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        yield from (cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str))
    elif path.suffix == ".md":
        yield from map(grid.plain, content.decode().split("\n"))
    elif path.suffix in (".html", ".svg"):
        yield from (
            html.unescape(re.sub(r"<style.*?</style>|<script.*?</script>", "", content.decode(), flags=re.DOTALL))
            .replace("<", "\n<")
            .split("\n")
        )
    elif path.suffix in (".json", ".txt", ".ics", ".geojson"):
        yield from content.decode().split("\n")


def _written_in(fault: formulas.Fault) -> list[str]:
    """The templates and the tables that hold the words found."""
    held = re.compile(r"\s+".join(map(re.escape, fault.mots.split())), re.IGNORECASE)
    files = (
        path for folder in SOURCES for path in folder.rglob("*") if path.suffix in (".j2", ".yaml", ".py") and path.name != "grille.yaml"
    )
    return sorted(str(path.relative_to(small.ROOT)) for path in files if held.search(path.read_text(encoding="utf-8")))


def test_a_phrase_of_the_commune_is_told_and_not_counted_as_ours() -> None:
    answers = {
        "efficacite": Answer("Les vols pourraient baisser."),
        "conservation_jours": Answer(15, note="conforme au RGPD"),
        "sites": Answer(Items((Item("Gare", {"faits": "améliorer la sécurité"}),), True)),
    }
    found = {(path, fault.id) for path, fault in formulas.of_answers(corpus(), answers)}
    assert found == {("efficacite", "conditionnel"), ("conservation_jours (note)", "conforme"), ("sites[Gare].faits", "finalite_vague")}

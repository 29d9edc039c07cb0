"""What `dpia pia exporter` writes, judged by the tool's own import on every worked dossier: no writing lost, nothing decided."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpia import dossier as dossiers
from dpia import followup, pia_words
from dpia.answers import Answer
from dpia.corpus import load
from dpia.documents import aipd, device_aipd, pia_cards, pia_export
from dpia.documents.blocks import closing, parse, plain
from dpia.documents.pia_html import SENTENCE, Text
from dpia.documents.processings import of_device, of_fixed_cameras, present
from dpia.documents.typography import typeset
from dpia.documents.view import View
from dpia.example import PROFILES, source
from dpia.facts import AnsweredFacts
from dpia.reasoning import assess
from dpia.risks import evaluate
from dpia.values import Choices
from tests.fixtures import pia_tool, small

ON = date(2026, 11, 25)
KEPT = {"p", "strong", "em", "ul", "ol", "li", "br"}
CASES = [
    (profile, processing) for profile in PROFILES for processing in ("videoprotection", "cameras_individuelles", "controle_stationnement")
]


def _view(answers: Mapping[str, Answer], folder: Path | None = None) -> View:
    corpus = load()
    facts = AnsweredFacts(corpus, answers, ON)
    follow_up = followup.read(folder, corpus) if folder else {}
    return View(corpus, dossiers.Dossier(folder or Path(), answers, {}), facts, assess(corpus, facts), follow_up)


@cache
def _profile(name: str) -> View:
    folder = Path(str(source(name)))
    return _view(dossiers.read(folder, load()).answers, folder)


@cache
def _export(profile: str, processing: str) -> pia_export.Export:
    return next(pia_export.exports(_profile(profile), processing))


THERE = [case for case in CASES if case[1] in pia_export.processings(_profile(case[0]))]
each = pytest.mark.parametrize(("profile", "processing"), THERE)


def test_every_assessment_of_every_profile_is_there() -> None:
    assert {profile for profile, _ in THERE} == set(PROFILES)
    assert all(set(pia_export.processings(_profile(profile))) == {p for name, p in THERE if name == profile} for profile in PROFILES)


@each
def test_the_tool_keeps_and_shows_all_of_it(profile: str, processing: str) -> None:
    content = _export(profile, processing).content
    stored = pia_tool.load(content)
    data = json.loads(content)
    assert not stored.problems
    assert list(stored.answers) == [answer["reference_to"] for answer in data["answers"]] == list(pia_words.questions())
    assert [measure["title"] for measure in stored.measures] == [measure["title"] for measure in data["measures"]]
    assert all(stored.complete(item) for item in pia_tool.ITEMS)  # each can be sent to the evaluator
    assert stored.progress() == 30
    for item, first in pia_tool.RISKS.items():
        assert stored.treated(item) == stored.answers[first + 3]["list"]


@each
def test_the_file_has_the_shape_that_every_version_reads(profile: str, processing: str) -> None:
    data = json.loads(_export(profile, processing).content)
    head = data["pia"]
    assert set(data) == {"pia", "answers", "measures", "evaluations", "comments"}
    assert head["dbVersion"] == 201910230914 and head["status"] == 0 and not head["structure_id"]
    assert {"rejection_reason", "rejected_reason", "applied_adjustments", "applied_adjustements"} <= set(head)
    decided = ("dpos_names", "dpo_status", "dpo_opinion", "people_names", "rejection_reason", "applied_adjustments")
    assert [head[name] for name in (*decided, *(name for name in head if name.startswith("concerned_")))] == [None] * 10
    assert [head[name] for name in ("author_name", "evaluator_name", "validator_name")] == ["", "", ""]
    assert not data["evaluations"] and not data["comments"]
    assert len({measure["id"] for measure in data["measures"]}) == len(data["measures"])
    stamps = {record[name] for record in (head, *data["answers"], *data["measures"]) for name in ("created_at", "updated_at")}
    assert stamps == {"2026-11-25T12:00:00.000Z"}


class _Checked(HTMLParser):
    """The tags of an HTML text, each closed in its turn."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.entities: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in KEPT and not attrs
        self.open += [tag] if tag != "br" else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_entityref(self, name: str) -> None:
        self.entities.add(name)

    def handle_charref(self, name: str) -> None:
        self.entities.add(f"#{name}")


def _texts(content: bytes) -> list[str]:
    data = json.loads(content)
    return [a["data"]["text"] for a in data["answers"] if a["data"]["text"]] + [m["content"] for m in data["measures"]]


def _assert_plain(text: str) -> None:
    checked = _Checked()
    checked.feed(text)
    checked.close()
    assert not checked.open and checked.entities <= {"amp", "lt"}
    assert not re.search(r"</(?:p|ul|ol|li)><(?:p|ul|ol|li)\b", text)  # the tool's PDF would glue them


@each
def test_texts_are_the_little_html_that_the_tool_prints(profile: str, processing: str) -> None:
    for text in _texts(_export(profile, processing).content):
        _assert_plain(text)


def test_what_a_person_typed_is_shown_as_typed_and_runs_nothing() -> None:
    hostile = "<script>alert(1)</script> <img src=x onerror=y> & | `z` *é* [x](y) {{ 7*7 }}\u202e"
    answers = dict(_profile("ville-csu").dossier.answers)
    answers |= {name: Answer(hostile, note=hostile) for name, question in load().questions.items() if question.type == "texte"}
    answers = {name: answer if answer.note == hostile else Answer(answer.value, note=hostile) for name, answer in answers.items()}
    for export in pia_export.exports(_view(answers)):
        texts = _texts(export.content)
        assert any("&lt;script>alert(1)&lt;/script>" in text for text in texts)
        assert "\u202e" not in export.content.decode()
        for text in texts:
            _assert_plain(text)


# -- no writing lost


def _written(markdown: str) -> Iterator[tuple[str, str]]:
    """Each stretch of text of an assessment, with the nearest title; not the boxes to fill by hand, nor the headings of tables."""
    tokens, index, title = parse(markdown), 0, ""
    notes = {}
    for at, token in enumerate(tokens):
        if token.type == "footnote_open":
            inside = tokens[at : closing(tokens, at)]
            notes[token.meta["id"]] = [child.content for one in inside for child in one.children or () if child.type == "text"]
    while index < len(tokens) and tokens[index].type != "footnote_block_open":
        token = tokens[index]
        if (token.type == "bloc_open" and token.meta["nom"] == "a-remplir") or token.type == "thead_open":
            index = closing(tokens, index)
        elif token.type == "heading_open":
            if int(token.tag[1]) <= 3:
                title = plain(tokens[index + 1]).removesuffix("{-}").rstrip()
            index += 2
        elif token.type == "inline":
            for child in token.children or ():
                yield from ((title, text) for text in (notes[child.meta["id"]] if child.type == "footnote_ref" else [child.content]))
        index += 1


def _markdown(view: View, processing: str) -> str:
    found = present(view)
    if processing == "videoprotection":
        return aipd.render(of_fixed_cameras(view), evaluate(view.corpus, view.facts))
    analysis = next(analysis for analysis in found.devices if analysis.id == processing)
    return device_aipd.render(of_device(view, analysis, found.fixed), analysis, evaluate(view.corpus, view.facts, analysis.risques))


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u00a0]+", " ", text).strip(" .")


@each
def test_every_sentence_of_the_word_file_is_in_what_the_tool_prints(profile: str, processing: str) -> None:
    kept = _squeezed(pia_tool.load(_export(profile, processing).content).preview().replace("&lt;", "<"))
    # What the tool has a box for is compared below; what it has none for is announced by the command.
    elsewhere = {entry["section"] for entry in pia_words.table()["omises"]} - {"Le plan d'action"}
    lost = [
        (title, text)
        for title, text in _written(_markdown(_profile(profile), processing))
        if title not in elsewhere and not re.match(r"R\d+\. ", title) and _squeezed(typeset(text)) not in kept
    ]
    assert [text for _, text in lost if text.strip(" .:;,()–") and not text.strip().isdecimal()] == []


@each
def test_risks_and_measures_are_in_the_boxes_of_the_tool(profile: str, processing: str) -> None:
    view = _profile(profile)
    tables = None if processing == "videoprotection" else next(a for a in view.corpus.analyses if a.id == processing).risques
    risks = evaluate(view.corpus, view.facts, tables)
    stored = pia_tool.load(_export(profile, processing).content)
    events = [risk for risk in risks if risk.nature == "evenement"]
    for risk, first in zip(events, pia_tool.RISKS.values(), strict=True):
        assert stored.answers[first]["list"] == [text.rstrip(".") for text in risk.impacts]
        assert [stored.answers[first + n]["gauge"] for n in (4, 5)] == [risk.severity.value, risk.likelihood.value]
    kept = _squeezed(stored.preview())
    said = [risk.nom for risk in risks] + [level.reason for risk in risks for level in (risk.severity, risk.residual_likelihood)]
    said += [measure.libelle for risk in risks for measure in risk.measures if measure.state is True]
    shown = {_squeezed(typeset(text)) for text in said}
    merged = {text for text in shown if text not in kept}  # a measure that rests on the same answers as another stands under its words
    assert len(merged) <= len(risks) and not merged & {_squeezed(typeset(risk.nom)) for risk in risks}


def test_every_title_of_an_assessment_is_placed_by_name() -> None:
    """A new section of the templates is to be given its rubric: until then it ends in the first one."""
    table = pia_words.table()
    named = {name for names in table["places"].values() for name in names} | set(table["cotation"])
    named |= {name for card in table["fiches"] for name in card["sections"]} | {entry["section"] for entry in table["omises"]}
    for profile, processing in THERE:
        parts = Text(_markdown(_profile(profile), processing), frozenset(named)).parts
        assert {part.title for part in parts if part.level in (1, 2) and part.title not in named} == set()


def test_every_dreaded_event_of_the_law_has_its_box() -> None:
    corpus = load()
    risks = [*corpus.data["risques"], *(risk for analysis in corpus.analyses for risk in analysis.risques)]
    boxed = [name for names in pia_words.table()["evenements"].values() for name in names]
    assert sorted(boxed) == sorted(risk["id"] for risk in risks if risk["nature"] == "evenement")


# -- the order of things


def test_a_prohibited_use_is_said_before_all_else() -> None:
    for profile, prohibited in (("depots", True), ("analyse", True), ("complet", False)):
        export = _export(profile, "videoprotection")
        first = next(answer["data"]["text"] for answer in json.loads(export.content)["answers"] if answer["reference_to"] == 111)
        assert (
            first.startswith("<p><strong>Ce qu'il faut décider</strong></p>\n<p><strong>Interdit") == prohibited == bool(export.prohibited)
        )
        assert all(title in first for title in export.prohibited)


def test_an_assessment_that_stops_leaves_its_risks_and_principles_unanswered() -> None:
    questions = load().questions

    def only(name: str, option: str) -> Answer:
        return Answer(Choices(frozenset({option}), frozenset(questions[name].options) - {option}))

    answers = {
        "appareils": only("appareils", "plaques"),
        "plaques_usage": only("plaques_usage", "ztl"),
        "circulation_homologue": Answer("aucun"),
    }
    data = json.loads(next(pia_export.exports(_view(answers), "controle_circulation")).content)
    asked = [answer["reference_to"] for answer in data["answers"]]
    assert "L'analyse s'arrête ici" in data["answers"][0]["data"]["text"]
    assert not [question for question in asked if question > 300 or question in (213, 214, 215, 222, 226, 227)]


@given(st.dates(date(2024, 1, 1), date(2040, 1, 1)))
def test_a_due_date_to_type_is_one_that_the_tool_shows_and_never_later(due: date) -> None:
    typed = pia_cards.typable(due)
    assert typed.day >= 10 and timedelta() <= due - typed < timedelta(days=10)


def test_articles_are_not_cut_as_sentences_are() -> None:
    assert SENTENCE.split("Voir l'art. L. 252-5 du code. La suite. « Non »") == ["Voir l'art. L. 252-5 du code.", "La suite.", "« Non »"]


# -- the command


def test_the_command_writes_each_file_twice_the_same(run: small.RUN, tmp_path: Path) -> None:
    folder = tmp_path / "castelmarne"
    assert run("nouveau", folder)[0] == 0
    for name in ("reponses.yaml", "suivi.yaml"):
        (folder / name).write_bytes((source("ville-csu") / name).read_bytes())
    code, out, _ = run("pia", "exporter", folder, "--date", "2026-11-25")
    assert code == 0 and "Annexe B" in out
    written = sorted((folder / "documents").iterdir())
    assert [path.name for path in written] == ["pia-cameras-pietons-castelmarne.json", "pia-castelmarne.json"]
    assert (
        run("pia", "exporter", folder, "--date", "2026-11-25", "--traitement", "cameras_individuelles", "-o", tmp_path / "x.json")[0] == 0
    )
    assert (tmp_path / "x.json").read_bytes() == written[0].read_bytes()


@pytest.mark.parametrize("words", [("-o", "tout.json"), ("--traitement", "drones")])
def test_what_cannot_be_written_is_said(run: small.RUN, words: tuple[str, str]) -> None:
    code, _, err = run("pia", "exporter", source("ville-csu"), "--date", "2026-11-25", *words)
    assert code == 2 and "--traitement" in err and ("cameras_individuelles" in err or "-o" in words)

"""What stands above a prompt: the place among the themes, the terms met for the first time, who may know, what the help says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from dpia import dossier as dossiers
from dpia.corpus import load
from dpia.facts import AnsweredFacts
from dpia.glossary import everything
from dpia.interview import Session, Step
from dpia.terminal.dialogue import Dialogue
from dpia.terminal.headings import explanations, head_of, new_terms, place_of, progress
from dpia.terminal.screen import Screen
from tests.fixtures import small
from tests.fixtures.keyboard import ENTER, printed

VIEW = {
    "id": "vue", "type": "choix_multiple", "options": {"b": "B ?", "c": "C ?"}, "aide": "Regardez partout.",
    "repond": {"b": {"oui": "oui"}, "c": {"oui": "oui"}},
}  # fmt: skip
BASE = small.themes(
    ("un", ["a"]), ("deux", [{"id": "x", "type": "oui_non", "si": "a"}]),
    ("trois", [VIEW, {"id": "b", "type": "oui_non", "aide": "Ouvrez le placard.", "qui_sait": ["maire"]}, "c"]),
)  # fmt: skip


def test_a_theme_with_nothing_to_ask_is_not_counted() -> None:
    for said, place in (({"a": "oui"}, (3, 3)), ({"a": "non"}, (2, 2)), ({}, (2, 2))):
        theme, number, count = place_of(small.facts(BASE, said), Step("b"))
        assert (theme.theme, (number, count)) == ("trois", place)


def test_progress_counts_the_questions_that_arise_but_no_overview() -> None:
    said = {"a": "non", "vue": {"oui": ["b"]}, "b": "?"}
    assert progress(small.facts(BASE, said), Step("c")) == (1, 2)
    assert progress(small.facts(BASE, said), Step("a")) == (1, 1)


def test_the_person_who_may_know_is_named_in_the_row_that_says_that_one_does_not() -> None:
    assert head_of(small.facts(BASE), Step("b"), True).dont_know == "Je ne sais pas (à demander : le maire)"
    assert head_of(small.facts(BASE), Step("c"), True).dont_know == "Je ne sais pas"


def test_the_help_of_an_overview_gives_that_of_its_rows() -> None:
    assert list(explanations(small.facts(BASE), Step("vue"))) == ["Regardez partout.", "B ? : Ouvrez le placard."]
    assert list(explanations(small.facts(BASE), Step("b")))[-1] == "Qui le sait : le maire."


def test_a_term_is_defined_where_it_first_appears_and_not_again(tmp_path: Path) -> None:
    term = next(term for term in everything() if not term.told)
    base = small.corpus(*({"id": name, "type": "oui_non", "libelle": f"Et {term.name}, {name} ?"} for name in "ab"))
    text = printed(ENTER * 3, lambda: Dialogue(dossiers.create(tmp_path / "d"), base, Session(), Screen()).run())
    assert " ".join(text.split()).count(" ".join(term.meaning.split())) == 1
    met: set[str] = set()
    facts = AnsweredFacts(base, {}, date.today())
    question = base.questions["a"]
    assert term in list(new_terms(Step("a"), head_of(facts, Step("a"), True), question, met)) and term.name in met
    assert list(new_terms(Step("a"), head_of(facts, Step("a"), True), question, met)) == []


def test_every_real_question_has_a_head_a_place_and_an_explanation() -> None:
    corpus = load()
    facts = AnsweredFacts(corpus, {}, small.TODAY)
    for theme in corpus.themes:
        for question in theme.questions:
            step = Step(question.id)
            assert head_of(facts, step, True).title and place_of(facts, step)[0] is theme
            assert all(text.strip() for text in explanations(facts, step))

"""Answers → facts: what arises, what is derived, what an element's cells are."""

from __future__ import annotations

from datetime import date

import pytest

from dpia.answers import Answer
from dpia.facts import AnsweredFacts
from dpia.trace import Ref
from dpia.values import ABSENT, UNKNOWN, Choices, Item, Items
from tests.fixtures import small

CHAIN = small.corpus(
    "a", {"id": "b", "type": "oui_non", "si": "a"}, {"id": "c", "type": "nombre", "si": "b"}, {"id": "d", "type": "oui_non", "si": "existe c"},
    faits={"f": "c >= 2", "g": "f ou a", "hier": "date_evaluation < 2026-01-01"},
)  # fmt: skip


def test_an_answer_is_a_fact_and_no_answer_is_unknown() -> None:
    known = small.facts(CHAIN, {"a": "oui"})
    assert known.value("a") is True
    assert known.value("b") is UNKNOWN
    assert small.facts(CHAIN, {"a": "?"}).value("a") is UNKNOWN


def test_a_question_whose_si_is_false_is_absent_whatever_was_answered_before() -> None:
    known = small.facts(CHAIN, {"a": "non", "b": "oui", "c": "3"})
    assert [known.value(name) for name in "abc"] == [False, ABSENT, ABSENT]
    assert [known.arises(name) for name in "abcd"] == [True, False, False, False]
    assert known.value("f") is ABSENT
    assert known.value("g") is False


def test_a_question_whose_si_is_unknown_cannot_be_asked_and_names_what_to_ask_first() -> None:
    known = small.facts(CHAIN, {"b": "oui", "c": "3"})
    reading = known.read(Ref("c"), {})
    assert reading.value is UNKNOWN
    assert not known.arises("c")
    assert reading.because is not None
    assert reading.because.missing() == ("a",)


def test_a_question_arises_once_what_it_depends_on_is_known() -> None:
    assert [small.facts(CHAIN, {"a": "oui"}).arises(name) for name in "abcd"] == [True, True, False, False]
    assert [small.facts(CHAIN, {"a": "oui", "b": "oui"}).arises(name) for name in "abcd"] == [True, True, True, True]


def test_a_derived_fact_follows_from_the_answers_and_opens_down_to_them() -> None:
    known = small.facts(CHAIN, {"a": "oui", "b": "oui", "c": "3"})
    assert known.value("g") is True
    reading = known.read(Ref("g"), {})
    assert reading.derived
    assert reading.because is not None
    assert [leaf.path for leaf in reading.because.leaves()] == ["c", "a"]


def test_the_day_of_assessment_is_a_fact() -> None:
    assert small.facts(CHAIN, {}, date(2025, 12, 31)).value("hier") is True
    assert small.facts(CHAIN, {}, date(2026, 1, 1)).value("hier") is False
    assert small.facts(CHAIN).value("date_evaluation") == small.TODAY


def test_given_facts_stand_in_place_of_answers_and_of_derivation() -> None:
    known = AnsweredFacts(CHAIN, {"a": Answer(False)}, small.TODAY, {"f": True, "b": ABSENT})
    assert known.value("f") is True
    assert known.value("b") is ABSENT
    assert known.value("g") is True


LIST = small.corpus(
    "g",
    {
        "id": "cams",
        "type": "liste",
        "element": "cam",
        "champs": ["id texte", "voit", {"id": "masque", "type": "oui_non", "si": "voit et g"}],
    },
    faits={"gene": ("cams", "voit et non masque"), "une_gene": "une cams avec (gene)"},
)


def test_a_cell_has_its_own_states() -> None:
    known = small.facts(
        LIST,
        {"g": "oui", "cams": [{"id": "C1", "voit": "oui", "masque": "non"}, {"id": "C2", "voit": "non", "masque": "oui"}, {"id": "C3"}]},
    )
    c1, c2, c3 = known.value("cams").elements  # type: ignore[union-attr]
    assert [known.cell("cams", item, "masque") for item in (c1, c2, c3)] == [False, ABSENT, UNKNOWN]
    assert [known.cell_arises("cams", item, "masque") for item in (c1, c2, c3)] == [True, False, False]
    assert [known.cell("cams", item, "gene") for item in (c1, c2, c3)] == [True, False, UNKNOWN]
    assert known.value("une_gene") is True


def test_the_path_of_a_cell_is_how_a_person_finds_it() -> None:
    known = small.facts(LIST, {"g": "oui", "cams": [{"id": "Place de l'Église", "voit": "oui"}]})
    assert known.read(Ref("une_gene"), {}).because.missing() == ("cams[Place de l'Église].masque",)  # type: ignore[union-attr]
    assert LIST.label("cams[Place de l'Église].masque") == "Place de l'Église : La question masque ?"
    assert LIST.question("cams[a].b].masque") is LIST.questions["cams"].champs[2]


def test_what_was_worked_out_for_one_element_is_not_given_for_another() -> None:
    items = tuple(Item(f"C{n}", {"id": f"C{n}", "voit": n % 2 == 0}) for n in range(6))
    known = AnsweredFacts(LIST, {"cams": Answer(Items(items))}, small.TODAY)
    assert [known.cell("cams", item, "voit") for item in items] == [True, False] * 3
    assert known.read(Ref("voit", "cams"), {"cams": items[0]}) is known.read(Ref("voit", "cams"), {"cams": items[0]})


def test_of_an_element_nobody_described_everything_is_unknown_and_the_list_is_named() -> None:
    known = small.facts(LIST, {"g": "non", "cams": {"complet": "non", "elements": []}})
    trace = known.read(Ref("une_gene"), {}).because
    assert trace is not None
    assert trace.value is UNKNOWN
    assert trace.missing() == ("cams",)


def test_a_name_that_no_file_defines_is_refused_not_unknown() -> None:
    known = small.facts(LIST)
    with pytest.raises(KeyError):
        known.value("voyageur")
    with pytest.raises(KeyError):
        known.cell("cams", Item("C1", {}), "couleur")


def test_a_multiple_choice_keeps_what_is_ruled_out_apart_from_what_is_unknown() -> None:
    base = small.corpus("m choix_multiple a b c")
    value = small.facts(base, {"m": {"oui": ["a"], "non": ["b"]}}).value("m")
    assert isinstance(value, Choices)
    assert [value.has(option) for option in "abc"] == [True, False, UNKNOWN]

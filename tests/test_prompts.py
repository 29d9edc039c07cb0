"""Each kind of prompt, typed at: answer, "je ne sais pas", help, note, going back with what was being entered; and how lines are cut."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpia.model import Question
from dpia.terminal.grids import boxes, column
from dpia.terminal.prompts import ask, ask_each, ask_elements, ask_name, insee_of
from dpia.terminal.screen import Screen, line, menu, wrap
from dpia.terminal.surface import Head, Key, Left, Row
from dpia.values import ABSENT, UNKNOWN, Choices, Item, Items
from tests.fixtures.keyboard import (
    BACK,
    DOWN,
    END,
    END_OF_FILE,
    ENTER,
    ERASE,
    HELP,
    HOME,
    INTERRUPT,
    NOTE,
    PAGE_DOWN,
    REVIEW,
    SPACE,
    UP,
    WHO,
    printed,
    typed,
)

SCREEN = Screen()
HEAD = Head("Une question ?", "Une aide.")
OPTIONS = {"a": "Le premier", "b": "Le deuxième", "c": "Le troisième"}
KEYS = [(BACK, Key.BACK), (HELP, Key.HELP), (NOTE, Key.NOTE), (REVIEW, Key.REVIEW), (WHO, Key.WHO)]
LEAVING = pytest.mark.parametrize(("keys", "key"), [*KEYS, ("?", Key.HELP)])


def question(kind: str, **more: Any) -> Question:
    return Question(id="q", type=kind, libelle="Une question ?", **more)  # type: ignore[arg-type]  # kinds come as plain words


def oui_non(keys: str, before: Any = ABSENT) -> Any:
    return typed(keys, lambda: ask(SCREEN, question("oui_non"), HEAD, before))


def choix(keys: str, before: Any = ABSENT) -> Any:
    return typed(keys, lambda: ask(SCREEN, question("choix", options=OPTIONS), HEAD, before))


def cases(keys: str, before: Any = ABSENT, like: Any = None) -> Any:
    return typed(keys, lambda: boxes(HEAD, OPTIONS, before, like))


def texte(keys: str, kind: str = "texte", before: Any = ABSENT, **more: Any) -> Any:
    return typed(keys, lambda: ask(SCREEN, question(kind, **more), HEAD, before))


# One of several


@pytest.mark.parametrize(("keys", "answer"), [(ENTER, True), (DOWN + ENTER, False), (DOWN * 2 + ENTER, UNKNOWN), (UP + ENTER, UNKNOWN)])
def test_yes_or_no(keys: str, answer: Any) -> None:
    assert oui_non(keys) is answer


@pytest.mark.parametrize(("keys", "answer"), [(ENTER, "a"), (DOWN + ENTER, "b"), (END + ENTER, UNKNOWN), (END + HOME + ENTER, "a")])
def test_choice(keys: str, answer: Any) -> None:
    assert choix(keys) == answer


@pytest.mark.parametrize("before", [True, False, UNKNOWN])
def test_what_was_said_last_time_is_pointed_at(before: Any) -> None:
    assert oui_non(ENTER, before) is before


def test_a_choice_made_last_time_is_pointed_at() -> None:
    assert choix(ENTER, "c") == "c"


@LEAVING
def test_a_menu_is_left_with_what_was_pointed_at(keys: str, key: Key) -> None:
    assert choix(DOWN + keys) == Left(key, "b")


def test_only_the_keys_of_its_head_leave_a_prompt() -> None:
    head = Head("Une question ?", keys=frozenset({Key.BACK}))
    assert typed(HELP + NOTE + REVIEW + DOWN + BACK, lambda: menu(head, [("Un", 1), ("Deux", 2)])) == Left(Key.BACK, 2)


def test_the_pointer_steps_over_headings() -> None:
    rows = [("Thème", Row.HEADING), ("Un", 1), ("Autre thème", Row.HEADING), ("Deux", 2)]
    assert typed(ENTER, lambda: menu(HEAD, rows)) == 1
    assert typed(DOWN + ENTER, lambda: menu(HEAD, rows)) == 2
    assert typed(UP + ENTER, lambda: menu(HEAD, rows)) == 2
    assert typed(HOME + ENTER, lambda: menu(HEAD, rows)) == 1


def test_a_page_does_not_leave_the_list() -> None:
    rows = [(str(n), n) for n in range(12)]
    assert typed(PAGE_DOWN + ENTER, lambda: menu(HEAD, rows)) == 8
    assert typed(PAGE_DOWN * 3 + ENTER, lambda: menu(HEAD, rows)) == 11


def test_enter_typed_between_two_prompts_comes_as_a_line_feed_and_counts() -> None:
    assert choix(DOWN + "\n") == "b"
    assert cases(UP + "\n") is UNKNOWN
    assert colonne("n\n") == dict.fromkeys(NAMES, False)
    assert texte("mot\n") == "mot"


# Several at once


def said(oui: str, non: str) -> Choices:
    return Choices(frozenset(oui), frozenset(non))


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (SPACE + ENTER * 2, said("a", "bc")),  # ticked, then "C'est tout : non pour les cases vides"
        (SPACE + ENTER + DOWN + ENTER, said("a", "")),  # "Je ne sais pas pour les cases vides"
        (SPACE + DOWN + "s" + ENTER * 2, said("a", "c")),  # one box unknown, the other empty
        ("ons" + ENTER, said("a", "b")),  # a sign moves on to the next box; none is empty any more
        ("on" + SPACE + UP * 2 + ENTER, said("ac", "b")),  # Enter is enough then, wherever the pointer is
        ("oo" + UP + "n" + ENTER * 2, said("a", "bc")),  # a sign replaces another one
        ((SPACE + DOWN) * 3 + ENTER, said("abc", "")),
        (DOWN * 3 + ENTER, said("", "abc")),  # "Rien de cette liste"
        (UP + ENTER, UNKNOWN),  # "Je ne sais pas"
        ("sss" + ENTER, UNKNOWN),
        ("s" + ENTER * 2, said("", "bc")),
        (SPACE * 2 + DOWN * 3 + ENTER, said("", "abc")),  # ticked, then no longer
    ],
)
def test_boxes(keys: str, answer: Any) -> None:
    assert cases(keys) == answer


def test_enter_on_an_empty_box_answers_nothing() -> None:
    """Unticked alone never means no: Enter twice on the first box must not answer "Rien de cette liste"."""
    assert cases(ENTER * 4 + BACK) == Left(Key.BACK, {"a": " ", "b": " ", "c": " "})


@LEAVING
def test_boxes_are_left_with_their_ticks_and_come_back_with_them(keys: str, key: Key) -> None:
    left = cases("os" + keys)
    assert left == Left(key, {"a": "o", "b": "?", "c": " "})
    assert cases(DOWN * 3 + ENTER, left.draft) == said("a", "c")


@pytest.mark.parametrize("before", [said("a", "bc"), said("", "abc"), said("b", "c"), said("abc", ""), UNKNOWN])
def test_boxes_start_from_what_was_said_last_time(before: Any) -> None:
    assert cases(ENTER, before) == before


def test_boxes_can_repeat_an_earlier_element() -> None:
    assert cases(UP + ENTER, like=("Place", said("b", "ac"))) == said("b", "ac")
    assert "Comme « Place » : Le deuxième" in printed(BACK, lambda: boxes(HEAD, OPTIONS, like=("Place", said("b", "ac"))))


NAMES = {"C1": "C1 (mât)", "C2": "C2 (façade)", "C3": "C3"}


def colonne(keys: str, kind: str = "oui_non", before: Any = None, targets: Any = ()) -> Any:
    return typed(keys, lambda: ask_each(SCREEN, question(kind, options=OPTIONS if kind == "choix" else {}), HEAD, NAMES, targets, before))


@pytest.mark.parametrize(
    ("keys", "answers"),
    [
        ("n" + ENTER, [False, False, False]),
        ("n" + DOWN + "o" + ENTER, [True, False, False]),
        ("n" + DOWN * 3 + "s" + ENTER, [False, False, UNKNOWN]),
        (DOWN + "ons" + ENTER, [True, False, UNKNOWN]),  # a sign moves on to the next element
        (SPACE + ENTER, [True, True, True]),
        (SPACE * 2 + ENTER, [False, False, False]),
        (SPACE * 3 + DOWN + SPACE + ENTER, [True, UNKNOWN, UNKNOWN]),
    ],
)
def test_one_answer_for_each_element(keys: str, answers: list[Any]) -> None:
    assert colonne(keys) == dict(zip(NAMES, answers, strict=True))


def test_no_element_is_answered_by_default() -> None:
    assert colonne(ENTER * 2 + BACK) == Left(Key.BACK, {})
    assert colonne(DOWN + "o" + ENTER * 2 + BACK) == Left(Key.BACK, {"C1": True})


def test_a_column_starts_from_what_was_said_and_from_what_was_being_entered() -> None:
    said_before = {"C1": True, "C2": False, "C3": UNKNOWN}
    assert colonne(ENTER, before=said_before) == said_before
    left = colonne(DOWN + "o" + HELP)
    assert left == Left(Key.HELP, {"C1": True})
    assert colonne(DOWN * 2 + "nn" + ENTER, before=left.draft) == {"C1": True, "C2": False, "C3": False}


def test_a_column_of_choices_is_numbered() -> None:
    assert colonne("1" + DOWN + "3" + ENTER, "choix") == {"C1": "c", "C2": "a", "C3": "a"}
    assert "2 : Le deuxième" in printed(BACK, lambda: ask_each(SCREEN, question("choix", options=OPTIONS), HEAD, NAMES))


def test_a_column_of_references_names_the_other_list() -> None:
    sites = (Item("Place", {"id": "Place"}), Item("Parking", {"id": "Parking"}))
    assert colonne(DOWN + "122" + ENTER, "reference", targets=sites) == {"C1": "Place", "C2": "Parking", "C3": "Parking"}


def test_more_answers_than_digits_are_reached_with_the_space_bar() -> None:
    many = [(str(n), f"Réponse {n}", n) for n in range(1, 13)]
    assert typed(SPACE * 12 + ENTER, lambda: column(HEAD, {"C1": "C1", "C2": "C2"}, many)) == {"C1": 12, "C2": 12}


# A line of text


@pytest.mark.parametrize(
    ("kind", "keys", "answer"),
    [
        ("texte", "Trois vols", "Trois vols"),
        ("texte", "nsp", UNKNOWN),
        ("nombre", "15", 15),
        ("nombre", "1 200", 1200),
        ("nombre", "NSP", UNKNOWN),
        ("date", "15/3/2024", date(2024, 3, 15)),
        ("date", "2024-03-15", date(2024, 3, 15)),
        ("date", "je ne sais pas", UNKNOWN),
    ],
)
def test_a_line(kind: str, keys: str, answer: Any) -> None:
    assert texte(keys + ENTER, kind) == answer


@pytest.mark.parametrize(
    ("kind", "wrong", "message"),
    [
        ("date", "31/02/2024", "Une date s'écrit 2024-03-15 ou 15/03/2024"),
        ("nombre", "quinze", "Un nombre est attendu (ici « quinze »)."),
        ("nombre", "-3", "Au moins 0 (ici -3)."),
        ("texte", "", "Répondez, ou tapez nsp si vous ne savez pas."),
    ],
)
def test_a_wrong_line_is_explained_and_stays_to_be_corrected(kind: str, wrong: str, message: str) -> None:
    right = {"date": "15/03/2024", "nombre": "4", "texte": "mot"}[kind]
    text = printed(wrong + ENTER + ERASE + right + ENTER, lambda: ask(SCREEN, question(kind, minimum=0), HEAD))
    assert message in " ".join(text.split())
    assert texte(wrong + ENTER + BACK, kind, minimum=0) == Left(Key.BACK, wrong)


@pytest.mark.parametrize(("kind", "before"), [("texte", "Un fait"), ("nombre", 1200), ("nombre", 2.5), ("date", date(2024, 3, 15))])
def test_a_line_starts_from_what_was_said_last_time(kind: str, before: Any) -> None:
    assert texte(ENTER, kind, before, unite="jours") == before


@pytest.mark.parametrize(("keys", "key"), KEYS)
def test_a_line_is_left_with_what_was_typed(keys: str, key: Key) -> None:
    assert texte("trois v" + keys) == Left(key, "trois v")


def test_a_question_mark_helps_only_while_nothing_is_typed() -> None:
    assert texte("?") == Left(Key.HELP, "")
    assert texte("Pourquoi ?" + ENTER) == "Pourquoi ?"


@pytest.mark.parametrize(
    ("name", "insee"), [("26220", "26220"), ("Nyons (26220)", "26220"), ("nyons", "26220"), ("L'Haÿ-les-Roses", "94038")]
)
def test_a_commune_is_known_by_code_or_by_a_name_that_only_one_bears(name: str, insee: str) -> None:
    assert insee_of(name) == insee
    assert typed(name + ENTER, lambda: ask(SCREEN, question("commune"), HEAD)) == insee


def test_a_name_that_several_communes_bear_is_not_guessed() -> None:
    assert insee_of("Saint-Denis") is None
    text = " ".join(printed("Saint-Denis" + ENTER + BACK, lambda: ask(SCREEN, question("commune"), HEAD)).split())
    assert "Choisissez une commune dans la liste" in text
    assert "Saint-Denis (93066, Seine-Saint-Denis)" in text and "Saint-Denis (97411, La Réunion)" in text


def test_a_commune_can_stay_unknown_and_comes_back_by_its_name() -> None:
    assert typed("nsp" + ENTER, lambda: ask(SCREEN, question("commune"), HEAD)) is UNKNOWN
    assert typed(ENTER, lambda: ask(SCREEN, question("commune"), HEAD, "26220")) == "26220"
    assert typed(BACK, lambda: ask(SCREEN, question("commune"), HEAD, "26220")) == Left(Key.BACK, "Nyons (26220)")


# The elements of a list

LISTE = Question(
    id="sites", type="liste", libelle="Quels sites ?", element="site", champs=(Question(id="id", type="texte", libelle="Nom du site"),)
)
KNOWN = Items((Item("A", {"id": "A"}),), complete=False)


NONE = Items((), complete=False)


def elements(keys: str, known: Items = NONE) -> Any:
    return typed(keys, lambda: ask_elements(SCREEN, LISTE, known, HEAD, None))


def test_several_elements_are_named_at_once() -> None:
    assert elements("A ; B;C" + ENTER) == Items(tuple(Item(key, {"id": key}) for key in "ABC"))
    assert elements("B" + ENTER, KNOWN) == Items((Item("A", {"id": "A"}), Item("B", {"id": "B"})))


def test_a_semicolon_at_the_end_says_that_others_are_still_to_be_named() -> None:
    assert elements("A;B ; " + ENTER) == Items(tuple(Item(key, {"id": key}) for key in "AB"), complete=False)
    assert elements(";" + ENTER, KNOWN) == KNOWN


def test_an_empty_line_says_that_the_list_is_complete() -> None:
    assert elements(ENTER) == Items((), complete=True)
    assert elements(ENTER, KNOWN) == Items(KNOWN.elements, complete=True)


def test_other_elements_may_exist_without_being_known() -> None:
    assert elements("nsp" + ENTER) is UNKNOWN
    assert elements("nsp" + ENTER, KNOWN) == KNOWN


@pytest.mark.parametrize("wrong", ["A", "B;B"])
def test_two_elements_never_share_a_name(wrong: str) -> None:
    assert elements(wrong + ENTER + ERASE + "C" + ENTER, KNOWN) == Items((*KNOWN.elements, Item("C", {"id": "C"})))


def test_an_element_gets_another_name() -> None:
    two = Items((Item("A", {}), Item("B", {})))
    assert typed(ERASE + "C" + ENTER, lambda: ask_name(SCREEN, two, "A", HEAD, None)) == "C"
    assert typed(ENTER, lambda: ask_name(SCREEN, two, "A", HEAD, None)) == "A"
    assert typed(ERASE + "B" + ENTER + ERASE + ENTER + "D" + ENTER, lambda: ask_name(SCREEN, two, "A", HEAD, None)) == "D"


# Stopping


@pytest.mark.parametrize("prompt", [lambda: menu(HEAD, [("Un", 1)]), lambda: boxes(HEAD, OPTIONS), lambda: line(HEAD, lambda raw: "")])
def test_ctrl_c_interrupts_every_prompt(prompt: Callable[[], Any]) -> None:
    with pytest.raises(KeyboardInterrupt):
        typed(INTERRUPT, prompt)


def test_the_end_of_the_input_is_an_interruption() -> None:
    with pytest.raises(KeyboardInterrupt):
        typed(END_OF_FILE, lambda: line(HEAD, lambda raw: ""))


# Lines


@given(st.text(alphabet=st.sampled_from("abé '«»→:;?!.,-\xa0 "), max_size=300), st.integers(0, 7))
def test_lines_are_cut_between_words_only(text: str, indent: int) -> None:
    lines = wrap(text, indent)
    assert "".join("".join(lines).split()) == "".join(text.split())
    words = set(text.replace("\xa0", " ").split())
    if all(len(word) < 30 for word in words):
        assert {word for row in lines for word in row.split()} <= words


def test_a_hyphen_does_not_cut_a_word() -> None:
    assert {word for row in wrap("rendez-vous " * 40) for word in row.split()} == {"rendez-vous"}


def test_double_punctuation_and_quotes_stay_with_their_word() -> None:
    text = "Le réglage « conservation » est-il le bon ? Oui : quinze jours ; non : trente jours → à changer !"
    for width in range(20, 80):
        for row in wrap(text, 80 - width):
            assert row.split()[0][0] not in "?!:;»"
            assert not row.rstrip().endswith(("«", "→"))


def test_the_help_folds_when_the_screen_is_too_small() -> None:
    rows = [(f"Ligne {n}", n) for n in range(21)]
    assert "Une aide." not in printed(BACK, lambda: menu(HEAD, rows))
    assert "Une aide." in printed(BACK, lambda: menu(HEAD, rows[:15]))

"""Answers typed on one line, cells of a list included, and lists added from a file."""

from __future__ import annotations

import pytest

from dpia.answers import Answer, AnswerError
from dpia.corpus import load
from dpia.replies import merged, read
from dpia.values import UNKNOWN, Item, Items

CAMERAS = Answer(
    Items((Item("C01", {"id": "C01", "son": False}), Item("C02", {"id": "C02", "emplacement": "mât"})), complete=False), note="import"
)


def test_a_cell_is_answered_by_the_name_that_the_program_prints() -> None:
    name, answer = read(load(), {"cameras": CAMERAS}, "cameras[C02].son=oui")
    assert name == "cameras"
    assert isinstance(answer.value, Items)
    assert [item.cells.get("son") for item in answer.value.elements] == [False, True]
    assert answer.value.elements[1].cells["emplacement"] == "mât"
    assert not answer.value.complete
    assert answer.note == "import"


def test_dont_know_is_a_cell_too() -> None:
    _, answer = read(load(), {"cameras": CAMERAS}, "cameras[C01].son=?")
    assert isinstance(answer.value, Items)
    assert answer.value.elements[0].cells["son"] is UNKNOWN


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("cameras[C09].son=oui", "« C09 » n'est pas dans la liste : C01, C02"),
        ("cameras[C01].sono=oui", "« sono » n'est pas un champ"),
        ("cameras[C01].son=peut-être", "répondez « oui », « non » ou « ? »"),
        ("cameras[C01].id=C02", "ne se change pas ainsi"),
        ("commune=99999", "n'est pas le code INSEE d'une commune actuelle"),
        ("contact_commune=", "la valeur est vide"),
        ("stade", "écrivez id=valeur"),
    ],
)
def test_what_cannot_be_recorded_says_why(typed: str, said: str) -> None:
    with pytest.raises(AnswerError, match=said.replace("?", r"\?")):
        read(load(), {"cameras": CAMERAS}, typed)


def test_a_list_of_a_file_is_added_and_loses_nothing() -> None:
    added = Answer(Items((Item("C02", {"id": "C02", "son": True}), Item("C03", {"id": "C03"}))))
    after = merged(CAMERAS, added)
    assert isinstance(after.value, Items)
    assert [item.key for item in after.value.elements] == ["C01", "C02", "C03"]
    assert after.value.elements[1].cells == {"id": "C02", "emplacement": "mât", "son": True}
    assert not after.value.complete
    assert after.note == "import"


def test_any_other_answer_replaces_the_former_one() -> None:
    assert merged(Answer("projet"), Answer("en_service")) == Answer("en_service")

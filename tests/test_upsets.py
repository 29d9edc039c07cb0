"""What a correction upsets: shown before it is saved, and only when something known is replaced."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dpia import dossier as dossiers
from dpia.interview import Session
from dpia.terminal.dialogue import Dialogue
from dpia.terminal.screen import Screen
from dpia.upsets import corrects, upset
from dpia.values import UNKNOWN, Choices, Items, Value
from tests.fixtures import small
from tests.fixtures.keyboard import BACK, DOWN, END, ENTER, HOME, UP, printed

BASE = small.corpus(
    "a", {"id": "b", "type": "oui_non", "si": "a"}, {"id": "c", "type": "oui_non", "si": "non a"}, "m choix_multiple x y",
    {"id": "sites", "type": "liste", "element": "site", "champs": ["id texte", "nature choix hall rue"]},
    rules=({"id": "r", "titre": "Répondre à b", "quand": "a", "satisfait_si": "b"},),
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "before", "after", "expected"),
    [
        ("a", "oui", "non", True),
        ("a", "oui", "oui", False),
        ("a", "oui", "?", True),
        ("a", "?", "non", False),
        ("m", {"oui": ["x"]}, {"oui": ["x"], "non": ["y"]}, False),  # a box that was unknown
        ("m", {"oui": ["x"]}, {"oui": ["y"]}, True),
        ("sites", [{"id": "A"}], [{"id": "A", "nature": "rue"}, {"id": "B"}], False),
        ("sites", [{"id": "A", "nature": "?"}], [{"id": "A", "nature": "rue"}], False),
        ("sites", [{"id": "A", "nature": "hall"}], [{"id": "A", "nature": "rue"}], True),
        ("sites", [{"id": "A", "nature": "hall"}], [{"id": "A"}], True),
        ("sites", [{"id": "A"}, {"id": "B"}], [{"id": "A"}], True),
    ],
)
def test_only_what_was_known_is_corrected(name: str, before: Any, after: Any, expected: bool) -> None:
    told = {question: answer.value for question, answer in small.answers(BASE, {name: after}).items()}
    assert corrects(small.answers(BASE, {name: before}), told) is expected
    assert not corrects({}, told)


def test_what_counts_no_longer_what_is_asked_and_what_turns_is_said() -> None:
    found = upset(small.facts(BASE, {"a": "oui", "b": "non"}), {"a": False})
    assert (found.lost, found.asked) == (("La question b ?",), ("La question c ?",))
    assert found.turned == (("Répondre à b", "ecart", "sans_objet"),)
    assert not upset(small.facts(BASE, {"a": "oui"}), {"m": Choices(frozenset("x")), "sites": Items(), "a": True})


# In the conversation


def talk(folder: Path, keys: str) -> tuple[str, dict[str, Value]]:
    dossier = dossiers.read(folder, BASE) if (folder / dossiers.ANSWERS).exists() else dossiers.create(folder)
    text = " ".join(printed(keys, lambda: Dialogue(dossier, BASE, Session(), Screen()).run()).split())
    return text, {name: answer.value for name, answer in dossiers.read(folder, BASE).answers.items()}


TOLD = {"a": "oui", "b": "non", "c": "?", "m": {"oui": ["x"]}, "sites": []}
CORRECT_A = DOWN + ENTER + END + UP + ENTER  # among the answers read back: the first one, "Non"


@pytest.mark.parametrize("accepted", [True, False])
def test_a_correction_among_the_answers_read_back_waits_for_a_yes(tmp_path: Path, accepted: bool) -> None:
    dossiers.say(dossiers.create(tmp_path / "d"), BASE, small.answers(BASE, TOLD))
    text, said = talk(tmp_path / "d", CORRECT_A + ("" if accepted else DOWN) + ENTER + HOME + ENTER)
    assert said["a"] is not accepted and said["b"] is False
    assert "Ces réponses ne comptent plus : • La question b ?" in text and "• Répondre à b : écart → sans objet" in text
    assert ("Rien n'est changé." in text) is not accepted
    journal = (tmp_path / "d" / dossiers.JOURNAL).read_text(encoding="utf-8").splitlines()
    assert len(journal) == len(TOLD) + accepted  # what is refused leaves no trace


def test_a_refused_correction_can_be_left_without_an_answer(tmp_path: Path) -> None:
    dossiers.say(dossiers.create(tmp_path / "d"), BASE, small.answers(BASE, TOLD))
    _, said = talk(tmp_path / "d", CORRECT_A + BACK + HOME + ENTER)
    assert said["a"] is True


def test_a_correction_that_upsets_nothing_is_saved_at_once(tmp_path: Path) -> None:
    dossiers.say(dossiers.create(tmp_path / "d"), BASE, small.answers(BASE, TOLD))
    keys = DOWN * 3 + ENTER + HOME + "no" + ENTER + HOME + ENTER  # "m": x becomes a no
    text, said = talk(tmp_path / "d", keys)
    assert said["m"] == Choices(frozenset("y"), frozenset("x")) and "Enregistrer ce changement" not in text
    assert said["c"] is UNKNOWN

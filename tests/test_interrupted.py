"""Recording an answer, stopped anywhere: killed at each line and at each prompt, interrupted, refused by the disk."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from datetime import date
from itertools import count
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import pytest

from dpia import dossier as dossiers
from dpia.answers import Answer
from dpia.cli import main
from dpia.dossier import ANSWERS, JOURNAL, LOCK, DossierError
from dpia.facts import AnsweredFacts
from dpia.interview import Step
from dpia.values import UNKNOWN, Choices, Item, Items
from tests.fixtures import small_interview
from tests.fixtures.hands import Hands, InLines, OnScreen
from tests.fixtures.killing import Killer
from tests.test_dossier import BASE

WRITERS = ("dossier.py", "writing.py", "journal.py", "unsaved.py")
BEFORE = {"son": Answer(True), "cams": Answer(Items((Item("C1", {"id": "C1"}),)))}
CHANGE = {
    "motif": Answer(" ".join(["été"] * 500)),
    "cams": Answer(Items((Item("C1", {"id": "C1", "lieu": "Gare"}), Item("C2", {"id": "C2"})))),
}


def at_line(number: int, then: Callable[[], object]) -> Callable[..., Any]:
    """A trace that does something before the n-th line of the modules that write is run."""
    lines = count()

    def trace(frame: FrameType, event: str, _: object) -> Callable[..., Any] | None:
        if not frame.f_code.co_filename.endswith(WRITERS):
            return None
        if event == "line" and next(lines) == number:
            then()
        return trace

    return trace


def begun(folder: Path) -> dossiers.Dossier:
    return dossiers.say(dossiers.create(folder), BASE, BEFORE)


def checked(folder: Path) -> bool:
    """Check that a dossier is whole and goes on at once after a stop; tell whether the change was recorded."""
    found = dossiers.read(folder, BASE)
    assert found.answers in (BEFORE, BEFORE | CHANGE)
    saved = found.answers != BEFORE
    told: list[str] = []
    dossiers.say(found, BASE, {"duree": Answer(3)}, tell=told.append)
    assert told == []  # nobody had to be waited for
    assert dossiers.read(folder, BASE).answers == dict(found.answers) | {"duree": Answer(3)}
    rows = [json.loads(line)["question"] for line in (folder / JOURNAL).read_text(encoding="utf-8").splitlines()]
    assert rows == [*BEFORE, *(CHANGE if saved else ()), "duree"]  # each change once, even if its writer was killed before its line
    assert sorted(path.name for path in folder.iterdir()) == [LOCK, JOURNAL, "pieces", ANSWERS]  # and nothing is left behind
    return saved


def test_killed_at_any_line_a_recording_is_done_or_not_begun(tmp_path: Path) -> None:
    saved = []
    for number in count():
        dossier = begun(tmp_path / str(number))
        child = os.fork()
        if not child:
            sys.settrace(at_line(number, lambda: os.kill(os.getpid(), signal.SIGKILL)))
            dossiers.say(dossier, BASE, CHANGE)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        saved.append(checked(dossier.folder))
        if os.WIFEXITED(status):
            break
        assert os.WTERMSIG(status) == signal.SIGKILL
    assert os.WEXITSTATUS(status) == 0
    assert len(saved) > 50
    assert saved == sorted(saved) and True in saved[:-1] and False in saved  # before the replacement, then after it


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a file that the interruption left to be closed later
def test_interrupted_at_any_line_a_recording_is_done_or_not_begun(tmp_path: Path) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    saved, before = [], sys.gettrace()
    for number in count():
        dossier = begun(tmp_path / str(number))
        sys.settrace(at_line(number, interrupt))
        try:
            dossiers.say(dossier, BASE, CHANGE)
        except KeyboardInterrupt:
            stopped = True
        else:
            stopped = False
        finally:
            sys.settrace(before)
        saved.append(checked(dossier.folder))
        if not stopped:
            break
    assert len(saved) > 50 and False in saved and saved[-1]


# -- refusals of the disk


def refusing(monkeypatch: pytest.MonkeyPatch, place: str, error: OSError) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(place, refuse)
    monkeypatch.setattr("time.sleep", lambda _: None)


DISK = [
    (OSError(errno.ENOSPC, "No space left on device"), "le disque est plein"),
    (PermissionError(errno.EACCES, "Permission denied"), "accès refusé : vérifiez vos droits sur ce dossier"),
    (OSError(errno.EROFS, "Read-only file system"), "le disque est en lecture seule"),
    (OSError(errno.EIO, "Input/output error"), "erreur du disque"),
    (FileNotFoundError(errno.ENOENT, "No such file or directory"), "son dossier n'existe pas"),
]


@pytest.mark.parametrize("place", ["os.open", "os.fsync", "os.fdopen", "tempfile.mkstemp", "pathlib.Path.replace"])
@pytest.mark.parametrize(("error", "said"), DISK, ids=lambda part: getattr(part, "strerror", ""))
def test_what_the_disk_refuses_is_never_said_to_be_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, error: OSError, said: str
) -> None:
    dossier = begun(tmp_path)
    refusing(monkeypatch, place, error)
    with pytest.raises(DossierError) as caught:
        dossiers.say(dossier, BASE, CHANGE)
    monkeypatch.undo()
    message = str(caught.value)
    assert said in message and str(error.strerror) not in message
    assert "votre dernière réponse, elle, n'est pas enregistrée" in message
    assert checked(tmp_path) is False


def test_a_file_that_another_program_holds_costs_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows refuses to replace a file that is open elsewhere; the folder still takes a new one."""
    dossier = begun(tmp_path)
    replace = Path.replace

    def held(self: Path, target: Path) -> Path:
        if target.name == ANSWERS:
            raise PermissionError(errno.EACCES, "held")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", held)
    monkeypatch.setattr("time.sleep", lambda _: None)
    with pytest.raises(DossierError, match=r"accès refusé.*Votre réponse est gardée dans reponses\.conflit-"):
        dossiers.say(dossier, BASE, CHANGE)
    monkeypatch.undo()
    assert dossiers.read(tmp_path, BASE) == dossier
    (aside,) = tmp_path.glob("reponses.conflit-*")
    monkeypatch.setattr("dpia.commands.load", lambda: BASE)
    assert main(["repondre", str(tmp_path), "--fichier", str(aside)]) == 0
    assert dossiers.read(tmp_path, BASE).answers == BEFORE | CHANGE


def test_a_disk_that_fills_up_while_writing_leaves_the_former_file(tmp_path: Path) -> None:
    dossier = begun(tmp_path)
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))  # bytes: the answers no longer fit
        try:
            dossiers.say(dossier, BASE, CHANGE)
        except DossierError as error:
            os._exit(0 if "ne peut pas être écrit (erreur du disque)" in str(error) and "n'est pas enregistrée" in str(error) else 1)
        os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert checked(tmp_path) is False


def test_a_journal_that_cannot_be_written_does_not_lose_the_answer(tmp_path: Path) -> None:
    for name, cause in (("plein", "le disque est plein"), ("dossier", "un fichier porte le nom attendu")):
        dossier = dossiers.create(tmp_path / name)
        journal = dossier.folder / JOURNAL
        journal.symlink_to("/dev/full") if name == "plein" else journal.mkdir()
        with pytest.raises(DossierError, match=f"{cause}.*la réponse est enregistrée, sa trace manque"):
            dossiers.say(dossier, BASE, {"son": Answer(True)})
        assert dossiers.read(dossier.folder, BASE).answers["son"].value is True


def test_a_line_of_the_journal_cut_short_spoils_no_other(tmp_path: Path) -> None:
    dossier = begun(tmp_path)
    with (tmp_path / JOURNAL).open("a", encoding="utf-8") as out:
        out.write('{"quand": "2026-')
    dossiers.say(dossier, BASE, {"duree": Answer(3)})
    *_, cut, last = (tmp_path / JOURNAL).read_text(encoding="utf-8").splitlines()
    assert cut == '{"quand": "2026-'
    assert json.loads(last)["question"] == "duree"


# -- the whole interview, in a real terminal


SAID = {
    "son": True, "stade": "service", "mentions": Choices(frozenset({"logo"}), frozenset({"droits", "contact"})), "duree": 15,
    "jour": date(2024, 3, 15), "motif": "Vols répétés", "commune": "26220", "noms": UNKNOWN, "cams": Items(tuple(Item(k, {"id": k}) for k in ("C1", "C2"))),
}  # fmt: skip
CELLS = {"bruit": {"C1": True, "C2": False}, "usages": Choices(frozenset({"a", "b"})), "lieu": "Gare"}


def said(_: AnsweredFacts, step: Step, __: Mapping[str, str]) -> Any:
    return CELLS[step.field] if step.field else SAID[step.question]


@pytest.mark.parametrize("hands", [OnScreen(), InLines()], ids=["plein écran", "ligne à ligne"])
def test_killed_at_every_prompt_an_interview_goes_on_where_it_was(tmp_path: Path, hands: Hands) -> None:
    """The whole base is put to the same test by outils/tuer_entretien.py."""
    killer = Killer(tmp_path / "d", small_interview.BASE, hands, ("-m", "tests.fixtures.small_interview"), said, Random(7))  # noqa: S311  # when to kill
    tally = killer.run()
    assert tally.waiting == len(tally.prompts) + 1  # and where all answers are read back
    assert tally.recorded == len(tally.prompts) == 14
    assert {
        name: answer.value for name, answer in dossiers.read(tmp_path / "d", small_interview.BASE).answers.items() if name != "cams"
    } == {name: value for name, value in SAID.items() if name != "cams"}

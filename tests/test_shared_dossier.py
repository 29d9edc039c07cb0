"""Two people, or eight, at one dossier: what was said to be recorded stays, what was refused is in a file that can be recorded."""

from __future__ import annotations

import json
import multiprocessing
import os
import shlex
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from dpia import dossier as dossiers
from dpia import writing
from dpia.answers import Answer
from dpia.dossier import ANSWERS, JOURNAL, LOCK, DossierError
from dpia.values import Item, Items, Value
from dpia.yamlfile import LIMIT
from tests.fixtures import small, writers
from tests.test_dossier import BASE, parse

HOLDER = (
    "import sys\nfrom pathlib import Path\nfrom dpia.writing import locked\n"
    "with locked(Path(sys.argv[1]), print):\n    print('tenu', flush=True)\n    sys.stdin.read()\n"
)


def set_aside(folder: Path) -> list[Path]:
    return sorted(folder.glob("reponses.conflit-*.yaml"))


def cameras(**cells: dict[str, Value]) -> Answer:
    return Answer(Items(tuple(Item(key, {"id": key, **said}) for key, said in cells.items())))


def test_eight_people_at_once_lose_nothing(tmp_path: Path) -> None:
    base = writers.base()
    dossiers.say(dossiers.create(tmp_path), base, {})
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(writers.WRITERS)
    people = [context.Process(target=writers.record, args=(tmp_path, me, barrier)) for me in range(writers.WRITERS)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert [person.exitcode for person in people] == [0] * writers.WRITERS

    told = [json.loads((tmp_path / f"dit-{me}.json").read_text()) for me in range(writers.WRITERS)]
    accepted = [tuple(said) for one in told for said in one["enregistre"]]
    refused = [tuple(said) for one in told for said in one["refuse"]]
    assert len(accepted) + len(refused) == writers.WRITERS * writers.ROUNDS
    assert refused  # they did meet

    # Each answer replaced one that its writer had read: the journal is one chain, and its end is the file.
    rows = [json.loads(line) for line in (tmp_path / JOURNAL).read_text(encoding="utf-8").splitlines()]
    last: dict[str, str] = {}
    for row in rows:
        assert row["avant"] == last.get(row["question"])
        last[row["question"]] = row["apres"]
    final = dossiers.read(tmp_path, base).answers
    assert {name: f"{name}: {{valeur: {json.dumps(answer.value)}}}" for name, answer in final.items()} == last
    assert Counter((row["question"], json.loads(row["apres"].partition("valeur: ")[2][:-1])) for row in rows) == Counter(accepted)
    # Nobody else answers one's own questions: they are all recorded, without a conflict.
    assert all(name in final for me in range(writers.WRITERS) for n in range(1, writers.ROUNDS, 2) for name in [f"a{me}_{n}"])
    kept = [dossiers.parse(path.read_bytes(), base, path.name)[0] for path in set_aside(tmp_path)]
    assert Counter((name, answer.value) for said in kept for name, answer in said.items()) == Counter(refused)
    assert not list(tmp_path.glob(".*.tmp"))


# -- two people, one question


def test_the_same_question_is_never_overwritten(tmp_path: Path) -> None:
    first = dossiers.say(dossiers.create(tmp_path), BASE, {"son": Answer(True)})
    theirs = dossiers.say(dossiers.read(tmp_path, BASE), BASE, {"duree": Answer(15)})
    journal = (tmp_path / JOURNAL).read_bytes()
    for value in (1, 2):  # twice in the same second: both must survive
        with pytest.raises(DossierError, match=r"a répondu entre-temps à « La question duree \? » : sa réponse reste en place"):
            dossiers.say(first, BASE, {"duree": Answer(value), "motif": Answer("vu")})
    assert dossiers.read(tmp_path, BASE).answers == theirs.answers
    assert (tmp_path / JOURNAL).read_bytes() == journal
    said = [parse(path.read_bytes())[0] for path in set_aside(tmp_path)]
    assert sorted(answers.pop("duree").value for answers in said) == [1, 2]  # type: ignore[type-var]
    assert said == [{"motif": Answer("vu")}] * 2  # what was not recorded, and nothing else


def test_the_same_answer_is_no_conflict(tmp_path: Path) -> None:
    mine = dossiers.say(dossiers.create(tmp_path), BASE, {"son": Answer(True)})
    dossiers.say(mine, BASE, {"duree": Answer(15)})
    assert dossiers.say(mine, BASE, {"duree": Answer(15)}).answers["duree"] == Answer(15)
    assert not set_aside(tmp_path)


def test_other_questions_are_kept_and_known_from_then_on(tmp_path: Path) -> None:
    mine = dossiers.say(dossiers.create(tmp_path), BASE, {"son": Answer(True)})
    (tmp_path / ANSWERS).write_text("format: 1\nreponses: {son: {valeur: oui}, duree: 15, future: x}\n", encoding="utf-8")
    now = dossiers.say(mine, BASE, {"motif": Answer("vu")})
    assert {name: answer.value for name, answer in now.answers.items()} == {"son": True, "duree": 15, "motif": "vu"}
    assert now.kept == {"future": "x"}
    assert now == dossiers.read(tmp_path, BASE)
    assert not set_aside(tmp_path)


def test_an_answer_withdrawn_by_hand_stays_withdrawn(tmp_path: Path) -> None:
    mine = dossiers.say(dossiers.create(tmp_path), BASE, {"son": Answer(True), "duree": Answer(15)})
    (tmp_path / ANSWERS).write_text("format: 1\nreponses: {duree: 15}\n", encoding="utf-8")
    assert set(dossiers.say(mine, BASE, {"motif": Answer("vu")}).answers) == {"duree", "motif"}
    with pytest.raises(DossierError, match="La question duree"):
        (tmp_path / ANSWERS).write_text("format: 1\nreponses: {}\n", encoding="utf-8")
        dossiers.say(mine, BASE, {"duree": Answer(30)})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "a disparu depuis sa lecture"),
        (b"format: 1\nreponses: [", "a changé depuis sa lecture, et ne se lit plus"),
        (b"format: 2\nreponses: {}\n", "plus récent que celui de ce programme"),
        (b"#" * (LIMIT + 1), "dépasse 1000 ko"),
    ],
)
def test_a_file_that_cannot_be_read_any_more_is_left_alone(tmp_path: Path, content: bytes | None, said: str) -> None:
    dossier = dossiers.say(dossiers.create(tmp_path), BASE, {"son": Answer(True)})
    (tmp_path / ANSWERS).unlink()
    if content is not None:
        (tmp_path / ANSWERS).write_bytes(content)
    with pytest.raises(DossierError, match=said):
        dossiers.say(dossier, BASE, {"duree": Answer(15)})
    assert ((tmp_path / ANSWERS).read_bytes() if content else None) == content
    assert [parse(path.read_bytes())[0] for path in set_aside(tmp_path)] == [{"duree": Answer(15)}]


def test_what_was_set_aside_is_recorded_by_the_command_that_is_given(
    tmp_path: Path, run: small.RUN, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dpia.commands.load", lambda: BASE)
    folder = tmp_path / "Ma commune"
    start = {"son": Answer(True), "cams": cameras(C1={"bruit": True, "n": 1}, C2={"bruit": True}, C3={}, **{"C\n4": {}})}
    mine = dossiers.say(dossiers.create(folder), BASE, start)
    theirs = {"son": Answer(False), "cams": cameras(C1={"bruit": True, "n": 2}, C2={"bruit": False}, C3={}, C5={"n": 5})}
    dossiers.say(mine, BASE, theirs)
    changed = cameras(C1={"bruit": False, "n": 1}, C2={"bruit": True}, C6={"n": 6})
    with pytest.raises(DossierError) as caught:
        dossiers.say(mine, BASE, {"cams": changed, "duree": Answer(15, note="vu")})
    (aside,) = set_aside(folder)
    command = shlex.split(str(caught.value).partition(":  dpia ")[2])
    assert '# À refaire dans « dpia questions » : retirer "C3", "C\\n4" de « cams ».' in aside.read_text(encoding="utf-8")

    code, _, errors = run(*command)
    assert (code, errors) == (0, "")
    now = dossiers.read(folder, BASE).answers
    assert now["son"].value is False and now["duree"] == Answer(15, note="vu")
    # My new element and my changed cell; of the rest, what the other person said.
    assert now["cams"].value == cameras(C1={"bruit": False, "n": 2}, C2={"bruit": False}, C3={}, C5={"n": 5}, C6={"n": 6}).value


def test_a_list_set_aside_never_makes_an_unfinished_list_whole(tmp_path: Path) -> None:
    open_list = Answer(Items((Item("C1", {"id": "C1"}),), complete=False))
    mine = dossiers.say(dossiers.create(tmp_path), BASE, {"cams": open_list})
    (tmp_path / ANSWERS).write_text("format: 1\nreponses: {}\n", encoding="utf-8")
    with pytest.raises(DossierError):
        dossiers.say(mine, BASE, {"cams": Answer(Items((Item("C1", {"id": "C1"}),)))})
    (aside,) = set_aside(tmp_path)
    assert parse(aside.read_bytes())[0]["cams"].value == Items((), complete=False)


# -- the lock


def held(folder: Path) -> subprocess.Popen[str]:
    """A process that holds the lock until it is told to stop."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder / LOCK)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout and holder.stdout.readline() == "tenu\n"
    return holder


def test_a_killed_holder_stops_nobody(tmp_path: Path) -> None:
    dossier = dossiers.create(tmp_path)
    with held(tmp_path) as holder:
        (tmp_path / f".{ANSWERS}.abc.tmp").write_text("à moitié")
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        told: list[str] = []
        assert dossiers.say(dossier, BASE, {"son": Answer(True)}, tell=told.append) == dossiers.read(tmp_path, BASE)
    assert told == []
    assert sorted(path.name for path in tmp_path.iterdir()) == [LOCK, JOURNAL, "pieces", ANSWERS]


def test_a_holder_that_hangs_is_waited_for_then_the_answer_is_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(writing, "SILENCE", 0.01)
    monkeypatch.setattr(writing, "PATIENCE", 0.2)
    dossier = dossiers.create(tmp_path)
    with (
        held(tmp_path) as holder,
        pytest.raises(DossierError, match="Une autre personne enregistre dans ce dossier depuis plus de") as caught,
    ):
        try:
            dossiers.say(dossier, BASE, {"son": Answer(True)})
        finally:
            holder.communicate("")
    assert capsys.readouterr().err.count("Une autre personne enregistre dans ce dossier ; attente de") == 1
    assert "--fichier" in str(caught.value)
    assert [parse(path.read_bytes())[0] for path in set_aside(tmp_path)] == [{"son": Answer(True)}]
    assert not (tmp_path / ANSWERS).exists()


def test_an_answer_is_recorded_when_the_holder_lets_go(tmp_path: Path) -> None:
    dossier = dossiers.create(tmp_path)
    with held(tmp_path) as holder:
        assert holder.stdin
        waiting = multiprocessing.get_context("spawn").Process(target=dossiers.say, args=(dossier, BASE, {"son": Answer(True)}))
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive() and not (tmp_path / ANSWERS).exists()
        holder.stdin.close()
        waiting.join()
    assert waiting.exitcode == 0
    assert dossiers.read(tmp_path, BASE).answers == {"son": Answer(True)}


def test_a_disk_that_cannot_lock_still_sees_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def impossible(_: int) -> bool:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(writing, "_seized", impossible)
    living = tmp_path / f".{ANSWERS}.abc.tmp"  # without a lock, another writer may be at work
    mine = dossiers.create(tmp_path)
    living.write_text("")
    dossiers.say(mine, BASE, {"son": Answer(True)})
    with pytest.raises(DossierError, match="entre-temps"):
        dossiers.say(mine, BASE, {"son": Answer(False)})
    assert living.exists()


@pytest.mark.skipif(os.name == "nt", reason="les droits de Windows ne se lisent pas ainsi")
def test_whoever_may_write_in_the_folder_may_lock_it(tmp_path: Path) -> None:
    shared = tmp_path / "partage"
    dossiers.create(shared)
    shared.chmod(0o2775)
    before = os.umask(0o077)
    try:
        dossiers.say(dossiers.Dossier(shared, {}, {}), BASE, {})
    finally:
        os.umask(before)
    assert (shared / LOCK).stat().st_mode & 0o777 == 0o664

"""The dialogue in plain lines: what is typed, what is printed, and that it says the same as the full screen."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dpia import dossier as dossiers
from dpia.answers import Answer
from dpia.corpus import load
from dpia.interview import Session
from dpia.model import Question
from dpia.terminal.dialogue import Dialogue
from dpia.terminal.plain_lines import Lines
from dpia.terminal.prompts import ask, ask_each, ask_elements
from dpia.terminal.screen import Screen
from dpia.terminal.surface import NOWHERE, Completions, Head, Key, Left, Row, Surface
from dpia.values import ABSENT, UNKNOWN, Choices, Item, Items, Value
from tests.fixtures import small
from tests.fixtures.keyboard import BACK, DOWN, ENTER, ERASE, HELP, HOME, NOTE, REVIEW, WHO, typed

SURFACES: tuple[Surface, ...] = (Screen(), Lines())  # both offer all of it: mypy reads this line
LINES = Lines()
HEAD = Head("Une question ?", "Une aide.")
OPTIONS = {"a": "Le premier", "b": "Le deuxième", "c": "Le troisième"}
WORDS = {Key.BACK: "<", Key.HELP: "?", Key.NOTE: "/note", Key.REVIEW: "/relire", Key.WHO: "/qui"}
PRESSED = {Key.BACK: BACK, Key.HELP: HELP, Key.NOTE: NOTE, Key.REVIEW: REVIEW, Key.WHO: WHO}


@contextmanager
def reading(lines: Iterable[str], paper: StringIO) -> Iterator[None]:
    """Give these lines to whatever reads some, and keep what is printed."""
    before, sys.stdin = sys.stdin, StringIO("".join(line + "\n" for line in lines))
    try:
        with redirect_stdout(paper):
            yield
    finally:
        sys.stdin = before


def answered(prompt: Callable[[], Any], *lines: str) -> tuple[Any, str]:
    """What a prompt gives when these lines are typed, and what it prints, on one line."""
    paper = StringIO()
    with reading(lines, paper):
        result = prompt()
    return result, " ".join(paper.getvalue().split())


def menu(*lines: str, default: Any = NOWHERE) -> tuple[Any, str]:
    return answered(lambda: LINES.menu(HEAD, [("Thème", Row.HEADING), ("Un", 1), ("Deux", 2)], default), *lines)


def boxes(*lines: str, before: Any = ABSENT, like: Any = None) -> Any:
    return answered(lambda: LINES.boxes(HEAD, OPTIONS, before, like), *lines)[0]


def said(oui: str, non: str) -> Choices:
    return Choices(frozenset(oui), frozenset(non))


# Each kind of prompt


def test_a_menu_is_answered_by_a_number() -> None:
    assert menu("2")[0] == 2
    for wrong in ("0", "3", "deux", "", "9" * 5000):
        found, text = menu(wrong, "1")
        assert found == 1 and "Tapez un numéro de 1 à 2." in text
    assert "Une question ? Une aide. Thème 1. Un 2. Deux" in menu("1")[1]


def test_enter_alone_keeps_the_answer_given_before_and_nothing_else() -> None:
    found, text = menu("", default=2)
    assert found == 2 and "2. Deux (réponse actuelle)" in text
    assert answered(lambda: LINES.menu(HEAD, [("Oui", True), ("Un", 1)], 1), "")[0] == 1


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (("1 3", "1"), said("ac", "b")),
        (("1, 3", "2"), said("ac", "")),
        (("1 2 3",), said("abc", "")),  # nothing is left to say
        (("4",), said("", "abc")),  # "Rien de cette liste"
        (("5",), UNKNOWN),  # "Je ne sais pas"
        (("1 n2 s3",), said("a", "b")),  # a letter before a number: yes, no, unknown
        (("s1 n2", "1"), said("", "bc")),
        (("1 1", "n1 1", "n1 n2 n3"), said("", "abc")),  # one answer for each line
        (("la 2, pas la 3", "7", "", "2", "1"), said("b", "ac")),  # a number in a sentence ticks nothing, an empty line neither
    ],
)
def test_boxes_are_answered_by_numbers(lines: tuple[str, ...], answer: Any) -> None:
    assert boxes(*lines) == answer


def test_boxes_keep_what_was_said_and_can_repeat_an_earlier_element() -> None:
    for before in (said("a", "b"), said("", "abc"), UNKNOWN):
        assert boxes("", before=before) == before
    assert boxes("6", like=("Place", said("b", "ac"))) == said("b", "ac")
    assert boxes("2", "?") == Left(Key.HELP, {"a": " ", "b": "o", "c": " "})  # left at what the rest means: the ticks are kept


@pytest.mark.parametrize(
    ("lines", "answers"),
    [(("n",), [False, False]), (("o s",), [True, UNKNOWN]), (("o n o", "oui", "", "N O"), [False, True])],
)
def test_a_column_takes_one_sign_for_all_or_one_for_each(lines: tuple[str, ...], answers: list[Any]) -> None:
    asked = Question(id="q", type="oui_non", libelle="Une question ?")
    found, text = answered(lambda: ask_each(LINES, asked, HEAD, {"C1": "C1 (mât)", "C2": "C2"}), *lines)
    assert found == dict(zip(("C1", "C2"), answers, strict=True)) and "C1 (mât), C2" in text


def test_a_line_is_checked_and_a_commune_is_chosen_among_those_listed() -> None:
    def line(kind: Any, *lines: str) -> tuple[Any, str]:
        return answered(lambda: ask(LINES, Question(id="q", type=kind, libelle="?", minimum=0), HEAD), *lines)

    found, text = line("nombre", "quinze", "", "15")
    assert found == 15 and "Un nombre est attendu (ici « quinze »)." in text and "Répondez, ou tapez nsp" in text
    assert line("texte", "NSP")[0] is UNKNOWN
    found, text = line("commune", "nyon", "1")
    assert found == "26220" and "1. Nyons (26220)" in text
    assert line("commune", "1", "26220")[0] == "26220"


def test_a_list_is_named_on_one_line() -> None:
    liste = Question(id="l", type="liste", libelle="?", element="lieu", champs=(Question(id="id", type="texte", libelle="Nom"),))
    found = [answered(lambda: ask_elements(LINES, liste, Items(), HEAD, None), line)[0] for line in ("A ; B", "A;", "A ; nsp", "", "nsp")]
    a = Item("A", {"id": "A"})
    assert found == [Items((a, Item("B", {"id": "B"}))), Items((a,), complete=False), Items((a,), complete=False), Items(), UNKNOWN]


@pytest.mark.parametrize("key", Key)
@pytest.mark.parametrize(
    "prompt",
    [
        lambda head: LINES.menu(head, [("Un", 1)]),
        lambda head: LINES.line(head, lambda raw: ""),
        lambda head: LINES.boxes(head, OPTIONS),
        lambda head: LINES.column(head, {"C1": "C1"}, [("o", "Oui", True)]),
    ],
)
def test_a_word_leaves_every_prompt_that_offers_its_key(key: Key, prompt: Callable[[Head], Any]) -> None:
    left, text = answered(lambda: prompt(HEAD), WORDS[key])
    assert isinstance(left, Left) and left.key is key and WORDS[key] in text
    with pytest.raises(KeyboardInterrupt):  # not offered: a word like another, then the end of the input
        if isinstance(answered(lambda: prompt(Head("?", keys=frozenset())), WORDS[key])[0], str):
            raise KeyboardInterrupt


# The same as the full screen


class Hand:
    """A person at one of the two surfaces, who does what `decide` says."""

    review = "?"

    def __init__(self, full: bool, decide: Callable[[str, Head, st.SearchStrategy[Any]], Any]) -> None:
        self.full, self.decide = full, decide

    def say(self, text: str = "", style: str = "", indent: int = 0) -> None:
        """Say nothing: what is printed is not compared."""

    def menu(self, head: Head, rows: Iterable[tuple[str, Any]], default: Any = NOWHERE) -> Any:
        listed = list(rows)
        count = sum(value is not Row.HEADING for _, value in listed)
        return self._do("menu", head, st.integers(0, count - 1), lambda n: HOME + DOWN * n + ENTER, lambda n: [str(n + 1)], listed, default)

    def line(
        self, head: Head, check: Callable[[str], str], default: str = "", complete: Completions | None = None, hint: str | None = None, paths: bool = False
    ) -> Any:  # fmt: skip
        texts = ["15", "15/03/2024", "26220", "mot", "nsp", "A ; B ;", "C", *([] if default else [""])]
        fit = st.sampled_from([text for text in texts if not check(text)])
        return self._do("line", head, fit, lambda text: ERASE + text + ENTER, lambda text: [text], check, default, complete, hint, paths)

    def boxes(self, head: Head, options: Mapping[str, str], before: Any = ABSENT, like: tuple[str, Value] | None = None) -> Any:
        names = list(options)

        def pressed(drawn: tuple[set[str], str]) -> str:
            return HOME + "".join("o" if name in drawn[0] else drawn[1] for name in names) + ENTER

        def written(drawn: tuple[set[str], str]) -> list[str]:
            ticked, rest = drawn
            row = "1" if rest == "n" else "2"
            if not ticked:
                return [str(len(names) + int(row))]
            return [" ".join(str(n) for n, name in enumerate(names, 1) if name in ticked), *([row] if len(ticked) < len(names) else [])]

        return self._do(
            "boxes", head, st.tuples(st.sets(st.sampled_from(names)), st.sampled_from("ns")), pressed, written, options, before, like
        )

    def column(self, head: Head, names: Mapping[str, str], answers: Sequence[tuple[str, str, Value]], before: Any = None) -> Any:
        signs = st.lists(st.sampled_from([sign for sign, _, _ in answers]), min_size=len(names), max_size=len(names))
        return self._do(
            "column",
            head,
            signs,
            lambda found: HOME + DOWN + "".join(found) + ENTER,
            lambda found: [" ".join(found)],
            names,
            answers,
            before,
        )

    def _do(
        self, kind: str, head: Head, strategy: st.SearchStrategy[Any], pressed: Callable[[Any], str], written: Callable[[Any], list[str]], *asked: Any
    ) -> Any:  # fmt: skip
        done = self.decide(kind, head, strategy)
        leaving = isinstance(done, Key)
        if self.full:
            return typed(PRESSED[done] if leaving else pressed(done), lambda: getattr(Screen(), kind)(head, *asked))
        with reading([WORDS[done]] if leaving else written(done), StringIO()):
            return getattr(LINES, kind)(head, *asked)


ALL = small.corpus(
    "a", "n nombre", "d date", "t texte", "ville commune", "c choix x y z", "m choix_multiple p q r", {"id": "b", "type": "oui_non", "si": "a"},
    {
        "id": "vue", "type": "choix_multiple", "options": {"son": "S", "calme": "C", "nuit": "N"},
        "repond": {"son": {"cible": "murs.son", "non": "non"}, "calme": {"oui": "oui", "non": "non"}, "nuit": {"non": "jamais"}},
    },
    {"id": "murs", "type": "liste", "element": "mur", "champs": ["id texte", "son", "nature choix hall rue", "vu choix_multiple p q", "haut nombre"]},
    {"id": "postes", "type": "liste", "element": "poste", "champs": ["id texte", {"id": "mur", "type": "reference", "vers": "murs"}, "quand date"]},
    "calme", "nuit choix jamais souvent", {"id": "fin", "type": "oui_non", "propose_si": {"oui": "a", "non": "non a"}},
    rules=({"id": "r", "quand": "a", "satisfait_si": "n <= 15"},),
)  # fmt: skip
LONG = 30  # prompts: beyond, nothing is left, corrected or added any more


@settings(max_examples=10, phases=(Phase.generate,))  # a whole conversation: shrinking it would take minutes
@given(st.data(), st.booleans())
def test_the_same_answers_make_the_same_dossier_on_the_full_screen_and_in_plain_lines(data: st.DataObject, again: bool) -> None:
    told: list[tuple[str, str, Any]] = []

    def draw(kind: str, head: Head, strategy: st.SearchStrategy[Any]) -> Any:
        done: Any
        if len(told) < LONG and data.draw(st.integers(0, 5)) == 0:
            done = data.draw(st.sampled_from(sorted(head.keys, key=lambda key: key.value)))
        elif len(told) < LONG or kind not in ("menu", "line"):
            done = data.draw(strategy)
        else:
            done = 0 if kind == "menu" else data.draw(strategy.filter(lambda text: ";" not in text))
        told.append((kind, head.title, done))
        return done

    with TemporaryDirectory() as folder:
        first = conversation(Path(folder) / "screen", Hand(True, draw), again)
        replayed = iter(told)

        def repeat(kind: str, head: Head, strategy: st.SearchStrategy[Any]) -> Any:
            asked, title, done = next(replayed)
            assert (asked, title) == (kind, head.title)
            return done

        assert conversation(Path(folder) / "lines", Hand(False, repeat), again) == first


def conversation(folder: Path, ui: Surface, again: bool) -> dict[str, Answer]:
    Dialogue(dossiers.create(folder), ALL, Session(again), ui).run()
    return dict(dossiers.read(folder, ALL).answers)


# Without a terminal


def test_an_interview_in_plain_lines_needs_no_terminal_and_moves_no_cursor(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dpia", "questions", str(tmp_path / "village"), "--simple"],
        input="nyons\n?\n1\n1\n", capture_output=True, text=True, cwd=small.ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 130 and "pour reprendre : dpia questions" in done.stderr + done.stdout
    assert "Quelle est la commune ?" in done.stdout and "\x1b" not in done.stdout
    said = dossiers.read(tmp_path / "village", load()).answers
    assert said["commune"].value == "26220" and isinstance(said["lieux_filmes"].value, Choices)


def test_the_interview_goes_on_when_another_person_answers_the_same_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    base = small.corpus("a", "b")
    folder = tmp_path / "d"
    dossier = dossiers.create(folder)
    typed = iter(("1", "2", "1"))  # yes to a, no to b; then the first row of what is read back: all is right

    def read_line(prompt: str = "") -> str:
        if not (folder / dossiers.ANSWERS).exists():  # a colleague answers "a" while it is on our screen
            dossiers.say(dossier, base, {"a": Answer(False)})
        return next(typed)

    monkeypatch.setattr("builtins.input", read_line)
    Dialogue(dossier, base, Session(), Lines()).run()
    said = capsys.readouterr().out
    assert "conflit" in said
    after = dossiers.read(folder, base).answers
    assert (after["a"].value, after["b"].value) == (False, False)
    (rescue,) = folder.glob("reponses.conflit-*.yaml")
    assert dossiers.parse(rescue.read_bytes(), base, "")[0]["a"].value is True

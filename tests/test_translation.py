"""The interview in English: every text has its translation, nothing else is shown, and neither the reasoning nor the files change."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from msgspec import structs

from benchmarks.personnes import DAY, VILLAGE, Person, village
from dpia import asking, enquiry
from dpia import dossier as dossiers
from dpia.corpus import Corpus, load
from dpia.example import PROFILES, source
from dpia.facts import AnsweredFacts
from dpia.interview import IMPORT, Session, Step, sitting
from dpia.language import french, speak, t
from dpia.reasoning import assess
from dpia.terminal.dialogue import Dialogue
from dpia.terminal.importing import BY_HAND
from dpia.terminal.plain_lines import Lines
from dpia.terminal.surface import NOWHERE, Head, Key, Row
from dpia.translation import MESSAGES, Files, entries, messages, read_files, seen, translated
from dpia.values import ABSENT, UNKNOWN, Choices, Items
from dpia.yamlfile import read_answers
from tests.fixtures import small

sys.path.insert(0, str(small.ROOT / "outils"))

from traduire import marked, problems, skeleton  # outils/ is no package

SHOWN = ("libelle", "aide", "options", "unite", "element")  # what a translation changes of a question
# What the interview and the menu can show.
SHOWING = """
    surface screen asides grids prompts replying readback headings dialogue importing home interview plain_lines upsets overviews answering answers
    dossier journal writing emitting unsaved yamlfile inventory proposal columns rows elements coordinates tables workbooks vocabulary cells
    asking asking_commands filled received crosses spotting replies communes confirming carrying example commands
"""
# What they never show, and why: by module, the functions left aside, and words of texts that are written, not said.
ELSEWHERE = {
    "overviews": "check_overviews _uncovered _problem",  # said by `dpia droit verifier` to those who write questionnaires
    "replies": "read _with_cell",  # of `dpia repondre id=valeur`, that nobody types in the menu
    "commands": "day_of nouveau _taken_over cameras _columns verifier unknown_rule comparer",  # commands that the menu does not run
}
WRITTEN = {
    "emitting": ("question inconnue de cette version",),  # a comment of reponses.yaml
    "unsaved": ("# ", " de « ", " »."),  # comments of an answers file
    "inventory": ("import de ",),  # the note of an answer
    "dossier": ("dpia repondre ",),  # a command to type
    "communes": ("(fictive)", "département fictif"),  # names
    "answers": ("ne sait pas", "je ne sais pas"),  # what a person types, in every language
}
FRENCH_WORDS = re.compile(r"[^\W\d_]{2,} [^\W\d_]|[éèêàâçùûôîïÉÈÀ«»]")


@pytest.fixture(autouse=True)
def _in_french() -> Iterator[None]:
    yield
    speak({})


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load()


# Every text has its translation


def _texts(tree: ast.AST, inside: bool = False) -> Iterator[ast.Constant]:
    """Yield the texts that nothing translates: outside `t` and `later`, docstrings, keys and patterns."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.Call(func=ast.Name(id="t" | "later")):
                yield from (
                    found
                    for part in (*node.args[1:], *node.keywords)
                    for found in _texts(ast.Expr(part) if isinstance(part, ast.expr) else part)
                )
                continue
            case (
                ast.Call(func=ast.Attribute(value=ast.Name(id="re")))
                | ast.Expr(value=ast.Constant())
                | ast.Call(func=ast.Name(id="AssertionError"))
            ):
                continue
            case ast.Constant(value=str()):
                yield node
        yield from _texts(node)


def untranslated(module: str) -> list[str]:
    name = "inventory/__init__" if module == "inventory" else module
    file = next(path for folder in (".", "terminal", "inventory") if (path := small.ROOT / "dpia" / folder / f"{name}.py").exists())
    tree = ast.parse(file.read_text(encoding="utf-8"))
    elsewhere = ELSEWHERE.get(module, "").split()
    tree.body = [node for node in tree.body if not (isinstance(node, ast.FunctionDef) and node.name in elsewhere)]
    found = ((node.lineno, str(node.value)) for node in _texts(tree))
    return [
        f"{module}.py:{line} {text!r}"
        for line, text in found
        if FRENCH_WORDS.search(text) and not any(word in text for word in WRITTEN.get(module, ()))
    ]


@pytest.mark.parametrize("module", SHOWING.split())
def test_what_is_shown_goes_through_t(module: str) -> None:
    assert untranslated(module) == []


def _braces(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text)}


def test_every_message_is_translated_with_the_same_braces_and_none_is_left_over(corpus: Corpus) -> None:
    files = read_files("en")
    assert [str(found) for found in problems(corpus, files, "en") if found.file == MESSAGES] == []
    assert [fr for fr, en in messages(files, "en").items() if "{" in fr and _braces(fr) != _braces(en)] == []


def test_every_text_of_the_questionnaires_is_translated_from_the_french_of_today(corpus: Corpus) -> None:
    found = [problem for problem in problems(corpus, read_files("en"), "en") if problem.file != MESSAGES]
    assert not found, f"{len(found)} textes (python outils/traduire.py --manque) : " + " · ".join(
        f"{p.file} {p.name} {p.what}" for p in found[:20]
    )


# Nothing else changes


def _other(text: str) -> str:
    """A text that is no longer French."""
    return " ".join(text.split())[::-1]


def _elsewhere(corpus: Corpus) -> Files:
    """A translation of everything, into words that nobody can take for French."""
    files: dict[str, Any] = {}
    for entry in entries(corpus):
        found = files.setdefault(entry.file, {})
        for key in entry.path:
            found = found.setdefault(key, {})
        for key, text in entry.french.items():
            found[key] = _other(text) if isinstance(text, str) else {value: _other(label) for value, label in text.items()}
    return files


def test_a_translated_corpus_asks_the_same_and_judges_the_same(corpus: Corpus) -> None:
    other, pairs = translated(corpus, _elsewhere(corpus))
    for old, new in zip(corpus.questions.values(), other.questions.values(), strict=True):
        assert new.libelle == _other(old.libelle)
        assert [*new.options] == [*old.options]
        for one, same in zip((old, *old.champs), (new, *new.champs), strict=True):
            assert structs.replace(same, **{key: getattr(one, key) for key in (*SHOWN, "champs")}) == one
    assert pairs[corpus.roles["maire"]] == other.roles["maire"] == _other(corpus.roles["maire"])
    assert all(read.rule.titre == _other(french.rule.titre) for read, french in zip(other.rules, corpus.rules, strict=True))
    for profile in PROFILES:
        answers = dossiers.parse((source(profile) / "reponses.yaml").read_bytes(), corpus, profile)[0]
        first, second = (
            [(found.rule.id, found.verdict, found.manque) for found in assess(base, AnsweredFacts(base, answers, DAY))]
            for base in (corpus, other)
        )
        assert first == second


def test_what_is_not_translated_stays_french(corpus: Corpus) -> None:
    other, _ = translated(corpus, {"01-commune.yaml": {"stade": {"libelle": "Stage?", "options": {"projet": ""}}, "commune": None}})
    assert other.questions["stade"] == structs.replace(corpus.questions["stade"], libelle="Stage?")
    assert other.questions["commune"] == corpus.questions["commune"]
    assert t("Aucune phrase de ce genre.") == "Aucune phrase de ce genre."


def test_a_translation_is_marked_with_the_french_that_it_was_made_from() -> None:
    assert seen({"libelle": "Une  question\n?"}) == seen({"libelle": "Une question ?"}) != seen({"libelle": "Une autre question ?"})
    base = small.corpus("a", "b choix x y")
    file = "01-essai.yaml"
    french = {entry.name: entry.french for entry in entries(base) if entry.file == file}
    fresh: dict[str, dict[str, Any]] = {
        "theme": {"titre": "Trial"},
        "a": {"libelle": "Question a?"},
        "b": {"libelle": "Question b?", "options": {"x": "X", "y": "Y"}},
    }
    good = {name: {"vu": seen(french[file if name == "theme" else name]), **texts} for name, texts in fresh.items()}

    def wrong(changed: dict[str, Any]) -> list[tuple[str, str]]:
        return [(found.name, found.what.partition(" :")[0]) for found in problems(base, {file: changed}, "en") if found.file == file]

    assert wrong(good) == []
    assert wrong(good | {"a": good["a"] | {"vu": "00000000"}}) == [("a", "à relire")]
    assert wrong(good | {"b": good["b"] | {"options": {"x": "X", "z": "Z"}}}) == [("b, options.y", "manque"), ("b", "ne traduit rien")]
    assert wrong(good | {"c": good["a"]}) == [("c", "ne traduit rien")]
    assert wrong({name: found for name, found in good.items() if name != "a"}) == [("a, libelle", "manque")]
    assert marked("a:\n  vu: 00000000\n  x: é\nb: {vu: 1, y: z}\n", {("b",): "2", ("a",): "3", ("c",): "4"}) == (
        "a:\n  vu: 3\n  x: é\nb: {vu: 2, y: z}\n", {("a",), ("b",)},
    )  # fmt: skip
    assert read_answers(skeleton(base, {file: good}, file, "en")) == good
    empty = read_answers(skeleton(base, {file: {"a": {"vu": "00000000"}}}, file, "en"))
    assert empty["a"] == {"vu": good["a"]["vu"], "libelle": ""}


def test_documents_and_sheets_are_french_whatever_is_spoken(corpus: Corpus) -> None:
    speak({"oui": "yes", "{n} questions": "{n} questions?"})
    with french():
        assert t("oui") == "oui"
    assert t("oui") == "yes"
    answers = dossiers.parse((source("petite-commune") / "reponses.yaml").read_bytes(), corpus, "petite-commune")[0]
    facts = AnsweredFacts(corpus, answers, DAY)
    who, group = next(
        (who, group) for who, group in asking.by_person(asking.requests(facts, assess(corpus, facts))).items() if len(group) > 1
    )
    told = enquiry.as_text(enquiry.sheet(facts, group, who))
    speak({})
    assert told == enquiry.as_text(enquiry.sheet(facts, group, who))


# The whole conversation


class Played(Lines):
    """The plain lines, with someone honest who types, and asks for help once at each question."""

    def __init__(self, person: Person, corpus: Corpus) -> None:
        super().__init__()
        self.person, self.corpus, self.helped = person, corpus, set[Step]()
        self.dialogue: Dialogue | None = None
        self.step: Step | None = None
        self.lines: list[str] = []

    def type(self, head: Head, *lines: str) -> None:
        """Prepare what is typed."""
        self.lines = [*lines]
        if self.step and Key.HELP in head.keys and self.step not in self.helped:
            self.helped.add(self.step)
            self.lines = ["/help"]

    def read(self, prompt: str) -> str:
        """Stand for `input`."""
        return self.lines.pop(0)

    def value(self, shown: Mapping[str, str]) -> Any:
        assert self.dialogue and self.step
        return self.person.value(AnsweredFacts(self.corpus, self.dialogue.dossier.answers, date.today()), self.step, shown)

    def menu(self, head: Head, rows: Iterable[tuple[str, Any]], default: Any = NOWHERE) -> Any:
        listed = list(rows)
        values = [value for _, value in listed if value is not Row.HEADING]
        wanted = (
            BY_HAND if self.step and self.step.field == IMPORT else self.value({}) if self.step and Key.HELP in head.keys else values[0]
        )
        if not self.lines:  # else, what the boxes left empty mean is already said
            self.type(
                head,
                str(1 + next(n for n, value in enumerate(values) if value is wanted or (type(value), value) == (type(wanted), wanted))),
            )
        return super().menu(head, listed, default)

    def line(self, head: Head, check: Any, default: str = "", complete: Any = None, hint: str | None = None, paths: bool = False) -> Any:
        value = self.value({})
        if isinstance(value, Items):
            typed = " ; ".join(item.key for item in value.elements if item.key not in head.title)
        else:
            typed = t("nsp") if value is UNKNOWN else str(value)
        self.type(head, typed)
        return super().line(head, check, default, complete, hint, paths)

    def boxes(self, head: Head, options: Mapping[str, str], before: Any = ABSENT, like: Any = None) -> Any:
        value, names = self.value(options), list(options)
        if not isinstance(value, Choices):
            self.type(head, str(len(names) + 2))
        else:
            ticked = [str(n) for n, name in enumerate(names, 1) if name in value.oui]
            whole = set(names) <= value.oui | value.non
            self.type(head, " ".join(ticked) or str(len(names) + 1), *([] if len(ticked) in (0, len(names)) else ["1" if whole else "2"]))
        return super().boxes(head, options, before, like)

    def column(self, head: Head, names: Mapping[str, str], answers: Any, before: Any = None) -> Any:
        given = self.value({})
        signs = {repr(value): sign for sign, _, value in answers}
        self.type(head, " ".join(signs[repr(given[name])] for name in names))
        return super().column(head, names, answers, before)


def played(folder: Path, said: Corpus, corpus: Corpus, person: Person, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Put a whole interview to a person, on plain lines; give what is written."""
    ui = Played(person, corpus)
    real = Dialogue.put

    def put(self: Dialogue, step: Step) -> Any:
        ui.dialogue, ui.step = self, step
        left = real(self, step)
        ui.step = None
        return left

    with monkeypatch.context() as patch:
        patch.setattr(Dialogue, "put", put)
        patch.setattr("builtins.input", ui.read)
        sitting(folder, corpus, Session(), ui, said)
    return (folder / dossiers.ANSWERS).read_bytes()


def _french(corpus: Corpus) -> Iterator[str]:
    """What no line of the English interview may hold: the texts of the questionnaires and of the messages, in pieces long enough."""
    for entry in entries(corpus):
        for text in entry.french.values():
            yield from (text,) if isinstance(text, str) else text.values()
    yield from (piece for fr, en in messages(read_files("en"), "en").items() if fr != en for piece in re.split(r"{\w*}", fr))


@pytest.mark.parametrize("said", [VILLAGE, {}], ids=["village", "ne sait rien"])
def test_an_interview_in_english_shows_no_french_and_writes_the_same_answers(
    said: dict[str, Any], corpus: Corpus, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = Person(village(corpus, said), False)
    written = played(tmp_path / "fr", corpus, corpus, person, monkeypatch)
    shown = " ".join(capsys.readouterr().out.split())
    assert "Chaque réponse est enregistrée aussitôt." in shown
    other, pairs = translated(corpus, _elsewhere(corpus))
    speak(pairs | messages(read_files("en"), "en"))
    assert played(tmp_path / "en", replace(other, language="en"), corpus, person, monkeypatch) == written
    told = " ".join(capsys.readouterr().out.split())
    speak({})
    known = " ".join(str(answer.value) for answer in person.knows.values())
    left = {" ".join(piece.split()) for piece in _french(corpus)}
    assert [piece for piece in sorted(left) if len(piece) >= 8 and piece in told and piece not in known] == []


def test_the_commands_speak_english_and_keep_their_files_french(run: small.RUN, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    typed = ["26220"]  # then the end of the input
    monkeypatch.setattr("builtins.input", lambda prompt: typed.pop(0) if typed else _end())
    code, out, err = run("questions", "nyons", "--simple", "--langue", "en")
    assert code == 130 and "Each answer is saved at once." in out
    assert "to resume: dpia questions nyons --langue en" in err
    assert "# Quelle est la commune ?" in Path("nyons", dossiers.ANSWERS).read_text(encoding="utf-8")
    typed[:] = ["1", "2", "7", "4"]  # the dossier, where we are, back, quit
    code, out, _ = run("--simple", "--langue", "en")
    assert code == 0 and "Open the dossier “nyons” (Nyons)" in out and "questions left to ask." in out
    speak({})
    code, _, err = run("questions", "nyons", "--langue", "de")
    assert code == 2 and "« de » n'est pas possible" in err


def _end() -> str:
    raise EOFError

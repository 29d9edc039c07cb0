"""One prompt of the terminal: a menu, boxes to tick, or a line of text.

Every prompt wraps whole words at the width of the screen, is erased once answered, and can be left by four keys:
Shift+Tab goes back, F1 explains, F2 adds a note, F3 reads all answers back. What was being entered is kept.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.application import Application, get_app_session
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.data_structures import Point
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText, StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import Dimension, FormattedTextControl, HSplit, Layout, ScrollOffsets, Window

from dpia.answers import AnswerError, in_words, read_value
from dpia.communes import find, plain, search
from dpia.model import Question
from dpia.values import ABSENT, UNKNOWN, Choices, State, Value

DONT_KNOW = "Je ne sais pas"
NOTHING = "Rien de cette liste"
MENU_HINT = "Flèches, Entrée"
BOX_HINT = "Espace : oui · ? : je ne sais pas · Entrée : valider"
TEXT_HINT = "? si vous ne savez pas"
KEYS_HINT = "Maj+Tab revenir · F1 aide · F2 note · F3 relire"
WIDEST = 100  # columns: beyond, a line of text is hard to follow


class Key(Enum):
    """A key that leaves a prompt without answering it."""

    BACK, HELP, NOTE, REVIEW = "s-tab", "f1", "f2", "f3"


@dataclass(frozen=True, slots=True)
class Left:
    """A prompt left by a key; `draft`: what was being entered, to be put back."""

    key: Key
    draft: Any = None


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the place to answer. `help` folds away when the screen is too small for it."""

    title: str
    help: str = ""
    progress: str = ""
    keys: frozenset[Key] = field(default=frozenset(Key))


class Row(Enum):
    """Rows of a menu that are no answer."""

    HEADING = "heading"


# Words and lines


def columns() -> int:
    """The width to write in."""
    return max(20, min(get_app_session().output.get_size().columns - 1, WIDEST))


def wrap(text: str, indent: int = 0, first: str | None = None) -> list[str]:
    """Cut a text into lines between words; French double punctuation and quotes stay with their word."""
    bound = re.sub(r" (?=[?!:;»%→])", "\xa0", re.sub(r"« ", "«\xa0", " ".join(text.split(" "))))
    pad = " " * indent
    lines = textwrap.wrap(
        bound, columns(), initial_indent=pad if first is None else first, subsequent_indent=pad, break_on_hyphens=False, expand_tabs=False
    )
    return [line.replace("\xa0", " ") for line in lines] or [first or ""]


def say(text: str = "", style: str = "", indent: int = 0) -> None:
    """Print a text, wrapped; its own line breaks are kept."""
    for paragraph in text.split("\n"):
        for line in wrap(paragraph, indent):
            print_formatted_text(FormattedText([(style, line)]))


def _head(head: Head, hint: str, error: str, rows: int) -> list[tuple[str, str]]:
    """The lines above the place to answer; the help only where `rows` more lines leave room for it."""
    lines = [("bold", line) for line in wrap(head.title)]
    shown = [("", line) for part in head.help.strip().split("\n") if part for line in wrap(part, 2)]
    below = [("", line) for line in wrap(hint, 2)] + [("bold", line) for line in (wrap(error, 2) if error else ())]
    if len(lines) + len(shown) + len(below) + rows < get_app_session().output.get_size().rows:
        lines += shown
    return lines + below


def _hint(own: str, head: Head) -> str:
    keys = " · ".join(part for part, key in zip(KEYS_HINT.split(" · "), Key, strict=True) if key in head.keys)
    return " · ".join(part for part in (own, keys, head.progress) if part)


def _leaving(keys: KeyBindings, head: Head, draft: Callable[[], Any]) -> None:
    for key in head.keys:

        def leave(event: KeyPressEvent, key: Key = key) -> None:
            event.app.exit(result=Left(key, draft()))

        keys.add(key.value, eager=True)(leave)


# Menus and boxes


class _Listing:
    """Rows with a pointer. `labels` is asked again at each key, so that rows can change; `fixed` rows cannot be pointed at."""

    def __init__(self, head: Head, hint: str, labels: Callable[[], Sequence[str]], at: int = 0, fixed: Iterable[int] = ()) -> None:
        self.head, self.hint, self.labels, self.fixed, self.error = head, hint, labels, frozenset(fixed), ""
        self.at = at
        self.keys = KeyBindings()
        last = len(labels()) - 1
        for name, aim, way in (
            ("up", lambda: self.at - 1, -1),
            ("down", lambda: self.at + 1, 1),
            ("pageup", lambda: max(self.at - 8, 0), 1),
            ("pagedown", lambda: min(self.at + 8, last), -1),
            ("home", lambda: 0, 1),
            ("end", lambda: last, -1),
        ):

            def move(event: KeyPressEvent, aim: Callable[[], int] = aim, way: int = way) -> None:
                self.point(aim(), way)

            self.keys.add(name)(move)

        @self.keys.add("c-c")
        @self.keys.add(Keys.SIGINT)
        def interrupt(event: KeyPressEvent) -> None:
            event.app.exit(exception=KeyboardInterrupt())

    def point(self, at: int, way: int = 1) -> None:
        """Point at a row, or at the next one in that direction that can be pointed at."""
        count = len(self.labels())
        at %= count
        while at in self.fixed:
            at = (at + way) % count
        self.at, self.error = at, ""

    def run(self, draft: Callable[[], Any]) -> Any:
        _leaving(self.keys, self.head, draft)
        top = FormattedTextControl(lambda: _joined(self._top()))
        body = FormattedTextControl(self._fragments, focusable=True, get_cursor_position=lambda: Point(0, self._line()))
        layout = HSplit(
            [
                Window(top, height=lambda: Dimension.exact(len(self._top()))),
                Window(body, height=lambda: Dimension(min=1, preferred=len(self._lines())), scroll_offsets=ScrollOffsets(bottom=2)),
            ]
        )
        application: Application[Any] = Application(Layout(layout, focused_element=body), key_bindings=self.keys, erase_when_done=True)
        return _run(application.run)

    def _top(self) -> list[tuple[str, str]]:
        return _head(self.head, self.hint, self.error, len(self._lines()))

    def _lines(self) -> list[tuple[int, str]]:
        lines: list[tuple[int, str]] = []
        for number, label in enumerate(self.labels()):
            indent = 0 if number in self.fixed else 7 if label[:1] == "[" else 3
            first = "" if number in self.fixed else " › " if number == self.at else "   "
            lines += [(number, line) for line in wrap(label, indent, first)]
        return lines

    def _line(self) -> int:
        return next(place for place, (number, _) in enumerate(self._lines()) if number == self.at)

    def _fragments(self) -> StyleAndTextTuples:
        return _joined([("bold" if number == self.at or number in self.fixed else "", line) for number, line in self._lines()])


def _joined(lines: Sequence[tuple[str, str]]) -> StyleAndTextTuples:
    return [(style, text) for n, (style, line) in enumerate(lines) for style, text in ((("", "\n"),) if n else ()) + ((style, line),)]


def _run(run: Callable[[], Any]) -> Any:
    """Run a prompt; a terminal that goes away is an interruption like Ctrl-C."""
    try:
        return run()
    except EOFError as error:
        raise KeyboardInterrupt from error


def menu(head: Head, rows: Iterable[tuple[str, Any]], default: Any = None) -> Any:
    """Ask for one of several; give its value, or Left. A row whose value is Row.HEADING only says something."""
    choices = list(rows)
    values = [value for _, value in choices]
    at = next((n for n, value in enumerate(values) if value is default or (type(value) is type(default) and value == default)), 0)
    fixed = [n for n, value in enumerate(values) if value is Row.HEADING]
    listing = _Listing(head, _hint(MENU_HINT, head), lambda: [label for label, _ in choices], fixed=fixed)
    listing.point(at)

    @listing.keys.add("enter")
    def accept(event: KeyPressEvent) -> None:
        event.app.exit(result=values[listing.at])

    return listing.run(lambda: values[listing.at])


def boxes(head: Head, options: dict[str, str], before: Any = ABSENT, like: tuple[str, Value] | None = None) -> Any:
    """Ask which of several hold; give Choices, UNKNOWN or Left. Each box is yes, unknown or empty; the rows below say what empty means.

    `like`: the name and the answer of an earlier element, which one row repeats.
    """
    names = list(options)
    marks = dict.fromkeys(names, " ")
    if isinstance(before, Choices):
        marks = {name: "x" if name in before.oui else " " if name in before.non else "?" for name in names}
    elif isinstance(before, dict):
        marks = dict(before)

    def outcome(empty: str) -> Value:
        """The answer when the empty boxes mean `empty`: "non" or "?"."""
        signed = {name: empty if sign == " " else sign for name, sign in marks.items()}
        answer = Choices(*(frozenset(name for name in names if signed[name] == sign) for sign in ("x", "non")))
        return answer if answer.oui or answer.non else UNKNOWN

    def below() -> list[tuple[str, Value]]:
        if set(marks.values()) == {" "}:
            rows = [(NOTHING, outcome("non")), (DONT_KNOW, outcome("?"))]
        elif " " in marks.values():
            rows = [("C'est tout : non pour les cases vides", outcome("non")), ("Je ne sais pas pour les cases vides", outcome("?"))]
        else:
            rows = [("Valider", outcome("?"))]
        return [*rows, *([(f"Comme « {like[0]} » : {said(options, like[1])}", like[1])] if like else ())]

    def labels() -> list[str]:
        return [*(f"[{marks[name]}] {label}" for name, label in options.items()), *(label for label, _ in below())]

    listing = _Listing(head, _hint(BOX_HINT, head), labels)

    def mark(sign: str) -> Callable[[KeyPressEvent], None]:
        def toggle(event: KeyPressEvent) -> None:
            if listing.at < len(names):
                name = names[listing.at]
                marks[name] = " " if marks[name] == sign else sign
                listing.error = ""

        return toggle

    listing.keys.add("space")(mark("x"))
    listing.keys.add("?")(mark("?"))

    @listing.keys.add("enter")
    def accept(event: KeyPressEvent) -> None:
        if listing.at >= len(names):
            event.app.exit(result=below()[listing.at - len(names)][1])
        elif set(marks.values()) == {" "}:
            listing.error = f"Cochez avec la barre d'espace. Si aucune ligne ne convient, descendez à « {NOTHING} »."
        else:
            listing.point(len(names))

    return listing.run(lambda: dict(marks))


def said(options: dict[str, str], value: Value) -> str:
    """The ticked options, in words."""
    return in_words(Question(id="", type="choix_multiple", libelle="", options=options), value)


# Lines of text


def line(head: Head, check: Callable[[str], str], default: str = "", completer: Completer | None = None, hint: str = TEXT_HINT) -> Any:
    """Ask for a line of text; give it, or Left. `check` says what is wrong with it, or nothing; the question is then asked again."""
    error = ""
    while True:
        typed = _one_line(head, _hint(hint, head), error, default, completer)
        error = check(typed) if isinstance(typed, str) else ""
        if not error:
            return typed
        default = typed


def _one_line(head: Head, hint: str, error: str, default: str, completer: Completer | None) -> Any:
    keys = KeyBindings()
    session: PromptSession[Any] = PromptSession(
        message=lambda: _joined([*_head(head, hint, error, 2), ("", "› ")]),
        key_bindings=keys, completer=completer, complete_while_typing=True, erase_when_done=True, reserve_space_for_menu=6 if completer else 0,
    )  # fmt: skip
    _leaving(keys, head, lambda: session.default_buffer.text)
    return _run(lambda: session.prompt(default=default))


def _checked(question: Question) -> Callable[[str], str]:
    def check(raw: str) -> str:
        try:
            value = read_value(question, raw)
        except AnswerError as error:
            return _sentence(str(error))
        return "Répondez, ou tapez ? si vous ne savez pas." if value is UNKNOWN and not raw.strip() else ""

    return check


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


# Questions


def ask(question: Question, head: Head, before: Value = ABSENT, proposal: str = "", like: tuple[str, Value] | None = None) -> Any:
    """Ask one question by its type; give the value, or Left. `before`: what was said last time, or the draft of a prompt that was left."""
    match question.type:
        case "oui_non":
            return menu(head, [("Oui", True), ("Non", False), (DONT_KNOW, UNKNOWN)], before)
        case "choix":
            return menu(head, [*((label, value) for value, label in question.options.items()), (DONT_KNOW, UNKNOWN)], before)
        case "choix_multiple":
            return boxes(head, question.options, before, like)
        case "commune":
            return _ask_commune(head, before)
        case _:
            default = proposal if isinstance(before, State) else before if isinstance(before, str) else in_words(question, before)
            typed = line(head, _checked(question), default)
            return read_value(question, typed) if isinstance(typed, str) else typed


class _Communes(Completer):
    """Communes whose name or code starts with what is typed: twenty at most, so that a key press stays instant."""

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        for commune in search(document.text):
            yield Completion(f"{commune.name} ({commune.insee})", start_position=-len(document.text), display=str(commune))


def insee_of(typed: str) -> str | None:
    """Read a commune as typed or completed: "Nyons (26220)", "26220", or a name that only one commune bears."""
    code = typed.rpartition("(")[2].rstrip(") ") if "(" in typed else typed.strip()
    found = find(code)
    if found is not None:
        return found.insee
    alike = [commune for commune in search(typed) if plain(commune.name) == plain(typed)]
    return alike[0].insee if len(alike) == 1 else None


def _ask_commune(head: Head, before: Value) -> Any:
    def check(raw: str) -> str:
        if raw.strip() == "?" or insee_of(raw) is not None:
            return ""
        near = [str(commune) for commune in search(raw, 4)]
        hint = f" Par exemple : {' ; '.join(near)}." if near else ""
        return f"Choisissez une commune dans la liste (flèche vers le bas, Entrée), ou tapez son code INSEE.{hint}"

    known = find(before) if isinstance(before, str) else None
    default = f"{known.name} ({known.insee})" if known else before if isinstance(before, str) else ""
    typed = line(head, check, default, _Communes(), f"Tapez le début du nom, puis flèche vers le bas · {TEXT_HINT}")
    if not isinstance(typed, str):
        return typed
    return insee_of(typed) or UNKNOWN

"""What a prompt of the full screen is made of: a head, rows with a pointer or a line to type, keys to leave it.

Every prompt wraps whole words at the width of the screen, is erased once answered, and can be left by a key:
Shift+Tab goes back, ? explains, F2 adds a note, F3 reads all answers back, F4 says who knows. What was being entered is kept.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.application import Application, get_app_session
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.data_structures import Point
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import FormattedText, StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import Dimension, FormattedTextControl, HSplit, Layout, ScrollOffsets, Window

from dpia.language import t
from dpia.terminal.surface import NOWHERE, WIDEST, Completions, Head, Key, Left, Row, type_hint, wrapped


def keys_hint() -> dict[Key, str]:
    """The keys that leave a prompt, and what each does."""
    return {
        Key.BACK: t("Maj+Tab revenir"), Key.HELP: t("? aide"), Key.NOTE: t("F2 note"), Key.REVIEW: t("F3 relire"), Key.WHO: t("F4 qui le sait"),
    }  # fmt: skip


@contextmanager
def silent_terminal() -> Iterator[None]:
    """Keep the terminal from echoing what is typed between two prompts."""
    try:
        import termios
    except ImportError:  # Windows
        yield
        return
    try:
        before = termios.tcgetattr(sys.stdin)
    except (termios.error, OSError, ValueError):  # no terminal
        yield
        return
    quiet = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
    termios.tcsetattr(sys.stdin, termios.TCSADRAIN, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


# Words and lines


def columns() -> int:
    """The width to write in."""
    return max(20, min(get_app_session().output.get_size().columns - 1, WIDEST))


def wrap(text: str, indent: int = 0, first: str | None = None) -> list[str]:
    """Cut a text into lines for this screen."""
    return wrapped(text, columns(), indent, first)


def say(text: str = "", style: str = "", indent: int = 0) -> None:
    """Print a text, wrapped; its own line breaks are kept."""
    for paragraph in text.split("\n"):
        for line in wrap(paragraph, indent):
            print_formatted_text(FormattedText([(style, line)]))


def _head(head: Head, hint: str, error: str, rows: int) -> list[tuple[str, str]]:
    """The lines above the place to answer; the help only where `rows` more lines leave room for it."""
    lines = [("bold", line) for line in wrap(head.title)]
    shown = [("", line) for part in head.help.strip().split("\n") if part for line in wrap(part, 2)]
    below = [("", line) for part in head.legend for line in wrap(part, 5, "  ")]
    below += [("", line) for line in wrap(hint, 2)] + [("bold", line) for line in (wrap(error, 2) if error else ())]
    if len(lines) + len(shown) + len(below) + rows < get_app_session().output.get_size().rows:
        lines += shown
    return lines + below


def hinted(own: str, head: Head) -> str:
    """The keys that can be typed; a line break never falls inside one of them."""
    keys = [words for key, words in keys_hint().items() if key in head.keys]
    return "\xa0· ".join(part.replace(" ", "\xa0") for part in (*own.split(" · "), *keys, head.progress) if part)


def _leaving(keys: KeyBindings, head: Head, draft: Callable[[], Any], typing: bool = False) -> None:
    """Bind the keys that leave. Where a text is typed, « ? » helps only while nothing is typed yet."""
    for key in head.keys:

        def leave(event: KeyPressEvent, key: Key = key) -> None:
            event.app.exit(result=Left(key, draft()))

        keys.add(key.value, eager=True)(leave)
        if key is Key.HELP:
            keys.add("?", eager=True, filter=Condition(lambda: not (typing and draft())))(leave)


# Rows


class Listing:
    """Rows with a pointer. `labels` is asked again at each key, so that rows can change; `fixed` rows cannot be pointed at."""

    def __init__(self, head: Head, hint: str, labels: Callable[[], Sequence[str]], at: int = 0, fixed: Iterable[int] = ()) -> None:
        self.head, self.hint, self.labels, self.fixed, self.error = head, hint, labels, frozenset(fixed), ""
        self.at = at
        self._cut: tuple[Any, list[tuple[int, str]]] = (None, [])
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

    def entering(self, handler: Callable[[KeyPressEvent], None]) -> None:
        """Bind the Enter key. Typed between two prompts it comes as a line feed: the terminal was not ours then."""
        for key in ("enter", "c-j"):
            self.keys.add(key)(handler)

    def point(self, at: int, way: int = 1) -> None:
        """Point at a row, or at the next one in that direction that can be pointed at."""
        count = len(self.labels())
        at %= count
        while at in self.fixed:
            at = (at + way) % count
        self.at, self.error = at, ""

    def run(self, draft: Callable[[], Any]) -> Any:
        """Show the rows until a key ends the prompt; `draft` says what was being entered."""
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
        labels = self.labels()
        state = (tuple(labels), self.at, columns())
        if self._cut[0] != state:
            self._cut = (state, self._wrapped(labels))
        return self._cut[1]

    def _wrapped(self, labels: Sequence[str]) -> list[tuple[int, str]]:
        lines: list[tuple[int, str]] = []
        for number, label in enumerate(labels):
            indent = 0 if number in self.fixed else 9 if label[:1] == "[" else 3
            first = "" if number in self.fixed else " › " if number == self.at else "   "
            for part in label.split("\n"):  # the lines after the first are indented further
                lines += [(number, line) for line in wrap(part, indent, first)]
                first, indent = "     ", 7
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


def menu(head: Head, rows: Iterable[tuple[str, Any]], default: Any = NOWHERE) -> Any:
    """Ask for one of several; give its value, or Left. A row whose value is Row.HEADING only says something."""
    choices = list(rows)
    values = [value for _, value in choices]
    at = next((n for n, value in enumerate(values) if value is default or (type(value) is type(default) and value == default)), 0)
    fixed = [n for n, value in enumerate(values) if value is Row.HEADING]
    listing = Listing(head, hinted(t("Flèches, Début, Fin, Entrée"), head), lambda: [label for label, _ in choices], fixed=fixed)
    listing.point(at)

    @listing.entering
    def accept(event: KeyPressEvent) -> None:
        event.app.exit(result=values[listing.at])

    return listing.run(lambda: values[listing.at])


# Lines of text


def line(
    head: Head,
    check: Callable[[str], str],
    default: str = "",
    complete: Completions | None = None,
    hint: str | None = None,
    paths: bool = False,
) -> Any:
    """Ask for a line of text; give it, or Left. `check` says what is wrong with it, or nothing; the question is then asked again."""
    completer = PathCompleter(expanduser=True) if paths else _Completer(complete) if complete else None
    error = ""
    while True:
        typed = _one_line(head, hinted(type_hint() if hint is None else hint, head), error, default, completer)
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
    _leaving(keys, head, lambda: session.default_buffer.text, typing=True)
    return _run(lambda: session.prompt(default=default))


class _Completer(Completer):
    """What can follow what is typed."""

    def __init__(self, complete: Completions) -> None:
        self.complete = complete

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        for text, shown in self.complete(document.text):
            yield Completion(text, start_position=-len(document.text), display=shown)


class Screen:
    """The full screen, as the dialogue asks for it."""

    review = "F3"
    say = staticmethod(say)
    menu = staticmethod(menu)
    line = staticmethod(line)

    def boxes(self, *asked: Any, **more: Any) -> Any:
        """Ask which of several hold."""
        from dpia.terminal.grids import boxes

        return boxes(*asked, **more)

    def column(self, *asked: Any, **more: Any) -> Any:
        """Ask one thing of several elements."""
        from dpia.terminal.grids import column

        return column(*asked, **more)

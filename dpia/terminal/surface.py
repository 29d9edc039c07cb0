"""What the dialogue asks of whatever shows it: texts, menus, lines to type, boxes, grids. The full screen and the plain lines both offer it.

Every prompt can be left without answering: to go back, to be helped, to write a note, to read all answers back, to say who knows.
What was being entered is kept.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from dpia.language import t
from dpia.values import ABSENT, Value

NOWHERE = object()  # no row is pointed at beforehand: the first one is
WIDEST = 100  # columns: beyond, a line of text is hard to follow
Completions = Callable[[str], Iterable[tuple[str, str]]]  # what is typed → what to put in its place, what to show


class Key(Enum):
    """A way to leave a prompt without answering it."""

    BACK, HELP, NOTE, REVIEW, WHO = "s-tab", "f1", "f2", "f3", "f4"


@dataclass(frozen=True, slots=True)
class Left:
    """A prompt left by a key; `draft`: what was being entered, to be put back."""

    key: Key
    draft: Any = None


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the place to answer. `help` folds away when the screen is too small for it; `who`: who may know the answer."""

    title: str
    help: str = ""
    progress: str = ""
    legend: tuple[str, ...] = ()
    keys: frozenset[Key] = field(default=frozenset(Key))
    who: str = ""

    @property
    def dont_know(self) -> str:
        """The words of the row that says that one does not know."""
        return t("Je ne sais pas (à demander : {qui})", qui=self.who) if self.who else t("Je ne sais pas")


class Row(Enum):
    """Rows of a menu that are no answer."""

    HEADING = "heading"


class Surface(Protocol):
    """Where the dialogue takes place. `review`: what one types to read all answers back."""

    review: str

    def say(self, text: str = "", style: str = "", indent: int = 0) -> None:
        """Print a text, wrapped; its own line breaks are kept."""

    def menu(self, head: Head, rows: Iterable[tuple[str, Any]], default: Any = NOWHERE) -> Any:
        """Ask for one of several; give its value, or Left. A row whose value is Row.HEADING only says something."""

    def line(
        self,
        head: Head,
        check: Callable[[str], str],
        default: str = "",
        complete: Completions | None = None,
        hint: str | None = None,
        paths: bool = False,
    ) -> Any:
        """Ask for a line of text; give it, or Left. `check` says what is wrong with it, or nothing; `paths`: file names are completed."""

    def boxes(self, head: Head, options: Mapping[str, str], before: Any = ABSENT, like: tuple[str, Value] | None = None) -> Any:
        """Ask which of several hold; give Choices, UNKNOWN or Left. `like`: an earlier element and its answer, which one row repeats."""

    def column(self, head: Head, names: Mapping[str, str], answers: Sequence[tuple[str, str, Value]], before: Any = None) -> Any:
        """Ask one thing of several elements; give an answer for each key of `names`, or Left. `answers`: sign to type, words, value."""


def type_hint() -> str:
    """How to say that one does not know where a line is typed."""
    return t("nsp : je ne sais pas")


def wrapped(text: str, width: int, indent: int = 0, first: str | None = None) -> list[str]:
    """Cut a text into lines of `width` columns between words; French double punctuation and quotes stay with their word."""
    bound = re.sub(r" (?=[?!:;»%])", "\xa0", re.sub(r"([«→]) ", "\\1\xa0", text))
    pad = " " * indent
    lines = textwrap.wrap(
        bound, width, initial_indent=pad if first is None else first, subsequent_indent=pad, break_on_hyphens=False, expand_tabs=False
    )
    return [line.replace("\xa0", " ") for line in lines] or [first or ""]

"""Finding our own words in a text that came back: cut in other lines, without its accents, or with them garbled.

Two ways to read a text are compared: letters without accents ("ete"), and plain letters only ("t", whatever became of the accents).
Both are linear in the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

BOX = re.compile(r"\[([^\[\]]{0,12})\]|([☐☑☒⊠□])")  # a mail program may cut a line inside
MARKS = 40  # characters after a phrase among which its last punctuation is looked for
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


@dataclass(frozen=True, slots=True)
class Box:
    """A box to tick: where it stands, and what is inside."""

    start: int
    end: int
    inside: str


def boxes(text: str) -> tuple[Box, ...]:
    """The boxes of a text; an empty Word box has nothing inside."""
    return tuple(
        Box(m.start(), m.end(), "".join(m[1].split()).lower() if m[1] is not None else "" if m[2] in "☐□" else m[2])
        for m in BOX.finditer(text)
    )


def _letters(text: str, plain_only: bool) -> tuple[str, list[int]]:
    """The letters and digits of a text, in lower case, and where each stands in it."""
    found: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        low = char.lower()
        kept = low if plain_only or low in PLAIN else unicodedata.normalize("NFD", low.replace("œ", "oe").replace("æ", "ae"))
        for letter in kept:
            if letter in PLAIN if plain_only else letter.isalnum():
                found.append(letter)
                places.append(place)
    return "".join(found), places


@cache
def _phrase(text: str) -> tuple[str, str]:
    return _letters(text, False)[0], _letters(text, True)[0]


def folded(text: str) -> str:
    """The letters and digits of a text, without accents, case, spaces or punctuation."""
    return _letters(text, False)[0]


class Text:
    """A text in which phrases are looked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._ways = (_letters(text, False), _letters(text, True))

    def find(self, phrase: str) -> Iterator[tuple[int, int]]:
        """Yield where a phrase stands, whole words only; what garbled accents left counts as the phrase."""
        for (letters, places), wanted in zip(self._ways, _phrase(phrase), strict=True):
            found, at = False, letters.find(wanted) if wanted else -1
            while at >= 0:
                span = places[at], places[at + len(wanted) - 1] + 1
                if not self._cut(*span):
                    found = True
                    yield span
                at = letters.find(wanted, at + len(wanted))
            if found:
                return

    def _cut(self, start: int, end: int) -> bool:
        """Tell whether a span begins or ends inside a word."""
        before, after = self.text[max(0, start - 1) : start], self.text[end : end + 1]
        return any(char in PLAIN for char in before + after)

    def starts(self, phrase: str) -> int:
        """Where a phrase that begins the text ends; 0 when the text begins otherwise."""
        return next((end for start, end in self.find(phrase) if not _has_word(self.text[:start])), 0)

    def ends(self, phrase: str) -> int:
        """Where a phrase that ends the text begins; -1 when the text ends otherwise."""
        return next((start for start, end in self.find(phrase) if not _has_word(self.text[end:])), -1)


def _has_word(text: str) -> bool:
    return any(char.isalnum() for char in text)


def without(text: str, phrases: tuple[str, ...]) -> str:
    """The text once our phrases are taken out of it, the longest first; each is replaced by a space."""
    looked, taken = Text(text), list(text)
    for phrase in sorted(phrases, key=len, reverse=True):
        for start, end in looked.find(phrase):
            end += _tail(text[end : end + MARKS], phrase)
            taken[start:end] = " " * (end - start)
    return "".join(taken)


def _tail(text: str, phrase: str) -> int:
    """How much of a text is the punctuation that ends a phrase."""
    last = max((n for n, char in enumerate(phrase) if char.isalnum()), default=-1)
    end = 0
    for char in phrase[last + 1 :].replace(" ", ""):
        place = len(text) - len(text[end:].lstrip(" \n\xa0\u202f>"))
        if text[place : place + 1] != char:
            return end
        end = place + 1
    return end


def after(text: str, phrases: tuple[str, ...]) -> str:
    """The text after the longest of our phrases that begins it, and after its punctuation."""
    end, phrase = max(((Text(text).starts(phrase), phrase) for phrase in phrases), default=(0, ""))
    return text[end + _tail(text[end : end + MARKS], phrase) :] if end else text

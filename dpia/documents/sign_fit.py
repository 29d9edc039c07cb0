"""The largest size with which the sign fits one page of Word: an estimate, since Word's lines are not ours."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from dpia.documents.sign_text import TOO_LONG, Section, SignContent, SignError, Translation

FILL = 0.96  # the share of the page that an estimate may fill
_POINTS_A_MM = 72 / 25.4
_COLUMNS = 16.0  # points between two columns
REDUCED = 0.86  # a translation over the body: the smallest French text, a heading, is 0.92
_WIDTHS = {  # of Arial, where they are far from the mean
    letter: width
    for letters, width in (("ijl'’|", 0.23), ("tfI.,:;/! \u00a0", 0.29), ("r()[]-", 0.34), ("ckvxyzsç", 0.51), ("mWMw%@œŒ", 0.95))
    for letter in letters
}


@dataclass(frozen=True, slots=True)
class Room:
    """What a page offers, in points: `text`, the width of the sections; `band`, its text's width and least height; `foot`, the same; `sizes`, largest first."""

    text: float
    height: float
    band: tuple[float, float]
    foot: tuple[float, float]
    title: float
    sizes: tuple[float, ...]
    air: float = 1.0  # spaces between sections, over those of an A4 page


@dataclass(frozen=True, slots=True)
class Format:
    """A sheet, in millimetres and points. `smallest`: what is read from half a metre in Arial, whose capitals are 0.716 of the size."""

    width: float
    height: float
    margin: float
    pictogram: float
    title: float
    largest: float
    air: float = 1.0
    pad: float = 4.0  # inside the band and the foot
    plate: bool = False
    smallest: float = 9.3

    def drawn(self, multiple: bool) -> float:
        """The side of the pictogram: smaller when translations take the place."""
        return self.pictogram * (0.6 if multiple else 1)

    def room(self, qr_mm: float, multiple: bool) -> Room:
        """What it leaves to the text: the code stands beside it on the plate, beside the address of the notice elsewhere."""
        whole, pads = self.width - 2 * self.margin, 2 * self.pad
        code = qr_mm + 4 if qr_mm else 0
        picture = self.drawn(multiple)
        smallest = self.smallest / (REDUCED if multiple else 0.92)
        sizes = tuple(n / 2 for n in range(round(self.largest * 2), math.ceil(smallest * 2) - 1, -1))
        band, foot = whole - picture - pads - self.pad, whole - pads - (0 if self.plate else code)
        return Room(
            (whole - (code if self.plate else 0)) * _POINTS_A_MM,
            (self.height - 2 * self.margin) * _POINTS_A_MM,
            (band * _POINTS_A_MM, (picture + pads) * _POINTS_A_MM),
            (foot * _POINTS_A_MM, (0 if self.plate or not qr_mm else qr_mm + pads) * _POINTS_A_MM),
            self.title * (0.8 if multiple else 1),
            sizes,
            self.air,
        )


_GROWTH = math.sqrt(2)
FORMATS = {
    "a4": Format(210.0, 297.0, 10.0, 36.0, 30.0, 22.0),
    "a3": Format(297.0, 420.0, 10.0 * _GROWTH, 36.0 * _GROWTH, 30.0 * _GROWTH, 22.0 * _GROWTH, pad=4.0 * _GROWTH),
    "plaque": Format(150.0, 100.0, 4.0, 12.0, 17.0, 12.0, air=0.2, pad=1.5, plate=True, smallest=9.2),
}


def body_points(
    content: SignContent, room: Room, table: tuple[tuple[Section, ...], ...], others: tuple[str, ...], heads: tuple[str, str]
) -> float:
    """Return the size of the body text. `heads`: the title and the site; `others`: the lines of the foot. Raises SignError when the smallest is too large."""
    title, site = heads
    for size in room.sizes:
        width, least = room.band
        used = max(least, _lines(title, room.title, width) * room.title * 1.2 + _height([(site, 1.05)], size, width, 1.0) + size)
        width, least = room.foot
        if others:
            used += max(least, _height([(text, 1.0) for text in others], size, width, room.air) + size) + size * 0.5 * room.air
        for row in laid(table, size, room.text):
            width = room.text / len(row) - (_COLUMNS if len(row) > 1 else 0)
            used += max(_height(_texts(section), size, width, room.air) for section in row) + size * 0.75 * room.air
        if content.traductions:
            used += _translations(content.traductions, size * REDUCED, room.text)
        if used <= room.height * FILL:
            return size
    raise SignError(f"{content.where()} : {TOO_LONG}")


def laid(table: tuple[tuple[Section, ...], ...], size: float, width: float) -> Iterator[tuple[Section, ...]]:
    """Give the rows: two sections stand side by side only where no word of theirs, an address for instance, is wider than a column."""
    for row in table:
        column = width / len(row) - _COLUMNS
        fits = all(_ems(word) * size <= column for section in row for line in section.lignes for word in line.split(" "))
        yield from (row,) if fits else ((section,) for section in row)


def beside(translations: tuple[Translation, ...]) -> Iterator[tuple[Translation, ...]]:
    """Give the translations that stand side by side: three at most, rows as even as can be."""
    rows = -(-len(translations) // 3)
    for n in range(rows):
        yield translations[n * len(translations) // rows : (n + 1) * len(translations) // rows]


def _translations(translations: tuple[Translation, ...], size: float, width: float) -> float:
    used = 0.0
    for row in beside(translations):
        column = width / len(row) - 9
        texts = ([t.titre, *(f"{s.titre}. {' '.join(s.lignes)}" for s in t.rubriques)] for t in row)
        used += max(_height([(text, 1.0) for text in said], size, column, 1.0) for said in texts) + size * 2
    return used


def _height(texts: Iterable[tuple[str, float]], size: float, width: float, air: float) -> float:
    return sum(_lines(text, size * grows, width) * size * grows * 1.15 + size * 0.2 * air for text, grows in texts)


def _texts(section: Section) -> Iterator[tuple[str, float]]:
    yield section.titre, 0.92
    yield from ((line, section.taille * (1.1 if section.taille > 1 else 1.0)) for line in section.lignes)


def _lines(text: str, size: float, width: float) -> int:
    used, lines = 0.0, 1
    for word in text.split(" "):
        length = _ems(word) * size
        if used and (used + length > width or "@" in word):  # as sign_word breaks the line
            lines, used = lines + 1, 0.0
        lines += int(length // width)
        used += length % width + 0.28 * size
    return lines if text else 0


@lru_cache(maxsize=4096)  # the same words are measured at each size that is tried
def _ems(text: str) -> float:
    """Return the width of the text in Arial, a little over, in units of its size."""
    return sum(_WIDTHS.get(c) or (0.95 if c >= "\u2e80" else 0.74 if c.isupper() else 0.56) for c in text)

"""What differs between two versions of a document: the passages that are new or say something else are marked, those that are gone are told.

The text is compared line by line, since a paragraph, an item or a row of a table is one line of our Markdown. What only lays out the
page (fences, rules, blank lines, spaces) is not compared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from dpia.documents.grid import plain
from dpia.documents.marks import CHANGED, removed

_FENCE = re.compile(r"(`{3,})([a-z-]*)")
_DRAWN = re.compile(r"[|\-: ]*")
_HEAD = re.compile(r"#{1,6} |\s*(?:[-*]|\d+[.)]) (?:\[[ x]\] )?|\| ?|")  # where the text of a line begins
_TITLE = re.compile(r"#{1,3} (.*?)(?: \{-\})?")
DRAWINGS, DATA = ("matrice", "plan"), ("garde", "sommaire", "saut-de-page")
ALIKE, STEM = 0.6, 12  # how alike (as difflib counts), or how many first characters in common, make a line reworded and not gone


@dataclass(frozen=True, slots=True)
class Gone:
    """A passage that the new text does not have: the title above it, its words."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Compared:
    """`text`: the new Markdown with its marks; `titles`: above each marked passage, in order, with how many there are."""

    text: str
    titles: dict[str, int]
    gone: tuple[Gone, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    key: str
    title: str  # the heading above, of the three first levels
    drawing: int | None = None  # the line of the fence, for the data of a picture


def compare(before: str, after: str) -> Compared:
    """Mark in `after` what `before` does not say."""
    old, new = list(_lines(before)), list(_lines(after))
    lines, titles = after.split("\n"), Counter[str]()
    out, came = _unlike(old, new)
    for line in came:
        _mark(lines, line)
        titles[line.title] += 1
    gone = (Gone(line.title, plain(line.key)) for line in out if line.drawing is None and not _reworded(line, came))
    return Compared("\n".join(lines), dict(titles), tuple(passage for passage in gone if passage.text))


def _unlike(old: list[_Line], new: list[_Line]) -> tuple[list[_Line], list[_Line]]:
    """The lines of each side that the other does not have; one that only moved under its title is on both."""
    matcher = SequenceMatcher(None, [line.key for line in old], [line.key for line in new], autojunk=False)
    codes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    out = [line for _, start, end, _, _ in codes for line in old[start:end]]
    came = [line for _, _, _, start, end in codes for line in new[start:end]]
    moved = Counter((line.title, line.key) for line in out) & Counter((line.title, line.key) for line in came)
    return _without(out, moved), _without(came, moved)


def _without(lines: list[_Line], moved: Counter[tuple[str, str]]) -> list[_Line]:
    left, kept = moved.copy(), []
    for line in lines:
        if left[line.title, line.key] > 0:
            left[line.title, line.key] -= 1
        else:
            kept.append(line)
    return kept


def _reworded(line: _Line, came: list[_Line]) -> bool:
    """Tell whether a line that is gone stands in the new text under the same title, in other words."""
    others = [other.key for other in came if other.title == line.title]
    return any(key[:STEM] == line.key[:STEM] for key in others) or bool(get_close_matches(line.key, others, 1, ALIKE))


def _lines(text: str) -> Iterator[_Line]:
    """The lines that say something."""
    title, fence, opening = "", "", 0
    for number, line in enumerate(text.split("\n")):
        found = _FENCE.match(line)
        if found:
            fence, opening = found[2], number  # a closing fence has no name: what follows is plain Markdown again
        elif fence not in DATA and not _DRAWN.fullmatch(line):
            if heading := _TITLE.fullmatch(removed(line)):
                title = plain(heading[1])
            yield _Line(number, " ".join(removed(line).split()), title, opening if fence in DRAWINGS else None)


def _mark(lines: list[str], line: _Line) -> None:
    if line.drawing is not None:
        lines[line.drawing] += " change=oui"
        return
    text = lines[line.number]
    found = _HEAD.match(text)
    start = found.end() if found else 0
    lines[line.number] = text[:start] + CHANGED + text[start:]

"""A document cut at its headings: each part with the number that Word gives it, and its text; and parts put in another order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dpia.documents.errors import DocumentError
from dpia.documents.grid import ANCHOR
from dpia.documents.markdown import Raw

DEEPEST = 4  # the level of a heading that no table of contents shows
ANNEX = "Annexe "
_HEADING = re.compile(r"(#{1,3}) (.*?)( \{-\})?")  # deeper headings are names that a user typed: they stay in their part
_FENCE = re.compile(r"(`{3,})(.*)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_TYPED = re.compile(r"(\d+(?:\.\d+)*(?:\.[a-z])?)\.? ")  # a number that a template writes: "4.2.a", "6."


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and what follows it until the next one.

    `title`: in plain text, without number; `near`: its number, or that of the heading above it that has one; `end`: the rank after its
    last sub-part.
    """

    level: int
    title: str
    heading: str
    number: str
    near: str
    body: str
    end: int

    @property
    def name(self) -> str:
        """The title with its number, as a reader looks for it."""
        return f"{self.near} {self.title}".strip()


def parts(text: str) -> tuple[Part, ...]:
    """Cut a document; the first part, of level 0, is what comes before any heading. Numbers are those of blocks.headings."""
    cuts: list[tuple[int, str, bool, list[str]]] = [(0, "", True, [])]
    fence = ""
    for line in text.split("\n"):
        if found := _FENCE.match(line):
            fence = found[1] if not fence else "" if line.startswith(fence) and not line.strip("` ") else fence
        heading = None if fence or found else _HEADING.fullmatch(line)
        if heading:
            cuts.append((len(heading[1]), heading[2], bool(heading[3]), []))
        else:
            cuts[-1][3].append(line)
    counts, above, made = [0, 0, 0], [""] * 4, []
    for rank, (level, heading_text, plain, lines) in enumerate(cuts):
        title = _ESCAPED.sub(r"\1", ANCHOR.sub("", heading_text)).strip()
        typed = _TYPED.match(title)
        number = typed[1] if typed else ""
        if not plain:
            counts[level - 1 :] = [counts[level - 1] + 1, *[0] * (3 - level)]
            number = ".".join(map(str, counts[:level]))
        above[level:] = [number or (above[level - 1] if level else "")] * (4 - level)
        end = next((n for n in range(rank + 1, len(cuts)) if cuts[n][0] <= level), len(cuts)) if level else 1
        made.append(Part(level, title[typed.end() :] if typed else title, heading_text, number, above[level], "\n".join(lines), end))
    return tuple(made)


@dataclass
class Pieces:
    """The parts of a document, taken one by one by a template that puts them in its own order. What is left over is a mistake."""

    parts: tuple[Part, ...]
    taken: set[int] = field(default_factory=lambda: {0})

    def existe(self, *titles: str) -> bool:
        """Tell whether the document has a part with one of these titles."""
        return self._rank(titles) is not None

    def partie(self, *titles: str, niveau: int = 2, numero: str = "", sans: tuple[str, ...] = ()) -> Raw:
        """The first part with one of these titles, its heading and its sub-parts (but those of `sans`), or nothing."""
        rank = self._rank(titles)
        if rank is None:
            return Raw("")
        heading = f"{'#' * niveau} {numero}{' ' if numero else ''}{self.parts[rank].heading} {{-}}"
        return Raw(f"{heading}\n\n{self.corps(*titles, niveau=niveau, sans=sans)}")

    def corps(self, *titles: str, niveau: int = 2, sans: tuple[str, ...] = ()) -> Raw:
        """The same without its heading; `niveau`: that of the heading above."""
        rank = self._rank(titles)
        if rank is None:
            return Raw("")
        left = {n for title in sans if (found := self._rank((title,))) is not None for n in range(found, self.parts[found].end)}
        return Raw("\n".join(self._written(rank, niveau, left)))

    def intro(self, *titles: str) -> Raw:
        """What a part says before its first sub-part."""
        rank = self._rank(titles)
        if rank is None:
            return Raw("")
        self.taken.add(rank)
        return Raw(self.parts[rank].body.strip() + "\n")

    def remplace(self, *titles: str) -> Raw:
        """Say that the template writes these parts itself."""
        for title in titles:
            rank = self._rank((title,))
            if rank is not None:
                self.taken |= set(range(rank, self.parts[rank].end))
        return Raw("")

    def annexes(self) -> Raw:
        """The annexes, one after the other."""
        ranks = [rank for rank, part in enumerate(self.parts) if part.level == 1 and part.title.startswith(ANNEX)]
        return Raw("".join(f"# {self.parts[n].heading} {{-}}\n" + "\n".join(self._written(n, 1, set())) for n in ranks))

    def check(self) -> None:
        """Raise DocumentError when a part that says something was neither taken nor replaced."""
        left = [part.title for rank, part in enumerate(self.parts) if rank not in self.taken and part.body.strip()]
        if left:
            raise DocumentError(f"l'autre plan ne place nulle part : {' ; '.join(left)}. Signalez-le : c'est un défaut du gabarit.")

    def _rank(self, titles: tuple[str, ...]) -> int | None:
        return next((rank for title in titles for rank, part in enumerate(self.parts) if part.title == title), None)

    def _written(self, first: int, level: int, left: set[int]) -> Iterator[str]:
        top = self.parts[first].level
        for rank in range(first, self.parts[first].end):
            part = self.parts[rank]
            if rank in left:
                continue
            self.taken.add(rank)
            if rank > first:
                yield f"{'#' * min(DEEPEST, level + part.level - top)} {part.heading} {{-}}\n"
            yield part.body.strip() + "\n" if part.body.strip() else ""

"""What a Word assessment says, part by part, whatever program saved it: text and structure, not bytes.

Left out: the table of contents (Word fills it), page numbers, spaces, the hand-written zones. Frames to fill are told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dpia.documents.ooxml import q
from dpia.documents.passages import declared
from dpia.documents.word_reading import HEADERS, LOST, Element, WordFile, parsed, run_text, runs_of
from dpia.documents.word_zones import blocks_between, marks

COVER, MARGINS = "Page de garde", "En-tête et pied de page"
TO_FILL = "À remplir"  # head of the caption of a frame to fill
_HEADING = re.compile(r"heading ([1-4])")
_CONTENTS = ("toc ", "contents ", "index ")


@dataclass(frozen=True, slots=True)
class Entry:
    """A paragraph or a cell: the title above it, its kind ("titre 2", "paragraphe", "cellule", "image", "zone"), its words; `form`: the frame to fill it is in."""

    part: str
    kind: str
    text: str
    form: str = ""


def entries(file: WordFile) -> tuple[Entry, ...]:
    """Return what the generated parts of a file say, in order."""
    return tuple(_Reader(file).read())


class _Reader:
    def __init__(self, file: WordFile) -> None:
        self._file, self._part, self._form = file, COVER, ""
        self._free: list[tuple[Element, str]] = []  # what a zone holds, and its title before the first of it
        seen: set[str] = set()
        for name, start, end in list(marks(file.body)):
            if name in declared() and name not in seen:  # another one is no zone of ours: it is read as the rest
                seen.add(name)
                held = [start] if end is None else blocks_between(file.body, start, end)
                self._free += [(node, "" if number else declared()[name].titre) for number, node in enumerate(held)]
        root = file.root("word/footnotes.xml")
        self._notes = {} if root is None else {node.get(q("id"), ""): node for node in root.iter(q("footnote"))}

    def read(self) -> Iterator[Entry]:
        """Yield the entries of the body."""
        yield from self._blocks(self._file.body, "")
        self._part, said = MARGINS, set()
        for name in sorted(self._file.parts):
            if name.startswith(HEADERS):  # LibreOffice writes the same ones several times, under other names
                root = parsed(self._file.parts[name], name)
                said |= {_tidy("".join(map(run_text, _without_fields(line)))) for line in root.iter(q("p"))}
        yield from (Entry(MARGINS, "en-tête ou pied", text) for text in sorted(filter(None, said)))

    def _blocks(self, parent: Element, place: str) -> Iterator[Entry]:
        for node in parent:
            title = next((title for free, title in self._free if node is free), None)
            if title:
                yield Entry(self._part, "zone", title, self._form)
            if title is not None:
                continue
            if node.tag == q("p"):
                yield from self._paragraph(node, place)
            elif node.tag == q("tbl"):
                yield from self._table(node)
            elif node.tag in (q("sdt"), q("sdtContent"), q("customXml")) and node.find(f"{q('sdtPr')}/{q('docPartObj')}") is None:
                yield from self._blocks(node, place)

    def _table(self, table: Element) -> Iterator[Entry]:
        caption = table.find(f"{q('tblPr')}/{q('tblCaption')}")
        name = "" if caption is None else caption.get(q("val"), "")
        outer, self._form = self._form, self._form or (name if name.startswith(TO_FILL) else "")
        for row in table.iter(q("tr")):
            for cell in row.iter(q("tc")):
                yield from self._blocks(cell, "cellule")
        self._form = outer

    def _paragraph(self, paragraph: Element, place: str) -> Iterator[Entry]:
        style = self._file.style_name(paragraph)
        if style.startswith(_CONTENTS):
            return
        text = _tidy("".join(self._said(run) for run in runs_of(paragraph)))
        heading = _HEADING.fullmatch(style)
        if heading and text:
            self._part = text
        if text:
            yield Entry(self._part, f"titre {heading[1]}" if heading else place or "paragraphe", text, self._form)
        pictures = sum(1 for node in paragraph.iter() if node.tag in LOST and LOST[node.tag] == "une image ou un dessin")
        for _ in range(pictures):
            yield Entry(self._part, "image", "(image)", self._form)

    def _said(self, run: Element) -> str:
        said = run_text(run)
        for call in run.iter(q("footnoteReference")):
            note = self._notes.get(call.get(q("id"), ""))
            words = "" if note is None else " ".join("".join(map(run_text, runs_of(line))) for line in note.iter(q("p")))
            said += f" [note : {_tidy(words)}]"
        return said


def _without_fields(paragraph: Element) -> Iterator[Element]:
    """The runs of a paragraph, but for what its fields show: page numbers."""
    depth = 0
    for run in runs_of(paragraph):
        for mark in run.iter(q("fldChar")):
            depth += {"begin": 1, "end": -1}.get(mark.get(q("fldCharType")), 0)
        if depth <= 0 and run.getparent().tag != q("fldSimple"):
            yield run


def _tidy(text: str) -> str:
    return " ".join(text.split())

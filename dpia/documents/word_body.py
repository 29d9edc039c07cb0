"""Markdown tokens → the paragraphs, lists and tables of a Word body, as text; our own blocks are in word_blocks."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote

from docx.opc.constants import RELATIONSHIP_TYPE
from markdown_it.token import Token

from dpia.documents import ooxml, word_table
from dpia.documents.blocks import Heading, closing, slug
from dpia.documents.word_flow import Flow
from dpia.documents.word_footnotes import Footnotes
from dpia.documents.word_keeping import kept

if TYPE_CHECKING:
    from docx.opc.part import Part

    from dpia.documents.word_brand import Brand
    from dpia.documents.word_comments import Comments

INDENT = 397  # twips of one list level in the brand (7 mm)


class Writer:
    """Writes tokens for one document; `flow` and `width` (twips) are where it writes now."""

    def __init__(self, brand: Brand, found: Sequence[Heading], notes: dict[int, list[Token]], comments: Comments | None = None) -> None:
        self.brand = brand
        self.style = brand.style
        self.headings = found
        self.width = brand.text_width()
        self.landscape = False
        self.flow = Flow(brand.style("Espace"))
        self.notes = Footnotes(brand) if notes else None
        self.comments = comments
        self.captions: Counter[str] = Counter()
        self.caption: dict[str, str] = {}
        self._footnotes = notes
        self._note_ids: dict[int, str] = {}
        self._part: Part = brand.document
        self._anchors = {slug(heading.text): heading.anchor for heading in reversed(found)}
        self._body = brand.style("Body Text")
        self._markers: list[tuple[str, str]] = []  # style id and w:numPr of each open list
        self._fresh_item = False
        self._number = brand.last_id()
        self._numbered = False  # the part where we are has a number

    def unique(self) -> int:
        """Return a number that no other bookmark or control of the document has."""
        self._number += 1
        return self._number

    def picture(self, png: bytes, alternative: str, width: int, height: int) -> str:
        """Return a run that shows a bitmap, `width` by `height` twips, with the words that stand for it."""
        relation, _ = self.brand.document.get_or_add_image(io.BytesIO(png))
        return ooxml.picture(relation, self.unique(), alternative, width, height)

    def write(self, tokens: Sequence[Token]) -> None:
        """Write block tokens into the current flow."""
        index, keeping = 0, kept(tokens)
        while index < len(tokens):
            token = tokens[index]
            if token.type in ("heading_open", "paragraph_open") and tokens[index + 1].children and tokens[index + 1].meta.get("change"):
                self.flow.mark_next()
            match token.type:
                case "heading_open":
                    self._heading(token.meta["titre"], tokens[index + 1])
                case "paragraph_open":
                    self._paragraph(tokens[index + 1], index in keeping)
                case "bullet_list_open" | "ordered_list_open":
                    self._open_list(token)
                case "bullet_list_close" | "ordered_list_close":
                    self._markers.pop()
                case "list_item_open":
                    self._fresh_item = True
                case "blockquote_open":
                    self._body = self.style("Quote")
                case "blockquote_close":
                    self._body = self.style("Body Text")
                case "table_open":
                    end = closing(tokens, index)
                    word_table.write(self, tokens[index : end + 1])
                    index = end
                case "bloc" | "bloc_open":
                    from dpia.documents import word_blocks

                    end = closing(tokens, index)
                    word_blocks.write(self, token, tokens[index + 1 : end])
                    index = end
            index += 1

    def inside(self, width: int, tokens: Sequence[Token], flow: Flow | None = None) -> Flow:
        """Write `tokens` into a flow of their own, `width` twips wide, and return it."""
        outer = self.flow, self.width, self._markers, self._body
        self.flow, self.width = flow or Flow(self.style("Espace")), width
        self._markers, self._body = [], self.style("Body Text")
        self.write(tokens)
        inner = self.flow
        self.flow, self.width, self._markers, self._body = outer
        return inner

    def _heading(self, heading: Heading, inline: Token) -> None:
        if not inline.children:
            return  # a heading that an empty answer left empty would be a hole in the table of contents
        if heading.level <= 3:
            self._numbered = bool(heading.number)
        number = NO_NUMBER if self.brand.numbers_level(min(heading.level, 4)) and not self._numbered else ""
        runs = ooxml.bookmark(heading.anchor, self.unique(), self.inline(inline))
        self.flow.paragraph(runs, self.style(f"heading {min(heading.level, 4)}"), title=True, number=number)

    def _open_list(self, token: Token) -> None:
        depth = min(len(self._markers), 8)
        if token.type == "bullet_list_open":
            style, number = "List Bullet", self.brand.bullets()
        else:
            style, number = "List Number", self.brand.numbers(int(token.attrGet("start") or 1), depth)
        self._markers.append((self.style(style), f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'))

    def _paragraph(self, inline: Token, keep: bool) -> None:
        if not inline.children:
            return
        lines = inline.content.split("\n")
        if self._markers and self._fresh_item and inline.content[:4] in ("[ ] ", "[x] "):
            self._box(inline, keep)
        elif any(line.endswith("....") for line in lines):
            self._lines_to_fill(lines, inline.children)
        elif not self._markers:
            self.flow.paragraph(self.inline(inline), self._body, keep=keep)
        elif not self._fresh_item:
            self.flow.paragraph(self.inline(inline), self._body, layout=f'<w:ind w:left="{INDENT * len(self._markers)}"/>', keep=keep)
        else:
            style, number = self._markers[-1]
            self.flow.paragraph(self.inline(inline), style, number=number, keep=keep)
        self._fresh_item = False

    def _box(self, inline: Token, keep: bool) -> None:
        checked, children = inline.content[1] == "x", list(inline.children or ())
        children[0] = Token("text", "", 0, content=children[0].content[4:])
        to_fill = inline.content.endswith("....")
        if to_fill:
            children[-1] = Token("text", "", 0, content=children[-1].content.rstrip("."))
        label = "".join(child.content for child in children)
        runs = checkbox(label, checked, self.unique()) + ooxml.TAB + self.runs(children) + (ooxml.TAB if to_fill else "")
        left = INDENT * len(self._markers)
        layout = f'<w:ind w:left="{left}" w:hanging="{INDENT}"/>' if len(self._markers) > 1 else ""
        self.flow.paragraph(runs, self.style("Case à cocher"), layout=layout, keep=keep)

    def _lines_to_fill(self, lines: Sequence[str], children: Sequence[Token]) -> None:
        parts: list[list[Token]] = [[]]
        for child in children:
            if child.type == "softbreak":
                parts.append([])
            else:
                parts[-1].append(child)
        for line, part in zip(lines, parts, strict=False):
            if not line.endswith("...."):
                self.flow.paragraph(self.runs(part), self._body)
                continue
            part[-1] = Token("text", "", 0, content=part[-1].content.rstrip("."))
            self.flow.paragraph(self.runs(part) + ooxml.TAB, self.style("Ligne à remplir"))

    def boxed(self, inline: Token) -> str:
        """Return the runs of a table cell; one that begins with "[ ] " begins with a box to tick."""
        if inline.content[:4] != "[ ] ":
            return self.inline(inline)
        children = list(inline.children or ())
        children[0] = Token("text", "", 0, content=children[0].content[4:])
        label = "".join(child.content for child in children)
        return checkbox(label, False, self.unique()) + ooxml.run(" ") + self.runs(children)

    def inline(self, token: Token) -> str:
        """Return the runs of an inline token."""
        return self.runs(token.children or ())

    def runs(self, children: Sequence[Token]) -> str:
        """Return the runs of inline tokens."""
        runs: list[str] = []
        marks = {"strong": False, "em": False}
        link, closing_tag = "", ""
        for child in children:
            properties = link + ("<w:b/>" if marks["strong"] else "") + ("<w:i/>" if marks["em"] else "")
            match child.type:
                case "text" | "code_inline":
                    runs.append(ooxml.run(child.content, properties) if child.content else "")
                case "softbreak":
                    runs.append(ooxml.run(" ", properties))
                case "hardbreak":
                    runs.append(ooxml.BREAK)
                case "strong_open" | "strong_close" | "em_open" | "em_close":
                    name, _, state = child.type.partition("_")
                    marks[name] = state == "open"
                case "link_open":
                    opening = self._link(str(child.attrGet("href") or ""))
                    runs.append(opening)
                    link, closing_tag = (f'<w:rStyle w:val="{self.style("Hyperlink")}"/>', "</w:hyperlink>") if opening else ("", "")
                case "link_close":
                    runs.append(closing_tag)
                    link = closing_tag = ""
                case "footnote_ref":
                    runs.append(self._footnote(child))
                case "constat_open" | "constat_close" if self.comments:
                    runs.append(self.comments.mark(child.meta["regle"]))
        return "".join(runs)

    def _link(self, target: str) -> str:
        if target.startswith("#"):
            anchor = self._anchors.get(unquote(target[1:]))
            # A section may be absent from this dossier: its reference then stays as plain text.
            return f'<w:hyperlink w:anchor="{anchor}" w:history="1">' if anchor else ""
        if not target.startswith(("http://", "https://", "mailto:")):
            return ""
        relation = self._part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        return f'<w:hyperlink r:id="{relation}" w:history="1">'

    def _footnote(self, token: Token) -> str:
        note, style = token.meta["id"], self.style("footnote reference")
        if self.notes is None or self._part is not self.brand.document:
            return ""  # Word has no note in a note
        properties = f'<w:rStyle w:val="{style}"/>'
        if note in self._note_ids:  # a second call of the same note
            return ooxml.field(f"NOTEREF {self._note_ids[note]} \\h", ooxml.run(str(note + 1), properties), properties)
        self._note_ids[note] = f"_Note{note + 1:04d}"
        self._part = self.notes.part
        inner = self._note_text(self._footnotes[note], style)
        self._part = self.brand.document
        call = f'<w:r><w:rPr>{properties}</w:rPr><w:footnoteReference w:id="{self.notes.add(inner)}"/></w:r>'
        return ooxml.bookmark(self._note_ids[note], self.unique(), call)

    def _note_text(self, tokens: Sequence[Token], style: str) -> str:
        mark = f'<w:r><w:rPr><w:rStyle w:val="{style}"/></w:rPr><w:footnoteRef/></w:r>{ooxml.run(" ")}'
        texts = [token for token in tokens if token.type == "inline"]
        return "".join(
            ooxml.paragraph(("" if n else mark) + self.inline(text), self.style("footnote text")) for n, text in enumerate(texts)
        )


NO_NUMBER = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'


def checkbox(label: str, checked: bool, number: int) -> str:
    """Return a box that Word ticks on a click and that prints as one."""
    font = '<w:rFonts w:ascii="MS Gothic" w:eastAsia="MS Gothic" w:hAnsi="MS Gothic" w:hint="eastAsia"/>'
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{ooxml.attribute(label[:60])}"/><w:id w:val="{number}"/>'
        f'<w14:checkbox><w14:checked w14:val="{int(checked)}"/>'
        '<w14:checkedState w14:val="2612" w14:font="MS Gothic"/><w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr>'
        f"<w:sdtContent><w:r><w:rPr>{font}</w:rPr><w:t>{'☒' if checked else '☐'}</w:t></w:r></w:sdtContent></w:sdt>"
    )

"""The order of blocks in a Word body: the gaps, page breaks and sections that depend on what stands before or after."""

from __future__ import annotations

from dpia.documents import ooxml

GAP = '<w:spacing w:before="160"/>'  # after a table, to which Word glues a paragraph that has no space of its own
LIST_GAP = '<w:spacing w:before="80"/>'  # after a list, whose items are close to each other


class Flow:
    """The blocks of a body, of a cell or of a note, in order; keeps the spaces and breaks between them right.

    `whole`: a page break never falls inside; a paragraph then keeps with nothing, else Word keeps the whole cell with what follows.
    """

    def __init__(self, espace: str, whole: bool = False) -> None:
        self.blocks: list[str] = []
        self._whole = whole
        self._espace = espace  # id of the style of the thin paragraph that Word needs between two tables
        self._after_table = self._after_item = False
        self._page_break = False
        self._section = ""
        self._titles = 0  # how many headings end the flow
        self._border = ""

    def paragraph(
        self, runs: str, style: str, *, title: bool = False, keep: bool = False, number: str = "", spacing: str = "", layout: str = ""
    ) -> None:
        """Add a paragraph; `number`, `spacing` and `layout` are its w:numPr, w:spacing, and what follows in the schema.

        A `title` stays with what follows it, whatever the style says, and has its own space before; `keep`: it only stays.
        """
        self._end_section()
        before = ("<w:keepNext/>" if title or (keep and not self._whole) else "") + ("<w:pageBreakBefore/>" if self._page_break else "")
        item = bool(number) and not title
        gap = GAP if self._after_table and not title else LIST_GAP if self._after_item and not item and not title else ""
        self.blocks.append(ooxml.paragraph(runs, style, before + number + self._border + (spacing or gap) + layout))
        self._border = ""
        self._after_table, self._after_item, self._page_break = False, item, False
        self._titles = self._titles + 1 if title else 0

    def mark_next(self) -> None:
        """Draw a bar beside the next paragraph: it has changed."""
        self._border = f"<w:pBdr>{ooxml.CHANGE_BAR}</w:pBdr>"

    def table(self, xml: str) -> None:
        """Add a table."""
        self._end_section()
        if self._after_table or self._page_break:
            self._thin("<w:pageBreakBefore/>" if self._page_break else "")
        self.blocks.append(xml)
        self._after_table, self._page_break, self._titles = True, False, 0

    def apart(self) -> Flow:
        """Return an empty flow for what comes next, with the gap that it needs here."""
        self._end_section()
        flow = Flow(self._espace)
        flow._after_table, flow._after_item, flow._page_break = self._after_table, self._after_item, self._page_break
        return flow

    def join(self, xml: str, flow: Flow) -> None:
        """Add `xml`, which holds the blocks of a flow that was `apart`."""
        self.blocks.append(xml)
        self._after_table, self._after_item, self._page_break, self._titles = flow._after_table, flow._after_item, flow._page_break, 0

    def break_page(self, always: bool = False) -> None:
        """Begin the next block on a new page; `always`: even the first one, which follows the text of a brand."""
        self._page_break = (always or bool(self.blocks)) and not self._section

    def close(self) -> None:
        """End the section that nothing followed: text of a brand does."""
        self._end_section()

    def break_section(self, section: str) -> None:
        """End the section that `section` (w:sectPr) describes, if it holds anything; the next block opens another one.

        Headings that end it go over to the next page with what they announce.
        """
        if not self.blocks or self._section:
            return
        end = len(self.blocks) - self._titles
        titles, self.blocks[end:] = self.blocks[end:], []
        ended = not self.blocks or "</w:sectPr></w:pPr>" in self.blocks[-1]
        self._section, self._page_break = "" if ended else section, False
        if titles:
            self._end_section()
            self.blocks += titles

    def last_section(self) -> str:
        """Return the w:sectPr that nothing followed, or nothing: it then becomes that of the whole body."""
        return self._section

    def cell(self) -> str:
        """Return the content of a table cell, which must end with a paragraph."""
        if self._after_table or not self.blocks:
            self._thin("")
        return "".join(self.blocks)

    def _end_section(self) -> None:
        if not self._section:
            return
        self._titles = 0
        if self.blocks[-1].startswith("<w:p>"):
            head, mark, tail = self.blocks[-1].partition("</w:pPr>")
            self.blocks[-1] = head + self._section + mark + tail
        else:
            self._thin(self._section)
        self._section, self._after_table = "", False

    def _thin(self, properties: str) -> None:
        self.blocks.append(ooxml.paragraph("", self._espace, properties))

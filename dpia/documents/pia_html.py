"""Our Markdown → the little HTML that the CNIL's tool shows and prints: paragraphs, lists, bold, italics, line breaks.

The tool inserts it as it stands, and its PDF knows `<strong>`, `<li>`, `<br>` and `&amp;` only: blocks are parted by a newline,
tables become lists, footnotes stand in brackets, and no other entity than `&amp;` and `&lt;` is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from dpia.documents.blocks import LEVELS, closing, parse, plain
from dpia.documents.typography import printable, typeset

NUMBER = "N°"  # a first column of numbers joins the second
EMPTY = ("", "–")
SENTENCE = re.compile(r"(?<=[.!?])(?<!\bart\.)(?<!\bal\.)(?<!\b[LRDA]\.) (?=[A-ZÀ-ÖØ-Þ«])")
SPACES = re.compile(" {2,}")
TAGS = {"strong_open": "<strong>", "strong_close": "</strong>", "em_open": "<em>", "em_close": "</em>"}


@dataclass(frozen=True, slots=True)
class Part:
    """A heading or a named table, and what follows it up to the next one. `level`: of the heading, 7 for a table."""

    title: str
    level: int
    tokens: tuple[Token, ...]


def escape(text: str) -> str:
    """The HTML that shows `text` as it is, on one line."""
    return typeset(printable(text)).replace("&", "&amp;").replace("<", "&lt;")


def paragraph(text: str) -> str:
    """One paragraph of plain text."""
    return f"<p>{escape(text)}</p>"


def listed(items: Iterable[str]) -> str:
    """A list of pieces of HTML, or "" when there is none."""
    rows = "\n".join(f"<li>{item}</li>" for item in items)
    return f"<ul>\n{rows}\n</ul>" if rows else ""


class Text:
    """A document of ours, cut into parts; `tables`: the titles of the tables that begin a part of their own."""

    def __init__(self, markdown: str, tables: frozenset[str] = frozenset()) -> None:
        self._tokens = parse(markdown)
        self._notes = dict(self._footnotes())
        self.parts = tuple(self._parts(tables))

    def _footnotes(self) -> Iterator[tuple[int, str]]:
        for index, token in enumerate(self._tokens):
            if token.type == "footnote_open":
                inside = self._tokens[index : closing(self._tokens, index)]
                yield token.meta["id"], " ".join(self._inline(one) for one in inside if one.type == "inline").rstrip(". ")

    def _parts(self, tables: frozenset[str]) -> Iterator[Part]:
        title, level, start = "", 0, 0
        body = next((i for i, token in enumerate(self._tokens) if token.type == "footnote_block_open"), len(self._tokens))
        for index, token in enumerate(self._tokens[:body]):
            named = token.type == "bloc_open" and token.meta["nom"] == "tableau" and token.meta["titre"] in tables
            if token.type == "heading_open" or named:
                yield Part(title, level, tuple(self._tokens[start:index]))
                title = token.meta["titre"] if named else plain(self._tokens[index + 1]).removesuffix("{-}").rstrip()
                level, start = (7, index + 1) if named else (int(token.tag[1]), index + 3)
        yield Part(title, level, tuple(self._tokens[start:body]))

    def columns(self, title: str, kept: Sequence[str]) -> str:
        """Some columns of a named table, as a list; "" when the table is not there."""
        for index, token in enumerate(self._tokens):
            if token.type == "bloc_open" and token.meta.get("titre") == title:
                inside = self._tokens[index : closing(self._tokens, index)]
                at = next(i for i, one in enumerate(inside) if one.type == "table_open")
                return listed(self.rows(inside[at : closing(inside, at) + 1], kept))
        return ""

    def html(self, tokens: Sequence[Token]) -> str:
        """These tokens, one block per line or more. A block to be filled by hand, a drawing, a table of contents: nothing."""
        return "\n".join(self._blocks(tokens))

    def _blocks(self, tokens: Sequence[Token]) -> Iterator[str]:
        index = 0
        while index < len(tokens):
            token, end = tokens[index], index
            match token.type:
                case "heading_open":
                    yield f"<p><strong>{self._inline(tokens[index + 1], within=True).removesuffix('{-}').rstrip()}</strong></p>"
                    end = index + 2
                case "inline":
                    if text := self._inline(token):
                        yield f"<p>{text}</p>"
                case "bullet_list_open" | "ordered_list_open":
                    end = closing(tokens, index)
                    yield self._list(tokens[index : end + 1])
                case "table_open":
                    end = closing(tokens, index)
                    yield listed(self.rows(tokens[index : end + 1]))
                case "bloc_open":
                    if token.meta["nom"] == "a-remplir":
                        end = closing(tokens, index)
                    elif title := self._title(token.meta):
                        yield title
            index = end + 1

    @staticmethod
    def _title(meta: Mapping[str, str]) -> str:
        if meta["nom"] == "encadre":
            return f"<p><strong>{escape(' : '.join(filter(None, (LEVELS[meta['niveau']], meta['titre']))))}</strong></p>"
        return f"<p><em>{escape(meta['titre'])}</em></p>" if meta.get("titre") else ""

    def _list(self, tokens: Sequence[Token]) -> str:
        tag = "ol" if tokens[0].type == "ordered_list_open" else "ul"
        items, index = [], 1
        while index < len(tokens) - 1:
            end = closing(tokens, index)
            inside = list(self._blocks(tokens[index + 1 : end]))
            items.append("".join(("<br>\n" if n and block.startswith("<p>") else "") + _bare(block) for n, block in enumerate(inside)))
            index = end + 1
        rows = "\n".join(f"<li>{item}</li>" for item in items)
        return f"<{tag}>\n{rows}\n</{tag}>"

    def rows(self, tokens: Sequence[Token], kept: Sequence[str] | None = None) -> list[str]:
        """The rows of a table: the first cell in bold, then each other with its heading (left out in a table of two columns)."""
        rows: list[list[Token]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(token)
        heads = [self._inline(cell) for cell in rows[0]]
        wanted = [n for n, head in enumerate(heads) if kept is None or head in kept]
        shown = []
        for row in rows[1:]:
            cells = [(heads[n], self._inline(row[n]), self._inline(row[n], within=True)) for n in wanted if n < len(row)]
            if len(cells) > 1 and cells[0][0] == NUMBER:
                number, (head, _, name) = cells[0][1], cells[1]
                cells[:2] = [(head, name, f"{number}. {name}" if number not in EMPTY else name)]
            others = [(head, text) for head, text, _ in cells[1:] if text not in EMPTY]
            alone = len(cells) == 2 and len(rows[0]) - (heads[0] == NUMBER) == 2
            said = [text if alone or kept or not head else f"{head} : {text}" for head, text in others]
            first = f"<strong>{cells[0][2]}</strong>"
            shown.append(f"{first}{' : ' if alone or kept else '<br>'}{'<br>'.join(said)}" if said else first)
        return [typeset(row) for row in shown]

    def _inline(self, token: Token, within: bool = False) -> str:
        """`within`: inside a bold text already."""
        pieces = []
        for child in token.children or ():
            if child.type == "footnote_ref":
                pieces.append(f" [{self._notes[child.meta['id']]}]")
            elif child.type in ("softbreak", "hardbreak"):
                pieces.append(" " if child.type == "softbreak" else "<br>")
            elif child.type in TAGS:
                pieces.append("" if within and "strong" in child.type else TAGS[child.type])
            else:
                pieces.append(typeset(child.content).replace("&", "&amp;").replace("<", "&lt;"))
        return SPACES.sub(" ", "".join(pieces)).strip()

    def passages(self, tokens: Sequence[Token], words: Sequence[str]) -> Iterator[str]:
        """The sentences, the items and the rows that hold one of these words, as paragraphs."""
        wanted = re.compile(rf"(?i)(?<!\w)(?:{'|'.join(map(re.escape, words))})")
        index = 0
        while index < len(tokens):
            token, end = tokens[index], index
            if token.type == "table_open":
                end = closing(tokens, index)
                yield from (f"<p>{row}</p>" for row in self.rows(tokens[index : end + 1]) if wanted.search(row))
            elif token.type == "bloc_open" and token.meta["nom"] == "a-remplir":
                end = closing(tokens, index)
            elif token.type == "heading_open":
                end = index + 2
            elif token.type == "inline":
                text = self._inline(token)
                cut = [text] if "<" in text.replace("&lt;", "") else SENTENCE.split(text)
                found = [sentence for sentence in cut if wanted.search(sentence)]
                if found:
                    yield f"<p>{' '.join(found)}</p>"
            index = end + 1


def _bare(block: str) -> str:
    return block.removeprefix("<p>").removesuffix("</p>") if block.startswith("<p>") else "\n" + block + "\n"

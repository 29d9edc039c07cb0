"""A Markdown table → a Word table: repeated header row, rows kept whole, widths that suit the words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from markdown_it.token import Token

from dpia.documents import ooxml
from dpia.documents.blocks import plain
from dpia.documents.errors import DocumentError

if TYPE_CHECKING:
    from dpia.documents.word_body import Writer

# Estimates for Calibri 9.5 pt, in twips: a character of a word, the margins of a cell.
CHARACTER, MARGINS = 104, 230
LONGEST = 20  # characters; a longer word is an address, which may be cut
ROW_LINES = 12  # a row this low is not cut between two pages; a higher one may be, rather than leave half a page empty
PAIR_LINES = 16  # the first two rows stay together, and the last two, when they have no more lines than this
KEPT_ROWS, KEPT_LINES = 6, 14  # a table this short is not cut at all (rows without the header, lines with it)
TIGHT_ROWS = 12  # on a landscape page, which holds 17 lines of a table, a longer one has smaller letters and margins
TIGHT, TIGHT_MARGIN = 8.5 / 9.5, 30  # how small the letters are; twips above and below the text of a cell
# The number of an article and a date are never cut; both are searched for and copied, so their signs stay what they are.
_NUMBER = re.compile(r"[A-Z]\. \d+(?:-\d+)+|\b\d{2}/\d{2}/\d{4}\b")

_ALIGN = {"text-align:right": '<w:jc w:val="right"/>', "text-align:center": '<w:jc w:val="center"/>'}


def write(writer: Writer, tokens: Sequence[Token]) -> None:
    """Write the tokens of one table, from table_open to table_close, with the caption that waits for it.

    A header row whose cells are all empty is left out: the first column then heads each row.
    """
    rows, alignments = _cells(tokens)
    caption, writer.caption = writer.caption, {}
    header = any(cell.content for cell in rows[0])
    texts = [[plain(cell) for cell in row] for row in rows]
    names = texts[0] if header else [row[0] for row in texts[1:]]
    columns = ", ".join(name for name in names if name)
    title = caption.get("titre", "")
    body = rows if header else rows[1:]
    tight = writer.landscape and len(rows) - 1 > TIGHT_ROWS and all(row[0].content for row in rows[1:])  # else it is to be filled by hand
    character = round(CHARACTER * writer.brand.letters() * (TIGHT if tight else 1))
    widths = _widths(texts, writer.width, caption.get("largeurs", ""), character)
    if title:
        write_caption(writer, title)
    styles = (writer.style("Tableau serré" if tight else "Tableau texte"), writer.style("Tableau entête"))
    heights = [max(_lines(cell, width, character) for cell, width in zip(row, widths, strict=True)) for row in body]
    kept = _kept(heights, header)
    lines = []
    for index, row in enumerate(body):
        heads = header and index == 0
        keep = "<w:keepNext/>" if index in kept else ""
        bar = f"<w:tcBorders>{ooxml.CHANGE_BAR}</w:tcBorders>" if any(cell.meta.get("change") for cell in row) else ""
        cells = [
            ooxml.cell(
                ooxml.paragraph(writer.boxed(cell), styles[heads or (not header and column == 0)], keep + alignment),
                width,
                bar if column == 0 else "",
            )
            for column, (cell, width, alignment) in enumerate(zip(row, widths, alignments, strict=True))
        ]
        lines.append(ooxml.row("".join(cells), header=heads, together=heights[index] <= ROW_LINES))
    writer.flow.table(
        ooxml.table(
            "".join(lines), widths, writer.style("Tableau AIPD"),
            title=title or columns, description=caption.get("description") or f"{'Colonnes' if header else 'Lignes'} : {columns}.",
            header_row=header, header_column=not header, margin=TIGHT_MARGIN if tight else None,
        )
    )  # fmt: skip


def write_caption(writer: Writer, title: str, kind: str = "Tableau") -> None:
    """Write the caption of what follows, numbered among those of its kind ("Tableau", "Figure")."""
    writer.captions[kind] += 1
    number = ooxml.field(f"SEQ {kind} \\* ARABIC", ooxml.run(str(writer.captions[kind])))
    words = f"{ooxml.run(f'{kind} ')}{number}{ooxml.run(f' – {title}')}"
    writer.flow.paragraph(words, writer.style("caption"), title=True, spacing=writer.brand.gap_before("caption"))


def _lines(cell: Token, width: int, character: int) -> int:
    """Return about how many lines a cell has."""
    room = max((width - MARGINS) // character, 1)
    parts = "".join("\n" if child.type == "hardbreak" else child.content for child in cell.children or ()).split("\n")
    return sum(max(math.ceil(len(part) / room), 1) for part in parts)


def _kept(heights: Sequence[int], header: bool) -> set[int]:
    """Return the rows that stay with the next one, so that no row is alone on a page, from how many lines each has."""
    first, last = int(header), len(heights) - 1
    if last - first < KEPT_ROWS and sum(heights) <= KEPT_LINES:
        return set(range(last))
    pairs = {row for row in (first, last - 1) if 0 <= row < last and heights[row] + heights[row + 1] <= PAIR_LINES}
    return pairs | {0} if header else pairs


def _cells(tokens: Sequence[Token]) -> tuple[list[list[Token]], list[str]]:
    rows: list[list[Token]] = []
    alignments: list[str] = []
    for index, token in enumerate(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            rows[-1].append(tokens[index + 1])
            if token.type == "th_open":
                alignments.append(_ALIGN.get(str(token.attrGet("style")), ""))
    return rows, alignments


def _shares(widths: str, count: int) -> list[int]:
    """Read `largeurs="1, 3, 2"`: one number per column, commas or spaces between them."""
    shares = widths.replace(",", " ").split()
    if len(shares) != count or not all(share.isdecimal() and int(share) for share in shares):
        raise DocumentError(f"bloc « tableau » : largeurs « {widths} » pour {count} colonnes ; écrivez un nombre entier par colonne.")
    return [int(share) for share in shares]


def _widths(texts: Sequence[Sequence[str]], total: int, asked: str, character: int) -> list[int]:
    """Share `total` twips between the columns, as asked or by the square root of their text, but never cut a word.

    `character`: twips of one.
    """
    columns = list(zip(*texts, strict=True))
    needs = [min(_longest_word(column), LONGEST) * character + MARGINS for column in columns]
    weights = _shares(asked, len(columns)) if asked else [math.sqrt(1 + sum(map(len, column))) for column in columns]
    if sum(needs) >= total:
        return _scaled(needs, total)
    base = [0] * len(columns) if asked else needs
    wanted = [start + (total - sum(base)) * weight / sum(weights) for start, weight in zip(base, weights, strict=True)]
    widths = [max(pair) for pair in zip(wanted, needs, strict=True)]
    spare = [width - need for width, need in zip(widths, needs, strict=True)]
    taken = (sum(widths) - total) / (sum(spare) or 1)  # what the widened columns take from those that have room
    return _scaled([width - room * taken for width, room in zip(widths, spare, strict=True)], total)


def _longest_word(texts: Iterable[str]) -> int:
    """Return the length of the longest word; a date is one, and the number of an article, with its letter."""
    text = " ".join(texts).replace("\xa0", " ")
    words = _NUMBER.sub(" ", text).replace("-", " ").replace("/", " ").split()
    return max(map(len, (*words, *_NUMBER.findall(text))), default=0)


def _scaled(shares: Sequence[float], total: int) -> list[int]:
    widths = [int(share * total / sum(shares)) for share in shares]
    widths[-1] += total - sum(widths)
    return widths

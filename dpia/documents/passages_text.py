"""A hand-written passage: paragraphs, lists, small tables, bold and italic; its Markdown, both ways, always in the same form.

Whatever was typed comes out escaped: no block, heading, link or template of ours can be written in a passage.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from dpia.documents.markdown import escape
from dpia.documents.typography import printable

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

BULLET, NUMBER = "puce", "numero"
LONGEST = 100_000  # characters of one passage
DEEPEST = 8  # levels of a list, as Word has
# Rules of our documents that a passage does not have.
_WITHOUT = [
    "fence", "heading", "hr", "blockquote", "link", "autolink", "backticks", "constat",
    "footnote_def", "footnote_inline", "footnote_ref", "footnote_tail",
]  # fmt: skip

Run = tuple[str, bool, bool]  # text ("\n" breaks the line), bold, italic
Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or an item of a list when it has a `kind`."""

    runs: Runs
    kind: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, as many in each; the first row is empty when the table has no header row."""

    rows: tuple[tuple[Runs, ...], ...]


Block = Paragraph | Table


def tidy(runs: Iterable[Run]) -> Runs:
    """Return runs that print the same, in their one form: single spaces, none at the ends of a line or of a mark."""
    chars = [
        (char if char == "\n" else " " if char.isspace() else char, bold, italic)
        for text, bold, italic in runs
        for char in text
        if char.isspace() or printable(char)
    ]
    kept: list[Run] = []
    for index, (char, bold, italic) in enumerate(chars):
        if char in " \n":
            before = kept[-1] if kept else None
            after = next((other for other in chars[index + 1 :] if other[0] not in " \n"), None)
            if before is None or after is None:
                continue
            if before[0] in " \n":
                if char == "\n" and before[0] == " ":
                    kept[-1] = ("\n", before[1], before[2])
                elif char == "\n":
                    kept.append(("\n", before[1], before[2]))
                continue
            same = before[1:] == after[1:]
            bold, italic = before[1:] if same else (False, False)
        kept.append((char, bold, italic))
    return tuple(("".join(char for char, _, _ in group), *marks) for marks, group in groupby(kept, key=lambda run: run[1:]))


def words(block: Block) -> str:
    """The text of a block, without its marks."""
    cells = (block.runs,) if isinstance(block, Paragraph) else (cell for row in block.rows for cell in row)
    return " ".join("".join(text for text, _, _ in cell) for cell in cells).strip()


def to_markdown(blocks: Iterable[Block]) -> str:
    """Return the Markdown of a passage: "" when it says nothing."""
    lines: list[str] = []
    counts: list[int] = []  # of the open numbered lists, 0 for a list of bullets
    for block in filter(words, blocks):
        if isinstance(block, Table):
            lines += ["", *_table(block)]
            counts = []
        elif not block.kind:
            lines += ["", _inline(block.runs)]
            counts = []
        else:
            lines += [] if counts else [""]
            level = min(block.level, len(counts), DEEPEST)
            ordered = block.kind == NUMBER
            if len(counts) > level and bool(counts[level]) != ordered:
                del counts[level:]
            counts = [*counts[: level + 1], *([0] if len(counts) <= level else [])]
            counts[level] += ordered
            mark = f"{counts[level]}. " if ordered else "- "
            lines.append("    " * level + mark + " " * (4 - len(mark)) * ordered + _inline(block.runs))
    return "\n".join(lines[1:]) + "\n" if lines else ""


def _inline(runs: Runs) -> str:
    """The Markdown of runs; without their marks where Markdown cannot tell them apart, as in the middle of a word."""
    runs = tidy(runs)
    marked = "".join(_run(run) for run in runs)
    plain = tidy((text, False, False) for text, _, _ in runs)
    return marked if marked and _parsed(marked) == runs else "".join(_run(run) for run in plain)


def _run(run: Run) -> str:
    text, bold, italic = run
    mark = "**" * bold + "*" * italic
    lines = []
    for line in text.split("\n"):
        lines.append(" " * line.startswith(" ") + escape(line) + " " * (line.endswith(" ") and bool(line.strip())))
    return mark + "<br>".join(lines) + mark


def _parsed(inline: str) -> Runs:
    return _runs(_parser().parseInline(inline)[0].children or ())


def _table(table: Table) -> list[str]:
    rows = [f"| {' | '.join(_inline(cell) for cell in row)} |" for row in table.rows]
    return [rows[0], "|" + "---|" * len(table.rows[0]), *rows[1:]]


def from_markdown(text: str) -> tuple[Block, ...]:
    """Read the Markdown of a passage, which a person may have typed; what is no paragraph, list or table is plain text."""
    lines = "\n".join(" " * (len(line) - len(line.lstrip(" "))) + printable(line) for line in text[:LONGEST].splitlines())
    tokens = _parser().parse(lines)
    found: list[Block] = []
    lists: list[str] = []
    fresh = False  # an item has begun and has no text yet
    index = 0
    while index < len(tokens):
        token = tokens[index]
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                lists.append(BULLET if token.type.startswith("bullet") else NUMBER)
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                fresh = True
            case "paragraph_open":
                runs = _runs(tokens[index + 1].children or ())
                last = found[-1] if found else None
                if lists and not fresh and isinstance(last, Paragraph) and last.kind:
                    found[-1] = Paragraph(tidy((*last.runs, ("\n", False, False), *runs)), last.kind, last.level)
                else:
                    found.append(Paragraph(runs, lists[-1] if lists else "", max(len(lists) - 1, 0)))
                fresh = False
            case "table_open":
                end = next(n for n in range(index, len(tokens)) if tokens[n].type == "table_close")
                found.append(_read_table(tokens[index:end]))
                index = end
        index += 1
    return tuple(block for block in found if words(block))


def canonical(text: str) -> str:
    """Return a passage typed as Markdown in its one form."""
    return to_markdown(from_markdown(text))


def unmarked(text: str) -> tuple[tuple[str, str, int], ...]:
    """Return what a passage says, without bold and italic: words, kind of list and level of each block."""
    return tuple(
        (words(block), *((block.kind, block.level) if isinstance(block, Paragraph) else ("tableau", 0))) for block in from_markdown(text)
    )


def _read_table(tokens: Sequence[Token]) -> Table:
    rows: list[list[Runs]] = []
    for index, token in enumerate(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            rows[-1].append(_runs(tokens[index + 1].children or ()))
    return Table(tuple(map(tuple, rows)))


def _runs(children: Sequence[Token]) -> Runs:
    runs: list[Run] = []
    depth = {"strong": 0, "em": 0}
    for child in children:
        match child.type:
            case "strong_open" | "strong_close" | "em_open" | "em_close":
                depth[child.type.partition("_")[0]] += child.nesting
            case "softbreak":
                runs.append((" ", False, False))
            case "hardbreak":
                runs.append(("\n", bool(depth["strong"]), bool(depth["em"])))
            case _:
                runs.append((child.content, bool(depth["strong"]), bool(depth["em"])))
    return tidy(runs)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from dpia.documents.blocks import new_parser

    return new_parser().disable(_WITHOUT)

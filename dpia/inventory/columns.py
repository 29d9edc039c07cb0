"""Where the header of a grid is, and which of its columns is which field. Guesses are shown and can be corrected, never hidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dpia.inventory.tables import Grid, Row
from dpia.inventory.vocabulary import field_of, folded

SEARCHED = 40  # rows that say something, from the top
Corrections = Mapping[str, str | None]  # folded header → the field it is, None: none


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its place (from 0), its header in full, its field or None, two of its values.

    `rival`: the field that another column says better. `unfit`: the field that its header names and that none of its values fits.
    """

    place: int
    header: str
    field: str | None = None
    examples: tuple[str, ...] = ()
    rival: str | None = None
    unfit: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """The rows of a header (one or two), the rows above it, its columns, the rows below it."""

    rows: tuple[Row, ...]
    above: tuple[Row, ...]
    columns: tuple[Column, ...]
    below: tuple[Row, ...]

    def place(self, field: str) -> int | None:
        """Where the column of a field is."""
        return next((column.place for column in self.columns if column.field == field), None)


def find_header(grid: Grid, fields: frozenset[str], corrections: Corrections) -> Header:
    """Find the header that names the most fields, the number of the camera first; without any, the first row of several cells."""
    best = max(_candidates(grid, fields, corrections), key=lambda found: found[0], default=None)
    if best is None:
        start = next((n for n, row in enumerate(grid.rows) if len(row.filled) > 1), 0)
        stop = start + 1
    else:
        _, start, stop = best
    rows, below = grid.rows[start:stop], grid.rows[stop:]
    kept = (column for column in _columns(rows, grid, fields, corrections) if any(_cell(row, column.place) for row in (*rows, *below)))
    return Header(rows, grid.rows[:start], tuple(kept), below)


def letter(place: int) -> str:
    """The letter of a column, as a spreadsheet shows it: 0 → A, 27 → AB."""
    return (letter(place // 26 - 1) if place >= 26 else "") + chr(65 + place % 26)


def _cell(row: Row, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def _candidates(grid: Grid, fields: frozenset[str], corrections: Corrections) -> Iterator[tuple[tuple[int, int], int, int]]:
    """Each header possible, with its worth; of equals, two rows that merges join, then one row, then the first."""
    narrow = all(len(row.filled) < 2 for row in grid.rows)
    for start in range(min(SEARCHED, len(grid.rows))):
        for stop in (start + 1, start + 2):
            rows = grid.rows[start:stop]
            if len(rows) < stop - start or (len(rows) == 2 and not _is_double(*rows)) or (len(rows[-1].filled) < 2 and not narrow):
                continue
            columns = _columns(rows, grid, fields, corrections)
            found = {column.field for column in columns if column.field}
            worth = len(found) + sum(folded(column.header) in corrections for column in columns) + 2 * ("id" in found)
            if worth:
                yield (worth, 0 if len(rows) == 1 else 1 if rows[0].merged else -1), start, stop


def _is_double(upper: Row, lower: Row) -> bool:
    """Tell whether a row groups the columns of the next one: under each of its cells, nothing, the same, or several cells."""
    if len(set(upper.filled)) < 2:
        return False  # a title
    groups = False
    for place, above in enumerate(upper.cells):
        below = _cell(lower, place)
        if not above or not below or above == below:
            continue
        spread = any(place in across for across in upper.merged) or (not upper.merged and not _cell(upper, place + 1))
        if not spread:
            return False
        groups = True
    return groups or any(not above and _cell(lower, place) for place, above in enumerate(upper.cells))


def _labels(rows: tuple[Row, ...], grid: Grid) -> tuple[tuple[str, ...], ...]:
    """For each column, what the header says from top to bottom, each once."""
    width = max(len(row.cells) for row in (rows if grid.exact else grid.rows))
    said = []
    for place in range(width):
        parts = []
        for depth, row in enumerate(rows):
            across = next((merge for merge in row.merged if place in merge), None)
            text = _cell(row, across.start if across and depth < len(rows) - 1 else place)
            if not across and not text and depth < len(rows) - 1 and not row.merged:  # a CSV group runs up to the next one
                text = next((cell for cell in reversed(row.cells[:place]) if cell), "") if _cell(rows[-1], place) else ""
            parts.append(" ".join(text.split()))
        said.append(tuple(dict.fromkeys(part for part in parts if part)))
    return tuple(said)


def _columns(rows: tuple[Row, ...], grid: Grid, fields: frozenset[str], corrections: Corrections) -> tuple[Column, ...]:
    """Give each column its field; where several say the same, a correction, then the surest word, then the first keeps it."""
    claims: dict[str, list[tuple[int, int]]] = {}
    told: list[tuple[str, str | None]] = []
    seen: Counter[str] = Counter()
    for place, parts in enumerate(_labels(rows, grid)):
        header = " > ".join(parts)[:200] or f"({letter(place)})"
        seen[header] += 1
        header = f"{header} ({seen[header]})" if seen[header] > 1 else header
        if folded(header) in corrections:
            field, rank = corrections[folded(header)], -1
        else:
            known = [field_of(part) for part in (" ".join(parts), parts[-1])] if parts else []
            field, rank = next((found for found in known if found and found[0] in fields), (None, 0))
        told.append((header, field))
        if field:
            claims.setdefault(field, []).append((rank, place))
    owners = {field: min(claim)[1] for field, claim in claims.items()}
    return tuple(
        Column(place, header, field) if field is None or owners[field] == place else Column(place, header, rival=field)
        for place, (header, field) in enumerate(told)
    )

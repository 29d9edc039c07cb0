"""What an installer's table seems to say, before anything is imported: shown to a person, corrected, then read by `inventory`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from dpia.corpus import Corpus
from dpia.inventory.cells import Misread, read_cell
from dpia.inventory.columns import Column, Header, find_header
from dpia.inventory.coordinates import Point, System, named, number, pair, recognised
from dpia.inventory.rows import Aside, sort_rows
from dpia.inventory.tables import Grid, InventoryError, Row, read_grids
from dpia.inventory.vocabulary import LATITUDE, LISTE, LONGITUDE, PAIR, called, folded
from dpia.language import t
from dpia.model import Question
from dpia.values import ABSENT

ENOUGH = 3  # different values, none of which fits: the header was misread


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a table will be read. `corrections`: what a person said of the columns; `system`: of the coordinates, or why there is none."""

    grids: tuple[Grid, ...]
    grid: Grid
    header: Header
    cameras: tuple[Row, ...]
    aside: tuple[Aside, ...]
    fields: tuple[Question, ...]
    corrections: tuple[tuple[str, str | None], ...] = ()
    system: System | None = None
    no_system: str = ""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, from left to right."""
        return self.header.columns

    @property
    def located(self) -> bool:
        """Tell whether columns hold coordinates."""
        return any(self.header.place(field) is not None for field in (PAIR, LATITUDE, LONGITUDE))


def propose(path: Path, corpus: Corpus) -> Proposal:
    """Read a table and guess its sheet, its header and its columns. Raises InventoryError for a file that is no table."""
    fields = corpus.questions[LISTE].champs
    grids = read_grids(path)
    return max((proposed(grids, grid, fields, {}) for grid in grids), key=_worth)


def _worth(proposal: Proposal) -> tuple[int, int]:
    found = {column.field for column in proposal.columns if column.field}
    return len(found) + 2 * ("id" in found), len(proposal.cameras)


def corrected(proposal: Proposal, changes: Mapping[str, str | None], sheet: str | None = None) -> Proposal:
    """Say what columns are: header → field (its name or identifier), None: nothing to import; choose another sheet. Raises InventoryError."""
    grid = proposal.grid
    if sheet is not None:
        found = next((other for other in proposal.grids if folded(other.name) == folded(sheet)), None)
        if found is None:
            names = ", ".join(other.name for other in proposal.grids)
            raise InventoryError(t("il n'y a pas de feuille « {sheet} » ; au choix : {names}.", sheet=sheet[:60], names=names[:300]))
        grid = found
    targets = choices(proposal)
    told: dict[str, str | None] = {}
    for header, wanted in changes.items():
        field = next((field for field, name in targets.items() if wanted and folded(wanted) in (folded(field), folded(name))), None)
        if wanted and field is None:
            names = ", ".join(targets)
            raise InventoryError(t("« {wanted} » n'est pas un champ ; au choix : {names}.", wanted=wanted[:60], names=names))
        told[folded(header)] = field
    after = proposed(proposal.grids, grid, proposal.fields, {**dict(proposal.corrections), **told})
    there = {folded(column.header) for column in after.columns}
    for header in changes:
        if folded(header) not in there:
            names = ", ".join(column.header for column in after.columns)
            raise InventoryError(t("il n'y a pas de colonne « {header} » ; au choix : {names}.", header=header[:60], names=names[:400]))
    for field in {field for field in told.values() if field}:
        twice = [column.header for column in after.columns if told.get(folded(column.header)) == field]
        if len(twice) > 1:
            raise InventoryError(
                t("« {a} » et « {b} » ne peuvent pas dire toutes deux : {field}.", a=twice[0], b=twice[1], field=called(field))
            )
    return after


def choices(proposal: Proposal) -> dict[str, str]:
    """What a column can be: identifier → name."""
    names = [field.id for field in proposal.fields]
    return {name: called(name) for name in (*names, *((PAIR,) if {LATITUDE, LONGITUDE} <= set(names) else ()))}


def proposed(grids: tuple[Grid, ...], grid: Grid, fields: tuple[Question, ...], corrections: Mapping[str, str | None]) -> Proposal:
    """Guess how one sheet is read, whatever it holds."""
    names = {field.id for field in fields}
    header = find_header(grid, frozenset(names | ({PAIR} if {LATITUDE, LONGITUDE} <= names else set())), corrections)
    cameras, aside = sort_rows(header)
    kinds = {
        field.id: field
        for field in fields
        if field.type in ("choix", "oui_non", "nombre", "date") and field.id not in (LATITUDE, LONGITUDE)
    }
    header = replace(header, columns=tuple(_checked(column, cameras, kinds, corrections) for column in header.columns))
    read = Proposal(grids, grid, header, cameras, aside, fields, tuple(corrections.items()))
    if not read.located:
        return read
    points = [point for row in cameras if (point := point_of(header, row))]
    system, why = recognised(points, _told_of_coordinates(header))
    return replace(read, system=system, no_system=why)


def _checked(column: Column, rows: tuple[Row, ...], kinds: Mapping[str, Question], corrections: Mapping[str, str | None]) -> Column:
    """The column with two of its values; without its field when that was a guess and several values were read, none of which fits."""
    cells = (row.cells[column.place] for row in rows if column.place < len(row.cells))
    distinct = tuple(dict.fromkeys(cell for cell in cells if cell))
    column = replace(column, examples=distinct[:2])
    kind = kinds.get(column.field or "")
    if kind is None or folded(column.header) in corrections or len(distinct) < ENOUGH or any(_fits(kind, cell) for cell in distinct):
        return column
    return replace(column, field=None, unfit=column.field)


def _fits(field: Question, cell: str) -> bool:
    try:
        return read_cell(field, cell) is not ABSENT
    except Misread:
        return False


def _told_of_coordinates(header: Header) -> str:
    """What the headers of the coordinates say of their system, else the rows above."""
    heads = [folded(column.header) for column in header.columns if column.field in (PAIR, LATITUDE, LONGITUDE)]
    above = [folded(cell) for row in header.above for cell in row.filled]
    return next((said for said in (" ".join(heads), " ".join(above)) if named(said)), "")


def point_of(header: Header, row: Row) -> Point | None:
    """The (x, y) of a row as written, longitude or easting first; None when it says none or cannot be read."""
    texts = {field: text_of(header, row, field) for field in (PAIR, LATITUDE, LONGITUDE)}
    x, y = number(texts[LONGITUDE]), number(texts[LATITUDE])
    if x is not None and y is not None:
        return x, y
    found = pair(texts[PAIR])
    if found is None:
        return None
    # Degrees are written latitude first, metres easting first.
    return (found[1], found[0]) if max(map(abs, found)) <= 180 else found


def text_of(header: Header, row: Row, field: str) -> str:
    """The cell of a row in the column of a field; "" when there is none."""
    place = header.place(field)
    return row.cells[place] if place is not None and place < len(row.cells) else ""


def describe(proposal: Proposal, corpus: Corpus) -> list[str]:
    """Say how the table will be read, a line at a time: sheet, header, columns, rows left out, coordinates."""
    lines = []
    if proposal.grid.name:
        others = [other.name for other in proposal.grids if other.name != proposal.grid.name]
        rest = t(" (laissées de côté : {names})", names=", ".join(others)) if others else ""
        lines.append(t("Feuille : « {name} »", name=proposal.grid.name) + rest)
    rows = [row.line for row in proposal.header.rows]
    head = t("En-tête : lignes {a} et {b}", a=rows[0], b=rows[1]) if len(rows) > 1 else t("En-tête : ligne {a}", a=rows[0])
    lines.append(head + t(" · caméras : {n}", n=len(proposal.cameras)))
    for row in proposal.header.above:
        lines.append(
            t("Ligne {line} sautée, au-dessus de l'en-tête : « {text} »", line=row.line, text=" · ".join(dict.fromkeys(row.filled))[:80])
        )
    width = min(max((len(column.header) for column in proposal.columns), default=0), 34)
    for column in proposal.columns:
        examples = ", ".join(_short(example) for example in column.examples)
        lines.append(f"  {_short(column.header, 34):<{width}}  →  {_target(column, proposal)}" + (f"   ({examples})" if examples else ""))
    missing = [called(field.id) for field in corpus.questions[LISTE].champs if field.id not in _filled(proposal)]
    if missing:
        lines.append(t("Non trouvé dans le tableau : {names}", names=", ".join(missing)))
    if proposal.system:
        lines.append(t("Coordonnées : {system}", system=proposal.system.name))
    elif proposal.located:
        lines.append(t("Coordonnées à préciser, non importées : {why}.", why=proposal.no_system))
    for left in proposal.aside:
        lines.append(t("Ligne {line} laissée de côté ({why}) : « {text} »", line=left.line, why=left.why, text=left.text))
    return lines


def _filled(proposal: Proposal) -> set[str | None]:
    found = {column.field for column in proposal.columns}
    return found | {LATITUDE, LONGITUDE} if PAIR in found else found


def _target(column: Column, proposal: Proposal) -> str:
    if column.field:
        return called(column.field)
    if column.rival:
        owner = next(other.header for other in proposal.columns if column.rival in (other.field, other.unfit))
        return t("rien : « {owner} » dit déjà : {field}", owner=_short(owner, 34), field=called(column.rival))
    return t("rien : aucune de ses valeurs ne se lit comme : {field}", field=called(column.unfit)) if column.unfit else t("rien")


def _short(text: str, limit: int = 30) -> str:
    said = " ".join(text.split())
    return said if len(said) <= limit else said[: limit - 1] + "…"

"""A table of any origin (CSV, Excel) → grids of texts. Nothing is evaluated, followed or kept; what is too big or hostile is refused."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dpia.answers import clean
from dpia.language import t

BYTES = 20_000_000  # a workbook with its pictures
TEXT_BYTES = 5_000_000  # a CSV file
ROWS, COLUMNS = 10_000, 100
SEPARATORS = ";\t,|"


class InventoryError(ValueError):
    """A table that cannot be imported: says what, where and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that says something: its number in the file, its cells as texts, the cells (numbered from 0) that a merge joins across it."""

    line: int
    cells: tuple[str, ...]
    merged: tuple[range, ...] = ()

    @property
    def filled(self) -> tuple[str, ...]:
        """The cells that say something."""
        return tuple(cell for cell in self.cells if cell)


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet of a workbook, or a whole CSV file (without name). `lost`: what could not be read, by cell name ("B7")."""

    name: str
    rows: tuple[Row, ...]
    lost: Mapping[str, str] = field(default_factory=dict, hash=False)
    exact: bool = False  # a row longer than the header is a separator gone astray


def read_grids(path: Path) -> tuple[Grid, ...]:
    """Read the sheets of a file that hold something. Raises InventoryError."""
    try:
        if not path.is_file():  # a folder, a device, nothing
            raise OSError(path)
        size = path.stat().st_size
        content = path.read_bytes() if size <= BYTES else b""
    except (OSError, ValueError) as error:  # ValueError: a name that no system accepts
        raise InventoryError(t("le fichier ne peut pas être lu ; vérifiez son nom et vos droits.")) from error
    if size > BYTES:
        raise InventoryError(t("le fichier dépasse {n} Mo ; copiez le tableau seul dans un classeur neuf.", n=BYTES // 1_000_000))
    if content[:4] == b"PK\x03\x04":
        from dpia.inventory.workbooks import read_sheets

        grids = read_sheets(content)
    else:
        grids = (_text_grid(_decode(content)),)
    found = tuple(grid for grid in grids if grid.rows)
    if not found:
        raise InventoryError(t("le fichier est vide."))
    return found


def _decode(content: bytes) -> str:
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise InventoryError(
            t("c'est un ancien classeur Excel (.xls), ou un classeur protégé par un mot de passe. Dans Excel ou LibreOffice : ")
            + t("Enregistrer sous, « Classeur Excel (.xlsx) », sans mot de passe.")
        )
    try:
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):  # what Excel calls « Texte Unicode »
            return content.decode("utf-16").removeprefix("\ufeff")
        if len(content) > TEXT_BYTES or b"\0" in content[:4096]:
            raise UnicodeError
        if content.lstrip()[:1] == b"<":
            raise InventoryError(
                t("c'est une page web ou du XML, même renommé. Ouvrez-le dans Excel ou LibreOffice : Enregistrer sous, .xlsx.")
            )
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return content.decode("cp1252", errors="replace")
    except UnicodeError as error:
        raise InventoryError(
            t("ce n'est ni un classeur Excel (.xlsx) ni un tableau CSV. Dans Excel ou LibreOffice : Enregistrer sous, .xlsx.")
        ) from error


def _text_grid(text: str) -> Grid:
    told = text[:6].lower().startswith("sep=") and text[4:5]
    body = text.partition("\n")[2] if told else text
    start = 1 if told else 0
    rows = []
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=told or _separator(body), strict=True)
    line = 0
    try:
        for cells in reader:
            row = Row(start + line + 1, tuple(clean(cell) for cell in cells))
            line = reader.line_num
            if row.filled:
                rows.append(row)
    except csv.Error as error:
        raise InventoryError(
            t("ligne {line} : une cellule est trop longue ou un guillemet n'est pas fermé.", line=start + reader.line_num)
        ) from error
    refuse_big(len(rows), max((len(row.cells) for row in rows), default=0), "")
    return Grid("", tuple(rows), exact=True)


def _separator(text: str) -> str:
    """The separator that cuts most of the first rows into the same number of cells, two at least."""
    lines = text.splitlines(keepends=True)[:200]

    def even(separator: str) -> int:
        try:
            rows = list(csv.reader(lines, delimiter=separator))
        except csv.Error:
            return 0
        return max(Counter(len(row) for row in rows if len(row) > 1 and any(map(str.strip, row))).values(), default=0)

    return max(SEPARATORS, key=even)


def refuse_big(rows: int, columns: int, sheet: str) -> None:
    """Raise InventoryError for a sheet that no inventory needs."""
    if rows > ROWS or columns > COLUMNS:
        where = t("la feuille « {sheet} »", sheet=sheet) if sheet else t("le tableau")
        raise InventoryError(
            t("{where} dépasse {rows} lignes ou {columns} colonnes ; gardez celles des caméras.", where=where, rows=ROWS, columns=COLUMNS)
        )

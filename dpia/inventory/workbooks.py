"""An Excel workbook → grids of texts: stored values, merges, and nothing that runs, links or unfolds.

openpyxl reads the values in its streaming mode, which loads neither pictures nor comments, but gives no merges: they are read here, with the
formulas that no program has calculated, in one pass over the XML of the sheet.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from xml.etree import ElementTree

from dpia.answers import clean
from dpia.inventory.tables import TEXT_BYTES, Grid, InventoryError, Row, refuse_big
from dpia.language import t

UNFOLDED = 100_000_000  # bytes of all the parts
XML = 25_000_000  # bytes of the sheets and texts
PARTS, SHEETS, MERGED = 2_000, 60, 50_000  # merged: rows, over all merges
ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!")
DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)  # no program writes them in a workbook


@dataclass(frozen=True, slots=True)
class _Survey:
    """What the XML of a sheet says beyond values: its size, its merges (rows and columns from 1), its formulas without value."""

    rows: int
    columns: int
    merges: tuple[tuple[range, range], ...]
    uncalculated: tuple[str, ...]


def read_sheets(content: bytes) -> tuple[Grid, ...]:
    """Read the sheets of a workbook that are not hidden, in order; all of them when all are. Raises InventoryError."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_hostile(archive)
            return tuple(_sheets(content, archive))
    except InventoryError:
        raise
    except Exception as error:  # a damaged or forged file makes zipfile, expat and openpyxl raise almost anything
        raise InventoryError(
            t("le classeur est abîmé. Ouvrez-le dans Excel ou LibreOffice : Enregistrer sous, « Classeur Excel (.xlsx) ».")
        ) from error


def _refuse_hostile(archive: zipfile.ZipFile) -> None:
    parts = {part.filename: part for part in archive.infolist()}
    names = [name.lower() for name in parts]
    if "mimetype" in parts and parts["mimetype"].file_size < 200 and b"opendocument" in archive.read("mimetype"):
        raise InventoryError(t("c'est un classeur LibreOffice (.ods). Dans LibreOffice : Enregistrer sous, « Classeur Excel (.xlsx) »."))
    if "xl/workbook.bin" in names:
        raise InventoryError(t("c'est un classeur binaire (.xlsb). Dans Excel : Enregistrer sous, « Classeur Excel (.xlsx) »."))
    if "xl/workbook.xml" not in names:
        raise InventoryError(t("c'est une archive, pas un classeur Excel. Dans Excel ou LibreOffice : Enregistrer sous, .xlsx."))
    if any("vbaproject" in name or "/macrosheets/" in name or "activex" in name for name in names):
        raise InventoryError(t("le classeur contient des macros (.xlsm). Dans Excel : Enregistrer sous, « Classeur Excel (.xlsx) »."))
    if any("externallinks/" in name for name in names):
        raise InventoryError(
            t("le classeur est lié à d'autres fichiers. Copiez le tableau dans un classeur neuf : Collage spécial, Valeurs.")
        )
    texts = [part for part in parts.values() if part.filename.lower().endswith((".xml", ".rels"))]
    total = sum(part.file_size for part in archive.infolist())
    if len(archive.infolist()) > PARTS or total > UNFOLDED or sum(part.file_size for part in texts) > XML:
        raise InventoryError(t("le classeur est trop gros une fois déplié ; copiez le tableau des caméras seul dans un classeur neuf."))
    if any(DECLARES.search(archive.read(part).replace(b"\0", b"")) for part in texts):
        raise InventoryError(t("le classeur contient des déclarations XML qu'aucun tableur n'écrit ; enregistrez-le de nouveau en .xlsx."))


def _sheets(content: bytes, archive: zipfile.ZipFile) -> Iterator[Grid]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells what it leaves out: validations, extensions, pictures
        from openpyxl import load_workbook

        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        every: list[Any] = list(book.worksheets)
        sheets = [sheet for sheet in every if sheet.sheet_state == "visible"] or every
        if len(sheets) > SHEETS:
            raise InventoryError(t("le classeur a plus de {n} feuilles ; gardez celles des caméras.", n=SHEETS))
        for sheet in sheets:
            yield _grid(sheet, _survey(archive, sheet._worksheet_path))  # the only name that openpyxl gives it


def _survey(archive: zipfile.ZipFile, part: str) -> _Survey:
    from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter, range_boundaries

    if not part.endswith(".xml"):
        raise ValueError(part)
    rows = columns = row = column = 0
    merges: list[tuple[range, range]] = []
    uncalculated: list[str] = []
    with archive.open(part.lstrip("/")) as stream:
        for event, element in ElementTree.iterparse(stream, ("start", "end")):  # noqa: S314  # no declaration passes _refuse_hostile
            tag = element.tag.rpartition("}")[2]
            if event == "start":
                if tag == "row":
                    above, row, column = row, int(element.get("r") or row + 1), 0
                    if row <= above:
                        raise ValueError(row)  # openpyxl would skip it
                continue
            if tag == "c":
                row, column = coordinate_to_tuple(element.get("r", "")) if element.get("r") else (row, column + 1)
                inside = {child.tag.rpartition("}")[2]: child for child in element}
                valued = any(text.strip() for child in inside for text in inside[child].itertext() if child in ("v", "is"))
                if valued:
                    rows, columns = max(rows, row), max(columns, column)
                elif "f" in inside and element.get("t") != "str":  # a calculated empty text is empty
                    uncalculated.append(f"{get_column_letter(column)}{row}")
            elif tag == "mergeCell":
                left, top, right, bottom = (bound or 0 for bound in range_boundaries(element.get("ref", "")))
                merges.append((range(max(top, 1), bottom + 1), range(max(left, 1), right + 1)))
            if tag in ("row", "mergeCell"):
                element.clear()
    kept = tuple((range(at.start, min(at.stop, rows + 1)), across) for at, across in merges if at.start <= rows and across.start <= columns)
    if sum(len(at) for at, _ in kept) > MERGED:
        raise InventoryError(t("le tableau a trop de cellules fusionnées ; défusionnez-les."))
    return _Survey(rows, columns, kept, tuple(uncalculated))


def _grid(sheet: Any, survey: _Survey) -> Grid:
    from openpyxl.utils import get_column_letter

    name = clean(sheet.title)[:100]
    refuse_big(survey.rows, survey.columns, name)
    if not survey.rows:
        return Grid(name, ())
    text = cache(_text)  # a workbook stores a repeated text once
    lost = {place: t("formule jamais calculée") for place in survey.uncalculated}
    cells: list[list[str]] = []
    length = 0
    values = sheet.iter_rows(min_row=1, max_row=survey.rows, min_col=1, max_col=survey.columns, values_only=True)
    for line, row in enumerate(values, 1):
        cells.append([text(value) for value in row])
        length += sum(map(len, cells[-1]))
        if length > TEXT_BYTES:
            raise InventoryError(t("la feuille « {sheet} » contient trop de texte ; gardez le tableau des caméras seul.", sheet=name))
        for column, value in enumerate(row, 1):
            if value in ERRORS:
                cells[-1][column - 1] = ""
                lost[f"{get_column_letter(column)}{line}"] = t("erreur de calcul {error}", error=value)
    joined: dict[int, list[range]] = {}
    for rows, columns in survey.merges:
        first = cells[rows.start - 1][columns.start - 1]
        for line in rows:
            cells[line - 1][columns.start - 1] = first
            if len(columns) > 1:
                joined.setdefault(line, []).append(range(columns.start - 1, min(columns.stop - 1, survey.columns)))
    rows_ = (Row(line, tuple(row), tuple(joined.get(line, ()))) for line, row in enumerate(cells, 1))
    return Grid(name, tuple(row for row in rows_ if row.filled), lost)


def _text(value: object) -> str:
    """A stored value as a person would type it: 1.0 → "1", a day → "2024-03-15", a ticked value → "oui"."""
    match value:
        case None | time() | timedelta():
            return "" if value is None else str(value)
        case bool():
            return "oui" if value else "non"
        case float():
            return f"{value:.15g}" if value != int(value) or abs(value) >= 1e15 else str(int(value))
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case _:
            return clean(str(value))

"""The rows of a table, its columns known → elements of the list of cameras, and what could not be read. Doubtful tables are refused whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dpia.corpus import Corpus
from dpia.inventory.cells import Misread, read_cell
from dpia.inventory.columns import letter
from dpia.inventory.proposal import Proposal, point_of, text_of
from dpia.inventory.rows import Aside
from dpia.inventory.tables import InventoryError, Row
from dpia.inventory.vocabulary import LATITUDE, LISTE, LONGITUDE, PAIR, called
from dpia.language import t
from dpia.model import Question
from dpia.values import ABSENT, UNKNOWN, Item, Value

SHOWN = 8  # errors listed at once
KEY_LIMIT = 100  # characters of a number


@dataclass(frozen=True, slots=True)
class Remark:
    """What was not read as it stands: its rows, what it says. Each remark is shown to the person."""

    lines: tuple[int, ...]
    said: str

    def __str__(self) -> str:
        """In one sentence, the rows first."""
        return said_of_lines(self.lines, self.said)


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was read: one element per camera, the columns that mean nothing here, the rows left out, the remarks."""

    items: tuple[Item, ...]
    ignored: tuple[str, ...]
    aside: tuple[Aside, ...] = ()
    remarks: tuple[Remark, ...] = ()


def said_of_lines(lines: tuple[int, ...], said: str) -> str:
    """Say something of rows: "ligne 3 : …", "lignes 3, 5 : …"."""
    shown = ", ".join(map(str, lines[:10])) + (", …" if len(lines) > 10 else "")
    return t("ligne {n} : {said}" if len(lines) == 1 else "lignes {n} : {said}", n=shown, said=said)


def table(proposal: Proposal, corpus: Corpus) -> Table:
    """Read the cameras of a proposal. Raises InventoryError where the table itself is doubtful: no numbers, none or two for a camera."""
    fields = {field.id: field for field in corpus.questions[LISTE].champs}
    if proposal.header.place("id") is None:
        heads = ", ".join(column.header for column in proposal.columns)[:200]
        raise InventoryError(
            t("aucune colonne ne donne le numéro des caméras. En-têtes lus : {heads}. Nommez-en une « Numéro », ", heads=heads)
            + t("ou corrigez la correspondance.")
        )
    if not proposal.cameras:
        raise InventoryError(t("il n'y a aucune caméra sous les en-têtes."))
    remarks: dict[str, list[int]] = {}
    read: list[tuple[Row, Item]] = []
    problems = _numbers_lost(proposal)
    for row in proposal.cameras:
        problem = _problem(proposal, row)
        if problem:
            problems.append(said_of_lines((row.line,), problem))
            continue
        cells, said = _cells(proposal, row, fields)
        for remark in said:
            remarks.setdefault(remark, []).append(row.line)
        read.append((row, Item(str(cells["id"]), cells)))
    items, twice, contrary = _joined(read)
    if problems or contrary:
        refuse([*problems, *contrary])
    if proposal.located and proposal.system is None:
        remarks[t("coordonnées non importées : {why}", why=proposal.no_system)] = [row.line for row in proposal.header.rows]
    told = [Remark(tuple(lines), text) for text, lines in remarks.items()]
    ignored = tuple(column.header for column in proposal.columns if column.field is None)
    return Table(items, ignored, proposal.aside, (*told, *twice))


def refuse(problems: list[str]) -> None:
    """Refuse a table for its problems, the first ones listed. Raises InventoryError."""
    more = "\n  " + t("… et {n} autres.", n=len(problems) - SHOWN) if len(problems) > SHOWN else ""
    raise InventoryError("\n  " + "\n  ".join(problems[:SHOWN]) + more + "\n ")


def _numbers_lost(proposal: Proposal) -> list[str]:
    """Numbers of cameras that are there and cannot be read: formulas that no program has calculated."""
    place, last = proposal.header.place("id"), proposal.header.rows[-1].line
    column = letter(place) if place is not None else ""
    lost = ((int(cell.removeprefix(column)), why) for cell, why in proposal.grid.lost.items() if re.fullmatch(rf"{column}\d+", cell))
    remedy = t("ouvrez le fichier dans Excel et enregistrez-le")
    return [said_of_lines((line,), t("numéro illisible ({why}) ; {remedy}", why=why, remedy=remedy)) for line, why in lost if line > last]


def _problem(proposal: Proposal, row: Row) -> str:
    """Why a row cannot be a camera and cannot be left out either; "" when it is one."""
    key = text_of(proposal.header, row, "id")
    width = max(len(head.cells) for head in proposal.header.rows)
    if proposal.grid.exact and any(row.cells[width:]):
        return t(
            "{n} cellules pour {width} colonnes ; une cellule contient sans doute le séparateur, mettez-la entre guillemets",
            n=len(row.cells), width=width,
        )  # fmt: skip
    if not key or key == "?":
        return t("il manque le numéro de la caméra ; complétez-le ou supprimez la ligne")
    if len(key) > KEY_LIMIT:
        return t("le numéro de la caméra dépasse {n} caractères ; raccourcissez-le", n=KEY_LIMIT)
    return ""


def _cells(proposal: Proposal, row: Row, fields: Mapping[str, Question]) -> tuple[dict[str, Value], list[str]]:
    """The cells of a camera, and what to say of those that were not understood: they become "ne sait pas"."""
    cells: dict[str, Value] = {}
    said: list[str] = []
    for column in proposal.columns:
        if column.field is None:
            continue
        lost = proposal.grid.lost.get(f"{letter(column.place)}{row.line}")
        if lost:
            said.append(
                t(
                    "colonne « {column} » : cellule vide ({why}) ; ouvrez le fichier dans Excel et enregistrez-le",
                    column=column.header,
                    why=lost,
                )
            )
        if column.field in (PAIR, LATITUDE, LONGITUDE):
            continue
        raw = text_of(proposal.header, row, column.field)
        if column.field == "id":
            cells["id"] = " ".join(raw.split())
            continue
        try:
            value = read_cell(fields[column.field], raw)
        except Misread as error:
            value = UNKNOWN
            said.append(
                t("colonne « {column} » : « {raw} » n'est pas compris, noté « ne sait pas ». Attendu : {expected}",
                  column=column.header, raw=" ".join(raw.split())[:60], expected=error)
            )  # fmt: skip
        if value is not ABSENT:
            cells[column.field] = value
    return cells | _place(proposal, row, said), said


def _place(proposal: Proposal, row: Row, said: list[str]) -> dict[str, Value]:
    """The latitude and longitude of a camera in WGS 84; unknown, and said, when they are not both there and in France."""
    texts = [text for field in (LATITUDE, LONGITUDE, PAIR) if (text := text_of(proposal.header, row, field))]
    if not texts or proposal.system is None:
        return {}
    read = " ; ".join(" ".join(text.split())[:40] for text in texts)
    point = point_of(proposal.header, row)
    if point is not None and proposal.system.holds(*point):
        latitude, longitude = proposal.system.degrees(*point)
        return {LATITUDE: latitude, LONGITUDE: longitude}
    if point is None:
        why = t("il faut deux nombres")
    elif proposal.system.holds(point[1], point[0]):
        why = t("les deux nombres semblent inversés")
    else:
        why = t("ce point n'est pas en France en {system}", system=proposal.system.name)
    said.append(t("coordonnées « {read} » notées « ne sait pas » : {why}", read=read, why=why))
    return {LATITUDE: UNKNOWN, LONGITUDE: UNKNOWN}


def _joined(read: list[tuple[Row, Item]]) -> tuple[tuple[Item, ...], list[Remark], list[str]]:
    """One element per number: rows that agree are joined and said; those that do not are problems."""
    items: dict[str, Item] = {}
    lines: dict[str, list[int]] = {}
    problems = []
    for row, item in read:
        before = items.get(item.key)
        known = before.cells if before else {}
        against = [name for name, value in item.cells.items() if UNKNOWN not in (value, known.get(name, UNKNOWN)) and value != known[name]]
        if against:
            differ = ", ".join(called(name) for name in against)
            problems.append(
                t("lignes {a} et {b} : « {key} » figure deux fois et ne dit pas la même chose ({differ}) ; ",
                  a=lines[item.key][0], b=row.line, key=item.key, differ=differ)
                + t("donnez à chaque caméra son numéro, ou gardez une des deux lignes")
            )  # fmt: skip
        lines.setdefault(item.key, []).append(row.line)
        items[item.key] = Item(item.key, {**item.cells, **{name: value for name, value in known.items() if value is not UNKNOWN}})
    twice = [Remark(tuple(found), t("« {key} » est écrite plusieurs fois sans se contredire : comptée une fois", key=key))
             for key, found in lines.items() if len(found) > 1]  # fmt: skip
    return tuple(items.values()), twice, problems

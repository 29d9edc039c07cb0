"""The camera inventory: a table from the installer → elements of a list. All of it, or nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from dpia.answers import Answer, AnswerError, clean, read_value
from dpia.communes import plain
from dpia.corpus import Corpus
from dpia.dossier import Dossier
from dpia.model import Question
from dpia.resources import folder
from dpia.values import Item, Items, Value
from dpia.yamlfile import read_knowledge

LISTE = "cameras"
LIMIT = 5_000_000  # bytes
SHOWN = 8  # errors listed at once


class InventoryError(ValueError):
    """A table that cannot be imported: says row, column and what to do."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was read: one mapping of cells per row, the columns that mean nothing here."""

    items: tuple[Item, ...]
    ignored: tuple[str, ...]


@cache
def _vocabulary() -> Mapping[str, Any]:
    words: Mapping[str, Any] = read_knowledge((folder("questionnaires") / "colonnes.yaml").read_text(encoding="utf-8"))[LISTE]
    return words


def read_table(path: Path, corpus: Corpus) -> Table:
    """Read a CSV table: `;`, `,` or tabs, UTF-8 or Windows-1252, French headers in any order. Raises InventoryError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InventoryError("le fichier ne peut pas être lu ; vérifiez son nom et vos droits.") from error
    rows = list(_rows(_decode(content)))
    if not rows:
        raise InventoryError("le fichier est vide.")
    fields = {champ.id: champ for champ in corpus.questions[LISTE].champs}
    (_, headers), *body = rows
    columns = [_field_of(header, fields) for header in headers]
    if "id" not in columns:
        raise InventoryError(
            f"aucune colonne ne donne le numéro des caméras. En-têtes lus : {', '.join(headers)[:200]}. Nommez-en une « Numéro »."
        )
    for name in set(columns) - {None}:
        if columns.count(name) > 1:
            twice = [header for header, column in zip(headers, columns, strict=True) if column == name]
            raise InventoryError(f"les colonnes « {' » et « '.join(twice)} » disent la même chose ; gardez-en une.")
    if not body:
        raise InventoryError("il n'y a aucune ligne sous les en-têtes.")
    return Table(_items(body, headers, columns, fields), tuple(h for h, c in zip(headers, columns, strict=True) if c is None and h))


def _decode(content: bytes) -> str:
    if content[:4] == b"PK\x03\x04":
        raise InventoryError("c'est un classeur Excel, même renommé en .csv. Dans Excel : Fichier, Enregistrer sous, « CSV UTF-8 ».")
    if len(content) > LIMIT or b"\0" in content[:4096]:
        raise InventoryError("ce n'est pas un tableau CSV. Dans Excel ou LibreOffice : Enregistrer sous, « CSV UTF-8 ».")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _rows(text: str) -> list[tuple[int, list[str]]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(";,\t", key=first.count)
    rows = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for row in reader:
            cells = [clean(cell) for cell in row]
            if any(cells):
                rows.append((reader.line_num, cells))
    except csv.Error as error:
        raise InventoryError(f"ligne {reader.line_num} : une cellule est trop longue ou un guillemet n'est pas fermé.") from error
    return rows


def _field_of(header: str, fields: Mapping[str, Question]) -> str | None:
    wanted = plain(header)
    for name, synonyms in _vocabulary()["colonnes"].items():
        if name in fields and wanted in {plain(word) for word in (name, *synonyms)}:
            return str(name)
    return next((name for name, field in fields.items() if wanted in (plain(name), plain(field.libelle))), None)


def _items(
    body: list[tuple[int, list[str]]], headers: list[str], columns: list[str | None], fields: Mapping[str, Question]
) -> tuple[Item, ...]:
    problems: list[str] = []
    items: dict[str, Item] = {}
    for line, row in body:
        if len(row) > len(columns) and any(row[len(columns) :]):
            problems.append(
                f"ligne {line} : {len(row)} cellules pour {len(columns)} colonnes ; une cellule contient sans doute le séparateur, mettez-la entre guillemets"
            )
            continue
        cells: dict[str, Value] = {}
        for header, name, raw in zip(headers, columns, row, strict=False):
            if name is None or not raw:
                continue
            try:
                cells[name] = read_value(fields[name], _translate(name, raw))
            except AnswerError as error:
                problems.append(f"ligne {line}, colonne « {header} » : {error}")
        key = cells.get("id")
        if not isinstance(key, str):
            problems.append(f"ligne {line} : il manque le numéro de la caméra ; complétez-le ou supprimez la ligne")
        elif key in items:
            problems.append(f"ligne {line} : « {key} » figure deux fois ; donnez à chaque caméra son numéro")
        else:
            items[key] = Item(key, cells)
    if problems:
        more = f"\n  … et {len(problems) - SHOWN} autres." if len(problems) > SHOWN else ""
        raise InventoryError("\n  " + "\n  ".join(problems[:SHOWN]) + more + "\n ")
    return tuple(items.values())


def _translate(name: str, raw: str) -> str:
    """Say a value of the installer in our words: as a whole, or by its words when they all point to one value ("dôme PTZ")."""
    table = {str(value): {plain(str(word)) for word in words} for value, words in _vocabulary()["valeurs"].get(name, {}).items()}
    typed = plain(raw)
    found = [value for value, words in table.items() if typed in words] or [v for v, words in table.items() if words & set(typed.split())]
    return found[0] if len(found) == 1 else raw


def merge(table: Table, dossier: Dossier, corpus: Corpus) -> tuple[dict[str, Answer], str]:
    """Merge a table into a dossier: known cameras are updated, new ones and their sites added. Gives the answers and what to say."""
    known = _known(dossier, LISTE)
    items = {item.key: item for item in known.elements}
    fresh = [item for item in table.items if item.key not in items]
    changed = [item.key for item in table.items if item.key in items and {**items[item.key].cells, **item.cells} != items[item.key].cells]
    for item in table.items:
        items[item.key] = Item(item.key, {**(items[item.key].cells if item.key in items else {}), **item.cells})
    # A list that was declared incomplete stays so: the table need not hold everything.
    before = dossier.answers.get(LISTE, Answer(Items()))
    note = before.note or f"import de {len(table.items)} lignes"
    changes = {LISTE: replace(before, value=replace(known, elements=tuple(items.values())), note=note)}
    sites = _known(dossier, "sites")
    names = dict.fromkeys(site for item in items.values() if isinstance(site := item.cells.get("site"), str))
    new_sites = [name for name in names if name not in {site.key for site in sites.elements}]
    if new_sites:
        described = (*sites.elements, *(Item(name, {"id": name}) for name in new_sites))
        changes["sites"] = replace(dossier.answers.get("sites", Answer(sites)), value=replace(sites, elements=described))
    said = [f"{len(table.items)} caméra(s) lue(s) : {len(fresh)} ajoutée(s), {len(changed)} modifiée(s)."]
    if new_sites:
        said.append(f"Sites ajoutés : {', '.join(new_sites)}.")
    if table.ignored:
        said.append(f"Colonnes laissées de côté : {', '.join(table.ignored)}.")
    return changes, "\n".join(said)


def _known(dossier: Dossier, name: str) -> Items:
    answer = dossier.answers.get(name)
    return answer.value if answer and isinstance(answer.value, Items) else Items()

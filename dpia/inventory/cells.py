"""One cell of a table → the value of a field: French words, ticks, numbers and dates; what is not understood is said, never guessed."""

from __future__ import annotations

import re
from datetime import date, timedelta

from dpia.answers import DONT_KNOW, TEXT_LIMIT
from dpia.inventory.coordinates import DECIMALS, number
from dpia.inventory.vocabulary import folded, is_tick, value_of, words
from dpia.language import t
from dpia.model import Question
from dpia.values import ABSENT, UNKNOWN, Choices, State, Value

MONTHS = {month: n for n, names in enumerate((
    ("janvier", "janv", "jan"), ("fevrier", "fevr", "fev"), ("mars", "mar"), ("avril", "avr"), ("mai",), ("juin",), ("juillet", "juil"),
    ("aout", "aou"), ("septembre", "sept", "sep"), ("octobre", "oct"), ("novembre", "nov"), ("decembre", "dec"),
), 1) for month in names}  # fmt: skip


class Misread(ValueError):
    """A cell that the field cannot hold: says what was expected."""


def read_cell(field: Question, raw: str) -> Value | State:
    """Read a cell. ABSENT: it says nothing; UNKNOWN: it says that nobody knows. Raises Misread."""
    said = folded(raw)
    known = value_of(field.id, raw) if field.type != "choix_multiple" else None
    if known is None and not is_tick(raw):
        if ("?" in raw and not said) or raw.lower() in DONT_KNOW or said in words("inconnu"):
            return UNKNOWN
        if not said or (said in words("vide") and not (field.type in ("oui_non", "choix_multiple") and said in words("non"))):
            return ABSENT
    match field.type:
        case "oui_non":
            return _yes_no(raw, said)
        case "choix":
            return _option(field, known or raw)
        case "choix_multiple":
            return _choices(field, raw, said)
        case "nombre":
            return _number(field, known or raw)
        case "date":
            return read_date(raw)
        case "reference":
            return " ".join(raw.split())[:TEXT_LIMIT]
        case _:
            if len(raw) > TEXT_LIMIT:
                raise Misread(t("{n} caractères au plus", n=TEXT_LIMIT))
            return _french_dates(raw)


def _yes_no(raw: str, said: str) -> bool:
    if is_tick(raw) or said in words("oui"):
        return True
    if said in words("non"):
        return False
    raise Misread(t("oui, non, x ou « ? »"))


def _option(field: Question, raw: str) -> str:
    for value, label in field.options.items():
        if folded(raw) in (folded(value), folded(label)):
            return value
    raise Misread(" / ".join(t(label) for label in field.options.values()))


def _choices(field: Question, raw: str, said: str) -> Choices:
    """The options that a cell names, the others unknown; "aucun" rules all of them out."""
    if said in words("non"):
        return Choices(non=frozenset(field.options))
    parts = [part for part in re.split(r"[,;/+\n]| et ", raw) if folded(part)]
    return Choices(oui=frozenset(_option(field, value_of(field.id, part) or part) for part in parts))


def _number(field: Question, raw: str) -> int | float:
    found = number(raw)
    low, high = field.minimum, field.maximum
    if found is None or (low is not None and found < low) or (high is not None and found > high):
        raise Misread(t("un nombre, de {low} à {high}", low=low, high=high) if None not in (low, high) else t("un nombre"))
    return int(found) if found == int(found) else round(found, DECIMALS)


def read_date(raw: str) -> date:
    """Read a whole day: 2024-03-15, 15/03/2024, 15.3.24, « 3 mars 2021 », « 1er mars 2021 », or the number that Excel stores. Raises Misread."""
    said = folded(raw)
    if found := re.fullmatch(r"(\d{4}) (\d{1,2}) (\d{1,2})(?: 00 00(?: 00)?)?", said):
        year, month, day = map(int, found.groups())
    elif found := re.fullmatch(r"(\d{1,2}) (\d{1,2}) (\d{4}|\d{2})", said):
        day, month, year = map(int, found.groups())
        year += 2000 * (len(found[3]) == 2)
    elif (found := re.fullmatch(r"(?:\w+ )?(\d{1,2})(?:er)? ([a-z]+) (\d{4})", said)) and found[2] in MONTHS:
        day, month, year = int(found[1]), MONTHS[found[2]], int(found[3])
    elif re.fullmatch(r"\d{5}", raw):
        excel = date(1899, 12, 30) + timedelta(days=int(raw))
        day, month, year = excel.day, excel.month, excel.year
    else:
        raise Misread(t("un jour, comme 15/03/2024"))
    try:
        read = date(year, month, day)
    except ValueError as error:
        raise Misread(t("un jour du calendrier, comme 15/03/2024")) from error
    if not 1990 <= read.year <= 2100:
        raise Misread(t("un jour, comme 15/03/2024"))
    return read


def _french_dates(raw: str) -> str:
    """A cell that is a day and nothing else, as French people write it."""
    return re.sub(r"^(\d{4})-(\d\d)-(\d\d)$", r"\3/\2/\1", raw)

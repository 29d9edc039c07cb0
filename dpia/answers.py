"""What a person typed → a typed value, by the question's type; and back to words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from dpia.language import t
from dpia.model import Question
from dpia.values import ABSENT, UNKNOWN, Choices, Item, Items, State, Value

YES = frozenset({"oui", "o", "x", "vrai", "true", "1"})
NO = frozenset({"non", "n", "faux", "false", "0"})
DONT_KNOW = frozenset({"?", "ne sait pas", "je ne sais pas", "nsp", "inconnu"})
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
TEXT_LIMIT = 4000  # characters
ABOUT = ("note", "preuve", "par", "le", "qui", "repris")  # what an answer says beside its value


class AnswerError(ValueError):
    """An answer that does not fit its question: says what is expected."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said to one question, by whom and when. `repris`: the day it was taken over from a former dossier, until it is confirmed."""

    value: Value
    note: str = ""
    preuve: str = ""
    par: str = ""
    le: str = ""
    qui: str = ""
    repris: str = ""


def clean(text: str) -> str:
    """Drop what no document can print: control, direction and surrogate characters."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def read_value(question: Question, raw: Any) -> Value:
    """Turn what was typed (string, list or mapping) into the question's type. Raises AnswerError."""
    if isinstance(raw, bool):
        raw = "oui" if raw else "non"
    if isinstance(raw, (int, float, date)):
        raw = str(raw)
    if isinstance(raw, str):
        raw = clean(raw)
        if raw.lower() in DONT_KNOW:
            return UNKNOWN
    match question.type:
        case "liste":
            return _items(question, raw)
        case "choix_multiple":
            return _choices(question, raw)
    if not isinstance(raw, str):
        raise AnswerError(t("une seule réponse est attendue, pas {ici}", ici=_shape(raw)))
    match question.type:
        case "oui_non":
            return _yes_no(raw)
        case "choix":
            return _option(question, raw)
        case "nombre":
            return _number(question, raw)
        case "date":
            return _date(raw)
        case "commune":
            return _commune(raw)
        case _:
            if len(raw) > TEXT_LIMIT:
                raise AnswerError(t("{n} caractères au plus (ici {ici}) ; résumez, ou joignez une pièce", n=TEXT_LIMIT, ici=len(raw)))
            return raw or UNKNOWN


def _shape(raw: Any) -> str:
    return t("une liste") if isinstance(raw, list) else t("un groupe de valeurs") if isinstance(raw, Mapping) else t("cela")


def _yes_no(raw: str) -> bool:
    word = raw.lower()
    if word not in YES | NO:
        raise AnswerError(t("répondez « oui », « non » ou « ? » (ici « {ici} »)", ici=raw[:40]))
    return word in YES


def _option(question: Question, raw: str) -> str:
    if raw in question.options:
        return raw
    lowered = {label.lower(): value for value, label in question.options.items()}
    lowered |= {value.lower(): value for value in question.options}
    if raw.lower() in lowered:
        return lowered[raw.lower()]
    near = get_close_matches(raw.lower(), lowered, 1)
    hint = t(" ; vouliez-vous « {nom} » ?", nom=lowered[near[0]]) if near else ""
    raise AnswerError(t("« {ici} » n'est pas une réponse possible : {choix}", ici=raw[:40], choix=", ".join(question.options)) + hint)


def _choices(question: Question, raw: Any) -> Choices | State:
    if isinstance(raw, str):
        raw = [part for part in re.split(r"[,;|+]", raw) if part.strip()]
    if isinstance(raw, list):
        raw = {"oui": raw}
    if not isinstance(raw, Mapping) or set(raw) - {"oui", "non", "inconnu", *ABOUT}:
        raise AnswerError(t("un choix multiple s'écrit « oui: [a, b] », « non: [c] »"))
    sides: dict[str, frozenset[str]] = {}
    for side in ("oui", "non", "inconnu"):
        values = raw.get(side, [])
        if isinstance(values, str):
            values = [part for part in values.split(",") if part.strip()] if side != "inconnu" or values not in ("true", "oui") else []
        if not isinstance(values, list) or not all(isinstance(value, (str, bool)) for value in values):
            raise AnswerError(t("« {nom} » attend une liste d'options", nom=side))
        sides[side] = frozenset(_option(question, clean(str(value))) for value in values)
    if sides["oui"] & sides["non"]:
        raise AnswerError(t("« {nom} » est à la fois oui et non", nom=min(sides["oui"] & sides["non"])))
    return Choices(sides["oui"], sides["non"])


def _number(question: Question, raw: str) -> int | float:
    text = raw.replace("\u202f", "").replace("\xa0", "").replace(" ", "")
    if not re.fullmatch(r"-?\d{1,12}(?:[.,]\d{1,6})?", text):
        raise AnswerError(t("un nombre est attendu (ici « {ici} »)", ici=raw[:40]))
    number = float(text.replace(",", ".")) if re.search("[.,]", text) else int(text)
    if question.minimum is not None and number < question.minimum:
        raise AnswerError(t("au moins {n} (ici {ici})", n=question.minimum, ici=raw[:20]))
    if question.maximum is not None and number > question.maximum:
        raise AnswerError(t("au plus {n} (ici {ici})", n=question.maximum, ici=raw[:20]))
    return number


def _date(raw: str) -> date:
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            day = datetime.strptime(raw, form).date()
        except ValueError:
            continue
        if not 1990 <= day.year <= 2100:
            raise AnswerError(t("l'année {an} est invraisemblable ; vérifiez la date", an=day.year))
        return day
    raise AnswerError(t("une date s'écrit 2024-03-15 ou 15/03/2024, et doit exister au calendrier (ici « {ici} »)", ici=raw[:40]))


def _commune(raw: str) -> str:
    if not re.fullmatch(r"(\d{2}|2[AB])\d{3}", raw.upper()):
        raise AnswerError(t("un code INSEE a cinq caractères, comme 01004 ou 2A004 (ici « {ici} »)", ici=raw[:40]))
    return raw.upper()


def _items(question: Question, raw: Any) -> Items:
    complete = True
    if isinstance(raw, Mapping):
        extra = set(raw) - {"elements", "complet", *ABOUT}
        if extra:
            raise AnswerError(
                t(
                    "une liste s'écrit avec des tirets, ou « elements: […] » et « complet: non » (clé inconnue « {nom} »)",
                    nom=min(map(str, extra)),
                )
            )
        complete = _yes_no(str(raw.get("complet", "oui")))
        raw = raw.get("elements", [])
    if not isinstance(raw, list) or not all(isinstance(row, Mapping) for row in raw):
        raise AnswerError(t("une liste d'éléments est attendue, un par {element}", element=question.element or t("ligne")))
    elements = tuple(_item(question, row, n) for n, row in enumerate(raw, 1))
    keys = [item.key for item in elements]
    for key in keys:
        if keys.count(key) > 1:
            raise AnswerError(t("« {nom} » désigne deux éléments ; donnez à chacun son nom", nom=key))
    return Items(elements, complete)


def _item(question: Question, row: Mapping[Any, Any], n: int) -> Item:
    fields = {champ.id: champ for champ in question.champs}
    cells: dict[str, Value] = {}
    for name, raw in row.items():
        if name not in fields:
            near = get_close_matches(str(name), fields, 1)
            hint = t(" ; vouliez-vous « {nom} » ?", nom=near[0]) if near else ""
            raise AnswerError(t("élément {n} : colonne inconnue « {nom} »", n=n, nom=name) + hint)
        if raw in ("", None):
            continue
        try:
            cells[name] = read_value(fields[name], raw)
        except AnswerError as error:
            key = row.get("id", t("sans nom"))
            raise AnswerError(t("élément {n} ({element}), « {nom} » : {erreur}", n=n, element=key, nom=name, erreur=error)) from error
    key = cells.get("id")
    if not isinstance(key, str):
        raise AnswerError(t("élément {n} : il manque « id », le nom de l'élément", n=n))
    return Item(key, cells)


def in_words(question: Question, value: Value) -> str:
    """Say a value as a person would: labels of options, French dates; "ne sait pas" when unknown."""
    match value:
        case State():
            return t("ne sait pas") if value is UNKNOWN else t("sans objet")
        case bool():
            return t("oui") if value else t("non")
        case Choices():
            rest = set(question.options) - value.oui - value.non
            parts = [_labels(question, value.oui)] if value.oui else [t("aucune case cochée")] if not rest else []
            if rest:
                parts.append(t("ne sait pas : {noms}", noms=_labels(question, rest)))
            return " ; ".join(parts)
        case Items():
            count = t("{n} {element}(s)", n=len(value.elements), element=question.element or t("élément"))
            return count if value.complete else t("{elements}, liste incomplète", elements=count)
        case date():
            return value.strftime("%d/%m/%Y")
        case str():
            return question.options.get(value, value)
        case _:
            number = f"{value:,}".replace(",", "\u202f").replace(".", ",")
            return f"{number} {question.unite}".strip()


def _labels(question: Question, options: frozenset[str] | set[str]) -> str:
    return ", ".join(label for value, label in question.options.items() if value in options)


def is_answered(value: Value) -> bool:
    """Tell whether a value says something."""
    return value is not UNKNOWN and value is not ABSENT

"""The dates that the answers give rise to: the end of an authorisation, the silence that refuses, a yearly report. Data: law/calendrier.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dpia.documents.typography import printable
from dpia.documents.view import View
from dpia.values import shift


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day, and why. `key`: what makes it the same deadline at the next production; `alarm`: days before; `yearly`: every year on that day.

    `late`: its title once the day is past, "" when nothing is left to do; `decide`: how many months before it is a matter to decide.
    """

    key: str
    day: date
    title: str
    text: str
    alarm: int
    yearly: bool = False
    late: str = ""
    decide: int = 0


def deadlines(view: View) -> tuple[Deadline, ...]:
    """Every deadline that the answers date, the soonest first; a yearly one falls on its next day."""
    found = [deadline for entry in view.corpus.data["calendrier"] for deadline in _deadlines(view, entry)]
    return tuple(sorted(found, key=lambda deadline: (deadline.day, deadline.key)))


def to_write(found: Iterable[Deadline], on: date) -> tuple[Deadline, ...]:
    """The deadlines that a calendar made on a day holds: those to come, and on that very day what is past and still due."""
    due = [
        replace(deadline, day=on, title=deadline.late, text=_past(deadline)) for deadline in found if deadline.day < on and deadline.late
    ]
    coming = [deadline for deadline in found if deadline.day >= on]
    return (*due, *coming)


def to_decide(found: Iterable[Deadline], on: date) -> tuple[Deadline, ...]:
    """The deadlines that are past or near enough to be decided upon."""
    return tuple(deadline for deadline in found if deadline.decide and deadline.day <= shift(on, deadline.decide, "mois"))


def _past(deadline: Deadline) -> str:
    return f"Le jour prévu, le {deadline.day:%d/%m/%Y}, est passé : à faire sans attendre. {deadline.text}"


def _deadlines(view: View, entry: Mapping[str, Any]) -> Iterator[Deadline]:
    if ("si" in entry and view.judge(entry["si"]).value is not True) or ("sauf" in entry and view.judge(entry["sauf"]).value is True):
        return
    for name, start in _starts(view, entry["depart"]):
        day = _moved(_moved(start, entry.get("apres"), 1), entry.get("avant"), -1)
        words = {"{id}": name, "{depart}": f"{start:%d/%m/%Y}"}
        title, text, late = (_worded(entry.get(part, ""), words) for part in ("titre", "dit", "passe"))
        deadline = Deadline(
            f"{entry['id']}/{name}", day, title, f"{text} ({entry['source']})", entry["rappel"], late=late, decide=entry.get("decide", 0)
        )  # fmt: skip
        yield _next(deadline, start, view.facts.on) if entry.get("repete") else deadline


def _starts(view: View, path: str) -> Iterator[tuple[str, date]]:
    """The day that an answer gives, or that each element of a list gives, with the element's name."""
    liste, _, field = path.partition(".")
    if not field:
        value = view.value(liste)
        yield from ((("", value),) if isinstance(value, date) else ())
        return
    for item in view.items(liste):
        cell = view.facts.cell(liste, item, field)
        if isinstance(cell, date):
            yield item.key, cell


def _moved(day: date, delay: str | None, way: int) -> date:
    if delay is None:
        return day
    amount, unit = delay.split()
    return shift(day, way * int(amount), {"an": "ans", "jour": "jours"}.get(unit, unit))


def _worded(text: str, words: Mapping[str, str]) -> str:
    for mark, word in words.items():
        text = text.replace(mark, printable(word))
    return text


def _next(deadline: Deadline, start: date, on: date) -> Deadline:
    """The first anniversary that is not past. A start on 29 February is kept on the 28th, which every year has."""
    first = start.replace(day=28) if (start.month, start.day) == (2, 29) else start
    years = max(1, on.year - first.year)
    years += shift(first, years, "ans") < on
    return replace(deadline, day=shift(first, years, "ans"), yearly=True)

"""Which values of a number, a date or a text are worth trying: both sides of every threshold that a condition names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from itertools import pairwise, permutations

from dpia.coherence import TODAY
from dpia.condition import Compare, Sought
from dpia.corpus import Corpus
from dpia.trace import Condition, Ref
from dpia.values import Value, shift

FIRST, LAST = date(1990, 1, 1), date(2100, 12, 31)  # what dpia.answers accepts
ELSEWHERE = "ailleurs"


def every_condition(corpus: Corpus) -> Iterator[Condition]:
    """Every condition of the base: questions, derived facts, rules and their readings, contradictions."""
    yield from corpus.conditions.values()
    for read in corpus.rules:
        readings = (part for _, *parts in read.lectures for part in parts)
        yield from (
            part for part in (read.quand, read.satisfait, read.inconnu, read.regularise, *read.exige, *readings) if part is not None
        )
    yield from (contradiction.si for contradiction in corpus.contradictions)


def comparisons(node: object) -> Iterator[Compare]:
    """The comparisons inside a condition."""
    if isinstance(node, Compare):
        yield node
    elif isinstance(node, tuple):
        for part in node:
            yield from comparisons(part)
    elif is_dataclass(node):
        for field in fields(node):
            yield from comparisons(getattr(node, field.name))


class Domains:
    """For each name, the values to try; complete for comparisons with constants, a fair choice for comparisons between names."""

    def __init__(self, corpus: Corpus, on: date, conditions: Iterable[Condition], keys: Iterable[str]) -> None:
        self.corpus, self.on = corpus, on
        self.keys = (*dict.fromkeys(keys), ELSEWHERE)
        self._marks: dict[Ref, set[int | float | date]] = {}
        self._linked: dict[Ref, set[Ref]] = {}
        self._textual: set[Ref] = set()
        links: list[tuple[Sought, Sought]] = []
        for condition in conditions:
            for compare in comparisons(condition):
                for side, other in permutations((compare.left, *compare.rights), 2):
                    self._note(side, other, links)
        for _ in range(2):  # what a threshold on one name is for the names it is compared with
            for side, other in links:
                assert side.ref is not None and other.ref is not None
                for mark in list(self._marks.get(other.ref, ())):
                    self._mark(side, mark)

    def _note(self, side: Sought, other: Sought, links: list[tuple[Sought, Sought]]) -> None:
        if side.ref is None or side.ref.name == TODAY:
            return
        if self.kind(side.ref) in ("texte", "reference", "commune"):
            self._textual.add(side.ref)
        elif other.ref is not None and other.ref.name != TODAY:
            links.append((side, other))
        else:
            value: object = self.on if other.ref is not None else other.constant
            if isinstance(value, (int, float, date)) and not isinstance(value, bool):
                for amount in {other.amount, other.amount - 1, other.amount + 1} if other.amount else {0}:
                    self._mark(side, shift(value, amount, other.unit) if isinstance(value, date) else value)

    def _mark(self, side: Sought, value: int | float | date) -> None:
        assert side.ref is not None
        marks = self._marks.setdefault(side.ref, set())
        if not isinstance(value, date):
            marks.add(value)
            return
        for amount in {side.amount, side.amount - 1, side.amount + 1} if side.amount else {0}:
            marks.add(_first_reaching(value, amount, side.unit))

    def kind(self, ref: Ref) -> str:
        """The type of a name."""
        known = self.corpus.names[ref.liste].fields[ref.name] if ref.liste else self.corpus.names[ref.name]
        return known.kind

    def values(self, ref: Ref) -> tuple[Value, ...]:
        """The values to try for a name; those an ordinary person would type come first."""
        question = self.corpus.question(f"{ref.liste}[x].{ref.name}" if ref.liste else ref.name)
        match self.kind(ref):
            case "choix":
                assert question is not None
                return tuple(question.options)
            case "nombre":
                low = question.minimum if question and question.minimum is not None else -(10**6)
                high = question.maximum if question and question.maximum is not None else 10**9
                marks = sorted(mark for mark in self._marks.get(ref, ()) if not isinstance(mark, date)) or [1]
                whole = sorted({int(mark) + step for mark in marks for step in (-2, -1, 0, 1, 2)} | {0, 1, 2})
                between = sorted({(a + b) / 2 for a, b in pairwise(whole)})
                return tuple(n for n in (*whole, *between) if low <= n <= high)
            case "date":
                near = {
                    mark + timedelta(days=step)
                    for mark in self._marks.get(ref, {self.on})
                    if isinstance(mark, date)
                    for step in (-2, -1, 0, 1, 2)
                }
                return tuple(day for day in sorted(near) if FIRST <= day <= LAST)
            case "commune":
                return ("01004",)
            case "reference":
                return self.keys
            case _:
                return ("texte", *self.keys) if ref in self._textual else ("texte",)


def _first_reaching(target: date, amount: int, unit: str) -> date:
    """The first day that, moved by an amount, is not before a target."""
    if not amount:
        return target
    low, high = 1, date.max.toordinal()
    while low < high:
        middle = (low + high) // 2
        if shift(date.fromordinal(middle), amount, unit) >= target:
            high = middle
        else:
            low = middle + 1
    return min(max(date.fromordinal(low), date.min + timedelta(days=9)), date.max - timedelta(days=9))

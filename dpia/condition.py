"""Conditions once read, and how each is judged.

A trace keeps only what decided: the false parts of a false "et", the unknown parts of an unknown one.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from dpia.trace import Condition, Facts, Reading, Ref, Scope, Trace, elements
from dpia.values import (
    ABSENT,
    UNKNOWN,
    Choices,
    Item,
    Items,
    State,
    Truth,
    Value,
    at_least,
    conjunction,
    disjunction,
    negation,
    shift,
)  # fmt: skip


def _decisive(parts: tuple[Trace, ...], value: Truth) -> tuple[Trace, ...]:
    """Keep the parts that carry the value; where none alone does (a true "et"), all that are not absent."""
    carriers = tuple(part for part in parts if part.value is value)
    return carriers or tuple(part for part in parts if part.value is not ABSENT)


@dataclass(frozen=True, slots=True)
class Chain:
    """Parts joined by "et" or "ou"."""

    text: str
    word: Literal["et", "ou"]
    parts: tuple[Condition, ...]

    def judge(self, facts: Facts, scope: Scope) -> Trace:
        traces = tuple(part.judge(facts, scope) for part in self.parts)
        values = [trace.value for trace in traces]
        value = conjunction(values) if self.word == "et" else disjunction(values)
        return Trace(self.text, value, self.word, _decisive(traces, value))


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary of a part."""

    text: str
    part: Condition

    def judge(self, facts: Facts, scope: Scope) -> Trace:
        trace = self.part.judge(facts, scope)
        return Trace(self.text, negation(trace.value), "non", (trace,))


@dataclass(frozen=True, slots=True)
class Count:
    """At least `number` of the parts hold."""

    text: str
    number: int
    parts: tuple[Condition, ...]

    def judge(self, facts: Facts, scope: Scope) -> Trace:
        traces = tuple(part.judge(facts, scope) for part in self.parts)
        value = at_least(self.number, (trace.value for trace in traces))
        # An unknown count needs its true parts too: they are what it counts from.
        kept = tuple(t for t in traces if t.value is not ABSENT and (value is not True or t.value is True))
        return Trace(self.text, value, "compte", kept, count=self.number)


@dataclass(frozen=True, slots=True)
class Exists:
    """The question arises."""

    text: str
    ref: Ref

    def judge(self, facts: Facts, scope: Scope) -> Trace:
        reading = facts.read(self.ref, scope)
        unsettled = reading.value is UNKNOWN and reading.because is not None
        value: Truth = UNKNOWN if unsettled else reading.value is not ABSENT
        # A question that arises without an answer is no gap here: only its `si`, or what a derived fact rests on, can be missing.
        shown = reading if unsettled else Reading(reading.path, reading.value is not ABSENT, derived=True)
        return Trace(self.text, value, readings=(shown,))


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes-or-no fact, by its name alone."""

    text: str
    ref: Ref

    def judge(self, facts: Facts, scope: Scope) -> Trace:
        reading = facts.read(self.ref, scope)
        value = reading.value
        return Trace(self.text, value if isinstance(value, (bool, State)) else UNKNOWN, readings=(reading,))


@dataclass(frozen=True, slots=True)
class Quantified:
    """ "une", "toutes" or "aucune" over a list, with an optional filter."""

    text: str
    word: Literal["une", "toutes", "aucune"]
    liste: Ref
    body: Condition
    filtre: Condition | None = None

    def judge(self, facts: Facts, scope: Scope) -> Trace:
        reading = facts.read(self.liste, scope)
        if not isinstance(reading.value, Items):
            return Trace(self.text, _state(reading), readings=(reading,))
        traces = [self._judge_item(facts, scope, item) for item in elements(reading)]
        values = [trace.value for trace in traces]
        value: Truth
        match self.word:
            case "une":
                value = disjunction(values) if traces else False
            case "toutes":
                value = conjunction(values)
            case "aucune":
                value = conjunction(map(negation, values))
        carried = negation(value) if self.word == "aucune" else value
        kept = _decisive(tuple(traces), carried)
        return Trace(self.text, value, self.word, kept, () if kept else (reading,))

    def _judge_item(self, facts: Facts, scope: Scope, item: Item) -> Trace:
        inner = {**scope, self.liste.name: item}
        trace = self.body.judge(facts, inner)
        if item.phantom:
            certain = self.word == "une" and trace.value is False
            return trace if certain else Trace(self.text, UNKNOWN, readings=(Reading(self.liste.name, UNKNOWN),))
        gate = self.filtre.judge(facts, inner) if self.filtre else None
        if gate is None or gate.value is True:
            return trace
        left_out: Truth = False if self.word == "une" else ABSENT  # as over an empty list
        if gate.value is not UNKNOWN:
            return Trace(self.text, left_out, "filtre", (gate,))
        # Not known whether the element counts: its body speaks only where it says the same as being left out.
        if trace.value is left_out:
            return trace
        return Trace(self.text, UNKNOWN, "filtre", (gate, trace) if trace.value is UNKNOWN else (gate,))


def _state(reading: Reading) -> State:
    """What a list is when it has no elements to judge."""
    return reading.value if isinstance(reading.value, State) else UNKNOWN


@dataclass(frozen=True, slots=True)
class Sought:
    """One side of a comparison: a name or a constant, a date moved by some days, months or years."""

    ref: Ref | None = None
    constant: bool | int | float | str | date | None = None
    amount: int = 0
    unit: str = ""

    def read(self, facts: Facts, scope: Scope) -> tuple[Value, tuple[Reading, ...]]:
        """Give the value and, for a name, how it was read."""
        readings: tuple[Reading, ...] = ()
        if self.ref is not None:
            reading = facts.read(self.ref, scope)
            value, readings = reading.value, (reading,)
        else:
            assert self.constant is not None
            value = self.constant
        if self.amount and isinstance(value, date):
            value = shift(value, self.amount, self.unit)
        return value, readings


COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "≠": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compare:
    """Two sides compared by =, ≠, <, <=, > or >=; the right one may be a set of constants ("parmi")."""

    text: str
    left: Sought
    sign: str
    rights: tuple[Sought, ...]

    def judge(self, facts: Facts, scope: Scope) -> Trace:
        left, readings = self.left.read(facts, scope)
        sides = [right.read(facts, scope) for right in self.rights]
        readings += tuple(reading for _, found in sides for reading in found)
        values = [left, *(value for value, _ in sides)]
        if ABSENT in values:
            return Trace(self.text, ABSENT, readings=readings)
        if UNKNOWN in values:
            return Trace(self.text, UNKNOWN, readings=tuple(r for r in readings if r.value is UNKNOWN))
        return Trace(self.text, any(COMPARE[self.sign](left, right) for right in values[1:]), readings=readings)


@dataclass(frozen=True, slots=True)
class Contains:
    """An option is ticked in a multiple choice (`option`), or all ticked options are in another one (`other`)."""

    text: str
    ref: Ref
    option: str = ""
    other: Ref | None = None
    options: frozenset[str] = frozenset()  # with `other`: all those of the question

    def judge(self, facts: Facts, scope: Scope) -> Trace:
        readings = tuple(facts.read(ref, scope) for ref in (self.ref, self.other) if ref is not None)
        for state in (ABSENT, UNKNOWN):
            blocking = tuple(reading for reading in readings if reading.value is state)
            if blocking:
                return Trace(self.text, state, readings=blocking)
        chosen, *rest = (reading.value for reading in readings)
        assert isinstance(chosen, Choices)
        if not rest:
            value = chosen.has(self.option)
        else:
            wider = rest[0]
            assert isinstance(wider, Choices)
            value = conjunction(disjunction((negation(chosen.has(o)), wider.has(o))) for o in self.options)
        if value is UNKNOWN:  # the question was answered, not this option of it
            readings = tuple(Reading(reading.path, UNKNOWN, reading.because) for reading in readings)
        elif not rest:
            readings = (replace(readings[0], option=self.option),)
        return Trace(self.text, value, readings=readings)


@dataclass(frozen=True, slots=True)
class Number:
    """How many elements satisfy a condition, compared with a number: an interval as long as elements are unknown."""

    text: str
    liste: Ref
    body: Condition | None
    sign: str
    bound: int

    def judge(self, facts: Facts, scope: Scope) -> Trace:
        reading = facts.read(self.liste, scope)
        if not isinstance(reading.value, Items):
            return Trace(self.text, _state(reading), readings=(reading,))
        listed = reading.value.elements
        traces = [self.body.judge(facts, {**scope, self.liste.name: item}) for item in listed] if self.body else []
        sure = sum(1 for trace in traces if trace.value is True) if self.body else len(listed)
        unsure = tuple(trace for trace in traces if trace.value is UNKNOWN)
        open_ended = not reading.value.complete
        ends = {self._holds(sure), self._holds(sure + len(unsure))}
        if self.sign in ("=", "≠"):
            ends |= {self._holds(n) for n in range(sure, sure + len(unsure) + 1)}
        if open_ended:
            ends |= {self._holds(max(sure, self.bound) + extra) for extra in (0, 1)}
        if len(ends) == 1:
            return Trace(self.text, ends.pop(), readings=(reading,))
        gap = (Reading(reading.path, UNKNOWN),) if open_ended else ()
        return Trace(self.text, UNKNOWN, "nombre", unsure, gap)

    def _holds(self, number: int) -> bool:
        return COMPARE[self.sign](number, self.bound)

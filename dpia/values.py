"""The values a fact can have, and three-valued logic over them.

A fact is a value, *unknown* (the question arises, nobody knows yet) or *absent* (the question does not arise).
Absent operands drop out; unknown follows Kleene.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import TypeAlias


class State(Enum):
    """What a fact is when it has no value."""

    UNKNOWN = "inconnu"
    ABSENT = "absent"

    def __repr__(self) -> str:
        return self.name


UNKNOWN, ABSENT = State.UNKNOWN, State.ABSENT
Truth: TypeAlias = bool | State


@dataclass(frozen=True, slots=True)
class Choices:
    """A multiple choice: each option is ticked, ruled out, or (in neither set) unknown."""

    oui: frozenset[str] = frozenset()
    non: frozenset[str] = frozenset()

    def has(self, option: str) -> Truth:
        """Tell whether `option` holds."""
        return True if option in self.oui else False if option in self.non else UNKNOWN


@dataclass(frozen=True, slots=True)
class Item:
    """One element of a list: its key (the first field) and its answered cells. A phantom stands for what is not listed."""

    key: str
    cells: Mapping[str, Value] = field(hash=False)
    phantom: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list as answered. Incomplete: other elements exist and are not described yet."""

    elements: tuple[Item, ...] = ()
    complete: bool = True


Value: TypeAlias = bool | int | float | str | date | Choices | Items | State


def negation(value: Truth) -> Truth:
    """Return the contrary; unknown and absent stay what they are."""
    return value if isinstance(value, State) else not value


def conjunction(values: Iterable[Truth], neutral: bool = True) -> Truth:
    """Kleene "et" over what is not absent (`neutral=False`: "ou"). All absent, or nothing: absent."""
    present = [value for value in values if value is not ABSENT]
    if not present:
        return ABSENT
    if (not neutral) in present:
        return not neutral
    return UNKNOWN if UNKNOWN in present else neutral


def disjunction(values: Iterable[Truth]) -> Truth:
    """Kleene "ou" over what is not absent."""
    return conjunction(values, neutral=False)


def at_least(number: int, values: Iterable[Truth]) -> Truth:
    """Tell whether `number` of the values hold, counting unknowns as possible."""
    present = [value for value in values if value is not ABSENT]
    sure = sum(1 for value in present if value is True)
    possible = sum(1 for value in present if value is not False)
    if not present:
        return ABSENT
    if sure >= number:
        return True
    # Unknowns may all turn out absent, and the count with them: too few is only certain beside a known value.
    return False if possible < number and any(value is not UNKNOWN for value in present) else UNKNOWN


def shift(day: date, amount: int, unit: str) -> date:
    """Add `amount` "jours", "mois" or "ans"; a month too short gives its last day (31 January + 1 month: 28 February)."""
    if unit == "jours":
        return date.fromordinal(min(max(day.toordinal() + amount, 1), date.max.toordinal()))
    months = day.year * 12 + day.month - 1 + amount * (12 if unit == "ans" else 1)
    year, month = min(max(months // 12, 1), 9999), months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))

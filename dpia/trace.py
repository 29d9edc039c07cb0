"""What judging a condition gives: readings of facts, traces that explain a value, and what a condition is judged against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from dpia.values import UNKNOWN, Item, Items, Truth, Value

Scope: TypeAlias = Mapping[str, Item]  # the current element of each enclosing list
Word = Literal["et", "ou", "non", "compte", "nombre", "une", "toutes", "aucune", "filtre", "feuille"]


@dataclass(frozen=True, slots=True)
class Ref:
    """A fact that a condition names: a general one, or (with `liste`) a field of that list's current element."""

    name: str
    liste: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a name was found to be. `path` is how a person finds the cell: "cameras[C07].masquage"."""

    path: str
    value: Value
    because: Trace | None = None  # for a derived fact: how it was derived; for an unsettled question: its `si`
    derived: bool = False
    option: str = ""  # the option of a multiple choice that decided


@dataclass(frozen=True, slots=True)
class Trace:
    """A judged condition: its words, its value, the parts and readings that decided it, the element it was judged for."""

    text: str
    value: Truth
    word: Word = "feuille"
    parts: tuple[Trace, ...] = ()
    readings: tuple[Reading, ...] = ()
    count: int = 0

    def leaves(self) -> Iterator[Reading]:
        """Yield the readings at the bottom, derived facts opened down to the answers."""
        for reading in self.readings:
            if reading.because is None:
                yield reading
            else:
                yield from reading.because.leaves()
        for part in self.parts:
            yield from part.leaves()

    def missing(self) -> tuple[str, ...]:
        """Name, once each, the questions that can be asked now and would settle this condition."""
        return tuple(dict.fromkeys(leaf.path for leaf in self.leaves() if leaf.value is UNKNOWN))


PHANTOM = Item("", {}, phantom=True)  # stands for the elements of a list that are not described yet


class Facts(Protocol):
    """What a condition is judged against."""

    def read(self, ref: Ref, scope: Scope) -> Reading:
        """Say what `ref` is, in the scope of the current elements."""


class Condition(Protocol):
    """A condition that was read: judge it as often as you like."""

    @property
    def text(self) -> str:
        """The words of the condition."""

    def judge(self, facts: Facts, scope: Scope) -> Trace:
        """Judge the condition and say why."""


def elements(reading: Reading) -> tuple[Item, ...]:
    """The elements of a list that was read, with a phantom for those not described yet."""
    items = reading.value
    assert isinstance(items, Items)
    return items.elements if items.complete else (*items.elements, PHANTOM)


def references(condition: object) -> Iterator[Ref]:
    """Yield every name of a condition."""
    if isinstance(condition, Ref):
        yield condition
    elif isinstance(condition, tuple):
        for part in condition:
            yield from references(part)
    elif hasattr(condition, "__dataclass_fields__"):
        for field in condition.__dataclass_fields__:
            yield from references(getattr(condition, field))

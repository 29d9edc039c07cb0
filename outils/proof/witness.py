"""A case of the circuit → the answers of a dossier, so that the engine itself can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dpia.answers import Answer
from dpia.facts import AnsweredFacts
from dpia.trace import Ref
from dpia.values import UNKNOWN, Choices, Item, Items, Value
from proof.world import Raw, Slot, World


class Reader:
    """Reads literals in one case; a variable that the case does not name is no, which always means "not known"."""

    def __init__(self, world: World, case: Mapping[int, int]) -> None:
        self.world, self.case = world, case

    def holds(self, *literals: int) -> bool:
        """Tell whether all the literals are yes."""
        return all(self.world.circuit.try_all(self.case, 1, literals))

    def answer(self, raw: Raw) -> Value:
        """What was answered to one question."""
        if not self.holds(raw.known):
            return UNKNOWN
        if raw.boxes:
            yes = frozenset(option for option, box in raw.boxes.items() if self.holds(box.yes))
            return Choices(yes, frozenset(option for option, box in raw.boxes.items() if self.holds(box.no)))
        return next((value for value, case in raw.cases if self.holds(case)), UNKNOWN)

    def elements(self, raw: Raw) -> Value:
        """The elements of a list, the last one written as often as it counts."""
        if not self.holds(raw.known):
            return UNKNOWN
        items: list[Item] = []
        for slot in raw.slots:
            if self.holds(slot.present):
                many = next((count for count, literal in slot.weights if self.holds(literal)), 1)
                cells = self._cells(slot)
                items += [Item(key, {"id": key, **cells}) for key in (slot.key, *(f"{slot.key}-{n}" for n in range(2, many + 1)))]
        assert raw.phantom is not None
        return Items(tuple(items), complete=not self.holds(raw.phantom.present))

    def _cells(self, slot: Slot) -> dict[str, Value]:
        return {
            ref.name: value
            for (ref, place), raw in self.world.raws.items()
            if ref.liste == slot.liste and place == slot.key and ref.name != "id" and (value := self.answer(raw)) is not UNKNOWN
        }


def answers_of(world: World, case: Mapping[int, int]) -> dict[str, Answer]:
    """The answers of a case; what nobody answered is left out."""
    reader, found = Reader(world, case), {}
    for (ref, place), raw in world.raws.items():
        if ref.liste is None and not place:
            value = reader.elements(raw) if raw.phantom is not None else reader.answer(raw)
            if value is not UNKNOWN:
                found[ref.name] = Answer(value)
    return found


def facts_of(world: World, case: Mapping[int, int]) -> AnsweredFacts:
    """The facts of a case, for the engine."""
    return AnsweredFacts(world.corpus, answers_of(world, case), world.on)


def value_of(world: World, facts: AnsweredFacts, ref: Ref) -> Any:
    """A general name as the engine reads it."""
    return facts.read(ref, {}).value

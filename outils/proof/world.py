"""Every dossier that can be, as a circuit: what each question is (a value, unknown, absent), with lists of none, one, two or more elements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from dpia.coherence import TODAY
from dpia.condition import Number
from dpia.corpus import Corpus
from dpia.trace import Condition, Ref
from dpia.values import Value
from proof.circuit import NO, YES, Circuit
from proof.domains import Domains, every_condition

SLOTS = 2


@dataclass(frozen=True, slots=True)
class Tri:
    """A truth: yes, no or absent; unknown when none of the three."""

    yes: int
    no: int
    absent: int = NO


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one element of a list; the phantom stands for what is not listed."""

    liste: str
    index: int
    present: int
    phantom: bool = False
    weights: tuple[tuple[int, int], ...] = ((1, YES),)  # how many elements like this one, and the literal of each number

    @property
    def key(self) -> str:
        """The name of the element."""
        return "" if self.phantom else f"{self.liste[:3].upper()}{self.index + 1}"


@dataclass(frozen=True, slots=True)
class Cell:
    """What a name is: absent, unknown, or one of some values (`cases`), ticked boxes (`boxes`) or elements (`slots`)."""

    absent: int
    unknown: int
    arises: Tri
    cases: tuple[tuple[Value, int], ...] = ()
    boxes: Mapping[str, Tri] = field(default_factory=dict)
    slots: tuple[Slot, ...] = ()
    phantom: Slot | None = None


@dataclass(frozen=True, slots=True)
class Raw:
    """What was answered to a question, whether it arises or not."""

    known: int
    cases: tuple[tuple[Value, int], ...] = ()
    boxes: Mapping[str, Tri] = field(default_factory=dict)
    slots: tuple[Slot, ...] = ()
    phantom: Slot | None = None


class World:
    """All the dossiers of one day. `judge` is set by proof.judging, which knows the conditions."""

    def __init__(self, corpus: Corpus, on: date, more: Iterable[Condition] = ()) -> None:
        self.corpus, self.on = corpus, on
        self.circuit = Circuit()
        self.raws: dict[tuple[Ref, str], Raw] = {}
        self.judged: dict[object, tuple[Condition, Tri]] = {}
        self._cells: dict[tuple[Ref, str], Cell] = {}
        conditions = [*every_condition(corpus), *more]
        keys = [Slot(name, n, YES).key for name, known in corpus.names.items() if known.kind == "liste" for n in range(SLOTS)]
        self.domains = Domains(corpus, on, conditions, keys)
        self._bounds = _counted(conditions)

    def judge(self, condition: Condition, scope: Mapping[str, Slot]) -> Tri:
        """The truth of a condition."""
        raise NotImplementedError

    def read(self, ref: Ref, scope: Mapping[str, Slot]) -> Cell:
        """What a name is, in the scope of the current elements; mirrors AnsweredFacts.read."""
        slot = scope[ref.liste] if ref.liste else None
        key = (ref, slot.liste + ("?" if slot.phantom else str(slot.index)) if slot else "")
        if key not in self._cells:
            self._cells[key] = self._work_out(ref, slot)
        return self._cells[key]

    def _work_out(self, ref: Ref, slot: Slot | None) -> Cell:
        if slot is None and ref.name == TODAY:
            return Cell(NO, NO, Tri(YES, NO), ((self.on, YES),))
        own = {ref.liste: slot} if slot is not None and ref.liste else {}
        condition = self.corpus.conditions.get(ref)
        both, some = self.circuit.both, self.circuit.some
        if ref in self.corpus.derived:
            assert condition is not None
            said = self.judge(condition, own)
            known = some((said.yes, said.no))
            return Cell(said.absent, some((known, said.absent)) ^ 1, Tri(known, said.absent), ((True, said.yes), (False, said.no)))
        arises = self.judge(condition, own) if condition is not None else Tri(YES, NO)
        absent = some((arises.no, arises.absent))
        raw = self._raw(ref, slot)
        known = both(arises.yes, raw.known)
        boxes = {option: Tri(both(known, box.yes), both(known, box.no)) for option, box in raw.boxes.items()}
        cases = tuple((value, both(known, case)) for value, case in raw.cases)
        return Cell(absent, some((absent, known)) ^ 1, Tri(arises.yes, absent), cases, boxes, raw.slots, raw.phantom)

    # -- what was answered

    def _raw(self, ref: Ref, slot: Slot | None) -> Raw:
        place = "" if slot is None else slot.key or "?"
        if (ref, place) not in self.raws:
            self.raws[ref, place] = self._answer(ref, slot, f"{place}.{ref.name}" if place else ref.name)
        return self.raws[ref, place]

    def _answer(self, ref: Ref, slot: Slot | None, name: str) -> Raw:
        if slot is not None and slot.phantom:
            return Raw(NO)
        if slot is not None and ref.name == "id":
            return Raw(YES, ((slot.key, YES),))
        circuit, kind = self.circuit, self.domains.kind(ref)
        if kind == "oui_non":
            known, value = circuit.variable(f"{name} connu"), circuit.variable(name)
            return Raw(known, ((True, circuit.both(known, value)), (False, circuit.both(known, value ^ 1))))
        if kind == "choix_multiple":
            known = circuit.variable(f"{name} connu")
            options = (self.corpus.names[ref.liste].fields if ref.liste else self.corpus.names)[ref.name].options
            boxes = {}
            for option in sorted(options):
                settled, ticked = circuit.variable(f"{name} {option} connu"), circuit.variable(f"{name} {option}")
                boxes[option] = Tri(circuit.both(settled, ticked), circuit.both(settled, ticked ^ 1))
            return Raw(known, boxes=boxes)
        if kind == "liste":
            return self._list(ref.name)
        cases, known = self._coded(name, self.domains.values(ref))
        return Raw(known, cases)

    def _coded(self, name: str, values: tuple[Value, ...]) -> tuple[tuple[tuple[Value, int], ...], int]:
        """One of some values: their rank plus one in base two; zero and the ranks past the last are "not known"."""
        digits = [self.circuit.variable(f"{name} bit {n}") for n in range(len(values).bit_length())]
        cases = []
        for rank, value in enumerate(values, 1):
            cases.append((value, self.circuit.every(digit ^ (not rank >> n & 1) for n, digit in enumerate(digits))))
        return tuple(cases), self.circuit.some(case for _, case in cases)

    def _list(self, name: str) -> Raw:
        circuit = self.circuit
        known, complete = circuit.variable(f"{name} connu"), circuit.variable(f"{name} complet")
        slots: list[Slot] = []
        present = known
        for index in range(SLOTS):
            present = circuit.both(present, circuit.variable(f"{name} élément {index + 1}"))
            weights: tuple[tuple[int, int], ...] = ((1, YES),)
            if index == SLOTS - 1 and name in self._bounds:  # a condition counts the elements: the last one may stand for many
                counts = tuple(sorted({max(1, bound - SLOTS + 1 + step) for bound in self._bounds[name] for step in (-1, 0, 1, 2)} | {1}))
                cases, coded = self._coded(f"{name} nombre", counts)
                weights = tuple(
                    (int(str(count)), literal if count != 1 else circuit.some((literal, coded ^ 1))) for count, literal in cases
                )
            slots.append(Slot(name, index, present, weights=weights))
        return Raw(known, slots=tuple(slots), phantom=Slot(name, -1, circuit.both(known, complete ^ 1), phantom=True))


def _counted(conditions: Iterable[object]) -> dict[str, set[int]]:
    """For each list whose elements are counted, the numbers that matter."""
    found: dict[str, set[int]] = {}

    def look(node: object) -> None:
        if isinstance(node, tuple):
            for part in node:
                look(part)
        elif hasattr(node, "__dataclass_fields__"):
            if isinstance(node, Number):
                found.setdefault(node.liste.name, set()).add(node.bound)
            for name in node.__dataclass_fields__:
                look(getattr(node, name))

    for condition in conditions:
        look(condition)
    return found

"""Conditions and rules as circuits: the same three-valued logic as dpia.condition and dpia.reasoning, over every dossier at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from dpia.coherence import ReadRule
from dpia.condition import COMPARE, Chain, Compare, Contains, Count, Exists, Flag, Not, Number, Quantified, Sought
from dpia.trace import Condition, Ref
from dpia.values import Value, shift
from proof.circuit import NO, YES
from proof.world import Cell, Slot, Tri, World

Scope = Mapping[str, Slot]
NOBODY_KNOWS = Tri(NO, NO)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The literal of each verdict; exactly one is yes. `bad`: "interdit" or "ecart", by the rule's severity."""

    bad: int
    to_check: int
    met: int
    none: int


class Judged(World):
    """A world where conditions and rules can be judged."""

    def judge(self, condition: Condition, scope: Scope) -> Tri:
        """The truth of a condition; worked out once for each element it looks at."""
        key = (id(condition), tuple((name, slot.index) for name, slot in sorted(scope.items())))
        if key not in self.judged:  # the condition is kept too, so that its identity stays its own
            self.judged[key] = (condition, self._judge(condition, scope))
        return self.judged[key][1]

    def _judge(self, condition: Condition, scope: Scope) -> Tri:
        match condition:
            case Chain(word=word, parts=parts):
                return self._chain([self.judge(part, scope) for part in parts], word == "ou")
            case Not(part=part):
                return _contrary(self.judge(part, scope))
            case Count(number=number, parts=parts):
                return self._count(number, [self.judge(part, scope) for part in parts])
            case Exists(ref=ref):
                return self.read(ref, scope).arises
            case Flag(ref=ref):
                cell = self.read(ref, scope)
                cases = dict(cell.cases)
                return Tri(cases.get(True, NO), cases.get(False, NO), cell.absent)
            case Compare():
                return self._compare(condition, scope)
            case Contains():
                return self._contains(condition, scope)
            case Quantified():
                return self._quantified(condition, scope)
            case Number():
                return self._number(condition, scope)
        raise TypeError(type(condition).__name__)

    def _chain(self, parts: Iterable[Tri], one_is_enough: bool = False) -> Tri:
        parts, circuit = list(parts), self.circuit
        if one_is_enough:
            return _contrary(self._chain(map(_contrary, parts)))
        absent = circuit.every(part.absent for part in parts)
        yes = circuit.both(absent ^ 1, circuit.every(circuit.some((part.yes, part.absent)) for part in parts))
        return Tri(yes, circuit.some(part.no for part in parts), absent)

    def _count(self, number: int, parts: list[Tri]) -> Tri:
        circuit = self.circuit
        absent = circuit.every(part.absent for part in parts)
        known = circuit.some(literal for part in parts for literal in (part.yes, part.no))
        possible = self._at_least(number, [circuit.some((part.no, part.absent)) ^ 1 for part in parts])
        return Tri(self._at_least(number, [part.yes for part in parts]), circuit.both(possible ^ 1, known), absent)

    def _at_least(self, number: int, literals: list[int]) -> int:
        circuit, reached = self.circuit, [YES] + [NO] * number
        for literal in literals:
            reached = [YES, *(circuit.some((reached[n], circuit.both(reached[n - 1], literal))) for n in range(1, number + 1))]
        return reached[number]

    # -- comparisons

    def _compare(self, condition: Compare, scope: Scope) -> Tri:
        circuit = self.circuit
        left, *rights = (self._side(side, scope) for side in (condition.left, *condition.rights))
        absent = circuit.some(side.absent for side in (left, *rights))
        known = circuit.every(circuit.some((side.absent, side.unknown)) ^ 1 for side in (left, *rights))
        holds = circuit.some(
            circuit.both(a, b) for right in rights for x, a in left.cases for y, b in right.cases if COMPARE[condition.sign](x, y)
        )
        return Tri(circuit.both(known, holds), circuit.both(known, holds ^ 1), absent)

    def _side(self, side: Sought, scope: Scope) -> Cell:
        if side.ref is None:
            assert side.constant is not None
            cell = Cell(NO, NO, Tri(YES, NO), ((side.constant, YES),))
        else:
            cell = self.read(side.ref, scope)
        if not side.amount:
            return cell
        moved: list[tuple[Value, int]] = [(shift(value, side.amount, side.unit), case) for value, case in cell.cases]  # type: ignore[arg-type]  # the grammar only moves dates
        return Cell(cell.absent, cell.unknown, cell.arises, tuple(moved))

    def _contains(self, condition: Contains, scope: Scope) -> Tri:
        chosen = self.read(condition.ref, scope)
        if condition.other is None:
            box = chosen.boxes.get(condition.option, NOBODY_KNOWS)
            return Tri(box.yes, box.no, chosen.absent)
        wider, circuit = self.read(condition.other, scope), self.circuit
        absent = circuit.some((chosen.absent, wider.absent))
        known = circuit.some((absent, chosen.unknown, wider.unknown)) ^ 1
        said = self._chain(
            self._chain((_contrary(chosen.boxes.get(o, NOBODY_KNOWS)), wider.boxes.get(o, NOBODY_KNOWS)), True)
            for o in sorted(condition.options)
        )
        return Tri(circuit.both(known, said.yes), circuit.both(known, said.no), absent)

    # -- lists

    def _quantified(self, condition: Quantified, scope: Scope) -> Tri:
        circuit, cell = self.circuit, self.read(condition.liste, scope)
        one = condition.word == "une"
        parts, present = [], []
        for slot in (*cell.slots, *((cell.phantom,) if cell.phantom else ())):
            said = self._element(condition, {**scope, condition.liste.name: slot}, slot, one)
            said = _contrary(said) if condition.word == "aucune" else said
            there = slot.present
            present.append(there)
            parts.append(Tri(circuit.both(there, said.yes), circuit.both(there, said.no), circuit.some((there ^ 1, said.absent))))
        whole = self._chain(parts, one)
        nobody = circuit.some(present) ^ 1
        no, absent = (circuit.some((whole.no, nobody)), circuit.both(whole.absent, nobody ^ 1)) if one else (whole.no, whole.absent)
        return self._if_known(cell, Tri(whole.yes, no, absent))

    def _element(self, condition: Quantified, scope: Scope, slot: Slot, one: bool) -> Tri:
        circuit, body = self.circuit, self.judge(condition.body, scope)
        if slot.phantom:
            return Tri(NO, body.no if one else NO)
        if condition.filtre is None:
            return body
        gate = self.judge(condition.filtre, scope)
        out, unsure = circuit.some((gate.no, gate.absent)), circuit.some((gate.yes, gate.no, gate.absent)) ^ 1
        yes, both = circuit.both(gate.yes, body.yes), circuit.both
        if one:  # left out: no
            return Tri(yes, circuit.some((out, both(circuit.some((gate.yes, unsure)), body.no))), both(gate.yes, body.absent))
        return Tri(yes, both(gate.yes, body.no), circuit.some((out, both(circuit.some((gate.yes, unsure)), body.absent))))

    def _if_known(self, cell: Cell, said: Tri) -> Tri:
        circuit = self.circuit
        known = circuit.some((cell.absent, cell.unknown)) ^ 1
        absent = circuit.some((cell.absent, circuit.both(known, said.absent)))
        return Tri(circuit.both(known, said.yes), circuit.both(known, said.no), absent)

    def _number(self, condition: Number, scope: Scope) -> Tri:
        circuit, cell = self.circuit, self.read(condition.liste, scope)
        each = []  # for each element: how many are sure, how many unsure, and the literal of that case
        for slot in cell.slots:
            if condition.body is None:
                states = ((1, 0, YES),)
            else:
                said = self.judge(condition.body, {**scope, condition.liste.name: slot})
                out = circuit.some((said.no, said.absent))
                states = ((1, 0, said.yes), (0, 0, out), (0, 1, circuit.some((said.yes, out)) ^ 1))  # type: ignore[assignment]
            cases = [(0, 0, slot.present ^ 1)]
            cases += [(s * w, u * w, circuit.every((slot.present, lit, many))) for s, u, lit in states for w, many in slot.weights]
            each.append(cases)
        assert cell.phantom is not None
        yes: list[int] = []
        no: list[int] = []
        for opened, ending in ((True, cell.phantom.present), (False, cell.phantom.present ^ 1)):
            for combination in product(*each):
                ends = _ends(condition, sum(s for s, _, _ in combination), sum(u for _, u, _ in combination), opened)
                if len(ends) == 1:
                    (yes if ends.pop() else no).append(circuit.every((ending, *(literal for _, _, literal in combination))))
        return self._if_known(cell, Tri(circuit.some(yes), circuit.some(no)))

    # -- rules

    def verdicts(self, read: ReadRule, other: int | None = None) -> Verdicts:
        """The verdict of a rule; with `other`, that of its n-th reading, the prudent one being 0."""
        quand, satisfait, inconnu = read.quand, read.satisfait, read.inconnu
        if read.lectures:
            _, quand, satisfait = read.lectures[other or 0]
            inconnu = inconnu if not other else None
        circuit, liste = self.circuit, read.rule.pour_chaque
        if liste is None:
            return self._one(read, (quand, satisfait, inconnu), {})
        cell = self.read(Ref(liste), {})
        assert cell.phantom is not None
        undescribed = self._one(read, (quand, satisfait, inconnu), {liste: cell.phantom})
        pairs = [(slot.present, self._one(read, (quand, satisfait, inconnu), {liste: slot})) for slot in cell.slots]
        known = circuit.some((cell.absent, cell.unknown)) ^ 1
        open_ended = circuit.some((circuit.both(known, cell.phantom.present), cell.unknown))
        bad = circuit.both(known, circuit.some(circuit.both(there, said.bad) for there, said in pairs))
        unsure = circuit.both(known, circuit.some(circuit.both(there, said.to_check) for there, said in pairs))
        unsure = circuit.some((unsure, circuit.both(open_ended, undescribed.none ^ 1)))
        met = circuit.both(known, circuit.some(circuit.both(there, said.met) for there, said in pairs))
        return Verdicts(bad, circuit.both(unsure, bad ^ 1), circuit.every((met, bad ^ 1, unsure ^ 1)), circuit.some((bad, unsure, met)) ^ 1)

    def _one(self, read: ReadRule, parts: tuple[Condition, Condition | None, Condition | None], scope: Scope) -> Verdicts:
        circuit, rule = self.circuit, read.rule
        quand, satisfait, inconnu = parts
        applies = self.judge(quand, scope)
        met = self.judge(satisfait, scope) if satisfait is not None else Tri(NO, YES)
        none = circuit.some((applies.no, applies.absent, met.absent))
        doubt = self.judge(inconnu, scope) if inconnu is not None else Tri(NO, YES)
        silent = circuit.some((doubt.no, doubt.absent)) ^ 1
        late = self.judge(read.regularise, scope) if read.regularise is not None else Tri(NO, YES)
        not_late = circuit.some((late.no, late.absent))
        speaks = circuit.every((none ^ 1, silent ^ 1, applies.yes))
        bad = circuit.every((speaks, met.no, not_late))
        good = circuit.both(speaks, circuit.some((met.yes, circuit.both(met.no, late.yes))))
        if rule.certitude == "a_confirmer" or rule.plafond:
            good = NO
        return Verdicts(bad, circuit.some((none, bad, good)) ^ 1, good, none)


def _contrary(said: Tri) -> Tri:
    return Tri(said.no, said.yes, said.absent)


def _ends(condition: Number, sure: int, unsure: int, opened: bool) -> set[bool]:
    """What a count may come to; mirrors dpia.condition.Number."""
    holds = COMPARE[condition.sign]
    counts = {sure, sure + unsure} | (set(range(sure, sure + unsure + 1)) if condition.sign in ("=", "≠") else set())
    if opened:
        counts |= {max(sure, condition.bound) + extra for extra in (0, 1)}
    return {holds(count, condition.bound) for count in counts}

"""What is proved of the rules two by two: those that a breach of another always breaches, those that cannot both be kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dpia.coherence import TODAY, ReadRule
from dpia.condition import Contains
from dpia.corpus import Corpus
from dpia.trace import Ref, references
from proof.base import day_of, today
from proof.circuit import NO, YES
from proof.equivalence import Comparison
from proof.judging import Judged
from proof.witness import answers_of
from proof.world import Slot, Tri

ROUNDS = 200  # more would mean that the search for a way to keep both goes round in circles


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rules and what is to be said of them."""

    one: ReadRule
    other: ReadRule
    said: str = ""


class Relations:
    """Proofs about pairs of rules in force on the same day."""

    def __init__(self, corpus: Corpus, comparison: Comparison) -> None:
        self.corpus, self.comparison = corpus, comparison
        self._found: list[dict[str, int]] = []  # cases by the names of their variables

    def days(self) -> list[date]:
        """The day of the base, then the last day of each wording that ended."""
        return list(dict.fromkeys([today(self.corpus), *sorted(day_of(self.corpus, read) for read in self.corpus.rules)]))

    def _in_force(self, day: date) -> list[tuple[ReadRule, ReadRule]]:
        """The pairs to look at on a day: on an old one, those with a wording that is no longer in force."""
        reads = [(read, day == day_of(self.corpus, read)) for read in self.corpus.in_force(day)]
        return [(a, b) for a, mine in reads for b, yours in reads if (mine or yours) and a.rule.id != b.rule.id]

    # -- a breach that brings another

    def implications(self, day: date) -> Iterator[Pair]:
        """Every pair where a breach of the one is a breach of the other; tried on one breach of each first, then settled pair by pair."""
        world = self.comparison.world(day)
        solver, circuit, reads = self.comparison.solvers[day], world.circuit, self.corpus.in_force(day)
        bad = [world.verdicts(read).bad for read in reads]
        cases = self._breaches(world, bad)
        signs = circuit.try_all(_side_by_side(cases), len(cases), bad)
        rank = {id(read): n for n, read in enumerate(reads)}
        for a, b in self._in_force(day):
            one, other = rank[id(a)], rank[id(b)]
            if signs[one] and not signs[one] & ~signs[other]:
                case = solver.case(bad[one], bad[other] ^ 1)
                if case is None:
                    yield Pair(a, b)
                else:  # this case may spare other questions
                    found = circuit.try_all(case, 1, bad)
                    signs = [sign << 1 | bit for sign, bit in zip(signs, found, strict=True)]

    def _breaches(self, world: Judged, bad: list[int]) -> list[dict[int, int]]:
        """Cases that breach each rule that can be: those found on another day where they still do."""
        circuit, solver = world.circuit, self.comparison.solvers[world.on]
        gates = {name: gate for gate, name in circuit.names.items()}
        cases = [{gates[name]: bit for name, bit in case.items() if name in gates} for case in self._found]
        signs = circuit.try_all(_side_by_side(cases), len(cases), bad)
        cases += (
            fresh := [case for literal, sign in zip(bad, signs, strict=True) if not sign and (case := solver.case(literal)) is not None]
        )
        self._found += [{circuit.names[gate]: bit for gate, bit in case.items()} for case in fresh]
        return cases

    # -- two rules that cannot both be kept

    def conflicts(self, day: date) -> Iterator[Pair]:
        """Every pair that applies in some dossier where no answer to what they demand would keep both."""
        world = self.comparison.world(day)
        for a, b in self._in_force(day):
            if a.rule.id < b.rule.id and _demanded(a) & _demanded(b) and not excused(a, b):
                case = self._stuck(world, a, b)
                if case is not None:
                    said = ", ".join(f"{name} = {answer.value}" for name, answer in answers_of(world, case).items())
                    yield Pair(a, b, said)

    def _stuck(self, world: Judged, a: ReadRule, b: ReadRule) -> dict[int, int] | None:
        """A dossier where both rules apply and no change of what they demand keeps both: found by guessing and refuting."""
        circuit, solver = world.circuit, self.comparison.solvers[world.on]
        kept = circuit.both(*(self._kept(world, read) for read in (a, b)))
        free = self._variables(world, a) | self._variables(world, b)
        stuck = [*(self._applies(world, read) for read in (a, b)), kept ^ 1]
        stuck += self._settled(world, {gate for gate in circuit.cone((*stuck, kept)) if circuit.gates[gate] is None} - free)
        for _ in range(ROUNDS):
            case = solver.case(*stuck)
            if case is None:
                return None
            ground = {gate: case.get(gate, 0) for gate in circuit.cone((*stuck, kept)) if circuit.gates[gate] is None and gate not in free}
            way = solver.case(circuit.fixed(kept, ground))
            if way is None:
                return case
            stuck.append(circuit.fixed(kept, {gate: way.get(gate, 0) for gate in free}) ^ 1)
        raise RuntimeError(f"{a.rule.id}, {b.rule.id} : recherche trop longue")

    def _settled(self, world: Judged, gates: set[int]) -> list[int]:
        """The literals of "everything else is known": what nobody answered yet is no contradiction between rules."""
        found: list[int] = []
        for raw in world.raws.values():
            boxes = [world.circuit.some((box.yes, box.no)) for box in raw.boxes.values()]
            phantom = [raw.phantom.present ^ 1] if raw.phantom else []
            if gates.intersection(world.circuit.cone((raw.known, *boxes, *phantom))):
                found += [raw.known, *boxes, *phantom]
        return found

    def _scope(self, world: Judged, read: ReadRule) -> tuple[dict[str, Slot], int]:
        """The element that is judged, always the first of its list, and the literal of its presence."""
        liste = read.rule.pour_chaque
        if liste is None:
            return {}, YES
        cell = world.read(Ref(liste), {})
        return {liste: cell.slots[0]}, world.circuit.both(cell.slots[0].present, cell.arises.yes)

    def _kept(self, world: Judged, read: ReadRule) -> int:
        """The rule does not apply, its condition is met or has nothing to judge, or it says that it cannot tell."""
        quand, satisfait = (read.lectures[0][1:]) if read.lectures else (read.quand, read.satisfait)
        scope, _ = self._scope(world, read)
        applies, met = world.judge(quand, scope), world.judge(satisfait, scope) if satisfait is not None else Tri(NO, YES)
        doubt = world.judge(read.inconnu, scope).yes if read.inconnu is not None else NO
        return world.circuit.some((applies.no, applies.absent, met.yes, met.absent, doubt))

    def _applies(self, world: Judged, read: ReadRule) -> int:
        scope, there = self._scope(world, read)
        return world.circuit.both(there, world.judge(read.lectures[0][1] if read.lectures else read.quand, scope).yes)

    def _variables(self, world: Judged, read: ReadRule) -> set[int]:
        """The variables that say what the rule demands, derived facts opened down to the answers."""
        asked = {ref for ref, _ in _demanded(read)}
        waiting = list(asked)
        while waiting:
            name = waiting.pop()
            for ref in references(self.corpus.conditions[name]) if name in self.corpus.derived else ():
                if ref not in asked:
                    asked.add(ref)
                    waiting.append(ref)
        found: set[int] = set()
        for (ref, _), raw in world.raws.items():
            if ref in asked and ref not in self.corpus.derived:
                boxes = [literal for box in raw.boxes.values() for literal in (box.yes, box.no)]
                found |= set(world.circuit.cone((raw.known, *boxes, *(case for _, case in raw.cases))))
        return {gate for gate in found if world.circuit.gates[gate] is None}


def _side_by_side(cases: list[dict[int, int]]) -> dict[int, int]:
    """Cases put together, one bit each."""
    found: dict[int, int] = {}
    for n, case in enumerate(cases):
        for gate, bit in case.items():
            found[gate] = found.get(gate, 0) | bit << n
    return found


def _demanded(read: ReadRule) -> set[tuple[Ref, str]]:
    """The facts that a rule demands something of; of a multiple choice, the boxes."""
    found: set[tuple[Ref, str]] = set()

    def look(node: object) -> None:
        if isinstance(node, Contains) and node.other is None:
            found.add((node.ref, node.option))
        elif isinstance(node, Ref):
            found.update(((node, ""),) if node.name != TODAY else ())
        elif isinstance(node, tuple):
            for part in node:
                look(part)
        elif hasattr(node, "__dataclass_fields__"):
            for name in node.__dataclass_fields__:
                look(getattr(node, name))

    for demand in read.exige:
        look(demand)
    return found


def excused(a: ReadRule, b: ReadRule) -> bool:
    """Two rules that may clash: one is discussed, or one is a prohibition that says it leaves the other nothing to ask for."""
    if "discutee" in (a.rule.certitude, b.rule.certitude):
        return True
    return any(x.rule.gravite == "interdiction" and y.rule.id in x.rule.prive_d_effet for x, y in ((a, b), (b, a)))

"""Whether some dossier tells a mutant from the rule it came from: tried on many random cases first, then settled by the solver."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from dpia.coherence import ReadRule
from dpia.corpus import Corpus
from dpia.trace import Ref
from proof.base import day_of, today
from proof.circuit import NO, YES, Solver
from proof.judging import Judged
from proof.mutants import Mutant
from proof.world import Slot, Tri

WIDTH = 2048
KNOWN = ("connu", "complet")  # how the variables end that say whether a thing is known


class Comparison:
    """The worlds of a base, one a day, and what was asked of them."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.worlds: dict[date, Judged] = {}
        self.solvers: dict[date, Solver] = {}
        self.draws: dict[date, dict[int, int]] = {}

    def world(self, day: date) -> Judged:
        """The world of a day."""
        if day not in self.worlds:
            self.worlds[day] = Judged(self.corpus, day)
            self.solvers[day] = Solver(self.worlds[day].circuit)
            self.draws[day] = {}
        return self.worlds[day]

    def day(self, mutant: Mutant) -> date:
        """A day on which the mutated rule applies."""
        return day_of(self.corpus, mutant.before) if mutant.before is not None else today(self.corpus)

    def difference(self, mutant: Mutant) -> int:
        """The literal of "this dossier tells them apart"."""
        world = self.world(self.day(mutant))
        if mutant.ref is not None:
            return self._facts_differ(world, mutant)
        assert mutant.before is not None and mutant.read is not None
        if mutant.where in ("gravite", "en_vigueur"):
            return YES
        pairs = [(None, None)] if not mutant.before.lectures else [(0, 0), (1, 1)]
        return world.circuit.some(self._verdicts_differ(world, mutant.before, mutant.read, n) for n, _ in pairs)

    def _verdicts_differ(self, world: Judged, one: ReadRule, other: ReadRule, reading: int | None) -> int:
        a, b = world.verdicts(one, reading), world.verdicts(other, reading)
        return world.circuit.some(world.circuit.differ(x, y) for x, y in ((a.bad, b.bad), (a.met, b.met), (a.none, b.none)))

    def _facts_differ(self, world: Judged, mutant: Mutant) -> int:
        ref, condition, circuit = mutant.ref, mutant.condition, world.circuit
        assert ref is not None and condition is not None
        scope, present = self._element(world, ref)
        a, b = world.judge(self.corpus.conditions[ref], scope), world.judge(condition, scope)
        return circuit.both(present, circuit.some(circuit.differ(x, y) for x, y in zip(_parts(a), _parts(b), strict=True)))

    def case(self, mutant: Mutant, others: Sequence[Mutant] | None = None) -> dict[int, int] | None:
        """A case that tells the mutant apart; None when there is none: it is the same rule in other words.

        Rather one where the rule says something for certain; one that tells apart as many of the `others` (same rule) as can be.
        """
        literal, day = self.difference(mutant), self.day(mutant)
        if literal in (YES, NO):
            return {} if literal == YES else None
        solver, wanted = self.solvers[day], [literal]
        found = solver.case(literal)
        for more in (self.certain(mutant), *map(self.difference, others or ())) if found is not None and others is not None else ():
            better = solver.case(*wanted, more)
            if better is not None:
                found = better
                wanted.append(more)
        return found

    def certain(self, mutant: Mutant) -> int:
        """The literal of "the rule, or the fact, is settled"."""
        world = self.world(self.day(mutant))
        if mutant.ref is not None:
            said = world.judge(self.corpus.conditions[mutant.ref], self._element(world, mutant.ref)[0])
            return world.circuit.some((said.yes, said.no))
        assert mutant.before is not None
        verdicts = world.verdicts(mutant.before)
        return world.circuit.some((verdicts.bad, verdicts.met))

    def _element(self, world: Judged, ref: Ref) -> tuple[dict[str, Slot], int]:
        """The element that a fact of a list is judged for, and the literal of its presence."""
        if ref.liste is None:
            return {}, YES
        cell = world.read(Ref(ref.liste), {})
        return {ref.liste: cell.slots[0]}, world.circuit.both(cell.slots[0].present, cell.arises.yes)

    def tried(self, mutant: Mutant) -> bool:
        """Tell whether a random case tells the mutant apart."""
        literal, day = self.difference(mutant), self.day(mutant)
        if literal in (YES, NO):
            return literal == YES
        circuit, draws = self.worlds[day].circuit, self.draws[day]
        for gate in circuit.cone((literal,)):
            if gate and circuit.gates[gate] is None and gate not in draws:
                random = Random(gate)  # noqa: S311  # no secret is drawn
                draws[gate] = random.getrandbits(WIDTH)
                if circuit.names[gate].endswith(KNOWN) or "élément" in circuit.names[gate]:
                    draws[gate] |= random.getrandbits(WIDTH) | random.getrandbits(WIDTH)
        return any(circuit.try_all(draws, WIDTH, (literal,)))

    def equivalent(self, mutant: Mutant) -> bool:
        """Prove that no dossier tells the mutant apart; False when one does."""
        return not self.tried(mutant) and self.case(mutant) is None


def _parts(said: Tri) -> tuple[int, int, int]:
    return said.yes, said.no, said.absent

"""A circuit of yes-or-no gates: built once, tried on thousands of cases at a time, settled by a solver where trying is not enough.

A literal is a number: 0 is no, 1 is yes, 2n a gate, 2n + 1 its contrary.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

import z3

NO, YES = 0, 1


class Circuit:
    """Gates in the order they were made: each is a variable, or the conjunction of two literals made before it."""

    def __init__(self) -> None:
        self.gates: list[tuple[int, int] | None] = [(YES, YES)]
        self.names: dict[int, str] = {}  # variable → its name
        self._made: dict[tuple[int, int], int] = {}

    def variable(self, name: str) -> int:
        """A new variable, as a literal."""
        self.gates.append(None)
        self.names[len(self.gates) - 1] = name
        return 2 * len(self.gates) - 2

    def both(self, a: int, b: int) -> int:
        """The literal of "a and b"."""
        if a > b:
            a, b = b, a
        if a == NO or a == b ^ 1:
            return NO
        if a in (YES, b):
            return b
        if (a, b) not in self._made:
            self.gates.append((a, b))
            self._made[a, b] = 2 * len(self.gates) - 2
        return self._made[a, b]

    def every(self, literals: Iterable[int]) -> int:
        """The literal of a conjunction."""
        found = YES
        for literal in literals:
            found = self.both(found, literal)
        return found

    def some(self, literals: Iterable[int]) -> int:
        """The literal of a disjunction."""
        return self.every(literal ^ 1 for literal in literals) ^ 1

    def differ(self, a: int, b: int) -> int:
        """The literal of "a or b, not both"."""
        return self.some((self.both(a, b ^ 1), self.both(a ^ 1, b)))

    def cone(self, literals: Iterable[int], known: Container[int] = ()) -> list[int]:
        """The gates that these literals rest on, in order; those already known, and what they rest on, left out."""
        seen: set[int] = set()
        waiting = [literal >> 1 for literal in literals]
        while waiting:
            gate = waiting.pop()
            if gate and gate not in seen and gate not in known:
                seen.add(gate)
                parts = self.gates[gate]
                waiting += [part >> 1 for part in parts or ()]
        return sorted(seen)

    def fixed(self, literal: int, values: Mapping[int, int]) -> int:
        """The literal once some variables are settled (variable → 0 or 1)."""
        found = {0: NO}
        for gate in self.cone((literal,)):
            parts = self.gates[gate]
            if parts is None:
                found[gate] = YES if values.get(gate) else NO if gate in values else 2 * gate
            else:
                a, b = (found[part >> 1] ^ (part & 1) for part in parts)
                found[gate] = self.both(a, b)
        return found[literal >> 1] ^ (literal & 1)

    def try_all(self, cases: Mapping[int, int], width: int, wanted: Sequence[int]) -> list[int]:
        """Work out literals on `width` cases at once. `cases`: for each variable, one bit a case; a variable left out is no."""
        full = (1 << width) - 1
        value: dict[int, int] = {0: 0}
        for gate in self.cone(wanted):
            parts = self.gates[gate]
            if parts is None:
                value[gate] = cases.get(gate, 0)
            else:
                a, b = parts
                left, right = value[a >> 1], value[b >> 1]
                value[gate] = (left ^ full if a & 1 else left) & (right ^ full if b & 1 else right)
        return [value[literal >> 1] ^ (full if literal & 1 else 0) for literal in wanted]


class Solver:
    """Says whether literals can all be yes, and gives a case. Each question is asked afresh, of the gates that it rests on only."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.questions = 0
        self._known: dict[int, z3.BoolRef] = {}

    def can(self, *literals: int) -> bool:
        """Tell whether the literals can all be yes."""
        return NO not in literals and self._asked(literals) is not None

    def case(self, *literals: int) -> dict[int, int] | None:
        """A case where all the literals are yes (variable → 0 or 1; left out: either), or None when there is none."""
        solver = None if NO in literals else self._asked(literals)
        if solver is None:
            return None
        model = solver.model()
        return {int(symbol.name()[1:]): int(z3.is_true(model[symbol])) for symbol in model.decls()}

    def _asked(self, literals: Sequence[int]) -> z3.Solver | None:
        self.questions += 1
        solver = z3.SolverFor("QF_FD")
        solver.add([self._formula(literal) for literal in literals if literal != YES])
        return solver if solver.check() == z3.sat else None

    def _formula(self, literal: int) -> z3.BoolRef:
        for gate in self.circuit.cone((literal,), self._known):
            parts = self.circuit.gates[gate]
            self._known[gate] = z3.Bool(f"v{gate}") if parts is None else z3.And(*(self._side(part) for part in parts))
        return self._side(literal)

    def _side(self, literal: int) -> z3.BoolRef:
        formula = self._known[literal >> 1]
        return z3.Not(formula) if literal & 1 else formula

"""What is proved of the rules, one at a time: every verdict can be reached, what is demanded follows, nothing rests on what cannot be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dpia.coherence import TODAY, ReadRule
from dpia.condition import Chain
from dpia.corpus import Corpus
from dpia.reasoning import judge_rule
from dpia.trace import Condition, Ref, references
from proof.base import day_of
from proof.circuit import NO, YES
from proof.equivalence import Comparison
from proof.judging import Judged
from proof.witness import facts_of
from proof.wording import words
from proof.world import Slot


@dataclass(frozen=True, slots=True)
class Failure:
    """What does not hold: of which rule, and in words."""

    read: ReadRule
    theorem: str
    said: str

    def __str__(self) -> str:
        return f"{self.read.file}, ligne {self.read.rule.ligne}, {self.read.rule.id} : {self.said}"


class Theorems:
    """Proofs about one rule at a time."""

    def __init__(self, corpus: Corpus, comparison: Comparison) -> None:
        self.corpus, self.comparison = corpus, comparison
        self.proved = 0

    def world(self, read: ReadRule) -> Judged:
        """The world of a day on which the wording applies."""
        return self.comparison.world(day_of(self.corpus, read))

    def possible(self, read: ReadRule, *literals: int) -> bool:
        """Tell whether some dossier makes all the literals yes."""
        self.proved += 1
        return self.comparison.solvers[self.world(read).on].can(*literals)

    def of_rule(self, read: ReadRule) -> Iterator[Failure]:
        """Everything that does not hold of one rule."""
        yield from self._verdicts(read)
        yield from self._values(read)
        yield from self._demands(read)
        yield from self._questions(read)

    # -- every verdict can be reached

    def _verdicts(self, read: ReadRule) -> Iterator[Failure]:
        world = self.world(read)
        said = world.verdicts(read)
        wanted = (
            (said.bad, ("interdit", "ecart"), "aucun dossier ne donne un écart"),
            (said.to_check, ("a_verifier",), "aucun dossier ne donne « à vérifier »"),
            (world.circuit.some((said.met, said.none)), ("conforme", "sans_objet"), "aucun dossier n'est conforme ni sans objet"),
        )
        for literal, verdicts, missing in wanted:
            self.proved += 1
            case = self.comparison.solvers[world.on].case(literal)
            if case is None:
                if literal != said.bad or not read.rule.plafond:  # a rule may be there to ask for a document, and never accuse
                    yield Failure(read, "verdicts", missing)
            elif (found := judge_rule(self.corpus, facts_of(world, case), read).verdict) not in verdicts:
                yield Failure(read, "verdicts", f"le circuit dit {verdicts[0]}, le moteur {found} : la preuve est fausse")

    def _values(self, read: ReadRule) -> Iterator[Failure]:
        world, scope, there = self.world(read), *self._scope(read)
        liste = world.read(Ref(read.rule.pour_chaque), {}) if read.rule.pour_chaque else None
        some, both = world.circuit.some, world.circuit.both
        for key, condition in self._parts(read):
            said = world.judge(condition, scope)
            unknown = both(there, some((said.yes, said.no, said.absent)) ^ 1)
            states = (
                ("vraie", both(there, said.yes)),
                ("fausse", some((both(there, some((said.no, said.absent))), liste.absent if liste else NO))),
                ("inconnue", some((unknown, liste.unknown if liste else NO))),
            )
            always = key == "quand" and read.satisfait is not None and not self.possible(read, both(there, said.yes ^ 1))
            for state, literal in states[: 1 if always else 3]:  # a rule that always applies turns on what satisfies it
                if not self.possible(read, literal):
                    yield Failure(read, "valeurs", f"{key} n'est jamais {state}")

    # -- what is demanded follows from what satisfies

    def _demands(self, read: ReadRule) -> Iterator[Failure]:
        world, scope, there = self.world(read), *self._scope(read)
        quand, satisfait = read.quand, read.satisfait
        if read.lectures:
            _, quand, satisfait = read.lectures[0]
        if satisfait is None:
            return
        if not read.exige:
            yield Failure(read, "exige", "« satisfait_si » sans « exige »")
        applies, met = world.judge(quand, scope), world.judge(satisfait, scope)
        for text, demand in zip(read.rule.exige, read.exige, strict=True):
            said = world.judge(demand, scope)
            broken = (there, world.circuit.some((applies.no, applies.absent)) ^ 1, met.yes, world.circuit.some((said.yes, said.absent)) ^ 1)
            if self.possible(read, *broken):
                yield Failure(read, "exige", f"la règle peut être satisfaite sans « {text} »")

    # -- no question that cannot be asked

    def _questions(self, read: ReadRule) -> Iterator[Failure]:
        world, (scope, there) = self.world(read), self._scope(read)
        applies = world.judge(self._parts(read)[0][1], scope)
        for key, condition in self._parts(read):
            for ref in dict.fromkeys(references(condition)):
                if ref.name == TODAY or self._listed(ref, condition):
                    continue
                own, present = scope, there
                if ref.liste is not None and ref.liste not in scope:
                    cell = world.read(Ref(ref.liste), {})
                    own, present = {**scope, ref.liste: cell.slots[0]}, world.circuit.both(there, cell.slots[0].present)
                if not self.possible(read, present, applies.yes, world.read(ref, own).absent ^ 1):
                    yield Failure(read, "questions", f"{key} nomme « {ref.name} », qui ne se pose jamais quand la règle s'applique")

    def _listed(self, ref: Ref, condition: Condition) -> bool:
        """A list that is only there to be gone through: its elements speak for it."""
        return ref.liste is None and self.corpus.names[ref.name].kind == "liste"

    def _parts(self, read: ReadRule) -> list[tuple[str, Condition]]:
        """The conditions that give the verdict, by their key."""
        quand, satisfait = read.quand, read.satisfait
        if read.lectures:
            _, quand, satisfait = read.lectures[0]
        return [(key, part) for key, part in (("quand", quand), ("satisfait_si", satisfait)) if part is not None]

    def _scope(self, read: ReadRule) -> tuple[Mapping[str, Slot], int]:
        """The current element of a rule that judges a list, and the literal of its presence."""
        if read.rule.pour_chaque is None:
            return {}, YES
        cell = self.world(read).read(Ref(read.rule.pour_chaque), {})
        return {read.rule.pour_chaque: cell.slots[0]}, self.world(read).circuit.both(cell.slots[0].present, cell.arises.yes)


def demanded(read: ReadRule, corpus: Corpus) -> list[str]:
    """What being met demands, in words: each part of a conjunction, or the whole condition."""
    satisfait = read.lectures[0][2] if read.lectures else read.satisfait
    scope = (read.rule.pour_chaque,) if read.rule.pour_chaque else ()

    def said(part: Condition) -> str:
        text = words(part, corpus.names, scope)
        return f"({text})" if isinstance(part, Chain) else text

    def parts(condition: Condition) -> Iterator[Condition]:
        if isinstance(condition, Chain) and condition.word == "et":
            for part in condition.parts:
                yield from parts(part)
        else:
            yield condition

    return [] if satisfait is None else list(dict.fromkeys(said(part) for part in parts(satisfait)))

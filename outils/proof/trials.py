"""Runs the worked examples and the worked cases on a mutant: killed when one of them no longer holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from dpia import dossier as dossiers
from dpia.checks import default_day, example_facts, fact_value, falsified, speaks_of
from dpia.coherence import CorpusError, ReadRule, check_windows
from dpia.corpus import Corpus
from dpia.facts import AnsweredFacts
from dpia.model import DerivedFact, Example, FactExample
from dpia.reasoning import judge_rule
from dpia.trace import Ref
from dpia.values import Truth
from proof.base import today
from proof.mutants import Mutant


@dataclass(frozen=True, slots=True)
class Trial:
    """An example of a rule, with its facts read once and for all."""

    read: ReadRule
    example: Example
    facts: AnsweredFacts

    def holds(self, corpus: Corpus, read: ReadRule, facts: AnsweredFacts) -> bool:
        """Tell whether the example still holds for a changed rule or on changed facts."""
        return not falsified(corpus, read, self.example, facts)


@dataclass(frozen=True, slots=True)
class Claim:
    """One line of a worked case: the verdicts of a rule that are right."""

    rule: str
    verdicts: frozenset[str]
    wanted: bool
    facts: AnsweredFacts


@dataclass(frozen=True, slots=True)
class FactTrial:
    """An example of a derived fact."""

    fact: DerivedFact
    example: FactExample
    facts: AnsweredFacts
    value: Truth


class Bench:
    """All the examples and cases of a base, ready to be tried on mutants."""

    def __init__(self, corpus: Corpus, cases: Path | None = None) -> None:
        self.corpus = corpus
        self.trials: dict[int, list[Trial]] = {}
        self.claims: dict[str, list[Claim]] = {}
        self.touched: dict[Ref, list[Trial | Claim | FactTrial]] = {}
        for read in corpus.rules:
            self.trials[id(read)] = [
                Trial(read, example, example_facts(corpus, example, default_day(corpus, read)))
                for example in read.rule.exemples
                if speaks_of(read, example)
            ]
            for trial in self.trials[id(read)]:
                if not trial.holds(corpus, read, trial.facts):
                    raise CorpusError(f"{read.rule.id} : un exemple ne tient pas ; lancez d'abord « dpia droit verifier ».")
                self._note(trial, trial.facts)
        for fact in corpus.derived.values():
            for case in fact.exemples:
                facts = example_facts(corpus, case, today(corpus))
                self._note(FactTrial(fact, case, facts, fact_value(facts, fact)), facts)
        for claim in _claims(corpus, cases) if cases and cases.is_dir() else ():
            self.claims.setdefault(claim.rule, []).append(claim)
            self._note(claim, claim.facts)

    def _note(self, trial: Trial | Claim | FactTrial, facts: AnsweredFacts) -> None:
        for ref in {ref for ref, _, _ in facts._read if ref in self.corpus.derived}:
            self.touched.setdefault(ref, []).append(trial)

    def kills(self, mutant: Mutant) -> bool:
        """Tell whether an example, a case or a check at loading notices the mutant."""
        if mutant.ref is not None:
            return self._kills_fact(mutant)
        before, read = mutant.before, mutant.read
        assert before is not None and read is not None
        if mutant.where == "en_vigueur" and self._refused(before, read):
            return True
        if any(not trial.holds(self.corpus, read, trial.facts) for trial in self.trials[id(before)]):
            return True
        return any(not self._right(claim, read, claim.facts) for claim in self.claims.get(read.rule.id, ()))

    def _kills_fact(self, mutant: Mutant) -> bool:
        assert mutant.ref is not None
        changed = changed_corpus(self.corpus, mutant)
        for trial in self.touched.get(mutant.ref, ()):
            facts = AnsweredFacts(changed, trial.facts.answers, trial.facts.on, trial.facts.given)
            match trial:
                case Trial(read=read):
                    if not trial.holds(changed, read, facts):
                        return True
                case Claim(rule=rule):
                    if any(not self._right(trial, read, facts) for read in changed.in_force(facts.on) if read.rule.id == rule):
                        return True
                case FactTrial(fact=fact, value=value):
                    if fact_value(facts, fact) != value:
                        return True
        return False

    def _right(self, claim: Claim, read: ReadRule, facts: AnsweredFacts) -> bool:
        if not any(facts.on in window for window in read.rule.windows):
            return True
        return (judge_rule(facts.corpus, facts, read).verdict in claim.verdicts) is claim.wanted

    def _refused(self, before: ReadRule, after: ReadRule) -> bool:
        wordings = [after if read is before else read for read in self.corpus.rules if read.rule.id == after.rule.id]
        try:
            check_windows(wordings, self.corpus.data.get("changements") or {})
        except CorpusError:
            return True
        return False


def changed_corpus(corpus: Corpus, mutant: Mutant) -> Corpus:
    """The base with a derived fact changed."""
    assert mutant.ref is not None and mutant.condition is not None
    return replace(corpus, conditions={**corpus.conditions, mutant.ref: mutant.condition})


def _claims(corpus: Corpus, folder: Path) -> Iterator[Claim]:
    """What the worked cases of tests/worked_cases.py say of one rule, where it is true of the base: what it must give, or must not."""
    for case in sorted(path.parent for path in folder.glob("*/attendu.yaml")):
        answers = dossiers.read(case, corpus).answers
        for told in yaml.safe_load((case / "attendu.yaml").read_text(encoding="utf-8"))["notations"]:
            lines = [(line, section == "attendus") for section in ("attendus", "interdits") for line in told[section] or ()]
            for read in corpus.in_force(told["date"]):
                for line, wanted in lines:
                    if (len(line["regles"]) == 1 or not wanted) and any(fnmatchcase(read.rule.id, name) for name in line["regles"]):
                        facts = AnsweredFacts(corpus, answers, told["date"])
                        claim = Claim(read.rule.id, frozenset(line["verdicts"]), wanted, facts)
                        if (judge_rule(corpus, facts, read).verdict in claim.verdicts) is wanted:
                            yield claim

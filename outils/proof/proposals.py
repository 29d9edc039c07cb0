"""For the mutants that no example kills: the smallest example that does, its verdict being the engine's on the rule as it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dpia.checks import VALUE_WORDS, fact_value, given_facts, other_reading
from dpia.coherence import TODAY
from dpia.corpus import Corpus
from dpia.facts import AnsweredFacts
from dpia.reasoning import judge_rule
from dpia.trace import Ref, references
from dpia.values import ABSENT, UNKNOWN, Choices, Items, Value
from proof.equivalence import Comparison
from proof.mutants import Mutant
from proof.trials import changed_corpus
from proof.witness import facts_of
from proof.wording import value_words

Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Proposal:
    """An example to add to a rule or to a derived fact, on one line, and the mutants that it kills."""

    owner: str
    file: str
    line: str
    kills: tuple[Mutant, ...]


class Proposer:
    """Finds examples for what belongs to one rule or fact at a time."""

    def __init__(self, corpus: Corpus, comparison: Comparison) -> None:
        self.corpus, self.comparison = corpus, comparison

    def propose(self, mutants: list[Mutant]) -> Iterator[Proposal]:
        """Examples that kill all these mutants of the same rule wording or fact; those that no example can kill are left."""
        waiting = list(mutants)
        while waiting:
            case = self.comparison.case(waiting[0], waiting[1:])
            raw = self._raw(waiting[0], case or {})
            killed = [mutant for mutant in waiting if self._tells(mutant, raw)]
            if not killed:
                waiting.pop(0)
                continue
            raw = _smallest(raw, self._as_good(killed, raw))
            yield Proposal(killed[0].owner, killed[0].file, self._line(killed, raw), tuple(killed))
            waiting = [mutant for mutant in waiting if mutant not in killed]

    # -- one case in words

    def _raw(self, mutant: Mutant, case: Mapping[int, int]) -> Raw:
        world = self.comparison.world(self.comparison.day(mutant))
        facts = facts_of(world, case)
        names = self._names(mutant)
        found: Raw = {}
        order = list(self.corpus.names)
        for ref in sorted(
            (ref for ref in names if ref.liste is None), key=lambda ref: (ref not in self.corpus.derived, order.index(ref.name))
        ):
            value = facts.read(ref, {}).value
            if isinstance(value, Items):
                fields = [inner for inner in names if inner.liste == ref.name]
                found[ref.name] = self._items(facts, ref.name, value, fields)
            elif value is not UNKNOWN:
                found[ref.name] = self._value(value)
        return found

    def _names(self, mutant: Mutant) -> set[Ref]:
        """The names that the conditions give directly; the lists of fields; the names that a field's own `si` gives."""
        if mutant.ref is not None:
            found = {*references(self.corpus.conditions[mutant.ref]), *references(mutant.condition)}
            found |= {Ref(mutant.ref.liste)} if mutant.ref.liste else set()
        else:
            found = set()
            for read in (mutant.before, mutant.read):
                assert read is not None
                readings = tuple(part for _, *parts in read.lectures for part in parts)
                found |= set(references((read.quand, read.satisfait, read.inconnu, read.regularise, *readings)))
            liste = mutant.before.rule.pour_chaque if mutant.before else None
            found |= {Ref(liste)} if liste else set()
        for ref in list(found):
            if ref.liste and ref not in self.corpus.derived and ref in self.corpus.conditions:
                found |= set(references(self.corpus.conditions[ref]))
        return {ref for ref in found | {Ref(ref.liste) for ref in found if ref.liste} if ref.name != TODAY}

    def _items(self, facts: AnsweredFacts, liste: str, items: Items, fields: list[Ref]) -> Any:
        rows = []
        for item in items.elements:
            row: Raw = {"id": item.key}
            for ref in sorted(fields, key=lambda ref: ref.name):
                value = facts.read(ref, {liste: item}).value
                if value is not UNKNOWN and value is not ABSENT and ref.name != "id":
                    row[ref.name] = self._value(value)
            rows.append(row)
        return rows if items.complete else {"elements": rows, "complet": "non"}

    def _value(self, value: Value) -> Any:
        if value is ABSENT:
            return "absente"
        if isinstance(value, Choices):
            return {side: sorted(options) for side, options in (("oui", value.oui), ("non", value.non)) if options} or {"oui": []}
        return value_words(value)

    # -- trying

    def _tells(self, mutant: Mutant, raw: Raw) -> bool:
        try:
            return self._seen(mutant, raw, changed=False) != self._seen(mutant, raw, changed=True)
        except ValueError:  # an element without its name, for instance
            return False

    def _as_good(self, killed: list[Mutant], raw: Raw) -> Callable[[Raw], bool]:
        """Whether a smaller example says the same and kills as many."""
        said = self._seen(killed[0], raw, changed=False)[0]

        def enough(smaller: Raw) -> bool:
            return all(self._tells(mutant, smaller) for mutant in killed) and self._seen(killed[0], smaller, changed=False)[0] == said

        return enough

    def _seen(self, mutant: Mutant, raw: Raw, changed: bool) -> tuple[object, ...]:
        corpus = changed_corpus(self.corpus, mutant) if changed and mutant.ref is not None else self.corpus
        facts = AnsweredFacts(corpus, {}, self.comparison.day(mutant), given_facts(self.corpus, raw))
        if mutant.ref is not None:
            return (fact_value(facts, self.corpus.derived[mutant.ref]),)
        read = mutant.read if changed else mutant.before
        assert read is not None
        return judge_rule(corpus, facts, read).verdict, other_reading(corpus, facts, read)

    def _line(self, killed: list[Mutant], raw: Raw) -> str:
        first = killed[0]
        seen = self._seen(first, raw, changed=False)
        if first.ref is not None:
            return f"{{faits: {flow(raw)}, vaut: {VALUE_WORDS[seen[0]]}}}"  # type: ignore[index]
        other = any(self._seen(mutant, raw, changed=True)[0] == seen[0] for mutant in killed)
        assert first.before is not None
        wordings = sum(read.rule.id == first.before.rule.id for read in self.corpus.rules)
        day = f", date: {self.comparison.day(first)}" if wordings > 1 else ""
        return f"{{faits: {flow(raw)}, verdict: {seen[0]}" + (f", autre_lecture: {seen[1]}" if other else "") + day + "}"


def _smallest(raw: Raw, enough: Callable[[Raw], bool]) -> Raw:
    """Take away, one by one, what the example can do without."""
    shorter = True
    while shorter:
        shorter = False
        for smaller in _without_one(raw):
            if enough(smaller):
                raw, shorter = smaller, True
                break
    return raw


def _without_one(raw: Any) -> Iterator[Any]:
    if isinstance(raw, dict):
        if "elements" in raw:
            yield raw["elements"]
        for key in [key for key in raw if key not in ("id", "elements", "complet")]:
            yield {other: value for other, value in raw.items() if other != key}
        for key, value in raw.items():
            if key != "id" and not (key == "oui" and value == []):
                yield from ({**raw, key: smaller} for smaller in _without_one(value))
    elif isinstance(raw, list):
        for n, value in enumerate(raw):
            yield raw[:n] + raw[n + 1 :]
            yield from ([*raw[:n], smaller, *raw[n + 1 :]] for smaller in _without_one(value))


def flow(raw: Any) -> str:
    """The facts of an example, on one line of YAML."""
    if isinstance(raw, dict):
        return "{" + ", ".join(f"{key}: {flow(value)}" for key, value in raw.items()) + "}"
    if isinstance(raw, list):
        return "[" + ", ".join(flow(value) for value in raw) + "]"
    return str(raw)

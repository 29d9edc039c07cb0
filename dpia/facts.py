"""Answers → facts: whether a question arises, what a derived fact is, which elements a list has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dpia.answers import Answer
from dpia.coherence import TODAY
from dpia.corpus import Corpus
from dpia.trace import Reading, Ref, Scope
from dpia.values import ABSENT, UNKNOWN, Item, Value


class AnsweredFacts:
    """The facts of one dossier on one day. Lazy: each fact is worked out once, when first named.

    `given` sets facts as they are, derived ones included (worked examples, what-if); the rest follows from the answers.
    """

    def __init__(self, corpus: Corpus, answers: Mapping[str, Answer], on: date, given: Mapping[str, Value] | None = None) -> None:
        self.corpus, self.answers, self.on, self.given = corpus, answers, on, given or {}
        self._read: dict[tuple[Ref, str, str], Reading] = {}

    def read(self, ref: Ref, scope: Scope) -> Reading:
        """Say what `ref` is; a field is read on the scope's current element of its list."""
        item = scope[ref.liste] if ref.liste else None
        # A phantom has an empty key, and its cells depend on nothing else than the list.
        key = (ref, item.key if item else "", "?" if item and item.phantom else "")
        if key not in self._read:
            self._read[key] = self._work_out(ref, item, scope)
        return self._read[key]

    def _work_out(self, ref: Ref, item: Item | None, scope: Scope) -> Reading:
        path = ref.name if item is None else f"{ref.liste}[{item.key}].{ref.name}"
        if item is None and ref.name == TODAY:
            return Reading(path, self.on)
        if item is None and ref.name in self.given:
            return Reading(path, self.given[ref.name])
        own: Scope = {ref.liste: item} if item is not None and ref.liste else {}
        fact = self.corpus.derived.get(ref)
        if fact is not None and not (item and ref.name in item.cells):
            trace = self.corpus.conditions[ref].judge(self, own)
            return Reading(path, trace.value, trace, derived=True)
        condition = self.corpus.conditions.get(ref) if fact is None else None
        if condition is not None and not (item is not None and self.given and ref.name in item.cells):
            trace = condition.judge(self, own)
            if trace.value is False or trace.value is ABSENT:
                return Reading(path, ABSENT)
            if trace.value is UNKNOWN:
                return Reading(path, UNKNOWN, trace)
        if item is None:
            answer = self.answers.get(ref.name)
            return Reading(path, answer.value if answer else UNKNOWN)
        if item.phantom:
            return Reading(str(ref.liste), UNKNOWN)
        return Reading(path, item.cells.get(ref.name, UNKNOWN))

    def value(self, name: str) -> Value:
        """Give a general fact by its name. Raises KeyError for a name that no file defines."""
        self.corpus.names[name]
        return self.read(Ref(name), {}).value

    def cell(self, liste: str, item: Item, field: str) -> Value:
        """Give a field, or a derived fact, of an element. Raises KeyError for a name that no file defines."""
        self.corpus.names[liste].fields[field]
        return self.read(Ref(field, liste), {liste: item}).value

    def arises(self, name: str) -> bool:
        """Tell whether a general question can be asked now."""
        return self._askable(Ref(name), {})

    def cell_arises(self, liste: str, item: Item, field: str) -> bool:
        """Tell whether a field can be asked now for an element."""
        return self._askable(Ref(field, liste), {liste: item})

    def _askable(self, ref: Ref, scope: Scope) -> bool:
        condition = self.corpus.conditions.get(ref)
        return condition is None or condition.judge(self, scope).value is True

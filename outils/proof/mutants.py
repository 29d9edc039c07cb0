"""Every mutant of the base: one rule, reading or derived fact with one thing changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import get_args

import msgspec

from dpia.coherence import ReadRule
from dpia.corpus import Corpus
from dpia.model import DerivedFact, Lecture, Rule, Severity, Window
from dpia.trace import Condition, Ref
from proof.changes import Changed, changes
from proof.wording import words

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed rule (`read`) or a changed derived fact (`ref` and its `condition`). `what`: the kind of change; `text`: its result in words."""

    owner: str
    file: str
    line: int
    where: str
    what: str
    text: str
    before: ReadRule | None = None
    read: ReadRule | None = None
    ref: Ref | None = None
    condition: Condition | None = None


def mutants(corpus: Corpus, lines: Mapping[tuple[str, str, str], int]) -> Iterator[Mutant]:
    """Every mutant, rule by rule then fact by fact. `lines`: where a key of a block is, by file, block and key."""
    for read in corpus.rules:
        yield from _of_rule(corpus, read, lines)
    for ref, fact in corpus.derived.items():
        yield from _of_fact(corpus, ref, fact, lines)


def _of_rule(corpus: Corpus, read: ReadRule, lines: Mapping[tuple[str, str, str], int]) -> Iterator[Mutant]:
    rule, scope = read.rule, (read.rule.pour_chaque,) if read.rule.pour_chaque else ()

    def made(where: str, what: str, text: str, changed: ReadRule) -> Mutant:
        line = lines.get((read.file, rule.id, where.partition(" ")[0]), rule.ligne)
        return Mutant(rule.id, read.file, line, where, what, text, read, changed)

    for where, condition in (("quand", read.quand), ("satisfait_si", read.satisfait)):
        own = [lecture for lecture, *_ in read.lectures if getattr(lecture, where) is None]
        if condition is not None and (own or not read.lectures):  # else every reading has its own words
            for text, change in _changes(corpus, condition, scope):
                yield made(where, change.what, text, _with(read, where, change.condition))
    if read.inconnu is not None:
        yield made("inconnu_si", "condition retirée", "", replace(read, inconnu=None))
        for text, change in _changes(corpus, read.inconnu, scope):
            yield made("inconnu_si", change.what, text, replace(read, inconnu=change.condition))
    if read.regularise is not None:
        yield made("regularise_si", "condition retirée", "", replace(read, regularise=None))
        for text, change in _changes(corpus, read.regularise, scope):
            yield made("regularise_si", change.what, text, replace(read, regularise=change.condition))
    for n, (lecture, *parts) in enumerate(read.lectures[:2]):
        for key, condition in zip(("quand", "satisfait_si"), parts, strict=True):
            if getattr(lecture, key) is not None and condition is not None:
                for text, change in _changes(corpus, condition, scope):
                    pair = (change.condition, parts[1]) if key == "quand" else (parts[0], change.condition)
                    lectures = (*read.lectures[:n], (lecture, *pair), *read.lectures[n + 1 :])
                    yield made(f"lectures « {lecture.nom} », {key}", change.what, text, replace(read, lectures=lectures))
    for severity in get_args(Severity):
        if severity != rule.gravite:
            yield made("gravite", "gravité", severity, _rule(read, gravite=severity))
    if rule.plafond:
        yield made("plafond", "plafond retiré", "", _rule(read, plafond=None))
    if rule.certitude == "a_confirmer":
        yield made("certitude", "certitude levée", "etablie", _rule(read, certitude="etablie"))
    for n, window in enumerate(rule.windows):
        for text, moved in _moved(window):
            yield made("en_vigueur", "fenêtre décalée", text, _rule(read, en_vigueur=(*rule.windows[:n], moved, *rule.windows[n + 1 :])))


def _of_fact(corpus: Corpus, ref: Ref, fact: DerivedFact, lines: Mapping[tuple[str, str, str], int]) -> Iterator[Mutant]:
    file = next((file for file, block, _ in lines if block == fact.id), "law/faits.yaml")
    line = lines.get((file, fact.id, "vrai_si"), fact.ligne)
    for text, change in _changes(corpus, corpus.conditions[ref], (fact.liste,) if fact.liste else ()):
        yield Mutant(fact.id, file, line, "vrai_si", change.what, text, ref=ref, condition=change.condition)


def _changes(corpus: Corpus, condition: Condition, scope: tuple[str, ...]) -> Iterator[tuple[str, Changed]]:
    seen = {words(condition, corpus.names, scope)}
    for change in changes(condition, corpus.names):
        text = words(change.condition, corpus.names, scope)
        if text not in seen:
            seen.add(text)
            yield text, change


def _with(read: ReadRule, where: str, condition: Condition) -> ReadRule:
    """The rule with its `quand` or `satisfait_si` changed, and every reading that takes it from the rule."""

    def pair(lecture: Lecture, quand: Condition, satisfait: Condition | None) -> tuple[Lecture, Condition, Condition | None]:
        if getattr(lecture, where) is not None:
            return lecture, quand, satisfait
        return (lecture, condition, satisfait) if where == "quand" else (lecture, quand, condition)

    lectures = tuple(pair(*parts) for parts in read.lectures)
    return replace(read, quand=condition, lectures=lectures) if where == "quand" else replace(read, satisfait=condition, lectures=lectures)


def _rule(read: ReadRule, **changed: object) -> ReadRule:
    rule: Rule = msgspec.structs.replace(read.rule, **changed)
    return replace(read, rule=rule)


def _moved(window: Window) -> Iterator[tuple[str, Window]]:
    for step in (-DAY, DAY):
        yield f"du {window.du + step}", Window(du=window.du + step, au=window.au)
        if window.au is not None:
            yield f"au {window.au + step}", Window(du=window.du, au=window.au + step)

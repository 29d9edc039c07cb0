"""Facts and measures → risks, initial and residual, each level on the CNIL's scale (1 to 4) with its reason.

The residual level replays the same scale with the planned measures done: no measure is counted, each changes a fact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from dpia.answers import Answer, read_value
from dpia.coherence import CorpusError
from dpia.corpus import Corpus
from dpia.facts import AnsweredFacts
from dpia.grammar import ConditionError, read_condition
from dpia.trace import Condition, Trace
from dpia.values import ABSENT, UNKNOWN, Choices, Items, Truth

SCALE = {1: "Négligeable", 2: "Limitée", 3: "Importante", 4: "Maximale"}
SUPPOSED = "À vérifier ; compté, par prudence, comme si ce point était établi :"
HIGH = 3  # from this level on, severity and likelihood together make a high risk


@dataclass(frozen=True, slots=True)
class Level:
    """A level (1 to 4) and why; `provisional`: an answer is missing, the prudent level was taken. `because`: what established it."""

    value: int
    reason: str
    provisional: bool = False
    missing: tuple[str, ...] = ()
    because: Trace | None = None

    @property
    def word(self) -> str:
        """The CNIL's word."""
        return SCALE[self.value]


@dataclass(frozen=True, slots=True)
class Measure:
    """A barrier: in place (True), not in place (False), not known or not concerned (a state)."""

    id: str
    state: Truth
    libelle: str
    a_faire: str
    qui: str
    trace: Trace  # how its condition was judged
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk for the persons filmed."""

    id: str
    nom: str
    nature: Literal["evenement", "conception"]
    impacts: tuple[str, ...]
    menaces: tuple[str, ...]
    sources: tuple[str, ...]
    severity: Level
    likelihood: Level
    residual_severity: Level
    residual_likelihood: Level
    measures: tuple[Measure, ...]

    @property
    def high_after(self) -> bool:
        """Tell whether the residual risk is high: the CNIL is then consulted first."""
        return self.residual_severity.value >= HIGH and self.residual_likelihood.value >= HIGH


def evaluate(corpus: Corpus, facts: AnsweredFacts, tables: Sequence[Mapping[str, Any]] | None = None) -> tuple[Risk, ...]:
    """Rate the risks of a table (by default, those of fixed cameras) on the facts, then with the planned measures done."""
    tables = corpus.data.get("risques") or () if tables is None else tables
    tables = [table for table in tables if "si" not in table or _arises(corpus, table["si"], facts, table["id"])]
    done = _with_measures(corpus, facts, tables)
    return tuple(_risk(corpus, table, facts, done) for table in tables)


@cache
def _read(corpus: Corpus, text: str, place: str) -> Condition:
    try:
        return read_condition(text, corpus.names)
    except ConditionError as error:
        raise CorpusError(f"law/risques.yaml, {place} : {error}") from error


def _risk(corpus: Corpus, table: Mapping[str, Any], before: AnsweredFacts, after: AnsweredFacts) -> Risk:
    def level(scale: str, facts: AnsweredFacts) -> Level:
        return _level(corpus, table[scale], facts, f"{table['id']}, {scale}")

    return Risk(
        table["id"], table["nom"], table["nature"], tuple(table["impacts"]), tuple(table["menaces"]), tuple(table["sources"]),
        level("gravite", before), level("vraisemblance", before), level("gravite", after), level("vraisemblance", after),
        tuple(_measure(corpus, raw, before) for raw in table["mesures"]),
    )  # fmt: skip


def _level(corpus: Corpus, ladder: list[Mapping[str, Any]], facts: AnsweredFacts, place: str) -> Level:
    for step in ladder:
        if "si" not in step:
            return Level(step["niveau"], step["raison"])
        trace = _read(corpus, step["si"], place).judge(facts, {})
        if trace.value is True:
            return Level(step["niveau"], step["raison"], because=trace)
        if trace.value is UNKNOWN:
            return Level(step["niveau"], f"{SUPPOSED} {step['raison']}", True, trace.missing())
    raise CorpusError(f"law/risques.yaml, {place} : le dernier palier n'a pas de « si ».")


def _arises(corpus: Corpus, text: str, facts: AnsweredFacts, place: str) -> bool:
    """Tell whether a risk or a measure concerns the commune: it does until an answer says otherwise."""
    return _read(corpus, text, place).judge(facts, {}).value in (True, UNKNOWN)


def _measure(corpus: Corpus, raw: Mapping[str, Any], facts: AnsweredFacts) -> Measure:
    trace = _read(corpus, raw["si"], raw["id"]).judge(facts, {})
    concerns = "quand" not in raw or _arises(corpus, raw["quand"], facts, raw["id"])
    return Measure(
        raw["id"],
        trace.value if concerns else ABSENT,
        raw["libelle"],
        raw["a_faire"],
        raw["qui"],
        trace,
        trace.missing() if concerns and trace.value is UNKNOWN else (),
    )


def _with_measures(corpus: Corpus, facts: AnsweredFacts, tables: Sequence[Mapping[str, Any]]) -> AnsweredFacts:
    """The facts once every measure that is missing or unsure is in place."""
    answers = dict(facts.answers)
    for raw in (raw for table in tables for raw in table["mesures"]):
        if _measure(corpus, raw, facts).state in (False, UNKNOWN):
            for path, target in (raw.get("pose") or {}).items():
                _put(corpus, answers, path, target, raw["id"])
    return AnsweredFacts(corpus, answers, facts.on)


def _put(corpus: Corpus, answers: dict[str, Answer], path: str, target: Any, place: str) -> None:
    name, _, field = path.partition(".")
    question = corpus.question(path if not field else f"{name}[*].{field}")
    if question is None:
        raise CorpusError(f"law/risques.yaml, {place} : « {path} » n'est pas une question.")
    before = answers.get(name, Answer(UNKNOWN))
    if field:
        if isinstance(before.value, Items):
            elements = tuple(
                replace(item, cells={**item.cells, field: _after(question, item.cells.get(field), target)})
                for item in before.value.elements
            )
            answers[name] = replace(before, value=replace(before.value, elements=elements))
        return
    answers[name] = replace(before, value=_after(question, before.value, target))


def _after(question: Any, old: Any, target: Any) -> Any:
    new = read_value(question, target)
    if isinstance(new, Choices) and isinstance(old, Choices):
        return Choices((old.oui | new.oui) - new.non, (old.non | new.non) - new.oui)
    return new

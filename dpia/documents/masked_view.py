"""What an assessment prints of the protections of a system when anyone may read it: that they were examined, never which ones are there.

Findings and measures that rest on a protection keep their verdict, their number and their place; their words become general.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from msgspec.structs import replace as replace_block

from dpia.coherence import ReadRule
from dpia.condition import Contains
from dpia.corpus import Corpus
from dpia.documents.view import View
from dpia.grammar import read_condition
from dpia.model import Rule, Source
from dpia.reasoning import WORST_FIRST, Finding
from dpia.risks import Level, Measure, Risk
from dpia.trace import Ref, Trace
from dpia.values import ABSENT, Choices, Value

WHOLE = "tout"  # in law/communication.yaml: every option of the question
MASKED = "masquée"  # the id of a rule or a measure whose words are general
ELSEWHERE = "voir la version complète"


@dataclass(frozen=True)
class Hidden:
    """The answers about protections: "question" or "liste.champ" → its hidden options, or WHOLE."""

    answers: Mapping[str, frozenset[str]]

    def covers(self, path: str, option: str = "") -> bool:
        """Tell whether an answer is hidden: one option of it, or (without `option`) the whole."""
        root, bracket, rest = path.partition("[")
        found = self.answers.get(f"{root}.{rest.rpartition('.')[2]}" if bracket else path, frozenset())
        return WHOLE in found or option in found

    def touches(self, corpus: Corpus, condition: object) -> bool:
        """Tell whether a condition looks at a hidden answer, derived facts opened."""
        return any(self._hides(ref, option) for ref, option in _looked_at(corpus, condition, frozenset()))

    def _hides(self, ref: Ref, option: str) -> bool:
        found = self.answers.get(f"{ref.liste}.{ref.name}" if ref.liste else ref.name, frozenset())
        return WHOLE in found or (option in found if option else False)


def _looked_at(corpus: Corpus, condition: object, seen: frozenset[Ref]) -> Iterator[tuple[Ref, str]]:
    """Every answer that a condition names, with the option it seeks."""
    if isinstance(condition, Contains) and not condition.other:
        yield condition.ref, condition.option
    elif isinstance(condition, Contains):
        yield from ((ref, option) for ref in (condition.ref, condition.other) if ref for option in condition.options)
    elif isinstance(condition, Ref):
        yield condition, ""
        if condition in corpus.derived and condition not in seen:
            yield from _looked_at(corpus, corpus.conditions[condition], seen | {condition})
    elif isinstance(condition, tuple):
        for part in condition:
            yield from _looked_at(corpus, part, seen)
    elif is_dataclass(condition):
        for field in fields(condition):
            yield from _looked_at(corpus, getattr(condition, field.name), seen)


@dataclass(frozen=True)
class MaskedView(View):
    """A view whose answers are masked already, and which says nothing of the hidden ones."""

    hidden: Hidden = Hidden({})
    word: str = ""

    def hides(self, path: str, option: str = "") -> bool:
        """Tell whether an answer is hidden."""
        return self.hidden.covers(path, option)

    def _words(self, value: Value, path: str) -> str:
        if self.hidden.covers(path):  # even when it does not arise: what makes it arise may be hidden too
            return self.word
        if isinstance(value, Choices) and (hidden := self._hidden_options(path)):
            question = self.corpus.question(path)
            shown = frozenset(question.options if question else ()) - hidden
            told = [super().choices(Choices(value.oui & shown, value.non | hidden), path)] if shown else []
            return ". ".join([*told, self.word])
        return super()._words(value, path)

    def _hidden_options(self, path: str) -> frozenset[str]:
        question = self.corpus.question(path)
        return frozenset(option for option in question.options if self.hidden.covers(path, option)) if question else frozenset()

    def note(self, name: str) -> str:
        """What the person added; nothing beside a hidden answer."""
        return "" if self.hidden.covers(name) else super().note(name)

    def ticked(self, name: str) -> list[str]:
        """The labels of the ticked options that may be said."""
        hidden = {self.corpus.questions[name].options[option] for option in self._hidden_options(name)}
        return [label for label in super().ticked(name) if label not in hidden]

    def state(self, name: str, option: str) -> str:
        """An option in one word, or that it is masked."""
        return self.word if self.hidden.covers(name, option) and self.value(name) is not ABSENT else super().state(name, option)

    def elements_with(self, liste: str, field: str, option: str) -> str:
        """Name the elements of a list that have an option that may be said."""
        return self.word if self.hidden.covers(f"{liste}[].{field}", option) else super().elements_with(liste, field, option)


def mask_findings(
    corpus: Corpus, hidden: Hidden, words: Mapping[str, Any], source: Source, findings: Sequence[Finding]
) -> tuple[Finding, ...]:
    """Make general the findings that rest on a hidden answer.

    They come last among those of their verdict, all of one section and one gravity: neither their number nor their place names them.
    """
    resting = {id(rule) for rule in resting_rules(corpus, hidden)}
    shown = [_general(finding, words, source) if id(finding.rule) in resting else finding for finding in findings]
    return tuple(sorted(shown, key=lambda finding: (WORST_FIRST.index(finding.verdict), finding.rule.id == MASKED)))


def resting_rules(corpus: Corpus, hidden: Hidden) -> list[Rule]:
    """The rules that rest on a hidden answer. None is a prohibition or a blocking obligation: those are always said (tested)."""
    return [read.rule for read in corpus.rules if _rests(corpus, hidden, read)]


def _rests(corpus: Corpus, hidden: Hidden, read: ReadRule) -> bool:
    conditions = [read.quand, read.satisfait, read.inconnu, read.regularise, *(part for lecture in read.lectures for part in lecture[1:])]
    return any(hidden.touches(corpus, condition) for condition in conditions if condition is not None)


def _general(finding: Finding, words: Mapping[str, Any], source: Source) -> Finding:
    rule = finding.rule
    general = replace_block(
        rule, id=MASKED, titre=words["titre"], obligation=words["obligation"], a_faire=words["a_faire"], qui="maire", preuve="", doute="",
        certitude="etablie", cadre_aipd="securite", gravite="majeure", avant_mise_en_service=False, lectures=(), a_produire=(), fondement=(source,), famille="", refs=(),
    )  # fmt: skip
    return Finding(general, finding.verdict)


def mask_risks(
    corpus: Corpus, hidden: Hidden, policy: Mapping[str, Any], risks: Sequence[Risk], tables: Sequence[Mapping[str, Any]]
) -> tuple[Risk, ...]:
    """Make general the measures and the reasons of levels that rest on a hidden answer; the levels stay."""
    by_id = {table["id"]: table for table in tables}

    def touched(text: str | None) -> bool:
        return text is not None and hidden.touches(corpus, read_condition(text, corpus.names))

    def level(found: Level, ladder: Sequence[Mapping[str, Any]]) -> Level:
        return (
            replace(found, reason=policy["cotation_securite"], because=None) if any(touched(step.get("si")) for step in ladder) else found
        )

    def measure(found: Measure, raw: Mapping[str, Any]) -> Measure:
        if not touched(raw["si"]) and not touched(raw.get("quand")):
            return found
        words = policy["mesure_securite"]
        return replace(
            found, id=MASKED, libelle=words["libelle"], a_faire=words["a_faire"], qui="maire", trace=Trace("", found.state), missing=()
        )

    return tuple(
        replace(
            risk,
            severity=level(risk.severity, by_id[risk.id]["gravite"]), residual_severity=level(risk.residual_severity, by_id[risk.id]["gravite"]),
            likelihood=level(risk.likelihood, by_id[risk.id]["vraisemblance"]),
            residual_likelihood=level(risk.residual_likelihood, by_id[risk.id]["vraisemblance"]),
            measures=tuple(measure(found, raw) for found, raw in zip(risk.measures, by_id[risk.id]["mesures"], strict=True)),
        )
        for risk in risks
    )  # fmt: skip

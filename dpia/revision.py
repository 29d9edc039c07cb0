"""What calls for a review of the assessment, or of the authorisation: the answers of a former dossier against those of today.

The triggers are data (law/revision.yaml); their sources are those of the rules that they name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import msgspec

from dpia.answers import Answer, in_words
from dpia.carrying import Origin, counted, dated, origin, unconfirmed
from dpia.corpus import Corpus
from dpia.dossier import Dossier
from dpia.facts import AnsweredFacts
from dpia.grammar import ConditionError, read_condition
from dpia.language import t
from dpia.model import Question, Source
from dpia.printing import READ, cite, wrap
from dpia.reasoning import Finding, assess
from dpia.shapes import convert
from dpia.trace import Condition
from dpia.values import ABSENT, UNKNOWN, Choices, Items, Value

FILE = "law/revision.yaml"
SHOWN = 6  # elements or points named in one trigger
COMPARED = ("ajout", "change", "hausse")


class Trigger(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One trigger: what it says, what to do, the rules whose sources found it, and what lights it (see law/revision.yaml)."""

    id: str
    dit: str
    a_faire: str
    regles: tuple[str, ...]
    ajout: tuple[str, ...] = ()
    change: tuple[str, ...] = ()
    hausse: tuple[str, ...] = ()
    devient: tuple[str, ...] = ()
    si: str = ""
    sauf: str = ""
    droit: bool = False
    ligne: int = 0


@dataclass(frozen=True, slots=True)
class Lit:
    """A trigger that is lit; `what`: the elements, boxes, numbers or rules that light it, in words, none for a condition."""

    trigger: Trigger
    what: tuple[str, ...]
    sources: tuple[Source, ...]

    @property
    def said(self) -> str:
        """What lights it, in one sentence."""
        more = t(" et {n} autres", n=len(self.what) - SHOWN) if self.what[SHOWN:] else ""
        return f"{t(self.trigger.dit)} : {' ; '.join(self.what[:SHOWN])}{more}." if self.what else f"{t(self.trigger.dit)}."

    @property
    def cited(self) -> str:
        """Its sources; one whose text was not read says so."""
        return " ; ".join(cite(source) + ("" if source.lu == "texte" else f" ({READ[source.lu]})") for source in self.sources)


@cache
def triggers(corpus: Corpus) -> tuple[Trigger, ...]:
    """The triggers of the base. Raises CorpusError."""
    return tuple(convert(FILE, raw, Trigger) for raw in corpus.data.get("revision") or ())


@cache
def _condition(corpus: Corpus, text: str) -> Condition:
    return read_condition(text, corpus.names)


def check_revision(corpus: Corpus) -> Iterator[str]:
    """Yield what does not hold of the triggers: paths and rules that do not exist, conditions that cannot be read, nothing that lights one."""
    rules = {read.rule.id for read in corpus.rules}
    for trigger in triggers(corpus):
        place = f"{FILE}, ligne {trigger.ligne}, {trigger.id}"
        yield from (f"{place} : « {name} » n'est pas une règle." for name in trigger.regles if name not in rules)
        if not trigger.regles or not (trigger.droit or any(getattr(trigger, key) for key in (*COMPARED, "devient", "si"))):
            yield f"{place} : il faut des « regles », et de quoi s'allumer."
        for key in COMPARED:
            for path in getattr(trigger, key):
                asked = _asked(corpus, path)
                fits = asked is not None and asked.type in {"ajout": ("choix_multiple", "liste"), "hausse": ("nombre",)}.get(
                    key, (asked.type,)
                )
                if not fits:
                    yield f"{place}, {key} : « {path} » n'est pas une question, ou n'est pas du type qu'il faut."
        for text in filter(None, (*trigger.devient, trigger.si, trigger.sauf)):
            try:
                _condition(corpus, text)
            except ConditionError as error:
                yield f"{place} : {error}"


def _asked(corpus: Corpus, path: str) -> Question | None:
    name, _, field = path.partition(".")
    question = corpus.questions.get(name)
    return next((champ for champ in question.champs if champ.id == field), None) if question and field else question


def lit(former: Mapping[str, Answer], facts: AnsweredFacts, findings: Iterable[Finding], since: date | None) -> tuple[Lit, ...]:
    """Give the triggers that are lit; `since`: the day of the former answers, from which the law is compared."""
    corpus = facts.corpus
    before = AnsweredFacts(corpus, former, facts.on)
    wordings = {read.rule.id: read.rule for read in corpus.in_force(facts.on)}
    found = []
    for trigger in triggers(corpus):
        what = list(dict.fromkeys(_differences(trigger, before, facts)))
        if trigger.droit and since:
            what += _law(corpus, findings, since, facts.on)
        if what or _turned(trigger, before, facts):
            sources = (source for name in trigger.regles if name in wordings for source in wordings[name].fondement)
            found.append(Lit(trigger, tuple(what), tuple({cite(source): source for source in sources}.values())))
    return tuple(found)


def _turned(trigger: Trigger, before: AnsweredFacts, facts: AnsweredFacts) -> bool:
    if trigger.si and _holds(facts, trigger.si):
        return not (trigger.sauf and _holds(facts, trigger.sauf))
    return any(_holds(facts, text) and _was_not(before, text) for text in trigger.devient)


def _holds(facts: AnsweredFacts, text: str) -> bool:
    return _condition(facts.corpus, text).judge(facts, {}).value is True


def _was_not(before: AnsweredFacts, text: str) -> bool:
    """Tell whether the former answers say or leave open that a condition did not hold; a question that was never asked says nothing."""
    trace = _condition(before.corpus, text).judge(before, {})
    never_asked = {path.partition("[")[0] for path in trace.missing()} - set(before.answers)
    return trace.value is not True and not (trace.value is UNKNOWN and never_asked)


def _law(corpus: Corpus, findings: Iterable[Finding], since: date, on: date) -> list[str]:
    """The points of law that changed and concern the commune; where the base begins, nobody wrote what was before."""
    from dpia.law_changes import changes  # words of the rules: a tenth of the start-up

    concerned = {finding.rule.id for finding in findings if finding.verdict != "sans_objet"}
    found = (
        change
        for change in changes(corpus, since, on)
        if change.rule.id in concerned and (change.kind, change.day) != ("entree", corpus.since)
    )
    return [f"{change.rule.titre} ({change.day:%d/%m/%Y})" for change in found]


# -- answers compared


def _differences(trigger: Trigger, before: AnsweredFacts, facts: AnsweredFacts) -> Iterator[str]:
    for kind in COMPARED:
        for path in getattr(trigger, kind):
            name, _, field = path.partition(".")
            asked = _asked(facts.corpus, path)
            if asked is None or (name not in before.answers and before.value(name) is not ABSENT):
                continue  # a question that was never asked says nothing of what changed
            if kind == "ajout":
                yield from _added(asked, name, field, before, facts)
                continue
            for label, old, new in _pairs(name, field, before, facts):
                if kind == "hausse" and _number(old) and _number(new) and new > old:  # type: ignore[operator]  # both are numbers
                    yield f"{label}{in_words(asked, old)} → {in_words(asked, new)}"
                if kind == "change" and old != new and UNKNOWN not in (old, new) and ABSENT not in (old, new):
                    yield label.rstrip(" :") if field else f"{in_words(asked, old)} → {in_words(asked, new)}"


def _number(value: Value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _added(asked: Question, name: str, field: str, before: AnsweredFacts, facts: AnsweredFacts) -> Iterator[str]:
    if asked.type == "liste":
        known = {item.key for item in _items(before, name)}
        yield from (item.key for item in _items(facts, name) if item.key not in known)
        return
    old, new = (_ticked(side, name, field) for side in (before, facts))
    yield from (label for option, label in asked.options.items() if option in new - old)


def _ticked(facts: AnsweredFacts, name: str, field: str) -> frozenset[str]:
    values = [facts.cell(name, item, field) for item in _items(facts, name)] if field else [facts.value(name)]
    return frozenset().union(*(value.oui for value in values if isinstance(value, Choices)))


def _items(facts: AnsweredFacts, name: str) -> tuple[Any, ...]:
    value = facts.value(name)
    return value.elements if isinstance(value, Items) else ()


def _pairs(name: str, field: str, before: AnsweredFacts, facts: AnsweredFacts) -> Iterator[tuple[str, Value, Value]]:
    """What a path was and is: for a field, for each element that both sides have."""
    if not field:
        yield "", before.value(name), facts.value(name)
        return
    known = {item.key: item for item in _items(before, name)}
    for item in _items(facts, name):
        if item.key in known:
            yield f"{item.key} : ", before.cell(name, known[item.key], field), facts.cell(name, item, field)


# -- in words


def of_dossier(dossier: Dossier, facts: AnsweredFacts, findings: Iterable[Finding] | None = None) -> tuple[Origin | None, tuple[Lit, ...]]:
    """Where a dossier comes from, and what calls for a review since; nothing for one that was not taken over. Raises DossierError."""
    source = origin(dossier.folder, facts.corpus)
    if source is None:
        return None, ()
    return source, lit(source.answers, facts, assess(facts.corpus, facts) if findings is None else findings, source.since)


def paragraphs(found: tuple[Lit, ...]) -> list[str]:
    """What calls for a review, one paragraph each: what, what to do, the source."""
    return [f"• {entry.said} {t('À faire :')} {t(entry.trigger.a_faire)} ({entry.cited})" for entry in found]


def as_text(found: tuple[Lit, ...]) -> list[str]:
    """The section « À revoir » for a terminal; no line when nothing calls for a review."""
    lines = [t("À REVOIR DEPUIS L'ANCIEN DOSSIER ({n})", n=len(found)), ""] if found else []
    for entry in found:
        lines += [
            wrap(f"• {entry.said}", "      ", "  "),
            wrap(f"{t('À faire :')} {t(entry.trigger.a_faire)}", "      "),
            wrap(entry.cited, "      "),
            "",
        ]
    return lines


def section(dossier: Dossier, facts: AnsweredFacts, findings: Iterable[Finding]) -> str:
    """What « verifier » adds for a dossier that was taken over: what calls for a review, how many answers are to be confirmed."""
    source, found = of_dossier(dossier, facts, findings)
    unsure = unconfirmed(facts)
    lines = as_text(found) + ([wrap(counted(unsure, facts.answers), "  ", "")] if unsure else [])
    if source and not found:
        lines = [t("Rien à revoir depuis l'ancien dossier."), *lines]
    return "\n".join(lines).rstrip()


def as_dict(found: tuple[Lit, ...]) -> list[dict[str, Any]]:
    """The triggers that are lit, for other tools."""
    return [
        {
            "declencheur": entry.trigger.id, "dit": entry.trigger.dit, "quoi": list(entry.what), "a_faire": entry.trigger.a_faire,
            "fondement": [{"texte": s.texte, "article": s.article, "lu": s.lu, "url": s.url or None} for s in entry.sources],
        }
        for entry in found
    ]  # fmt: skip


def more(dossier: Dossier, facts: AnsweredFacts, findings: Iterable[Finding]) -> dict[str, Any]:
    """What the JSON of « verifier » adds for a dossier that was taken over."""
    source, found = of_dossier(dossier, facts, findings)
    if source is None:
        return {}
    return {
        "reprise": {"de": source.folder, "le": source.on, "a_confirmer": [q.id for q in unconfirmed(facts)], "a_revoir": as_dict(found)}
    }


def between(former: Dossier, facts: AnsweredFacts, on: date, findings: Iterable[Finding]) -> tuple[Lit, ...]:
    """What calls for a review between two dossiers: the law since `on` when it is another day, else since the last former answer."""
    since = on if on < facts.on else dated(former.answers)
    return lit(former.answers, facts, findings, since)

"""What can be proved of the corpus without a dossier: worked examples pass, every question serves, every rule can turn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dpia.answers import AnswerError, read_value
from dpia.coherence import ReadRule
from dpia.corpus import Corpus
from dpia.facts import AnsweredFacts
from dpia.model import Example, Question
from dpia.reasoning import judge_rule
from dpia.trace import references
from dpia.values import ABSENT, Value

VERDICTS_NEEDED = "un écart (ou interdit), un à vérifier, et un conforme (ou sans objet)"


def given_facts(corpus: Corpus, raw: dict[str, Any]) -> dict[str, Value]:
    """Type the facts of a worked example. Raises AnswerError naming the fact."""
    facts: dict[str, Value] = {}
    for name, value in raw.items():
        if name not in corpus.names or name == "ligne":
            raise AnswerError(f"« {name} » n'est ni une question ni un fait")
        known = corpus.names[name]
        question = corpus.questions.get(name) or Question(id=name, type=known.kind, libelle=name)
        if question.type == "liste":
            question = _with_derived(corpus, question)
        try:
            facts[name] = ABSENT if value == "absente" else read_value(question, value)
        except AnswerError as error:
            raise AnswerError(f"« {name} » : {error}") from error
    return facts


def _with_derived(corpus: Corpus, question: Question) -> Question:
    """Let an example set the derived facts of an element as if they were fields."""
    derived = [
        Question(id=ref.name, type="oui_non", libelle=fact.libelle) for ref, fact in corpus.derived.items() if ref.liste == question.id
    ]
    return Question(id=question.id, type="liste", libelle=question.libelle, champs=(*question.champs, *derived))


def run_example(corpus: Corpus, read: ReadRule, example: Example) -> str:
    """Run one worked example; give "" or what is wrong."""
    try:
        given = given_facts(corpus, example.faits)
    except AnswerError as error:
        return str(error)
    on = example.date or max(window.du for window in read.rule.windows)
    facts = AnsweredFacts(corpus, {}, example.date or max(on, corpus_day(corpus)), given)
    finding = judge_rule(corpus, facts, read)
    if finding.verdict == example.verdict:
        return ""
    missing = f" (manque : {', '.join(finding.manque)})" if finding.manque else ""
    return f"attendu {example.verdict}, obtenu {finding.verdict}{missing} pour {example.faits}"


def corpus_day(corpus: Corpus) -> Any:
    """The day of the corpus version, as a date."""
    from datetime import date

    return date.fromisoformat(corpus.version)


def check(corpus: Corpus) -> Iterator[str]:
    """Yield what does not hold, one sentence each; nothing when the corpus is sound."""
    for read in corpus.rules:
        place = f"{read.file}, ligne {read.rule.ligne}, {read.rule.id}"
        for n, example in enumerate(read.rule.exemples, 1):
            problem = run_example(corpus, read, example)
            if problem:
                yield f"{place}, exemple {n} : {problem}"
        seen = {example.verdict for example in read.rule.exemples}
        turns = seen & {"ecart", "interdit"} and seen & {"conforme", "sans_objet"}
        if "a_verifier" not in seen or not (turns or read.rule.plafond):
            yield f"{place} : il faut des exemples pour {VERDICTS_NEEDED}."
    yield from _unused(corpus)


def _unused(corpus: Corpus) -> Iterator[str]:
    used = {ref for condition in corpus.conditions.values() for ref in references(condition)}
    for read in corpus.rules:
        wordings = [c for _, quand, satisfait in read.lectures for c in (quand, satisfait)]
        for condition in (read.quand, read.satisfait, read.inconnu, read.regularise, *wordings):
            used |= set(references(condition))
    for contradiction in corpus.contradictions:
        used |= set(references(contradiction.si))
    named = {ref.name if ref.liste is None else f"{ref.liste}.{ref.name}" for ref in used}
    for theme in corpus.themes:
        for question in theme.questions:
            for path, asked in ((question.id, question), *((f"{question.id}.{c.id}", c) for c in question.champs)):
                place = f"{theme.fichier}, ligne {asked.ligne or question.ligne}, {path}"
                if path not in named and not asked.sert and asked.id != "id" and asked.type != "liste":
                    yield f"{place} : aucune règle ni aucun document ne s'en sert (ajoutez « sert: » ou retirez la question)."
                for role in asked.qui_sait:
                    if role not in corpus.roles:
                        yield f"{place} : « {role} » n'est pas dans interlocuteurs.yaml."
                if asked.type == "choix_multiple" and len(asked.options) > 9:
                    yield f"{place} : plus de neuf options."
                if asked.type in ("choix", "choix_multiple") and len(asked.options) < 2:
                    yield f"{place} : au moins deux options."

"""Overviews: one screen whose rows answer several questions at once, or say that they are to be asked.

An overview is a multiple choice like another; it is kept in the answers, so that a sitting cut short resumes after it. The rules never
read it: they read the questions that it answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from dpia.answers import AnswerError, read_value
from dpia.corpus import Corpus
from dpia.facts import AnsweredFacts
from dpia.model import Question, Told
from dpia.values import UNKNOWN, Choices, Items, Value

LEAST = 2  # rows: below, the question itself is asked


def check_overviews(corpus: Corpus) -> Iterator[str]:
    """Yield what does not hold: each row answers a question that exists, comes later, and takes that answer."""
    places = {name: n for n, name in enumerate(corpus.questions)}
    for question in (question for question in corpus.questions.values() if question.repond):
        place = f"question {question.id} (ligne {question.ligne})"
        if question.type != "choix_multiple" or set(question.repond) != set(question.options):
            yield f"{place} : « repond » va à un choix_multiple, et dit quelque chose de chaque option."
            continue
        for option, row in question.repond.items():
            name = _path(option, row).partition(".")[0]
            late = name in places and places[name] > places[question.id] and not corpus.questions[name].repond
            problem = _problem(corpus, _path(option, row), row) if late else f"« {name} » n'est pas une question posée plus tard."
            if problem:
                yield f"{place}, {option} : {problem}"
    for name, missing in _uncovered(corpus).items():
        yield f"question {name} : aucune vue d'ensemble ne demande {', '.join(missing)}, et plus rien ne le demandera."


def _uncovered(corpus: Corpus) -> dict[str, list[str]]:
    """The options of a multiple choice that overviews leave out, once they ask some of them: the question itself is then asked no more."""
    asked: dict[str, set[str]] = {}
    for question in corpus.questions.values():
        for option, row in question.repond.items():
            path = _path(option, row)
            if path.partition(".")[0] in corpus.questions and _is_option(corpus, path):
                asked.setdefault(path.partition(".")[0], set()).add(path.partition(".")[2])
    return {
        name: [option for option in corpus.questions[name].options if option not in told]
        for name, told in asked.items()
        if told < set(corpus.questions[name].options)
    }


def _problem(corpus: Corpus, path: str, row: Told) -> str:
    name, _, inner = path.partition(".")
    target = corpus.questions[name]
    if inner and target.type == "choix_multiple":
        return "" if inner in target.options and row.oui is row.non is None else f"« {path} » n'est pas une option, ou répond d'elle-même."
    champ = next((champ for champ in target.champs if champ.id == inner), None) if inner else target
    if champ is None:
        return f"« {path} » n'est ni un champ ni une option."
    try:
        for raw in (row.oui, row.non):
            if raw is not None:
                _read(champ, raw)
    except AnswerError as error:
        return f"{error}."
    return ""


def _path(option: str, told: Told) -> str:
    return told.cible or option


def _read(target: Question, raw: Any) -> Value:
    """Type an answer of the files; of a multiple choice, what is not ticked is ruled out."""
    value = read_value(target, raw)
    return Choices(value.oui, frozenset(target.options) - value.oui) if isinstance(value, Choices) else value


def rows(facts: AnsweredFacts, question: Question, again: bool = False) -> dict[str, str]:
    """The options to show: those whose question arises and is not answered yet; `again`: answered or not.

    An overview that speaks of the elements of a list waits until they are named.
    """
    paths = {option: _path(option, row) for option, row in question.repond.items()}
    lists = {path.partition(".")[0] for path in paths.values() if facts.corpus.questions[path.partition(".")[0]].type == "liste"}
    if any(facts.arises(name) and name not in facts.answers for name in lists):
        return {}
    return {option: label for option, label in question.options.items() if _open(facts, paths[option], again)}


def is_due(facts: AnsweredFacts, question: Question) -> bool:
    """Tell whether an overview has enough to ask: two rows, or one that no other question asks."""
    shown = rows(facts, question)
    return len(shown) >= LEAST or any(_is_option(facts.corpus, _path(option, question.repond[option])) for option in shown)


def _is_option(corpus: Corpus, path: str) -> bool:
    return "." in path and corpus.questions[path.partition(".")[0]].type == "choix_multiple"


def _open(facts: AnsweredFacts, path: str, again: bool) -> bool:
    name, _, inner = path.partition(".")
    if not facts.arises(name):
        return False
    answer = facts.answers.get(name)
    if _is_option(facts.corpus, path):
        return again or not (answer and isinstance(answer.value, Choices) and inner in answer.value.oui | answer.value.non)
    if inner:
        items = answer.value.elements if answer and isinstance(answer.value, Items) else ()
        return any((again or inner not in item.cells) and facts.cell_arises(name, item, inner) for item in items)
    return again or answer is None


def told(facts: AnsweredFacts, question: Question, value: Value) -> tuple[dict[str, Value], frozenset[str]]:
    """Say what an overview answers, and the paths of those that were answered before and are to be asked once more.

    A row that says what it said before changes nothing: the answer may have been made more precise since.
    """
    answers = facts.answers
    before = answers[question.id].value if question.id in answers else None
    changes: dict[str, Value] = {}
    again: set[str] = set()
    for option in rows(facts, question, again=question.id in answers):
        side = _side(value, option)
        if before is not None and _side(before, option) == side:
            continue
        row = question.repond[option]
        name, _, inner = _path(option, row).partition(".")
        target = facts.corpus.questions[name]
        current = changes.get(name, answers[name].value if name in answers else None)
        if inner and target.type == "choix_multiple":
            changes[name] = _with_option(current, inner, side)
            continue
        champ = next((champ for champ in target.champs if champ.id == inner), target)
        raw = "?" if side is None else row.oui if side else row.non
        if raw is None and (before is None or not _said(current, inner)):
            continue  # asked in its turn
        if raw is None:
            again.add(_path(option, row))
        answer = UNKNOWN if raw is None else _read(champ, raw)
        if inner and isinstance(current, Items):
            open_ = {
                item.key
                for item in current.elements
                if facts.cell_arises(name, item, inner) and (before is not None or inner not in item.cells)
            }
            filled = (replace(item, cells={**item.cells, inner: answer}) if item.key in open_ else item for item in current.elements)
            changes[name] = replace(current, elements=tuple(filled))
        else:
            changes[name] = answer
    return changes, frozenset(again)


def _side(value: Value, option: str) -> bool | None:
    """Whether the row holds; None: nobody knows."""
    if not isinstance(value, Choices):
        return None
    return True if option in value.oui else False if option in value.non else None


def _said(current: Value | None, inner: str) -> bool:
    if isinstance(current, Items):
        return any(inner in item.cells for item in current.elements)
    return current is not None


def _with_option(current: Value | None, option: str, side: bool | None) -> Value:
    chosen = current if isinstance(current, Choices) else Choices()
    oui, non = chosen.oui - {option}, chosen.non - {option}
    answer = Choices(oui | {option} if side is True else oui, non | {option} if side is False else non)
    return answer if answer.oui or answer.non else UNKNOWN

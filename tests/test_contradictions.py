"""Contradictions: each one has answers that raise it, a neighbour that does not, and never speaks of an answer nobody gave.

The answers are in tests/contradictions.yaml, for a lawyer to read:

    toujours: {…}                # answers of every case, unless the case says otherwise
    cas:
      - contradiction: …         # its id
        reponses: {…}            # as in reponses.yaml
        corrige: {…}             # what is changed in them so that the contradiction goes
        date: 2026-11-25         # facultative
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from dpia.answers import Answer, read_value
from dpia.corpus import Contradiction, Corpus, load
from dpia.facts import AnsweredFacts
from dpia.printing import raised
from dpia.trace import Ref, references
from dpia.values import ABSENT

DATA = Path(__file__).parent / "contradictions.yaml"
DAY = date(2026, 11, 25)


@dataclass(frozen=True)
class Case:
    """Answers that raise a contradiction, and what is changed so that it goes."""

    contradiction: str
    answers: Mapping[str, Any]
    corrected: Mapping[str, Any]
    on: date

    def __str__(self) -> str:
        return self.contradiction


@cache
def corpus() -> Corpus:
    return load()


@cache
def by_id() -> dict[str, Contradiction]:
    return {entry.id: entry for entry in corpus().contradictions}


def read_cases() -> list[Case]:
    raw = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    cases = []
    for block in raw["cas"]:
        extra = set(block) - {"contradiction", "reponses", "corrige", "date"}
        assert not extra, f"{block['contradiction']} : clé inconnue {', '.join(extra)}"
        cases.append(Case(block["contradiction"], {**raw["toujours"], **block["reponses"]}, block["corrige"], block.get("date", DAY)))
    return cases


CASES = read_cases()


def told(case: Case, answers: Mapping[str, Any], absent: str = "") -> bool:
    """Say whether the contradiction of the case is raised by these answers."""
    typed = {name: Answer(read_value(corpus().questions[name], value)) for name, value in answers.items()}
    facts = AnsweredFacts(corpus(), typed, case.on, {absent: ABSENT} if absent else None)
    return by_id()[case.contradiction] in raised(corpus(), facts)


def without(answers: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The same answers, one of them unknown: a question, or a column of a list ("cameras.site")."""
    question, _, column = name.partition(".")
    if not column:
        return {key: value for key, value in answers.items() if key != question}
    rows = [{key: value for key, value in row.items() if key != column} for row in answers[question]]
    return {**answers, question: rows}


def pairs() -> list[Any]:
    named = {entry.id: entry.reponses for entry in load().contradictions}
    return [pytest.param(case, name, id=f"{case}-{name}") for case in CASES for name in named.get(case.contradiction, ())]


def test_ids_are_unique_and_every_contradiction_has_its_case() -> None:
    ids = [entry.id for entry in corpus().contradictions]
    assert len(ids) == len(set(ids)), f"deux fois le même identifiant : {sorted({i for i in ids if ids.count(i) > 1})}"
    covered = {case.contradiction for case in CASES}
    assert not set(ids) - covered, f"à ajouter à {DATA.name} : {', '.join(sorted(set(ids) - covered))}"
    assert not covered - set(ids), f"contradictions inconnues : {', '.join(sorted(covered - set(ids)))}"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_answers_raise_it(case: Case) -> None:
    assert told(case, case.answers)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_corrected_answers_do_not(case: Case) -> None:
    assert not told(case, {**case.answers, **case.corrected})


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_correction_changes_one_of_the_two_answers(case: Case) -> None:
    """What the commune is told to look at is what settles it."""
    named = {name.partition(".")[0] for name in by_id()[case.contradiction].reponses}
    assert named & set(case.corrected), f"{case} : « corrige » change {', '.join(case.corrected)}, pas {', '.join(named)}"


@pytest.mark.parametrize(("case", "name"), pairs())
def test_an_unknown_answer_contradicts_nothing(case: Case, name: str) -> None:
    assert not told(case, without(case.answers, name))


@pytest.mark.parametrize(("case", "name"), pairs())
def test_a_question_that_does_not_arise_contradicts_nothing(case: Case, name: str) -> None:
    assert not told(case, case.answers, absent=name.partition(".")[0])


@pytest.mark.parametrize("entry", load().contradictions, ids=lambda entry: entry.id)
def test_the_two_answers_named_are_those_that_are_compared(entry: Contradiction) -> None:
    read = set(_opened(references(entry.si)))
    for name in entry.reponses:
        question, _, column = name.partition(".")
        wanted = Ref(column, question) if column else Ref(question)
        assert wanted in read, f"{entry.id} : « {name} » n'entre pas dans « {entry.si.text} »"


@pytest.mark.parametrize("entry", load().contradictions, ids=lambda entry: entry.id)
def test_it_names_two_answers_and_tells_both(entry: Contradiction) -> None:
    first, second = entry.reponses
    assert first != second
    assert entry.dit.endswith(".") and len(entry.dit) >= 60


def _opened(found: Any) -> Any:
    """Every fact named, derived facts opened down to the answers they rest on."""
    for ref in found:
        yield ref
        if ref in corpus().derived:
            yield from _opened(references(corpus().conditions[ref]))

"""The overviews that the questionnaires hold: fewer prompts, and the answers that the questions asked one by one would have got."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import pytest

from benchmarks.invites import play
from benchmarks.personnes import DAY, RARE, SMALL, TOWN, Person, town, village, without
from dpia.answers import Answer
from dpia.corpus import Corpus, load
from dpia.example import PROFILES
from dpia.facts import AnsweredFacts
from dpia.interview import Step
from dpia.reasoning import assess
from dpia.values import UNKNOWN, Items, Value


@cache
def corpus() -> Corpus:
    return load()


def played(person: Person) -> tuple[list[Step], int, AnsweredFacts]:
    """The steps met, the prompts they took, and what is known at the end."""
    playing = play(corpus(), person)
    steps: list[Step] = []
    prompts = 0
    while True:
        try:
            step, entries, _ = next(playing)
        except StopIteration as end:
            return steps, prompts, AnsweredFacts(corpus(), end.value, DAY)
        steps.append(step)
        prompts += entries


def counting(facts: AnsweredFacts) -> Mapping[str, Value]:
    """What counts of the answers: those of questions that arise, cell by cell; "?" where nobody answered."""
    found: dict[str, Value] = {}
    for question in facts.corpus.questions.values():
        if question.repond or not facts.arises(question.id):
            continue
        answer = facts.answers.get(question.id)
        value = answer.value if answer else UNKNOWN
        if not isinstance(value, Items):
            found[question.id] = value
            continue
        for item in value.elements:
            for champ in question.champs:
                if not champ.importe and facts.cell_arises(question.id, item, champ.id):
                    found[f"{question.id}[{item.key}].{champ.id}"] = item.cells.get(champ.id, UNKNOWN)
    return found


def known(profile: str) -> tuple[Mapping[str, Answer], AnsweredFacts]:
    answers = town(corpus(), profile)
    return answers, AnsweredFacts(corpus(), answers, DAY)


@pytest.mark.parametrize("profile", PROFILES)
def test_answering_through_the_overviews_records_the_same_answers_and_the_same_findings(profile: str) -> None:
    answers, facts = known(profile)
    steps, _, after = played(Person(answers, False))
    assert any(corpus().questions[step.question].repond for step in steps)
    assert counting(after) == counting(facts)
    verdicts = [{finding.rule.id: finding.verdict for finding in assess(corpus(), one)} for one in (facts, after)]
    assert verdicts[1] == verdicts[0]


def test_every_overview_is_met_in_a_worked_dossier_or_said_here() -> None:
    met = {step.question for profile in PROFILES for step in played(Person(known(profile)[0], False))[0]}
    views = {question.id for question in corpus().questions.values() if question.repond}
    assert views - met == {"vue_circulation", "vue_conseil", "vue_drone", "vue_videos"}


@pytest.mark.parametrize(
    ("most", "known"),
    [
        (60, lambda: village(corpus(), SMALL)),
        (140, lambda: without(town(corpus(), "ville-csu", "stationnement"), RARE) | village(corpus(), TOWN)),
    ],
    ids=["village", "town"],
)
def test_the_interview_stays_short(most: int, known: Callable[[], Mapping[str, Answer]]) -> None:
    """Prompts as the design counts them, the inventory imported."""
    assert played(Person(known(), True))[1] <= most

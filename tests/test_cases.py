"""The worked cases, one test per line of each: see tests/worked_cases.py. `python outils/noter_les_cas.py` prints the score."""

from __future__ import annotations

import pytest
from worked_cases import WEIGHTS, Case, Claim, bare, cases, failure

COUNTED = [claim for case in cases() if WEIGHTS[case.weight] for claim in case.claims]


@pytest.mark.parametrize("claim", COUNTED, ids=str)
def test_a_worked_case_gives_what_the_authority_found(claim: Claim) -> None:
    said = failure(claim)
    assert not said, said


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.folder.name)
def test_a_worked_case_judges_nothing_without_an_answer(case: Case) -> None:
    """A gap, a prohibited use, a conformity rest on at least one answer."""
    for on in case.days:
        assert not bare(case.folder, on), f"{case.folder.name}, au {on} : verdict sans aucune réponse derrière"


def test_the_twenty_seven_cases_are_there() -> None:
    assert len(cases()) == 27 and len({case.number for case in cases()}) == 27

"""The worked cases, one test per line of each: see tests/worked_cases.py. `python outils/noter_les_cas.py` prints the score."""

from __future__ import annotations

import runpy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from worked_cases import WEIGHTS, Case, Claim, bare, cases, failure, read_case

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


LINE = {"regles": ["csi-autorisation-prefet"], "verdicts": ["ecart"], "dit": "…"}
TOLD = {"cas": "X", "titre": "…", "poids": "fort", "source": "…"}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"source": None, "attendus": [LINE]}, "les clés sont"),
        ({"attendus": [LINE], "interdits": [LINE | {"regles": ["csi-autorisation-*"]}]}, "attend ce que"),
        ({"attendus": [], "interdits": [LINE | {"ecrit": ["voix"]}]}, "« ecrit » au besoin"),
        ({"attendus": [LINE | {"regles": ["csi-autorisation-prefte"]}]}, "vouliez-vous « csi-autorisation-prefet »"),
        ({"attendus": [LINE | {"verdicts": ["manquement"]}]}, "verdicts parmi"),
    ],
)
def test_a_case_that_cannot_be_read_says_where(tmp_path: Path, told: dict[str, Any], said: str) -> None:
    kept = {key: value for key, value in (TOLD | told).items() if key in TOLD and value}
    notation = {"date": date(2026, 11, 23), "attendus": told["attendus"], "interdits": told.get("interdits", [])}
    (tmp_path / "attendu.yaml").write_text(yaml.safe_dump(kept | {"notations": [notation]}), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        read_case(tmp_path)


def test_an_expected_finding_can_ask_for_the_words_of_the_obligation() -> None:
    claim = next(claim for case in cases() for claim in case.claims if claim.words)
    assert not failure(claim)
    assert "écrit : xyz" in failure(replace(claim, words=("xyz",)))


def test_the_score_is_printed_and_fails_on_a_miss(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    tool = runpy.run_path(str(Path(__file__).parents[1] / "outils" / "noter_les_cas.py"))
    case = next(case for case in cases() if WEIGHTS[case.weight])
    monkeypatch.setattr("sys.argv", ["noter_les_cas.py", "--cas", case.folder.name, "--date", str(case.days[0])])
    assert tool["main"]() == 0
    assert "Manqués, fausses alertes, verdicts sans réponse : aucun" in capsys.readouterr().out
    missed = replace(case, claims=tuple(replace(claim, wanted=not claim.wanted) for claim in case.claims))
    monkeypatch.setitem(tool["main"].__globals__, "cases", lambda: (missed,))
    assert tool["main"]() == 1
    assert f"{case.folder.name}, au {case.days[0]}, fausse alerte" in capsys.readouterr().out

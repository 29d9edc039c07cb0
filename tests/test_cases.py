"""Worked cases: situations an authority judged, told as an agent of the commune would, and what the rules must find in them.

A case is a folder of tests/cases: `reponses.yaml` (the facts, nothing else) and `attendu.yaml`:

    date: 2026-11-23
    attendus:                  # what must be found: one of these verdicts
      - {regle: …, verdicts: [ecart], dit: "the sentence of the case"}
    interdits:                 # false alarms: none of these verdicts
      - {regle: …, verdicts: [ecart, interdit], dit: "…"}
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from dpia import dossier as dossiers
from dpia.corpus import load
from dpia.facts import AnsweredFacts
from dpia.model import Verdict
from dpia.reasoning import Finding, assess

CASES = Path(__file__).parent / "cases"
VERDICTS = frozenset(get_args(Verdict))


@dataclass(frozen=True)
class Claim:
    """One line of attendu.yaml: what a rule must give (`wanted`), or must not."""

    case: Path
    on: date
    wanted: bool
    rule: str
    verdicts: frozenset[str]
    said: str

    def __str__(self) -> str:
        return f"{self.case.name}-{self.rule}-{'attendu' if self.wanted else 'interdit'}"


def claims(case: Path) -> Iterator[Claim]:
    """Read attendu.yaml. Raises ValueError naming the file and the line that cannot be read."""
    raw = yaml.safe_load((case / "attendu.yaml").read_text(encoding="utf-8"))
    extra = set(raw) - {"cas", "titre", "date", "attendus", "interdits"}
    if extra or not isinstance(raw.get("date"), date) or not raw.get("attendus"):
        raise ValueError(
            f"{case.name}/attendu.yaml : « date », « attendus » et « interdits » sont attendus{', pas ' if extra else ''}{', '.join(extra)}"
        )
    for section in ("attendus", "interdits"):
        for line in raw.get(section) or ():
            yield _claim(case, raw["date"], section, line)


def _claim(case: Path, on: date, section: str, line: Any) -> Claim:
    if not isinstance(line, dict) or set(line) != {"regle", "verdicts", "dit"}:
        raise ValueError(f"{case.name}/attendu.yaml, {section} : une ligne a « regle », « verdicts » et « dit » (ici {line})")
    verdicts = frozenset(line["verdicts"])
    if not verdicts or verdicts - VERDICTS:
        raise ValueError(
            f"{case.name}/attendu.yaml, {line['regle']} : verdicts attendus parmi {', '.join(sorted(VERDICTS))} (ici {line['verdicts']})"
        )
    return Claim(case, on, section == "attendus", line["regle"], verdicts, " ".join(line["dit"].split()))


@cache
def findings(case: Path, on: date) -> dict[str, Finding]:
    """Judge a case on its day, rule by rule."""
    corpus = load()
    dossier = dossiers.read(case, corpus)
    assert not dossier.kept, f"{case.name}/reponses.yaml : questions inconnues de la base : {', '.join(dossier.kept)}"
    return {finding.rule.id: finding for finding in assess(corpus, AnsweredFacts(corpus, dossier.answers, on))}


def failure(claim: Claim) -> str:
    """Say what is wrong with a claim, in one paragraph; "" when it holds."""
    found = findings(claim.case, claim.on)
    if claim.rule not in found:
        near = get_close_matches(claim.rule, found, 1)
        return f"« {claim.rule} » n'est pas une règle en vigueur au {claim.on}" + (f" ; vouliez-vous « {near[0]} » ?" if near else "")
    finding = found[claim.rule]
    if (finding.verdict in claim.verdicts) is claim.wanted:
        return ""
    reasons = " · ".join(f"{reason.libelle} {reason.reponse}" for reason in finding.reasons) or "aucune réponse"
    return (
        f"{claim.case.name}, au {claim.on} : {claim.said}\n"
        f"  règle {claim.rule} : {finding.verdict}, {'attendu' if claim.wanted else 'interdit'} : {', '.join(sorted(claim.verdicts))}\n"
        f"  parce que : {reasons}\n"
        f"  manque : {', '.join(finding.manque) or 'rien'}"
    )


def folders() -> list[Path]:
    return sorted(path for path in CASES.iterdir() if path.is_dir())


@pytest.mark.parametrize("claim", [claim for case in folders() for claim in claims(case)], ids=str)
def test_a_worked_case_gives_what_the_authority_found(claim: Claim) -> None:
    said = failure(claim)
    assert not said, said


@pytest.mark.parametrize("case", folders(), ids=lambda path: path.name)
def test_a_worked_case_judges_nothing_without_an_answer(case: Path) -> None:
    """A gap, a prohibited use, a conformity rest on at least one answer."""
    (on,) = {claim.on for claim in claims(case)}
    bare = [rule for rule, found in findings(case, on).items() if found.verdict in ("interdit", "ecart", "conforme") and not found.reasons]
    assert not bare, f"{case.name} : verdict sans aucune réponse derrière : {', '.join(bare)}"

"""Worked cases: situations an authority judged, told as an agent of the commune would, and what the rules must find in them.

A case is a folder of tests/cases: `reponses.yaml` (the facts, nothing else; what the source leaves out stays unanswered) and `attendu.yaml`:

    cas: REAL-23
    titre: …
    poids: moyen               # fort, moyen, faible (faible is shown, not counted)
    notations:                 # one per day on which the case counts
      - date: 2026-11-23
        attendus:              # what must be found: one of these rules gives one of these verdicts
          - {regles: [csi-…, rgpd-…], verdicts: [ecart], dit: "the sentence of the case"}
        interdits:             # false alarms: none of these rules gives one of these verdicts; "pietons-*" names a family of rules
          - {regles: [csi-…, "pietons-*"], verdicts: [ecart, interdit], dit: "…"}

A rule that is not in force on the day gives no verdict: in `attendus` it is a miss, in `interdits` it is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, get_args

import yaml

from dpia import dossier as dossiers
from dpia.corpus import load
from dpia.facts import AnsweredFacts
from dpia.model import Verdict
from dpia.reasoning import Finding, assess

CASES = Path(__file__).parent / "cases"
VERDICTS = frozenset(get_args(Verdict))
WEIGHTS = {"fort": 2, "moyen": 1, "faible": 0}
KEYS = {"cas", "titre", "poids", "notations"}


@dataclass(frozen=True)
class Claim:
    """One line of attendu.yaml: what one of these rules must give (`wanted`), or what none may give."""

    case: Path
    on: date
    wanted: bool
    rules: tuple[str, ...]
    verdicts: frozenset[str]
    said: str

    def __str__(self) -> str:
        return f"{self.case.name}-{self.on}-{self.rules[0]}-{'attendu' if self.wanted else 'interdit'}"


@dataclass(frozen=True)
class Case:
    """A case and its claims."""

    folder: Path
    number: str
    title: str
    weight: str
    claims: tuple[Claim, ...]

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(dict.fromkeys(claim.on for claim in self.claims))


@cache
def cases() -> tuple[Case, ...]:
    """Read every case. Raises ValueError naming the file and the line that cannot be read."""
    return tuple(_case(folder) for folder in sorted(path for path in CASES.iterdir() if path.is_dir()))


def _case(folder: Path) -> Case:
    raw = yaml.safe_load((folder / "attendu.yaml").read_text(encoding="utf-8"))
    place = f"{folder.name}/attendu.yaml"
    if set(raw) != KEYS or raw["poids"] not in WEIGHTS or not raw["notations"]:
        raise ValueError(f"{place} : les clés sont {', '.join(sorted(KEYS))}, le poids fort, moyen ou faible")
    return Case(folder, raw["cas"], raw["titre"], raw["poids"], tuple(_claims(folder, place, raw["notations"])))


def _claims(folder: Path, place: str, notations: list[Mapping[str, Any]]) -> Iterator[Claim]:
    for notation in notations:
        if set(notation) != {"date", "attendus", "interdits"} or not isinstance(notation["date"], date):
            raise ValueError(f"{place} : une notation a « date », « attendus » et « interdits »")
        known = tuple(dict.fromkeys(read.rule.id for read in load().rules))
        for wanted, lines in ((True, notation["attendus"]), (False, notation["interdits"])):
            for line in lines or ():
                yield _claim(folder, place, notation["date"], wanted, line, known)


def _claim(folder: Path, place: str, on: date, wanted: bool, line: Mapping[str, Any], known: tuple[str, ...]) -> Claim:
    if set(line) != {"regles", "verdicts", "dit"} or not line["regles"]:
        raise ValueError(f"{place} : une ligne a « regles », « verdicts » et « dit » (ici {line})")
    rules: list[str] = []
    for name in line["regles"]:
        found = [id_ for id_ in known if fnmatchcase(id_, name)]
        if not found:
            near = get_close_matches(name, known, 1)
            raise ValueError(f"{place} : « {name} » n'est pas une règle" + (f" ; vouliez-vous « {near[0]} » ?" if near else ""))
        rules += found
    verdicts = frozenset(line["verdicts"])
    if not verdicts or verdicts - VERDICTS:
        raise ValueError(f"{place}, {rules[0]} : verdicts parmi {', '.join(sorted(VERDICTS))} (ici {line['verdicts']})")
    return Claim(folder, on, wanted, tuple(dict.fromkeys(rules)), verdicts, " ".join(line["dit"].split()))


@cache
def findings(folder: Path, on: date) -> dict[str, Finding]:
    """Judge a case on a day, rule by rule."""
    corpus = load()
    dossier = dossiers.read(folder, corpus)
    if dossier.kept:
        raise ValueError(f"{folder.name}/reponses.yaml : questions inconnues de la base : {', '.join(dossier.kept)}")
    return {finding.rule.id: finding for finding in assess(corpus, AnsweredFacts(corpus, dossier.answers, on))}


def failure(claim: Claim) -> str:
    """Say what is wrong with a claim, in one paragraph; "" when it holds."""
    found = findings(claim.case, claim.on)
    judged = [found[rule] for rule in claim.rules if rule in found]
    hits = [finding for finding in judged if finding.verdict in claim.verdicts]
    if bool(hits) is claim.wanted:
        return ""
    shown = judged if claim.wanted else hits
    lines = [f"    {f.rule.id} : {f.verdict}{_why(f)}" for f in shown] or ["    aucune de ces règles n'est en vigueur ce jour-là"]
    word = "attendu" if claim.wanted else "fausse alerte"
    return "\n".join([f"{claim.case.name}, au {claim.on}, {word} ({', '.join(sorted(claim.verdicts))}) : {claim.said}", *lines])


def _why(finding: Finding) -> str:
    reasons = " · ".join(f"{reason.libelle} {reason.reponse}" for reason in finding.reasons[:3])
    return (f" ; parce que : {reasons}" if reasons else "") + (f" ; manque : {', '.join(finding.manque[:4])}" if finding.manque else "")


def bare(folder: Path, on: date) -> list[str]:
    """The verdicts that no answer supports: there must be none."""
    return [id_ for id_, f in findings(folder, on).items() if f.verdict in ("interdit", "ecart", "conforme") and not f.reasons]


def unclaimed(case: Case, on: date) -> list[Finding]:
    """The gaps and prohibitions that no expected finding names: to be read again, each must follow from a fact of the case."""
    named = {rule for claim in case.claims if claim.wanted and claim.on == on for rule in claim.rules}
    return [f for id_, f in findings(case.folder, on).items() if f.verdict in ("interdit", "ecart") and id_ not in named]

"""Worked cases: situations an authority judged, told as an agent of the commune would, and what the rules must find in them.

A case is a folder of tests/cases: `reponses.yaml` (the facts, nothing else; what the source leaves out stays unanswered) and `attendu.yaml`:

    cas: REAL-23
    titre: …
    poids: moyen               # fort, moyen, faible (faible is shown, not counted)
    source: …                  # who judged, when, and where to read it
    notations:                 # one per day on which the case counts: today, the day of the decision, or both
      - date: 2026-11-23
        attendus:              # what must be found: one of these rules gives one of these verdicts
          - {regles: [csi-…, rgpd-…], verdicts: [ecart], dit: "the sentence of the case"}
          - {regles: [csi-…], verdicts: [interdit], ecrit: [voix], dit: "…"}      # ecrit: the obligation of the rule says each of these words
        interdits:             # false alarms: none of these rules gives one of these verdicts; "pietons-*" names a family of rules
          - {regles: [csi-…, "pietons-*"], verdicts: [ecart, interdit], dit: "…"}

A status of the case is a verdict: prohibited interdit, gap ecart, satisfied conforme, not_applicable sans_objet, unknown a_verifier.
`verdicts` holds that one and those the case also accepts, nothing wider. A rule that is not in force on the day gives no verdict:
in `attendus` it is a miss, in `interdits` it is none. In `reponses.yaml`, the comment above each answer says which fact carries it.
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
KEYS = {"cas", "titre", "poids", "source", "notations"}


@dataclass(frozen=True)
class Claim:
    """One line of attendu.yaml: what one of these rules must give (`wanted`), or what none may give."""

    case: Path
    on: date
    wanted: bool
    rules: tuple[str, ...]
    verdicts: frozenset[str]
    said: str
    words: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.case.name}-{self.on}-{self.rules[0]}-{'attendu' if self.wanted else 'interdit'}"


@dataclass(frozen=True)
class Case:
    """A case and its claims."""

    folder: Path
    number: str
    title: str
    weight: str
    source: str
    claims: tuple[Claim, ...]

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(dict.fromkeys(claim.on for claim in self.claims))


@cache
def cases() -> tuple[Case, ...]:
    """Read every case."""
    return tuple(read_case(folder) for folder in sorted(path for path in CASES.iterdir() if path.is_dir()))


def read_case(folder: Path) -> Case:
    """Read one case. Raises ValueError naming the line that cannot be read."""
    raw = yaml.safe_load((folder / "attendu.yaml").read_text(encoding="utf-8"))
    place = f"{folder.name}/attendu.yaml"
    if set(raw) != KEYS or raw["poids"] not in WEIGHTS or not raw["notations"]:
        raise ValueError(f"{place} : les clés sont {', '.join(sorted(KEYS))}, le poids fort, moyen ou faible")
    claims = tuple(_claims(folder, place, raw["notations"]))
    for wanted in (claim for claim in claims if claim.wanted and len(claim.rules) == 1):
        for barred in (claim for claim in claims if not claim.wanted and claim.on == wanted.on and wanted.rules[0] in claim.rules):
            if wanted.verdicts <= barred.verdicts:
                raise ValueError(f"{place}, {wanted.rules[0]} : « {wanted.said} » attend ce que « {barred.said} » interdit")
    return Case(folder, raw["cas"], raw["titre"], raw["poids"], raw["source"], claims)


def _claims(folder: Path, place: str, notations: list[Mapping[str, Any]]) -> Iterator[Claim]:
    for notation in notations:
        if set(notation) != {"date", "attendus", "interdits"} or not isinstance(notation["date"], date):
            raise ValueError(f"{place} : une notation a « date », « attendus » et « interdits »")
        known = tuple(dict.fromkeys(read.rule.id for read in load().rules))
        for wanted, lines in ((True, notation["attendus"]), (False, notation["interdits"])):
            for line in lines or ():
                yield _claim(folder, place, notation["date"], wanted, line, known)


def _claim(folder: Path, place: str, on: date, wanted: bool, line: Mapping[str, Any], known: tuple[str, ...]) -> Claim:
    if set(line) - ({"ecrit"} if wanted else set()) != {"regles", "verdicts", "dit"} or not line["regles"]:
        raise ValueError(f"{place} : une ligne a « regles », « verdicts » et « dit », un attendu « ecrit » au besoin (ici {line})")
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
    return Claim(folder, on, wanted, tuple(dict.fromkeys(rules)), verdicts, " ".join(line["dit"].split()), tuple(line.get("ecrit", ())))


@cache
def silence(on: date) -> dict[str, Finding]:
    """Judge a dossier without any answer: an expected finding it gives too says nothing of what the rules make of the facts."""
    corpus = load()
    return {finding.rule.id: finding for finding in assess(corpus, AnsweredFacts(corpus, {}, on))}


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
    hits = [f for f in judged if f.verdict in claim.verdicts and all(word in f.rule.obligation for word in claim.words)]
    if bool(hits) is claim.wanted:
        return ""
    shown = judged if claim.wanted else hits
    lines = [f"    {f.rule.id} : {f.verdict}{_why(f)}" for f in shown] or ["    aucune de ces règles n'est en vigueur ce jour-là"]
    word = "attendu" if claim.wanted else "fausse alerte"
    verdicts = ", ".join(sorted(claim.verdicts)) + (f" ; écrit : {', '.join(claim.words)}" if claim.words else "")
    return "\n".join([f"{claim.case.name}, au {claim.on}, {word} ({verdicts}) : {claim.said}", *lines])


def _why(finding: Finding) -> str:
    reasons = " · ".join(f"{reason.libelle} {reason.reponse}" for reason in finding.reasons[:3])
    return (f" ; parce que : {reasons}" if reasons else "") + (f" ; manque : {', '.join(finding.manque[:4])}" if finding.manque else "")


def bare(folder: Path, on: date) -> list[str]:
    """The verdicts that no answer supports: there must be none."""
    return [id_ for id_, f in findings(folder, on).items() if f.verdict in ("interdit", "ecart", "conforme") and not f.reasons]


def unclaimed(case: Case, on: date) -> list[Finding]:
    """The gaps and prohibitions that no expected finding accepts: to be read again, each must follow from a fact of the case."""
    named = {
        (rule, verdict) for claim in case.claims if claim.wanted and claim.on == on for rule in claim.rules for verdict in claim.verdicts
    }
    return [f for id_, f in findings(case.folder, on).items() if f.verdict in ("interdit", "ecart") and (id_, f.verdict) not in named]

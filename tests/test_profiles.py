"""The worked dossiers that `dpia exemple --profil` writes: complete, without contradiction, and their documents say nothing they should not."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from test_documents import FORBIDDEN

from dpia import dossier as dossiers
from dpia.cli import main
from dpia.corpus import load
from dpia.example import PROFILES
from dpia.facts import AnsweredFacts
from dpia.printing import raised
from dpia.reasoning import assess

DAY = date(2026, 11, 25)
# What each worked dossier is there to show: a rule and its verdict.
SHOWN = {
    "complet": ("rgpd-aipd-due", "ecart"),
    "petite-commune": ("rgpd-aipd-due", "ecart"),
    "ville-csu": ("pietons-arrete-du-prefet", "conforme"),
    "stationnement": ("stationnement-aipd", "ecart"),
    "cameras-pietons": ("pietons-arrete-du-prefet", "conforme"),
    "depots": ("depots-images-jamais-publiees", "interdit"),
    "analyse": ("csi-pas-de-detection-d-infractions", "interdit"),
}


@pytest.fixture(scope="module", params=list(PROFILES))
def profile(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    target = tmp_path_factory.mktemp("profil") / request.param
    assert main(["exemple", "--profil", request.param, str(target)]) == 0
    return request.param, target


def test_the_dossier_is_read_whole_and_contradicts_nothing(profile: tuple[str, Path]) -> None:
    _, folder = profile
    dossier = dossiers.read(folder, load())
    assert not dossier.kept
    assert [entry.id for entry in raised(load(), AnsweredFacts(load(), dossier.answers, DAY))] == []


def test_the_dossier_shows_what_it_is_there_for(profile: tuple[str, Path]) -> None:
    name, folder = profile
    findings = assess(load(), AnsweredFacts(load(), dossiers.read(folder, load()).answers, DAY))
    rule, verdict = SHOWN[name]
    assert next(finding.verdict for finding in findings if finding.rule.id == rule) == verdict
    assert {"ecart", "a_verifier", "conforme"} <= {finding.verdict for finding in findings}


def test_the_documents_say_nothing_they_should_not(profile: tuple[str, Path]) -> None:
    _, folder = profile
    texts = {path.name: path.read_text(encoding="utf-8") for path in (folder / "documents").glob("*.md")}
    assert texts and (folder / "documents" / "ecarts.xlsx").exists()
    for name, text in texts.items():
        for pattern in (*FORBIDDEN, r"\bNone\b", r"\{[a-z_]+\}", r"\bcontient [a-z]+_[a-z_]+", "≠"):
            assert not re.search(pattern, text), (name, pattern, re.search(pattern, text))


def test_each_processing_of_the_dossier_has_its_assessment(profile: tuple[str, Path]) -> None:
    name, folder = profile
    made = {path.name for path in (folder / "documents").glob("aipd-*.docx")}
    wanted = {"ville-csu": 2, "cameras-pietons": 1, "stationnement": 1}
    assert len(made) >= wanted.get(name, 1)
    assert any(path.startswith(f"aipd-{name}-") for path in made) or name not in ("cameras-pietons", "stationnement")

"""One assessment, one notice, one sign per processing: which are written, which are not, and what each says of the law of its place."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dpia import dossier as dossiers
from dpia.answers import Answer
from dpia.corpus import load
from dpia.documents.pack import Options, produce
from dpia.facts import AnsweredFacts
from dpia.reasoning import assess

DAY = date(2026, 11, 25)
PLACES = ("voie_publique", "lieu_ouvert_public", "local_non_ouvert")
COMMUNE = {"commune": "26220", "contact_commune": "Mairie", "dpo_designe": "oui", "dpo_contact": "dpo@nyons.example"}


def only(question: str, *ticked: str) -> dict[str, list[str]]:
    """A multiple choice of which these options are yes and all the others no."""
    return {"oui": list(ticked), "non": [option for option in load().questions[question].options if option not in ticked]}


def plain(path: Path) -> str:
    """The text of a file, its unbreakable spaces made plain."""
    return path.read_text(encoding="utf-8").replace("\u00a0", " ").replace("\u202f", " ").replace("&#x27;", "'")


def written(folder: Path, said: dict[str, Any]) -> tuple[dict[str, str], str]:
    """Produce the assessments and the notices; give the texts by file name, and what was told."""
    corpus = load()
    answers: dict[str, Answer] = {
        name: dossiers.read_answer(corpus.questions[name], raw if isinstance(raw, dict) else {"valeur": raw})
        for name, raw in (COMMUNE | said).items()
    }
    dossier = dossiers.say(dossiers.create(folder / "d"), corpus, answers)
    facts = AnsweredFacts(corpus, dossier.answers, DAY)
    told: list[str] = []
    produce(
        corpus,
        dossier,
        facts,
        assess(corpus, facts),
        folder / "sortie",
        lambda text: told.append(str(text)),
        Options(only=("aipd", "notice")),
    )
    return {path.name: plain(path) for path in (folder / "sortie").iterdir() if path.suffix in (".md", ".html")}, "\n".join(told)


def test_a_commune_without_fixed_cameras_has_no_assessment_of_fixed_cameras(tmp_path: Path) -> None:
    texts, _ = written(tmp_path, {
        "lieux_filmes": only("lieux_filmes"), "appareils": only("appareils", "cameras_pietons"), "pietons_porteurs": only("pietons_porteurs", "police_municipale"),
    })  # fmt: skip
    assert set(texts) == {"aipd-cameras-pietons-nyons.md", "notice-cameras-pietons.html"}


def test_what_is_wholly_prohibited_stops_the_assessment_and_is_not_announced(tmp_path: Path) -> None:
    texts, _ = written(tmp_path, {
        "lieux_filmes": only("lieux_filmes"), "appareils": only("appareils", "cameras_pietons"), "pietons_porteurs": only("pietons_porteurs", "asvp"),
    })  # fmt: skip
    assert set(texts) == {"aipd-cameras-pietons-nyons.md"}
    text = texts["aipd-cameras-pietons-nyons.md"]
    assert "niveau=interdit" in text[: text.index("```sommaire")]
    assert "Cartographie des risques" not in text or '"risques": []' in text.replace("'", '"')


def test_a_prohibited_use_without_an_assessment_is_said(tmp_path: Path) -> None:
    texts, told = written(tmp_path, {
        "lieux_filmes": only("lieux_filmes"), "appareils": only("appareils", "plaques"), "plaques_usage": only("plaques_usage", "securite"),
        "circulation_homologue": "aucun", "bio_appareils": only("bio_appareils"),
    })  # fmt: skip
    assert not texts
    assert "Un usage est interdit et cesse" in told and "Ne pas lire les plaques" in told


def test_a_device_that_nobody_knows_of_is_announced_as_unknown(tmp_path: Path) -> None:
    _, told = written(tmp_path, {"lieux_filmes": only("lieux_filmes"), "appareils": {"non": ["cameras_pietons"]}})
    assert "Pas d'analyse d'impact pour « Séances du conseil municipal filmées » : reste à savoir" in told
    assert "Caméras portées par des agents" not in told


CLOSED = {
    "lieux_filmes": only("lieux_filmes", "local_non_ouvert"),
    "appareils": only("appareils"),
    "locaux_objectifs": only("locaux_objectifs", "intrusions"),
    "locaux_acces": "jamais",
}
SECURITY_CODE = ("R. 253-6", "L. 251-1", "R. 253-4", "L. 253-5", "commission départementale")


def test_the_notice_of_closed_places_gives_the_right_to_object_and_no_article_of_the_security_code(tmp_path: Path) -> None:
    texts, _ = written(tmp_path, CLOSED)
    assert "Vous opposer" in texts["notice.html"]
    assert not [article for article in SECURITY_CODE if article in texts["notice.html"]]


def test_the_notice_of_the_street_excludes_objection(tmp_path: Path) -> None:
    site = {"complet": "oui", "elements": [{"id": "Place", "nature": "voie_publique", "finalites": only_field("atteintes")}]}
    texts, _ = written(tmp_path, {"lieux_filmes": only("lieux_filmes", "voie_publique"), "appareils": only("appareils"), "sites": site})
    assert "Vous ne pouvez pas vous opposer" in texts["notice.html"] and "R. 253-6" in texts["notice.html"]
    assert "Les images des lieux fermés" not in texts["notice.html"]


def only_field(*ticked: str) -> dict[str, list[str]]:
    options = next(field for field in load().questions["sites"].champs if field.id == "finalites").options
    return {"oui": list(ticked), "non": [option for option in options if option not in ticked]}


@pytest.mark.parametrize("place", PLACES)
def test_each_kind_of_place_names_the_assessment_after_what_it_films(tmp_path: Path, place: str) -> None:
    texts, _ = written(tmp_path, {"lieux_filmes": only("lieux_filmes", place), "appareils": only("appareils")})
    subtitle = next(line for line in texts["aipd-nyons.md"].splitlines() if line.startswith("sous-titre:"))
    assert ("fermés au public" in subtitle) is (place == "local_non_ouvert")


BODY = {
    "lieux_filmes": only("lieux_filmes"), "appareils": only("appareils", "cameras_pietons"), "pietons_porteurs": only("pietons_porteurs", "police_municipale"),
    "pietons_stade": "en_service",
}  # fmt: skip


def body_cameras(folder: Path, **said: Any) -> str:
    """The assessment of body cameras, its escapes removed."""
    return re.sub(r"\\(.)", r"\1", written(folder, BODY | said)[0]["aipd-cameras-pietons-nyons.md"])


def test_training_is_a_purpose_and_a_ground_only_where_it_is_used(tmp_path: Path) -> None:
    copies = only("pietons_copies", "registre")
    without = body_cameras(tmp_path / "sans", pietons_usages=only("pietons_usages", "incidents"), pietons_copies=copies)
    trained = body_cameras(tmp_path / "avec", pietons_usages=only("pietons_usages", "formation"), pietons_copies=copies)
    assert "Aucune vidéo ne sert à former les agents." in without and "Aucune vidéo ne sert à former" not in trained
    for words in (
        "Pour la formation des agents, elle se fonde aussi",
        "Apprendre aux agents",
        "Copies pour la formation",
        "art. 6, paragraphe 1, e",
    ):
        assert words in trained and words not in without, words


def test_a_log_under_a_shared_account_is_no_measure_in_place(tmp_path: Path) -> None:
    log = {"pietons_journal": "automatique", "pietons_journal_contenu": only("pietons_journal_contenu", "auteur", "date_heure")}
    for accounts in ((), ("comptes_nominatifs",)):
        text = body_cameras(tmp_path / str(len(accounts)), **log, pietons_securite=only("pietons_securite", *accounts))
        in_place = text.partition('titre="Mesures en place"')[2].partition("````")[0]
        assert ("Chaque consultation laisse une trace" in in_place) is bool(accounts)


def test_an_answer_has_its_capital_where_it_opens_a_sentence_and_its_braces_stay_as_typed(tmp_path: Path) -> None:
    text = body_cameras(tmp_path, pietons_objectif="Six outrages {pietons_stade} {commune.nawak}", pietons_stockage="mairie")
    assert "D'après les réponses : sur un poste ou un serveur de la commune" in text
    assert "Six outrages {pietons_stade} {commune.nawak}" in text.partition("# Annexe")[0]  # annex A gives the answer as typed

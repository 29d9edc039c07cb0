"""The register: the items of the text in its order, a sheet per processing, unknowns said, the words of the assessment."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from dpia.answers import Answer
from dpia.corpus import load
from dpia.documents import aipd, register
from dpia.documents.lines import QUOTED
from dpia.documents.processings import of_fixed_cameras
from dpia.grammar import read_condition
from dpia.risks import evaluate
from dpia.values import Choices, Item, Items
from tests.fixtures.views import PROFILES, plain, profile, view_of

HERE = Path(__file__).parent
RGPD = ("responsable", "finalites", "personnes", "destinataires", "transferts", "delais", "securite")  # art. 30, 1, a to g
LIL_100 = ("sensibles", "base", "profilage")


def strings(node: Any) -> Iterator[str]:
    """Every text of a table."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping | list):
        for part in node.values() if isinstance(node, Mapping) else node:
            yield from strings(part)


def conditions(node: Any) -> Iterator[str]:
    """Every condition of a table."""
    if isinstance(node, Mapping):
        yield from (str(node[key]) for key in ("si", "sauf") if key in node)
    if isinstance(node, Mapping | list):
        for part in node.values() if isinstance(node, Mapping) else node:
            yield from conditions(part)


@pytest.mark.parametrize("key", ["registre", "demandes_prefet", "calendrier"])
def test_a_table_quotes_questions_and_options_that_exist(key: str) -> None:
    corpus = load()
    table = corpus.data[key]
    for condition in conditions(table):
        read_condition(condition, corpus.names)
    for name, part in (found.groups() for text in strings(table) for found in QUOTED.finditer(text)):
        if key == "calendrier" and name in ("id", "depart"):
            continue
        question = corpus.questions[name]
        assert part is None or part in question.options or part in {champ.id for champ in question.champs}, (name, part)


def test_every_processing_has_its_sheet() -> None:
    data = load().data
    assert [sheet["traitement"] for sheet in data["registre"]["fiches"]] == [entry["id"] for entry in data["traitements"]]


def test_the_items_are_those_of_the_text_in_its_order() -> None:
    seen = {sheet["nom"]: sheet for name in PROFILES for sheet in register.context(profile(name))["fiches"]}
    assert len(seen) >= 4
    for sheet in seen.values():
        assert all(any(lines for _, lines in item["groupes"]) for item in sheet["mentions"]), sheet["nom"]
        wanted = RGPD + (LIL_100 if "loi 78-17, art. 100" in sheet["textes"] else ())
        assert tuple(item["id"] for item in sheet["mentions"]) == wanted, sheet["nom"]
    assert {"RGPD, art. 30"} in [set(sheet["textes"]) for sheet in seen.values()]
    assert any("loi 78-17, art. 100" in sheet["textes"] for sheet in seen.values())


def test_nothing_known_is_no_sheet_and_says_who_knows() -> None:
    made = register.context(view_of({}))
    assert made["fiches"] == []
    first, *others = (entry["nom"] for entry in load().data["traitements"])
    assert [row["nom"] for row in made["incertains"]] == [first, *(entry["nom"] for entry in load().data["registre"]["en_plus"]), *others]
    assert all("(qui le sait : " in row["manque"] for row in made["incertains"])


def test_a_processing_without_an_answer_is_to_be_checked_everywhere() -> None:
    """The cameras are known, nothing else: neither a recipient nor a duration is invented, and both texts are shown."""
    (sheet,) = register.context(view_of({"lieux_filmes": Answer(Choices(frozenset({"voie_publique"}), frozenset({"lieu_ouvert_public", "local_non_ouvert"}))),
        "appareils": Answer(Choices(frozenset(), frozenset(load().questions["appareils"].options)))}))["fiches"]  # fmt: skip
    said = {item["id"]: " ".join(line for _, lines in item["groupes"] for line in lines) for item in sheet["mentions"]}
    assert tuple(said) == RGPD + LIL_100
    for item in ("finalites", "destinataires", "transferts", "delais", "securite", "profilage"):
        assert "vérifier (qui le sait : " in said[item], item
    assert {"Combien de jours les images sont-elles conservées ?", "Qui peut regarder les images, en direct ou enregistrées ?"} <= {
        row["libelle"] for row in sheet["manque"]
    }


@pytest.mark.parametrize("name", ["complet", "petite-commune", "ville-csu"])
def test_the_words_are_those_of_the_assessment(name: str) -> None:
    view = profile(name)
    assessment = plain(aipd.render(of_fixed_cameras(view), evaluate(view.corpus, view.facts)))
    sheet = register.context(view)["fiches"][0]
    said = {item["id"]: [line for _, lines in item["groupes"] for line in lines] for item in sheet["mentions"]}
    for purpose in said["finalites"]:
        assert purpose.partition(" CSI, ")[0] in assessment
    for answer in (view.say("qui_visionne"), view.say("destinataires"), view.say("conservation_jours")):
        assert answer in assessment
        assert any(answer in line for line in (*said["destinataires"], *said["delais"]))


def test_a_prohibited_use_is_not_made_lawful_by_its_sheet() -> None:
    assert "L'inscrire au registre ne le rend pas licite : il cesse" in plain(register.render(profile("analyse")))
    assert "licite" not in plain(register.render(profile("complet")))


def said_of(sheet: Mapping[str, Any], item: str) -> list[str]:
    (found,) = [mention for mention in sheet["mentions"] if mention["id"] == item]
    return [line for _, group in found["groupes"] for line in group]


def test_what_the_register_says_otherwise_than_the_assessment_exists_there() -> None:
    corpus = load()
    own = {analysis.id: {row.donnee for row in analysis.donnees} for analysis in corpus.analyses}
    for sheet in corpus.data["registre"]["fiches"]:
        assert set(sheet.get("durees", ())) <= own.get(sheet["traitement"], set())


def test_a_device_that_a_finding_asks_to_register_has_its_sheet_even_with_holes() -> None:
    (sheet,) = [sheet for sheet in register.context(profile("depots"))["fiches"] if "pièges photo" in sheet["nom"]]
    assert {"La durée réelle de conservation, carte mémoire et copies comprises"} <= {row["libelle"] for row in sheet["manque"]}
    assert all(said_of(sheet, item) for item in RGPD)
    assert "pièges photo" not in register.render(profile("depots", pieges_cadre="enquete"))  # the investigators' own processing
    assert "pièges photo" not in register.render(profile("complet"))


def test_data_that_a_software_adds_is_a_category() -> None:
    sheet = register.context(profile("analyse"))["fiches"][0]
    assert any("en plus de l'image" in line and line.endswith("couleur du véhicule") for line in said_of(sheet, "personnes"))
    assert not any("en plus de l'image" in line for line in said_of(register.context(profile("complet"))["fiches"][0], "personnes"))


def test_whoever_runs_the_cameras_is_not_left_out() -> None:
    sheet = register.context(profile("ville-csu"))["fiches"][0]
    assert any("Responsable conjoint ou sous-traitant : à établir" in line for line in said_of(sheet, "responsable"))
    assert any(line.startswith("L'intercommunalité") for line in said_of(sheet, "destinataires"))
    unknown = said_of(register.context(profile("petite-commune"))["fiches"][0], "responsable")
    assert not any("aucun" in line for line in unknown)


def test_nobody_receives_a_sound_that_may_not_exist() -> None:
    sheet = register.context(profile("depots"))["fiches"][0]
    assert [line for line in said_of(sheet, "destinataires") if line.startswith("Sons")] == ["Sons : à établir, si cette donnée existe"]


def test_a_duration_that_some_images_outlive_says_so() -> None:
    (line,) = [line for line in said_of(register.context(profile("analyse"))["fiches"][0], "delais") if line.startswith("Images")]
    assert "30 jours [des copies restent" in line
    assert not any("[" in line for line in said_of(register.context(profile("complet"))["fiches"][0], "delais"))


def test_a_country_outside_the_union_is_to_be_named() -> None:
    for name, asked in (("depots", True), ("complet", False)):
        labels = [row["libelle"] for row in register.context(profile(name))["fiches"][0]["manque"]]
        assert any(label.startswith("Le pays hors de l'Union") for label in labels) is asked


def test_a_hostile_answer_stays_text() -> None:
    hostile = "{{ 7*7 }} | <b>x</b> **gras** [y](http://z) \\ `q`\n# titre"
    firm = Item(hostile, {"id": hostile, "role": Choices(frozenset({"maintenance"}), frozenset())})
    text = register.render(profile("complet", contact_commune=hostile, prestataires=Items((firm,))))
    assert "<b>" not in text
    assert "49" not in [word for line in text.splitlines() if "gras" in line for word in re.findall(r"\d+", line)]
    assert not re.search(r"^# titre", text, re.MULTILINE)
    assert "**gras**" not in text


@pytest.mark.parametrize("name", ["petite-commune", "cameras-pietons"])
def test_the_register_reads_as_reviewed(name: str) -> None:
    """Golden text. DPIA_ACTUALISER=1 accepts the new one."""
    made = register.render(profile(name))
    golden = HERE / "expected" / "registre" / f"{name}.md"
    if os.environ.get("DPIA_ACTUALISER"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(made, encoding="utf-8")
    assert made == golden.read_text(encoding="utf-8")

"""The requests to the prefect: the pieces of the text in its order, what the assessment replaces and what it does not, who knows the rest."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from dpia.answers import Answer
from dpia.cli import main
from dpia.corpus import load
from dpia.documents import prefecture
from dpia.documents.view import View
from dpia.values import UNKNOWN, Choices, Item, Items
from tests.fixtures.views import ON, PROFILES, home_of, plain, profile, view_of

REPLACED = ("1°", "5°", "6°", "7°", "8°", "9°", "10°")  # CSI, R. 252-3: the last paragraph but one
EXPECTED = Path(__file__).parent / "expected"
ORDER = tuple(f"{n}°" for n in range(1, 13))


def made(view: View, request: str = "videoprotection") -> dict[str, Any]:
    found = {entry["id"]: entry for entry, _ in prefecture.requested(view)}
    return prefecture.context(view, found[request], "aipd-x")


def states(view: View, request: str = "videoprotection") -> dict[str, str]:
    return {piece["n"]: piece["etat"] for piece in made(view, request)["rubriques"]}


def filming(*places: str, cameras: int, complete: bool = True) -> View:
    """A commune that films these places with so many cameras."""
    others = set(load().questions["lieux_filmes"].options) - set(places)
    sites = Items((Item("Lieu", {"id": "Lieu", "nature": places[0]}),), complete=True)
    listed = Items(tuple(Item(f"C{n}", {"id": f"C{n}", "site": "Lieu"}) for n in range(cameras)), complete=complete)
    films = Choices(frozenset(places), frozenset(others))
    return view_of({"lieux_filmes": Answer(films), "sites": Answer(sites), "cameras": Answer(listed)})


def test_the_twelve_pieces_in_the_order_of_the_text() -> None:
    assert tuple(states(profile("complet"))) == ORDER


def test_a_signed_assessment_replaces_seven_pieces_and_no_other() -> None:
    signed = states(profile("complet", aipd="faite_avant"))
    assert tuple(n for n, state in signed.items() if state == "remplacée par l'analyse d'impact signée") == REPLACED
    assert signed["4°"] == "sans objet"


def test_the_draft_made_today_is_not_the_signed_assessment() -> None:
    for aipd in ("faite_avant", "en_cours"):
        text = plain(prefecture.render(profile("complet", aipd=aipd), prefecture.requested(profile("complet"))[0][0], "aipd-x"))
        assert "Le fichier aipd-x.docx, produit ce jour, est un projet" in text
        assert "(aipd-x.docx)" not in text


def test_a_signed_assessment_that_is_out_of_date_replaces_nothing() -> None:
    view = profile("ville-csu")
    assert "rgpd-aipd-revision" in {f.rule.id for f in view.findings if f.verdict == "ecart"}
    assert not [state for state in states(view).values() if state.startswith("remplacée")]
    assert "n'est plus à jour" in " ".join(made(view)["aipd"])


def test_the_end_of_each_authorisation_is_given() -> None:
    assert "prend fin le 6 décembre 2026" in " ".join(made(profile("petite-commune"))["nature"])


def test_what_remains_of_a_filed_request_is_sent_as_a_complement() -> None:
    for name, filed in (("complet", True), ("petite-commune", False)):
        assert made(profile(name))["deposee"] is filed


def test_a_purpose_that_a_finding_refuses_is_marked() -> None:
    rows = {row[0]: row[1] for row in made(profile("petite-commune"))["rubriques"][0]["listes"][0]["lignes"]}
    assert "[à retirer si" in rows["Déchèterie"]
    assert "[exposition à établir" in rows["Place de l'Église"]
    assert "[" not in rows["Salle des fêtes"]


def test_every_prohibition_of_the_report_is_in_the_frame() -> None:
    view = profile("depots")
    assert made(view)["interdits"] == [finding.rule.titre for _, finding in view.of("interdit")]


@pytest.mark.parametrize("state", ["pas_faite", "en_cours", "ecartee"])
def test_an_assessment_that_is_not_written_replaces_nothing(state: str) -> None:
    assert not [said for said in states(profile("complet", aipd=state)).values() if said.startswith("remplacée")]


def test_an_unknown_assessment_replaces_nothing() -> None:
    assert not [said for said in states(profile("complet", aipd=UNKNOWN)).values() if said.startswith("remplacée")]


@pytest.mark.parametrize(
    ("view", "mass", "detail"),
    [
        (filming("voie_publique", cameras=1), True, True),
        (filming("lieu_ouvert_public", cameras=8), False, True),
        (filming("lieu_ouvert_public", cameras=7), False, False),
        (filming("lieu_ouvert_public", cameras=7, complete=False), False, None),
    ],
    ids=["rue", "huit caméras", "sept caméras", "sept au moins"],
)
def test_the_plans_are_due_where_the_text_says(view: View, mass: bool, detail: bool | None) -> None:
    found = states(view)
    assert ("annexe à joindre" in found["2°"]) is mass
    assert (found["2°"] == "sans objet") is not mass
    assert ("annexe à joindre" in found["3°"]) is (detail is not False)
    assert found["3°"].startswith("due ou non : à vérifier") is (detail is None)
    assert (found["3°"] == "sans objet") is (detail is False)


@pytest.mark.parametrize(("cameras", "short"), [(7, True), (8, False)])
def test_a_short_report_is_enough_under_eight_cameras_in_a_place_open_to_the_public(cameras: int, short: bool) -> None:
    (report,) = [piece for piece in made(filming("lieu_ouvert_public", cameras=cameras))["rubriques"] if piece["n"] == "1°"]
    assert any(line.startswith("Moins de huit caméras") for line in report["lignes"]) is short


def test_a_closed_place_is_not_submitted_to_the_prefect() -> None:
    view = profile("ville-csu", aipd="en_cours")
    text = plain(prefecture.render(view, prefecture.requested(view)[0][0], "aipd-x"))
    closed = [site.key for site in view.items("sites") if view.facts.cell("sites", site, "nature") == "local_non_ouvert"]
    assert closed
    assert not [name for name in closed if name in text]
    submitted = [camera for camera in view.items("cameras") if view.facts.cell("cameras", camera, "site") not in closed]
    assert f"En tout : {len(submitted)} caméras" in text


def lines_of(view: View, number: str) -> str:
    (piece,) = [piece for piece in made(view)["rubriques"] if piece["n"] == number]
    return " ".join(piece["lignes"])


def test_the_kinds_of_places_filmed_leave_closed_ones_out() -> None:
    assert "ouverts au public" in lines_of(profile("ville-csu", aipd="en_cours"), "1°")
    assert "locaux fermés" not in lines_of(profile("ville-csu", aipd="en_cours"), "1°")


def test_an_answer_that_says_no_is_not_a_text_that_is_ready() -> None:
    assert states(profile("depots"))["10°"] == "texte à compléter (une réponse dit que ce n'est pas fait)"
    assert "n'est pas fait" not in states(profile("depots", procedure_acces=True))["10°"]


def test_the_limit_of_the_decree_is_beside_the_duration() -> None:
    assert "15 jours au plus (arrêté n° 2024-0611). La durée réglée la dépasse" in lines_of(profile("depots"), "8°")
    assert "dépasse" not in lines_of(profile("complet", aipd="en_cours"), "8°")


def test_an_access_and_a_software_carry_what_the_findings_say() -> None:
    said = lines_of(profile("petite-commune"), "5°")
    assert "une autre personne [à remplir : qui" in said
    assert "et rien de plus" not in said
    assert "et rien de plus" in lines_of(profile("depots"), "5°")  # every other function is known not to be there


def test_what_is_unknown_names_who_knows_and_is_counted_once() -> None:
    found = made(filming("voie_publique", cameras=2))
    labels = [row["libelle"] for row in found["manque"]]
    assert len(labels) == len(set(labels)) > 10
    assert all(row["qui"] for row in found["manque"])
    assert "L'engagement de conformité a-t-il été envoyé à la CNIL ?" in labels


def test_a_prohibited_use_comes_first() -> None:
    view = profile("analyse")
    text = plain(prefecture.render(view, prefecture.requested(view)[0][0], "aipd-x"))
    assert text.index("À retirer avant tout dépôt") < text.index("## Ce qui est demandé")
    assert "ne rend pas licite un usage interdit" in text


def test_body_cameras_follow_their_own_article() -> None:
    view = profile("cameras-pietons")
    found = made(view, "cameras_individuelles")
    assert [piece["n"] for piece in found["rubriques"]] == ["1°", "2°", "3°", "4°", "5°"]
    fourth = found["rubriques"][3]
    assert f"Nombre de caméras : {view.say('pietons_nombre')}." in fourth["lignes"]
    assert any("RU-65" in annex for annex in fourth["annexes"])
    assert not [entry for entry, _ in prefecture.requested(view) if entry["id"] == "videoprotection"]


@pytest.mark.parametrize("name", PROFILES)
def test_no_field_number_of_a_form_is_claimed(name: str) -> None:
    view = profile(name)
    for request, _ in prefecture.requested(view):
        text = plain(prefecture.render(view, request, "aipd-x"))
        assert not re.search(r"(champ|case|cadre|rubrique)s? (n°|numéro|\d)", text, re.IGNORECASE)


def test_nothing_known_makes_no_file_and_says_who_knows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nouveau", str(tmp_path / "d")]) == 0
    assert main(["produire", str(tmp_path / "d"), "--seulement", "prefecture", "--date", "2026-11-25"]) == 0
    said = capsys.readouterr().out
    assert "prefecture non écrit : reste à savoir" in said
    assert "prefecture-cameras-pietons non écrit" in said
    assert not list((tmp_path / "d" / "documents").glob("prefecture*"))


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    asked = ["--seulement", "registre", "prefecture", "calendrier", "--date", ON.isoformat()]
    for run in ("un", "deux"):
        assert main(["produire", str(home_of("complet")), "-o", str(tmp_path / run), *asked]) == 0
    names = sorted(path.name for path in (tmp_path / "un").iterdir())
    assert names == ["echeances.ics", "prefecture.docx", "registre-valbrume-sur-lys.docx", "registre-valbrume-sur-lys.md"]
    for name in names:
        assert (tmp_path / "un" / name).read_bytes() == (tmp_path / "deux" / name).read_bytes()


@pytest.mark.parametrize(("name", "request_id"), [("petite-commune", "videoprotection"), ("cameras-pietons", "cameras_individuelles")])
def test_the_file_reads_as_reviewed(name: str, request_id: str) -> None:
    """Golden text. DPIA_ACTUALISER=1 accepts the new one."""
    view = profile(name)
    (request,) = [entry for entry, _ in prefecture.requested(view) if entry["id"] == request_id]
    text = prefecture.render(view, request, f"aipd-{name}")
    golden = EXPECTED / "prefecture" / f"{name}.md"
    if os.environ.get("DPIA_ACTUALISER"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")

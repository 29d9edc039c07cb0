"""The notice on the commune's site: axe finds nothing in a real Chromium, on a telephone, a tablet, a screen and in print."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dpia.cli import main
from dpia.documents.public import device_notice, missing_in_notice, notice, remarks_on_notice
from dpia.values import UNKNOWN, Items, Value
from tests.fixtures.browser import WIDTHS, browser, opened, overflow, violations
from tests.fixtures.views import home_of, plain, profile

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGES = {
    "complet": ("notice",), "petite-commune": ("notice",), "ville-csu": ("notice", "notice-cameras-pietons"),
    "cameras-pietons": ("notice-cameras-pietons",), "stationnement": ("notice-stationnement",),
}  # fmt: skip
PAIRS = [(name, page) for name, pages in PAGES.items() for page in pages]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The notices of the worked dossiers, a folder each."""
    target = tmp_path_factory.mktemp("notices")
    for name in PAGES:
        home = target / f"dossier-{name}"
        shutil.copytree(home_of(name), home)
        assert main(["produire", str(home), "-o", str(target / name), "--seulement", "notice", "--date", "2026-11-25"]) == 0
    return target


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("name", "page"), PAIRS)
def test_axe_finds_nothing_and_nothing_overflows(made: Path, chromium: Browser, name: str, page: str, width: int) -> None:
    with opened(chromium, made / name / f"{page}.html", width) as shown:
        assert violations(shown) == []
        assert overflow(shown) == 0


@pytest.mark.parametrize(("name", "page"), PAIRS)
def test_the_print_is_black_on_white_and_whole(made: Path, chromium: Browser, name: str, page: str) -> None:
    with opened(chromium, made / name / f"{page}.html") as shown:
        on_screen = shown.inner_text("main")
        shown.emulate_media(media="print")
        assert shown.inner_text("main") == on_screen
        assert shown.evaluate("getComputedStyle(document.documentElement).backgroundColor") in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
        assert violations(shown) == []
        import pymupdf

        with pymupdf.open("pdf", shown.pdf(format="A4", tagged=True)) as paper:  # type: ignore[no-untyped-call]  # pymupdf has no types
            assert 1 <= paper.page_count <= 5
            assert "StructTreeRoot" in paper.xref_object(paper.pdf_catalog())


def test_the_notice_names_the_closed_places() -> None:
    view = profile("ville-csu")
    closed = [site.key for site in view.items("sites") if view.facts.cell("sites", site, "nature") == "local_non_ouvert"]
    assert closed
    assert f"Lieu filmé : {closed[0]}." in plain(notice(view))


def test_a_closed_place_without_a_name_is_announced_as_missing() -> None:
    view = profile("ville-csu")
    kept = tuple(site for site in view.items("sites") if view.facts.cell("sites", site, "nature") != "local_non_ouvert")
    view = profile("ville-csu", sites=Items(kept))
    assert "Lieu filmé" not in plain(notice(view))
    assert any("lieux fermés" in mention for mention in missing_in_notice(view))


def test_the_notice_announces_the_software_but_no_prohibited_use() -> None:
    text = plain(notice(profile("analyse")))
    section = text.partition("## Le logiciel qui analyse les images")[2].partition("\n## ")[0]
    assert "préfet" not in plain(notice(profile("analyse", experimentation=True))).partition("## Le logiciel qui")[2].partition("\n## ")[0]
    assert "compte les passages" in section and "se discute" in section and "« Comptage : un chiffre par heure" in section
    untold = plain(notice(profile("analyse", analyse_resultats="Une image et l'heure, gardées trente jours.")))
    assert "À compléter avant publication : ce que ce logiciel produit" in untold and "Une image et" not in untold
    for prohibited in ("infraction", "alerte", "allure"):
        assert prohibited not in section
    assert any("interdit" in said for said in remarks_on_notice(profile("analyse")))
    assert "## Le logiciel" not in notice(profile("complet"))


def test_an_erasure_that_no_answer_establishes_is_not_announced() -> None:
    assert "15 jours au plus, puis effacées" in plain(notice(profile("complet")))
    for changed in ({"effacement": "enregistreur"}, {"conservation_jours": 25}, {"conservation_arrete": "plus_longue"}):
        text = plain(notice(profile("complet", **changed)))
        assert "jours au plus. Celles" in text and "puis effacées" not in text and "sont effacées" not in text
    text = plain(notice(profile("complet", effacement="partiel")))
    assert "À compléter avant publication : la durée de conservation" in text and "15 jours" not in text and "combien de temps" not in text


def test_an_exposure_that_no_answer_establishes_is_not_affirmed() -> None:
    text = plain(notice(profile("petite-commune")))
    assert "- prévenir les atteintes à la sécurité des personnes et des biens (Place de l’Église)" in text
    assert "exposé" not in text and "lieu ouvert au public" not in text  # the tip: the answer is no
    assert any("n’est pas annoncé pour Déchèterie" in said for said in remarks_on_notice(profile("petite-commune")))


def test_an_unknown_transfer_leaves_a_place_in_the_notice() -> None:
    text = plain(notice(profile("depots")))
    assert "À compléter avant publication : si le fournisseur du bac stocke ou consulte" in text
    assert "À compléter avant publication : pour le fabricant de l’application de M2, le pays et les garanties" in text
    assert "l’installateur de M1 stocke" not in text
    assert "si une entreprise stocke" in plain(notice(profile("depots", prestataires=UNKNOWN)))


def test_the_decree_is_told_with_the_places_that_it_covers() -> None:
    def told(text: str) -> str:
        return text.partition("- Autorisation du préfet : ")[2].partition("\n## ")[0]

    partial = told(plain(notice(profile("complet"))))
    assert "y figurent : Place du Marché, Abords de la mairie" in partial and "Parking de la gare" not in partial
    assert "y figurent" not in told(plain(notice(profile("ville-csu")))) and "À compléter" not in told(plain(notice(profile("ville-csu"))))
    assert "À compléter avant publication : les lieux que couvre" in told(plain(notice(profile("petite-commune"))))


def _of_device(name: str, device: str, **changed: Value) -> str:
    view = profile(name, **changed)
    (told,) = (analysis.notice for analysis in view.corpus.analyses if analysis.id == device)
    assert told is not None
    return plain(device_notice(view, told)[0])


def test_the_notice_of_body_cameras_affirms_only_what_is_answered() -> None:
    text = _of_device("cameras-pietons", "cameras_individuelles")
    assert "30 jours" not in text and "À compléter avant publication : « À la fin de la durée réglée" in text
    assert "- Le jour et l’heure.\n" not in text and "peuvent manquer ou être faux" in text
    assert "chargés de former" in text and "Pour former ses agents" in text and "article 91" in text
    assert "30 jours après" in _of_device("cameras-pietons", "cameras_individuelles", pietons_effacement="automatique")
    assert "là où rien ne l’efface" in _of_device("cameras-pietons", "cameras_individuelles", pietons_effacement="manuel")


def test_nobody_is_said_to_send_the_parking_notice_while_no_answer_does() -> None:
    text = _of_device("stationnement", "controle_stationnement")
    assert "L’agence" not in text and "À compléter avant publication : qui envoie l’avis de paiement" in text


def test_the_notice_names_lawful_recipients_and_the_journal_counts_the_others() -> None:
    view = profile("depots")
    assert "presse" not in plain(notice(view)) and "informaticien" not in plain(notice(view))
    (said,) = (said for said in remarks_on_notice(view) if "tait" in said)
    assert said.startswith("elle tait 2 accès") and "la presse" in said
    shared = plain(notice(profile("ville-csu")))
    assert "l’intercommunalité, qui fait fonctionner les caméras avec la commune" in shared and "depuis ses locaux" in shared


def test_the_code_is_not_applied_to_closed_places() -> None:
    text = plain(notice(profile("ville-csu")))
    for article in ("R. 253-4", "L. 253-5"):
        assert all("lieux ouverts au public" in line for line in text.splitlines() if article in line)


def test_an_address_is_a_link_and_the_officer_is_named_once(made: Path) -> None:
    text = notice(profile("analyse"))
    assert "(<mailto:dpo@sablonville.example>)" in text and "**Déléguée à la protection des données**" in text
    assert plain(text).count("à la protection des données") == 1
    assert "'" not in plain(text)
    page = (made / "complet" / "notice.html").read_text(encoding="utf-8")
    assert 'href="mailto:' in page and '<span class="article">R.\u00a0253-6</span>' in page

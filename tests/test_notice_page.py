"""The notice on the commune's site: axe finds nothing in a real Chromium, on a telephone, a tablet, a screen and in print."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dpia.cli import main
from dpia.documents.public import missing_in_notice, notice
from dpia.values import Items
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

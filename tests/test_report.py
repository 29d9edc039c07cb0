"""The report for reviewers: hostile texts stay texts, the figures are those of « verifier », and Chromium reads it as anyone would."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dpia import dossier as dossiers
from dpia.answers import Answer
from dpia.cli import main
from dpia.corpus import load
from dpia.documents import report, report_content
from dpia.documents.view import View
from dpia.facts import AnsweredFacts
from dpia.followup import FollowUp
from dpia.reasoning import assess
from dpia.resources import folder
from dpia.values import Choices, Item, Items
from tests.fixtures.browser import WIDTHS, browser, opened, overflow, violations
from tests.fixtures.small import RUN

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ON = date(2026, 11, 25)
HOSTILE = "\" ' onfocus=alert(0) style=x></script></style><script>alert(1)</script><img src=x onerror=alert(2)> {{ 7*7 }} \\3c \u202e</li>"
SEEN = HOSTILE.replace("\u202e", "")  # a direction mark would show our own sentences backwards


class Tags(HTMLParser):
    """The tags of a page, each with its attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag."""
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text += data


def view_of(answers: dict[str, Answer], follow: dict[str, FollowUp] | None = None) -> View:
    corpus = load()
    facts = AnsweredFacts(corpus, answers, ON)
    return View(corpus, dossiers.Dossier(Path("dossier"), answers, {}), facts, assess(corpus, facts), follow or {})


@pytest.fixture(scope="module")
def hostile() -> View:
    """Cameras, sites, persons and reviewers that bear a hostile name."""
    cameras = tuple(
        Item(f"C{n}{HOSTILE}", {"site": HOSTILE, "latitude": 46.2 + n / 1000, "longitude": 5.2, "son": True, "masquage": False})
        for n in range(3)
    )
    answers = {
        "commune": Answer("01004"),
        "lieux_filmes": Answer(Choices(frozenset({"voie_publique"}), frozenset({"lieu_ouvert_public", "local_non_ouvert"}))),
        "stade": Answer("en_service"),
        "sites": Answer(Items((Item(HOSTILE, {"nature": "voie_publique"}),)), par=HOSTILE, preuve=HOSTILE),
        "cameras": Answer(Items(cameras), note=HOSTILE, par=HOSTILE, preuve=HOSTILE, qui=HOSTILE),
    }
    rules = {finding.rule.id for finding in view_of(answers).findings}
    return view_of(answers, {rule: FollowUp("en_cours", HOSTILE, None, HOSTILE) for rule in rules})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the worked example, 24 cameras."""
    home = tmp_path_factory.mktemp("rapport") / "valbrume"
    shutil.copytree(str(folder("data") / "profils" / "complet"), home)
    assert main(["produire", str(home), "--seulement", "rapport", "--date", ON.isoformat()]) == 0
    return home / "documents" / "rapport.html"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


def policy_of(page: str) -> str:
    return next(str(tag["content"]) for name, tag in Tags(page).found if name == "meta" and tag.get("http-equiv"))


def test_a_hostile_text_makes_no_tag_no_attribute_and_no_address(hostile: View) -> None:
    page = report.render(hostile).decode("utf-8")
    tags = Tags(page)
    names = [name for name, _ in tags.found]
    assert names.count("script") == 1
    assert names.count("style") == 2
    assert not {"img", "iframe", "object", "link", "base", "foreignobject", "a:href"} & set(names)
    for name, attributes in tags.found:
        assert not [key for key in attributes if key.startswith("on") or key in ("style", "src", "srcset", "action", "xlink:href")], name
        assert (attributes.get("href") or "#").startswith(("#", "https://"))
    assert tags.text.replace("\u00a0", " ").count(SEEN) > 20
    assert "\u202e" not in page


def test_the_policy_allows_our_style_and_our_script_alone(hostile: View) -> None:
    page = report.render(hostile).decode("utf-8")
    inside = re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", page, re.S)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in inside]
    wanted = f"default-src 'none'; style-src {' '.join(hashes[:2])}; script-src {hashes[2]}; base-uri 'none'; form-action 'none'"
    assert policy_of(page) == wanted
    assert page.index("Content-Security-Policy") < page.index("<style>")


@pytest.mark.parametrize("profile", ["complet", "ville-csu", "cameras-pietons", "depots", "analyse"])
def test_the_figures_are_those_of_verifier(profile: str, tmp_path: Path, run: RUN) -> None:
    home = tmp_path / "commune"
    shutil.copytree(str(folder("data") / "profils" / profile), home)
    code, out, _ = run("verifier", home, "--date", ON, "--format", "json")
    judged = json.loads(out)
    target = tmp_path / "r.html"
    assert run("verifier", home, "--date", ON, "--format", "html", "-o", target)[0] == code
    page = target.read_text(encoding="utf-8")
    tags = Tags(page)
    shown = [
        str(attributes["id"]).removeprefix("regle-") for name, attributes in tags.found if name == "li" and "data-verdict" in attributes
    ]
    assert sorted(shown) == sorted(entry["regle"] for entry in judged["constats"])
    told = [int(number) for number in re.findall(r"\d+", re.sub(r"\(.*?\)", "", re.findall(r'class="total">(.*?)</p>', page)[0]))]
    assert told == list(judged["resume"].values())
    for name, attributes in ((name, attributes) for name, attributes in tags.found if name == "option" and attributes["value"]):
        assert any(attributes["value"] in other.values() for tag, other in tags.found if tag == "li"), name  # every choice keeps something
    blocking = sum(1 for entry in judged["constats"] if entry["verdict"] == "ecart" and entry["gravite"] in ("bloquante", "interdiction"))
    assert [int(n) for n in re.findall(r"<li class=\"\w+\"><b>(\d+)</b>", page)][:2] == [judged["resume"]["interdit"], blocking]
    told_of = re.sub(r"\s+", " ", tags.text)
    for entry in judged["constats"]:
        if entry["verdict"] != "sans_objet":
            for wanted in (entry["obligation"], entry["preuve"], *(source["article"] for source in entry["fondement"])):
                assert " ".join(wanted.split()) in told_of, entry["regle"]


def test_nothing_known_is_neither_a_breach_nor_a_conformity() -> None:
    page = Tags(report.render(view_of({})).decode("utf-8")).text.replace("\u00a0", " ")
    assert "aucun usage interdit n'est établi" in page
    assert "ils ne comptent ni comme un manquement, ni comme une conformité" in page
    assert "0 interdit, 0 écart, " in page


def test_a_prohibited_use_comes_first_ceases_and_is_not_rated(monkeypatch: pytest.MonkeyPatch) -> None:
    options = frozenset(load().questions["appareils"].options)
    answers = {
        "lieux_filmes": Answer(Choices(non=frozenset(load().questions["lieux_filmes"].options))),
        "appareils": Answer(Choices(frozenset({"son"}), options - {"son"})),
        "son_types": Answer(Choices(frozenset({"paroles"}), frozenset(load().questions["son_types"].options) - {"paroles"})),
    }
    monkeypatch.setattr(report_content, "stopped", lambda view, analysis: True)
    page = report.render(view_of(answers)).decode("utf-8").replace("\u00a0", " ")
    said = re.search(r"usages? (?:est|sont) interdits? : (?:il cesse|ils cessent), et aucune analyse d&#39;impact", page)
    assert said
    assert said.start() < page.index('id="verdict-interdit"')
    assert "leur risque ne se cote pas" in page


def test_two_runs_in_two_folders_give_the_same_bytes(made: Path, tmp_path: Path) -> None:
    other = tmp_path / "ailleurs"
    shutil.copytree(made.parent.parent, other)
    assert main(["produire", str(other), "-o", str(tmp_path / "sortie"), "--seulement", "rapport", "--date", ON.isoformat()]) == 0
    assert (tmp_path / "sortie" / "rapport.html").read_bytes() == made.read_bytes()
    assert made.stat().st_size < 1_500_000


# -- in Chromium


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_folded_and_unfolded(made: Path, chromium: Browser, width: int) -> None:
    with opened(chromium, made, width) as page:
        assert violations(page) == []
        page.click("#deplier")
        assert violations(page) == []
        assert overflow(page) == 0


@pytest.mark.parametrize("which", ["hostile", "vide"])
def test_axe_finds_nothing_in_a_hostile_or_an_empty_dossier(hostile: View, chromium: Browser, tmp_path: Path, which: str) -> None:
    file = tmp_path / "rapport.html"
    file.write_bytes(report.render(hostile if which == "hostile" else view_of({})))
    with opened(chromium, file, 320) as page:
        page.click("#deplier")
        assert violations(page) == []
        assert overflow(page) == 0


def test_the_filters_work_with_the_keyboard_and_say_the_number(made: Path, chromium: Browser) -> None:
    from playwright.sync_api import expect

    with opened(chromium, made) as page:
        said = page.locator("#nombre")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "contenu"
        at_first = str(said.text_content())
        page.focus("select[name=gravite]")
        page.keyboard.press("ArrowDown")
        expect(said).not_to_have_text(at_first)
        assert (
            said.text_content()
            == f"{_shown(page)} constat{'s affichés' if _shown(page) > 1 else ' affiché'} sur {page.locator('.constat').count()}."
        )
        assert said.get_attribute("role") == "status"
        page.click("button[type=reset]")
        expect(said).to_have_text(at_first)
        page.fill("input[type=search]", "PREFET recepisse")  # neither the capital nor the accent counts; every word does
        expect(said).not_to_have_text(at_first)
        kept = [text.lower() for text in page.locator(".constat:not([hidden])").all_text_contents()]
        assert kept
        assert all("préfet" in text and "récépissé" in text for text in kept)
        page.focus("input[name=verdict] >> nth=0")
        page.keyboard.press("Space")
        expect(page.locator(".constat.ecart:not([hidden])")).to_have_count(0)


def test_a_finding_unfolds_with_the_keyboard_and_shows_where_the_focus_is(made: Path, chromium: Browser) -> None:
    with opened(chromium, made) as page:
        first = page.locator(".constat:not([hidden]) summary").first
        first.focus()
        page.keyboard.press("Enter")
        assert page.locator(".constat details[open]").count() == 1
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_link_shows_a_finding_that_the_filters_hide(made: Path, chromium: Browser) -> None:
    from playwright.sync_api import expect

    with opened(chromium, made) as page:
        page.fill("input[type=search]", "rien de tel nulle part")
        expect(page.locator("#nombre")).to_have_text("Aucun constat ne répond à ces filtres.")
        link = page.locator("#decision ~ ul a[href^='#regle-']").first
        name = str(link.get_attribute("href"))
        link.click()
        page.wait_for_selector(f"{name} details[open]")
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_without_a_script_all_is_there_and_the_filters_are_not(made: Path, chromium: Browser) -> None:
    with opened(chromium, made, javascript=False) as page:
        assert not page.locator("#filtres").is_visible()
        assert page.locator(".constat").count() == page.locator(".constat:visible").count()
        assert "Fondements" in _text(page)  # the folded findings are printed in full


def test_a_script_that_is_not_ours_does_not_run(made: Path, chromium: Browser, tmp_path: Path) -> None:
    file = tmp_path / "ajoute.html"
    file.write_text(made.read_text(encoding="utf-8").replace("</main>", "<script>document.title='pris'</script></main>"), encoding="utf-8")
    with pytest.raises(AssertionError, match="Content Security Policy"), opened(chromium, file) as page:
        assert page.title().startswith("Rapport de relecture")


def test_the_print_is_unfolded_tagged_and_bears_its_head(made: Path, chromium: Browser) -> None:
    import pymupdf

    with opened(chromium, made) as page:
        content = page.pdf(prefer_css_page_size=True, tagged=True)
        folded = page.locator(".constat details[open]").count()
    assert folded == 0  # as it was before the print
    with pymupdf.open(stream=content) as pdf:  # type: ignore[no-untyped-call]  # pymupdf ships no types
        pages = [sheet.get_text() for sheet in pdf]
        assert all("Rapport de relecture – Valbrume-sur-Lys – 25/11/2026" in text for text in pages)
        assert pdf[0].rect.width == pytest.approx(595, abs=1)  # A4, in points
    whole = "".join(pages)
    assert whole.count("Obligation") == 21 + 22 + 103  # those that the filters show
    assert "Filtres (verdict : écart, à vérifier, conforme)" in whole.replace("\u00a0", " ").replace("\n", " ")
    assert "Tout déplier" not in whole


def _shown(page: Page) -> int:
    return page.locator(".constat:not([hidden])").count()


def _text(page: Page) -> str:
    import pymupdf

    with pymupdf.open(stream=page.pdf()) as pdf:  # type: ignore[no-untyped-call]  # pymupdf ships no types
        return "".join(sheet.get_text() for sheet in pdf)

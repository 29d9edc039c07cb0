"""The sign in other languages, on a plate, as a drawing: two translations or none, French no smaller, letters that are read."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from dpia.corpus import load
from dpia.documents import sign_legibility as legibility
from dpia.documents.sign import SignContent, SignError, body_points, plate, sign_docx, sign_pdf, sign_svg
from dpia.documents.sign_languages import UntranslatedError, chosen, translated
from dpia.documents.sign_set import CLOSED_SIGN, signs
from dpia.documents.sign_text import PLATE_QR_MM, RIGHTS, Headings, clean, notice
from dpia.values import Choices
from tests.fixtures.signs import LONG, SIGN, docx_paragraphs, pdf_text, squeezed
from tests.fixtures.views import profile

LANGUAGES = load().data["langues_panneau"]
SENTENCES = load().data["traductions_panneau"]
PURPOSES = tuple(entry["panneau"][0].upper() + entry["panneau"][1:] for entry in load().data["finalites"][:2])
TRILINGUAL = translated(replace(SIGN, finalites=PURPOSES), ("en", "de"), SENTENCES)


@pytest.mark.parametrize(
    ("asked", "found"),
    [(None, ()), ("fr", ()), ("fr,en,de", ("en", "de")), ("nl, FR ;pt", ("nl", "pt")), ("fr,en,de,es,it,nl,pt", tuple(LANGUAGES))],
)
def test_french_alone_or_with_two_others(asked: str | None, found: tuple[str, ...]) -> None:
    assert chosen(asked, LANGUAGES) == found


@pytest.mark.parametrize(
    ("asked", "why"),
    [("fr,en", r"94-665.*art\. 4"), ("en", r"art\. 4"), ("en,de", r"art\. 3"), ("fr,en,en", "deux fois"), ("fr,en,zz", "« zz »")],
)
def test_one_translation_or_no_french_is_refused(asked: str, why: str) -> None:
    with pytest.raises(SignError, match=why):
        chosen(asked, LANGUAGES)


@pytest.mark.parametrize("make", [sign_pdf, sign_svg, sign_docx])
def test_one_translation_makes_no_sign_whoever_asks(make: Any) -> None:
    with pytest.raises(SignError, match="deux au moins"):
        make(replace(TRILINGUAL, traductions=TRILINGUAL.traductions[:1]))


def test_each_sentence_has_its_six_languages_and_keeps_its_number() -> None:
    for entry in SENTENCES:
        assert set(entry) == {"fr", *LANGUAGES}, entry["fr"]
        for text in entry.values():
            assert text.count("{n}") == entry["fr"].count("{n}")
            assert text.strip() == text and text


def test_what_the_signs_of_fixed_cameras_say_is_translated() -> None:
    """A purpose or a mention added one day without its translations would leave the sign in French alone."""
    data = load().data
    said = [text for entry in data["finalites"] for key in ("panneau", "panneau_pluriel", "panneau_a_etablir") if (text := entry.get(key))]
    ways = [text[0].upper() + text[1:] for text in said]
    closed = [entry["objectif"].rstrip(".") for entry in data["objectifs_locaux"] if "a_ecarter" not in entry]
    mentions = tuple(entry["texte"] for entry in data["mentions_panneau"])
    for content in (
        replace(SIGN, finalites=tuple(ways), mentions=mentions), replace(TRILINGUAL, conservation_jours=0), replace(TRILINGUAL, conservation_jours=1),
        replace(SIGN, finalites=tuple(closed), arrete=None, titre=CLOSED_SIGN["titre"], droits=CLOSED_SIGN["droits"]),
    ):  # fmt: skip
        assert len(translated(content, tuple(LANGUAGES), SENTENCES).traductions) == 6


@pytest.mark.parametrize("set_aside", [True, False])
def test_what_the_sign_of_plate_reading_says_is_translated(set_aside: bool) -> None:
    options = frozenset(load().questions["stationnement_deliberation"].options)
    value = Choices(options, frozenset()) if set_aside else Choices(frozenset(), options)
    (sign,) = signs(profile("stationnement", stationnement_deliberation=value))
    assert len(translated(sign.content, tuple(LANGUAGES), SENTENCES).traductions) == 6


def test_a_sentence_without_translation_is_named() -> None:
    with pytest.raises(UntranslatedError, match="« Prévenir l’ennui »"):
        translated(replace(SIGN, finalites=("Prévenir l’ennui",)), ("en", "de"), SENTENCES)


def test_the_number_of_days_and_the_names_stay() -> None:
    english = TRILINGUAL.traductions[0]
    said = {section.cle: section.lignes for section in english.rubriques}
    assert said["duree"] == ("Images are kept for 15 days at most.",)
    assert said["responsable"] == (SIGN.responsable,)
    assert set(said) == {"responsable", "pourquoi", "duree", "droits", "reclamation"}
    assert RIGHTS not in str(english)


# -- on paper


def spans(data: bytes) -> list[tuple[str, float, int, tuple[float, ...]]]:
    pymupdf = pytest.importorskip("pymupdf", exc_type=ImportError)
    with pymupdf.open(stream=data, filetype="pdf") as document:
        assert document.page_count == 1
        blocks = document[0].get_text("dict")["blocks"]
    return [
        (s["text"], s["size"], s["color"], s["bbox"])
        for b in blocks
        for line in b.get("lines", ())
        for s in line["spans"]
        if s["text"].strip()
    ]


@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_french_is_at_least_as_large_and_everything_is_printed(paper: Any) -> None:
    data = sign_pdf(TRILINGUAL, paper)
    printed = pdf_text(data)
    foreign = " ".join(text for t in TRILINGUAL.traductions for text in (t.titre, *(line for s in t.rubriques for line in s.lignes)))
    for translation in TRILINGUAL.traductions:
        for section in translation.rubriques:
            assert all(squeezed(line) in printed for line in (section.titre, *section.lignes))
    sizes = {text: size for text, size, *_ in spans(data)}
    others = [
        size for text, size in sizes.items() if squeezed(text) in squeezed(foreign) and text not in SIGN.responsable and len(text) > 8
    ]
    french = [
        size for text, size in sizes.items() if squeezed(text) in squeezed(RIGHTS + "".join((*PURPOSES, *Headings()))) and len(text) > 8
    ]
    assert others and french
    assert max(others) < min(french)
    assert min(sizes.values()) >= legibility.smallest_points() - 0.01
    written = squeezed("".join(text for _, text in docx_paragraphs(sign_docx(TRILINGUAL, paper))))
    assert all(squeezed(line) in written for t in TRILINGUAL.traductions for s in t.rubriques for line in s.lignes)


def test_each_language_is_marked_in_both_files() -> None:
    pikepdf = pytest.importorskip("pikepdf")
    with pikepdf.open(io.BytesIO(sign_pdf(TRILINGUAL))) as document:
        marked = {str(o.Lang) for o in document.objects if isinstance(o, pikepdf.Dictionary) and "/Lang" in o}
    assert {"fr-FR", "en", "de"} <= marked
    with zipfile.ZipFile(io.BytesIO(sign_docx(TRILINGUAL))) as package:
        body = package.read("word/document.xml").decode()
    assert re.search(r'<w:lang w:val="de"/></w:rPr><w:t[^>]*>Dieser Bereich', body)
    assert not re.search(r"<w:lang[^>]*/></w:rPr><w:t[^>]*>Commune de Belleville", body)


@pytest.mark.parametrize(("content", "paper"), [(TRILINGUAL, "a4"), (TRILINGUAL, "a3"), (SIGN, "plaque")], ids=["a4", "a3", "plaque"])
def test_two_checkers_find_no_accessibility_error(content: SignContent, paper: Any, tmp_path: Any) -> None:
    pdfua, outloud = pytest.importorskip("pdfua"), pytest.importorskip("outloud")
    path = tmp_path / "panneau.pdf"
    path.write_bytes(sign_pdf(content, paper))
    assert pdfua.validate(str(path)).findings in ([], ())
    assert [finding for finding in outloud.check(str(path)).findings if finding.severity == "error"] == []


@pytest.mark.parametrize(("content", "paper"), [(TRILINGUAL, "a4"), (SIGN, "plaque")], ids=["trois langues", "plaque"])
def test_the_real_contrast_is_7_and_letters_are_read_from_half_a_metre(content: SignContent, paper: Any) -> None:
    """The colours of the letters come from the PDF, those of the ground from its drawing: the corner of each span's box."""
    pymupdf = pytest.importorskip("pymupdf", exc_type=ImportError)
    data = sign_pdf(content, paper)
    with pymupdf.open(stream=data, filetype="pdf") as document:
        drawn = document[0].get_pixmap(dpi=144)
    for text, size, colour, (x, y, *_) in spans(data):
        ground = "#{:02x}{:02x}{:02x}".format(*drawn.pixel(int(x * 2) - 2, int(y * 2) + 2))
        assert legibility.contrast(f"#{colour:06x}", ground) >= legibility.CONTRAST, (text, ground)
        assert legibility.distance(size) >= legibility.DISTANCE - 0.001, (text, size)


def test_the_rule_of_legibility() -> None:
    assert legibility.contrast("#ffffff", "#000000") == pytest.approx(21)
    assert legibility.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert legibility.capital_mm(legibility.smallest_points()) == pytest.approx(2.33, abs=0.01)  # 0.5 m × tan 16'
    assert legibility.distance(legibility.smallest_points(2.0)) == pytest.approx(2.0)


# -- the plate


def test_the_plate_says_the_first_level_and_its_code_is_read_at_150_dpi() -> None:
    pymupdf, zxing = pytest.importorskip("pymupdf", exc_type=ImportError), pytest.importorskip("zxingcpp")
    image = pytest.importorskip("PIL.Image")
    with pymupdf.open(stream=sign_pdf(SIGN, "plaque"), filetype="pdf") as document:
        page = document[0]
        assert [round(side * 25.4 / 72) for side in page.rect[2:]] == [150, 100]
        said, drawn = squeezed(page.get_text()), page.get_pixmap(dpi=150)
    assert all(squeezed(text) in said for text in (SIGN.responsable, *SIGN.finalites, RIGHTS, "15 jours", "belleville.fr/cameras"))
    (code,) = zxing.read_barcodes(image.frombytes("RGB", (drawn.width, drawn.height), drawn.samples))
    place = notice(SIGN, PLATE_QR_MM)
    assert code.text == SIGN.notice_url and place is not None and place.qr_mm > 30
    with zipfile.ZipFile(io.BytesIO(sign_docx(SIGN, "plaque"))) as package:
        assert 'w:orient="landscape"' in package.read("word/document.xml").decode()


def test_a_plate_too_full_keeps_what_the_law_wants_on_it_or_is_refused() -> None:
    full = replace(SIGN, contact_droits=LONG)
    assert plate(SIGN) == SIGN and plate(TRILINGUAL) == replace(SIGN, finalites=PURPOSES, contact_droits=None)
    assert plate(full) == replace(SIGN, contact_droits=None)
    fuller = replace(full, finalites=(*PURPOSES, LONG))
    assert plate(fuller) == replace(fuller, contact_droits=None, conservation_jours=None)
    assert plate(replace(full, notice_url=None)).contact_droits == LONG  # nothing else would say it
    with pytest.raises(SignError, match="lettres lisibles"):
        sign_pdf(plate(replace(SIGN, finalites=(LONG,) * 5)), "plaque")


# -- the drawing


@pytest.mark.parametrize("said", ["Belleville", '<script>alert(1)</script> & "x" \''])
def test_the_drawing_is_alone_and_says_its_words(said: str) -> None:
    data = sign_svg(replace(SIGN, commune=said, finalites=(said,)))
    root = ElementTree.fromstring(data)  # noqa: S314  # our own file
    title, words = root[0], root[1]
    assert (title.tag.rpartition("}")[2], words.tag.rpartition("}")[2]) == ("title", "desc")
    assert clean(said) in (title.text or "") and RIGHTS in (words.text or "")
    assert not [
        value
        for node in root.iter()
        if not node.tag.endswith("}a")
        for key, value in node.attrib.items()
        if key.endswith("href") and not value.startswith("#")
    ]
    assert not [node for node in root.iter() if node.tag.rpartition("}")[2] in ("script", "foreignObject", "text")]


@pytest.mark.parametrize("paper", ["a4", "plaque"])
def test_another_reader_reads_the_code_of_the_drawing(paper: Any) -> None:
    pymupdf, zxing = pytest.importorskip("pymupdf", exc_type=ImportError), pytest.importorskip("zxingcpp")
    image = pytest.importorskip("PIL.Image")
    with pymupdf.open(stream=sign_svg(SIGN, paper), filetype="svg") as document:
        drawn = document[0].get_pixmap(dpi=150)
    (code,) = zxing.read_barcodes(image.frombytes("RGB", (drawn.width, drawn.height), drawn.samples))
    assert code.text == SIGN.notice_url


def test_the_plate_shrinks_no_further_than_what_is_read() -> None:
    assert body_points(SIGN, "plaque") * 0.92 >= legibility.smallest_points()

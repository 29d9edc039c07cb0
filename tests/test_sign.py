"""The sign: what it must say, what it prints of what was typed, one page, readable by a screen reader and by a phone."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest

from dpia.documents.sign import SignContent, SignError, body_points, missing_mentions, sign_docx, sign_pdf, sign_svg
from dpia.documents.sign_legibility import smallest_points
from dpia.documents.sign_text import RIGHTS, clean, notice, rows, web_address
from tests.fixtures.signs import LONG, SIGN, VERY_LONG, docx_paragraphs, pdf_text, squeezed

HOSTILE = (
    '#eval("1+1")', "#panic()", "{{ 7*7 }}", "=1+1", "<script>alert(1)</script>", "$x^2$ *gras* _it_ `code` @ref <label>", "]] #[x] // fin",
    "\\ ~ -- ... \"q\" 'q'", "= Titre", "- liste", "&amp; ]]>", "Œuvre à 5 % : « été » ’", "\u0391\u0411 ŵ → ☎ \U0001f4de",
)  # fmt: skip


def words(content: SignContent) -> list[str]:
    return [section.titre for row in rows(content) for section in row] + [
        line for section in chain.from_iterable(rows(content)) for line in section.lignes
    ]


# -- what it must say


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"responsable": " "}, "responsable"),
        ({"finalites": ()}, "finalités"),
        ({"finalites": ("", "\u200b")}, "finalités"),
        ({"droits": ""}, "droits"),
    ],
)
@pytest.mark.parametrize("make", [sign_pdf, sign_svg, sign_docx])
def test_no_sign_without_what_r_253_6_requires(make: Any, change: dict[str, Any], named: str) -> None:
    content = replace(SIGN, **change)
    with pytest.raises(SignError, match=rf"« Belleville – Place de l’Église » : il manque .*{named}.*R\. 253-6.*Complétez"):
        make(content)
    assert [m for m in missing_mentions(content) if "obligatoire" in m and named in m]


def test_missing_mentions_tells_the_required_from_the_rest() -> None:
    bare = SignContent("Belleville", "", (), "")
    missing = missing_mentions(bare)
    assert ["obligatoire" in mention for mention in missing] == [True] * 3 + [False] * 5
    assert missing_mentions(SIGN) == ()
    assert missing_mentions(replace(SIGN, notice_url="à la mairie")) == ("le code QR (la notice n’est pas à une adresse web) (facultatif)",)
    assert missing_mentions(replace(SIGN, conservation_jours=0)) == ()


def test_the_pictogram_is_required_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr("dpia.documents.sign_text.folder", lambda name: tmp_path)
    with pytest.raises(SignError, match="pictogramme"):
        sign_pdf(SIGN)


def test_absent_mentions_leave_no_heading() -> None:
    least = SignContent("Belleville", "Commune de Belleville", ("Réguler la circulation",))
    assert [section.titre for row in rows(least) for section in row] == [
        "Responsable",
        "À quoi servent les caméras",
        "Vos droits",
        "Réclamation",
    ]
    assert notice(least) is None
    assert "None" not in str(rows(least))


def test_rights_are_those_that_exist() -> None:
    for right in ("accès", "rectification", "effacement", "limitation", "voir les images"):
        assert right in RIGHTS
    assert not re.search("opposition|opposer|portabilité", " ".join(words(SIGN)))


@pytest.mark.parametrize(
    ("days", "said"), [(0, "ne sont pas conservées."), (1, "conservées 1\u00a0jour au plus."), (30, "conservées 30\u00a0jours au plus.")]
)
def test_retention_in_words(days: int, said: str) -> None:
    assert any(line.endswith(said) for line in words(replace(SIGN, conservation_jours=days)))


def test_an_impossible_retention_is_refused() -> None:
    with pytest.raises(SignError, match=r"-3 jours de conservation.*Corrigez"):
        sign_pdf(replace(SIGN, conservation_jours=-3))


# -- what it prints of what was typed


@pytest.mark.parametrize("paper", ["a4", "a3"])
@pytest.mark.parametrize(
    "content", [SIGN, VERY_LONG, SignContent("X", "Commune de X", ("Réguler la circulation",))], ids=["court", "long", "nu"]
)
def test_everything_is_printed_on_one_page(content: SignContent, paper: Any) -> None:
    printed = pdf_text(sign_pdf(content, paper))
    for said in words(content):
        assert squeezed(said) in printed
    written = squeezed("".join(text for _, text in docx_paragraphs(sign_docx(content, paper))))
    for said in words(content):
        assert squeezed(said) in written


@pytest.mark.parametrize("said", HOSTILE)
def test_what_is_typed_is_printed_as_it_is(said: str) -> None:
    content = SignContent(said, said, (said,), said, 15, said, said, said, said, said)
    fields = 8  # all but the commune, which is in the title of the file, and the retention
    assert pdf_text(sign_pdf(content)).count(squeezed(said)) == fields
    assert sum(text.endswith(clean(said)) for _, text in docx_paragraphs(sign_docx(content))) == fields


def test_the_typography_is_french_and_an_address_keeps_its_number() -> None:
    assert (
        clean("l'arrêté n° 2024-0611 : mairie, 1 place de l'Église") == "l’arrêté n°\u00a02024-0611\u00a0: mairie, 1\u00a0place de l’Église"
    )


@pytest.mark.parametrize("wide", ["dpo@ville-aux-longs-traits-d-union.example", "délégué, dpo@centre-de-gestion-du-departement.example"])
def test_an_email_address_stays_whole(wide: str) -> None:
    pymupdf = pytest.importorskip("pymupdf", exc_type=ImportError)
    with pymupdf.open(stream=sign_pdf(replace(SIGN, dpo=wide, notice_url=None)), filetype="pdf") as document:
        assert wide.split()[-1] in {word[4] for word in document[0].get_text("words")}


def test_unseen_characters_are_dropped_and_lines_joined() -> None:
    assert clean(" a\x07b\u202ec\ud800\n  d\u200b\u00ad\u202fe ") == "a bc\ufffd d\u00a0e"


def test_a_word_without_spaces_stays_inside_the_page() -> None:
    pymupdf = pytest.importorskip("pymupdf", exc_type=ImportError)
    wide = replace(SIGN, finalites=("W" * 200,), dpo="m" * 99, responsable="Œ" * 99, site="x" * 99)
    with pymupdf.open(stream=sign_pdf(wide), filetype="pdf") as document:
        page = document[0]
        for x0, _, x1, *_ in page.get_text("words"):
            assert page.rect.x0 + 20 < x0 < x1 < page.rect.x1 - 20
        assert squeezed(page.get_text()).count("W") == 200
    assert body_points(wide) < body_points(SIGN)


def test_the_text_shrinks_to_fit_and_grows_with_the_paper() -> None:
    assert 15 < body_points(SIGN) <= 20
    assert smallest_points() <= body_points(VERY_LONG) < 13
    assert body_points(SIGN, "a3") == pytest.approx(body_points(SIGN) * 2**0.5, rel=0.01)


@pytest.mark.parametrize("make", [sign_pdf, sign_docx])
def test_a_text_too_long_to_be_read_is_refused(make: Any) -> None:
    with pytest.raises(SignError, match=r"« Belleville – .*trop longs.*Raccourcissez"):
        make(replace(SIGN, finalites=(LONG,) * 12))


def test_a_character_that_the_fonts_lack_is_named_with_its_field() -> None:
    with pytest.raises(SignError, match=r"« 日 » \(dans « dpo »\).*Remplacez-le"):
        sign_pdf(replace(SIGN, dpo="日本"))


# -- the notice and its code


@pytest.mark.parametrize(
    ("typed", "coded"),
    [
        ("https://www.belleville.fr/cameras", "https://www.belleville.fr/cameras"),
        ("http://belleville.fr", "http://belleville.fr"),
        ("www.belleville.fr/cameras", "https://www.belleville.fr/cameras"),
        ("www.évry.fr/caméras", "https://www.%C3%A9vry.fr/cam%C3%A9ras"),
        ("à l’accueil de la mairie", None),
        ("javascript:alert(1)", None),
        ("https://belleville", None),
        ("mairie@belleville.fr", None),
        ("", None),
    ],
)
def test_only_a_web_address_gets_a_code(typed: str, coded: str | None) -> None:
    assert web_address(replace(SIGN, notice_url=typed)) == coded


def test_the_code_never_goes_under_30_millimetres_and_grows_with_the_address() -> None:
    short, long = notice(SIGN), notice(replace(SIGN, notice_url=f"https://www.exemple.fr/{'notice-' * 68}"))
    assert short is not None and long is not None
    assert short.qr_mm > 32
    assert long.qr_mm > 60


def test_an_address_too_long_for_a_readable_code_is_refused() -> None:
    with pytest.raises(SignError, match=r"\d{3} caractères.*adresse courte"):
        sign_pdf(replace(SIGN, notice_url=f"https://www.belleville.fr/{'a' * 600}"))


@pytest.mark.parametrize("paper", ["a4", "a3"])
@pytest.mark.parametrize("content", [SIGN, VERY_LONG], ids=["court", "long"])
def test_another_reader_reads_the_code_on_the_page(content: SignContent, paper: Any) -> None:
    pymupdf = pytest.importorskip("pymupdf", exc_type=ImportError)
    zxing = pytest.importorskip("zxingcpp")
    image = pytest.importorskip("PIL.Image")
    with pymupdf.open(stream=sign_pdf(content, paper), filetype="pdf") as document:
        drawn = document[0].get_pixmap(dpi=150)
    (code,) = zxing.read_barcodes(image.frombytes("RGB", (drawn.width, drawn.height), drawn.samples))
    assert (code.text, code.ec_level) == (content.notice_url, "Q")
    with zipfile.ZipFile(io.BytesIO(sign_docx(content, paper))) as package:
        (code,) = zxing.read_barcodes(image.open(io.BytesIO(package.read("word/media/qr.png"))).convert("L"))
    assert code.text == content.notice_url


# -- for everyone


@pytest.mark.parametrize("content", [SIGN, VERY_LONG, replace(SIGN, notice_url="à la mairie")], ids=["court", "long", "sans code"])
@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_two_checkers_find_no_accessibility_error(content: SignContent, paper: Any, tmp_path: Any) -> None:
    pdfua = pytest.importorskip("pdfua")
    outloud = pytest.importorskip("outloud")
    path = tmp_path / "panneau.pdf"
    path.write_bytes(sign_pdf(content, paper))
    assert pdfua.validate(str(path)).findings in ([], ())
    result = outloud.check(str(path))
    assert result.error is None
    assert [finding for finding in result.findings if finding.severity == "error"] == []


def test_the_pdf_says_its_language_title_and_pictures() -> None:
    pikepdf = pytest.importorskip("pikepdf")
    with pikepdf.open(io.BytesIO(sign_pdf(SIGN))) as document:
        assert str(document.Root.Lang) == "fr-FR"
        with document.open_metadata() as metadata:
            assert metadata["dc:title"] == "Espace sous vidéoprotection – Place de l’Église – Belleville"
            assert metadata["pdfuaid:part"] == "1"
        alternatives = [
            str(o.Alt) for o in document.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o and o.get("/S") == "/Figure"
        ]
        roles = [str(o.S) for o in document.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/StructElem"]
    assert (roles.count("/H1"), roles.count("/H2"), roles.count("/LI")) == (1, 8, 2)
    assert len(alternatives) == 2
    assert "caméra" in alternatives[0] and "https://www.belleville.fr/cameras" in alternatives[1]


def test_the_word_file_says_its_language_title_headings_and_pictures() -> None:
    data = sign_docx(SIGN)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert 'w:val="fr-FR"' in package.read("word/styles.xml").decode()
        assert "<dc:title>Espace sous vidéoprotection – Place de l’Église – Belleville<" in package.read("docProps/core.xml").decode()
        alternatives = re.findall(r'<wp:docPr [^>]*descr="([^"]+)"', package.read("word/document.xml").decode())
    assert len(alternatives) == 2
    styles = [style for style, _ in docx_paragraphs(data)]
    assert styles[:2] == ["Image", "Title"] and styles.count("Heading1") == 8 and styles.count("ListBullet") == 2


@pytest.mark.parametrize("make", [sign_pdf, sign_svg, sign_docx])
def test_same_content_same_bytes(make: Any) -> None:
    assert make(SIGN, "a3") == make(SIGN, "a3")
    assert make(SIGN, "a4") != make(SIGN, "a3")
    assert not re.search(rb"D:20\d\d|20\d\d-\d\d-\d\dT", make(SIGN))

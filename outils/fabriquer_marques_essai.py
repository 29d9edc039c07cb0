"""Fabrique trois marques très différentes, pour les essais : python outils/fabriquer_marques_essai.py DOSSIER.

« sobre » : noir, à empattements, justifié, sans numérotation ni page de garde, styles nommés en français. « cabinet » : paysage, marges larges,
page de garde à image et à tableau, logo dans l'en-tête, titres numérotés 1.1, dernière page. « anglais » : le fichier vide de python-docx,
styles de Word en anglais, format américain.
"""

from __future__ import annotations

import io
import struct
import sys
import zipfile
import zlib
from pathlib import Path

from docx import Document
from fabriquer_marque import OFFICE, WORD, content_types, core, relationships, settings
from marque_styles import Letters, border, edge, indent, numbered, space, table

from dpia.documents.ooxml import HEAD, NAMESPACES, archive, field, paragraph, picture, run

TEAL, ORANGE, PALE = "00695C", "C25700", "E0F2F1"


def png(width: int, height: int) -> bytes:
    """Return a bitmap: a diagonal of the two colours of the cabinet."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    teal, orange = bytes.fromhex(TEAL), bytes.fromhex(ORANGE)
    lines = b"".join(b"\0" + teal * (width - width * y // height // 2) + orange * (width * y // height // 2) for y in range(height))
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b"")


def style(name: str, identifier: str, layout: str = "", letters: Letters | None = None, based: str = "Normal") -> str:
    """Return a paragraph style; `layout` is the inside of w:pPr."""
    base = f'<w:basedOn w:val="{based}"/>' if based else ' w:default="1"'
    marks = f"<w:rPr>{letters.xml()}</w:rPr>" if letters else ""
    default, base = (base, "") if not based else ("", base)
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{identifier}"><w:name w:val="{name}"/>{base}<w:qFormat/>'
        f"<w:pPr>{layout}</w:pPr>{marks}</w:style>"
    )


def sheet(font: str, size: float, styles: str) -> str:
    """Return word/styles.xml."""
    letters = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:cs="{font}"/>{Letters(size).xml()}<w:lang w:val="en-US"/>'
    plain = '<w:style w:type="table" w:default="1" w:styleId="TableauNormal"><w:name w:val="Normal Table"/></w:style>'
    return (
        f"{HEAD}<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{letters}</w:rPr></w:rPrDefault></w:docDefaults>"
        f"{plain}{styles}</w:styles>"
    )


def level(depth: int, kind: str, shown: str, left: int, owner: str = "") -> str:
    """Return a w:lvl."""
    linked = f'<w:pStyle w:val="{owner}"/>' if owner else ""
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{linked}<w:lvlText w:val="{shown}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr>{indent(left, min(left, 600))}</w:pPr></w:lvl>'
    )


def numbering(*groups: str) -> str:
    """Return word/numbering.xml: w:numId 1, 2… each with the levels of one group."""
    shapes = "".join(
        f'<w:abstractNum w:abstractNumId="{n}"><w:multiLevelType w:val="{"multilevel" if group.count("<w:lvl ") > 1 else "singleLevel"}"/>{group}</w:abstractNum>'
        for n, group in enumerate(groups, 1)
    )
    uses = "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in range(1, len(groups) + 1))
    return f"{HEAD}<w:numbering {NAMESPACES}>{shapes}{uses}</w:numbering>"


def part(tag: str, inside: str) -> str:
    """Return a header ("hdr"), a footer ("ftr") or the document."""
    return f"{HEAD}<w:{tag} {NAMESPACES}>{inside}</w:{tag}>"


def package(word: dict[str, str], pictures: dict[str, bytes], links: dict[str, list[tuple[str, str]]]) -> bytes:
    """Return a .docx; `word`: part → text; `links`: the relationships of a part, numbered from rId1."""
    kinds = {name: name.rstrip("0123456789") for name in word}
    types = {f"word/{name}.xml": f"{WORD}.{'document.main' if kind == 'document' else kind}+xml" for name, kind in kinds.items()}
    types |= {f"word/{name}": "image/png" for name in pictures}
    types["docProps/core.xml"] = "application/vnd.openxmlformats-package.core-properties+xml"
    properties = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    parts = {
        "[Content_Types].xml": content_types(types),
        "_rels/.rels": relationships([(f"{OFFICE}/officeDocument", "word/document.xml"), (properties, "docProps/core.xml")]),
        "docProps/core.xml": core(),
        **{f"word/{name}.xml": text for name, text in word.items()},
        **{f"word/_rels/{name}.xml.rels": relationships([(f"{OFFICE}/{kind}", end) for kind, end in ends]) for name, ends in links.items()},
    }
    return archive([(name, text.encode()) for name, text in parts.items()] + [(f"word/{name}", data) for name, data in pictures.items()])


def sober() -> bytes:
    """Return the brand « sobre »."""
    keep = "<w:keepNext/>"
    normal = style("Normal", "Normal", f'{space(0, 120, 276)}<w:ind w:firstLine="425"/><w:jc w:val="both"/>', None, "")
    flat = '<w:ind w:firstLine="0"/><w:jc w:val="left"/>'
    centred = '<w:ind w:firstLine="0"/><w:jc w:val="center"/>'
    styles = normal + "".join((
        style("Titre 1", "T1", f'{keep}{space(480, 240)}{centred}<w:outlineLvl w:val="0"/>', Letters(16, capitals=True, spread=20)),
        style("Titre 2", "T2", f'{keep}{space(360, 120)}{flat}<w:outlineLvl w:val="1"/>', Letters(13, bold=True)),
        style("Titre 3", "T3", f'{keep}{space(240, 80)}{flat}<w:outlineLvl w:val="2"/>', Letters(11.5, bold=True)),
        style("Titre", "Grand", f"{space(3600, 240)}{centred}", Letters(26)),
        style("Liste à puces", "Tirets", f"{numbered(1)}{space(0, 60)}{flat}"),
        style("Pied", "Pied", f"{space(0, 0)}{centred}", Letters(9)),
    ))  # fmt: skip
    margins = '<w:pgMar w:top="1701" w:right="1701" w:bottom="1701" w:left="1701" w:header="709" w:footer="709" w:gutter="0"/>'
    section = f'<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:pgSz w:w="11906" w:h="16838"/>{margins}</w:sectPr>'
    word = {
        "document": part("document", f"<w:body><w:p/>{section}</w:body>"),
        "styles": sheet("Times New Roman", 11.5, styles),
        "numbering": numbering(level(0, "bullet", "–", 700)),
        "settings": settings().replace('<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>', ""),
        "footer1": part("ftr", paragraph(run("– ") + field("PAGE", run("1")) + run(" –"), "Pied")),
    }
    ends = [("styles", "styles.xml"), ("numbering", "numbering.xml"), ("settings", "settings.xml"), ("footer", "footer1.xml")]
    return package(word, {}, {"document": ends})


def firm() -> bytes:
    """Return the brand « cabinet »."""
    keep, shade = "<w:keepNext/>", f'<w:shd w:val="clear" w:color="auto" w:fill="{PALE}"/>'
    name = style("Normal", "Normal", space(0, 100, 264), None, "")
    styles = name + "".join((
        style("heading 1", "Titre1", f'{keep}{numbered(1)}{border("left", 48, ORANGE, 8)}{shade}{space(400, 200)}<w:outlineLvl w:val="0"/>', Letters(20, TEAL, bold=True)),
        style("heading 2", "Titre2", f'{keep}{numbered(1, 1)}{space(300, 100)}<w:outlineLvl w:val="1"/>', Letters(14, ORANGE, bold=True)),
        style("heading 3", "Titre3", f'{keep}{numbered(1, 2)}{space(240, 80)}<w:outlineLvl w:val="2"/>', Letters(11, TEAL, bold=True)),
        style("Title", "Titre", space(200, 100), Letters(28, TEAL, bold=True)),
        style("List Bullet", "Puces", f"{numbered(2)}{space(0, 60)}"),
        style("Tableau entête", "EnTeteDeTableau", space(0, 0), Letters(9, "FFFFFF", bold=True)),
        style("header", "EnTete", f'{space(0, 0)}<w:jc w:val="right"/>', Letters(8, TEAL)),
        style("footer", "PiedDePage", space(0, 0), Letters(8, TEAL)),
        table("Tableau AIPD", edge("top", 8, TEAL) + edge("bottom", 8, TEAL) + edge("insideH", 4, TEAL), (60, 100)).replace(
            "</w:style>",
            "".join(f'<w:tblStylePr w:type="{place}"><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{TEAL}"/></w:tcPr></w:tblStylePr>' for place in ("firstRow", "firstCol"))
            + "</w:style>",
        ).replace('"TableNormal"', '"TableauNormal"'),
    ))  # fmt: skip
    titles = (
        level(0, "decimal", "%1", 600, "Titre1")
        + level(1, "decimal", "%1.%2", 700, "Titre2")
        + level(2, "decimal", "%1.%2.%3", 900, "Titre3")
    )
    cell = f'<w:tc><w:tcPr><w:tcW w:w="9000" w:type="dxa"/><w:shd w:val="clear" w:color="auto" w:fill="{PALE}"/></w:tcPr>'
    facts = "".join(paragraph(run(text), "Normal") for text in ("[sous-titre]", "[mentions]"))
    box = (
        '<w:tbl><w:tblPr><w:tblW w:w="9000" w:type="dxa"/></w:tblPr><w:tblGrid><w:gridCol w:w="9000"/></w:tblGrid>'
        f"<w:tr>{cell}{facts}</w:tc></w:tr></w:tbl>"
    )
    cover = (
        paragraph(picture("rId7", 90, "Bandeau du cabinet", 9400, 3200), "Normal")
        + paragraph(run("[com") + run("mune]"), "Normal") + paragraph(run("[ Titre ]"), "Titre") + box
        + paragraph(run("Cabinet Exemple, conseil en protection des données") + '<w:r><w:br w:type="page"/></w:r>', "Normal")
    )  # fmt: skip
    closing = '<w:p><w:pPr><w:pStyle w:val="Normal"/><w:pageBreakBefore/></w:pPr><w:r><w:t>Cabinet Exemple : mentions de la dernière page.</w:t></w:r></w:p>'
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId4"/><w:footerReference w:type="default" r:id="rId5"/>'
        '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
        '<w:pgMar w:top="1985" w:right="2268" w:bottom="1418" w:left="3402" w:header="500" w:footer="500" w:gutter="0"/>'
        '<w:pgNumType w:start="0"/><w:titlePg/></w:sectPr>'
    )
    head = paragraph(picture("rId1", 91, "Logo du cabinet", 900, 400) + run(" Cabinet Exemple  |  [en-tête]"), "EnTete")
    foot = paragraph(run("[commune]  |  [pied]page ") + field("PAGE", run("1")), "PiedDePage")
    word = {
        "document": part("document", f"<w:body>{cover}{paragraph(run('[corps]'), 'Normal')}{closing}{section}</w:body>"),
        "styles": sheet("Arial", 10, styles),
        "numbering": numbering(titles, level(0, "bullet", "■", 500)),
        "settings": settings().replace('<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>', ""),
        "header1": part("hdr", head),
        "footer1": part("ftr", foot),
    }
    ends = [
        ("styles", "styles.xml"),
        ("numbering", "numbering.xml"),
        ("settings", "settings.xml"),
        ("header", "header1.xml"),
        ("footer", "footer1.xml"),
    ]
    ends += [("image", "media/logo.png"), ("image", "media/bandeau.png")]
    pictures = {"media/logo.png": png(90, 40), "media/bandeau.png": png(470, 160)}
    return package(word, pictures, {"document": ends, "header1": [("image", "media/logo.png")]})


def english() -> bytes:
    """Return the brand « anglais », with the fixed dates of the other files."""
    written = io.BytesIO()
    Document().save(written)
    with zipfile.ZipFile(written) as made:
        return archive((name, made.read(name)) for name in made.namelist())


BRANDS = {"sobre": sober, "cabinet": firm, "anglais": english}

if __name__ == "__main__":
    for wanted, make in BRANDS.items():
        (Path(sys.argv[1]) / f"{wanted}.docx").write_bytes(make())

"""The sign as an editable Word document: the words of sign_text in a small OOXML package of our own.

Headings, a list and no floating picture: it reads in order, and nothing moves when one edits it. What stands side by side (the band and its
pictogram, two short sections, the address of the notice and its code) is a row of two cells, read from left to right.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import Literal

from dpia.documents.ooxml import HEAD, archive, attribute, escape
from dpia.documents.sign_fit import FORMATS, REDUCED, Format, beside, body_points, laid
from dpia.documents.sign_legibility import COLOURS
from dpia.documents.sign_text import (
    PICTOGRAMS,
    PLATE_QR_MM,
    QR_MINIMUM_MM,
    Notice,
    Section,
    SignContent,
    Translation,
    clean,
    document_title,
    notice,
    plate_rows,
    qr_picture,
    rows,
)

NAVY, MIST = (COLOURS[name].removeprefix("#").upper() for name in ("marine", "brume"))
_GUTTER = 320  # between two cells, in twentieths of a point
_MAIL = re.compile(r" (?=\S+@\S)")
_TEXT = '<w:t xml:space="preserve">{}</w:t>'
_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def document(content: SignContent, paper: Literal["a4", "a3", "plaque"], pictogram: bytes) -> bytes:
    """Return the package, with the pictogram given as PNG; same content, same bytes."""
    sheet = FORMATS[paper]
    table = ((*plate_rows(content),),) if sheet.plate else rows(content)
    growth = 1.0 if sheet.plate else sheet.width / FORMATS["a4"].width
    place = notice(content, PLATE_QR_MM if sheet.plate else QR_MINIMUM_MM)
    qr_mm = place.qr_mm * growth if place else 0.0
    others = _where(place, sheet)
    room = sheet.room(qr_mm, bool(content.traductions))
    stacked = tuple((section,) for section in chain.from_iterable(table)) if sheet.plate else table
    body = body_points(content, room, stacked, others, (clean(content.titre), clean(content.site)))
    table = tuple(laid(stacked, body, room.text))
    pictures = {"picto.png": pictogram}
    if (code := qr_picture(content, "png")) is not None:
        pictures["qr.png"] = code
    relations = {"rId1": ("styles", "styles.xml"), "rId2": ("numbering", "numbering.xml"), "rId3": ("settings", "settings.xml")}
    relations |= {f"rIdImage{n}": ("image", f"media/{name}") for n, name in enumerate(pictures, 1)}
    texts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relationships(
            {
                "rId1": (f"{_OFFICE}/officeDocument", "word/document.xml"),
                "rId2": (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            }
        ),
        "docProps/core.xml": _core(document_title(content)),
        "word/document.xml": _document(content, sheet, table, qr_mm),
        "word/_rels/document.xml.rels": _relationships({k: (f"{_OFFICE}/{kind}", to) for k, (kind, to) in relations.items()}),
        "word/styles.xml": _styles(body, sheet, room.title),
        "word/numbering.xml": _numbering(body),
        "word/settings.xml": f'{HEAD}<w:settings {_NAMESPACES}><w:zoom w:percent="100"/><w:themeFontLang w:val="fr-FR"/></w:settings>',
    }
    media = ((f"word/media/{name}", data) for name, data in pictures.items())
    return archive(chain(((name, text.encode()) for name, text in texts.items()), media))


def _document(content: SignContent, sheet: Format, table: tuple[tuple[Section, ...], ...], qr_mm: float) -> str:
    whole, multiple = sheet.width - 2 * sheet.margin, bool(content.traductions)
    picture = sheet.drawn(multiple)
    names = _paragraph("Title", clean(content.titre)) + (_paragraph("Subtitle", site) if (site := clean(content.site)) else "")
    drawing = _paragraph("Image", "", before=_picture(1, "picto.png", PICTOGRAMS[content.pictogramme][1], picture))
    body = [_beside([(picture + 2 * sheet.pad, drawing), (whole - picture - 2 * sheet.pad, names)], NAVY, sheet.pad)]
    text = [_section(row[0]) if len(row) == 1 else _beside([(whole / len(row), _section(section)) for section in row]) for row in table]
    place = notice(content)
    lines = _where(place, sheet)
    styles = ["Heading1", *[None] * (len(lines) - 2), "Adresse"] if len(lines) > 1 else [None]
    where = "".join(_paragraph(style, line) for style, line in zip(styles, lines, strict=False))
    code = _paragraph("Image", "", before=_picture(2, "qr.png", place.qr_alt, qr_mm)) if place and qr_mm else ""
    if code and sheet.plate:
        body += [_beside([(whole - qr_mm - 3, "".join(text)), (qr_mm + 3, code)]), _beside([(whole, where)], MIST, sheet.pad)]
    else:
        cells = [(whole - qr_mm - 2 * sheet.pad, where), (qr_mm + 2 * sheet.pad, code)] if code else [(whole, where)]
        body += [*text, *([_paragraph("Espace", ""), _beside(cells, MIST, sheet.pad)] if where else ())]
    for some in beside(content.traductions):
        body.append(_beside([(whole / len(some), "".join(_translation(translation))) for translation in some]))
    return f"{HEAD}<w:document {_NAMESPACES}><w:body>{''.join(body)}{_page(sheet)}</w:body></w:document>"


def _where(place: Notice | None, sheet: Format) -> tuple[str, ...]:
    """The lines that say where the whole information is: a heading first, one line in all on a plate."""
    if place is None:
        return ()
    return (
        (f"{place.titre}\u00a0: {place.adresse}",) if sheet.plate else tuple(filter(None, (place.titre, place.mode_emploi, place.adresse)))
    )


def _page(sheet: Format) -> str:
    width, height, margin = (round(side * 1440 / 25.4) for side in (sheet.width, sheet.height, sheet.margin))
    turned = ' w:orient="landscape"' if width > height else ""
    return (
        f'<w:sectPr><w:pgSz w:w="{width}" w:h="{height}"{turned}/><w:pgMar w:top="{margin}" w:right="{margin}" w:bottom="{margin}" '
        f'w:left="{margin}" w:header="0" w:footer="0" w:gutter="0"/></w:sectPr>'
    )


def _section(section: Section) -> str:
    style = "ListBullet" if section.liste else "Responsable" if section.taille > 1 else None
    return _paragraph("Heading1", section.titre) + "".join(_paragraph(style, line) for line in section.lignes)


def _beside(cells: list[tuple[float, str]], fill: str = "", pad_mm: float = 0.0) -> str:
    """Blocks side by side, each with its width in millimetres: one row, read from left to right, and the paragraph that ends a table.

    `fill`: the colour of the row, whose text then keeps `pad_mm` from its edges and stands halfway up.
    """
    widths = [round(width * 1440 / 25.4) for width, _ in cells]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    pad = round(pad_mm * 1440 / 25.4)
    edges = (0, 0, 0, _GUTTER) if not fill else (pad, pad, pad, pad)
    margins = "".join(
        f'<w:{side} w:w="{edge}" w:type="dxa"/>' for side, edge in zip(("top", "left", "bottom", "right"), edges, strict=True)
    )
    look = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/><w:vAlign w:val="center"/>' if fill else ""
    row = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{look}</w:tcPr>{inside}</w:tc>'
        for width, (_, inside) in zip(widths, cells, strict=True)
    )
    properties = f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblInd w:w="{edges[1]}" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid><w:tr>{row}</w:tr></w:tbl>{_paragraph('Fin', '')}"


def _translation(translation: Translation) -> list[str]:
    """A title, then a paragraph for each section, its name in bold; marked with its language."""
    said = [_paragraph("TraductionTitre", translation.titre, language=translation.langue)]
    for section in translation.rubriques:
        name = _run(f"{section.titre}. ", translation.langue, bold=True)
        ends = "" if len(section.lignes) == 1 else "."
        lines = " ".join(line if line.endswith(".") else line + ends for line in section.lignes)
        language = "" if section.cle == "responsable" else translation.langue
        said.append(_paragraph("Traduction", lines, before=name, language=language))
    return said


def _paragraph(style: str | None, text: str, before: str = "", language: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{before}{_run(text, language) if text else ''}</w:p>"


def _run(text: str, language: str = "", bold: bool = False) -> str:
    marks = ("<w:b/>" if bold else "") + (f'<w:lang w:val="{language}"/>' if language else "")
    properties = f"<w:rPr>{marks}</w:rPr>" if marks else ""
    lines = _MAIL.sub(" \n", text).split("\n")  # an e-mail address begins a line: Word would cut it at its hyphen
    return f"<w:r>{properties}{'<w:br/>'.join(_TEXT.format(escape(line)) for line in lines)}</w:r>"


def _picture(number: int, name: str, alt: str, side_mm: float) -> str:
    side = round(side_mm * 36000)
    size = f'cx="{side}" cy="{side}"'
    properties = f'id="{number}" name="{name}" descr="{attribute(alt)}"'
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/><wp:docPr {properties}/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f"<pic:nvPicPr><pic:cNvPr {properties}/><pic:cNvPicPr/></pic:nvPicPr>"
        f'<pic:blipFill><a:blip r:embed="rIdImage{number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def _styles(body: float, sheet: Format, title: float) -> str:
    air = sheet.air

    def style(name: str, shown: str, paragraph: str, points: float, run: str = "", default: str = "") -> str:
        half = round(points * 2)
        based = "" if default else '<w:basedOn w:val="Normal"/>'
        return (
            f'<w:style w:type="paragraph" {default}w:styleId="{name}"><w:name w:val="{shown}"/>'
            f"{based}<w:qFormat/><w:pPr>{paragraph}</w:pPr>"
            f'<w:rPr>{run}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/></w:rPr></w:style>'
        )

    def space(before: float, after: float) -> str:
        return f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}"/>'

    white, navy = '<w:color w:val="FFFFFF"/>', f'<w:color w:val="{NAVY}"/>'
    bullet = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    styles = (
        style("Normal", "Normal", space(0, body * 0.2 * air), body, default='w:default="1" '),
        style("Title", "Title", f"<w:keepNext/>{space(0, 0)}", title, f"<w:b/>{white}"),
        style("Subtitle", "Subtitle", space(body * 0.4, 0), body * 1.05, white),
        style("Image", "Image", space(0, 0), body),
        style(
            "Heading1",
            "heading 1",
            f'<w:keepNext/>{space(body * 0.8 * air, body * 0.2 * air)}<w:outlineLvl w:val="0"/>',
            body * 0.92,
            f"<w:b/>{navy}",
        ),
        style("Responsable", "Responsable", space(0, body * 0.2), body * 1.15, "<w:b/>"),
        style("ListBullet", "List Bullet", bullet + space(0, body * 0.2 * air), body),
        style("TraductionTitre", "Titre de traduction", f"<w:keepNext/>{space(body * 0.5, body * 0.1)}", body * REDUCED, f"<w:b/>{navy}"),
        style("Fin", "Fin de tableau", '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>', 1),
        style("Espace", "Espace", f'<w:spacing w:before="0" w:after="0" w:line="{round(body * air * 12)}" w:lineRule="exact"/>', 1),
        style("Adresse", "Adresse", space(0, body * 0.2 * air), body, "<w:b/>"),
        style("Traduction", "Traduction", space(0, body * 0.1), body * REDUCED),
    )
    fonts = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/>'
    language = '<w:lang w:val="fr-FR" w:eastAsia="fr-FR" w:bidi="ar-SA"/>'
    defaults = f"<w:docDefaults><w:rPrDefault><w:rPr>{fonts}{language}</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
    return f"{HEAD}<w:styles {_NAMESPACES}>{defaults}{''.join(styles)}</w:styles>"


def _numbering(body: float) -> str:
    indent = round(body * 20)
    return (
        f'{HEAD}<w:numbering {_NAMESPACES}><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{indent}" w:hanging="{indent}"/></w:pPr></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


def _core(title: str) -> str:
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:language>fr-FR</dc:language></cp:coreProperties>"
    )


def _content_types() -> str:
    parts = {name: f"{_TYPES}.{kind}+xml" for name, kind in (
        ("word/document.xml", "document.main"), ("word/styles.xml", "styles"),
        ("word/numbering.xml", "numbering"), ("word/settings.xml", "settings"),
    )} | {"docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml"}  # fmt: skip
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in parts.items())
    return (
        f'{HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="png" ContentType="image/png"/>'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relationships(targets: dict[str, tuple[str, str]]) -> str:
    links = "".join(f'<Relationship Id="{name}" Type="{kind}" Target="{to}"/>' for name, (kind, to) in targets.items())
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'

"""The sign as an editable Word document: the words of sign_text in a small OOXML package of our own.

One column, headings and a list, no table and no floating picture: it reads in order, and nothing moves when one edits it.
"""

from __future__ import annotations

import io
import math
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Literal

from dpia.documents.ooxml import HEAD, archive, attribute, escape
from dpia.documents.sign_text import (
    PICTOGRAM_ALT,
    SignContent,
    SignError,
    clean,
    document_title,
    notice,
    qr_code,
    rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

A4_MM = (210.0, 297.0)
MARGIN_MM = 12.0
PICTOGRAM_MM = 36.0
TITLE_POINTS = 26.0
SIZES = tuple(size / 2 for size in range(36, 9, -1))  # body text, in points of an A4 page: 18 down to 5
FILL = 0.96  # the share of the page that an estimate may fill: Word's lines are not ours
NAVY = "0F2A47"
_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
_NARROW = frozenset("iljtfrI.,:;'’!|()[]-/ \u00a0")
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def document(content: SignContent, paper: Literal["a4", "a3"], pictogram: bytes) -> bytes:
    """Return the package, with the pictogram given as PNG; same content, same bytes."""
    scale = math.sqrt(2) if paper == "a3" else 1.0
    body = _body_points(content) * scale
    pictures = {"picto.png": pictogram}
    if (code := qr_code(content)) is not None:
        drawn = io.BytesIO()
        code.save(drawn, kind="png", scale=12, border=4)
        pictures["qr.png"] = drawn.getvalue()
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
        "word/document.xml": _document(content, scale),
        "word/_rels/document.xml.rels": _relationships({k: (f"{_OFFICE}/{kind}", to) for k, (kind, to) in relations.items()}),
        "word/styles.xml": _styles(body, scale),
        "word/numbering.xml": _numbering(body),
        "word/settings.xml": f'{HEAD}<w:settings {_NAMESPACES}><w:zoom w:percent="100"/><w:themeFontLang w:val="fr-FR"/></w:settings>',
    }
    media = ((f"word/media/{name}", data) for name, data in pictures.items())
    return archive(chain(((name, text.encode()) for name, text in texts.items()), media))


def _document(content: SignContent, scale: float) -> str:
    width, height = (round(side * scale * 1440 / 25.4) for side in A4_MM)
    margin = round(MARGIN_MM * scale * 1440 / 25.4)
    paragraphs = [
        _paragraph("Title", clean(content.titre), before=_picture(1, "picto.png", PICTOGRAM_ALT, PICTOGRAM_MM * scale) + _run("  "))
    ]
    if site := clean(content.site):
        paragraphs.append(_paragraph("Subtitle", site))
    for section in chain.from_iterable(rows(content)):
        paragraphs.append(_paragraph("Heading1", section.titre))
        style = "ListBullet" if section.liste else "Responsable" if section.taille > 1 else None
        paragraphs.extend(_paragraph(style, line) for line in section.lignes)
    if (place := notice(content)) is not None:
        paragraphs.append(_paragraph("Heading1", place.titre))
        paragraphs.extend(_paragraph(None, line) for line in (place.mode_emploi, place.adresse) if line)
        if place.qr_mm:
            paragraphs.append(_paragraph(None, "", before=_picture(2, "qr.png", place.qr_alt, place.qr_mm * scale)))
    page = (
        f'<w:sectPr><w:pgSz w:w="{width}" w:h="{height}"/><w:pgMar w:top="{margin}" w:right="{margin}" w:bottom="{margin}" '
        f'w:left="{margin}" w:header="0" w:footer="0" w:gutter="0"/></w:sectPr>'
    )
    return f"{HEAD}<w:document {_NAMESPACES}><w:body>{''.join(paragraphs)}{page}</w:body></w:document>"


def _paragraph(style: str | None, text: str, before: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{before}{_run(text) if text else ''}</w:p>"


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


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


def _styles(body: float, scale: float) -> str:
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

    edges = "".join(f'<w:{side} w:val="single" w:sz="8" w:space="8" w:color="{NAVY}"/>' for side in ("top", "left", "bottom", "right"))
    band = f'<w:pBdr>{edges}</w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="{NAVY}"/>'
    white, navy = '<w:color w:val="FFFFFF"/>', f'<w:color w:val="{NAVY}"/>'
    bullet = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    styles = (
        style("Normal", "Normal", space(0, body * 0.2), body, default='w:default="1" '),
        style(
            "Title", "Title", f'<w:keepNext/>{band}{space(0, 0)}<w:textAlignment w:val="center"/>', TITLE_POINTS * scale, f"<w:b/>{white}"
        ),
        style("Subtitle", "Subtitle", band + space(0, 0), body, white),
        style(
            "Heading1", "heading 1", f'<w:keepNext/>{space(body * 0.8, body * 0.2)}<w:outlineLvl w:val="0"/>', body * 0.92, f"<w:b/>{navy}"
        ),
        style("Responsable", "Responsable", space(0, body * 0.2), body * 1.15, "<w:b/>"),
        style("ListBullet", "List Bullet", bullet + space(0, body * 0.2), body),
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


def _body_points(content: SignContent) -> float:
    """Return the largest size with which the estimated text fits the page."""
    place = notice(content)
    fixed = (PICTOGRAM_MM + 8 + (place.qr_mm + 3 if place else 0)) * 72 / 25.4
    width, height = ((side - 2 * MARGIN_MM) * 72 / 25.4 for side in A4_MM)
    for size in SIZES:
        lines = sum(_lines(text, size * grows, width) * size * grows * 1.15 + size * 0.2 for text, grows in _texts(content))
        gaps = size * 0.8 * sum(1 for _ in chain.from_iterable(rows(content)))
        if fixed + lines + gaps <= height * FILL:
            return size
    raise SignError(
        f"{content.where()} : les textes sont trop longs pour une page lisible. "
        "Raccourcissez les finalités ou les contacts, et renvoyez le détail à la notice."
    )


def _texts(content: SignContent) -> Iterator[tuple[str, float]]:
    yield clean(content.site), 1.0
    for section in chain.from_iterable(rows(content)):
        yield section.titre, 1.0
        yield from ((line, section.taille * (1.1 if section.taille > 1 else 1.0)) for line in section.lignes)
    if (place := notice(content)) is not None:
        yield from ((text, 1.0) for text in (place.titre, place.mode_emploi or "", place.adresse))


def _lines(text: str, size: float, width: float) -> int:
    used, lines = 0.0, 1
    for word in text.split(" "):
        length = _ems(word) * size
        if used and used + length > width:
            lines, used = lines + 1, 0.0
        lines += int(length // width)
        used += length % width + 0.28 * size
    return lines if text else 0


@lru_cache(maxsize=4096)  # the same words are measured at each size that is tried
def _ems(text: str) -> float:
    """Return the width of the text in Arial, rounded up, in units of its size."""
    return sum(0.95 if c in "WMm%@œŒ" or c >= "\u2e80" else 0.72 if c.isupper() else 0.34 if c in _NARROW else 0.56 for c in text)

"""Pieces of WordprocessingML as text, and a zip package with the same bytes each time.

Everything is written as strings and parsed once at the end: six times faster than building elements one by one, and
the parser still refuses anything malformed. A name ending in `_xml` holds WordprocessingML; plain text goes through
`run` or `attribute`, never straight into a string.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from dpia.documents.typography import printable, typeset

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
EMU = 635  # in one twip
NAMESPACES = f'xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="{MC}" xmlns:w14="{W14}" xmlns:w15="{W15}" mc:Ignorable="w14 w15"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

TAB = "<w:r><w:tab/></w:r>"
BREAK = "<w:r><w:br/></w:r>"
# The left border of what changed since a former version: it prints, and reads without colour.
CHANGE_BAR = '<w:left w:val="single" w:sz="24" w:space="6" w:color="404040"/>'


def q(tag: str) -> str:
    """Return the full name of a `w:` tag or attribute, as lxml wants it."""
    return f"{{{W}}}{tag}"


def escape(text: str) -> str:
    """Return `text` as XML character data."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(text: str) -> str:
    """Return `text` as the inside of a quoted XML attribute."""
    return escape(printable(text)).replace('"', "&quot;")


def run(text: str, properties: str = "") -> str:
    """Return a run of `text`; `properties` is the inside of w:rPr."""
    marks = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{marks}<w:t xml:space="preserve">{escape(typeset(text))}</w:t></w:r>'


def paragraph(runs: str, style: str, properties: str = "") -> str:
    """Return a paragraph; `style` is a style id, `properties` the rest of w:pPr in the order of the schema."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{runs}</w:p>'


def field(instruction: str, result: str, properties: str = "") -> str:
    """Return a field with its cached result, both as Word writes them."""
    marks = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return (
        f'<w:r>{marks}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{marks}<w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        f'<w:r>{marks}<w:fldChar w:fldCharType="separate"/></w:r>{result}'
        f'<w:r>{marks}<w:fldChar w:fldCharType="end"/></w:r>'
    )


def picture(relation: str, number: int, alternative: str, width: int, height: int) -> str:
    """Return a run with an image part, `width` by `height` twips; `number` is unique in the document, `alternative` read aloud."""
    size = f'cx="{width * EMU}" cy="{height * EMU}"'
    names = f'id="{number}" name="Image {number}" descr="{attribute(alternative)}"'
    return (
        f'<w:r><w:drawing><wp:inline xmlns:wp="{DRAWING}/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f'<wp:docPr {names}/><a:graphic xmlns:a="{DRAWING}/main"><a:graphicData uri="{DRAWING}/picture"><pic:pic xmlns:pic="{DRAWING}/picture">'
        f"<pic:nvPicPr><pic:cNvPr {names}/><pic:cNvPicPr/></pic:nvPicPr>"
        f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def bookmark(name: str, number: int, runs: str) -> str:
    """Return `runs` under a bookmark; `number` is unique in the document."""
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{runs}<w:bookmarkEnd w:id="{number}"/>'


def cell(content: str, width: int, properties: str = "") -> str:
    """Return a table cell of `width` twips; `content` ends with a paragraph."""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{properties}</w:tcPr>{content}</w:tc>'


def row(cells: str, *, header: bool = False, together: bool = True, height: int = 0) -> str:
    """Return a table row: not cut between pages when `together`, repeated on each page when `header`, at least `height` twips."""
    properties = (
        ("<w:cantSplit/>" if together else "")
        + (f'<w:trHeight w:val="{height}"/>' if height else "")
        + ("<w:tblHeader/>" if header else "")
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>" if properties else f"<w:tr>{cells}</w:tr>"


def table(
    rows: str, widths: Iterable[int], style: str, *, title: str, description: str, header_row: bool = False, header_column: bool = False,
    margin: int | None = None,
) -> str:  # fmt: skip
    """Return a table of fixed column `widths` (twips), with the title and description that screen readers announce.

    `margin`: twips above and below the text of its cells, when it is not that of the style.
    """
    widths = tuple(widths)
    sides = "" if margin is None else "".join(f'<w:{side} w:w="{margin}" w:type="dxa"/>' for side in ("top", "bottom"))
    margins = sides and f"<w:tblCellMar>{sides}</w:tblCellMar>"
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    look = 0x0400 | 0x0200 | (0x0020 if header_row else 0) | (0x0080 if header_column else 0)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>{margins}'
        f'<w:tblLook w:val="{look:04X}" w:firstRow="{int(header_row)}" w:lastRow="0" w:firstColumn="{int(header_column)}" '
        f'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/><w:tblCaption w:val="{attribute(title)}"/>'
        f'<w:tblDescription w:val="{attribute(description)}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
    )


def archive(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip of (name, content) in the given order; the dates are those of no one, so equal parts give equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # the same on Windows and Linux
            package.writestr(entry, content, compresslevel=3)  # level 6 takes three times as long and gains a tenth
    return packed.getvalue()

"""Native margin comments, each around the title of the finding it speaks of: their part, their styles, their anchors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree

from dpia.documents import ooxml
from dpia.documents.word_brand import Brand, related

AUTHOR, INITIALS = "dpia", "dpia"
# A comment: its paragraphs, each a label in bold, or none, and plain text.
Remark = tuple[tuple[str, str], ...]
# Word's own styles, which a brand has only when it held a comment once: name → kind and properties.
_STYLES = {
    "annotation text": (
        "paragraph",
        '<w:pPr><w:spacing w:before="0" w:after="40" w:line="240" w:lineRule="auto"/></w:pPr><w:rPr><w:sz w:val="18"/></w:rPr>',
    ),
    "annotation reference": ("character", '<w:rPr><w:sz w:val="16"/></w:rPr>'),
}


class Comments:
    """The comments of one document: those of `remarks` that the text calls, once each; a brand has none."""

    def __init__(self, brand: Brand, remarks: Mapping[str, Remark], day: date) -> None:
        self._brand, self._remarks, self._day = brand, remarks, day
        self._ids = {name: brand.ids.get(name) or _new_style(brand, name) for name in _STYLES}
        self._placed: dict[str, str] = {}
        self._open = ""

    def mark(self, name: str | None) -> str:
        """Return the runs that open the comment of this name; without a name, those that close the open one.

        A name that has no comment, or has one already, opens nothing.
        """
        if name is not None:
            if name not in self._remarks or name in self._placed or self._open:
                return ""
            number = len(self._placed)
            self._placed[name] = self._comment(number, self._remarks[name])
            self._open = str(number)
            return f'<w:commentRangeStart w:id="{number}"/>'
        ended, self._open = self._open, ""
        style = f'<w:rPr><w:rStyle w:val="{self._ids["annotation reference"]}"/></w:rPr>'
        return f'<w:commentRangeEnd w:id="{ended}"/><w:r>{style}<w:commentReference w:id="{ended}"/></w:r>' if ended else ""

    def save(self) -> None:
        """Write the comments that were placed into their part."""
        if not self._placed:
            return
        content = f"{ooxml.HEAD}<w:comments {ooxml.NAMESPACES}>{''.join(self._placed.values())}</w:comments>".encode()
        part = Part(PackURI("/word/comments.xml"), CONTENT_TYPE.WML_COMMENTS, content, self._brand.document.package)
        self._brand.document.relate_to(part, RELATIONSHIP_TYPE.COMMENTS)

    def _comment(self, number: int, remark: Remark) -> str:
        text, reference = self._ids["annotation text"], self._ids["annotation reference"]
        call = f'<w:r><w:rPr><w:rStyle w:val="{reference}"/></w:rPr><w:annotationRef/></w:r>'
        lines = "".join(
            ooxml.paragraph(
                ("" if index else call) + (ooxml.run(f"{label} ", "<w:b/>") if label else "") + (ooxml.run(said) if said else ""), text
            )
            for index, (label, said) in enumerate(remark)
        )
        who = f'w:author="{AUTHOR}" w:initials="{INITIALS}" w:date="{self._day.isoformat()}T00:00:00Z"'
        return f'<w:comment w:id="{number}" {who}>{lines}</w:comment>'


def _new_style(brand: Brand, name: str) -> str:
    """Add one of Word's own styles to the brand and return its id."""
    kind, properties = _STYLES[name]
    identifier = "dpia" + name.title().replace(" ", "")
    based = f'<w:basedOn w:val="{brand.style("Body Text")}"/>' if kind == "paragraph" else ""
    related(brand.document, RELATIONSHIP_TYPE.STYLES).append(
        etree.fromstring(
            f'<w:style xmlns:w="{ooxml.W}" w:type="{kind}" w:styleId="{identifier}"><w:name w:val="{name}"/>{based}'
            f'<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/>{properties}</w:style>'
        )
    )
    brand.ids[name] = identifier
    return identifier

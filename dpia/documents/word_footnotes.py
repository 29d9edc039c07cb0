"""Native footnotes, which python-docx cannot make: their part, its separators and its links."""

from __future__ import annotations

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree

from dpia.documents.ooxml import HEAD, NAMESPACES, q
from dpia.documents.word_brand import Brand

_SEPARATORS = "".join(
    f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'
    f"<w:r><w:{kind}/></w:r></w:p></w:footnote>"
    for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
)
EMPTY_PART = f"{HEAD}<w:footnotes {NAMESPACES}>{_SEPARATORS}</w:footnotes>"
SETTINGS = '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'

# What follows w:footnotePr in CT_Settings, as far as Word writes it: the schema fixes the order.
_AFTER = (
    "endnotePr", "compat", "docVars", "rsids", "mathPr", "attachedSchema", "themeFontLang", "clrSchemeMapping", "shapeDefaults",
    "decimalSymbol", "listSeparator",
)  # fmt: skip


class Footnotes:
    """The footnotes of one document, added to those the brand may have."""

    def __init__(self, brand: Brand) -> None:
        try:
            self.part = brand.document.part_related_by(RELATIONSHIP_TYPE.FOOTNOTES)
        except KeyError:
            self.part = _new_part(brand)
        self._root = etree.fromstring(self.part.blob)
        self._texts: list[str] = []
        ids = [int(note.get(q("id"), "0")) for note in self._root.iter(q("footnote"))]
        self._first = max(0, *ids) + 1

    def add(self, paragraphs: str) -> int:
        """Add a footnote of these paragraphs and return its id."""
        number = self._first + len(self._texts)
        self._texts.append(f'<w:footnote w:id="{number}">{paragraphs}</w:footnote>')
        return number

    def save(self) -> None:
        """Write the notes into their part."""
        wrapper = etree.fromstring(f"<w:footnotes {NAMESPACES}>{''.join(self._texts)}</w:footnotes>")
        self._root.extend(list(wrapper))
        self.part._blob = etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _new_part(brand: Brand) -> Part:
    part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, EMPTY_PART.encode(), brand.document.package)
    brand.document.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    settings = brand.document.settings.element
    if settings.find(q("footnotePr")) is None:
        new = etree.fromstring(SETTINGS.replace("<w:footnotePr>", f'<w:footnotePr xmlns:w="{q("")[1:-1]}">', 1))
        place = next((child for child in settings if etree.QName(child).localname in _AFTER), None)
        settings.append(new) if place is None else place.addprevious(new)
    return part

"""Native content controls for hand-written passages, and the properties by which a document says what it was made from.

A zone is a block control (w:sdt, tag `passage:<id>`) between two bookmarks that hold nothing, out of reach of what is typed. LibreOffice 7.4 drops the tag, cuts a control of
several paragraphs down to the first one, takes the bold and italic off that one, and cuts a bookmark around a table in two; it keeps these.
An empty zone prints nothing but a blank line: a document without a passage is a finished one. On the screen, Word draws the ends of the zone
and its title (w15:appearance), which it never prints, and LibreOffice shades the spaces that it holds; a click selects them, typing replaces them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree

from dpia.documents import ooxml
from dpia.documents.word_brand import Brand, related

if TYPE_CHECKING:
    from docx.opc.package import OpcPackage

TAG, BOOKMARK, END = "passage:", "Passage_", "_fin"
PROMPT_STYLE = "Placeholder Text"  # Word's own
PROMPT = "\u2003" * 12  # neither hidden text, which gives nothing to click on, nor white, which a screen reader and a PDF would say
LOW = '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'  # of the line that an empty zone leaves
PROPERTY = "dpia."  # the names of our properties begin so
_CUSTOM = "/docProps/custom.xml"
_CUSTOM_NAMES = (
    'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"'
)
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # [MS-OLEPS]: the set of properties that a user defines


def bookmark_of(name: str) -> str:
    """Return the bookmark of a zone: letters and underscores, as Word wants."""
    return BOOKMARK + name.replace("-", "_")


def control(name: str, title: str, content: str, number: int, *, empty: bool) -> str:
    """Return a zone around block `content`; `number` and the next two are unique in the document; `empty`: it shows its prompt."""
    prompt = "<w:showingPlcHdr/>" if empty else ""
    return (
        f"{ooxml.bookmark(bookmark_of(name), number, '')}"
        f'<w:sdt><w:sdtPr><w:alias w:val="{ooxml.attribute(title[:60])}"/><w:tag w:val="{TAG}{ooxml.attribute(name)}"/><w:id w:val="{number + 1}"/>'
        f'<w:lock w:val="sdtLocked"/>{prompt}<w15:appearance w15:val="tags"/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>'
        f"{ooxml.bookmark(bookmark_of(name) + END, number + 2, '')}"
    )


def prompt(brand: Brand) -> str:
    """Return the run of an empty zone, in Word's own style, which a brand may not have yet."""
    identifier = brand.ids.get(PROMPT_STYLE.lower())
    if identifier is None:
        identifier = brand.ids[PROMPT_STYLE.lower()] = "dpiaPlaceholderText"
        related(brand.document, RELATIONSHIP_TYPE.STYLES).append(
            etree.fromstring(
                f'<w:style xmlns:w="{ooxml.W}" w:type="character" w:styleId="{identifier}"><w:name w:val="{PROMPT_STYLE}"/><w:uiPriority w:val="99"/>'
                '<w:semiHidden/><w:rPr><w:color w:val="A6A6A6"/><w:sz w:val="16"/></w:rPr></w:style>'
            )
        )
    return ooxml.run(PROMPT, f'<w:rStyle w:val="{identifier}"/>')


def describe(package: OpcPackage, values: Mapping[str, str]) -> None:
    """Add properties to a document, in the order of their names; its brand's own are replaced."""
    for relation, link in list(package.rels.items()):
        if link.reltype == RELATIONSHIP_TYPE.CUSTOM_PROPERTIES:
            del package.rels[relation]
    lines = "".join(
        f'<property fmtid="{_FORMAT}" pid="{number}" name="{PROPERTY}{ooxml.attribute(name)}"><vt:lpwstr>{ooxml.attribute(value)}</vt:lpwstr></property>'
        for number, (name, value) in enumerate(sorted(values.items()), 2)
    )
    content = f"{ooxml.HEAD}<Properties {_CUSTOM_NAMES}>{lines}</Properties>".encode()
    part = Part(PackURI(_CUSTOM), CONTENT_TYPE.OFC_CUSTOM_PROPERTIES, content)
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)

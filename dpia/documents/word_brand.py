"""The brand: a Word file whose styles, header, footer and margins the documents take.

A consultant edits it in Word. The contract is small: the style names of word_styles, the words [titre], [en-tête] and [pied]
where the header or the footer should show them, and a paragraph [corps] where the document goes (else: at the end).
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from lxml import etree

from dpia.documents.errors import DocumentError
from dpia.documents.ooxml import W14, R, W, q
from dpia.documents.word_styles import STYLES

if TYPE_CHECKING:
    from docx.opc.part import Part
    from docx.parts.document import DocumentPart

MAX_BYTES, MAX_PARTS = 50_000_000, 500  # unpacked; a letterhead with a photograph weighs a tenth of that


@dataclass
class Brand:
    """An opened brand, used for one document."""

    document: DocumentPart
    ids: dict[str, str]
    section: etree._Element  # the last w:sectPr: page size, margins, header and footer
    lists: list[str] = field(default_factory=list)  # w:num elements to add, one per numbered list
    _numbers: dict[str, str] = field(default_factory=dict)  # style name → w:numId

    def style(self, name: str) -> str:
        """Return the id of the style that has this `name`."""
        return self.ids[name.lower()]

    def text_width(self, landscape: bool = False) -> int:
        """Return the width between the margins, in twips."""
        size, margins = self.section.find(q("pgSz")), self.section.find(q("pgMar"))
        if size is None or margins is None:
            raise DocumentError("marque : la section n'a ni format de page ni marges ; réenregistrez le fichier dans Word.")
        side = size.get(q("h" if landscape else "w"), "11906")
        return int(side) - int(margins.get(q("left"), "0")) - int(margins.get(q("right"), "0"))

    def section_xml(self, landscape: bool = False, bare: bool = False) -> str:
        """Return the brand's w:sectPr, turned when `landscape`, without header and footer when `bare`."""
        copy = etree.fromstring(etree.tostring(self.section, with_tail=False))
        size = copy.find(q("pgSz"))
        if landscape and size is not None:
            width, height = size.get(q("w"), ""), size.get(q("h"), "")
            size.attrib.update({q("w"): height, q("h"): width, q("orient"): "landscape"})
        for child in list(copy):
            if bare and child.tag in (q("headerReference"), q("footerReference")):
                copy.remove(child)
        return etree.tostring(copy, encoding="unicode")

    def turn_last_section(self, section: str) -> None:
        """Replace the layout of the last pages by `section` (w:sectPr)."""
        new = etree.fromstring(section)
        parent = self.section.getparent()
        if parent is not None:
            parent.replace(self.section, new)
        self.section = new

    def frame(self) -> tuple[str, str]:
        """Return the brand's document as XML, and the mark in it that the body replaces: [corps], else the end."""
        mark = etree.Comment("corps")
        self.section.addprevious(mark)
        for child in mark.itersiblings(preceding=True):
            if "".join(text.text or "" for text in child.iter(q("t"))).strip() == "[corps]":
                child.addprevious(mark)
                child.getparent().remove(child)  # type: ignore[union-attr]  # it has just been given a sibling
                break
        old = element(self.document)
        names = {prefix: uri for prefix, uri in old.nsmap.items() if prefix}
        attributes = {str(name): str(value) for name, value in old.attrib.items()}
        root = etree.Element(str(old.tag), attributes, nsmap=names | {"w": W, "r": R, "w14": W14})
        root.extend(list(old))
        return etree.tostring(root, encoding="unicode"), "<!--corps-->"

    def numbers_headings(self) -> bool:
        """Tell whether "heading 1" is numbered 1, 2, 3 by the brand."""
        level = self._level(self._number_of("heading 1"), 0)
        shown = {child.tag: child.get(q("val")) for child in level} if level is not None else {}
        return shown.get(q("numFmt")) == "decimal"

    def bullets(self) -> str:
        """Return the w:numId of the bullet list."""
        return self._number_of("List Bullet")

    def numbers(self, start: int, depth: int) -> str:
        """Return the w:numId of a new numbered list that begins at `start`, at nesting `depth`."""
        root = self._numbering()
        source = self._num(self._number_of("List Number"))
        abstract = source.find(q("abstractNumId"))
        taken = [int(num.get(q("numId"), "0")) for num in root.iter(q("num"))]
        number = str(max(taken, default=0) + len(self.lists) + 1)
        self.lists.append(
            f'<w:num xmlns:w="{q("")[1:-1]}" w:numId="{number}"><w:abstractNumId w:val="{"" if abstract is None else abstract.get(q("val"))}"/>'
            f'<w:lvlOverride w:ilvl="{depth}"><w:startOverride w:val="{start}"/></w:lvlOverride></w:num>'
        )
        return number

    def save_lists(self) -> None:
        """Write the numbered lists that the document opened into the numbering part."""
        if not self.lists:
            return
        last = self._numbering().findall(q("num"))[-1]
        for text in reversed(self.lists):
            last.addnext(etree.fromstring(text))

    def _numbering(self) -> etree._Element:
        return related(self.document, RELATIONSHIP_TYPE.NUMBERING)

    def _num(self, number: str) -> etree._Element:
        for num in self._numbering().iter(q("num")):
            if num.get(q("numId")) == number:
                return num
        raise DocumentError(
            f"marque : la numérotation {number} n'existe pas ; réappliquez une puce ou un numéro au style de liste dans Word."
        )

    def _number_of(self, name: str) -> str:
        if name in self._numbers:
            return self._numbers[name]
        style = self.ids[name.lower()]
        for found in related(self.document, RELATIONSHIP_TYPE.STYLES).iter(q("style")):
            number = found.find(f"{q('pPr')}/{q('numPr')}/{q('numId')}")
            if found.get(q("styleId")) == style and number is not None:
                self._numbers[name] = number.get(q("val"), "")
                return self._numbers[name]
        if name.startswith("heading"):
            return ""
        raise DocumentError(
            f"marque : le style « {STYLES[name]} » n'a ni puce ni numéro ; donnez-lui en un dans Word (Modifier, Numérotation)."
        )

    def _level(self, number: str, depth: int) -> etree._Element | None:
        if not number:
            return None
        abstract = self._num(number).find(q("abstractNumId"))
        for candidate in self._numbering().iter(q("abstractNum")):
            if abstract is not None and candidate.get(q("abstractNumId")) == abstract.get(q("val")):
                return candidate.find(f"{q('lvl')}[@{q('ilvl')}='{depth}']")
        return None


def element(part: Part) -> etree._Element:
    """Return the root of an XML part of python-docx."""
    root: etree._Element = part.element  # type: ignore[attr-defined]  # only its subclass XmlPart says so
    return root


def related(document: DocumentPart, kind: str) -> etree._Element:
    """Return the root of the part of this relationship type; raises DocumentError when the brand has none."""
    try:
        return element(document.part_related_by(kind))
    except KeyError as error:
        raise DocumentError(f"marque : partie « {kind.rpartition('/')[2]} » absente ; réenregistrez le fichier dans Word.") from error


def open_brand(content: bytes) -> Brand:
    """Open a brand file; raises DocumentError for a file that is damaged, unsafe or lacks a style."""
    _refuse_unsafe(content)
    try:
        document = Document(io.BytesIO(content)).part
    except (OpcError, ValueError, KeyError, etree.XMLSyntaxError) as error:
        raise DocumentError(
            "marque : ce fichier ne s'ouvre pas ; réenregistrez-le dans Word, au format « Document Word (.docx) »."
        ) from error
    for part in (document, *document.package.iter_parts()):
        _refuse_external(part)
    styles = related(document, RELATIONSHIP_TYPE.STYLES)
    ids = {}
    for style in styles.iter(q("style")):
        name = style.find(q("name"))
        if name is not None:
            ids[name.get(q("val"), "").lower()] = style.get(q("styleId"), "")
    missing = [shown for name, shown in STYLES.items() if name.lower() not in ids]
    if missing:
        raise DocumentError(
            f"marque : style absent : {', '.join(f'« {name} »' for name in missing)}. Ouvrez le modèle templates/marque.docx dans Word, "
            "copiez un texte qui porte ce style et collez-le dans votre marque en gardant sa mise en forme, ou partez d'une copie de ce modèle."
        )
    sections = element(document).findall(f".//{q('body')}/{q('sectPr')}")
    if not sections:
        raise DocumentError("marque : aucune mise en page ; réenregistrez le fichier dans Word.")
    return Brand(document, ids, sections[-1])


def _refuse_unsafe(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
    except zipfile.BadZipFile as error:
        raise DocumentError("marque : ce n'est pas un document Word (.docx).") from error
    if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_BYTES:
        raise DocumentError("marque : fichier démesuré (plus de 50 Mo une fois déplié) ; réduisez ses images.")


def _refuse_external(part: Part) -> None:
    if "macroEnabled" in part.content_type or "vbaProject" in part.content_type:
        raise DocumentError("marque : elle contient des macros ; enregistrez-la au format « Document Word (.docx) », sans macro.")
    for relation in part.rels.values():
        if relation.is_external and relation.reltype != RELATIONSHIP_TYPE.HYPERLINK:
            raise DocumentError(
                f"marque : elle va chercher « {relation.target_ref} » hors du fichier ; intégrez l'image ou détachez le modèle (Développeur)."
            )

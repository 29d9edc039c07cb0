"""The brand: a Word file whose cover, styles, numbering, header, footer and page the documents take.

A consultant edits it in Word. The contract is small: the style names of word_styles, the fields of word_cover where they should
show, and a paragraph [corps] where the document goes. `dpia marque` writes a file to begin with.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from lxml import etree

from dpia.documents import word_cover, word_safety
from dpia.documents.errors import DocumentError
from dpia.documents.ooxml import MC, W14, W15, R, W, q
from dpia.documents.word_cover import Frame
from dpia.documents.word_derived import derive, look, own_part
from dpia.documents.word_numbering import LISTS, Numbering
from dpia.documents.word_sheet import Sheet
from dpia.documents.word_styles import STYLES

if TYPE_CHECKING:
    from docx.opc.part import Part
    from docx.parts.document import DocumentPart

NARROWEST = 5670  # twips of text: 10 cm, under which the tables cannot be read
LEAST_GAP = 160  # twips
WIDE_FONTS = ("Verdana", "Century Gothic", "Lucida Sans", "Lucida Sans Unicode", "Courier New", "DejaVu Sans", "DejaVu Serif")
OWN_LETTERS = 9.5  # points of the text of our tables
_REFERENCES = ("headerReference", "footerReference")
_ONCE = re.compile(r"<w:titlePg\b[^>]*/>|(?<=<w:pgNumType)((?:\s[^>]*?)?)\sw:start=\"\d*\"")  # of a first section only
_SECTION = re.compile(r"<w:sectPr\b.*?</w:sectPr>", re.DOTALL)


@dataclass
class Brand:
    """An opened brand, used for one document."""

    document: DocumentPart
    ids: dict[str, str]  # our name of a style, in lower case → its id
    sheet: Sheet
    section: etree._Element  # the w:sectPr of the pages of the document: page size, margins, header and footer
    numbering: Numbering
    around: Frame
    lists: dict[str, str]  # list style → w:numId
    notes: tuple[str, ...]  # what the consultant should know

    def style(self, name: str) -> str:
        """Return the id of the style that has this `name`."""
        return self.ids[name.lower()]

    def letters(self) -> float:
        """Return how large the letters of the tables are, beside those of our own brand."""
        style = self.style("Tableau texte")
        fonts = self.sheet.find(style, "rPr/rFonts")
        wide = fonts is not None and fonts.get(q("ascii"), "") in WIDE_FONTS
        return self.sheet.size(style) / OWN_LETTERS * (1.2 if wide else 1)

    def gap_before(self, name: str) -> str:
        """Return the w:spacing that keeps a paragraph of this style off the table above, when the style itself has no space before."""
        spacing = self.sheet.find(self.style(name), "pPr/spacing")
        before = "" if spacing is None else spacing.get(q("before"), "")
        return "" if before.isdecimal() and int(before) >= LEAST_GAP else f'<w:spacing w:before="{LEAST_GAP}"/>'

    def text_width(self, landscape: bool = False) -> int:
        """Return the width between the margins, in twips; on a page at least as wide as high when `landscape`."""
        width, height, sides = _page(self.section)
        return (max(width, height) if landscape else width) - sides

    def text_height(self) -> int:
        """Return the height between the margins, in twips."""
        margins = self.section.find(q("pgMar"))
        _, height, _ = _page(self.section)
        return height - sum(abs(int(margins.get(q(side), "0"))) for side in ("top", "bottom") if margins is not None)

    def section_xml(self, landscape: bool = False, bare: bool = False) -> str:
        """Return the brand's w:sectPr, turned when `landscape`, without header and footer when `bare` unless its first page differs."""
        copy = etree.fromstring(etree.tostring(self.section, with_tail=False))
        size = copy.find(q("pgSz"))
        width, height, _ = _page(self.section)
        if landscape and size is not None and width < height:
            size.attrib.update({q("w"): str(height), q("h"): str(width), q("orient"): "landscape"})
        for child in list(copy):
            own = child.tag in map(q, _REFERENCES) and bare and copy.find(q("titlePg")) is None
            if own or child.tag == q("type"):
                copy.remove(child)
        return etree.tostring(copy, encoding="unicode")

    def turn_last_section(self, section: str) -> None:
        """Replace the layout of the last pages by `section` (w:sectPr)."""
        new = etree.fromstring(section)
        parent = self.section.getparent()
        if parent is not None:
            parent.replace(self.section, new)
        self.section = new

    def frame(self, blocks: str) -> str:
        """Return the brand's document as XML, with the blocks of the body in their place."""
        if "<w:sectPr" in blocks:
            _go_on(self.section)
        first = blocks.find("<w:sectPr")
        kept = _SECTION.match(blocks, first) if first >= 0 else None
        if kept:
            blocks = blocks[: kept.end()] + _SECTION.sub(lambda found: _ONCE.sub(r"\1", found[0]), blocks[kept.end() :])
        old = element(self.document)
        names = {prefix: uri for prefix, uri in old.nsmap.items() if prefix}
        attributes = {str(name): str(value) for name, value in old.attrib.items()}
        ignorable = attributes.get(f"{{{MC}}}Ignorable", "").split()  # by an older Word
        attributes[f"{{{MC}}}Ignorable"] = " ".join(dict.fromkeys((*ignorable, "w14", "w15")))
        root = etree.Element(str(old.tag), attributes, nsmap=names | {"w": W, "r": R, "mc": MC, "w14": W14, "w15": W15})
        root.extend(list(old))
        return etree.tostring(root, encoding="unicode").replace("<!--corps-->", blocks, 1)

    def forget_unused(self, document: bytes) -> None:
        """Leave out the pictures and links that the document no longer shows: those of a cover page that was taken off."""
        used = set(re.findall(rb'"(rId\d+)"', document))
        for relation, link in list(self.document.rels.items()):
            if link.reltype in (RELATIONSHIP_TYPE.IMAGE, RELATIONSHIP_TYPE.HYPERLINK) and relation.encode() not in used:
                del self.document.rels[relation]

    def last_id(self) -> int:
        """Return the greatest number that a bookmark, a control or a picture of the brand has."""
        nodes = element(self.document).iter()
        numbers = (node.get("id") if isinstance(node.tag, str) and node.tag.endswith("}docPr") else node.get(q("id")) for node in nodes)
        return max((int(number) for number in numbers if number and number.isdecimal()), default=0) % 2**30

    def numbers_headings(self) -> bool:
        """Tell whether the brand numbers headings of one of the levels 1 to 3."""
        return any(self.numbers_level(level) for level in (1, 2, 3))

    def numbers_level(self, level: int) -> bool:
        """Tell whether the brand numbers the headings of this level."""
        return self.numbering.shows(self.style(f"heading {level}"))

    def heading_label(self, number: str) -> str:
        """Return the number of a heading as the brand writes it: "2.1" may become "II. A"."""
        counts = [int(count) for count in number.split(".") if count]
        return self.numbering.label(self.style(f"heading {len(counts)}"), counts) if counts else ""

    def drop_pages(self) -> None:
        """Take the cover page and the last page off, for a document that has none."""
        if self.around.cover and not any(child.find(f".//{q('sectPr')}") is not None for child in self.around.cover):
            _go_on(self.section)  # the first page that differed was the cover
        final = self.around.body.find(q("sectPr"))
        if final is not None and final is not self.section:
            self.around.body.replace(final, self.section)
        self.around.drop()

    def has_cover(self) -> bool:
        """Tell whether the brand has a cover page."""
        return bool(self.around.cover)

    def cover_fields(self) -> set[str]:
        """Return the names of the fields that its cover page prints."""
        return self.around.fields()

    def bullets(self) -> str:
        """Return the w:numId of the bullet list."""
        return self.lists["List Bullet"]

    def numbers(self, start: int, depth: int) -> str:
        """Return the w:numId of a new numbered list that begins at `start`, at nesting `depth`."""
        return self.numbering.restarted(self.lists["List Number"], start, depth)

    def save_lists(self) -> None:
        """Write the numbered lists that the document opened into the numbering part."""
        self.numbering.save()


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
    """Open a brand file; raises DocumentError for a file that is damaged, unsafe or lacks a style that cannot be drawn from others."""
    content = word_safety.opened(content)
    try:
        document = Document(io.BytesIO(content)).part
        return _opened(document)
    except DocumentError:  # a ValueError too
        raise
    except (
        OpcError,
        ValueError,
        KeyError,
        AttributeError,
        TypeError,
        etree.XMLSyntaxError,
    ) as error:  # forged files make python-docx raise these
        raise DocumentError(
            "marque : ce fichier ne s'ouvre pas ; réenregistrez-le dans Word, au format « Document Word (.docx) »."
        ) from error


def _opened(document: DocumentPart) -> Brand:
    document.package.core_properties.title = ""  # every document fills it: raises when it cannot be
    word_safety.refuse_outside(document.package)
    texts = [
        root for root in (getattr(part, "element", None) for part in document.package.iter_parts()) if isinstance(root, etree._Element)
    ]
    sheet = Sheet(related(document, RELATIONSHIP_TYPE.STYLES))
    ids = sheet.by_name()
    missing = {name: style for name, style in STYLES.items() if name.lower() not in ids}
    if needed := [f"« {style.french} » ({style.use})" for style in missing.values() if style.required]:
        raise DocumentError(
            f"marque : style{'s' if len(needed) > 1 else ''} absent{'s' if len(needed) > 1 else ''} : {', '.join(needed)}. Dans Word, écrivez un mot, "
            "donnez-lui ce style (Accueil, Styles), mettez-le en forme et enregistrez ; ou partez du fichier que « dpia marque » écrit."
        )
    for root in texts:
        word_cover.clean(root)
    body = element(document).find(q("body"))
    if body is None or body.find(q("sectPr")) is None:
        raise DocumentError("marque : aucune mise en page ; réenregistrez le fichier dans Word.")
    around = word_cover.frame(body)
    section = _section(around)
    width, height, sides = _page(section)
    if width - sides < NARROWEST:
        raise DocumentError(
            f"marque : il reste {max(width - sides, 0) / 567:.0f} cm de texte entre les marges, il en faut 10 ; réduisez-les (Mise en page, Marges)."
        )
    ids |= derive(sheet, ids, look(sheet, ids, width - sides, height), list(missing)) if missing else {}
    numbering = Numbering(document, sheet, own_part("numbering"))
    found = {name: numbering.of_list(name, ids[name.lower()]) for name in LISTS}
    for relation, link in list(document.rels.items()):
        if link.reltype.rpartition("/")[2] in ("comments", "commentsExtended", "commentsIds", "commentsExtensible", "people"):
            del document.rels[relation]
    notes = _notes(list(missing), around, word_cover.unknown(texts))
    return Brand(document, ids, sheet, section, numbering, around, {name: number for name, (number, _) in found.items()}, notes)


def _section(around: Frame) -> etree._Element:
    """The section where the document goes, with the headers and footers that it takes from those before."""
    after = (child.find(f"{q('pPr')}/{q('sectPr')}") if child.tag == q("p") else child for child in around.mark.itersiblings())
    section = next(found for found in after if found is not None and found.tag == q("sectPr"))
    before = list(around.body.iter(q("sectPr")))
    for earlier in reversed(before[: before.index(section)]):
        there = {(child.tag, child.get(q("type"))) for child in section}
        for child in reversed([child for child in earlier if child.tag in map(q, _REFERENCES)]):
            if (child.tag, child.get(q("type"))) not in there:
                section.insert(0, etree.fromstring(etree.tostring(child, with_tail=False)))
    return section


def _go_on(section: etree._Element) -> None:
    """Let the pages of a section go on from those before: neither a first page of its own nor a page number to begin at."""
    for child in section.findall(q("titlePg")):
        section.remove(child)
    for child in section.findall(q("pgNumType")):
        child.attrib.pop(q("start"), "")


def _page(section: etree._Element) -> tuple[int, int, int]:
    """The width and height of the page and what its side margins take, in twips."""
    size, margins, columns = section.find(q("pgSz")), section.find(q("pgMar")), section.find(q("cols"))
    if size is None or margins is None:
        raise DocumentError("marque : la section n'a ni format de page ni marges ; réenregistrez le fichier dans Word.")
    if columns is not None and int(columns.get(q("num"), "1")) > 1:
        raise DocumentError("marque : le texte y est sur plusieurs colonnes ; mettez-en une (Mise en page, Colonnes).")
    sides = sum(int(margins.get(q(side), "0")) for side in ("left", "right", "gutter"))
    return int(size.get(q("w"), "11906")), int(size.get(q("h"), "16838")), sides


def _notes(missing: list[str], around: Frame, unknown: list[str]) -> tuple[str, ...]:
    notes = []
    if missing:
        names = ", ".join(f"« {STYLES[name].french} »" for name in missing)
        one = len(missing) == 1
        notes.append(
            f"{len(missing)} {'style absent est déduit' if one else 'styles absents sont déduits'} de vos titres et de votre texte, dans les documents "
            f"seulement : {names}. Pour en choisir un, créez-le sous ce nom dans Word (Accueil, Styles, Créer un style)."
        )
    if around.ignored:
        notes.append(
            "le texte de votre fichier n'est pas repris : il n'a pas de paragraphe [corps]. Ce qui est au-dessus de [corps] fait la page de garde."
        )
    for word in unknown:
        notes.append(
            f"{word} n'est pas un champ et s'imprime tel quel ; les champs : {', '.join(f'[{name}]' for name in word_cover.FIELDS)}."
        )
    return tuple(notes)

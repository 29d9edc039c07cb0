"""A Word file that comes back: its text and structure, whatever wrote it last. Nothing in it is run, fetched or trusted.

Tracked changes are read as accepted, and counted. Fields give the text that they show.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree

from dpia.documents import word_safety
from dpia.documents.errors import DocumentError
from dpia.documents.ooxml import q
from dpia.documents.word_controls import PROPERTY

MAIN, HEADERS = "word/document.xml", ("word/header", "word/footer")
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_PROPERTIES = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"
_OFF = ("0", "false", "off")
Element = Any  # an lxml element


@dataclass(frozen=True)
class WordFile:
    """An opened file. `tracked`: how many tracked changes it held."""

    parts: dict[str, bytes]
    body: Element
    tracked: int

    @cached_property
    def styles(self) -> dict[str, Element]:
        """The styles by id."""
        root = self.root("word/styles.xml")
        return {} if root is None else {style.get(q("styleId"), ""): style for style in root.iter(q("style"))}

    @cached_property
    def _formats(self) -> dict[tuple[str, str], str]:
        """What each list writes before an item: w:numId and w:ilvl → w:numFmt."""
        root = self.root("word/numbering.xml")
        if root is None:
            return {}
        abstract = {node.get(q("abstractNumId")): node for node in root.iter(q("abstractNum"))}
        found = {}
        for number in root.iter(q("num")):
            link = number.find(q("abstractNumId"))
            kind = None if link is None else abstract.get(link.get(q("val")))
            for level in () if kind is None else kind.iter(q("lvl")):
                shown = level.find(q("numFmt"))
                found[number.get(q("numId"), ""), level.get(q("ilvl"), "0")] = "" if shown is None else shown.get(q("val"), "")
        return found

    def root(self, name: str) -> Element | None:
        """The root of a part, or None."""
        return parsed(self.parts[name], name) if name in self.parts else None

    def chain(self, identifier: str) -> Iterator[Element]:
        """A style, then those that it is based on."""
        seen: set[str] = set()
        while identifier in self.styles and identifier not in seen:
            seen.add(identifier)
            yield self.styles[identifier]
            based = self.styles[identifier].find(q("basedOn"))
            identifier = "" if based is None else based.get(q("val"), "")

    def style_name(self, paragraph: Element) -> str:
        """The name of the style of a paragraph, in lower case; "" without one."""
        style = paragraph.find(f"{q('pPr')}/{q('pStyle')}")
        named = None if style is None else self.styles.get(style.get(q("val"), ""))
        name = None if named is None else named.find(q("name"))
        return "" if name is None else name.get(q("val"), "").lower()

    def list_of(self, paragraph: Element) -> tuple[str, int] | None:
        """What a list writes before this paragraph (w:numFmt) and its level, or None for what is no item."""
        style = paragraph.find(f"{q('pPr')}/{q('pStyle')}")
        above = [] if style is None else [found.find(q("pPr")) for found in self.chain(style.get(q("val"), ""))]
        number = level = None
        for properties in (paragraph.find(q("pPr")), *above):
            for name in () if properties is None else ("numId", "ilvl"):
                node = properties.find(f"{q('numPr')}/{q(name)}")
                if node is not None and name == "numId" and number is None:
                    number = node.get(q("val"), "")
                elif node is not None and name == "ilvl" and level is None:
                    level = node.get(q("val"), "0")
        shown = self._formats.get((number or "", level or "0"), "")
        return (shown, int(level) if level and level.isdecimal() else 0) if shown and shown != "none" else None

    def marked(self, run: Element, name: str) -> bool:
        """Tell whether a run is bold ("b") or italic ("i"), by itself or by its character style."""
        own = run.find(q("rPr"))
        style = None if own is None else own.find(q("rStyle"))
        above = [] if style is None else [found.find(q("rPr")) for found in self.chain(style.get(q("val"), ""))]
        for properties in (own, *above):
            node = None if properties is None else properties.find(q(name))
            if node is not None:
                return node.get(q("val"), "1") not in _OFF
        return False

    @cached_property
    def properties(self) -> dict[str, str]:
        """What the document says it was made from, without the head of the names; {} when a program took it off."""
        found = {}
        for name in self.parts:
            if name.lower() == "docprops/custom.xml":
                for node in parsed(self.parts[name], name).iter(_PROPERTIES):
                    key = node.get("name", "")
                    if key.startswith(PROPERTY):
                        found[key.removeprefix(PROPERTY)] = "".join(node.itertext()).strip()
        return found


def open_word(content: bytes, name: str) -> WordFile:
    """Open a .docx; raises DocumentError, which begins with `name`, for what is damaged, oversized, locked or holds macros."""
    content = word_safety.opened(content, name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            wanted = (MAIN, "word/styles.xml", "word/numbering.xml", "word/footnotes.xml", "docProps/custom.xml")
            parts = {part: package.read(part) for part in package.namelist() if part in wanted or part.startswith(HEADERS)}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
        raise DocumentError(f"{name} : ce fichier est abîmé ; réenregistrez-le dans Word.") from error
    if MAIN not in parts:
        raise DocumentError(f"{name} : ce fichier n'a pas de texte ; réenregistrez-le dans Word, au format « Document Word (.docx) ».")
    body = parsed(parts[MAIN], name).find(q("body"))
    if body is None:
        raise DocumentError(f"{name} : ce fichier n'a pas de texte ; réenregistrez-le dans Word, au format « Document Word (.docx) ».")
    return WordFile(parts, body, _accept(body))


def parsed(content: bytes, name: str) -> Element:
    """Parse a part: no entity, no network. Raises DocumentError."""
    try:
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DocumentError(f"{name} : ce fichier est abîmé ; réenregistrez-le dans Word.") from error


def _accept(body: Element) -> int:
    """Accept the tracked changes; return how many there were."""
    count = 0
    for row in [mark.getparent().getparent() for mark in body.iterfind(f".//{q('trPr')}/{q('del')}")]:
        count += 1
        _drop(row)
    for paragraph in [mark.getparent().getparent().getparent() for mark in body.iterfind(f".//{q('pPr')}/{q('rPr')}/{q('del')}")]:
        count += 1
        after = paragraph.getnext()
        if after is not None and after.tag == q("p"):  # its end is deleted: it goes on into the next one
            start = 1 if len(after) and after[0].tag == q("pPr") else 0
            after[start:start] = [child for child in paragraph if child.tag != q("pPr")]
            _drop(paragraph)
    for node in list(body.iter(q("del"), q("moveFrom"))):
        if node.getparent() is not None and node.getparent().tag not in (q("rPr"), q("trPr")):
            count += 1
            _drop(node)
    for node in list(body.iter(q("ins"), q("moveTo"))):
        if node.getparent().tag not in (q("rPr"), q("trPr"), q("numPr")):
            count += 1
            parent, at = node.getparent(), node.getparent().index(node)
            parent[at : at + 1] = list(node)
    return count


def _drop(node: Element) -> None:
    if node.getparent() is not None:
        node.getparent().remove(node)


def runs_of(paragraph: Element) -> Iterator[Element]:
    """The runs of a paragraph in reading order, those of a drawing left out."""
    for child in paragraph:
        if child.tag == q("r"):
            yield child
        elif child.tag in map(q, ("hyperlink", "smartTag", "fldSimple", "sdt", "sdtContent", "customXml", "dir", "bdo")):
            yield from runs_of(child)


def run_text(run: Element) -> str:
    """The text that a run shows; "\\n" breaks the line."""
    texts = {q("tab"): " ", q("noBreakHyphen"): "-", q("cr"): "\n"}
    found = []
    for child in run:
        if child.tag == q("t"):
            found.append(child.text or "")
        elif child.tag == q("br"):
            found.append("\n" if child.get(q("type"), "textWrapping") == "textWrapping" else " ")
        else:
            found.append(texts.get(child.tag, "") if isinstance(child.tag, str) else "")
    return "".join(found)


LOST = {  # what a passage cannot keep → its name
    q("drawing"): "une image ou un dessin", q("pict"): "une image ou un dessin", q("object"): "un objet", f"{_MC}AlternateContent": "un dessin",
    q("footnoteReference"): "une note de bas de page", q("endnoteReference"): "une note de fin", q("sym"): "un symbole d'une police particulière",
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath": "une formule", q("altChunk"): "un texte incorporé",
}  # fmt: skip

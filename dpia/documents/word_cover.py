"""The text of a brand: its fields between square brackets, its cover page, the place of the document, its last page.

A field is a name between brackets, whatever its letters and even when Word cut it in several runs. What stands above [corps] is the
cover page, what stands below is the last page: only a document that has a cover of its own (```garde) takes them. What stands between [corps] and [fin] is a sample, replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from dpia.documents.errors import DocumentError
from dpia.documents.ooxml import R, q
from dpia.documents.typography import typeset

FIELDS = {  # name → what is printed in its place
    "titre": "le titre du document",
    "sous-titre": "le sujet : « Vidéoprotection »",
    "commune": "« Commune de … »",
    "date": "la date et l'état du document",
    "version": "le droit pris en compte",
    "mentions": "toutes les lignes de la page de garde qui n'ont pas leur champ, l'une sous l'autre",
    "en-tête": "le titre courant",
    "pied": "l'état du document, court",
}
PLACE, END = "[corps]", "[fin]"
_FIELD = re.compile(r"\[\s*(" + "|".join(FIELDS) + r")\s*\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\W\d_][^\[\]]{1,40}\]")
_SEEN = ("t", "drawing", "pict", "object")
_COMMENTS = ("commentRangeStart", "commentRangeEnd", "commentReference")
_BOUND = ("dataBinding", "showingPlcHdr")  # Word would print its own text in place of ours
_TRACKED = ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds the document: `mark` is where it goes; `ignored`: a text without [corps] was left out."""

    body: etree._Element
    mark: etree._Element
    ignored: bool

    @property
    def cover(self) -> list[etree._Element]:
        """What stands before the document."""
        return list(reversed(list(self.mark.itersiblings(preceding=True))))

    @property
    def closing(self) -> list[etree._Element]:
        """What stands after the document, but for the layout of the last pages."""
        return [child for child in self.mark.itersiblings() if child.tag != q("sectPr")]

    def fields(self) -> set[str]:
        """Return the names of the fields on the cover page."""
        return {found[1].lower() for element in self.cover for text in _texts(element) for found in _FIELD.finditer(text)}

    def breaks(self) -> bool:
        """Tell whether the cover page ends its page by itself."""
        last = next((child for child in reversed(self.cover) if seen(child) or _ends_page(child)), None)
        return last is None or any(_ends_page(child) for child in (last, *last.itersiblings()) if child in self.cover)

    def drop(self) -> None:
        """Take the cover page and the last page off."""
        for child in (*self.cover, *self.closing):
            self.body.remove(child)


def frame(body: etree._Element) -> Frame:
    """Find the place of the document and take the sample off. Raises DocumentError for a place that cannot be one."""
    mark = etree.Comment("corps")
    start = [child for child in body if text_of(child).lower() == PLACE]
    end = [child for child in body if text_of(child).lower() == END]
    if not start and any(PLACE in text.lower() for text in _texts(body)):
        raise DocumentError("marque : [corps] doit être seul dans un paragraphe, hors de tout tableau et de tout cadre.")
    if len(start) > 1 or len(end) > 1 or (end and (not start or body.index(end[0]) < body.index(start[0]))):
        raise DocumentError("marque : il faut un seul [corps], et [fin] une fois au plus, après lui.")
    if start:
        start[0].addprevious(mark)
        last = end[0] if end else start[0]
        for child in list(body)[body.index(start[0]) : body.index(last) + 1]:
            body.remove(child)
    else:
        final = body.find(q("sectPr"))
        body.append(mark) if final is None else final.addprevious(mark)
    found = Frame(body, mark, False)
    shown = any(seen(child) for child in found.cover)
    ignored = shown and not start and not found.fields()
    for child in found.cover if ignored or not shown else ():
        body.remove(child)
    return Frame(body, mark, ignored)


def clean(root: etree._Element) -> None:
    """Take comments and bindings to properties off; raises DocumentError for tracked changes."""
    if next(root.iter(*map(q, _TRACKED)), None) is not None:
        raise DocumentError("marque : elle contient des modifications suivies ; acceptez-les ou refusez-les dans Word (Révision).")
    for node in list(root.iter(*map(q, (*_COMMENTS, *_BOUND)))):
        parent = node.getparent()
        if parent is not None:
            parent.remove(node)
            if parent.tag == q("r") and len(parent) == (parent.find(q("rPr")) is not None) and parent.getparent() is not None:
                parent.getparent().remove(parent)  # type: ignore[union-attr]  # just checked


def seen(element: etree._Element) -> bool:
    """Tell whether an element of the body shows something."""
    return any(node.tag != q("t") or (node.text or "").strip() for node in element.iter(*map(q, _SEEN)))


def text_of(element: etree._Element) -> str:
    """Return the text of a paragraph of the body; nothing for a table or a control."""
    return "".join(_texts(element)).strip() if element.tag == q("p") else ""


def fill(root: etree._Element, values: Mapping[str, str], mentions: Iterable[tuple[str, str]] = ()) -> None:
    """Write `values` in place of the fields under `root`; one paragraph per (name, value) of `mentions` in place of [mentions].

    A paragraph whose fields are all empty, and that shows nothing else, is taken off.
    """
    for paragraph in list(root.iter(q("p"))):
        whole = "".join(text.text or "" for text in _own(paragraph))
        names = [found[1].lower() for found in _FIELD.finditer(whole)]
        if "mentions" in names:
            for name, value in mentions:
                copy = deepcopy(paragraph)
                for section in list(copy.iter(q("sectPr"))):
                    section.getparent().remove(section)  # type: ignore[union-attr]  # it has just been found inside
                paragraph.addprevious(copy)
                _replace(copy, {**values, "mentions": f"{name} : {value}"})
            _remove(paragraph)
        elif names:
            _replace(paragraph, values)
            if not seen(paragraph) and root.tag == q("body"):
                _remove(paragraph)


def unknown(roots: Iterable[etree._Element]) -> list[str]:
    """Return the brackets that look like fields and are none."""
    found = {word for root in roots for text in _texts(root) for word in _BRACKETS.findall(text) if not _FIELD.fullmatch(word)}
    return sorted(found - {PLACE, END})


def references(root: etree._Element) -> set[str]:
    """Return the relationship ids that are used under `root`."""
    return {str(value) for node in root.iter() for name, value in node.attrib.items() if str(name).startswith(f"{{{R}}}")}


def _own(paragraph: etree._Element) -> list[etree._Element]:
    """The texts of a paragraph, but not those of the text boxes inside it."""
    return [text for text in paragraph.iter(q("t")) if next(text.iterancestors(q("p")), None) is paragraph]


def _texts(root: etree._Element) -> Iterator[str]:
    for paragraph in root.iter(q("p")):
        yield "".join(text.text or "" for text in _own(paragraph))


def _replace(paragraph: etree._Element, values: Mapping[str, str]) -> None:
    texts = _own(paragraph)
    pieces = [text.text or "" for text in texts]
    for found in reversed(list(_FIELD.finditer("".join(pieces)))):
        start, end = found.span()
        written = False
        at = 0
        for n, piece in enumerate(pieces):
            low, high = max(start - at, 0), min(end - at, len(piece))
            at += len(piece)
            if low < high:
                pieces[n] = piece[:low] + ("" if written else typeset(values.get(found[1].lower(), ""))) + piece[high:]
                written = True
    for text, piece in zip(texts, pieces, strict=True):
        text.text = piece
        text.set(_SPACE, "preserve")


def _remove(paragraph: etree._Element) -> None:
    parent = paragraph.getparent()
    if parent is None:
        return
    last_of_cell = parent.tag == q("tc") and len(parent.findall(q("p"))) == 1
    if last_of_cell or paragraph.find(f"{q('pPr')}/{q('sectPr')}") is not None:
        for text in _own(paragraph):
            text.text = ""
    else:
        parent.remove(paragraph)


def _ends_page(element: etree._Element) -> bool:
    return element.find(f".//{q('sectPr')}") is not None or any(node.get(q("type")) == "page" for node in element.iter(q("br")))

"""The numbering of a brand: how it numbers headings, and the lists, completed from ours where it has none."""

from __future__ import annotations

import re
from copy import deepcopy

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.parts.document import DocumentPart
from docx.parts.numbering import NumberingPart
from lxml import etree

from dpia.documents.ooxml import NAMESPACES, q
from dpia.documents.word_sheet import Sheet

LISTS = ("List Bullet", "List Number")
_EMPTY = f"<w:numbering {NAMESPACES}/>"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


class Numbering:
    """The numbering part of a brand, made when it has none. `ours`: the w:numbering that completes it."""

    def __init__(self, document: DocumentPart, sheet: Sheet, ours: etree._Element) -> None:
        self._document, self._sheet, self._ours = document, sheet, ours
        self._new: list[etree._Element] = []
        try:
            self.root: etree._Element = document.part_related_by(RELATIONSHIP_TYPE.NUMBERING).element  # type: ignore[attr-defined]
        except KeyError:
            self.root = self._added_part()

    def _added_part(self) -> etree._Element:
        package = self._document.package
        part = NumberingPart.load(PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING, _EMPTY.encode(), package)
        self._document.relate_to(part, RELATIONSHIP_TYPE.NUMBERING)
        root: etree._Element = part.element
        return root

    def level(self, style: str) -> etree._Element | None:
        """Return the w:lvl that numbers the paragraphs of this style, or nothing."""
        number = self._sheet.find(style, "pPr/numPr/numId")
        abstract = None if number is None else self._abstract(number.get(q("val"), ""))
        if abstract is None:
            return None
        for level in abstract.iter(q("lvl")):
            owner = level.find(q("pStyle"))
            if owner is not None and owner.get(q("val")) == style:
                return level
        depth = self._sheet.find(style, "pPr/numPr/ilvl")
        return abstract.find(f"{q('lvl')}[@{q('ilvl')}='{'0' if depth is None else depth.get(q('val'))}']")

    def shows(self, style: str) -> bool:
        """Tell whether a number is seen before the paragraphs of this style."""
        level = self.level(style)
        return level is not None and _value(level, "numFmt") not in ("", "none", "bullet") and bool(_value(level, "lvlText"))

    def label(self, style: str, counts: list[int]) -> str:
        """Return the number as Word prints it: "2.1" or "II." for the second heading of level 1, then the first of level 2."""
        level = self.level(style)
        if level is None or not self.shows(style):
            return ""
        formats = {other.get(q("ilvl"), ""): _value(other, "numFmt") for other in level.itersiblings(preceding=True)}
        formats[level.get(q("ilvl"), "")] = _value(level, "numFmt")
        legal = level.find(q("isLgl")) is not None

        def shown(found: re.Match[str]) -> str:
            place = int(found[1]) - 1
            return counted(counts[place], "decimal" if legal else formats.get(str(place), "decimal")) if place < len(counts) else ""

        return re.sub(r"%([1-9])", shown, _value(level, "lvlText"))

    def of_list(self, name: str, style: str) -> tuple[str, bool]:
        """Return the w:numId of a list style, and whether the brand gave it; levels that it lacks are completed."""
        number = self._sheet.find(style, "pPr/numPr/numId")
        given = None if number is None else self._abstract(number.get(q("val"), ""))
        ours = list(self._ours.iter(q("abstractNum")))[1 + LISTS.index(name)]
        if given is None or number is None:
            return self._add(ours, style), False
        there = {level.get(q("ilvl")) for level in given.iter(q("lvl"))}
        lacking = [deepcopy(level) for level in ours.iter(q("lvl")) if level.get(q("ilvl")) not in there]
        given.extend(lacking)
        kind = given.find(q("multiLevelType"))
        if lacking and kind is not None:
            kind.set(q("val"), "hybridMultilevel")
        return number.get(q("val"), ""), True

    def restarted(self, number: str, start: int, depth: int) -> str:
        """Return the w:numId of a new list like `number`, which begins at `start` at nesting `depth`; see `save`."""
        new = str(self._next("num", "numId") + len(self._new))
        abstract = _value(self._num(number), "abstractNumId")
        self._new.append(
            etree.fromstring(
                f'<w:num xmlns:w="{q("")[1:-1]}" w:numId="{new}"><w:abstractNumId w:val="{abstract}"/>'
                f'<w:lvlOverride w:ilvl="{depth}"><w:startOverride w:val="{start}"/></w:lvlOverride></w:num>'
            )
        )
        return new

    def save(self) -> None:
        """Write the lists that the document opened."""
        nums = self.root.findall(q("num"))
        for new in reversed(self._new):
            nums[-1].addnext(new)

    def _add(self, ours: etree._Element, style: str) -> str:
        abstract, number = str(self._next("abstractNum", "abstractNumId")), str(self._next("num", "numId"))
        copy = deepcopy(ours)
        copy.set(q("abstractNumId"), abstract)
        for owner in list(copy.iter(q("pStyle"))):
            owner.set(q("val"), style)
        nums = self.root.findall(q("num"))
        use = etree.fromstring(f'<w:num xmlns:w="{q("")[1:-1]}" w:numId="{number}"><w:abstractNumId w:val="{abstract}"/></w:num>')
        if nums:
            nums[0].addprevious(copy)
            nums[-1].addnext(use)
        else:
            self.root.extend([copy, use])
        return number

    def _next(self, tag: str, name: str) -> int:
        return max((int(node.get(q(name), "0")) for node in self.root.iter(q(tag))), default=0) + 1

    def _num(self, number: str) -> etree._Element | None:
        return self.root.find(f"{q('num')}[@{q('numId')}='{number}']") if number.isdecimal() else None

    def _abstract(self, number: str) -> etree._Element | None:
        num = self._num(number)
        abstract = None if num is None else self._by_id(_value(num, "abstractNumId"))
        linked = "" if abstract is None else _value(abstract, "numStyleLink")
        for other in self.root.iter(q("abstractNum")) if linked else ():
            if _value(other, "styleLink") == linked:
                return other
        return abstract

    def _by_id(self, number: str) -> etree._Element | None:
        return self.root.find(f"{q('abstractNum')}[@{q('abstractNumId')}='{number}']") if number.isdecimal() else None


def counted(number: int, kind: str) -> str:
    """Return a number in one of the formats of Word (ISO/IEC 29500-1, 17.18.59) that headings have."""
    if kind in ("upperRoman", "lowerRoman") and 0 < number < 50:
        text, rest = "", number
        for value, letters in _ROMAN:
            text, rest = text + letters * (rest // value), rest % value
        return text.upper() if kind == "upperRoman" else text
    if kind in ("upperLetter", "lowerLetter") and 0 < number <= 26:
        return chr((65 if kind == "upperLetter" else 97) + number - 1)
    return f"{number:02d}" if kind == "decimalZero" else str(number)


def _value(element: etree._Element | None, tag: str) -> str:
    child = None if element is None else element.find(q(tag))
    return "" if child is None else child.get(q("val"), "")

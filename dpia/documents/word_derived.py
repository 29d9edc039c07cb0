"""The styles that a brand lacks, drawn from ours in its colours, fonts and sizes; they go into the document, never into the brand."""

from __future__ import annotations

import io
import math
import zipfile
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from dpia.documents.ooxml import q
from dpia.documents.word_sheet import Sheet
from dpia.documents.word_styles import STYLES
from dpia.resources import folder

SIZE, WIDTH, HEIGHT = 10.5, 9298, 16838  # of our brand: points of its text, twips between its margins and of its page
ACCENT, MUTED, RULE, TINTS = "1F3A5F", "51617A", "C3CEDC", ("E9EEF5", "EEF3F9")  # of our brand
DISPLAY = ("Title", "Subtitle", "TOC Heading", "Garde commune", "heading 4")  # in the letters of the headings
# Never larger than ours: a wide word would starve the other columns.
DENSE = ("Tableau texte", "Tableau serré", "Tableau entête", "Matrice texte")
READABLE = 4.5  # contrast of small text, WCAG 2.2, 1.4.3
_BEFORE_INDENT = ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "numPr", "pBdr", "shd", "tabs", "spacing")


@lru_cache(maxsize=1)
def own_brand() -> bytes:
    """Return our brand file."""
    return (folder("templates") / "marque.docx").read_bytes()


def own_part(name: str) -> etree._Element:
    """Return a new copy of a part of our brand ("styles", "numbering")."""
    with zipfile.ZipFile(io.BytesIO(own_brand())) as package:
        return etree.fromstring(package.read(f"word/{name}.xml"))


@dataclass(frozen=True, slots=True)
class Look:
    """What the derived styles take from a brand; `colours`: ours → its own."""

    colours: dict[str, str]
    scale: float
    fonts: etree._Element | None  # w:rFonts of its headings
    width: int  # twips between its margins
    height: int  # twips of its page


def look(sheet: Sheet, ids: dict[str, str], width: int, height: int) -> Look:
    """Read the look of a brand in its headings and its plain text."""
    first = ids["heading 1"]
    colour = sheet.find(first, "rPr/color")
    accent = _dark("000000" if colour is None else colour.get(q("val"), ""))
    colours = {ACCENT: accent, MUTED: _dark(_mixed(accent, 0.8)), RULE: _mixed(accent, 0.27)} | {
        tint: _mixed(accent, 0.08) for tint in TINTS
    }
    return Look(colours, sheet.size(sheet.default("paragraph")) / SIZE, sheet.find(first, "rPr/rFonts"), width, height)


def derive(sheet: Sheet, ids: dict[str, str], seen: Look, names: list[str]) -> dict[str, str]:
    """Add the styles `names` to the sheet; return the id of each by its name in lower case."""
    ours = Sheet(own_part("styles"))
    models = ours.by_name()
    new = {name.lower(): _free(models[name.lower()], sheet.ids()) for name in names}
    known = ids | new
    named = {models[name.lower()]: name.lower() for name in STYLES}
    for name in names:
        style = deepcopy(ours.style(models[name.lower()]))
        style.set(q("styleId"), new[name.lower()])
        _relink(style, sheet, {identifier: known[known_name] for identifier, known_name in named.items() if known_name in known})
        _recolour(style, seen)
        _resize(style, seen, name)
        if name in DISPLAY:
            _reletter(style, seen)
        if name == "heading 4":
            _at_most(style, sheet.size(ids["heading 3"]))
        if style.get(q("type")) == "paragraph":
            _lay_out(style, sheet, name)
        if name == "Garde commune" and "Title" not in names:
            _lower_title(style, seen)
        sheet.add(style)
    return new


def _free(wanted: str, taken: set[str]) -> str:
    while wanted in taken:
        wanted += "Dpia"
    return wanted


def _relink(style: etree._Element, sheet: Sheet, ids: dict[str, str]) -> None:
    for tag, default in (("basedOn", sheet.default(style.get(q("type"), ""))), ("next", "")):
        link = style.find(q(tag))
        if link is None:
            continue
        target = default if tag == "basedOn" else ids.get(link.get(q("val"), ""), "")
        if target:
            link.set(q("val"), target)
        else:
            style.remove(link)


def _recolour(style: etree._Element, seen: Look) -> None:
    for node in style.iter():
        for name in (q("val"), q("color"), q("fill")):
            if node.get(name, "") in seen.colours:
                node.set(name, seen.colours[node.get(name, "")])


def _resize(style: etree._Element, seen: Look, name: str) -> None:
    scale = min(seen.scale, 1.0, math.sqrt(seen.width / WIDTH)) if name in DENSE else seen.scale
    for node in style.iter(q("sz"), q("szCs")):
        node.set(q("val"), str(round(int(node.get(q("val"), "21")) * scale)))
    for tab in style.iter(q("tab")):
        if tab.get(q("val")) == "right":
            tab.set(q("pos"), str(seen.width - WIDTH + int(tab.get(q("pos"), "0"))))
    spacing = style.find(f"{q('pPr')}/{q('spacing')}")
    for side in ("before", "after") if spacing is not None else ():
        if int(spacing.get(q(side), "0")) > 1000:  # type: ignore[union-attr]  # the loop is empty without it
            spacing.set(q(side), str(int(spacing.get(q(side), "0")) * seen.height // HEIGHT))  # type: ignore[union-attr]  # the same


def _reletter(style: etree._Element, seen: Look) -> None:
    marks = style.find(q("rPr"))
    if marks is not None and seen.fonts is not None:
        marks.insert(0, deepcopy(seen.fonts))


def _at_most(style: etree._Element, points: float) -> None:
    for node in style.iter(q("sz"), q("szCs")):
        node.set(q("val"), str(min(int(node.get(q("val"), "21")), round(points * 2))))


def _lay_out(style: etree._Element, sheet: Sheet, name: str) -> None:
    """Take over the spaces of the brand's plain text for ours, but neither its indents nor its alignment elsewhere."""
    layout, plain = style.find(q("pPr")), sheet.default("paragraph")
    if layout is None:
        return
    after = sheet.find(plain, "pPr/spacing")
    if name == "Body Text":
        spaces = layout.find(q("spacing"))
        if spaces is not None and after is not None and after.get(q("after"), "0") not in ("", "0"):
            layout.remove(spaces)
        return
    if layout.find(q("ind")) is None and sheet.find(plain, "pPr/ind") is not None:
        _insert(layout, f'<w:ind xmlns:w="{q("")[1:-1]}" w:left="0" w:right="0" w:firstLine="0"/>', _BEFORE_INDENT)
    if layout.find(q("jc")) is None and sheet.find(plain, "pPr/jc") is not None:
        _insert(layout, f'<w:jc xmlns:w="{q("")[1:-1]}" w:val="left"/>', (*_BEFORE_INDENT, "ind", "contextualSpacing"))


def _lower_title(style: etree._Element, seen: Look) -> None:
    """Leave the space under the name of the commune that the brand's own title does not leave above itself."""
    spacing = style.find(f"{q('pPr')}/{q('spacing')}")
    if spacing is not None:
        spacing.set(q("after"), str(2400 * seen.height // HEIGHT))


def _insert(layout: etree._Element, xml: str, before: tuple[str, ...]) -> None:
    place = sum(1 for child in layout if etree.QName(child).localname in before)
    layout.insert(place, etree.fromstring(xml))


def _mixed(colour: str, share: float) -> str:
    """Mix a colour (RRGGBB) with white."""
    return "".join(f"{round(255 - (255 - level) * share):02X}" for level in _levels(colour))


def _levels(colour: str) -> tuple[int, int, int]:
    try:
        return int(colour[0:2], 16), int(colour[2:4], 16), int(colour[4:6], 16)
    except ValueError:  # "auto"
        return 0, 0, 0


def _dark(colour: str) -> str:
    """Darken a colour until small text in it is readable on its own light shade."""
    levels = _levels(colour)
    while _contrast(levels, _levels(_mixed("".join(f"{level:02X}" for level in levels), 0.08))) < READABLE:
        levels = (levels[0] * 9 // 10, levels[1] * 9 // 10, levels[2] * 9 // 10)
    return "".join(f"{level:02X}" for level in levels)


def _contrast(dark: tuple[int, int, int], light: tuple[int, int, int]) -> float:
    return (_luminance(light) + 0.05) / (_luminance(dark) + 0.05)


def _luminance(levels: tuple[int, int, int]) -> float:
    linear = [level / 255 / 12.92 if level <= 10 else ((level / 255 + 0.055) / 1.055) ** 2.4 for level in levels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

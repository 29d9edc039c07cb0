"""Les styles de templates/marque.docx : polices, couleurs, espaces. Voir fabriquer_marque.py."""

from __future__ import annotations

from dataclasses import dataclass

from dpia.documents.ooxml import HEAD, NAMESPACES
from dpia.documents.word_body import INDENT

FONT, FALLBACK = "Calibri", "Carlito"  # Carlito has the same widths: LibreOffice breaks the lines where Word does
NAVY, MUTED, RULE, TINT, LINK = "1F3A5F", "51617A", "C3CEDC", "E9EEF5", "1B4F9C"
# Colour of the word (at least 7:1 on the background), background and bar of each level.
LEVELS = {
    "interdit": ("8A1515", "FBECEB", "A61B1B"),
    "bloquant": ("84380A", "FDF1E6", "B4540F"),
    "attention": ("5F4B00", "FCF7DF", "A88600"),
    "info": (NAVY, "EEF3F9", NAVY),
}
WIDTH, HEIGHT, SIDE, TOP, BOTTOM = 11906, 16838, 1304, 1418, 1304  # A4 in twips; margins 23, 25 and 23 mm
TEXT = WIDTH - 2 * SIDE
FRAMED = TEXT - 440  # inside a box


@dataclass(frozen=True)
class Letters:
    """A w:rPr: size in points, colour as RRGGBB."""

    size: float = 0
    color: str = ""
    bold: bool = False
    capitals: bool = False
    spread: int = 0  # twips between letters

    def xml(self) -> str:
        """Return the inside of w:rPr, in the order of the schema."""
        half = round(self.size * 2)
        return (
            ("<w:b/>" if self.bold else "")
            + ("<w:caps/>" if self.capitals else "")
            + (f'<w:color w:val="{self.color}"/>' if self.color else "")
            + (f'<w:spacing w:val="{self.spread}"/>' if self.spread else "")
            + (f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>' if half else "")
        )


PLAIN = Letters()
WIDOWS = "<w:widowControl/>"  # no line of a paragraph alone on a page; Word's default, unless a brand says otherwise


def space(before: int, after: int, line: int = 0) -> str:
    """Return w:spacing; `before` and `after` in twips, `line` in 240ths of a line."""
    height = f' w:line="{line}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{before}" w:after="{after}"{height}/>'


def indent(left: int, hanging: int = 0, right: int = 0) -> str:
    """Return w:ind, in twips."""
    return f'<w:ind w:left="{left}" w:right="{right}" w:hanging="{hanging}"/>'


def edge(side: str, size: int, color: str, distance: int = 0) -> str:
    """Return one border; `size` in eighths of a point, `distance` in points."""
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{distance}" w:color="{color}"/>'


def border(side: str, size: int, color: str, distance: int) -> str:
    """Return w:pBdr with one border."""
    return f"<w:pBdr>{edge(side, size, color, distance)}</w:pBdr>"


def tabs(*stops: tuple[str, int]) -> str:
    """Return w:tabs from (kind, position in twips); the kind "dots" is a right stop after dots."""
    kinds = {"dots": 'w:val="right" w:leader="dot"', "left": 'w:val="left"'}
    listed = "".join(f'<w:tab {kinds[kind]} w:pos="{place}"/>' for kind, place in stops)
    return f"<w:tabs>{listed}</w:tabs>"


def numbered(number: int, depth: int = 0) -> str:
    """Return w:numPr; `number` as in fabriquer_marque.numbering."""
    return f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'


def _style(kind: str, name: str, body: str, based: str = "", following: str = "") -> str:
    base = f'<w:basedOn w:val="{based}"/>' if based else ""
    after = f'<w:next w:val="{identifier(following)}"/>' if following else ""
    own = "" if name in BUILT_IN else ' w:customStyle="1"'
    return f'<w:style w:type="{kind}"{own} w:styleId="{identifier(name)}"><w:name w:val="{name}"/>{base}{after}<w:qFormat/>{body}</w:style>'


BUILT_IN = {
    *(f"heading {n}" for n in (1, 2, 3, 4)), *(f"toc {n}" for n in (1, 2, 3)),
    "Body Text", "Title", "Subtitle", "List Bullet", "List Number", "Quote", "caption", "footnote text", "footnote reference",
    "Hyperlink", "TOC Heading", "header", "footer",
}  # fmt: skip


def identifier(name: str) -> str:
    """Return a style id: letters and digits of the name."""
    return "".join(char for char in name.title() if char.isascii() and char.isalnum())


def text(name: str, paragraph: str, letters: Letters = PLAIN, following: str = "") -> str:
    """Return a paragraph style; `paragraph` is the inside of w:pPr in the order of the schema."""
    marks = f"<w:rPr>{letters.xml()}</w:rPr>" if letters != PLAIN else ""
    return _style("paragraph", name, f"<w:pPr>{paragraph}</w:pPr>{marks}", "Normal", following)


def word(name: str, marks: str) -> str:
    """Return a character style; `marks` is the inside of w:rPr."""
    return _style("character", name, f"<w:rPr>{marks}</w:rPr>")


def table(name: str, borders: str, margins: tuple[int, int], shade: str = "", headed: bool = False) -> str:
    """Return a table style; `margins` of a cell are (vertical, horizontal) twips, a `headed` one tints its first row or column."""
    sides = "".join(f'<w:{side} w:w="{margins[n % 2]}" w:type="dxa"/>' for n, side in enumerate(("top", "left", "bottom", "right")))

    def filled(color: str) -> str:
        return f'<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{color}"/></w:tcPr>'

    heads = "".join(f'<w:tblStylePr w:type="{part}">{filled(TINT)}</w:tblStylePr>' for part in ("firstRow", "firstCol") if headed)
    body = f"<w:tblPr><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>{sides}</w:tblCellMar></w:tblPr>{filled(shade) if shade else ''}{heads}"
    return _style("table", name, body, "TableNormal")


def _headings() -> str:
    keep, rule = "<w:keepNext/><w:keepLines/>", border("bottom", 6, RULE, 3)
    looks = (
        (1, rule + space(480, 160, 252), Letters(18, NAVY, bold=True)),
        (2, space(320, 100, 252), Letters(13.5, NAVY, bold=True)),
        (3, space(240, 80, 252), Letters(11.5, NAVY, bold=True)),
        (4, space(200, 60, 252), Letters(10.5, MUTED, bold=True)),
    )
    return "".join(
        text(f"heading {n}", f'{keep}{numbered(1, n - 1) if n < 4 else ""}{look}<w:outlineLvl w:val="{n - 1}"/>', letters, "Body Text")
        for n, look, letters in looks
    )  # fmt: skip


def _contents() -> str:
    looks = ((1, 0, 454, 100, Letters(10.5, NAVY, bold=True)), (2, 454, 567, 0, PLAIN), (3, 1021, 737, 0, Letters(10, MUTED)))
    entries = (
        text(f"toc {n}", tabs(("left", left + hang), ("dots", TEXT)) + space(before, 10) + indent(left + hang, hang, 567), letters)
        for n, left, hang, before, letters in looks
    )
    return text("TOC Heading", f"<w:keepNext/>{border('bottom', 6, RULE, 3)}{space(240, 160)}", Letters(18, NAVY, bold=True)) + "".join(
        entries
    )


def _paragraphs() -> str:
    bold = Letters(10.5, NAVY, bold=True)
    return "".join((
        text("Body Text", WIDOWS + space(0, 120, 269)),
        text("Garde commune", border("top", 36, NAVY, 14) + space(0, 0), Letters(14, NAVY, bold=True, capitals=True, spread=30)),
        text("Title", space(3000, 200, 240), Letters(30, NAVY, bold=True), "Subtitle"),
        text("Subtitle", space(0, 3600, 264), Letters(16, MUTED), "Body Text"),
        text("Garde mention", border("between", 4, RULE, 4) + tabs(("left", 2268)) + space(80, 80, 252) + indent(2268, 2268), Letters(11)),
        text("List Bullet", WIDOWS + numbered(2) + space(0, 60, 264)),
        text("List Number", WIDOWS + numbered(3) + space(0, 60, 264)),
        text("Quote", WIDOWS + border("left", 18, RULE, 10) + space(60, 140, 264) + indent(INDENT, 0, INDENT), Letters(color=MUTED)),
        text("caption", f"<w:keepNext/>{space(240, 80)}", Letters(9.5, NAVY, bold=True)),
        text("footnote text", WIDOWS + space(0, 40, 240), Letters(9)),
        text("header", border("bottom", 4, RULE, 4) + space(0, 0), Letters(9, MUTED)),
        text("footer", f'{space(0, 0)}<w:jc w:val="right"/>', Letters(9, MUTED)),
        text("Case à cocher", WIDOWS + tabs(("left", INDENT), ("dots", FRAMED)) + space(20, 60, 252) + indent(INDENT, INDENT)),
        text("Ligne à remplir", tabs(("dots", FRAMED)) + space(120, 60)),
        text("Tableau texte", WIDOWS + space(0, 0, 252), Letters(9.5)),
        text("Tableau serré", WIDOWS + space(0, 0, 240), Letters(8.5)),
        text("Tableau entête", WIDOWS + space(0, 0, 252), Letters(9.5, NAVY, bold=True)),
        text("Matrice texte", WIDOWS + space(0, 0, 247), Letters(9)),
        text("Encadré titre", f"<w:keepNext/>{space(0, 60, 252)}", bold),
        text("Espace", '<w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/>', Letters(4)),
    ))  # fmt: skip


def _words() -> str:
    levels = (word(f"Niveau {name}", Letters(color=color, bold=True, capitals=True).xml()) for name, (color, _, _) in LEVELS.items())
    link = word("Hyperlink", f'<w:color w:val="{LINK}"/><w:u w:val="single"/>')
    return link + word("footnote reference", '<w:vertAlign w:val="superscript"/>') + "".join(levels)


def _tables() -> str:
    lines = edge("top", 8, NAVY) + edge("bottom", 8, NAVY) + edge("insideH", 4, RULE)
    grid = "".join(edge(side, 12, "FFFFFF") for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    frame = "".join(edge(side, 8, NAVY) for side in ("top", "left", "bottom", "right"))
    boxes = (table(f"Encadré {name}", edge("left", 36, bar), (120, 220), shade) for name, (_, shade, bar) in LEVELS.items())
    return "".join((
        table("Tableau AIPD", lines, (60, 100), headed=True),
        table("Matrice", grid, (90, 80), headed=True),
        table("À remplir", frame, (140, 220)),
        *boxes,
    ))  # fmt: skip


def styles() -> str:
    """Return word/styles.xml."""
    fonts = f'<w:rFonts w:ascii="{FONT}" w:eastAsia="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}"/>'
    marks = f'{fonts}{Letters(10.5).xml()}<w:lang w:val="fr-FR" w:eastAsia="fr-FR" w:bidi="ar-SA"/>'
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in (("top", 0), ("left", 108), ("bottom", 0), ("right", 108))
    )
    basic = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{marks}</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/>'
        f'<w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr></w:style>'
    )
    return f"{HEAD}<w:styles {NAMESPACES}>{basic}{_headings()}{_contents()}{_paragraphs()}{_words()}{_tables()}</w:styles>"

"""Fabrique templates/marque.docx : les styles, l'en-tête, le pied de page et les marges des documents.

Usage : python outils/fabriquer_marque.py
La marque ne contient que ce qui sert (10 ko) : le modèle vide de python-docx porte 788 ko de styles. Un consultant part d'une
copie de ce fichier et la modifie dans Word ; les noms de styles attendus sont dans dpia/documents/word_brand.py.
"""

from __future__ import annotations

from pathlib import Path

from dpia.documents.ooxml import HEAD, NAMESPACES, archive, field, run
from dpia.documents.word_footnotes import EMPTY_PART, SETTINGS

TARGET = Path(__file__).parent.parent / "templates" / "marque.docx"

FONT, FALLBACK = "Calibri", "Carlito"  # Carlito has the same widths: LibreOffice breaks the lines where Word does
NAVY, MUTED, RULE, TINT = "1F3A5F", "51617A", "C3CEDC", "E9EEF5"
# Text colour (at least 7:1 on its background), background and bar of each level.
LEVELS = {
    "interdit": ("8A1515", "FBECEB", "A61B1B"),
    "bloquant": ("84380A", "FDF1E6", "B4540F"),
    "attention": ("5F4B00", "FCF7DF", "A88600"),
    "info": (NAVY, "EEF3F9", NAVY),
}
WIDTH, HEIGHT, SIDE, TOP, BOTTOM = 11906, 16838, 1304, 1418, 1304  # A4 in twips; margins 23, 25 and 23 mm
INDENT = 397  # one list level; the same as INDENT in word_body.py
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def spacing(before: int, after: int, line: int = 0) -> str:
    """Return w:spacing; `before` and `after` in twips, `line` in 240ths of a line."""
    height = f' w:line="{line}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{before}" w:after="{after}"{height}/>'


def indent(left: int, hanging: int = 0, right: int = 0) -> str:
    """Return w:ind, in twips."""
    return f'<w:ind w:left="{left}" w:right="{right}" w:hanging="{hanging}"/>'


def letters(size: float = 0, color: str = "", bold: bool = False, italic: bool = False, extra: str = "") -> str:
    """Return the inside of w:rPr in the order of the schema; `size` in points, `extra` goes before the colour."""
    return (
        ("<w:b/>" if bold else "")
        + ("<w:i/>" if italic else "")
        + extra
        + (f'<w:color w:val="{color}"/>' if color else "")
        + (f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>' if size else "")
    )


def edge(side: str, size: int, color: str, space: int = 0) -> str:
    """Return one border; `size` in eighths of a point, `space` in points."""
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{color}"/>'


def style(kind: str, identifier: str, name: str, body: str, based: str = "Normal", following: str = "", custom: bool = False) -> str:
    """Return one w:style; `body` is its w:pPr, w:rPr, w:tblPr…"""
    base = f'<w:basedOn w:val="{based}"/>' if based else ""
    after = f'<w:next w:val="{following}"/>' if following else ""
    own = ' w:customStyle="1"' if custom else ""
    return f'<w:style w:type="{kind}"{own} w:styleId="{identifier}"><w:name w:val="{name}"/>{base}{after}<w:qFormat/>{body}</w:style>'


def text_style(identifier: str, name: str, paragraph: str, run_properties: str = "", based: str = "Normal", following: str = "", custom: bool = False) -> str:
    """Return a paragraph style."""
    marks = f"<w:rPr>{run_properties}</w:rPr>" if run_properties else ""
    return style("paragraph", identifier, name, f"<w:pPr>{paragraph}</w:pPr>{marks}", based, following, custom)


def word_style(identifier: str, name: str, run_properties: str, custom: bool = False) -> str:
    """Return a character style."""
    return style("character", identifier, name, f"<w:rPr>{run_properties}</w:rPr>", "", "", custom)


def table_style(identifier: str, name: str, borders: str, margins: tuple[int, int], shade: str = "", parts: str = "") -> str:
    """Return a table style; `margins` of a cell are (vertical, horizontal) twips."""
    vertical, horizontal = margins
    fill = f'<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{shade}"/></w:tcPr>' if shade else ""
    body = (
        f'<w:tblPr><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar><w:top w:w="{vertical}" w:type="dxa"/><w:left w:w="{horizontal}" w:type="dxa"/>'
        f'<w:bottom w:w="{vertical}" w:type="dxa"/><w:right w:w="{horizontal}" w:type="dxa"/></w:tblCellMar></w:tblPr>{fill}{parts}'
    )
    return style("table", identifier, name, body, "TableNormal", custom=True)


def headed(part: str) -> str:
    """Return the look of a header row or column of a table style."""
    return f'<w:tblStylePr w:type="{part}"><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{TINT}"/></w:tcPr></w:tblStylePr>'


def heading(level: int, size: float, before: int, after: int, extra: str = "", color: str = NAVY) -> str:
    """Return the style of a heading level; 1 to 3 are numbered."""
    number = f'<w:numPr><w:ilvl w:val="{level - 1}"/><w:numId w:val="1"/></w:numPr>' if level < 4 else ""
    paragraph = f'<w:keepNext/><w:keepLines/>{number}{extra}{spacing(before, after, 252)}<w:outlineLvl w:val="{level - 1}"/>'
    return text_style(f"Titre{level}", f"heading {level}", paragraph, letters(size, color, bold=True), following="Corpsdetexte")


def styles() -> str:
    """Return word/styles.xml."""
    fonts = f'<w:rFonts w:ascii="{FONT}" w:eastAsia="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}"/>'
    keep, context = "<w:keepNext/>", "<w:contextualSpacing/>"
    right = WIDTH - 2 * SIDE
    leader = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{right}"/></w:tabs>'
    fill_in = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{right - 440}"/></w:tabs>'
    left_tab = f'<w:tabs><w:tab w:val="left" w:pos="{INDENT}"/>'
    rule = f"<w:pBdr>{edge('bottom', 6, RULE, 3)}</w:pBdr>"
    texts = (
        text_style("Corpsdetexte", "Body Text", spacing(0, 120, 269)),
        heading(1, 18, 480, 160, rule), heading(2, 13.5, 320, 100), heading(3, 11.5, 240, 80), heading(4, 10.5, 200, 60, color=MUTED),
        text_style("Titre", "Title", spacing(3000, 200, 240), letters(30, NAVY, bold=True), following="Soustitre"),
        text_style("Soustitre", "Subtitle", spacing(0, 3600, 264), letters(16, MUTED), following="Corpsdetexte"),
        text_style("Gardecommune", "Garde commune", f"<w:pBdr>{edge('top', 36, NAVY, 14)}</w:pBdr>{spacing(0, 0)}",
                   letters(14, NAVY, bold=True, extra="<w:caps/>") .replace('<w:sz', '<w:spacing w:val="30"/><w:sz', 1), custom=True),
        text_style("Gardemention", "Garde mention", f'<w:pBdr>{edge("between", 4, RULE, 4)}</w:pBdr><w:tabs><w:tab w:val="left" w:pos="2268"/></w:tabs>'
                   + spacing(80, 80, 252) + indent(2268, 2268), letters(11), custom=True),
        text_style("Listepuces", "List Bullet", f'<w:numPr><w:numId w:val="2"/></w:numPr>{spacing(0, 60, 264)}', based="Corpsdetexte"),
        text_style("Listenumros", "List Number", f'<w:numPr><w:numId w:val="3"/></w:numPr>{spacing(0, 60, 264)}', based="Corpsdetexte"),
        text_style("Citation", "Quote", f"<w:pBdr>{edge('left', 18, RULE, 10)}</w:pBdr>{spacing(60, 140, 264)}{indent(INDENT, 0, INDENT)}",
                   letters(0, MUTED), based="Corpsdetexte"),
        text_style("Lgende", "caption", f"{keep}{spacing(240, 80)}", letters(9.5, NAVY, bold=True)),
        text_style("Notedebasdepage", "footnote text", spacing(0, 40, 240), letters(9)),
        text_style("En-ttedetabledesmatires", "TOC Heading", f"{keep}{rule}{spacing(0, 200)}", letters(18, NAVY, bold=True)),
        *(text_style(f"TM{n}", f"toc {n}", f'<w:tabs><w:tab w:val="left" w:pos="{left + hang}"/><w:tab w:val="right" w:leader="dot" w:pos="{right}"/></w:tabs>'
                     f"{spacing(before, 20)}{indent(left + hang, hang, 567)}", letters(size, color, bold=n == 1))
          for n, left, hang, before, size, color in ((1, 0, 454, 140, 10.5, NAVY), (2, 454, 567, 0, 10.5, ""), (3, 1021, 737, 0, 10, MUTED))),
        text_style("En-tte", "header", f"<w:pBdr>{edge('bottom', 4, RULE, 4)}</w:pBdr>{spacing(0, 0)}", letters(9, MUTED)),
        text_style("Pieddepage", "footer", f'{spacing(0, 0)}<w:jc w:val="right"/>', letters(9, MUTED)),
        text_style("Casecocher", "Case à cocher", f'{fill_in.replace("<w:tabs>", left_tab)}{spacing(20, 60, 252)}{indent(INDENT, INDENT)}', custom=True),
        text_style("Ligneremplir", "Ligne à remplir", f"{fill_in}{spacing(120, 60)}", custom=True),
        text_style("Tableautexte", "Tableau texte", spacing(0, 0, 252), letters(9.5), custom=True),
        text_style("Tableauentte", "Tableau entête", spacing(0, 0, 252), letters(9.5, NAVY, bold=True), custom=True),
        text_style("Matricetexte", "Matrice texte", spacing(0, 0, 247), letters(9), custom=True),
        text_style("Encadrtitre", "Encadré titre", f"{keep}{spacing(0, 60, 252)}", letters(10.5, NAVY, bold=True), custom=True),
        text_style("Espace", "Espace", '<w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/>', letters(4), custom=True),
    )  # fmt: skip
    words = (
        word_style("Lienhypertexte", "Hyperlink", letters(0, "1B4F9C", extra="").replace("/>", '/><w:u w:val="single"/>', 1)),
        word_style("Appelnotedebasdep", "footnote reference", '<w:vertAlign w:val="superscript"/>'),
        *(word_style(f"Niveau{name}", f"Niveau {name}", letters(0, color, bold=True, extra="<w:caps/>"), custom=True) for name, (color, _, _) in LEVELS.items()),
    )
    frame = "".join(edge(side, 4, RULE) for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    tables = (
        table_style("TableauAIPD", "Tableau AIPD", edge("top", 8, NAVY) + edge("bottom", 8, NAVY) + edge("insideH", 4, RULE), (60, 100),
                    parts=headed("firstRow") + headed("firstCol")),
        table_style("Matrice", "Matrice", frame.replace(RULE, "FFFFFF").replace('w:sz="4"', 'w:sz="12"'), (90, 80), parts=headed("firstRow") + headed("firstCol")),
        table_style("Remplir", "À remplir", "".join(edge(side, 8, NAVY) for side in ("top", "left", "bottom", "right")), (140, 220)),
        *(table_style(f"Encadr{name}", f"Encadré {name}", edge("left", 36, bar), (120, 220), shade) for name, (_, shade, bar) in LEVELS.items()),
    )  # fmt: skip
    defaults = (
        f'<w:docDefaults><w:rPrDefault><w:rPr>{fonts}{letters(10.5)}<w:lang w:val="fr-FR" w:eastAsia="fr-FR" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    basic = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/>'
        '<w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>'
        '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    )
    return f"{HEAD}<w:styles {NAMESPACES}>{defaults}{basic}{''.join(texts)}{''.join(words)}{''.join(tables)}</w:styles>".replace(context, "")


def numbering() -> str:
    """Return word/numbering.xml: headings 1 to 3, bullets, numbers."""

    def level(depth: int, kind: str, shown: str, left: int, hanging: int, linked: str = "") -> str:
        owner = f'<w:pStyle w:val="{linked}"/>' if linked else ""
        return (
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{owner}<w:lvlText w:val="{shown}"/><w:lvlJc w:val="left"/>'
            f"<w:pPr>{indent(left, hanging)}</w:pPr></w:lvl>"
        )

    titles = [level(n, "decimal", ".".join(f"%{i + 1}" for i in range(n + 1)), hang, hang, f"Titre{n + 1}") for n, hang in enumerate((567, 680, 794))]
    bullets = [level(n, "bullet", "•–▪"[n % 3], INDENT * (n + 1), INDENT - 57, "" if n else "Listepuces") for n in range(9)]
    numbers = [level(n, ("decimal", "lowerLetter", "lowerRoman")[n % 3], f"%{n + 1}{'.' if n % 3 == 0 else ')'}", INDENT * (n + 1), INDENT, "" if n else "Listenumros") for n in range(9)]  # fmt: skip
    kinds = (("multilevel", titles), ("hybridMultilevel", bullets), ("hybridMultilevel", numbers))
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{n}"><w:multiLevelType w:val="{kind}"/>{"".join(levels)}</w:abstractNum>' for n, (kind, levels) in enumerate(kinds)
    )
    nums = "".join(f'<w:num w:numId="{n + 1}"><w:abstractNumId w:val="{n}"/></w:num>' for n in range(3))
    return f"{HEAD}<w:numbering {NAMESPACES}>{abstract}{nums}</w:numbering>"


def settings() -> str:
    """Return word/settings.xml; nothing in it makes Word ask a question on opening."""
    compat = '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    return (
        f'{HEAD}<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/><w:characterSpacingControl w:val="doNotCompress"/>'
        f'{SETTINGS}{compat}<w:themeFontLang w:val="fr-FR"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>'
    )


def document() -> str:
    """Return word/document.xml: the paragraph [corps] and the page."""
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId5"/><w:footerReference w:type="default" r:id="rId6"/>'
        f'<w:pgSz w:w="{WIDTH}" w:h="{HEIGHT}"/><w:pgMar w:top="{TOP}" w:right="{SIDE}" w:bottom="{BOTTOM}" w:left="{SIDE}" w:header="652" w:footer="567" '
        'w:gutter="0"/></w:sectPr>'
    )
    return f'{HEAD}<w:document {NAMESPACES}><w:body><w:p><w:pPr><w:pStyle w:val="Corpsdetexte"/></w:pPr>{run("[corps]")}</w:p>{section}</w:body></w:document>'


def header() -> str:
    """Return word/header1.xml."""
    return f'{HEAD}<w:hdr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="En-tte"/></w:pPr>{run("[en-tête]")}</w:p></w:hdr>'


def footer() -> str:
    """Return word/footer1.xml: our words, then page and number of pages."""
    pages = f"{run('  |  Page ')}{field('PAGE', run('1'))}{run(' sur ')}{field('NUMPAGES', run('1'))}"
    return f'{HEAD}<w:ftr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Pieddepage"/></w:pPr>{run("[pied]")}{pages}</w:p></w:ftr>'


def font_table() -> str:
    """Return word/fontTable.xml: which font replaces ours where it is missing."""
    fonts = f'<w:font w:name="{FONT}"><w:altName w:val="{FALLBACK}"/><w:panose1 w:val="020F0502020204030204"/><w:charset w:val="00"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font>'
    return f"{HEAD}<w:fonts {NAMESPACES}>{fonts}</w:fonts>"


def relationships(targets: list[tuple[str, str]]) -> str:
    """Return a .rels part from (type, target) pairs, numbered from rId1."""
    links = "".join(f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(targets, 1))
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'


def parts() -> dict[str, str]:
    """Return every part of the package by name."""
    word = {
        "styles": styles(), "numbering": numbering(), "settings": settings(), "fontTable": font_table(),
        "header": header(), "footer": footer(), "footnotes": EMPTY_PART,
    }  # fmt: skip
    files = {kind: f"{kind}{'1' if kind in ('header', 'footer') else ''}.xml" for kind in word}
    overrides = "".join(f'<Override PartName="/word/{files[kind]}" ContentType="{WORD}.{kind}+xml"/>' for kind in word)
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{WORD}.document.main+xml"/>{overrides}<Override PartName="/docProps/core.xml" ContentType="{core}"/></Types>',
        "_rels/.rels": relationships([(f"{OFFICE}/officeDocument", "word/document.xml"), (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml")]),
        "docProps/core.xml": f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>Marque</dc:title></cp:coreProperties>',
        "word/document.xml": document(),
        "word/_rels/document.xml.rels": relationships([(f"{OFFICE}/{kind}", files[kind]) for kind in ("styles", "numbering", "settings", "fontTable", "header", "footer", "footnotes")]),
        **{f"word/{files[kind]}": text for kind, text in word.items()},
    }


if __name__ == "__main__":
    TARGET.write_bytes(archive((name, text.encode()) for name, text in parts().items()))

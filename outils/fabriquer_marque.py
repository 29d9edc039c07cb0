"""Fabrique templates/marque.docx : les styles, l'en-tête, le pied de page et les marges des documents.

Usage : python outils/fabriquer_marque.py   (dpia doit être installé : pip install -e .)
La marque ne contient que ce qui sert (8 ko ; le modèle vide de python-docx porte 788 ko de styles). « dpia marque » en tire le
fichier de départ d'un consultant ; ce qu'une marque doit garder est dit dans dpia/documents/word_brand.py.
"""

from __future__ import annotations

from pathlib import Path

from marque_styles import BOTTOM, FALLBACK, FONT, HEIGHT, SIDE, TOP, WIDTH, identifier, indent, styles

from dpia.documents.ooxml import HEAD, NAMESPACES, archive, field, paragraph, run
from dpia.documents.word_body import INDENT
from dpia.documents.word_footnotes import EMPTY_PART, SETTINGS

TARGET = Path(__file__).parent.parent / "templates" / "marque.docx"

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def numbering() -> str:
    """Return word/numbering.xml: headings 1 to 3 (w:numId 1), bullets (2), numbers (3)."""

    def level(depth: int, kind: str, shown: str, left: int, hanging: int, owner: str = "") -> str:
        linked = f'<w:pStyle w:val="{identifier(owner)}"/>' if owner else ""
        return (
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{linked}<w:lvlText w:val="{shown}"/><w:lvlJc w:val="left"/>'
            f"<w:pPr>{indent(left, hanging)}</w:pPr></w:lvl>"
        )

    titles = [
        level(n, "decimal", ".".join(f"%{i + 1}" for i in range(n + 1)), width, width, f"heading {n + 1}")
        for n, width in enumerate((567, 680, 794))
    ]
    bullets = [level(n, "bullet", "•–▪"[n % 3], INDENT * (n + 1), INDENT - 57, "" if n else "List Bullet") for n in range(9)]
    kinds = (("decimal", "%{}."), ("lowerLetter", "%{})"), ("lowerRoman", "%{})"))
    numbers = [
        level(n, kinds[n % 3][0], kinds[n % 3][1].format(n + 1), INDENT * (n + 1), INDENT, "" if n else "List Number") for n in range(9)
    ]  # fmt: skip
    groups = (("multilevel", titles), ("hybridMultilevel", bullets), ("hybridMultilevel", numbers))
    shapes = "".join(
        f'<w:abstractNum w:abstractNumId="{n}"><w:multiLevelType w:val="{kind}"/>{"".join(levels)}</w:abstractNum>'
        for n, (kind, levels) in enumerate(groups)
    )
    uses = "".join(f'<w:num w:numId="{n + 1}"><w:abstractNumId w:val="{n}"/></w:num>' for n in range(len(groups)))
    return f"{HEAD}<w:numbering {NAMESPACES}>{shapes}{uses}</w:numbering>"


def settings() -> str:
    """Return word/settings.xml; nothing in it makes Word ask a question on opening."""
    mode = '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    return (
        f'{HEAD}<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/>'
        f'<w:characterSpacingControl w:val="doNotCompress"/>{SETTINGS}{mode}<w:themeFontLang w:val="fr-FR"/>'
        '<w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>'
    )


def document() -> str:
    """Return word/document.xml: the paragraph [corps] and the page."""
    margins = f'w:top="{TOP}" w:right="{SIDE}" w:bottom="{BOTTOM}" w:left="{SIDE}" w:header="652" w:footer="567" w:gutter="0"'
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId5"/><w:footerReference w:type="default" r:id="rId6"/>'
        f'<w:pgSz w:w="{WIDTH}" w:h="{HEIGHT}"/><w:pgMar {margins}/></w:sectPr>'
    )
    body = paragraph(run("[corps]"), identifier("Body Text"))
    return f"{HEAD}<w:document {NAMESPACES}><w:body>{body}{section}</w:body></w:document>"


def header() -> str:
    """Return word/header1.xml."""
    return f"{HEAD}<w:hdr {NAMESPACES}>{paragraph(run('[en-tête]'), identifier('header'))}</w:hdr>"


def footer() -> str:
    """Return word/footer1.xml: our words, then page and number of pages."""
    pages = f"{run('Page ')}{field('PAGE', run('1'))}{run(' sur ')}{field('NUMPAGES', run('1'))}"
    return f"{HEAD}<w:ftr {NAMESPACES}>{paragraph(run('[pied]') + pages, identifier('footer'))}</w:ftr>"


def font_table() -> str:
    """Return word/fontTable.xml: which font replaces ours where it is missing."""
    return (
        f'{HEAD}<w:fonts {NAMESPACES}><w:font w:name="{FONT}"><w:altName w:val="{FALLBACK}"/><w:panose1 w:val="020F0502020204030204"/>'
        '<w:charset w:val="00"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>'
    )


def relationships(targets: list[tuple[str, str]]) -> str:
    """Return a .rels part from (type, target) pairs, numbered from rId1."""
    links = "".join(f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(targets, 1))
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'


def content_types(overrides: dict[str, str]) -> str:
    """Return [Content_Types].xml from part name → type."""
    listed = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="{relations}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


def core() -> str:
    """Return docProps/core.xml; every document fills it."""
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>Marque</dc:title></cp:coreProperties>'
    )


def parts() -> dict[str, str]:
    """Return every part of the package by name."""
    word = {
        "styles": styles(), "numbering": numbering(), "settings": settings(), "fontTable": font_table(),
        "header": header(), "footer": footer(), "footnotes": EMPTY_PART,
    }  # fmt: skip
    files = {kind: f"{kind}{'1' if kind in ('header', 'footer') else ''}.xml" for kind in word}
    types = {f"word/{files[kind]}": f"{WORD}.{kind}+xml" for kind in word}
    types |= {
        "word/document.xml": f"{WORD}.document.main+xml",
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    properties = f"{PACKAGE}/relationships/metadata/core-properties"
    return {
        "[Content_Types].xml": content_types(types),
        "_rels/.rels": relationships([(f"{OFFICE}/officeDocument", "word/document.xml"), (properties, "docProps/core.xml")]),
        "docProps/core.xml": core(),
        "word/document.xml": document(),
        "word/_rels/document.xml.rels": relationships([(f"{OFFICE}/{kind}", name) for kind, name in files.items()]),
        **{f"word/{files[kind]}": text for kind, text in word.items()},
    }


if __name__ == "__main__":
    TARGET.write_bytes(archive((name, text.encode()) for name, text in parts().items()))

"""The blocks of our own in a Word body: cover, table of contents, boxes, forms to fill, map of risks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dpia.documents import ooxml, risk_matrix, word_controls
from dpia.documents.blocks import LEVELS, fields
from dpia.documents.errors import DocumentError
from dpia.documents.word_flow import Flow
from dpia.documents.word_table import write_caption

if TYPE_CHECKING:
    from markdown_it.token import Token

    from dpia.documents.word_body import Writer

CELL_MARGINS = 440  # twips, left and right margins of a box in the brand
_CENTRED, _MIDDLE = '<w:keepNext/><w:jc w:val="center"/>', '<w:vAlign w:val="center"/>'
PIXELS = 1200  # across a page: 186 to the inch
PLAN_HEIGHT = 78  # hundredths of a page at most: its heading and its caption stay with it
SHORT = 1500  # characters; a longer box may be cut between two pages


def write(writer: Writer, block: Token, tokens: Sequence[Token]) -> None:
    """Write one block: `block` holds its name and attributes, `tokens` the Markdown inside."""
    _WRITERS[block.meta["nom"]](writer, block, tokens)


def _cover(writer: Writer, block: Token, tokens: Sequence[Token]) -> None:
    shown = writer.brand.cover_fields()  # the brand's own cover prints them
    lines = [line for line in fields(block.content) if line[0].lower() not in shown and "mentions" not in shown]
    for name, style in (("commune", "Garde commune"), ("titre", "Title"), ("sous-titre", "Subtitle")):
        for found, children in lines:
            if found == name:
                writer.flow.paragraph(writer.runs(children), writer.style(style))
    for name, children in lines:
        if name not in ("commune", "titre", "sous-titre"):
            label = ooxml.run(name[:1].upper() + name[1:]) + ooxml.TAB
            writer.flow.paragraph(label + writer.runs(children), writer.style("Garde mention"))
    if not writer.brand.has_cover():
        writer.flow.break_section(writer.brand.section_xml(bare=True))
    elif not writer.brand.around.breaks() or lines:
        writer.flow.break_page(always=not lines)


def _contents(writer: Writer, block: Token, tokens: Sequence[Token]) -> None:
    depth = min(int(block.meta["niveaux"]), 3)
    shown = [heading for heading in writer.headings if heading.level <= depth and heading.text]
    if not shown:
        return
    flow = writer.flow.apart()  # a page break that waits falls on the title, inside
    flow.paragraph(ooxml.run(block.meta["titre"]), writer.style("TOC Heading"), title=True)
    before = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> TOC \\o "1-{depth}" \\h \\z \\u </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    after = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    lines = []
    for index, heading in enumerate(shown):
        label = writer.brand.heading_label(heading.number)
        number = ooxml.run(label) + ooxml.TAB if label else ""
        link = f'<w:hyperlink w:anchor="{heading.anchor}" w:history="1">{number}{ooxml.run(heading.text)}</w:hyperlink>'
        runs = (before if index == 0 else "") + link + (after if index == len(shown) - 1 else "")
        lines.append(ooxml.paragraph(runs, writer.style(f"toc {heading.level}")))
    writer.flow.join(
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{flow.blocks[0]}{''.join(lines)}</w:sdtContent></w:sdt>",
        flow,
    )


def _page_break(writer: Writer, block: Token, tokens: Sequence[Token]) -> None:
    writer.flow.break_page()


def _landscape(writer: Writer, block: Token, tokens: Sequence[Token]) -> None:
    writer.flow.break_section(writer.brand.section_xml())
    portrait, writer.width, writer.landscape = writer.width, writer.brand.text_width(landscape=True), True
    writer.write(tokens)
    writer.width, writer.landscape = portrait, False
    writer.flow.break_section(writer.brand.section_xml(landscape=True))


def _captioned(writer: Writer, block: Token, tokens: Sequence[Token]) -> None:
    writer.caption = block.meta
    writer.write(tokens)


def _box(writer: Writer, block: Token, tokens: Sequence[Token]) -> None:
    level, title = block.meta["niveau"], block.meta["titre"]
    word = ooxml.run(LEVELS[level], f'<w:rStyle w:val="{writer.style(f"Niveau {level}")}"/>')
    runs = word + (ooxml.run(f" — {title}") if title else "")
    _framed(writer, f"Encadré {level}", runs, f"{LEVELS[level]} : {title}" if title else LEVELS[level], tokens)


def _form(writer: Writer, block: Token, tokens: Sequence[Token]) -> None:
    title = block.meta["titre"] or "À remplir"
    _framed(writer, "À remplir", ooxml.run(title), f"À remplir : {title}", tokens, int(block.meta["lignes"]))


def _framed(writer: Writer, style: str, title: str, name: str, tokens: Sequence[Token], lines: int = 0) -> None:
    width = writer.width
    short = sum(len(token.content) for token in tokens) < SHORT
    flow = Flow(writer.style("Espace"), whole=short)
    flow.paragraph(title, writer.style("Encadré titre"), title=True)
    writer.inside(width - CELL_MARGINS, tokens, flow)
    for _ in range(min(lines, 30)):
        flow.paragraph(ooxml.TAB, writer.style("Ligne à remplir"))
    row = ooxml.row(ooxml.cell(flow.cell(), width), together=short)
    writer.flow.table(ooxml.table(row, (width,), writer.style(style), title=name, description=f"Encadré d'une seule case : {name}."))


def _matrix(writer: Writer, block: Token, tokens: Sequence[Token]) -> None:
    risks, title = risk_matrix.read(block.content), block.meta["titre"]
    first = writer.width // 5 - 300
    width = (writer.width - first) // 4
    head = writer.style("Tableau entête")
    scale = [f"{number}. {word.capitalize()}" for number, word in enumerate(risk_matrix.SCALE, 1)]

    def header(text: str, side: int) -> str:
        return ooxml.cell(ooxml.paragraph(ooxml.run(text), head, _CENTRED), side, _MIDDLE)

    corner = "".join(ooxml.paragraph(ooxml.run(text), head, "<w:keepNext/>") for text in ("Gravité ↓", "Vraisemblance →"))
    rows = [ooxml.row(ooxml.cell(corner, first) + "".join(header(word, width) for word in scale), header=True)]
    for severity in (4, 3, 2, 1):
        squares = "".join(_square(writer, risks, (severity, likelihood), width) for likelihood in (1, 2, 3, 4))
        rows.append(ooxml.row(header(scale[severity - 1], first) + squares, height=850))
    sentences = " ".join(f"R{risk.number} {risk.name} : {risk.sentence()}" for risk in risks)
    _mark_changed(writer, block)
    write_caption(writer, title)
    writer.flow.table(
        ooxml.table(
            "".join(rows),
            (first, *[width] * 4),
            writer.style("Matrice"),
            title=title,
            description=sentences,
            header_row=True,
            header_column=True,
        )
    )
    _matrix_key(writer, risks)


def _square(writer: Writer, risks: tuple[risk_matrix.Risk, ...], place: tuple[int, int], width: int) -> str:
    style, level = writer.style("Matrice texte"), risk_matrix.level(*place)
    text = ooxml.paragraph(ooxml.run(level.word), style, _CENTRED)
    for label, found in zip(("Avant : ", "Après : "), risk_matrix.labels(risks, place), strict=True):
        text += ooxml.paragraph(ooxml.run(label) + ooxml.run(found, "<w:b/>"), style, _CENTRED) if found else ""
    return ooxml.cell(text, width, f'<w:shd w:val="clear" w:color="auto" w:fill="{level.fill}"/>{_MIDDLE}')


def _matrix_key(writer: Writer, risks: tuple[risk_matrix.Risk, ...]) -> None:
    writer.flow.paragraph(ooxml.run(risk_matrix.KEY), writer.style("Matrice texte"), spacing='<w:spacing w:before="100" w:after="100"/>')
    bullet = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{writer.brand.bullets()}"/></w:numPr>'
    for left, risk in enumerate(risks, 1 - len(risks)):
        runs = ooxml.run(f"R{risk.number} {risk.name}", "<w:b/>") + ooxml.run(f" : {risk.sentence()}")
        writer.flow.paragraph(runs, writer.style("List Bullet"), number=bullet, keep=left == -1)


def _plan(writer: Writer, block: Token, tokens: Sequence[Token]) -> None:
    from dpia.documents import plan, plan_svg, raster

    shown = plan.read(block.content)
    if not shown.drawable:
        raise DocumentError(f"bloc « plan » : {plan.ENOUGH} caméras au moins ont une position.")
    image = raster.png(plan_svg.drawing(shown, block.meta["titre"]), PIXELS)
    wide, high = raster.size(image)
    width = min(writer.width, writer.brand.text_height() * PLAN_HEIGHT // 100 * wide // high)
    picture = writer.picture(image, shown.alternative(), width, width * high // wide)
    writer.flow.paragraph(picture, writer.style("Body Text"), layout='<w:jc w:val="center"/>', keep=True)
    _mark_changed(writer, block)
    write_caption(writer, block.meta["titre"], "Figure")


def _passage(writer: Writer, block: Token, tokens: Sequence[Token]) -> None:
    """A zone that a person writes in; nothing when it has not been given its title (see passages.fill)."""
    if not block.meta["titre"]:
        return
    flow = writer.flow.apart()
    if tokens:
        writer.inside(writer.width, tokens, flow)
    else:
        flow.paragraph(word_controls.prompt(writer.brand), writer.style("Body Text"), spacing=word_controls.LOW)
    number, _, _ = writer.unique(), writer.unique(), writer.unique()
    zone = word_controls.control(block.meta["id"], block.meta["titre"], "".join(flow.blocks), number, empty=not tokens)
    writer.flow.join(zone, flow)


def _mark_changed(writer: Writer, block: Token) -> None:
    if block.meta["change"]:
        writer.flow.mark_next()


_WRITERS: dict[str, Callable[[Writer, Token, Sequence[Token]], None]] = {
    "garde": _cover,
    "sommaire": _contents,
    "saut-de-page": _page_break,
    "paysage": _landscape,
    "tableau": _captioned,
    "encadre": _box,
    "a-remplir": _form,
    "matrice": _matrix,
    "plan": _plan,
    "passage": _passage,
}

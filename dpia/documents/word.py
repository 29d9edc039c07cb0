"""Markdown → a Word document (.docx) in the colours of a brand file. See `blocks` for the Markdown that is accepted.

Blocks of our own, each a fence closed by as many backticks; attributes are optional:

    ```garde                              cover page: `commune`, `titre`, `sous-titre` have their style, any other
    commune: Saint-Denis                  name is printed before its value (`version: 2`); values are Markdown
    ```
    ```sommaire titre="Sommaire" niveaux=3
    ```
    ```saut-de-page
    ```
    ```encadre niveau=interdit titre="…"  interdit, bloquant, attention, info; Markdown inside
    ```tableau titre="…" description="…" largeurs="1,3,2"
                                          the Markdown table inside gets a visible caption, a description for screen
                                          readers, and these shares of the width; a table whose header is empty
                                          (`| | |`) has its headers in the first column
    ```a-remplir titre="Avis du DPO" lignes=3
                                          an empty frame: `- [ ] Favorable` is a box, `Date : ....` a line to fill,
                                          `lignes` empty lines follow
    ```paysage                            Markdown on landscape pages
    ```matrice titre="…"                  JSON on one line, see risk_matrix.read: {{ {"risques": risks} | json }}
    ```plan titre="…"                     JSON on one line, see plan.read: a picture with its words and its caption
    ```passage id="…" titre="…"           a zone that a person writes in; empty, it prints nothing, see word_controls

A block that holds another block has a longer fence (````encadre). The same Markdown, brand and Meta give the same
bytes. The table of contents is filled with links but has no page numbers: only Word knows them (select it, F9).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING
from xml.parsers import expat

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE

from dpia.documents import word_controls
from dpia.documents.blocks import fields, headings, parse
from dpia.documents.ooxml import HEAD, archive, attribute, q
from dpia.documents.typography import printable
from dpia.documents.word_body import Writer
from dpia.documents.word_brand import Brand, element, open_brand, related
from dpia.documents.word_comments import Comments, Remark
from dpia.documents.word_cover import fill
from dpia.documents.word_derived import own_brand

if TYPE_CHECKING:
    from markdown_it.token import Token


@dataclass(frozen=True)
class Meta:
    """What a document says of itself: its properties, its header and the left of its footer."""

    title: str
    created: date
    subject: str = ""
    author: str = ""
    keywords: tuple[str, ...] = ()
    header: str = ""
    footer_left: str = ""
    commune: str = ""
    language: str = "fr-FR"
    numbered: bool = True  # headings 1 to 3 carry a number, if the brand numbers them


def render(
    markdown: str, *, meta: Meta, brand: bytes | None = None, comments: Mapping[str, Remark] | None = None,
    properties: Mapping[str, str] | None = None,
) -> bytes:  # fmt: skip
    """Return the .docx of `markdown`, on the `brand` file given or on our own; `comments`: by rule, see word_comments.

    `properties`: what the document says it was made from, see word_controls.

    Raises DocumentError for a block that does not exist or a brand that cannot serve.
    """
    opened = open_brand(brand or own_brand())
    tokens, notes = _split_notes(parse(markdown))
    cover = next((fields(token.content) for token in tokens if token.type == "bloc" and token.meta["nom"] == "garde"), None)
    if cover is None:
        opened.drop_pages()
    found = headings(tokens, meta.numbered and opened.numbers_headings())
    margin = Comments(opened, comments, meta.created) if comments else None
    writer = Writer(opened, found, notes, margin)
    writer.write(tokens)
    if writer.notes:
        writer.notes.save()
    if margin:
        margin.save()
    opened.save_lists()
    _fill(opened, meta, cover or [])
    document = _assembled(opened, writer)
    _describe(opened, meta)
    if properties:
        word_controls.describe(opened.document.package, properties)
    return archive(_parts(opened, document))


def _split_notes(tokens: list[Token]) -> tuple[list[Token], dict[int, list[Token]]]:
    """Take the footnotes, which the parser leaves at the end, off the text."""
    opening = next((index for index, token in enumerate(tokens) if token.type == "footnote_block_open"), len(tokens))
    notes: dict[int, list[Token]] = {}
    for token in tokens[opening + 1 : -1]:
        if token.type == "footnote_open":
            notes[token.meta["id"]] = current = []
        elif token.type != "footnote_close":
            current.append(token)
    return tokens[:opening], notes


def _assembled(brand: Brand, writer: Writer) -> bytes:
    """Return word/document.xml: the body goes in as text, since moving thousands of elements costs more than all the rest."""
    if brand.around.closing:
        writer.flow.close()
    elif last := writer.flow.last_section():
        brand.turn_last_section(last)
    document = f"{HEAD}{brand.frame(''.join(writer.flow.blocks))}".encode()
    expat.ParserCreate().Parse(document, True)  # never write a document that Word cannot read
    brand.forget_unused(document)
    return document


def _fill(brand: Brand, meta: Meta, cover: list[tuple[str, list[Token]]]) -> None:
    """Write the lines of the cover and what the document says of itself in place of the fields of the brand, headers and footers included."""
    lines = [(name, printable("".join(child.content for child in children))) for name, children in cover]
    given = {"titre": printable(meta.title), "commune": printable(meta.commune), "en-tête": printable(meta.header)}
    values = (
        given | {"pied": f"{printable(meta.footer_left)}  |  " if meta.footer_left else ""} | {name.lower(): value for name, value in lines}
    )
    shown = brand.cover_fields()
    mentions = [(name[:1].upper() + name[1:], value) for name, value in lines if name.lower() not in shown]
    fill(brand.around.body, values, mentions)
    for part in brand.document.package.iter_parts():
        if part.content_type in (CONTENT_TYPE.WML_HEADER, CONTENT_TYPE.WML_FOOTER):
            fill(element(part), values)


def _describe(brand: Brand, meta: Meta) -> None:
    moment = datetime.combine(meta.created, time(), UTC)
    properties = brand.document.package.core_properties
    properties.title, properties.subject = printable(meta.title)[:255], printable(meta.subject)[:255]
    properties.author = properties.last_modified_by = printable(meta.author)[:255]
    properties.keywords, properties.language = printable(", ".join(meta.keywords))[:255], meta.language
    properties.created = properties.modified = moment
    properties.revision = 1
    for language in related(brand.document, RELATIONSHIP_TYPE.STYLES).iter(q("lang")):
        language.set(q("val"), meta.language)


def _parts(brand: Brand, document: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the parts of the package in a fixed order, as python-docx would write them."""
    package = brand.document.package
    parts = list(package.iter_parts())
    kinds = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}
    defaults = "".join(f'<Default Extension="{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    overrides = "".join(f'<Override PartName="{attribute(part.partname)}" ContentType="{attribute(part.content_type)}"/>' for part in parts)
    types = f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{defaults}{overrides}</Types>'
    yield "[Content_Types].xml", types.encode()
    yield "_rels/.rels", _bytes(package.rels.xml)
    for part in parts:
        yield part.partname.membername, document if part is brand.document else part.blob
        if part.rels:
            yield part.partname.rels_uri.membername, _bytes(part.rels.xml)


def _bytes(xml: str | bytes) -> bytes:
    return xml.encode() if isinstance(xml, str) else xml

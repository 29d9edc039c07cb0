"""The hand-written zones of a Word file that comes back, as passages: by their controls, else by their bookmarks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass

from dpia.documents.ooxml import q
from dpia.documents.passages_text import BULLET, NUMBER, Block, Paragraph, Run, Table, tidy, to_markdown, words
from dpia.documents.word_controls import BOOKMARK, END, PROMPT, TAG
from dpia.documents.word_reading import LOST, Element, WordFile, run_text, runs_of

NAME = re.compile(r"[a-z]{1,20}(?:-[a-z]{1,20}){0,3}")
MOST = 100  # zones of a file


@dataclass(frozen=True, slots=True)
class Zone:
    """What stands in a zone: its Markdown, "" when only its prompt does; `lost`: what the passage cannot keep.

    `whole`: its control is there; without it, another program may have taken the bold and italic off.
    """

    markdown: str
    lost: tuple[str, ...]
    whole: bool = True


def zones(file: WordFile, prompts: dict[str, str]) -> dict[str, Zone]:
    """Return the zones by name; `prompts`: the text of each when it is empty."""
    found: dict[str, Zone] = {}
    for name, elements, empty, whole in _found(file.body):
        if len(found) >= MOST and name not in found:
            break
        zone = Zone("", ()) if empty else _zone(file, elements, prompts.get(name, ""), whole)
        before = found.get(name)
        found[name] = Zone("\n".join(filter(None, (before.markdown, zone.markdown))), before.lost + zone.lost, whole) if before else zone
    return found


def marks(body: Element) -> Iterator[tuple[str, Element, Element | None]]:
    """Each zone that has a control: its name, the control and None; each that has only its bookmarks left: its name and both."""
    seen = set()
    for control in body.iter(q("sdt")):
        tag = control.find(f"{q('sdtPr')}/{q('tag')}")
        name = "" if tag is None else tag.get(q("val"), "").removeprefix(TAG)
        if tag is not None and tag.get(q("val"), "").startswith(TAG) and NAME.fullmatch(name):
            seen.add(name)
            yield name, control, None
    named = {node.get(q("name"), ""): node for node in body.iter(q("bookmarkStart"))}
    for bookmark, start in named.items():
        name = bookmark.removeprefix(BOOKMARK).replace("_", "-")
        if bookmark.startswith(BOOKMARK) and NAME.fullmatch(name) and name not in seen and bookmark + END in named:
            yield name, start, named[bookmark + END]


def blocks_between(body: Element, start: Element, end: Element) -> list[Element]:
    """The paragraphs and tables from one bookmark to the other.

    A program may put the first one at the end of what stands before, and the last one at the head of what follows: neither is in the zone.
    """
    found, on = [], False
    for node in leaves(body):
        opens, closes = _holds(node, start), _holds(node, end)
        on = on or opens
        inside = (not opens or _said(node, start)[1]) and (not closes or _said(node, end)[0])
        if on and node.tag in (q("p"), q("tbl")) and inside:
            found.append(node)
        if closes:
            break
    return found


def _holds(node: Element, mark: Element) -> bool:
    return node is mark or any(other is mark for other in node.iter(mark.tag))


def _said(node: Element, mark: Element) -> tuple[bool, bool]:
    """Tell whether a paragraph or a table says something before a mark, and after."""
    before = after = passed = False
    for other in node.iter(q("r"), mark.tag):
        passed = passed or other is mark
        if other.tag == q("r") and ((said := run_text(other)).strip() or PROMPT in said):
            before, after = before or not passed, after or passed
    return before, after


def leaves(parent: Element) -> Iterator[Element]:
    """The paragraphs, tables and bookmarks of a body in order, those inside controls too."""
    for node in parent:
        if node.tag in (q("sdt"), q("sdtContent"), q("customXml")):
            yield from leaves(node)
        else:
            yield node


def _found(body: Element) -> Iterator[tuple[str, list[Element], bool, bool]]:
    for name, mark, end in marks(body):
        if end is not None:
            yield name, blocks_between(body, mark, end), False, False
            continue
        content = mark.find(q("sdtContent"))
        inside = [] if content is None else list(content)
        if inside and not any(child.tag in (q("p"), q("tbl"), q("sdt")) for child in inside):
            inside = [_paragraph_of(mark, inside)]
        yield name, inside, mark.find(f"{q('sdtPr')}/{q('showingPlcHdr')}") is not None, True


def _paragraph_of(control: Element, runs: list[Element]) -> Element:
    """The runs of a control that a program put inside a paragraph, in a paragraph of their own."""
    around = next(control.iterancestors(q("p")), None)
    made = control.makeelement(q("p"))
    properties = None if around is None else around.find(q("pPr"))
    made.extend([deepcopy(node) for node in ([] if properties is None else [properties]) + runs])
    return made


def _zone(file: WordFile, elements: Iterable[Element], prompt: str, whole: bool) -> Zone:
    elements = list(elements)
    blocks = list(_blocks(file, elements))
    if blocks and isinstance(blocks[0], Paragraph) and prompt:
        said, told = words(blocks[0]), words(Paragraph(tidy([(prompt, False, False)])))
        if said.startswith(told):
            blocks[0] = Paragraph(tidy([(said.removeprefix(told), False, False)]))
    tags = [node.tag for element in elements for node in element.iter() if isinstance(node.tag, str)]
    lost = [LOST[tag] for tag in tags if tag in LOST]
    lost += ["un lien (son texte est gardé)"] * (q("hyperlink") in tags) + ["des cellules fusionnées (leur texte est gardé)"] * (
        q("vMerge") in tags
    )
    return Zone(to_markdown(blocks), tuple(dict.fromkeys(lost)), whole)


def _blocks(file: WordFile, elements: Iterable[Element]) -> Iterator[Block]:
    for element in elements:
        if element.tag == q("p"):
            listed = file.list_of(element)
            title = file.style_name(element).startswith(("heading", "titre", "title"))
            runs = tidy(_run(file, run, title) for run in runs_of(element))
            kind = "" if listed is None or title else BULLET if listed[0] == "bullet" else NUMBER
            yield Paragraph(runs, kind, listed[1] if listed and kind else 0)
        elif element.tag == q("tbl"):
            yield _table(file, element)
        elif element.tag in (q("sdt"), q("sdtContent"), q("customXml")):
            yield from _blocks(file, element)


def _run(file: WordFile, run: Element, bold: bool = False) -> Run:
    return run_text(run), bold or file.marked(run, "b"), file.marked(run, "i")


def _table(file: WordFile, table: Element) -> Table:
    rows = [[_cell(file, cell) for cell in row.iter(q("tc"))] for row in table.iter(q("tr"))]
    width = max(map(len, rows), default=0)
    filled = [tuple(row + [()] * (width - len(row))) for row in rows]
    first = table.find(q("tr"))
    look = table.find(f"{q('tblPr')}/{q('tblLook')}")
    headed = first is not None and first.find(f"{q('trPr')}/{q('tblHeader')}") is not None
    headed = headed or look is None or _heads(look)
    return Table(tuple(filled if headed else [((),) * width, *filled]))


def _heads(look: Element) -> bool:
    """Tell whether a w:tblLook gives the first row the look of a header."""
    told = look.get(q("firstRow"))
    if told is not None:
        return told not in ("0", "false", "off")
    try:
        return bool(int(look.get(q("val"), "0"), 16) & 0x20)
    except ValueError:
        return True


def _cell(file: WordFile, cell: Element) -> tuple[Run, ...]:
    runs: list[Run] = []
    for paragraph in cell.iter(q("p")):
        runs += [("\n", False, False)] * bool(runs)
        runs += [_run(file, run) for run in runs_of(paragraph)]
    return tidy(runs)

"""The Markdown of our documents: CommonMark without HTML, tables, footnotes, and blocks of our own.

A block is a fence; its first line holds a name and attributes (titre="…"). Blocks that hold Markdown may hold each
other: give the outer one a longer fence. See `BLOCKS` for the names; docs of each are in word.py.

What differs from CommonMark: no raw HTML, no indented code (a template may indent), no underlined headings, no link
definitions, no pictures; `<br>` breaks a line inside a table cell, `# Title {-}` is a heading without number,
`- [ ] text` a box to tick (`[ ] text` in a table cell), and a line that ends with `....` is to be filled by hand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from dpia.documents import marks
from dpia.documents.errors import DocumentError
from dpia.documents.table_rule import table

LEVELS = {"interdit": "Interdit", "bloquant": "Bloquant", "attention": "Attention", "info": "À savoir"}

# What a template could trigger without meaning it, and what only costs time.
_UNUSED = ["code", "lheading", "reference", "html_block", "image", "html_inline"]
# Plain text and escaped punctuation in one go. markdown-it makes a token of each escape, and our values are full of
# them; a document with many answers is read twice as fast. What stops the text is what begins another rule.
_TEXT = re.compile(r"(?:[^\n\\`*_\[\]<&^\x02]+|\\[!-/:-@\[-`{-~])+")
_ESCAPED = re.compile(r"\\(.)")
_BR = re.compile("<br ?/?>")
_NAME = re.compile(r"[a-z]+(?:-[a-z]+)*")
_ATTRIBUTE = re.compile(r'\s+([a-z]+)=(?:"((?:[^"\\]|\\.)*)"|(\w+))')


@dataclass(frozen=True)
class Block:
    """A kind of block: whether it holds Markdown, and its attributes with their default values."""

    markdown: bool
    attributes: dict[str, str]


BLOCKS = {
    "garde": Block(False, {}),
    "sommaire": Block(False, {"titre": "Sommaire", "niveaux": "3"}),
    "saut-de-page": Block(False, {}),
    "matrice": Block(False, {"titre": "Cartographie des risques", "change": ""}),
    "plan": Block(False, {"titre": "Plan des caméras", "change": ""}),
    "encadre": Block(True, {"niveau": "info", "titre": ""}),
    "tableau": Block(True, {"titre": "", "description": "", "largeurs": ""}),
    "a-remplir": Block(True, {"titre": "", "lignes": "0"}),
    "paysage": Block(True, {}),
    "passage": Block(True, {"id": "", "titre": ""}),
}


@dataclass(frozen=True)
class Heading:
    """A heading as the table of contents shows it; `number` is empty where it has none."""

    level: int
    text: str
    number: str
    anchor: str


def new_parser() -> MarkdownIt:
    """Return a parser of our Markdown, with its HTML renderer as markdown-it has it."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable(_UNUSED)
    parser.block.ruler.at("table", table, {"alt": ["paragraph", "reference"]})
    parser.use(footnote_plugin)
    parser.core.ruler.after("block", "blocs", _open_blocks)
    parser.inline.ruler.at("text", _plain_text)
    parser.inline.ruler.before("autolink", "saut_de_ligne", _line_break)
    parser.inline.ruler.before("autolink", "constat", _finding)
    return parser


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return new_parser()


def parse(markdown: str) -> list[Token]:
    """Return the flat tokens of `markdown`; our blocks are `bloc_open` … `bloc_close`, or `bloc` when they hold data.

    Their `meta` is {"nom": name, attribute: value}. Raises DocumentError for an unknown block or attribute.
    """
    return _parser().parse(markdown)


def _open_blocks(state: StateCore) -> None:
    # Before the inline rules run, so that footnotes and emphasis inside a block belong to the whole document.
    state.tokens = _opened(state, state.tokens, 0)


def _opened(state: StateCore, tokens: Sequence[Token], first_line: int) -> list[Token]:
    found: list[Token] = []
    for token in tokens:
        if token.type != "fence":
            if marks.CHANGED in token.content:
                token.content, token.meta = token.content.replace(marks.CHANGED, ""), {"change": True}
            found.append(token)
            continue
        line = first_line + (token.map[0] if token.map else 0)
        meta = _meta(token.info, line + 1)
        if not BLOCKS[meta["nom"]].markdown:
            found.append(Token("bloc", "", 0, content=token.content, meta=meta, block=True))
            continue
        inside: list[Token] = []
        state.md.block.parse(token.content, state.md, state.env, inside)
        found.append(Token("bloc_open", "", 1, meta=meta, block=True))
        found += _opened(state, inside, line + 1)
        found.append(Token("bloc_close", "", -1, meta=meta, block=True))
    return found


def _meta(info: str, line: int) -> dict[str, str]:
    found = _NAME.match(info)
    name = found[0] if found else ""
    if name not in BLOCKS:
        raise DocumentError(f"ligne {line} du texte : bloc « {info.strip()} » inconnu ; les blocs sont {', '.join(BLOCKS)}.")
    meta, end = {"nom": name, **BLOCKS[name].attributes}, len(name)
    while end < len(info.rstrip()):
        found = _ATTRIBUTE.match(info, end)
        if found is None or found[1] not in BLOCKS[name].attributes:
            known = ", ".join(BLOCKS[name].attributes) or "aucun"
            raise DocumentError(
                f"ligne {line} du texte : « {info[end:].strip()} » n'est pas un attribut du bloc « {name} » (attributs : {known})."
            )
        meta[found[1]] = unescapeAll(found[2]) if found[2] is not None else found[3]
        end = found.end()
    if meta.get("niveau", "info") not in LEVELS:
        raise DocumentError(f"ligne {line} du texte : niveau « {meta['niveau']} » inconnu ; les niveaux sont {', '.join(LEVELS)}.")
    if not (meta.get("lignes", "0") + meta.get("niveaux", "3")).isdecimal():
        raise DocumentError(f"ligne {line} du texte : « lignes » et « niveaux » sont des nombres entiers.")
    return meta


def _plain_text(state: StateInline, silent: bool) -> bool:
    found = _TEXT.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.pending += "".join(_ESCAPED.split(found[0])) if "\\" in found[0] else found[0]
    state.pos = found.end()
    return True


def _line_break(state: StateInline, silent: bool) -> bool:
    found = _BR.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = found.end()
    return True


def _finding(state: StateInline, silent: bool) -> bool:
    found = marks.FINDING.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("constat_open" if found[1] else "constat_close", "", 0).meta = {"regle": found[1]}
    state.pos = found.end()
    return True


def closing(tokens: Sequence[Token], opening: int) -> int:
    """Return the index of the token that closes the one at `opening`."""
    depth = 0
    for index in range(opening, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index
    raise IndexError(opening)


def plain(inline: Token) -> str:
    """Return the text of an inline token without its marks."""
    parts = (" " if child.type in ("softbreak", "hardbreak") else child.content for child in inline.children or ())
    return "".join(parts).strip()


def headings(tokens: Sequence[Token], numbered: bool) -> list[Heading]:
    """Return the headings in reading order, and take the ` {-}` mark off their text.

    Levels 1 to 3 are numbered as Word numbers them: a level that is skipped counts as zero.
    """
    found: list[Heading] = []
    counts = [0, 0, 0]
    for index, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        level, inline = int(token.tag[1]), tokens[index + 1]
        unnumbered = _without_mark(inline)
        counted = numbered and level <= 3 and not unnumbered
        if counted:
            counts[level - 1] += 1
            counts[level:] = [0] * (3 - level)
        number = ".".join(map(str, counts[:level])) if counted else ""
        anchor = f"_Toc{len(found) + 1:09d}"
        token.meta = {"titre": Heading(level, plain(inline), number, anchor)}
        found.append(token.meta["titre"])
    return found


def slug(text: str) -> str:
    """Return the name by which `[…](#name)` reaches the heading `text`: lower case, a dash between words."""
    return "-".join(re.findall(r"\w+", text.lower()))


def _without_mark(inline: Token) -> bool:
    # The mark is looked for in the Markdown, where braces that a user typed are escaped.
    if not inline.content.endswith("{-}") or not inline.children:
        return False
    inline.content = inline.content[:-3].rstrip()
    inline.children[-1].content = inline.children[-1].content[:-3].rstrip()
    return True


def fields(content: str) -> list[tuple[str, list[Token]]]:
    """Read a ```garde block: one `Name: Markdown` per line, as (name, inline tokens)."""
    result = []
    for line in content.splitlines():
        name, colon, value = line.partition(":")
        if not line.strip():
            continue
        if not colon:
            raise DocumentError(f"bloc « garde » : la ligne « {line} » n'a pas la forme « nom: valeur ».")
        result.append((name.strip(), _parser().parseInline(value.strip())[0].children or []))
    return result

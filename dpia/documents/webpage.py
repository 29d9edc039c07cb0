"""Markdown → one accessible HTML page that stands alone: no script, no request, no HTML from the text."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from dpia.documents import plan, plan_svg, risk_matrix
from dpia.documents.blocks import LEVELS, Heading, closing, fields, headings, new_parser, plain, slug
from dpia.documents.typography import printable, typeset
from dpia.resources import folder

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token

_ARTICLE = re.compile(r"\b[LRD]\.\u00a0\d+(?:-\d+)+")  # a hyphen is where a line breaks: an article's number stays whole
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def page(markdown: str, *, title: str, css: str = "", language: str = "fr", numbered: bool = False) -> str:
    """Return the page; `css` is added after our own style sheet. Raises DocumentError as word.render does."""
    parser = _parser()
    env: dict[str, Any] = {}
    tokens = parser.parse(markdown, env)
    found = headings(tokens, numbered)
    env["headings"] = found
    _adapt(tokens, {slug(heading.text): heading.anchor for heading in reversed(found)})
    body = parser.renderer.render(tokens, parser.options, env)
    style = (_style() + css).replace("</", "<\\/")
    return (
        f'<!DOCTYPE html>\n<html lang="{html.escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(POLICY, quote=False)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{_text(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


@lru_cache(maxsize=1)
def _style() -> str:
    return (folder("templates") / "page.css").read_text(encoding="utf-8")


def _text(text: str) -> str:
    return html.escape(typeset(printable(text)))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = new_parser()
    for name, rule in _RULES.items():
        parser.add_render_rule(name, rule)
    return parser


def _adapt(tokens: Sequence[Token], anchors: dict[str, str]) -> None:
    """Change in place what HTML wants otherwise: heading ids, internal links, boxes to tick, header cells."""
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.meta.get("titre"):
            token.attrSet("id", token.meta["titre"].anchor)
        elif token.type == "table_open":
            _adapt_table(tokens, index)
        elif token.type == "inline" and token.children:
            if token.content[:4] in ("[ ] ", "[x] "):
                first = token.children[0]
                first.content = ("☒ " if token.content[1] == "x" else "☐ ") + first.content[4:]
            for child in token.children:
                target = str(child.attrGet("href") or "") if child.type == "link_open" else ""
                if target.startswith("#"):
                    child.attrSet("href", "#" + anchors.get(unquote(target[1:]), ""))


def _adapt_table(tokens: Sequence[Token], start: int) -> None:
    inside = tokens[start : closing(tokens, start)]
    empty = not any(inside[i + 1].content for i, token in enumerate(inside) if token.type == "th_open")
    in_head = first = False
    for token in inside:
        in_head = token.type == "thead_open" or (in_head and token.type != "thead_close")
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if empty and (in_head or token.type == "thead_close"):
            token.hidden = True
        elif empty and token.type == "tr_open":
            first = True
        elif empty and first and token.type in ("td_open", "td_close"):
            token.tag = "th"
            if token.type == "td_open":
                token.attrSet("scope", "row")
            first = token.type == "td_open"


def _heading_open(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    heading: Heading = token.meta["titre"]
    number = f'<span class="numero">{heading.number}</span> ' if heading.number else ""
    return f'<{token.tag} id="{heading.anchor}">{number}'


def _table_open(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    before = tokens[index - 1] if index else None
    title = before.meta["titre"] if before and before.type == "bloc_open" and before.meta["nom"] == "tableau" else ""
    name = title or ", ".join(plain(tokens[i + 1]) for i in range(index, closing(tokens, index)) if tokens[i].type == "th_open")
    caption = f"<caption>{_text(title)}</caption>\n" if title else ""
    return f'<div class="tableau" role="region" tabindex="0" aria-label="{_text(name) or "Tableau"}">\n<table>\n{caption}'


def _block_open(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    meta = tokens[index].meta
    if meta["nom"] == "encadre":
        title = f" — {_text(meta['titre'])}" if meta["titre"] else ""
        return f'<section class="encadre {meta["niveau"]}">\n<p class="titre"><span class="niveau">{LEVELS[meta["niveau"]]}</span>{title}</p>\n'
    if meta["nom"] == "a-remplir":
        return f'<section class="a-remplir">\n<p class="titre">{_text(meta["titre"] or "À remplir")}</p>\n'
    return f'<div class="{meta["nom"]}">\n'


def _block_close(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    meta = tokens[index].meta
    if meta["nom"] == "a-remplir":
        return '<p class="ligne">&nbsp;</p>\n' * min(int(meta["lignes"]), 30) + "</section>\n"
    return "</section>\n" if meta["nom"] == "encadre" else "</div>\n"


def _block(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    match token.meta["nom"]:
        case "sommaire":
            lines = (
                f'<li class="n{heading.level}"><a href="#{heading.anchor}">{heading.number} {_text(heading.text)}</a></li>'
                for heading in env["headings"]
                if heading.level <= int(token.meta["niveaux"]) and heading.text
            )
            title = _text(token.meta["titre"])
            return f'<nav aria-label="{title}">\n<p class="titre">{title}</p>\n<ul>\n{"".join(lines)}\n</ul>\n</nav>\n'
        case "garde":
            return _cover([(name, renderer.renderInline(children, options, env)) for name, children in fields(token.content)])
        case "matrice":
            return _matrix(risk_matrix.read(token.content), token.meta["titre"])
        case "plan":
            title = token.meta["titre"]
            return f'<figure class="plan">{plan_svg.drawing(plan.read(token.content), title)}<figcaption>{_text(title)}</figcaption></figure>\n'
    return ""


def _cover(lines: list[tuple[str, str]]) -> str:
    shapes = {"commune": '<p class="commune">{}</p>', "titre": "<h1>{}</h1>", "sous-titre": '<p class="sous-titre">{}</p>'}
    lines = sorted(lines, key=lambda line: (*shapes, line[0]).index(line[0]))
    parts = [
        shapes[name].format(value) if name in shapes else f"<p>{_text(name[:1].upper() + name[1:])} : {value}</p>" for name, value in lines
    ]
    return f'<header class="garde">\n{"".join(parts)}\n</header>\n'


def _matrix(risks: tuple[risk_matrix.Risk, ...], title: str) -> str:
    scale = [word.capitalize() for word in risk_matrix.SCALE]
    head = "".join(f'<th scope="col">{number}. {word}</th>' for number, word in enumerate(scale, 1))
    rows = []
    for severity in (4, 3, 2, 1):
        cells = []
        for likelihood in (1, 2, 3, 4):
            level = risk_matrix.level(severity, likelihood)
            found = zip(("Avant", "Après"), risk_matrix.labels(risks, (severity, likelihood)), strict=True)
            shown = "".join(f"<br>{label} : <b>{names}</b>" for label, names in found if names)
            cells.append(f'<td style="background:#{level.fill}">{level.word}{shown}</td>')
        rows.append(f'<tr><th scope="row">{severity}. {scale[severity - 1]}</th>{"".join(cells)}</tr>')
    key = "".join(f"<li><b>R{risk.number} {_text(risk.name)}</b> : {_text(risk.sentence())}</li>" for risk in risks)
    return (
        f'<div class="tableau" role="region" tabindex="0" aria-label="{_text(title)}">\n<table class="matrice"><caption>{_text(title)}</caption>\n'
        f'<thead><tr><th scope="col">Gravité ↓ Vraisemblance →</th>{head}</tr></thead>\n<tbody>{"".join(rows)}</tbody></table>\n</div>\n'
        f"<p>{_text(risk_matrix.KEY)}</p>\n<ul>{key}</ul>\n"
    )


def _words(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return _ARTICLE.sub(r'<span class="article">\g<0></span>', html.escape(typeset(tokens[index].content)))


def _table_close(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return "</table>\n</div>\n"


_RULES: dict[str, Callable[..., str]] = {
    "text": _words,
    "heading_open": _heading_open,
    "table_open": _table_open,
    "table_close": _table_close,
    "bloc_open": _block_open,
    "bloc_close": _block_close,
    "bloc": _block,
}

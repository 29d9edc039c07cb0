r"""From a Jinja template to Markdown; no value that a user typed can change the structure of the text.

Every `{{ value }}` passes through `literal`, which escapes all ASCII punctuation. What templates write themselves,
macros included, is Markdown. The filters that templates may use, besides Jinja's own:

- `brut`: prints one of *our* texts (a rule, a question) as Markdown. Never on an answer.
- `json`: prints data inside a ```matrice block, on one line.
- `lien`: prints a web or e-mail address that a user typed as a link, or as plain text when it is no such address.
- `adresses`: prints what a user typed, each e-mail address in it a link.
- `gras`: prints a value in bold, or nothing when it is empty (`**{{ x }}**` would print four stars).
- `majuscule`, `minuscule`: the first letter alone (printing it apart from the rest would lose a space at the cut).

`{{ constat(rule, title) }}` prints the title of a finding; in a reviewer's copy, the comment of this finding hangs on it (see marks.py).

`{{ point(20, 21) }}` and `{{ sans_objet(13) }}` print nothing: they are the anchors of law/grille.yaml (see grid.py), at the head of the
paragraph, item, row, block or heading that treats these points, or that says why they do not arise.

A printed value is a text, a number or a date. Printing None, a list or a mapping is a mistake in the template and
raises: an unknown must be written in words ("non renseigné"). Do not print values in `code`, nor in the first line of
a block other than between double quotes: ```encadre niveau=info titre="{{ titre }}".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from jinja2 import FunctionLoader, StrictUndefined
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from dpia.documents.compiled_templates import Kept
from dpia.documents.typography import printable
from dpia.resources import folder

MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")  # fmt: skip

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
# A backslash, a backtick and a bar mean something even when escaped (table cells, first lines of blocks), so they
# are written as entities.
_ESCAPES = {char: "\\" + char for char in map(chr, range(33, 127)) if not char.isalnum()}
_ESCAPES |= {"\\": "&#92;", "`": "&#96;", "|": "&#124;"}
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(r"https?://[^\s<>]+|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)")


class Raw(str):
    """Markdown of ours, printed as it stands. Any operation on it gives a plain string, escaped again."""

    __slots__ = ()


def french_date(day: date) -> str:
    """Return "1er mars 2026"."""
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def escape(text: str) -> str:
    """Return the Markdown that shows `text` as typed, on one line."""
    return _escaped(printable(text))


def _escaped(text: str) -> str:
    return _PUNCTUATION.sub(lambda found: _ESCAPES[found[0]], text)


def literal(value: object) -> object:
    """Return what a template prints for `value`; raises TemplateError for what is neither text, number nor date."""
    if isinstance(value, (Raw, Undefined)):
        return value  # an Undefined raises by itself, with the name that is missing
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, date):
        return french_date(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value).replace(".", ",")
    raise TemplateError(f"le gabarit imprime une valeur de type {type(value).__name__} : écrivez-la en toutes lettres.")


def _bold(value: object) -> Raw:
    text = str(literal(value))
    return Raw(f"**{text}**" if text else "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _data(value: object) -> Raw:
    return Raw(printable(json.dumps(value, ensure_ascii=False)))


def _link(value: str) -> Raw:
    text = printable(value)
    found = _ADDRESS.fullmatch(text)
    if found is None:
        return Raw(escape(text))
    target = quote(text, safe=":/?#@!$&*+,;=%~-._")
    return Raw(f"[{escape(text)}](<{'mailto:' if found['mail'] else ''}{target}>)")


def _addresses(value: str) -> Raw:
    """The text as typed, each e-mail address a link."""
    text, parts, at = printable(value), [], 0
    for found in _MAIL.finditer(text):
        parts += [_escaped(text[at : found.start()]), _link(found[0])]
        at = found.end()
    return Raw("".join((*parts, _escaped(text[at:]))))


def _nothing(*_: int) -> Raw:
    return Raw("")


def _title(rule: str, title: str) -> str:
    return title


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox, and no repetition operator: `{{ 'a' * 10**10 }}` would take all the memory."""

    intercepted_binops = frozenset({"*", "**"})

    # Jinja joins here the pieces of a macro or of a {% set %} block: they are already escaped where needed.
    @staticmethod
    def concat(pieces: Iterable[str]) -> str:
        return Raw("".join(pieces))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "*" and isinstance(left, (int, float)) and isinstance(right, (int, float)):
            return left * right
        raise SecurityError(f"l'opérateur {operator} n'est permis qu'entre deux nombres, et ** jamais.")


def _source(name: str) -> tuple[str, str, None] | None:
    path = folder("templates")
    if any(part in ("", ".", "..") for part in name.split("/")):
        return None
    for part in name.split("/"):
        path = path / part
    return (path.read_text(encoding="utf-8"), name, None) if path.is_file() else None  # the name shows in error messages


@lru_cache(maxsize=1)
def environment() -> _Environment:
    """Return the one Jinja environment; templates are read once per process."""
    result = _Environment(
        loader=FunctionLoader(_source),
        finalize=literal,
        undefined=StrictUndefined,
        autoescape=False,  # `literal` escapes for Markdown; HTML escaping would only add noise
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        bytecode_cache=Kept(__file__),
    )
    result.filters.update(brut=Raw, json=_data, lien=_link, adresses=_addresses, gras=_bold, majuscule=_capital, minuscule=_small)
    result.globals.update(point=_nothing, sans_objet=_nothing, constat=_title)
    return result


def render(template_name: str, **context: object) -> str:
    """Return the Markdown of a template of templates/ (such as "aipd.md.j2").

    Raises jinja2.TemplateError when the template names what `context` does not have, or prints what is no text.
    """
    return str(environment().get_template(template_name).render(context))


def to_html(markdown: str, *, title: str, css: str = "") -> str:
    """Return one accessible HTML page of `markdown`, without script or request; `css` is added to our style sheet."""
    from dpia.documents import webpage  # markdown-it is not needed to write Markdown

    return webpage.page(markdown, title=title, css=css)

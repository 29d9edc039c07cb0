"""The report for reviewers: one HTML file that asks nothing of the network, reads without a script and prints unfolded.

Every value is escaped by Jinja. The security policy allows the style sheet and the script of this file alone, by their hashes: a text
that would become a tag, an attribute or a script has no effect either.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from jinja2.runtime import Undefined
from markupsafe import Markup, escape

from dpia.documents import report_content
from dpia.documents.compiled_templates import Kept
from dpia.documents.typography import printable, typeset
from dpia.documents.view import View
from dpia.resources import folder

_AS_IT_STANDS = (Markup, Undefined)  # an Undefined raises by itself, with the name that is missing


def render(view: View) -> bytes:
    """Return the page, UTF-8; the same bytes for the same dossier, law and day."""
    found = report_content.context(view)
    styles, script = (_file("page.css") + _file("rapport.css"), _running_head(found["commune"], found["jour"])), _file("rapport.js")
    policy = (
        f"default-src 'none'; style-src {' '.join(map(_hash, styles))}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )
    page = _environment().get_template("rapport.html.j2")
    return page.render(found, styles=list(map(Markup, styles)), script=Markup(script), policy=policy).encode("utf-8")  # noqa: S704  # our own files


def _hash(content: str) -> str:
    """The source of a policy that allows this text alone (CSP 3, § 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode('utf-8')).digest()).decode('ascii')}'"


def _running_head(commune: str, day: str) -> str:
    """The head of each printed page. In a style sheet, any character but a letter or a figure is written by its number."""
    said = re.sub(r"[^0-9A-Za-zÀ-ÿ]", lambda found: f"\\{ord(found[0]):06x}", printable(f"Rapport de relecture – {commune} – {day}"))
    return f'@page {{ @top-left {{ content: "{said}"; }} }}'


@lru_cache(maxsize=4)
def _file(name: str) -> str:
    return (folder("templates") / name).read_text(encoding="utf-8")


class _Environment(Environment):
    """`x.nom` reads the key of a dict before its methods: what our context is made of, and three times as fast."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Read a key, else what Jinja reads."""
        return obj[attribute] if type(obj) is dict and attribute in obj else super().getattr(obj, attribute)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return _Environment(
        loader=FunctionLoader(_file),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=Kept(__file__),
    )


def _printed(value: object) -> object:
    """What the template prints: HTML of ours as it stands, any text without hidden characters, with French spaces, escaped."""
    return value if isinstance(value, _AS_IT_STANDS) else _escaped(str(value))


@lru_cache(maxsize=16384)
def _escaped(text: str) -> Markup:
    return escape(typeset(printable(text)))

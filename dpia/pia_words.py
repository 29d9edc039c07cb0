"""What templates/pia.yaml says of the CNIL's tool: its questions, what of our assessment goes where, what can be read back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from dpia.resources import folder
from dpia.yamlfile import read_knowledge

MARK = "dpia, INSEE "  # in the category of our own files: the only field, with the name, that a round trip keeps
# The lists and the gauges of a dreaded event, after its two digits: 3.2 is 321 to 326.
IMPACTS, THREATS, SOURCES, MEASURES, SEVERITY, LIKELIHOOD = range(1, 7)


@cache
def table() -> Mapping[str, Any]:
    """The whole file."""
    found: Mapping[str, Any] = read_knowledge((folder("templates") / "pia.yaml").read_text(encoding="utf-8"))
    return found


@cache
def questions() -> Mapping[int, str]:
    """The tool's questions, in its order: number → title."""
    return {entry["id"]: entry["titre"] for entry in table()["rubriques"]}


def say(name: str, **values: object) -> str:
    """One of our sentences in the exported file."""
    text: str = table()["textes"][name]
    return text.format(**values)

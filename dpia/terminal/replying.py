"""Boxes and rows in words, whatever shows them: what each box says, and the answer that they make together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dpia.answers import in_words
from dpia.language import later
from dpia.model import Question
from dpia.values import UNKNOWN, Choices, Value

SIGNS = {"o": later("[oui]"), "n": later("[non]"), "?": "[ ? ]", " ": "[   ]"}  # what a box shows: yes, no, unknown, nothing said yet


def marked(options: Mapping[str, str], before: Any) -> dict[str, str]:
    """The boxes as a last answer, or a draft, leaves them: "o", "n", "?" or " " for each option."""
    if isinstance(before, Choices):
        return {name: "o" if name in before.oui else "n" if name in before.non else "?" for name in options}
    return {**dict.fromkeys(options, " "), **(before if isinstance(before, dict) else {})}


def outcome(marks: Mapping[str, str], empty: str) -> Value:
    """The answer when the empty boxes mean `empty`: "n" or "?"."""
    signed = {name: empty if sign == " " else sign for name, sign in marks.items()}
    answer = Choices(*(frozenset(name for name in signed if signed[name] == sign) for sign in ("o", "n")))
    return answer if answer.oui or answer.non else UNKNOWN


def said(options: Mapping[str, str], value: Value) -> str:
    """The ticked options, in words."""
    return in_words(Question(id="", type="choix_multiple", libelle="", options=dict(options)), value)

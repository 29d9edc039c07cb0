"""The language of the interview: French, as written in the code and the questionnaires, or a translation of it.

The documents stay French, whatever the language of the questions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

FRENCH = "fr"
_spoken: dict[str, str] = {}  # a French message → the same in the language in use; empty for French


def t(message: str, /, **values: object) -> str:
    """Say a message in the language in use, `values` put where its braces name them. A message without translation stays French."""
    said = _spoken.get(message, message)
    return said.format(**values) if values else said


def later(message: str, /) -> str:
    """Mark a message that is kept as it is and said with `t` further on."""
    return message


def speak(messages: Mapping[str, str]) -> None:
    """Use these translations of messages from now on; none: French."""
    kept = dict(messages)
    _spoken.clear()
    _spoken.update(kept)


@contextmanager
def french() -> Iterator[None]:
    """Speak French in this block: what is written for others (documents, sheets) is in no other language."""
    before = dict(_spoken)
    speak({})
    try:
        yield
    finally:
        speak(before)

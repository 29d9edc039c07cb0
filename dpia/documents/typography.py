"""Text as it may be printed: what no reader can see is removed, French spaces are made unbreakable."""

from __future__ import annotations

import re

# C0 and C1 controls and the Unicode line ends would break a Markdown line; they become one space.
_BLANK = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029]+")
# Bidirectional controls can display our own sentences backwards; U+FEFF, U+FFFE and U+FFFF are no characters.
_UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")

# The space comes first in the pattern: the search then jumps from space to space, and costs a quarter as much.
_UNBREAKABLE = re.compile(
    r" (?:(?=[:;?!»%€])"  # before double punctuation
    r"|(?<=« )"  # after an opening quotation mark
    r"|(?=\d)(?:(?<=\b[LRDA]\. )|(?<=\b[Aa]rt\. )|(?<=[§°] ))"  # L. 252-1, art. 4, § 3, n° 78-17
    r"|(?<=\d )(?=\d{3}\b))"  # 12 500
)


def printable(text: str) -> str:
    """Return `text` on one line, without any character that XML, Markdown or a reader's eye cannot take."""
    if text.isascii() and text.isprintable():
        return text.strip() if "  " not in text else _BLANK.sub(" ", text).strip()
    return _SURROGATE.sub("\ufffd", _UNSEEN.sub("", _BLANK.sub(" ", text))).strip()


def typeset(text: str) -> str:
    """Return `text` with no-break spaces where French typography wants them; nothing else changes."""
    return _UNBREAKABLE.sub("\u00a0", text)

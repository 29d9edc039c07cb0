"""The marks that a reviewer's copy carries in its Markdown, and no other text: where a finding is treated, what changed.

They are control characters, which no value that a user typed can hold once printed (typography.printable).
"""

from __future__ import annotations

import re

CHANGED = "\x02!\x03"  # at the head of the text of a paragraph, item, heading or row
FINDING = re.compile("\x02(?:c([a-z0-9-]+)|/)\x03")  # around the title of a finding
ANY = re.compile("\x02(?:c[a-z0-9-]+|[!/])\x03")


def finding(rule: str, title: str) -> str:
    """Return `title`, Markdown already, between the marks of the finding of `rule`."""
    return f"\x02c{rule}\x03{title}\x02/\x03"


def removed(text: str) -> str:
    """Return the text as a document without marks has it."""
    return ANY.sub("", text)

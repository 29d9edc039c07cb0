"""journal.jsonl: one line for each change — when, which question, what before and after, who, under which version of the law.

The lines are announced in a file of their own before the answers are written, and added after: those of a writer killed in between are
added by the next one. All of it under the lock of the dossier.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from dpia.answers import Answer
from dpia.corpus import Corpus
from dpia.emitting import one_line
from dpia.writing import append

JOURNAL, ANNOUNCED = "journal.jsonl", ".journal.attente"


def lines_of(before: Mapping[str, Answer], corpus: Corpus, changes: Mapping[str, Answer], by: str) -> bytes:
    """The lines that tell these changes, now."""
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    rows = (
        {
            "quand": now,
            "question": name,
            "avant": one_line(name, before[name]) if name in before else None,
            "apres": one_line(name, answer),
            "par": by or answer.par,
            "droit": corpus.version,
        }
        for name, answer in changes.items()
    )
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode("utf-8")


def announce(folder: Path, digest: str, lines: bytes) -> None:
    """Say which lines belong to the answers of this digest, about to be written. Raises OSError."""
    (folder / ANNOUNCED).write_bytes(digest.encode() + b"\n" + lines)


def add(folder: Path, lines: bytes) -> None:
    """Add the lines announced. Raises OSError."""
    append(folder / JOURNAL, lines)
    with suppress(OSError):  # the next writer will see that they are there
        (folder / ANNOUNCED).unlink(missing_ok=True)


def settle(folder: Path, digest: str) -> None:
    """Add the lines of a writer that was killed once the answers, whose digest is now this one, were written."""
    with suppress(OSError):  # nothing was announced; or the journal cannot be written, which the next line will say
        announced, _, lines = (folder / ANNOUNCED).read_bytes().partition(b"\n")
        if announced.decode("ascii", "replace") == digest and not _ends_with(folder / JOURNAL, lines):
            add(folder, lines)


def _ends_with(path: Path, lines: bytes) -> bool:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - len(lines)))
            return file.read() == lines
    except FileNotFoundError:
        return False

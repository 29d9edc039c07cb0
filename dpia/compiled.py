"""The knowledge files once read, kept beside the program as Python keeps its own compiled files: reading YAML is most of a start.

A copy is named after the digest of the texts, so a changed file never meets an old copy; it is as trusted as the `.pyc` files
that lie beside it, and is rebuilt when it is missing or damaged. It holds no code.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

FOLDER = Path(__file__).parent / "__pycache__"


def recall(digest: str) -> dict[str, Any] | None:
    """Give the files of this digest as they were read, None when no copy was kept."""
    try:
        found = msgspec.msgpack.decode(_place(digest).read_bytes())
    except (OSError, msgspec.DecodeError):
        return None
    return found if isinstance(found, dict) else None


def keep(digest: str, loaded: Mapping[str, Any]) -> None:
    """Keep a copy for the next start, in place of older ones. Where nothing can be written, nothing is lost but time."""
    try:
        FOLDER.mkdir(exist_ok=True)
        draft = _place(digest).with_suffix(f".{os.getpid()}")
        draft.write_bytes(msgspec.msgpack.encode(loaded))
        draft.replace(_place(digest))
        for old in FOLDER.glob("base-*.msgpack"):
            if old != _place(digest):
                old.unlink(missing_ok=True)
    except OSError:
        return


def _place(digest: str) -> Path:
    return FOLDER / f"base-{digest[:24]}.msgpack"

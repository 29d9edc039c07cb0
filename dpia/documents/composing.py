"""typst, the one composer of signs and drawings: offline, with the fonts of templates/polices and no other.

A compiler is kept for the life of the process: start workers with `spawn`, a forked child would wait for ever. It serves one thread at a time.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from dpia.resources import folder

if TYPE_CHECKING:
    import typst


@lru_cache(maxsize=8)
def compiler(layout: str) -> typst.Compiler:
    """Return the compiler of a layout of templates/ (such as "panneau.typ")."""
    import typst

    root = Path(str(folder("templates")))
    return typst.Compiler(root / layout, root=root, font_paths=_fonts())


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[Path(str(folder("templates"))) / "polices"])


def one_page(result: bytes | list[bytes] | None) -> bytes:
    """Return the one page that typst made."""
    if not isinstance(result, bytes):
        raise TypeError(f"one page expected from typst, not {type(result).__name__}")
    return result

"""A drawing (SVG) as a bitmap (PNG), for Word: offline, with the fonts of templates/polices. Same drawing, same bytes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from dpia.resources import folder

if TYPE_CHECKING:
    import typst


def png(svg: str, pixels: int) -> bytes:
    """Return the drawing `pixels` wide."""
    made = _compiler().compile(format="png", ppi=pixels / 10, sys_inputs={"dessin": svg})
    if not isinstance(made, bytes):
        raise TypeError(f"one page expected from typst, not {type(made).__name__}")
    return made


def size(image: bytes) -> tuple[int, int]:
    """Return the width and the height of a PNG in pixels, read from its header."""
    return int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    import typst

    root = Path(str(folder("templates")))
    return typst.Compiler(root / "dessin.typ", root=root, font_paths=[root / "polices"], ignore_system_fonts=True)

"""A drawing (SVG) as a bitmap (PNG), for Word. Same drawing, same bytes."""

from __future__ import annotations

from dpia.documents.composing import compiler, one_page


def png(svg: str, pixels: int) -> bytes:
    """Return the drawing `pixels` wide."""
    return one_page(compiler("dessin.typ").compile(format="png", ppi=pixels / 10, sys_inputs={"dessin": svg}))


def size(image: bytes) -> tuple[int, int]:
    """Return the width and the height of a PNG in pixels, read from its header."""
    return int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")

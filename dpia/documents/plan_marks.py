"""The marks of a plan: shapes that differ in black and white, and of a view only what is given. Lengths in units of the drawing."""

from __future__ import annotations

import html
import math

from dpia.documents.plan import FIXED, MOVABLE, TURNING, Camera
from dpia.documents.typography import printable, typeset

SYMBOL, RING = 9, 15  # half the size of a symbol, the radius of the ring around it
ARROW = 34
ANGLE = 70  # how far the sides of an angle go when nobody gave the reach
BLUE = "#1f3a5f"


def shape(camera: Camera) -> str:
    """What is drawn of a view: "wedge" (direction, angle, reach), "angle" (no reach), "circle" (all around), "arrow" (direction), or ""."""
    around = camera.opening == 360 or (camera.opening is None and camera.kind == TURNING)
    if around and camera.reach:
        return "circle"
    if camera.azimuth is None or around:
        return "arrow" if camera.azimuth is not None else ""
    return "arrow" if camera.opening is None else "wedge" if camera.reach else "angle"


def pointed(camera: Camera, scale: float) -> bool:
    """Tell whether an arrow is drawn: a small wedge, hidden by its own symbol, would lose its direction."""
    seen = shape(camera)
    return seen == "arrow" or (seen == "wedge" and (camera.reach or 0) * scale < ARROW)


def view(camera: Camera, x: float, y: float, scale: float) -> str:
    """Draw what a camera at (x, y) sees; `scale`: units of one metre."""
    seen, reach = shape(camera), (camera.reach or 0) * scale
    tint = f'fill="{BLUE}" fill-opacity=".13" stroke="{BLUE}" stroke-opacity=".75" stroke-width="1.5"'
    if seen == "circle":
        return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(reach)}" {tint} stroke-dasharray="7 5"/>'
    if seen == "arrow":
        return arrow(x, y, camera.azimuth or 0)
    if seen not in ("wedge", "angle"):
        return ""
    azimuth, opening = camera.azimuth or 0, camera.opening or 0
    sides = [away(x, y, azimuth + side * opening / 2, reach if seen == "wedge" else ANGLE) for side in (-1, 1)]
    (x1, y1), (x2, y2) = sides
    if seen == "angle":
        return f'<path d="M{number(x1)} {number(y1)}L{number(x)} {number(y)}L{number(x2)} {number(y2)}" fill="none" stroke="{BLUE}" stroke-width="2" stroke-dasharray="3 4"/>'
    arc = f"A{number(reach)} {number(reach)} 0 {int(opening > 180)} 1 {number(x2)} {number(y2)}"
    small = arrow(x, y, azimuth) if pointed(camera, scale) else ""
    return f'<path d="M{number(x)} {number(y)}L{number(x1)} {number(y1)}{arc}Z" {tint}/>{small}'


def away(x: float, y: float, azimuth: float, length: float) -> tuple[float, float]:
    """The point at `length` in a direction, degrees from the north."""
    turn = math.radians(azimuth)
    return x + math.sin(turn) * length, y - math.cos(turn) * length


def arrow(x: float, y: float, azimuth: float) -> str:
    """Draw a direction."""
    tip, neck = away(x, y, azimuth, ARROW), away(x, y, azimuth, ARROW - 10)
    left, right = away(*neck, azimuth - 90, 6), away(*neck, azimuth + 90, 6)
    head = f'<path d="M{number(tip[0])} {number(tip[1])}L{number(left[0])} {number(left[1])}L{number(right[0])} {number(right[1])}Z"/>'
    return f'<path d="M{number(x)} {number(y)}L{number(neck[0])} {number(neck[1])}" stroke="{BLUE}" stroke-width="2.5"/>{head}'


def symbol(kind: str, x: float, y: float) -> str:
    """Draw a camera: a square, a disc with a hole, a hollow diamond, or a triangle when its kind is not known."""
    edge = f'stroke="{BLUE if kind == MOVABLE else "#fff"}" stroke-width="2"'
    if kind == TURNING:
        return (
            f'<circle cx="{number(x)}" cy="{number(y)}" r="{SYMBOL}" {edge}/><circle cx="{number(x)}" cy="{number(y)}" r="3" fill="#fff"/>'
        )
    if kind == FIXED:
        return f'<rect x="{number(x - 7)}" y="{number(y - 7)}" width="14" height="14" {edge}/>'
    if kind == MOVABLE:
        return f'<path d="M{number(x)} {number(y - 10)}L{number(x + 10)} {number(y)}L{number(x)} {number(y + 10)}L{number(x - 10)} {number(y)}Z" fill="#fff" {edge}/>'
    return f'<path d="M{number(x)} {number(y - 10)}L{number(x + 10)} {number(y + 8)}L{number(x - 10)} {number(y + 8)}Z" {edge}/>'


def ring(x: float, y: float) -> str:
    """Draw the circle around a camera that sees a sensitive place."""
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{RING}" fill="#fff" stroke="{BLUE}" stroke-width="3"/>'


def bar(x: float, y: float) -> str:
    """Draw the cross over a camera that the decree leaves out; it reads over any symbol and its ring, and is no arrow."""
    left, right, high, low = number(x - 15), number(x + 15), number(y - 15), number(y + 15)
    line = f'd="M{left} {high}L{right} {low}M{left} {low}L{right} {high}"'
    return f'<path {line} stroke="#fff" stroke-width="5.5"/><path {line} stroke="{BLUE}" stroke-width="2.5"/>'


def text(x: float, y: float, words: str, size: float, attributes: str = "", *, halo: bool = False) -> str:
    """Write words at (x, y), `size` units high; with a `halo`, they read over a drawing."""
    around = ' stroke="#fff" stroke-width="5" stroke-linejoin="round" paint-order="stroke"' if halo else ""
    marks = f" {attributes}" if attributes else ""
    return f'<text x="{number(x)}" y="{number(y)}" font-size="{size:g}"{marks}{around}>{escaped(words)}</text>'


def width_of(words: str, size: float) -> float:
    """The width of a text, at most: narrow letters counted apart, for a font that is not there yet."""
    narrow = sum(1 for letter in words if letter in "ijlItf.,:;'’ ()")
    return size * (0.58 * (len(words) - narrow) + 0.34 * narrow)


def escaped(words: str) -> str:
    """Return words as XML text."""
    return html.escape(typeset(printable(words)))


def number(value: float) -> str:
    """A length with one decimal at most, the same on every machine."""
    return f"{0 if abs(value) < 0.05 else value:.1f}".removesuffix(".0")

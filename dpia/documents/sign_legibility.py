"""Whether the sign can be read: the height of its letters against the distance, the contrast of its colours.

Sources, and how far they were read: `lisibilite_panneau` in law/panneaux.yaml.
"""

from __future__ import annotations

from math import pi

# The only colours of the sign: the layouts receive them.
COLOURS = {"marine": "#0f2a47", "encre": "#111111", "brume": "#e8eef5", "blanc": "#ffffff"}
PAIRS = (("blanc", "marine"), ("encre", "blanc"), ("marine", "blanc"), ("encre", "brume"), ("marine", "brume"))  # letters, ground

ANGLE = 16.0  # minutes of arc under which a capital is seen, at least (NUREG-0700 rev. 2, 1.3.1-4; 20 to 22 preferred)
DISTANCE = 0.5  # metres: the nearest reading that a sign is made for, at arm's length
CONTRAST = 7.0  # WCAG 2, 1.4.6 (AAA)
CAPITAL_MM = 4.5  # arrêté of 20 April 2017, annexe 3, where the information is nowhere else
LOW_VISION = 0.03  # of the distance, for readers with low vision
_CAPITAL = 0.668  # height of a capital over the size of the font: OS/2 sCapHeight of Atkinson Hyperlegible Next
_POINT_MM = 25.4 / 72


def capital_mm(points: float) -> float:
    """Return the height of a capital of this size, in millimetres."""
    return points * _POINT_MM * _CAPITAL


def distance(points: float) -> float:
    """Return how far a text of this size is read, in metres."""
    return capital_mm(points) / 1000 * 21600 / (2 * pi * ANGLE)


def smallest_points(metres: float = DISTANCE) -> float:
    """Return the smallest size that is read from there, in points."""
    return metres / distance(1.0)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (#rrggbb), from 1 to 21: WCAG 2, relative luminance."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def worst_contrast() -> float:
    """Return the lowest contrast that the sign has."""
    return min(contrast(COLOURS[letters], COLOURS[ground]) for letters, ground in PAIRS)


def _luminance(colour: str) -> float:
    channels = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

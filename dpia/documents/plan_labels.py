"""Where to write on a plan: each label in the first free place around its point, else in the least crowded one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

DIRECTIONS = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))  # right, left, above, below, then the corners
DISTANCES = (0, 14, 30, 50, 76, 110, 150)
SHADE = 0.02  # what a square unit of a shaded place costs, beside one that is taken
CELL = 64  # side of the squares that the places already taken are sorted into


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the drawing: its left, its top, its width and its height."""

    x: float
    y: float
    width: float
    height: float

    def common(self, other: Box) -> float:
        """Return the area that two boxes share."""
        wide = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        high = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(wide, 0) * max(high, 0)

    def nearest(self, x: float, y: float) -> tuple[float, float]:
        """Return the point of the box that is nearest to (x, y)."""
        return min(max(x, self.x), self.x + self.width), min(max(y, self.y), self.y + self.height)


class Room:
    """What is taken and what is free inside a frame."""

    def __init__(self, frame: Box) -> None:
        self.frame = frame
        self._taken: dict[tuple[int, int], list[Box]] = {}
        self._shaded: list[Box] = []

    def take(self, box: Box) -> None:
        """Mark a place as taken."""
        for square in _squares(box):
            self._taken.setdefault(square, []).append(box)

    def shade(self, box: Box) -> None:
        """Mark a place where a label reads less well, without taking it."""
        self._shaded.append(box)

    def crowding(self, box: Box) -> float:
        """Return how much of a place is taken or outside the frame, in square units; 0: free."""
        near = {other for square in _squares(box) for other in self._taken.get(square, ())}
        outside = box.width * box.height - box.common(self.frame)
        return sum(box.common(other) for other in near) + 100 * outside

    def shading(self, box: Box) -> float:
        """Return what a place costs for being shaded."""
        return SHADE * max((box.common(other) for other in self._shaded), default=0)

    def place(self, x: float, y: float, radius: float, width: float, height: float) -> tuple[Box, float]:
        """Take a place for a label of this size near the symbol at (x, y); return it with how crowded it is."""
        box, cost = self.try_place(x, y, radius, width, height)
        for taken in (box, *_leader(x, y, radius, box)):
            self.take(taken)
        return box, cost

    def try_place(self, x: float, y: float, radius: float, width: float, height: float) -> tuple[Box, float]:
        """Return the place that `place` would take."""
        best: tuple[float, Box, Sequence[Box]] | None = None
        for box in _around(x, y, radius, width, height):
            line = _leader(x, y, radius, box)
            cost = self.crowding(box) + sum(map(self.crowding, line)) + self.shading(box)
            if best is None or cost < best[0] - 1:  # what is hardly better is only farther
                best = cost, box, line
            if cost < 1:  # boxes that touch share a rounding error
                break
        if best is None:
            raise ValueError("no place around a point")
        return best[1], best[0]


def _squares(box: Box) -> Iterator[tuple[int, int]]:
    for i in range(int(box.x // CELL), int((box.x + box.width) // CELL) + 1):
        for j in range(int(box.y // CELL), int((box.y + box.height) // CELL) + 1):
            yield i, j


def _around(x: float, y: float, radius: float, width: float, height: float) -> Iterator[Box]:
    for distance in DISTANCES:
        for right, down in DIRECTIONS:
            away = (radius + distance) * (0.75 if right and down else 1)
            left = x + right * away - (width if right < 0 else 0 if right else width / 2)
            top = y + down * away - (height if down < 0 else 0 if down else height / 2)
            yield Box(left, top, width, height)


def _leader(x: float, y: float, radius: float, box: Box) -> Sequence[Box]:
    """The line from a symbol to a distant label, as small boxes that nothing should cover."""
    end = box.nearest(x, y)
    length = math.dist((x, y), end)
    if length < radius + DISTANCES[1]:
        return ()
    steps = [radius + 4 + (length - radius - 8) * share for share in (0.3, 0.6, 0.9)]
    return [Box(x + (end[0] - x) * step / length - 2, y + (end[1] - y) * step / length - 2, 4, 4) for step in steps]

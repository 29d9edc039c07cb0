"""The plan of the cameras as a drawing (SVG): no outside resource, black on white with shapes that differ, so that grey prints read.

Lengths are in units of the drawing, 1 000 across; printed 164 mm wide (the text of an A4 page), 17 units are 8 points.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from dpia.documents.plan import FIXED, TURNING, Camera, Plan, series
from dpia.documents.plan_labels import Box, Room
from dpia.documents.plan_marks import ARROW, BLUE, RING, away, bar, escaped, number, pointed, ring, shape, symbol, text, view, width_of

WIDTH = 1000
LABEL, SMALL, LINE = 19, 17, 24  # heights of letters, and of a line of small ones
SAME = 18  # two cameras nearer than this share a symbol and a label: they are on the same mast, or read as if
CROWD = 70  # places with a label of their own; beyond, neighbours are put together until the plan can be read
GREY, PALE = "#51617a", "#e3e8ef"
FONT = "'Atkinson Hyperlegible Next', Arial, Helvetica, sans-serif"
EDGE = 40  # white around a sheet of its own
SITES = 18  # lines of the index of sites; beyond, the sheet would not fit on a page


@dataclass(frozen=True, slots=True)
class _Spot:
    """Cameras drawn at one place."""

    x: float
    y: float
    cameras: tuple[Camera, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(camera.kind for camera in self.cameras))

    @property
    def radius(self) -> float:
        return RING + 12 * (len(self.kinds) - 1)


def drawing(plan: Plan, title: str, *, sheet: bool = False) -> str:
    """Return the plan; as a `sheet` of its own, with its title, its index by site and what it does not show. Needs `plan.drawable`."""
    scale, height = _fit(plan)
    points = [(WIDTH / 2 + east * scale, height / 2 - north * scale) for east, north in plan.ground]
    spots = _gathered(plan, points)
    top = 50 if sheet else 0
    legend, below = _legend(plan, scale, top + height + 34)
    rest, end = _index(plan, below + 14) if sheet else ("", below)
    heading = text(0, 30, title, 26, 'font-weight="700"') if sheet else ""
    grid = "".join(_grid(_round_length(scale) * scale, height))
    edge = EDGE if sheet else 0  # in a document, the page has its own margins
    wide, high = WIDTH + 2 * edge, end + 2 * edge
    views = "".join(view(camera, x, y, scale) for camera, (x, y) in zip(plan.placed, points, strict=True))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="180mm" height="{number(high * 180 / wide)}mm" viewBox="{-edge} {-edge} {wide} {number(high)}" role="img" '
        f'aria-labelledby="plan-titre plan-description" font-family="{FONT}" fill="{BLUE}">'
        f'<title id="plan-titre">{escaped(title)}</title><desc id="plan-description">{escaped(plan.alternative())}</desc>'
        f'<rect x="{-edge}" y="{-edge}" width="{wide}" height="{number(high)}" fill="#fff"/>{heading}<g transform="translate(0 {top})">'
        f'<clipPath id="plan-cadre"><rect width="{WIDTH}" height="{number(height)}"/></clipPath><g clip-path="url(#plan-cadre)">{grid}<g class="vues">{views}</g></g>'
        f"{''.join(map(_symbols, spots))}{''.join(_labels(plan, spots, points, scale, height))}"
        f'<rect x="1" y="1" width="{WIDTH - 2}" height="{number(height - 2)}" fill="none" stroke="{GREY}" stroke-width="2"/></g>'
        f"{legend}{rest}</svg>\n"
    )


# -- places


def _fit(plan: Plan) -> tuple[float, float]:
    """The units of one metre, and the height of the frame."""
    east, north = zip(*plan.ground, strict=True)
    wide, high = max(east) - min(east), max(north) - min(north)
    span = max(wide, high)
    seen = max((camera.reach or 0 for camera in plan.placed if shape(camera) in ("circle", "wedge")), default=0)
    margin = max(min(seen, max(span * 0.3, 60)), span * 0.09, 15)
    wide, high = wide + 2 * margin, high + 2 * margin
    height = WIDTH * min(max(high / wide, 0.5), 1)
    return min(WIDTH / wide, height / high), height


def _gathered(plan: Plan, points: list[tuple[float, float]]) -> list[_Spot]:
    same: float = SAME
    while len(spots := _spots(plan, points, same)) > CROWD:
        same *= 1.3
    return spots


def _spots(plan: Plan, points: list[tuple[float, float]], same: float) -> list[_Spot]:
    found: list[list[int]] = []
    for index, point in enumerate(points):
        near = next((spot for spot in found if math.dist(points[spot[0]], point) < same), None)
        if near is None:
            found.append([index])
        else:
            near.append(index)
    return [
        _Spot(sum(points[i][0] for i in spot) / len(spot), sum(points[i][1] for i in spot) / len(spot), tuple(plan.placed[i] for i in spot))
        for spot in found
    ]


def _round_length(scale: float) -> float:
    """The metres of the scale bar: 1, 2 or 5 and zeros, 200 units at most."""
    power = 10.0 ** math.floor(math.log10(200 / scale))
    return max(step * power for step in (1, 2, 5) if step * power * scale <= 200)


def _grid(step: float, height: float) -> Iterator[str]:
    across, down = range(1, int(WIDTH // step) + 1), range(1, int(height // step) + 1)
    lines = "".join([f"M{number(n * step)} 0V{number(height)}" for n in across] + [f"M0 {number(n * step)}H{WIDTH}" for n in down])
    yield f'<path d="{lines}" stroke="{PALE}" stroke-width="1"/>' if lines else ""


# -- symbols and labels


def _symbols(spot: _Spot) -> str:
    row = [(spot.x + 24 * (n - (len(spot.kinds) - 1) / 2), kind) for n, kind in enumerate(spot.kinds)]
    seeing = {camera.kind for camera in spot.cameras if camera.sees}
    barred = {camera.kind for camera in spot.cameras if camera.barred}
    return "".join(
        (ring(x, spot.y) if kind in seeing else "") + symbol(kind, x, spot.y) + (bar(x, spot.y) if kind in barred else "")
        for x, kind in row
    )


def _labels(plan: Plan, spots: list[_Spot], points: list[tuple[float, float]], scale: float, height: float) -> Iterator[str]:
    room = Room(Box(4, 4, WIDTH - 8, height - 8))
    for spot in spots:
        room.take(Box(spot.x - spot.radius, spot.y - RING, 2 * spot.radius, 2 * RING))
    for camera, point in zip(plan.placed, points, strict=True):
        if pointed(camera, scale):
            x, y = away(*point, camera.azimuth or 0, ARROW - 8)
            room.take(Box(x - 8, y - 8, 16, 16))
        if shape(camera) == "circle":  # words are easier to read outside of what a camera covers
            half = (camera.reach or 0) * scale * 0.8
            room.shade(Box(point[0] - half, point[1] - half, 2 * half, 2 * half))
    for spot in spots:
        numbers, below = textwrap.wrap(series(spot.cameras), 26, max_lines=4, placeholder=" …"), list(_seen(plan, spot))
        width = max([0.0, *(width_of(line, LABEL) * 1.06 for line in numbers), *(width_of(line, SMALL) for line in below)])
        box, _ = room.place(spot.x, spot.y, spot.radius + 3, width, LABEL * 1.1 * len(numbers) + SMALL * 1.1 * len(below))
        x, y = box.nearest(spot.x, spot.y)
        if math.dist((x, y), (spot.x, spot.y)) > spot.radius + 13:
            yield f'<path d="M{number(spot.x)} {number(spot.y)}L{number(x)} {number(y)}" stroke="{GREY}" stroke-width="1.5"/>' + _symbols(
                spot
            )
        # Held by the side of the symbol, so that a wider or narrower font moves the other end.
        side = "end" if box.x + box.width <= spot.x else "start" if box.x >= spot.x else "middle"
        x, anchor = box.x + {"end": width, "start": 0, "middle": width / 2}[side], f'text-anchor="{side}"'
        for n, line in enumerate(numbers):
            yield text(x, box.y + LABEL * (0.85 + 1.1 * n), line, LABEL, f'font-weight="700" {anchor}', halo=True)
        for n, line in enumerate(below):
            yield text(x, box.y + LABEL * 1.1 * len(numbers) + SMALL * (0.85 + 1.1 * n), line, SMALL, anchor, halo=True)
    yield from _sites(spots, room)


def _seen(plan: Plan, spot: _Spot) -> Iterator[str]:
    for place, words in plan.places.items():
        if seeing := [camera for camera in spot.cameras if place in camera.sees]:
            yield (f"{series(seeing)} : " if len(seeing) < len(spot.cameras) else "") + words.lower()


def _sites(spots: list[_Spot], room: Room) -> Iterator[str]:
    """The name of each site, by its cameras: above or below them all, else near one of them."""
    for site in dict.fromkeys(camera.site for spot in spots for camera in spot.cameras):
        own = [spot for spot in spots if any(camera.site == site for camera in spot.cameras)]
        left, right = min(spot.x for spot in own), max(spot.x for spot in own)
        high, low = min(spot.y for spot in own), max(spot.y for spot in own)
        gathered = right - left <= 300 and low - high <= 300
        name = textwrap.shorten(site, 34, placeholder="…")
        width, middle = width_of(name, SMALL), (left + right) / 2
        tries = (Box(middle - width / 2, y, width, SMALL * 1.2) for away in (26, 48) for y in (high - away - SMALL, low + away))
        box = next((box for box in tries if gathered and room.crowding(box) + room.shading(box) < 1), None)
        if box is None:
            found = [room.try_place(spot.x, spot.y, spot.radius + 3, width, SMALL * 1.2) for spot in own[:SITES]]
            box = min(found, key=lambda pair: pair[1])[0]
        room.take(box)
        yield text(box.x + width / 2, box.y + SMALL, name, SMALL, f'fill="{GREY}" text-anchor="middle"', halo=True)


# -- around the plan

# One camera for each mark of the key, at one unit for a metre, how much it is reduced, and what the mark means.
SAMPLES = {
    "wedge": (Camera("", "", FIXED, azimuth=90, opening=60, reach=34), 1, "champ filmé, jusqu'à sa portée"),
    "angle": (Camera("", "", FIXED, azimuth=90, opening=44), 0.5, "angle filmé, portée non donnée"),
    "circle": (Camera("", "", TURNING, reach=12), 1, "portée, tout autour"),
    "arrow": (Camera("", "", FIXED, azimuth=90), 1, "direction de la vue"),
}


def _legend(plan: Plan, scale: float, y: float) -> tuple[str, float]:
    """The north, the scale bar and the key; and where they end."""
    metres = _round_length(scale)
    bar, words = metres * scale, f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m".replace(".", ",")
    north = f'<path d="M16 {number(y - 14)}L26 {number(y + 18)}L16 {number(y + 11)}L6 {number(y + 18)}Z"/>' + text(
        9, y + 36, "N", LABEL, 'font-weight="700"'
    )
    ruler = (
        f'<path d="M56 {number(y)}V{number(y + 8)}H{number(56 + bar)}V{number(y)}M{number(56 + bar / 2)} {number(y + 8)}V{number(y + 3)}" fill="none" stroke="{BLUE}" stroke-width="2.5"/>'
        + text(56, y + 30, words, SMALL)
    )
    left = 300
    x, line, parts = float(left), y + 4, [north, ruler]
    for icon, width, said in _key(plan, scale):
        needed = width + 10 + width_of(said, SMALL)
        if x > left and x + needed > WIDTH:
            x, line = left, line + LINE + 8
        parts += [icon(x + width / 2, line), text(x + width + 8, line + 6, said, SMALL)]
        x += needed + 26
    line += LINE + 8
    parts.append(text(left, line + 4, "Schéma sans fond de carte. Positions et vues : celles de l'inventaire.", SMALL, f'fill="{GREY}"'))
    return "".join(parts), max(line, y + 36) + 18


def _key(plan: Plan, scale: float) -> Iterator[tuple[Callable[[float, float], str], float, str]]:
    """What the marks mean, those that are drawn only: the mark, its width, its words."""
    for kind in dict.fromkeys(camera.kind for camera in plan.placed):
        yield partial(symbol, kind), 20, kind if " " in kind else f"caméra {kind}"
    drawn = {shape(camera) for camera in plan.placed} | ({"arrow"} if any(pointed(camera, scale) for camera in plan.placed) else set())
    for name, (sample, size, words) in SAMPLES.items():
        if name in drawn:
            yield partial(_sample, sample, size), 38, words
    if barred := next((camera for camera in plan.placed if camera.barred), None):
        yield partial(_barred, barred.kind), 30, "hors de l'arrêté"
    if any(camera.sees for camera in plan.placed):
        yield ring, 2 * RING + 2, "voit le lieu sensible écrit à côté"


def _barred(kind: str, x: float, y: float) -> str:
    return symbol(kind, x, y) + bar(x, y)


def _sample(camera: Camera, size: float, x: float, y: float) -> str:
    left = x if shape(camera) == "circle" else x - 19
    return f'<g transform="translate({number(left)} {number(y)}) scale({number(size)})">{view(camera, 0, 0, 1)}</g>'


def _index(plan: Plan, y: float) -> tuple[str, float]:
    sites = list(dict.fromkeys(camera.site for camera in plan.placed))
    said = [f"{site} : {series([c for c in plan.placed if c.site == site])}" for site in sites[:SITES]]
    said += [f"… et {len(sites) - SITES} autres sites"] if len(sites) > SITES else []
    lines = [line for words in (*said, *plan.sentences()) for line in textwrap.wrap(words, 112)]
    return "".join(text(0, y + LINE * n, line, SMALL) for n, line in enumerate(lines, 1)), y + LINE * len(lines) + 12

"""The plan of the cameras: where each one is, what can be drawn, and the same in words. Knows no file, no answer and no drawing."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median_low
from typing import Any

from dpia.documents.errors import DocumentError
from dpia.documents.typography import printable

EARTH = 6_371_009  # metres, mean radius of the ellipsoid (UGGI)
FAR = 50_000  # metres; beyond, a mistake in the coordinates is likelier than a camera of the commune
# The kinds of cameras: the option of the answer, one, several.
KINDS = {"fixe": ("fixe", "fixes"), "dome": ("pivotante", "pivotantes"), "mobile": ("déplaçable", "déplaçables")}
FIXED, TURNING, MOVABLE = (one for one, _ in KINDS.values())
ENOUGH = 2  # positions; one alone has no neighbour to be drawn against


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera of the inventory. Position in degrees (WGS 84), view in degrees from the north, reach in metres; None: not given."""

    number: str
    site: str
    kind: str  # in words: "fixe", "pivotante"…
    position: tuple[float, float] | None = None  # longitude, latitude: the order of GeoJSON
    azimuth: float | None = None
    opening: float | None = None
    reach: float | None = None
    sees: tuple[str, ...] = ()  # the sensitive places it is said to see, by their names in `Plan.places`
    barred: bool = False  # the prefect's decree is said to leave it out


@dataclass(frozen=True)
class Plan:
    """What the plan shows, in the order of the inventory; `places`: words of the sensitive places; `notes`: what it cannot show."""

    cameras: tuple[Camera, ...]
    places: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @cached_property
    def placed(self) -> tuple[Camera, ...]:
        """The cameras to draw: they have a position, and are not `far`."""
        return tuple(camera for camera in self.cameras if camera.position and camera not in self.far)

    @cached_property
    def far(self) -> tuple[Camera, ...]:
        """The cameras at more than 50 km from the median position: coordinates swapped, badly copied or left at zero."""
        found = [camera for camera in self.cameras if camera.position]
        if not found:
            return ()
        middle = tuple(median_low(camera.position[axis] for camera in found if camera.position) for axis in (0, 1))
        return tuple(camera for camera in found if math.hypot(*_metres(camera.position, middle)) > FAR)

    @cached_property
    def missing(self) -> tuple[Camera, ...]:
        """The cameras without a position."""
        return tuple(camera for camera in self.cameras if not camera.position)

    @property
    def drawable(self) -> bool:
        """Tell whether there is enough to draw."""
        return len(self.placed) >= ENOUGH

    @cached_property
    def ground(self) -> tuple[tuple[float, float], ...]:
        """The placed cameras in metres, east and north of their middle (equirectangular: exact within 0.1 % over a commune)."""
        longitudes = [camera.position[0] for camera in self.placed if camera.position]
        latitudes = [camera.position[1] for camera in self.placed if camera.position]
        if not longitudes:
            return ()
        west = longitudes[0]  # so that a commune on the 180th meridian stays whole
        turned = [west + _turn(longitude - west) for longitude in longitudes]
        middle = ((min(turned) + max(turned)) / 2, (min(latitudes) + max(latitudes)) / 2)
        return tuple(_metres(position, middle) for position in zip(turned, latitudes, strict=True))

    def not_shown(self) -> tuple[str, ...]:
        """Say which cameras the plan does not show."""
        said = []
        if self.missing:
            said.append(f"Sans position : {series(self.missing)}.")
        if self.far:
            said.append(f"Hors du plan, à plus de 50 km des autres, coordonnées à vérifier : {series(self.far)}.")
        return tuple(said)

    def sentences(self) -> tuple[str, ...]:
        """Say which cameras the plan does not show, and what it cannot tell."""
        return (*self.not_shown(), *self.notes)

    def alternative(self) -> str:
        """Return the plan in words, for who cannot see it."""
        by_site = [f"{site} : {series([c for c in self.placed if c.site == site])}" for site in _once(c.site for c in self.placed)]
        kinds = ", ".join(counted(kind, number) for kind, number in Counter(camera.kind for camera in self.placed).items())
        said = [
            f"Plan schématique des caméras, le nord en haut. {len(self.placed)} caméras placées sur {len(self.cameras)} ({kinds}).",
            f"Par site : {' ; '.join(by_site)}.",
        ]
        for place, words in self.places.items():
            if seen := [camera for camera in self.placed if place in camera.sees]:
                said.append(f"Marquées d'un cercle, voient un lieu sensible ({words.lower()}) : {series(seen)}.")
        if barred := [camera for camera in self.placed if camera.barred]:
            said.append(f"Barrées d'une croix, hors de l'arrêté du préfet : {series(barred)}.")
        return " ".join((*said, *self.sentences()))


def counted(kind: str, number: int) -> str:
    """Say how many cameras are of a kind."""
    return f"{number} {dict(KINDS.values()).get(kind, kind) if number > 1 else kind}"


def series(cameras: Sequence[Camera]) -> str:
    """Name cameras in a row, three or more that follow each other by the first and the last: "C01 à C04, C07"."""
    runs: list[list[str]] = []
    for camera in cameras:
        if runs and _follows(runs[-1][-1], camera.number):
            runs[-1].append(camera.number)
        else:
            runs.append([camera.number])
    return ", ".join(f"{run[0]} à {run[-1]}" if len(run) > 2 else ", ".join(run) for run in runs)


def _follows(one: str, other: str) -> bool:
    first, second = (re.fullmatch(r"(.*?)(\d{1,9})", number, re.ASCII | re.DOTALL) for number in (one, other))
    return bool(first and second and first[1] == second[1] and len(first[2]) == len(second[2]) and int(first[2]) + 1 == int(second[2]))


def _once(names: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _turn(degrees: float) -> float:
    return (degrees + 180) % 360 - 180


def _metres(position: Any, middle: Any) -> tuple[float, float]:
    """East and north of `middle`, in metres; both are (longitude, latitude)."""
    narrow = max(math.cos(math.radians(middle[1])), 0.01)
    return EARTH * math.radians(_turn(position[0] - middle[0])) * narrow, EARTH * math.radians(position[1] - middle[1])


# -- the JSON of a ```plan block

_VIEW = {"azimut": "azimuth", "ouverture": "opening", "portee": "reach"}


def data(plan: Plan) -> dict[str, Any]:
    """Return what `read` reads; what is not given is left out."""
    rows = []
    for camera in plan.cameras:
        row: dict[str, Any] = {"n": camera.number, "site": camera.site, "sorte": camera.kind}
        row |= {"position": list(camera.position)} if camera.position else {}
        row |= {name: value for name, mine in _VIEW.items() if (value := getattr(camera, mine)) is not None}
        row |= {"voit": list(camera.sees)} if camera.sees else {}
        row |= {"autorisee": False} if camera.barred else {}
        rows.append(row)
    return {"cameras": rows, "lieux": dict(plan.places), "notes": list(plan.notes)}


def read(content: str) -> Plan:
    """Read the JSON of a ```plan block; raises DocumentError with what is wrong."""
    try:
        found = json.loads(content)
        places = {str(name): printable(str(words)) for name, words in found.get("lieux", {}).items()}
        notes = tuple(printable(str(note)) for note in found.get("notes", ()))
        return Plan(tuple(_camera(row) for row in found["cameras"]), places, notes)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DocumentError(
            f"bloc « plan » : {error} ; le contenu attendu est "
            '{"cameras": [{"n": "C01", "site": "…", "sorte": "fixe", "position": [longitude, latitude], "azimut": 0 à 360}]}.'
        ) from error


def _camera(row: Mapping[str, Any]) -> Camera:
    position = None
    if row.get("position") is not None:
        longitude, latitude = map(_finite, row["position"])
        if abs(longitude) > 180 or abs(latitude) > 90:
            raise ValueError(f"position {longitude}, {latitude} hors du globe")
        position = (longitude, latitude)
    view = {mine: _finite(row[name]) for name, mine in _VIEW.items() if row.get(name) is not None}
    number, site, kind = (printable(str(row[name])) for name in ("n", "site", "sorte"))
    return Camera(number, site, kind, position, sees=tuple(map(str, row.get("voit", ()))), barred=row.get("autorisee") is False, **view)


def _finite(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"« {value} » n'est pas un nombre")
    return value

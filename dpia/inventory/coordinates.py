"""Where a camera stands: numbers as they are written in French tables, and French plane coordinates → WGS 84.

Sources: IGN, note technique NT/G 71 (« Projection cartographique conique conforme de Lambert », ALG0001 to ALG0004, ALG0054); EPSG
dataset, systems 2154 (RGF93 / Lambert-93) and 3942 to 3950 (RGF93 / CC42 to CC50). RGF93 and WGS 84 differ by less than a metre.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from dpia.language import t

A, FLATTENING = 6_378_137.0, 1 / 298.257222101  # GRS 80
E = math.sqrt(2 * FLATTENING - FLATTENING**2)
DECIMALS = 6  # degrees: 11 cm, and what an answers file keeps
Point = tuple[float, float]

# Latitude from, to, longitude from, to. The mainland in two boxes and Corsica, close enough to the land that Lambert-93 in Corsica
# and CC47 in Brittany, whose ranges overlap, are told apart; then Guadeloupe and the islands of the North, Martinique, Guyane,
# Réunion, Mayotte, Saint-Pierre-et-Miquelon, Nouvelle-Calédonie, Polynésie, Wallis-et-Futuna.
METROPOLE = ((42.3, 47.2, -2.6, 7.8), (47.2, 51.2, -5.3, 8.3), (41.3, 43.05, 8.5, 9.6))
OUTRE_MER = (
    (15.8, 18.2, -63.2, -60.9), (14.3, 15.0, -61.3, -60.7), (2.0, 6.0, -55.0, -51.5), (-21.5, -20.8, 55.1, 55.9), (-13.1, -12.5, 44.9, 45.4),
    (46.7, 47.2, -56.5, -56.0), (-23.0, -19.0, 158.0, 172.5), (-28.0, -7.0, -155.0, -134.0), (-14.5, -13.0, -178.5, -176.0),
)  # fmt: skip


@dataclass(frozen=True)
class Lambert:
    """A conformal conic projection with two standard parallels. Degrees and metres; the meridian of origin is 3° E."""

    latitude: float
    parallels: tuple[float, float]
    east: float
    north: float

    @cached_property
    def _constants(self) -> tuple[float, float, float]:
        """The exponent n, the constant c and the ordinate of the pole (ALG0054)."""
        first, second = (math.radians(parallel) for parallel in self.parallels)
        radii = [_normal(angle) * math.cos(angle) for angle in (first, second)]
        n = math.log(radii[1] / radii[0]) / (_isometric(first) - _isometric(second))
        c = radii[0] / n * math.exp(n * _isometric(first))
        return n, c, self.north + c * math.exp(-n * _isometric(math.radians(self.latitude)))

    def degrees(self, east: float, north: float) -> Point:
        """Plane coordinates in metres → latitude and longitude in degrees (ALG0004)."""
        n, c, pole = self._constants
        radius = max(math.hypot(east - self.east, north - pole), 1e-9)
        longitude = 3 + math.degrees(math.atan2(east - self.east, pole - north) / n)
        return math.degrees(_latitude(-math.log(radius / c) / n)), longitude


def _normal(latitude: float) -> float:
    return A / math.sqrt(1 - (E * math.sin(latitude)) ** 2)


def _isometric(latitude: float) -> float:
    return math.atanh(math.sin(latitude)) - E * math.atanh(E * math.sin(latitude))  # ALG0001


def _latitude(isometric: float) -> float:
    latitude = math.asin(math.tanh(isometric))
    for _ in range(8):  # converges by a factor of 150 at each turn (ALG0002)
        latitude = math.asin(math.tanh(isometric + E * math.atanh(E * math.sin(latitude))))
    return latitude


@dataclass(frozen=True)
class System:
    """A coordinate system: its name, and its projection unless it is WGS 84 in degrees."""

    name: str
    projection: Lambert | None = None

    def degrees(self, x: float, y: float) -> Point:
        """(longitude or easting, latitude or northing) → latitude and longitude in degrees, rounded to six decimals."""
        latitude, longitude = self.projection.degrees(x, y) if self.projection else (y, x)
        return round(latitude, DECIMALS), round(longitude, DECIMALS)

    def holds(self, x: float, y: float) -> bool:
        """Tell whether the point is in France, within the use of this system."""
        latitude, longitude = self.degrees(x, y)
        if self.projection is None:
            return _within(latitude, longitude, METROPOLE + OUTRE_MER)
        near = abs(latitude - self.projection.latitude) <= 1.1 if self is not LAMBERT93 else True
        return near and _within(latitude, longitude, METROPOLE)


def _within(latitude: float, longitude: float, boxes: Sequence[tuple[float, float, float, float]]) -> bool:
    return any(south <= latitude <= north and west <= longitude <= east for south, north, west, east in boxes)


WGS84 = System("WGS 84")
LAMBERT93 = System("Lambert-93", Lambert(46.5, (44, 49), 700_000, 6_600_000))
ZONES = tuple(System(f"CC{d}", Lambert(d, (d - 0.75, d + 0.75), 1_700_000, (d - 42) * 1_000_000 + 1_200_000)) for d in range(42, 51))
SYSTEMS = (WGS84, LAMBERT93, *ZONES)
NAMED = re.compile(r"\b(wgs ?84|gps|(?:epsg ?)?4326)\b|\b(lambert ?93|l ?93|(?:epsg ?)?2154)\b|\b(?:cc ?|(?:epsg ?)?39)(4[2-9]|50)\b")


def named(said: str) -> System | None:
    """The system that a folded text names ("x lambert 93", "epsg 3945"); None when none or several."""
    found = {WGS84 if wgs else LAMBERT93 if l93 else ZONES[int(zone) - 42] for wgs, l93, zone in NAMED.findall(said)}
    return found.pop() if len(found) == 1 else None


def recognised(points: Sequence[Point], said: str = "") -> tuple[System | None, str]:
    """The system of (x, y) points: the one that `said` names when a point fits it, else the only one that fits most. None and the reason otherwise."""
    if not points:
        return None, t("aucune coordonnée lisible")
    told = named(said)
    among = (told,) if told else SYSTEMS
    held = {system: sum(system.holds(*point) for point in points) for system in among}
    best = max(held.values())
    fitting = [system for system in among if held[system] == best]
    if 2 * best > len(points) or (told and best):
        if len(fitting) == 1:
            return fitting[0], ""
        names = " ou ".join(system.name for system in fitting)
        return None, t("ces nombres conviennent à plusieurs systèmes ({names}) ; écrivez le bon dans l'en-tête", names=names)
    turned = [(y, x) for x, y in points]
    if any(2 * sum(system.holds(*point) for point in turned) > len(points) for system in among):
        return None, t("les colonnes latitude (ou Y) et longitude (ou X) semblent inversées ; corrigez leur correspondance")
    if told:
        return None, t("le tableau annonce {system}, mais aucun point n'y tombe en France", system=told.name)
    return None, t("ces nombres ne conviennent ni à WGS 84, ni à Lambert-93, ni aux zones CC42 à CC50, en France")


NUMBER = re.compile(r"(?P<sign>[+-])?(?P<whole>\d{1,3}(?: \d{3})+|\d{1,12})(?:[.,](?P<part>\d{1,15}))?", re.ASCII)
ANGLE = re.compile(
    r"(?P<sign>-)?(?P<d>\d{1,3})(?:°|º| deg)? ?(?P<m>\d{1,2}(?:[.,]\d{1,9})?) ?['′’]? ?(?:(?P<s>\d{1,2}(?:[.,]\d{1,9})?) ?(?:\"|″|''|’’|′′|”)?)?",
    re.ASCII,
)
UNITS = re.compile(r" ?(?:°|º|degrés?|deg|mètres?|metres?|m)$", re.IGNORECASE)
WINDS = re.compile(r"(?<![^\W\d_]) ?(nord|sud|est|ouest|[nseow])$", re.IGNORECASE)  # not the s of "degrés"


def number(text: str) -> float | None:
    """Read a number as French tables write it: "44,8912° N", "838 412,5 m", "4°53'33\" E", "-0.58". None when it is none."""
    said = re.sub(r"[\s\u202f\xa0]+", " ", text.replace("−", "-")).strip()
    wind = WINDS.search(said)
    said = WINDS.sub("", said) if wind else said
    west_or_south = wind is not None and wind[1][0].lower() in "sow"
    if any(mark in said for mark in "°º'′’") and (angle := ANGLE.fullmatch(said)):
        minutes, seconds = (float((angle[part] or "0").replace(",", ".")) for part in ("m", "s"))
        value = int(angle["d"]) + minutes / 60 + seconds / 3600
        if minutes >= 60 or seconds >= 60:
            return None
    else:
        angle = NUMBER.fullmatch(UNITS.sub("", said))
        if angle is None:
            return None
        value = float(angle["whole"].replace(" ", "") + "." + (angle["part"] or "0"))
    if west_or_south and angle["sign"] == "-":
        return None  # "-4,89 O": west of what?
    return -value if west_or_south or angle["sign"] == "-" else value


def pair(text: str) -> Point | None:
    """Read two numbers of one cell, in their order: "44.8912, 4.8925", "44,8912 ; 4,8925", "(838412 6412345)". None when they are not two."""
    said = text.strip().strip("()[]").strip()
    for separator in (";", "/", "|", r",\s", r"\s", ","):
        parts = [part for part in re.split(separator, said) if part.strip()]
        if len(parts) == 2 and (separator != "," or "." in said):
            first, second = (number(part) for part in parts)
            if first is not None and second is not None:
                return first, second
    return None

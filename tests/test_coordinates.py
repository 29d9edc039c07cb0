"""French coordinates → WGS 84, against the published constants of the IGN and points computed by PROJ 9.5.1 from the EPSG dataset."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpia.inventory.coordinates import LAMBERT93, SYSTEMS, WGS84, ZONES, named, number, pair, recognised

POINTS = [  # system, easting, northing, latitude, longitude: EPSG:2154, EPSG:3942 to 3950
    ("Lambert-93", 648237.3015492002, 6862271.68155358, 48.8584, 2.2945),
    ("Lambert-93", 672900.5613560585, 6816936.058826508, 48.4521311389, 2.6335088333),  # point géodésique « Fontainebleau A »
    ("CC42", 2175761.877373825, 1207067.6868663111, 41.92, 8.74),
    ("CC45", 1849473.6849820253, 4189655.6858553584, 44.8912, 4.8925),
    ("CC47", 1231621.7433261403, 6251893.395031417, 47.3, -3.2),
    ("CC50", 1650754.930861776, 9300339.944315575, 50.9, 2.3),
]
BY_NAME = {system.name: system for system in SYSTEMS}


def test_the_constants_are_those_that_the_ign_publishes() -> None:
    assert LAMBERT93.projection is not None
    n, c, pole = LAMBERT93.projection._constants
    assert (round(n, 10), round(c, 3), round(pole, 3)) == (0.7256077651, 11754255.426, 12655612.050)


@pytest.mark.parametrize(("name", "east", "north", "latitude", "longitude"), POINTS)
def test_known_points(name: str, east: float, north: float, latitude: float, longitude: float) -> None:
    projection = BY_NAME[name].projection
    assert projection is not None
    assert projection.degrees(east, north) == pytest.approx((latitude, longitude), abs=1e-8)
    assert BY_NAME[name].degrees(east, north) == pytest.approx((latitude, longitude), abs=1e-6)
    assert recognised([(east, north)]) == (BY_NAME[name], "")


def test_most_points_decide_and_one_wrong_does_not() -> None:
    paris = (648237.3, 6862271.7)
    assert recognised([paris, paris, (0.0, 0.0)])[0] is LAMBERT93
    assert recognised([paris, (0.0, 0.0)])[0] is None


@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12))
def test_any_point_has_a_system_or_a_reason(x: float, y: float) -> None:
    system, why = recognised([(x, y)])
    assert (system is None) == bool(why)
    assert system is None or (system.holds(x, y) and all(abs(degrees) <= 180 for degrees in system.degrees(x, y)))


@pytest.mark.parametrize(
    ("said", "name"),
    [("x l93", "Lambert-93"), ("coord x lambert 93", "Lambert-93"), ("epsg 2154", "Lambert-93"), ("x cc46", "CC46"), ("y epsg 3950", "CC50"),
     ("coordonnees gps", "WGS 84"), ("lat wgs84", "WGS 84"), ("x lambert", ""), ("gps lambert 93", ""), ("cc41", "")],
)  # fmt: skip
def test_a_header_names_a_system(said: str, name: str) -> None:
    found = named(said)
    assert (found.name if found else "") == name
    assert named("x") is None and WGS84 not in ZONES


@pytest.mark.parametrize(
    ("text", "value"),
    [("44,8912° N", 44.8912), ("4°53'33\" E", 4.8925), ("0° 34’ 12’’ O", -0.57), ("20,88 S", -20.88), ("838 412,5 m", 838412.5),
     ("1\u202f234\xa0567", 1234567), ("−0,58", -0.58), ("25 m", 25), ("90 degrés", 90), ("1.0", 1), ("12 rue", None), ("-4,8 O", None),
     ("4°75'00\"", None), ("", None), ("1 2", None), ("٣", None), ("20 à 30", None)],
)  # fmt: skip
def test_numbers_as_french_tables_write_them(text: str, value: float | None) -> None:
    assert number(text) == (value if value is None else pytest.approx(value, abs=1e-9))


@pytest.mark.parametrize(
    ("text", "value"),
    [("44.89, 4.89", (44.89, 4.89)), ("44,89 ; 4,89", (44.89, 4.89)), ("44,89, 4,89", (44.89, 4.89)), ("(44.89,4.89)", (44.89, 4.89)),
     ("44°53'28,32\"N 4°53'33\"E", (44.8912, 4.8925)), ("838412 6412345", (838412, 6412345)), ("44,89", None), ("44,89,4,89", None), ("ici", None)],
)  # fmt: skip
def test_two_numbers_in_one_cell(text: str, value: tuple[float, float] | None) -> None:
    assert pair(text) == (value if value is None else pytest.approx(value, abs=1e-9))

"""The plan of the cameras: true to the positions, nothing invented, readable, and no text of a user becomes a mark."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx_reader import META, find, parts, xml
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dpia import dossier as dossiers
from dpia.answers import Answer, read_value
from dpia.corpus import load
from dpia.documents import aipd, camera_plan, geojson, raster, word
from dpia.documents.errors import DocumentError
from dpia.documents.markdown import to_html
from dpia.documents.pack import Options, produce
from dpia.documents.plan import Camera, Plan, data, read, series
from dpia.documents.plan_labels import Box, Room
from dpia.documents.plan_svg import drawing
from dpia.documents.view import View
from dpia.facts import AnsweredFacts
from dpia.reasoning import assess
from dpia.risks import evaluate

HOSTILE = "]]></text><script>alert(1)</script>&\"'`|```😀"
EAST, NORTH = 4.8925, 44.8912
SVG = {"s": "http://www.w3.org/2000/svg"}


def camera(n: int = 1, east: float = 0, north: float = 0, **more: Any) -> Camera:
    """A camera at so many metres from a place in France."""
    position = (EAST + east / (111_195 * math.cos(math.radians(NORTH))), NORTH + north / 111_195)
    return Camera(**{"number": f"C{n:02}", "site": "Place", "kind": "fixe", "position": position, **more})


def plan(*cameras: Camera) -> Plan:
    return Plan(cameras, {"ecole": "École", "culte": "Lieu de culte"})


def root(shown: Plan, *, sheet: bool = True) -> etree._Element:
    return etree.fromstring(drawing(shown, "Plan", sheet=sheet).encode())


def texts(element: etree._Element) -> list[str]:
    found = element.xpath("//s:text/text()", namespaces=SVG)
    assert isinstance(found, list)
    return [str(words) for words in found]


# -- positions


def test_a_hundred_metres_are_a_hundred_metres_and_the_north_is_up() -> None:
    (x1, y1), (x2, y2) = plan(camera(1), camera(2, east=100, north=-50)).ground
    assert (x2 - x1, y2 - y1) == pytest.approx((100, -50), rel=1e-3)
    squares = root(plan(camera(1), camera(2, east=100, north=50)), sheet=False).xpath("s:g/s:rect[@width='14']", namespaces=SVG)
    assert isinstance(squares, list)
    places = [(float(square.get("x", "")), float(square.get("y", ""))) for square in squares if isinstance(square, etree._Element)]
    assert places[0][0] < places[1][0] and places[0][1] > places[1][1]


def test_the_180th_meridian_cuts_nothing() -> None:
    one, other = (Camera(f"C{n}", "", "fixe", (east, -16.5)) for n, east in enumerate((179.9999, -179.9999)))
    (x1, _), (x2, _) = plan(one, other).ground
    assert 0 < x2 - x1 < 30


def test_a_far_position_is_said_and_left_out() -> None:
    lost = Camera("C09", "Place", "fixe", (0.0, 0.0))
    shown = plan(camera(1), camera(2, east=30), camera(3, north=40), lost, Camera("C10", "Place", "fixe"))
    assert shown.far == (lost,)
    assert [c.number for c in shown.placed] == ["C01", "C02", "C03"]
    assert shown.not_shown() == (
        "Sans position : C10.",
        "Hors du plan, à plus de 50 km des autres, coordonnées à vérifier : C09.",
    )


@pytest.mark.parametrize(
    ("cameras", "said"),
    [
        ((Camera("C1", "", "fixe"),), "aucune caméra n'a de position"),
        ((camera(1), Camera("C2", "", "fixe")), "seule C01 a une position"),
        ((camera(1), Camera("C02", "", "fixe", (NORTH, EAST))), "à plus de 50 km"),
    ],
)
def test_too_few_positions_give_no_plan_and_say_why(cameras: tuple[Camera, ...], said: str) -> None:
    shown = plan(*cameras)
    assert not shown.drawable
    assert said in camera_plan.absence(shown)


def test_names_in_a_row() -> None:
    assert series([camera(n) for n in (1, 2, 3, 5, 6, 9)]) == "C01 à C03, C05, C06, C09"
    assert series([Camera(n, "", "") for n in ("9", "10", "11", "A", "B", "C")]) == "9, 10, 11, A, B, C"


# -- what is drawn


@pytest.mark.parametrize(
    ("view", "marks"),
    [
        ({}, (0, 0, 0)),
        ({"azimuth": 0}, (0, 1, 0)),
        ({"azimuth": 90, "opening": 60, "reach": 40}, (1, 0, 0)),
        ({"azimuth": 90, "opening": 60}, (0, 0, 0)),  # two dashed sides, no arc
        ({"opening": 60, "reach": 40}, (0, 0, 0)),  # nobody said where it looks
        ({"azimuth": 90, "reach": 40}, (0, 1, 0)),
        ({"kind": "pivotante", "reach": 40}, (0, 0, 1)),
        ({"kind": "pivotante"}, (0, 0, 0)),
        ({"opening": 360, "reach": 40}, (0, 0, 1)),
    ],
)
def test_only_what_is_given_of_a_view_is_drawn(view: Mapping[str, Any], marks: tuple[int, int, int]) -> None:
    views = drawing(plan(camera(1, **view), camera(2, east=120)), "Plan").partition('class="vues">')[2].partition("</g>")[0]
    assert (len(re.findall(r"A\d", views)), views.count('stroke-width="2.5"'), views.count("<circle")) == marks


def test_a_wedge_opens_around_its_direction() -> None:
    shown = drawing(plan(camera(1, azimuth=90, opening=60, reach=40), camera(2, east=200)), "Plan")
    found = re.search(r'd="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)A([\d.]+) [\d.]+ 0 0 1 ([\d.]+) ([\d.]+)Z"', shown)
    assert found
    x, y, x1, y1, reach, x2, y2 = map(float, found.groups())
    assert x1 > x and x2 == pytest.approx(x1, abs=0.2)
    assert y - y1 == pytest.approx(reach / 2, abs=0.2) == y2 - y


def test_kinds_differ_by_shape_and_are_in_the_key() -> None:
    kinds = ("fixe", "pivotante", "déplaçable", "type à vérifier")
    said = texts(root(plan(*(camera(n, east=60 * n, kind=kind) for n, kind in enumerate(kinds, 1)))))
    assert {"caméra fixe", "caméra pivotante", "caméra déplaçable", "type à vérifier"} <= set(said)


def test_a_mast_has_one_label_and_each_camera_that_sees_is_named() -> None:
    shown = plan(camera(1), camera(2, sees=("culte",)), camera(3, east=80, sees=("ecole",)))
    said = texts(root(shown, sheet=False))
    assert "C01, C02" in said and "C02 : lieu de culte".replace(" :", "\u00a0:") in said
    assert "C03" in said and "école" in said
    assert "voient un lieu sensible (lieu de culte) : C02." in shown.alternative()


def test_the_scale_is_round() -> None:
    for wide in (12, 90, 350, 4_000, 38_000):
        found = [words for words in texts(root(plan(camera(1), camera(2, east=wide)))) if re.fullmatch(r"[125]0* k?m|0,[125] m", words)]
        assert len(found) == 1, wide


@given(st.lists(st.tuples(st.floats(0, 400), st.floats(0, 400)), min_size=1, max_size=12))
def test_labels_of_a_handful_of_cameras_never_cover_each_other(points: list[tuple[float, float]]) -> None:
    room = Room(Box(-400, -400, 1200, 1200))
    placed = [room.place(x, y, 15, 50, 20) for x, y in points]
    for n, (box, cost) in enumerate(placed):
        assert cost < 1
        assert all(box.common(other) < 1 for other, _ in placed[:n])


positions = st.one_of(
    st.none(), st.tuples(st.floats(-180, 180), st.floats(-90, 90)), st.tuples(st.floats(4.89, 4.9), st.floats(44.8, 44.81))
)
views = st.one_of(st.none(), st.floats(1, 360))
any_text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30) | st.just(HOSTILE)
any_camera = st.builds(
    Camera, any_text, any_text, st.sampled_from(("fixe", "pivotante", "déplaçable", "type à vérifier")), positions, views, views,
    st.one_of(st.none(), st.floats(1, 2000)), st.sampled_from(((), ("ecole",), ("culte", "ecole"))),
)  # fmt: skip


@given(st.lists(any_camera, max_size=12).map(lambda cameras: plan(*cameras)))
def test_any_inventory_gives_a_sound_drawing_or_none(shown: Plan) -> None:
    assert len(shown.placed) + len(shown.far) + len(shown.missing) == len(shown.cameras)
    if shown.drawable:
        tags = {etree.QName(element).localname for element in root(shown).iter()}
        assert tags <= {"svg", "title", "desc", "rect", "g", "clipPath", "path", "circle", "text"}
        assert "nan" not in drawing(shown, "Plan").partition("<g")[2].lower().replace("plan", "")
    again = read(json.dumps(data(shown)))
    assert [c.position for c in again.cameras] == [c.position for c in shown.cameras]


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"cameras": [{"n": "C1"}]}', '{"cameras": [{"n": "1", "site": "", "sorte": "", "position": [4, 95]}]}', '{"cameras": [{"n": "1", "site": "", "sorte": "", "azimut": "nord"}]}']
)  # fmt: skip
def test_a_wrong_block_says_what_it_expects(content: str) -> None:
    with pytest.raises(DocumentError, match="le contenu attendu est"):
        read(content)


# -- in the documents


def block(shown: Plan) -> str:
    return f'```plan titre="Plan & <b>"\n{json.dumps(data(shown), ensure_ascii=False)}\n```\n'


def test_word_shows_a_picture_with_its_words_and_its_caption() -> None:
    shown = plan(camera(1, site=HOSTILE), camera(2, east=50, sees=("culte",)), Camera("C07", "Place", "fixe"))
    made = word.render(block(shown), meta=META)
    (name,) = (name for name in parts(made) if name.startswith("word/media/"))
    assert parts(made)[name].startswith(b"\x89PNG")
    described = xml(made).xpath("//*[local-name()='docPr']/@descr")
    assert described == [shown.alternative()]
    assert "2 caméras placées sur 3" in shown.alternative() and "Sans position : C07" in shown.alternative()
    captions = find(xml(made), ".//w:p[w:pPr/w:pStyle/@w:val='Caption']")
    assert ["".join(p.itertext()).replace(" SEQ Figure \\* ARABIC ", "") for p in captions] == ["Figure 1 – Plan & <b>"]
    assert made == word.render(block(shown), meta=META)


def test_the_page_draws_the_plan_without_any_mark_of_a_user() -> None:
    page = to_html(block(plan(camera(1, site=HOSTILE), camera(2, east=50))), title="Plan")
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page and "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_bitmap_is_as_wide_as_asked() -> None:
    assert raster.size(raster.png(drawing(plan(camera(1), camera(2, east=50)), "Plan"), 300))[0] == 300


def _view(answers: Mapping[str, Any], where: Path) -> View:
    corpus = load()
    given_answers = {name: Answer(read_value(corpus.questions[name], raw)) for name, raw in answers.items()}
    facts = AnsweredFacts(corpus, given_answers, date(2026, 11, 25))
    return View(corpus, dossiers.Dossier(where, given_answers, {}), facts, assess(corpus, facts), {})


ANSWERS = {
    "lieux_filmes": {"oui": ["voie_publique"], "non": ["lieu_ouvert_public", "local_non_ouvert"]},
    "sites": [{"id": HOSTILE, "nature": "voie_publique"}],
    "cameras": [
        {"id": "C01", "site": HOSTILE, "type": "dome", "latitude": "44.8912", "longitude": "4,8925", "voit_sensible": {"oui": ["culte"], "non": ["ecole"]}},
        {"id": "C02", "site": HOSTILE, "type": "fixe", "latitude": "44.8915", "longitude": "4.8925", "azimut": 45},
        {"id": "C03"},
    ],
    "abords_sensibles": {"oui": ["culte", "ecole"], "non": ["rassemblement"]},
}  # fmt: skip


def test_the_plan_says_what_the_answers_signal_and_no_camera_carries(tmp_path: Path) -> None:
    notes = camera_plan.plan_of(_view(ANSWERS, tmp_path)).notes
    assert len(notes) == 2
    assert "une école" in notes[0] and "culte" not in notes[0] and "ne peut pas dire laquelle" in notes[0]
    assert notes[1].startswith("Reste à savoir") and "soins" in notes[1] and "rassemblement" not in notes[1]


def test_the_aipd_carries_the_plan_or_leaves_it_out(tmp_path: Path) -> None:
    view = _view(ANSWERS, tmp_path)
    risks = evaluate(view.corpus, view.facts)
    assert "```plan" in aipd.render(view, risks)
    assert "```plan" not in aipd.render(view, risks, with_plan=False)
    none = aipd.render(_view(ANSWERS | {"cameras": [{"id": "C01"}]}, tmp_path), risks)
    assert "Pas de plan" in none and "l'inventaire donne la position des caméras" in none and "dpia cameras" not in none.replace("\\", "")


def test_the_positions_are_geojson(tmp_path: Path) -> None:
    """RFC 7946: sections 3, 3.1.1 (longitude first), 3.2 (null geometry), 4 (WGS 84, no crs)."""
    found = json.loads(geojson.cameras(_view(ANSWERS, tmp_path)))
    assert found["type"] == "FeatureCollection" and "crs" not in found
    for feature in found["features"]:
        assert feature["type"] == "Feature" and isinstance(feature["properties"], dict)
        assert feature["geometry"] is None or feature["geometry"]["type"] == "Point"
    first, second, third = found["features"]
    assert first["geometry"]["coordinates"] == [4.8925, 44.8912] and third["geometry"] is None
    assert first["properties"]["site"] == HOSTILE and first["properties"]["voit_sensible"] == ["culte"]
    assert (second["properties"]["azimut"], second["properties"]["voit_sensible"], third["properties"]["sorte"]) == (45, None, None)


def test_the_pack_holds_the_plan_and_the_positions(tmp_path: Path) -> None:
    view = _view(ANSWERS, tmp_path)
    said: list[str] = []
    produce(view.corpus, view.dossier, view.facts, view.findings, tmp_path / "sortie", said.append, Options(only=("plan",)))
    assert {path.name for path in (tmp_path / "sortie").iterdir()} == {"plan.svg", "cameras.geojson"}
    drawn = (tmp_path / "sortie" / "plan.svg").read_text(encoding="utf-8")
    assert "<script" not in drawn and 'role="img"' in drawn and "<title" in drawn and "<desc" in drawn
    assert not re.search(r"(?:href|src|@import|url\((?!#))", drawn)


def test_a_camera_that_the_decree_leaves_out_is_crossed_and_said() -> None:
    one, two = (Camera(f"C0{n}", "Place", "fixe", (2.0 + n / 1000, 50.0), barred=n == 2) for n in (1, 2))
    plan = Plan((one, two))
    assert read(json.dumps(data(plan))) == plan
    assert "hors de l'arrêté du préfet : C02." in plan.alternative()
    crossed, whole = (drawing(found, "Plan") for found in (plan, Plan((one, replace(two, barred=False)))))
    assert crossed.count('stroke-width="5.5"') == 2  # over the camera, and in the key
    assert "hors de l&#x27;arrêté" in crossed and "hors de l&#x27;arrêté" not in whole


def test_every_site_has_its_name() -> None:
    cameras = [Camera(f"C{n:02}", f"Site {n // 2}", "fixe", (2.0 + (n % 7) / 300, 50.0 + (n // 7) / 400)) for n in range(14)]
    drawn = drawing(Plan(tuple(cameras)), "Plan")
    assert all(f">Site {n}<" in drawn.replace("\u00a0", " ") for n in range(7))

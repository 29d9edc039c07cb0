"""The calendar: the dates that the answers give and no other, in a file that an independent reader reads back."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpia.answers import Answer
from dpia.cli import main
from dpia.documents import report_content
from dpia.documents.deadlines import Deadline, deadlines, to_decide, to_write
from dpia.documents.ics import LINE, calendar
from dpia.documents.view import View
from dpia.values import UNKNOWN, Choices, Item, Items
from tests.fixtures.views import ON, home_of, profile, view_of

TEXTS = st.text(max_size=300) | st.text(st.sampled_from('\\;,:"nN\n\ré€😀 a'), max_size=120)
DATES = st.dates(date(1990, 1, 1), date(2100, 12, 31))


def days(view: View) -> dict[str, date]:
    return {deadline.key: deadline.day for deadline in deadlines(view)}


def decree(signed: date, name: str = "A1") -> Answer:
    return Answer(Items((Item(name, {"date": signed}),), complete=True))


def read(content: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))  # type: ignore[arg-type]  # events by their name


def test_five_years_less_four_months() -> None:
    assert days(profile("complet", arretes=decree(date(2023, 12, 18)))) == {
        "silence-du-prefet/": date(2027, 1, 14), "depot-renouvellement/A1": date(2028, 8, 18),
        "revision-aipd/A1": date(2028, 8, 18), "fin-autorisation/A1": date(2028, 12, 18),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("signed", "end", "filed"),
    [
        (date(2024, 2, 29), date(2029, 2, 28), date(2028, 10, 28)),
        (date(2023, 6, 30), date(2028, 6, 30), date(2028, 2, 29)),
        (date(2022, 6, 30), date(2027, 6, 30), date(2027, 2, 28)),
        (date(2023, 12, 31), date(2028, 12, 31), date(2028, 8, 31)),
    ],
)
def test_short_months_and_leap_years(signed: date, end: date, filed: date) -> None:
    found = days(profile("complet", arretes=decree(signed)))
    assert (found["fin-autorisation/A1"], found["depot-renouvellement/A1"]) == (end, filed)


def test_each_decree_has_its_own_dates() -> None:
    ends = {key: day for key, day in days(profile("ville-csu")).items() if key.startswith("fin-autorisation")}
    assert ends == {"fin-autorisation/2024-0216": date(2029, 2, 19), "fin-autorisation/2026-0518": date(2031, 5, 18)}


def test_what_is_filed_is_not_to_be_filed_and_still_ends() -> None:
    filed = days(profile("complet", stade="renouvellement", nouvelle_demande="deposee"))
    assert "fin-autorisation/2023-1127" in filed
    assert "depot-renouvellement/2023-1127" not in filed
    granted = days(profile("complet", stade="renouvellement", nouvelle_demande="accordee"))
    assert not [key for key in granted if key.endswith("/2023-1127")]


def test_no_answer_no_date() -> None:
    assert deadlines(view_of({})) == ()
    assert "silence-du-prefet/" not in days(profile("complet", demande_date=UNKNOWN))


def body_cameras(since: date) -> dict[str, Answer]:
    return {
        "appareils": Answer(Choices(frozenset({"cameras_pietons"}), frozenset())), "pietons_stade": Answer("en_service"),
        "pietons_porteurs": Answer(Choices(frozenset({"police_municipale"}), frozenset())), "pietons_date": Answer(since),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("since", "first"),
    [
        (date(2025, 3, 10), date(2027, 3, 10)),
        (date(2024, 2, 29), date(2027, 2, 28)),
        (date(2025, 11, 25), date(2026, 11, 25)),
        (date(2025, 11, 24), date(2027, 11, 24)),
        (date(2027, 4, 1), date(2028, 4, 1)),
    ],
)
def test_the_yearly_report_falls_on_the_next_anniversary(since: date, first: date) -> None:
    (report,) = deadlines(view_of(body_cameras(since)))
    assert (report.key, report.day, report.yearly) == ("rapport-cameras-pietons/", first, True)


def test_a_start_on_29_february_falls_on_the_28th_even_in_a_leap_year() -> None:
    """A yearly rule on the 29th would skip three years out of four."""
    (report,) = deadlines(view_of(body_cameras(date(2024, 2, 29)), on=date(2027, 6, 1)))
    assert report.day == date(2028, 2, 28)


def test_an_independent_reader_reads_each_event_back() -> None:
    view = profile("ville-csu")
    found = deadlines(view)
    content = calendar(found, commune=view.commune_name, insee="00003", on=ON)
    events = read(content)
    assert [(event.decoded("dtstart"), str(event["summary"]), str(event["description"])) for event in events] == [
        (deadline.day, deadline.title, deadline.text) for deadline in found
    ]
    for event, deadline in zip(events, found, strict=True):
        assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(days=1)
        assert event.decoded("dtstamp").date() == ON
        (alarm,) = event.walk("VALARM")
        assert alarm.decoded("trigger") == -timedelta(days=deadline.alarm)
    assert len({str(event["uid"]) for event in events}) == len(events)


def test_a_new_date_keeps_the_identifier_and_another_commune_has_its_own() -> None:
    def uids(signed: date, insee: str) -> set[str]:
        found = deadlines(profile("complet", arretes=decree(signed)))
        return {str(event["uid"]) for event in read(calendar(found, commune="X", insee=insee, on=ON))}

    assert uids(date(2024, 1, 1), "00001") == uids(date(2025, 1, 1), "00001")
    assert not uids(date(2024, 1, 1), "00001") & uids(date(2024, 1, 1), "00002")


@given(title=TEXTS, text=TEXTS, day=DATES, commune=st.text(max_size=80))
def test_no_text_breaks_the_file(title: str, text: str, day: date, commune: str) -> None:
    content = calendar([Deadline("k", day, title, text, 7)], commune=commune, insee="", on=ON)
    assert content.endswith(b"END:VCALENDAR\r\n")
    rows = content.split(b"\r\n")
    assert all(len(row) <= LINE and b"\n" not in row and b"\r" not in row for row in rows)
    for row in rows:
        row.decode()  # no character is cut in two
    (event,) = read(content)
    assert event.decoded("dtstart") == day
    kept = "".join(char for char in text if char == "\n" or char.isprintable())
    assert str(event.get("description", "")) == kept


def test_a_decree_cannot_add_a_line() -> None:
    hostile = "12\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:faux, ; \\n"
    found = deadlines(profile("complet", arretes=decree(date(2024, 1, 1), hostile)))
    assert len(read(calendar(found, commune="X", insee="1", on=ON))) == len(found)


def test_a_past_date_that_is_still_due_is_written_on_the_day_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["produire", str(home_of("petite-commune")), "-o", str(tmp_path), "--seulement", "calendrier", "--date", ON.isoformat()]) == 0
    )
    assert "le 06/08/2026 est passé. Caméras : déposer le renouvellement" in capsys.readouterr().out
    assert [event.decoded("dtstart") for event in read((tmp_path / "echeances.ics").read_bytes())] == [ON, ON, date(2026, 12, 6)]


def test_no_alarm_rings_before_the_file_is_made() -> None:
    view = profile("petite-commune")
    found = to_write(deadlines(view), ON)
    events = read(calendar(found, commune="X", insee="1", on=ON))
    rings = [event.decoded("dtstart") + alarm.decoded("trigger") for event in events for alarm in event.walk("VALARM")]
    assert rings == [ON + timedelta(days=1)] * 3


def test_a_yearly_alarm_keeps_its_own_day_for_later_years() -> None:
    (report,) = deadlines(view_of(body_cameras(date(2025, 12, 1))))
    (event,) = read(calendar([report], commune="X", insee="1", on=ON))
    assert [alarm.decoded("trigger").days for alarm in event.walk("VALARM")] == [-30, -5]


def test_an_end_that_is_near_is_to_be_decided_upon() -> None:
    assert [d.key for d in to_decide(deadlines(profile("petite-commune")), ON)] == ["fin-autorisation/2021-340-012"]
    assert to_decide(deadlines(profile("ville-csu")), ON) == ()


def test_no_date_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nouveau", str(tmp_path / "d")]) == 0
    assert main(["produire", str(tmp_path / "d"), "--seulement", "calendrier", "--date", ON.isoformat()]) == 0
    assert "Calendrier non écrit" in capsys.readouterr().out
    assert not (tmp_path / "d" / "documents" / "echeances.ics").exists()


def test_the_report_gives_the_end_that_is_near_and_says_common_answers_once() -> None:
    found = report_content.context(profile("petite-commune"))
    assert found["decision"]["echeances"] == [
        {"titre": "fin de l'autorisation (arrêté n° 2021-340-012)", "jour": "6 décembre 2026", "reste": "dans 11 jours"}
    ]
    common = {answer["question"] for answer in found["partagees"]}
    assert common
    for finding in (finding for group in found["groupes"] for finding in group["constats"] if finding["pourquoi"]):
        hidden = [answer["question"] for answer in finding["pourquoi"] if answer["repete"]]
        assert set(hidden) <= common and len(hidden) < len(finding["pourquoi"])

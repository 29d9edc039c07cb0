"""A calendar file (RFC 5545): whole days, an alarm before each, which never rings before the file is made, the same identifiers at every production."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from uuid import UUID, uuid5

from dpia.documents.deadlines import Deadline

LINE = 75  # octets of a line, its end left out (RFC 5545, 3.1)
SPACE = UUID("b0b1d5a0-6a55-5d0c-9d4c-2f4f4a1f7b11")  # of our identifiers; never changes
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def calendar(deadlines: Iterable[Deadline], *, commune: str, insee: str, on: date) -> bytes:
    """Return the file. `insee` tells the communes apart in the identifiers; `on` is the day of the document, its only stamp."""
    name = f"Caméras – échéances – {commune}"
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//dpia//echeances//FR", "CALSCALE:GREGORIAN",
        f"NAME:{_text(name)}", f"X-WR-CALNAME:{_text(name)}",
    ]  # fmt: skip
    for deadline in deadlines:
        lines += _event(deadline, insee, on)
    return "".join(f"{folded}\r\n" for line in (*lines, "END:VCALENDAR") for folded in _folded(line)).encode()


def _event(deadline: Deadline, insee: str, on: date) -> Iterator[str]:
    title = _text(deadline.title)
    yield "BEGIN:VEVENT"
    yield f"UID:{uuid5(SPACE, f'{insee}/{deadline.key}')}"
    yield f"DTSTAMP:{on:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{deadline.day:%Y%m%d}"
    if deadline.day < date.max:  # the end of a day is the next one, which the last day of the calendar does not have
        yield f"DTEND;VALUE=DATE:{deadline.day + timedelta(days=1):%Y%m%d}"
    if deadline.yearly:
        yield "RRULE:FREQ=YEARLY"
    yield f"SUMMARY;LANGUAGE=fr:{title}"
    yield f"DESCRIPTION;LANGUAGE=fr:{_text(deadline.text)}"
    yield "TRANSP:TRANSPARENT"
    for days in _alarms(deadline, on):
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{title}", f"TRIGGER:{'-' * (days < 0)}P{abs(days)}D", "END:VALARM")
    yield "END:VEVENT"


def _alarms(deadline: Deadline, on: date) -> tuple[int, ...]:
    """When to ring, in days from the event: never before the day after the calendar was made. A yearly event keeps its own alarm for later years."""
    left = (deadline.day - on).days
    first = max(-deadline.alarm, 1 - left)
    return (-deadline.alarm, first) if deadline.yearly and first != -deadline.alarm else (first,)


def _text(value: str) -> str:
    """A TEXT value: what has a meaning is escaped, control characters are gone."""
    return "".join(char for char in value if char == "\n" or char.isprintable()).translate(_ESCAPED)


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of 75 octets, no character cut; those that follow begin with a space, which counts."""
    piece, size = "", 0
    for char in line:
        width = len(char.encode())
        if size + width > LINE:
            yield piece
            piece, size = " ", 1
        piece, size = piece + char, size + width
    yield piece

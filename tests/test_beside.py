"""Files made beside the others come back whole, in order, with what was said and what was refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpia.documents.beside import Made, Tell, beside


@given(st.lists(st.one_of(st.text(), st.tuples(st.text(), st.binary()))))
def test_the_replay_gives_what_the_work_gave(events: list[str | Made]) -> None:
    def make(tell: Tell) -> Iterator[Made]:
        for event in events:
            if isinstance(event, str):
                tell(event)
            else:
                yield event

    heard: list[str | Made] = []
    with beside(make) as replay:
        for made in replay(heard.append):
            heard.append(made)
    assert heard == events


def test_a_refusal_is_raised_where_the_files_are_asked() -> None:
    def make(tell: Tell) -> Iterator[Made]:
        yield "a", b"1"
        raise ValueError("refusé")

    with beside(make) as replay:
        files = replay(print)
        assert next(files) == ("a", b"1")
        with pytest.raises(ValueError, match="refusé"):
            next(files)


def test_leaving_stops_the_work_after_the_file_in_hand() -> None:
    first, go = threading.Event(), threading.Event()
    made = []

    def make(tell: Tell) -> Iterator[Made]:
        for number in range(100):
            made.append(number)
            first.set()
            go.wait(10)
            yield str(number), b""

    with pytest.raises(KeyboardInterrupt), beside(make):
        first.wait(10)
        raise KeyboardInterrupt
    go.set()
    for thread in threading.enumerate():
        if thread.name == "beside":
            thread.join(10)
    assert made == [0]

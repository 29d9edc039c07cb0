"""Files made beside the others, in a thread of their own: what is made, said or refused comes back in its order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Event, Thread

Tell = Callable[[str], object]
Made = tuple[str, bytes]


@contextmanager
def beside(make: Callable[[Tell], Iterator[Made]]) -> Iterator[Callable[[Tell], Iterator[Made]]]:
    """Start `make` now; the function given replays it when called, once. Worth it where `make` waits on compiled code, as typst's.

    Its errors are raised by the replay. Leaving the block stops it after the file in hand: Ctrl-C waits for one file, not for all.
    """
    given: SimpleQueue[str | Made | BaseException | None] = SimpleQueue()
    stopped = Event()

    def work() -> None:
        try:
            for made in make(given.put):
                given.put(made)
                if stopped.is_set():
                    break
            given.put(None)
        except BaseException as error:  # raised again where the files are asked
            given.put(error)

    def replay(tell: Tell) -> Iterator[Made]:
        while (one := given.get()) is not None:
            if isinstance(one, str):
                tell(one)
            elif isinstance(one, BaseException):
                raise one
            else:
                yield one

    thread = Thread(target=work, name="beside")
    thread.start()
    try:
        yield replay
    finally:
        stopped.set()

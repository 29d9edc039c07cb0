"""One question, asked by its type; a commune is searched in the embedded table. Knows questions, no law."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from dpia.answers import AnswerError, in_words, read_value
from dpia.communes import find, plain, search
from dpia.grids import boxes
from dpia.model import Question
from dpia.screen import DONT_KNOW, TEXT_HINT, Head, line, menu
from dpia.values import ABSENT, UNKNOWN, State, Value


def _checked(question: Question) -> Callable[[str], str]:
    def check(raw: str) -> str:
        try:
            value = read_value(question, raw)
        except AnswerError as error:
            return _sentence(str(error))
        return "Répondez, ou tapez ? si vous ne savez pas." if value is UNKNOWN and not raw.strip() else ""

    return check


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def ask(question: Question, head: Head, before: Value = ABSENT, proposal: str = "", like: tuple[str, Value] | None = None) -> Any:
    """Ask one question by its type; give the value, or Left. `before`: what was said last time, or the draft of a prompt that was left."""
    match question.type:
        case "oui_non":
            return menu(head, [("Oui", True), ("Non", False), (DONT_KNOW, UNKNOWN)], before)
        case "choix":
            return menu(head, [*((label, value) for value, label in question.options.items()), (DONT_KNOW, UNKNOWN)], before)
        case "choix_multiple":
            return boxes(head, question.options, before, like)
        case "commune":
            return _ask_commune(head, before)
        case _:
            default = proposal if isinstance(before, State) else before if isinstance(before, str) else in_words(question, before)
            typed = line(head, _checked(question), default)
            return read_value(question, typed) if isinstance(typed, str) else typed


class _Communes(Completer):
    """Communes whose name or code starts with what is typed: twenty at most, so that a key press stays instant."""

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        for commune in search(document.text):
            yield Completion(f"{commune.name} ({commune.insee})", start_position=-len(document.text), display=str(commune))


def insee_of(typed: str) -> str | None:
    """Read a commune as typed or completed: "Nyons (26220)", "26220", or a name that only one commune bears."""
    code = typed.rpartition("(")[2].rstrip(") ") if "(" in typed else typed.strip()
    found = find(code)
    if found is not None:
        return found.insee
    alike = [commune for commune in search(typed) if plain(commune.name) == plain(typed)]
    return alike[0].insee if len(alike) == 1 else None


def _ask_commune(head: Head, before: Value) -> Any:
    def check(raw: str) -> str:
        if raw.strip() == "?" or insee_of(raw) is not None:
            return ""
        near = [str(commune) for commune in search(raw, 4)]
        hint = f" Par exemple : {' ; '.join(near)}." if near else ""
        return f"Choisissez une commune dans la liste (flèche vers le bas, Entrée), ou tapez son code INSEE.{hint}"

    known = find(before) if isinstance(before, str) else None
    default = f"{known.name} ({known.insee})" if known else before if isinstance(before, str) else ""
    typed = line(head, check, default, _Communes(), f"Tapez le début du nom, puis flèche vers le bas · {TEXT_HINT}")
    if not isinstance(typed, str):
        return typed
    return insee_of(typed) or UNKNOWN

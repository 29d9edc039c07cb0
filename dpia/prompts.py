"""One question, asked by its type; a commune is searched in the embedded table. Knows questions, no law."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from dpia.answers import AnswerError, in_words, read_value
from dpia.communes import find, plain, search
from dpia.grids import boxes, column
from dpia.model import Question
from dpia.screen import DONT_KNOW, TEXT_HINT, Head, line, menu
from dpia.values import ABSENT, UNKNOWN, Item, Items, State, Value


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
    """Ask one question by its type; give the value, or Left. `before`: the last answer, or the draft of a prompt that was left."""
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
            hint = "exemple : 15/03/2024 · " if question.type == "date" else f"en {question.unite} · " if question.unite else ""
            typed = line(
                head, _checked(question), proposal if isinstance(before, State) else _typed(question, before), hint=hint + TEXT_HINT
            )
            return read_value(question, typed) if isinstance(typed, str) else typed


def _typed(question: Question, value: Value) -> str:
    """A value as one would type it."""
    return (
        str(value).replace(".", ",") if question.type == "nombre" else in_words(question, value) if isinstance(value, date) else str(value)
    )


def ask_each(asked: Question, head: Head, names: dict[str, str], targets: Sequence[Item] = (), before: Any = None) -> Any:
    """Ask a field for each of the elements named, on one screen; give an answer by key, or Left. `targets`: what a reference can name."""
    if asked.type == "oui_non":
        return column(head, names, [("o", "Oui", True), ("n", "Non", False), ("?", DONT_KNOW, UNKNOWN)], before)
    options = {item.key: item.key for item in targets} if asked.type == "reference" else asked.options
    numbered = [(str(n), label, value) for n, (value, label) in enumerate(options.items(), 1)]
    return column(head, names, [*numbered, ("?", DONT_KNOW, UNKNOWN)], before)


def ask_elements(question: Question, items: Items, head: Head, draft: Any) -> Any:
    """Ask for elements of a list: several names at once, an empty line to end it."""
    first = question.champs[0]
    taken = {item.key for item in items.elements}

    def check(raw: str) -> str:
        names = _names(raw)
        twice = next((name for name in names if name in taken or names.count(name) > 1), None)
        return "" if twice is None else f"« {twice} » figure deux fois ; donnez à chacun son nom."

    ending = "Entrée seule : c'est tout" if taken else "Entrée seule : il n'y en a pas"
    typed = line(head, check, draft or "", hint=f"{first.libelle}, ou plusieurs séparés par « ; » · {ending} · ? : je ne sais pas")
    if not isinstance(typed, str):
        return typed
    if typed.strip() == "?":
        return items if taken else UNKNOWN
    names = _names(typed)
    return Items((*items.elements, *(Item(name, {first.id: name}) for name in names)), complete=not names)


def ask_name(items: Items, key: str, head: Head, draft: Any) -> Any:
    """Ask for the new name of an element."""
    taken = {item.key for item in items.elements} - {key}

    def check(raw: str) -> str:
        name = raw.strip()
        return (
            "Donnez un nom." if name in ("", "?") else f"« {name} » est déjà dans la liste ; donnez un autre nom." if name in taken else ""
        )

    typed = line(head, check, draft or key, hint="Le nouveau nom")
    return typed.strip() if isinstance(typed, str) else typed


def _names(raw: str) -> list[str]:
    return [name for name in (part.strip() for part in raw.split(";")) if name and name != "?"]


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

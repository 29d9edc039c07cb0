"""One prompt of the terminal: Shift+Tab goes back, F1 explains, F2 adds a note. Knows questions, no law."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import questionary
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from questionary import Choice, Question as Prompt, Style

from dpia.answers import AnswerError, in_words, is_answered, read_value
from dpia.communes import find, search
from dpia.model import Question
from dpia.values import ABSENT, UNKNOWN, Choices, Value

BACK, HELP, NOTE, DETAIL = object(), object(), object(), object()
DONT_KNOW = "Je ne sais pas"
LIST_HINT = "(flèches, Entrée ; Maj+Tab : revenir, F1 : aide, F2 : note)"
BOX_HINT = "(Espace pour cocher, Entrée pour valider ; Maj+Tab, F1, F2)"
TEXT_HINT = "? si vous ne savez pas ; Maj+Tab : revenir, F1 : aide, F2 : note"
STYLE = Style([("qmark", "bold"), ("question", "bold"), ("pointer", "bold"), ("highlighted", "bold"), ("selected", "noreverse"), ("instruction", "")])


def _run(prompt: Prompt) -> Any:
    """Run a prompt; the three keys end it with their own result."""
    keys = KeyBindings()
    for key, result in (("s-tab", BACK), ("f1", HELP), ("f2", NOTE)):

        def leave(event: KeyPressEvent, result: object = result) -> None:
            event.app.erase_when_done = True
            event.app.exit(result=result)

        keys.add(key, eager=True)(leave)
    application = prompt.application
    application.key_bindings = merge_key_bindings([application.key_bindings or KeyBindings(), keys])
    return prompt.unsafe_ask()


def select(title: str, options: Iterable[tuple[str, Any]], default: Any = None) -> Any:
    """Ask for one of several; give its value, or one of the three keys."""
    choices = [Choice(label, value=value) for label, value in options]
    chosen = next((choice for choice in choices if choice.value is default or choice.value == default), None) if default is not None else None
    return _run(questionary.select(title, choices=choices, default=chosen, instruction=LIST_HINT, style=STYLE, qmark="›"))


def text(title: str, check: Callable[[str], bool | str], default: str = "", completer: Completer | None = None, hint: str = TEXT_HINT) -> Any:
    """Ask for a line of text; give it, or one of the three keys."""
    return _run(questionary.text(title, validate=check, default=default, completer=completer, instruction=f"({hint}) ", style=STYLE, qmark="›"))


def ask(question: Question, title: str, before: Value = ABSENT, proposal: str = "") -> Any:
    """Ask one question by its type; give the value, or BACK, HELP, NOTE. `before`: what was said last time."""
    match question.type:
        case "oui_non":
            return select(title, [("Oui", True), ("Non", False), (DONT_KNOW, UNKNOWN)], before if before is not ABSENT else None)
        case "choix":
            options = [(label, value) for value, label in question.options.items()]
            return select(title, [*options, (DONT_KNOW, UNKNOWN)], before if before is not ABSENT else None)
        case "choix_multiple":
            return _ask_boxes(question, title, before)
        case "commune":
            return _ask_commune(title)
        case _:
            default = proposal if before is ABSENT or before is UNKNOWN else _typed(question, before)
            typed = text(title, lambda raw: _check(question, raw), default)
            return read_value(question, typed) if isinstance(typed, str) else typed


def _typed(question: Question, value: Value) -> str:
    return str(value) if question.type in ("texte", "reference", "nombre") else in_words(question, value)


def _check(question: Question, raw: str) -> bool | str:
    try:
        value = read_value(question, raw)
    except AnswerError as error:
        return f"{error}."
    if value is UNKNOWN and not raw.strip():
        return "Répondez, ou tapez ? si vous ne savez pas."
    return True


def _ask_boxes(question: Question, title: str, before: Value) -> Any:
    ticked = before.oui if isinstance(before, Choices) else frozenset()
    choices = [Choice(label, value=value, checked=value in ticked) for value, label in question.options.items()]
    chosen = _run(questionary.checkbox(title, choices=choices, instruction=BOX_HINT, style=STYLE, qmark="›"))
    if not isinstance(chosen, list):
        return chosen
    rest = [value for value in question.options if value not in chosen]
    if not rest:
        return Choices(frozenset(chosen))
    settled = select("Les cases non cochées :", [("C'est non", "non"), (DONT_KNOW, "inconnu"), ("Je précise une par une", "detail")])
    match settled:
        case "non":
            return Choices(frozenset(chosen), frozenset(rest))
        case "inconnu":
            return Choices(frozenset(chosen)) if chosen else UNKNOWN
        case "detail":
            ruled_out = []
            for value in rest:
                answer = select(question.options[value], [("C'est non", False), (DONT_KNOW, UNKNOWN), ("C'est oui", True)])
                if answer in (BACK, HELP, NOTE):
                    return answer
                (ruled_out if answer is False else chosen if answer is True else []).append(value)
            return Choices(frozenset(chosen), frozenset(ruled_out))
        case _:
            return ask(question, title, Choices(frozenset(chosen))) if settled is BACK else settled


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
    alike = [commune for commune in search(typed) if commune.name.lower() == typed.strip().lower()]
    return alike[0].insee if len(alike) == 1 else None


def _ask_commune(title: str) -> Any:
    def check(raw: str) -> bool | str:
        return raw.strip() == "?" or insee_of(raw) is not None or "Choisissez une commune dans la liste, ou tapez son code INSEE."

    typed = text(title, check, completer=_Communes(), hint="tapez le début du nom ou le code INSEE")
    if not isinstance(typed, str):
        return typed
    return insee_of(typed) or UNKNOWN


def say(line: str = "", style: str = "") -> None:
    """Print a line."""
    questionary.print(line, style=style)


def shown(question: Question, value: Value) -> str:
    """An answer as the read-back list shows it."""
    return in_words(question, value) if is_answered(value) or value is UNKNOWN else "pas encore répondu"

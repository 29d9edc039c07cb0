"""One question, asked by its type; a commune is searched in the embedded table. Knows questions, no law."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from dpia.answers import AnswerError, in_words, read_value
from dpia.communes import find, plain, search
from dpia.language import t
from dpia.model import Question
from dpia.terminal.surface import Head, Surface, type_hint
from dpia.values import ABSENT, UNKNOWN, Item, Items, State, Value


def _checked(question: Question) -> Callable[[str], str]:
    def check(raw: str) -> str:
        if not raw.strip():
            return t("Répondez, ou tapez nsp si vous ne savez pas.")
        try:
            _read(question, raw)
        except AnswerError as error:
            return _sentence(str(error))
        return ""

    return check


def _read(question: Question, raw: str) -> Value:
    return UNKNOWN if _unknown(raw) else read_value(question, raw)


def _unknown(raw: str) -> bool:
    """Tell whether a line says that one does not know, in French or in the language in use."""
    return raw.strip().lower() in ("?", "nsp", t("nsp"))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def ask(ui: Surface, question: Question, head: Head, before: Value = ABSENT, like: tuple[str, Value] | None = None) -> Any:
    """Ask one question by its type; give the value, or Left. `before`: the last answer, or the draft of a prompt that was left."""
    match question.type:
        case "oui_non":
            return ui.menu(head, [(t("Oui"), True), (t("Non"), False), (head.dont_know, UNKNOWN)], before)
        case "choix":
            return ui.menu(head, [*((label, value) for value, label in question.options.items()), (head.dont_know, UNKNOWN)], before)
        case "choix_multiple":
            return ui.boxes(head, question.options, before, like)
        case "commune":
            return _ask_commune(ui, head, before)
        case _:
            hints = [t("exemple : 15/03/2024")] if question.type == "date" else []
            hints += [t("en {unite}", unite=question.unite)] if question.unite else []
            default = "" if isinstance(before, State) else _typed(question, before)
            typed = ui.line(head, _checked(question), default, hint=" · ".join((*hints, type_hint())))
            return _read(question, typed) if isinstance(typed, str) else typed


def _typed(question: Question, value: Value) -> str:
    """A value as one would type it."""
    return (
        str(value).replace(".", ",") if question.type == "nombre" else in_words(question, value) if isinstance(value, date) else str(value)
    )


def ask_each(ui: Surface, asked: Question, head: Head, names: Mapping[str, str], targets: Sequence[Item] = (), before: Any = None) -> Any:
    """Ask a field for each of the elements named, on one screen; give an answer by key, or Left. `targets`: what a reference can name."""
    unknown = (t("s"), t("Je ne sais pas"), UNKNOWN)
    if asked.type == "oui_non":
        return ui.column(head, names, [(t("o"), t("Oui"), True), (t("n"), t("Non"), False), unknown], before)
    options = {item.key: item.key for item in targets} if asked.type == "reference" else asked.options
    numbered = [(str(n), label, value) for n, (value, label) in enumerate(options.items(), 1)]
    return ui.column(head, names, [*numbered, unknown], before)


def ask_elements(ui: Surface, question: Question, items: Items, head: Head, draft: Any) -> Any:
    """Ask for elements of a list: several names at once; the list is whole unless the line ends with a semicolon."""
    first = question.champs[0]
    taken = {item.key for item in items.elements}

    def check(raw: str) -> str:
        names = _names(raw)
        twice = next((name for name in names if name in taken or names.count(name) > 1), None)
        return "" if twice is None else t("« {nom} » figure deux fois ; donnez à chacun son nom.", nom=twice)

    ending = t("Entrée seule : c'est tout") if taken else t("Entrée seule : il n'y en a pas")
    several = t("{nom}, ou plusieurs séparés par « ; »", nom=first.libelle)
    hint = " · ".join((several, t("« ; » à la fin : il en reste à ajouter"), ending, type_hint()))
    typed = ui.line(head, check, draft or "", hint=hint)
    if not isinstance(typed, str):
        return typed
    if _unknown(typed):
        return Items(items.elements, complete=False) if taken else UNKNOWN
    left = typed.rstrip().endswith(";") or any(_unknown(part) for part in typed.split(";"))
    return Items((*items.elements, *(Item(name, {first.id: name}) for name in _names(typed))), complete=not left)


def ask_name(ui: Surface, items: Items, key: str, head: Head, draft: Any) -> Any:
    """Ask for the new name of an element."""
    taken = {item.key for item in items.elements} - {key}

    def check(raw: str) -> str:
        name = raw.strip()
        if not name or _unknown(name):
            return t("Donnez un nom.")
        return t("« {nom} » est déjà dans la liste ; donnez un autre nom.", nom=name) if name in taken else ""

    typed = ui.line(head, check, draft or key, hint=t("Le nouveau nom"))
    return typed.strip() if isinstance(typed, str) else typed


def _names(raw: str) -> list[str]:
    return [name for name in (part.strip() for part in raw.split(";")) if name and not _unknown(name)]


def _communes(typed: str) -> Iterable[tuple[str, str]]:
    """Communes whose name or code starts with what is typed: twenty at most, so that a key press stays instant."""
    return ((f"{commune.name} ({commune.insee})", str(commune)) for commune in search(typed))


def insee_of(typed: str) -> str | None:
    """Read a commune as typed or completed: "Nyons (26220)", "26220", or a name that only one commune bears."""
    code = typed.rpartition("(")[2].rstrip(") ") if "(" in typed else typed.strip()
    found = find(code)
    if found is not None:
        return found.insee
    alike = [commune for commune in search(typed) if plain(commune.name) == plain(typed)]
    return alike[0].insee if len(alike) == 1 else None


def _ask_commune(ui: Surface, head: Head, before: Value) -> Any:
    def check(raw: str) -> str:
        if _unknown(raw) or insee_of(raw) is not None:
            return ""
        near = [str(commune) for commune in search(raw, 4)]
        hint = " " + t("Par exemple : {noms}.", noms=" ; ".join(near)) if near else ""
        return t("Choisissez une commune dans la liste (flèche vers le bas, Entrée), ou tapez son code INSEE.") + hint

    next(search("aa"), None)  # the index is built before the prompt, not at its first key
    known = find(before) if isinstance(before, str) else None
    default = f"{known.name} ({known.insee})" if known else before if isinstance(before, str) else ""
    typed = ui.line(head, check, default, _communes, t("Tapez le début du nom, puis flèche vers le bas") + " · " + type_hint())
    if not isinstance(typed, str):
        return typed
    return insee_of(typed) or UNKNOWN

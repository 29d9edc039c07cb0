"""A line of a table of law/, put into words: what the answers say, and the questions that nobody has answered yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dpia.documents.view import View
from dpia.values import ABSENT, UNKNOWN, Choices, Item

QUOTED = re.compile(r"\{([a-z][a-z0-9_]*)(?:\.([a-z][a-z0-9_]*))?\}")
INCOMPLETE = "Cette liste est incomplète : le reste est à vérifier"
Written = str | Mapping[str, Any]  # a text, or {texte, si, inconnu}; `inconnu`: what is said while nobody can judge `si`, "" for nothing


@dataclass(frozen=True, slots=True)
class Line:
    """Words to print, and the paths that they wait for."""

    texte: str
    manque: tuple[str, ...] = ()


def whom(view: View, paths: Iterable[str]) -> str:
    """The first person to ask about the first path that names one, "" when none does."""
    return next(filter(None, map(view.whom, paths)), "")


def lines(view: View, written: Iterable[Written]) -> list[Line]:
    """Put lines into words. A condition that nobody can judge yet keeps its line, said to be checked."""
    return [line for entry in written for line in _lines(view, entry)]


def _lines(view: View, entry: Written) -> Iterator[Line]:
    if isinstance(entry, str):
        yield from quoted(view, entry)
        return
    judged = view.judge(entry["si"]) if "si" in entry else None
    if judged is None or judged.value is True:
        yield from quoted(view, entry["texte"])
    elif judged.value is UNKNOWN:
        missing = judged.missing()
        who = f" (qui le sait : {name})" if (name := whom(view, missing)) else ""
        if "inconnu" in entry:
            yield from (Line(f"{entry['inconnu']} À vérifier{who}.", missing),) if entry["inconnu"] else ()
            return
        for line in quoted(view, entry["texte"]):
            yield Line(f"À vérifier{who} : {line.texte}", (*missing, *line.manque))


def quoted(view: View, text: str) -> Iterator[Line]:
    """Put the answers into a text. One that quotes a field of a list gives a line for each element that has it."""
    found = next((m for m in QUOTED.finditer(text) if m[2] and _is_list(view, m[1])), None)
    if found is None:
        names = [(m[1], m[2]) for m in QUOTED.finditer(text)]
        said = QUOTED.sub(lambda m: _option(view, m[1], m[2]) if m[2] else view.say(m[1]), text)
        yield Line(_stopped(said), tuple(dict.fromkeys(name for name, option in names if _unsettled(view, name, option))))
        return
    liste, field = found[1], found[2]
    if view.value(liste) is UNKNOWN:
        yield Line(_stopped(text[: found.start()] + view.say(liste) + text[found.end() :]), (liste,))
        return
    for item in view.items(liste):
        if view.facts.cell(liste, item, field) is not ABSENT:
            words = f"{item.key} : {view.say_cell(liste, item, field)}"
            yield Line(_stopped(text[: found.start()] + words + text[found.end() :]), cell_missing(view, liste, item, field))
    if view.value(liste) is not ABSENT and not view.complete(liste):
        yield Line(f"{INCOMPLETE} (qui le sait : {view.whom(liste)})", (liste,))


def cell_missing(view: View, liste: str, item: Item, field: str) -> tuple[str, ...]:
    """The path of a cell that nobody has filled, or filled in part."""
    value = view.facts.cell(liste, item, field)
    question = view.corpus.question(f"{liste}[{item.key}].{field}")
    partly = isinstance(value, Choices) and question is not None and any(value.has(option) is UNKNOWN for option in question.options)
    return (f"{liste}[{item.key}].{field}",) if value is UNKNOWN or partly else ()


def _is_list(view: View, name: str) -> bool:
    question = view.corpus.questions.get(name)
    return question is not None and question.type == "liste"


def _option(view: View, name: str, option: str) -> str:
    word, who = view.state(name, option), view.whom(name)
    return f"{word} (qui le sait : {who})" if word == "à vérifier" and who else word


def _unsettled(view: View, name: str, option: str | None) -> bool:
    value = view.value(name)
    if isinstance(value, Choices):
        asked = (option,) if option else view.corpus.questions[name].options
        return any(value.has(each) is UNKNOWN for each in asked)
    return value is UNKNOWN


def unsettled(view: View, name: str) -> tuple[str, ...]:
    """The question when nobody has answered it, or answered it in full; nothing otherwise."""
    return (name,) if _unsettled(view, name, None) else ()


def _stopped(text: str) -> str:
    """One full stop at the end, not two: an answer may bring its own."""
    return re.sub(r"(?<!\.)\.{2}(?!\.)", ".", text).replace("..)", ".)")

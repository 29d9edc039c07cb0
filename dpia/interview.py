"""The interview without its screen: what comes next, what an answer changes, what came before. Knows no law.

The questions that are asked are a function of the answers, in the order of the files: nothing to route, nothing to undo.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from dpia import dossier as dossiers
from dpia.answers import Answer
from dpia.communes import find
from dpia.corpus import Corpus
from dpia.dossier import DossierError
from dpia.facts import AnsweredFacts
from dpia.inventory import LISTE as INVENTORY
from dpia.model import Question
from dpia.values import UNKNOWN, Choices, Item, Items, Value

IMPORT, TAKE_OUT = "(import)", "(retirer)"  # fields of the steps that offer to import the inventory, to take an element out
TOGETHER = ("oui_non", "choix", "reference")  # fields asked for several elements on one screen


@dataclass(frozen=True, slots=True)
class Step:
    """One prompt. A question; for a list, its elements (no field), or a field of the elements whose keys are given."""

    question: str
    field: str = ""
    keys: tuple[str, ...] = ()


@dataclass
class Session:
    """What one sitting remembers beside the answers. `again`: ask what is unknown once more; `theme`: this one only."""

    again: bool = False
    theme: str | None = None
    by_hand: bool = False
    asked: set[Step] = field(default_factory=set)
    finished: dict[str, tuple[Answer | None, ...]] = field(default_factory=dict)  # lists without anything left, for these answers

    def answered(self, step: Step) -> None:
        """Remember a step that needs no second asking, even if the answer is "ne sait pas"."""
        self.asked.update(Step(step.question, step.field, (key,)) for key in step.keys)
        self.asked.add(step)


def items_of(answers: Mapping[str, Answer], name: str) -> Items:
    """The elements of a list as far as they are known."""
    answer = answers.get(name)
    return answer.value if answer and isinstance(answer.value, Items) else Items((), complete=False)


def settled(question: Question, value: Value) -> bool:
    """Tell whether an answer leaves nothing unknown."""
    match value:
        case Choices():
            return len(value.oui | value.non) == len(question.options)
        case Items():
            return value.complete
        case _:
            return value is not UNKNOWN


def steps(facts: AnsweredFacts, session: Session) -> Iterator[Step]:
    """Yield what is still to be asked, in the order of the files; one step for several elements where one screen can hold them."""
    offering = _offering(facts.corpus)
    for question in _arising(facts, session.theme):
        if question.id in offering and not session.by_hand and {question.id, INVENTORY}.isdisjoint(facts.answers):
            yield Step(INVENTORY, IMPORT)
        # What a list lacks depends on its own answer and on earlier ones only: 500 cameras are not looked at again for each question.
        known = tuple(facts.answers.get(name) for name in _until(facts.corpus, question)) if question.type == "liste" else ()
        if known and session.finished.get(question.id) == known:
            continue
        several: dict[str, list[Step]] = {}
        for step, asked, value in _parts(facts, question):
            if _pending(step, asked, value, session):
                several.setdefault(step.field, []).append(step)
        for name, alike in several.items():
            champ = next((champ for champ in question.champs if champ.id == name), question)
            if len(alike) > 1 and champ.type in TOGETHER:
                yield Step(question.id, name, tuple(key for step in alike for key in step.keys))
            else:
                yield from alike
        if known and not several:
            session.finished[question.id] = known


def _until(corpus: Corpus, question: Question) -> Iterator[str]:
    for name in corpus.questions:
        yield name
        if name == question.id:
            return


def previous(facts: AnsweredFacts, step: Step, theme: str | None = None) -> Step | None:
    """Give the last answered step before this one in the order of the files."""
    found = None
    offering = _offering(facts.corpus) if step.field == IMPORT else ()
    for question in _arising(facts, theme):
        if question.id in offering:
            return found
        for part, _, value in _parts(facts, question):
            if part.question == step.question and part.field == step.field and part.keys == step.keys[:1]:
                return found
            if value is not None:
                found = part
    return found


def stands(facts: AnsweredFacts, step: Step) -> bool:
    """Tell whether a step can still be asked: its question arises, its elements are there and the field concerns them."""
    question = facts.corpus.questions[step.question]
    elements = {item.key: item for item in items_of(facts.answers, question.id).elements}
    if step.field in ("", IMPORT) or not facts.arises(question.id):
        return facts.arises(question.id)
    return all(key in elements and facts.cell_arises(question.id, elements[key], step.field) for key in step.keys)


def _arising(facts: AnsweredFacts, theme: str | None) -> Iterator[Question]:
    for entry in facts.corpus.themes:
        if theme in (None, entry.theme):
            yield from (question for question in entry.questions if facts.arises(question.id))


def _offering(corpus: Corpus) -> set[str]:
    """The lists at which importing the inventory is offered: itself, and those it refers to, which it fills too."""
    inventory = corpus.questions.get(INVENTORY)
    return {INVENTORY, *(champ.vers for champ in inventory.champs if champ.vers)} if inventory else set()


def _parts(facts: AnsweredFacts, question: Question) -> Iterator[tuple[Step, Question, Value | None]]:
    """The smallest steps of a question that arises, with what was answered (None: nothing yet)."""
    answer = facts.answers.get(question.id)
    yield Step(question.id), question, answer.value if answer else None
    elements = items_of(facts.answers, question.id).elements if question.type == "liste" else ()
    for champ in question.champs[1:]:
        for item in elements:
            if facts.cell_arises(question.id, item, champ.id):
                yield Step(question.id, champ.id, (item.key,)), champ, item.cells.get(champ.id)


def _pending(step: Step, asked: Question, value: Value | None, session: Session) -> bool:
    if value is None:
        return True
    if isinstance(value, Items) and not value.complete:
        return step not in session.asked
    return session.again and step not in session.asked and not settled(asked, value)


def changes(corpus: Corpus, answers: Mapping[str, Answer], step: Step, value: Value | Mapping[str, Value]) -> dict[str, Value]:
    """Say which answers become what when a step gets a value; for a field of several elements, a value for each key."""
    if isinstance(value, Mapping):
        given = value
    elif not step.field:
        return {step.question: value} | _reproposed(corpus, answers, step.question, value)
    elif step.field == TAKE_OUT:
        return _without(corpus, answers, step.question, step.keys[0]) if value is True else {}
    elif step.field == corpus.questions[step.question].champs[0].id:
        return _renamed(corpus, answers, step, value)
    else:
        given = dict.fromkeys(step.keys, value)
    items = items_of(answers, step.question)
    filled = (replace(item, cells={**item.cells, step.field: given[item.key]}) if item.key in given else item for item in items.elements)
    return {step.question: replace(items, elements=tuple(filled))}


def _reproposed(corpus: Corpus, answers: Mapping[str, Answer], name: str, value: Value) -> dict[str, Value]:
    """What the former commune had proposed, for another commune."""
    old = answers[name].value if name in answers else UNKNOWN
    if corpus.questions[name].type != "commune" or old == value or not (isinstance(old, str) and isinstance(value, str)):
        return {}
    before, after = find(old), find(value)
    told: dict[str, Value] = {}
    for question in corpus.questions.values():
        if question.propose and question.id in answers and answers[question.id].value == getattr(before, question.propose, None):
            new = getattr(after, question.propose, None)
            told[question.id] = UNKNOWN if new is None else new
    return told


def proposed(facts: AnsweredFacts) -> dict[str, Value]:
    """Say which answers follow from others without asking: a column of the commune table, or the only box ticked of an earlier question."""
    commune = facts.value("commune") if "commune" in facts.corpus.questions else UNKNOWN
    found = find(commune) if isinstance(commune, str) else None
    told: dict[str, Value] = {}
    for question in _arising(facts, None):
        if question.propose and question.id not in facts.answers and getattr(found, question.propose, None) is not None:
            told[question.id] = getattr(found, question.propose)
        for champ in question.champs:
            source = facts.value(champ.propose) if champ.propose else UNKNOWN
            items = items_of(facts.answers, question.id)
            only = (
                min(source.oui)
                if isinstance(source, Choices) and len(source.oui) == 1 and settled(facts.corpus.questions[champ.propose], source)
                else ""
            )
            if only and any(champ.id not in item.cells for item in items.elements):
                told[question.id] = replace(items, elements=tuple(replace(i, cells={champ.id: only, **i.cells}) for i in items.elements))
    return told


def _renamed(corpus: Corpus, answers: Mapping[str, Answer], step: Step, name: Value) -> dict[str, Value]:
    (old,) = step.keys
    items = items_of(answers, step.question)
    if not isinstance(name, str) or name in {item.key for item in items.elements}:
        return {}
    moved = (Item(name, {**item.cells, step.field: name}) if item.key == old else item for item in items.elements)
    return {step.question: replace(items, elements=tuple(moved))} | _redirected(corpus, answers, step.question, old, name)


def _without(corpus: Corpus, answers: Mapping[str, Answer], name: str, key: str) -> dict[str, Value]:
    items = items_of(answers, name)
    left = tuple(item for item in items.elements if item.key != key)
    return {name: replace(items, elements=left)} | _redirected(corpus, answers, name, key, None)


def _redirected(corpus: Corpus, answers: Mapping[str, Answer], name: str, old: str, new: str | None) -> dict[str, Value]:
    """The lists whose cells named an element, once it has another name or none."""
    found: dict[str, Value] = {}
    for question in corpus.questions.values():
        fields = {champ.id for champ in question.champs if champ.vers == name}
        items = items_of(answers, question.id)
        if fields and any(item.cells.get(field) == old for item in items.elements for field in fields):
            found[question.id] = replace(items, elements=tuple(_recelled(item, fields, old, new) for item in items.elements))
    return found


def _recelled(item: Item, fields: set[str], old: str, new: str | None) -> Item:
    kept = {name: cell for name, cell in item.cells.items() if not (name in fields and cell == old)}
    return replace(item, cells=kept if new is None else {name: new if name not in kept else cell for name, cell in item.cells.items()})


def run(folder: Path, corpus: Corpus, theme: str | None = None, again: bool = False) -> int:
    """Ask in the terminal until nothing is left or the person stops. Gives the exit code."""
    if not all(stream is not None and not stream.closed and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        raise DossierError(
            f"les questions ont besoin d'un terminal. Sans terminal : « dpia repondre {folder} id=valeur » ou « --fichier F.yaml »."
        )
    themes = [entry.theme for entry in corpus.themes]
    if theme is not None and theme not in themes:
        raise DossierError(f"« {theme} » n'est pas un thème ; au choix : {', '.join(themes)}.")
    dossier = dossiers.read(folder, corpus) if (folder / dossiers.ANSWERS).exists() else dossiers.create(folder)
    from dpia.dialogue import Dialogue
    from dpia.screen import silent_terminal

    try:
        with silent_terminal():
            Dialogue(dossier, corpus, Session(again, theme)).run()
    except _no_console() as error:
        raise DossierError(
            "cette fenêtre ne permet pas le dialogue ; sous Git Bash, lancez « winpty dpia questions … », ou utilisez PowerShell."
        ) from error
    return 0


class _NeverRaised(Exception):
    """Stands for an error that this system does not have."""


def _no_console() -> type[BaseException]:
    """The error of a Windows window that is no console (Git Bash); elsewhere, none."""
    if sys.platform != "win32":
        return _NeverRaised
    from prompt_toolkit.output import win32

    error: type[BaseException] = win32.NoConsoleScreenBufferError
    return error

"""The interview without its screen: what comes next, what an answer changes, what came before. Knows no law.

The questions that are asked are a function of the answers, in the order of the files: nothing to route, nothing to undo.
"""

from __future__ import annotations

import sys
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dpia import dossier as dossiers
from dpia.answers import Answer
from dpia.carrying import screens, unconfirmed
from dpia.corpus import Corpus
from dpia.dossier import DossierError
from dpia.facts import AnsweredFacts
from dpia.inventory import LISTE as INVENTORY
from dpia.language import FRENCH, t
from dpia.model import Question
from dpia.overviews import is_due
from dpia.terminal.surface import Surface
from dpia.values import UNKNOWN, Choices, Items, Value

IMPORT, TAKE_OUT = "(import)", "(retirer)"  # fields of the steps that offer to import the inventory, to take an element out
CARRIED, REVISE = "(repris)", "(revoir)"  # of those that have answers taken over confirmed (their questions are the keys), a list revised
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
    forced: frozenset[str] = frozenset()  # paths answered once, that an overview says to ask again
    finished: dict[str, tuple[Answer | None, ...]] = field(default_factory=dict)  # lists without anything left, for these answers

    def answered(self, step: Step) -> None:
        """Remember a step that needs no second asking, even if the answer is "ne sait pas"."""
        self.asked.update(Step(step.question, step.field, (key,)) for key in step.keys)
        self.asked.add(step)

    def reopen(self, paths: frozenset[str]) -> None:
        """Have these paths asked again, even if they were in this sitting. Nothing is changed in place: a copy made before is intact."""
        self.forced |= paths
        self.asked = {step for step in self.asked if _path(step) not in paths}


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
    for theme in facts.corpus.themes:
        if session.theme in (None, theme.theme):
            unsure = [question for question in unconfirmed(facts, theme) if Step(question.id, CARRIED) not in session.asked]
            yield from (Step(names[0], CARRIED, names) for names in screens(unsure))
            yield from _asked(facts, session, theme.theme)


def _asked(facts: AnsweredFacts, session: Session, theme: str) -> Iterator[Step]:
    offering = _offering(facts.corpus)
    for question in arising(facts, theme):
        if _path(Step(question.id, REVISE)) in session.forced and Step(question.id, REVISE) not in session.asked:
            yield Step(question.id, REVISE)
        if question.id in offering and not session.by_hand and {question.id, INVENTORY}.isdisjoint(facts.answers):
            yield Step(INVENTORY, IMPORT)
        if question.repond:
            if question.id not in facts.answers and is_due(facts, question):
                yield Step(question.id)
            continue
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
    after: Container[str] = _offering(facts.corpus) if step.field == IMPORT else ()
    if step.field == CARRIED:
        entry = next(entry for entry in facts.corpus.themes if any(question.id == step.question for question in entry.questions))
        after = {question.id for question in entry.questions}
    for question in arising(facts, theme):
        if question.id in after:
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
    if step.field == CARRIED:
        return any(facts.arises(name) and name in facts.answers for name in step.keys)
    if step.field in ("", IMPORT, REVISE) or not facts.arises(question.id):
        return facts.arises(question.id)
    return all(key in elements and facts.cell_arises(question.id, elements[key], step.field) for key in step.keys)


def arising(facts: AnsweredFacts, theme: str | None) -> Iterator[Question]:
    """Yield the questions that arise, in the order of the files."""
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
        for item in () if champ.importe else elements:
            if facts.cell_arises(question.id, item, champ.id):
                yield Step(question.id, champ.id, (item.key,)), champ, item.cells.get(champ.id)


def _path(step: Step) -> str:
    return f"{step.question}.{step.field}" if step.field else step.question


def _pending(step: Step, asked: Question, value: Value | None, session: Session) -> bool:
    if value is None:
        return True
    if (isinstance(value, Items) and not value.complete) or _path(step) in session.forced:
        return step not in session.asked
    return session.again and step not in session.asked and not settled(asked, value)


def run(folder: Path, corpus: Corpus, theme: str | None = None, again: bool = False, simple: bool = False, language: str = FRENCH) -> int:
    """Ask until nothing is left or the person stops. Gives the exit code. Raises DossierError.

    `simple`: plain lines, for a terminal whose cursor cannot be moved or a screen reader; `language`: of the questions, not of the files.
    """
    said = in_language(corpus, language)
    if not simple and not all(stream is not None and not stream.closed and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        raise DossierError(
            t(
                "les questions ont besoin d'un terminal. Sans terminal : « dpia questions {dossier} --simple », ou « dpia repondre {dossier} id=valeur ».",
                dossier=folder,
            )
        )
    themes = [entry.theme for entry in corpus.themes]
    if theme is not None and theme not in themes:
        raise DossierError(t("« {theme} » n'est pas un thème ; au choix : {themes}.", theme=theme, themes=", ".join(themes)))
    with surface(simple) as ui:
        sitting(folder, corpus, Session(again, theme), ui, said)
        if theme:
            ui.say(t("Les autres thèmes :  dpia questions {dossier}", dossier=folder))
        ui.say(t("Ce qui reste à savoir, et qui le sait :  dpia reste {dossier}", dossier=folder))
        ui.say(t("Ce qui est en ordre ou non :  dpia verifier {dossier}", dossier=folder))
        ui.say(t("Les documents :  dpia produire {dossier}", dossier=folder))
    return 0


def in_language(corpus: Corpus, language: str) -> Corpus:
    """Give the corpus in the words of a language, and speak it from now on."""
    if language == FRENCH:
        return corpus
    from dpia.translation import spoken

    return spoken(corpus, language)


def sitting(folder: Path, corpus: Corpus, session: Session, ui: Surface, said: Corpus | None = None) -> None:
    """Ask what is left on a surface that is already there; `said`: the same corpus in the words to ask in. Raises DossierError."""
    from dpia.terminal.dialogue import Dialogue

    dossier = dossiers.read(folder, corpus) if (folder / dossiers.ANSWERS).exists() else dossiers.create(folder)
    Dialogue(dossier, said or corpus, session, ui, corpus).run()


@contextmanager
def surface(simple: bool) -> Iterator[Surface]:
    """Give the surface to talk on: the full screen, or plain lines. Raises DossierError where the terminal has no screen."""
    if simple:
        from dpia.terminal.plain_lines import Lines

        yield Lines()
        return
    from dpia.terminal.screen import Screen, silent_terminal

    try:
        with silent_terminal():
            yield Screen()
    except _no_console() as error:
        raise DossierError(
            t("cette fenêtre ne permet pas le dialogue en plein écran ; ajoutez « --simple », ou utilisez PowerShell.")
        ) from error


class _NeverRaised(Exception):
    """Stands for an error that this system does not have."""


def _no_console() -> type[BaseException]:
    """The error of a Windows window that is no console (Git Bash); elsewhere, none."""
    if sys.platform != "win32":
        return _NeverRaised
    from prompt_toolkit.output import win32

    error: type[BaseException] = win32.NoConsoleScreenBufferError
    return error

"""Reading all answers back in plain words, to choose the one to change: a question, or an element of a list, then its field."""

from __future__ import annotations

from typing import Any

from dpia.answers import in_words
from dpia.facts import AnsweredFacts
from dpia.interview import TAKE_OUT, Step, items_of
from dpia.model import Question
from dpia.screen import Head, Key, Left, Row, menu
from dpia.values import Item, Items

INSIDE = frozenset({Key.BACK})  # the keys of a prompt inside another one
SHORT = 40  # characters of a cell that can name its element


def called(question: Question, item: Item, before: Question | None = None) -> str:
    """The name of an element with the short texts, asked before a field, that tell it from the others."""
    others = question.champs[1 : question.champs.index(before)] if before else question.champs[1:]
    cells = [item.cells.get(champ.id) for champ in others if champ.type in ("texte", "reference")]
    short = [cell for cell in cells if isinstance(cell, str) and len(cell) <= SHORT]
    return f"{item.key} ({', '.join(short)})" if short else item.key


def choose(facts: AnsweredFacts, finished: bool, at: Step | None = None) -> Step | Left | None:
    """Read all answers back; give the one to change, None to go on (or to end, when `finished`), or Left."""
    while True:
        rows: list[tuple[str, Any]] = [("Tout est juste : terminer" if finished else "Revenir aux questions", None)]
        for theme in facts.corpus.themes:
            told = [question for question in theme.questions if question.id in facts.answers and facts.arises(question.id)]
            rows += [(f"── {theme.titre} ──", Row.HEADING)] if told else []
            rows += [(f"{question.libelle} → {_told(facts, question)}", Step(question.id)) for question in told]
        head = Head("Vos réponses. Choisissez celle à corriger.", keys=INSIDE)
        chosen = menu(head, rows, at)
        if not isinstance(chosen, Step):
            return chosen if isinstance(chosen, Left) else None
        at = chosen
        question = facts.corpus.questions[chosen.question]
        inner = _element(facts, question) if question.type == "liste" else chosen
        if inner is not None:
            return inner


def _told(facts: AnsweredFacts, question: Question) -> str:
    answer = facts.answers[question.id]
    keys = [item.key for item in answer.value.elements] if isinstance(answer.value, Items) else []
    names = f" : {', '.join(keys)}" if keys else ""
    return in_words(question, answer.value) + names + (f" (note : {answer.note})" if answer.note else "")


def _element(facts: AnsweredFacts, question: Question) -> Step | None:
    at: str | None = None
    while True:
        elements = {item.key: item for item in items_of(facts.answers, question.id).elements}
        rows: list[tuple[str, Any]] = [(called(question, item), key) for key, item in elements.items()]
        rows += [(f"Ajouter : {question.element}", Step(question.id)), ("Revenir à toutes les réponses", None)]
        chosen = menu(Head(question.libelle, "Choisissez l'élément à corriger.", keys=INSIDE), rows, at)
        if isinstance(chosen, Step):
            return chosen
        if not isinstance(chosen, str):
            return None
        at = chosen
        step = _field(facts, question, elements[chosen])
        if step is not None:
            return step


def _field(facts: AnsweredFacts, question: Question, item: Item) -> Step | None:
    rows: list[tuple[str, Any]] = []
    for champ in question.champs:
        if facts.cell_arises(question.id, item, champ.id):
            told = in_words(champ, item.cells[champ.id]) if champ.id in item.cells else "pas encore de réponse"
            rows.append((f"{champ.libelle} → {told}", Step(question.id, champ.id, (item.key,))))
    rows += [(f"Retirer {item.key} de la liste", Step(question.id, TAKE_OUT, (item.key,))), ("Revenir à la liste", None)]
    chosen = menu(Head(f"{question.element.capitalize()} {item.key}", keys=INSIDE), rows)
    return chosen if isinstance(chosen, Step) else None

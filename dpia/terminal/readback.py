"""Reading all answers back in plain words, to choose the one to change: a question, or an element of a list, then its field."""

from __future__ import annotations

from typing import Any

from dpia.answers import in_words
from dpia.communes import find
from dpia.facts import AnsweredFacts
from dpia.interview import TAKE_OUT, Step, items_of
from dpia.language import t
from dpia.model import Question
from dpia.terminal.surface import NOWHERE, Head, Key, Left, Row, Surface
from dpia.values import UNKNOWN, Choices, Item, Items, Value

INSIDE = frozenset({Key.BACK})  # the keys of a prompt inside another one
SHORT = 40  # characters of a cell that can name its element


def called(question: Question, item: Item, before: Question | None = None) -> str:
    """The name of an element; for one that refers to another, with the first short texts, asked before a field, that tell it apart."""
    others = question.champs[1 : question.champs.index(before)] if before else question.champs[1:]
    if not any(champ.type == "reference" for champ in question.champs):
        return item.key
    cells = [item.cells.get(champ.id) for champ in others if champ.type in ("texte", "reference")]
    short = [cell for cell in cells if isinstance(cell, str) and len(cell) <= SHORT][:2]
    return f"{item.key} ({', '.join(short)})" if short else item.key


def choose(ui: Surface, facts: AnsweredFacts, finished: bool, at: Step | None = None) -> Step | Left | None:
    """Read all answers back; give the one to change, None to go on (or to end, when `finished`), or Left."""
    while True:
        rows: list[tuple[str, Any]] = [(t("Tout est juste : terminer") if finished else t("Revenir aux questions"), None)]
        for theme in facts.corpus.themes:
            told = [q for q in theme.questions if q.id in facts.answers and facts.arises(q.id) and not q.repond]
            rows += [(f"── {theme.titre} ──", Row.HEADING)] if told else []
            rows += [(f"{question.libelle}\n→ {_told(facts, question)}", Step(question.id)) for question in told]
        first = t("La première ligne termine.") if finished else t("La première ligne revient aux questions.")
        head = Head(t("Vos réponses. Choisissez celle à corriger."), legend=(first,), keys=INSIDE)
        chosen = ui.menu(head, rows, NOWHERE if at is None else Step(at.question))
        if not isinstance(chosen, Step):
            return chosen if isinstance(chosen, Left) else None
        at = chosen
        question = facts.corpus.questions[chosen.question]
        inner = element(ui, facts, question, t("Revenir à toutes les réponses")) if question.type == "liste" else chosen
        if isinstance(inner, Step):
            return inner


def spoken(question: Question, value: Value) -> str:
    """An answer as the person would say it: the commune by its name, a list by the names of its elements."""
    if isinstance(value, Items):
        names = ", ".join(item.key for item in value.elements) or t("aucun élément")
        return names if value.complete else t("{noms} ; la liste n'est pas complète", noms=names)
    if isinstance(value, Choices):
        rest = [label for name, label in question.options.items() if name not in value.oui | value.non]
        told = [label for name, label in question.options.items() if name in value.oui] or ([] if rest else [t("rien de cette liste")])
        return " ; ".join([*told, *([t("je ne sais pas pour : {lignes}", lignes=" ; ".join(rest))] if rest else [])])
    if value is UNKNOWN:
        return t("je ne sais pas")
    if isinstance(value, bool):
        return t("oui") if value else t("non")
    commune = find(value) if question.type == "commune" and isinstance(value, str) else None
    return str(commune) if commune else in_words(question, value)


def _told(facts: AnsweredFacts, question: Question) -> str:
    answer = facts.answers[question.id]
    told = spoken(question, answer.value)
    if answer.qui:
        told = t("{reponse} (à demander : {qui})", reponse=told, qui=facts.corpus.roles.get(answer.qui, answer.qui))
    return t("{reponse} (note : {note})", reponse=told, note=answer.note) if answer.note else told


def element(ui: Surface, facts: AnsweredFacts, question: Question, done: str) -> Step | Left | None:
    """Choose what to correct in a list; give the step, None for the row `done`, or Left."""
    at: str | None = None
    while True:
        elements = {item.key: item for item in items_of(facts.answers, question.id).elements}
        rows: list[tuple[str, Any]] = [(called(question, item), key) for key, item in elements.items()]
        rows += [
            (t("Ajouter : {element}", element=question.element), Step(question.id)),
            (done, None),
        ]
        chosen = ui.menu(Head(question.libelle, t("Choisissez l'élément à corriger."), keys=INSIDE), rows, NOWHERE if at is None else at)
        if not isinstance(chosen, str):
            return chosen if isinstance(chosen, (Step, Left)) else None
        at = chosen
        step = _field(ui, facts, question, elements[chosen])
        if step is not None:
            return step


def _field(ui: Surface, facts: AnsweredFacts, question: Question, item: Item) -> Step | None:
    rows: list[tuple[str, Any]] = []
    for champ in question.champs:
        if facts.cell_arises(question.id, item, champ.id):
            told = spoken(champ, item.cells[champ.id]) if champ.id in item.cells else t("pas encore de réponse")
            rows.append((f"{champ.libelle}\n→ {told}", Step(question.id, champ.id, (item.key,))))
    rows += [
        (t("Retirer « {nom} » de la liste", nom=item.key), Step(question.id, TAKE_OUT, (item.key,))),
        (t("Revenir à la liste"), None),
    ]
    chosen = ui.menu(Head(f"{question.element.capitalize()} {item.key}", keys=INSIDE), rows)
    return chosen if isinstance(chosen, Step) else None

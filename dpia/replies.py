"""Answers typed on one line, "id=valeur" or "liste[élément].champ=valeur", and lists of a file added to those of the dossier."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches

from dpia.answers import Answer, AnswerError, read_value
from dpia.communes import find
from dpia.corpus import Corpus
from dpia.dossier import read_answer
from dpia.model import Question
from dpia.values import Item, Items

CELL = re.compile(r"(\w+)\[(.+)\]\.(\w+)")


def read(corpus: Corpus, answers: Mapping[str, Answer], typed: str) -> tuple[str, Answer]:
    """Read one typed answer; give the question it belongs to and its whole new answer. Raises AnswerError."""
    name, sign, value = (part.strip() for part in typed.partition("="))
    if not sign:
        raise AnswerError(f"« {typed[:60]} » : écrivez id=valeur")
    if not value:
        raise AnswerError(f"{name} : la valeur est vide ; « ? » veut dire « ne sait pas »")
    cell = CELL.fullmatch(name)
    question = corpus.questions.get(cell[1] if cell else name)
    if question is None:
        near = get_close_matches(name, corpus.questions, 1)
        hint = f"vouliez-vous « {near[0]} » ?" if near else "« dpia reste » donne les identifiants entre crochets"
        raise AnswerError(f"« {typed[:60]} » : question inconnue ; {hint}")
    try:
        if cell:
            return question.id, _with_cell(question, answers.get(question.id), cell[2], cell[3], value)
        answer = read_answer(question, value)
    except AnswerError as error:
        raise AnswerError(f"{name} : {error}") from error
    if question.type == "commune" and isinstance(answer.value, str) and find(answer.value) is None:
        raise AnswerError(f"{name} : « {answer.value} » n'est pas le code INSEE d'une commune actuelle")
    return question.id, answer


def _with_cell(question: Question, before: Answer | None, key: str, field: str, value: str) -> Answer:
    champ = next((champ for champ in question.champs if champ.id == field), None)
    items = before.value if before and isinstance(before.value, Items) else Items()
    if champ is None:
        raise AnswerError(f"« {field} » n'est pas un champ ; au choix : {', '.join(champ.id for champ in question.champs)}")
    if key not in {item.key for item in items.elements}:
        raise AnswerError(f"« {key} » n'est pas dans la liste : {', '.join(item.key for item in items.elements)[:120] or 'elle est vide'}")
    if field == question.champs[0].id:
        raise AnswerError("le nom d'un élément ne se change pas ainsi ; corrigez-le dans « dpia questions »")
    said = read_value(champ, value)
    elements = tuple(replace(item, cells={**item.cells, field: said}) if item.key == key else item for item in items.elements)
    return replace(before or Answer(items), value=replace(items, elements=elements))


def merged(before: Answer | None, added: Answer) -> Answer:
    """Add the elements of a list to those already there, cell by cell; any other answer replaces the former one."""
    if before is None or not isinstance(before.value, Items) or not isinstance(added.value, Items):
        return added
    items = {item.key: item for item in before.value.elements}
    for item in added.value.elements:
        items[item.key] = Item(item.key, {**(items[item.key].cells if item.key in items else {}), **item.cells})
    # A few elements said anew do not make an unfinished list whole.
    return replace(
        added,
        value=Items(tuple(items.values()), before.value.complete),
        note=added.note or before.note,
        preuve=added.preuve or before.preuve,
    )

"""New answers beside those of the dossier: typed on one line, "id=valeur" or "liste[élément].champ=valeur"; of a file; of a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from dpia.answers import Answer, AnswerError, in_words, is_answered, read_value
from dpia.communes import find
from dpia.corpus import Corpus
from dpia.dossier import read_answer
from dpia.model import Question
from dpia.values import UNKNOWN, Choices, Item, Items, Value

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
        repris=before.repris,
    )


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer that came back. `key`: of the element when the answer is that of a field. `note`: what was written beside."""

    question: str
    field: str
    key: str
    value: Value
    note: str = ""


@dataclass(frozen=True, slots=True)
class Clash:
    """An answer that came back and is not the one of the dossier, both in words."""

    path: str
    before: str
    after: str


def accepted(
    corpus: Corpus, answers: Mapping[str, Answer], replies: Iterable[Reply], by: str, on: str, over: bool = False
) -> tuple[dict[str, Answer], int, tuple[Clash, ...]]:
    """Give the answers that change, how many replies they hold, and what clashes with the dossier (recorded only if `over`).

    "Je ne sais pas" never erases an answer; it records who said it, and frees the question from the person it was put to.
    """
    changed: dict[str, Answer] = {}
    clashes: list[Clash] = []
    recorded = 0
    for reply in replies:
        before = changed.get(reply.question, answers.get(reply.question))
        question = corpus.questions[reply.question]
        if reply.field:
            items = before.value if before and isinstance(before.value, Items) else Items((), complete=False)
            cell = next((item.cells.get(reply.field, UNKNOWN) for item in items.elements if item.key == reply.key), UNKNOWN)
            champ = next(champ for champ in question.champs if champ.id == reply.field)
            value, clash = _joined(champ, cell, reply.value, over)
            known = before is not None and reply.field in next((item.cells for item in items.elements if item.key == reply.key), {})
            after = replace(before or Answer(items, par=by, le=on), value=_celled(items, reply.key, reply.field, value))
            path = f"{reply.question}[{reply.key}].{reply.field}"
            same = value == cell and (known or is_answered(value))
        else:
            champ, path = question, reply.question
            old = before.value if before else UNKNOWN
            value, clash = _joined(question, old, reply.value, over)
            who = "" if before is None or before.qui == by or is_answered(value) else before.qui
            # An answer taken over from a former dossier is confirmed when it is given again, whole.
            part = isinstance(value, (Choices, Items)) or not is_answered(reply.value)
            mark = before.repris if before and part else ""
            about = Answer(value, reply.note or (before.note if before else ""), before.preuve if before else "", by, on, who, mark)
            confirms = before is not None and about.repris != before.repris
            after, same = about, value == old and (is_answered(value) or about == before) and not confirms
        if clash is not None:
            clashes.append(Clash(path, in_words(champ, clash[0]), in_words(champ, clash[1])))
        if not same:
            changed[reply.question] = after
            recorded += 1
    return changed, recorded, tuple(clashes)


def _joined(question: Question, old: Value, new: Value, over: bool) -> tuple[Value, tuple[Value, Value] | None]:
    """The answer that a new one makes of an old one, and the two when they contradict each other and the old one is kept."""
    if new is UNKNOWN or not is_answered(old):
        return (old if is_answered(old) else new), None
    if isinstance(old, Choices) and isinstance(new, Choices):
        against = (old.oui & new.non) | (old.non & new.oui)
        kept = frozenset() if over else against
        joined = Choices((old.oui - (new.non - kept)) | (new.oui - kept), (old.non - (new.oui - kept)) | (new.non - kept))
        return joined, (_only(old, kept, question), _only(new, kept, question)) if kept else None
    if isinstance(old, Items) and isinstance(new, Items):
        keys = {item.key for item in old.elements}
        return Items((*old.elements, *(item for item in new.elements if item.key not in keys)), old.complete or new.complete), None
    return (new, None) if over or old == new else (old, (old, new))


def _only(value: Choices, options: frozenset[str], question: Question) -> Choices:
    """A multiple choice told for some options only; the others are said ruled out, so that words leave them unsaid."""
    return Choices(value.oui & options, frozenset(question.options) - (value.oui & options))


def _celled(items: Items, key: str, field: str, value: Value) -> Items:
    return replace(items, elements=tuple(replace(i, cells={**i.cells, field: value}) if i.key == key else i for i in items.elements))

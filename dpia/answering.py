"""What an answer changes: its own question, those that an overview answers, those that follow from it, lists that named an element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from dpia.answers import Answer, read_value
from dpia.communes import find
from dpia.corpus import Corpus
from dpia.facts import AnsweredFacts
from dpia.interview import TAKE_OUT, Session, Step, arising, items_of, settled
from dpia.model import Question
from dpia.overviews import rows
from dpia.overviews import told as told_by
from dpia.trace import Ref
from dpia.values import UNKNOWN, Choices, Item, Items, Value


def recorded(facts: AnsweredFacts, session: Session, step: Step, value: Value | Mapping[str, Value]) -> dict[str, Value]:
    """Say which answers become what when a step gets a value; `session` remembers what is to be asked once more."""
    question = facts.corpus.questions[step.question]
    if not question.repond or isinstance(value, Mapping):
        return changes(facts.corpus, facts.answers, step, value)
    before = facts.answers[question.id].value if question.id in facts.answers else UNKNOWN
    if isinstance(before, Choices):  # rows that were not shown keep what they said
        shown = rows(facts, question, again=True).keys()
        now = value if isinstance(value, Choices) else Choices()
        value = Choices(now.oui | (before.oui - shown), now.non | (before.non - shown))
        value = value if value.oui or value.non else UNKNOWN
    told, again = told_by(facts, question, value)
    session.reopen(again)
    return {question.id: value} | told


def restated(question: Question, old: Answer, value: Value, qui: str = "") -> Answer:
    """An answer with another value. Who may know it stays only while something is unknown; a list taken over stays to be confirmed."""
    cells = [cell for item in value.elements for cell in item.cells.values()] if isinstance(value, Items) else []
    named = (qui or (old.qui if cells else "")) if UNKNOWN in cells or not settled(question, value) else ""
    return replace(old, value=value, qui=named, repris=old.repris if isinstance(value, Items) else "")


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


def proposed(facts: AnsweredFacts, before: AnsweredFacts | None = None) -> dict[str, Value]:
    """Say which answers follow from others without asking: a column of the commune table, the only box ticked of an earlier question, a
    condition on earlier answers. `before`: the facts before the last answer; what they proposed and no longer holds is proposed anew."""
    commune = facts.value("commune") if "commune" in facts.corpus.questions else UNKNOWN
    found = find(commune) if isinstance(commune, str) else None
    told: dict[str, Value] = {}
    for question in arising(facts, None):
        if question.propose and question.id not in facts.answers and getattr(found, question.propose, None) is not None:
            told[question.id] = getattr(found, question.propose)
        ref = Ref(question.id)
        if ref in facts.corpus.proposals:
            told.update((question.id, value) for value in _newly(facts, before, question, ref, None))
        items = items_of(facts.answers, question.id)
        for champ in question.champs if items.elements else ():
            filled = tuple(_proposed_cell(facts, before, question, champ, item) for item in items.elements)
            if filled != items.elements:
                items = replace(items, elements=filled)
                told[question.id] = items
    return told


def _newly(facts: AnsweredFacts, before: AnsweredFacts | None, asked: Question, ref: Ref, item: Item | None) -> Iterator[Value]:
    """What is to be written, if anything: a proposal where there is no answer, another one where the answer was a former proposal."""
    if item is None:
        answer = facts.answers.get(asked.id)
        said = answer.value if answer else None
    else:
        said = item.cells.get(asked.id)
    now = _proposal(facts, asked, ref, item)
    if said is None:
        if now is not None:
            yield now
    elif before is not None and now != said and _proposal(before, asked, ref, _as_it_was(before, ref, item)) == said:
        yield UNKNOWN if now is None else now


def _as_it_was(before: AnsweredFacts, ref: Ref, item: Item | None) -> Item | None:
    """The same element in earlier facts; itself where it was not there."""
    items = items_of(before.answers, ref.liste) if ref.liste else Items()
    return next((one for one in items.elements if item is not None and one.key == item.key), item)


def _proposal(facts: AnsweredFacts, asked: Question, ref: Ref, item: Item | None) -> Value | None:
    scope = {ref.liste: item} if item is not None and ref.liste else {}
    holds = (value for value, condition in facts.corpus.proposals[ref] if condition.judge(facts, scope).value is True)
    return next((read_value(asked, value) for value in holds), None)


def _proposed_cell(facts: AnsweredFacts, before: AnsweredFacts | None, question: Question, champ: Question, item: Item) -> Item:
    ref = Ref(champ.id, question.id)
    if ref in facts.corpus.proposals and facts.cell_arises(question.id, item, champ.id):
        new = list(_newly(facts, before, champ, ref, item))
    else:
        new = [only] if champ.propose and champ.id not in item.cells and (only := _only_ticked(facts, champ.propose)) else []
    return replace(item, cells={**item.cells, champ.id: new[0]}) if new else item


def _only_ticked(facts: AnsweredFacts, name: str) -> str:
    source = facts.value(name)
    whole = isinstance(source, Choices) and len(source.oui) == 1 and settled(facts.corpus.questions[name], source)
    return min(source.oui) if whole and isinstance(source, Choices) else ""


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

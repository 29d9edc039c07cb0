"""The text of a file of answers that could not be recorded: what a change adds, so that it can be said again onto others' answers.

Of a list, only the new elements and the changed cells: said again, they leave alone what others said of the same list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dpia.answers import Answer
from dpia.corpus import Corpus
from dpia.emitting import quoted, write_answers
from dpia.model import Question
from dpia.values import Item, Items


def unsaved(corpus: Corpus, before: Mapping[str, Answer], changes: Mapping[str, Answer]) -> str:
    """Write the changes made to the answers `before` as an answers file; what such a file cannot say stands in comments."""
    added, comments = {}, ["# Réponses qui n'ont pas été enregistrées dans reponses.yaml."]
    for name, question in corpus.questions.items():
        if name not in changes:
            continue
        added[name], gone = _added(question, before.get(name), changes[name])
        if gone:
            comments.append(f"# À refaire dans « dpia questions » : retirer {', '.join(map(quoted, gone))} de « {name} ».")
    return "\n".join([*comments, write_answers(added, {}, corpus)])


def _added(question: Question, before: Answer | None, after: Answer) -> tuple[Answer, list[str]]:
    """What the new answer adds to the former one, and the elements that it takes out."""
    if before is None or not (isinstance(before.value, Items) and isinstance(after.value, Items)):
        return after, []
    old = {item.key: item for item in before.value.elements}
    new = {item.key: item for item in after.value.elements}
    changed = tuple(_changed(question, old.get(key), item) for key, item in new.items() if item != old.get(key))
    # A few elements never make a whole list: "complet: non" until the list they join says otherwise.
    return replace(after, value=Items(changed, complete=False)), [key for key in old if key not in new]


def _changed(question: Question, before: Item | None, after: Item) -> Item:
    if before is None:
        return after
    name = question.champs[0].id
    return Item(after.key, {field: cell for field, cell in after.cells.items() if field == name or before.cells.get(field) != cell})

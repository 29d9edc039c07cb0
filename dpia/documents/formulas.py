"""The phrases that no document may hold (law/grille.yaml, `formules`), sought sentence by sentence in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from dpia.answers import Answer
from dpia.corpus import Corpus
from dpia.values import Items

EVERYWHERE, PURPOSES = "partout", "finalites"
_SENTENCE = re.compile(r"(?<=[.!?…]) +|\n+|<br ?/?>")


@dataclass(frozen=True, slots=True)
class Fault:
    """A forbidden phrase: its name in the table, the words found, the sentence, and why it says nothing."""

    id: str
    mots: str
    phrase: str
    dit: str


def faults(table: Sequence[Mapping[str, Any]], text: str, where: str = EVERYWHERE) -> Iterator[Fault]:
    """Yield the forbidden phrases of a text without marks. `where`: "finalites" when each line of it states a purpose."""
    for sentence in filter(None, map(str.strip, _SENTENCE.split(text))):
        for formula in table:
            if formula.get("ou", EVERYWHERE) not in (EVERYWHERE, where):
                continue
            kept = sentence
            for allowed in formula.get("sauf") or ():
                kept = _pattern(allowed).sub(" ", kept)
            if found := _pattern(formula["motif"]).search(kept):
                yield Fault(formula["id"], found[0].strip(), sentence, formula["dit"])


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def of_answers(corpus: Corpus, answers: Mapping[str, Answer]) -> Iterator[tuple[str, Fault]]:
    """Yield those that the commune itself typed: they are its words, quoted as such, and it is told of them."""
    table = corpus.data["formules"]
    for name, answer in answers.items():
        if name not in corpus.questions:
            continue
        for path, text in _typed(corpus, name, answer):
            for fault in faults(table, text):
                yield path, fault


def _typed(corpus: Corpus, name: str, answer: Answer) -> Iterable[tuple[str, str]]:
    """The free texts of an answer: the answer itself, the cells of a list, the note."""
    question = corpus.questions[name]
    if isinstance(answer.value, Items):
        texts = [champ.id for champ in question.champs if champ.type == "texte"]
        for item in answer.value.elements:
            cells = {"id": item.key, **item.cells}
            yield from ((f"{name}[{item.key}].{field}", text) for field in texts if isinstance(text := cells.get(field), str))
    elif question.type == "texte" and isinstance(answer.value, str):
        yield name, answer.value
    yield f"{name} (note)", answer.note

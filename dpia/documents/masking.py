"""Answers → answers that anyone can read: names become numbers, places and free texts are masked, each mask is counted with its ground.

What is judged (yes or no, choices, dates, numbers) stays as it is: the masked answers give the same verdicts as the true ones.
What the dossier says of the protections stays judged too; it is hidden when printed (see communicable.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dpia.answers import Answer
from dpia.corpus import Corpus
from dpia.documents.free_text import Rule, rule
from dpia.followup import FollowUp
from dpia.model import Question
from dpia.values import Item, Items, Value

_NUMBER = re.compile(r"(?:n° ?)?[A-Z]{0,6}[-/. ]?\d[\d/. -]{0,30}")  # an order is often named by its number alone: it is public
PERSONS, PIECES, TEXTS, SECURITY = "personnes", "pieces", "textes", "securite"


@dataclass
class Tally:
    """What was masked: for each motive, the distinct things; and the free texts, with their place, to be read again by a person."""

    masked: dict[str, dict[str, None]] = field(default_factory=dict)
    texts: dict[str, tuple[int, int, str]] = field(default_factory=dict)  # place → sentences kept, sentences masked, what is printed

    def add(self, motive: str, what: str) -> None:
        """Count one thing, once."""
        self.masked.setdefault(motive, {})[what] = None


@dataclass(frozen=True)
class Masked:
    """A dossier ready to be printed for anyone."""

    answers: Mapping[str, Answer]
    follow_up: Mapping[str, FollowUp]
    tally: Tally


def mask(corpus: Corpus, policy: Mapping[str, Any], answers: Mapping[str, Answer], follow_up: Mapping[str, FollowUp]) -> Masked:
    """Mask the answers and the follow-up of a dossier by the policy of law/communication.yaml."""
    names = _names(corpus, policy, answers)
    masker = _Masker(corpus, policy, names, _persons(answers, follow_up, rule(corpus, policy, {})), Tally())
    shown = {name: masker.answer(corpus.questions[name], answer) for name, answer in answers.items()}
    follows = {key: masker.follow(key, follow) for key, follow in follow_up.items()}
    return Masked(shown, follows, masker.tally)


def _names(corpus: Corpus, policy: Mapping[str, Any], answers: Mapping[str, Answer]) -> dict[str, dict[str, str]]:
    """For each list, its elements and their pseudonyms: numbered in the order of the dossier, then what only a reference names."""
    found: dict[str, dict[str, str]] = {}
    for liste in (question for question in corpus.questions.values() if question.type == "liste"):
        rules = policy["listes"].get(liste.id) or {}
        word, keep = rules.get("mot", liste.element or "élément"), rules.get("nom") == "numero"
        keys = [item.key for item in _items(answers, liste.id)]
        keys += [cell for name in _references(corpus, liste.id) for cell in _cells(answers, *name) if cell not in keys]
        found[liste.id] = {key: key if keep and _NUMBER.fullmatch(key) else f"{word} {n}" for n, key in enumerate(dict.fromkeys(keys), 1)}
    return found


def _items(answers: Mapping[str, Answer], liste: str) -> tuple[Item, ...]:
    value = answers[liste].value if liste in answers else None
    return value.elements if isinstance(value, Items) else ()


def _references(corpus: Corpus, liste: str) -> Iterator[tuple[str, str]]:
    """The cells that name an element of a list: "cameras", "site"."""
    for owner in corpus.questions.values():
        yield from ((owner.id, champ.id) for champ in owner.champs if champ.type == "reference" and (champ.vers or "") == liste)


def _cells(answers: Mapping[str, Answer], liste: str, champ: str) -> Iterator[str]:
    yield from (value for item in _items(answers, liste) if isinstance(value := item.cells.get(champ), str))


def _persons(answers: Mapping[str, Answer], follow_up: Mapping[str, FollowUp], plain: Rule) -> dict[str, str]:
    """Who answered or acts, when the words are more than a function: numbered in the order of the dossier."""
    told = [*(answer.par for answer in answers.values()), *(follow.responsable for follow in follow_up.values())]
    named = [who for who in dict.fromkeys(told) if who and not plain.plain(who)]
    return {who: f"personne {n}" for n, who in enumerate(named, 1)}


class _Masker:
    """Masks one answer after the other, with the same pseudonyms from one to the next."""

    def __init__(self, corpus: Corpus, policy: Mapping[str, Any], lists: Mapping[str, Mapping[str, str]], persons: Mapping[str, str], tally: Tally) -> None:  # fmt: skip
        self.corpus, self.policy, self.lists, self.persons, self.tally = corpus, policy, lists, persons, tally
        self.pieces: dict[str, str] = {}
        known = {key: shown for names in lists.values() for key, shown in names.items() if key != shown}
        self.rule = rule(corpus, policy, {**persons, **known})

    def answer(self, question: Question, answer: Answer) -> Answer:
        """The answer with its value, its note, its author and its piece masked."""
        hidden = question.id in self.policy["securite"]
        note = ""
        if answer.note and hidden:
            self.tally.add(SECURITY, f"{question.id}, note")
        elif answer.note:
            note = self._text(f"{question.id}, note", answer.note)
        return replace(
            answer, value=self._value(question, answer.value), note=note, preuve=self._piece(answer.preuve), par=self._person(answer.par),
            qui=answer.qui if answer.qui in self.corpus.roles else "",
        )  # fmt: skip

    def follow(self, key: str, follow: FollowUp) -> FollowUp:
        """The follow-up with its person and its comment masked."""
        comment = self._text(f"suivi, {key}", follow.commentaire) if follow.commentaire else ""
        return replace(follow, responsable=self._person(follow.responsable), commentaire=comment)

    def _value(self, question: Question, value: Value) -> Value:
        if isinstance(value, Items):
            return replace(value, elements=tuple(self._item(question, item) for item in value.elements))
        if question.type == "texte" and isinstance(value, str) and question.id not in self.policy["publics"]:
            return self._text(question.id, value)
        return value

    def _item(self, liste: Question, item: Item) -> Item:
        rules = self.policy["listes"].get(liste.id) or {}
        key = self.lists[liste.id][item.key]
        if key != item.key:
            self.tally.add(rules.get("motif", TEXTS), key)
        cells: dict[str, Value] = {}
        for champ in liste.champs:
            if champ.id in item.cells:
                place = f"{liste.id}[{key}].{champ.id}"
                if champ.id in (rules.get("retire") or {}):
                    self.tally.add(rules["retire"][champ.id], place)
                else:
                    cells[champ.id] = key if champ.id == "id" else self._cell(champ, item.cells[champ.id], place, rules.get("cases") or {})
        return Item(key, cells)

    def _cell(self, champ: Question, value: Value, place: str, motives: Mapping[str, str]) -> Value:
        if not isinstance(value, str):
            return value
        if champ.type == "reference":
            return self.lists[champ.vers].get(value, value) if champ.vers in self.lists else self._text(place, value)
        if champ.id in motives:
            self.tally.add(motives[champ.id], place)
            return f"[masqué : {champ.id}]"
        return self._text(place, value) if champ.type == "texte" else value

    def _person(self, who: str) -> str:
        shown = self.persons.get(who, who)
        if shown != who:
            self.tally.add(PERSONS, shown)
        return shown

    def _piece(self, name: str) -> str:
        if not name:
            return ""
        shown = self.pieces.setdefault(name, f"n° {len(self.pieces) + 1}")
        self.tally.add(PIECES, shown)
        return shown

    def _text(self, place: str, text: str) -> str:
        read = self.rule.read(text)
        self.tally.texts[place] = (read.kept, read.masked, read.printed)
        for n in range(read.masked):
            self.tally.add(TEXTS, f"{place}, {n}")
        return read.printed or self.rule.mask

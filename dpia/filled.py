"""A sheet that came back filled → what it says, question by question, and what in it cannot be read.

Read between marks only: greetings, a mail's header, a signature are nobody's answer. Nothing is guessed: two crosses for one answer, words
that no option says, a figure among others are given back as they were written, with what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from dpia import crosses, enquiry, glossary
from dpia.answers import TEXT_LIMIT
from dpia.asking import known_people
from dpia.communes import plain
from dpia.crosses import NAME_LIMIT, Unclear, novel
from dpia.facts import AnsweredFacts
from dpia.language import t
from dpia.model import Question
from dpia.spotting import after, without
from dpia.values import Value

HEADER = re.compile(r"^\W*question\s+(\d{1,4})(?:\s+sur\s+\d{1,4})?[^\w\[]*(?=\[|$)", re.IGNORECASE)
MARK = re.compile(r"^[\W_]*?\[\s*([A-Za-z_][\w.-]{0,120})\s*\]")
QUOTES = re.compile(r"^[\s>]*")

LONGEST = 20_000  # characters under a mark: our words, and the longest answer
MOST = 10_000  # marks in a text: 500 cameras, each with all its fields


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes: a question, or the field of one element. `several`: the heading of a field asked of several elements."""

    question: Question
    liste: Question | None = None
    key: str = ""
    several: bool = False

    @property
    def path(self) -> str:
        """How the answer is named."""
        return f"{self.liste.id}[{self.key}].{self.question.id}" if self.liste else self.question.id


@dataclass(frozen=True, slots=True)
class Said:
    """One answer that could be read: of a multiple choice, only the options that were settled. `note`: what was written beside."""

    number: int
    place: Place
    value: Value
    note: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One answer that could not be read: the number of its question on the sheet, its path, what is written, what is expected."""

    number: int
    path: str
    written: str
    expected: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What a sheet says. `who`: whose sheet it is, "" when the mark is gone; `empty`: the questions left without an answer."""

    who: str
    said: tuple[Said, ...]
    problems: tuple[Problem, ...]
    empty: int


@dataclass(slots=True)
class _Area:
    """The lines under a mark. `depth`: how many ">" a mail program put before our lines."""

    mark: str
    number: int
    depth: int = 0
    lines: list[str] = field(default_factory=list)


def read(facts: AnsweredFacts, text: str) -> Filled:
    """Read a sheet against the dossier it was made from. A text without any mark gives nothing at all."""
    places = dict(_places(facts))
    who, said, problems, empty = "", [], [], set()
    found: dict[str, list[tuple[int, Said | None]]] = {}
    printed: dict[int, tuple[str, ...]] = {}
    for area in islice(_areas(facts, text), MOST):
        if area.mark.startswith(f"{enquiry.PERSON}."):
            who = who or _person(facts, area.mark.removeprefix(f"{enquiry.PERSON}."))
            continue
        place = places.get(area.mark.lower())
        if place is None:
            problems.append(Problem(area.number, area.mark, "", _lost(facts, area.mark)))
            continue
        try:
            if id(place.question) not in printed:
                printed[id(place.question)] = _sentences(place.question)
            answer = _read(facts, place, area, printed[id(place.question)])
        except Unclear as unclear:
            problems.append(Problem(area.number, place.path, unclear.written, unclear.expected))
            continue
        if not place.several:
            found.setdefault(area.mark.lower(), []).append((area.number, answer))
    for mark, twice in found.items():
        number, answers = twice[0][0], list({answer.value: answer for _, answer in twice if answer is not None}.values())
        if len(answers) > 1:  # a sheet and a copy of it in one mail
            expected = t("une seule des deux ; ce texte contient la fiche deux fois")
            problems.append(Problem(number, places[mark].path, t("deux réponses différentes"), expected))
        elif answers:
            said.append(answers[0])
        elif number not in {problem.number for problem in problems}:
            empty.add(number)
    return Filled(who, tuple(said), tuple(sorted(problems, key=lambda p: p.number)), len(empty - {answer.number for answer in said}))


def _places(facts: AnsweredFacts) -> Iterator[tuple[str, Place]]:
    """Every mark that the dossier can have, in lower case, and where its answer goes."""
    for question in facts.corpus.questions.values():
        yield question.id, Place(question)
        slugs = enquiry.marks(enquiry.elements(facts, question.id))
        for champ in question.champs[1:]:
            yield f"{question.id}.{champ.id}", Place(champ, question, several=True)
            yield from ((f"{question.id}.{slug}.{champ.id}".lower(), Place(champ, question, key)) for key, slug in slugs.items())


def _lost(facts: AnsweredFacts, mark: str) -> str:
    head, _, rest = mark.partition(".")
    if not mark:
        return t("le repère entre crochets de cette question a été effacé : remettez-le, comme sur la fiche")
    if head in facts.corpus.questions and "." in rest:
        return t("« {nom} » n'est plus dans le dossier, ou y a changé de nom", nom=rest.rpartition(".")[0])
    return t("ce repère n'est celui d'aucune question de cette version")


def _person(facts: AnsweredFacts, mark: str) -> str:
    return next((who for who in known_people(facts) if enquiry.slug(who).lower() == mark.lower()), mark[:NAME_LIMIT])


def _areas(facts: AnsweredFacts, text: str) -> Iterator[_Area]:
    """Cut a text at its marks. A question whose mark was erased gives an area without mark."""
    current: _Area | None = None
    number, waiting = 0, False  # a header was read, its mark is still to come (on this line, or cut onto the next one)
    for raw in text.split("\n"):
        quotes = QUOTES.match(raw)
        depth = quotes[0].count(">") if quotes else 0
        line = raw if current is None else _unquoted(raw, current.depth)
        bare = raw[quotes.end() :] if quotes else raw
        header = HEADER.match(bare)
        if header:
            if waiting:
                yield _Area("", number)
            if current is not None:
                yield current
            current, number, waiting = None, int(header[1]), True
            bare = bare[header.end() :]
        mark = MARK.match(bare)
        name = mark[1] if mark and _is_mark(facts, mark[1]) else ""
        if name:
            if current is not None:
                yield current
            waiting = False
            current = None if name.lower() == enquiry.END else _Area(name, number, depth, [bare[mark.end() :]])  # type: ignore[union-attr]  # matched
        elif current is not None:
            current.lines.append(line)
        elif waiting and bare.strip():
            yield _Area("", number)
            waiting = False
    if waiting:
        yield _Area("", number)
    if current is not None:  # the end was erased: what follows a signature is no answer
        current.lines = list(_before_signature(current.lines))
        yield current


def _unquoted(line: str, depth: int) -> str:
    """A line without the quotation marks that a mail program added to ours; one more would be the person's."""
    for _ in range(depth):
        line = line.lstrip().removeprefix(">") if line.lstrip().startswith(">") else line
    return line


def _is_mark(facts: AnsweredFacts, name: str) -> bool:
    head = name.lower().partition(".")[0]
    return head in facts.corpus.questions or name.lower() == enquiry.END or (head == enquiry.PERSON and "." in name)


def _before_signature(lines: Iterable[str]) -> Iterator[str]:
    starts = tuple(enquiry.words()["lecture"]["signature"])
    for line in lines:
        if line.strip() in ("--", "—") or plain(line).startswith(starts):
            return
        yield line


def _read(facts: AnsweredFacts, place: Place, area: _Area, ours: tuple[str, ...]) -> Said | None:
    """What an area answers; None when it was left empty. `ours`: what the sheet printed of the question. Raises Unclear."""
    question, say = place.question, enquiry.words()["fiche"]
    text = "\n".join(area.lines)
    if not text.strip():
        return None
    if len(text) > LONGEST:
        raise Unclear(text, t("une réponse de {n} caractères au plus", n=TEXT_LIMIT))
    known = (say["reponse"], *ours)
    if place.key and place.liste is not None:
        item = next(item for item in enquiry.elements(facts, place.liste.id) if item.key == place.key)
        text = after(text, (enquiry.called(place.liste, item, question),))  # a name may hold brackets
    elif question.type == "liste":
        known += (say["deja"], *(item.key for item in enquiry.elements(facts, question.id)))
    if place.several:
        if rest := novel(without(text, known), known):
            raise Unclear(rest, t("une réponse à côté de chaque {element}", element=place.liste.element if place.liste else ""))
        return None
    if question.type == "liste":
        value, note = crosses.names(question, text, known)
    elif question.type == "choix_multiple":
        value, note = crosses.several(question, text, known)
    elif choices := enquiry.boxes(facts, question):
        value, note = crosses.one(question, choices, text, known)
    else:
        value, note = crosses.written(question, crosses.after_cue(text, known, named=place.liste is not None)), ""
    return None if value is None else Said(area.number, place, value, note)


def _sentences(question: Question) -> tuple[str, ...]:
    """What a sheet printed of a question, sentence by sentence: the help as it was written, and as it is without some of its parts."""
    aide = enquiry.SENTENCE.split(" ".join(question.aide.split()))
    helped = enquiry.SENTENCE.split(enquiry.helped(question, ""))
    clauses = [part for sentence in aide for part in sentence.split(" ; ")]
    terms = [enquiry.defined(term) for term in glossary.terms(enquiry.wording(question))]
    return tuple(filter(None, (question.libelle, *aide, *helped, *clauses, *terms, *enquiry.SENTENCE.split(enquiry.hint(question)))))

"""The sheet sent to a person who may know: only their questions, in plain words, each with a mark by which the reply is read back.

A mark is "[conservation_jours]" for a question, "[cameras.son]" for a field asked of several elements, "[cameras.C07.son]" for one of
them: the element as `marks` writes it, without spaces, since mail programs cut lines there.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

from dpia import asking, glossary
from dpia.communes import Commune, find, plain
from dpia.facts import AnsweredFacts
from dpia.language import french
from dpia.model import Question
from dpia.resources import folder
from dpia.values import Item, Items
from dpia.yamlfile import read_knowledge

WIDTH = 72  # characters; mail programs cut longer lines
BOX = "[ ]"
END = "fin"  # the mark after the last question
PERSON = "pour"  # the mark that says whose sheet it is: [pour.installateur]
LONGEST = 24  # characters of an element in a mark
NAMED = 60  # characters of what tells an element apart
SENTENCE = re.compile(r"(?<=[.!?])\s+")
GLUED = re.compile(r" (?=[:;?!»])|(?<=«) ")  # spaces at which a line is not cut


@cache
def words() -> Mapping[str, Any]:
    """The words of the sheets, from templates/demande.yaml."""
    table: Mapping[str, Any] = read_knowledge((folder("templates") / "demande.yaml").read_text(encoding="utf-8"))
    return table


@dataclass(frozen=True, slots=True)
class Cell:
    """Where one answer goes. `name`: the element in words, "" for the question itself."""

    mark: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One numbered question. `boxes`: value → words of what can be ticked; `already`: the elements a list has."""

    mark: str
    question: Question
    help: str
    hint: str
    boxes: Mapping[str, str]
    cells: tuple[Cell, ...]
    already: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is asked of one person. `who`: their key or their name as typed, `name`: in words."""

    who: str
    name: str
    commune: Commune | None
    entries: tuple[Entry, ...]

    def say(self, key: str, **values: object) -> str:
        """A sentence of the sheet, from templates/demande.yaml."""
        of = "de la commune" if self.commune is None else self.commune.with_de
        town = {"de_commune": of} if key != "signature" or self.commune else {"de_commune": ""}
        return str(words()["fiche"][key]).format(**town, **values).rstrip()

    @property
    def subject(self) -> str:
        """The subject of the message."""
        return self.say("objet", n=asking.count(len(self.entries)))

    @property
    def person_mark(self) -> str:
        """The mark that says whose answers these are."""
        return f"{PERSON}.{slug(self.who)}"


@french()
def sheet(facts: AnsweredFacts, asked: Iterable[asking.Request], who: str) -> Sheet:
    """Write what is asked of a person, in the order given. A word that may be new to them is defined once."""
    code = facts.value("commune") if "commune" in facts.corpus.questions else None
    commune = find(code) if isinstance(code, str) else None
    entries: list[Entry] = []
    told: list[glossary.Term] = []
    for request in asked:
        new = glossary.undefined(wording(request.question), told)
        told += new
        entries.append(_entry(facts, request, who, new))
    return Sheet(who, asking.named(facts, who), commune, tuple(entries))


def _entry(facts: AnsweredFacts, request: asking.Request, who: str, new: tuple[glossary.Term, ...]) -> Entry:
    question, liste = request.question, request.liste
    already: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = (Cell(question.id),)
    if liste is None:
        mark = question.id
        already = tuple(item.key for item in elements(facts, question.id))
    else:
        slugs = marks(elements(facts, liste.id))
        mark = f"{liste.id}.{question.id}"
        cells = tuple(Cell(f"{liste.id}.{slugs[item.key]}.{question.id}", called(liste, item, question)) for item in request.items)
    help_ = " ".join(filter(None, (helped(question, who), *map(defined, new))))
    return Entry(mark, question, help_, hint(question), boxes(facts, question, liste is None), cells, already)


def elements(facts: AnsweredFacts, name: str) -> tuple[Item, ...]:
    """The elements of a list as answered."""
    answer = facts.answers.get(name)
    return answer.value.elements if answer and isinstance(answer.value, Items) else ()


def slug(text: str) -> str:
    """A name without spaces nor dashes, where mail programs cut: itself when short and plain, else its words without accents."""
    found = text if re.fullmatch(r"[A-Za-z0-9_]+", text) else plain(text).replace(" ", "_")
    return found if 0 < len(found) <= LONGEST else _distinct(found, text)


def marks(items: Iterable[Item]) -> dict[str, str]:
    """How each element of a list is written in a mark; elements that would be written alike get a mark of their own."""
    found = {item.key: slug(item.key) for item in items}
    alike = Counter(mark.lower() for mark in found.values())
    return {key: mark if alike[mark.lower()] == 1 else _distinct(mark, key) for key, mark in found.items()}


def _distinct(stem: str, text: str) -> str:
    return f"{stem[: LONGEST - 7]}_{sha256(text.encode('utf-8', 'replace')).hexdigest()[:6]}".lstrip("_")


def called(liste: Question, item: Item, asked: Question | None = None) -> str:
    """An element in words: what it is, its name, and for one that refers to another, the short texts that help to recognise it."""
    name = f"{liste.element[:1].upper()}{liste.element[1:]} {item.key}".strip()
    if not any(champ.type == "reference" for champ in liste.champs):
        return name
    texts = [item.cells.get(champ.id) for champ in liste.champs[1:] if champ.type in ("texte", "reference") and champ != asked]
    short = ", ".join([text for text in texts if isinstance(text, str)][:2])
    return f"{name} ({short})" if short and len(short) <= NAMED else name


def helped(question: Question, who: str) -> str:
    """The help of a question, without what speaks to the town hall or sends back to the person who reads it."""
    table = words()["aide_retiree"]
    out = [*table["tous"], *table.get(who, ())]
    said = " ".join(question.aide.split())
    for before, after in words()["aide_remplacee"].items():
        said = said.replace(before, after)
    kept = []
    for sentence in filter(None, SENTENCE.split(said)):
        parts = [part for part in sentence.split(" ; ") if not any(all(word in plain(part) for word in group) for group in out)]
        if parts:
            text = " ; ".join(parts)
            kept.append(text[:1].upper() + text[1:] + ("" if text[-1] in ".!?" else "."))
    return " ".join(kept)


def wording(question: Question) -> str:
    """All the words of a question, in which new terms are looked for."""
    return " ".join((question.libelle, question.aide, *question.options.values()))


def defined(term: glossary.Term) -> str:
    """A term and what it means, as one sentence."""
    return f"{term.name[:1].upper()}{term.name[1:]} : {term.meaning[:1].lower()}{term.meaning[1:]}"


def hint(question: Question) -> str:
    """What kind of answer is expected."""
    text = str(words()["consignes"][question.type])
    if question.type == "nombre":
        unit = question.unite
        return text + (f" {'d’' if plain(unit)[:1] in 'aeiou' else 'de '}{unit}." if unit else ".").replace("’", "'")
    return text


def boxes(facts: AnsweredFacts, question: Question, open_only: bool = False) -> dict[str, str]:
    """What can be ticked: value → words; of a multiple choice, only what is not settled when `open_only`."""
    say = words()["fiche"]
    match question.type:
        case "oui_non":
            return {"oui": say["oui"], "non": say["non"], "?": say["ne_sait_pas"]}
        case "choix":
            return {**question.options, "?": say["ne_sait_pas"][0].upper() + say["ne_sait_pas"][1:]}
        case "choix_multiple":
            answer = facts.answers.get(question.id) if open_only else None
            return asking.open_options(question, answer.value if answer else None)
        case "reference":
            found = {item.key: item.key for item in elements(facts, question.vers)}
            return {**found, "?": say["ne_sait_pas"]} if found else {}
        case _:
            return {}


@french()
def as_text(sheet: Sheet) -> str:
    """The sheet as the text of an e-mail, ready to be sent."""
    lines = [f"Objet : {sheet.subject}", "", "Bonjour,", "", *_filled(sheet.say("pourquoi")), ""]
    lines += [line for item in words()["fiche"]["comment"] for line in _filled(f"- {item}", "  ")]
    for number, entry in enumerate(sheet.entries, 1):
        lines += ["", "", f"{sheet.say('question', n=number, total=len(sheet.entries))}   [{entry.mark}]"]
        lines += [*_filled(entry.question.libelle), *_filled(entry.help), *_filled(entry.hint)]
        if entry.already:
            lines += _filled(f"{sheet.say('deja')} {', '.join(entry.already)}")
        lines += _answers(sheet, entry)
    return "\n".join([*lines, "", "", f"[{END}]  {sheet.say('fin')}", sheet.say("signature"), f"[{sheet.person_mark}]", ""])


def _filled(text: str, indent: str = "") -> list[str]:
    glued = GLUED.sub("\u00a0", text)
    lines = textwrap.wrap(glued, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return [line.replace("\u00a0", " ") for line in lines]


def _answers(sheet: Sheet, entry: Entry) -> Iterator[str]:
    for cell in entry.cells:
        head = f"[{cell.mark}]  {cell.name} :" if cell.name else ""
        if head:
            yield ""
        match entry.question.type:
            case "choix_multiple":
                yield from [head] if head else []
                yield from (line for label in entry.boxes.values() for line in option_lines(sheet, label))
            case "oui_non" | "choix" | "reference" if entry.boxes:
                yield from _boxes(head, entry)
            case _:
                yield from [head or sheet.say("reponse")]
                if entry.question.type == "liste":
                    yield from ("", f"{sheet.say('complete')}   {BOX} {sheet.say('oui')}   {BOX} {sheet.say('non')}")


def option_lines(sheet: Sheet, label: str) -> list[str]:
    """An option of a multiple choice and its two boxes: on one line if it fits."""
    ticks = f"{BOX} {sheet.say('oui')}   {BOX} {sheet.say('non')}"
    return [f"- {label} : {ticks}"] if len(label) + len(ticks) + 5 <= WIDTH else [*_filled(f"- {label} :", "  "), f"    {ticks}"]


def _boxes(head: str, entry: Entry) -> Iterator[str]:
    together = "   ".join(f"{BOX} {label}" for label in entry.boxes.values())
    if len(together) > WIDTH - 4 or entry.question.type != "oui_non":
        yield from [head] if head else []
        for label in entry.boxes.values():
            yield from _filled(f"{BOX} {label}", "    ")
    elif head and len(head) + len(together) + 2 <= WIDTH:
        yield f"{head}  {together}"
    else:
        yield from [head, f"    {together}"] if head else [together]

"""A PIA of the CNIL's tool → the answers that it gives without guessing, and all the rest to read again, rubric by rubric.

A legal answer is never drawn from a free text. What fills an answer: the commune when it is named as such, the delegate's address, the
retention when the rubric gives one number of days and nothing else. An answer of the dossier is never replaced.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from dpia import pia_words as words
from dpia.answers import Answer, AnswerError, in_words, is_answered, read_value
from dpia.communes import Commune, find, plain, search
from dpia.facts import AnsweredFacts
from dpia.pia_file import Pia, Said
from dpia.values import UNKNOWN

NAMED = re.compile(r"(?i)\b(?:commune|ville|mairie) (de la |de l['’]|de |du |des |d['’])([^\n.,;:()]{2,60})")
ARTICLES = {"du ": "le ", "des ": "les ", "de la ": "la ", "de l'": "l'"}
OFFICE = re.compile(r"(?i)(?<![\w.+-])(?:dpo|dpd)[\w.+-]*@[\w-]+(?:\.[\w-]+)+")
DURATION = re.compile(r"(?i)(?<![\d,.])(\d{1,4})\s*(?:jours?)\b")
# A duration in another unit, or in letters: the text says more than one number of days.
OTHERS = re.compile(r"(?i)\b(?:\d+|une?|deux|trois|quatre|cinq|six|sept|huit|dix|quinze|vingt|trente|soixante)\s*(?:mois|semaines?|ans?|années?|heures?|h)\b|[a-zé]+ jours?\b")  # fmt: skip
WIDTH = 100


@dataclass(frozen=True, slots=True)
class Found:
    """An answer that the PIA gives: the question, the value as one types it, where it was read."""

    question: str
    value: str
    place: str


@dataclass(frozen=True, slots=True)
class Imported:
    """`changes`: answers to record; `kept`: sentences on those that the dossier already has otherwise; `told`: what else to say."""

    changes: Mapping[str, Answer]
    kept: tuple[str, ...]
    told: tuple[str, ...]
    report: str
    unplaced: int


def gather(pia: Pia, facts: AnsweredFacts, on: str, file: str) -> Imported:
    """Read a PIA against a dossier. `on`: the day, for the answers; `file`: the name of the PIA, for the report."""
    corpus = facts.corpus
    commune = _commune(pia)
    said = facts.answers.get("commune")
    told, kept, changes = [], [], {}
    stranger = commune is not None and said is not None and is_answered(said.value) and said.value != commune.insee
    if commune is not None and stranger:
        told.append(
            f"Ce PIA nomme la commune de {commune.name} ({commune.insee}), et le dossier est celui d'une autre : rien n'a été rempli."
        )
    for found in () if stranger else _found(pia, commune):
        question = corpus.questions[found.question]
        try:
            value = read_value(question, found.value)
        except AnswerError:
            continue
        before = facts.answers.get(found.question)
        if before is None or before.value is UNKNOWN:
            note = " ".join(filter(None, (before.note if before else "", f"Repris d'un PIA importé ({found.place}), à vérifier.")))
            changes[found.question] = Answer(value, note=note, le=on)
        elif before.value != value:
            kept.append(
                f"{question.libelle} Dossier : {in_words(question, before.value)}. PIA ({found.place}) : {in_words(question, value)}. "
                f"Pour changer : dpia repondre DOSSIER {found.question}={found.value}"
            )
    sections = list(_sections(pia, facts))
    return Imported(changes, tuple(kept), tuple(told), _report(pia, facts, file, changes, (*told, *kept), sections), len(sections))


# -- what is read without guessing


def _found(pia: Pia, commune: Commune | None) -> Iterator[Found]:
    if commune is not None:
        yield Found("commune", commune.insee, f"commune de {commune.name}")
    texts = [said.text for _, said in pia.answers] + [said.text for said in pia.opinions]
    offices = {address.lower() for text in texts for address in OFFICE.findall(text)}
    if len(offices) == 1:
        yield Found("dpo_contact", offices.pop(), "seule adresse de délégué qu'il donne")
    asked, days = words.table()["traitements"].get(processing(pia), {}).get("duree", ""), retention(pia)
    if asked and days is not None:
        yield Found(asked, str(days), f"rubrique {words.table()['durees']['rubrique']}")


def _commune(pia: Pia) -> Commune | None:
    """The commune of our own file, or the only one that the PIA names as a commune, when its name is that of no other."""
    if words.MARK in pia.category:
        return find(pia.category.rpartition(words.MARK)[2].rstrip(") "))
    texts = (pia.name, pia.category, pia.text(111), pia.text(112))
    named = {insee for text in texts for match in NAMED.finditer(text) for insee in _known(match[1], match[2])}
    return find(named.pop()) if len(named) == 1 else None


def _known(article: str, name: str) -> set[str]:
    """The communes whose name is the longest beginning of these words: more than one share some names."""
    article = ARTICLES.get(article.lower().replace("’", "'"), "")
    pieces = name.split()
    for size in range(min(len(pieces), 8), 0, -1):
        typed = " ".join(pieces[:size])
        for wanted in filter(None, (f"{article}{typed}" if article else "", typed)):
            if same := {commune.insee for commune in search(wanted) if plain(commune.name) == plain(wanted)}:
                return same
    return set()


def processing(pia: Pia) -> str:
    """The only processing that the name and the category tell, "" otherwise."""
    told = f" {plain(pia.name)} {plain(pia.category)} "
    found = [name for name, entry in words.table()["traitements"].items() if any(f" {word} " in told for word in entry["mots"])]
    return found[0] if len(found) == 1 else ""


def retention(pia: Pia) -> int | None:
    """The days of retention, when its rubric gives one number of days, no other duration, and no word that makes it a limit."""
    table = words.table()["durees"]
    text = pia.text(table["rubrique"])
    found = DURATION.findall(text)
    if len(found) != 1 or OTHERS.search(text):
        return None
    sentence = next(part for part in re.split(r"[.;\n]", text) if DURATION.search(part))
    said = plain(sentence).split()
    bare = DURATION.match(sentence.strip()) is not None
    if len(re.findall(r"\d+", sentence)) != 1 or set(said) & set(table["refus"]):
        return None
    return int(found[0]) if bare or any(word.startswith(tuple(table["avec"])) for word in said) else None


# -- what is left to read


@dataclass(frozen=True, slots=True)
class _Section:
    title: str
    texts: tuple[str, ...]
    near: tuple[str, ...] = ()  # questions of the dossier on the same subject


def _sections(pia: Pia, facts: AnsweredFacts) -> Iterator[_Section]:
    known, near = words.questions(), words.table()["questions_proches"]
    ranked = sorted(pia.answers, key=lambda answer: answer[0])  # stable: the first of two answers stays the first
    for number, group in groupby(ranked, key=lambda answer: answer[0]):
        title = known.get(number) or pia.added.get(number) or "question que l'outil n'a pas d'origine"
        yield _Section(f"{number}. {title}", tuple(_words(said) for _, said in group), tuple(near.get(number, ())))
    for title, group_of, about in (
        ("Mesures (3.1)", pia.measures, tuple(near["mesures"])), ("Évaluations et plan d'action", pia.evaluations, ()),
        ("Avis et noms", pia.opinions, ()), ("Commentaires", pia.comments, ()),
    ):  # fmt: skip
        if group_of:
            yield _Section(title, tuple(f"{said.place} :\n{said.text}".strip() for said in group_of), about)
    if pia.attachments:
        yield _Section("Pièces jointes, restées dans l'archive (à copier dans pieces/)", pia.attachments)


def _words(said: Said) -> str:
    gauge = [f"Niveau : {said.gauge} sur 4"] if said.gauge else []
    return "\n".join([*gauge, *(f"- {item}" for item in said.items), said.text]).strip()


def _report(
    pia: Pia, facts: AnsweredFacts, file: str, changes: Mapping[str, Answer], warned: Iterable[str], sections: Iterable[_Section]
) -> str:
    """The text to read again. What the file says stands in indented blocks: shown as it is, never run as HTML or followed as a link."""
    corpus = facts.corpus
    lines = ["# PIA importé : ce qui reste à placer", "", _literal(f"{pia.name}\n{pia.category}\nfichier {file}".strip()), ""]
    lines += ["## Rempli dans le dossier", ""]
    lines += [f"- {corpus.label(name)} {in_words(corpus.questions[name], answer.value)} (`{name}`)" for name, answer in changes.items()]
    lines += [] if changes else ["Rien : aucune réponse ne se lit sans deviner."]
    if warned := tuple(warned):
        lines += ["", "## Non rempli", "", *(_literal(sentence) + "\n" for sentence in warned)]
    if pia.unread:
        lines += ["", f"{pia.unread} élément(s) du fichier ne disent rien qui se lise."]
    lines += ["", "## À relire, rubrique par rubrique", ""]
    lines += ["Un texte libre ne fonde pas une réponse de droit : lisez-le, puis répondez aux questions citées s'il y répond.", ""]
    for section in sections:
        lines += ["### " + _heading(section.title), ""]
        for text in section.texts:
            lines += [_literal(text or "(vide)"), ""]
        if section.near:
            lines += ["Questions du dossier sur ce sujet :", ""]
            lines += [f"- {corpus.label(name)} (`{name}`) : {_now(facts, name)}" for name in section.near] + [""]
    return "\n".join(lines).rstrip() + "\n"


def _now(facts: AnsweredFacts, name: str) -> str:
    answer = facts.answers.get(name)
    return "déjà répondu" if answer and is_answered(answer.value) else "ne sait pas" if answer else "sans réponse"


def _literal(text: str) -> str:
    """An indented block, cut at a width that Notepad shows."""
    wrapped = [line for row in text.splitlines() for line in (textwrap.wrap(row, WIDTH, break_on_hyphens=False) or [""])]
    return "\n".join(f"    {line}" for line in wrapped)


def _heading(title: str) -> str:
    """A title that may come from the file: letters, digits and plain punctuation only."""
    return re.sub(r"[^\w\s.,;:?'’()«»-]", " ", title)

"""The answers behind a judgement, in a few words: only those that decided, each with who said it, when, on what piece."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from dpia.answers import in_words
from dpia.coherence import ReadRule
from dpia.corpus import Corpus
from dpia.documents.view import View
from dpia.model import Question
from dpia.reasoning import Finding
from dpia.trace import Reading, Trace
from dpia.values import ABSENT, UNKNOWN, Choices, Items, Value

SHORT = 4  # a name of so few characters is a number, which says nothing without what it numbers
MANY = 3  # beyond this many elements that say the same, they are counted, not named
_OPTION = re.compile(r"(\w+) contient (\w+)$")


@dataclass(frozen=True, slots=True)
class Atom:
    """One answer that a condition looked at: its path, the option if one was sought, and what it says."""

    path: str
    option: str
    value: Value

    @property
    def root(self) -> str:
        """The question of the path."""
        return self.path.partition("[")[0]


def atoms(trace: Trace) -> Iterator[Atom]:
    """Yield the answers at the bottom of a trace, derived facts opened."""
    for reading in trace.readings:
        if reading.because is not None:
            yield from atoms(reading.because)
        else:
            yield _atom(trace.text, reading)
    for part in trace.parts:
        yield from atoms(part)


def _atom(text: str, reading: Reading) -> Atom:
    found = _OPTION.search(text)
    value = reading.value
    if found is None or not reading.path.endswith(found[1]):
        return Atom(reading.path, "", value)
    return Atom(reading.path, found[2], value.has(found[2]) if isinstance(value, Choices) else value)


def decisive(view: View, finding: Finding) -> list[Atom]:
    """The answers that gave the verdict, without those that only made the rule apply."""
    read = _reads(view.corpus).get(id(finding.rule))
    gates = {read.quand.text, *(quand.text for _, quand, _ in read.lectures)} if read else set()
    wanted = {"conforme": True, "ecart": False, "interdit": False}.get(finding.verdict, UNKNOWN)
    judged = [trace for trace in finding.traces if trace.text not in gates] or list(finding.traces)
    kept = [trace for trace in judged if trace.value is wanted] or judged
    found = [atom for trace in kept for atom in atoms(trace) if atom.value is not ABSENT]
    if finding.verdict == "a_verifier" and any(atom.value is UNKNOWN for atom in found):
        found = [atom for atom in found if atom.value is UNKNOWN]
    return list(dict.fromkeys(found))


@lru_cache(maxsize=2)
def _reads(corpus: Corpus) -> dict[int, ReadRule]:
    """Each wording by its identity: a rule may have several, of one name."""
    return {id(read.rule): read for read in corpus.rules}


def phrases(view: View, found: list[Atom]) -> list[str]:
    """Each answer in words; the elements of a list that say the same are put together."""
    groups: dict[tuple[str, str, str, str], list[str]] = {}
    for atom in found:
        question = view.corpus.question(atom.path)
        if question is None or view.hides(atom.path, atom.option):
            continue
        element = atom.path[atom.path.index("[") + 1 : atom.path.rindex("]")] if "]" in atom.path else ""
        field = atom.path.rpartition(".")[2] if element else ""
        groups.setdefault((atom.root, field, atom.option, _said(question, atom)), []).append(element)
    return [_together(view, root, elements, said) for (root, _, _, said), elements in groups.items()]


def _said(question: Question, atom: Atom) -> str:
    if atom.option:
        label = f"« {question.options[atom.option]} »"  # an option may name several cases: it is quoted as ticked, never told as a fact
        return f"{label} : {'oui' if atom.value else 'non'}" if isinstance(atom.value, bool) else label
    if atom.value is UNKNOWN:
        return question.libelle
    if isinstance(atom.value, Items):
        return ""
    return f"{question.libelle} {in_words(question, atom.value)}"


def _together(view: View, root: str, elements: list[str], said: str) -> str:
    names = list(dict.fromkeys(name for name in elements if name))
    if not names:
        return said
    who = f"{len(names)} {view.corpus.questions[root].element}s" if len(names) > MANY else named(view, root, names)
    return f"{who} : {said}" if said else ""


def named(view: View, liste: str | None, names: Sequence[str]) -> str:
    """Elements of a list by their names, with what they are where a name is only a number: "caméras 1, 2"."""
    question = view.corpus.questions.get(liste or "")
    kind = f"{question.element}{'s' if len(names) > 1 else ''} " if question and names and all(len(name) <= SHORT for name in names) else ""
    return f"{kind}{', '.join(names)}"


def summary(view: View, finding: Finding, limit: int = 4) -> str:
    """The deciding answers of a finding, in one line."""
    return listed(phrases(view, decisive(view, finding)), limit)


def listed(found: list[str], limit: int = 4) -> str:
    """Phrases joined, the last ones counted when there are many."""
    said = [text for text in found if text]
    more = len(said) - limit
    parts = said[:limit] + ([f"et {more} autre{'s' if more > 1 else ''} réponse{'s' if more > 1 else ''}"] if more > 0 else [])
    return " · ".join(parts)


def sentence(text: str) -> str:
    """The text with its full stop."""
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def origin(view: View, finding: Finding) -> str:
    """Who said so, when, and the piece that the answers name."""
    told: dict[str, str] = {}
    pieces: dict[str, None] = {}
    for root in dict.fromkeys(atom.root for atom in decisive(view, finding)):
        answer = view.dossier.answers.get(root)
        if answer is not None:
            told[answer.par] = max(told.get(answer.par, ""), answer.le if day(answer.le) else "")
            pieces |= {answer.preuve: None} if answer.preuve else {}
    said = " ; ".join(filter(None, (", ".join(filter(None, (who, day(when)))) for who, when in told.items())))
    return " ; ".join(filter(None, (said, f"pièce : {', '.join(pieces)}" if pieces else "")))


def day(text: str) -> str:
    """A day as typed, in French form; "" when it is none."""
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}"
    except ValueError:
        return ""

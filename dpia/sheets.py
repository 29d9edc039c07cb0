"""A rule as a sheet: labelled entries in plain words, for `droit montrer`, the review and the comparisons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dpia.answers import AnswerError, in_words
from dpia.checks import given_facts
from dpia.clauses import Clause, quoted
from dpia.coherence import ReadRule
from dpia.corpus import Corpus
from dpia.grammar import ConditionError, read_condition
from dpia.model import Example, Question, Rule, Source, Window
from dpia.printing import READ, SEVERITY, cite
from dpia.reasoning import VERDICT_WORDS
from dpia.trace import Ref
from dpia.values import ABSENT, Choices, Items, State, Value
from dpia.wording import Speaker

CERTAINTY = {"etablie": "établie", "discutee": "discutée", "a_confirmer": "à confirmer (texte non lu en entier)"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a sheet: its label, what it says. `field` names it for comparisons."""

    field: str
    label: str
    said: Clause

    @property
    def colon(self) -> str:
        """What stands between the label and what is said: nothing where the sentence goes on."""
        return "" if self.field in ("pour_chaque", "quand", "satisfait_si", "inconnu_si", "regularise_si") else " :"


def sheet(corpus: Corpus, read: ReadRule, unfold: bool = True) -> tuple[Entry, ...]:
    """Give all that a wording of a rule says, in the order a lawyer reads it. `unfold`: derived facts are followed by their meaning."""
    return tuple(entry for entry in _entries(corpus, read, Speaker(corpus, unfold)) if entry.said.text or entry.said.parts)


def _entries(corpus: Corpus, read: ReadRule, speaker: Speaker) -> Iterator[Entry]:
    rule = read.rule
    yield Entry("obligation", "Obligation", Clause(rule.obligation))
    if rule.pour_chaque:
        element = corpus.questions[rule.pour_chaque].element or "ligne"
        yield Entry("pour_chaque", "Se juge", Clause(f"pour chaque {element} de la liste {quoted(corpus.questions[rule.pour_chaque].libelle)}"))  # fmt: skip
    yield Entry("quand", "S'applique quand", speaker.say(read.quand))
    if read.satisfait is None:
        yield Entry("satisfait_si", "Est respectée si", Clause("jamais : dès qu'elle s'applique, il y a " + ("interdit" if rule.gravite == "interdiction" else "écart")))  # fmt: skip
    for field, label, condition in (
        ("satisfait_si", "Est respectée si", read.satisfait),
        ("inconnu_si", "Reste à vérifier si", read.inconnu),
        ("regularise_si", "Est régularisée si", read.regularise),
    ):
        if condition is not None:
            yield Entry(field, label, speaker.say(condition))
    if rule.avant_mise_en_service:
        yield Entry("avant", "Moment", Clause("l'acte précède la mise en service"))
    if rule.plafond:
        yield Entry("plafond", "Plafond", Clause("jamais mieux que « à vérifier » sans la pièce qui tranche"))
    yield Entry("a_produire", "Pièces qui trancheraient", _listed(rule.a_produire))
    yield Entry("a_faire", "À faire", Clause(rule.a_faire))
    yield Entry("qui", "Qui agit", Clause(corpus.roles[rule.qui]))
    yield Entry("preuve", "Preuve", Clause(rule.preuve))
    yield Entry("doute", "Doute", Clause(rule.doute))
    yield Entry("lectures", "Deux lectures", Clause("", tuple(_readings(read, speaker))))
    yield Entry("exige", "La conformité demande", _demanded(corpus, rule))
    yield Entry("entraine", "Un écart entraîne aussi", _listed(_titled(corpus, name) for name in rule.entraine))
    yield Entry("fondement", "Sources", Clause("", tuple(Clause(source_in_words(source), link=source.url) for source in rule.fondement)))
    yield Entry("exemples", "Exemples (le reste est inconnu)", Clause("", tuple(example_in_words(corpus, example) for example in rule.exemples)))  # fmt: skip


def headline(corpus: Corpus, rule: Rule) -> str:
    """Say in one line what kind of rule it is and when it applies."""
    return f"{SEVERITY[rule.gravite]} · certitude {CERTAINTY[rule.certitude]} · en vigueur {windows_in_words(rule.windows)}"


def windows_in_words(windows: tuple[Window, ...]) -> str:
    """Say the days on which a wording applies."""
    said = [f"du {w.du:%d/%m/%Y} au {w.au:%d/%m/%Y}" if w.au else f"depuis le {w.du:%d/%m/%Y}" for w in windows]
    return ", puis ".join(said)


def source_in_words(source: Source) -> str:
    """Name an article, how far it was read, and when."""
    state = f", copie du {source.etat_du:%d/%m/%Y}" if source.etat_du else ""
    return f"{cite(source)} ({READ[source.lu]}{state}, vérifié le {source.verifie_le:%d/%m/%Y})"


def _listed(texts: Any) -> Clause:
    said = tuple(Clause(text) for text in texts)
    return said[0] if len(said) == 1 else Clause("", said)


def _titled(corpus: Corpus, name: str) -> str:
    title = next((read.rule.titre for read in corpus.rules if read.rule.id == name), "")
    return f"{title} ({name})" if title else name


def _readings(read: ReadRule, speaker: Speaker) -> Iterator[Clause]:
    for lecture, quand, satisfait in read.lectures:
        said: list[Clause] = []
        for label, condition, usual in (("s'applique quand", quand, read.quand), ("est respectée si", satisfait, read.satisfait)):
            if condition is not None and (usual is None or condition.text != usual.text):
                said.append(Clause(label, (speaker.say(condition),), "suite"))
        mark = " (prudente : elle donne le verdict)" if lecture.prudente else ""
        yield Clause(f"{quoted(lecture.nom)}{mark}. {lecture.dit}" + (" Sous cette lecture, la règle :" if said else ""), tuple(said))


def _demanded(corpus: Corpus, rule: Rule) -> Clause:
    """What being met demands of the facts; a line that is no condition is given as it is written."""
    speaker, scope = Speaker(corpus), (rule.pour_chaque,) if rule.pour_chaque else ()
    said: list[Clause] = []
    for text in rule.exige:
        try:
            said.append(speaker.say(read_condition(text, corpus.names, scope)))
        except ConditionError:
            said.append(Clause(text))
    return said[0] if len(said) == 1 else Clause("", tuple(said))


# -- worked examples


def example_in_words(corpus: Corpus, example: Example) -> Clause:
    """Say a worked example: its verdict, then the facts it sets."""
    try:
        facts: Mapping[str, Value] = given_facts(corpus, example.faits)
    except AnswerError as error:
        return Clause(f"{VERDICT_WORDS[example.verdict]} : {error}")
    said = " ; ".join(text for name, value in facts.items() for text in _fact(corpus, name, value)) or "aucun fait connu"
    day = f" le {example.date:%d/%m/%Y}" if isinstance(example.date, date) else ""
    return Clause(f"{VERDICT_WORDS[example.verdict]}{day} : {said}")


def _fact(corpus: Corpus, name: str, value: Value) -> Iterator[str]:
    fact, question = corpus.derived.get(Ref(name)), corpus.questions.get(name)
    if fact is not None:
        yield f"{' '.join(fact.libelle.split())} : {_truth(value)}"
    elif question is None:
        yield f"{quoted(name)} : {_truth(value)}"
    elif value is ABSENT:
        yield f"{quoted(question.libelle)} ne se pose pas"
    else:
        yield f"{quoted(question.libelle)} : {_told(corpus, question, value)}"


def _truth(value: Value) -> str:
    return "oui" if value is True else "non" if value is False else "sans objet" if value is ABSENT else "inconnu"


def _told(corpus: Corpus, question: Question, value: Value) -> str:
    if isinstance(value, Choices):
        sides = ((value.oui, "oui pour"), (value.non, "non pour"))
        said = [f"{word} {', '.join(quoted(label) for option, label in question.options.items() if option in side)}" for side, word in sides if side]  # fmt: skip
        return ", ".join(said) or "rien n'est su"
    if isinstance(value, Items):
        rows = [f"{item.key} ({', '.join(_cells(corpus, question, item.cells))})" for item in value.elements]
        return ("[" + " ; ".join(rows) + "]" if rows else "liste vide") + ("" if value.complete else ", liste incomplète")
    return in_words(question, value)


def _cells(corpus: Corpus, question: Question, cells: Mapping[str, Value]) -> Iterator[str]:
    fields = {champ.id: champ for champ in question.champs}
    for name, value in cells.items():
        champ, fact = fields.get(name), corpus.derived.get(Ref(name, question.id))
        if champ is not None and name != "id":
            yield f"{quoted(champ.libelle)} : {_told(corpus, champ, value) if not isinstance(value, State) else _truth(value)}"
        elif fact is not None:
            yield f"{' '.join(fact.libelle.split())} : {_truth(value)}"

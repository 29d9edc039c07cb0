"""What the documents say of a dossier, in words: one answer, one truth for the AIPD, the sign and the notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import count
from typing import Any

from dpia.answers import in_words, is_answered
from dpia.asking import named
from dpia.communes import Commune, find
from dpia.corpus import Corpus
from dpia.dossier import Dossier
from dpia.facts import AnsweredFacts
from dpia.followup import FollowUp
from dpia.grammar import read_condition
from dpia.model import Rule, Source
from dpia.reasoning import Finding
from dpia.trace import Ref, Trace
from dpia.values import ABSENT, UNKNOWN, Choices, Item, Items, Value


@dataclass(frozen=True)
class View:
    """A dossier, its findings and its follow-up, ready to be put into words."""

    corpus: Corpus
    dossier: Dossier
    facts: AnsweredFacts
    findings: tuple[Finding, ...]
    follow_up: Mapping[str, FollowUp]
    numbers: Mapping[str, int] = field(default_factory=dict)  # rule → the number that its finding has in another document
    without: frozenset[str] = frozenset()  # texts that apply to none of the places filmed: the rules that all share cite the others

    def about(self, keep: Callable[[Finding], bool]) -> View:
        """The same dossier, with the findings of one processing only."""
        return replace(self, findings=tuple(finding for finding in self.findings if keep(finding)))

    def sources(self, rule: Rule) -> tuple[Source, ...]:
        """What a rule rests on, here: a rule of closed places may name a text that it sets aside."""
        kept = tuple(source for source in rule.fondement if source.texte not in self.without)
        return rule.fondement if rule.traitement == "videosurveillance_locaux" or not kept else kept

    @cached_property
    def commune(self) -> Commune | None:
        """The commune of the table, when it is known."""
        code = self.facts.value("commune")
        return find(code) if isinstance(code, str) else None

    @property
    def commune_name(self) -> str:
        """The commune's name, or that it is to be given."""
        return self.commune.name if self.commune else "commune à préciser"

    def value(self, name: str) -> Value:
        """A general fact."""
        return self.facts.value(name)

    def holds(self, name: str) -> bool:
        """Tell whether a yes-or-no fact is known to hold."""
        return self.facts.value(name) is True

    def known(self, name: str) -> bool:
        """Tell whether a fact has a value."""
        return is_answered(self.facts.value(name))

    def text(self, name: str) -> str:
        """A free text, or "" when nobody gave it."""
        value = self.facts.value(name)
        return value if isinstance(value, str) else ""

    def judge(self, condition: str) -> Trace:
        """Judge a condition of a table of law/ on the whole dossier."""
        return read_condition(condition, self.corpus.names).judge(self.facts, {})

    def say(self, name: str) -> str:
        """An answer in words; an unknown says who knows, a question that does not arise says so."""
        return self._words(self.facts.value(name), name)

    def told(self, name: str) -> str:
        """An answer in words, as it follows a colon: without a capital, unless somebody typed it."""
        question = self.corpus.questions.get(name)
        said = self.say(name)
        return said if question is None or question.type == "texte" or not said else lowered(said)

    def say_cell(self, liste: str, item: Item, field: str) -> str:
        """A cell of a list in words."""
        return self._words(self.facts.cell(liste, item, field), f"{liste}[{item.key}].{field}")

    def _words(self, value: Value, path: str) -> str:
        question = self.corpus.question(path)
        if question is None:
            return "vrai" if value is True else "faux" if value is False else "à vérifier"
        if value is ABSENT:
            return "sans objet"
        if value is UNKNOWN:
            return "à vérifier" + (f" (qui le sait : {self.whom(path)})" if self.whom(path) else "")
        if isinstance(value, Choices):
            return self.choices(value, path)
        return in_words(question, value)

    def choices(self, value: Choices, path: str) -> str:
        """The ticked options, then what is not known."""
        question = self.corpus.question(path)
        options = question.options if question else {}
        yes = [label for option, label in options.items() if option in value.oui]
        unknown = [label for option, label in options.items() if option not in value.oui | value.non]
        parts = [_series(yes)] if yes else [] if unknown else ["rien de cette liste"]
        if unknown:
            parts.append(f"à vérifier{f' (qui le sait : {self.whom(path)})' if self.whom(path) else ''} : {lowered(_series(unknown))}")
        return ". ".join(part[0].upper() + part[1:] for part in parts)

    def ticked(self, name: str) -> list[str]:
        """The labels of the ticked options of a multiple choice."""
        value, question = self.facts.value(name), self.corpus.questions[name]
        return [label for option, label in question.options.items() if isinstance(value, Choices) and option in value.oui]

    def has(self, name: str, option: str) -> bool:
        """Tell whether an option is known to be ticked."""
        value = self.facts.value(name)
        return isinstance(value, Choices) and option in value.oui

    def state(self, name: str, option: str) -> str:
        """An option in one word: oui, non, or à vérifier."""
        value = self.facts.value(name)
        found = value.has(option) if isinstance(value, Choices) else value
        return "oui" if found is True else "non" if found is False else "sans objet" if found is ABSENT else "à vérifier"

    def elements_with(self, liste: str, field: str, option: str) -> str:
        """Name the elements of a list that have an option; say when the list or the option is not known."""
        if not self.known(liste):
            return self.say(liste)
        found = {item.key: self.facts.cell(liste, item, field) for item in self.items(liste)}
        truths = {key: value.has(option) if isinstance(value, Choices) else UNKNOWN for key, value in found.items()}
        named = [key for key, truth in truths.items() if truth is True]
        unsure = [key for key, truth in truths.items() if truth is UNKNOWN]
        if unsure or not self.complete(liste):
            named.append("à vérifier pour " + (f": {', '.join(unsure)}" if unsure else "les autres"))
        return " ; ".join(named) or "aucun"

    def items(self, name: str) -> tuple[Item, ...]:
        """The elements of a list that are described."""
        value = self.facts.value(name)
        return value.elements if isinstance(value, Items) else ()

    def complete(self, name: str) -> bool:
        """Tell whether a list is said to be complete."""
        value = self.facts.value(name)
        return isinstance(value, Items) and value.complete

    def hides(self, path: str, option: str = "") -> bool:
        """Tell whether an answer is not to be said: none here, see masked_view.py."""
        return False

    def people(self, path: str) -> str:
        """Who may know."""
        return ", ".join(dict.fromkeys(map(self.role, self.corpus.who_knows(path))))

    def role(self, role: str) -> str:
        """Who answers or acts, in words."""
        return named(self.facts, role)

    def whom(self, path: str) -> str:
        """The first person to ask."""
        return self.people(path).partition(", ")[0]

    def note(self, name: str) -> str:
        """What the person added to an answer, with a capital and without a full stop; "" when nothing was added."""
        answer = self.dossier.answers.get(name)
        text = answer.note.strip().rstrip(".") if answer else ""
        return text[:1].upper() + text[1:]

    def told_on(self, name: str) -> str:
        """The day an answer was given, in French form; "" when nobody wrote it."""
        answer = self.dossier.answers.get(name)
        try:
            return f"{date.fromisoformat(answer.le):%d/%m/%Y}" if answer else ""
        except ValueError:
            return ""

    def options(self, name: str) -> list[dict[str, Any]]:
        """Each option of a multiple choice: its words, without a capital, and True, False or unknown."""
        value, question = self.facts.value(name), self.corpus.questions[name]
        return [
            {"valeur": o, "libelle": lowered(label), "etat": value.has(o) if isinstance(value, Choices) else value}
            for o, label in question.options.items()
        ]

    # -- purposes

    @cached_property
    def purposes(self) -> list[dict[str, Any]]:
        """The purposes that some site has, in the order of the table, with their sites and their regime."""
        rows = []
        for entry in self.corpus.data["finalites"]:
            sites = [site for site in self.items("sites") if self._serves(site, entry["valeur"])]
            if sites:
                regime = self.corpus.data["regimes"][entry["regime"]]
                rows.append({**entry, "sites": [site.key for site in sites], "nom_regime": regime["nom"], "base": regime["base"]})
        return rows

    @cached_property
    def regimes(self) -> list[dict[str, Any]]:
        """The regimes of the purposes, each with what follows from it."""
        found = dict.fromkeys(purpose["regime"] for purpose in self.purposes)
        return [self.corpus.data["regimes"][name] for name in found]

    def _serves(self, site: Item, purpose: str) -> bool:
        return any(
            isinstance(v, Choices) and purpose in v.oui
            for v in (self.facts.cell("sites", site, f) for f in ("finalites", "finalites_rares"))
        )

    def purpose_labels(self, site: Item) -> str:
        """The purposes of one site in words."""
        wanted = [entry["panneau"] for entry in self.corpus.data["finalites"] if self._serves(site, entry["valeur"])]
        return " ; ".join(wanted) or f"à vérifier (qui le sait : {self.whom('sites')})"

    # -- findings

    @cached_property
    def numbered(self) -> tuple[tuple[int, Finding], ...]:
        """The findings that say something, numbered as the annex lists them; those of `numbers` keep their number."""
        others = count(max(self.numbers.values(), default=0) + 1)
        shown = (finding for finding in self.findings if finding.verdict != "sans_objet")
        return tuple((self.numbers.get(finding.rule.id) or next(others), finding) for finding in shown)

    def of(self, verdict: str, *severities: str) -> list[tuple[int, Finding]]:
        """The numbered findings of a verdict, of these severities when given."""
        return [(n, f) for n, f in self.numbered if f.verdict == verdict and (not severities or f.rule.gravite in severities)]

    def derived(self, name: str, liste: str | None = None) -> tuple[Value, str, tuple[str, ...]]:
        """A derived fact: its value, its words, the questions it waits for."""
        reading = self.facts.read(Ref(name, liste), {})
        fact = self.corpus.derived[Ref(name, liste)]
        missing = reading.because.missing() if reading.because and reading.value is UNKNOWN else ()
        return reading.value, fact.libelle, missing


def lowered(label: str) -> str:
    """The label without its capital; a word in capitals (CNIL) stays as it is."""
    return label[0].lower() + label[1:] if label[1:2].islower() or label[1:2] in (" ", "'", "’") else label


def _series(labels: list[str]) -> str:
    """Labels in a row, the first capital only."""
    return " ; ".join([*labels[:1], *map(lowered, labels[1:])])

"""Loads the questionnaires and the law, checks them against each other, freezes one Corpus."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from hashlib import sha256
from typing import Any

import msgspec

from dpia import compiled
from dpia.analyses import Analysis
from dpia.coherence import TODAY, CorpusError, ReadRule, check_order, check_rules
from dpia.grammar import RESERVED, ConditionError, Name, read_condition
from dpia.language import FRENCH, t
from dpia.model import DerivedFact, Question, Rule, Theme
from dpia.resources import folder
from dpia.shapes import convert
from dpia.trace import Condition, Ref
from dpia.yamlfile import YamlError, read_knowledge

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
ROLES, COLUMNS = "questionnaires/interlocuteurs.yaml", "questionnaires/colonnes.yaml"
GLOSSARY = "questionnaires/glossaire.yaml"  # words, no theme: read by dpia.glossary
DATA = (
    "risques", "finalites", "regimes", "destinataires_publics", "non_couverts", "traitements", "changements", "mentions_panneau",
    "panneau_enfants", "sans_panneau", "controle_panneau", "lisibilite_panneau", "langues_panneau", "traductions_panneau",
    "fonctions", "remplacants", "objectifs_locaux", "reponses_locaux", "revision", "grille", "formules",
    "modeles", "reserves", "communication", "registre", "demandes_prefet",
    "calendrier", "autocontrole", "notice_destinataires", "notice_logiciel", "notice_ailleurs",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two answers that cannot both be true."""

    id: str
    si: Condition
    reponses: tuple[str, str]
    dit: str


@dataclass(frozen=True, eq=False)  # one corpus is loaded: identity is equality, and what follows from it can be kept
class Corpus:
    """Everything that is asked and required, checked. `conditions`: the `si` of questions and the definition of derived facts.

    `proposals`: for a question or a field, the answers that follow from other ones, each with its condition.
    """

    themes: tuple[Theme, ...]
    questions: Mapping[str, Question]
    derived: Mapping[Ref, DerivedFact]
    conditions: Mapping[Ref, Condition]
    proposals: Mapping[Ref, tuple[tuple[str, Condition], ...]]
    rules: tuple[ReadRule, ...]
    contradictions: tuple[Contradiction, ...]
    roles: Mapping[str, str]
    analyses: tuple[Analysis, ...]
    data: Mapping[str, Any]  # other tables of the law folder: risks, purposes
    names: Mapping[str, Name]
    version: str
    since: date
    digest: str
    language: str = FRENCH  # of what is shown: dpia.translation gives another one

    def question(self, path: str) -> Question | None:
        """Find the question of a path such as "conservation_jours" or "cameras[C07].masquage"."""
        head, _, rest = path.partition("[")
        question = self.questions.get(head)
        if question is None or not rest:
            return question
        last = rest.rpartition("].")[2] if "]." in rest else ""
        return next((champ for champ in question.champs if champ.id == last), question)

    def who_knows(self, path: str) -> tuple[str, ...]:
        """The roles that may know the answer: those of the field, else those of its list."""
        asked, general = self.question(path), self.questions.get(path.partition("[")[0])
        return (asked.qui_sait if asked else ()) or (general.qui_sait if general else ())

    def label(self, path: str) -> str:
        """Say the question of a path, the element named first."""
        question = self.question(path)
        element = path[path.index("[") + 1 : path.rindex("]")] if "]" in path else ""
        text = t(question.libelle) if question else path
        return t("{nom} : {valeur}", nom=element, valeur=text) if element else text

    def in_force(self, day: date) -> tuple[ReadRule, ...]:
        """Give the wordings that apply on a day."""
        return tuple(read for read in self.rules if any(day in window for window in read.rule.windows))


@cache
def load() -> Corpus:
    """Load the corpus that comes with the program. Raises CorpusError."""
    texts: dict[str, str] = {}
    for name in ("questionnaires", "law"):
        files = [entry for entry in folder(name).iterdir() if entry.name.endswith(".yaml")]
        texts |= {f"{name}/{entry.name}": entry.read_text(encoding="utf-8") for entry in sorted(files, key=lambda e: e.name)}
    digest = _digest(texts)
    kept = compiled.recall(digest)
    loaded = kept or _read_files(texts)
    corpus = _build(loaded, digest)
    if kept is None:
        compiled.keep(digest, loaded)
    return corpus


def build(texts: Mapping[str, str]) -> Corpus:
    """Build a corpus from file texts by name ("questionnaires/01-x.yaml", "law/y.yaml"). Raises CorpusError."""
    return _build(_read_files(texts), _digest(texts))


def _digest(texts: Mapping[str, str]) -> str:
    return sha256("\0".join(f"{k}\0{v}" for k, v in texts.items()).encode()).hexdigest()


def _read_files(texts: Mapping[str, str]) -> dict[str, Any]:
    """The files as plain values, a date as "2023-11-30": the same whether they were just read or kept from last time."""
    loaded: dict[str, Any] = {}
    for file, text in texts.items():
        try:
            loaded[file] = msgspec.to_builtins(read_knowledge(text))
        except YamlError as error:
            raise CorpusError(f"{file}, {error}") from error
        _check_keys(file, loaded[file])
    return loaded


def _build(loaded: Mapping[str, Any], digest: str) -> Corpus:
    themes = tuple(
        convert(file, {**raw, "fichier": file}, Theme)
        for file, raw in loaded.items()
        if file.startswith("questionnaires/") and file not in (ROLES, COLUMNS, GLOSSARY)
    )
    laws = {file: raw for file, raw in loaded.items() if file.startswith("law/")}
    facts = [(file, convert(file, raw, DerivedFact)) for file, law in laws.items() for raw in law.get("faits") or ()]
    questions = {question.id: question for theme in themes for question in theme.questions}
    names = _names(themes, facts)
    reader = _Reader(names)
    conditions = reader.of_questions(themes, facts)
    proposals = reader.proposals(themes)
    check_order(themes, facts, conditions)
    rules = [read for file, law in laws.items() for raw in law.get("regles") or () for read in reader.rule(file, raw)]
    roles = loaded.get(ROLES, {})
    data = {key: table for law in laws.values() for key, table in law.items() if key in DATA}
    check_rules(rules, roles, [entry["id"] for entry in data.get("traitements") or ()], data.get("changements") or {})
    about = loaded.get("law/corpus.yaml", {})
    return Corpus(
        themes, questions, {Ref(fact.id, fact.liste): fact for _, fact in facts}, conditions, proposals, tuple(rules),
        tuple(reader.contradiction(file, raw) for file, law in laws.items() for raw in law.get("contradictions") or ()), roles,
        tuple(reader.analysis(file, raw) for file, law in laws.items() for raw in law.get("analyses") or ()),
        data, names, str(about.get("version", "")),
        date.fromisoformat(about.get("couvre_depuis", "0001-01-01")), digest,
    )  # fmt: skip


def _check_keys(file: str, raw: Any) -> None:
    """A misspelt key at the head of a law file would silently drop its rules."""
    if not isinstance(raw, Mapping):
        raise CorpusError(f"{file}, ligne 1 : le fichier est vide, ou ne commence pas par une clé.")
    blocks = ("faits", "regles", "contradictions", "analyses")
    known = ("corpus", "version", "couvre_depuis", *blocks, *DATA)
    for key in raw if file.startswith("law/") else ():
        if key not in known:
            near = get_close_matches(str(key), known, 1)
            raise CorpusError(f"{file} : clé inconnue « {key} »" + (f" ; vouliez-vous « {near[0]} » ?" if near else "."))
        if key in blocks and not isinstance(raw[key] or [], list):
            raise CorpusError(f"{file} : « {key} » attend une liste de blocs, un par tiret.")


def _names(themes: tuple[Theme, ...], facts: list[tuple[str, DerivedFact]]) -> dict[str, Name]:
    names: dict[str, Name] = {TODAY: Name("date")}
    for theme in themes:
        for question in theme.questions:
            if question.id in names or question.id in RESERVED or not IDENTIFIER.fullmatch(question.id):
                raise CorpusError(f"{theme.fichier}, ligne {question.ligne} : « {question.id} » est déjà pris, réservé ou mal formé.")
            fields: dict[str, Name] = {}
            for champ in question.champs:
                if champ.id in fields or champ.id in RESERVED or not IDENTIFIER.fullmatch(champ.id) or champ.type == "liste":
                    raise CorpusError(
                        f"{theme.fichier}, ligne {champ.ligne or question.ligne}, {question.id} : le champ « {champ.id} » est déjà pris, réservé, mal formé ou une liste."
                    )
                fields[champ.id] = Name(champ.type, frozenset(champ.options))
            if (question.type == "liste") != (next(iter(fields), "") == "id"):
                raise CorpusError(
                    f"{theme.fichier}, ligne {question.ligne}, {question.id} : une liste, et elle seule, a des « champs », « id » le premier."
                )
            for option in (option for asked in (question, *question.champs) for option in asked.options):
                if not IDENTIFIER.fullmatch(option):
                    raise CorpusError(
                        f"{theme.fichier}, ligne {question.ligne}, {question.id} : l'option « {option} » s'écrit en minuscules, sans accent ni espace."
                    )
            names[question.id] = Name(question.type, frozenset(question.options), fields)
    for file, fact in facts:
        owner = names.get(fact.liste or "")
        if fact.liste and (owner is None or owner.kind != "liste"):
            raise CorpusError(f"{file}, ligne {fact.ligne}, {fact.id} : « {fact.liste} » n'est pas une liste.")
        target = dict(owner.fields) if owner else names
        if fact.id in target or fact.id in RESERVED or not IDENTIFIER.fullmatch(fact.id):
            raise CorpusError(f"{file}, ligne {fact.ligne} : le fait « {fact.id} » est déjà pris, réservé ou mal formé.")
        target[fact.id] = Name("oui_non")
        if owner and fact.liste:
            names[fact.liste] = Name("liste", owner.options, target)
    return names


class _Reader:
    """Reads the conditions of the files, adding the place to the errors."""

    def __init__(self, names: Mapping[str, Name]) -> None:
        self.names = names

    def read(self, text: str | None, place: str, liste: str | None = None) -> Condition | None:
        if text is None:
            return None
        try:
            return read_condition(str(text), self.names, (liste,) if liste else ())
        except ConditionError as error:
            raise CorpusError(f"{place} : {error}") from error

    def need(self, text: str, place: str, liste: str | None = None) -> Condition:
        condition = self.read(text, place, liste)
        assert condition is not None
        return condition

    def of_questions(self, themes: tuple[Theme, ...], facts: list[tuple[str, DerivedFact]]) -> dict[Ref, Condition]:
        found: dict[Ref, Condition] = {}
        for file, fact in facts:
            found[Ref(fact.id, fact.liste)] = self.need(fact.vrai_si, f"{file}, ligne {fact.ligne}, {fact.id}", fact.liste)
        for theme in themes:
            for liste, question in ((None, q) for q in theme.questions):
                for owner, asked in ((liste, question), *((question.id, champ) for champ in question.champs)):
                    if asked.si is not None:
                        found[Ref(asked.id, owner)] = self.need(
                            asked.si, f"{theme.fichier}, ligne {asked.ligne or question.ligne}, {asked.id}", owner
                        )
        return found

    def proposals(self, themes: tuple[Theme, ...]) -> dict[Ref, tuple[tuple[str, Condition], ...]]:
        found: dict[Ref, tuple[tuple[str, Condition], ...]] = {}
        for theme in themes:
            for question in theme.questions:
                for owner, asked in ((None, question), *((question.id, champ) for champ in question.champs)):
                    place = f"{theme.fichier}, ligne {asked.ligne or question.ligne}, {asked.id}, propose_si"
                    told = tuple((value, self.need(text, place, owner)) for value, text in asked.propose_si.items())
                    if told:
                        found[Ref(asked.id, owner)] = told
        return found

    def rule(self, file: str, raw: Mapping[str, Any]) -> Iterator[ReadRule]:
        for version in ({}, *(raw.get("versions") or ())):
            rule = convert(file, {**raw, **version, "versions": ()}, Rule)
            place = f"{file}, ligne {rule.ligne}, {rule.id}"
            if rule.pour_chaque is not None and self.names.get(rule.pour_chaque, Name("texte")).kind != "liste":
                raise CorpusError(f"{place} : « {rule.pour_chaque} » n'est pas une liste.")
            quand = self.need(rule.quand, f"{place}, quand", rule.pour_chaque)
            read = [
                self.read(text, f"{place}, {key}", rule.pour_chaque)
                for key, text in (
                    ("satisfait_si", rule.satisfait_si),
                    ("inconnu_si", rule.inconnu_si),
                    ("regularise_si", rule.regularise_si),
                )
            ]
            lectures = tuple(
                (
                    lecture,
                    self.need(lecture.quand or rule.quand, f"{place}, lectures", rule.pour_chaque),
                    self.read(lecture.satisfait_si or rule.satisfait_si, f"{place}, lectures", rule.pour_chaque),
                )
                for lecture in sorted(rule.lectures, key=lambda lecture: not lecture.prudente)
            )
            exige = tuple(self.need(text, f"{place}, exige", rule.pour_chaque) for text in rule.exige)
            yield ReadRule(rule, file, quand, read[0], read[1], read[2], lectures, exige)

    def contradiction(self, file: str, raw: Mapping[str, Any]) -> Contradiction:
        place = f"{file}, ligne {raw.get('ligne', '?')}, {raw.get('id', '?')}"
        if set(raw) - {"ligne"} != {"id", "si", "reponses", "dit"} or len(raw["reponses"]) != 2:
            raise CorpusError(f"{place} : une contradiction a « id », « si », « reponses » (deux) et « dit ».")
        for name in raw["reponses"]:
            if name.partition(".")[0] not in self.names:
                raise CorpusError(f"{place} : « {name} » n'est pas une question.")
        return Contradiction(raw["id"], self.need(raw["si"], place), tuple(raw["reponses"]), raw["dit"])

    def analysis(self, file: str, raw: Mapping[str, Any]) -> Analysis:
        """An assessment whose texts quote questions that exist and whose conditions can be read."""
        analysis = convert(file, raw, Analysis)
        place = f"{file}, ligne {analysis.ligne}, analyse « {analysis.id} »"
        for name in analysis.questions():
            if name not in self.names:
                near = get_close_matches(name, self.names, 1)
                raise CorpusError(f"{place} : « {name} » n'est pas une question" + (f" ; vouliez-vous « {near[0]} » ?" if near else "."))
        for text in analysis.conditions():
            self.need(text, place)
        return analysis

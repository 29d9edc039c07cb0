"""What stands above each prompt: its title and help, how far one is, the terms met for the first time, who may know."""

from __future__ import annotations

from collections.abc import Iterator

from dpia.corpus import Corpus
from dpia.facts import AnsweredFacts
from dpia.glossary import Term, undefined
from dpia.interview import CARRIED, IMPORT, REVISE, TAKE_OUT, Step, arising, items_of
from dpia.language import FRENCH, t
from dpia.model import Question, Theme
from dpia.terminal import confirming
from dpia.terminal.readback import called
from dpia.terminal.surface import Head


def asked_by(corpus: Corpus, step: Step) -> tuple[Question, Question]:
    """The question of a step, and the field asked (the question itself where there is none)."""
    question = corpus.questions[step.question]
    return question, next((champ for champ in question.champs if champ.id == step.field), question)


def place_of(facts: AnsweredFacts, step: Step) -> tuple[Theme, int, int]:
    """The theme of a step, its rank among those that have something to ask now, and how many of them there are."""
    theme = next(theme for theme in facts.corpus.themes if any(question.id == step.question for question in theme.questions))
    met = [entry.theme for entry in facts.corpus.themes if entry is theme or _told_and_arising(facts, entry)[1]]
    return theme, met.index(theme.theme) + 1, len(met)


def progress(facts: AnsweredFacts, step: Step) -> tuple[int, int]:
    """How many questions of the theme are answered, of those that arise now."""
    return _told_and_arising(facts, place_of(facts, step)[0])


def _told_and_arising(facts: AnsweredFacts, theme: Theme) -> tuple[int, int]:
    names = [question.id for question in arising(facts, theme.theme) if not question.repond]
    return sum(name in facts.answers for name in names), len(names)


def head_of(facts: AnsweredFacts, step: Step, with_help: bool) -> Head:
    """What to show above the place to answer."""
    question, asked = asked_by(facts.corpus, step)
    items = items_of(facts.answers, question.id)
    title, help_ = asked.libelle, asked.aide
    if step.field == CARRIED:
        return confirming.head(facts)
    if step.field == IMPORT:
        title = t("Comment voulez-vous décrire les caméras ?")
        help_ = t("Le tableau des caméras se demande à l'installateur. Il remplit aussi la liste des sites.")
    elif step.field == TAKE_OUT:
        title, help_ = t("Retirer « {nom} » de la liste, avec tout ce qui en est dit ?", nom=step.keys[0]), ""
    elif len(step.keys) > 1:
        title = t(
            "{element} par {element_bas} · {libelle}", element=question.element.capitalize(), element_bas=question.element, libelle=title
        )
    elif step.keys:
        item = next(item for item in items.elements if item.key == step.keys[0])
        title = f"{question.element.capitalize()} {called(question, item, asked)} · {asked.libelle}"
    elif items.elements:
        names = ", ".join(item.key for item in items.elements)
        title = t("{question} Déjà dans la liste : {noms}. Y en a-t-il d'autres ?", question=question.libelle, noms=names)
        help_ = ""
    told, count = progress(facts, step)
    who = next((facts.corpus.roles[role] for role in asked.qui_sait or question.qui_sait), "")
    return Head(title, help_ if with_help else "", t("{faites} sur {total}", faites=told, total=count), who=who)


def new_terms(step: Step, head: Head, asked: Question, met: set[str], language: str = FRENCH) -> Iterator[Term]:
    """The terms of a prompt, said in a language that were not met yet in this sitting; they are met now."""
    if step.field in (IMPORT, TAKE_OUT, CARRIED, REVISE):
        return
    for term in undefined("\n".join((head.title, asked.aide, *asked.options.values())), language=language):
        if term.name not in met:
            met.add(term.name)
            yield term


def explanations(facts: AnsweredFacts, step: Step) -> Iterator[str]:
    """All that can be said of a question: its help, its terms, for an overview the help of each row, who knows, the text it comes from."""
    question, asked = asked_by(facts.corpus, step)
    if step.field == CARRIED:
        yield confirming.help_text()
        return
    if asked.aide or question.aide:
        yield (asked.aide or question.aide).strip()
    for term in undefined("\n".join((asked.libelle, asked.aide, *asked.options.values())), language=facts.corpus.language):
        yield defined(term)
    for option, row in question.repond.items():
        name, _, inner = (row.cible or option).partition(".")
        target = facts.corpus.questions[name]
        target = next((champ for champ in target.champs if champ.id == inner), target)
        if target.aide and facts.arises(name):
            yield t("{nom} : {valeur}", nom=question.options[option], valeur=" ".join(target.aide.split()))
    people = ", ".join(facts.corpus.roles[role] for role in asked.qui_sait or question.qui_sait)
    if people:
        yield t("Qui le sait : {personnes}.", personnes=people)
    source = asked.source or question.source
    if source:
        yield t("Texte : {source}.", source=source)


def defined(term: Term) -> str:
    """A term and its meaning, as one line."""
    return t("{nom} : {valeur}", nom=term.name[:1].upper() + term.name[1:], valeur=term.meaning)

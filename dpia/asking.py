"""Who to ask what: the answers still to be found, the most decisive first, each with the people who may know it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dpia.answers import clean
from dpia.communes import plain
from dpia.corpus import Corpus
from dpia.facts import AnsweredFacts
from dpia.language import later, t
from dpia.model import Question, Severity
from dpia.printing import wrap
from dpia.reasoning import Effect, Finding, by_effect
from dpia.values import UNKNOWN, Choices, Item, Items

CHANGES: Mapping[Severity, str] = {
    "interdiction": later("peut révéler un usage interdit, ou l'écarter"),
    "bloquante": later("peut lever ou confirmer un point bloquant"),
    "majeure": later("peut lever ou confirmer un point majeur"),
    "mineure": later("peut lever ou confirmer un point mineur"),
    "recommandation": later("peut lever ou confirmer une recommandation"),
}
KEYS_SHOWN = 6  # elements named in a line of the list


@dataclass(frozen=True, slots=True)
class Request:
    """A question to put to someone. For a field of a list (`liste`), `items` are the elements concerned.

    `people`: who may know, keys of interlocuteurs.yaml or names as they were typed. `effect`: of the most decisive element; None when
    no verdict waits for the answer, which then only completes the documents.
    """

    question: Question
    people: tuple[str, ...]
    effect: Effect | None = None
    liste: Question | None = None
    items: tuple[Item, ...] = ()

    @property
    def path(self) -> str:
        """How a person names the answer: "conservation_jours", "cameras[C07].son"; for several elements, "cameras[…].son"."""
        if self.liste is None:
            return self.question.id
        return f"{self.liste.id}[{self.items[0].key if len(self.items) == 1 else '…'}].{self.question.id}"


def requests(facts: AnsweredFacts, findings: tuple[Finding, ...]) -> tuple[Request, ...]:
    """Give what is still unknown, ranked by `by_effect`; then what a person said not to know and no verdict waits for.

    The elements of a list for which the same field is asked of the same people make one request, at the rank of the most decisive one.
    """
    found: dict[tuple[str, str, tuple[str, ...]], Request] = {}
    effects = {effect.path: effect for effect in by_effect(facts, findings)}
    for path in (*effects, *(path for path in _said_unknown(facts) if path not in effects)):
        question = facts.corpus.question(path)
        if question is None:
            continue
        root, _, rest = path.partition("[")
        asked, people = facts.corpus.questions[root], may_know(facts, path)
        items = tuple(item for item in _items(facts, root) if item.key == rest.rpartition("].")[0]) if rest else ()
        before = found.get((root, question.id, people))
        found[root, question.id, people] = Request(
            question, people, before.effect if before else effects.get(path), asked if rest else None, (*(before.items if before else ()), *items)
        )  # fmt: skip
    return tuple(found.values())


def _items(facts: AnsweredFacts, name: str) -> tuple[Item, ...]:
    answer = facts.answers.get(name)
    return answer.value.elements if answer and isinstance(answer.value, Items) else ()


def _said_unknown(facts: AnsweredFacts) -> Iterator[str]:
    """Yield the questions and the cells answered "ne sait pas", and the boxes left open, that arise."""
    for question in facts.corpus.questions.values():
        answer = facts.answers.get(question.id)
        if answer is None or question.repond or not facts.arises(question.id):
            continue
        if answer.value is UNKNOWN or (isinstance(answer.value, Choices) and open_options(question, answer.value)):
            yield question.id
        for champ in question.champs:
            for item in _items(facts, question.id):
                if item.cells.get(champ.id) is UNKNOWN and facts.cell_arises(question.id, item, champ.id):
                    yield f"{question.id}[{item.key}].{champ.id}"


def open_options(question: Question, value: object) -> dict[str, str]:
    """The options of a multiple choice that nobody settled."""
    known = value.oui | value.non if isinstance(value, Choices) else frozenset()
    return {option: label for option, label in question.options.items() if option not in known}


def may_know(facts: AnsweredFacts, path: str) -> tuple[str, ...]:
    """Who may know an answer: the person that was named for it, else the roles of the question.

    A role that answered "je ne sais pas" is asked again only when nobody else may know. What is said of a list goes for its fields, unless
    a field says itself who knows it.
    """
    corpus, root = facts.corpus, path.partition("[")[0]
    question, answer = corpus.question(path), facts.answers.get(root)
    own = question.qui_sait if question is not None and root != path else ()
    if answer is None or own:
        return own or corpus.who_knows(path)
    if answer.qui:
        return (person(corpus, answer.qui),)
    roles = corpus.who_knows(path)
    others = tuple(role for role in roles if answer.value is not UNKNOWN or role != person(corpus, answer.par))
    return others or roles


def person(corpus: Corpus, text: str) -> str:
    """The key of a role that was written by its key or its words; any other person as typed."""
    wanted = plain(text)
    return next((key for key, label in corpus.roles.items() if wanted in (plain(key), plain(label))), clean(text))


def known_people(facts: AnsweredFacts) -> tuple[str, ...]:
    """The roles, then the other persons that answers name."""
    named = (person(facts.corpus, answer.qui) for answer in facts.answers.values() if answer.qui)
    return tuple(dict.fromkeys((*facts.corpus.roles, *named)))


def resolve(facts: AnsweredFacts, typed: str) -> str | None:
    """The person that was typed, by key, by words or as an answer names them; None for a person that nobody knows."""
    wanted = person(facts.corpus, typed)
    return next((who for who in known_people(facts) if plain(who) == plain(wanted)), None)


def named(facts: AnsweredFacts, who: str) -> str:
    """A person in words; where the commune has no such person, the one who stands for them."""
    other = (facts.corpus.data.get("remplacants") or {}).get(who)
    if other is not None and facts.value(other["sans"]) is False:
        return t(other["nom"])
    return facts.corpus.roles.get(who, who)


def by_person(found: tuple[Request, ...]) -> dict[str, tuple[Request, ...]]:
    """Each question to one person, the first who may know it; first the person who holds the most decisive one."""
    groups: dict[str, list[Request]] = {}
    for request in found:
        groups.setdefault(request.people[0] if request.people else "", []).append(request)
    return {who: tuple(group) for who, group in groups.items()}


def asked_of(found: tuple[Request, ...], who: str) -> tuple[Request, ...]:
    """All the questions that a person may know."""
    return tuple(request for request in found if who in request.people)


def count(number: int) -> str:
    """ "1 question", "4 questions"."""
    return t("1 question") if number == 1 else t("{n} questions", n=number)


def overview(facts: AnsweredFacts, found: tuple[Request, ...]) -> str:
    """The list for the terminal: by person, the most decisive first, each question with what it can change."""
    if not found:
        return t("Il ne reste rien à demander.")
    lines = [t("Il reste {n} à poser, les plus décisives d'abord.", n=count(len(found)))]
    for who, group in by_person(found).items():
        name = named(facts, who) if who else t("à déterminer")
        more = len(asked_of(found, who)) - len(group)
        also = t(" ; peut aussi répondre à {n}, posées d'abord à d'autres", n=count(more)) if more > 0 else ""
        lines += ["", f"{name[:1].upper()}{name[1:]} ({count(len(group))}{also})"]
        lines += [line for request in group for line in _row(facts, request)]
    return "\n".join([*lines, "", *_next(found)])


def _row(facts: AnsweredFacts, request: Request) -> Iterator[str]:
    keys = [item.key for item in request.items]
    shown = ", ".join(keys[:KEYS_SHOWN]) + (t(" et {n} autres", n=len(keys) - KEYS_SHOWN) if len(keys) > KEYS_SHOWN else "")
    yield wrap(f"• {shown} : {request.question.libelle}" if keys else f"• {request.question.libelle}", "    ", "  ")
    changes = t(CHANGES[request.effect.gravite]) if request.effect else t("complète les documents, sans changer de verdict")
    others = ", ".join(named(facts, who) for who in request.people[1:])
    yield wrap(f"{changes}{t(' ; aussi : ') + others if others else ''} [{request.path}]", "    ")


def _next(found: tuple[Request, ...]) -> Iterator[str]:
    who = next((who for who in by_person(found) if who), "QUI")
    name = f'"{who}"' if " " in who else who
    yield t("Le courriel à envoyer à une personne :  dpia reste DOSSIER --pour {qui}", qui=name)
    yield t("Une fiche par personne, en Word et en texte :  dpia reste DOSSIER --toutes")

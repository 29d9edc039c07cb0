"""The screen of a dossier taken over: what changed since last year? A box ticked asks its question again, an empty one confirms it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dpia import revision
from dpia.answers import Answer
from dpia.carrying import counted, dated, unconfirmed
from dpia.dossier import Dossier
from dpia.facts import AnsweredFacts
from dpia.interview import CARRIED, REVISE, Session, Step, items_of
from dpia.language import t
from dpia.model import Question
from dpia.terminal.readback import spoken
from dpia.terminal.surface import Head, Key, Surface
from dpia.values import ABSENT, Choices, Items, Value

LONGEST = 70  # characters of an answer shown
NAMED = 4  # elements of a list shown


def head(facts: AnsweredFacts) -> Head:
    """What stands above the boxes: since when, and how many answers are left to confirm in all."""
    since = dated({name: answer for name, answer in facts.answers.items() if answer.repris})
    title = (
        t("Depuis le {jour}, qu'est-ce qui a changé ?", jour=f"{since:%d/%m/%Y}")
        if since
        else t("Depuis l'ancien dossier, qu'est-ce qui a changé ?")
    )
    left = t("à confirmer : {n}", n=len(unconfirmed(facts)))
    return Head(title, help_text(), left, keys=frozenset({Key.BACK, Key.HELP, Key.REVIEW}))


def help_text() -> str:
    """What a box means."""
    return t(
        "Cochez ce qui n'est plus vrai : la question revient, avec votre ancienne réponse. Le reste est confirmé à la date d'aujourd'hui."
    )


def ask(ui: Surface, facts: AnsweredFacts, step: Step, head: Head, draft: Any = None) -> Any:
    """Ask which answers of a step changed; give Choices of question ids, UNKNOWN or Left."""
    names = [name for name in step.keys if name in facts.answers and facts.arises(name)]
    confirmed = frozenset(name for name in names if not facts.answers[name].repris)
    before = draft if draft is not None else Choices(non=confirmed) if confirmed else ABSENT
    return ui.boxes(head, {name: row(facts.corpus.questions[name], facts.answers[name].value) for name in names}, before)


def row(question: Question, value: Value) -> str:
    """A question and its answer, in short; of a list, the names of its elements and what changes most in it."""
    if not isinstance(value, Items):
        told = " ".join(spoken(question, value).split())
        return f"{question.libelle} → {told if len(told) <= LONGEST else told[: LONGEST - 1] + '…'}"
    keys = [item.key for item in value.elements]
    if not keys:
        return f"{question.libelle} → {spoken(question, value)}"
    names = ", ".join(keys[:NAMED]) + (t(" et {n} autres", n=len(keys) - NAMED) if keys[NAMED:] else "")
    often = " ".join(champ.libelle for champ in question.champs if champ.change == "souvent")
    return t("{question} → {noms}, et ce qui en est dit.", question=question.libelle, noms=names) + (
        " " + t("Pensez à : {champs}", champs=often) if often else ""
    )


def settled(facts: AnsweredFacts, session: Session, step: Step, value: Value) -> dict[str, Answer]:
    """Say which answers are confirmed; `session` remembers which questions to ask again, and that the others were shown."""
    said = value if isinstance(value, Choices) else Choices()
    again = frozenset(_path(facts, name) for name in said.oui)
    session.forced -= {_path(facts, name) for name in said.non}
    session.reopen(again)
    session.asked = session.asked | {Step(name, CARRIED) for name in step.keys}
    return {name: replace(facts.answers[name], repris="") for name in step.keys if name in said.non and facts.answers[name].repris}


def _path(facts: AnsweredFacts, name: str) -> str:
    return f"{name}.{REVISE}" if facts.corpus.questions[name].type == "liste" else name


def confirmed_list(answers: Mapping[str, Answer], name: str) -> dict[str, Answer]:
    """A list that was looked at and corrected: it holds."""
    return {name: replace(answers[name], value=items_of(answers, name), repris="")} if name in answers else {}


def closing(dossier: Dossier, facts: AnsweredFacts) -> list[str]:
    """What to say at the end of a sitting at a dossier that was taken over: what calls for a review, what is to be confirmed."""
    source, found = revision.of_dossier(dossier, facts)
    unsure = unconfirmed(facts)
    said = [t("Depuis l'ancien dossier, ceci est à revoir :"), *revision.paragraphs(found)] if found else []
    if source and not found:
        said = [t("Rien à revoir depuis l'ancien dossier.")]
    return said + ([counted(unsure, facts.answers)] if unsure else [])


def in_short(step: Step, value: Value) -> str:
    """What was said of a screen, on a line."""
    said = value if isinstance(value, Choices) else Choices()
    left = len([name for name in step.keys if name not in said.oui | said.non])
    parts = [
        (len(said.non), t("confirmées : {n}")), (len(said.oui), t("à redire : {n}")), (left, t("restent à confirmer : {n}")),
    ]  # fmt: skip
    return " · ".join(words.format(n=n) for n, words in parts if n)

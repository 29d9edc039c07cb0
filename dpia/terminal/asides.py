"""What is said beside the questions: a note, who may know, what a correction upsets, an answer in short."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dpia.answers import Answer
from dpia.corpus import Corpus
from dpia.interview import IMPORT, Step
from dpia.language import t
from dpia.model import Question
from dpia.terminal.headings import asked_by
from dpia.terminal.readback import INSIDE, spoken
from dpia.terminal.surface import Head, Surface
from dpia.upsets import Upset
from dpia.values import UNKNOWN, Items, State, Value

SHOWN = 4  # titles listed of each kind before a change is saved


def note(ui: Surface, about: Mapping[str, str], answer: Answer | None) -> dict[str, str]:
    """Ask for a note on the question; nothing when the person comes back without one."""
    before = about.get("note", answer.note if answer else "")
    head = Head(t("Votre note sur cette question :"), t("Elle est enregistrée avec votre réponse."), keys=INSIDE)
    typed = ui.line(
        head, lambda raw: "" if len(raw) <= 2000 else t("2 000 caractères au plus."), before, hint=t("Entrée : revenir à la question")
    )
    if not isinstance(typed, str):
        return {}
    ui.say(t("Note : {note}", note=typed.strip()) if typed.strip() else t("Note effacée."), indent=2)
    return {"note": typed.strip()}


def who_knows(ui: Surface, corpus: Corpus, step: Step) -> str:
    """Ask who may know: those of the question first. "" when the person comes back without saying."""
    question, asked = asked_by(corpus, step)
    near = asked.qui_sait or question.qui_sait
    roles = [*near, *(role for role in corpus.roles if role not in near)]
    other = object()
    head = Head(
        t("Qui peut le savoir ?"),
        t("Votre réponse est « je ne sais pas » ; la question ira sur la fiche de cette personne."),
        keys=INSIDE,
    )
    rows = [*((corpus.roles[role], role) for role in roles), (t("Une autre personne ou un autre service"), other)]
    chosen = ui.menu(head, rows)
    if chosen is other:
        named = Head(t("Qui ? Un nom ou un service."), keys=INSIDE)
        chosen = ui.line(named, lambda raw: "" if len(raw) <= 100 else t("100 caractères au plus."), hint=t("Entrée : valider"))
    return chosen.strip() if isinstance(chosen, str) else ""


def agrees(ui: Surface, found: Upset) -> bool:
    """Say what a correction upsets, and ask whether to save it; a correction that upsets nothing is saved without asking."""
    if not found:
        return True
    for heading, titles in (
        (t("Ces réponses ne comptent plus :"), found.lost),
        (t("Ces questions se posent :"), found.asked),
        (
            t("Ces points changent :"),
            [t("{nom} : {valeur}", nom=titre, valeur=f"{_verdict(old)} → {_verdict(new)}") for titre, old, new in found.turned],
        ),
    ):
        if titles:
            ui.say(heading, indent=2)
            for title in titles[:SHOWN]:
                ui.say(f"• {title}", indent=4)
            if len(titles) > SHOWN:
                ui.say(t("… et {nombre} de plus.", nombre=len(titles) - SHOWN), indent=4)
    head = Head(t("Enregistrer ce changement ?"), keys=INSIDE)
    return ui.menu(head, [(t("Oui, enregistrer"), True), (t("Non, garder la réponse d'avant"), False)]) is True


def _verdict(verdict: str) -> str:
    return {
        "interdit": t("interdit"), "ecart": t("écart"), "a_verifier": t("à vérifier"), "conforme": t("conforme"),
        "sans_objet": t("sans objet"),
    }[verdict]  # fmt: skip


def earlier(items: Items, key: str, asked: Question) -> tuple[str, Value] | None:
    """The nearest earlier element whose answer to a multiple choice can be repeated."""
    keys = [item.key for item in items.elements]
    told = [item for item in items.elements[: keys.index(key)] if not isinstance(item.cells.get(asked.id, UNKNOWN), State)]
    return (told[-1].key, told[-1].cells[asked.id]) if told and asked.type == "choix_multiple" else None


def in_short(asked: Question, step: Step, value: Any, before: Items) -> str:
    """An answer as it is left on the screen; of a list, what was added to it."""
    if step.field == IMPORT:
        from dpia.terminal import importing

        return importing.in_short(value)
    if isinstance(value, Items):
        known = {item.key for item in before.elements}
        added = [item.key for item in value.elements if item.key not in known]
        return ", ".join(added) if added else t("c'est tout") if value.complete else t("d'autres, peut-être")
    if isinstance(value, dict):
        words = {key: spoken(asked, one) for key, one in value.items()}
        return (
            next(iter(words.values()))
            if len(set(words.values())) == 1
            else " ; ".join(t("{nom} : {valeur}", nom=key, valeur=word) for key, word in words.items())
        )
    return spoken(asked, value)

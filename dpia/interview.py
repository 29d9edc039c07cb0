"""The interview: which question comes next, saving after each answer, going back, reading all answers back. Knows no law."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from dpia import dossier as dossiers
from dpia.answers import Answer, is_answered
from dpia.corpus import Corpus
from dpia.dossier import Dossier, DossierError
from dpia.facts import AnsweredFacts
from dpia.model import Question
from dpia.values import ABSENT, UNKNOWN, Item, Items, Value


@dataclass(frozen=True, slots=True)
class Step:
    """One prompt: a question; for a list, a new element (`field` empty), a field of one element, or (`key` empty) of all that lack it."""

    question: str
    key: str = ""
    field: str = ""


@dataclass
class Session:
    """What this sitting remembers beside the dossier: lists left for later, columns asked one by one."""

    left: set[str]
    one_by_one: set[tuple[str, str]]
    again: bool = False
    theme: str | None = None


def steps(corpus: Corpus, facts: AnsweredFacts, dossier: Dossier, session: Session) -> Iterator[Step]:
    """Yield what is still to be asked, in the order of the files."""
    for theme in corpus.themes:
        if session.theme not in (None, theme.theme):
            continue
        for question in theme.questions:
            if not facts.arises(question.id):
                continue
            answer = dossier.answers.get(question.id)
            if question.type == "liste":
                yield from _list_steps(facts, question, answer, session)
            elif answer is None or (session.again and answer.value is UNKNOWN and question.id not in session.left):
                yield Step(question.id)


def _list_steps(facts: AnsweredFacts, question: Question, answer: Answer | None, session: Session) -> Iterator[Step]:
    items = answer.value if answer and isinstance(answer.value, Items) else Items((), complete=False)
    for champ in question.champs:
        lacking = [item for item in items.elements if champ.id not in item.cells and facts.cell_arises(question.id, item, champ.id)]
        if len(lacking) > 1 and (question.id, champ.id) not in session.one_by_one:
            yield Step(question.id, "", champ.id)
        for item in lacking:
            yield Step(question.id, item.key, champ.id)
    if not items.complete and question.id not in session.left and not (answer and answer.value is UNKNOWN and not session.again):
        yield Step(question.id)


def run(folder: Path, corpus: Corpus, theme: str | None = None, again: bool = False) -> int:
    """Ask until nothing is left or the person stops. Gives the exit code."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise DossierError("les questions ont besoin d'un terminal. Sans terminal : « dpia repondre DOSSIER id=valeur » ou « --fichier F.yaml ».")
    if theme is not None and theme not in {entry.theme for entry in corpus.themes}:
        raise DossierError(f"« {theme} » n'est pas un thème ; au choix : {', '.join(entry.theme for entry in corpus.themes)}.")
    dossier = dossiers.read(folder, corpus) if (folder / dossiers.ANSWERS).exists() else dossiers.create(folder)
    session = Session(set(), set(), again, theme)
    try:
        _loop(dossier, corpus, session)
    except _no_console() as error:
        raise DossierError("cette fenêtre ne permet pas le dialogue ; sous Git Bash, lancez « winpty dpia questions … », ou utilisez PowerShell.") from error
    return 0


def _no_console() -> type[BaseException]:
    try:
        from prompt_toolkit.output.win32 import NoConsoleScreenBufferError
    except (ImportError, AssertionError):
        return OSError
    return NoConsoleScreenBufferError  # type: ignore[unused-ignore]  # defined on Windows only


def _loop(dossier: Dossier, corpus: Corpus, session: Session) -> None:
    from dpia import prompts

    done: list[Step] = []
    forced: Step | None = None
    last_theme = ""
    prompts.say("Chaque réponse est enregistrée aussitôt ; Ctrl-C pour s'arrêter, la même commande pour reprendre.")
    while True:
        facts = AnsweredFacts(corpus, dossier.answers, date.today())
        step = forced or next(steps(corpus, facts, dossier, session), None)
        if step is None:
            step = _read_back(corpus, facts, dossier)
            if step is None:
                prompts.say(f"\nTerminé. Pour voir où vous en êtes :  dpia verifier {dossier.folder}\nPour les documents :  dpia produire {dossier.folder}")
                return
        last_theme = _announce(corpus, facts, dossier, step, last_theme)
        result = _put(corpus, dossier, step, session)
        if result is prompts.BACK:
            forced = done.pop() if done else step
            continue
        if result is prompts.DETAIL:
            continue
        dossier = _record(dossier, corpus, step, result, session)
        done.append(step)
        forced = None


def _announce(corpus: Corpus, facts: AnsweredFacts, dossier: Dossier, step: Step, last: str) -> str:
    from dpia import prompts

    number, theme = next((n, t) for n, t in enumerate(corpus.themes, 1) if any(q.id == step.question for q in t.questions))
    arising = [q for q in theme.questions if facts.arises(q.id)]
    if theme.theme != last:
        told = sum(1 for q in arising if q.id in dossier.answers)
        prompts.say(f"\n── {number}/{len(corpus.themes)} · {theme.titre} · {told} réponse(s) sur {len(arising)} ──", "bold")
        if theme.intro:
            prompts.say(textwrap.fill(" ".join(theme.intro.split()), 78))
    return theme.theme


def _put(corpus: Corpus, dossier: Dossier, step: Step, session: Session) -> Any:
    """Ask one step until it has an answer; F1 and F2 ask again."""
    from dpia import prompts

    note = ""
    while True:
        result = _ask_step(corpus, dossier, step, session)
        if result is prompts.HELP:
            _explain(corpus, step)
        elif result is prompts.NOTE:
            typed = prompts.text("Votre note :", lambda raw: len(raw) < 2000 or "2 000 caractères au plus.", note, hint="Entrée pour revenir à la question")
            note = typed if isinstance(typed, str) else note
        elif result in (prompts.BACK, prompts.DETAIL) or isinstance(result, Answer):
            return result
        else:
            return Answer(result, note=note, le=date.today().isoformat())


def _ask_step(corpus: Corpus, dossier: Dossier, step: Step, session: Session) -> Any:
    from dpia import prompts

    question = corpus.questions[step.question]
    answer = dossier.answers.get(step.question)
    if question.type != "liste":
        return prompts.ask(question, question.libelle, answer.value if answer else ABSENT, _proposal(question, dossier))
    items = answer.value if answer and isinstance(answer.value, Items) else Items((), complete=False)
    if not step.field:
        return _ask_element(question, items)
    champ = next(champ for champ in question.champs if champ.id == step.field)
    if not step.key:
        return _ask_column(question, champ, items, session)
    item = next(item for item in items.elements if item.key == step.key)
    title = f"{question.element.capitalize()} {step.key} · {champ.libelle}"
    if champ.type == "reference":
        targets = dossier.answers.get(champ.vers)
        if targets and isinstance(targets.value, Items) and targets.value.elements:
            return prompts.select(title, [*((t.key, t.key) for t in targets.value.elements), (prompts.DONT_KNOW, UNKNOWN)], item.cells.get(champ.id))
    return prompts.ask(champ, title, item.cells.get(champ.id, ABSENT))


def _ask_element(question: Question, items: Items) -> Any:
    from dpia import prompts

    first = question.champs[0]
    taken = {item.key for item in items.elements}
    title = question.libelle if not taken else f"Un autre élément ({question.element}) ? Déjà là : {', '.join(taken)[:120]}."
    typed = prompts.text(
        f"{title} {first.libelle}", lambda raw: raw.strip() not in taken or "Ce nom est déjà pris.",
        hint="Entrée seule : la liste est complète ; ? : je ne sais pas ; Maj+Tab, F1",
    )  # fmt: skip
    if not isinstance(typed, str):
        return typed
    if not typed.strip():
        return replace(items, complete=True)
    value = prompts.read_value(first, typed)
    if not isinstance(value, str):
        return items if items.elements else UNKNOWN
    return Items((*items.elements, Item(value, {first.id: value})), complete=False)


def _ask_column(question: Question, champ: Question, items: Items, session: Session) -> Any:
    """Ask a field once for all the elements that lack it."""
    from dpia import prompts

    lacking = [item for item in items.elements if champ.id not in item.cells]
    same: list[tuple[str, Any]] = []
    if champ.type == "oui_non":
        same = [("Oui, pour toutes", True), ("Non, pour aucune", False)]
    elif champ.type == "choix":
        same = [(f"{label} (pour toutes)", value) for value, label in champ.options.items()]
    title = f"{len(lacking)} {question.element}s · {champ.libelle}"
    chosen = prompts.select(title, [*same, ("Cela dépend : une par une", prompts.DETAIL), (prompts.DONT_KNOW, UNKNOWN)])
    if chosen is prompts.DETAIL:
        session.one_by_one.add((question.id, champ.id))
    return chosen


def _proposal(question: Question, dossier: Dossier) -> str:
    commune = dossier.answers.get("commune")
    if not question.propose or not commune or not isinstance(commune.value, str):
        return ""
    from dpia.communes import find

    found = find(commune.value)
    value = getattr(found, question.propose) if found else None
    return "" if value is None else str(value)


def _record(dossier: Dossier, corpus: Corpus, step: Step, answer: Answer, session: Session) -> Dossier:
    question = corpus.questions[step.question]
    if question.type == "liste":
        before = dossier.answers.get(step.question)
        items = before.value if before and isinstance(before.value, Items) else Items((), complete=False)
        if step.field:
            answer = replace(answer, value=_fill(items, step, answer.value))
        elif answer.value is UNKNOWN or answer.value == items:
            session.left.add(step.question)
    elif answer.value is UNKNOWN:
        session.left.add(step.question)
    return dossiers.say(dossier, corpus, {step.question: answer})


def _fill(items: Items, step: Step, value: Value) -> Items:
    cells = {step.field: value}
    filled = tuple(
        replace(item, cells={**item.cells, **cells}) if item.key == step.key or (not step.key and step.field not in item.cells) else item
        for item in items.elements
    )
    return replace(items, elements=filled)


def _explain(corpus: Corpus, step: Step) -> None:
    from dpia import prompts

    question = corpus.questions[step.question]
    asked = next((champ for champ in question.champs if champ.id == step.field), question)
    people = ", ".join(corpus.roles[role] for role in asked.qui_sait or question.qui_sait)
    for line in (asked.aide or question.aide, f"Qui le sait : {people}." if people else "", f"Texte : {asked.source or question.source}." if asked.source or question.source else ""):
        if line:
            prompts.say(textwrap.indent(textwrap.fill(" ".join(line.split()), 76), "  "))


def _read_back(corpus: Corpus, facts: AnsweredFacts, dossier: Dossier) -> Step | None:
    """Read all answers back; give the one to change, or None to finish."""
    from dpia import prompts

    rows: list[tuple[str, Any]] = [("Tout est juste : terminer", None)]
    for theme in corpus.themes:
        for question in theme.questions:
            answer = dossier.answers.get(question.id)
            if answer is not None and facts.arises(question.id):
                mark = " " if is_answered(answer.value) else "?"
                rows.append((f"{mark} {question.libelle[:58]} → {prompts.shown(question, answer.value)[:60]}", Step(question.id)))
    chosen = prompts.select("Vos réponses. Choisissez celle à corriger, ou terminez.", rows)
    return chosen if isinstance(chosen, Step) else None

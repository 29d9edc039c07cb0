"""The conversation in the terminal: puts each step of the interview, records the answer at once, goes back, explains, reads back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from prompt_toolkit.completion import PathCompleter

from dpia import dossier as dossiers
from dpia import prompts
from dpia.answers import Answer, in_words, is_answered
from dpia.communes import find
from dpia.corpus import Corpus
from dpia.dossier import Dossier
from dpia.facts import AnsweredFacts
from dpia.interview import IMPORT, Session, Step, changes, items_of, previous, stands, steps, without
from dpia.model import Question
from dpia.prompts import Head, Key, Left, Row, menu, say, wrap
from dpia.values import ABSENT, UNKNOWN, Item, Items, State, Value

BY_HAND, ADD, TAKE_OUT = object(), object(), object()
INSIDE = frozenset({Key.BACK})  # the keys of a prompt inside another one
SHORT = 40  # characters of a cell that can name its element


class Dialogue:
    """One sitting at one dossier."""

    def __init__(self, dossier: Dossier, corpus: Corpus, session: Session) -> None:
        self.dossier, self.corpus, self.session = dossier, corpus, session
        self.done: list[Step] = []
        self.reviewing = False
        self.shown_theme = ""

    @property
    def facts(self) -> AnsweredFacts:
        """What the answers say now."""
        return AnsweredFacts(self.corpus, self.dossier.answers, date.today())

    def run(self) -> None:
        """Ask until nothing is left and the person is satisfied with the answers read back."""
        say("Chaque réponse est enregistrée aussitôt. Pour vous arrêter : Ctrl-C. Pour reprendre : la même commande.")
        forced: Step | None = None
        while True:
            step = forced or next(steps(self.facts, self.session), None)
            if step is None:
                step = self.review(finished=True)
                if step is None:
                    return self._close()
            result = self.put(step)
            forced = None
            if not isinstance(result, Left):
                self.done.append(step)
            elif result.key is Key.REVIEW or self.reviewing:
                forced = self.review() or step
            else:
                forced = self._before(step)

    def _before(self, step: Step) -> Step:
        facts = self.facts
        while self.done:
            last = self.done.pop()
            if stands(facts, last):
                return last
        found = previous(facts, step, self.session.theme)
        if found is None:
            say("C'est la première question.", indent=2)
        return found or step

    def _close(self) -> None:
        facts = self.facts
        said = [answer.value for name, answer in self.dossier.answers.items() if facts.arises(name)]
        folder = self.dossier.folder
        say(f"\nC'est fini : {len(said)} réponses, dont {sum(not is_answered(value) for value in said)} « je ne sais pas ».", "bold")
        if self.session.theme:
            say(f"Les autres thèmes :  dpia questions {folder}")
        say(f"Ce qui reste à savoir, et qui le sait :  dpia reste {folder}")
        say(f"Ce qui est en ordre ou non :  dpia verifier {folder}")
        say(f"Les documents :  dpia produire {folder}")

    # One step

    def put(self, step: Step) -> Left | None:
        """Ask one step until it is answered and recorded, or left for another one."""
        self._announce(step)
        draft: Any = None
        note: str | None = None
        explained = False
        while True:
            head = self._head(step, with_help=not explained)
            result = self._ask(step, head, draft)
            if not isinstance(result, Left):
                self._record(step, head.title, result, note)
                return None
            draft = result.draft
            if result.key is Key.HELP and not explained:
                self._explain(step)
                explained = True
            elif result.key is Key.NOTE:
                note = self._note(step, note)
            elif result.key is not Key.HELP:
                return result

    def _announce(self, step: Step) -> None:
        themes = self.corpus.themes
        number, theme = next((n, t) for n, t in enumerate(themes, 1) if any(q.id == step.question for q in t.questions))
        if theme.theme != self.shown_theme:
            told, count = self._progress(step)
            say(f"\n── {number}/{len(themes)} · {theme.titre} · {told} réponse{'s' * (told > 1)} sur {count} ──", "bold")
            for paragraph in theme.intro.strip().split("\n") if theme.intro and not told else ():
                say(paragraph)
            self.shown_theme = theme.theme

    def _progress(self, step: Step) -> tuple[int, int]:
        facts = self.facts
        theme = next(t for t in self.corpus.themes if any(q.id == step.question for q in t.questions))
        arising = [question.id for question in theme.questions if facts.arises(question.id)]
        return sum(name in self.dossier.answers for name in arising), len(arising)

    def _asked(self, step: Step) -> tuple[Question, Question]:
        """The question of a step, and the field asked (the question itself where there is none)."""
        question = self.corpus.questions[step.question]
        return question, next((champ for champ in question.champs if champ.id == step.field), question)

    def _head(self, step: Step, with_help: bool) -> Head:
        question, asked = self._asked(step)
        items = items_of(self.dossier.answers, question.id)
        title, keys = asked.libelle, frozenset(Key)
        if step.field == IMPORT:
            title = "Avez-vous un tableau des caméras, en fichier CSV ?"
        elif len(step.keys) > 1:
            title = f"{question.element.capitalize()} par {question.element} · {asked.libelle}"
        elif step.keys:
            item = next(item for item in items.elements if item.key == step.keys[0])
            title = f"{question.element.capitalize()} {_called(question, item, asked)} · {asked.libelle}"
        elif question.type == "liste" and items.elements:
            title = f"{question.libelle} Déjà : {', '.join(item.key for item in items.elements)}. Y en a-t-il d'autres ?"
        told, count = self._progress(step)
        help_ = "Demandez-le à l'installateur ; il remplit cette liste et celle des sites." if step.field == IMPORT else asked.aide
        return Head(title, help_ if with_help else "", f"{told} sur {count}", keys)

    def _ask(self, step: Step, head: Head, draft: Any) -> Any:
        question, asked = self._asked(step)
        answer = self.dossier.answers.get(question.id)
        items = items_of(self.dossier.answers, question.id)
        if question.type != "liste":
            before = draft if draft is not None else answer.value if answer else ABSENT
            return prompts.ask(asked, head, before, self._proposal(question))
        if step.field == IMPORT:
            return self._import(head)
        if not step.field:
            return self._elements(question, items, head, draft)
        chosen = [item for item in items.elements if item.key in step.keys]
        targets = items_of(self.dossier.answers, asked.vers).elements if asked.type == "reference" else ()
        if len(step.keys) > 1:
            before = draft if draft is not None else {item.key: item.cells[asked.id] for item in chosen if asked.id in item.cells}
            return prompts.column(head, {item.key: _called(question, item, asked) for item in chosen}, _answers(asked, targets), before)
        before = draft if draft is not None else chosen[0].cells.get(asked.id, ABSENT)
        if asked.id == question.champs[0].id:
            return self._name(items, step.keys[0], head, draft)
        if targets:
            return menu(head, [*((item.key, item.key) for item in targets), (prompts.DONT_KNOW, UNKNOWN)], before)
        return prompts.ask(asked, head, before, like=_earlier(items, step.keys[0], asked))

    def _elements(self, question: Question, items: Items, head: Head, draft: Any) -> Any:
        first = question.champs[0]
        taken = {item.key for item in items.elements}

        def check(raw: str) -> str:
            names = _names(raw)
            twice = next((name for name in names if name in taken or names.count(name) > 1), None)
            if twice is not None:
                return f"« {twice} » est déjà dans la liste ; donnez un autre nom."
            return ""

        ending = "Entrée seule : c'est tout" if taken else "Entrée seule : il n'y en a pas"
        hint = f"{first.libelle} ; pour en donner plusieurs, séparez-les par « ; » · {ending} · ? si vous ne savez pas"
        typed = prompts.line(head, check, draft or "", hint=hint)
        if not isinstance(typed, str):
            return typed
        if typed.strip() == "?":
            return items if taken else UNKNOWN
        names = _names(typed)
        return Items((*items.elements, *(Item(name, {first.id: name}) for name in names)), complete=not names)

    def _name(self, items: Items, key: str, head: Head, draft: Any) -> Any:
        taken = {item.key for item in items.elements} - {key}

        def check(raw: str) -> str:
            name = raw.strip()
            return (
                "Donnez un nom."
                if name in ("", "?")
                else f"« {name} » est déjà dans la liste ; donnez un autre nom."
                if name in taken
                else ""
            )

        typed = prompts.line(head, check, draft or key, hint="Le nouveau nom")
        return typed.strip() if isinstance(typed, str) else typed

    def _proposal(self, question: Question) -> str:
        commune = self.dossier.answers.get("commune")
        if not question.propose or not commune or not isinstance(commune.value, str):
            return ""
        found = find(commune.value)
        value = getattr(found, question.propose) if found else None
        return "" if value is None else str(value)

    def _record(self, step: Step, title: str, value: Any, note: str | None) -> None:
        """Save an answer, keep its note, and leave a line of it on the screen."""
        before = items_of(self.dossier.answers, step.question)
        told = changes(self.corpus, self.dossier.answers, step, value) if step.field != IMPORT else value if isinstance(value, dict) else {}
        if step.field == IMPORT and value is BY_HAND:
            self.session.by_hand = True
        elif step.field == IMPORT and value is UNKNOWN:
            self.session.by_hand, told = True, {step.question: UNKNOWN}
        self._save(told, {step.question: note} if note is not None else {})
        if step.field or not isinstance(value, Items) or value == before:
            self.session.answered(step)
        say(title, indent=0)
        _, asked = self._asked(step)
        shown = _in_short(asked, value, before) if step.field != IMPORT else "importé" if told else "à la main"
        for line in shown.split("\n"):
            for row in wrap(line, 4, "  → "):
                say(row)

    def _save(self, told: dict[str, Any], notes: dict[str, str]) -> None:
        today = date.today().isoformat()
        answers = {}
        for name, value in told.items():
            new = value if isinstance(value, Answer) else replace(self.dossier.answers.get(name, Answer(UNKNOWN)), value=value)
            answers[name] = replace(new, le=today, note=notes.get(name, new.note))
        if answers:
            self.dossier = dossiers.say(self.dossier, self.corpus, answers)

    def _explain(self, step: Step) -> None:
        question, asked = self._asked(step)
        people = ", ".join(self.corpus.roles[role] for role in asked.qui_sait or question.qui_sait)
        source = asked.source or question.source
        parts = (
            asked.aide or question.aide,
            f"Qui le sait : {people}." if people else "",
            f"Texte : {source}." if source else "",
        )
        for part in parts:
            if part:
                say(part.strip(), indent=2)

    def _note(self, step: Step, note: str | None) -> str | None:
        answer = self.dossier.answers.get(step.question)
        before = note if note is not None else answer.note if answer else ""
        head = Head("Votre note sur cette question :", "Elle est enregistrée avec votre réponse.", keys=INSIDE)
        typed = prompts.line(
            head, lambda raw: "" if len(raw) <= 2000 else "2 000 caractères au plus.", before, hint="Entrée pour revenir à la question"
        )
        if not isinstance(typed, str):
            return note
        say(f"Note : {typed.strip() or 'effacée'}", indent=2)
        return typed.strip()

    # The inventory

    def _import(self, head: Head) -> Any:
        """Offer to import the inventory; give the answers it holds, BY_HAND, UNKNOWN, or Left."""
        rows = [("Oui, je l'importe", IMPORT), ("Non, je saisis les caméras à la main", BY_HAND), (prompts.DONT_KNOW, UNKNOWN)]
        while True:
            chosen = menu(head, rows)
            if chosen is not IMPORT:
                return chosen
            read = self._read_inventory()
            if read is not None:
                return read

    def _read_inventory(self) -> dict[str, Answer] | None:
        from dpia.inventory import InventoryError, merge, read_table

        head = Head("Où est le fichier ?", "Tapez son chemin, ou glissez le fichier dans cette fenêtre.", keys=INSIDE)
        default = ""
        while True:
            typed = prompts.line(
                head, lambda raw: "", default, PathCompleter(expanduser=True), "Entrée seule, ou Maj+Tab : revenir au choix précédent"
            )
            if not isinstance(typed, str) or not typed.strip():
                return None
            path = Path(typed.strip().strip("'\"").replace("\\ ", " ")).expanduser()
            try:
                read, told = merge(read_table(path, self.corpus), self.dossier, self.corpus)
            except InventoryError as error:
                say(f"{path.name} : {error} Rien n'a été importé.", "bold", indent=2)
                default = typed
                continue
            say(told, indent=2)
            return read

    # Reading back

    def review(self, finished: bool = False) -> Step | None:
        """Read all answers back; give the one to change, or None to go on."""
        at: Any = None
        while True:
            facts = self.facts
            rows: list[tuple[str, Any]] = [("Tout est juste : terminer" if finished else "Revenir aux questions", None)]
            for theme in self.corpus.themes:
                told = [q for q in theme.questions if q.id in self.dossier.answers and facts.arises(q.id)]
                rows += [(f"── {theme.titre} ──", Row.HEADING)] if told else []
                rows += [(f"{q.libelle} → {self._told(q)}", Step(q.id)) for q in told]
            head = Head(
                "Vos réponses. Choisissez celle à corriger.",
                "Page suivante, page précédente, début, fin : touches du clavier.",
                keys=INSIDE,
            )
            chosen = menu(head, rows, at)
            self.reviewing = isinstance(chosen, Step)
            if not isinstance(chosen, Step):
                return self._before(Step("")) if finished and isinstance(chosen, Left) and self.done else None
            at = chosen
            if self.corpus.questions[chosen.question].type == "liste":
                chosen = self._review_list(self.corpus.questions[chosen.question])
            if chosen is not None:
                return chosen

    def _told(self, question: Question) -> str:
        answer = self.dossier.answers[question.id]
        names = (
            f" : {', '.join(item.key for item in answer.value.elements)}"
            if isinstance(answer.value, Items) and answer.value.elements
            else ""
        )
        return in_words(question, answer.value) + names + (f" (note : {answer.note})" if answer.note else "")

    def _review_list(self, question: Question) -> Step | None:
        """Choose an element of a list, then the field to change."""
        while True:
            items = items_of(self.dossier.answers, question.id)
            rows: list[tuple[str, Any]] = [(_called(question, item, None), item.key) for item in items.elements]
            head = Head(question.libelle, "Choisissez l'élément à corriger.", keys=INSIDE)
            chosen = menu(head, [*rows, (f"Ajouter : {question.element}", ADD), ("Revenir à toutes les réponses", None)])
            if chosen is ADD:
                self.session.asked.discard(Step(question.id))
                return Step(question.id)
            if not isinstance(chosen, str):
                return None
            step = self._review_element(question, next(item for item in items.elements if item.key == chosen))
            if step is not None:
                return step

    def _review_element(self, question: Question, item: Item) -> Step | None:
        facts = self.facts
        first, *others = question.champs
        rows: list[tuple[str, Any]] = [(f"{first.libelle} → {item.key}", Step(question.id, first.id, (item.key,)))]
        for champ in others:
            if facts.cell_arises(question.id, item, champ.id):
                told = in_words(champ, item.cells[champ.id]) if champ.id in item.cells else "pas encore de réponse"
                rows.append((f"{champ.libelle} → {told}", Step(question.id, champ.id, (item.key,))))
        head = Head(f"{question.element.capitalize()} {item.key}", keys=INSIDE)
        chosen = menu(head, [*rows, (f"Retirer {item.key} de la liste", TAKE_OUT), ("Revenir à la liste", None)])
        if chosen is TAKE_OUT:
            sure = menu(
                Head(f"Retirer {item.key} et tout ce qui en est dit ?", keys=INSIDE), [("Non, garder", False), ("Oui, retirer", True)]
            )
            if sure is True:
                self._save(without(self.corpus, self.dossier.answers, question.id, item.key), {})
                say(f"{item.key} est retiré de la liste.", indent=2)
        return chosen if isinstance(chosen, Step) else None


def _answers(asked: Question, targets: tuple[Item, ...]) -> list[tuple[str, str, Value]]:
    """The possible answers of a column: the sign to type, the words, the value."""
    if asked.type == "oui_non":
        return [("o", "Oui", True), ("n", "Non", False), ("?", prompts.DONT_KNOW, UNKNOWN)]
    options = {item.key: item.key for item in targets} if asked.type == "reference" else asked.options
    numbered = [(str(n), label, value) for n, (value, label) in enumerate(options.items(), 1)]
    return [*numbered, ("?", prompts.DONT_KNOW, UNKNOWN)]


def _names(raw: str) -> list[str]:
    return [name for name in (part.strip() for part in raw.split(";")) if name and name != "?"]


def _called(question: Question, item: Item, before: Question | None) -> str:
    """The name of an element with the short texts, asked before a field, that tell it from the others."""
    others = question.champs[1 : question.champs.index(before)] if before else question.champs[1:]
    cells = [item.cells.get(champ.id) for champ in others if champ.type in ("texte", "reference")]
    short = [cell for cell in cells if isinstance(cell, str) and len(cell) <= SHORT]
    return f"{item.key} ({', '.join(short)})" if short else item.key


def _earlier(items: Items, key: str, asked: Question) -> tuple[str, Value] | None:
    """The nearest earlier element whose answer to a multiple choice can be repeated."""
    keys = [item.key for item in items.elements]
    for item in reversed(items.elements[: keys.index(key)]):
        value = item.cells.get(asked.id)
        if value is not None and not isinstance(value, State):
            return (item.key, value) if asked.type == "choix_multiple" else None
    return None


def _in_short(asked: Question, value: Any, before: Items) -> str:
    if isinstance(value, Items):
        added = [item.key for item in value.elements if item.key not in {known.key for known in before.elements}]
        return ", ".join(added) if added else "c'est tout" if value.complete else "d'autres existent, sans doute"
    if isinstance(value, dict):
        words = {key: in_words(asked, one) for key, one in value.items()}
        return next(iter(words.values())) if len(set(words.values())) == 1 else " ; ".join(f"{key} : {word}" for key, word in words.items())
    commune = find(value) if asked.type == "commune" and isinstance(value, str) else None
    return str(commune) if commune else in_words(asked, value)

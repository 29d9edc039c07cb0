"""The conversation in the terminal: puts each step of the interview, records the answer at once, goes back, explains, reads back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from prompt_toolkit.completion import PathCompleter

from dpia import dossier as dossiers
from dpia.answers import Answer, in_words, is_answered
from dpia.corpus import Corpus
from dpia.dossier import Dossier
from dpia.facts import AnsweredFacts
from dpia.interview import IMPORT, TAKE_OUT, Session, Step, changes, items_of, previous, proposed, stands, steps
from dpia.model import Question, Theme
from dpia.prompts import ask, ask_each, ask_elements, ask_name
from dpia.readback import INSIDE, called, choose, spoken
from dpia.screen import DONT_KNOW, Head, Key, Left, line, menu, say
from dpia.values import ABSENT, UNKNOWN, Items, State, Value

BY_HAND = object()


class Dialogue:
    """One sitting at one dossier."""

    def __init__(self, dossier: Dossier, corpus: Corpus, session: Session) -> None:
        self.dossier, self.corpus, self.session = dossier, corpus, session
        self.done: list[Step] = []
        self.corrected: Step | None = None  # the step chosen among the answers read back
        self.shown_theme = ""
        self.over = False

    @property
    def facts(self) -> AnsweredFacts:
        """What the answers say now."""
        return AnsweredFacts(self.corpus, self.dossier.answers, date.today())

    def run(self) -> None:
        """Ask until nothing is left and the person is satisfied with the answers read back."""
        say("Chaque réponse est enregistrée aussitôt. Pour vous arrêter : Ctrl-C. Pour reprendre : la même commande.")
        self._propose()
        step: Step | None = None
        while not self.over:
            step = step or next(steps(self.facts, self.session), None) or self._review(None)
            if step is None:
                continue
            left = self.put(step)
            if left is None:
                self.done.append(step)
                self.corrected = self.corrected if step is self.corrected else None
                step = None
            else:
                step = self._review(step) if left.key is Key.REVIEW or step is self.corrected else self._before(step)
        self._close()

    def _review(self, step: Step | None) -> Step | None:
        """Read all answers back from a step that was left; give the step that follows, None for the next one waiting or the end."""
        finished = next(steps(self.facts, self.session), None) is None
        chosen = choose(self.facts, finished, self.corrected)
        interrupted = None if step is self.corrected else step
        self.corrected = chosen if isinstance(chosen, Step) else None
        if isinstance(chosen, Left):
            return interrupted or self._before(Step(""))
        self.over = chosen is None and finished
        return chosen or interrupted

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
        facts, folder = self.facts, self.dossier.folder
        said = [answer.value for name, answer in self.dossier.answers.items() if facts.arises(name)]
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

    def _theme(self, step: Step) -> tuple[int, Theme]:
        return next((n, t) for n, t in enumerate(self.corpus.themes, 1) if any(q.id == step.question for q in t.questions))

    def _progress(self, step: Step) -> tuple[int, int]:
        facts = self.facts
        arising = [question.id for question in self._theme(step)[1].questions if facts.arises(question.id)]
        return sum(name in self.dossier.answers for name in arising), len(arising)

    def _announce(self, step: Step) -> None:
        number, theme = self._theme(step)
        if theme.theme == self.shown_theme:
            return
        self.shown_theme = theme.theme
        told, count = self._progress(step)
        say(f"\n── {number}/{len(self.corpus.themes)} · {theme.titre} · {told} réponse{'s' * (told > 1)} sur {count} ──", "bold")
        if theme.intro and not told:
            say(theme.intro.strip())
        say()

    def _asked(self, step: Step) -> tuple[Question, Question]:
        """The question of a step, and the field asked (the question itself where there is none)."""
        question = self.corpus.questions[step.question]
        return question, next((champ for champ in question.champs if champ.id == step.field), question)

    def _head(self, step: Step, with_help: bool) -> Head:
        question, asked = self._asked(step)
        items = items_of(self.dossier.answers, question.id)
        title, help_ = asked.libelle, asked.aide
        if step.field == IMPORT:
            title = "Comment voulez-vous décrire les caméras ?"
            help_ = "Le tableau des caméras se demande à l'installateur. Il remplit aussi la liste des sites."
        elif step.field == TAKE_OUT:
            title, help_ = f"Retirer « {step.keys[0]} » de la liste, avec tout ce qui en est dit ?", ""
        elif len(step.keys) > 1:
            title = f"{question.element.capitalize()} par {question.element} · {asked.libelle}"
        elif step.keys:
            item = next(item for item in items.elements if item.key == step.keys[0])
            title = f"{question.element.capitalize()} {called(question, item, asked)} · {asked.libelle}"
        elif items.elements:
            title, help_ = (
                f"{question.libelle} Déjà dans la liste : {', '.join(item.key for item in items.elements)}. Y en a-t-il d'autres ?",
                "",
            )
        told, count = self._progress(step)
        return Head(title, help_ if with_help else "", f"{told} sur {count}")

    def _ask(self, step: Step, head: Head, draft: Any) -> Any:
        question, asked = self._asked(step)
        answer = self.dossier.answers.get(question.id)
        if question.type != "liste":
            before = draft if draft is not None else answer.value if answer else ABSENT
            return ask(asked, head, before)
        if step.field == IMPORT:
            return self._import(head)
        if step.field == TAKE_OUT:
            return menu(head, [("Non, garder", False), ("Oui, retirer", True)])
        items = items_of(self.dossier.answers, question.id)
        if not step.field:
            return ask_elements(question, items, head, draft)
        chosen = [item for item in items.elements if item.key in step.keys]
        targets = items_of(self.dossier.answers, asked.vers).elements if asked.type == "reference" else ()
        if len(step.keys) > 1:
            before = draft if draft is not None else {item.key: item.cells[asked.id] for item in chosen if asked.id in item.cells}
            return ask_each(asked, head, {item.key: called(question, item, asked) for item in chosen}, targets, before)
        before = draft if draft is not None else chosen[0].cells.get(asked.id, ABSENT)
        if asked.id == question.champs[0].id:
            return ask_name(items, step.keys[0], head, draft)
        if targets:
            return menu(head, [*((item.key, item.key) for item in targets), (DONT_KNOW, UNKNOWN)], before)
        return ask(asked, head, before, like=_earlier(items, step.keys[0], asked))

    def _record(self, step: Step, title: str, value: Any, note: str | None) -> None:
        """Save an answer with its note, and leave a line of it on the screen."""
        before = items_of(self.dossier.answers, step.question)
        if step.field == IMPORT:
            self.session.by_hand = True
            unknown = value is UNKNOWN and step.question not in self.dossier.answers
            told = value if isinstance(value, dict) else {step.question: UNKNOWN} if unknown else {}
        else:
            told = changes(self.corpus, self.dossier.answers, step, value)
        self._save(told, {step.question: note} if note is not None else {})
        if step.field or not isinstance(value, Items) or value == before:
            self.session.answered(step)
        say(title)
        if step.field == IMPORT:
            say("→ " + ("je ne sais pas" if value is UNKNOWN else "à la main" if value is BY_HAND else "tableau importé"), indent=2)
        else:
            say("→ " + _in_short(self._asked(step)[1], value, before), indent=2)
        say()
        self._propose()

    def _propose(self) -> None:
        """Save the answers that follow from others, and say so."""
        told = proposed(self.facts)
        self._save(told, {})
        for name, value in told.items():
            question = self.corpus.questions[name]
            if question.type != "liste":
                say(f"{question.libelle} D'après la table officielle : {in_words(question, value)}. Pour corriger : F3.")
                say()

    def _save(self, told: dict[str, Any], notes: dict[str, str]) -> None:
        answers = {}
        for name, value in told.items():
            new = value if isinstance(value, Answer) else replace(self.dossier.answers.get(name, Answer(UNKNOWN)), value=value)
            answers[name] = replace(new, le=date.today().isoformat(), note=notes.get(name, new.note))
        if answers:
            self.dossier = dossiers.say(self.dossier, self.corpus, answers)

    def _explain(self, step: Step) -> None:
        question, asked = self._asked(step)
        people = ", ".join(self.corpus.roles[role] for role in asked.qui_sait or question.qui_sait)
        source = asked.source or question.source
        for part in (asked.aide or question.aide, f"Qui le sait : {people}." if people else "", f"Texte : {source}." if source else ""):
            if part:
                say(part.strip(), indent=2)

    def _note(self, step: Step, note: str | None) -> str | None:
        answer = self.dossier.answers.get(step.question)
        before = note if note is not None else answer.note if answer else ""
        head = Head("Votre note sur cette question :", "Elle est enregistrée avec votre réponse.", keys=INSIDE)
        typed = line(
            head, lambda raw: "" if len(raw) <= 2000 else "2 000 caractères au plus.", before, hint="Entrée : revenir à la question"
        )
        if not isinstance(typed, str):
            return note
        say(f"Note : {typed.strip() or 'effacée'}", indent=2)
        return typed.strip()

    # The inventory

    def _import(self, head: Head) -> Any:
        """Offer to import the inventory; give the answers it holds, BY_HAND, UNKNOWN, or Left."""
        rows = [
            ("J'importe le tableau de l'installateur (fichier CSV)", IMPORT),
            ("Je les saisis à la main", BY_HAND),
            (DONT_KNOW, UNKNOWN),
        ]
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
            typed = line(
                head, lambda raw: "", default, PathCompleter(expanduser=True), "Tab : compléter · Entrée seule : revenir au choix précédent"
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


def _earlier(items: Items, key: str, asked: Question) -> tuple[str, Value] | None:
    """The nearest earlier element whose answer to a multiple choice can be repeated."""
    keys = [item.key for item in items.elements]
    told = [item for item in items.elements[: keys.index(key)] if not isinstance(item.cells.get(asked.id, UNKNOWN), State)]
    return (told[-1].key, told[-1].cells[asked.id]) if told and asked.type == "choix_multiple" else None


def _in_short(asked: Question, value: Any, before: Items) -> str:
    if isinstance(value, Items):
        known = {item.key for item in before.elements}
        added = [item.key for item in value.elements if item.key not in known]
        return ", ".join(added) if added else "c'est tout" if value.complete else "d'autres, peut-être"
    if isinstance(value, dict):
        words = {key: spoken(asked, one) for key, one in value.items()}
        return next(iter(words.values())) if len(set(words.values())) == 1 else " ; ".join(f"{key} : {word}" for key, word in words.items())
    return spoken(asked, value)

"""The conversation: puts each step of the interview, records the answer at once, goes back, explains, reads back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from msgspec import structs

from dpia import dossier as dossiers
from dpia.answering import proposed, recorded, restated
from dpia.answers import Answer, is_answered
from dpia.corpus import Corpus
from dpia.dossier import Dossier
from dpia.facts import AnsweredFacts
from dpia.interview import CARRIED, IMPORT, REVISE, TAKE_OUT, Session, Step, items_of, previous, stands, steps
from dpia.language import t
from dpia.model import Question
from dpia.overviews import rows
from dpia.terminal import asides, confirming
from dpia.terminal.headings import asked_by, defined, explanations, head_of, new_terms, place_of, progress
from dpia.terminal.prompts import ask, ask_each, ask_elements, ask_name
from dpia.terminal.readback import called, choose, element, spoken
from dpia.terminal.surface import Head, Key, Left, Surface
from dpia.upsets import corrects, upset
from dpia.values import ABSENT, UNKNOWN, Choices, Items


class Dialogue:
    """One sitting at one dossier. `written`: the corpus whose labels the answers file bears, French whatever the language of the questions."""

    def __init__(self, dossier: Dossier, corpus: Corpus, session: Session, ui: Surface, written: Corpus | None = None) -> None:
        self.dossier, self.corpus, self.session, self.ui, self.written = dossier, corpus, session, ui, written or corpus
        self.done: list[Step] = []
        self.corrected: Step | None = None  # the step chosen among the answers read back
        self.shown_theme = ""
        self.met: set[str] = set()  # terms explained in this sitting
        self.over = False

    @property
    def facts(self) -> AnsweredFacts:
        """What the answers say now."""
        return AnsweredFacts(self.corpus, self.dossier.answers, date.today())

    def run(self) -> None:
        """Ask until nothing is left and the person is satisfied with the answers read back."""
        self.ui.say(t("Chaque réponse est enregistrée aussitôt. Pour vous arrêter : Ctrl-C. Pour reprendre : la même commande."))
        self._propose(None)
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
        chosen = choose(self.ui, self.facts, finished, self.corrected)
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
            self.ui.say(t("C'est la première question."), indent=2)
        return found or step

    def _close(self) -> None:
        facts = self.facts
        said = [a.value for name, a in self.dossier.answers.items() if facts.arises(name) and not self.corpus.questions[name].repond]
        unknown = sum(not is_answered(value) for value in said)
        done = t("C'est fini : {nombre} réponses, dont {inconnues} « je ne sais pas ».", nombre=len(said), inconnues=unknown)
        self.ui.say("\n" + done, "bold")
        for text in confirming.closing(self.dossier, facts):
            self.ui.say(text)

    # One step

    def put(self, step: Step) -> Left | None:
        """Ask one step until it is answered and recorded, or left for another one."""
        self._announce(step)
        if step.field == REVISE:
            return self._revise(step)
        draft: Any = None
        about: dict[str, str] = {}  # the note, and who knows
        explained = False
        for term in new_terms(step, head_of(self.facts, step, True), asked_by(self.corpus, step)[1], self.met, self.corpus.language):
            self.ui.say(defined(term), indent=2)
        while True:
            head = head_of(self.facts, step, with_help=not explained)
            result = self._ask(step, head, draft)
            if not isinstance(result, Left):
                self._record(step, head.title, result, about)
                return None
            draft = result.draft
            match result.key:
                case Key.HELP:
                    for part in explanations(self.facts, step):
                        self.ui.say(part, indent=2)
                    explained = True
                case Key.NOTE:
                    about |= asides.note(self.ui, about, self.dossier.answers.get(step.question))
                case Key.WHO:
                    who = asides.who_knows(self.ui, self.corpus, step)
                    if who:
                        self._record(step, head.title, self._unknown(step, draft), about | {"qui": who})
                        return None
                case _:
                    return result

    def _revise(self, step: Step) -> Left | None:
        """Have a list that was taken over corrected, one element and one field after the other, then hold it for confirmed."""
        question = self.corpus.questions[step.question]
        while isinstance(inner := element(self.ui, self.facts, question, t("C'est tout : le reste est encore vrai")), Step):
            self.put(inner)
        if inner is None:
            self._save(confirming.confirmed_list(self.dossier.answers, question.id), "", {})
            self.session.answered(step)
        return inner

    def _announce(self, step: Step) -> None:
        theme, number, count = place_of(self.facts, step)
        if theme.theme == self.shown_theme:
            return
        self.shown_theme = theme.theme
        told, asked = progress(self.facts, step)
        done = t("{faites} sur {total}", faites=told, total=asked)
        self.ui.say(f"\n── {number}/{count} · {theme.titre} · {done} ──", "bold")
        if theme.intro and not told:
            self.ui.say(theme.intro.strip())
        self.ui.say()

    def _ask(self, step: Step, head: Head, draft: Any) -> Any:
        question, asked = asked_by(self.corpus, step)
        if step.field == CARRIED:
            return confirming.ask(self.ui, self.facts, step, head, draft)
        answer = self.dossier.answers.get(question.id)
        if question.type != "liste":
            before = draft if draft is not None else answer.value if answer else ABSENT
            return ask(self.ui, self._shown(asked), head, before)
        if step.field == IMPORT:
            from dpia.terminal.importing import choose_source

            return choose_source(self.ui, head, self.dossier, self.written)
        if step.field == TAKE_OUT:
            return self.ui.menu(head, [(t("Non, garder"), False), (t("Oui, retirer"), True)])
        items = items_of(self.dossier.answers, question.id)
        if not step.field:
            return ask_elements(self.ui, question, items, head, draft)
        chosen = [item for item in items.elements if item.key in step.keys]
        targets = items_of(self.dossier.answers, asked.vers).elements if asked.type == "reference" else ()
        if len(step.keys) > 1:
            before = draft if draft is not None else {item.key: item.cells[asked.id] for item in chosen if asked.id in item.cells}
            return ask_each(self.ui, asked, head, {item.key: called(question, item, asked) for item in chosen}, targets, before)
        before = draft if draft is not None else chosen[0].cells.get(asked.id, ABSENT)
        if asked.id == question.champs[0].id:
            return ask_name(self.ui, items, step.keys[0], head, draft)
        if targets:
            return self.ui.menu(head, [*((item.key, item.key) for item in targets), (head.dont_know, UNKNOWN)], before)
        return ask(self.ui, asked, head, before, like=asides.earlier(items, step.keys[0], asked))

    def _shown(self, asked: Question) -> Question:
        """The question with the rows that have something to say now."""
        again = asked.id in self.dossier.answers
        return structs.replace(asked, options=rows(self.facts, asked, again)) if asked.repond else asked

    def _unknown(self, step: Step, draft: Any) -> Any:
        """The answer of a person who sends to another one: what is ticked stays, the rest is unknown."""
        if step.field == IMPORT:
            return UNKNOWN
        if len(step.keys) > 1:
            return {key: (draft or {}).get(key, UNKNOWN) for key in step.keys}
        if isinstance(draft, dict):
            ticked = Choices(*(frozenset(name for name, sign in draft.items() if sign == side) for side in ("o", "n")))
            return ticked if ticked.oui or ticked.non else UNKNOWN
        items = items_of(self.dossier.answers, step.question)
        return replace(items, complete=False) if items.elements and not step.field else UNKNOWN

    # Recording

    def _record(self, step: Step, title: str, value: Any, about: Mapping[str, str]) -> None:
        """Save an answer with its note, once the person has seen what a correction upsets, and leave a line of it on the screen."""
        before, facts = items_of(self.dossier.answers, step.question), self.facts
        if step.field == CARRIED:
            self._save(confirming.settled(facts, self.session, step, value), "", {})
            self.ui.say(f"{title}\n→ {confirming.in_short(step, value)}\n")
            return
        asked = self._shown(asked_by(self.corpus, step)[1])
        if step.field == IMPORT:
            from dpia.terminal.importing import answers_of

            self.session.by_hand = True
            told: Mapping[str, Any] = answers_of(value, self.dossier)
        else:
            session = replace(self.session)  # what a refused change would have asked again is forgotten
            told = recorded(facts, session, step, value)
            if corrects(self.dossier.answers, told) and not asides.agrees(self.ui, upset(facts, told)):
                self.ui.say(t("Rien n'est changé."), indent=2)
                return
            self.session = session
        self._save(told, step.question, about)
        if step.field or not isinstance(value, Items) or value == before:
            self.session.answered(step)
        self.ui.say(title)
        self.ui.say("→ " + asides.in_short(asked, step, value, before), indent=2)
        if about.get("qui"):
            self.ui.say(t("À demander : {qui}.", qui=self.corpus.roles.get(about["qui"], about["qui"])), indent=2)
        self.ui.say()
        self._propose(facts)

    def _propose(self, before: AnsweredFacts | None) -> None:
        """Save the answers that follow from others, and say so."""
        told = proposed(self.facts, before)
        self._save(told, "", {})
        for name, value in told.items():
            question = self.corpus.questions[name]
            if question.type != "liste":
                answer = spoken(question, value)
                source = t("D'après la table officielle : {reponse}.") if question.propose else t("D'après vos réponses : {reponse}.")
                self.ui.say(
                    f"{question.libelle} {source.format(reponse=answer)} {t('Pour corriger : {touche}.', touche=t(self.ui.review))}"
                )
                self.ui.say()

    def _save(self, told: Mapping[str, Any], about_whom: str, about: Mapping[str, str]) -> None:
        answers = {}
        for name, value in told.items():
            old = self.dossier.answers.get(name, Answer(UNKNOWN))
            new = value if isinstance(value, Answer) else restated(self.corpus.questions[name], old, value, about.get("qui", ""))
            answers[name] = replace(new, le=date.today().isoformat(), **(about if name == about_whom else {}))
        if not answers:
            return
        try:
            self.dossier = dossiers.say(self.dossier, self.written, answers)
        except dossiers.SetAsideError as error:  # the other person's answers are read, and the interview goes on from them
            self.ui.say(str(error), "bold", indent=2)
            self.dossier = dossiers.read(self.dossier.folder, self.written)

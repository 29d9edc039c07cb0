"""What changing an answer upsets: answers that count no longer, questions that are asked anew, findings that turn. Nothing is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dpia.answers import Answer, is_answered
from dpia.facts import AnsweredFacts
from dpia.model import Verdict
from dpia.reasoning import assess
from dpia.values import UNKNOWN, Choices, Items, Value


@dataclass(frozen=True, slots=True)
class Upset:
    """The labels of answers that count no longer, of questions asked anew, and the findings that turn: title, verdict before, after."""

    lost: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    turned: tuple[tuple[str, Verdict, Verdict], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lost or self.asked or self.turned)


def corrects(answers: Mapping[str, Answer], changes: Mapping[str, Value]) -> bool:
    """Tell whether changes replace something known: filling in what was unknown upsets nothing that was said."""
    return any(name in answers and _replaced(answers[name].value, value) for name, value in changes.items())


def _replaced(before: Value, after: Value) -> bool:
    if isinstance(before, Items) and isinstance(after, Items):
        now = {item.key: item.cells for item in after.elements}
        return any(
            item.key not in now or any(_replaced(cell, now[item.key].get(name, UNKNOWN)) for name, cell in item.cells.items())
            for item in before.elements
        )
    if isinstance(before, Choices) and isinstance(after, Choices):
        return not (before.oui <= after.oui and before.non <= after.non)
    return is_answered(before) and before != after


def upset(facts: AnsweredFacts, changes: Mapping[str, Value]) -> Upset:
    """Compare what the answers say now with what they would say after these changes."""
    corpus, answers = facts.corpus, facts.answers
    said = {name: replace(answers.get(name, Answer(value)), value=value) for name, value in changes.items()}
    after = AnsweredFacts(corpus, {**answers, **said}, facts.on)
    others = [question for question in corpus.questions.values() if question.id not in changes and not question.repond]
    lost = tuple(q.libelle for q in others if q.id in answers and facts.arises(q.id) and not after.arises(q.id))
    asked = tuple(q.libelle for q in others if q.id not in answers and not facts.arises(q.id) and after.arises(q.id))
    verdicts = {finding.rule.id: finding.verdict for finding in assess(corpus, facts)}
    turned = tuple(
        (finding.rule.titre, verdicts[finding.rule.id], finding.verdict)
        for finding in assess(corpus, after)
        if finding.verdict != verdicts.get(finding.rule.id, finding.verdict)
    )
    return Upset(lost, asked, turned)

"""Counts the prompts that honest persons meet, theme by theme: python benchmarks/invites.py [-v].

A prompt is one validated entry, as the design counts it: a text, a choice, boxes (each line answered by a key, nine at most), a screen
that asks one thing of several elements. Where an element differs from the most frequent answer, its cell counts once more.
"avec reste" counts boxes ticked in part twice: the ticks, then what the empty boxes mean.
The persons answer through `interview.steps`, without a terminal.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Generator

from benchmarks.personnes import DAY, RARE, SMALL, TOWN, VILLAGE, Person, imported, town, village, without
from dpia.answering import proposed, recorded
from dpia.answers import Answer
from dpia.corpus import Corpus, load
from dpia.facts import AnsweredFacts
from dpia.interview import IMPORT, Session, Step, items_of, steps
from dpia.overviews import rows
from dpia.values import Choices, Items, Value


def cost(value: Value | dict[str, Value]) -> int:
    """Count the validated entries of one answer."""
    return 1 + len(value) - max(Counter(map(str, value.values())).values()) if isinstance(value, dict) else 1


def play(corpus: Corpus, person: Person) -> Generator[tuple[Step, int, int], None, dict[str, Answer]]:
    """Answer everything; yield each step with the entries it took, and what boxes ticked in part would add. Returns the answers."""
    answers = imported(person) if person.imported else {}
    session = Session()
    before = None
    while True:
        answers |= {name: Answer(value) for name, value in proposed(AnsweredFacts(corpus, answers, DAY), before).items()}
        facts = before = AnsweredFacts(corpus, answers, DAY)
        step = next(steps(facts, session), None)
        if step is None:
            return answers
        if step.field == IMPORT:
            session.by_hand = True
            yield step, 1, 0
            continue
        question = corpus.questions[step.question]
        asked = next((champ for champ in question.champs if champ.id == step.field), question)
        shown = rows(facts, question) if question.repond else asked.options
        value, items = person.value(facts, step, shown), items_of(answers, question.id)
        repeated = bool(step.keys) and value in [item.cells.get(asked.id) for item in items.elements if item.key not in step.keys]
        yield step, cost(value), int(isinstance(value, Choices) and 0 < len(value.oui) < len(shown) and not repeated)
        answers |= {name: Answer(new) for name, new in recorded(facts, session, step, value).items()}
        if step.field or not isinstance(value, Items) or value == items:
            session.answered(step)


def main() -> int:
    """Print the counts."""
    corpus = load()
    small, everything = village(corpus, SMALL), town(corpus, "ville-csu", "stationnement")
    big = without(everything, RARE) | village(corpus, TOWN)
    persons = {
        "village, import": Person(small, True),
        "village, à la main": Person(small, False),
        "avec police": Person(village(corpus, VILLAGE), True),
        "ville, import": Person(big, True),
        "ville, à la main": Person(big, False),
        "ville, tout": Person(everything, True),
        "ne sait rien": Person({}, False),
    }
    theme_of = {question.id: theme.theme for theme in corpus.themes for question in theme.questions}
    counts: dict[str, Counter[str]] = {}
    rest: dict[str, int] = {}
    for name, person in persons.items():
        played = list(play(corpus, person))
        counts[name] = Counter()
        for step, entries, _ in played:
            counts[name][theme_of[step.question]] += entries
        rest[name] = sum(more for _, _, more in played)
        if "-v" in sys.argv:
            print(f"\n{name}")
            for step, entries, more in played:
                several = f" × {len(step.keys)}" if len(step.keys) > 1 else ""
                print(f"  {entries}{'+' * more or ' '} {step.question}{'.' + step.field if step.field else ''}{several}")
    print(f"{'invites par thème':26}" + "".join(f"{name:>20}" for name in persons))
    for theme in corpus.themes:
        print(f"{theme.theme:26}" + "".join(f"{counts[name][theme.theme]:>20}" for name in persons))
    print(f"{'invites':26}" + "".join(f"{counts[name].total():>20}" for name in persons))
    print(f"{'avec reste':26}" + "".join(f"{counts[name].total() + rest[name]:>20}" for name in persons))
    return 0


if __name__ == "__main__":
    sys.exit(main())

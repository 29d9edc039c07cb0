"""Times one key press in the commune list, and one answer of the interview: python benchmarks/touche.py.

A key: all that the program does between a key and the list shown for it, for each key of names typed letter by letter. An answer: finding
the next question, writing the answers file and what follows from the answer, for the persons of `personnes.py`. Medians and worst, in ms.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.personnes import DAY, SMALL, Person, imported, town, village
from dpia import dossier as dossiers
from dpia.answering import proposed, recorded
from dpia.answers import Answer
from dpia.communes import search
from dpia.corpus import Corpus, load
from dpia.facts import AnsweredFacts
from dpia.interview import IMPORT, Session, steps
from dpia.overviews import rows
from dpia.upsets import upset
from dpia.values import Items

TYPED = ("saint-etienne", "la roche", "paris", "26004", "l'isle d'abeau", "zz", "saint")


def keys() -> list[float]:
    """The time of each key, in ms: the twenty communes found and put in words. The index is built before, as the prompt does."""
    next(search("aa"), None)
    found = []
    for name in TYPED:
        for end in range(1, len(name) + 1):
            start = perf_counter()
            _ = [(f"{commune.name} ({commune.insee})", str(commune)) for commune in search(name[:end])]
            found.append(1000 * (perf_counter() - start))
    return found


def answers(corpus: Corpus, person: Person) -> tuple[list[float], float]:
    """The time of each answer recorded on disk, and that of saying what a correction upsets, in ms."""
    found = []
    with TemporaryDirectory() as folder:
        dossier = dossiers.say(dossiers.create(Path(folder) / "d"), corpus, imported(person))
        session, before = Session(by_hand=True), None
        while True:
            start = perf_counter()
            told = {name: Answer(value) for name, value in proposed(AnsweredFacts(corpus, dossier.answers, DAY), before).items()}
            dossier = dossiers.say(dossier, corpus, told) if told else dossier
            facts = before = AnsweredFacts(corpus, dossier.answers, DAY)
            step = next(steps(facts, session), None)
            if step is None:
                break
            question = corpus.questions[step.question]
            value = person.value(facts, step, rows(facts, question) if question.repond else question.options)
            if step.field != IMPORT:
                changes = recorded(facts, session, step, value)
                dossier = dossiers.say(dossier, corpus, {name: Answer(new) for name, new in changes.items()})
            found.append(1000 * (perf_counter() - start))
            if step.field or not isinstance(value, Items):
                session.answered(step)
        start = perf_counter()
        upset(AnsweredFacts(corpus, dossier.answers, DAY), {"conservation_jours": 40})
        return found, 1000 * (perf_counter() - start)


def main() -> int:
    """Print the times."""
    times = keys()
    print(f"{'une touche dans la liste des communes':44} {median(times):6.1f} ms, au pire {max(times):6.1f} ms ({len(times)} touches)")
    corpus = load()
    for name, known in (("village", village(corpus, SMALL)), ("ville", town(corpus, "ville-csu", "stationnement"))):
        times, correction = answers(corpus, Person(known, True))
        print(f"{'une réponse, ' + name:44} {median(times):6.1f} ms, au pire {max(times):6.1f} ms ({len(times)} réponses)")
        print(f"{'ce que bouleverse une correction, ' + name:44} {correction:6.1f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())

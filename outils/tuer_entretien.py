"""Tue l'entretien à chaque invite, dans un vrai terminal, puis le reprend : aucune réponse enregistrée ne se perd.

python outils/tuer_entretien.py [--simple] [--graine N] [--personne village]

Un village répond à toute la base, à la main. À chaque invite, « dpia questions » est tué (SIGKILL) pendant qu'elle attend, une réponse à
moitié tapée ; puis à une invite annexe, une fois sur trois (note, qui le sait, relecture) ; puis à un instant tiré au sort après Entrée.
À chaque reprise, l'invite est la même si rien n'était enregistré, la suivante sinon. Sans --simple, les deux écrans, l'un après l'autre.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.personnes import SMALL, Person, village  # the folder must be on the path first
from dpia.corpus import load
from tests.fixtures.hands import InLines, OnScreen
from tests.fixtures.killing import Killer


def main() -> int:
    """Print the counts of each screen."""
    parser = argparse.ArgumentParser(description="Tue l'entretien à chaque invite, puis le reprend.")
    parser.add_argument("--simple", action="store_true", help="seulement l'entretien ligne à ligne")
    parser.add_argument("--graine", type=int, default=0, help="les instants tirés au sort")
    arguments = parser.parse_args()
    corpus = load()
    person = Person(village(corpus, SMALL), imported=False)
    for hands in (InLines(),) if arguments.simple else (OnScreen(), InLines()):
        dice = Random(arguments.graine)  # noqa: S311  # when to kill
        with TemporaryDirectory() as name:
            killer = Killer(Path(name) / "d", corpus, hands, ("-m", "dpia", "questions"), person.value, dice)
            try:
                killer.run()
            finally:
                print(f"{'ligne à ligne' if hands.flags else 'plein écran'} : {killer.tally}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

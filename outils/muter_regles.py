"""Change une chose à la fois dans chaque règle et chaque fait dérivé, et vérifie qu'un exemple le remarque.

Usage : python outils/muter_regles.py [--base DOSSIER] [--seulement MOT] [--equivalents]
Un mutant survit quand aucun exemple, aucun cas de tests/cases et aucun contrôle de chargement ne le remarque, alors qu'un dossier
possible l'oppose à la règle. Un mutant équivalent dit la même chose en d'autres mots : le solveur le prouve, sur toutes les réponses possibles.
« completer_regles.py exemples » propose l'exemple qui tue chaque survivant.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from proof.base import ROOT, load_base, texts
from proof.editing import places
from proof.equivalence import Comparison
from proof.mutants import Mutant, mutants
from proof.trials import Bench

from dpia.coherence import CorpusError
from dpia.corpus import Corpus

STATES = ("tués", "équivalents", "survivants")


def sorted_out(root: Path, only: str = "", corpus: Corpus | None = None) -> dict[str, list[Mutant]]:
    """Every mutant of the base by what became of it; progress on the standard error."""
    corpus = corpus or load_base(root)
    bench, comparison = Bench(corpus, root / "tests" / "cases"), Comparison(corpus)
    found: dict[str, list[Mutant]] = {state: [] for state in STATES}
    every = [mutant for mutant in mutants(corpus, places(texts(root))) if only in f"{mutant.file} {mutant.owner}"]
    for n, mutant in enumerate(every, 1):
        state = "tués" if bench.kills(mutant) else "équivalents" if comparison.equivalent(mutant) else "survivants"
        found[state].append(mutant)
        if n % 2000 == 0 or n == len(every):
            print(f"{n} mutants sur {len(every)} : {', '.join(f'{len(found[s])} {s}' for s in STATES)}", file=sys.stderr, flush=True)
    return found


def said(mutant: Mutant) -> str:
    """A mutant in one line."""
    return f"{mutant.file}, ligne {mutant.line}, {mutant.owner}, {mutant.where} : {mutant.what}" + (
        f" → {mutant.text}" if mutant.text else ""
    )


def report(found: dict[str, list[Mutant]], equivalents: bool) -> str:
    """The counts of each file, then the mutants to look at."""
    counts = {state: Counter(mutant.file for mutant in found[state]) for state in STATES}
    files = sorted({file for count in counts.values() for file in count})
    lines = [f"{'fichier':<38}" + "".join(f"{state:>13}" for state in STATES)]
    lines += [f"{file:<38}" + "".join(f"{counts[state][file]:>13}" for state in STATES) for file in files]
    lines += [f"{'ensemble':<38}" + "".join(f"{len(found[state]):>13}" for state in STATES)]
    lines += [f"survivant : {said(mutant)}" for mutant in found["survivants"]]
    if equivalents:
        lines += [f"équivalent, aucun dossier possible ne donne un autre résultat : {said(mutant)}" for mutant in found["équivalents"]]
    return "\n".join(lines)


def main() -> int:
    """Print the report; 1 when a mutant survives."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--base", type=Path, default=ROOT, help="une copie du dépôt")
    parser.add_argument("--seulement", default="", help="les règles dont le fichier ou l'identifiant contient ce mot")
    parser.add_argument("--equivalents", action="store_true", help="liste aussi les mutants équivalents")
    arguments = parser.parse_args()
    start = time.monotonic()
    found = sorted_out(arguments.base, arguments.seulement)
    print(report(found, arguments.equivalents))
    print(f"{time.monotonic() - start:.0f} s", file=sys.stderr)
    return 1 if found["survivants"] else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CorpusError as error:
        sys.exit(str(error))

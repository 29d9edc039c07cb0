"""Prouve des règles ce qu'aucun exemple ne peut montrer : ce qui vaut pour tous les dossiers possibles.

Usage : python outils/prouver_regles.py [--base DOSSIER]
1. Chaque règle peut donner un écart, « à vérifier », et un dossier conforme ou sans objet ; « quand » et « satisfait_si » peuvent être
   vrais, faux et inconnus. Chaque dossier trouvé est soumis au moteur, qui doit donner le même verdict.
2. « exige » découle de « satisfait_si », et chaque règle qui a l'un a l'autre.
3. Deux règles qui s'appliquent ensemble peuvent toujours être respectées ensemble, sauf si l'une est discutée ou déclare « prive_d_effet ».
4. « entraine » nomme toutes les règles dont l'écart suit, et elles seules.
5. « quand » et « satisfait_si » ne nomment que des questions qui se posent dans un dossier où la règle s'applique.
Les listes ont zéro, un ou deux éléments décrits, et peut-être d'autres ; là où une condition compte les éléments, jusqu'au seuil et au-delà.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from proof.base import ROOT, load_base
from proof.equivalence import Comparison
from proof.relations import Relations
from proof.theorems import Theorems

from dpia.coherence import CorpusError
from dpia.corpus import Corpus


def shown(text: str) -> None:
    """Print progress on the standard error."""
    print(text, file=sys.stderr, flush=True)


def alone(corpus: Corpus, comparison: Comparison) -> list[str]:
    """What does not hold of one rule at a time."""
    theorems, failures = Theorems(corpus, comparison), []
    for n, rule in enumerate(corpus.rules, 1):
        failures += [str(failure) for failure in theorems.of_rule(rule)]
        if n % 50 == 0 or n == len(corpus.rules):
            shown(f"{n} rédactions sur {len(corpus.rules)} : {theorems.proved} questions au solveur, {len(failures)} défauts")
    return failures


def together(corpus: Corpus, comparison: Comparison) -> list[str]:
    """What does not hold of two rules on the same day."""
    relations, failures = Relations(corpus, comparison), []
    proved: dict[str, set[str]] = {rule.rule.id: set() for rule in corpus.rules}
    for day in relations.days():
        for pair in relations.implications(day):
            proved[pair.one.rule.id].add(pair.other.rule.id)
        for pair in relations.conflicts(day):
            failures.append(f"{pair.one.rule.id} et {pair.other.rule.id} ne peuvent pas être respectées ensemble au {day} : {pair.said}")
        shown(f"{day} : {sum(map(len, proved.values()))} implications, {len(failures)} conflits")
    for rule in corpus.rules:
        place, wanted, declared = f"{rule.file}, ligne {rule.rule.ligne}, {rule.rule.id}", proved[rule.rule.id], set(rule.rule.entraine)
        failures += [f"{place}, entraine : il manque « {other} », dont l'écart suit toujours" for other in sorted(wanted - declared)]
        failures += [f"{place}, entraine : « {other} » peut être sans écart" for other in sorted(declared - wanted)]
    return list(dict.fromkeys(failures))


def main() -> int:
    """Print what does not hold; 1 when something does not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--base", type=Path, default=ROOT, help="une copie du dépôt")
    arguments = parser.parse_args()
    start = time.monotonic()
    corpus = load_base(arguments.base)
    comparison = Comparison(corpus)
    failures = alone(corpus, comparison) + together(corpus, comparison)
    print("\n".join(failures) or f"{len(corpus.rules)} rédactions de règles : tout est prouvé.")
    shown(f"{sum(solver.questions for solver in comparison.solvers.values())} questions au solveur, {time.monotonic() - start:.0f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CorpusError as error:
        sys.exit(str(error))

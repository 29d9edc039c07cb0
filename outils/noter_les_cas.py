"""Note les cas jugés par une autorité (tests/cases) : trouvés, manqués, fausses alertes, par cas et par date.

python outils/noter_les_cas.py [--cas NOM] [--relire]     --relire : chaque écart ou interdit qu'aucun attendu ne nomme

Un cas fort compte double, un cas faible ne compte pas ; une fausse alerte coûte deux manqués. Sort avec 1 dès qu'un cas qui compte a un
manqué, une fausse alerte ou un verdict qu'aucune réponse ne porte.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "tests")]

from worked_cases import WEIGHTS, Case, bare, cases, failure, unclaimed  # noqa: E402  # both folders must be on the path first


def main() -> int:
    """Print the table and what went wrong."""
    parser = argparse.ArgumentParser(description="Note les cas jugés par une autorité.")
    parser.add_argument("--cas", default="", help="un cas, ou le début de son nom")
    parser.add_argument("--relire", action="store_true", help="chaque écart ou interdit qu'aucun attendu ne nomme")
    arguments = parser.parse_args()
    points = wanted = failures = 0
    problems: list[str] = []
    print(f"{'cas':58} {'poids':7} {'au':11} trouvés manqués fausses alertes")
    for case in (case for case in cases() if case.folder.name.startswith(arguments.cas)):
        for on in case.days:
            found, missed, alarms = _score(case, on, problems)
            weight = WEIGHTS[case.weight]
            points += weight * (found - 2 * alarms)
            wanted += weight * (found + missed)
            failures += bool(weight) and missed + alarms + len(bare(case.folder, on))
            print(f"{case.folder.name:58.58} {case.weight:7} {on}  {found:6} {missed:7} {alarms:7}")
            for finding in unclaimed(case, on) if arguments.relire else ():
                why = " · ".join(f"{reason.libelle} {reason.reponse}" for reason in finding.reasons[:4])
                print(f"      {finding.verdict} : {finding.rule.id} ({why})")
    print(f"\nNote : {points} sur {wanted} (fort double, faible hors compte, fausse alerte moins deux)")
    print("\n".join(problems))
    return 1 if failures else 0


def _score(case: Case, on: object, problems: list[str]) -> tuple[int, int, int]:
    found = missed = alarms = 0
    for claim in (claim for claim in case.claims if claim.on == on):
        said = failure(claim)
        problems += [said] if said else []
        found += claim.wanted and not said
        missed += claim.wanted and bool(said)
        alarms += not claim.wanted and bool(said)
    return found, missed, alarms


if __name__ == "__main__":
    sys.exit(main())

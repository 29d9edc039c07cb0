"""Note les cas jugés par une autorité (tests/cases) : trouvés, manqués, fausses alertes, par cas et par date.

python outils/noter_les_cas.py [--cas NOM] [--date AAAA-MM-JJ]

Sous le tableau : la note, chaque manqué et chaque fausse alerte, chaque verdict qu'aucune réponse ne porte, puis les alertes à relire
(les écarts et les interdits qu'aucun attendu n'accepte ; elles ne comptent pas, mais chacune doit découler d'un fait du cas).
Un cas fort compte double, un cas faible ne compte pas ; une fausse alerte coûte deux manqués. Sort avec 1 dès qu'un cas qui compte a un
manqué, une fausse alerte ou un verdict sans réponse.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "tests")]

from worked_cases import WEIGHTS, Case, bare, cases, failure, silence, unclaimed  # noqa: E402  # both folders must be on the path first


def main() -> int:
    """Print the table and what went wrong."""
    parser = argparse.ArgumentParser(description="Note les cas jugés par une autorité.")
    parser.add_argument("--cas", default="", help="un cas, ou une partie de son nom")
    parser.add_argument("--date", type=date.fromisoformat, help="seulement les notations de ce jour")
    arguments = parser.parse_args()
    scored = [(case, on) for case in cases() if arguments.cas in case.folder.name for on in case.days if arguments.date in (None, on)]
    if not scored:
        parser.error("aucun cas de ce nom n'est noté ce jour-là")
    points = wanted = failures = 0
    problems: list[str] = []
    reread: list[str] = []
    print(f"{'cas':46} {'poids':7} {'au':11} trouvés manqués fausses alertes")
    for case, on in scored:
        found, missed, alarms = _score(case, on, problems)
        unsupported = [f"{case.folder.name}, au {on}, aucune réponse ne porte : {rule}" for rule in bare(case.folder, on)]
        problems += unsupported
        weight = WEIGHTS[case.weight]
        points += weight * (found - 2 * alarms)
        wanted += weight * (found + missed)
        failures += bool(weight) and missed + alarms + len(unsupported)
        print(f"{case.folder.name:46.46} {case.weight:7} {on}  {found:6} {missed:7} {alarms:7}")
        for finding in unclaimed(case, on):
            why = " · ".join(f"{reason.libelle} {reason.reponse}" for reason in finding.reasons[:4])
            reread.append(f"{case.folder.name}, au {on}, {finding.verdict} : {finding.rule.id} ({why})")
    print(f"\nNote : {points} sur {wanted} (fort double, faible hors compte, fausse alerte moins deux)")
    expected = [claim for case, on in scored for claim in case.claims if claim.wanted and claim.on == on]
    free = sum(any(r in silence(c.on) and silence(c.on)[r].verdict in c.verdicts for r in c.rules) for c in expected)
    print(
        f"Attendus : {len(expected)}, dont {len(expected) - free} qu'un dossier sans réponse ne donne pas (les autres acceptent « à vérifier »)"
    )
    for title, lines in (("Manqués, fausses alertes, verdicts sans réponse", problems), ("Alertes à relire", reread)):
        print(f"\n{title} : " + ("\n".join(["", *lines]) if lines else "aucun" + "e" * title.startswith("Alertes")))
    return 1 if failures else 0


def _score(case: Case, on: date, problems: list[str]) -> tuple[int, int, int]:
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

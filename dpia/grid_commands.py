"""`dpia grille`: the 56 points that an inspector looks for, each with the passage of the assessment that treats it."""

from __future__ import annotations

import json
from argparse import Namespace
from collections import Counter
from typing import TYPE_CHECKING, Any

from dpia import followup
from dpia.cli import OK
from dpia.commands import CommandError
from dpia.corpus import Corpus
from dpia.dossier import Dossier
from dpia.facts import AnsweredFacts
from dpia.printing import wrap
from dpia.reasoning import Finding
from dpia.writing import why, write_atomically

if TYPE_CHECKING:
    from dpia.documents.formulas import Fault
    from dpia.documents.grid import Assessment, Marked, Passage

SHOWN, PASSAGES, LACKS = 320, 3, 4  # characters of a passage, passages and missing facts of a point, as text; JSON gives all of them


def print_grid(arguments: Namespace, corpus: Corpus, dossier: Dossier, facts: AnsweredFacts, findings: tuple[Finding, ...]) -> int:
    """Print or write the grid of each assessment of a dossier. Raises CommandError."""
    from dpia.documents import formulas, grid
    from dpia.documents.view import View

    view = View(corpus, dossier, facts, findings, followup.read(dossier.folder, corpus))
    found = list(grid.assessments(view))
    if arguments.traitement:
        kept = [assessment for assessment in found if assessment.id == arguments.traitement]
        if not kept:
            there = " ; ".join(f"{assessment.id} ({assessment.titre})" for assessment in found) or "aucun"
            raise CommandError(
                f"--traitement : « {arguments.traitement} » n'a pas d'analyse d'impact dans ce dossier ; au choix : {there}."
            )
        found = kept
    typed = list(formulas.of_answers(corpus, dossier.answers))
    heading = f"{view.commune_name}, au {facts.on:%d/%m/%Y}"
    if arguments.format == "json":
        text = json.dumps(_as_dict(heading, found, typed), ensure_ascii=False, indent=1)
    else:
        text = _as_text(heading, corpus.data["grille"]["parties"], found, typed)
    if arguments.sortie is None:
        print(text)
        return OK
    try:
        write_atomically(arguments.sortie, text.encode())
    except OSError as error:
        raise CommandError(f"{arguments.sortie} ne peut pas être écrit ({why(error)}).") from error
    print(f"Écrit : {arguments.sortie}")
    return OK


def _as_text(heading: str, parts: dict[str, str], found: list[Assessment], typed: list[tuple[str, Fault]]) -> str:
    lines = [f"Les 56 points d'une analyse d'impact – {heading}", ""]
    lines += [
        wrap(
            "Cette grille ne note rien : elle montre, point par point, le passage qui traite la question. Un lecteur qui n'a que le document met la note : "
            "2, traité et vérifiable ; 1, mentionné ; 0, absent ou affirmé sans preuve. (E) : un zéro disqualifie l'analyse."
        )
    ]
    for assessment in found:
        counts = Counter(point.etat for point in assessment.points)
        lines += ["", f"=== {assessment.titre} ({assessment.id})", wrap(" · ".join(f"{state} : {n}" for state, n in counts.most_common()))]
        if assessment.arretee:
            lines.append(wrap("L'analyse s'arrête sur un usage interdit : rien d'autre n'est à traiter."))
        part = ""
        for point in assessment.points:
            if point.partie != part:
                part = point.partie
                lines += ["", f"{part}. {parts[part]}"]
            lines += _point(point)
    if not found:
        lines += ["", "Aucune analyse d'impact : d'après les réponses, la commune n'a aucun appareil qui en demande une."]
    if typed:
        lines += ["", "=== Dans vos réponses, des mots à reprendre", wrap("Ils sont cités tels quels dans les documents.")]
        lines += [wrap(f"- {path} : « {fault.mots} » ; {fault.dit}. « {_short(fault.phrase)} »", "  ", "") for path, fault in typed]
    return "\n".join(lines)


def _point(point: Marked) -> list[str]:
    marks = "".join((" (E)" if point.eliminatoire else "", " (analogie)" if point.analogie else ""))
    lines = [wrap(f"{point.n}.{marks} {point.point}", "    ", " ")]
    lines.append(f"    → {point.etat}")
    for passage in point.passages[:PASSAGES]:
        lines.append(wrap(f"{passage.titre} : « {_short(passage.texte)} »", "      ", "    "))
    if len(point.passages) > PASSAGES:
        lines.append(f"    … et {len(point.passages) - PASSAGES} autres passages (--format json).")
    for lack in _lacks(point)[:LACKS]:
        lines.append(wrap(f"manque : {lack}", "      ", "    "))
    return lines


def _lacks(point: Marked) -> list[str]:
    return [_short(sentence) for passage in point.passages for sentence in passage.inconnus]


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN].rsplit(" ", 1)[0] + " …"


def _as_dict(heading: str, found: list[Assessment], typed: list[tuple[str, Fault]]) -> dict[str, Any]:
    return {
        "format": 1,
        "dossier": heading,
        "analyses": [
            {
                "traitement": assessment.id, "titre": assessment.titre, "arretee": assessment.arretee,
                "points": [
                    {
                        "n": point.n, "partie": point.partie, "point": point.point, "eliminatoire": point.eliminatoire, "analogie": point.analogie,
                        "source": point.source, "etat": point.etat, "passages": [_passage(passage) for passage in point.passages],
                    }
                    for point in assessment.points
                ],
            }
            for assessment in found
        ],
        "reponses_a_reprendre": [{"reponse": path, "mots": fault.mots, "pourquoi": fault.dit, "phrase": fault.phrase} for path, fault in typed],
    }  # fmt: skip


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "titre": passage.titre, "texte": passage.texte, "sans_objet": passage.sans_objet, "a_remplir": passage.a_remplir,
        "inconnus": list(passage.inconnus), "qui": list(passage.qui),
    }  # fmt: skip

"""What a reviewer reads in the margin of each open finding: the verdict, its articles, its reasons, what would settle it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dpia.documents.report_findings import CERTAINTIES, VERDICTS, answers, missing, some
from dpia.documents.view import View
from dpia.documents.workbook_rows import SEVERITIES
from dpia.followup import STATES
from dpia.reasoning import Finding
from dpia.sheets import source_in_words

if TYPE_CHECKING:
    from dpia.documents.word_comments import Remark

OPEN = ("interdit", "ecart", "a_verifier")
SHOWN = 6  # answers, or questions, told in one comment; `dpia expliquer` tells the others


def remarks(view: View) -> dict[str, Remark]:
    """The comment of each finding that is still open, by rule."""
    return {finding.rule.id: tuple(_lines(view, finding)) for finding in view.findings if finding.verdict in OPEN}


def _lines(view: View, finding: Finding) -> Iterator[tuple[str, str]]:
    rule = finding.rule
    mention = f" ({finding.mention})" if finding.mention else ""
    yield (
        f"{VERDICTS[finding.verdict][1]}{mention}.",
        f"Gravité : {SEVERITIES[rule.gravite].lower()}. Certitude : {CERTAINTIES[rule.certitude].lower()}.",
    )
    for label, names in (("En écart :", finding.ecart), ("À vérifier :", finding.unknown)):
        if names:
            yield label, some(names)
    yield "Articles :", " ; ".join(map(source_in_words, view.sources(rule)))
    if told := [_answered(row) for row in answers(view, finding.reasons)]:
        yield from _listed("Pourquoi :", told, "réponse")
    if asked := [_asked(row) for row in missing(view, finding.manque)]:
        yield from _listed("Ce qui tranche :", asked, "question")
    if finding.a_produire:
        yield "Pièce qui tranche :", " ; ".join(finding.a_produire)
    if rule.doute:
        yield "Doute :", rule.doute
    if finding.other_reading:
        yield "Autre lecture :", finding.other_reading
    if follow := view.follow_up.get(rule.id):
        due = f", avant le {follow.echeance:%d/%m/%Y}" if follow.echeance else ""
        yield "Suivi :", " ; ".join(filter(None, (STATES[follow.statut] + due, follow.responsable, follow.commentaire)))
    yield "En savoir plus :", f"dpia expliquer DOSSIER {rule.id}"


def _answered(row: dict[str, object]) -> str:
    said = row["reponses"]
    assert isinstance(said, list)  # noqa: S101  # as report_findings.answers makes it
    return f"{row['question']} " + ", ".join(one["dit"] + (f" ({one['elements']})" if one["elements"] else "") for one in said)


def _asked(row: dict[str, str]) -> str:
    about = f"{row['elements']} : " if row["elements"] else ""
    return f"{about}{row['question']}" + (f" (qui le sait : {row['qui']})" if row["qui"] else "")


def _listed(label: str, told: list[str], what: str) -> Iterator[tuple[str, str]]:
    """One line when there is one thing to say, else a line each; beyond SHOWN, they are counted."""
    if len(told) == 1:
        yield label, told[0]
        return
    yield label, ""
    yield from (("", f"– {text}") for text in told[:SHOWN])
    if (more := len(told) - SHOWN) > 0:
        yield "", f"– et {more} autre{'s' if more > 1 else ''} {what}{'s' if more > 1 else ''}"

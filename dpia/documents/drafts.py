"""The assessments of a dossier before they are written: each with its text, its name, what it is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dpia.analyses import Analysis
from dpia.documents import aipd, assessment, device_aipd, places, plans, word
from dpia.documents.plans import Plan
from dpia.documents.processings import of_device, of_fixed_cameras, present
from dpia.documents.public import slug
from dpia.documents.view import View
from dpia.risks import evaluate


@dataclass(frozen=True, slots=True)
class Draft:
    """An assessment; `analysis`: that of the device, None for the fixed cameras; `name`: of its files, without extension."""

    analysis: Analysis | None
    text: str
    name: str
    meta: word.Meta


def drafts(view: View, plan: Plan) -> Iterator[Draft]:
    """One assessment for the fixed cameras, one for each device that has its own questions."""
    found = present(view)
    if found.fixed:
        text = aipd.render(of_fixed_cameras(view), evaluate(view.corpus, view.facts), plan=plan)
        yield _draft(view, None, text, plan)
    for analysis in found.devices:
        about = of_device(view, analysis, found.fixed)
        yield _draft(
            view, analysis, device_aipd.render(about, analysis, evaluate(view.corpus, view.facts, analysis.risques), plan=plan), plan
        )


def _draft(view: View, analysis: Analysis | None, text: str, plan: Plan) -> Draft:
    about = analysis.titre if analysis else places.subject(view).lower()
    head = f"aipd-{analysis.fichier}" if analysis else "aipd"
    meta = word.Meta(
        title=f"Analyse d'impact – {about} – {view.commune_name}", created=view.facts.on, subject=f"AIPD : {about}",
        header=f"AIPD {about} – {view.commune_name}", footer_left=f"Projet du {view.facts.on:%d/%m/%Y} – {assessment.corpus_of(view.corpus)}",
    )  # fmt: skip
    return Draft(analysis, text, f"{head}-{slug(view.commune_name)}{plans.suffix(plan)}", meta)

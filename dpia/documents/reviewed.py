"""The reviewer's copy of an assessment: comments in the margin, and what changed since a former dossier. The document of the mayor has neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dpia import followup
from dpia.analyses import Analysis
from dpia.comparing import Side
from dpia.documents import aipd, changes_page, device_aipd, markdown, marks, passages_changed, places, plans, word
from dpia.documents.passages import fill
from dpia.documents.plans import CNIL, Plan
from dpia.documents.processings import of_device, of_fixed_cameras, present
from dpia.documents.remarks import remarks
from dpia.documents.view import View
from dpia.risks import evaluate

COVER_END = "\n```\n"


@dataclass(frozen=True, slots=True)
class Draft:
    """An assessment before it is printed: what it treats, its template, what the template may print."""

    view: View
    themes: frozenset[str]
    template: str
    context: dict[str, Any]
    plan: Plan = CNIL

    def text(self, **more: Any) -> str:
        """The Markdown; `more` replaces what the template prints."""
        return plans.text(self.template, {**self.context, **more}, self.plan)


def copy(
    view: View, analysis: Analysis | None, meta: word.Meta, *, comments: bool, before: Side | None, brand: bytes | None = None,
    plan: Plan = CNIL, passages: Mapping[str, str] | None = None,
) -> bytes:  # fmt: skip
    """Return the Word copy of one assessment, that of the fixed cameras without an `analysis`. Raises DocumentError."""
    draft = _draft(view, analysis, plan)
    text = draft.text(constat=_commented) if comments else draft.text()
    if before is not None:
        text = _compared(view, analysis, draft, text, before)
    text = fill(text, passages or {}, prompts=False, zones=False)  # what is written in this copy is not read back: no zone
    return word.render(text, meta=meta, brand=brand, comments=remarks(draft.view) if comments else None)


def _commented(rule: str, title: str) -> markdown.Raw:
    return markdown.Raw(marks.finding(rule, markdown.escape(title)))


def _draft(view: View, analysis: Analysis | None, plan: Plan = CNIL) -> Draft:
    elsewhere = {theme for other in view.corpus.analyses if other is not analysis for theme in other.themes}
    themes = frozenset(theme.theme for theme in view.corpus.themes) - elsewhere  # all may quote what the commune says of itself
    if analysis is None:
        about = places.own_findings(of_fixed_cameras(view))
        return Draft(about, themes, "aipd.md.j2", aipd.context(about, evaluate(view.corpus, view.facts)), plan)
    about = of_device(view, analysis, present(view).fixed)
    context = device_aipd.context(about, analysis, evaluate(view.corpus, view.facts, analysis.risques))
    return Draft(about, themes, "aipd-dispositif.md.j2", context, plan)


def _compared(view: View, analysis: Analysis | None, draft: Draft, text: str, before: Side) -> str:
    """The text with its first page and its marks. The former text bears today's date and numbers: they are no change."""
    numbers = {finding.rule.id: n for n, finding in draft.context["v"].numbered}
    former = View(
        view.corpus, before.dossier, before.facts, before.findings, followup.read(before.dossier.folder, view.corpus), numbers=numbers
    )
    had = present(former)
    treated = {finding.rule.id: 0 for finding in draft.view.findings}
    found = None
    if had.fixed if analysis is None else analysis in had.devices:
        old = _draft(former, analysis, draft.plan)
        found = passages_changed.compare(old.text(jour=view.facts.on), text)
        treated |= {finding.rule.id: 0 for finding in old.view.findings}
    after = Side(view.dossier, view.facts, view.findings)
    page = changes_page.render(view.corpus, before, after, draft.themes, treated | numbers, found)
    cover, end, rest = (found.text if found else text).partition(COVER_END)
    return f"{cover}{end}\n{page}{rest}"

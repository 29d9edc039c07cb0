"""The assessment as a file of the CNIL's PIA tool: the words of the Word file, each where the tool asks for it.

Written by exchange/cnil-pia-format.md (tool 4.1.0, read 2026-11-23). Risks and measures come as the draft has them; evaluations, opinions
and the decision are left to the persons who give them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dpia import pia_words as words
from dpia.analyses import Analysis
from dpia.documents import aipd, device_aipd, markdown, pia_cards, places
from dpia.documents.markdown import french_date
from dpia.documents.pia_draft import Draft, Place, answer, event, html, joined, placed, risk_parts
from dpia.documents.pia_html import Part, Text, paragraph
from dpia.documents.processings import of_device, of_fixed_cameras, present
from dpia.documents.public import slug
from dpia.documents.typography import printable
from dpia.documents.view import View
from dpia.risks import Risk, evaluate

FIXED = ("videoprotection", "videosurveillance_locaux")  # one assessment for both
DB_VERSION = 201910230914  # versions 1.6.0 to 2.3.0 of the tool want it


@dataclass(frozen=True, slots=True)
class Export:
    """One file. `prohibited`: titles of the prohibited uses that it opens on; `left_out`: what stays in the Word file."""

    name: str
    title: str
    content: bytes
    prohibited: tuple[str, ...]
    left_out: tuple[str, ...]


def processings(view: View) -> dict[str, str]:
    """The processings that have an assessment: id → title."""
    found = present(view)
    fixed = {FIXED[0]: places.subject(view)} if found.fixed else {}
    return fixed | {analysis.id: analysis.titre for analysis in found.devices}


def exports(view: View, only: str | None = None) -> Iterator[Export]:
    """One file for each processing that has an assessment, or for `only` this one."""
    found = present(view)
    if found.fixed and only in (None, *FIXED):
        yield _export(view, _fixed(view))
    for analysis in found.devices:
        if only in (None, analysis.id):
            yield _export(view, _device(view, analysis, found.fixed))


def _fixed(view: View) -> Draft:
    risks = evaluate(view.corpus, view.facts)
    context = aipd.context(places.own_findings(of_fixed_cameras(view)), risks)
    return _draft(places.subject(view), f"aipd-{slug(view.commune_name)}", "aipd.md.j2", context, risks)


def _device(view: View, analysis: Analysis, fixed: bool) -> Draft:
    risks = evaluate(view.corpus, view.facts, analysis.risques)
    context = device_aipd.context(of_device(view, analysis, fixed), analysis, risks)
    return _draft(
        analysis.titre,
        f"aipd-{analysis.fichier}-{slug(view.commune_name)}",
        "aipd-dispositif.md.j2",
        context,
        () if context["arret"] else risks,
    )


def _draft(title: str, file: str, template: str, context: Mapping[str, Any], risks: tuple[Risk, ...]) -> Draft:
    named = frozenset(name for sections in words.table()["places"].values() for name in sections)
    return Draft(title, file, context, Text(markdown.render(template, **context), named), risks)


def _export(view: View, draft: Draft) -> Export:
    at = placed(draft.text.parts)
    measures = [*pia_cards.measures(draft), *pia_cards.cards(draft, at)]
    prohibited = tuple(d["titre"] for d in draft.context["interdits"])
    data = {
        "pia": _head(view, draft),
        "answers": _stamped(view, [*_texts(view, draft, at), *pia_cards.risks(draft, at, measures)]),
        "measures": _stamped(view, measures),
        "evaluations": [],
        "comments": [],
    }
    left = tuple(f"{entry['section']} : {entry['ou']}" for entry in words.table()["omises"] if entry.get("dire"))
    content = json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"
    return Export(draft.file.replace("aipd", "pia", 1), draft.title, content, prohibited, left)


def _head(view: View, draft: Draft) -> dict[str, Any]:
    """What the tool shows of the PIA. Nobody is named, nothing is decided. Two fields are written as versions up to 3.0 spell them too."""
    insee = view.commune.insee if view.commune else words.say("origine_inconnue")
    empty = ("rejection_reason", "rejected_reason", "applied_adjustments", "applied_adjustements")
    people = ("searched_opinion", "searched_content", "status", "opinion")
    return {
        "dbVersion": DB_VERSION, "id": 1, "status": 0,
        "name": printable(words.say("nom", titre=draft.title, commune=view.commune_name, jour=french_date(view.facts.on))),
        "category": printable(words.say("categorie", titre=draft.title, insee=insee)),
        "author_name": "", "evaluator_name": "", "validator_name": "",
        "dpos_names": None, "dpo_status": None, "dpo_opinion": None,
        "people_names": None, **{f"concerned_people_{name}": None for name in people}, **dict.fromkeys(empty),
        "structure_id": None, "structure_name": None, "structure_sector_name": None, "structure_data": None,
        "is_example": 0, "is_archive": 0, "progress": 0, "created_at": _noon(view.facts.on), "updated_at": _noon(view.facts.on),
    }  # fmt: skip


def _noon(day: date) -> str:
    return f"{datetime(day.year, day.month, day.day, 12).isoformat()}.000Z"  # the same day in every time zone of France


def _stamped(view: View, records: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    when = {"created_at": _noon(view.facts.on), "updated_at": _noon(view.facts.on)}
    return [{"id": n, "pia_id": 1, **record, **when} for n, record in enumerate(records, 1)]


def _texts(view: View, draft: Draft, at: Mapping[Place, list[Part]]) -> Iterator[dict[str, Any]]:
    """The text questions of parts 1 and 2. Where the assessment stops on a prohibited use, what it does not say stays unanswered."""
    table, first = words.table(), next(iter(words.questions()))
    for question in words.questions():
        pieces = html(draft, at.get((question, ""), ()))
        if question == first:
            pieces[1:1] = [_origin(view, draft)]  # after what is to be decided: a prohibited use comes before all else
        if question == table["autres_risques"]:
            pieces += html(draft, risk_parts(draft, "conception"))
        if column := table["colonnes"].get(question):
            pieces[:0] = [draft.text.columns(column["tableau"], column["gardees"])]
        if extract := table["extraits"].get(question):
            pieces += _extract(draft, extract)
        text = joined(pieces)
        if not text and not draft.context.get("arret") and question in table["defauts"]:
            changed = event(draft, 33)
            text = paragraph(table["defauts"][question].format(modification=changed[1].nom if changed else ""))
        if text:
            yield answer(question, text)


def _origin(view: View, draft: Draft) -> str:
    commune = view.commune
    insee, of = (commune.insee, commune.with_de) if commune else (words.say("origine_inconnue"),) * 2
    said = words.say("origine", jour=french_date(view.facts.on), de_commune=of, insee=insee)
    return joined([paragraph(said), paragraph(words.say("renvois", fichier=draft.file))])


def _extract(draft: Draft, extract: Mapping[str, Any]) -> list[str]:
    found = [
        passage
        for part in draft.text.parts
        if part.title in extract["sections"]
        for passage in draft.text.passages(part.tokens, extract["mots"])
    ]
    head = [paragraph(extract["tete"])] if extract["tete"] and found else []
    return head + list(dict.fromkeys(found))

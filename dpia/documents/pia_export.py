"""The assessment as a file of the CNIL's PIA tool: the words of the Word file, each where the tool asks for it.

Written by exchange/cnil-pia-format.md (tool 4.1.0, read 2026-11-23). Risks and measures come as the draft has them; evaluations, opinions
and the decision are left to the persons who give them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dpia import pia_words as words
from dpia.analyses import Analysis
from dpia.documents import aipd, device_aipd, markdown, places
from dpia.documents.actions import Shown
from dpia.documents.markdown import french_date
from dpia.documents.pia_html import Part, Text, escape, listed, paragraph
from dpia.documents.processings import of_device, of_fixed_cameras, present
from dpia.documents.public import slug
from dpia.documents.typography import printable
from dpia.documents.view import View
from dpia.risks import Risk, evaluate

FIXED = ("videoprotection", "videosurveillance_locaux")  # one assessment for both
DB_VERSION = 201910230914  # versions 1.6.0 to 2.3.0 of the tool want it
LONGEST = 70  # characters of a measure's sentence in its title
DROPPED = 0  # the place of what is said elsewhere
CARDS = 31  # the place of what becomes a card of section 3.1


@dataclass(frozen=True, slots=True)
class Export:
    """One file. `prohibited`: titles of the prohibited uses that it opens on; `left_out`: what stays in the Word file."""

    name: str
    title: str
    content: bytes
    prohibited: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    """An assessment ready to be cut: its title, its file name, what the templates print, its text, its risks (none when it stops)."""

    title: str
    file: str
    context: Mapping[str, Any]
    text: Text
    risks: tuple[Risk, ...]


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


def _fixed(view: View) -> _Draft:
    risks = evaluate(view.corpus, view.facts)
    context = aipd.context(places.own_findings(of_fixed_cameras(view)), risks)
    return _draft(places.subject(view), f"aipd-{slug(view.commune_name)}", "aipd.md.j2", context, risks)


def _device(view: View, analysis: Analysis, fixed: bool) -> _Draft:
    risks = evaluate(view.corpus, view.facts, analysis.risques)
    context = device_aipd.context(of_device(view, analysis, fixed), analysis, risks)
    return _draft(
        analysis.titre,
        f"aipd-{analysis.fichier}-{slug(view.commune_name)}",
        "aipd-dispositif.md.j2",
        context,
        () if context["arret"] else risks,
    )


def _draft(title: str, file: str, template: str, context: Mapping[str, Any], risks: tuple[Risk, ...]) -> _Draft:
    named = frozenset(name for sections in words.table()["places"].values() for name in sections)
    return _Draft(title, file, context, Text(markdown.render(template, **context), named), risks)


def _export(view: View, draft: _Draft) -> Export:
    at = placed(draft.text.parts)
    measures = [*_measures(draft), *_cards(draft, at)]
    texts = _texts(view, draft, at)
    prohibited = tuple(d["titre"] for d in draft.context["interdits"])
    data = {
        "pia": _head(view, draft),
        "answers": _stamped(view, [*texts, *_risks(draft, at, measures)]),
        "measures": _stamped(view, measures),
        "evaluations": [],
        "comments": [],
    }
    left = tuple(f"{entry['section']} : {entry['ou']}" for entry in words.table()["omises"] if entry.get("dire"))
    content = json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"
    return Export(draft.file.replace("aipd", "pia", 1), draft.title, content, prohibited, left)


def _head(view: View, draft: _Draft) -> dict[str, Any]:
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


def _answer(question: int, text: str | None = None, gauge: int | None = None, items: Sequence[str] = ()) -> dict[str, Any]:
    return {"reference_to": question, "data": {"text": text, "gauge": gauge, "list": [printable(item) for item in items]}}


# -- which part goes where


Place = tuple[int, str]  # a question and "", CARDS and the title of the card, or DROPPED and ""


def placed(parts: Iterable[Part]) -> dict[Place, list[Part]]:
    """Group the parts by place, in the order of templates/pia.yaml. A part that is not named there follows the one around it.

    The first part, before any heading, is around all the others: what nothing names ends in the first question, never nowhere.
    """
    table = words.table()
    where: dict[str, Place] = {name: (question, "") for question, names in table["places"].items() for name in names}
    where |= {name: (CARDS, card["titre"]) for card in table["fiches"] for name in card["sections"]}
    where |= {name: (DROPPED, "") for name in (*table["cotation"], *(entry["section"] for entry in table["omises"]))}
    ranks = {name: rank for rank, name in enumerate(where)}
    around: list[tuple[int, Place, int]] = []
    found: dict[Place, list[tuple[int, Part]]] = {}
    for part in parts:
        while around and around[-1][0] >= part.level:
            around.pop()
        outer = around[-1][1:] if around else ((next(iter(words.questions())), ""), len(ranks))
        place, rank = (where[part.title], ranks[part.title]) if part.title in where else outer
        around.append((part.level, place, rank))
        found.setdefault(place, []).append((rank, part))
    return {place: [part for _, part in sorted(group, key=lambda ranked: ranked[0])] for place, group in found.items()}


def _html(draft: _Draft, parts: Sequence[Part]) -> list[str]:
    """Each part with its title; a title stands alone only above the titles that it announces."""
    pieces = []
    for index, part in enumerate(parts):
        body = draft.text.html(part.tokens)
        announces = index + 1 < len(parts) and parts[index + 1].level > part.level
        if part.title and (body or announces):
            pieces.append(_joined([f"<p><strong>{escape(part.title)}</strong></p>", body]))
    return pieces


def _joined(pieces: Iterable[str]) -> str:
    return "\n".join(filter(None, pieces))


def _texts(view: View, draft: _Draft, at: Mapping[Place, list[Part]]) -> Iterator[dict[str, Any]]:
    """The text questions of parts 1 and 2. Where the assessment stops on a prohibited use, what it does not say stays unanswered."""
    table, first = words.table(), next(iter(words.questions()))
    for question in words.questions():
        pieces = _html(draft, at.get((question, ""), ()))
        if question == first:
            pieces[1:1] = [_origin(view, draft)]  # after what is to be decided: a prohibited use comes before all else
        if question == table["autres_risques"]:
            pieces += _html(draft, _risk_parts(draft, "conception"))
        if column := table["colonnes"].get(question):
            pieces[:0] = [draft.text.columns(column["tableau"], column["gardees"])]
        if extract := table["extraits"].get(question):
            pieces += _extract(draft, extract)
        text = _joined(pieces)
        if not text and not draft.context.get("arret") and question in table["defauts"]:
            text = paragraph(table["defauts"][question].format(modification=_name(draft, 33)))
        if text:
            yield _answer(question, text)


def _origin(view: View, draft: _Draft) -> str:
    commune = view.commune
    insee, of = (commune.insee, commune.with_de) if commune else (words.say("origine_inconnue"),) * 2
    said = words.say("origine", jour=french_date(view.facts.on), de_commune=of, insee=insee)
    return _joined([paragraph(said), paragraph(words.say("renvois", fichier=draft.file))])


def _extract(draft: _Draft, extract: Mapping[str, Any]) -> list[str]:
    found = [
        passage
        for part in draft.text.parts
        if part.title in extract["sections"]
        for passage in draft.text.passages(part.tokens, extract["mots"])
    ]
    head = [paragraph(extract["tete"])] if extract["tete"] and found else []
    return head + list(dict.fromkeys(found))


# -- risks and measures


def _numbered(draft: _Draft) -> list[tuple[int, Risk]]:
    return list(enumerate(draft.risks, 1))


def _event(draft: _Draft, item: int) -> tuple[int, Risk] | None:
    return next(((n, risk) for n, risk in _numbered(draft) if risk.id in words.table()["evenements"][item]), None)


def _name(draft: _Draft, item: int) -> str:
    event = _event(draft, item)
    return event[1].nom if event else ""


def _risk_parts(draft: _Draft, nature: str) -> list[Part]:
    wanted = tuple(f"R{n}. " for n, risk in _numbered(draft) if risk.nature == nature)
    return [part for part in draft.text.parts if wanted and part.title.startswith(wanted)]


def _risks(draft: _Draft, at: Mapping[Place, list[Part]], measures: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The three dreaded events of the tool: lists, then the two gauges with their reasons."""
    before = _joined(draft.text.html(part.tokens) for part in at.get((DROPPED, ""), ()) if part.title in words.table()["cotation"])
    for item in words.table()["evenements"]:
        if (event := _event(draft, item)) is None:
            continue
        n, risk = event
        for rank, items in ((words.IMPACTS, risk.impacts), (words.THREATS, risk.menaces), (words.SOURCES, risk.sources)):
            yield _answer(item * 10 + rank, items=[text.rstrip(".") for text in items])
        acting = [measure["title"] for measure, shown in zip(measures, _shown(draft), strict=False) if n in shown.risques]
        if acting:
            yield _answer(item * 10 + words.MEASURES, items=acting)
        head = paragraph(words.say("risque", n=n, nom=risk.nom))
        severity, likelihood = (_axis(axis) for axis in draft.context["risques"][n - 1]["axes"])
        yield _answer(item * 10 + words.SEVERITY, _joined([before, head, severity]), risk.severity.value)
        yield _answer(item * 10 + words.LIKELIHOOD, _joined([head, likelihood]), risk.likelihood.value)


def _axis(axis: Mapping[str, str]) -> str:
    """One axis in the words of the Word file: the level today and its reason, then what the plan makes of it."""
    after = f"{'puis ' if axis['ensuite'] else ''}{axis['apres']}"
    said = f"<p><strong>{escape(axis['axe'])} : {escape(axis['avant'])}, {after}.</strong> {escape(axis['raison'])}</p>"
    return _joined([said, paragraph(words.say("apres", raison=axis["ensuite"])) if axis["ensuite"] else ""])


def _shown(draft: _Draft) -> list[Shown]:
    groups = draft.context["mesures"]
    return [*(shown for _, group in groups["en_place"] for shown in group), *groups["a_faire"]]


def _measures(draft: _Draft) -> Iterator[dict[str, Any]]:
    """One card for each measure against the risks: those in place first. The number makes the title unique, even cut by the tool."""
    for n, shown in enumerate(_shown(draft), 1):
        done = shown.etat == "En place"
        title = f"M{n:02d}. " + ("" if done else f"{shown.etat} : ") + _cut(shown.texte)
        told = (
            words.say("en_place_sans_date" if shown.quand == "sans date" else "en_place", quand=shown.quand) if done else _due(shown.quand)
        )
        about = words.say("mesure", etat=shown.etat, qui=shown.qui, quand=told, risques=", ".join(f"R{r}" for r in shown.risques))
        yield _card(title, _joined(map(paragraph, filter(None, (shown.texte, shown.suite, about)))))


def _cut(text: str) -> str:
    text = printable(text).rstrip(".")
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition(" ")[0].rstrip(" ,;:") + "…"


def _card(title: str, content: str) -> dict[str, Any]:
    return {"title": printable(title), "content": content, "placeholder": "measures.default_placeholder"}


def _cards(draft: _Draft, at: Mapping[Place, list[Part]]) -> Iterator[dict[str, Any]]:
    """The proposed plan, then one card for each group of sections that wait for an act of the commune."""
    rows = []
    for action in draft.context["plan"]:
        said = words.say("action", priorite=action["priorite"], qui=action["qui"], quand=_due(action["quand"]), statut=action["statut"])
        extra = f"<br>{escape(action['commentaire'])}" if action["commentaire"] else ""
        number = f" ({escape(action['renvoi'])})" if action["renvoi"] else ""
        rows.append(f"<strong>{escape(action['action'])}</strong>{number}<br>{escape(said)}{extra}")
    if rows:
        yield _card(words.say("plan"), _joined([paragraph(words.say("plan_tete")), listed(rows)]))
    for card in words.table()["fiches"]:
        if text := _joined(_html(draft, at.get((CARDS, card["titre"]), ()))):
            yield _card(card["titre"], text)


def _due(told: str) -> str:
    """When an action is due, and what to type in the tool, whose date field loses the first nine days of a month."""
    try:
        due = datetime.strptime(told, "%d/%m/%Y").date()
    except ValueError:
        return words.say("echeance", quand=told)
    typed = typable(due)
    return words.say("echeance", quand=told) + (words.say("saisie", jour=f"{typed:%d/%m/%Y}") if typed != due else "")


def typable(due: date) -> date:
    """The last day, up to `due`, that the tool's date field shows: the 10th or later."""
    return due if due.day >= 10 else due.replace(day=1) - timedelta(days=1)

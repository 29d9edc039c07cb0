"""Part 3 of the CNIL's tool: the measures, the cards of what waits for an act, the three dreaded events with their gauges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from dpia import pia_words as words
from dpia.documents.actions import Shown
from dpia.documents.pia_draft import CARDS, DROPPED, Draft, Place, answer, event, html, joined
from dpia.documents.pia_html import Part, escape, listed, paragraph
from dpia.documents.typography import printable

LONGEST = 70  # characters of a measure's sentence in its title


def risks(draft: Draft, at: Mapping[Place, list[Part]], measures: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The three dreaded events of the tool: lists, then the two gauges with their reasons."""
    before = joined(draft.text.html(part.tokens) for part in at.get((DROPPED, ""), ()) if part.title in words.table()["cotation"])
    for item in words.table()["evenements"]:
        if (feared := event(draft, item)) is None:
            continue
        n, risk = feared
        for rank, items in ((words.IMPACTS, risk.impacts), (words.THREATS, risk.menaces), (words.SOURCES, risk.sources)):
            yield answer(item * 10 + rank, items=[text.rstrip(".") for text in items])
        acting = [measure["title"] for measure, shown in zip(measures, _shown(draft), strict=False) if n in shown.risques]
        if acting:
            yield answer(item * 10 + words.MEASURES, items=acting)
        head = paragraph(words.say("risque", n=n, nom=risk.nom))
        severity, likelihood = (_axis(axis) for axis in draft.context["risques"][n - 1]["axes"])
        yield answer(item * 10 + words.SEVERITY, joined([before, head, severity]), risk.severity.value)
        yield answer(item * 10 + words.LIKELIHOOD, joined([head, likelihood]), risk.likelihood.value)


def _axis(axis: Mapping[str, str]) -> str:
    """One axis in the words of the Word file: the level today and its reason, then what the plan makes of it."""
    after = f"{'puis ' if axis['ensuite'] else ''}{axis['apres']}"
    said = f"<p><strong>{escape(axis['axe'])} : {escape(axis['avant'])}, {after}.</strong> {escape(axis['raison'])}</p>"
    return joined([said, paragraph(words.say("apres", raison=axis["ensuite"])) if axis["ensuite"] else ""])


def _shown(draft: Draft) -> list[Shown]:
    groups = draft.context["mesures"]
    return [*(shown for _, group in groups["en_place"] for shown in group), *groups["a_faire"]]


def measures(draft: Draft) -> Iterator[dict[str, Any]]:
    """One card for each measure against the risks: those in place first. The number makes the title unique, even cut by the tool."""
    for n, shown in enumerate(_shown(draft), 1):
        done = shown.etat == "En place"
        title = f"M{n:02d}. " + ("" if done else f"{shown.etat} : ") + _cut(shown.texte)
        told = (
            words.say("en_place_sans_date" if shown.quand == "sans date" else "en_place", quand=shown.quand) if done else _due(shown.quand)
        )
        about = words.say("mesure", etat=shown.etat, qui=shown.qui, quand=told, risques=", ".join(f"R{r}" for r in shown.risques))
        yield _card(title, joined(map(paragraph, filter(None, (shown.texte, shown.suite, about)))))


def _cut(text: str) -> str:
    text = printable(text).rstrip(".")
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition(" ")[0].rstrip(" ,;:") + "…"


def _card(title: str, content: str) -> dict[str, Any]:
    return {"title": printable(title), "content": content, "placeholder": "measures.default_placeholder"}


def cards(draft: Draft, at: Mapping[Place, list[Part]]) -> Iterator[dict[str, Any]]:
    """The proposed plan, then one card for each group of sections that wait for an act of the commune."""
    rows = []
    for action in draft.context["plan"]:
        said = words.say("action", priorite=action["priorite"], qui=action["qui"], quand=_due(action["quand"]), statut=action["statut"])
        extra = f"<br>{escape(action['commentaire'])}" if action["commentaire"] else ""
        number = f" ({escape(action['renvoi'])})" if action["renvoi"] else ""
        rows.append(f"<strong>{escape(action['action'])}</strong>{number}<br>{escape(said)}{extra}")
    if rows:
        yield _card(words.say("plan"), joined([paragraph(words.say("plan_tete")), listed(rows)]))
    for card in words.table()["fiches"]:
        if text := joined(html(draft, at.get((CARDS, card["titre"]), ()))):
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

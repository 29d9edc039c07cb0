"""The first page of a comparison: the answers and the findings that changed since a former dossier, and where the document changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dpia.comparing import CAUSES, Said, Side, Turned, answers_changed, findings_changed
from dpia.corpus import Corpus
from dpia.documents import markdown
from dpia.documents.blocks import slug
from dpia.documents.marks import CHANGED
from dpia.documents.passages_changed import Compared
from dpia.documents.report_findings import VERDICTS, some
from dpia.documents.workbook_rows import SEVERITIES
from dpia.values import Items

SHOWN = 12  # passages taken out that the page quotes
LONG = 220  # characters of one of them
ANSWERS = 4  # answers named as the cause of one finding
KINDS = {"apparu": "cette règle est nouvelle", "disparu": "cette règle n'est plus en vigueur"}


def render(corpus: Corpus, before: Side, after: Side, themes: frozenset[str], rules: Mapping[str, int], compared: Compared | None) -> str:
    """Return the page as Markdown.

    `themes`: those that this document asks; `rules`: those that it treats or treated, each with the number of its finding or 0;
    `compared`: None when the former dossier had no such document.
    """
    asked = {question.id for theme in corpus.themes if theme.theme in themes for question in theme.questions}
    said = answers_changed(corpus, before, after)
    here = [entry for entry in (*said, *_notes(corpus, before, after)) if entry.question.partition("[")[0] in asked]
    turned = [entry for entry in findings_changed(corpus, before, after, said) if entry.finding.rule.id in rules and not _silent(entry)]
    told = [entry.finding.rule.titre for entry in turned if entry.kind != "contenu"]  # what becomes of these is in their row
    gone = [passage for passage in (compared.gone if compared else ()) if not any(title in passage.text for title in told)]
    return markdown.render(
        "aipd/changements.md.j2", avant=before.facts.on, apres=after.facts.on, nouveau=compared is None, legende=markdown.Raw(CHANGED),
        elements=list(_elements(corpus, before, after, asked)), reponses=[entry for entry in here if not entry.question.endswith("]")],
        verdicts=[_row(entry, rules) for entry in turned if entry.kind != "contenu"],
        contenus=[_row(entry, rules) for entry in turned if entry.kind == "contenu"],
        passages=[{"titre": title, "ancre": slug(title), "nombre": n} for title, n in (compared.titles if compared else {}).items()],
        retires=[{"titre": passage.title, "texte": _short(passage.text)} for passage in gone[:SHOWN]], autres_retires=len(gone[SHOWN:]),
    )  # fmt: skip


def _silent(turned: Turned) -> bool:
    return turned.kind in KINDS and turned.finding.verdict == "sans_objet"


def _notes(corpus: Corpus, before: Side, after: Side) -> Iterator[Said]:
    """The precisions that differ beside an answer that does not."""
    for name, question in corpus.questions.items():
        old, new = (side.dossier.answers.get(name) for side in (before, after))
        if old and new and old.value == new.value and old.note != new.note:
            yield Said(name, f"{question.libelle} (précision)", old.note or "aucune", new.note or "aucune")


def _elements(corpus: Corpus, before: Side, after: Side, asked: set[str]) -> Iterator[dict[str, str]]:
    """What each list gained and lost: cameras, sites, providers…"""
    for name in (name for name in corpus.questions if name in asked):
        old, new = (_keys(side, name) for side in (before, after))
        more, less = [key for key in new if key not in old], [key for key in old if key not in new]
        if more or less:
            kind = corpus.questions[name].element or corpus.questions[name].libelle
            yield {"quoi": kind[0].upper() + kind[1:], "plus": some(more), "moins": some(less)}


def _keys(side: Side, name: str) -> list[str]:
    answer = side.dossier.answers.get(name)
    return [item.key for item in answer.value.elements] if answer and isinstance(answer.value, Items) else []


def _row(turned: Turned, numbers: Mapping[str, int]) -> dict[str, Any]:
    rule = turned.finding.rule
    return {
        "titre": rule.titre, "gravite": SEVERITIES[rule.gravite].lower(), "n": numbers[rule.id],
        "avant": _state(turned, "before"), "apres": _state(turned, "after"), "causes": _causes(turned),
    }  # fmt: skip


def _state(turned: Turned, side: str) -> str:
    """The verdict on one side; for a same verdict, the elements concerned and the mention."""
    finding = getattr(turned, side)
    if finding is None:
        return "–"
    if turned.kind != "contenu":
        return VERDICTS[finding.verdict][1] + (f" ({finding.mention})" if finding.mention else "")
    parts = [(VERDICTS["ecart"][1].lower(), some(finding.ecart)), (VERDICTS["a_verifier"][1].lower(), some(finding.unknown))]
    told = " ; ".join(f"{word} : {names}" for word, names in parts if names)
    return " ; ".join(filter(None, (told, finding.mention))) or "aucun élément"


def _causes(turned: Turned) -> str:
    if turned.kind in KINDS:
        return KINDS[turned.kind]
    told = []
    for cause in turned.causes:
        if cause == "redaction" and turned.fields:
            told.append(f"{CAUSES[cause]} ({', '.join(turned.fields)})")
        elif cause != "reponse" or not turned.answers:
            told.append(CAUSES[cause])
    more = len(turned.answers) - ANSWERS
    if turned.answers and ("reponse" in turned.causes or turned.kind == "contenu"):
        said = " ; ".join(f"{entry.libelle} {entry.before} → {entry.after}" for entry in turned.answers[:ANSWERS])
        told.insert(0, f"{said} ; et {more} autre{'s' if more > 1 else ''}" if more > 0 else said)
    return " ; ".join(told)


def _short(text: str) -> str:
    return text if len(text) <= LONG else text[:LONG].rpartition(" ")[0] + "…"

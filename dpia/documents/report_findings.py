"""A finding as the report unfolds it: what was answered, what the text asks, what it rests on, who follows it up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from dpia.documents import evidence
from dpia.documents.typography import printable, typeset
from dpia.documents.view import View
from dpia.followup import STATES
from dpia.model import Source
from dpia.printing import cite
from dpia.reasoning import Finding, Reason
from dpia.sheets import source_in_words

SHARE = 0.25  # of the findings: an answer that is in more of them is printed once
SHOWN = 15  # elements of a list named in one line: as in the gap list
# Verdicts and severities in words, as headings and labels; the mark is read without colour.
VERDICTS = {
    "interdit": ("✗", "Interdit", "Interdits : à arrêter, aucune formalité ne les rend licites"),
    "ecart": ("!", "Écart", "Écarts : à corriger"),
    "a_verifier": ("?", "À vérifier", "À vérifier : il manque une réponse ou une pièce"),
    "conforme": ("✓", "Conforme", "Conformes, d'après les réponses"),
    "sans_objet": ("–", "Sans objet", "Sans objet : la règle ne s'applique pas, d'après les réponses"),
}
CERTAINTIES = {"etablie": "Établi", "discutee": "Discuté", "a_confirmer": "Source à relire"}


def unfolded(view: View, finding: Finding) -> dict[str, Any]:
    """A finding in full."""
    rule = finding.rule
    return _keys(view, finding) | {
        "ecart": some(finding.ecart), "inconnu": some(finding.unknown),
        "pourquoi": answers(view, finding.reasons), "origine": evidence.origin(view, finding),
        "manque": missing(view, finding.manque),
        "a_produire": finding.a_produire, "obligation": rule.obligation, "a_faire": "" if finding.verdict == "conforme" else rule.a_faire,
        "acteur": view.role(rule.qui), "preuve": rule.preuve, "fondements": [_source(source) for source in view.sources(rule)],
        "doute": rule.doute, "autre": finding.other_reading, "suivi": _follow_up(view, rule.id),
    }  # fmt: skip


def moot(view: View, finding: Finding) -> dict[str, Any]:
    """A finding that does not arise, in two lines: the first answers that say so, the articles."""
    return _keys(view, finding) | {
        "pourquoi": answers(view, finding.reasons)[:2],
        "articles": " ; ".join(cite(source) for source in view.sources(finding.rule)),
    }


def _keys(view: View, finding: Finding) -> dict[str, Any]:
    """What names a finding, and what the filters sort it by."""
    rule = finding.rule
    return {
        "id": rule.id, "titre": rule.titre, "mention": finding.mention, "verdict": finding.verdict, "gravite": rule.gravite, "certitude": rule.certitude,
        "marques": _marks(finding.verdict, rule.gravite, rule.certitude, rule.traitement, rule.famille, person_in_charge(view, finding)),
    }  # fmt: skip


@lru_cache(maxsize=4096)
def _marks(verdict: str, gravite: str, certitude: str, traitement: str, famille: str, qui: str) -> Markup:
    """The attributes that the filters read; many findings share them."""
    shape = 'data-verdict="{}" data-gravite="{}" data-certitude="{}" data-traitement="{}" data-famille="{}" data-qui="{}"'
    return Markup(shape).format(verdict, gravite, certitude, traitement, famille, qui)  # noqa: S704  # the values are escaped


def person_in_charge(view: View, finding: Finding) -> str:
    """Who acts on a finding: the person that the follow-up names, else the role of the rule."""
    follow = view.follow_up.get(finding.rule.id)
    return person_name(follow.responsable if follow and follow.responsable else view.role(finding.rule.qui))


@lru_cache(maxsize=1024)
def person_name(text: str) -> str:
    """A person as the report names them everywhere: the filters compare these names."""
    return typeset(printable(sentence_case(text)))


def sentence_case(text: str) -> str:
    """The text with a capital."""
    return text[:1].upper() + text[1:]


def answers(view: View, reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """The answers that decided, question by question; elements of a list that say the same stand together."""
    found: dict[str, dict[str, list[str]]] = {}
    for reason in reasons:
        question = view.corpus.question(reason.question)
        if not reason.reponse or reason.question.endswith("].id"):  # the name of an element says nothing of it
            continue
        element = reason.question[reason.question.index("[") + 1 : reason.question.rindex("]")] if "]." in reason.question else ""
        said = found.setdefault(question.libelle if question and element else reason.libelle, {})
        said.setdefault(reason.reponse, []).extend([element] if element else [])
    return [
        {"question": label, "reponses": [{"dit": text, "elements": some(elements)} for text, elements in said.items()]}
        for label, said in found.items()
    ]


def told_once(groups: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The groups of findings, and the answers that come back in more than a quarter of them: on paper, these are printed once, together.

    A finding keeps the answer when it has no other.
    """
    unfolded_ones = [finding for group in groups if group["verdict"] != "sans_objet" for finding in group["constats"]]
    often = Counter(answer["question"] for finding in unfolded_ones for answer in finding["pourquoi"])
    common = {question for question, number in often.items() if number > max(len(unfolded_ones) * SHARE, SHOWN)}

    def marked(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        alone = all(answer["question"] in common for answer in found)
        return [answer | {"repete": answer["question"] in common and not alone} for answer in found]

    kept = [group | {"constats": [f | {"pourquoi": marked(f["pourquoi"])} for f in group["constats"]]} for group in groups]
    said: dict[str, dict[str, str]] = {}
    for answer in (answer for finding in unfolded_ones for answer in finding["pourquoi"] if answer["question"] in common):
        said.setdefault(answer["question"], {}).update({reply["dit"]: reply["elements"] for reply in answer["reponses"]})
    shared = [
        {"question": question, "reponses": [{"dit": text, "elements": ""} for text in replies], "repete": False}
        for question, replies in said.items()
    ]
    return kept, shared


def missing(view: View, paths: Iterable[str]) -> list[dict[str, str]]:
    """The questions that would settle a finding, each with who may know; elements of a list stand together."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in paths:
        question = view.corpus.question(path)
        element = path[path.index("[") + 1 : path.rindex("]")] if "]." in path else ""
        key = (question.libelle if question else path, view.people(path))
        found.setdefault(key, []).extend([element] if element else [])
    return [{"question": label, "elements": some(elements), "qui": who} for (label, who), elements in found.items()]


def some(names: Sequence[str]) -> str:
    """Name elements in a row; beyond fifteen, the others are counted."""
    return ", ".join(names[:SHOWN]) + (f" et {len(names) - SHOWN} autres" if len(names) > SHOWN else "")


def _source(source: Source) -> dict[str, str]:
    return {"dit": source_in_words(source), "url": source.url if source.url.startswith("https://") else ""}


def _follow_up(view: View, rule: str) -> dict[str, str]:
    """What the reviewers decided, when they said something of the finding."""
    follow = view.follow_up.get(rule)
    if follow is None:
        return {}
    due = f"{follow.echeance:%d/%m/%Y}" if follow.echeance else ""
    return {"Statut": STATES[follow.statut], "Responsable": follow.responsable, "Échéance": due, "Commentaire": follow.commentaire}

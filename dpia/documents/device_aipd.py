"""The AIPD of a device that has its own questions (body cameras, plate reading…), written from its description in the law base."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeVar

from dpia.analyses import ABOUT, ANSWER, STATE, Analysis, Datum, ListTable, Prose, Purpose, Said, Step
from dpia.documents import assessment, plans
from dpia.documents.assessment import Frame
from dpia.documents.plans import CNIL, Plan
from dpia.documents.processings import stopped
from dpia.documents.view import View
from dpia.risks import Risk
from dpia.values import ABSENT, UNKNOWN, Truth

PLACE = re.compile(f"{ANSWER.pattern}|{STATE.pattern}")
Part = TypeVar("Part", Purpose, Datum, Step)
# The order and the titles of the principles; security stands with the risks.
SECTIONS = {
    "finalites": "La finalité", "base_legale": "La base légale et la compétence", "autorisation": "L'autorisation et les formalités",
    "minimisation": "La nécessité, la proportionnalité et la minimisation", "conservation": "La durée de conservation",
    "information": "L'information des personnes", "droits": "Les droits des personnes", "acces": "Les personnes qui voient ou reçoivent les données",
    "sous_traitance": "Les prestataires", "transferts": "Les transferts hors de l'Union européenne", "gouvernance": "La gouvernance",
    "contexte": "Les autres points", "aipd": "L'analyse d'impact elle-même",
}  # fmt: skip


def render(view: View, analysis: Analysis, risks: tuple[Risk, ...], *, plan: Plan = CNIL) -> str:
    """Return the AIPD as Markdown with the blocks of word.py. `view` holds the findings of this processing only."""
    return plans.text("aipd-dispositif.md.j2", context(view, analysis, risks), plan)


def context(view: View, analysis: Analysis, risks: tuple[Risk, ...]) -> dict[str, Any]:
    """What the template may print."""
    stop = analysis.arret if stopped(view, analysis) else None
    if stop:  # nothing else is weighed: what is prohibited ceases
        view, risks = view.about(lambda finding: finding.rule.gravite == "interdiction"), ()
    frame = Frame(
        frozenset(analysis.themes), _threshold(view, analysis), stop is not None or _truth(view, analysis.signee, False), analysis.titre_iii,
        _truth(view, analysis.technique_nouvelle, False),
    )  # fmt: skip

    def said(text: Prose) -> str:
        return _filled(view, text)

    return assessment.shared(view, risks, frame) | {
        "analyse": {name: said(getattr(analysis, name)) for name in ("titre", "objet", "droits", "avis", "revision")},
        "seuil_texte": said(analysis.seuil.texte),
        "arret": said(stop.texte) if stop else "",
        "fiche": [(line.libelle, line.question) for line in analysis.fiche if view.value(line.question) is not ABSENT],
        "tableaux": [_table(view, table) for table in analysis.tableaux if view.value(table.liste) is not ABSENT],
        "finalites": [
            {
                "objectif": said(p.objectif),
                "usages": [said(u) for u in _holding(view, p.usages)],
                "texte": p.texte,
                "regime": p.regime,
                "reserve": reserve,
            }
            for p, reserve in _kept(view, analysis.finalites)
        ],
        "donnees": [
            {"donnee": said(d.donnee), "utilite": said(d.utilite), "qui": said(d.qui), "duree": said(d.duree), "reserve": reserve}
            for d, reserve in _kept(view, analysis.donnees)
        ],
        "etapes": [
            {"etape": e.etape, "passe": said(e.passe), "supports": said(e.supports), "reserve": reserve}
            for e, reserve in _kept(view, analysis.etapes)
        ],
        "passages": _passages(view, analysis),
        "regimes": _regimes(view, [purpose.regime for purpose, _ in _kept(view, analysis.finalites)]),
        "principes": [_principle(view, analysis, name, title) for name, title in SECTIONS.items()],
        "securite": _declared(view, analysis, "securite"),
    }


def _threshold(view: View, analysis: Analysis) -> str:
    """The rule that says whether an assessment is due: the first that applies."""
    applied = {finding.rule.id for finding in view.findings if finding.verdict != "sans_objet"}
    return next((rule for rule in (analysis.seuil.regle, *analysis.seuil.aussi) if rule in applied), analysis.seuil.regle)


def _truth(view: View, condition: str | None, default: Truth) -> Truth:
    return default if condition is None else view.judge(condition).value


def _kept(view: View, parts: Iterable[Part]) -> list[tuple[Part, bool]]:
    """The parts that apply, and whether that is still to be checked."""
    judged = [(part, _truth(view, part.si, True)) for part in parts]
    return [(part, value is UNKNOWN) for part, value in judged if value is True or value is UNKNOWN]


def _regimes(view: View, named: list[str]) -> list[dict[str, Any]]:
    """The regimes that the purposes name, each with what follows from it."""
    table = view.corpus.data.get("regimes") or {}
    return [regime for regime in table.values() if "appareil" in regime and any(regime["appareil"] in text for text in named)]


def _passages(view: View, analysis: Analysis) -> dict[str, list[dict[str, Any]]]:
    """What the assessment says on its own, section by section; a passage that may not apply says who knows."""
    found: dict[str, list[dict[str, Any]]] = {}
    here = {(declared.section, name) for declared in analysis.declarations for name in declared.questions}
    for passage in analysis.passages:
        judged = None if passage.si is None else view.judge(passage.si)
        holds = judged is None or judged.value is True or judged.value is UNKNOWN
        text = passage.texte if holds else passage.sinon
        if not text:
            continue
        unsure = judged is not None and judged.value is UNKNOWN
        who = view.whom(judged.missing()[0]) if judged is not None and unsure and judged.missing() else ""
        noted = frozenset(name for section, name in here if section == passage.section)
        found.setdefault(passage.section, []).append({
            "texte": _filled(view, text, noted), "titre": passage.titre, "points": passage.points,
            "sans_objet": passage.sans_objet, "reserve": unsure, "qui": who,
        })  # fmt: skip
    return found


def _holding(view: View, lines: Iterable[str | Said]) -> list[str]:
    """The lines that are known to hold."""
    return [line if isinstance(line, str) else line.texte for line in lines if isinstance(line, str) or _truth(view, line.si, True) is True]


def _filled(view: View, text: Prose, noted: frozenset[str] = frozenset()) -> str:
    """A text of ours with the answers in it; `noted`: those that come with what the person added, which is not said again elsewhere.

    An answer has its capital where it opens a sentence, and there only.
    """

    def place(found: re.Match[str]) -> str:
        if found[2]:
            return _state(view, found[2], found[3])
        opens = found.string[: found.start()].rstrip()[-1:] in ("", ".", "?", "!")
        told = view.say(found[1]) if opens else view.told(found[1])
        note = view.note(found[1]) if found[1] in noted else ""
        return f"{told.rstrip('.')}. {note}" if note else told

    whole = text if isinstance(text, str) else " ".join(_holding(view, text))
    return PLACE.sub(place, whole).rstrip()  # in one go: braces that somebody typed in an answer stay as typed


def _state(view: View, question: str, option: str) -> str:
    """An option in one word, with who knows when nobody said, or what `ABOUT` names of the answer."""
    if option in ABOUT:
        note = view.note(question)
        told = {
            "le": view.told_on(question) or "jour non noté",
            "note": f"{note}." if note else "",
            "qui": view.whom(question) or "à déterminer",
        }
        return told[option]
    word, who = view.state(question, option), view.whom(question)
    return f"{word} (qui le sait : {who})" if word == "à vérifier" and who else word


def _principle(view: View, analysis: Analysis, name: str, title: str) -> dict[str, Any]:
    return {"nom": name, "titre": title, "declare": _declared(view, analysis, name)}


def _declared(view: View, analysis: Analysis, section: str) -> list[tuple[str, str]]:
    """The answers of a section that no passage quotes: the question in words, and its path for the template to print the answer."""
    here = [text for passage in analysis.passages if passage.section == section for text in (passage.texte, passage.sinon)]
    quoted = {name for text in here for name in ANSWER.findall(text)} | {
        name for text in here for name, what in STATE.findall(text) if what == "note"
    }
    names = [name for declared in analysis.declarations if declared.section == section for name in declared.questions]
    return [(view.corpus.questions[name].libelle, name) for name in names if view.value(name) is not ABSENT and name not in quoted]


def _table(view: View, table: ListTable) -> dict[str, Any]:
    """Each element of a list: its name, then each field in words."""
    fields = {champ.id: champ.libelle for champ in view.corpus.questions[table.liste].champs}
    rows = [
        {"nom": item.key, "cases": [(fields[name], view.say_cell(table.liste, item, name)) for name in table.champs if view.facts.cell(table.liste, item, name) is not ABSENT]}
        for item in view.items(table.liste)
    ]  # fmt: skip
    return {"titre": table.titre, "liste": table.liste, "lignes": rows, "complet": view.complete(table.liste)}

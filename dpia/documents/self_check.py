"""What WP248, annex 2, asks of an assessment: where the document treats each point, what it lacks, who knows. Read off the document itself.

The points and the parts that treat them are data: law/wp248.yaml. A point whose part waits for an answer is never told as settled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dpia.documents import markdown, outline
from dpia.documents.grid import ANCHOR, UNKNOWN_FACT, WHO, plain
from dpia.documents.marks import removed
from dpia.documents.outline import Part

# The line of a finding to settle (templates/aipd/outils.md.j2) and the row of a prohibited use (templates/aipd/interdits.md.j2).
_OPEN = re.compile(r"- \*\*.*?\*\* \(constat ([\d à]+)\)\. \*(À corriger|À améliorer|À vérifier|Interdit)")
_SAME = re.compile(r"La même réponse règle aussi : (.*)")
_ALSO = re.compile(r"\(constat (\d+),")
_PROHIBITED = re.compile(r"\| (\d+) \| .* \| Interdit : cesse \|")
_TO_CHECK = re.compile(r"\| (\d+) \| .* \| À vérifier \|")
_PROVISIONAL = re.compile(r"réponses(?: qui)? manquent|sous réserve de réponses|réponses attendues")  # a rating that an answer may change
LEFT, ABSENT, PROHIBITED, LACKING, GAPS, TREATED = (
    "laissé à son auteur", "non traité", "usage interdit", "incomplet", "traité, avec des écarts", "traité",
)  # fmt: skip


def annex(text: str, context: Mapping[str, Any]) -> str:
    """Return the annex of a document: its rows are read off `text`, the rest is what the template of the document prints."""
    groups = rows(text, context["v"].corpus.data["autocontrole"]) if not context.get("arret") else []
    return markdown.render("aipd/autocontrole.md.j2", **{**context, "controles": groups})


def rows(text: str, table: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each group of points of `table` (law/wp248.yaml), each point with its state in this document."""
    cut = outline.parts(ANCHOR.sub("", removed(text)))
    return [{"titre": group["titre"], "points": [_row(cut, point) for point in group["points"]]} for group in table]


def _row(cut: Sequence[Part], point: Mapping[str, Any]) -> dict[str, Any]:
    ranks = [rank for title in point["ou"] for rank, part in enumerate(cut) if part.title == title]
    lines = [line for n in dict.fromkeys(n for rank in ranks for n in range(rank, cut[rank].end)) for line in cut[n].body.split("\n")]
    where = [cut[rank].name for rank in ranks]
    if not where:
        missing = "aucune règle de ce thème ne s'applique d'après les réponses ; le délégué le confirme"
        return {"point": point["point"], "ou": [], "etat": ABSENT, "manque": missing}
    if "auteur" in point:
        return {"point": point["point"], "ou": where, "etat": LEFT, "manque": point["auteur"]}
    return {"point": point["point"], "ou": where, **_state(lines)}


def _state(lines: Iterable[str]) -> dict[str, str]:
    """The state of the lines of some parts, what they lack and who knows."""
    found: dict[str, list[str]] = {"Interdit": [], "À corriger": [], "À vérifier": []}
    who: dict[str, None] = {}
    unknown = False
    for line in lines:
        if opened := _OPEN.match(line):
            same = _SAME.search(line)
            numbers = [opened[1].strip(), *(_ALSO.findall(same[1]) if same else ())]
            found["À corriger" if opened[2] == "À améliorer" else opened[2]] += numbers
        for row, state in ((_PROHIBITED, "Interdit"), (_TO_CHECK, "À vérifier")):
            if judged := row.match(line):
                found[state].append(judged[1])
        words = plain(line)
        unknown = unknown or bool(UNKNOWN_FACT.search(words) or _PROVISIONAL.search(words))
        who |= dict.fromkeys(name.strip() for name in WHO.findall(words))
    parts = [
        f"{word} : {_numbers(found[state])}"
        for word, state in (("interdit", "Interdit"), ("à régler", "À corriger"), ("à vérifier", "À vérifier"))
        if found[state]
    ]
    lacking = unknown or bool(found["À vérifier"])
    if lacking:
        parts.append(f"réponses attendues de : {', '.join(who)} (annexe D)" if who else "réponses ou pièces attendues (annexe D)")
    state = PROHIBITED if found["Interdit"] else LACKING if lacking else GAPS if found["À corriger"] else TREATED
    return {"etat": state, "manque": " ; ".join(parts) or "rien, d'après les réponses"}


def _numbers(found: list[str]) -> str:
    ordered = sorted(dict.fromkeys(found), key=lambda number: int(number.split()[0]))
    return f"constat{'s' if ordered[1:] else ''} {', '.join(ordered)}"

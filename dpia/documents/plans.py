"""The two outlines of an assessment, from the same content: the four parts of the CNIL's method, and the harmonised template of the EDPB.

The second puts the parts of the first in another order (templates/aipd-edpb.md.j2): it says the same, with the same numbers. Its sections
and their numbers were read in a third party's description of version 1.0 (dpia-sentinel, references/edpb-2026-template.md), not in the
EDPB's own file: the document says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from dpia.documents import markdown, outline, self_check

Plan = Literal["cnil", "edpb"]
CNIL: Plan = "cnil"
EDPB: Plan = "edpb"
EXCLUDED, TO_CHECK, OPEN, DUE = "exclue par les faits", "à vérifier", "non exclue par les faits", "obligatoire avant la mise en service"


def text(template: str, context: Mapping[str, Any], plan: Plan = CNIL) -> str:
    """Return an assessment as Markdown, with its self-check. `template` and `context`: those of the CNIL's outline. Raises DocumentError."""
    made = markdown.render(template, **context) if plan == CNIL else _edpb(template, context)
    return made + self_check.annex(made, context)


def suffix(plan: Plan) -> str:
    """What the file name of an assessment adds for an outline that is not the default."""
    return "" if plan == CNIL else f"-{plan}"


def _edpb(template: str, context: Mapping[str, Any]) -> str:
    pieces = outline.Pieces(outline.parts(markdown.render(template, **context, cepd=True)))
    shown = {name: getattr(pieces, name) for name in ("existe", "partie", "corps", "intro", "remplace", "annexes")}
    more = {
        "tete": lambda: markdown.Raw(pieces.parts[0].body.strip() + "\n"),
        "issues": outcomes(context),
        "sujet": context.get("sujet") or _title(context),
    }
    made = markdown.render("aipd-edpb.md.j2", **{**context, **shown, **more})
    pieces.check()
    return made


def _title(context: Mapping[str, Any]) -> str:
    return str(context["analyse"]["titre"])


def outcomes(context: Mapping[str, Any]) -> list[dict[str, str]]:
    """The four outcomes of the EDPB's template, and what the facts say of each. The mayor ticks; the facts only rule out."""
    end = context["conclusion"]
    prohibited = _numbers([row["n"] for row in context["interdits"]])
    blocking = _numbers([row["n"] for row in context["bloquants"]])
    new = end["innovation"] is True and end["titre_iii"] is True
    must = bool(end["eleves"]) or new
    out, unsure = [], []
    if prohibited:
        out.append(f"un usage interdit ne s'approuve pas ; il cesse ({prohibited})")
    if must:
        out.append("la CNIL est consultée d'abord")
    if count := context["interdits_a_verifier"]:
        unsure.append(f"{count} interdictions restent à vérifier" if count > 1 else "une interdiction reste à vérifier")
    if count := len(end["a_confirmer"]):
        unsure.append(
            f"{count} risques restent cotés élevés, faute de réponses" if count > 1 else "un risque reste coté élevé, faute de réponses"
        )
    at_once = list(out)
    if blocking:
        at_once.append(f"des écarts bloquants sont à régler avant tout ({blocking})")
    if len(end["avant"]) > end["avant_reserve"]:
        at_once.append("des risques sont élevés tant que le plan d'action n'est pas réalisé")
    return [
        {"issue": "Rejeté : le traitement est abandonné", "etat": OPEN, "pourquoi": f"l'usage interdit cesse de toute façon ({prohibited})" if prohibited else ""},
        _consultation(context, must, prohibited),
        _approval("Approuvé : le traitement commence ou continue sans attendre", at_once, unsure),
        _approval("Approuvé sous conditions : il commence ou continue une fois les conditions remplies", out, unsure),
    ]  # fmt: skip


def _approval(outcome: str, out: list[str], unsure: list[str]) -> dict[str, str]:
    state = EXCLUDED if out else TO_CHECK if unsure else OPEN
    return {"issue": outcome, "etat": state, "pourquoi": " ; ".join(out or unsure)}


def _consultation(context: Mapping[str, Any], must: bool, prohibited: str) -> dict[str, str]:
    end = context["conclusion"]
    aside = [f"elle ne rend pas licite l'usage interdit ({prohibited})"] if prohibited else []
    if must:
        why = f"risque élevé malgré le plan : {', '.join(end['eleves'])}" if end["eleves"] else "technique nouvelle, finalité du titre III"
        return {"issue": "Consultation de la CNIL", "etat": DUE, "pourquoi": " ; ".join([why, *aside])}
    open_points = bool(end["a_confirmer"]) or (end["innovation"] not in (True, False) and end["titre_iii"] is not False)
    why = (
        "des réponses attendues décident du risque qui reste"
        if end["a_confirmer"]
        else "reste à savoir si une technique nouvelle est employée"
    )
    return {
        "issue": "Consultation de la CNIL",
        "etat": TO_CHECK if open_points else OPEN,
        "pourquoi": " ; ".join([*([why] if open_points else []), *aside]),
    }


def _numbers(found: list[int]) -> str:
    return f"constat{'s' if found[1:] else ''} {', '.join(map(str, found))}" if found else ""

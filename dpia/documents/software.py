"""What the AIPD says of the software on the images: each function as declared, and what the findings make of it. Judges nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dpia.documents.view import View, lowered
from dpia.reasoning import Finding
from dpia.trace import Ref
from dpia.values import ABSENT, UNKNOWN, Choices

USES = "usages_particuliers"
# The states of a function are those of its findings, the worst first; what is met shows only when all is.
FORBIDDEN, DISCUSSED, LACKING, FORBIDDEN_PERHAPS, UNSURE, MET = (
    "Interdite", "Discutée, non admise par la lecture prudente", "Non permise en l'état : une condition manque",
    "À vérifier d'abord : une réponse contraire la rend interdite", "À vérifier", "Possible sous conditions, réunies d'après les réponses",
)  # fmt: skip
KEYS = {
    FORBIDDEN: "interdit",
    DISCUSSED: "discute",
    LACKING: "ecart",
    FORBIDDEN_PERHAPS: "a_verifier",
    UNSURE: "a_verifier",
    MET: "conforme",
}
ORDER = (FORBIDDEN, DISCUSSED, LACKING, FORBIDDEN_PERHAPS, UNSURE, MET)
UNJUDGED = "Aucune règle de la base ne la juge : le silence de la loi ne vaut pas autorisation"


def functions(view: View) -> list[dict[str, Any]]:
    """Each function that the commune declares, or whose detail it does not know."""
    return [_function(view, entry) for entry in view.corpus.data.get("fonctions") or () if _declared(view, entry)]


def readings(view: View, rule: str) -> list[dict[str, str]]:
    """The readings of a discussed rule in force: name, what it says, whether it is the one kept."""
    found = next((read.rule for read in view.corpus.in_force(view.facts.on) if read.rule.id == rule), None)
    return [
        {"nom": r.nom, "dit": r.dit, "retenue": "retenue, par prudence" if r.prudente else "non retenue"}
        for r in (found.lectures if found else ())
    ]


def _declared(view: View, entry: Mapping[str, Any]) -> bool:
    if not view.has(USES, entry["usage"]):
        return False
    return "si" not in entry or view.judge(entry["si"]).value in (True, UNKNOWN)


def _function(view: View, entry: Mapping[str, Any]) -> dict[str, Any]:
    unsure = "si" in entry and view.judge(entry["si"]).value is UNKNOWN
    asked = [name for name in entry["reponses"] if _asked(view, name)]
    found = [(n, f) for n, f in view.numbered if f.rule.id in entry["regles"]]
    states = {_state(f) for _, f in found} - ({MET} if any(_state(f) != MET for _, f in found) else set())
    words = entry.get("mots") or {}
    return {
        "nom": entry["nom"], "reserve": " (à vérifier)" if unsure else "",
        "dit": [(view.corpus.questions[name].libelle, _said(view, name)) for name in asked],
        "etats": [
            {"mot": words.get(KEYS[state], state), "constats": [{"n": n, "titre": lowered(f.rule.titre)} for n, f in found if _state(f) == state]}
            for state in sorted(states, key=ORDER.index)
        ] or [{"mot": UNJUDGED, "constats": []}],
    }  # fmt: skip


def _asked(view: View, name: str) -> bool:
    """Tell whether the question is known to arise: one that may not is left to the annexes."""
    condition = view.corpus.conditions.get(Ref(name))
    return view.value(name) is not ABSENT and (condition is None or condition.judge(view.facts, {}).value is True)


def _said(view: View, name: str) -> str:
    """The answer; an option that is known not to hold is said too, since a missing guarantee matters as much."""
    value, question = view.value(name), view.corpus.questions[name]
    missing = [label for option, label in question.options.items() if isinstance(value, Choices) and option in value.non]
    told = view.say(name)
    if missing and isinstance(value, Choices) and value.oui:
        told = f"{told}. Non : {' ; '.join(lowered(label) for label in missing)}"
    return f"{told}. {view.note(name)}" if view.note(name) else told


def _state(finding: Finding) -> str:
    if finding.verdict == "interdit":
        return FORBIDDEN
    if finding.verdict == "ecart":
        return DISCUSSED if finding.rule.certitude == "discutee" else LACKING
    if finding.verdict == "a_verifier":
        return FORBIDDEN_PERHAPS if finding.rule.gravite == "interdiction" and finding.manque else UNSURE
    return MET

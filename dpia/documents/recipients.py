"""Who the notice says may see or receive the images: those that the code allows (CSI, R. 253-3), and what it leaves unsaid."""

from __future__ import annotations

from collections.abc import Iterator

from dpia.documents.view import View, lowered
from dpia.grammar import read_condition

QUESTIONS = ("qui_visionne", "destinataires")
STREET = "voient_voie_publique"  # of those allowed in places open to the public alone, who sees the street too


def told(view: View) -> list[str]:
    """The recipients that the notice names, each once."""
    return list(dict.fromkeys(entry["texte"] for entry in _entries(view)))


def silent(view: View) -> list[str]:
    """The accesses that are answered and that the notice does not announce, in the words of the options."""
    covered = {entry["reponse"] for entry in _entries(view) if "reponse" in entry}
    return [
        lowered(label)
        for name in QUESTIONS
        for option, label in view.corpus.questions[name].options.items()
        if view.has(name, option) and (f"{name}.{option}" not in covered or _beyond(view, name, option))
    ]


def remark(view: View) -> str:
    """Say what the notice leaves unsaid, "" when it says all."""
    found = silent(view)
    if not found:
        return ""
    many = "s" if len(found) > 1 else ""
    return (
        f"elle tait {len(found)} accès que le code ne prévoit pas, ou que vos réponses n’établissent pas : {' ; '.join(found)}. "
        f"Réglez-le{many} avant de publier (ecarts.xlsx)."
    )


def _beyond(view: View, name: str, option: str) -> bool:
    """Tell whether somebody allowed in places open to the public sees the street without being an agreed agent."""
    return name == "qui_visionne" and option != "agents_non_policiers" and view.has(STREET, option)


def _entries(view: View) -> Iterator[dict[str, str]]:
    for entry in view.corpus.data.get("notice_destinataires") or ():
        if read_condition(entry["si"], view.corpus.names).judge(view.facts, {}).value is True:
            yield entry

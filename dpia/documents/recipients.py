"""Who the notice says may see or receive the images: those that the code allows (CSI, R. 253-3), and what it leaves unsaid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dpia.documents.view import View, lowered
from dpia.values import Choices

QUESTIONS = ("qui_visionne", "destinataires")


def told(view: View) -> list[str]:
    """The recipients that the notice names, each once."""
    return list(dict.fromkeys(entry["texte"] for entry in allowed(view)))


def silent(view: View) -> list[str]:
    """The accesses that are answered and that the notice does not announce, in the words of the options."""
    covered = {entry["reponse"] for entry in allowed(view) if "reponse" in entry}
    tables = view.corpus.data["reserves"]["acces"]
    return [
        lowered(label)
        for name in QUESTIONS
        for option, label in view.corpus.questions[name].options.items()
        if view.has(name, option) and (f"{name}.{option}" not in covered or sees_street(view, tables[name], option) is True)
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


def allowed(view: View) -> Iterator[dict[str, str]]:
    """The entries of the recipients that the code allows here, as the answers stand."""
    for entry in view.corpus.data.get("notice_destinataires") or ():
        if view.judge(entry["si"]).value is True:
            yield entry


def sees_street(view: View, table: Mapping[str, Any], option: str) -> object:
    """Whether somebody admitted in places open to the public sees the street too, without being an agreed agent: True, False or unknown."""
    street = table.get("rue")
    if street is None or option in street["sauf"]:
        return False
    value = view.value(street["question"])
    return value.has(option) if isinstance(value, Choices) and option in view.corpus.questions[street["question"]].options else False

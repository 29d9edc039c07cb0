"""An assessment cut into parts, and the place of each in the CNIL's tool, as templates/pia.yaml says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dpia import pia_words as words
from dpia.documents.pia_html import Part, Text, escape
from dpia.documents.typography import printable
from dpia.risks import Risk

DROPPED = 0  # the place of what is said elsewhere
CARDS = 31  # the place of what becomes a card of section 3.1


@dataclass(frozen=True, slots=True)
class Draft:
    """An assessment ready to be cut: its title, its file name, what the templates print, its text, its risks (none when it stops)."""

    title: str
    file: str
    context: Mapping[str, Any]
    text: Text
    risks: tuple[Risk, ...]


Place = tuple[int, str]  # a question and "", CARDS and the title of the card, or DROPPED and ""


def placed(parts: Iterable[Part]) -> dict[Place, list[Part]]:
    """Group the parts by place, in the order of templates/pia.yaml. A part that is not named there follows the one around it.

    The first part, before any heading, is around all the others: what nothing names ends in the first question, never nowhere.
    """
    table = words.table()
    where: dict[str, Place] = {name: (question, "") for question, names in table["places"].items() for name in names}
    where |= {name: (CARDS, card["titre"]) for card in table["fiches"] for name in card["sections"]}
    where |= dict.fromkeys((*table["cotation"], *(entry["section"] for entry in table["omises"])), (DROPPED, ""))
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


def html(draft: Draft, parts: Sequence[Part]) -> list[str]:
    """Each part with its title; a title stands alone only above the titles that it announces."""
    pieces = []
    for index, part in enumerate(parts):
        body = draft.text.html(part.tokens)
        announces = index + 1 < len(parts) and parts[index + 1].level > part.level
        if part.title and (body or announces):
            pieces.append(joined([f"<p><strong>{escape(part.title)}</strong></p>", body]))
    return pieces


def joined(pieces: Iterable[str]) -> str:
    """Blocks of HTML, a newline between them: the tool's PDF would glue them."""
    return "\n".join(filter(None, pieces))


def numbered(draft: Draft) -> list[tuple[int, Risk]]:
    """The risks with the numbers that the text gives them."""
    return list(enumerate(draft.risks, 1))


def event(draft: Draft, item: int) -> tuple[int, Risk] | None:
    """The dreaded event that stands in this item of the tool (32: access, 33: change, 34: disappearance), with its number."""
    return next(((n, risk) for n, risk in numbered(draft) if risk.id in words.table()["evenements"][item]), None)


def risk_parts(draft: Draft, nature: str) -> list[Part]:
    """The parts that describe the risks of this nature."""
    wanted = tuple(f"R{n}. " for n, risk in numbered(draft) if risk.nature == nature)
    return [part for part in draft.text.parts if wanted and part.title.startswith(wanted)]


def answer(question: int, text: str | None = None, gauge: int | None = None, items: Sequence[str] = ()) -> dict[str, Any]:
    """One record of the tool's answers, with the three keys that its pages want."""
    return {"reference_to": question, "data": {"text": text, "gauge": gauge, "list": [printable(item) for item in items]}}

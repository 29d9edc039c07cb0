"""Which rows below a header are cameras. Totals, notes, titles and repeated headers are set aside and said; a doubt is never settled in silence."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dpia.inventory.columns import Header
from dpia.inventory.coordinates import number
from dpia.inventory.tables import Row
from dpia.inventory.vocabulary import folded, starts_like
from dpia.language import t

NUMBERED = 30  # characters: the longest number of a camera that stands alone on its row


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that is no camera: its number, what it says, why it is set aside."""

    line: int
    text: str
    why: str


def sort_rows(header: Header) -> tuple[tuple[Row, ...], tuple[Aside, ...]]:
    """Part the rows below a header: cameras (with or without a number), and the others with the reason."""
    kept: list[Row] = []
    aside: list[Aside] = []
    for row in header.below:
        why = _why_aside(row, header)
        if why:
            aside.append(Aside(row.line, " · ".join(dict.fromkeys(row.filled))[:80], why))
        else:
            kept.append(row)
    return tuple(kept), tuple(aside)


def _why_aside(row: Row, header: Header) -> str:
    first = row.filled[0]
    place = header.place("id")
    key = row.cells[place] if place is not None and place < len(row.cells) else ""
    rest = [cell for cell in row.filled if cell != first]
    if any([folded(cell) for cell in row.cells] == [folded(cell) for cell in above.cells] for above in header.rows):
        return t("en-tête répété")
    if starts_like(first, "totaux") and (not key or key == first) and all(number(cell) is not None for cell in rest):
        return t("total")
    numbered = bool(re.search(r"\d", key)) and len(key) <= NUMBERED
    if starts_like(first, "pied") and (not key or key == first) and (":" in first or len(row.filled) < (2 if numbered else 3)):
        return t("pied de tableau")
    if len(header.columns) < 3 or len(row.filled) > 1:
        return ""
    if not key:
        return t("une seule cellule remplie, sans numéro")
    across = any(place in merge for merge in row.merged)
    alone = across or len(key) > NUMBERED or not re.search(r"\d", key) or len(key.split()) > 3
    return t("seul sur sa ligne : un titre, pas un numéro de caméra") if alone else ""

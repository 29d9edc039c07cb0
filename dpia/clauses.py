"""What is said of a condition or a rule: a small tree, printed on one line or as an indented list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Joint = Literal["et", "ou", "compte", "pour", "suite", "sens", "detail"]
SHORT = 170  # characters of a definition that is said in brackets


@dataclass(frozen=True, slots=True)
class Clause:
    """Something said; `parts` are joined ("et", "ou"), counted, said of each element ("pour"), go on from it ("suite"), or explain it ("sens", "detail")."""

    text: str
    parts: tuple[Clause, ...] = ()
    joint: Joint = "detail"
    link: str = ""


def inline(clause: Clause, inside: bool = False) -> str:
    """Say a clause on one line."""
    said = [inline(part, clause.joint in ("et", "ou", "compte")) for part in clause.parts]
    match clause.joint:
        case "et" | "ou" if said:
            text = f", {clause.joint} ".join(said)
            return f"({text})" if inside else text
        case "compte":
            return f"{clause.text} : {' ; '.join(said)}"
        case "pour" | "suite":
            return f"{clause.text}{',' if clause.joint == 'pour' else ''} {said[0]}"
        case "sens":
            return f"{clause.text} (c'est-à-dire : {said[0]})"
        case _:
            return (" : " if clause.text and not clause.text.endswith(":") else " ").join(filter(None, (clause.text, " ; ".join(said))))


def headed(clause: Clause) -> tuple[str, tuple[Clause, ...]]:
    """Give the first line of a clause and the clauses listed under it."""
    match clause.joint:
        case "et" | "ou" if clause.parts:
            return ("tous ces points sont réunis :" if clause.joint == "et" else "l'un de ces points au moins est réuni :"), clause.parts
        case "compte":
            return f"{clause.text} :", clause.parts
        case "pour" | "suite":
            head, below = headed(clause.parts[0])
            return f"{clause.text}{',' if clause.joint == 'pour' else ''} {head}", below
        case "sens":
            head, below = headed(clause.parts[0])
            if not below or len(inline(clause.parts[0])) <= SHORT:
                return inline(clause), ()
            return f"{clause.text}, c'est-à-dire : {head}", below
        case _:
            colon = " :" if clause.parts and clause.text and not clause.text.endswith((":", ".", "?")) else ""
            return clause.text + colon, clause.parts


def lines(clause: Clause, depth: int = 0) -> list[tuple[int, str]]:
    """Say a clause line by line, each with its depth."""
    head, below = headed(clause)
    return [(depth, head), *(line for part in below for line in lines(part, depth + 1))]


def quoted(text: str) -> str:
    """Put a label between French quotation marks."""
    return f"« {' '.join(text.split())} »"

"""The words of the installers' tables (questionnaires/colonnes.yaml): which header is which field, which word is which value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from dpia.communes import plain
from dpia.language import t
from dpia.resources import folder
from dpia.yamlfile import read_knowledge

LISTE = "cameras"
PAIR, LATITUDE, LONGITUDE = "coordonnees", "latitude", "longitude"  # a column of pairs fills the two fields


def folded(text: str) -> str:
    """A text for comparison: no accent, no case, no punctuation; "Nº 3" is "n 3"."""
    return plain(text.replace("º", " "))


@cache
def _file() -> Mapping[str, Any]:
    words: Mapping[str, Any] = read_knowledge((folder("questionnaires") / "colonnes.yaml").read_text(encoding="utf-8"))[LISTE]
    return words


@cache
def words(name: str) -> frozenset[str]:
    """A list of the file, folded: "oui", "vide", "totaux"…"""
    return frozenset(folded(str(word)) for word in _file()[name])


def is_tick(text: str) -> bool:
    """Tell whether a cell is a tick and nothing else."""
    return text.strip() in _file()["coches"]


def starts_like(text: str, name: str) -> bool:
    """Tell whether a text starts with one of the words of a list: "Total général : 12" with "totaux"."""
    said = folded(text)
    return any(said == word or said.startswith(word + " ") for word in words(name))


def called(field: str) -> str:
    """The name of a field in front of a person."""
    return t(str(_file()["noms"].get(field, field.replace("_", " "))))


@cache
def _synonyms() -> Mapping[str, tuple[str, int]]:
    """Folded header → its field, and how sure the word is (0 first)."""
    found: dict[str, tuple[str, int]] = {}
    for field, synonyms in _file()["colonnes"].items():
        for rank, word in enumerate((field, *synonyms)):
            found.setdefault(folded(str(word)), (str(field), rank))
    return found


@cache
def _additions() -> re.Pattern[str]:
    longest_first = sorted(words("precisions"), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")


def field_of(header: str) -> tuple[str, int] | None:
    """The field that a header names, and how sure it is (0 first): as a whole, without what it specifies, or by its parts that agree."""
    bare = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", header)
    for said in (folded(header), folded(bare), " ".join(_additions().sub(" ", folded(bare)).split())):
        if said in _synonyms():
            return _synonyms()[said]
    parts = [_synonyms().get(folded(part)) for part in re.split(r"[/\n]| - ", bare)]
    known = [part for part in parts if part]
    return known[0] if len({field for field, _ in known}) == 1 and len(parts) > 1 else None


@cache
def _values(field: str) -> Mapping[str, frozenset[str]]:
    return {str(value): frozenset(folded(str(word)) for word in said) for value, said in _file()["valeurs"].get(field, {}).items()}


def value_of(field: str, raw: str) -> str | None:
    """The value that a cell names, as a whole, or by its words when they all point to one ("dôme PTZ"); None when it is not told."""
    said = folded(raw)
    table = _values(field)
    found = [v for v, names in table.items() if said in names] or [v for v, names in table.items() if names & set(said.split())]
    return found[0] if len(found) == 1 else None

"""From a block of a knowledge file to its type: what does not fit is refused in French, with file, line and block."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from dpia.coherence import CorpusError

T = TypeVar("T")

FRENCH = (
    (r"Object missing required field `(.+?)`", r"il manque la clé « \1 »"),
    (r"Object contains unknown field `(.+?)`", r"clé inconnue « \1 »"),
    (r"Invalid enum value (.+?)(?= - at|$)", r"valeur impossible \1"),
    (r"Expected `(.+?)`, got `(.+?)`", r"\1 attendu, \2 trouvé"),
    (r"\bstr\b", "texte"), (r"\bint\b", "nombre entier"), (r"\barray\b", "liste"), (r"\bobject\b", "groupe de clés"), (r"\bbool\b", "true ou false"),
    (r" - at `\$\.?(.*?)`$", r" (\1)"),
)  # fmt: skip


def convert(file: str, raw: Any, kind: type[T]) -> T:
    """Give a block its type. Raises CorpusError naming the file, the line and the innermost block."""
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        text, path = str(error), str(error).rpartition(" - at `$")[2]
        for pattern, words in FRENCH:
            text = re.sub(pattern, words, text)
        line, name = _innermost(raw, re.findall(r"\w+", path))
        raise CorpusError(f"{file}, ligne {line}, {name} : {text}.") from error


def _innermost(raw: Any, path: list[str]) -> tuple[str, str]:
    """The line and the name of the innermost block on a path such as ["questions", "3", "champs", "0", "type"]."""
    line, name, block = "?", "bloc", raw
    for step in ("", *path):
        if step:
            block = block[int(step)] if isinstance(block, list) else block.get(step) if isinstance(block, Mapping) else None
        if isinstance(block, Mapping):
            line, name = str(block.get("ligne", line)), str(block.get("id", block.get("theme", name)))
    return line, name

"""The text of an answers file: one answer a line under the label of its question, every text quoted, nothing that YAML could misread."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from dpia.answers import ABOUT as ABOUT  # part of what this module offers
from dpia.answers import Answer
from dpia.corpus import Corpus
from dpia.values import UNKNOWN, Choices, Item, Items, Value

FORMAT = 1
UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
SURROGATES = re.compile("[\ud800-\udfff]")


def write_answers(answers: Mapping[str, Answer], kept: Mapping[str, Any], corpus: Corpus) -> str:
    """Write an answers file: the label of each question as a comment above its answer."""
    lines = [f"format: {FORMAT}", "reponses:" + ("" if answers or kept else " {}")]
    for name, answer in answers.items():
        lines.append("  # " + " ".join(corpus.questions[name].libelle.split()))
        lines += _emit(name, answer)
    for name, raw in kept.items():
        lines += ["  # question inconnue de cette version, conservée telle quelle", f"  {quoted(str(name))}: {_plain(raw)}"]
    return "\n".join(lines) + "\n"


def _emit(name: str, answer: Answer) -> list[str]:
    about = {key: getattr(answer, key) for key in ABOUT if getattr(answer, key)}
    tail = "".join(f", {key}: {quoted(text)}" for key, text in about.items())
    match answer.value:
        case Items(elements, complete):
            if complete and not about:
                head, indent = [f"  {name}:" + ("" if elements else " []")], "    "
            else:
                head = [
                    f"  {name}:",
                    f"    complet: {'oui' if complete else 'non'}",
                    *(f"    {key}: {quoted(text)}" for key, text in about.items()),
                ]
                head.append("    elements:" + ("" if elements else " []"))
                indent = "      "
            return head + [f"{indent}- {_cells(item)}" for item in elements]
        case Choices():
            return [f"  {name}: {_choices(answer.value)[:-1]}{tail}}}"]
        case value if value is UNKNOWN:
            return [f"  {name}: {{inconnu: true{tail}}}"]
        case value:
            return [f"  {name}: {{valeur: {_scalar(value)}{tail}}}"]


def one_line(name: str, answer: Answer) -> str:
    """An answer as it is written, on one line: what tells two answers apart."""
    return " ".join(_emit(name, answer)).strip()


def _cells(item: Item) -> str:
    return "{" + ", ".join(f"{key}: {_scalar(value)}" for key, value in item.cells.items()) + "}"


def _choices(value: Choices) -> str:
    return f"{{oui: [{', '.join(sorted(value.oui))}], non: [{', '.join(sorted(value.non))}]}}"


def _scalar(value: Value) -> str:
    match value:
        case bool():
            return "oui" if value else "non"
        case Choices():
            return _choices(value)
        case float():
            return f"{value:.6f}".rstrip("0").rstrip(".")  # never 1e-06; six decimals at most are typed
        case date() | int():
            return str(value)
        case str():
            return quoted(value)
        case _:
            return '"?"'


def quoted(text: str) -> str:
    """A double-quoted YAML string: JSON's escapes are YAML's too, and what YAML cannot hold bare is escaped as well."""
    return UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(SURROGATES.sub("", text), ensure_ascii=False))


def _plain(raw: Any) -> str:
    if isinstance(raw, Mapping):
        return "{" + ", ".join(f"{quoted(str(key))}: {_plain(value)}" for key, value in raw.items()) + "}"
    if isinstance(raw, list):
        return "[" + ", ".join(map(_plain, raw)) + "]"
    return quoted(str(raw))

"""A condition that was read → its words again, so that a changed one can be shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dpia.condition import Chain, Compare, Contains, Count, Exists, Flag, Not, Number, Quantified, Sought
from dpia.grammar import Name
from dpia.trace import Condition, Ref


def words(condition: Condition, names: Mapping[str, Name], scope: tuple[str, ...] = ()) -> str:
    """The words of a condition, in the scope of the lists whose current element is known."""

    def name(ref: Ref) -> str:
        if ref.liste is None:
            return ref.name
        nearest = next((liste for liste in reversed(scope) if ref.name in names[liste].fields), None)
        return ref.name if nearest == ref.liste else f"{ref.liste}.{ref.name}"

    def side(sought: Sought) -> str:
        constant = sought.constant
        value = {True: "oui", False: "non"}[constant] if isinstance(constant, bool) else str(constant)
        moved = f" {'-' if sought.amount < 0 else '+'} {abs(sought.amount)} {sought.unit}" if sought.amount else ""
        return (name(sought.ref) if sought.ref else value) + moved

    def within(part: Condition, liste: Ref) -> str:
        return f"({words(part, names, (*scope, liste.name))})"

    def said(part: Condition) -> str:
        text = words(part, names, scope)
        return f"({text})" if isinstance(part, Chain) else text

    match condition:
        case Chain(word=word, parts=parts):
            return f" {word} ".join(said(part) for part in parts)
        case Not(part=part):
            return f"non {said(part)}"
        case Count(number=number, parts=parts):
            return f"au moins {number} parmi ({', '.join(words(part, names, scope) for part in parts)})"
        case Exists(ref=ref):
            return f"existe {name(ref)}"
        case Flag(ref=ref):
            return name(ref)
        case Compare(left=left, sign=sign, rights=rights):
            if len(rights) > 1:
                return f"{side(left)} parmi [{', '.join(map(side, rights))}]"
            return f"{side(left)} {sign} {side(rights[0])}"
        case Contains(ref=ref, option=option, other=other):
            return f"{name(ref)} inclus dans {name(other)}" if other else f"{name(ref)} contient {option}"
        case Quantified(word=word, liste=liste, body=body, filtre=filtre):
            return f"{word} {liste.name}" + (f" si {within(filtre, liste)}" if filtre else "") + f" avec {within(body, liste)}"
        case Number(liste=liste, body=body, sign=sign, bound=bound):
            return f"nombre {liste.name}" + (f" avec {within(body, liste)}" if body else "") + f" {sign} {bound}"
    raise TypeError(type(condition).__name__)


def value_words(value: object) -> str:
    """A value as an example writes it."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return value.isoformat() if isinstance(value, date) else str(value)

"""The small mistakes that a condition could hold: each is the condition with one thing changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dpia.condition import Chain, Compare, Contains, Count, Exists, Flag, Not, Number, Quantified, Sought
from dpia.grammar import Name
from dpia.trace import Condition, Ref

NEXT = {"<": ("<=", ">"), "<=": ("<", ">="), ">": (">=", "<"), ">=": (">", "<="), "=": ("≠",), "≠": ("=",)}
WORDS = ("une", "toutes", "aucune")


@dataclass(frozen=True, slots=True)
class Changed:
    """A changed condition and what was done to it."""

    what: str
    condition: Condition


def changes(condition: Condition, names: Mapping[str, Name]) -> Iterator[Changed]:
    """Every change of one thing in a condition."""
    match condition:
        case Chain(word=word, parts=parts):
            yield Changed("et/ou", replace(condition, word="ou" if word == "et" else "et"))
            for n, part in enumerate(parts):
                rest = parts[:n] + parts[n + 1 :]
                yield Changed("opérande retiré", rest[0] if len(rest) == 1 else replace(condition, parts=rest))
                yield from (
                    Changed(c.what, replace(condition, parts=(*parts[:n], c.condition, *parts[n + 1 :]))) for c in changes(part, names)
                )
        case Not(part=part):
            yield Changed("« non » retiré", part)
            yield from (Changed(c.what, replace(condition, part=c.condition)) for c in changes(part, names) if c.what != "« non » ajouté")
        case Count(number=number, parts=parts):
            yield from (Changed("seuil", replace(condition, number=n)) for n in (number - 1, number + 1) if 1 <= n <= len(parts))
            for n, part in enumerate(parts):
                rest = parts[:n] + parts[n + 1 :]
                if len(rest) >= number:
                    yield Changed("opérande retiré", replace(condition, parts=rest))
                yield from (
                    Changed(c.what, replace(condition, parts=(*parts[:n], c.condition, *parts[n + 1 :]))) for c in changes(part, names)
                )
        case Exists() | Flag():
            yield Changed("« non » ajouté", Not("", condition))
        case Compare():
            yield from _of_comparison(condition, names)
        case Contains(ref=ref, option=option, other=other):
            yield Changed("« non » ajouté", Not("", condition))
            if other is None:
                yield from (Changed("option", replace(condition, option=o)) for o in sorted(_named(ref, names).options - {option}))
        case Quantified(word=word, body=body, filtre=filtre):
            yield from (Changed("quantificateur", replace(condition, word=w)) for w in WORDS if w != word)  # type: ignore[arg-type]
            yield from (Changed(c.what, replace(condition, body=c.condition)) for c in changes(body, names))
            if filtre is not None:
                yield Changed("filtre retiré", replace(condition, filtre=None))
                yield from (Changed(c.what, replace(condition, filtre=c.condition)) for c in changes(filtre, names))
        case Number(sign=sign, bound=bound, body=body):
            yield from (Changed("comparaison", replace(condition, sign=other)) for other in NEXT[sign])
            yield from (Changed("seuil", replace(condition, bound=bound + step)) for step in (-1, 1) if bound + step >= 0)
            if body is not None:
                yield from (Changed(c.what, replace(condition, body=c.condition)) for c in changes(body, names))


def _named(ref: Ref, names: Mapping[str, Name]) -> Name:
    return names[ref.liste].fields[ref.name] if ref.liste else names[ref.name]


def _of_comparison(condition: Compare, names: Mapping[str, Name]) -> Iterator[Changed]:
    left, rights = condition.left, condition.rights
    if len(rights) > 1:
        yield Changed("« non » ajouté", Not("", condition))
        for n in range(len(rights)):
            yield Changed("valeur retirée", replace(condition, rights=rights[:n] + rights[n + 1 :]))
    else:
        yield from (Changed("comparaison", replace(condition, sign=sign)) for sign in NEXT[condition.sign])
    yield from (Changed(what, replace(condition, left=side)) for what, side in _of_side(left, None, names))
    for n, right in enumerate(rights):
        taken = {other.constant for other in rights}
        for what, side in _of_side(right, left.ref, names):
            if side.constant is None or side.constant not in taken:
                yield Changed(what, replace(condition, rights=(*rights[:n], side, *rights[n + 1 :])))


def _of_side(side: Sought, other: Ref | None, names: Mapping[str, Name]) -> Iterator[tuple[str, Sought]]:
    match side.constant:
        case bool():
            yield "option", replace(side, constant=not side.constant)
        case int() | float() as number:
            yield from (("seuil", replace(side, constant=number + step)) for step in (-1, 1))
        case date() as day:
            yield from (("seuil", replace(side, constant=day + timedelta(days=step))) for step in (-1, 1))
        case str() as option if other is not None:
            yield from (("option", replace(side, constant=o)) for o in sorted(_named(other, names).options - {option}))
    if side.amount:
        yield from (("seuil", replace(side, amount=side.amount + step)) for step in (-1, 1))

"""The French condition language: words → Condition. The grammar is in docs/ecrire-une-regle.md.

Names, options and types are checked while reading, so that a condition that was read can be judged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Literal, NoReturn

from dpia.condition import Chain, Compare, Contains, Count, Exists, Flag, Not, Number, Quantified, Sought
from dpia.trace import Condition, Ref

SIGNS = {"=": "=", "≠": "≠", "!=": "≠", "<": "<", "<=": "<=", "≤": "<=", ">": ">", ">=": ">=", "≥": ">="}
UNITS = {"jour": "jours", "jours": "jours", "mois": "mois", "an": "ans", "ans": "ans"}
RESERVED = frozenset(
    (
        "et",
        "ou",
        "non",
        "oui",
        "existe",
        "au",
        "moins",
        "parmi",
        "une",
        "toutes",
        "aucune",
        "avec",
        "si",
        "nombre",
        "contient",
        "inclus",
        "dans",
    )
) | {"jours", "mois", "ans"}
TOKEN = re.compile(r"\s*(?:(\d{4}-\d{2}-\d{2})|(\d+(?:\.\d+)?)|([^\W\d]\w*(?:\.\w+)?)|(<=|>=|!=|[=≠<>≤≥()\[\],+\-]))")
Kind = Literal["oui_non", "choix", "choix_multiple", "nombre", "date", "texte", "commune", "reference", "liste"]


@dataclass(frozen=True, slots=True)
class Name:
    """What a name stands for: its type, its options, and for a list the names of its elements' fields."""

    kind: Kind
    options: frozenset[str] = frozenset()
    fields: Mapping[str, Name] = field(default_factory=dict)


class ConditionError(ValueError):
    """A condition that cannot be read: says what, at which column, and what to write instead."""


def read_condition(text: str, names: Mapping[str, Name], scope: tuple[str, ...] = ()) -> Condition:
    """Read a condition. `names`: what may be named; `scope`: the lists whose current element is known."""
    return _Reader(text, names, scope).whole()


class _Reader:
    """A recursive-descent reader over one condition."""

    def __init__(self, text: str, names: Mapping[str, Name], scope: tuple[str, ...]) -> None:
        self.text, self.names, self.scope = text, names, scope
        self.tokens: list[tuple[str, int]] = []
        position = 0
        while text[position:].strip():
            match = TOKEN.match(text, position)
            if match is None:
                raise ConditionError(f"« {text} », colonne {position + 1} : caractère inattendu « {text[position:].lstrip()[0]} ».")
            self.tokens.append((match[0].strip(), match.end() - len(match[0].strip())))
            position = match.end()
        self.at = 0

    def whole(self) -> Condition:
        condition = self._chain("ou")
        if self.at < len(self.tokens):
            self._fail(f"« {self.tokens[self.at][0]} » n'est pas attendu ici ; il manque peut-être « et », « ou » ou une parenthèse")
        return condition

    # -- words

    def _peek(self, *words: str) -> bool:
        return [token for token, _ in self.tokens[self.at : self.at + len(words)]] == list(words)

    def _skip(self, *words: str) -> bool:
        if self._peek(*words):
            self.at += len(words)
            return True
        return False

    def _need(self, word: str) -> None:
        if not self._skip(word):
            self._fail(f"« {word} » est attendu")

    def _next(self, what: str) -> str:
        if self.at >= len(self.tokens):
            self._fail(f"il manque {what} à la fin")
        self.at += 1
        return self.tokens[self.at - 1][0]

    def _fail(self, why: str) -> NoReturn:
        column = self.tokens[min(self.at, len(self.tokens) - 1)][1] + 1 if self.tokens else 1
        raise ConditionError(f"« {self.text} », colonne {column} : {why}.")

    def _from(self, start: int) -> str:
        return self.text[self.tokens[start][1] : self.tokens[self.at - 1][1] + len(self.tokens[self.at - 1][0])]

    # -- conditions

    def _chain(self, word: Literal["et", "ou"]) -> Condition:
        start = self.at
        part = self._term if word == "et" else lambda: self._chain("et")
        parts = [part()]
        while self._skip(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Chain(self._from(start), word, tuple(parts))

    def _term(self) -> Condition:
        start = self.at
        if self._skip("non"):
            part = self._term()
            return Not(self._from(start), part)
        if self._skip("("):
            inner = self._chain("ou")
            self._need(")")
            return inner
        if self._skip("existe"):
            ref, _ = self._name()
            return Exists(self._from(start), ref)
        if self._skip("au", "moins"):
            return self._count(start)
        for word in ("une", "toutes", "aucune"):
            if self._skip(word):
                return self._quantified(start, word)
        if self._skip("nombre"):
            return self._number(start)
        return self._test(start)

    def _count(self, start: int) -> Condition:
        typed = self._next("un nombre")
        if not typed.isdigit():
            self._fail("un nombre est attendu après « au moins »")
        number = int(typed)
        self._need("parmi")
        self._need("(")
        parts = [self._chain("ou")]
        while self._skip(","):
            parts.append(self._chain("ou"))
        self._need(")")
        if not 1 <= number <= len(parts):
            self._fail(f"« au moins {number} » parmi {len(parts)} conditions n'a pas de sens")
        return Count(self._from(start), number, tuple(parts))

    def _within(self, liste: Ref) -> Condition:
        self._need("(")
        self.scope += (liste.name,)
        body = self._chain("ou")
        self.scope = self.scope[:-1]
        self._need(")")
        return body

    def _list(self) -> Ref:
        ref, name = self._name()
        if name.kind != "liste" or ref.liste is not None:
            self._fail(f"« {ref.name} » n'est pas une liste")
        return ref

    def _quantified(self, start: int, word: str) -> Condition:
        liste = self._list()
        filtre = self._within(liste) if self._skip("si") else None
        self._need("avec")
        body = self._within(liste)
        assert word in ("une", "toutes", "aucune")
        return Quantified(self._from(start), word, liste, body, filtre)  # type: ignore[arg-type]  # narrowed above

    def _number(self, start: int) -> Condition:
        liste = self._list()
        body = self._within(liste) if self._skip("avec") else None
        sign = SIGNS.get(self._next("un signe de comparaison"))
        bound = self._next("un nombre")
        if sign is None or not bound.isdigit():
            self._fail("après « nombre » il faut un signe et un nombre entier, comme « >= 8 »")
        return Number(self._from(start), liste, body, sign, int(bound))

    # -- comparisons

    def _test(self, start: int) -> Condition:
        left, name = self._sought(None)
        if self._skip("contient"):
            option = self._option(self._next("une option"), name, "choix_multiple")
            assert left.ref is not None
            return Contains(self._from(start), left.ref, option)
        if self._skip("inclus", "dans"):
            other, wider = self._name()
            if left.ref is None or {name.kind, wider.kind} != {"choix_multiple"}:
                self._fail("« inclus dans » compare deux choix multiples")
            if not name.options <= wider.options:
                self._fail(f"« inclus dans » : « {other.name} » n'a pas l'option « {min(name.options - wider.options)} »")
            return Contains(self._from(start), left.ref, other=other, options=name.options)
        if self._skip("parmi"):
            self._need("[")
            rights = [self._sought(name)[0]]
            while self._skip(","):
                rights.append(self._sought(name)[0])
            self._need("]")
            return Compare(self._from(start), left, "=", tuple(rights))
        if self.at < len(self.tokens) and self.tokens[self.at][0] in SIGNS:
            sign = SIGNS[self._next("un signe")]
            if sign not in "=≠" and name.kind not in ("nombre", "date"):
                self._fail(f"« {sign} » ne compare que des nombres et des dates")
            if name.kind in ("choix_multiple", "liste"):
                self._fail("un choix multiple se lit avec « contient », une liste avec « une », « toutes », « aucune » ou « nombre »")
            right, _ = self._sought(name)
            return Compare(self._from(start), left, sign, (right,))
        if left.ref is None or name.kind != "oui_non" or left.amount:
            self._fail("une comparaison est attendue : ce nom n'est pas une question à réponse oui ou non")
        return Flag(self._from(start), left.ref)

    def _option(self, word: str, name: Name, kind: Kind) -> str:
        if name.kind != kind or word not in name.options:
            near = get_close_matches(word, name.options, 1)
            self.at -= 1
            self._fail(
                f"« {word} » n'est pas une option ({', '.join(sorted(name.options)) or 'pas un choix'})"
                + (f" ; vouliez-vous « {near[0]} » ?" if near else "")
            )
        return word

    def _sought(self, expected: Name | None) -> tuple[Sought, Name]:
        """Read one side. `expected`: what the other side is, to tell an option from a name and check the type."""
        word = self._next("un nom ou une valeur")
        found: tuple[Sought, Name]
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", word):
            try:
                found = Sought(constant=date.fromisoformat(word)), Name("date")
            except ValueError:
                self._fail(f"« {word} » n'est pas une date du calendrier")
        elif word[0].isdigit():
            found = Sought(constant=float(word) if "." in word else int(word)), Name("nombre")
        elif expected is not None and word in expected.options:
            return Sought(constant=word), expected
        elif word in ("oui", "non") and expected is not None:
            found = Sought(constant=word == "oui"), Name("oui_non")
        else:
            self.at -= 1
            if expected is not None and expected.kind == "choix" and not self._known(word):
                self.at += 1
                self._option(word, expected, "choix")
            ref, name = self._name()
            found = Sought(ref), name
        sought, name = found
        if name.kind == "date" and self.at < len(self.tokens) and self.tokens[self.at][0] in "+-":
            sign = -1 if self._next("") == "-" else 1
            amount, unit = self._next("un nombre"), self._next("une unité")
            if not amount.isdigit() or unit not in UNITS:
                self._fail("une durée s'écrit « + 5 ans », « - 4 mois » ou « + 30 jours »")
            sought = Sought(sought.ref, sought.constant, sign * int(amount), UNITS[unit])
        textual = {"texte", "reference"}
        if expected is not None and expected.kind != name.kind and not {expected.kind, name.kind} <= textual:
            self._fail(f"un fait de type {expected.kind} ne se compare pas à un fait de type {name.kind}")
        return sought, name

    # -- names

    def _known(self, word: str) -> bool:
        first, _, last = word.partition(".")
        return first in self.names or any(last in self.names[s].fields or first in self.names[s].fields for s in self.scope)

    def _name(self) -> tuple[Ref, Name]:  # noqa: RET503  # _fail never returns
        word = self._next("un nom")
        first, _, last = word.partition(".")
        if last:
            if first not in self.scope:
                self.at -= 1
                self._fail(f"« {word} » : aucun élément courant de « {first} » ici")
            fields = self.names[first].fields
            if last in fields:
                return Ref(last, first), fields[last]
        else:
            for liste in reversed(self.scope):
                if word in self.names[liste].fields:
                    return Ref(word, liste), self.names[liste].fields[word]
            if word in self.names:
                return Ref(word), self.names[word]
        everything = [*self.names, *(f for liste in self.scope for f in self.names[liste].fields)]
        near = get_close_matches(last or word, everything, 1)
        self.at -= 1
        self._fail(
            f"« {word} » n'est ni une question, ni un champ, ni un fait dérivé" + (f" ; vouliez-vous « {near[0]} » ?" if near else "")
        )

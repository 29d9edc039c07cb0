"""Conditions in the words of the questions: what a lawyer reads instead of the internal syntax.

A "non" is carried down to what it denies, and options of one question are said together.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from dpia.answers import in_words
from dpia.clauses import Clause, inline, quoted
from dpia.coherence import TODAY
from dpia.condition import Chain, Compare, Contains, Count, Exists, Flag, Not, Number, Quantified, Sought
from dpia.corpus import Corpus
from dpia.model import Question
from dpia.trace import Condition, Ref

NUMBERS = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
OPPOSITE = {"=": "≠", "≠": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
AMOUNT = {
    "=": "est de {}", "≠": "n'est pas de {}", "<": "est inférieure à {}", "<=": "est de {} au plus",
    ">": "est supérieure à {}", ">=": "est de {} au moins",
}  # fmt: skip
SIZE = {"=": "{}", "≠": "un autre nombre que {}", "<": "moins de {}", "<=": "{} au plus", ">": "plus de {}", ">=": "{} au moins"}
DAY = {
    "=": "tombe {}", "≠": "ne tombe pas {}", "<": "tombe avant {}", "<=": "tombe {} ou avant",
    ">": "tombe après {}", ">=": "tombe {} ou après",
}  # fmt: skip


def _series(items: Sequence[str], last: str) -> str:
    return f" {last} ".join(part for part in (", ".join(items[:-1]), items[-1]) if part)


class Speaker:
    """Says conditions of one corpus. `unfold`: a derived fact is followed, the first time it is said, by what it means."""

    def __init__(self, corpus: Corpus, unfold: bool = False) -> None:
        self.corpus, self.unfold = corpus, unfold
        self._opened: set[Ref] = set()

    def say(self, condition: Condition, holds: bool = True) -> Clause:
        """Put a condition, or with `holds=False` its contrary, into words."""
        match condition:
            case Not():
                return self.say(condition.part, not holds)
            case Chain():
                return self._chain(condition, holds)
            case Count():
                number = condition.number if holds else condition.number - 1
                text = f"{_digit(number)} de ces points {'au moins' if holds else 'au plus'} {'sont réunis' if number > 1 else 'est réuni'}"
                return Clause(text, tuple(self.say(part) for part in condition.parts), "compte")
            case Quantified():
                return self._quantified(condition, holds)
            case Number():
                return Clause(self._number(condition, holds))
            case Exists():
                return Clause(self._exists(condition.ref, holds))
            case Flag():
                return self._flag(condition.ref, holds)
            case Contains():
                return Clause(self._contains(condition, holds))
            case Compare():
                return self._compare(condition, holds)
            case _:
                return Clause(condition.text)

    # -- several conditions

    def _chain(self, chain: Chain, holds: bool) -> Clause:
        joint: Literal["et", "ou"] = chain.word if holds else "ou" if chain.word == "et" else "et"
        flat = [part for inner in chain.parts for part in self._flattened(inner, holds, joint)]
        parts: list[Clause] = []
        done: set[tuple[Ref, bool]] = set()
        for condition, true in flat:
            if isinstance(condition, Contains) and condition.other is None:
                key = (condition.ref, true)
                if key in done:
                    continue
                done.add(key)
                options = [c.option for c, t in flat if isinstance(c, Contains) and c.other is None and (c.ref, t) == key]
                parts.append(Clause(self._options(condition.ref, options, joint, true)))
            else:
                parts.append(self.say(condition, true))
        return parts[0] if len(parts) == 1 else Clause("", tuple(parts), joint)

    def _flattened(self, condition: Condition, holds: bool, joint: str) -> list[tuple[Condition, bool]]:
        while isinstance(condition, Not):
            condition, holds = condition.part, not holds
        if isinstance(condition, Chain) and (condition.word == joint) == holds:
            return [part for inner in condition.parts for part in self._flattened(inner, holds, joint)]
        return [(condition, holds)]

    def _options(self, ref: Ref, options: list[str], joint: str, holds: bool) -> str:
        labels = [self._option(ref, option) for option in options]
        said = f"la réponse à {self._name(ref)} "
        if holds:
            return said + f"comprend {_series(labels, joint)}"
        if len(labels) == 1:
            return said + f"ne comprend pas {labels[0]}"
        return said + ("ne comprend ni " + " ni ".join(labels) if joint == "et" else f"ne comprend pas à la fois {_series(labels, 'et')}")

    def _quantified(self, condition: Quantified, holds: bool) -> Clause:
        liste, word = condition.liste.name, condition.word
        every = (word == "toutes") == holds and word != "aucune"
        if word == "toutes" and every:
            gate = f", si {inline(self.say(condition.filtre))}" if condition.filtre else ""
            return Clause(f"pour chaque {self._element(liste)}{gate}", (self.say(condition.body),), "pour")
        body = self.say(condition.body, word != "toutes")
        if condition.filtre:
            body = Clause("", (self.say(condition.filtre), body), "et")
        some = word == "toutes" or (word == "une") == holds
        feminine = self._feminine(liste)
        if some:
            return Clause(f"pour {'une' if feminine else 'un'} {self._element(liste)} au moins", (body,), "pour")
        return Clause(f"pour {'aucune' if feminine else 'aucun'} {self._element(liste)}", (body,), "pour")

    def _number(self, condition: Number, holds: bool) -> str:
        sign = condition.sign if holds else OPPOSITE[condition.sign]
        only = f", en ne comptant que les lignes où {inline(self.say(condition.body))}," if condition.body else ""
        if not only and (sign, condition.bound) in ((">=", 1), (">", 0)):
            return f"la liste {self._name(condition.liste)} a une ligne au moins"
        if not only and (sign, condition.bound) in (("=", 0), ("<", 1), ("<=", 0)):
            return f"la liste {self._name(condition.liste)} est vide"
        size = f"{condition.bound} ligne{'s' if condition.bound > 1 else ''}"
        return f"la liste {self._name(condition.liste)}{only} compte {SIZE[sign].format(size)}"

    # -- one condition

    def _exists(self, ref: Ref, holds: bool) -> str:
        if ref in self.corpus.derived:
            return f"{'il y a' if holds else 'il n’y a pas'} lieu de se demander si {self._name(ref)}".replace("’", "'")
        return f"la question {self._name(ref)} {'se pose' if holds else 'ne se pose pas'}"

    def _flag(self, ref: Ref, holds: bool) -> Clause:
        fact = self.corpus.derived.get(ref)
        if fact is None:
            return Clause(f"la commune répond « {'oui' if holds else 'non'} » à {self._name(ref)}")
        label = " ".join(fact.libelle.split())
        if not holds:
            label = f"ce point est faux : {quoted(label)}"
        if not self.unfold or ref in self._opened:
            return Clause(label)
        self._opened.add(ref)
        self.unfold = False  # one level: what it rests on is said by its own label
        meaning = self.say(self.corpus.conditions[ref], holds)
        self.unfold = True
        return Clause(label, (meaning,), "sens")

    def _contains(self, condition: Contains, holds: bool) -> str:
        if condition.other is None:
            return self._options(condition.ref, [condition.option], "et", holds)
        wider, narrow = self._name(condition.other), self._name(condition.ref)
        if holds:
            return f"tout ce qui est coché à {narrow} l'est aussi à {wider}"
        return f"une ligne cochée à {narrow} ne l'est pas à {wider}"

    def _compare(self, condition: Compare, holds: bool) -> Clause:
        sign = condition.sign if holds else OPPOSITE[condition.sign]
        left, rights = condition.left, condition.rights
        ref, first = left.ref, rights[0]
        if ref is not None and isinstance(first.constant, bool):
            return self._flag(ref, first.constant == (sign == "="))
        if ref is None:
            return Clause(f"{self._side(left, subject=True)} {DAY[sign].format(self._side(first))}")
        if len(rights) > 1:
            said = [self._side(right, ref) for right in rights]
            link = "est" if sign == "=" else "n'est"
            return Clause(f"la réponse à {self._name(ref)} {link} {_series(said, 'ou') if sign == '=' else 'ni ' + ' ni '.join(said)}")
        kind = self._kind(ref)
        if kind == "date":
            return Clause(f"{self._side(left, subject=True)} {DAY[sign].format(self._side(first))}")
        if kind == "nombre":
            return Clause(f"la réponse à {self._name(ref)} {AMOUNT[sign].format(self._side(first, ref))}")
        if first.ref is not None:
            return Clause(self._same(ref, first.ref, sign == "="))
        return Clause(f"la réponse à {self._name(ref)} {'est' if sign == '=' else 'n’est pas'} {self._side(first, ref)}".replace("’", "'"))

    def _same(self, left: Ref, right: Ref, same: bool) -> str:
        if right.name == "id" and left.name != "id":
            left, right = right, left
        if left.name == "id" and left.liste:
            feminine, element = self._feminine(left.liste), self._element(left.liste)
            this = "cette" if feminine else "cet" if element[0] in "aeéèiouhy" else "ce"
            return f"{this} {element} {'est' if same else 'n’est pas'} {'celle' if feminine else 'celui'} de la réponse à {self._name(right)}".replace("’", "'")  # fmt: skip
        return f"les réponses à {self._name(left)} et à {self._name(right)} sont {'les mêmes' if same else 'différentes'}"

    def _side(self, side: Sought, of: Ref | None = None, subject: bool = False) -> str:
        """One side of a comparison; a constant is said as an answer to `of`."""
        moved = f" {'plus' if side.amount > 0 else 'moins'} {abs(side.amount)} {_unit(side)}" if side.amount else ""
        moved = f",{moved}," if moved and subject else moved
        if side.ref == Ref(TODAY):
            return f"le jour de l'examen{moved}"
        if side.ref is not None:
            given = "le jour donné" if self._kind(side.ref) == "date" else "la réponse donnée"
            return f"{given} à {self._name(side.ref)}{moved}"
        constant = side.constant
        if isinstance(constant, date):
            return f"le {constant:%d/%m/%Y}{moved}"
        question = self._question(of) if of else None
        if isinstance(constant, str):
            return quoted(question.options.get(constant, constant) if question else constant)
        return in_words(question, constant) if question and constant is not None else str(constant)

    # -- names

    def _question(self, ref: Ref) -> Question | None:
        owner = self.corpus.questions.get(ref.liste or ref.name)
        if owner is None or not ref.liste:
            return owner
        return next((champ for champ in owner.champs if champ.id == ref.name), None)

    def _name(self, ref: Ref) -> str:
        fact, question = self.corpus.derived.get(ref), self._question(ref)
        return " ".join(fact.libelle.split()) if fact else quoted(question.libelle if question else ref.name)

    def _kind(self, ref: Ref) -> str:
        question = self._question(ref)
        return question.type if question else "date" if ref.name == TODAY else "oui_non"

    def _option(self, ref: Ref, option: str) -> str:
        question = self._question(ref)
        return quoted(question.options.get(option, option) if question else option)

    def _element(self, liste: str) -> str:
        return self.corpus.questions[liste].element or "ligne"

    def _feminine(self, liste: str) -> bool:
        """Tell the gender of an element from the question that asks for the list."""
        question = self.corpus.questions[liste]
        return not question.element or question.element.endswith(("éra", "tion", "ée", "ne")) or " une " in question.libelle


def _digit(number: int) -> str:
    return NUMBERS[number] if number < len(NUMBERS) else str(number)


def _unit(side: Sought) -> str:
    return side.unit[:-1] if abs(side.amount) == 1 and side.unit != "mois" else side.unit

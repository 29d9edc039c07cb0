"""The dialogue in plain lines: numbered rows and typed answers, no cursor, no colour. For screen readers and for bare terminals.

A word that starts with a slash leaves a prompt: /retour, /aide, /note, /relire, /qui. « ? » is /aide, « < » is /retour.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from dpia.language import later, t
from dpia.terminal.replying import SIGNS, marked, outcome, said
from dpia.terminal.surface import NOWHERE, WIDEST, Completions, Head, Key, Left, Row, type_hint, wrapped
from dpia.values import ABSENT, UNKNOWN, Choices, Value

LEAVING = {
    "?": Key.HELP, "/aide": Key.HELP, "/help": Key.HELP, "<": Key.BACK, "/retour": Key.BACK, "/back": Key.BACK, "/note": Key.NOTE,
    "/relire": Key.REVIEW, "/review": Key.REVIEW, "/qui": Key.WHO, "/who": Key.WHO,
}  # fmt: skip
SHOWN = 8  # completions listed for what was typed
SIDES = {"": "o", "o": "o", "y": "o", "n": "n", "s": "?", "d": "?"}  # the letter before a number, as on the full screen
ONE = re.compile(r"([oynsd]?)(\d{1,4})", re.IGNORECASE)
SEVERAL = re.compile(rf"{ONE.pattern}(?:[\s,;]+{ONE.pattern})*", re.IGNORECASE)  # and nothing else: "la 2, pas la 3" is no answer


class Lines:
    """A surface that only prints lines and reads lines. The end of the input is an interruption, like Ctrl-C."""

    review = later("/relire")

    def __init__(self) -> None:
        with suppress(ImportError):
            import readline  # noqa: F401  # gives input() its line editing where the system has it

    def say(self, text: str = "", style: str = "", indent: int = 0) -> None:
        """Print a text, wrapped; its own line breaks are kept."""
        width = max(20, min(shutil.get_terminal_size().columns - 1, WIDEST))
        for paragraph in text.split("\n"):
            print("\n".join(wrapped(paragraph, width, indent)))

    def menu(self, head: Head, rows: Iterable[tuple[str, Any]], default: Any = NOWHERE) -> Any:
        """Ask for one of several by its number."""
        values: list[Any] = []
        self._head(head)
        for label, value in rows:
            if value is Row.HEADING:
                self.say(label)
                continue
            values.append(value)
            current = value is default or (type(value) is type(default) and value == default)
            self.say(f"{len(values)}. {label}" + (" " + t("(réponse actuelle)") if current else ""), indent=2)
        again = next((value for value in values if value is default or (type(value) is type(default) and value == default)), None)
        hint = t("Le numéro de la réponse") + (" · " + t("Entrée seule : garder la réponse actuelle") if again is not None else "")

        def read(typed: str) -> Any:
            if not typed and again is not None:
                return again
            number = _number(typed)
            if 1 <= number <= len(values):
                return values[number - 1]
            raise _Retry(t("Tapez un numéro de 1 à {dernier}.", dernier=len(values)))

        return self._until(head, hint, read, default)

    def line(
        self,
        head: Head,
        check: Callable[[str], str],
        default: str = "",
        complete: Completions | None = None,
        hint: str | None = None,
        paths: bool = False,
    ) -> Any:
        """Ask for a line of text. What completes it is listed and chosen by its number."""
        self._head(head)
        if default:
            self.say(t("Réponse actuelle : {reponse}", reponse=default), indent=2)
        known: list[str] = []

        def read(typed: str) -> Any:
            text = typed or default
            if complete and 1 <= _number(text) <= len(known):
                return known[_number(text) - 1]
            problem = check(text)
            if not problem:
                return text
            known[:] = [made for made, _ in complete(text)][:SHOWN] if complete and text else []
            if known:
                listed = "\n".join(f"{n}. {made}" for n, made in enumerate(known, 1))
                raise _Retry(t("Tapez le numéro de l'une de ces lignes :") + "\n" + listed)
            raise _Retry(problem)

        own = type_hint() if hint is None or complete else hint
        return self._until(head, own + (" · " + t("Entrée seule : garder la réponse actuelle") if default else ""), read, default)

    def boxes(self, head: Head, options: Mapping[str, str], before: Any = ABSENT, like: tuple[str, Value] | None = None) -> Any:
        """Ask which of several hold: the numbers of those that do, then what the others mean."""
        marks, names = marked(options, before), list(options)
        self._head(head)
        for n, (name, label) in enumerate(options.items(), 1):
            self.say(f"{n}. {t(SIGNS[marks[name]]) + ' ' if marks[name] != ' ' else ''}{label}", indent=2)
        nothing, unknown, same = len(names) + 1, len(names) + 2, len(names) + 3
        self.say(f"{nothing}. {t('Rien de cette liste')}", indent=2)
        self.say(f"{unknown}. {head.dont_know}", indent=2)
        if like:
            self.say(f"{same}. " + t("Comme « {nom} » : {reponse}", nom=like[0], reponse=said(options, like[1])), indent=2)
        current = isinstance(before, Choices) or before is UNKNOWN

        def read(typed: str) -> Any:
            if not typed and current:
                return before
            named = [(SIDES[sign.lower()], int(number)) for sign, number in ONE.findall(typed)] if SEVERAL.fullmatch(typed) else []
            alone = named[0] if len(named) == 1 else ("", 0)
            if alone in (("o", nothing), ("o", unknown)):
                return outcome(dict.fromkeys(names, " "), "n" if alone[1] == nothing else "?")
            if like and alone == ("o", same):
                return like[1]
            told = {number: side for side, number in named}
            if not named or len(told) < len(named) or not all(1 <= number <= len(names) for number in told):
                raise _Retry(
                    t("Tapez les numéros des lignes vraies, séparés par une espace ; « n3 » dit non à la 3, « s4 » que vous ne savez pas.")
                )
            return {name: told.get(n, " ") for n, name in enumerate(names, 1)}

        hint = t("Les numéros des lignes vraies, séparés par une espace (n3 : non à la 3 ; s4 : je ne sais pas)")
        ticked = self._until(head, hint + (" · " + t("Entrée seule : garder la réponse actuelle") if current else ""), read, marks)
        if not isinstance(ticked, dict):
            return ticked
        return outcome(ticked, "?") if " " not in ticked.values() else self._rest(head, ticked)

    def _rest(self, head: Head, ticked: dict[str, str]) -> Any:
        """What the lines that were not named mean."""
        rest = Head(t("Et les autres lignes ?"), keys=head.keys)
        rows = [(t("C'est non"), "n"), (t("Je ne sais pas"), "?")]
        meant = self.menu(rest, rows)
        if isinstance(meant, Left):
            return Left(meant.key, ticked)
        return outcome(ticked, meant)

    def column(self, head: Head, names: Mapping[str, str], answers: Sequence[tuple[str, str, Value]], before: Any = None) -> Any:
        """Ask one thing of several elements: one answer for all, or one after the other."""
        self._head(head)
        signs = {sign: value for sign, _, value in answers}
        for sign, words, _ in answers:
            self.say(f"{sign}. {words}", indent=2)
        given: dict[str, Value] = dict(before or {})
        order = list(names)

        def common(typed: str) -> Any:
            words = typed.lower().split()
            if len(words) == 1 and words[0] in signs:
                return dict.fromkeys(order, signs[words[0]])
            if len(words) == len(order) and all(word in signs for word in words):
                return dict(zip(order, (signs[word] for word in words), strict=True))
            if not typed and all(name in given for name in order):
                return {name: given[name] for name in order}
            raise _Retry(
                t(
                    "Tapez un signe pour tous, ou {nombre} signes séparés par une espace, dans l'ordre : {noms}.",
                    nombre=len(order),
                    noms=", ".join(names.values()),
                )
            )

        self.say(", ".join(names.values()), indent=2)
        hint = t("Un signe pour les {nombre}, ou un signe pour chacun, séparés par une espace", nombre=len(order))
        return self._until(head, hint, common, given)

    def _head(self, head: Head) -> None:
        print()
        self.say(head.title)
        for part in (*(line for line in head.help.strip().split("\n") if line), *head.legend):
            self.say(part, indent=2)

    def _until(self, head: Head, hint: str, read: Callable[[str], Any], draft: Any) -> Any:
        """Read lines until one is an answer or leaves the prompt."""
        ways = {
            Key.BACK: t("< revenir"), Key.HELP: t("? aide"), Key.NOTE: "/note", Key.REVIEW: t("/relire"), Key.WHO: t("/qui le sait"),
        }  # fmt: skip
        self.say(
            " · ".join((hint, *(words for key, words in ways.items() if key in head.keys), *([head.progress] if head.progress else [])))
        )
        while True:
            try:
                typed = input("› ").strip()
            except EOFError as error:
                raise KeyboardInterrupt from error
            key = LEAVING.get(typed.lower())
            if key in head.keys:
                return Left(key, None if draft is NOWHERE else draft)
            try:
                return read(typed)
            except _Retry as retry:
                self.say(str(retry), indent=2)


def _number(typed: str) -> int:
    """The number of a row, 0 for anything else."""
    return int(typed) if re.fullmatch(r"\d{1,4}", typed) else 0


class _Retry(Exception):
    """A line that is no answer: says what to type."""

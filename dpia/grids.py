"""Prompts that answer several things at once: boxes to tick, and one answer for each element of a list. Unticked alone never means no."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from prompt_toolkit.key_binding import KeyPressEvent

from dpia.answers import in_words
from dpia.model import Question
from dpia.screen import DONT_KNOW, Head, Listing, columns, hinted
from dpia.values import ABSENT, UNKNOWN, Choices, Value

NOTHING = "Rien de cette liste"
BOX_HINT = "Espace : oui · ? : je ne sais pas · Entrée : valider"
COLUMN_HINT = "Espace : autre réponse · Entrée : valider"


def boxes(head: Head, options: dict[str, str], before: Any = ABSENT, like: tuple[str, Value] | None = None) -> Any:
    """Ask which of several hold; give Choices, UNKNOWN or Left. Each box is yes, unknown or empty; the rows below say what empty means.

    `like`: the name and the answer of an earlier element, which one row repeats.
    """
    names = list(options)
    marks = dict.fromkeys(names, " ")
    if isinstance(before, Choices):
        marks = {name: "x" if name in before.oui else " " if name in before.non else "?" for name in names}
    elif isinstance(before, dict):
        marks = dict(before)

    def outcome(empty: str) -> Value:
        """The answer when the empty boxes mean `empty`: "non" or "?"."""
        signed = {name: empty if sign == " " else sign for name, sign in marks.items()}
        answer = Choices(*(frozenset(name for name in names if signed[name] == sign) for sign in ("x", "non")))
        return answer if answer.oui or answer.non else UNKNOWN

    def below() -> list[tuple[str, Value]]:
        if set(marks.values()) == {" "}:
            rows = [(NOTHING, outcome("non")), (DONT_KNOW, outcome("?"))]
        elif " " in marks.values():
            rows = [("C'est tout : non pour les cases vides", outcome("non")), ("Je ne sais pas pour les cases vides", outcome("?"))]
        else:
            rows = [("Valider", outcome("?"))]
        return [*rows, *([(f"Comme « {like[0]} » : {said(options, like[1])}", like[1])] if like else ())]

    def labels() -> list[str]:
        return [*(f"[{marks[name]}] {label}" for name, label in options.items()), *(label for label, _ in below())]

    listing = Listing(head, hinted(BOX_HINT, head), labels)
    listing.point(len(names) if isinstance(before, Choices) else len(names) + 1 if before is UNKNOWN else 0)

    def mark(sign: str) -> Callable[[KeyPressEvent], None]:
        def toggle(event: KeyPressEvent) -> None:
            if listing.at < len(names):
                name = names[listing.at]
                marks[name] = " " if marks[name] == sign else sign
                listing.error = ""

        return toggle

    listing.keys.add("space")(mark("x"))
    listing.keys.add("?")(mark("?"))

    @listing.entering
    def accept(event: KeyPressEvent) -> None:
        if listing.at >= len(names):
            event.app.exit(result=below()[listing.at - len(names)][1])
        elif set(marks.values()) == {" "}:
            listing.error = f"Cochez avec la barre d'espace. Si aucune ligne ne convient, descendez à « {NOTHING} »."
        else:
            listing.point(len(names))

    return listing.run(lambda: dict(marks))


def column(head: Head, names: dict[str, str], answers: Sequence[tuple[str, str, Value]], before: Any = None) -> Any:
    """Ask one thing of several elements; give an answer for each key of `names`, or Left. The first row answers for all at once.

    `answers`: the sign to type, the words and the value of each possible answer.
    """
    keys = [None, *names]
    places: dict[str, int | None] = {key: _place(answers, (before or {}).get(key, ABSENT)) for key in names}

    def word(place: int | None) -> str:
        return "…" if place is None else answers[place][1]

    def labels() -> list[str]:
        common = set(places.values())
        return [
            f"Pour les {len(names)} : {word(common.pop()) if len(common) == 1 else 'selon le cas'}",
            *(f"{label} : {word(places[key])}" for key, label in names.items()),
        ]

    signs = [(sign, words) for sign, words, _ in answers]
    in_line = " · ".join(f"{sign} : {words}" for sign, words in signs)
    legend = (in_line,) if len(in_line) < columns() - 2 else tuple(f"{sign} : {words}" for sign, words in signs)
    listing = Listing(replace(head, legend=legend), hinted(COLUMN_HINT, head), labels)

    def give(place: int) -> None:
        key = keys[listing.at]
        places.update(dict.fromkeys(names, place) if key is None else {key: place})
        listing.error = ""

    def typed(place: int) -> Callable[[KeyPressEvent], None]:
        def handler(event: KeyPressEvent) -> None:
            give(place)
            if 0 < listing.at < len(names):
                listing.point(listing.at + 1)

        return handler

    for place, (sign, _, _) in enumerate(answers):
        if len(sign) == 1:
            listing.keys.add(sign)(typed(place))

    @listing.keys.add("space")
    def following(event: KeyPressEvent) -> None:
        key = keys[listing.at]
        now = places[key] if key is not None else next(iter(set(places.values()))) if len(set(places.values())) == 1 else None
        give(0 if now is None else (now + 1) % len(answers))

    @listing.entering
    def accept(event: KeyPressEvent) -> None:
        lacking = next((n for n, key in enumerate(keys) if key is not None and places[key] is None), None)
        if lacking is None:
            event.app.exit(result=values())
        else:
            at = 0 if listing.at == 0 and len(set(places.values())) == 1 else lacking
            listing.point(at)
            listing.error = f"Il manque une réponse : tapez {signs[0][0]}, {signs[1][0]}… sur cette ligne, ou la barre d'espace."

    def values() -> dict[str, Value]:
        return {key: answers[place][2] for key, place in places.items() if place is not None}

    return listing.run(values)


def _place(answers: Sequence[tuple[str, str, Value]], value: Value) -> int | None:
    return next((n for n, (_, _, known) in enumerate(answers) if known is value or (type(known) is type(value) and known == value)), None)


def said(options: dict[str, str], value: Value) -> str:
    """The ticked options, in words."""
    return in_words(Question(id="", type="choix_multiple", libelle="", options=options), value)

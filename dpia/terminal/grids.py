"""Prompts that answer several things at once: boxes to tick, and one answer for each element of a list. Unticked alone never means no."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from prompt_toolkit.key_binding import KeyPressEvent

from dpia.language import t
from dpia.terminal.replying import SIGNS, marked, outcome, said
from dpia.terminal.screen import Listing, columns, hinted
from dpia.terminal.surface import Head
from dpia.values import ABSENT, UNKNOWN, Choices, Value


def boxes(head: Head, options: Mapping[str, str], before: Any = ABSENT, like: tuple[str, Value] | None = None) -> Any:
    """Ask which of several hold; give Choices, UNKNOWN or Left. Each box is yes, no, unknown or empty; the rows below say what empty means.

    `like`: the name and the answer of an earlier element, which one row repeats.
    """
    names = list(options)
    marks = marked(options, before)

    def below() -> list[tuple[str, Value]]:
        if set(marks.values()) == {" "}:
            rows = [(t("Rien de cette liste"), outcome(marks, "n")), (head.dont_know, outcome(marks, "?"))]
        elif " " in marks.values():
            rows = [
                (t("C'est tout : non pour les cases vides"), outcome(marks, "n")),
                (t("Je ne sais pas pour les cases vides"), outcome(marks, "?")),
            ]
        else:
            rows = [(t("Valider"), outcome(marks, "?"))]
        return [*rows, *([(t("Comme « {nom} » : {reponse}", nom=like[0], reponse=said(options, like[1])), like[1])] if like else ())]

    def labels() -> list[str]:
        return [*(f"{t(SIGNS[marks[name]])} {label}" for name, label in options.items()), *(label for label, _ in below())]

    hint = t("Espace ou o : oui · n : non · s : je ne sais pas · Entrée : valider")
    listing = Listing(head, hinted(hint, head), labels)
    listing.point(len(names) if isinstance(before, Choices) else len(names) + 1 if before is UNKNOWN else 0)

    @listing.keys.add("space")
    def toggle(event: KeyPressEvent) -> None:
        if listing.at < len(names):
            name = names[listing.at]
            marks[name] = " " if marks[name] == "o" else "o"
            listing.error = ""

    def give(sign: str) -> Callable[[KeyPressEvent], None]:
        def handler(event: KeyPressEvent) -> None:
            if listing.at < len(names):
                marks[names[listing.at]] = sign
                listing.point(listing.at + 1)

        return handler

    for key, sign in (("o", "o"), ("y", "o"), ("n", "n"), ("s", "?"), ("d", "?")):
        listing.keys.add(key)(give(sign))

    @listing.entering
    def accept(event: KeyPressEvent) -> None:
        if listing.at >= len(names):
            event.app.exit(result=below()[listing.at - len(names)][1])
        elif set(marks.values()) == {" "}:
            listing.error = t("Cochez avec la barre d'espace. Si aucune ligne ne convient, descendez à « Rien de cette liste ».")
        elif " " not in marks.values():
            event.app.exit(result=outcome(marks, "?"))
        else:
            listing.point(len(names))

    return listing.run(lambda: dict(marks))


def column(head: Head, names: Mapping[str, str], answers: Sequence[tuple[str, str, Value]], before: Any = None) -> Any:
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
            t("Pour les {nombre} : {reponse}", nombre=len(names), reponse=word(common.pop()) if len(common) == 1 else t("selon le cas")),
            *(t("{nom} : {valeur}", nom=label, valeur=word(places[key])) for key, label in names.items()),
        ]

    signs = [(sign, words) for sign, words, _ in answers]
    told = tuple(t("{nom} : {valeur}", nom=sign, valeur=words) for sign, words in signs)
    in_line = " · ".join(told)
    legend = (in_line,) if len(in_line) < columns() - 2 else told
    listing = Listing(replace(head, legend=legend), hinted(t("Espace : autre réponse · Entrée : valider"), head), labels)

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
            listing.error = t(
                "Il manque une réponse : tapez {un}, {deux}… sur cette ligne, ou la barre d'espace.", un=signs[0][0], deux=signs[1][0]
            )

    def values() -> dict[str, Value]:
        return {key: answers[place][2] for key, place in places.items() if place is not None}

    return listing.run(values)


def _place(answers: Sequence[tuple[str, str, Value]], value: Value) -> int | None:
    return next((n for n, (_, _, known) in enumerate(answers) if known is value or (type(known) is type(value) and known == value)), None)

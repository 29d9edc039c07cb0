"""How one answer of a sheet is read: a cross before words, oui or non for each line, a text, a number, a date, names.

Nothing is guessed: what cannot be read is given back as it was written, with what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from dpia import enquiry
from dpia.answers import AnswerError, read_value
from dpia.communes import find, plain, search
from dpia.language import t
from dpia.model import Question
from dpia.spotting import Text, boxes, folded, without
from dpia.values import UNKNOWN, Choices, Item, Items, Value

CUE = re.compile(r"^\W*r\W?\S{0,3}ponse\s*:", re.IGNORECASE | re.MULTILINE)
EDGES = " .:;,-–—_*•>|"
SHOWN = 200  # characters of what was written, in a message
NAME_LIMIT = 80  # characters of an element or of a person


class Unclear(Exception):
    """What was written cannot be read as an answer."""

    def __init__(self, written: str, expected: str) -> None:
        super().__init__(expected)
        self.written, self.expected = " ".join(written.split())[:SHOWN], expected


def novel(rest: str, known: Iterable[str]) -> str:
    """What is left once our words are out, unless it is mostly pieces of them; one line."""
    rest = " ".join(rest.split()).strip(EDGES)
    words, ours = plain(rest).split(), set(plain(" ".join(known)).split())
    return rest if sum(word not in ours for word in words) * 3 >= len(words) > 0 else ""


def _bare(text: str, known: tuple[str, ...]) -> str:
    return " ".join(without(text, known).split()).strip(EDGES)


def _tick(inside: str) -> bool:
    reading = enquiry.words()["lecture"]
    if inside in reading["vide"]:
        return False
    if inside in reading["croix"]:
        return True
    raise Unclear(f"[{inside}]", t("une croix entre les crochets, ou rien"))


def _unknown(text: str) -> bool:
    return text.strip() == "?" or plain(text) in enquiry.words()["lecture"]["ne_sait_pas"]


def one(question: Question, choices: Mapping[str, str], text: str, known: tuple[str, ...]) -> tuple[Value | None, str]:
    """A cross before one of the words, or the words alone; and what is written beside. No cross and no word: None. Raises Unclear."""
    found, rest, at = boxes(text), [], 0
    ticked: list[str] = []
    for box, stop in zip(found, [*(box.start for box in found[1:]), len(text)], strict=False):
        part = Text(text[box.end : stop])
        option, end = max(((value, part.starts(label)) for value, label in choices.items()), key=lambda pair: pair[1])
        if _tick(box.inside):
            if not end:
                raise Unclear(f"[x] {part.text}", t("une croix devant une des réponses proposées, laissées telles quelles"))
            ticked.append(option)
        rest.append(text[at : box.start])
        at = box.end + end
    left = " ".join([*rest, text[at:]])
    if len(set(ticked)) > 1:
        raise Unclear(" ; ".join(f"[x] {choices[option]}" for option in ticked), t("une seule croix"))
    beside, alone = novel(without(left, known), known), _bare(left, known)
    if ticked:
        return _typed(question, ticked[0]), beside
    if _unknown(alone):
        return UNKNOWN, ""
    for value, label in choices.items():
        if folded(alone) == folded(label):
            return _typed(question, value), ""
    if beside and folded(beside) != folded("".join(choices.values())):
        raise Unclear(beside, t("une croix devant une seule des réponses proposées"))
    return None, ""


def _typed(question: Question, option: str) -> Value:
    try:
        return UNKNOWN if option == "?" else read_value(question, option)
    except AnswerError as error:
        raise Unclear(option, str(error)) from error


def several(question: Question, text: str, known: tuple[str, ...]) -> tuple[Value | None, str]:
    """Before each pair of boxes, the words of an option. An empty pair says nothing; so does an option that is not there.

    Gives the options settled, and what is written beside. Raises Unclear.
    """
    say = enquiry.words()["fiche"]
    found, rest, at = boxes(text), [], 0
    crossed: dict[str, set[str]] = {}
    option = ""
    for box, stop in zip(found, [*(box.start for box in found[1:]), len(text)], strict=False):
        before, part = Text(text[at : box.start]), Text(text[box.end : stop])
        side = "oui" if part.starts(say["oui"]) else "non" if part.starts(say["non"]) else ""
        start, name = min(((s, o) for o, words in question.options.items() if (s := before.ends(words)) >= 0), default=(-1, ""))
        if name or side == "oui":
            option = name  # before a first box, words that are no longer those of an option name none
        rest.append(before.text[:start] if name else before.text)
        if _tick(box.inside):
            if not option or not side:
                written = f"{before.text[-SHOWN // 2 :]} [x] {part.text}"
                raise Unclear(written, t("une croix devant oui ou non, et les mots de la fiche laissés tels quels"))
            crossed.setdefault(option, set()).add(side)
        at = box.end + (part.starts(say[side]) if side else 0)
    left = " ".join([*rest, text[at:]])
    for name, words in question.options.items():  # a word in the place of the boxes
        for _, end in Text(text).find(words):
            line = text[end:].split("\n", 1)[0]
            if not boxes(line) and (word := plain(line)) in ("oui", "non") and "[" not in line:
                crossed.setdefault(name, set()).add(word)
    if both := next((name for name, sides in crossed.items() if len(sides) > 1), ""):
        raise Unclear(f"{question.options[both]} : [x] oui [x] non", t("oui ou non, pas les deux"))
    ours = (*known, *question.options.values(), say["oui"], say["non"])
    beside = novel(without(left, (*known, *question.options.values())), ours)
    if crossed:
        yes, no = (frozenset(name for name, sides in crossed.items() if sides == {side}) for side in ("oui", "non"))
        return Choices(yes, no), beside
    if _unknown(_bare(left, known)):
        return UNKNOWN, ""
    if beside:
        raise Unclear(beside, t("une croix devant oui ou non, ligne par ligne"))
    return None, ""


def after_cue(text: str, known: tuple[str, ...], named: bool) -> str:
    """What stands after "Réponse :", or (`named`) after the name of an element; else what is left of the text once our words are out."""
    cue = CUE.search(text)
    if cue:
        said = " ".join(text[cue.end() :].split())
        return said or novel(without(text[: cue.start()], known), known)
    if named:
        return " ".join(text.split()).removeprefix(":").strip()
    return _bare(text, known)


def written(question: Question, raw: str) -> Value | None:
    """A text, a number, a date, a commune."""
    if not raw:
        return None
    if _unknown(raw):
        return UNKNOWN
    typed = raw
    if question.type == "nombre" and question.unite:
        typed = re.sub(rf"\s*{re.escape(question.unite.rstrip('s'))}s?\.?$", "", raw, flags=re.IGNORECASE)
    elif question.type == "date":
        typed = _dated(raw)
    elif question.type == "commune" and not find(raw):
        same = [commune.insee for commune in search(raw[:NAME_LIMIT]) if plain(commune.name) == plain(raw)]
        typed = same[0] if len(same) == 1 else raw
    try:
        return read_value(question, typed)
    except AnswerError as error:
        raise Unclear(raw, str(error)) from error


def _dated(raw: str) -> str:
    """ "1er mars 2024" as "01/03/2024"; anything else as it is."""
    words, months = plain(raw).split(), list(enquiry.words()["lecture"]["mois"])
    if len(words) == 3 and words[1] in months:
        return f"{words[0].removesuffix('er')}/{months.index(words[1]) + 1}/{words[2]}"
    return raw


def names(question: Question, text: str, known: tuple[str, ...]) -> tuple[Value | None, str]:
    """One element per line, then whether these are all."""
    say = enquiry.words()["fiche"]
    ask = next(iter(Text(text).find(say["complete"])), (len(text), len(text)))
    cue = CUE.search(text, 0, ask[0])
    head = text[cue.end() : ask[0]] if cue else without(text[: ask[0]], known)
    listed = [" ".join(name.split()).strip(" -*•.") for name in re.split(r"[\n;]", head)]
    listed = list(dict.fromkeys(name for name in listed if name and not _unknown(name)))
    if any(len(name) > NAME_LIMIT for name in listed):
        raise Unclear(max(listed, key=len), t("un nom par ligne, de {n} caractères au plus", n=NAME_LIMIT))
    whole, _ = one(
        Question(id="complet", type="oui_non", libelle=""), {"oui": say["oui"], "non": say["non"]}, text[ask[0] :], (say["complete"],)
    )
    if not listed and whole is None:
        return None, ""
    champ = question.champs[0]
    return Items(tuple(Item(name, {champ.id: name}) for name in listed), whole is True), ""

"""`produire --controle`: each mention of each sign, the text that asks for it, the question that gives it, its state, what is printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Any

from dpia.documents import sign_legibility as legibility
from dpia.documents.sign_files import FORMATS, Paper, in_languages, on_paper, plate_steps
from dpia.documents.sign_set import Sign, remarks, signs, without_sign
from dpia.documents.sign_text import LAW, PICTOGRAMS, SignContent, SignError, clean, retention
from dpia.documents.view import View
from dpia.values import UNKNOWN

COLUMNS = (("Mention", 20), ("Texte qui la demande", 30), ("Question", 30), ("État", 12), ("Imprimé", 44))
_MARK = " | "


def report(view: View, languages: tuple[str, ...] = ()) -> str:
    """Return the check of every sign as text: a table each, then how far its letters are read. Nothing is written."""
    lines = [f"Panneaux de {view.commune_name}, contrôlés au {view.facts.on:%d/%m/%Y}."]
    made = signs(view)
    step = plate_steps(made)
    for sign in made:
        lines += ["", *_sign(view, sign, languages, step)]
    lines += ["", *(f"À savoir : {said}" for said in remarks(view)), *without_sign(view)]
    data = view.corpus.data["lisibilite_panneau"]
    lines += ["", f"Contraste le plus faible : {_number(legibility.worst_contrast())} pour 1 ({legibility.CONTRAST:g} au moins)."]
    lines += [f"Repère : {source['dit']} ({source['texte']} ; lu : {source['lu']})." for source in data["sources"]]
    return "\n".join(lines)


def _sign(view: View, sign: Sign, languages: tuple[str, ...], step: int) -> Iterator[str]:
    where = f" – {clean(sign.content.site)}" if sign.content.site else ""
    yield f"{sign.name}{where} ({sign.content.fondement})"
    yield _line(title for title, _ in COLUMNS)
    yield "-+-".join("-" * width for _, width in COLUMNS)
    for mention in view.corpus.data["controle_panneau"]:
        yield from _row(_cells(view, sign, mention))
    for note in sign.notes:
        yield f"À savoir : {note}"
    if sign.refusal:
        yield f"Pas de panneau. {sign.refusal}"
        return
    said: list[str] = []
    content = in_languages(view, sign, languages, said.append)
    yield from (line.strip() for line in said)
    for paper, _ in FORMATS:
        yield f"Lisibilité, {paper} : {_read(content, paper, step)}"


def _cells(view: View, sign: Sign, mention: dict[str, Any]) -> tuple[str, str, str, str, str]:
    ask = mention["csi" if sign.content.fondement == LAW else "autre"]
    printed = _printed(sign.content, mention["champ"])
    held = tuple(path for path in sign.asked if path.partition("[")[0] in mention["questions"])
    open_questions = held or tuple(name for name in mention["questions"] if not printed and view.value(name) is UNKNOWN)
    state = (
        "bloque"
        if held
        else "imprimé"
        if printed
        else "absent"
        if ask["rang"] in ("sans objet", "facultatif", "selon le cas")
        else "manque"
    )
    asked = " ; ".join(f"{view.corpus.label(path)} ({path})" for path in open_questions) or ", ".join(mention["questions"]) or "aucune"
    shown = "" if held else printed
    return mention["nom"], f"{ask['texte']} ({ask['rang']})", asked, state, shown or "–"


def _printed(content: SignContent, field: str) -> str:
    special = {
        "pictogramme": PICTOGRAMS[content.pictogramme][1],
        "finalites": " ; ".join(filter(None, map(clean, content.finalites))),
        "duree": " ".join(retention(content)),
        "mentions": " ".join(map(clean, content.mentions)),
        "notice": clean(content.notice_url),
    }
    return special[field] if field in special else clean(getattr(content, field))


def _read(content: SignContent, paper: Paper, step: int) -> str:
    """Say how far the sign is read, or why this format is not made."""
    from dpia.documents.sign import body_points

    said: list[str] = []
    try:
        points = body_points(on_paper(content, paper, said.append, step), paper)
    except SignError as error:
        return f"pas de panneau. {error}"
    capital, metres = legibility.capital_mm(points), legibility.distance(points)
    reached = "atteint" if capital >= legibility.CAPITAL_MM else "non atteint : la notice doit rester accessible"
    return (
        f"corps {_number(points)} points, capitale {_number(capital)} mm, se lit à {_number(metres, 2)} m "
        f"(malvoyants : {capital / legibility.LOW_VISION / 10:.0f} cm) ; repère de {_number(legibility.CAPITAL_MM)} mm {reached}."
        + "".join(f" Sur ce format : {line}" for line in said)
    )


def _number(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


def _row(cells: Iterable[str]) -> Iterator[str]:
    wrapped = [wrap(cell, width) or [""] for cell, (_, width) in zip(cells, COLUMNS, strict=True)]
    for n in range(max(map(len, wrapped))):
        yield _line(column[n] if n < len(column) else "" for column in wrapped)


def _line(cells: Iterable[str]) -> str:
    return _MARK.join(cell.ljust(width) for cell, (_, width) in zip(cells, COLUMNS, strict=True)).rstrip()

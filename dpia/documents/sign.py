"""The sign that informs the public, always one page: PDF/UA and SVG through typst, Word through sign_word.

The words are in sign_text, the layouts in templates/panneau.typ and plaque.typ; the words reach typst as data, never as code.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import lru_cache
from html import escape
from itertools import chain
from typing import TYPE_CHECKING, Literal

from dpia.documents.composing import compiler, one_page
from dpia.documents.sign_fit import beside
from dpia.documents.sign_legibility import COLOURS, smallest_points
from dpia.documents.sign_text import (
    PICTOGRAMS,
    PLATE_QR_MM,
    QR_MINIMUM_MM,
    RIGHTS,
    TOO_LONG,
    Section,
    SignContent,
    SignError,
    Translation,
    check,
    clean,
    document_title,
    missing_mentions,
    notice,
    plate_rows,
    qr_picture,
    rows,
)

if TYPE_CHECKING:
    import typst

__all__ = ["RIGHTS", "SignContent", "SignError", "body_points", "missing_mentions", "plate", "sign_docx", "sign_pdf", "sign_svg"]

Paper = Literal["a4", "a3", "plaque"]  # plaque: 150 × 100 mm, the first level alone
_UNPRINTABLE = re.compile(r'the text `"(.+?)"` could not be displayed')
_PICTURE = re.compile(
    r'<image transform="(translate\([-\d. ]+\))" xlink:href="data:image/svg\+xml;base64,([^"]+)" width="([\d.]+)" '
    r'height="[\d.]+" preserveAspectRatio="none"/>'
)


def sign_pdf(content: SignContent, paper: Paper = "a4") -> bytes:
    """Return the sign as a tagged PDF (PDF/UA-1) of one page; same content, same bytes."""
    inputs = _inputs(content, paper)
    return _compiled(content, lambda: _compiler(paper).compile(format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"], timestamp=0))


def sign_svg(content: SignContent, paper: Paper = "a4") -> bytes:
    """Return the sign as a drawing, for a printer or a sign maker.

    The letters are outlines: an engraver's machine has not our font, and another one would no longer fit. The words are in
    <title> and <desc>, for whoever cannot see the drawing.
    """
    inputs = _inputs(content, paper)
    drawn = _compiled(content, lambda: _compiler(paper).compile(format="svg", sys_inputs=inputs)).decode()
    title, said = escape(document_title(content)), escape(" ".join(spoken(content, paper)))
    names = f'<title id="titre">{title}</title><desc id="texte">{said}</desc>'
    opening, rest = _PICTURE.sub(_inline, drawn).split(">", 1)
    return f'{opening} role="img" lang="fr" aria-labelledby="titre" aria-describedby="texte">{names}{rest}'.encode()


def _inline(picture: re.Match[str]) -> str:
    """Draw an embedded drawing in place: engraving software skips embedded files."""
    opening, inside = b64decode(picture[2]).decode().split(">", 1)
    side = re.search(r' width="(\d+)"', opening)
    scale = float(picture[3]) / float(side[1]) if side else 1.0
    return f'<g transform="{picture[1]} scale({scale:.6f})">{inside.rpartition("</svg>")[0]}</g>'


def spoken(content: SignContent, paper: Paper = "a4") -> Iterator[str]:
    """Give the words of the sign in reading order, each heading and line a sentence."""
    yield f"{PICTOGRAMS[content.pictogramme][1]} {clean(content.titre)}."
    for section in chain.from_iterable(_rows(content, paper)):
        yield f"{section.titre}{'' if section.titre.endswith('?') else '.'}"
        yield from (line if line.endswith((".", "?", "!")) else f"{line}." for line in section.lignes)
    if (place := notice(content)) is not None:
        yield f"{place.titre}\u00a0: {place.adresse}" if place.lien else f"{place.titre}. {place.adresse}"
    for translation in content.traductions if paper != "plaque" else ():
        yield f"{translation.titre}."
        yield from (f"{section.titre}. {' '.join(section.lignes)}" for section in translation.rubriques)


def sign_docx(content: SignContent, paper: Paper = "a4") -> bytes:
    """Return the sign as a Word document that the commune may edit; same content, same bytes."""
    from dpia.documents import sign_word

    check(content)
    return sign_word.document(content, paper, pictogram_png(PICTOGRAMS[content.pictogramme][0]))


def body_points(content: SignContent, paper: Paper = "a4") -> float:
    """Return the size of the body text on the PDF, in points; sign_legibility says how far it is read."""
    sign_svg(content, paper)
    return float(_compiler(paper).query("<corps>", field="value", one=True))


def plate(content: SignContent, step: int | None = None) -> SignContent:
    """Return what the plate says: French alone and, when that is too much, less: at the least what R. 253-6, I, wants on the sign itself.

    `step`: how many lines are given up at least, so that the plates of a commune say the same ones. Less is enough only where a notice
    says the rest; `sign_pdf` refuses what still does not fit.
    """
    shown = _plates(content)
    return shown[min(plate_step(content) if step is None else step, len(shown) - 1)]


def plate_step(content: SignContent) -> int:
    """Return how many lines the plate gives up for the rest to fit."""
    shown = _plates(content)
    return next((n for n, less in enumerate(shown[:-1]) if _fits_plate(less)), len(shown) - 1)


def _plates(content: SignContent) -> tuple[SignContent, ...]:
    whole = replace(content, traductions=())
    if not clean(content.notice_url):
        return (whole,)
    without_address = replace(whole, contact_droits=None)
    return whole, without_address, replace(without_address, conservation_jours=None, duree=None)


def _fits_plate(content: SignContent) -> bool:
    """Tell whether the plate holds it in both files, so that they say the same."""
    try:
        body_points(content, "plaque")
        sign_docx(content, "plaque")
    except SignError:
        return False
    return True


@lru_cache(maxsize=2)
def pictogram_png(name: str) -> bytes:
    """Return a pictogram of templates/ as a bitmap, for formats without SVG."""
    return one_page(compiler("picto.typ").compile(format="png", ppi=300.0, sys_inputs={"dessin": name}))


def _compiler(paper: Paper) -> typst.Compiler:
    return compiler("plaque.typ" if paper == "plaque" else "panneau.typ")


def _inputs(content: SignContent, paper: Paper) -> dict[str, str]:
    check(content)
    data = {
        "papier": paper,
        "titre": clean(content.titre),
        "titre_document": document_title(content),
        "description": f"Information du public, {content.fondement} – {clean(content.responsable)}",
        "picto": PICTOGRAMS[content.pictogramme][0],
        "picto_alt": PICTOGRAMS[content.pictogramme][1],
        "site": clean(content.site) or None,
        "rangs": [[section._asdict() for section in row] for row in _rows(content, paper)],
        "traductions": [[_told(t) for t in some] for some in beside(() if paper == "plaque" else content.traductions)],
        "notice": place._asdict() if (place := notice(content, PLATE_QR_MM if paper == "plaque" else QR_MINIMUM_MM)) else None,
        "couleurs": COLOURS,
        "plancher": smallest_points(),
        "qr": (qr_picture(content, "svg") or b"").decode(),
    }
    return {"donnees": json.dumps(data, ensure_ascii=False)}  # one value: several come in any order, and typst composes again


def _told(translation: Translation) -> dict[str, object]:
    return {**translation._asdict(), "rubriques": [section._asdict() for section in translation.rubriques]}


def _rows(content: SignContent, paper: Paper) -> tuple[tuple[Section, ...], ...]:
    return (plate_rows(content),) if paper == "plaque" else rows(content)


def _compiled(content: SignContent, compile_sign: Callable[[], bytes | list[bytes] | None]) -> bytes:
    """Run typst, and tell in French what the commune can correct."""
    import typst

    try:
        result = compile_sign()
    except typst.TypstError as error:
        if "texte-trop-long" in error.message:
            raise SignError(f"{content.where()} : {TOO_LONG}") from error
        if found := _UNPRINTABLE.search(error.message):
            raise SignError(
                f"{content.where()} : le caractère « {found[1]} »{_field_of(content, found[1])} n’existe pas dans les polices "
                "du panneau. Remplacez-le par des mots."
            ) from error
        raise
    return one_page(result)


def _field_of(content: SignContent, character: str) -> str:
    for field in fields(content):
        value = getattr(content, field.name)
        if character in " ".join(map(str, value if isinstance(value, tuple) else (value,))):
            return f" (dans « {field.name} »)"
    return ""

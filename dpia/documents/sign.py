"""The sign that informs the public, always one page: PDF/UA and SVG through typst, Word through sign_word.

The words are in sign_text, the layout in templates/panneau.typ; the words reach typst as data, never as code.
The compiler is kept for the life of the process: start workers with `spawn`, a forked child would wait for ever.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dpia.documents.sign_text import (
    PICTOGRAM_ALT,
    RIGHTS,
    SignContent,
    SignError,
    check,
    clean,
    document_title,
    missing_mentions,
    notice,
    qr_code,
    rows,
)
from dpia.resources import folder

if TYPE_CHECKING:
    import typst

__all__ = ["RIGHTS", "SignContent", "SignError", "body_points", "missing_mentions", "sign_docx", "sign_pdf", "sign_svg"]

Paper = Literal["a4", "a3"]
_UNPRINTABLE = re.compile(r'the text `"(.+?)"` could not be displayed')
_PICTOGRAM_PAGE = b'#set page(width: 40mm, height: 40mm, margin: 0pt, fill: none)\n#image("picto-camera.svg", width: 40mm)'


def sign_pdf(content: SignContent, paper: Paper = "a4") -> bytes:
    """Return the sign as a tagged PDF (PDF/UA-1) of one page; same content, same bytes."""
    inputs = _inputs(content, paper)
    return _compiled(content, lambda: _compiler().compile(format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"], timestamp=0))


def sign_svg(content: SignContent, paper: Paper = "a4") -> bytes:
    """Return the sign as a drawing, letters outlined, for a printer or a sign maker."""
    inputs = _inputs(content, paper)
    return _compiled(content, lambda: _compiler().compile(format="svg", sys_inputs=inputs))


def sign_docx(content: SignContent, paper: Paper = "a4") -> bytes:
    """Return the sign as a Word document that the commune may edit; same content, same bytes."""
    from dpia.documents import sign_word

    check(content)
    return sign_word.document(content, paper, pictogram_png())


def body_points(content: SignContent, paper: Paper = "a4") -> float:
    """Return the size of the body text on the PDF, in points: 18 for short texts, 6 at least (√2 times more on A3).

    One reads in comfort from some 5 cm for each point (a small letter then fills 12 minutes of arc): 18 points, 90 cm.
    """
    sign_svg(content, paper)
    return float(_compiler().query("<corps>", field="value", one=True))


@lru_cache(maxsize=1)
def pictogram_png() -> bytes:
    """Return the pictogram as a bitmap, for formats without SVG."""
    import typst

    drawn = typst.Compiler(_PICTOGRAM_PAGE, root=_templates(), ignore_system_fonts=True).compile(format="png", ppi=300.0)
    return _whole(drawn)


def _templates() -> Path:
    return Path(str(folder("templates")))


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    import typst

    root = _templates()
    return typst.Compiler(root / "panneau.typ", root=root, font_paths=[root / "polices"], ignore_system_fonts=True)


def _inputs(content: SignContent, paper: Paper) -> dict[str, str]:
    check(content)
    data = {
        "papier": paper,
        "titre": clean(content.titre),
        "titre_document": document_title(content),
        "description": f"Information du public, {content.fondement} – {clean(content.responsable)}",
        "picto_alt": PICTOGRAM_ALT,
        "site": clean(content.site) or None,
        "rangs": [[section._asdict() for section in row] for row in rows(content)],
        "notice": place._asdict() if (place := notice(content)) else None,
    }
    inputs = {"donnees": json.dumps(data, ensure_ascii=False)}
    if (code := qr_code(content)) is not None:
        drawn = io.BytesIO()
        code.save(drawn, kind="svg", border=4, light="#ffffff", xmldecl=False)
        inputs["qr"] = drawn.getvalue().decode()
    return inputs


def _compiled(content: SignContent, compile_sign: Callable[[], bytes | list[bytes] | None]) -> bytes:
    """Run typst, and tell in French what the commune can correct."""
    import typst

    try:
        result = compile_sign()
    except typst.TypstError as error:
        if "texte-trop-long" in error.message:
            raise SignError(
                f"{content.where()} : les textes sont trop longs pour une page lisible. "
                "Raccourcissez les finalités ou les contacts, et renvoyez le détail à la notice."
            ) from error
        if found := _UNPRINTABLE.search(error.message):
            raise SignError(
                f"{content.where()} : le caractère « {found[1]} »{_field_of(content, found[1])} n’existe pas dans les polices "
                "du panneau. Remplacez-le par des mots."
            ) from error
        raise
    return _whole(result)


def _whole(result: bytes | list[bytes] | None) -> bytes:
    """Return the one page that typst made."""
    if not isinstance(result, bytes):
        raise TypeError(f"one page expected from typst, not {type(result).__name__}")
    return result


def _field_of(content: SignContent, character: str) -> str:
    for field in fields(content):
        value = getattr(content, field.name)
        if character in " ".join(map(str, value if isinstance(value, tuple) else (value,))):
            return f" (dans « {field.name} »)"
    return ""

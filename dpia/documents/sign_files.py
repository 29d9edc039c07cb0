"""The files of the signs: which formats, in which languages, and those of a former run that no longer hold.

The list of what was written, `panneaux.sha256` (read by `sha256sum -c`), tells a file of ours, which is removed when it is no longer made,
from one that somebody changed, which is only reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Literal

from dpia.documents.errors import DocumentError
from dpia.documents.sign_set import Sign, remarks, signs, without_sign
from dpia.documents.sign_text import LAW, SignContent, SignError, check, missing_mentions
from dpia.documents.view import View
from dpia.writing import write_atomically

MANIFEST = "panneaux.sha256"
Paper = Literal["a4", "a3", "plaque"]
FORMATS: tuple[tuple[Paper, tuple[str, ...]], ...] = (
    ("a4", ("pdf", "svg", "docx")),
    ("a3", ("pdf", "docx")),
    ("plaque", ("pdf", "svg", "docx")),
)
_OURS = re.compile(r"panneau[a-z0-9-]*-(?:a4|a3|plaque)\.(?:pdf|docx|svg)")
_MANIFEST_LINE = re.compile(rf"([0-9a-f]{{64}})  ({_OURS.pattern})")
_MANIFEST_BYTES = 1_000_000

Tell = Callable[[str], object]


def _told(tell: Tell, name: str, said: str) -> None:
    tell(f"  {name} : {said}")


def files(view: View, tell: Tell, languages: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Give each file of each sign; say why one is not made, and what the others lack."""
    from dpia.documents.sign import sign_docx, sign_pdf, sign_svg

    makers = {"pdf": sign_pdf, "docx": sign_docx, "svg": sign_svg}
    made = signs(view)
    step = plate_steps(made)
    for said in remarks(view):
        tell(f"  panneaux : {said}")
    for sign in made:
        try:
            if sign.refusal:
                raise SignError(sign.refusal)
            check(sign.content)
        except SignError as error:
            tell(f"  {sign.name} : panneau non écrit. {error}")
            continue
        for note in sign.notes:
            tell(f"  {sign.name} : {note}")
        content = in_languages(view, sign, languages, tell)
        for paper, kinds in FORMATS:
            shown = on_paper(content, paper, partial(_told, tell, f"{sign.name}-{paper}"), step)
            for kind in kinds:
                try:
                    yield f"{sign.name}-{paper}.{kind}", makers[kind](shown, paper)
                except SignError as error:
                    larger = " Les formats plus grands le disent en entier." if paper == "plaque" else ""
                    tell(f"  {sign.name}-{paper}.{kind} : non écrit. {error}{larger}")
                    break  # without its PDF, a format has no other file; Word comes last
        for mention in missing_mentions(content):
            tell(f"  {sign.name} : il manque {mention}.")
    for said in without_sign(view):
        tell(f"  {said}")


def plate_steps(made: tuple[Sign, ...]) -> int:
    """Return how many lines the plates of the street give up: those of one commune say the same."""
    from dpia.documents.sign import plate_step

    street = (sign.content for sign in made if not sign.refusal and sign.content.fondement == LAW)
    return max((_step(plate_step, content) for content in street), default=0)


def _step(measure: Callable[[SignContent], int], content: SignContent) -> int:
    try:
        check(content)
        return measure(content)
    except SignError:
        return 0


def on_paper(content: SignContent, paper: Paper, tell: Tell, step: int = 0) -> SignContent:
    """Return what this format can say: French alone where the translations would not be read, the least on a plate; say so.

    `step`: what `plate_steps` gives for the signs of the commune.
    """
    from dpia.documents.sign import body_points, plate

    if paper == "plaque":
        shown = plate(content, step if content.fondement == LAW else None)
        if shown != replace(content, traductions=()):
            tell("réduite faute de place ; la notice dit le reste.")
        return shown
    if not content.traductions:
        return content
    try:
        body_points(content, paper)
    except SignError:
        fewer = " Demandez moins de langues (deux au moins)." if len(content.traductions) > 2 else ""
        tell(f"écrit en français seul : les traductions n’y tiennent pas.{fewer}{_OR_A3[paper]}")
        return replace(content, traductions=())
    return content


_OR_A3 = {"a4": " L’A3 en contient plus.", "a3": ""}


def in_languages(view: View, sign: Sign, languages: tuple[str, ...], tell: Tell) -> SignContent:
    """Return the sign in these languages, in French alone when a sentence has no translation: one language missing is none given."""
    from dpia.documents.sign_languages import UntranslatedError, translated

    if not languages:
        return sign.content
    try:
        return translated(sign.content, languages, view.corpus.data["traductions_panneau"])
    except UntranslatedError as error:
        tell(f"  {sign.name} : écrit en français seul. {error}")
        return sign.content


def sweep(target: Path, written: Mapping[str, bytes], tell: Tell) -> None:
    """Remove our former signs that this run did not write, report those that somebody changed, and note what was written."""
    path = target / MANIFEST
    former = _former(path)
    try:
        for old in sorted(target.iterdir()):
            if not _OURS.fullmatch(old.name) or old.name in written or not old.is_file() or old.is_symlink():
                continue
            if former.get(old.name) == sha256(old.read_bytes()).hexdigest():
                old.unlink()
                tell(f"  {old} : retiré, il date d’une production précédente.")
            else:
                tell(f"  {old} : date d’une production précédente et n’est plus produit ; modifié ou inconnu, il reste. Ne l’affichez pas.")
        lines = "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in sorted(written.items()))
        if lines:
            write_atomically(path, lines.encode())
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise DocumentError(f"les anciens panneaux de {target} ne peuvent pas être relus ou retirés : vérifiez vos droits.") from error


def _former(path: Path) -> dict[str, str]:
    """What a former run wrote, name by name; nothing when the list is not one of ours."""
    try:
        if path.is_symlink() or path.stat().st_size > _MANIFEST_BYTES:
            return {}
        text = path.read_text(encoding="ascii")
    except (OSError, ValueError):
        return {}
    return {found[2]: found[1] for line in text.splitlines() if (found := _MANIFEST_LINE.fullmatch(line))}

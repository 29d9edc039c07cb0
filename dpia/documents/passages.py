"""Hand-written passages: where they go in the text, how those edited in Word come back, and where they are kept.

They live in DOSSIER/passages/<processing>/<id>.md. A document carries the digest of each passage that it was written with: what changed
since, in Word or in the file, is known without any other memory. When both changed, nothing is overwritten.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from dpia.documents.errors import DocumentError
from dpia.documents.markdown import escape
from dpia.documents.passages_text import LONGEST, canonical, unmarked
from dpia.documents.word_reading import WordFile, open_word
from dpia.documents.word_safety import MAX_PACKED
from dpia.documents.word_zones import NAME, Zone, zones
from dpia.resources import folder
from dpia.writing import why, write_in_folder
from dpia.yamlfile import read_knowledge

FOLDER = "passages"
DIGEST = "passage."  # head of the property that has the digest of a passage
_ZONE = re.compile(r'^````passage id="([^"]*)"\n````\n', re.MULTILINE)
_ASIDE = re.compile(r"(.+)-(?:word|retire)(?:-\d+)?")


@dataclass(frozen=True, slots=True)
class Declared:
    """A zone of templates/passages.yaml; `invite`: what it said when it was empty, in former files."""

    id: str
    titre: str
    invite: str


@cache
def declared() -> Mapping[str, Declared]:
    """The zones by name."""
    table: dict[str, Any] = read_knowledge((folder("templates") / "passages.yaml").read_text(encoding="utf-8"))
    return {str(zone["id"]): Declared(str(zone["id"]), str(zone["titre"]), str(zone["invite"])) for zone in table["passages"]}


def digest(markdown: str) -> str:
    """The digest of a passage in its one form."""
    return sha256(markdown.encode()).hexdigest()[:16] if markdown else "vide"


def placed(text: str) -> tuple[str, ...]:
    """The zones of a document, in order."""
    return tuple(name.replace("\\", "") for name in _ZONE.findall(text))


def fill(text: str, kept: Mapping[str, str], *, prompts: bool, zones: bool = True) -> str:
    """Put the passages in their zones. `prompts`: an empty zone stays, with its prompt; without `zones`, only the words stay."""

    def zone(found: re.Match[str]) -> str:
        about = declared()[found[1].replace("\\", "")]
        inside = kept.get(about.id, "")
        if not zones:
            return f"{inside}\n" if inside else ""
        if not inside and not prompts:
            return ""
        return f'````passage id="{about.id}" titre="{escape(about.titre)}"\n{inside}````\n'

    return _ZONE.sub(zone, text)


def properties(text: str, kept: Mapping[str, str]) -> dict[str, str]:
    """What a document says of the passages that it is written with."""
    return {f"{DIGEST}{name}": digest(kept.get(name, "")) for name in placed(text)}


def read(home: Path) -> dict[str, str]:
    """The passages of one processing. Raises DocumentError."""
    found = {}
    for path in sorted(home.glob("*.md")) if home.is_dir() else ():
        if NAME.fullmatch(path.stem) and not _ASIDE.fullmatch(path.stem):
            try:
                with path.open("rb") as file:
                    content = file.read(4 * LONGEST + 1)
                found[path.stem] = canonical(content.decode("utf-8-sig"))
            except (OSError, UnicodeDecodeError) as error:
                raise DocumentError(f"{path} ne peut pas être lu ; enregistrez-le en texte (UTF-8).") from error
            if len(content) > 4 * LONGEST:
                raise DocumentError(f"{path} est démesuré (plus de {LONGEST} caractères).")
    return found


def open_former(path: Path) -> WordFile | None:
    """Open the Word document written before, or None. Raises DocumentError: what cannot be read is not overwritten either."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_PACKED + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DocumentError(f"{path} ne peut pas être lu ({why(error)}) ; ses passages seraient perdus : rien n'est écrit.") from error
    try:
        return open_word(content, path.name)
    except DocumentError as error:
        raise DocumentError(f"{error} Ses passages ne peuvent pas être relus : rien n'est écrit. Déplacez-le, ou choisissez -o.") from error


def gather(file: WordFile, home: Path, tell: Callable[[str], object]) -> bool:
    """Bring into `home` the passages that were edited in Word, and say all that it does; True when a zone holds what no passage keeps.

    Raises DocumentError.
    """
    kept = read(home)
    found = zones(file, {name: zone.invite for name, zone in declared().items()})
    if file.tracked and found:
        tell(f"  passages : le fichier Word a des modifications suivies ({file.tracked}) ; elles sont lues comme acceptées.")
    for name, zone in found.items():
        if zone.lost:
            tell(
                f"  passage « {name} » : {', '.join(zone.lost)} ; un passage garde des paragraphes, des listes, des tableaux, le gras et l'italique."
            )
        _bring(name, zone, file.properties.get(DIGEST + name), kept.get(name, ""), home, tell)
    for name in file.properties:
        name = name.removeprefix(DIGEST) if name.startswith(DIGEST) else ""
        if name in kept and name not in found:
            tell(f"  passage « {name} » : sa zone a été supprimée dans Word ; le texte de {home / f'{name}.md'} est gardé et remis.")
    return any(zone.lost for zone in found.values())


def _bring(name: str, zone: Zone, before: str | None, kept: str, home: Path, tell: Callable[[str], object]) -> None:
    edited = zone.markdown if len(zone.markdown) <= LONGEST else None
    if edited is None:
        raise DocumentError(f"passage « {name} » : plus de {LONGEST} caractères ; raccourcissez-le dans Word.")
    if digest(edited) == before or edited == kept or (before is None and not edited):
        return
    if not zone.whole and unmarked(edited) == unmarked(kept):  # the same words: see word_controls on LibreOffice
        return
    path = home / f"{name}.md"
    if kept and (before is None or digest(kept) != before):
        aside = keep_aside(home, f"{name}-word.md", edited.encode())
        tell(
            f"  passage « {name} » : modifié à la fois dans Word et dans {path} ; les deux sont gardés. "
            f"Le document prend {path.name} ; le texte de Word est dans {aside}."
        )
    elif not edited:
        aside = keep_aside(home, f"{name}-retire.md", kept.encode())
        path.unlink(missing_ok=True)
        tell(f"  passage « {name} » : vidé dans Word ; l'ancien texte est gardé dans {aside}.")
    else:
        _write(path, edited.encode())
        tell(f"  passage « {name} » : relu dans Word, gardé dans {path}")
    if edited and not zone.whole:
        tell(
            f"  passage « {name} » : relu d'un fichier que LibreOffice a enregistré ; le gras et l'italique du premier paragraphe ont pu s'y perdre."
        )


def keep_aside(home: Path, name: str, content: bytes) -> Path:
    """Keep a file beside the passages, never over another one; return where. Raises DocumentError."""
    stem, _, end = name.rpartition(".")
    number = 1
    while True:
        path = home / f"{stem}{f'-{number}' if number > 1 else ''}.{end}"
        if not path.exists():
            _write(path, content)
            return path
        if path.read_bytes() == content:
            return path
        number += 1


def _write(path: Path, content: bytes) -> None:
    try:
        write_in_folder(path, content)
    except OSError as error:
        raise DocumentError(f"{path} ne peut pas être écrit ({why(error)}).") from error


def homeless(home: Path, known: tuple[str, ...]) -> Iterator[str]:
    """Say which passages have no place in the document, and which wait to be compared."""
    for name in read(home):
        if name not in known:
            yield f"  passage « {name} » : ce document n'a pas de zone à ce nom ; {home / f'{name}.md'} est gardé."
    for path in sorted(home.glob("*-word*.md")) if home.is_dir() else ():
        yield f"  passage : {path} attend d'être comparé, puis supprimé."

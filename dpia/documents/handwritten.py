"""One assessment with its hand-written passages: brings back those of its former Word file, puts them in their zones, signs what it is made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from dpia import __version__
from dpia.analyses import Analysis
from dpia.documents import passages
from dpia.documents.drafts import Draft
from dpia.documents.errors import DocumentError
from dpia.documents.view import View
from dpia.documents.word_reading import WordFile
from dpia.documents.word_zones import zones

FIXED = "cameras_fixes"  # the processing of the fixed cameras, as a folder
MADE_FROM = ("reponses.yaml", "suivi.yaml")


@dataclass(frozen=True, slots=True)
class Filled:
    """The texts of an assessment: `word` has its empty zones, `markdown` those that say something; `properties`: see made_from."""

    word: str
    markdown: str
    kept: dict[str, str]
    properties: dict[str, str]


def processing_of(analysis: Analysis | None) -> str:
    """The name of the processing in DOSSIER/passages and in the properties."""
    return analysis.id if analysis else FIXED


def home_of(view: View, analysis: Analysis | None) -> Path:
    """Where the passages of an assessment are kept."""
    return view.dossier.folder / passages.FOLDER / processing_of(analysis)


def filled(view: View, draft: Draft, brand: bytes | None, plan: str) -> Filled:
    """Put the passages kept in the zones of an assessment. Raises DocumentError."""
    kept = passages.read(home_of(view, draft.analysis))
    about = made_from(view, draft.analysis, brand, plan) | passages.properties(draft.text, kept)
    return Filled(passages.fill(draft.text, kept, prompts=True), passages.fill(draft.text, kept, prompts=False), kept, about)


def made_from(view: View, analysis: Analysis | None, brand: bytes | None, plan: str) -> dict[str, str]:
    """What a document says it was made from: enough to make it again and compare."""
    return {
        "analyse": processing_of(analysis), "date": view.facts.on.isoformat(), "base": view.corpus.version, "plan": plan, "programme": __version__,
        "marque": sha256(brand).hexdigest()[:16] if brand else "dpia", "reponses": answers_digest(view),
    }  # fmt: skip


def answers_digest(view: View) -> str:
    """The digest of the files that say what was answered."""
    found = sha256()
    for name in MADE_FROM:
        path = view.dossier.folder / name
        found.update(path.read_bytes() if path.is_file() else b"")
    return found.hexdigest()[:16]


def bring_back(view: View, draft: Draft, former: Path, given: Path | None, tell: Callable[[str], object]) -> None:
    """Keep the passages edited in the Word file that is about to be replaced, and in the one `given`; say what has no place.

    Raises DocumentError when a file cannot be read: it is not overwritten then.
    """
    home, known = home_of(view, draft.analysis), passages.placed(draft.text)
    if file := passages.open_former(former):
        _gather(file, former, home, tell)
    if given is not None and (given.resolve() != former.resolve() or file is None):
        file = passages.open_former(given)
        if file is None:
            raise DocumentError(f"--passages : {given} n'existe pas.")
        if file.properties.get("analyse", FIXED) == processing_of(draft.analysis):
            if not zones(file, {}):
                tell(f"  passages : {given} n'a aucune zone libre ; rien n'en est repris.")
            _gather(file, given, home, tell)
    for line in passages.homeless(home, known):
        tell(line)


def _gather(file: WordFile, path: Path, home: Path, tell: Callable[[str], object]) -> None:
    if passages.gather(file, home, tell):
        aside = passages.keep_aside(home, f"{path.stem}-ancien.docx", path.read_bytes())
        tell(f"  passages : le fichier Word d'avant est gardé entier dans {aside}")

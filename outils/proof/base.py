"""The rule base to prove: the one that ships, or that of a copy of the repository."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from dpia.coherence import ReadRule
from dpia.corpus import Corpus, build

ROOT = Path(__file__).parents[2]
FOLDERS = {"questionnaires": "questionnaires", "law": "dpia/law"}


def texts(root: Path = ROOT) -> dict[str, str]:
    """The files of the base, by the name that messages give them."""
    return {
        f"{name}/{path.name}": path.read_text(encoding="utf-8")
        for name, folder in FOLDERS.items()
        for path in sorted((root / folder).glob("*.yaml"))
    }


def path_of(file: str, root: Path = ROOT) -> Path:
    """Where a file of `texts` is."""
    name, _, last = file.partition("/")
    return root / FOLDERS[name] / last


def load_base(root: Path = ROOT) -> Corpus:
    """Build the base. Raises CorpusError."""
    return build(texts(root))


def today(corpus: Corpus) -> date:
    """The day of the base."""
    return date.fromisoformat(corpus.version)


def day_of(corpus: Corpus, read: ReadRule) -> date:
    """A day on which a wording applies: that of the base, or the last of a wording that ended."""
    day, windows = today(corpus), read.rule.windows
    return day if any(day in window for window in windows) else max(window.au or window.du for window in windows)

"""The worked example: a fictional commune's dossier, shipped with the program."""

from __future__ import annotations

from pathlib import Path

from dpia.dossier import ANSWERS, DossierError, write_atomically
from dpia.resources import folder


def write_example(target: Path) -> None:
    """Copy the example dossier into `target`. Raises DossierError when the folder holds answers already, or cannot be written."""
    if (target / ANSWERS).exists():
        raise DossierError(f"{target} contient déjà des réponses ; choisissez un autre dossier : dpia exemple AUTRE-DOSSIER.")
    try:
        (target / "pieces").mkdir(parents=True, exist_ok=True)
        for entry in (folder("data") / "exemple").iterdir():
            if entry.is_file():
                write_atomically(target / entry.name, entry.read_bytes())
    except OSError as error:
        raise DossierError(f"{target} ne peut pas être écrit ; choisissez un dossier où vous avez le droit d'écrire.") from error

"""Where questionnaires/ and templates/ live: beside the package in the sources, inside it in the wheel."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def folder(name: str) -> Traversable:
    """Return the folder `name` ("questionnaires", "templates", "law", "data"), whatever the layout.

    The law and the data are always inside the package; the two others move into `_data` when the wheel is built.
    """
    package = files("dpia")
    for shipped in (package / name, package / "_data" / name):
        if shipped.is_dir():
            return shipped
    beside = Path(str(package)).parent / name
    if not beside.is_dir():
        raise FileNotFoundError(f"dossier « {name} » introuvable : réinstallez dpia.")
    return beside

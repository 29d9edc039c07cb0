"""Prépare un environnement neuf et lance l'exemple, ou les tests. Python 3.11 suffit ; rien d'autre à installer.

python outils/demarrer.py exemple    installe dpia et écrit le dossier d'exemple avec ses documents dans exemple-dpia/
python outils/demarrer.py tests      installe dpia avec ses outils de test et lance toute la suite
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def prepare(name: str, what: list[str]) -> Path:
    """Make a fresh environment beside the sources, install `what`, return its Python."""
    folder = ROOT / name
    print(f"Environnement neuf : {folder}", flush=True)
    venv.EnvBuilder(clear=True, with_pip=True).create(folder)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what], check=True, cwd=ROOT)  # noqa: S603  # our own command
    return python


def main(arguments: list[str]) -> int:
    """Run "exemple" or "tests"; the rest of the arguments goes to the program run."""
    if not arguments or arguments[0] not in ("exemple", "tests") or sys.version_info < (3, 11):
        print(__doc__ if sys.version_info >= (3, 11) else f"Python 3.11 ou plus récent est nécessaire (ici {sys.version.split()[0]}).")
        return 2
    if arguments[0] == "exemple":
        target = arguments[1] if len(arguments) > 1 else "exemple-dpia"
        python = prepare(".venv", ["."])
        if (ROOT / target / "reponses.yaml").exists() and len(arguments) == 1:
            shutil.rmtree(ROOT / target)  # a former run of this very command
        return subprocess.run([python, "-P", "-m", "dpia", "exemple", target], cwd=ROOT, check=False).returncode  # noqa: S603
    python = prepare(".venv-tests", ["-e", ".[test]"])
    return subprocess.run([python, "-m", "pytest", *arguments[1:]], cwd=ROOT, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

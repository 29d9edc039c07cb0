"""Contrôle tout ce que « produire » a écrit : chaque page, chaque panneau, chaque fichier de bureautique.

python outils/controler_documents.py DOSSIER...

Sous chaque DOSSIER : les panneaux PDF passent les deux contrôles PDF/UA ; les pages HTML passent axe dans Chromium, à trois largeurs ;
LibreOffice ouvre et convertit chaque .docx et .xlsx, et chaque conversion a une page au moins. Sort en erreur au premier défaut d'un genre.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import outloud
import pdfua
import pikepdf

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.fixtures.browser import WIDTHS, browser, opened, violations  # the folder must be on the path first

OFFICE = (".docx", ".xlsx")


def signs(files: list[Path]) -> Iterator[str]:
    """What the two checkers find in the signs."""
    for path in files:
        yield from (f"{path} : {finding}" for finding in pdfua.validate(str(path)).findings)
        checked = outloud.check(str(path))
        yield from (f"{path} : {finding}" for finding in checked.findings if finding.severity == "error")
        if checked.error:
            yield f"{path} : {checked.error}"


def pages(files: list[Path]) -> Iterator[str]:
    """What axe finds, and what a page asks of the network."""
    with browser() as chromium:
        for path in files:
            for width in WIDTHS:
                with opened(chromium, path.resolve(), width) as page:
                    yield from (f"{path}, {width} px : {found}" for found in violations(page))


def office(files: list[Path]) -> Iterator[str]:
    """What LibreOffice does not convert. One start for each folder: two files of one name would overwrite each other."""
    folders: dict[Path, list[Path]] = defaultdict(list)
    for path in files:
        folders[path.parent].append(path)
    with tempfile.TemporaryDirectory() as scratch:
        for number, (folder, inside) in enumerate(folders.items()):
            for suffix in OFFICE:  # a workbook and a document of one name would too
                out = Path(scratch) / f"{number}{suffix}"
                some = [path for path in inside if path.suffix == suffix]
                command = ["soffice", f"-env:UserInstallation=file://{scratch}/profil", "--headless", "--convert-to", "pdf", "--outdir"]
                if some:
                    subprocess.run([*command, str(out), *map(str, some)], check=True, capture_output=True)  # noqa: S603  # our own command
                yield from (f"{path} : LibreOffice ne le convertit pas" for path in some if not _has_pages(out / f"{path.stem}.pdf"))
            print(f"  {folder} : {len(inside)} fichiers convertis", flush=True)


def _has_pages(path: Path) -> bool:
    if not path.is_file():
        return False
    with pikepdf.open(path) as made:
        return len(made.pages) > 0


def main(folders: list[str]) -> int:
    """Run the three checks on every file below the folders; 1 when one finds something, or has nothing to check."""
    found = sorted(path for folder in folders for path in Path(folder).rglob("*") if path.is_file())
    wrong: list[str] = []
    for name, check, suffixes in (("panneaux PDF", signs, (".pdf",)), ("pages HTML", pages, (".html",)), ("bureautique", office, OFFICE)):
        files = [path for path in found if path.suffix in suffixes]
        defects = list(check(files)) if files else ["aucun fichier à contrôler"]
        wrong += defects
        print(f"{name} : {len(files)} fichiers, {len(defects)} défaut{'s' if len(defects) > 1 else ''}", *defects, sep="\n  ", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

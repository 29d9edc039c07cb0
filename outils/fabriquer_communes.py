"""Fabrique dpia/data/communes.tsv.gz depuis le paquet npm @etalab/decoupage-administratif déplié.

Usage : python outils/fabriquer_communes.py DOSSIER_DU_PAQUET
Une commune par ligne : code INSEE, nom, département (code), département (nom), population, EPCI (SIREN), EPCI (nom), codes postaux.
Les lignes qui commencent par « # » gardent la source, le millésime, la date et la licence.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "dpia" / "data" / "communes.tsv.gz"


def build(package: Path) -> str:
    """Return the table as text."""

    def load(name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads((package / "data" / f"{name}.json").read_text(encoding="utf-8"))
        return rows

    about = json.loads((package / "package.json").read_text(encoding="utf-8"))
    departments = {row["code"]: row["nom"] for row in load("departements")}
    groups = {member["code"]: (group["code"], group["nom"]) for group in load("epci") for member in group["membres"]}
    lines = [
        f"# source: @etalab/decoupage-administratif {about['version']} (IGN, Insee, DGCL)",
        "# millesime: 2026",
        "# licence: Licence Ouverte 2.0 (données), MIT (assemblage)",
    ]
    current = [row for row in load("communes") if row["type"] == "commune-actuelle"]
    for row in sorted(current, key=lambda row: str(row["code"])):
        department = row.get("departement") or row.get("collectiviteOutremer", {}).get("code", "")
        name = departments.get(department) or row.get("collectiviteOutremer", {}).get("nom", "")
        siren, group = groups.get(row["code"], ("", ""))
        population = row.get("population", "")
        lines.append(
            "\t".join([row["code"], row["nom"], department, name, str(population), siren, group, " ".join(row.get("codesPostaux", []))])
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    text = build(Path(sys.argv[1]))
    TARGET.parent.mkdir(exist_ok=True)
    with TARGET.open("wb") as out, gzip.GzipFile("", "wb", 9, out, mtime=0) as packed:
        packed.write(text.encode("utf-8"))
    print(f"{text.count(chr(10)) - 3} communes, {TARGET.stat().st_size // 1000} ko")

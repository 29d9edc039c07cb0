"""Notre AIPD et la fabrique de Word la plus répandue (docxtpl), dans la même série, à froid.

python benchmarks/pairs.py [RÉPÉTITIONS]    docxtpl s'installe à part : pip install "docxtpl>=0.20,<1"

docxtpl remplit un modèle à boucles : huit sections de dix questions et réponses de 400 caractères, un tableau de vingt-quatre risques.
Notre AIPD est celle du dossier complet : vingt-quatre caméras, tous les constats, la matrice, le plan et les annexes.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.temps import measure

ANSWER = ("La commune répond en une phrase que l'on relit, avec un chiffre et une date. " * 6)[:400]
FILL = """
import sys
from docxtpl import DocxTemplate
text = sys.argv[3]
sections = [{"titre": f"Section {n}", "questions": [{"q": f"Question {n}.{m} ?", "r": text} for m in range(10)]} for n in range(8)]
risks = [{"n": n, "nom": "Accès illégitime", "avant": 3, "apres": 2} for n in range(24)]
document = DocxTemplate(sys.argv[1])
document.render({"sections": sections, "risques": risks})
document.save(sys.argv[2])
"""
EMPTY = "import sys, docx; d = docx.Document(); d.save(sys.argv[1])"


def template(path: Path) -> None:
    """Write the template that docxtpl fills."""
    from docx import Document

    document = Document()
    for line in (
        "{%p for s in sections %}",
        "{{ s.titre }}",
        "{%p for q in s.questions %}",
        "{{ q.q }}",
        "{{ q.r }}",
        "{%p endfor %}",
        "{%p endfor %}",
    ):
        document.add_paragraph(line, style="Heading 1" if line == "{{ s.titre }}" else None)
    table = document.add_table(rows=4, cols=4)
    rows = (
        ["N°", "Risque", "Avant", "Après"],
        ["{%tr for r in risques %}"],
        ["{{ r.n }}", "{{ r.nom }}", "{{ r.avant }}", "{{ r.apres }}"],
        ["{%tr endfor %}"],
    )
    for line, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(line.cells, texts, strict=False):
            cell.text = text
    document.save(str(path))


def main(repeat: int) -> None:
    """Measure one after the other, several rounds, and print the medians."""
    from dpia.example import write_example

    with tempfile.TemporaryDirectory() as scratch:
        folder, model = Path(scratch) / "valbrume", Path(scratch) / "modele.docx"
        write_example(folder)
        template(model)
        runs: dict[str, list[tuple[float, float]]] = {}
        for n in range(repeat):
            out = Path(scratch) / f"sortie-{n}"
            commands = {
                "python -c pass": [sys.executable, "-c", "pass"],
                "python-docx, fichier vide": [sys.executable, "-c", EMPTY, str(Path(scratch) / "vide.docx")],
                "docxtpl, 80 réponses": [sys.executable, "-c", FILL, str(model), str(Path(scratch) / "rempli.docx"), ANSWER],
                "dpia, AIPD complète": [
                    sys.executable, "-m", "dpia", "produire", str(folder), "-o", str(out), "--date", "2026-11-25", "--seulement", "aipd",
                ],
            }  # fmt: skip
            for name, command in commands.items():
                runs.setdefault(name, []).append(measure(command))
        sizes = [path.stat().st_size for path in (Path(scratch) / "rempli.docx", *out.glob("aipd-*.docx"))]
    floor = statistics.median(seconds for seconds, _ in runs["python -c pass"])
    for name, found in runs.items():
        seconds = statistics.median(one for one, _ in found)
        print(f"{name:<28}{seconds * 1000:>8.0f} ms{seconds / floor:>8.1f} ×{max(memory for _, memory in found):>7.0f} Mo")
    print("taille des fichiers : " + ", ".join(f"{size // 1000} ko" for size in sizes))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)

"""Durée et mémoire des commandes, à froid, en rapport avec `python -c pass` mesuré dans la même série.

python benchmarks/temps.py [RÉPÉTITIONS]    les chiffres sont des médianes ; seuls les rapports se comparent d'une machine à l'autre
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TARGETS = {"aide": 2.5, "verifier": 35, "produire : AIPD seule": 65, "produire : tout": 100}  # design, § 9, colonne « now »


def measure(command: list[str]) -> tuple[float, float]:
    """Run once; give seconds of wall time and peak memory in MB."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  # our own commands
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return time.perf_counter() - start, usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)


def main(repeat: int) -> None:
    """Measure the commands one after the other, several rounds, and print the medians."""
    from dpia.example import write_example

    with tempfile.TemporaryDirectory() as scratch:
        folder, out = Path(scratch) / "valbrume", Path(scratch) / "sortie"
        write_example(folder)
        dpia = [sys.executable, "-m", "dpia"]
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "aide": [*dpia, "--help"],
            "verifier": [*dpia, "verifier", str(folder), "--date", "2026-11-25"],
            "produire : AIPD seule": [*dpia, "produire", str(folder), "-o", str(out), "--date", "2026-11-25", "--seulement", "aipd"],
            "produire : tout": [*dpia, "produire", str(folder), "-o", str(out), "--date", "2026-11-25"],
        }
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(repeat):
            for name, command in commands.items():
                shutil.rmtree(out, ignore_errors=True)  # what a former run wrote is read again, for the passages
                runs[name].append(measure(command))
    floor = statistics.median(seconds for seconds, _ in runs["python -c pass"])
    print(f"{'commande':<24}{'ms':>8}{'rapport':>10}{'visé':>8}{'Mo':>8}")
    for name, found in runs.items():
        seconds, memory = statistics.median(s for s, _ in found), max(m for _, m in found)
        target = f"≤ {TARGETS[name]:g}" if name in TARGETS else ""
        print(f"{name:<24}{seconds * 1000:>8.0f}{seconds / floor:>10.1f}{target:>8}{memory:>8.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)

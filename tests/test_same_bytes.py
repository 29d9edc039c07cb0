"""The same dossier gives the same files, byte for byte: another folder, another time zone, another order of sets, another day of the week."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dpia.example import PROFILES, write_example
from tests.fixtures.small import ROOT

WORLDS = (
    {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"},
    {"TZ": "America/Adak", "PYTHONHASHSEED": "4242", "LC_ALL": "C", "COLUMNS": "40"},
)


@pytest.mark.parametrize("profile", PROFILES)
def test_two_runs_in_two_worlds_give_the_same_files(profile: str, tmp_path: Path) -> None:
    made = []
    for n, world in enumerate(WORLDS):
        folder = tmp_path / f"dossier {n}" / ("é" * n) / profile
        write_example(folder, profile)
        command = [sys.executable, "-m", "dpia", "produire", str(folder), "--date", "2026-11-25"]
        done = subprocess.run(command, env={**os.environ, **world}, cwd=ROOT, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stderr
        target = folder / "documents"
        made.append({path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()})
    first, second = made
    assert first
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []

"""Dependencies point one way, and nothing heavy is loaded before a command needs it: layering and start-up, guarded at once."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import dpia

# Lower first: a module may import those of the lines above its own, and earlier ones of its line.
ORDER = (
    "resources language values trace condition grammar",
    "model analyses compiled yamlfile coherence shapes glossary corpus translation",
    "answers facts overviews reasoning checks drafting clauses wording",
    "risks emitting unsaved writing journal dossier followup carrying example communes replies",
    "pia_words pia_file pia_import",
    "inventory.tables inventory.workbooks inventory.coordinates inventory.vocabulary inventory.cells inventory.columns inventory.rows",
    "inventory.proposal inventory.elements inventory",
    "terminal.surface terminal.replying upsets printing asking enquiry spotting crosses filled received interview answering sheets explaining law_changes revision comparing former",
    "arguments_of_groups arguments cli commands law_commands asking_commands comparing_commands pia_commands grid_commands documents_commands",
)
LOW = [name for line in ORDER for name in line.split()]
HEAVY = ("docx", "lxml", "questionary", "prompt_toolkit", "jinja2", "openpyxl", "xlsxwriter", "typst", "segno", "markdown_it")
PROBE = "import sys, json, importlib; importlib.import_module(sys.argv[1]); print(json.dumps(sorted(sys.modules)))"


@cache
def loaded() -> dict[str, set[str]]:
    """What importing each module alone loads, each in a process of its own, side by side."""
    running = {
        name: subprocess.Popen([sys.executable, "-c", PROBE, f"dpia.{name}"], stdout=subprocess.PIPE, cwd=Path(dpia.__file__).parents[1])
        for name in LOW
    }
    found = {}
    for name, process in running.items():
        out, _ = process.communicate()
        assert process.returncode == 0, name
        found[name] = set(json.loads(out))
    return found


@pytest.mark.parametrize("name", LOW)
def test_a_lower_module_alone_loads_nothing_heavy(name: str) -> None:
    assert not loaded()[name] & set(HEAVY)


@pytest.mark.parametrize("name", LOW)
def test_a_module_imports_only_lower_ones(name: str) -> None:
    mine = {module.removeprefix("dpia.") for module in loaded()[name] if module.startswith("dpia.")} - {name, "terminal"}
    if name.startswith("inventory."):  # importing a part of a package loads the whole
        mine -= {module for module in LOW if module.startswith("inventory")}
    assert mine <= set(LOW[: LOW.index(name)]) | {"cli"} if name == "commands" else mine <= set(LOW[: LOW.index(name)])


def test_the_conditions_know_no_file_and_the_values_nothing() -> None:
    for name in ("values", "trace", "condition", "grammar"):
        assert not loaded()[name] & {"yaml", "msgspec", "dpia.corpus", "dpia.answers"}


def test_every_module_has_its_place() -> None:
    """A new module is put in its place above; those of the terminal and of the documents need a library."""
    there = {path.stem for path in Path(dpia.__file__).parent.glob("*.py")} - {"__init__", "__main__"}
    assert there == {name for name in LOW if "." not in name} - {"inventory"}


@pytest.mark.parametrize("command", [["--help"], ["--version"], ["verifier", "--help"], ["droit", "--help"], []])
def test_help_needs_neither_the_law_nor_a_library(command: list[str]) -> None:
    probe = (
        "import sys, json\nfrom dpia.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit as stop:\n    assert not stop.code\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe, *command], capture_output=True, text=True, check=True, cwd=Path(dpia.__file__).parents[1]
    )
    assert done.stdout
    assert not set(json.loads(done.stderr)) & {"yaml", "msgspec", "dpia.corpus", "dpia.commands", *HEAVY}


def test_judging_a_dossier_loads_no_document_library(tmp_path: Path) -> None:
    (tmp_path / "reponses.yaml").write_text("format: 1\nreponses: {}\n", encoding="utf-8")
    probe = "import sys, json\nfrom dpia.cli import main\nmain(['verifier', sys.argv[1]])\nprint(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", probe, str(tmp_path)], capture_output=True, text=True, check=True, cwd=Path(dpia.__file__).parents[1]
    )
    assert not set(json.loads(done.stderr)) & set(HEAVY)

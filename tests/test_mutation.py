"""Mutants of small bases: which are made, which an example kills, which say the same thing, and the examples that are proposed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from dpia.checks import check
from dpia.corpus import Corpus, build
from tests.fixtures import small

sys.path.insert(0, str(small.ROOT / "outils"))

from proof.changes import changes  # outils/ is no package
from proof.editing import Text, places
from proof.equivalence import Comparison
from proof.mutants import Mutant, mutants
from proof.proposals import Proposer
from proof.trials import Bench
from proof.wording import words

SPECS: tuple[Any, ...] = ("a", "b", "n nombre", "m choix_multiple x y", "s choix x y z", "d date", {"id": "l", "type": "liste", "element": "e", "champs": ["id texte", "v"]})  # fmt: skip


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("a", ["non a"]),
        ("non a", ["a"]),
        ("a et b", ["a ou b", "b", "non a et b", "a", "a et non b"]),
        ("n <= 30", ["n < 30", "n >= 30", "n <= 29", "n <= 31"]),
        ("s = x", ["s ≠ x", "s = y", "s = z"]),
        ("s parmi [x, y]", ["non s parmi [x, y]", "s = y", "s = x", "s parmi [z, y]", "s parmi [x, z]"]),
        ("m contient x", ["non m contient x", "m contient y"]),
        ("existe a", ["non existe a"]),
        ("d + 5 ans >= date_evaluation", ["d + 5 ans > date_evaluation", "d + 5 ans <= date_evaluation", "d + 4 ans >= date_evaluation", "d + 6 ans >= date_evaluation"]),
        ("d < 2026-01-01", ["d <= 2026-01-01", "d > 2026-01-01", "d < 2025-12-31", "d < 2026-01-02"]),
        ("une l avec (v)", ["toutes l avec (v)", "aucune l avec (v)", "une l avec (non v)"]),
        ("toutes l si (a) avec (v)", ["une l si (a) avec (v)", "aucune l si (a) avec (v)", "toutes l si (a) avec (non v)", "toutes l avec (v)", "toutes l si (non a) avec (v)"]),
        ("nombre l >= 8", ["nombre l > 8", "nombre l <= 8", "nombre l >= 7", "nombre l >= 9"]),
        ("au moins 2 parmi (a, b, s = x)", ["au moins 1 parmi (a, b, s = x)", "au moins 3 parmi (a, b, s = x)", "au moins 2 parmi (b, s = x)", "au moins 2 parmi (non a, b, s = x)", "au moins 2 parmi (a, s = x)", "au moins 2 parmi (a, non b, s = x)", "au moins 2 parmi (a, b)", "au moins 2 parmi (a, b, s ≠ x)", "au moins 2 parmi (a, b, s = y)", "au moins 2 parmi (a, b, s = z)"]),
    ],
)  # fmt: skip
def test_each_small_mistake_is_made_once(text: str, made: list[str]) -> None:
    base = small.corpus(*SPECS)
    assert [words(change.condition, base.names) for change in changes(small.read(base, text), base.names)] == made


EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "conforme": {"faits": {"a": True, "n": 30}, "verdict": "conforme"},
    "ecart": {"faits": {"a": True, "n": 31}, "verdict": "ecart", "gravite": "majeure"},
    "a_verifier": {"faits": {"a": True}, "verdict": "a_verifier"},
    "sans_objet": {"faits": {"a": False}, "verdict": "sans_objet"},
}


def base(*names: str, **rule: Any) -> Corpus:
    text = {"id": "r", "quand": "a", "satisfait_si": "n <= 30", **rule}
    return small.corpus(*SPECS, rules=({**text, "exemples": [EXAMPLES[name] for name in names] or [EXAMPLES["a_verifier"]]},))


def survivors(corpus: Corpus, cases: Path | None = None) -> list[Mutant]:
    bench, comparison = Bench(corpus, cases), Comparison(corpus)
    every = [mutant for mutant in mutants(corpus, {}) if mutant.where != "en_vigueur"]
    return [mutant for mutant in every if not bench.kills(mutant) and not comparison.equivalent(mutant)]


def test_good_examples_kill_every_mutant_and_each_is_needed() -> None:
    assert survivors(base(*EXAMPLES)) == []
    left = {name: {(m.where, m.text) for m in survivors(base(*(other for other in EXAMPLES if other != name)))} for name in EXAMPLES}
    assert left["ecart"] >= {("satisfait_si", "n <= 31"), ("gravite", "mineure")}
    assert left["conforme"] >= {("satisfait_si", "n < 30"), ("satisfait_si", "n <= 29")}


def test_a_mutant_that_no_dossier_tells_apart_is_equivalent_and_only_then() -> None:
    specs = ("a", {"id": "c", "type": "oui_non", "si": "a"}, "n nombre")
    rule = {"id": "r", "quand": "a et c", "satisfait_si": "n <= 30", "exemples": [{"faits": {}, "verdict": "a_verifier"}]}
    corpus = small.corpus(*specs, rules=(rule,))
    comparison = Comparison(corpus)
    same = {m.text for m in mutants(corpus, {}) if m.where == "quand" and comparison.equivalent(m)}
    assert same == {"c"}  # c arises only where a is yes


def test_a_cap_that_another_doubles_is_equivalent() -> None:
    doubled = base(plafond="a_verifier", a_produire=["x"], certitude="a_confirmer", doute="…")
    comparison = Comparison(doubled)
    assert all(comparison.equivalent(m) for m in mutants(doubled, {}) if m.where in ("plafond", "certitude"))
    once = base(plafond="a_verifier", a_produire=["x"])
    assert not any(Comparison(once).equivalent(m) for m in mutants(once, {}) if m.where == "plafond")


def test_a_mutant_of_a_derived_fact_is_killed_by_a_rule_that_reads_it_or_by_the_fact_s_own_example() -> None:
    rule = {"id": "r", "quand": "f", "satisfait_si": "a", "exemples": [{"faits": {"m": {"oui": ["x"]}, "a": False}, "verdict": "ecart", "gravite": "majeure"}]}  # fmt: skip
    read = small.corpus(*SPECS, rules=(rule,), faits={"f": "m contient x"})
    assert not [m for m in survivors(read) if m.owner == "f"]
    unread = {**rule, "exemples": [{"faits": {"f": True, "a": False}, "verdict": "ecart"}]}
    assert {m.text for m in survivors(small.corpus(*SPECS, rules=(unread,), faits={"f": "m contient x"})) if m.owner == "f"} == {"non m contient x", "m contient y"}  # fmt: skip
    text = small.law(unread, faits={"f": "m contient x"}).replace(
        "- id: f\n", "- id: f\n  exemples: [{faits: {m: {oui: [x]}}, vaut: oui}]\n"
    )
    assert not [m for m in survivors(build(small.files(small.questions(*SPECS), text))) if m.owner == "f"]


def test_a_worked_case_kills_too(tmp_path: Path) -> None:
    case = tmp_path / "cas"
    case.mkdir()
    (case / "reponses.yaml").write_text('format: 1\nreponses:\n  a: {valeur: "oui"}\n  n: {valeur: "31"}\n', encoding="utf-8")
    line = {"regles": ["r*"], "verdicts": ["ecart"], "dit": "…"}
    told = {"notations": [{"date": small.TODAY, "attendus": [line], "interdits": []}]}
    (case / "attendu.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")
    corpus = base()
    assert {m.text for m in survivors(corpus)} - {m.text for m in survivors(corpus, tmp_path)} >= {"n <= 31", "interdiction"}


@pytest.mark.parametrize("where", ["du", "au"])
def test_a_window_moved_by_a_day_is_refused_where_the_changes_of_the_law_are_named(where: str) -> None:
    rule = {"id": "r", "quand": "a", "en_vigueur": {"du": small.TODAY.replace(year=2024), "au": small.TODAY}}
    changes = {small.TODAY.replace(year=2024): "loi", small.TODAY.replace(day=26): "fin"}
    for table, killed in ((changes, True), ({}, False)):
        corpus = build(small.files(small.questions(*SPECS), small.law(rule, changements=table)))
        bench = Bench(corpus)
        moved = [m for m in mutants(corpus, {}) if m.where == "en_vigueur" and m.text.startswith(where)]
        assert len(moved) == 2 and {bench.kills(m) for m in moved} == {killed}


def test_the_proposed_examples_are_true_and_kill_all_that_was_left() -> None:
    readings = [{"nom": "p", "prudente": True, "dit": "…"}, {"nom": "l", "dit": "…", "satisfait_si": "n <= 60 ou b"}]
    rule = {"quand": "a et (s = x ou une l avec (v))", "inconnu_si": "n = 31", "certitude": "discutee", "doute": "…", "lectures": readings}
    text = small.law(
        {"id": "r", "satisfait_si": "n <= 30", **rule}, faits={"f": ("l", "v et a"), "g": "f_ou"} | {"f_ou": "m contient x ou b"}
    )
    files = small.files(small.questions(*SPECS), text)
    corpus = build(files)
    alive = [mutant for mutant in survivors(corpus) if mutant.where != "gravite"]
    proposer = Proposer(corpus, Comparison(corpus))
    blocks = yaml.load(text, Loader=yaml.CSafeLoader)  # our own text
    for owner, block in ((block["id"], block) for block in (*blocks["faits"], *blocks["regles"])):
        lines = [proposal.line for proposal in proposer.propose([mutant for mutant in alive if mutant.owner == owner])]
        block["exemples"] = [*block.get("exemples", ()), *(yaml.safe_load(line) for line in lines)]
    after = build({**files, "law/essai.yaml": yaml.dump(blocks, allow_unicode=True, Dumper=yaml.CSafeDumper)})
    assert len(alive) > 40
    assert not [line for line in check(after) if "exemple" in line and "attendu" in line]
    assert not [mutant for mutant in survivors(after) if mutant.where != "gravite"]


LAW = """\
corpus: X
regles:
  - id: un   # le premier
    quand: a
    satisfait_si: |
      b
      et a
    gravite: majeure
    versions:
      - en_vigueur: {du: 2024-01-01}
        satisfait_si: b
        exemples:
          - {faits: {}, verdict: a_verifier}
    exemples:
      - {faits: {a: oui}, verdict: a_verifier}
      - {faits: {a: oui, b: non},
         verdict: ecart}
      - faits: {a: oui, b: non}
        verdict: ecart

  # un commentaire
  - {id: deux, quand: a}
"""


def test_an_edit_changes_one_place_and_nothing_else() -> None:
    text = Text(LAW)
    text.set_line("un", 0, "exige", '["b", "a"]', ("satisfait_si",))
    text.set_line("un", 1, "exige", '["b"]', ("satisfait_si",))
    text.set_line("un", 0, "gravite", "mineure", ())
    text.add_example("un", 0, "{faits: {a: non}, verdict: sans_objet}")
    text.add_example("un", 1, "{faits: {a: non}, verdict: sans_objet}")
    assert text.add_severity("un", 0, "mineure") == 20
    changed = str(text).splitlines()
    added = [line for line in changed if line not in LAW.splitlines()]
    assert added == [
        '    exige: ["b", "a"]', "    gravite: mineure", '        exige: ["b"]', "          - {faits: {a: non}, verdict: sans_objet}",
        "         verdict: ecart, gravite: mineure}", "      - {faits: {a: non}, verdict: sans_objet}",
    ]  # fmt: skip
    assert [line for line in LAW.splitlines() if line not in changed] == ["    gravite: majeure", "         verdict: ecart}"]
    read = yaml.safe_load(str(text))["regles"][0]
    assert read["exige"] == ["b", "a"] and read["versions"][0]["exige"] == ["b"] and len(read["versions"][0]["exemples"]) == 2
    assert [example.get("gravite") for example in read["exemples"]] == [None, "mineure", None, None]


def test_a_severity_goes_under_a_verdict_that_has_its_own_line() -> None:
    lines = LAW.replace("      - {faits: {a: oui, b: non},\n         verdict: ecart}\n", "")
    text = Text(lines)
    line = text.add_severity("un", 0, "majeure")
    assert str(text).splitlines()[line - 2 : line] == ["        verdict: ecart", "        gravite: majeure"]
    assert Text(lines.replace("ecart", "conforme")).add_severity("un", 0, "majeure") == 0


def test_the_place_of_a_key_is_its_line() -> None:
    assert places({"law/x.yaml": LAW, "questionnaires/y.yaml": LAW}) == {
        ("law/x.yaml", "un", key): line
        for key, line in (("id", 3), ("quand", 4), ("satisfait_si", 5), ("gravite", 8), ("versions", 9), ("exemples", 14))
    }


def test_the_three_commands_complete_a_base_until_nothing_is_left(tmp_path: Path) -> None:
    rules = (
        {"id": "r", "quand": "a", "satisfait_si": "n <= 30 et b", "exemples": [EXAMPLES["ecart"], EXAMPLES["a_verifier"], EXAMPLES["sans_objet"]]},
        {"id": "q", "quand": "a", "satisfait_si": "n <= 300", "exemples": [{"faits": {"a": True, "n": 400}, "verdict": "ecart"}, *(EXAMPLES[n] for n in ("a_verifier", "sans_objet"))]},
    )  # fmt: skip
    for rule in rules:
        rule["exemples"] = [{k: v for k, v in example.items() if k != "gravite"} for example in rule["exemples"]]
    raw = yaml.safe_load(small.law(*rules))["regles"]
    shown = "\n\n".join(_block(rule) for rule in raw)
    files = small.files(small.questions("a", "b", "n nombre"), f"corpus: X\n# un commentaire\nregles:\n{shown}\n")
    for file, text in files.items():
        place = tmp_path / file.replace("law/", "dpia/law/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(small.ROOT / "outils" / script), *arguments, "--base", str(tmp_path)]
        return subprocess.run(command, capture_output=True, text=True)

    assert run("prouver_regles.py").returncode == run("muter_regles.py").returncode == 1
    shown_only = run("completer_regles.py", "exige").stdout
    assert 'law/essai.yaml, r : exige: ["n <= 30", "b"]' in shown_only and "exige" not in (tmp_path / "dpia/law/essai.yaml").read_text()
    for action in ("exige", "entraine", "gravites", "exemples"):
        assert run("completer_regles.py", action, "--ecrire").returncode == 0
    dates = run("completer_regles.py", "changements").stdout
    with (tmp_path / "dpia/law/corpus.yaml").open("a", encoding="utf-8") as about:
        about.write(f"changements:\n{dates}")
    proof, mutation = run("prouver_regles.py"), run("muter_regles.py")
    assert (proof.returncode, proof.stdout) == (0, "2 rédactions de règles : tout est prouvé.\n")
    assert mutation.returncode == 0, mutation.stdout
    after = (tmp_path / "dpia/law/essai.yaml").read_text(encoding="utf-8")
    assert "# un commentaire" in after and "entraine: [r]" in after
    assert run("completer_regles.py", "exige").stdout == "Rien à compléter.\n"


def _block(rule: Mapping[str, Any]) -> str:
    """A rule as a person writes it, an example a line."""
    lines = [
        f"    {key}: {json.dumps(value, ensure_ascii=False, default=str)}" for key, value in rule.items() if key not in ("id", "exemples")
    ]
    examples = [
        f"      - {yaml.safe_dump(example, default_flow_style=True, width=10**6, sort_keys=False).strip()}" for example in rule["exemples"]
    ]
    return "\n".join([f"  - id: {rule['id']}", *lines, "    exemples:", *examples])

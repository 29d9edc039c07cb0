"""The commands as they are typed: exit codes, French messages, help, the JSON contract (design § 6)."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dpia import arguments, cli
from dpia.corpus import build, load
from dpia.dossier import ANSWERS, JOURNAL
from tests.fixtures import small

RUN = small.RUN
ENGLISH = (
    "usage",
    "error",
    "optional",
    "argument ",
    "positional",
    "required",
    "invalid",
    "choose",
    "unrecognized",
    "show ",
    "expected",
    "No such",
    "Traceback",
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dossier of the real base, with a few answers."""
    folder = tmp_path_factory.mktemp("communes") / "nyons"
    assert cli.main(["nouveau", str(folder), "--commune", "26220"]) == 0
    assert (
        cli.main(
            ["repondre", str(folder), "stade=en_service", "lieux_filmes=voie_publique", "images_enregistrees=oui", "conservation_jours=45"]
        )
        == 0
    )
    return folder


@pytest.fixture
def dossier(tmp_path: Path, filled: Path) -> Path:
    """A copy of that dossier, to be changed at will."""
    return Path(shutil.copytree(filled, tmp_path / "nyons"))


def use(monkeypatch: pytest.MonkeyPatch, *rules: dict[str, Any]) -> None:
    """Put a small base in place of the real one."""
    base = small.corpus("a", "b", {"id": "commune", "type": "commune"}, rules=rules)
    monkeypatch.setattr("dpia.commands.load", lambda: base)


def answers(tmp_path: Path, text: str) -> Path:
    (tmp_path / ANSWERS).write_text(f"format: 1\nreponses: {text}\n", encoding="utf-8")
    return tmp_path


# -- exit codes


@pytest.mark.parametrize(
    ("said", "gravite", "code"),
    [
        ("{a: oui, b: oui}", "majeure", 0), ("{a: non}", "majeure", 0), ("{a: oui, b: non}", "majeure", 1), ("{a: oui}", "majeure", 3), ("{}", "majeure", 3),
        ("{a: oui, b: non}", "interdiction", 1), ("{a: oui, b: non}", "recommandation", 0), ("{a: oui}", "recommandation", 0),
    ],
)  # fmt: skip
def test_verifier_says_by_its_code_whether_something_is_wrong_or_unknown(
    tmp_path: Path, run: RUN, monkeypatch: pytest.MonkeyPatch, said: str, gravite: str, code: int
) -> None:
    use(monkeypatch, {"id": "r", "quand": "a", "satisfait_si": "b", "gravite": gravite})
    assert run("verifier", answers(tmp_path, said))[0] == code
    assert run("verifier", tmp_path, "--format", "json")[0] == code


def test_an_interruption_gives_130_and_says_how_to_resume(dossier: Path, run: RUN, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("dpia.commands.questions", interrupted)
    code, out, err = run("questions", dossier)
    assert (code, out) == (130, "")
    assert err == f"\nInterrompu. Rien n'est perdu ; pour reprendre : dpia questions {dossier}\n"


def test_a_reader_that_leaves_early_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    for words in (["--help"], ["droit", "montrer", "csi-conservation-un-mois"]):
        done = subprocess.run(
            [sys.executable, "-m", "dpia", *words], stdout=write, stderr=subprocess.PIPE, check=False, env=environment, cwd=small.ROOT
        )
        assert (done.returncode, done.stderr) == (0, b"")
    os.close(write)


def test_the_program_run_as_a_module_gives_its_code(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dpia", "verifier", tmp_path / "absent"],
        capture_output=True,
        check=False,
        cwd=small.ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert done.returncode == 2
    assert "n'existe pas ; créez le dossier avec « dpia nouveau" in done.stderr.decode("utf-8")


# -- bad input: code 2, one sentence in French


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("zut", "COMMANDE : « zut » n'est pas possible ; au choix : 'nouveau', 'questions', 'repondre'"),
        ("verifier", "il manque : DOSSIER"),
        ("verifier {d} --zut", "arguments inconnus : --zut"),
        ("verifier {d} --date", "--date : une valeur est attendue"),
        ("verifier {d} --format pdf", "--format : « pdf » n'est pas possible ; au choix : 'texte', 'json', 'xlsx'"),
        ("produire {d} --seulement", "--seulement : au moins une valeur est attendue"),
        ("droit", "il manque : ACTION"),
        ("verifier {d} --date 2023-11-29", "dpia : la base ne couvre le droit qu'à partir du 30/11/2023 (décret n° 2023-1102) ; choisissez une date plus récente."),
        ("expliquer {d} csi-panneaux-en-place --date 01/01/2020", "la base ne couvre le droit qu'à partir du 30/11/2023"),
        ("reste {d} --date 2020-01-01", "la base ne couvre le droit qu'à partir du 30/11/2023"),
        ("produire {d} --date 2020-01-01", "la base ne couvre le droit qu'à partir du 30/11/2023"),
        ("verifier {d} --date 2026-02-30", "--date : « 2026-02-30 » n'est pas une date ; écrivez 2026-11-23 ou 23/11/2026."),
        ("verifier {d} --date demain", "« demain » n'est pas une date"),
        ("verifier {d}/absent", "absent/reponses.yaml n'existe pas ; créez le dossier avec « dpia nouveau"),
        ("verifier {d} -o {d}/absent/f.txt", "absent/f.txt ne peut pas être écrit (son dossier n'existe pas)."),
        ("verifier {d} -o {d}", "ne peut pas être écrit (un fichier porte le nom attendu pour un dossier, ou l'inverse)."),
        ("expliquer {d} csi-conservation-un-moi", "« csi-conservation-un-moi » n'est pas une règle en vigueur à cette date ; vouliez-vous « csi-conservation-un-mois » ?"),
        ("expliquer {d} zut", "« zut » n'est pas une règle en vigueur à cette date ; « dpia droit lister » les donne toutes."),
        ("droit montrer csi-conservation-un-moi", "vouliez-vous « csi-conservation-un-mois » ?"),
        ("droit montrer", "« dpia droit lister » les donne toutes."),
        ("reste {d} --pour zorro", "« zorro » n'est pas un interlocuteur connu ; au choix : maire, conseil"),
        ("repondre {d}", "aucune réponse donnée ; écrivez par exemple conservation_jours=15, ou --fichier F.yaml."),
        ("repondre {d} conservation_jour=15", "« conservation_jour=15 » : question inconnue ; vouliez-vous « conservation_jours » ? Rien n'a été enregistré."),
        ("repondre {d} zzzz=15", "« zzzz=15 » : question inconnue ; « dpia reste » donne les identifiants entre crochets. Rien n'a été enregistré."),
        ("repondre {d} conservation_jours", "« conservation_jours » : écrivez id=valeur. Rien n'a été enregistré."),
        ("repondre {d} conservation_jours=long", "conservation_jours : un nombre est attendu (ici « long »). Rien n'a été enregistré."),
        ("repondre {d} --fichier {d}/absent.yaml", "absent.yaml ne peut pas être lu ; vérifiez le nom du fichier."),
        ("nouveau {d}", "contient déjà des réponses ; reprenez-le avec « dpia questions"),
        ("nouveau {d}/b --commune 1004", "« 1004 » n'est pas le code INSEE d'une commune actuelle"),
        ("exemple {d}", "contient déjà des réponses ; choisissez un autre dossier"),
        ("cameras {d} {d}/absent.csv", "absent.csv : le fichier ne peut pas être lu ; vérifiez son nom et vos droits. Rien n'a été importé."),
        ("questions {d}", "les questions ont besoin d'un terminal"),
    ],
)  # fmt: skip
def test_bad_input_is_said_in_french_with_the_remedy_and_changes_nothing(dossier: Path, run: RUN, words: str, said: str) -> None:
    before = (dossier / ANSWERS).read_bytes()
    code, out, err = run(*words.format(d=dossier).split())
    assert code == 2
    assert said in err
    assert out == ""
    assert err.splitlines()[-1].startswith("dpia")
    assert not [word for word in ENGLISH if word in err.replace(str(dossier), "")]
    assert (dossier / ANSWERS).read_bytes() == before
    assert not (dossier / "b").exists() and not (dossier / "documents").exists()


# -- help

PARSER = arguments.build()
COMMANDS = next(action for action in PARSER._actions if isinstance(action, argparse._SubParsersAction)).choices


def test_the_commands_of_the_contract_are_there() -> None:
    assert {
        "nouveau",
        "questions",
        "repondre",
        "cameras",
        "verifier",
        "expliquer",
        "reste",
        "produire",
        "comparer",
        "droit",
        "exemple",
    } <= set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_explains_itself_in_french_with_an_example_that_parses(run: RUN, name: str) -> None:
    code, out, err = run(name, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"emploi : dpia {name} ")
    assert not [word for word in ENGLISH if word in out]
    examples = re.findall(r"^  dpia (.+)$", COMMANDS[name].epilog, re.M)
    for example in examples:
        assert example.split()[0] == name
        assert PARSER.parse_args(example.split()).commande == name
    assert examples


@pytest.mark.parametrize("action", ["lister", "montrer", "verifier", "comparer", "revue"])
def test_each_action_on_the_law_explains_itself_too(run: RUN, action: str) -> None:
    code, out, err = run("droit", action, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"emploi : dpia droit {action} ")
    assert not [word for word in ENGLISH if word in out]
    examples = re.findall(r"^  dpia (.+)$", out, re.M)
    assert examples and all(PARSER.parse_args(example.split()).action == action for example in examples)


def test_without_a_command_or_with_help_everything_is_listed(run: RUN) -> None:
    for words in ([], ["--help"]):
        code, out, err = run(*words)
        assert (code, err) == (0, "")
        assert all(f"\n    {name}" in out for name in COMMANDS)
        assert "Pour commencer, tapez « dpia » seul" in " ".join(out.split())
        assert not [word for word in ENGLISH if word in out]
    assert run("--version")[1].startswith("dpia ")


# -- what the commands do


def test_a_dossier_from_nothing_to_findings(dossier: Path, run: RUN) -> None:
    assert 'commune: {valeur: "26220"}' in (dossier / ANSWERS).read_text(encoding="utf-8")
    code, out, err = run("verifier", dossier, "--date", "23/11/2026")
    assert (code, err) == (1, "")
    assert out.startswith("Nyons · droit au 23/11/2026 · base du ")
    assert "ÉCARTS : à corriger" in out and "csi-conservation-un-mois" in out and "À VÉRIFIER" in out
    assert "\nSANS OBJET" not in out and "\nSANS OBJET" in run("verifier", dossier, "--tout")[1]


def test_repondre_records_all_or_nothing(dossier: Path, run: RUN) -> None:
    (dossier / "plus.yaml").write_text("format: 1\nreponses: {population: 7000, inconnue: 3}\n", encoding="utf-8")
    before = (dossier / ANSWERS).read_bytes()
    assert run("repondre", dossier, "population=100", "conservation_jours=long")[0] == 2
    code, _, err = run("repondre", dossier, "--fichier", dossier / "plus.yaml")
    assert code == 2 and "question inconnue « inconnue » ; rien n'a été enregistré" in err
    assert (dossier / ANSWERS).read_bytes() == before
    (dossier / "plus.yaml").write_text("format: 1\nreponses: {population: 7000, exploitant: commune}\n", encoding="utf-8")
    code, out, _ = run("repondre", dossier, "--fichier", dossier / "plus.yaml", "conservation_jours=?")
    assert code == 0 and out.startswith("3 réponse(s) enregistrée(s).")
    text = (dossier / ANSWERS).read_text(encoding="utf-8")
    assert "population: {valeur: 7000}" in text and "conservation_jours: {inconnu: true}" in text
    assert len((dossier / JOURNAL).read_text(encoding="utf-8").splitlines()) == 8


def test_repondre_says_when_the_question_does_not_arise_yet(tmp_path: Path, run: RUN) -> None:
    run("nouveau", tmp_path / "d")
    out = run("repondre", tmp_path / "d", "conservation_jours=15")[1]
    assert "« conservation_jours » ne compte pas encore : la question ne se pose que si " in out
    assert "images_enregistrees" not in out and "« oui » à « Le système enregistre-t-il les images ? »" in out


def test_expliquer_goes_from_answers_to_the_article(dossier: Path, run: RUN) -> None:
    code, out, _ = run("expliquer", dossier, "csi-conservation-un-mois")
    assert code == 0
    assert "conservation_jours <" not in out
    for said in (
        "Verdict : écart",
        "Parce que vous avez répondu",
        "45",
        "est de 30 jours au plus : faux",
        "L. 252-5",
        "À faire :",
        "Fondement :",
    ):
        assert said in " ".join(out.split())


def test_verifier_writes_to_a_file_when_asked(dossier: Path, tmp_path: Path, run: RUN) -> None:
    code, out, err = run("verifier", dossier, "--format", "json", "-o", tmp_path / "constats.json")
    assert (code, out, err) == (1, "", f"Écrit : {tmp_path / 'constats.json'}\n")
    assert json.loads((tmp_path / "constats.json").read_text(encoding="utf-8"))["format"] == 1


def test_droit_lists_shows_and_checks(run: RUN) -> None:
    code, out, _ = run("droit", "lister")
    rules, wordings = len({read.rule.id for read in load().rules}), len(load().rules)
    assert code == 0 and out.rstrip().endswith(f"\n{rules} règle(s) ({wordings} rédactions).")
    code, out, _ = run("droit", "lister", "--certitude", "a_confirmer")
    assert code == 0 and all(" a_confirmer " in line for line in out.partition("\n\n")[0].splitlines())
    code, out, _ = run("droit", "montrer", "csi-conservation-un-mois")
    assert code == 0 and "Est respectée si la réponse à « Combien de jours les images sont-elles conservées ? » est de 30" in " ".join(
        out.split()
    )
    code, out, _ = run("droit", "verifier")
    assert code == 0 and out.startswith(f"{len(load().rules)} rédactions de règles") and "tous conformes à leur verdict" in out


def test_droit_verifier_fails_on_a_false_example(run: RUN, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, {"id": "r", "quand": "a", "satisfait_si": "b", "exemples": [{"faits": {"a": "oui", "b": "oui"}, "verdict": "ecart"}]})
    code, out, _ = run("droit", "verifier")
    assert code == 2
    assert "law/essai.yaml, ligne" in out and "r, exemple 1 : attendu ecart, obtenu conforme" in out


def test_a_base_that_does_not_load_is_said_without_a_traceback(run: RUN, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        return small.corpus("a", rules=({"id": "r", "quand": "aa"},))

    monkeypatch.setattr("dpia.commands.load", broken)
    code, _, err = run("verifier", tmp_path)
    assert code == 2 and "vouliez-vous « a » ?" in err


# -- the JSON contract

TOP = {"format", "commune", "date", "corpus", "constats", "contradictions", "resume"}
FINDING = {
    "regle": str, "titre": str, "traitement": str, "verdict": str, "gravite": str, "certitude": str, "doute": (str, type(None)), "elements": dict,
    "fondement": list, "parce_que": list, "manque": list, "a_produire": list, "obligation": str, "a_faire": str, "preuve": str,
}  # fmt: skip


def test_the_json_is_as_the_contract_says(dossier: Path, run: RUN) -> None:
    run("repondre", dossier, "lieux_filmes={}")  # refused: nothing changes
    code, out, err = run("verifier", dossier, "--format", "json", "--date", "2026-11-23")
    assert (code, err) == (1, "")
    found = json.loads(out)
    assert set(found) == TOP
    assert (found["format"], found["date"], found["commune"]) == (1, "2026-11-23", {"nom": "Nyons", "insee": "26220"})
    assert found["corpus"] == {"version": load().version, "sha256": load().digest}
    assert len(found["constats"]) == len(load().in_force(date(2026, 11, 23)))
    for entry in found["constats"]:
        assert set(entry) == set(FINDING)
        for key, kind in FINDING.items():
            assert isinstance(entry[key], kind), (entry["regle"], key)
        assert set(entry["elements"]) == {"ecart", "a_verifier"}
        assert all(set(source) == {"texte", "article", "etat_du", "lu", "url"} for source in entry["fondement"])
        assert all(set(reason) == {"question", "libelle", "reponse"} for reason in entry["parce_que"])
        assert not entry["manque"] or entry["verdict"] == "a_verifier" or entry["elements"]["a_verifier"]
    verdicts = [entry["verdict"] for entry in found["constats"]]
    assert found["resume"] == {
        verdict: verdicts.count(verdict) for verdict in ("interdit", "ecart", "a_verifier", "conforme", "sans_objet")
    }
    [kept] = [entry for entry in found["constats"] if entry["regle"] == "csi-conservation-un-mois"]
    assert kept["verdict"] == "ecart"
    assert {"question": "conservation_jours", "libelle": load().label("conservation_jours"), "reponse": "45 jours"} in kept["parce_que"]


def test_the_json_names_the_elements_and_the_cells(tmp_path: Path, run: RUN) -> None:
    run("nouveau", tmp_path / "d")
    (tmp_path / "r.yaml").write_text(
        "format: 1\nreponses:\n  sites: [{id: Place, nature: voie_publique}]\n  lieux_filmes: {oui: [voie_publique]}\n  cameras:\n"
        "  - {id: C07, site: Place, voit_logements: oui, masquage: non}\n  - {id: C12, site: Place}\n",
        encoding="utf-8",
    )
    assert run("repondre", tmp_path / "d", "--fichier", tmp_path / "r.yaml")[0] == 0
    found = json.loads(run("verifier", tmp_path / "d", "--format", "json")[1])
    assert found["commune"] == {"nom": "", "insee": ""}
    by_cell = [entry for entry in found["constats"] if "C07" in entry["elements"]["ecart"]]
    assert by_cell and any("C12" in entry["elements"]["a_verifier"] for entry in by_cell)
    assert any(path.startswith("cameras[C12].") for entry in by_cell for path in entry["manque"])


def test_contradictions_are_told(tmp_path: Path, run: RUN, monkeypatch: pytest.MonkeyPatch) -> None:
    clash = {"id": "a-et-b", "si": "a et b", "reponses": ["a", "b"], "dit": "L'un exclut l'autre."}
    base = build(small.files(small.questions("a", "b", {"id": "commune", "type": "commune"}), small.law(contradictions=[clash])))
    monkeypatch.setattr("dpia.commands.load", lambda: base)
    for said, told in (
        ("{a: oui, b: oui}", [{"reponses": ["a", "b"], "dit": "L'un exclut l'autre."}]),
        ("{a: oui, b: non}", []),
        ("{a: oui}", []),
    ):
        assert json.loads(run("verifier", answers(tmp_path, said), "--format", "json")[1])["contradictions"] == told
        assert ("CONTRADICTION : L'un exclut l'autre. (a, b)" in run("verifier", tmp_path)[1]) == bool(told)


def test_the_same_dossier_on_the_same_day_gives_the_same_bytes(dossier: Path, run: RUN) -> None:
    first = run("verifier", dossier, "--format", "json", "--date", "2026-11-23")
    assert run("verifier", dossier, "--format", "json", "--date", "2026-11-23") == first

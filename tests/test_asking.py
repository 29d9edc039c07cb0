"""Who is asked what, the sheets that `dpia reste` writes, and what `dpia repondre --fichier` records of them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest

from dpia import asking, enquiry
from dpia import dossier as dossiers
from dpia.answers import Answer
from dpia.corpus import load
from dpia.facts import AnsweredFacts
from dpia.reasoning import assess
from dpia.values import UNKNOWN, Choices
from tests.fixtures import small

SAID = """format: 1
reponses:
  commune: {valeur: "26220"}
  lieux_filmes: {oui: [voie_publique], non: [lieu_ouvert_public, local_non_ouvert]}
  police_municipale: {valeur: oui}
  stade: {valeur: en_service}
  images_enregistrees: {valeur: oui}
  usages_particuliers: {inconnu: true, qui: "Mme Roux, du syndicat"}
  conservation_jours: {inconnu: true, par: "installateur"}
  mesures_techniques: {oui: [local_ferme], non: [horloge]}
  efficacite: {inconnu: true}
  sites: [{id: "Place", nature: voie_publique}]
  cameras:
    - {id: C07, site: "Place", emplacement: "mât", son: "?", voit_logements: non}
    - {id: C12, site: "Place", emplacement: "halle", son: "?", voit_logements: "?"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "reponses.yaml").write_text(SAID, encoding="utf-8")
    return tmp_path / "d"


def said(folder: Path) -> dict[str, Answer]:
    return dict(dossiers.read(folder, load()).answers)


def facts_of(folder: Path) -> AnsweredFacts:
    return AnsweredFacts(load(), said(folder), small.TODAY)


def found(folder: Path) -> dict[str, asking.Request]:
    facts = facts_of(folder)
    return {request.path: request for request in asking.requests(facts, assess(load(), facts))}


def test_a_question_goes_to_the_person_who_was_named_then_to_those_who_may_know(folder: Path) -> None:
    asked = found(folder)
    assert asked["usages_particuliers"].people == ("Mme Roux, du syndicat",)
    assert "installateur" not in asked["conservation_jours"].people  # it said "je ne sais pas"
    assert asked["cameras[…].son"].people == ("installateur", "police_municipale")
    assert [item.key for item in asked["cameras[…].son"].items] == ["C07", "C12"]
    assert asked["cameras[C12].voit_logements"].effect is not None
    assert asked["efficacite"].effect is None and list(asked)[-1] == "efficacite"  # no verdict waits for it
    assert set(asking.open_options(load().questions["mesures_techniques"], said(folder)["mesures_techniques"].value)).isdisjoint(
        {"local_ferme", "horloge"}
    )


def test_the_list_is_by_person_and_says_what_each_question_can_change(folder: Path, run: small.RUN) -> None:
    code, out, _ = run("reste", folder)
    assert code == 0
    heads = [line for line in out.splitlines() if line.endswith(")") and not line.startswith(" ")]
    assert "Mme Roux, du syndicat (1 question)" in heads
    assert "peut révéler un usage interdit, ou l'écarter" in out and "complète les documents" in out
    assert "C07, C12 : Enregistre-t-elle" in out
    effects = [line.strip().partition(" ;")[0].partition(" [")[0] for line in out.splitlines() if line.startswith("    peut ")]
    assert effects[0] == "peut révéler un usage interdit, ou l'écarter"


@pytest.mark.parametrize("who", ["installateur", "l'Installateur ou le mainteneur", "mme roux, du Syndicat"])
def test_a_sheet_is_for_one_person_in_their_words(folder: Path, run: small.RUN, who: str) -> None:
    code, out, _ = run("reste", folder, "--pour", who)
    assert code == 0 and out.startswith("Objet : Caméras de Nyons : ") and max(map(len, out.splitlines())) <= 80
    for hidden in ("dpia", "CSI", "L. 25", "RGPD", "bloquant"):
        assert hidden not in out
    assert ("[cameras.C07.son]" in out) == ("inst" in who.lower())
    assert "Demandez" not in out or "installateur" not in out.partition("Demandez")[2].partition(".")[0]


def test_a_person_without_a_question_is_told(folder: Path, run: small.RUN) -> None:
    code, out, _ = run("reste", folder, "--pour", "conseil")
    assert code == 0 and out.startswith("Rien à demander à cette personne (le conseil municipal)")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--pour", "zorro"), "« zorro » n'est pas un interlocuteur connu ; au choix : maire, conseil"),
        (("--pour", "installateur", "-o", "f.pdf"), "s'écrit en .txt (courriel) ou en .docx"),
        (("-o", "f.docx"), "ajoutez --pour QUI"),
        (("--pour", "installateur", "-o", "/proc/f.txt"), "ne peut pas être écrit"),
    ],
)
def test_what_cannot_be_written_is_said(folder: Path, run: small.RUN, words: tuple[str, ...], said: str) -> None:
    code, _, err = run("reste", folder, *words)
    assert code == 2 and said in err


def test_sheets_are_written_for_everyone_and_no_question_twice(folder: Path, run: small.RUN) -> None:
    code, out, _ = run("reste", folder, "--toutes", "-o", folder / "envoi")
    assert code == 0
    texts = [path.read_text(encoding="utf-8-sig") for path in (folder / "envoi").glob("*.txt")]
    assert len(texts) == len(list((folder / "envoi").glob("*.docx"))) == out.count("Écrit") // 2
    marks = [line.partition("[")[2] for text in texts for line in text.splitlines() if line.startswith("Question ")]
    assert len(marks) == len(set(marks)) == len(found(folder))


def ticked(path: Path, run: small.RUN, folder: Path) -> Path:
    """The Word sheet of the installer, opened and filled in as a person does."""
    assert run("reste", folder, "--pour", "installateur", "-o", path)[0] == 0
    document = docx.Document(str(path))
    for text in document.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"):
        if text.text == "☐":  # the first box of the document: Oui
            text.text = "☒"
            break
    document.save(str(path))
    return path


def test_a_word_sheet_comes_back(folder: Path, tmp_path: Path, run: small.RUN) -> None:
    code, out, err = run("repondre", folder, "--fichier", ticked(tmp_path / "f.docx", run, folder))
    assert (code, err) == (0, "")
    assert out.startswith("Réponses enregistrées : 1 (l'installateur ou le mainteneur).\nLaissées vides : ")
    assert '"par": "installateur"' in (folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()[-1]


def reply(folder: Path, tmp_path: Path, run: small.RUN, *changes: tuple[str, str], options: tuple[str, ...] = ()) -> tuple[int, str]:
    text = run("reste", folder, "--pour", "informatique")[1] + run("reste", folder, "--pour", "installateur")[1]
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    (tmp_path / "r.txt").write_text(text, encoding="utf-8")
    code, out, err = run("repondre", folder, "--fichier", tmp_path / "r.txt", *options)
    return code, out + err


def test_what_is_read_is_recorded_and_what_is_not_is_listed(folder: Path, tmp_path: Path, run: small.RUN) -> None:
    code, out = reply(
        folder, tmp_path, run,
        ("Caméra C07 (Place, mât) :", "Caméra C07 (Place, mât) :\n [x]"), ("Caméra C12 (Place, halle) :", "Caméra C12 (Place, halle) : oui ou non ?"),
        ("Le réseau des caméras est séparé de celui de la mairie :\n    [ ] oui", "Le réseau des caméras est séparé de celui de la mairie :\n    [x] oui"),
    )  # fmt: skip
    assert code == 3
    assert "Non lues, à reprendre à la main" in out and "Attendu : une croix" in " ".join(out.split())
    kept = said(folder)["mesures_techniques"]
    assert isinstance(kept.value, Choices) and kept.value.oui == {"local_ferme", "reseau_separe"} and kept.value.non == {"horloge"}
    assert kept.par == "informatique" and kept.le


def test_dont_know_is_recorded_with_who_said_it_and_frees_the_question(folder: Path, tmp_path: Path, run: small.RUN) -> None:
    run("repondre", folder, "conservation_jours=?")
    text = run("reste", folder, "--pour", "installateur")[1].replace(
        "Un nombre de jours.\nRéponse :", "Un nombre de jours.\nRéponse : je ne sais pas"
    )
    (tmp_path / "r.txt").write_text(text, encoding="utf-8")
    assert run("repondre", folder, "--fichier", tmp_path / "r.txt")[0] == 0
    kept = said(folder)["conservation_jours"]
    assert (kept.value, kept.par, kept.qui) == (UNKNOWN, "installateur", "")
    assert "installateur" not in found(folder)["conservation_jours"].people


def test_an_answer_given_meanwhile_is_not_replaced_silently(folder: Path, tmp_path: Path, run: small.RUN) -> None:
    run("repondre", folder, "conservation_jours=?")
    sheet = run("reste", folder, "--pour", "installateur")[1]
    (tmp_path / "r.txt").write_text(sheet.replace("jours.\nRéponse :", "jours.\nRéponse : 30 jours"), encoding="utf-8")
    run("repondre", folder, "conservation_jours=15")
    code, out, _ = run("repondre", folder, "--fichier", tmp_path / "r.txt")
    assert code == 3 and "Dans le dossier : 15 jours. Sur la fiche : 30 jours." in out
    assert said(folder)["conservation_jours"].value == 15
    code, out, _ = run("repondre", folder, "--fichier", tmp_path / "r.txt", "--remplacer")
    assert code == 0 and said(folder)["conservation_jours"].value == 30
    before = (folder / "reponses.yaml").read_bytes()
    assert run("repondre", folder, "--fichier", tmp_path / "r.txt")[1].startswith("Réponses enregistrées : 0")
    (tmp_path / "r.txt").write_text(sheet.replace("jours.\nRéponse :", "jours.\nRéponse : je ne sais pas"), encoding="utf-8")
    assert run("repondre", folder, "--fichier", tmp_path / "r.txt", "--remplacer")[1].startswith("Réponses enregistrées : 0")
    assert (folder / "reponses.yaml").read_bytes() == before


@pytest.mark.parametrize("content", [b"Bonjour, tout va bien.", b"PK\x03\x04", b"\0\0", b""])
def test_a_file_that_is_no_sheet_changes_nothing(folder: Path, tmp_path: Path, run: small.RUN, content: bytes) -> None:
    (tmp_path / "r.docx").write_bytes(content)
    before = sorted((path.name, path.read_bytes()) for path in folder.iterdir())
    code, out, err = run("repondre", folder, "--fichier", tmp_path / "r.docx")
    assert code == 2 and out == "" and err.startswith("dpia : ") and "r.docx" in err
    assert sorted((path.name, path.read_bytes()) for path in folder.iterdir()) == before


def test_the_word_sheet_has_clickable_boxes_and_the_same_marks(folder: Path) -> None:
    from dpia.documents.enquiry_word import render

    facts = facts_of(folder)
    sheet = enquiry.sheet(facts, asking.asked_of(asking.requests(facts, assess(load(), facts)), "installateur"), "installateur")
    with zipfile.ZipFile(io.BytesIO(render(sheet, small.TODAY))) as package:
        xml = package.read("word/document.xml").decode()
    assert xml.count("<w14:checkbox>") == xml.count("☐") == sum(
        2 if entry.question.type == "liste" else (2 if entry.question.type == "choix_multiple" else 1) * len(entry.boxes) * len(entry.cells)
        for entry in sheet.entries
    )  # fmt: skip
    for entry in sheet.entries:
        assert all(f"[{cell.mark}]" in xml for cell in entry.cells)

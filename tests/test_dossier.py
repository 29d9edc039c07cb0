"""Dossiers on disk: what is written is read back, what cannot be read is refused in French and left alone, nothing is lost."""

from __future__ import annotations

import errno
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpia import dossier as dossiers
from dpia import followup
from dpia.answers import Answer, clean, read_value
from dpia.cli import main
from dpia.corpus import load
from dpia.dossier import ANSWERS, JOURNAL, DossierError
from dpia.values import UNKNOWN, Choices, Item, Items
from dpia.yamlfile import LIMIT
from tests.fixtures import small
from tests.fixtures.random_dossiers import Drawer, assemble, dice

BASE = small.corpus(
    "son", "duree nombre", "stade choix projet service", "mentions choix_multiple logo droits contact", "jour date", "motif texte",
    {"id": "commune", "type": "commune"},
    {"id": "cams", "type": "liste", "element": "caméra", "champs": ["id texte", "bruit", "usages choix_multiple a b", "n nombre", "pose date", "lieu texte"]},
)  # fmt: skip
HOSTILE = (
    "👮🏽 café", "\x00\x01\x07\x1b[31m", "{{ 7*7 }}", "{% raw %}", "=1+1", "@SUM(A1)", "-2+3", "<script>alert(1)</script>", '"', "'", '\\"', "\\", "\\n",
    "a\nb", "a\r\nb", "a\tb", "\u2028", "a\u2028b\u2029c", "a\x85b", "a\x80b\x9fc", "\ufeffa", "\ufffe", "\ud800", "\u202eabc", "#", "a: b", "a #b", "- a",
    "[a, b]", "{a: b}", "&a", "*a", "!a", "%", "|", ">", "?x", "oui", "non", "true", "null", "~", "1e3", "01004", "2024-03-15", "…" * 300, "mot " * 400,
)  # fmt: skip
texts = st.sampled_from(HOSTILE) | st.text(max_size=40)
SHORT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def clean_texts() -> st.SearchStrategy[str]:
    """Texts as the questions let them through."""
    return texts.map(clean).filter(lambda text: text != "" and text.lower() not in ("?", "ne sait pas", "je ne sais pas", "nsp", "inconnu"))


def choices(*options: str) -> st.SearchStrategy[Choices]:
    return st.tuples(*[st.sampled_from(["oui", "non", "inconnu"])] * len(options)).map(
        lambda said: Choices(*(frozenset(o for o, side in zip(options, said, strict=True) if side == wanted) for wanted in ("oui", "non")))
    )


numbers = st.integers(-(10**11), 10**11) | st.integers(-(10**9), 10**9).map(
    lambda n: read_value(BASE.questions["duree"], f"{n / 10**6:.6f}")
)
days = st.dates(date(1990, 1, 1), date(2100, 12, 31))


def elements() -> st.SearchStrategy[tuple[Item, ...]]:
    def item(key: str, cells: dict[str, Any]) -> Item:
        return Item(key, {"id": key, **{name: cell for name, cell in cells.items() if cell is not None}})

    cells = st.fixed_dictionaries({
        "bruit": st.none() | st.booleans() | st.just(UNKNOWN), "usages": st.none() | choices("a", "b"), "n": st.none() | numbers,
        "pose": st.none() | days, "lieu": st.none() | clean_texts() | st.just(UNKNOWN),
    })  # fmt: skip
    return st.lists(st.builds(item, clean_texts(), cells), max_size=4, unique_by=lambda found: found.key).map(tuple)


VALUES = {
    "son": st.booleans(), "duree": numbers, "stade": st.sampled_from(["projet", "service"]), "mentions": choices("logo", "droits", "contact"), "jour": days,
    "motif": clean_texts(), "commune": st.sampled_from(["01004", "2A004"]), "cams": st.builds(Items, elements(), st.booleans()),
}  # fmt: skip


def answer(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Answer]:
    about = st.sampled_from(["", "note", "capture.png"]) | texts.map(clean)
    return st.builds(Answer, value | st.just(UNKNOWN), note=about, preuve=about, par=about, le=about, qui=about)


dossier_answers = st.fixed_dictionaries({}, optional={name: answer(value) for name, value in VALUES.items()})
kept = st.dictionaries(
    st.text(min_size=1, max_size=30).filter(lambda name: name not in BASE.questions and not any(0xD800 <= ord(c) < 0xE000 for c in name)),
    st.recursive(SHORT, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SHORT, inner, max_size=3), max_leaves=5),
    max_size=3,
)


@given(dossier_answers, kept)
@settings(max_examples=250)
def test_what_is_written_is_read_back(said: dict[str, Answer], unknown: dict[str, Any]) -> None:
    text = dossiers.write_answers({name: said[name] for name in BASE.questions if name in said}, unknown, BASE)
    read, again = dossiers.parse(text.encode("utf-8"), BASE, "reponses.yaml")
    assert read == said
    assert again == unknown
    assert dossiers.write_answers(read, again, BASE) == text


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_hostile_text_survives_the_disk_as_it_was_cleaned(tmp_path: Path, text: str) -> None:
    dossier = dossiers.create(tmp_path / "d")
    value = read_value(BASE.questions["motif"], text)
    dossiers.say(dossier, BASE, {"motif": Answer(value, note=text), "cams": Answer(Items((Item("C1", {"id": "C1", "lieu": value}),)))})
    read = dossiers.read(tmp_path / "d", BASE)
    assert read.answers["motif"].value == value
    assert read.answers["motif"].note == clean(text)
    assert read.answers["cams"].value.elements[0].cells.get("lieu", UNKNOWN) == value  # type: ignore[union-attr]


def test_random_dossiers_of_the_real_base_survive_the_disk(tmp_path: Path) -> None:
    base = load()
    for seed in range(25):
        random = dice(seed)
        pieces = Drawer(base, random).shuffled()
        said = assemble(base, pieces[: int(len(pieces) * random.random())])
        text = dossiers.write_answers({name: said[name] for name in base.questions if name in said}, {}, base)
        assert dossiers.parse(text.encode(), base, "x")[0] == said


def test_each_answer_is_written_under_its_question_and_an_insee_code_stays_a_text(tmp_path: Path) -> None:
    dossier = dossiers.create(tmp_path / "d")
    dossiers.say(
        dossier, load(), {"commune": Answer("01004"), "conservation_jours": Answer(15, note="réglage du 3 mars", preuve="capture.png")}
    )
    text = (tmp_path / "d" / ANSWERS).read_text(encoding="utf-8")
    assert text.startswith('format: 1\nreponses:\n  # Quelle est la commune ?\n  commune: {valeur: "01004"}\n')
    assert '  conservation_jours: {valeur: 15, note: "réglage du 3 mars", preuve: "capture.png"}\n' in text
    assert (tmp_path / "d" / "pieces").is_dir()


@pytest.mark.parametrize("typed", ["0,000001", "0.00005", "-0,5", "123456789012,123456", "15,0", "1000000"])
def test_a_number_however_small_is_written_so_that_it_can_be_read(typed: str) -> None:
    value = read_value(BASE.questions["duree"], typed)
    text = dossiers.write_answers({"duree": Answer(value)}, {}, BASE)
    assert parse(text)[0]["duree"].value == value


@pytest.mark.parametrize("written", ["01004", '"01004"', "'01004'"])
def test_an_insee_code_is_no_octal_number(written: str) -> None:
    said, _ = parse(f"format: 1\nreponses:\n  commune: {{valeur: {written}}}\n")
    assert said["commune"].value == "01004"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("son: oui", True), ("son: {valeur: non, note: vu}", False), ("son: {inconnu: true, qui: installateur}", UNKNOWN), ("son: '?'", UNKNOWN),
        ("duree: 15", 15), ("duree: {valeur: '15'}", 15), ("jour: 2024-03-15", date(2024, 3, 15)), ("jour: 15/03/2024", date(2024, 3, 15)),
        ("mentions: [logo]", Choices(frozenset({"logo"}))), ("mentions: {oui: [logo], non: [droits], inconnu: [contact]}", Choices(frozenset({"logo"}), frozenset({"droits"}))),
        ("mentions: {oui: [logo], inconnu: true}", Choices(frozenset({"logo"}))), ("mentions: {inconnu: true}", UNKNOWN),
        ("cams: []", Items()), ("cams: [{id: C1, bruit: oui}]", Items((Item("C1", {"id": "C1", "bruit": True}),))),
        ("motif: |\n    deux\n    lignes", "deux\nlignes"),
    ],
)  # fmt: skip
def test_what_a_person_writes_by_hand_is_understood(line: str, value: Any) -> None:
    said, _ = parse(f"format: 1\nreponses:\n  {line}\n")
    assert next(iter(said.values())).value == value


def parse(text: str | bytes) -> tuple[dict[str, Answer], dict[str, Any]]:
    return dossiers.parse(text if isinstance(text, bytes) else text.encode("utf-8"), BASE, "commune/reponses.yaml")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "est vide ou n'est pas un fichier de réponses : il commence par « format: 1 », puis « reponses: »"),
        (b"\n# rien\n", "est vide ou n'est pas un fichier de réponses"),
        (b"- a\n", "n'est pas un fichier de réponses"),
        (b"format: 1\n", "n'est pas un fichier de réponses"),
        (b"reponses: {}\n", "« format: 1 » est attendu en tête (ici « rien »)"),
        (b"format: un\nreponses: {}\n", "« format: 1 » est attendu en tête (ici « un »)"),
        ("format: ²\nreponses: {}\n".encode(), "« format: 1 » est attendu en tête"),
        (b"format: 0\nreponses: {}\n", "« format: 1 » est attendu en tête"),
        (b"format: [1]\nreponses: {}\n", "« format: 1 » est attendu en tête"),
        (b"format: " + b"9" * 5000 + b"\nreponses: {}\n", "« format: 1 » est attendu en tête"),
        (b"format: 2\nreponses: {}\n", "a le format 2, plus récent que celui de ce programme (1) ; mettez dpia à jour. Rien n'a été modifié"),
        (b"format: 1\nreponses: oui\n", "« reponses » attend une ligne par question"),
        (b"format: 1\nreponses:\n  son: [oui\n", "ligne 4, colonne 1 : ce n'est pas du YAML lisible"),
        (b"format: 1\nreponses:\n\tson: oui\n", "ligne 3, colonne 1 : ce n'est pas du YAML lisible"),
        (b"format: 1\nreponses:\n  son: oui\n  son: non\n", "ligne 4 : la clé « son » est écrite deux fois ; gardez-en une"),
        (b"format: 1\nreponses:\n  cams:\n    - {id: C1, id: C2}\n", "ligne 4 : la clé « id » est écrite deux fois"),
        (b"format: 1\nreponses:\n  a: &x [1]\n  b: *x\n", "ligne 3 : les alias et les ancres YAML (&, *) ne sont pas acceptés"),
        (b"format: 1\nreponses: " + b"[" * 30 + b"]" * 30, "trop de niveaux imbriqués"),
        (b"format: 1\nreponses:\n  " + b"k" * 300 + b": 1\n", "une clé de plus de 200 caractères"),
        (b"format: 1\nreponses: {? [a, b] : c}\n", "une clé doit être un mot"),
        (b"format: 1\nreponses: {}\n---\nformat: 1\n", "ce n'est pas du YAML lisible"),
        (b"format: 1\nreponses: {motif: \x00}\n", "ce n'est pas du YAML lisible"),
        ("format: 1\nreponses: {motif: é}\n".encode("cp1252"), "n'est pas un texte UTF-8 ; réenregistrez-le en UTF-8"),
        ("format: 1\nreponses: {motif: é}\n".encode("utf-16"), "n'est pas un texte UTF-8"),
        (b"format: 1\nreponses:\n  duree: longtemps\n", "question « duree » : un nombre est attendu (ici « longtemps »)"),
        (b"format: 1\nreponses:\n  duree: [1]\n", "question « duree » : une seule réponse est attendue, pas une liste"),
        (b"format: 1\nreponses:\n  duree: {valeur: 3, notes: x}\n", "une réponse s'écrit « {valeur: …} » ou « {inconnu: true} »"),
        (b"format: 1\nreponses:\n  duree: {valeur: 3, note: [x]}\n", "question « duree » : « note » attend un texte"),
        (b"format: 1\nreponses:\n  jour: 2024-02-30\n", "question « jour » : une date s'écrit 2024-03-15 ou 15/03/2024, et doit exister au calendrier (ici « 2024-02-30 »)"),
        (b"format: 1\nreponses:\n  commune: 1004\n", "question « commune » : un code INSEE a cinq caractères"),
        (b"format: 1\nreponses:\n  stade: projte\n", "question « stade » : « projte » n'est pas une réponse possible : projet, service ; vouliez-vous « projet » ?"),
        (b"format: 1\nreponses:\n  cams: [{id: C1, bruit: fort}]\n", "question « cams » : élément 1 (C1), « bruit » : répondez « oui »"),
    ],
    ids=lambda part: ascii(part)[:40],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_french_and_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, content: bytes, said: str
) -> None:
    monkeypatch.setattr("dpia.commands.load", lambda: BASE)
    (tmp_path / ANSWERS).write_bytes(content)
    for command in (["repondre", str(tmp_path), "son=oui"], ["verifier", str(tmp_path)]):
        assert main(command) == 2
        out, message = capsys.readouterr()
        assert out == ""
        assert message.startswith(f"dpia : {tmp_path / ANSWERS}")
        assert said in message
        for foreign in ("Error", "xpected", "None", "<class", "mapping", "Traceback"):
            assert foreign not in message
    assert (tmp_path / ANSWERS).read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == [ANSWERS]


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / ANSWERS).write_bytes(b"format: 1\nreponses: {}\n" + b"#" * LIMIT)
    with pytest.raises(DossierError, match="dépasse 1000 ko"):
        dossiers.read(tmp_path, BASE)


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert parse(b"\xef\xbb\xbfformat: 1\nreponses: {son: oui}\n")[0]["son"].value is True


def test_unknown_questions_are_kept_as_they_were_and_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ANSWERS).write_text(
        'format: 1\nreponses:\n  future: {oui: [a, b], note: "é\\x80\\u2028"}\n  ancienne:\n  - {id: 01, x: [1, 2]}\n', encoding="utf-8"
    )
    assert main(["verifier", str(tmp_path)]) == 3
    errors = capsys.readouterr().err
    assert "question inconnue de cette version, conservée sans effet : « future »" in errors and "« ancienne »" in errors
    assert main(["repondre", str(tmp_path), "population=100"]) == 0
    again = dossiers.read(tmp_path, load())
    assert again.kept == {"future": {"oui": ["a", "b"], "note": "é\x80\u2028"}, "ancienne": [{"id": "01", "x": ["1", "2"]}]}
    assert again.answers["population"].value == 100


# -- writing


def test_every_change_is_journalled(tmp_path: Path) -> None:
    dossier = dossiers.say(dossiers.create(tmp_path), BASE, {"duree": Answer(30)})
    dossiers.say(dossier, BASE, {"duree": Answer(15, note="a\u2028b\nc"), "son": Answer(UNKNOWN)}, by="M. D.")
    rows = [json.loads(line) for line in (tmp_path / JOURNAL).read_bytes().decode("utf-8").split("\n") if line]
    assert [(row["question"], row["avant"], row["par"]) for row in rows] == [
        ("duree", None, ""), ("duree", "duree: {valeur: 30}", "M. D."), ("son", None, "M. D."),
    ]  # fmt: skip
    assert rows[1]["apres"] == 'duree: {valeur: 15, note: "a\\u2028b\\nc"}'
    assert all(row["droit"] == "2026-11-25" and row["quand"][:4].isdigit() for row in rows)


def test_a_file_held_by_another_program_for_a_moment_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []
    replace = Path.replace

    def held(self: Path, target: Path) -> Path:
        tries.append(target)
        if len(tries) < 3:
            raise PermissionError(errno.EACCES, "held")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", held)
    monkeypatch.setattr("time.sleep", lambda _: None)
    dossiers.say(dossiers.create(tmp_path), BASE, {"son": Answer(False)})
    assert len(tries) == 3
    assert dossiers.read(tmp_path, BASE).answers["son"].value is False


def test_a_folder_that_is_a_file_or_holds_answers_is_not_created(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("x")
    for path in (tmp_path / "fichier", tmp_path / "fichier" / "dossier"):
        with pytest.raises(DossierError, match="impossible de créer le dossier \\(un fichier porte le nom attendu"):
            dossiers.create(path)
    with pytest.raises(DossierError, match="ne peut pas être lu \\(un fichier porte le nom attendu"):
        dossiers.read(tmp_path / "fichier", BASE)
    with pytest.raises(DossierError, match="n'existe pas ; créez le dossier avec « dpia nouveau"):
        dossiers.read(tmp_path / "absent", BASE)
    dossiers.say(dossiers.create(tmp_path / "d"), BASE, {"son": Answer(True)})
    with pytest.raises(DossierError, match="contient déjà des réponses ; reprenez-le avec « dpia questions"):
        dossiers.create(tmp_path / "d")


# -- suivi.yaml


def follow(tmp_path: Path, text: str) -> Any:
    (tmp_path / followup.FILE).write_text(text, encoding="utf-8")
    return followup.read(tmp_path, load())


def test_the_follow_up_is_read_and_its_absence_is_no_fault(tmp_path: Path) -> None:
    assert followup.read(tmp_path, load()) == {}
    rule = load().rules[0].rule.id
    found = follow(tmp_path, f"format: 1\nsuivi:\n  {rule}: {{statut: en_cours, responsable: M. D., echeance: 2027-01-31}}\n")
    assert found[rule] == followup.FollowUp("en_cours", "M. D.", date(2027, 1, 31), "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("format: 1\n", "commence par « format: 1 », puis « suivi: »"),
        ("format: 1\nsuivi:\n  inexistante: {statut: fait}\n", "« inexistante » : ni règle ni mesure ne porte ce nom"),
        ("format: 1\nsuivi:\n  csi-conservation-un-mois: {status: fait}\n", "sont les seules clés"),
        ("format: 1\nsuivi:\n  csi-conservation-un-mois: {statut: fini}\n", "le statut est a_traiter, en_cours, fait"),
        ("format: 1\nsuivi:\n  csi-conservation-un-mois: {echeance: 2027-02-30}\n", "doit exister au calendrier"),
        ("format: 1\nsuivi: [", "ce n'est pas du YAML lisible"),
    ],
)
def test_a_follow_up_that_cannot_be_read_says_why(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DossierError) as caught:
        follow(tmp_path, text)
    assert said in str(caught.value) and followup.FILE in str(caught.value)

"""What `dpia pia importer` makes of a file that others wrote: all versions read, nothing run, nothing guessed, nothing replaced."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpia import pia_file, pia_import, pia_words
from dpia.answers import Answer
from dpia.corpus import load
from dpia.facts import AnsweredFacts
from dpia.pia_file import PiaError
from tests.fixtures import pia_tool, small

ON = date(2026, 11, 25)


def _answer(question: Any, text: str | None = None, **data: Any) -> dict[str, Any]:
    return {"reference_to": question, "data": {"text": text, "gauge": None, "list": [], **data}}


def _file(answers: list[dict[str, Any]] | None = None, name: str = "Vidéoprotection", **more: Any) -> bytes:
    head = {"name": name, "category": None, **more.pop("pia", {})}
    whole = {"pia": head, "answers": answers or [], "measures": [], "evaluations": [], "comments": []} | more
    return json.dumps(whole, ensure_ascii=False).encode()


def _gather(content: bytes, answers: Mapping[str, Answer] | None = None) -> pia_import.Imported:
    return pia_import.gather(pia_file.parse(content), AnsweredFacts(load(), answers or {}, ON), "2026-11-25", "pia.json")


def _zip(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return packed.getvalue()


# -- what is read


def test_our_own_file_comes_back_from_the_tool(run: small.RUN, tmp_path: Path) -> None:
    source, other = tmp_path / "exemple", tmp_path / "vide"
    source.mkdir()
    (source / "reponses.yaml").write_bytes((small.ROOT / "dpia/data/profils/petite-commune/reponses.yaml").read_bytes())
    assert run("pia", "exporter", source, "--date", "2026-11-25", "-o", tmp_path / "aller.json")[0] == 0
    (tmp_path / "retour.json").write_bytes(pia_tool.exported(pia_tool.load((tmp_path / "aller.json").read_bytes())))
    assert run("nouveau", other)[0] == 0
    code, out, _ = run("pia", "importer", other, tmp_path / "retour.json")
    report = (other / "pia-importe.md").read_text(encoding="utf-8")
    assert code == 0 and "[commune]" in out and 'valeur: "00002"' in (other / "reponses.yaml").read_text(encoding="utf-8")
    assert "(IMPORT)" not in report and all(f"### {number}. " in report for number in pia_words.questions())
    assert run("pia", "importer", other, tmp_path / "retour.json")[0] == 0
    (tmp_path / "retour.json").write_bytes(_file([_answer(111, "<p>Un autre.</p>")]))
    assert "pia-importe-3.md" in run("pia", "importer", other, tmp_path / "retour.json")[1]  # the second says "déjà répondu"
    assert (other / "pia-importe.md").read_text(encoding="utf-8") == report


@pytest.mark.parametrize(
    "content",
    [
        _file([_answer("111", "<p>Été</p>")]),
        b"\xef\xbb\xbf" + _file([_answer(111, "<p>Été</p>")]),
        _file([_answer(111, "<p>Été</p>")]).decode().encode("utf-16"),
        _file([_answer(111, "<p>Été</p>")]).decode().encode("cp1252"),
        json.dumps({"pia": {"name": "x"}, "answers": [_answer(111, "Été"), {"reference_to": 112, "data": None}, None, 3]}).encode(),
        _zip(pia_dot_json=_file([_answer(111, "&Eacute;t&eacute;")])),
        _zip(**{"Un dossier__export_dot_json": _file([_answer(111, "Été")]), "Pièces jointes__a_dot_pdf": b"%PDF"}),
    ],
)
def test_every_container_and_version_is_read(content: bytes) -> None:
    assert pia_file.parse(content).text(111) == "Été"


def test_both_spellings_unknown_questions_and_what_others_decided_are_kept_to_read() -> None:
    structure = {"sections": [{"items": [{"questions": [{"id": 114, "title": "Et le vent ?", "answer_type": "text"}]}]}]}
    gathered = _gather(
        _file(
            [_answer(114, "<p>Du nord</p>"), _answer(114, "<p>Du sud</p>"), _answer(325, "<p>Grave</p>", gauge="3"), _answer(321, list=["Peur"])],
            name="(IMPORT) (COPY) (IMPORT) Place",
            pia={"rejected_reason": "Trop tôt", "dpo_status": 0, "structure_id": 1, "structure_data": structure, "progress": 100},
            measures=[{"id": "a-1", "title": "Clé", "content": "<p>Sous clé</p>"}],
            evaluations=[{"reference_to": "3.1.a-1", "status": 2, "action_plan_comment": "<p>Changer</p>", "estimated_implementation_date": "2027-02-12T00:00:00.000Z"}],
            comments=[{"reference_to": "212", "description": "À relire"}, {"reference_to": 5, "description": None}],
        )
    )  # fmt: skip
    for text in ("114. Et le vent ?", "Du nord", "Du sud", "Trop tôt", "ne devrait pas être mis en œuvre", "Niveau : 3 sur 4", "- Peur", "    Place\n",
                 "3.1, mesure « Clé »", "Évaluation : améliorable", "Échéance : 2027-02-12", "À relire", "1 élément(s)"):  # fmt: skip
        assert text in gathered.report, text
    assert not gathered.changes and "100" not in gathered.report


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"{}", "pas un PIA"), (b"[1]", "pas un PIA"), (b'{"pia": []}', "pas un PIA"), (b"%PDF-1.7", "JSON"), (b"[" * 100_000, "JSON"),
        (b'{"pia": {"name": "x"}, "n": ' + b"9" * 5000 + b"}", "JSON"),
        (b"PK\x03\x04abime", "abîmée"), (_zip(a_dot_json=b"{}", b_dot_json=b"{}"), "un seul"), (_zip(a_dot_txt=b""), "un seul"),
        (_zip(pia_dot_json=b" " * 6_000_000), "5 Mo"), (b" " * 5_000_001, "5 Mo"),
        (_zip(**{f"{n}_dot_txt": b"" for n in range(2_001)}), "trop de fichiers"),
    ],
)  # fmt: skip
def test_what_is_no_pia_or_too_big_is_refused_with_a_sentence(content: bytes, why: str) -> None:
    with pytest.raises(PiaError, match=why):
        pia_file.parse(content)


def test_a_bomb_is_not_unfolded() -> None:
    bomb = _zip(pia_dot_json=b" " * 60_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(PiaError, match="5 Mo"):
            pia_file.parse(bomb)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["reference_to", "data", "text", "list", "gauge", "id", "title", "content", "status"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(st.fixed_dictionaries({"pia": st.dictionaries(st.sampled_from(["name", "category", "dpo_status", "structure_data"]), JSON, min_size=1)},
                             optional=dict.fromkeys(("answers", "measures", "evaluations", "comments"), JSON)))  # fmt: skip
def test_no_shape_of_the_file_breaks_the_reader(whole: dict[str, Any]) -> None:
    gathered = _gather(json.dumps(whole).encode())
    assert gathered.report.startswith("# PIA importé")


# -- nothing runs


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Un.</p><p>Deux.</p>", "Un.\nDeux."),
        ("<ul><li>a</li><li>b</li></ul>fin", "- a\n- b\nfin"),
        ("<p>x<script>alert(1)</script><style>p{}</style>y</p>", "xy"),
        ('<img src=x onerror="alert(1)"><a href="javascript:1">lien</a>', "lien"),
        ("<svg><p>caché</p></svg>vu<iframe>non", "vu"),
        ("a &lt;b&gt; &amp; &#8217;&nbsp;c\u202e\x00", "a <b> & ’ c"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
        (7, ""),
    ],
)
def test_html_becomes_words(html: Any, text: str) -> None:
    assert pia_file.plain_text(html) == text


HOSTILE = "# titre\n<b onclick=x>gras</b> [lien](javascript:1) ![i](http://x) `z`\n\n---\n| a |\n&lt;script&gt;alert(1)&lt;/script&gt;"


@given(st.text(max_size=60))
def test_what_a_file_says_is_shown_as_text_in_the_report(said: str) -> None:
    said = f"{HOSTILE} {said}"
    structure = {"questions": [{"id": 115, "title": said, "answer_type": "text"}]}
    report = _gather(
        _file(
            [_answer(111, said), _answer(115, said), _answer(321, list=[said])],
            name=said,
            pia={"category": said, "structure_id": 1, "structure_data": structure, "dpo_opinion": said},
            measures=[{"id": 1, "title": said, "content": said}],
            comments=[{"reference_to": 111, "description": said}],
        )
    ).report
    for line in report.splitlines():
        assert line.startswith("    ") or (not set(line) & set("<>[]|") and not line.startswith(("---", "# titre")))


# -- nothing is guessed


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("<p>15 jours, puis écrasement automatique ; les extractions suivent la procédure.</p>", 15),
        ("Les images sont conservées 21 jours.", 21),
        ("Les images s'effacent au bout de 30 jours", 30),
        ("30 jours maximum", None), ("Jusqu'à 15 jours", None), ("15 à 30 jours", None), ("Entre 15 et 30 jours", None), ("un mois", None),
        ("15 jours. Les journaux : trois ans", None), ("15 jours, 30 jours pour la gare", None), ("quinze jours", None),
        ("L'arrêté autorise 30 jours de conservation", None), ("Il est répondu aux demandes en 30 jours", None), ("1,5 jours", None),
        ("Les images ne sont pas gardées 30 jours", None), ("", None),
    ],
)  # fmt: skip
def test_the_retention_is_read_only_when_nothing_else_can_be_meant(text: str, days: int | None) -> None:
    assert pia_import.retention(pia_file.parse(_file([_answer(215, text)]))) == days


@pytest.mark.parametrize(
    ("name", "processing"),
    [
        ("Vidéoprotection – Nyons", "videoprotection"),
        ("Caméras-piétons", "cameras_individuelles"),
        ("Vidéoprotection et stationnement", ""),
        ("RH", ""),
    ],
)
def test_the_retention_goes_to_the_processing_that_the_pia_names(name: str, processing: str) -> None:
    content = _file([_answer(215, "Vidéos gardées 25 jours")], name=name)
    assert pia_import.processing(pia_file.parse(content)) == processing
    fills = {"videoprotection": {"conservation_jours"}, "cameras_individuelles": {"pietons_conservation"}}
    assert set(_gather(content).changes) == fills.get(processing, set())


@pytest.mark.parametrize(
    ("name", "text", "insee"),
    [
        ("Vidéoprotection de la commune de Nyons", "", "26220"), ("PIA", "La ville du Havre filme six rues.", "76351"),
        ("PIA", "La mairie de La Ciotat. La commune de la Ciotat", "13028"), ("PIA", "La commune de l'Aigle filme", "61214"),
        ("PIA", "Commune de Nyons, puis commune de Valence", None), ("PIA", "La commune de Saint-Martin filme", None),
        ("Vidéoprotection - Les Halles", "La commune décide", None), ("PIA", "commune de Xyzzy", None),
    ],
)  # fmt: skip
def test_the_commune_is_read_only_where_it_is_named_as_one(name: str, text: str, insee: str | None) -> None:
    said = _gather(_file([_answer(111, text)], name=name)).changes.get("commune")
    assert (said.value if said else None) == insee


def test_a_delegate_is_reached_at_the_only_address_that_is_theirs() -> None:
    assert _gather(_file([_answer(112, "dpo@x.example, maire@x.example")])).changes["dpo_contact"].value == "dpo@x.example"
    assert not _gather(_file([_answer(112, "dpo@x.example, dpd@y.example")])).changes


# -- nothing is replaced


def test_an_answer_of_the_dossier_stays_and_the_difference_is_said(run: small.RUN, tmp_path: Path) -> None:
    assert run("nouveau", tmp_path / "d", "--commune", "26220")[0] == 0
    assert run("repondre", tmp_path / "d", "conservation_jours=30", "dpo_contact=?")[0] == 0
    (tmp_path / "p.json").write_bytes(_file([_answer(215, "15 jours"), _answer(112, "dpo@x.example")]))
    code, out, _ = run("pia", "importer", tmp_path / "d", tmp_path / "p.json")
    answers = (tmp_path / "d/reponses.yaml").read_text(encoding="utf-8")
    assert code == 3 and "non remplacé" in out and "conservation_jours=15" in " ".join(out.split())
    assert "valeur: 30" in answers.replace('"', "") and "dpo@x.example" in answers


def test_the_pia_of_another_commune_fills_nothing(run: small.RUN, tmp_path: Path) -> None:
    assert run("nouveau", tmp_path / "d", "--commune", "26220")[0] == 0
    (tmp_path / "p.json").write_bytes(_file([_answer(215, "15 jours")], name="Vidéoprotection de la commune de Valréas"))
    before = (tmp_path / "d/reponses.yaml").read_bytes()
    code, out, _ = run("pia", "importer", tmp_path / "d", tmp_path / "p.json")
    assert code == 3 and "Valréas" in out and (tmp_path / "d/reponses.yaml").read_bytes() == before


def test_a_file_that_is_not_there_is_said(run: small.RUN, tmp_path: Path) -> None:
    assert run("nouveau", tmp_path / "d")[0] == 0
    code, _, err = run("pia", "importer", tmp_path / "d", tmp_path / "rien.zip")
    assert code == 2 and "Rien n'a été importé" in err

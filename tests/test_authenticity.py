"""`dpia authentifier`: a comma changed in a generated part is seen and placed; what Word, LibreOffice or a writer rightly does is not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx_reader import NS
from test_passages import DAY, edit, run, typed, word_file
from test_passages import _resaved as resaved
from test_passages import home as home  # a fixture

from dpia.cli import main
from dpia.documents.passages import declared

NOTHING = "Aucune partie générée n'est changée."
SENTENCE = "Aucun texte ne fixe de seuil chiffré"


def _said(home: Path, path: Path, capsys: pytest.CaptureFixture[str], code: int, *more: str) -> str:
    capsys.readouterr()
    assert main(["authentifier", str(path), "--dossier", str(home), *more]) == code
    return capsys.readouterr().out


def _replaced(path: Path, change: Callable[[bytes], bytes], part: str = "word/document.xml") -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(packed, "w") as copy:
        for name in package.namelist():
            data = package.read(name)
            changed = change(data) if name == part else data
            assert name != part or changed != data
            copy.writestr(name, changed)
    path.write_bytes(packed.getvalue())


def test_a_file_as_written_or_saved_again_has_nothing_changed(home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    said = _said(home, word_file(home), capsys, 0)
    assert NOTHING in said
    assert "ne prouve ni qui" in said
    again = tmp_path / "encore.docx"
    Document(str(word_file(home))).save(str(again))
    assert NOTHING in _said(home, again, capsys, 0)
    assert NOTHING in _said(home, resaved(word_file(home), tmp_path), capsys, 0)


def test_a_comma_is_seen_and_placed_even_saved_again(home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _replaced(word_file(home), lambda xml: xml.replace(b"le nombre de personnes et leur part", b"le nombre de personnes, et leur part"))
    for path in (word_file(home), resaved(word_file(home), tmp_path)):
        said = _said(home, path, capsys, 1)
        assert "L'échelle du dispositif (1 changement)" in said
        assert "le nombre de personnes, et leur part" in said
        assert said.count("changement)") == 1


def test_what_is_added_removed_or_restyled_is_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = Document(str(word_file(home)))
    target = next(paragraph for paragraph in document.paragraphs if paragraph.text.startswith(SENTENCE))
    target._p.addnext(parse_xml(f'<w:p xmlns:w="{NS["w"]}">{run("Phrase ajoutée.")}</w:p>'))
    title = next(paragraph for paragraph in document.paragraphs if paragraph.text == "La cartographie")
    title.style = document.styles["Heading 3"]
    row = next(row._tr for table in document.tables for row in table.rows if row.cells[0].text == "Population")
    next(row.iterancestors()).remove(row)
    document.save(str(word_file(home)))
    said = _said(home, word_file(home), capsys, 1)
    assert "ajouté : « Phrase ajoutée. »" in said
    assert "supprimé (cellule) : « Population »" in said
    assert "changé de nature (était : titre 2) : « La cartographie »" in said


def test_a_passage_and_a_filled_frame_are_expected(home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    edit(word_file(home), "contexte", typed(run("Un."), run("Deux.")))
    _replaced(
        word_file(home),
        lambda xml: xml.replace("☐".encode(), "☒".encode(), 1).replace(b"Nom, date et signature :", b"Nom, date et signature : vu"),
    )
    for path in (word_file(home), resaved(word_file(home), tmp_path)):
        said = _said(home, path, capsys, 0)
        assert "Cadres remplis (attendu) : Avis du délégué" in said
        assert "Textes libres (attendus) : contexte" in said


def test_the_words_of_a_frame_are_ours(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _replaced(word_file(home), lambda xml: xml.replace(b"Le traitement ne peut pas ", b"Le traitement peut "))
    assert "Le traitement peut" in _said(home, word_file(home), capsys, 1)


def test_a_false_zone_hides_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for tag in ("passage:contexte", "passage:autre"):
        document = Document(str(word_file(home)))
        target = next(paragraph for paragraph in document.paragraphs if paragraph.text.startswith(SENTENCE))
        target._p.addnext(
            parse_xml(
                f'<w:sdt xmlns:w="{NS["w"]}"><w:sdtPr><w:tag w:val="{tag}"/></w:sdtPr><w:sdtContent><w:p>{run("Glissé.")}</w:p></w:sdtContent></w:sdt>'
            )
        )
        path = word_file(home).parent / "faux.docx"
        document.save(str(path))
        assert "L'échelle du dispositif" in _said(home, path, capsys, 1)
        moved = Document(str(word_file(home)))
        control = next(
            node
            for node in moved.element.body.iter(qn("w:sdt"))
            if f"{declared()['contexte'].titre}" in str([a.get(qn("w:val")) for a in node.iter(qn("w:alias"))])
        )
        next(paragraph for paragraph in moved.paragraphs if paragraph.text.startswith(SENTENCE))._p.addnext(control)
        moved.save(str(path))
        assert "(zone)" in _said(home, path, capsys, 1)


def test_tracked_changes_are_read_as_accepted(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = Document(str(word_file(home)))
    target = next(paragraph for paragraph in document.paragraphs if paragraph.text.startswith(SENTENCE))
    target._p.append(parse_xml(f'<w:ins xmlns:w="{NS["w"]}" w:id="901" w:author="x">{run(" Glissé.")}</w:ins>'))
    document.save(str(word_file(home)))
    said = _said(home, word_file(home), capsys, 1)
    assert "modifications suivies (1)" in said
    assert "Glissé." in said


def test_the_header_counts_too(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(word_file(home)) as package:
        name = next(name for name in package.namelist() if name.startswith("word/footer") and b"Projet du" in package.read(name))
    _replaced(word_file(home), lambda xml: xml.replace(b"Projet du", b"Version du"), name)
    assert "En-tête et pied de page (1 changement)" in _said(home, word_file(home), capsys, 1)


def test_what_it_was_made_from_is_said_and_asked(home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["repondre", str(home), "conservation_jours=12"]) == 0
    assert "Les réponses ou le suivi du dossier ont changé depuis" in _said(home, word_file(home), capsys, 1)
    other = tmp_path / "autre.docx"
    Document().save(str(other))
    assert main(["authentifier", str(other), "--dossier", str(home)]) == 2
    assert "ne dit pas sa date" in capsys.readouterr().err
    assert main(["authentifier", str(other), "--dossier", str(home), "--date", DAY]) == 2
    assert "ne dit pas de quelle analyse" in capsys.readouterr().err
    assert main(["authentifier", str(tmp_path / "rien.docx"), "--dossier", str(home)]) == 2

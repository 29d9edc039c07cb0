"""Inventories as they come: each layout gives its exact cameras, what it leaves out is shown, a hostile workbook is refused with its remedy."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpia.corpus import load
from dpia.dossier import Dossier
from dpia.inventory import InventoryError, Proposal, corrected, describe, merge, propose, read_table, table
from dpia.inventory.cells import Misread, read_cell, read_date
from dpia.model import Question
from dpia.values import ABSENT, UNKNOWN, Choices, Item, Value
from tests.fixtures.inventories import LAYOUTS, camera, workbook

FIELDS = {field.id: field for field in load().questions["cameras"].champs}


def proposal(folder: Path, content: bytes, name: str = "inventaire.xlsx") -> Proposal:
    (folder / name).write_bytes(content)
    return propose(folder / name, load())


def said(folder: Path, name: str) -> str:
    found = proposal(folder, LAYOUTS[name][0](), name)
    return "\n".join([*describe(found, load()), *map(str, table(found, load()).remarks)])


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_layout_gives_its_cameras_and_changes_nothing_the_second_time(tmp_path: Path, name: str) -> None:
    content, expected = LAYOUTS[name]
    found = table(proposal(tmp_path, content(), name), load())
    assert found.items == expected
    first, _ = merge(found, Dossier(tmp_path, {}, {}), load())
    assert merge(found, Dossier(tmp_path, first, {}), load())[0] == {}


def test_what_a_layout_leaves_out_is_shown(tmp_path: Path) -> None:
    text = said(tmp_path, "titles_and_totals.csv")
    for part in (
        "En-tête : ligne 4 · caméras : 2",
        "Ligne 2 sautée, au-dessus de l'en-tête : « Inventaire des caméras · édité le 3 mars 2026 »",
        "  Latitude (WGS84)   →  latitude (ou Y)   (44,8912, 44,8915° N)",
        "Coordonnées : WGS 84",
        "Ligne 8 laissée de côté (total) : « Total : 2 caméras · 2 »",
        "Ligne 9 laissée de côté (pied de tableau) : « NB : les caméras factices ne sont pas comptées »",
    ):
        assert part in text
    text = said(tmp_path, "grouped_header.xlsx")
    for part in (
        "En-tête : lignes 3 et 4 · caméras : 3",
        "  Localisation > Adresse        →  emplacement   (façade de la mairie, mât 3)",
        "Coordonnées : Lambert-93",
        "Ligne 7 laissée de côté (seul sur sa ligne : un titre, pas un numéro de caméra) : « Secteur 3 »",
        "Ligne 9 laissée de côté (total)",
    ):
        assert part in text
    text = said(tmp_path, "several_sheets.xlsx")
    for part in (
        "Feuille : « Caméras » (laissées de côté : Notice, Enregistreurs)",
        "Coordonnées : CC45",
        "ligne 2 : colonne « Emplacement » : cellule vide (formule jamais calculée) ; ouvrez le fichier dans Excel et enregistrez-le",
        "ligne 3 : colonne « Emplacement » : cellule vide (erreur de calcul #N/A)",
    ):
        assert part in text
    text = said(tmp_path, "printed_pages.xlsx")
    assert "Ligne 4 laissée de côté (en-tête répété)" in text and "Ligne 8 laissée de côté (pied de tableau) : « Signature : · X »" in text


def test_a_merge_reaches_its_own_cells_and_nothing_spreads_in_a_csv(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Numéro", "Site", "Type"], ["C01", "Place", "fixe"], ["C02", None, "fixe"], ["C03", None, "fixe"]]
    items = table(proposal(tmp_path, workbook(("Parc", rows, ("B2:B3",)))), load()).items
    assert [item.cells.get("site") for item in items] == ["Place", "Place", None]
    items = table(proposal(tmp_path, b"Num\xe9ro;Site\nC01;Place\nC02;\n", "x.csv"), load()).items
    assert [item.cells.get("site") for item in items] == ["Place", None]


def test_a_camera_whose_only_cell_is_its_number_is_kept(tmp_path: Path) -> None:
    items = table(
        proposal(tmp_path, b"Num\xe9ro;Site;Type\nC01;Place;fixe\nC02;;\nTotal Access 1;Station;fixe\nPage 3;Parc;\nPage 4;;\n", "x.csv"),
        load(),
    ).items
    assert [item.key for item in items] == ["C01", "C02", "Total Access 1", "Page 3"]


def test_a_number_that_no_program_has_calculated_refuses_the_table(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Numéro", "Site", "Type"], ["C01", "Place", "fixe"], ['="C"&"02"', None, None]]
    with pytest.raises(InventoryError, match=r"ligne 3 : numéro illisible \(formule jamais calculée\) ; ouvrez le fichier dans Excel"):
        table(proposal(tmp_path, workbook(("Parc", rows, ()))), load())


def test_the_surest_of_two_columns_is_read_and_the_other_shown(tmp_path: Path) -> None:
    found = proposal(tmp_path, "Référence;Numéro;Adresse;Emplacement\nR1;C01;rue A;mât\n".encode(), "x.csv")
    assert table(found, load()).items == (camera("C01", emplacement="mât"),)
    shown = "\n".join(describe(found, load()))
    assert "Référence    →  rien : « Numéro » dit déjà : numéro   (R1)" in shown
    assert "Adresse      →  rien : « Emplacement » dit déjà : emplacement" in shown


def test_a_column_none_of_whose_values_fits_was_misread(tmp_path: Path) -> None:
    rows = "Repère;Modèle;Son\nC01;DS-2CD1;oui\nC02;DS-2CD2;fort\nC03;DS-2CD3;?\n".encode()
    found = proposal(tmp_path, rows, "x.csv")
    assert table(found, load()).items == (camera("C01", son=True), camera("C02", son=UNKNOWN), camera("C03", son=UNKNOWN))
    assert "  Modèle  →  rien : aucune de ses valeurs ne se lit comme : type   (DS-2CD1, DS-2CD2)" in describe(found, load())
    insisted = table(corrected(found, {"Modèle": "type"}), load())
    assert insisted.items[0] == camera("C01", type=UNKNOWN, son=True) and len(insisted.remarks) == 4


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("Lat;Lon\nC01;4,8925;44,8912\nC02;4,8931;44,8915\n", "les colonnes latitude (ou Y) et longitude (ou X) semblent inversées"),
        ("X;Y\nC01;1078435;6284513\n", "ces nombres conviennent à plusieurs systèmes (Lambert-93 ou CC47) ; écrivez le bon dans l'en-tête"),
        ("X;Y\nC01;600000;2200000\n", "ces nombres ne conviennent ni à WGS 84, ni à Lambert-93, ni aux zones CC42 à CC50"),
        ("X L93;Y\nC01;4,8925;44,8912\n", "le tableau annonce Lambert-93, mais aucun point n'y tombe en France"),
        ("Lat;Lon\nC01;nord;est\n", "aucune coordonnée lisible"),
    ],
)
def test_coordinates_of_no_sure_system_are_left_and_said(tmp_path: Path, rows: str, why: str) -> None:
    found = table(proposal(tmp_path, ("Repère;" + rows).encode(), "x.csv"), load())
    assert all(set(item.cells) == {"id"} for item in found.items)
    assert why in str(found.remarks[0])


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("4,8925;44,8912", "coordonnées « 4,8925 ; 44,8912 » notées « ne sait pas » : les deux nombres semblent inversés"),
        ("48,85;", "coordonnées « 48,85 » notées « ne sait pas » : il faut deux nombres"),
        ("0;0", "coordonnées « 0 ; 0 » notées « ne sait pas » : ce point n'est pas en France en WGS 84"),
    ],
)
def test_one_wrong_point_is_unknown_and_the_others_are_read(tmp_path: Path, row: str, why: str) -> None:
    found = table(proposal(tmp_path, f"Repère;Lat;Lon\nC01;44,89;4,89\nC02;44,9;4,9\nC03;{row}\n".encode(), "x.csv"), load())
    assert found.items[0] == camera("C01", latitude=44.89, longitude=4.89)
    assert found.items[2] == camera("C03", latitude=UNKNOWN, longitude=UNKNOWN)
    assert f"ligne 4 : {why}" in map(str, found.remarks)


def test_a_header_that_names_the_system_settles_what_the_values_do_not(tmp_path: Path) -> None:
    found = table(proposal(tmp_path, b"Rep\xe8re;X (EPSG:3947);Y\nC01;1078435;6284513\n", "x.csv"), load())
    assert found.items == (camera("C01", latitude=47.465193, longitude=-5.260026),)


# -- one cell


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        ("son", "x", True), ("son", "✓", True), ("son", "OUI", True), ("son", "néant", False), ("son", "Sans", False),
        ("son", "?", UNKNOWN), ("son", "à préciser", UNKNOWN), ("son", "NC", ABSENT), ("son", "Non concerné", ABSENT), ("son", "-", ABSENT),
        ("type", "néant", ABSENT), ("type", "Dôme", "dome"), ("type", "caméra nomade", "mobile"), ("type", "Pivotante (dôme, zoom)", "dome"),
        ("azimut", "N-E", 45), ("azimut", "vers le sud", 180), ("azimut", "12,5°", 12.5), ("emplacement", "2021-03-03", "03/03/2021"),
        ("voit_sensible", "école, église", Choices(frozenset({"ecole", "culte"}))),
        ("voit_sensible", "aucun", Choices(non=frozenset({"ecole", "culte", "soins", "rassemblement"}))),
    ],
)  # fmt: skip
def test_free_words_are_read(field: str, raw: str, value: Value) -> None:
    found = read_cell(FIELDS[field], raw)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("2021-03-03", "2021-03-03"), ("03/03/2021", "2021-03-03"), ("3.3.21", "2021-03-03"), ("3 mars 2021", "2021-03-03"),
        ("mercredi 1er décembre 2021", "2021-12-01"), ("1 févr. 2021", "2021-02-01"), ("44258", "2021-03-03"), ("2021-03-03 14:30", None),
        ("03/21", None), ("2021", None), ("mars 2021", None), ("31/02/2021", None), ("3/14/2021", None), ("99999", None), ("1/1/0021", None),
    ],
)  # fmt: skip
def test_only_a_whole_day_is_a_date(raw: str, day: str | None) -> None:
    question = Question(id="pose", type="date", libelle="Posée le ?")
    if day is None:
        with pytest.raises(Misread, match="un jour"):
            read_cell(question, raw)
    else:
        assert read_date(raw).isoformat() == day


# -- hostile workbooks

SOUND = workbook(("Parc", [["Numéro"], ["C01"]], ()))


def changed(*, add: tuple[str, bytes] | None = None, sheet: Callable[[str], str] = str) -> bytes:
    """A sound workbook with a part added, or its sheet rewritten."""
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(SOUND)) as source,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, sheet(content.decode()).encode() if name == "xl/worksheets/sheet1.xml" else content)
        if add:
            target.writestr(*add)
    return held.getvalue()


def archive(name: str, content: bytes = b"") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as target:
        target.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (changed(add=("xl/vbaProject.bin", b"x")), "le classeur contient des macros (.xlsm). Dans Excel : Enregistrer sous"),
        (changed(add=("xl/externalLinks/externalLink1.xml", b"<x/>")), "le classeur est lié à d'autres fichiers. Copiez le tableau"),
        (changed(add=("xl/media/bombe.png", b"\0" * 100_000_001)), "le classeur est trop gros une fois déplié"),
        (changed(add=("xl/bombe.xml", b" " * 25_000_001)), "le classeur est trop gros une fois déplié"),
        (changed(add=("xl/x.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>')), "déclarations XML qu'aucun tableur n'écrit"),
        (changed(sheet=lambda xml: xml.replace('r="2"', 'r="1"')), "le classeur est abîmé"),
        (changed(sheet=lambda xml: xml[:200]), "le classeur est abîmé"),
        (changed(sheet=lambda xml: xml.replace('"A2"', '"ZZ2"')), "la feuille « Parc » dépasse 10000 lignes ou 100 colonnes"),
        (changed(sheet=lambda xml: xml.replace('r="2"', 'r="900000"').replace('"A2"', '"A900000"')), "dépasse 10000 lignes"),
        (changed(sheet=lambda xml: xml.replace("</sheetData>", "</sheetData><mergeCells>" + '<mergeCell ref="A1:A2"/>' * 30_000 + "</mergeCells>")),
         "le tableau a trop de cellules fusionnées"),
        (archive("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), "c'est un classeur LibreOffice (.ods)"),
        (archive("xl/workbook.bin"), "c'est un classeur binaire (.xlsb)"),
        (archive("Index/Document.iwa"), "c'est une archive, pas un classeur Excel"),
        (b"PK\x03\x04" + b"\0" * 100, "le classeur est abîmé"),
    ],
    ids=lambda part: part[:30] if isinstance(part, str) else "",
)  # fmt: skip
def test_a_hostile_or_damaged_workbook_is_refused_with_its_remedy(tmp_path: Path, content: bytes, refusal: str) -> None:
    with pytest.raises(InventoryError) as caught:
        proposal(tmp_path, content)
    assert refusal in str(caught.value)


def test_a_repeated_long_text_is_refused_before_it_is_read_a_thousand_times(tmp_path: Path) -> None:
    rows = [["Numéro", "Site"], *([f"C{n}", "x" * 30_000] for n in range(300))]
    with pytest.raises(InventoryError, match="contient trop de texte"):
        proposal(tmp_path, workbook(("Parc", rows, ())))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damaged_workbook_crashes_the_import(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SOUND)))
    content = SOUND[:start] + data.draw(st.binary(max_size=8)) + SOUND[data.draw(st.integers(start, len(SOUND))) :]
    path = tmp_path_factory.getbasetemp() / "abime.xlsx"
    path.write_bytes(content)
    try:
        assert read_table(path, load()).items
    except InventoryError as error:
        assert str(error)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["<row>", "</row>", '<row r="2">', '<c r="A1">', '<c t="s">', "<v>1</v>", "<v>1e999</v>", "<f>A1</f>", "</c>", '<c t="d">',
                                 '<mergeCell ref="A:A"/>', '<mergeCell ref="B2:A1"/>', "<is><t>C01</t></is>", '<c t="b" s="9">']), max_size=14))  # fmt: skip
def test_no_sheet_crashes_the_import(tmp_path_factory: pytest.TempPathFactory, parts: list[str]) -> None:
    path = tmp_path_factory.getbasetemp() / "feuille.xlsx"
    path.write_bytes(changed(sheet=lambda xml: xml.replace("</sheetData>", "".join(parts) + "</sheetData>")))
    try:
        assert isinstance(read_table(path, load()).items[0], Item)
    except InventoryError as error:
        assert str(error)

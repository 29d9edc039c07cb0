"""The installer's table → cameras: every shape it comes in, what is wrong with its row and column, and nothing imported by half."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpia import dossier as dossiers
from dpia.answers import Answer
from dpia.cli import main
from dpia.corpus import load
from dpia.dossier import ANSWERS, Dossier
from dpia.inventory import InventoryError, Table, merge, read_table
from dpia.values import UNKNOWN, Item, Items

TABLE = "Numéro;Site;Emplacement;Type;Son\nC01;Place de l'Église;façade de la mairie;Dôme;non\nC02;Parking;mât 3;fixe;oui\n"
EXPECTED = (
    Item("C01", {"id": "C01", "site": "Place de l'Église", "emplacement": "façade de la mairie", "type": "dome", "son": False}),
    Item("C02", {"id": "C02", "site": "Parking", "emplacement": "mât 3", "type": "fixe", "son": True}),
)


def table(tmp_path: Path, content: str | bytes, name: str = "inventaire.csv") -> Table:
    path = tmp_path / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return read_table(path, load())


def refusal(tmp_path: Path, content: str | bytes) -> str:
    with pytest.raises(InventoryError) as caught:
        table(tmp_path, content)
    return str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        TABLE,
        TABLE.replace(";", ","),
        TABLE.replace(";", "\t"),
        TABLE.replace("\n", "\r\n"),
        TABLE.replace("\n", "\r\n").encode("utf-8-sig"),
        TABLE.encode("cp1252"),
        TABLE.replace("Numéro;Site", "numero;SITE").replace("Emplacement", " emplacement "),
        TABLE.replace("Numéro;Site;Emplacement;Type;Son", "N°;Lieu;Adresse;Modèle;Micro"),
        TABLE.replace("C01;Place de l'Église", '"C01";"Place de l\'Église"'),
        "\n\n" + TABLE + "\n;;;;\n",
        TABLE.replace(";Type", ";Type;Marque").replace(";Dôme", ";PTZ;Acme").replace(";fixe", ";Bullet;"),
    ],
    ids=[
        "point-virgule",
        "virgule",
        "tabulation",
        "crlf",
        "utf8-bom",
        "cp1252",
        "casse",
        "synonymes",
        "guillemets",
        "lignes-vides",
        "colonne-en-trop",
    ],
)
def test_every_shape_of_the_same_table_gives_the_same_cameras(tmp_path: Path, content: str | bytes) -> None:
    assert table(tmp_path, content).items == EXPECTED


def test_columns_come_in_any_order_and_some_may_be_missing(tmp_path: Path) -> None:
    assert (
        table(
            tmp_path, "Son,Type,Emplacement,Site,Numéro\nnon,dome,façade de la mairie,Place de l'Église,C01\noui,fixe,mât 3,Parking,C02\n"
        ).items
        == EXPECTED
    )
    assert table(tmp_path, "Caméra\nC01\nC02\n").items == (Item("C01", {"id": "C01"}), Item("C02", {"id": "C02"}))


def test_a_cell_may_hold_the_separator_a_line_break_or_a_question_mark(tmp_path: Path) -> None:
    found = table(tmp_path, 'Numéro;Emplacement;Son\nC01;"rue A ; angle\nrue B";?\n01;;\n').items
    assert found[0].cells == {"id": "C01", "emplacement": "rue A ; angle\nrue B", "son": UNKNOWN}
    assert found[1].cells == {"id": "01"}


def test_windows_characters_are_read_as_windows_writes_them(tmp_path: Path) -> None:
    found = table(tmp_path, "Numéro;Emplacement\nC01;cœur de l’îlot – 3 €\n".encode("cp1252")).items
    assert found[0].cells["emplacement"] == "cœur de l’îlot – 3 €"


def test_an_inch_mark_is_no_quoting(tmp_path: Path) -> None:
    assert table(tmp_path, 'Numéro;Emplacement\nC01;écran 5" nord\n').items[0].cells["emplacement"] == 'écran 5" nord'


def test_columns_without_a_question_are_said(tmp_path: Path) -> None:
    assert table(tmp_path, "Numéro;Adresse IP;Marque\nC01;10.0.0.1;Acme\n").ignored == ("Adresse IP", "Marque")


def test_a_formula_stays_a_text(tmp_path: Path) -> None:
    assert table(tmp_path, "Numéro;Emplacement\n=1+1;@SUM(A1)\n").items == (Item("=1+1", {"id": "=1+1", "emplacement": "@SUM(A1)"}),)


def workbook() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (workbook(), "c'est un classeur Excel, même renommé en .csv. Dans Excel : Fichier, Enregistrer sous, « CSV UTF-8 »."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "ce n'est pas un tableau CSV"),
        (TABLE.encode("utf-16"), "ce n'est pas un tableau CSV. Dans Excel ou LibreOffice : Enregistrer sous, « CSV UTF-8 »."),
        ("", "le fichier est vide."),
        ("\n \n", "le fichier est vide."),
        ("Numéro;Site\n", "il n'y a aucune ligne sous les en-têtes."),
        ("Titre;Site\nC01;Parking\n", "aucune colonne ne donne le numéro des caméras. En-têtes lus : Titre, Site. Nommez-en une « Numéro »."),
        ("Numéro;Référence;Site\nC01;R1;Parking\n", "les colonnes « Numéro » et « Référence » disent la même chose ; gardez-en une."),
        ("Numéro;Son\nC01;non\nC02;fort\n", "ligne 3, colonne « Son » : répondez « oui », « non » ou « ? » (ici « fort »)"),
        ("Numéro;Type\nC01;sphérique\n", "ligne 2, colonne « Type » : « sphérique » n'est pas une réponse possible : fixe, dome, mobile"),
        ("Numéro;Site\nC01;A\n;B\n", "ligne 3 : il manque le numéro de la caméra ; complétez-le ou supprimez la ligne"),
        ("Numéro;Site\nC01;A\nC02;B\nC01;C\n", "ligne 4 : « C01 » figure deux fois ; donnez à chaque caméra son numéro"),
        ("Numéro,Site\nC01,Place, côté nord\n", "ligne 2 : 3 cellules pour 2 colonnes ; une cellule contient sans doute le séparateur, mettez-la entre guillemets"),
        ('Numéro;Site\nC01;"Place\nC02;Parking\n', "un guillemet n'est pas fermé"),
        ("Numéro;Emplacement\nC01;" + "x" * 140_000 + "\n", "ligne 2 : une cellule est trop longue"),
        ("Numéro;Emplacement\nC01;" + "x" * 5000 + "\n", "4000 caractères au plus"),
    ],
    ids=lambda part: ascii(part)[:24],
)  # fmt: skip
def test_what_cannot_be_imported_says_row_column_and_remedy(tmp_path: Path, content: str | bytes, said: str) -> None:
    assert said in refusal(tmp_path, content)


def test_all_problems_are_listed_up_to_eight(tmp_path: Path) -> None:
    message = refusal(tmp_path, "Numéro;Son\n" + "".join(f"C{n};fort\n" for n in range(12)))
    assert message.count("colonne « Son »") == 8
    assert "… et 4 autres." in message


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InventoryError, match="le fichier ne peut pas être lu ; vérifiez son nom et vos droits"):
        read_table(tmp_path / "absent.csv", load())


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: ("Numéro;Site;Son\n" + text).encode("utf-8", "surrogatepass")))
def test_no_file_crashes_the_import(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "quelconque.csv"
    path.write_bytes(content)
    try:
        found = read_table(path, load())
    except InventoryError as error:
        assert str(error)
    else:
        assert len({item.key for item in found.items}) == len(found.items) > 0


# -- merging into a dossier


def dossier(folder: Path, **values: Items) -> Dossier:
    return Dossier(folder, {name: Answer(value, note="de la main du maire", par="M. D.") for name, value in values.items()}, {})


def test_a_first_import_adds_cameras_and_their_sites(tmp_path: Path) -> None:
    changes, said = merge(table(tmp_path, TABLE), dossier(tmp_path), load())
    assert changes["cameras"].value == Items(EXPECTED)
    assert changes["sites"].value == Items((Item("Place de l'Église", {"id": "Place de l'Église"}), Item("Parking", {"id": "Parking"})))
    assert "2 caméra(s) lue(s) : 2 ajoutée(s), 0 modifiée(s)." in said
    assert "Sites ajoutés : Place de l'Église, Parking." in said


def test_a_second_import_updates_what_it_says_and_keeps_the_rest(tmp_path: Path) -> None:
    known = dossier(
        tmp_path,
        cameras=Items((Item("C01", {"id": "C01", "son": True, "masquage": True}), Item("C09", {"id": "C09"}))),
        sites=Items((Item("Parking", {"id": "Parking", "nature": "voie_publique"}),)),
    )
    changes, said = merge(table(tmp_path, TABLE), known, load())
    cameras = {item.key: item.cells for item in changes["cameras"].value.elements}  # type: ignore[union-attr]
    assert list(cameras) == ["C01", "C09", "C02"]
    assert cameras["C01"] == {**EXPECTED[0].cells, "masquage": True}
    assert changes["sites"].value.elements[0].cells == {"id": "Parking", "nature": "voie_publique"}  # type: ignore[union-attr]
    assert (changes["sites"].note, changes["cameras"].note, changes["cameras"].par) == (
        "de la main du maire",
        "de la main du maire",
        "M. D.",
    )
    assert "2 caméra(s) lue(s) : 1 ajoutée(s), 1 modifiée(s)." in said


def test_importing_the_same_table_twice_changes_nothing(tmp_path: Path) -> None:
    first, _ = merge(table(tmp_path, TABLE), dossier(tmp_path), load())
    again, said = merge(table(tmp_path, TABLE), Dossier(tmp_path, first, {}), load())
    assert again == {"cameras": first["cameras"]}
    assert "0 ajoutée(s), 0 modifiée(s)" in said and "Sites" not in said


def test_a_list_declared_incomplete_stays_so(tmp_path: Path) -> None:
    known = dossier(tmp_path, cameras=Items((), complete=False), sites=Items((), complete=False))
    changes, _ = merge(table(tmp_path, TABLE), known, load())
    assert not changes["cameras"].value.complete  # type: ignore[union-attr]
    assert not changes["sites"].value.complete  # type: ignore[union-attr]


def test_a_site_nobody_knows_adds_no_site(tmp_path: Path) -> None:
    changes, said = merge(table(tmp_path, "Numéro;Site\nC01;?\n"), dossier(tmp_path), load())
    assert "sites" not in changes and "Sites" not in said
    assert changes["cameras"].value.elements[0].cells["site"] is UNKNOWN  # type: ignore[union-attr]


def test_nothing_is_imported_by_half(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nouveau", str(tmp_path / "d"), "--commune", "01004"]) == 0
    before = (tmp_path / "d" / ANSWERS).read_bytes()
    (tmp_path / "faux.csv").write_text("Numéro;Son\nC01;non\nC02;fort\n", encoding="utf-8")
    assert main(["cameras", str(tmp_path / "d"), str(tmp_path / "faux.csv")]) == 2
    message = capsys.readouterr().err
    assert message.startswith("dpia : faux.csv : ") and message.rstrip().endswith("Rien n'a été importé.")
    assert (tmp_path / "d" / ANSWERS).read_bytes() == before
    (tmp_path / "juste.csv").write_text(TABLE, encoding="utf-8")
    assert main(["cameras", str(tmp_path / "d"), str(tmp_path / "juste.csv")]) == 0
    assert dossiers.read(tmp_path / "d", load()).answers["cameras"].value == Items(EXPECTED)


def test_a_type_said_in_several_words_is_understood_when_they_agree(tmp_path: Path) -> None:
    table = tmp_path / "inventaire.csv"
    table.write_text("Numéro;Type\n1;dôme PTZ\n2;caméra fixe\n", encoding="utf-8")
    assert [item.cells["type"] for item in read_table(table, load()).items] == ["dome", "fixe"]
    table.write_text("Numéro;Type\n1;fixe ou dôme\n", encoding="utf-8")
    with pytest.raises(InventoryError, match="ligne 2"):
        read_table(table, load())

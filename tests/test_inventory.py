"""The installer's table → cameras: every shape it comes in, what is wrong with its row and column, and nothing imported by half."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpia import dossier as dossiers
from dpia.answers import Answer, clean
from dpia.cli import main
from dpia.corpus import load
from dpia.dossier import ANSWERS, Dossier, write_answers
from dpia.inventory import InventoryError, Table, describe, merge, read_table
from dpia.inventory import table as read
from dpia.inventory.proposal import proposed
from dpia.inventory.tables import Grid, Row
from dpia.values import UNKNOWN, Item, Items
from tests.fixtures.inventories import other_words

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
        TABLE.encode("utf-16"),
        "sep=;\n" + TABLE,
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
        "utf16",
        "sep",
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


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "c'est un ancien classeur Excel (.xls), ou un classeur protégé par un mot de passe."),
        (b"GIF89a" + b"\0" * 600, "ce n'est ni un classeur Excel (.xlsx) ni un tableau CSV. Dans Excel ou LibreOffice : Enregistrer sous, .xlsx."),
        ("<html><table><tr><td>C01</td></tr></table></html>", "c'est une page web ou du XML, même renommé."),
        ("", "le fichier est vide."),
        ("\n \n", "le fichier est vide."),
        ("Numéro;Site\n", "il n'y a aucune caméra sous les en-têtes."),
        ("Titre;Site\nC01;Parking\n", "aucune colonne ne donne le numéro des caméras. En-têtes lus : Titre, Site. Nommez-en une « Numéro »"),
        ("Numéro;Site\nC01;A\n;B\nC02;C\n;B;\n", "ligne 3 : il manque"),
        ("Numéro;Site;Son\nC01;A;oui\n;B;non\n", "ligne 3 : il manque le numéro de la caméra ; complétez-le ou supprimez la ligne"),
        ("Numéro;Site\nC01;A\nC02;B\nC01;C\n", "lignes 2 et 4 : « C01 » figure deux fois et ne dit pas la même chose (site) ; donnez à chaque caméra son numéro, ou gardez une des deux lignes"),
        ("Numéro,Site\nC01,Place, côté nord\n", "ligne 2 : 3 cellules pour 2 colonnes ; une cellule contient sans doute le séparateur, mettez-la entre guillemets"),
        ('Numéro;Site\nC01;"Place\nC02;Parking\n', "un guillemet n'est pas fermé"),
        ("Numéro;Emplacement\nC01;" + "x" * 140_000 + "\n", "ligne 2 : une cellule est trop longue"),
        ("Numéro;Site\n" + "x" * 101 + ";Parking\n", "ligne 2 : le numéro de la caméra dépasse 100 caractères ; raccourcissez-le"),
        ("Numéro;Site\n" + "".join(f"C{n};P\n" for n in range(10_000)), "le tableau dépasse 10000 lignes ou 100 colonnes ; gardez celles des caméras."),
        ("Numéro;" + "Site;" * 100, "le tableau dépasse 10000 lignes ou 100 colonnes"),
    ],
    ids=lambda part: ascii(part)[:24],
)  # fmt: skip
def test_what_makes_a_table_doubtful_refuses_it_with_its_remedy(tmp_path: Path, content: str | bytes, said: str) -> None:
    assert said in refusal(tmp_path, content)


def test_all_problems_are_listed_up_to_eight(tmp_path: Path) -> None:
    message = refusal(tmp_path, "Numéro;Site;Son\n" + ";A;oui\n" * 12)
    assert message.count("il manque le numéro") == 8
    assert "… et 4 autres." in message


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("Son", "fort", "colonne « Son » : « fort » n'est pas compris, noté « ne sait pas ». Attendu : oui, non, x ou « ? »"),
        ("Type", "LAPI", "« LAPI » n'est pas compris, noté « ne sait pas ». Attendu : Fixe / Pivotante (dôme, zoom) / Déplaçable"),
        ("Type", "fixe ou dôme", "« fixe ou dôme » n'est pas compris"),
        ("Portée", "20 à 30 m", "Attendu : un nombre, de 1 à 2000"),
        ("Azimut", "400", "Attendu : un nombre, de 0 à 360"),
        ("Emplacement", "x" * 4001, "Attendu : 4000 caractères au plus"),
    ],
)
def test_a_cell_that_nobody_understands_is_unknown_and_said(tmp_path: Path, column: str, cell: str, said: str) -> None:
    found = table(tmp_path, f"Numéro;{column}\nC01;{cell}\n")
    assert UNKNOWN in found.items[0].cells.values()
    assert [str(remark) for remark in found.remarks if f"ligne 2 : colonne « {column} »" in str(remark) and said in str(remark)]


def test_the_same_misread_cell_is_said_once_with_its_rows(tmp_path: Path) -> None:
    (remark,) = table(tmp_path, "Numéro;Type\nC01;LAPI\nC02;fixe\nC03;LAPI\n").remarks
    assert str(remark).startswith("lignes 2, 4 : colonne « Type » : « LAPI »")


def test_rows_that_agree_on_a_number_are_joined_and_said(tmp_path: Path) -> None:
    found = table(tmp_path, "Numéro;Site;Son\nC01;A;\nC01;A;non\nC02;B;?\nC02;B;oui\n")
    assert found.items == (Item("C01", {"id": "C01", "site": "A", "son": False}), Item("C02", {"id": "C02", "site": "B", "son": True}))
    assert str(found.remarks[0]) == "lignes 2, 3 : « C01 » est écrite plusieurs fois sans se contredire : comptée une fois"


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InventoryError, match="le fichier ne peut pas être lu ; vérifiez son nom et vos droits"):
        read_table(tmp_path / "absent.csv", load())


TEXTS = st.text("C01x?;, \t\n\"°'-é✓", max_size=12) | st.sampled_from(
    ["Numéro", "Site", "Type", "X", "Lat", "GPS", "Total", "dôme", "44,8"]
)


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


@settings(max_examples=300)
@given(st.lists(st.lists(TEXTS, max_size=7), max_size=9), st.booleans(), st.sets(st.integers(1, 4)))
def test_any_grid_is_a_table_that_changes_nothing_twice_or_a_message(rows: list[list[str]], headed: bool, merged: set[int]) -> None:
    head = [["Numéro", "Site", "Type", "Son", "X", "Y", "Azimut"]] if headed else []
    across = {n: (range(n - 1, n + 2),) for n in merged}
    told = (Row(n, tuple(map(clean, row)), across.get(n, ())) for n, row in enumerate(head + rows, 1))
    grid = Grid("", tuple(row for row in told if row.filled))
    if not grid.rows:
        return
    proposal = proposed((grid,), grid, load().questions["cameras"].champs, {})
    assert all(describe(proposal, load()))
    try:
        found = read(proposal, load())
    except InventoryError as error:
        assert str(error)
        return
    assert all(item.key == item.cells["id"] for item in found.items)
    first, _ = merge(found, Dossier(Path(), {}, {}), load())
    written = write_answers(first, {}, load()).encode("utf-8")
    answers, _ = dossiers.parse(written, load(), "relu")
    assert merge(found, Dossier(Path(), answers, {}), load())[0] == {}


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
    assert again == {}
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


def test_what_a_second_table_changes_is_said_camera_by_camera(tmp_path: Path) -> None:
    first, _ = merge(table(tmp_path, TABLE + "C03;Parking;mât 4;fixe;\nC04;;;;\n"), dossier(tmp_path), load())
    second = "Numéro;Site;Emplacement;Type;Son\nc1;Parking;;LAPI;non\nC02;PARKING;;;?\nC03;;mât 5;PTZ;oui\nC05;Gare;;;\n"
    changes, said = merge(table(tmp_path, second), Dossier(tmp_path, first, {}), load())
    lines = said.splitlines()
    assert lines[:6] == [
        "4 caméra(s) lue(s) : 1 ajoutée(s), 2 modifiée(s).",
        "  C01 : site Place de l'Église → Parking",
        "  C03 : emplacement mât 4 → mât 5 ; type fixe → pivotante (dôme, zoom) ; son oui",
        "« c1 », dans le tableau, est prise pour « C01 », du dossier : même numéro, écrit autrement.",
        "Dans le dossier, mais pas dans ce tableau : C04. Rien n'est retiré. Si elles n'existent plus, retirez-les dans « dpia questions ».",
        "Sites ajoutés : Gare.",
    ]
    assert "Site « PARKING » : pris pour « Parking », écrit autrement." in lines
    cameras = {item.key: item.cells for item in changes["cameras"].value.elements}  # type: ignore[union-attr]
    assert cameras["C01"] == {**EXPECTED[0].cells, "site": "Parking"}  # neither "LAPI" nor an empty cell erases what was known
    assert cameras["C02"] == EXPECTED[1].cells
    assert list(cameras) == ["C01", "C02", "C03", "C04", "C05"]


def test_numbers_that_look_alike_in_one_table_stay_two_cameras(tmp_path: Path) -> None:
    changes, said = merge(
        table(tmp_path, "Numéro;Site\nC1;A\nC01;B\n"), dossier(tmp_path, cameras=Items((Item("c-1", {"id": "c-1"}),))), load()
    )
    assert [item.key for item in changes["cameras"].value.elements] == ["c-1", "C1", "C01"]  # type: ignore[union-attr]
    assert "Ces numéros se ressemblent et comptent pour plusieurs caméras : C1, C01." in said


def test_what_would_outgrow_the_answers_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"C{n};{'x' * 3000}\n" for n in range(400))
    with pytest.raises(InventoryError, match="les réponses dépasseraient 1000 ko"):
        merge(table(tmp_path, "Numéro;Emplacement\n" + rows), dossier(tmp_path), load())


# -- the command


def test_nothing_is_imported_by_half(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nouveau", str(tmp_path / "d"), "--commune", "01004"]) == 0
    before = (tmp_path / "d" / ANSWERS).read_bytes()
    (tmp_path / "faux.csv").write_text("Numéro;Son\nC01;non\nC01;oui\n", encoding="utf-8")
    assert main(["cameras", str(tmp_path / "d"), str(tmp_path / "faux.csv")]) == 2
    message = capsys.readouterr().err
    assert message.startswith("dpia : faux.csv : ") and message.rstrip().endswith("Rien n'a été importé.")
    assert (tmp_path / "d" / ANSWERS).read_bytes() == before
    (tmp_path / "juste.csv").write_text(TABLE, encoding="utf-8")
    assert main(["cameras", str(tmp_path / "d"), str(tmp_path / "juste.csv")]) == 0
    assert dossiers.read(tmp_path / "d", load()).answers["cameras"].value == Items(EXPECTED)


def test_the_command_shows_the_columns_then_takes_corrections(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nouveau", str(tmp_path / "d"), "--commune", "01004"]) == 0
    before = (tmp_path / "d" / ANSWERS).read_bytes()
    path = tmp_path / "autre.csv"
    path.write_bytes(other_words())
    told = ["--colonne", "matricule=id", "--colonne", "Endroit=site", "--colonne", "Genre=-"]
    command = ["cameras", str(tmp_path / "d"), str(path)]
    capsys.readouterr()
    assert main([*command, *told, "--montrer"]) == 0
    shown = capsys.readouterr().out
    assert "  Matricule  →  numéro   (C01, C02)\n  Endroit    →  site   (Gare)\n  Genre      →  rien   (fixe, dôme)\n" in shown
    assert "2 ajoutée(s)" in shown and "Rien n'a été importé." in shown
    assert (tmp_path / "d" / ANSWERS).read_bytes() == before
    assert main([*command, *told]) == 0
    cameras = dossiers.read(tmp_path / "d", load()).answers["cameras"].value
    assert cameras == Items(tuple(Item(key, {"id": key, "site": "Gare"}) for key in ("C01", "C02")))
    for wrong, said in (
        (["--colonne", "Genre"], "« Genre » ne s'écrit pas ainsi"),
        (["--colonne", "Genre=couleur"], "« couleur » n'est pas un champ ; au choix : id, site"),
        (["--colonne", "Teinte=type"], "il n'y a pas de colonne « Teinte » ; au choix : Matricule, Endroit, Genre."),
        (["--colonne", "Genre=id", "--colonne", "Endroit=numéro"], "ne peuvent pas dire toutes deux : numéro"),
        (["--feuille", "Parc"], "il n'y a pas de feuille « Parc »"),
    ):
        assert main([*command, *wrong]) == 2
        assert said in capsys.readouterr().err

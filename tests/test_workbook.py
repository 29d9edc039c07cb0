"""The gap list: order, words, what a reviewer fills in, and no formula from an answer. Read back with openpyxl."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpia.documents.workbook import FILLS, GAPS, gap_list
from dpia.documents.workbook_rows import CELL_LIMIT, NOBODY, STATES, asked, concerned, in_order, reasons, sources

HEADERS = [column.header for column in GAPS]


def finding(regle: str = "csi-panneaux", verdict: str = "ecart", gravite: str = "majeure", **other: Any) -> dict[str, Any]:
    return {
        "regle": regle, "titre": f"Obligation {regle}", "traitement": "videoprotection", "verdict": verdict, "gravite": gravite,
        "certitude": "etablie", "doute": None, "elements": {"ecart": [], "a_verifier": []},
        "fondement": [{"texte": "CSI", "article": "R. 253-6", "etat_du": "2026-04-03", "verifie_le": "2026-11-25", "lu": "texte", "url": None}],
        "parce_que": [{"question": "panneaux", "libelle": "Des panneaux sont-ils posés ?", "reponse": "non"}],
        "manque": [], "a_produire": [], "mention": None,
        "obligation": "Informer le public.", "a_faire": "Poser des panneaux.", "qui": "le maire", "preuve": "photographies datées",
    } | other  # fmt: skip


def build(*findings: dict[str, Any], commune: str = "Belleville") -> bytes:
    return gap_list(findings, commune=commune, assessed_on=date(2025, 9, 1), corpus="2026-11-25")


def sheet(data: bytes, name: str = "Écarts") -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))[name]


def lines(data: bytes, name: str = "Écarts") -> list[dict[str, Any]]:
    header, *rows = sheet(data, name).iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def cells(data: bytes) -> Iterator[Any]:
    for one in openpyxl.load_workbook(io.BytesIO(data)).worksheets:
        for row in one.iter_rows():
            yield from row


# -- order and words


def test_prohibited_first_then_gaps_then_points_to_check_the_most_serious_first() -> None:
    data = build(
        finding("f", "a_verifier", "interdiction"), finding("e", "ecart", "recommandation"), finding("c", "ecart", "majeure"), finding("z", "conforme"),
        finding("b", "ecart", "bloquante"), finding("d", "ecart", "mineure"), finding("g", "a_verifier", "mineure"), finding("a", "interdit", "interdiction"),
        finding("y", "sans_objet"),
    )  # fmt: skip
    assert [(row["N°"], row["regle"]) for row in lines(data)] == list(enumerate("abcdefg", 1))
    assert [row["Verdict"] for row in lines(data)] == ["Interdit", *["Écart"] * 4, *["À vérifier"] * 2]
    assert [row["regle"] for row in lines(data, "Conformes et sans objet")] == ["z", "y"]


def test_an_unknown_verdict_or_severity_is_never_filed_silently() -> None:
    with pytest.raises(ValueError, match="tuple"):
        in_order([finding(verdict="peut-être"), finding()])


def test_every_column_of_a_gap() -> None:
    (row,) = lines(
        build(
            finding(
                elements={"ecart": ["C07", "C08"], "a_verifier": ["C12"]}, certitude="discutee", doute="Deux lectures.", mention="en retard",
                manque=["Où sont-ils (plan) ? (l’installateur, le maire)"], a_produire=["procès-verbal"],
                statut="en cours", responsable="M. D.", echeance="2026-12-31", commentaire="devis reçu",
            )
        )
    )  # fmt: skip
    assert list(row) == HEADERS
    assert row == {
        "N°": 1, "Verdict": "Écart\n(en retard)", "Gravité": "Majeur", "Obligation": "Obligation csi-panneaux",
        "Concerne": "Vidéoprotection\nEn écart : C07, C08\nÀ vérifier : C12",
        "Pourquoi": "• Des panneaux sont-ils posés ? non\nIl reste à savoir :\n• Où sont-ils (plan) ?\nIl reste à produire :\n• procès-verbal",
        "Ce qu’exige le texte": "Informer le public.", "À faire": "Poser des panneaux.", "Qui agit": "Le maire",
        "Preuve attendue": "Photographies datées", "Fondement": "CSI, art. R. 253-6 (texte lu, version au 03/04/2026)",
        "Certitude et doute": "Discutée\nDeux lectures.", "Statut": "en cours", "Responsable": "M. D.", "Échéance": datetime(2026, 12, 31),
        "Commentaire": "devis reçu", "regle": "csi-panneaux", "corpus": "2026-11-25",
    }  # fmt: skip


def test_the_json_as_it_is_printed_is_enough() -> None:
    raw = finding(manque=["cameras[C07].masquage"], qui="police_municipale")
    del raw["mention"]
    (row,) = lines(build(raw))
    assert (row["Statut"], row["Responsable"], row["Échéance"], row["Commentaire"]) == ("à traiter", None, None, None)
    assert row["Qui agit"] == "Police municipale"
    (question,) = lines(build(raw), "À vérifier par personne")
    assert (question["Qui sait"], question["Question"]) == (NOBODY, "cameras[C07].masquage")


@pytest.mark.parametrize(
    ("article", "cited"),
    [
        ("L. 252-5", "art. L. 252-5"),
        ("35, § 1", "art. 35, § 1"),
        ("considérant 91", "considérant 91"),
        ("article 3", "article 3"),
        ("page 13", "page 13"),
        ("1er, al. 4", "art. 1er, al. 4"),
        ("30 janvier 2026, n° 506370", "30 janvier 2026, n° 506370"),
        ("1er mars 2026, n° 1", "1er mars 2026, n° 1"),
    ],
)
def test_only_articles_are_called_articles(article: str, cited: str) -> None:
    assert sources(finding(fondement=[{"texte": "X", "article": article, "lu": "memoire"}])) == f"X, {cited} (non relu)"


def test_long_lists_say_how_many_are_left_out() -> None:
    many = finding(elements={"ecart": [f"C{n}" for n in range(100)], "a_verifier": []}, manque=[f"q{n}" for n in range(30)])
    assert concerned(many).endswith("C14, et 85 autres")
    assert reasons(many).endswith("• q14\net 15 autres")


def test_what_is_left_goes_to_the_person_who_knows_once() -> None:
    masking, where = "C07 : masquée ? (l’installateur, le maire)", "Où ? (l’installateur)"
    rows = asked(
        [
            finding("a", "a_verifier", manque=[masking]),
            finding("b", "a_verifier", manque=["Quand ? (le maire)", where, masking], a_produire=["récépissé"], qui="secretariat"),
            finding("c", "a_verifier", manque=["seul"]),
        ]
    )
    assert [(row.who, row.otherwise, row.question) for row in rows] == [
        ("L’installateur", "Le maire", "C07 : masquée ?"),
        ("L’installateur", "", "Où ?"),
        ("Le maire", "", "Quand ?"),
        ("Secretariat", "", "Pièce à produire : récépissé"),
        (NOBODY, "", "seul"),
    ]
    assert rows[0].settles == "Obligation a\nObligation b"


def test_a_text_to_read_over_is_for_the_officer() -> None:
    (row,) = asked([finding("a", "a_verifier", a_produire=["le texte à relire : loi 78-17, 99"], qui="police_municipale")])
    assert (row.who, row.question) == ("Le délégué à la protection des données", "Le texte à relire : loi 78-17, 99")


# -- what a reviewer fills in


def test_states_are_offered_and_a_prohibited_use_cannot_be_set_aside() -> None:
    data = build(finding("a", "interdit", "interdiction"), finding("b"), finding("c", "a_verifier"))
    rules = {str(rule.sqref): rule for rule in sheet(data).data_validations.dataValidation}
    assert rules["M2"].formula1 == '"à traiter,en cours,fait"'
    assert rules["M3:M4"].formula1 == f'"{",".join(STATES)}"'
    assert rules["O2:O4"].type == "date"
    assert (GAPS[12].header, GAPS[14].header) == ("Statut", "Échéance")


def test_the_sheet_is_an_excel_table_with_a_fixed_header_to_print() -> None:
    data = build(finding("a"), finding("b"))
    gaps = sheet(data)
    (table,) = gaps.tables.values()
    assert (table.ref, table.autoFilter.ref) == ("A1:R3", "A1:R3")
    assert (gaps.freeze_panes, gaps.print_title_rows, gaps.print_title_cols) == ("E2", "$1:$1", "$A:$D")
    assert (gaps.page_setup.orientation, gaps.page_setup.fitToWidth, gaps.page_setup.fitToHeight) == ("landscape", 2, 0)
    hidden = {letter for letter, dimension in gaps.column_dimensions.items() if dimension.hidden}
    assert [gaps[f"{letter}1"].value for letter in sorted(hidden)] == ["regle", "corpus"]
    assert all(cell.alignment.wrap_text for cell in gaps[2])


def test_rows_are_high_enough_for_their_text_and_never_beyond_what_excel_takes() -> None:
    gaps = sheet(build(finding("a", a_faire="mot " * 100), finding("b", a_faire="court"), finding("c", a_faire="mot " * 9000)))
    heights = [gaps.row_dimensions[row].height for row in (2, 3, 4)]
    assert heights[0] >= 100 and heights[1] < heights[0] and 409 >= heights[2] > 400


def test_the_meaning_is_in_words_and_the_colours_contrast() -> None:
    def luminance(colour: str) -> float:
        parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for fill in FILLS.values():
        assert 1.05 / (luminance(fill) + 0.05) >= 7
    first = sheet(build(finding("a", "interdit", "interdiction")))["B2"]
    assert (first.value, first.fill.fgColor.rgb, first.font.color.rgb) == ("Interdit", "FF" + FILLS["Interdit"][1:], "FFFFFFFF")
    assert sheet(build(finding(commentaire="Interdit")))["P2"].fill.fgColor.rgb == "00000000"


# -- nothing is invented, nothing is executed


@pytest.mark.parametrize(
    "typed", ["=1+1", "+33 4", "-2", "@SUM(A1)", "=cmd|' /C calc'!A0", "{=A1}", "'=1", '=HYPERLINK("http://x.fr")', "https://x.fr", "007"]
)
def test_an_answer_is_never_a_formula_nor_a_link_nor_a_number(typed: str) -> None:
    hostile = finding(
        typed, titre=typed, doute=typed, elements={"ecart": [typed], "a_verifier": [typed]}, manque=[typed], a_produire=[typed],
        parce_que=[{"question": "q", "libelle": typed, "reponse": typed}], obligation=typed, a_faire=typed, qui=typed, preuve=typed, mention=typed,
        responsable=typed, echeance=typed, commentaire=typed, statut=typed, fondement=[{"texte": typed, "article": typed, "lu": "texte"}],
    )  # fmt: skip
    data = build(hostile, {**hostile, "verdict": "conforme"}, commune=typed)
    for cell in cells(data):
        assert cell.data_type != "f" and cell.hyperlink is None
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            assert not re.search(rb"<f>|<hyperlink|externalLink", package.read(name)), name
    (row,) = lines(data)
    assert row["Commentaire"] == row["À faire"] == row["Échéance"] == row["regle"] == typed
    quoted = [cell for cell in cells(data) if isinstance(cell.value, str) and cell.value[:1] in "=+-@"]
    assert all(cell.quotePrefix for cell in quoted)


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(), max_size=60), st.text(st.characters(), max_size=20))
def test_any_text_makes_a_file_that_opens(typed: str, commune: str) -> None:
    data = build(
        finding(commentaire=typed, titre=typed, manque=[typed], parce_que=[{"question": "", "libelle": typed, "reponse": typed}]),
        commune=commune,
    )
    assert len(lines(data)) == 1


def test_control_characters_and_endless_texts_are_cut_and_said() -> None:
    (row,) = lines(build(finding(commentaire="a\x00b\x1b\ud800\u202ec\nd", a_faire="x" * 50_000)))
    assert row["Commentaire"] == "a b \ufffd c\nd"
    assert len(row["À faire"]) < 32_767 and row["À faire"].startswith("x" * CELL_LIMIT) and row["À faire"].endswith("(texte coupé)")


def test_no_finding_still_says_so() -> None:
    data = build()
    assert "Aucun écart" in lines(data)[0]["Obligation"]
    assert lines(data, "À vérifier par personne")[0]["Question"] == "Rien ne reste à demander."
    assert not sheet(data).data_validations.dataValidation


def test_read_me_gives_the_commune_the_date_the_law_and_the_counts() -> None:
    data = build(finding("a"), finding("b", "conforme"), commune="Belleville & Cie")
    said = {row[0].value: row[1].value for row in sheet(data, "Lisez-moi").iter_rows()}
    assert said["Commune"] == "Belleville & Cie"
    assert said["Droit appliqué"] == "Droit en vigueur le 01/09/2025, base de règles du 2026-11-25."
    assert said["Bilan"] == "Interdit : 0 · Écart : 1 · À vérifier : 0 · Conforme : 1 · Sans objet : 0"
    assert "25/11/2026" in said["Fondement"]  # the day the source was checked
    assert sheet(data).oddFooter.left.text == "Liste d’écarts – Belleville && Cie"
    assert [s.title for s in openpyxl.load_workbook(io.BytesIO(data)).worksheets] == [
        "Lisez-moi", "Écarts", "À vérifier par personne", "Conformes et sans objet",
    ]  # fmt: skip


def test_same_findings_same_bytes_without_a_clock() -> None:
    one = build(finding("a"), finding("b"))
    assert one == build(finding("a"), finding("b"))
    with zipfile.ZipFile(io.BytesIO(one)) as package:
        assert set(re.findall(rb"\d{4}-\d\d-\d\dT", package.read("docProps/core.xml"))) == {b"2025-09-01T"}
        assert {info.date_time[0] for info in package.infolist()} == {1980}

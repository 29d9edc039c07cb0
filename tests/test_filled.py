"""A sheet that came back: read again as it was filled, whatever the mail program did to it; what is unclear is said, never guessed."""

from __future__ import annotations

import io
import re
import textwrap
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpia import asking, enquiry, filled
from dpia.answers import Answer
from dpia.communes import plain
from dpia.corpus import load
from dpia.documents import enquiry_word
from dpia.enquiry import BOX, Entry, Sheet
from dpia.facts import AnsweredFacts
from dpia.model import Question
from dpia.received import UnreadableError, read_file, text_of
from dpia.values import UNKNOWN, Choices, Item, Items, Value

ON = date(2026, 11, 25)
KEYS = {
    "sites": ("Place de l'Église", "École"),
    "cameras": ("C01", "7", "Mât [nord] du très long parking de la gare"),
    "prestataires": ("L'installateur (société)", "L'installateur : société"),
    "arretes": ("2021-114",),
    "autres_appareils": ("Drone",),
}


def known() -> AnsweredFacts:
    """A dossier of the real base with elements whose names are hard to write in a mark."""
    items = {name: tuple(Item(key, {"id": key}) for key in keys) for name, keys in KEYS.items()}
    return AnsweredFacts(load(), {name: Answer(Items(found, complete=False)) for name, found in items.items()}, ON)


FACTS = known()
CORPUS = load()
ASKED = [
    *(asking.Request(question, ()) for question in CORPUS.questions.values() if question.type != "commune"),
    *(
        asking.Request(champ, (), liste=CORPUS.questions[name], items=enquiry.elements(FACTS, name))
        for name in KEYS
        for champ in CORPUS.questions[name].champs[1:]
    ),
]
LETTERS = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), exclude_characters=">[]")


def said(text: str) -> str:
    """A text as it can come back: on one line, without what no answer is."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def answers(question: Question, boxes: Any) -> st.SearchStrategy[Value | None]:
    """What a person can answer, None for nothing."""
    match question.type:
        case "oui_non":
            found: st.SearchStrategy[Any] = st.booleans() | st.just(UNKNOWN)
        case "choix" | "reference":
            found = st.sampled_from([UNKNOWN if value == "?" else value for value in boxes])
        case "choix_multiple":
            found = st.lists(st.sampled_from([None, "oui", "non"]), min_size=len(boxes), max_size=len(boxes)).map(
                lambda sides: Choices(*(frozenset(o for o, s in zip(boxes, sides, strict=True) if s == side) for side in ("oui", "non")))
            )
        case "nombre":
            low, high = question.minimum or 0, question.maximum or 10**6
            found = st.integers(low, high)
        case "date":
            found = st.dates(date(1990, 1, 1), date(2100, 12, 31))
        case "liste":
            found = st.lists(st.text("abcÉ 12", min_size=1, max_size=9).map(said).filter(bool), min_size=1, max_size=3, unique=True)
        case _:
            found = st.text(LETTERS, min_size=1, max_size=200).map(said).filter(an_answer)
    return st.none() | found


def an_answer(text: str) -> bool:
    """Tell a text from a few signs, and from the words that say "je ne sais pas"."""
    return re.search(r"\w{3}", text) is not None and plain(text) not in enquiry.words()["lecture"]["ne_sait_pas"]


def written(value: Value | list[str]) -> str:
    """An answer as a person types it."""
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else " ; ".join(value) if isinstance(value, list) else str(value)


def crosses(entry: Entry, value: Any) -> set[int]:
    """The boxes to tick, counted from the mark of the cell."""
    values = list(entry.boxes)
    if isinstance(value, Choices):
        return {2 * n + (option in value.non) for n, option in enumerate(values) if option in value.oui | value.non}
    return {values.index({True: "oui", False: "non", UNKNOWN: "?"}.get(value, value))}


def fill(text: str, sheet: Sheet, given: dict[str, Any], box: str, tick: str, mark: str, put: Callable[[str, str, bool], str]) -> str:
    """Fill a sheet by the place of its boxes and lines, without the code that reads it."""
    for entry in sheet.entries:
        for cell in entry.cells:
            value = given.get(cell.mark)
            if value is None:
                continue
            at = text.index(mark.format(cell.mark)) + len(mark.format(cell.mark))
            head, area = text[:at], text[at:]
            if entry.boxes:
                pieces = area.split(box)
                marked = crosses(entry, value)
                area = pieces[0] + "".join((tick if n in marked else box) + piece for n, piece in enumerate(pieces[1:]))
            else:
                area = put(area, written(value), bool(cell.name))
            text = head + area
    return text


def in_mail(area: str, typed: str, named: bool) -> str:
    cue = " :" if named else "Réponse :"
    at = area.index(cue, area.index(")") if named and area.split("\n")[0].rstrip().endswith(") :") else 0) + len(cue)
    if named:  # a name may hold the same sign
        at = area.index("\n")
    return f"{area[:at]} {typed}{area[at:]}"


def in_word(area: str, typed: str, named: bool) -> str:
    escaped = typed.replace("&", "&amp;").replace("<", "&lt;")
    return area.replace("<w:r><w:tab/></w:r>", f'<w:r><w:t xml:space="preserve">{escaped}</w:t></w:r>', 1)


def word_filled(sheet: Sheet, given: dict[str, Any]) -> bytes:
    source, packed = io.BytesIO(enquiry_word.render(sheet, ON)), io.BytesIO()
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "word/document.xml":
                content = fill(content.decode(), sheet, given, "<w:t>☐", "<w:t>☒", "[{}]</w:t>", in_word).encode()
            after.writestr(name, content)
    return packed.getvalue()


def quoted(text: str) -> str:
    """A mail program: ">" before our lines, the long ones cut and their end left without it, a greeting and a signature above."""
    lines = [line for one in text.split("\n") for line in textwrap.wrap(f"> {one}", 60, break_long_words=False) or [">"]]
    return (
        "Bonjour,\nVoici mes réponses.\n-- \nL'atelier\n\nLe 3 mars, la mairie a écrit :\n" + "\n".join(lines) + "\n\nL'atelier, [x] ouvert"
    )


WAYS: dict[str, Callable[[Sheet, dict[str, Any]], str]] = {
    "courriel": lambda sheet, given: as_mail(sheet, given),
    "courriel cité": lambda sheet, given: text_of(quoted(as_mail(sheet, given)).encode()),
    "fin de ligne de Windows": lambda sheet, given: text_of(as_mail(sheet, given).replace("\n", "\r\n").encode("utf-8-sig")),
    "Word": lambda sheet, given: text_of(word_filled(sheet, given)),
}


def as_mail(sheet: Sheet, given: dict[str, Any]) -> str:
    return fill(enquiry.as_text(sheet), sheet, given, BOX, "[ X]", "[{}]", in_mail)


@pytest.mark.parametrize("way", WAYS)
@given(data=st.data())
def test_what_was_filled_is_what_is_read(way: str, data: st.DataObject) -> None:
    """Any questions of the real base, any answers."""
    asked = data.draw(st.lists(st.sampled_from(ASKED), min_size=1, max_size=5, unique_by=lambda request: request.path))
    sheet = enquiry.sheet(FACTS, asked, "installateur")
    given = {cell.mark: data.draw(answers(entry.question, entry.boxes)) for entry in sheet.entries for cell in entry.cells}
    found = filled.read(FACTS, WAYS[way](sheet, given))
    places = dict(filled._places(FACTS))
    expected = {places[mark.lower()].path: value for mark, value in given.items() if value not in (None, Choices())}
    assert found.problems == ()
    assert found.who == "installateur"
    got = {answer.place.path: answer.value for answer in found.said}
    assert got.keys() == expected.keys()
    for path, value in got.items():
        wanted = expected[path]
        assert ([item.key for item in value.elements] if isinstance(value, Items) else value) == wanted, path
    assert {answer.note for answer in found.said} <= {""}


def sheet_of(*names: str) -> str:
    asked = [asking.Request(CORPUS.questions[name], ()) for name in names]
    return enquiry.as_text(enquiry.sheet(FACTS, asked, "installateur"))


def read(text: str) -> dict[str, Value]:
    return {answer.place.path: answer.value for answer in filled.read(FACTS, text).said}


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("[x] oui   [ ] non   [ ] je ne sais pas", True),
        ("[ ] oui   [✗] non   [ ] je ne sais pas", False),
        ("[] oui   [ oui ] non   [ ] je ne sais pas", False),
        ("☒ oui ☐ non ☐ je ne sais pas", True),
        ("Non.", False),
        ("[ ] oui   [ ] non   [ ] je ne sais pas\nOui", True),
        ("[ ] oui   [ ] non   [x] je ne sais pas", UNKNOWN),
        ("[ ] oui   [ ] non   [ ] je ne sais pas\nje ne sais pas", UNKNOWN),
    ],
)
def test_a_cross_is_read_in_the_ways_people_make_it(typed: str, value: Value) -> None:
    text = sheet_of("logements_visibles").replace("[ ] oui   [ ] non   [ ] je ne sais pas", typed)
    assert read(text) == {"logements_visibles": value}
    bare = "".join(char if char.isascii() or char in "✗☒☐" else "?" for char in text)
    assert read(bare) == {"logements_visibles": value}  # accents lost
    assert read(text.replace("é", "Ã©").replace("\n", "\n\n")) == {"logements_visibles": value}


@pytest.mark.parametrize(
    ("name", "before", "after", "written", "expected"),
    [
        ("logements_visibles", "[ ] oui   [ ] non", "[x] oui   [x] non", "[x] oui ; [x] non", "une seule croix"),
        ("logements_visibles", "[ ] oui", "[peut-être] oui", "[peut-être]", "une croix entre les crochets"),
        ("logements_visibles", "[ ] je ne sais pas", "[ ] je ne sais pas\nvoir avec le maire", "voir avec le maire", "une croix devant"),
        ("conservation_jours", "Réponse :", "Réponse : environ 30 jours", "environ 30 jours", "un nombre est attendu"),
        ("mise_en_service", "Réponse :", "Réponse :\nmars 2021", "mars 2021", "une date s'écrit"),
        ("journal_contenu", "[ ] oui   [ ] non", "[x] oui   [x] non", "[x] oui [x] non", "pas les deux"),
    ],
)
def test_what_is_unclear_is_given_back(name: str, before: str, after: str, written: str, expected: str) -> None:
    found = filled.read(FACTS, sheet_of(name).replace(before, after, 1))
    [problem] = found.problems
    assert found.said == ()
    assert (problem.number, problem.path) == (1, name)
    assert written in problem.written and expected in problem.expected


def test_an_erased_or_unknown_mark_is_said_and_the_rest_is_read() -> None:
    text = (
        sheet_of("conservation_jours", "mise_en_service")
        .replace("   [conservation_jours]", "")
        .replace("JJ/MM/AAAA.\nRéponse :", "JJ/MM/AAAA.\nRéponse : 1er mars 2021")
    )
    found = filled.read(FACTS, text)
    assert [(answer.place.path, answer.value) for answer in found.said] == [("mise_en_service", date(2021, 3, 1))]
    assert [problem.number for problem in found.problems] == [1]
    gone = filled.read(FACTS, "Question 1 sur 1   [cameras.son]\n[cameras.C99.son]  Caméra C99 : [x] oui")
    assert "« C99 » n'est plus dans le dossier" in gone.problems[0].expected


def test_a_remark_beside_an_answer_is_kept_and_a_signature_is_none() -> None:
    text = sheet_of("logements_visibles", "conservation_jours").replace("[ ] non", "[x] non, sauf la caméra du pignon", 1)
    text = (
        text.replace("jours.\nRéponse :", "jours.\nRéponse : 30 jours").partition("[fin]")[0] + "Cordialement,\nL'atelier\n06 00 00 00 00"
    )
    found = filled.read(FACTS, text)
    assert [(answer.value, answer.note) for answer in found.said] == [(False, "sauf la caméra du pignon"), (30, "")]


def test_an_empty_line_is_no_and_nothing_is_no_answer() -> None:
    text = sheet_of("mesures_techniques", "conservation_jours")
    assert read(text) == {} and filled.read(FACTS, text).empty == 2
    assert read(text.replace("[ ] oui", "[x] oui", 1)) == {"mesures_techniques": Choices(frozenset({"comptes_nominatifs"}))}


def test_answers_in_two_copies_of_a_sheet_must_agree() -> None:
    one, two = (sheet_of("conservation_jours").replace("Réponse :", f"Réponse : {n}") for n in (15, 30))
    assert read(one + one) == read(one + sheet_of("conservation_jours")) == {"conservation_jours": 15}
    found = filled.read(FACTS, one + two)
    assert found.said == () and len(found.problems) == 1


def zipped(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "suffix", "said"),
    [
        (b"PK\x03\x04 not a zip", ".docx", "abîmé"),
        (zipped("content.xml", b"<a/>"), ".odt", "pas un document Word"),
        (zipped("word/document.xml", b"<a"), ".docx", "abîmé"),
        (zipped("word/document.xml", b" " * 50_000_000), ".docx", "trop long"),
        (zipped("word/document.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), ".docx", "déclarations"),
        (b"\xd0\xcf\x11\xe0", ".doc", ".doc ne se relit pas"),
        (b"%PDF-1.7", ".pdf", "PDF ne se relit pas"),
        (b"a\0b", ".txt", "pas un texte"),
        (b"a" * 3_000_000, ".txt", "dépasse"),
        (b"Content-Type: text/html\n\n<p>a</p>", ".eml", "texte simple"),
        (b"Content-Type: text/plain; charset=klingon\n\na", ".eml", "abîmé"),
    ],
)
def test_a_hostile_file_is_one_sentence(content: bytes, suffix: str, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        text_of(content, suffix)


@given(st.binary(max_size=300), st.sampled_from([".txt", ".eml", ".docx"]))
def test_any_bytes_are_read_or_refused(content: bytes, suffix: str) -> None:
    try:
        text = text_of(content, suffix)
    except UnreadableError:
        return
    filled.read(FACTS, text)
    assert "\x1b" not in text


@given(st.lists(st.sampled_from(["[conservation_jours]", "[cameras.son]", "[cameras.c01.son]", "[mesures_techniques]", "[fin]", "Question 2", "> ", "\n", "[x]", "[ ] oui", "[ ] non", "Réponse :", "é", "x", "?", "☒", "[[", "]"])))  # fmt: skip
def test_any_text_is_read_without_failing(pieces: list[str]) -> None:
    filled.read(FACTS, " ".join(pieces))


def test_windows_1252_utf_16_and_a_mail_are_decoded(tmp_path: Path) -> None:
    text = sheet_of("conservation_jours").replace("Réponse :", "Réponse : 15")
    for name, content in (
        ("a.txt", text.encode("cp1252", "replace")),
        ("b.txt", text.encode("utf-16")),
        ("c.eml", b"Subject: Re\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + text.encode()),
    ):
        (tmp_path / name).write_bytes(content)
        assert read(read_file(tmp_path / name)) == {"conservation_jours": 15}
    with pytest.raises(UnreadableError, match="n'existe pas"):
        read_file(tmp_path)

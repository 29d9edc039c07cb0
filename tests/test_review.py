"""The review of the law: complete, readable by a lawyer, and the copy under docs/revue/ is the one of this base."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from dpia import cli
from dpia.corpus import load
from dpia.documents import review
from dpia.documents.blocks import parse, plain
from dpia.sheets import example_in_words, sheet, source_in_words
from tests.docx_reader import text, xml
from tests.fixtures import small

FOLDER = small.ROOT / "docs" / "revue"
REFRESH = "pour rafraîchir : python -m dpia droit revue -o docs/revue"
RUN = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return review.pages(load())


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> RUN:
    def typed(*words: object) -> tuple[int, str, str]:
        code = cli.main([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, out, err

    return typed


def shown(markdown: str) -> str:
    """The text that a reader sees, on one line."""
    return " ".join(" ".join(plain(token) for token in parse(markdown) if token.type == "inline").split())


def test_the_copy_in_the_repository_is_up_to_date(pages: dict[str, str]) -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert sorted(kept) == sorted(pages), REFRESH
    for name, page in pages.items():
        assert kept[name] == page, f"docs/revue/{name} n'est plus celui de la base ; {REFRESH}"


def test_every_rule_is_there_with_all_that_it_says(pages: dict[str, str]) -> None:
    corpus, whole = load(), shown("\n".join(pages.values()))
    for read in corpus.rules:
        assert read.rule.id in whole
        for words in (
            read.rule.titre,
            read.rule.obligation,
            read.rule.a_faire,
            read.rule.doute,
            *(reading.dit for reading in read.rule.lectures),
        ):
            assert " ".join(words.split()) in whole, read.rule.id
        for source in read.rule.fondement:
            assert " ".join(source_in_words(source).split()) in whole, read.rule.id
        for example in read.rule.exemples:
            assert " ".join(example_in_words(corpus, example).text.split()) in whole, read.rule.id


def test_nothing_internal_shows(pages: dict[str, str]) -> None:
    """Names of questions and options stay in the files; identifiers of rules and of derived facts are on their own lines."""
    for name, page in pages.items():
        for line in page.splitlines():
            if not line.startswith("*") or line.startswith("**"):
                words = re.sub(r"\(<[^>]*>\)|\([\w-]+\.md\)", "", line)
                assert not re.search(r"[a-zé]\\?_[a-zé]|≠|>=|<=", words), f"{name} : {line}"


def test_our_texts_do_not_change_the_structure() -> None:
    for words in ("1. un", "- a", "# a", "*a* _b_ `c` [d](e) <f> |g| ~h~ \\ &amp; ^i", "+ x", "2024) y", "[^1]"):
        assert shown(f"- {review.escape(words)}") == words
        assert shown(f"**Doute** : {review.escape(words)}") == f"Doute : {words}"


def test_rules_are_sorted_by_processing_then_family_with_their_wordings_by_date(pages: dict[str, str]) -> None:
    headings = [line for line in pages["videoprotection.md"].splitlines() if line.startswith("## ")]
    assert headings == sorted(headings) and len(set(headings)) == len(headings)
    assert all(read.rule.famille in review.FAMILIES for read in load().rules)
    assert sum(len(re.findall(r"^### ", page, re.M)) for page in pages.values()) == len(load().rules) + len(load().derived)


def test_the_summary_counts_every_wording(pages: dict[str, str]) -> None:
    total = next(line for line in pages["README.md"].splitlines() if "**Ensemble**" in line)
    numbers = [int(cell) for cell in re.findall(r"\d+", total)]
    rules = [read.rule for read in load().rules]
    assert numbers[0] == len(rules) == sum(numbers[2:])
    assert numbers[3] == sum(rule.certitude == "discutee" for rule in rules)


def test_both_readings_windows_demands_and_consequences_are_told() -> None:
    lectures = [
        {"nom": "large", "prudente": True, "dit": "Toujours dû."},
        {"nom": "étroite", "dit": "Dû si b.", "quand": "b"},
    ]
    base = small.corpus("a", "b", "c", rules=(
        {"id": "r", "quand": "a", "satisfait_si": "c", "certitude": "discutee", "doute": "Deux lectures.", "lectures": lectures, "exige": ["c = oui"],
         "entraine": ["s"], "en_vigueur": [{"du": date(2023, 11, 30), "au": date(2024, 12, 31)}, {"du": date(2025, 6, 1)}],
         "exemples": [{"faits": {"a": "oui", "b": "absente"}, "verdict": "a_verifier", "date": date(2025, 7, 1)}]},
        {"id": "s", "titre": "Suivre", "quand": "a", "satisfait_si": "c"},
    ))  # fmt: skip
    said = shown("\n".join(review.pages(base).values()))
    for words in (
        "en vigueur du 30/11/2023 au 31/12/2024, puis depuis le 01/06/2025",
        "« large » (prudente : elle donne le verdict). Toujours dû.",
        "« étroite ». Dû si b. Sous cette lecture, la règle : s'applique quand la commune répond « oui » à « La question b ? »",
        "La conformité demande : la commune répond « oui » à « La question c ? »",
        "Un écart entraîne aussi : Suivre (s)",
        "à vérifier le 01/07/2025 : « La question a ? » : oui ; « La question b ? » ne se pose pas",
    ):
        assert words in said, words
    assert [entry.field for entry in sheet(base, base.rules[0])][:3] == ["obligation", "quand", "satisfait_si"]


# -- as it is typed


def test_the_word_file_has_every_rule(run: RUN, tmp_path: Path) -> None:
    code, out, err = run("droit", "revue", "-o", tmp_path / "revue.docx")
    assert (code, out, err) == (0, f"Écrit : {tmp_path / 'revue.docx'}\n", "")
    body = text(xml((tmp_path / "revue.docx").read_bytes()))
    assert all(read.rule.id in body for read in load().rules)


def test_markdown_goes_to_one_file_or_to_one_per_processing(run: RUN, tmp_path: Path, pages: dict[str, str]) -> None:
    assert run("droit", "revue", "-o", tmp_path / "revue.md")[0] == 0
    assert shown((tmp_path / "revue.md").read_text(encoding="utf-8")).count("Obligation :") >= len(load().rules)
    (tmp_path / "revue").mkdir()
    (tmp_path / "revue" / "vieux.md").write_text("x", encoding="utf-8")
    code, out, _ = run("droit", "revue", "-o", tmp_path / "revue")
    assert code == 0 and "À supprimer, n'est plus produit : " in out and "vieux.md" in out
    assert {path.name for path in (tmp_path / "revue").glob("*.md")} == {*pages, "vieux.md"}


@pytest.mark.parametrize(
    ("filters", "keep"),
    [
        (("--certitude", "discutee"), lambda rule: rule.certitude == "discutee"),
        (("--gravite", "interdiction"), lambda rule: rule.gravite == "interdiction"),
        (("--famille", "DUR"), lambda rule: rule.famille == "DUR"),
        (("--traitement", "videoprotection"), lambda rule: rule.traitement == "videoprotection"),
        (("--date", "2025-06-01"), lambda rule: any(date(2025, 6, 1) in window for window in rule.windows)),
        (("--gravite", "majeure", "--certitude", "discutee"), lambda rule: (rule.gravite, rule.certitude) == ("majeure", "discutee")),
    ],
)
def test_lister_keeps_what_is_asked_and_counts_it(run: RUN, filters: tuple[str, ...], keep: Callable[..., bool]) -> None:
    code, out, _ = run("droit", "lister", *filters)
    wanted = [read.rule.id for read in load().rules if keep(read.rule)]
    listed = [line.split()[0] for line in out.partition("\n\n")[0].splitlines()]
    assert code == 0 and listed == wanted
    assert f"\n{len(set(wanted))} règle(s)" in out
    assert re.search(r"^Certitude : ", out, re.M) and re.search(r"^Gravité : ", out, re.M)


def test_montrer_gives_every_wording(run: RUN) -> None:
    several = next(read.rule.id for read in load().rules if read.rule.versions or sum(r.rule.id == read.rule.id for r in load().rules) > 1)
    count = sum(read.rule.id == several for read in load().rules)
    out = run("droit", "montrer", several)[1]
    assert out.startswith(f"{count} rédactions : ") and out.count(f"\n{several} : ") == count

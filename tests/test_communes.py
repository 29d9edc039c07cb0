"""The embedded table of communes: found by code and by name, however it is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpia.communes import _parse, _table, find, plain, search, source

LINES = [line for line in _table().splitlines() if not line.startswith("#")]


def test_every_current_commune_is_in_the_table_and_whole() -> None:
    codes = [line.split("\t")[0] for line in LINES]
    assert 34_000 < len(codes) < 36_000
    assert len(set(codes)) == len(codes)
    for line in LINES[::97]:
        commune = _parse(line)
        assert len(commune.insee) == 5 and commune.name and commune.department_name
        assert commune.insee.startswith(commune.department)
        assert all(len(code) == 5 and code.isdigit() for code in commune.postcodes)
        assert commune.population is None or commune.population >= 0
        assert find(commune.insee) == commune


def test_a_code_is_a_text_whose_zeros_and_letters_count() -> None:
    assert str(find("01004")) == "Ambérieu-en-Bugey (01004, Ain)"
    assert find("2a004") == find("2A004") and find("2A004").name == "Ajaccio"  # type: ignore[union-attr]
    for wrong in ("1004", "01 004", "010040", "00000", "Nyons", "", "\n0100", "insee"):
        assert find(wrong) is None


@pytest.mark.parametrize(
    ("typed", "insee"),
    [
        ("Nyons", "26220"), ("nyons", "26220"), ("NYONS", "26220"), ("ambérieu en bugey", "01004"), ("amberieu-en-bugey", "01004"),
        ("st étienne", "42218"), ("Saint-Etienne", "42218"), ("L'Haÿ-les-Roses", "94038"), ("l hay les roses", "94038"),
    ],
)  # fmt: skip
def test_a_name_is_found_whatever_its_accents_hyphens_and_case(typed: str, insee: str) -> None:
    assert next(search(typed)).insee == insee


def test_the_exact_name_comes_before_longer_ones_and_before_those_that_contain_it() -> None:
    names = [commune.name for commune in search("Lyon", 50)]
    assert names[0] == "Lyon"
    starts = [plain(name).startswith("lyon") for name in names]
    assert starts == sorted(starts, reverse=True)


def test_a_search_is_short_and_says_nothing_for_one_letter() -> None:
    assert list(search("a")) == [] == list(search(" ")) == list(search("zzzzzz"))
    assert len(list(search("saint"))) == 20
    assert len(list(search("saint", 3))) == 3


@given(st.text(max_size=20))
def test_no_search_crashes_and_every_result_holds_what_was_typed(typed: str) -> None:
    for commune in search(typed):
        assert plain(typed) in f" {plain(commune.name)} "
    find(typed)


def test_every_commune_is_found_by_its_own_name() -> None:
    for line in LINES[::397]:
        commune = _parse(line)
        assert commune in list(search(commune.name, 60)), commune


@pytest.mark.parametrize(
    ("insee", "said"),
    [
        ("26220", "de Nyons"),
        ("84087", "d'Orange"),
        ("76351", "du Havre"),
        ("93045", "des Lilas"),
        ("17300", "de La Rochelle"),
        ("01004", "d'Ambérieu-en-Bugey"),
    ],
)
def test_the_name_after_commune_is_contracted(insee: str, said: str) -> None:
    assert find(insee).with_de == said  # type: ignore[union-attr]


def test_the_source_names_its_vintage_and_licence() -> None:
    assert "202" in source() and "icence" in source()

"""The condition language: each construction, its four outcomes, its errors; then what must hold of any condition."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpia.corpus import Corpus
from dpia.facts import AnsweredFacts
from dpia.grammar import ConditionError
from dpia.values import ABSENT, UNKNOWN, shift
from tests.fixtures import small
from tests.fixtures.conditions import Writer, random_corpus
from tests.fixtures.random_dossiers import Drawer, Piece, assemble, dice
from tests.fixtures.small import askable, judge, truth
from tests.fixtures.traces import replay

# Each of a, b, c can be made true (v), false (f), unknown (i) or absent (x).
ABC = small.corpus(*(spec for name in "abc" for spec in (f"porte_{name}", {"id": name, "type": "oui_non", "si": f"porte_{name}"})))


def say(states: str) -> dict[str, str]:
    said = {}
    for name, state in zip("abc", states, strict=False):
        said[f"porte_{name}"] = "non" if state == "x" else "oui"
        if state in "vf":
            said[name] = "oui" if state == "v" else "non"
    return said


def letter(text: str, states: str) -> str:
    return {"vrai": "v", "faux": "f", "inconnu": "i", "absent": "x"}[truth(ABC, text, say(states))]


ET = {"v": "vfiv", "f": "ffff", "i": "ifii", "x": "vfix"}  # row: a; columns: b is v, f, i, x
OU = {"v": "vvvv", "f": "vfif", "i": "viii", "x": "vfix"}


@pytest.mark.parametrize("a", "vfix")
def test_et_and_ou_follow_kleene_and_drop_what_is_absent(a: str) -> None:
    assert "".join(letter("a et b", a + b) for b in "vfix") == ET[a]
    assert "".join(letter("a ou b", a + b) for b in "vfix") == OU[a]


def test_non_turns_true_and_false_only() -> None:
    assert "".join(letter("non a", a) for a in "vfix") == "fvix"
    assert "".join(letter("non non a", a) for a in "vfix") == "vfix"


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ("vvf", "v"), ("vff", "f"), ("vif", "i"), ("vxf", "f"), ("viv", "v"), ("iif", "i"), ("iff", "f"),
        ("xxv", "f"), ("xxx", "x"), ("xxi", "i"), ("xii", "i"), ("iix", "i"), ("vvx", "v"),
    ],
)  # fmt: skip
def test_au_moins_counts_unknowns_as_possible(states: str, expected: str) -> None:
    assert letter("au moins 2 parmi (a, b, c)", states) == expected


def test_au_moins_is_not_false_while_everything_may_turn_absent() -> None:
    """a unknown beside two absents: if a turns out absent too there is nothing to count, so "too few" is not certain."""
    assert letter("au moins 2 parmi (a, b, c)", "ixx") == "i"
    assert letter("au moins 2 parmi (a, b, c)", "fxx") == "f"
    assert letter("au moins 2 parmi (a, b, c)", "ifx") == "f"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("a ou b et c", "a ou (b et c)"),
        ("a et b ou c", "(a et b) ou c"),
        ("non a et b", "(non a) et b"),
        ("non a ou b", "(non a) ou b"),
        ("a et non b ou c", "(a et (non b)) ou c"),
        ("(a ou b) et c", "(a ou b) et (c)"),
        ("a ou b ou c", "a ou (b ou c)"),
    ],
)
def test_non_binds_tighter_than_et_and_et_than_ou(written: str, meant: str) -> None:
    for states in map("".join, product("vfix", repeat=3)):
        assert letter(written, states) == letter(meant, states), states


def test_parentheses_change_the_meaning() -> None:
    assert letter("(a ou b) et c", "vff") == "f"
    assert letter("a ou b et c", "vff") == "v"
    assert letter("non (a et b)", "vf") == "v"
    assert letter("non a et b", "vf") == "f"


# -- comparisons


@pytest.mark.parametrize(
    ("sign", "expected"),
    [("=", "faux vrai faux"), ("≠", "vrai faux vrai"), ("!=", "vrai faux vrai"), ("<", "vrai faux faux"), ("<=", "vrai vrai faux"),
     ("≤", "vrai vrai faux"), (">", "faux faux vrai"), (">=", "faux vrai vrai"), ("≥", "faux vrai vrai")],
)  # fmt: skip
def test_numbers_compare(sign: str, expected: str) -> None:
    base = small.corpus("duree nombre")
    assert [truth(base, f"duree {sign} 30", {"duree": n}) for n in ("29", "30", "31")] == expected.split()
    assert truth(base, f"duree {sign} 30") == "inconnu"


def test_a_number_may_have_decimals_and_stand_on_the_left() -> None:
    base = small.corpus("duree nombre")
    assert truth(base, "duree = 1.5", {"duree": "1,5"}) == "vrai"
    assert truth(base, "30 >= duree", {"duree": "15"}) == "vrai"


def test_a_choice_compares_with_its_options() -> None:
    base = small.corpus("stade choix projet service extension")
    for text, said, expected in (
        ("stade = projet", "projet", "vrai"), ("stade = projet", "service", "faux"), ("stade ≠ projet", "service", "vrai"),
        ("stade parmi [projet, service]", "service", "vrai"), ("stade parmi [projet, service]", "extension", "faux"),
    ):  # fmt: skip
        assert truth(base, text, {"stade": said}) == expected, text
        assert truth(base, text) == "inconnu"


def test_an_option_may_be_called_oui_or_non() -> None:
    base = small.corpus("contrat choix oui non partiel")
    assert truth(base, "contrat = non", {"contrat": "non"}) == "vrai"
    assert truth(base, "contrat parmi [oui, partiel]", {"contrat": "partiel"}) == "vrai"


def test_yes_or_no_by_its_name_or_compared() -> None:
    base = small.corpus("a")
    assert [truth(base, text, {"a": "non"}) for text in ("a", "a = oui", "a = non", "a ≠ oui")] == ["faux", "faux", "vrai", "vrai"]


def test_two_answers_compare_and_one_missing_is_unknown() -> None:
    base = small.corpus("n nombre", "m nombre", "d date", "e date")
    assert truth(base, "n <= m", {"n": "3", "m": "4"}) == "vrai"
    assert truth(base, "d < e", {"d": "2026-01-01", "e": "2026-01-01"}) == "faux"
    assert judge(base, "n <= m", {"n": "3"}).missing() == ("m",)


def test_contient_has_three_outcomes_per_option() -> None:
    base = small.corpus("m choix_multiple a b c")
    said = {"m": {"oui": ["a"], "non": ["b"]}}
    assert [truth(base, f"m contient {option}", said) for option in "abc"] == ["vrai", "faux", "inconnu"]
    assert truth(base, "m contient a") == "inconnu"
    assert judge(base, "m contient c", said).missing() == ("m",)


@pytest.mark.parametrize(
    ("narrow", "wide", "expected"),
    [
        ({"oui": ["a"], "non": ["b", "c"]}, {"oui": ["a", "b"], "non": ["c"]}, "vrai"),
        ({"oui": ["a", "c"], "non": ["b"]}, {"oui": ["a", "b"], "non": ["c"]}, "faux"),
        ({"oui": [], "non": ["a", "b", "c"]}, {"oui": [], "non": ["a", "b", "c"]}, "vrai"),
        ({"oui": ["a"], "non": ["b"]}, {"oui": ["a"], "non": ["b", "c"]}, "inconnu"),  # c may be ticked on the left
        ({"oui": ["a"]}, {"oui": ["a"]}, "inconnu"),  # options that neither side mentions are unknown, not left out
        ({"oui": ["a"]}, {"non": ["a"]}, "faux"),
        ("?", {"oui": ["a"]}, "inconnu"),
    ],
)
def test_inclus_dans_looks_at_every_option(narrow: object, wide: object, expected: str) -> None:
    base = small.corpus("m choix_multiple a b c", "w choix_multiple a b c")
    assert truth(base, "m inclus dans w", {"m": narrow, "w": wide}) == expected


# -- dates


@pytest.mark.parametrize(
    ("day", "amount", "unit", "expected"),
    [
        ("2026-01-31", 1, "mois", "2026-02-28"),
        ("2024-01-31", 1, "mois", "2024-02-29"),
        ("2024-02-29", 5, "ans", "2029-02-28"),
        ("2024-02-29", 4, "ans", "2028-02-29"),
        ("2021-11-25", 5, "ans", "2026-11-25"),
        ("2026-03-31", -1, "mois", "2026-02-28"),
        ("2026-01-15", -4, "mois", "2025-09-15"),
        ("2026-12-31", 2, "mois", "2027-02-28"),
        ("2026-12-31", 30, "jours", "2027-01-30"),
        ("9999-12-31", 5, "ans", "9999-12-31"),
        ("0001-01-01", -1, "jours", "0001-01-01"),
    ],
)
def test_a_date_moves_and_a_short_month_gives_its_last_day(day: str, amount: int, unit: str, expected: str) -> None:
    assert shift(date.fromisoformat(day), amount, unit) == date.fromisoformat(expected)


def test_a_moved_date_compares_with_the_day_of_assessment() -> None:
    base = small.corpus("d date")
    text = "d + 5 ans >= date_evaluation"
    assert truth(base, text, {"d": "2021-11-25"}, date(2026, 11, 25)) == "vrai"
    assert truth(base, text, {"d": "25/11/2021"}, date(2026, 11, 26)) == "faux"
    assert truth(base, text) == "inconnu"
    assert truth(base, "d + 1 mois = 2026-02-28", {"d": "2026-01-31"}) == "vrai"
    assert truth(base, "d > date_evaluation - 4 mois", {"d": "2026-07-25"}) == "faux"
    assert truth(base, "date_evaluation >= 2023-11-30") == "vrai"
    assert truth(base, "2023-11-30 + 1 an <= d", {"d": "2024-11-30"}) == "vrai"


# -- existe


def test_existe_asks_whether_the_question_arises_not_whether_it_is_answered() -> None:
    base = small.corpus("porte", {"id": "b", "type": "oui_non", "si": "porte"}, "c")
    assert truth(base, "existe b", {"porte": "oui"}) == "vrai"
    assert truth(base, "existe b", {"porte": "non", "b": "oui"}) == "faux"
    assert truth(base, "existe c") == "vrai"
    assert truth(base, "existe b") == "inconnu"
    assert judge(base, "existe b").missing() == ("porte",)


def test_existe_of_a_derived_fact_is_unknown_while_it_may_turn_absent() -> None:
    base = small.corpus("porte", {"id": "b", "type": "oui_non", "si": "porte"}, faits={"f": "b"})
    assert truth(base, "existe f") == "inconnu"
    assert judge(base, "existe f").missing() == ("porte",)
    assert truth(base, "existe f", {"porte": "non"}) == "faux"
    assert truth(base, "existe f", {"porte": "oui", "b": "non"}) == "vrai"


# -- lists

LIST = small.corpus(
    {
        "id": "cams",
        "type": "liste",
        "element": "cam",
        "champs": ["id texte", "son", "n nombre", {"id": "gain", "type": "oui_non", "si": "son"}],
    },
    "g",
)
WORDS = ("une", "toutes", "aucune")


def cams(*sons: str, complete: bool = True) -> dict[str, object]:
    elements = [{"id": f"C{n}", **({"son": son} if son != "?" else {})} for n, son in enumerate(sons, 1)]
    return {"cams": elements if complete else {"elements": elements, "complet": "non"}}


@pytest.mark.parametrize(
    ("sons", "une", "toutes", "aucune"),
    [
        (("oui", "oui"), "vrai", "vrai", "faux"),
        (("oui", "non"), "vrai", "faux", "faux"),
        (("non", "non"), "faux", "faux", "vrai"),
        (("oui", "?"), "vrai", "inconnu", "faux"),
        (("non", "?"), "inconnu", "faux", "inconnu"),
        (("?",), "inconnu", "inconnu", "inconnu"),
        ((), "faux", "absent", "absent"),
    ],
)
def test_quantifiers_over_a_list(sons: tuple[str, ...], une: str, toutes: str, aucune: str) -> None:
    assert [truth(LIST, f"{word} cams avec (son)", cams(*sons)) for word in WORDS] == [une, toutes, aucune]


@pytest.mark.parametrize(
    ("sons", "une", "toutes", "aucune"),
    [
        (("oui",), "vrai", "inconnu", "faux"),
        (("non",), "inconnu", "faux", "inconnu"),
        ((), "inconnu", "inconnu", "inconnu"),
    ],
)
def test_an_incomplete_list_behaves_as_if_one_element_were_unknown(sons: tuple[str, ...], une: str, toutes: str, aucune: str) -> None:
    said = cams(*sons, complete=False)
    assert [truth(LIST, f"{word} cams avec (son)", said) for word in WORDS] == [une, toutes, aucune]
    for word, value in zip(WORDS, (une, toutes, aucune), strict=True):
        if value == "inconnu":
            assert judge(LIST, f"{word} cams avec (son)", said).missing() == ("cams",)


def test_an_incomplete_list_cannot_save_a_condition_that_no_element_could_meet() -> None:
    assert truth(LIST, "une cams avec (son et g)", {**cams(complete=False), "g": "non"}) == "faux"
    assert truth(LIST, "toutes cams avec (g ou non g)", {**cams(complete=False), "g": "non"}) == "inconnu"  # it may stay empty


def test_a_list_that_nobody_described_is_unknown_and_named() -> None:
    for word in WORDS:
        trace = judge(LIST, f"{word} cams avec (son)")
        assert trace.value is UNKNOWN
        assert trace.missing() == ("cams",)
    assert judge(LIST, "nombre cams >= 1").missing() == ("cams",)


def test_a_field_that_does_not_arise_drops_its_element_out() -> None:
    said = {"cams": [{"id": "C1", "son": "non"}, {"id": "C2", "son": "oui", "gain": "non"}]}
    assert [truth(LIST, f"{word} cams avec (gain)", said) for word in WORDS] == ["faux", "faux", "vrai"]
    assert [truth(LIST, f"{word} cams avec (gain)", cams("non")) for word in WORDS] == ["absent", "absent", "absent"]
    assert judge(LIST, "toutes cams avec (gain)", {"cams": [{"id": "C1"}, {"id": "C2", "son": "oui"}]}).missing() == (
        "cams[C1].son",
        "cams[C2].gain",
    )


@pytest.mark.parametrize(
    ("sons", "numbers", "une", "toutes", "aucune"),
    [
        (("oui", "non"), ("9", "9"), "vrai", "vrai", "faux"),
        (("oui", "non"), ("1", "9"), "faux", "faux", "vrai"),
        (("non", "non"), ("9", "9"), "faux", "absent", "absent"),  # all left out: as over an empty list
        (("?",), ("9",), "inconnu", "inconnu", "inconnu"),
        (("?",), ("1",), "faux", "inconnu", "inconnu"),  # it may be left out, and then there is nothing to judge
    ],
)
def test_si_leaves_elements_out(sons: tuple[str, ...], numbers: tuple[str, ...], une: str, toutes: str, aucune: str) -> None:
    said = cams(*sons)
    for element, number in zip(said["cams"], numbers, strict=True):  # type: ignore[call-overload]
        element["n"] = number
    assert [truth(LIST, f"{word} cams si (son) avec (n >= 5)", said) for word in WORDS] == [une, toutes, aucune]


def test_si_unknown_names_what_decides_and_nothing_else() -> None:
    assert judge(LIST, "toutes cams si (son) avec (n >= 5)", {"cams": [{"id": "C1", "n": "1"}]}).missing() == ("cams[C1].son",)
    assert judge(LIST, "toutes cams si (son) avec (n >= 5)", {"cams": [{"id": "C1"}]}).missing() == ("cams[C1].son", "cams[C1].n")


JOIN = small.corpus(
    {"id": "sites", "type": "liste", "element": "site", "champs": ["id texte", "nature choix rue hall"]},
    {"id": "cams", "type": "liste", "element": "cam", "champs": ["id texte", {"id": "site", "type": "reference", "vers": "sites"}]},
    faits={"dans_la_rue": ("cams", "une sites avec (id = cams.site et nature = rue)")},
)


def test_a_list_is_joined_to_another_by_reference() -> None:
    said = {
        "sites": [{"id": "Place", "nature": "rue"}, {"id": "Hall", "nature": "hall"}, {"id": "Quai"}],
        "cams": [{"id": "C1", "site": "Place"}, {"id": "C2", "site": "Hall"}, {"id": "C3", "site": "Quai"}, {"id": "C4"}],
    }
    known = small.facts(JOIN, said)
    items = known.value("cams").elements  # type: ignore[union-attr]
    assert [known.cell("cams", item, "dans_la_rue") for item in items] == [True, False, UNKNOWN, UNKNOWN]
    assert judge(JOIN, "toutes cams avec (dans_la_rue)", {**said, "cams": said["cams"][:1]}).value is True
    assert truth(JOIN, "une cams avec (dans_la_rue)", said) == "vrai"
    assert truth(JOIN, "nombre cams avec (dans_la_rue) >= 2", said) == "inconnu"
    assert judge(JOIN, "une cams avec (dans_la_rue)", {**said, "cams": said["cams"][2:3]}).missing() == ("sites[Quai].nature",)


def test_a_join_follows_the_enclosing_element_not_a_former_one() -> None:
    said = {"sites": [{"id": "Place", "nature": "rue"}], "cams": [{"id": "C1", "site": "Place"}, {"id": "C2", "site": "ailleurs"}]}
    known = small.facts(JOIN, said)
    condition = small.read(JOIN, "une sites avec (id = cams.site et nature = rue)", "cams")
    for item, expected in zip(known.value("cams").elements, (True, False), strict=True):  # type: ignore[union-attr]
        assert condition.judge(known, {"cams": item}).value is expected


def test_a_field_hides_a_general_fact_of_the_same_name() -> None:
    base = small.corpus("son", {"id": "cams", "type": "liste", "element": "cam", "champs": ["id texte", "son"]})
    said = {"son": "oui", "cams": [{"id": "C1", "son": "non"}]}
    assert truth(base, "son", said) == "vrai"
    assert truth(base, "une cams avec (son)", said) == "faux"


@pytest.mark.parametrize(
    ("text", "two_of_three", "one_unknown", "incomplete"),
    [
        ("nombre cams avec (son) >= 2", "vrai", "inconnu", "vrai"),
        ("nombre cams avec (son) = 2", "vrai", "inconnu", "inconnu"),
        ("nombre cams avec (son) ≠ 3", "vrai", "vrai", "inconnu"),
        ("nombre cams avec (son) > 2", "faux", "faux", "inconnu"),
        ("nombre cams avec (son) <= 2", "vrai", "vrai", "inconnu"),
        ("nombre cams avec (son) < 1", "faux", "faux", "faux"),
        ("nombre cams avec (son) = 0", "faux", "faux", "faux"),
        ("nombre cams avec (son) >= 1", "vrai", "vrai", "vrai"),
        ("nombre cams = 3", "vrai", "vrai", "inconnu"),
        ("nombre cams >= 3", "vrai", "vrai", "vrai"),
    ],
)
def test_nombre_is_an_interval_while_something_is_unknown(text: str, two_of_three: str, one_unknown: str, incomplete: str) -> None:
    assert truth(LIST, text, cams("oui", "oui", "non")) == two_of_three
    assert truth(LIST, text, cams("oui", "?", "non")) == one_unknown
    assert truth(LIST, text, cams("oui", "oui", "non", complete=False)) == incomplete


def test_nombre_of_an_empty_list_is_zero() -> None:
    assert truth(LIST, "nombre cams = 0", cams()) == "vrai"
    assert truth(LIST, "nombre cams >= 1", cams()) == "faux"
    assert truth(LIST, "nombre cams = 0", cams(complete=False)) == "inconnu"


def test_a_list_that_does_not_arise_is_absent() -> None:
    base = small.corpus("porte", {"id": "cams", "type": "liste", "element": "cam", "si": "porte", "champs": ["id texte", "son"]})
    for text in (*(f"{word} cams avec (son)" for word in WORDS), "nombre cams >= 1"):
        assert truth(base, text, {"porte": "non", "cams": [{"id": "C1", "son": "oui"}]}) == "absent"


# -- errors

ERRORS = small.corpus(
    "son", "duree nombre", "stade choix projet service", "mentions choix_multiple logo droits", "mots choix_multiple logo", "d date",
    {"id": "cams", "type": "liste", "element": "cam", "champs": ["id texte", "bruit"]}, "motif texte",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sno", "« sno » n'est ni une question, ni un champ, ni un fait dérivé ; vouliez-vous « son » ?"),
        ("une cams avec (bruti)", "vouliez-vous « bruit » ?"),
        ("une cam avec (bruit)", "vouliez-vous « cams » ?"),
        ("stade = projte", "« projte » n'est pas une option (projet, service) ; vouliez-vous « projet » ?"),
        ("stade parmi [projet, servise]", "vouliez-vous « service » ?"),
        ("mentions contient logos", "vouliez-vous « logo » ?"),
        ("stade contient projet", "« projet » n'est pas une option"),
        ("mentions = logo", "un choix multiple se lit avec « contient »"),
        ("mentions inclus dans stade", "« inclus dans » compare deux choix multiples"),
        ("mentions inclus dans mots", "« mots » n'a pas l'option « droits »"),
        ("duree = oui", "un fait de type nombre ne se compare pas à un fait de type oui_non"),
        ("duree = d", "un fait de type nombre ne se compare pas à un fait de type date"),
        ("stade < projet", "« < » ne compare que des nombres et des dates"),
        ("duree", "ce nom n'est pas une question à réponse oui ou non"),
        ("motif", "ce nom n'est pas une question à réponse oui ou non"),
        ("d + 5 semaines >= date_evaluation", "une durée s'écrit « + 5 ans »"),
        ("d >= 2026-02-30", "« 2026-02-30 » n'est pas une date du calendrier"),
        ("son et", "il manque un nom ou une valeur à la fin"),
        ("son son", "il manque peut-être « et », « ou » ou une parenthèse"),
        ("(son", "« ) » est attendu"),
        ("son et (", "il manque un nom ou une valeur à la fin"),
        ("une cams (bruit)", "« avec » est attendu"),
        ("une duree avec (son)", "« duree » n'est pas une liste"),
        ("cams.bruit", "aucun élément courant de « cams » ici"),
        ("cams = cams", "une liste avec « une », « toutes », « aucune » ou « nombre »"),
        ("nombre cams", "il manque un signe de comparaison"),
        ("nombre cams >= deux", "il faut un signe et un nombre entier"),
        ("au moins parmi (son)", "un nombre est attendu après « au moins »"),
        ("au moins 3 parmi (son, son)", "« au moins 3 » parmi 2 conditions n'a pas de sens"),
        ("son & duree", "caractère inattendu « & »"),
        ("", "il manque un nom ou une valeur à la fin"),
    ],
)
def test_an_unreadable_condition_says_what_where_and_what_instead(text: str, said: str) -> None:
    with pytest.raises(ConditionError) as caught:
        small.read(ERRORS, text)
    assert said in str(caught.value)
    assert f"« {text} », colonne " in str(caught.value)


def test_the_column_points_at_the_word() -> None:
    with pytest.raises(ConditionError, match="colonne 8 : « dure »"):
        small.read(ERRORS, "son et dure >= 3")


# -- what must hold of any condition

SEEDS = st.integers(0, 2**64)


def answered(base: Corpus, pieces: list[Piece]) -> AnsweredFacts:
    return AnsweredFacts(base, assemble(base, pieces), small.TODAY)


def written(base: Corpus, text: str) -> str:
    """What a failure shows: the condition, and what the questions and facts of its corpus depend on."""
    return f"{text} dans {[f'{ref.liste or chr(32)}.{ref.name} : {found.text}' for ref, found in base.conditions.items()]}"


@given(SEEDS)
@settings(max_examples=250)
def test_filling_an_unknown_never_changes_what_was_known(seed: int) -> None:
    """Answers are learnt one by one, in a random order: once true, false or absent, a condition stays so."""
    random = dice(seed)
    base = random_corpus(random)
    texts = [Writer(random, base.names).condition() for _ in range(8)]
    read = [small.read(base, text) for text in texts]
    pieces = Drawer(base, random, most=2).shuffled()
    before: list[object] = [UNKNOWN] * len(texts)
    for n in range(len(pieces) + 1):
        known = answered(base, pieces[:n])
        now = [condition.judge(known, {}).value for condition in read]
        for text, old, new in zip(texts, before, now, strict=True):
            assert old is UNKNOWN or new is old, f"{old!r} puis {new!r} après {pieces[n - 1]} : {written(base, text)}"
        before = list(now)
    assert UNKNOWN not in before, "tout est répondu, rien n'est inconnu"


@given(SEEDS)
@settings(max_examples=250)
def test_a_trace_replayed_gives_its_value_and_names_what_can_be_asked(seed: int) -> None:
    random = dice(seed)
    base = random_corpus(random)
    pieces = Drawer(base, random, most=2).shuffled()
    for share in (0, 0.3, 0.6, 0.8):
        known = answered(base, pieces[: int(len(pieces) * share)])
        for _ in range(4):
            text = Writer(random, base.names).condition()
            trace = small.read(base, text).judge(known, {})
            replay(trace)
            if trace.value is UNKNOWN:
                assert trace.missing(), f"rien à demander : {written(base, text)}"
                for path in trace.missing():
                    assert askable(base, known, path), f"« {path} » ne peut pas être posée : {written(base, text)}"


@given(SEEDS)
@settings(max_examples=80)
def test_an_absent_operand_leaves_the_other_to_decide(seed: int) -> None:
    random = dice(seed)
    base = random_corpus(random)
    pieces = Drawer(base, random, most=2).shuffled()
    known = answered(base, pieces[: random.randint(0, len(pieces))])
    texts = [Writer(random, base.names).condition() for _ in range(12)]
    values = {text: small.read(base, text).judge(known, {}).value for text in texts}
    for nothing in [text for text, value in values.items() if value is ABSENT]:
        for text, alone in values.items():
            for word in ("et", "ou"):
                assert small.read(base, f"({text}) {word} ({nothing})").judge(known, {}).value is alone

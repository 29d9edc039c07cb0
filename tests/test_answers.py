"""What a person types → a typed value, by the question's type; and back to words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpia.answers import AnswerError, clean, in_words, is_answered, read_value
from dpia.corpus import load
from dpia.model import Question
from dpia.values import ABSENT, UNKNOWN, Choices, Item, Items


def ask(kind: str, **more: Any) -> Question:
    return Question(id="q", type=kind, libelle="?", **more)  # type: ignore[arg-type]


ABC = {"alpha": "Premier choix", "beta": "Deuxième choix", "gamma": "Autre"}
BOXES, CHOICE = ask("choix_multiple", options=ABC), ask("choix", options=ABC)
DAYS = ask("nombre", minimum=0, maximum=3650, unite="jours")
FIELDS = (Question(id="id", type="texte", libelle="Numéro"), Question(id="son", type="oui_non", libelle="Son ?"))
LIST = ask("liste", element="caméra", champs=FIELDS)


@pytest.mark.parametrize("raw", ["?", " ? ", "ne sait pas", "Je ne sais pas", "NSP", "inconnu"])
@pytest.mark.parametrize(
    "question",
    [ask("oui_non"), CHOICE, BOXES, DAYS, ask("date"), ask("texte"), ask("commune"), ask("reference"), LIST],
    ids=lambda q: q.type,
)
def test_i_do_not_know_is_an_answer_to_every_question(question: Question, raw: str) -> None:
    assert read_value(question, raw) is UNKNOWN


@pytest.mark.parametrize(
    ("question", "raw", "value"),
    [
        (ask("oui_non"), "oui", True), (ask("oui_non"), "O", True), (ask("oui_non"), "x", True), (ask("oui_non"), True, True),
        (ask("oui_non"), "Non", False), (ask("oui_non"), "0", False), (ask("oui_non"), False, False),
        (CHOICE, "alpha", "alpha"), (CHOICE, "ALPHA", "alpha"), (CHOICE, "deuxième choix", "beta"),
        (BOXES, "alpha, beta", Choices(frozenset({"alpha", "beta"}))), (BOXES, ["alpha"], Choices(frozenset({"alpha"}))),
        (BOXES, {"oui": ["alpha"], "non": ["Autre"]}, Choices(frozenset({"alpha"}), frozenset({"gamma"}))),
        (BOXES, {"oui": "alpha", "inconnu": ["beta"]}, Choices(frozenset({"alpha"}))),
        (BOXES, {"oui": [], "non": ["alpha", "beta", "gamma"]}, Choices(frozenset(), frozenset(ABC))),
        (DAYS, "15", 15), (DAYS, "1 000", 1000), (DAYS, "1\u202f000", 1000), (DAYS, "1,5", 1.5), (DAYS, "0.5", 0.5), (DAYS, 30, 30),
        (ask("date"), "2024-03-15", date(2024, 3, 15)), (ask("date"), "15/03/2024", date(2024, 3, 15)),
        (ask("date"), "15.03.2024", date(2024, 3, 15)), (ask("date"), date(2024, 3, 15), date(2024, 3, 15)), (ask("date"), "29/02/2024", date(2024, 2, 29)),
        (ask("commune"), "01004", "01004"), (ask("commune"), "2a004", "2A004"), (ask("commune"), "97411", "97411"),
        (ask("texte"), "  deux mots\r\nà la ligne ", "deux mots\nà la ligne"), (ask("texte"), "", UNKNOWN), (ask("texte"), 12, "12"),
        (LIST, [], Items()), (LIST, [{"id": "C1", "son": "non"}], Items((Item("C1", {"id": "C1", "son": False}),))),
        (LIST, [{"id": "C1", "son": ""}], Items((Item("C1", {"id": "C1"}),))),
        (LIST, {"elements": [{"id": "01"}], "complet": "non"}, Items((Item("01", {"id": "01"}),), complete=False)),
    ],
)  # fmt: skip
def test_what_was_typed_becomes_a_value(question: Question, raw: Any, value: Any) -> None:
    found = read_value(question, raw)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("question", "raw", "said"),
    [
        (ask("oui_non"), "peut-être", "répondez « oui », « non » ou « ? » (ici « peut-être »)"),
        (ask("oui_non"), "", "répondez « oui », « non » ou « ? »"),
        (CHOICE, "alfa", "« alfa » n'est pas une réponse possible : alpha, beta, gamma ; vouliez-vous « alpha » ?"),
        (CHOICE, ["alpha", "beta"], "une seule réponse est attendue, pas une liste"),
        (BOXES, {"oui": ["alpha"], "non": ["alpha"]}, "« alpha » est à la fois oui et non"),
        (BOXES, {"ouii": ["alpha"]}, "un choix multiple s'écrit « oui: [a, b] », « non: [c] »"),
        (BOXES, {"oui": [{"a": "b"}]}, "« oui » attend une liste d'options"),
        (BOXES, "delta", "« delta » n'est pas une réponse possible"),
        (DAYS, "un mois", "un nombre est attendu (ici « un mois »)"),
        (DAYS, "-1", "au moins 0 (ici -1)"),
        (DAYS, "36500", "au plus 3650 (ici 36500)"),
        (DAYS, "1e3", "un nombre est attendu"),
        (DAYS, "9" * 40, "un nombre est attendu"),
        (DAYS, "²", "un nombre est attendu"),
        (ask("date"), "30/02/2024", "une date s'écrit 2024-03-15 ou 15/03/2024, et doit exister au calendrier (ici « 30/02/2024 »)"),
        (ask("date"), "2024-13-01", "doit exister au calendrier"),
        (ask("date"), "mars 2024", "une date s'écrit"),
        (ask("date"), "01/01/0024", "l'année 24 est invraisemblable"),
        (ask("commune"), "1004", "un code INSEE a cinq caractères, comme 01004 ou 2A004 (ici « 1004 »)"),
        (ask("commune"), "Nyons", "un code INSEE a cinq caractères"),
        (ask("texte"), "a" * 4001, "4000 caractères au plus (ici 4001)"),
        (ask("texte"), {"a": "b"}, "une seule réponse est attendue, pas un groupe de valeurs"),
        (LIST, "C1", "une liste d'éléments est attendue, un par caméra"),
        (LIST, [{"son": "oui"}], "élément 1 : il manque « id »"),
        (LIST, [{"id": "?"}], "élément 1 : il manque « id »"),
        (LIST, [{"id": "C1"}, {"id": "C1"}], "« C1 » désigne deux éléments"),
        (LIST, [{"id": "C1", "sn": "oui"}], "élément 1 : colonne inconnue « sn » ; vouliez-vous « son » ?"),
        (LIST, [{"id": "C1", "son": "fort"}], "élément 1 (C1), « son » : répondez « oui »"),
        (LIST, {"element": []}, "clé inconnue « element »"),
        (LIST, {"elements": [], "complet": "presque"}, "répondez « oui », « non »"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_what_is_expected(question: Question, raw: Any, said: str) -> None:
    with pytest.raises(AnswerError) as caught:
        read_value(question, raw)
    assert said in str(caught.value)


@given(st.text())
def test_clean_text_holds_nothing_that_a_document_cannot_print_and_stays_as_it_is(text: str) -> None:
    kept = clean(text)
    assert clean(kept) == kept
    assert not set(kept) & {*map(chr, range(9)), "\x0b", "\x0c", "\r", "\x7f", "\x85", "\u200b", "\u202e", "\ufeff", "\ufffe"}
    kept.encode("utf-8")


def test_clean_keeps_what_people_write() -> None:
    for text in ("L'œil « fixe » — n° 12 €", "👮 café", "<script>", "{{ 7*7 }}", "=1+1", 'dit "non"', "a\u2028b", "a\u202fb"):
        assert clean(text) == text


@given(
    st.text()
    | st.integers()
    | st.lists(st.text())
    | st.dictionaries(st.text(), st.text())
    | st.none()
    | st.lists(st.dictionaries(st.text(), st.text()))
)
def test_nothing_typed_ever_crashes_a_question(raw: Any) -> None:
    for question in (ask("oui_non"), CHOICE, BOXES, DAYS, ask("date"), ask("texte"), ask("commune"), ask("reference"), LIST):
        try:
            value = read_value(question, raw)
        except AnswerError as error:
            assert str(error)
        else:
            assert value is not ABSENT
            assert in_words(question, value)


@pytest.mark.parametrize(
    ("question", "value", "words"),
    [
        (ask("oui_non"), True, "oui"), (ask("oui_non"), False, "non"), (CHOICE, UNKNOWN, "ne sait pas"), (CHOICE, ABSENT, "sans objet"),
        (CHOICE, "beta", "Deuxième choix"), (DAYS, 1234, "1\u202f234 jours"), (DAYS, 1.5, "1,5 jours"), (ask("date"), date(2024, 3, 5), "05/03/2024"),
        (BOXES, Choices(frozenset({"beta", "alpha"}), frozenset({"gamma"})), "Premier choix, Deuxième choix"),
        (BOXES, Choices(frozenset({"alpha"})), "Premier choix ; ne sait pas : Deuxième choix, Autre"),
        (BOXES, Choices(frozenset(), frozenset(ABC)), "aucune case cochée"),
        (LIST, Items((Item("C1", {}),), complete=False), "1 caméra(s), liste incomplète"),
    ],
)  # fmt: skip
def test_values_are_said_as_a_person_would(question: Question, value: Any, words: str) -> None:
    assert in_words(question, value) == words


def test_only_a_value_is_an_answer() -> None:
    assert is_answered(False) and is_answered(0) and is_answered(Choices())
    assert not is_answered(UNKNOWN) and not is_answered(ABSENT)


def test_every_option_of_the_real_base_can_be_typed_by_its_key_and_by_its_label() -> None:
    for question in load().questions.values():
        for asked in (question, *question.champs):
            if asked.type == "choix":
                assert all(read_value(asked, key) == read_value(asked, label) == key for key, label in asked.options.items()), asked.id
            elif asked.type == "choix_multiple":
                assert all(read_value(asked, [label]) == Choices(frozenset({key})) for key, label in asked.options.items()), asked.id

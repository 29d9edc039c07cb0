"""Overviews: one screen answers several questions, and changes nothing else than the questions asked one by one would have."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpia import dossier as dossiers
from dpia.answering import recorded
from dpia.answers import Answer, read_value
from dpia.corpus import Corpus
from dpia.facts import AnsweredFacts
from dpia.interview import Session, Step, items_of, previous, steps
from dpia.overviews import check_overviews, rows, told
from dpia.terminal.dialogue import Dialogue
from dpia.terminal.screen import Screen
from dpia.values import UNKNOWN, Choices, Item, Items, Value
from tests.fixtures import small
from tests.fixtures.keyboard import BACK, DOWN, ENTER, HOME, typing

VIEW: dict[str, Any] = {
    "id": "vue", "type": "choix_multiple", "libelle": "Parmi ces phrases, lesquelles sont vraies ?",
    "options": {"police": "P", "incident": "I", "gardien": "G", "changements": "X", "bruit": "B", "ecole": "E", "culte": "C"},
    "repond": {
        "police": {"oui": "oui", "non": "non"}, "incident": {"non": "jamais"}, "gardien": {"oui": "oui"}, "changements": {"non": []},
        "bruit": {"cible": "lieux.son", "non": "non"}, "ecole": {"cible": "abords.ecole"}, "culte": {"cible": "abords.culte"},
    },
}  # fmt: skip
LIEUX: dict[str, Any] = {
    "id": "lieux", "type": "liste", "element": "lieu",
    "champs": ["id texte", "nature choix hall rue", {"id": "son", "type": "oui_non", "si": "nature = rue"}, "mur"],
}  # fmt: skip
PARTS: tuple[Any, ...] = (
    "a", VIEW, LIEUX, "police", "incident choix jamais souvent", {"id": "gardien", "type": "oui_non", "si": "a"},
    "changements choix_multiple lieu but", "abords choix_multiple ecole culte",
)  # fmt: skip
BASE = small.corpus(*PARTS)
PLAIN = small.corpus(*(part for part in PARTS if part is not VIEW))
ASKED = BASE.questions["vue"]
KEYS = ("A", "B", "C")


def values(answers: Mapping[str, Answer]) -> dict[str, Value]:
    return {name: answer.value for name, answer in answers.items() if name != "vue"}


def facts(answers: Mapping[str, Answer], base: Corpus = BASE) -> AnsweredFacts:
    return AnsweredFacts(base, answers, small.TODAY)


def yes_no() -> st.SearchStrategy[Value]:
    return st.sampled_from((True, False, UNKNOWN))


def ticks(*options: str) -> st.SearchStrategy[Value]:
    def made(signs: list[str]) -> Value:
        found = Choices(*(frozenset(name for name, sign in zip(options, signs, strict=True) if sign == side) for side in "on"))
        return found if found.oui or found.non else UNKNOWN

    return st.lists(st.sampled_from("on?"), min_size=len(options), max_size=len(options)).map(made)


CELLS = st.fixed_dictionaries({"nature": st.sampled_from(("rue", "rue", "hall", UNKNOWN)), "son": yes_no(), "mur": yes_no()})
TRUTH = st.fixed_dictionaries({
    "a": yes_no(), "police": yes_no(), "incident": st.sampled_from(("jamais", "souvent", UNKNOWN)), "gardien": yes_no(),
    "changements": ticks("lieu", "but"), "abords": ticks("ecole", "culte"),
    "lieux": st.lists(CELLS, max_size=3).map(lambda cells: {key: {"id": key, **cell} for key, cell in zip(KEYS, cells, strict=False)}),
})  # fmt: skip


def side(known: AnsweredFacts, truth: Mapping[str, Any], option: str) -> bool | None:
    """What a person who knows the truth says of a row: yes, no, or (None) "je ne sais pas"."""
    row = ASKED.repond[option]
    name, _, inner = (row.cible or option).partition(".")
    if name == "abords":
        return {True: True, False: False}.get(truth[name].has(inner)) if isinstance(truth[name], Choices) else None
    asked = next((champ for champ in BASE.questions[name].champs if champ.id == inner), BASE.questions[name])
    blank = [
        item.key
        for item in items_of(known.answers, "lieux").elements
        if "son" not in item.cells and known.cell_arises("lieux", item, "son")
    ]
    true = [truth["lieux"][key]["son"] for key in blank] if inner else [truth[name]]
    if all(value is UNKNOWN for value in true):
        return None
    for raw, answer in ((row.oui, True), (row.non, False)):
        if raw is not None and all(value == read(asked, raw) for value in true):
            return answer
    return row.oui is None  # the row that has the question asked


def read(asked: Any, raw: Any) -> Value:
    value = read_value(asked, raw)
    return Choices(value.oui, frozenset(asked.options) - value.oui) if isinstance(value, Choices) else value


def answer(known: AnsweredFacts, truth: Mapping[str, Any], step: Step) -> Any:
    if step.question == "vue":
        sides = {option: side(known, truth, option) for option in rows(known, ASKED)}
        said = Choices(*(frozenset(option for option in sides if sides[option] is way) for way in (True, False)))
        return said if said.oui or said.non else UNKNOWN
    if step.question != "lieux":
        return truth[step.question]
    if not step.field:
        return Items(tuple(Item(key, {"id": key}) for key in truth["lieux"]))
    return {key: truth["lieux"][key][step.field] for key in step.keys}


def interviewed(base: Corpus, before: Mapping[str, Answer], truth: Mapping[str, Any]) -> dict[str, Answer]:
    """The answers of a person who tells the truth, after a whole interview."""
    answers, session = dict(before), Session()
    while (step := next(steps(facts(answers, base), session), None)) is not None:
        known = facts(answers, base)
        answers |= {name: Answer(value) for name, value in recorded(known, session, step, answer(known, truth, step)).items()}
        session.answered(step)
    return answers


def known_before(truth: Mapping[str, Any], names: set[str]) -> dict[str, Answer]:
    """What was said or imported before the interview: some questions, and a part of the cells of the list."""
    said = {name: Answer(truth[name]) for name in names if name in truth and name != "lieux"}
    if "lieux" in names:
        cells = {
            key: {name: cell for name, cell in row.items() if name == "id" or f"{key}.{name}" in names}
            for key, row in truth["lieux"].items()
        }
        said["lieux"] = Answer(Items(tuple(Item(key, row) for key, row in cells.items())))
    return {name: said[name] for name in BASE.questions if name in said}


CELLS_NAMED = [f"{key}.{name}" for key in KEYS for name in ("nature", "son", "mur")]
SOME = st.builds(
    set.union,
    st.sets(st.sampled_from(list(PLAIN.questions))),
    st.sets(st.sampled_from(CELLS_NAMED)).map(lambda blank: set(CELLS_NAMED) - blank),
)


@given(TRUTH, SOME)
def test_an_overview_then_the_rest_says_what_the_questions_one_by_one_say(truth: dict[str, Any], names: set[str]) -> None:
    before = known_before(truth, names)
    assert values(interviewed(BASE, before, truth)) == values(interviewed(PLAIN, before, truth))


@given(TRUTH, TRUTH, SOME, SOME)
def test_coming_back_to_an_overview_without_a_change_changes_nothing(
    truth: dict[str, Any], later: dict[str, Any], names: set[str], corrected: set[str]
) -> None:
    """Neither at once, nor once the answers were made more precise one by one."""
    answers = interviewed(BASE, known_before(truth, names), truth)
    if "vue" not in answers:
        return
    for change in ({}, known_before(later, corrected)):
        answers |= change
        known, session = facts(answers), Session()
        said, shown = answers["vue"].value, frozenset(rows(facts(answers), ASKED, again=True))
        again = Choices(said.oui & shown, said.non & shown) if isinstance(said, Choices) else UNKNOWN  # the boxes as they come back
        assert recorded(known, session, Step("vue"), again) == {"vue": said}
        assert not session.forced


# What a row says


SAID: dict[str, Any] = {"a": "oui", "lieux": [{"id": "A", "nature": "rue"}, {"id": "B", "nature": "hall"}]}


def say(session: Session, said: dict[str, Any], oui: str, non: str = "") -> dict[str, Value]:
    view = Choices(frozenset(oui.split()), frozenset(non.split()))
    return recorded(small.facts(BASE, said), session, Step("vue"), view if view.oui or view.non else UNKNOWN)


def test_rows_are_those_whose_question_arises_and_has_no_answer() -> None:
    assert rows(small.facts(BASE, SAID), ASKED) == VIEW["options"]
    fewer = SAID | {"a": "non", "police": "?", "abords": {"oui": ["ecole"]}, "lieux": [{"id": "B", "nature": "hall"}]}
    assert list(rows(small.facts(BASE, fewer), ASKED)) == ["changements", "culte", "incident"]
    assert list(rows(small.facts(BASE, {"a": "oui"}), ASKED)) == []  # the list that a row speaks of is not named yet


def test_a_single_row_is_no_overview_unless_no_other_question_asks_it() -> None:
    few = SAID | {"lieux": [], "police": "oui", "gardien": "oui", "changements": "?", "abords": {"non": ["ecole", "culte"]}}
    assert next(steps(small.facts(BASE, few), Session())) == Step("incident")
    assert next(steps(small.facts(BASE, few | {"incident": "?", "abords": {"non": ["ecole"]}}), Session())) == Step("vue")


def test_a_row_answers_a_question_a_field_or_an_option_and_leaves_the_rest_to_be_asked() -> None:
    after = say(Session(), SAID, "police incident ecole", "bruit gardien changements culte")
    items = after.pop("lieux")
    assert isinstance(items, Items) and [dict(item.cells) for item in items.elements] == [
        {"id": "A", "nature": "rue", "son": False}, {"id": "B", "nature": "hall"},
    ]  # fmt: skip
    assert after == {
        "vue": Choices(frozenset(("police", "incident", "ecole")), frozenset(("bruit", "gardien", "changements", "culte"))),
        "police": True, "changements": Choices(frozenset(), frozenset(("lieu", "but"))), "abords": Choices(frozenset({"ecole"}), frozenset({"culte"})),
    }  # fmt: skip


def test_a_row_about_a_list_fills_only_the_cells_that_nobody_filled() -> None:
    mixed = SAID | {"lieux": [{"id": "A", "nature": "rue", "son": "oui"}, {"id": "B", "nature": "rue"}]}
    items = say(Session(), mixed, "", "bruit")["lieux"]
    assert isinstance(items, Items) and [item.cells["son"] for item in items.elements] == [True, False]
    session = Session()
    assert "lieux" not in say(session, mixed, "bruit") and not session.forced  # B is asked in its turn, A is not asked again


def test_a_row_that_is_not_shown_any_more_keeps_what_it_said() -> None:
    told_before = TOLD | {"a": "non", "vue": {"oui": ["police", "gardien"], "non": ["incident", "bruit"]}}
    after = say(Session(), told_before, "", "police incident bruit")
    assert after == {"vue": Choices(frozenset({"gardien"}), frozenset(("police", "incident", "bruit"))), "police": False}


def test_a_row_that_nobody_knows_leaves_its_question_unknown() -> None:
    after = say(Session(), SAID, "", "police")
    assert after["police"] is False
    assert after["incident"] is after["gardien"] is after["changements"] is after["abords"] is UNKNOWN
    items = after["lieux"]
    assert isinstance(items, Items) and items.elements[0].cells["son"] is UNKNOWN


REST = {"gardien": "?", "changements": "?", "abords": "?"}
TOLD = SAID | REST | {"vue": {"oui": ["police"], "non": ["incident", "bruit"]}, "police": "oui", "incident": "jamais"}


def test_a_row_taken_back_to_je_ne_sais_pas_makes_its_question_unknown() -> None:
    after = say(Session(), TOLD, "", "incident bruit")
    assert after == {"vue": Choices(frozenset(), frozenset(("incident", "bruit"))), "police": UNKNOWN}


def test_a_row_changed_from_no_to_yes_has_its_question_asked_again() -> None:
    session = Session()
    session.answered(Step("incident"))  # asked once in this sitting already
    after = say(session, TOLD, "police incident", "bruit")
    assert after["incident"] is UNKNOWN and session.forced == {"incident"}
    known = facts(small.answers(BASE, TOLD) | {name: Answer(value) for name, value in after.items()})
    assert Step("incident") in list(steps(known, session))
    session.answered(Step("incident"))
    assert Step("incident") not in list(steps(known, session))


def test_a_sitting_cut_short_resumes_after_its_overview_and_goes_back_to_it() -> None:
    known = small.facts(BASE, TOLD)
    assert Step("vue") not in list(steps(known, Session(again=True)))
    assert previous(known, Step("lieux")) == Step("vue")


# The conversation

SHORT = small.corpus(
    {
        "id": "vue", "type": "choix_multiple", "libelle": "Lesquelles sont vraies ?", "options": {"incident": "I", "police": "P"},
        "repond": {"incident": {"non": "jamais"}, "police": {"oui": "oui", "non": "non"}},
    },
    "incident choix jamais souvent", "police", {"id": "effectif", "type": "nombre", "si": "police"},
)  # fmt: skip


def talk(folder: Path, keys: str) -> dict[str, Value]:
    dossier = dossiers.read(folder, SHORT) if (folder / dossiers.ANSWERS).exists() else dossiers.create(folder)
    with typing(keys):
        Dialogue(dossier, SHORT, Session(), Screen()).run()
    return {name: answer.value for name, answer in dossiers.read(folder, SHORT).answers.items()}


def test_an_overview_spares_the_questions_that_it_answers(tmp_path: Path) -> None:
    said = talk(tmp_path / "d", "nn" + ENTER + ENTER)
    assert said == {"vue": Choices(frozenset(), frozenset(("incident", "police"))), "incident": "jamais", "police": False}


@pytest.mark.parametrize("accepted", [True, False])
def test_a_row_corrected_says_what_it_upsets_and_waits_for_a_yes(tmp_path: Path, accepted: bool) -> None:
    before = talk(tmp_path / "d", "no" + ENTER + "12" + ENTER + ENTER)
    back = HOME + ENTER  # "Tout est juste : terminer"
    keys = BACK * 4 + HOME + "on" + ENTER  # to the overview: an incident, no police any more
    after = talk(tmp_path / "d", keys + (ENTER + HOME + DOWN + ENTER if accepted else DOWN + ENTER) + back)
    assert before["police"] is True and before["incident"] == "jamais"
    if accepted:  # what the row says is recorded, the question that it opens is asked
        assert after["police"] is False and after["incident"] == "souvent"
    else:
        assert after == before


# What `dpia droit verifier` refuses


@pytest.mark.parametrize(
    ("option", "row", "message"),
    [
        ("a", {}, "« a » n'est pas une question posée plus tard"),
        ("inconnue", {}, "« inconnue » n'est pas une question posée plus tard"),
        ("x", {"cible": "lieux.absent"}, "« lieux.absent » n'est ni un champ ni une option"),
        ("x", {"cible": "abords.ecole", "non": "non"}, "n'est pas une option, ou répond d'elle-même"),
        ("x", {"cible": "abords.mairie"}, "n'est pas une option, ou répond d'elle-même"),
        ("incident", {"non": "parfois"}, "« parfois » n'est pas une réponse possible"),
    ],
)
def test_a_row_that_answers_nothing_that_can_be_answered_is_refused(option: str, row: dict[str, Any], message: str) -> None:
    view = VIEW | {"options": VIEW["options"] | {option: "Z"}, "repond": VIEW["repond"] | {option: row}}
    (problem,) = check_overviews(small.corpus(*(view if part is VIEW else part for part in PARTS)))
    assert problem.startswith("question vue") and message in problem


def test_every_row_of_an_overview_says_what_it_answers() -> None:
    assert list(check_overviews(BASE)) == []
    view = VIEW | {"options": VIEW["options"] | {"z": "Z"}}
    (problem,) = check_overviews(small.corpus(*(view if part is VIEW else part for part in PARTS)))
    assert "dit quelque chose de chaque option" in problem


def test_nothing_is_told_of_rows_that_were_not_shown() -> None:
    changes, again = told(small.facts(BASE, SAID | {"police": "oui"}), ASKED, Choices(frozenset(), frozenset(ASKED.options)))
    assert "police" not in changes and not again

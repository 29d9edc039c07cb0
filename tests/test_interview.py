"""The interview: what is asked and in what order, what an answer changes, going back, stopping and resuming, and the whole conversation."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpia import dossier as dossiers
from dpia.answering import changes, proposed, recorded
from dpia.answers import Answer
from dpia.cli import main
from dpia.corpus import Corpus, load
from dpia.dossier import Dossier, DossierError
from dpia.facts import AnsweredFacts
from dpia.interview import IMPORT, TAKE_OUT, Session, Step, items_of, previous, run, settled, stands, steps
from dpia.model import Question
from dpia.terminal.dialogue import Dialogue
from dpia.terminal.screen import Screen
from dpia.values import UNKNOWN, Choices, Item, Items, Value
from tests.fixtures import small
from tests.fixtures.keyboard import BACK, DOWN, END, ENTER, ERASE, HELP, HOME, INTERRUPT, NOTE, REVIEW, UP, WHO, printed, typing

TODAY = small.TODAY
SITES = {
    "id": "sites", "type": "liste", "element": "site", "libelle": "Quels sites ?",
    "champs": ["id texte", "nature choix rue hall", {"id": "vols", "type": "oui_non", "si": "nature = rue"}, "faits texte"],
}  # fmt: skip
CAMERAS = {
    "id": "cameras", "type": "liste", "element": "caméra", "libelle": "Quelles caméras ?",
    "champs": ["id texte", {"id": "site", "type": "reference", "vers": "sites"}, "son"],
}  # fmt: skip
SMALL = small.corpus(
    "a", {"id": "b", "type": "oui_non", "si": "a"}, {"id": "c", "type": "oui_non", "si": "non a"}, "d nombre", SITES, CAMERAS, "fin texte"
)


def todo(base: Corpus, said: dict[str, Any], session: Session | None = None) -> list[Step]:
    """All that is to be asked, for these answers."""
    return list(steps(small.facts(base, said), session or Session()))


def first(base: Corpus, said: dict[str, Any], session: Session | None = None) -> Step | None:
    return next(iter(todo(base, said, session)), None)


def told(base: Corpus, said: dict[str, Any], step: Step, value: Any) -> dict[str, Value]:
    return changes(base, small.answers(base, said), step, value)


# What is asked


def test_questions_come_in_the_order_of_the_files_and_only_when_they_arise() -> None:
    by_hand = Session(by_hand=True)
    assert [step.question for step in todo(SMALL, {}, by_hand)] == ["a", "d", "sites", "cameras", "fin"]
    assert [step.question for step in todo(SMALL, {"a": "oui"}, by_hand)] == ["b", "d", "sites", "cameras", "fin"]
    assert [step.question for step in todo(SMALL, {"a": "non", "d": 3}, by_hand)] == ["c", "sites", "cameras", "fin"]


def test_an_answer_ne_sait_pas_is_an_answer() -> None:
    assert first(SMALL, {"a": "?"}) == Step("d")


def test_the_names_of_a_list_come_before_its_fields_which_are_asked_together() -> None:
    session = Session(by_hand=True)
    rest: dict[str, Any] = {"a": "?", "d": 1, "cameras": [], "fin": "x"}
    named = [{"id": "A"}, {"id": "B"}]
    assert first(SMALL, rest, session) == Step("sites")
    assert first(SMALL, rest | {"sites": {"complet": "non", "elements": named}}, session) == Step("sites")
    assert todo(SMALL, rest | {"sites": named}, session) == [
        Step("sites", "nature", ("A", "B")), Step("sites", "faits", ("A",)), Step("sites", "faits", ("B",)),
    ]  # fmt: skip


def test_a_field_is_asked_only_for_the_elements_it_concerns() -> None:
    sites = [
        {"id": "A", "nature": "rue", "faits": "x"},
        {"id": "B", "nature": "hall", "faits": "x"},
        {"id": "C", "nature": "rue", "faits": "x"},
    ]
    rest: dict[str, Any] = {"a": "?", "d": 1, "cameras": [], "fin": "x"}
    assert todo(SMALL, rest | {"sites": sites}) == [Step("sites", "vols", ("A", "C"))]
    assert todo(SMALL, rest | {"sites": sites[:2]}) == [Step("sites", "vols", ("A",))]


def test_importing_the_inventory_is_offered_before_the_lists_that_it_fills() -> None:
    said = {"a": "?", "d": 1}
    assert first(SMALL, said) == Step("cameras", IMPORT)
    assert first(SMALL, said, Session(by_hand=True)) == Step("sites")
    assert first(SMALL, said | {"sites": []}) == Step("cameras", IMPORT)
    for cameras in ("?", [], [{"id": "C1", "site": "?", "son": "?"}]):
        assert Step("cameras", IMPORT) not in todo(SMALL, said | {"cameras": cameras})


def test_resuming_asks_nothing_again() -> None:
    whole = {
        "a": "?", "d": 1, "fin": "x", "sites": [{"id": "A", "nature": "?", "faits": "?"}],
        "cameras": [{"id": "C1", "site": "A", "son": "?"}],
    }  # fmt: skip
    assert todo(SMALL, whole) == []
    assert todo(SMALL, whole | {"fin": "?"}) == []


def test_a_finished_list_is_looked_at_again_only_when_something_before_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = AnsweredFacts.cell_arises

    def counted(self: AnsweredFacts, liste: str, item: Item, field: str) -> bool:
        asked.append(field)
        return real(self, liste, item, field)

    monkeypatch.setattr(AnsweredFacts, "cell_arises", counted)
    session = Session()
    said: dict[str, Any] = {"a": "?", "d": 1, "sites": [{"id": "A", "nature": "hall", "faits": "?"}], "cameras": []}
    known = small.answers(SMALL, said)
    for answers in (known, known | small.answers(SMALL, {"fin": "x"})):
        assert {step.question for step in steps(small_facts(answers), session)} <= {"fin"}
    assert len(asked) == 3  # three fields, once
    more = known | small.answers(SMALL, {"sites": [{"id": "B"}]})
    assert Step("sites", "nature", ("B",)) in list(steps(small_facts(more), session))


def test_what_is_unknown_is_asked_once_more_on_demand_and_once_only() -> None:
    said = {
        "a": "?", "d": "?", "fin": "x", "sites": [{"id": "A", "nature": "?", "faits": "x"}],
        "cameras": [{"id": "C1", "site": "A", "son": "?"}],
    }  # fmt: skip
    session = Session(again=True)
    asked = []
    while (step := first(SMALL, said, session)) is not None:
        asked.append(step)
        session.answered(step)
        assert len(asked) < 10
    assert asked == [Step("a"), Step("d"), Step("sites", "nature", ("A",)), Step("cameras", "son", ("C1",))]


def test_boxes_left_unknown_are_asked_once_more_too() -> None:
    base = small.corpus("m choix_multiple x y")
    assert todo(base, {"m": {"oui": ["x"]}}) == []
    assert todo(base, {"m": {"oui": ["x"]}}, Session(again=True)) == [Step("m")]
    assert todo(base, {"m": {"oui": ["x"], "non": ["y"]}}, Session(again=True)) == []
    assert settled(base.questions["m"], Choices(frozenset("x"), frozenset("y")))


def test_an_incomplete_list_is_asked_for_other_elements_once_per_sitting() -> None:
    said = {
        "a": "?",
        "d": 1,
        "fin": "x",
        "sites": {"complet": "non", "elements": [{"id": "A", "nature": "?", "faits": "?"}]},
        "cameras": [],
    }
    session = Session()
    assert todo(SMALL, said, session) == [Step("sites")]
    session.answered(Step("sites"))
    assert todo(SMALL, said, session) == []


def test_one_theme_can_be_asked_alone() -> None:
    corpus = load()
    asked = steps(AnsweredFacts(corpus, {}, TODAY), Session(theme="conservation"))
    assert {step.question for step in asked} <= {q.id for theme in corpus.themes if theme.theme == "conservation" for q in theme.questions}


# What an answer changes


def test_a_field_is_filled_for_one_element_for_all_or_for_each() -> None:
    said = {"sites": [{"id": "A"}, {"id": "B"}]}
    for value, natures in (("rue", ("rue", "rue")), ({"A": "rue", "B": UNKNOWN}, ("rue", UNKNOWN))):
        items = told(SMALL, said, Step("sites", "nature", ("A", "B")), value)["sites"]
        assert isinstance(items, Items) and tuple(item.cells["nature"] for item in items.elements) == natures
    items = told(SMALL, said, Step("sites", "faits", ("B",)), "des vols")["sites"]
    assert isinstance(items, Items) and [dict(item.cells) for item in items.elements] == [{"id": "A"}, {"id": "B", "faits": "des vols"}]


CAMERA_ON_A = {"sites": [{"id": "A"}, {"id": "B"}], "cameras": [{"id": "C1", "site": "A"}, {"id": "C2", "site": "B"}]}


def test_another_name_follows_into_the_lists_that_refer_to_it() -> None:
    after = told(SMALL, CAMERA_ON_A, Step("sites", "id", ("A",)), "Place")
    assert after == small_values(
        {"sites": [{"id": "Place"}, {"id": "B"}], "cameras": [{"id": "C1", "site": "Place"}, {"id": "C2", "site": "B"}]}
    )
    assert told(SMALL, CAMERA_ON_A, Step("sites", "id", ("A",)), "B") == {}


def test_an_element_taken_out_leaves_no_reference_to_it() -> None:
    after = told(SMALL, CAMERA_ON_A, Step("sites", TAKE_OUT, ("A",)), True)
    assert after == small_values({"sites": [{"id": "B"}], "cameras": [{"id": "C1"}, {"id": "C2", "site": "B"}]})
    assert told(SMALL, CAMERA_ON_A, Step("sites", TAKE_OUT, ("A",)), False) == {}


def small_values(said: dict[str, Any]) -> dict[str, Value]:
    return {name: answer.value for name, answer in small.answers(SMALL, said).items()}


def test_the_population_follows_the_commune_until_someone_corrects_it() -> None:
    corpus = load()

    def populations(said: dict[str, Answer], insee: str) -> dict[str, Value]:
        return changes(corpus, said, Step("commune"), insee)

    nyons = {"commune": Answer("26220")}
    (proposal,) = proposed(AnsweredFacts(corpus, nyons, TODAY)).values()
    assert proposed(AnsweredFacts(corpus, nyons | {"population": Answer(12)}, TODAY)) == {}
    assert populations(nyons | {"population": Answer(proposal)}, "26004")["population"] != proposal
    assert populations(nyons | {"population": Answer(12)}, "26004") == {"commune": "26004"}
    assert proposed(AnsweredFacts(corpus, {"commune": Answer(UNKNOWN)}, TODAY)) == {}


@pytest.mark.parametrize(
    ("filmed", "nature"),
    [({"oui": ["voie_publique"], "non": ["lieu_ouvert_public", "local_non_ouvert"]}, "voie_publique"), ({"oui": ["voie_publique"]}, None),
     ({"oui": ["voie_publique", "lieu_ouvert_public"], "non": ["local_non_ouvert"]}, None), ("?", None)],
)  # fmt: skip
def test_the_nature_of_the_sites_is_not_asked_when_only_one_kind_of_place_is_filmed(filmed: Any, nature: str | None) -> None:
    said = small.answers(load(), {"lieux_filmes": filmed, "sites": [{"id": "A"}, {"id": "B", "nature": "local_non_ouvert"}]})
    after = proposed(AnsweredFacts(load(), said, TODAY))
    if nature is None:
        assert after == {}
    else:
        items = after["sites"]
        assert isinstance(items, Items) and [item.cells["nature"] for item in items.elements] == [nature, "local_non_ouvert"]


FOLLOWS = small.corpus(
    "a", {"id": "b", "type": "oui_non", "propose_si": {"oui": "a"}},
    {"id": "lieux", "type": "liste", "element": "lieu", "champs": ["id texte", "mur", {"id": "vu", "type": "oui_non", "propose_si": {"oui": "a et mur", "non": "non mur"}}]},
)  # fmt: skip


def follows(said: dict[str, Any], before: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the answers propose, the cells of the list as a mapping: element → answer."""
    found: dict[str, Any] = dict(proposed(small.facts(FOLLOWS, said), None if before is None else small.facts(FOLLOWS, before)))
    if "lieux" in found:
        found["lieux"] = {item.key: item.cells.get("vu") for item in found["lieux"].elements}
    return found


def test_an_answer_that_follows_from_others_is_given_where_there_is_none() -> None:
    assert follows({"a": "oui", "lieux": [{"id": "A", "mur": "oui"}, {"id": "B", "mur": "non"}, {"id": "C"}]}) == {
        "b": True, "lieux": {"A": True, "B": False, "C": None},
    }  # fmt: skip
    assert follows({"a": "non"}) == follows({"a": "?"}) == {}
    assert follows({"a": "oui", "b": "?"}) == follows({"a": "oui", "b": "non"}) == {}


def test_a_proposal_follows_the_answer_it_comes_from_until_it_is_corrected_by_hand() -> None:
    before = {"a": "oui", "b": "oui", "lieux": [{"id": "A", "mur": "oui", "vu": "oui"}]}
    assert follows(before | {"a": "non"}, before) == {"b": UNKNOWN, "lieux": {"A": UNKNOWN}}
    assert follows(before | {"lieux": [{"id": "A", "mur": "non", "vu": "oui"}]}, before) == {"lieux": {"A": False}}
    by_hand = before | {"b": "non", "lieux": [{"id": "A", "mur": "oui", "vu": "non"}]}
    assert follows(by_hand | {"a": "non"}, by_hand) == {}


def test_a_proposal_is_saved_said_and_follows_a_correction(tmp_path: Path) -> None:
    def converse(keys: str) -> str:
        dossier = (
            dossiers.read(tmp_path / "d", FOLLOWS) if (tmp_path / "d" / dossiers.ANSWERS).exists() else dossiers.create(tmp_path / "d")
        )
        return " ".join(printed(keys, lambda: Dialogue(dossier, FOLLOWS, Session(), Screen()).run()).split())

    assert "La question b ? D'après vos réponses : oui. Pour corriger : F3." in converse(ENTER * 2 + FINISH)
    assert values(dossiers.read(tmp_path / "d", FOLLOWS))["b"] is True
    converse(DOWN + ENTER + DOWN + ENTER + FINISH)  # "a" becomes a no, which upsets nothing else
    assert values(dossiers.read(tmp_path / "d", FOLLOWS))["b"] is UNKNOWN


# Going back


def test_going_back_visits_every_answer_from_the_last_to_the_first() -> None:
    said = {
        "a": "oui",
        "b": "?",
        "d": 1,
        "sites": [{"id": "A", "nature": "rue", "vols": "oui"}, {"id": "B", "nature": "hall"}],
        "cameras": [],
    }
    facts = small.facts(SMALL, said)
    back = []
    step = previous(facts, Step("fin"))
    while step is not None:
        back.append(step)
        step = previous(facts, step)
    assert back == [
        Step("cameras"), Step("sites", "vols", ("A",)), Step("sites", "nature", ("B",)), Step("sites", "nature", ("A",)),
        Step("sites"), Step("d"), Step("b"), Step("a"),
    ]  # fmt: skip
    assert previous(facts, Step("sites", "faits", ("A", "B"))) == Step("sites", "vols", ("A",))
    assert previous(small.facts(SMALL, {"a": "oui", "d": 1}), Step("cameras", IMPORT)) == Step("d")


def test_a_step_stands_as_long_as_its_question_and_its_elements_do() -> None:
    facts = small.facts(SMALL, {"a": "oui", "sites": [{"id": "A", "nature": "hall"}]})
    assert stands(facts, Step("b")) and not stands(facts, Step("c"))
    assert stands(facts, Step("sites", "faits", ("A",)))
    assert not stands(facts, Step("sites", "vols", ("A",))) and not stands(facts, Step("sites", "faits", ("B",)))


# Every walk ends


class Walker:
    """Someone who answers anything at all, and often goes back."""

    def __init__(self, corpus: Corpus, random: Random) -> None:
        self.corpus, self.random, self.named = corpus, random, 0

    def value(self, asked: Question, targets: list[str]) -> Value:
        draw = self.random
        if draw.random() < 0.2:
            return UNKNOWN
        match asked.type:
            case "oui_non":
                return draw.random() < 0.5
            case "choix":
                return draw.choice(list(asked.options))
            case "choix_multiple":
                marks = {name: draw.choice("xn?") for name in asked.options}
                return Choices(*(frozenset(name for name in marks if marks[name] == sign) for sign in "xn"))
            case "nombre":
                return draw.choice((0, 1, 3, 30, 31, 3500))
            case "date":
                return TODAY
            case "commune":
                return draw.choice(("26220", "93066", "26004"))
            case "reference":
                return draw.choice([*targets, "ailleurs"])
            case _:
                return "mot"

    def answer(self, answers: dict[str, Answer], step: Step) -> Any:
        question = self.corpus.questions[step.question]
        if question.type != "liste":
            return self.value(question, [])
        items = items_of(answers, question.id)
        if not step.field:
            if self.random.random() < 0.3 or self.named > 12:
                return self.random.choice((replace_complete(items), items if items.elements else UNKNOWN))
            self.named += 1
            return Items((*items.elements, Item(f"E{self.named}", {"id": f"E{self.named}"})), complete=False)
        champ = next(champ for champ in question.champs if champ.id == step.field)
        targets = [item.key for item in items_of(answers, champ.vers).elements] if champ.vers else []
        each = {key: self.value(champ, targets) for key in step.keys}
        return each if len(each) > 1 else each[step.keys[0]]


def replace_complete(items: Items) -> Items:
    return Items(items.elements, complete=True)


def walk(corpus: Corpus, random: Random, backs: int, again: bool) -> Iterator[tuple[dict[str, Answer], Step]]:
    """Answer at random, going back now and then, until nothing is left."""
    walker, session, answers = Walker(corpus, random), Session(again=again), dict[str, Answer]()
    done: list[Step] = []
    while True:
        answers |= {name: Answer(value) for name, value in proposed(AnsweredFacts(corpus, answers, TODAY)).items()}
        facts = AnsweredFacts(corpus, answers, TODAY)
        step = next(steps(facts, session), None)
        if step is None:
            return
        if backs and done and random.random() < 0.2:
            backs -= 1
            step = previous(facts, step) or step
        if step.field == IMPORT:
            session.by_hand = True
            continue
        yield answers, step
        value, before = walker.answer(answers, step), items_of(answers, step.question)
        answers |= {name: Answer(new) for name, new in changes(corpus, answers, step, value).items()}
        if step.field or not isinstance(value, Items) or value == before:
            session.answered(step)
        done.append(step)


@given(st.integers(0, 10**9), st.booleans())
def test_every_walk_ends_and_asks_only_what_arises(seed: int, again: bool) -> None:
    asked: list[Step] = []
    for answers, step in walk(SMALL, Random(seed), 10, again):  # noqa: S311  # draws answers, keeps no secret
        assert stands(small_facts(answers), step)
        asked.append(step)
        assert len(asked) < 400, f"la marche ne finit pas : {asked[-5:]}"


def small_facts(answers: dict[str, Answer]) -> AnsweredFacts:
    return AnsweredFacts(SMALL, answers, TODAY)


@pytest.mark.parametrize("seed", range(12))
def test_every_walk_through_the_real_questions_ends_and_can_be_read_back(seed: int) -> None:
    corpus, answers = load(), dict[str, Answer]()
    for asked, (known, _) in enumerate(walk(corpus, Random(seed), 15, again=bool(seed % 2))):  # noqa: S311  # draws answers, keeps no secret
        answers = known
        assert asked < 1500
    assert answers.keys() <= corpus.questions.keys()
    text = dossiers.write_answers(answers, {}, corpus)
    read, kept = dossiers.parse(text.encode(), corpus, "reponses.yaml")
    assert not kept and {name: answer.value for name, answer in read.items()} == {name: answer.value for name, answer in answers.items()}


def test_every_proposal_names_a_column_of_the_communes_or_an_earlier_question_with_the_same_options() -> None:
    corpus = load()
    order = list(corpus.questions)
    for question in corpus.questions.values():
        assert not question.propose or question.propose in {"population", "epci"}
        for champ in question.champs:
            if champ.propose:
                source = corpus.questions[champ.propose]
                assert source.type == "choix_multiple" and set(source.options) == set(champ.options)
                assert order.index(source.id) < order.index(question.id)


# The whole conversation

FINISH = HOME + ENTER  # of the answers read back: "Tout est juste"
CONFIRM = ENTER  # "Oui, enregistrer", once what a correction upsets was shown


def talk(folder: Path, base: Corpus, keys: str, again: bool = False) -> Dossier:
    """Have the conversation by typing these keys; give the dossier as it is on disk afterwards."""
    dossier = dossiers.read(folder, base) if (folder / dossiers.ANSWERS).exists() else dossiers.create(folder)
    with typing(keys):
        Dialogue(dossier, base, Session(again), Screen()).run()
    return dossiers.read(folder, base)


def values(dossier: Dossier) -> dict[str, Value]:
    return {name: answer.value for name, answer in dossier.answers.items()}


LISTS = small.corpus(SITES, CAMERAS)
BY_HAND = DOWN + ENTER
PLAIN = small.corpus(
    "a",
    {"id": "b", "type": "oui_non", "si": "a", "aide": "Regardez le contrat.", "qui_sait": ["installateur"], "source": "CSI, L. 1"},
    "d nombre",
)


def test_a_conversation_from_the_first_question_to_the_end(tmp_path: Path) -> None:
    dossier = talk(tmp_path / "d", PLAIN, ENTER + DOWN + ENTER + "15" + ENTER + ENTER)
    assert values(dossier) == {"a": True, "b": False, "d": 15}
    assert all(answer.le for answer in dossier.answers.values())


def test_help_says_where_to_look_who_knows_and_the_text(tmp_path: Path) -> None:
    text = printed(
        ENTER + HELP + ENTER + "15" + ENTER + ENTER, lambda: Dialogue(dossiers.create(tmp_path / "d"), PLAIN, Session(), Screen()).run()
    )
    after = text[text.index("La question b ?") :]
    assert "Regardez le contrat." in after and "Qui le sait : l'installateur." in after and "Texte : CSI, L. 1." in after


def test_progress_is_shown_with_each_theme(tmp_path: Path) -> None:
    text = printed(ENTER * 2 + "15" + ENTER + ENTER, lambda: Dialogue(dossiers.create(tmp_path / "d"), PLAIN, Session(), Screen()).run())
    assert "── 1/1 · Essai · 0 sur 2 ──" in text


def test_a_note_is_kept_with_the_answer_and_survives_a_correction(tmp_path: Path) -> None:
    dossier = talk(tmp_path / "d", PLAIN, NOTE + "dit par le maire" + ENTER + ENTER * 2 + "15" + ENTER + ENTER)
    assert dossier.answers["a"].note == "dit par le maire" and dossier.answers["b"].note == ""
    dossier = talk(
        tmp_path / "d", PLAIN, DOWN * 2 + UP + ENTER + DOWN + ENTER + CONFIRM + FINISH
    )  # read back: the first answer becomes "Non"
    assert dossier.answers["a"].value is False and dossier.answers["a"].note == "dit par le maire"


def test_a_note_can_be_given_up(tmp_path: Path) -> None:
    assert talk(tmp_path / "d", PLAIN, NOTE + "non" + BACK + ENTER * 2 + "15" + ENTER + ENTER).answers["a"].note == ""


def test_what_was_being_typed_survives_help_and_note(tmp_path: Path) -> None:
    dossier = talk(tmp_path / "d", PLAIN, DOWN + ENTER + "1" + HELP + "2" + NOTE + "relu" + ENTER + "3" + ENTER + ENTER)
    assert dossier.answers["d"].value == 123 and dossier.answers["d"].note == "relu"


def test_going_back_changes_the_answer_and_keeps_it_by_default(tmp_path: Path) -> None:
    assert values(talk(tmp_path / "d", PLAIN, ENTER + ENTER + BACK + BACK + ENTER + "7" + ENTER + ENTER)) == {"a": True, "b": True, "d": 7}
    dossier = talk(tmp_path / "e", PLAIN, ENTER + ENTER + BACK + BACK + DOWN + ENTER + CONFIRM + "7" + ENTER + ENTER)
    assert dossier.answers["a"].value is False
    assert not AnsweredFacts(PLAIN, dossier.answers, TODAY).arises("b")


def test_going_back_asks_for_all_the_elements_of_a_screen_again(tmp_path: Path) -> None:
    keys = BY_HAND + "A;B" + ENTER + "2" + ENTER + BACK + "1" + ENTER + INTERRUPT  # nature: rue for both, then hall for both
    with pytest.raises(KeyboardInterrupt):
        talk(tmp_path / "d", LISTS, keys)
    items = values(dossiers.read(tmp_path / "d", LISTS))["sites"]
    assert isinstance(items, Items) and [item.cells["nature"] for item in items.elements] == ["hall", "hall"]


def test_a_dossier_that_only_names_its_commune_is_not_asked_for_the_population(tmp_path: Path) -> None:
    dossiers.say(dossiers.create(tmp_path / "d"), load(), {"commune": Answer("26220")})
    with pytest.raises(KeyboardInterrupt):
        talk(tmp_path / "d", load(), " " + ENTER + ENTER + INTERRUPT)
    said = values(dossiers.read(tmp_path / "d", load()))
    assert isinstance(said["population"], int) and isinstance(said["lieux_filmes"], Choices) and "voie_publique" in said["lieux_filmes"].oui


def test_going_back_from_the_first_question_stays_there(tmp_path: Path) -> None:
    text = printed(
        BACK + ENTER * 2 + "7" + ENTER + ENTER, lambda: Dialogue(dossiers.create(tmp_path / "d"), PLAIN, Session(), Screen()).run()
    )
    assert "C'est la première question." in text


TWO_THEMES = small.themes(("un", ["a"]), ("deux", ["b", "c"]))


def test_going_back_crosses_the_themes(tmp_path: Path) -> None:
    keys = ENTER + ENTER + BACK * 2 + DOWN + ENTER + ENTER * 2 + FINISH  # a, b; back from c to b, then to a, which becomes a no
    text = printed(keys, lambda: Dialogue(dossiers.create(tmp_path / "d"), TWO_THEMES, Session(), Screen()).run())
    assert re.findall(r"── (\d/\d)", text) == ["1/2", "2/2", "1/2", "2/2"]
    assert values(dossiers.read(tmp_path / "d", TWO_THEMES)) == {"a": False, "b": True, "c": True}


def test_going_back_stays_in_the_theme_asked_for(tmp_path: Path) -> None:
    dossiers.say(dossiers.create(tmp_path / "d"), TWO_THEMES, {"a": Answer(True)})
    session, dossier = Session(theme="deux"), dossiers.read(tmp_path / "d", TWO_THEMES)
    text = printed(BACK + ENTER * 2 + FINISH, lambda: Dialogue(dossier, TWO_THEMES, session, Screen()).run())
    assert "C'est la première question." in text
    assert values(dossiers.read(tmp_path / "d", TWO_THEMES)) == {"a": True, "b": True, "c": True}


# Who knows

OTHER = END + ENTER  # "Une autre personne ou un autre service"


def test_who_knows_is_kept_with_je_ne_sais_pas(tmp_path: Path) -> None:
    known = talk(tmp_path / "d", PLAIN, ENTER + WHO + ENTER + WHO + OTHER + " le DGS " + ENTER + FINISH).answers
    assert (known["b"].value, known["b"].qui) == (UNKNOWN, "installateur")  # those who may know come first
    assert (known["d"].value, known["d"].qui) == (UNKNOWN, "le DGS")
    text = printed(BACK * 2 + INTERRUPT, lambda: interrupted(tmp_path / "d"))
    assert "(à demander : l'installateur)" in text and "(à demander : le DGS)" in text


def interrupted(folder: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        Dialogue(dossiers.read(folder, PLAIN), PLAIN, Session(), Screen()).run()


def test_a_known_answer_says_no_longer_who_knows(tmp_path: Path) -> None:
    answer = talk(tmp_path / "d", PLAIN, DOWN + ENTER + WHO + ENTER + BACK + ERASE + "4" + ENTER + FINISH).answers["d"]
    assert (answer.value, answer.qui) == (4, "")


def test_who_knows_can_be_given_up_and_what_is_ticked_stays(tmp_path: Path) -> None:
    base = small.corpus("m choix_multiple x y z")
    assert talk(tmp_path / "d", base, "o" + WHO + BACK + DOWN + "ns" + ENTER + FINISH).answers["m"].qui == ""
    answer = talk(tmp_path / "e", base, "on" + WHO + ENTER + FINISH).answers["m"]
    assert answer.value == Choices(frozenset("x"), frozenset("y")) and answer.qui


def test_who_knows_a_field_stays_until_the_list_leaves_nothing_unknown(tmp_path: Path) -> None:
    base = small.corpus({"id": "murs", "type": "liste", "element": "mur", "champs": ["id texte", "haut nombre", "date nombre"]})
    known = talk(tmp_path / "d", base, "A" + ENTER + WHO + ENTER + "4" + ENTER + FINISH)
    assert known.answers["murs"].qui == "maire"
    field = DOWN + ENTER + ENTER + DOWN + ENTER + "2" + ENTER + FINISH  # murs, A, haut
    assert talk(tmp_path / "d", base, field).answers["murs"].qui == ""


def test_who_knows_an_overview_knows_the_questions_that_it_answers(tmp_path: Path) -> None:
    view = {
        "id": "vue", "type": "choix_multiple", "options": {"a": "A", "b": "B"},
        "repond": {"a": {"oui": "oui", "non": "non"}, "b": {"oui": "oui", "non": "non"}},
    }  # fmt: skip
    known = talk(tmp_path / "d", small.corpus(view, "a", "b"), "o" + WHO + ENTER + FINISH).answers
    assert (known["a"].value, known["a"].qui) == (True, "")
    assert (known["b"].value, known["b"].qui) == (UNKNOWN, "maire")


def test_stopping_loses_nothing_and_resuming_goes_to_the_next_question(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        talk(tmp_path / "d", PLAIN, ENTER + INTERRUPT)
    assert values(dossiers.read(tmp_path / "d", PLAIN)) == {"a": True}
    with pytest.raises(KeyboardInterrupt):
        talk(tmp_path / "d", PLAIN, BACK + DOWN + ENTER + INTERRUPT)  # the answer of the former sitting is changed
    assert values(dossiers.read(tmp_path / "d", PLAIN)) == {"a": False}


def test_all_answers_are_read_back_and_corrected_at_any_time(tmp_path: Path) -> None:
    assert (
        values(talk(tmp_path / "d", PLAIN, DOWN + ENTER + REVIEW + DOWN + ENTER + UP + ENTER + CONFIRM + ENTER + "7" + ENTER + ENTER))["a"]
        is True
    )
    assert values(talk(tmp_path / "d", PLAIN, END + ENTER + ERASE + "8" + ENTER + FINISH))["d"] == 8
    assert (
        values(talk(tmp_path / "d", PLAIN, END + ENTER + BACK + BACK + ERASE + "9" + ENTER + FINISH))["d"] == 9
    )  # back to the list, back to "d"


def test_lists_are_typed_in_then_a_field_is_corrected_and_an_element_taken_out(tmp_path: Path) -> None:
    keys = BY_HAND + "A;B" + ENTER + "2" + ENTER + "n" + ENTER + "f" + ENTER + "g" + ENTER  # sites: names, nature, vols, faits
    keys += "C1" + ENTER + DOWN + ENTER + ENTER + ENTER  # cameras: name, site B, son; then all is right
    dossier = talk(tmp_path / "d", LISTS, keys)
    assert values(dossier) == small_lists(
        [{"id": "A", "nature": "rue", "vols": "non", "faits": "f"}, {"id": "B", "nature": "rue", "vols": "non", "faits": "g"}], "B"
    )
    field = DOWN + ENTER + ENTER + DOWN * 3 + ENTER + ERASE + "h" + ENTER + FINISH  # sites, A, faits
    items = values(talk(tmp_path / "d", LISTS, field))["sites"]
    assert isinstance(items, Items) and items.elements[0].cells["faits"] == "h"
    gone = (
        DOWN + ENTER + DOWN + ENTER + END + UP + ENTER + DOWN + ENTER + ENTER + FINISH
    )  # sites, B, take out, yes; the camera's site is asked again
    after = values(talk(tmp_path / "d", LISTS, gone))
    items = after["sites"]
    assert isinstance(items, Items) and [item.key for item in items.elements] == ["A"] and items.complete
    cameras = after["cameras"]
    assert isinstance(cameras, Items) and cameras.elements[0].cells["site"] == "A"


def small_lists(sites: list[dict[str, str]], site: str) -> dict[str, Value]:
    said = small.answers(LISTS, {"sites": sites, "cameras": [{"id": "C1", "site": site, "son": "oui"}]})
    return {name: answer.value for name, answer in said.items()}


def test_an_element_is_added_when_the_answers_are_read_back(tmp_path: Path) -> None:
    talk(tmp_path / "d", LISTS, BY_HAND + ENTER + ENTER + ENTER)  # no site, no camera
    keys = DOWN + ENTER + ENTER + "A" + ENTER + ENTER + ENTER + "f" + ENTER + FINISH
    items = values(talk(tmp_path / "d", LISTS, keys))["sites"]
    assert isinstance(items, Items) and dict(items.elements[0].cells) == {"id": "A", "nature": "hall", "faits": "f"} and items.complete


def test_nothing_at_all_can_be_known(tmp_path: Path) -> None:
    unknown = UP + ENTER
    dossier = talk(tmp_path / "d", SMALL, unknown + "nsp" + ENTER + unknown + "nsp" + ENTER + "nsp" + ENTER + ENTER)
    assert set(values(dossier).values()) == {UNKNOWN} and set(values(dossier)) == {"a", "d", "sites", "cameras", "fin"}


def test_the_answers_read_back_are_left_where_they_were_opened(tmp_path: Path) -> None:
    talk(tmp_path / "d", PLAIN, DOWN + ENTER + "1" + ENTER + ENTER)
    again = END + ENTER + ERASE + "8" + ENTER + ENTER + ERASE + "9" + ENTER + FINISH  # the pointer stays on what was corrected
    assert values(talk(tmp_path / "d", PLAIN, again))["d"] == 9
    rest = DOWN + ENTER + "3" + ENTER + ENTER
    for name, looked in (
        ("nothing", REVIEW + ENTER),
        ("shut", REVIEW + BACK),
        ("opened and left as it was", REVIEW + DOWN + ENTER + BACK + FINISH),
    ):
        assert values(talk(tmp_path / name, PLAIN, ENTER + looked + rest)) == {"a": True, "b": False, "d": 3}, name


TAKE = ENTER  # "C'est juste : importer"


def inventory(folder: Path, text: str) -> str:
    path = folder / "inventaire.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def real_until(there: Callable[[Step], bool], said: dict[str, Any] | None = None) -> dict[str, Answer]:
    """Answers to the real questions up to a step, whatever comes before: overviews wholly ticked, the rest unknown but for what is said."""
    corpus, session = load(), Session(by_hand=bool(said))
    street = {"oui": ["voie_publique"], "non": ["lieu_ouvert_public", "local_non_ouvert"]}
    answers = small.answers(corpus, {"commune": "26220", "lieux_filmes": street} | (said or {}))
    while True:
        facts = AnsweredFacts(corpus, answers, TODAY)
        answers |= {name: Answer(value) for name, value in proposed(facts).items()}
        facts = AnsweredFacts(corpus, answers, TODAY)
        step = next(steps(facts, session))
        if there(step):
            return answers
        question = corpus.questions[step.question]
        value = Choices(frozenset(question.options)) if question.repond else UNKNOWN
        answers |= {name: Answer(told) for name, told in recorded(facts, session, step, value).items()}


def real_until_lists() -> dict[str, Answer]:
    """The answers that come before the lists of the real questions."""
    return real_until(lambda step: step.field == IMPORT)


def test_the_inventory_is_imported_after_a_wrong_file(tmp_path: Path) -> None:
    dossiers.say(dossiers.create(tmp_path / "d"), load(), real_until_lists())
    wrong = inventory(tmp_path, "Couleur;Prix\nrouge;12\n")
    (tmp_path / "bon.csv").write_text("Numéro;Site;Type\nC01;Place;360\nC02;Place;fixe\n", encoding="utf-8")
    files = [str(tmp_path / "absent.csv") + ENTER, wrong + ENTER + TAKE, f"'{tmp_path / 'bon.csv'}'" + ENTER + TAKE]

    def conversation() -> None:
        with pytest.raises(KeyboardInterrupt):
            Dialogue(dossiers.read(tmp_path / "d", load()), load(), Session(), Screen()).run()

    text = " ".join(printed(ENTER + ERASE.join(files) + INTERRUPT, conversation).split())
    assert text.count("Rien n'a été importé.") == 2
    assert "absent.csv : le fichier ne peut pas être lu" in text and "inventaire.csv : " in text
    after = values(dossiers.read(tmp_path / "d", load()))
    assert after["cameras"] == Items((
        Item("C01", {"id": "C01", "site": "Place", "type": "dome"}), Item("C02", {"id": "C02", "site": "Place", "type": "fixe"}),
    ))  # fmt: skip
    assert after["sites"] == Items((Item("Place", {"id": "Place", "nature": "voie_publique"}),))


def test_the_import_can_be_given_up_and_never_erases_an_inventory(tmp_path: Path) -> None:
    dossiers.say(dossiers.create(tmp_path / "d"), load(), real_until_lists())
    with pytest.raises(KeyboardInterrupt):
        talk(tmp_path / "d", load(), ENTER + ENTER + DOWN + ENTER + "Place" + ENTER + INTERRUPT)  # file? no: by hand
    after = values(dossiers.read(tmp_path / "d", load()))
    assert after["sites"] == Items((Item("Place", {"id": "Place", "nature": "voie_publique"}),)) and "cameras" not in after
    good = inventory(tmp_path, "Numéro;Site\nC01;Parking\n")
    with pytest.raises(KeyboardInterrupt):
        talk(tmp_path / "d", load(), ENTER + BACK + INTERRUPT)
    imported = ENTER + good + ENTER + TAKE + BACK + UP + ENTER + INTERRUPT  # imported, back, "je ne sais pas": what was imported stays
    folder = tmp_path / "e"
    dossiers.say(dossiers.create(folder), load(), real_until_lists())
    with pytest.raises(KeyboardInterrupt):
        talk(folder, load(), imported)
    assert values(dossiers.read(folder, load()))["cameras"] == Items((Item("C01", {"id": "C01", "site": "Parking"}),))


def test_without_a_terminal_it_says_what_to_do_instead(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DossierError, match="dpia repondre"):
        run(tmp_path / "d", PLAIN)
    assert not (tmp_path / "d").exists()
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["questions", str(tmp_path / "d")]) == 2
    assert "les questions ont besoin d'un terminal" in capsys.readouterr().err


def test_an_unknown_theme_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(DossierError, match="« essais » n'est pas un thème ; au choix : essai"):
        run(tmp_path / "d", PLAIN, theme="essais")


# The real screen


class Terminal:
    """A terminal of 80 columns and 24 rows, by tmux."""

    def __init__(self, name: str, command: str) -> None:
        self.name = name
        self.tmux("new-session", "-d", "-x", "80", "-y", "24", "-s", name, f"{command}; echo code=$?; sleep 60")

    def tmux(self, *words: str) -> str:
        return subprocess.run(["tmux", "-L", self.name, *words], check=True, capture_output=True, text=True).stdout

    def press(self, *keys: str) -> None:
        self.tmux("send-keys", "-t", self.name, *keys)

    def text(self) -> str:
        return self.tmux("capture-pane", "-p", "-t", self.name)

    def wait(self, words: str, shown: Callable[[str], str] = lambda text: text) -> str:
        """Give the screen once it shows some words."""
        for _ in range(300):
            text = self.text()
            if words in " ".join(text.split()):
                return text
            time.sleep(0.1)
        raise AssertionError(f"« {words} » n'apparaît pas :\n{self.text()}")

    def close(self) -> None:
        subprocess.run(["tmux", "-L", self.name, "kill-server"], check=False, capture_output=True)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    if shutil.which("tmux") is None:
        pytest.skip("tmux n'est pas installé : l'écran réel n'est pas regardé (apt-get install tmux)")
    opened: list[Terminal] = []

    def start(setting: str = "") -> Terminal:
        command = f"env {setting} {sys.executable} -m dpia questions {tmp_path / 'village'}"
        opened.append(Terminal(f"dpia-{os.getpid()}-{tmp_path.name}-{len(opened)}", command))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def label(name: str) -> str:
    """The first words of a real question, as they are on the screen."""
    liste, _, inner = name.rpartition(".")
    asked = next(champ for champ in load().questions[liste].champs if champ.id == inner) if liste else load().questions[name]
    return asked.libelle[:60].rsplit(" ", 1)[0]


def test_the_real_screen(screen: Callable[..., Terminal], tmp_path: Path) -> None:
    first = screen()
    first.wait(label("commune"))
    first.press("-l", "Nyon")
    first.wait("Nyons (26220, Drôme)")  # the completion
    first.press("Down", "Enter")
    shown = first.wait(label("lieux_filmes"))
    assert re.search(rf"── 1/\d+ · {re.escape(load().themes[0].titre)} · 0 sur \d+ ──", shown)
    first.press("Enter")
    shown = first.wait("Cochez avec la barre d'espace.")
    assert all(len(row) < 80 for row in shown.splitlines())
    first.press("Space", "Enter", "Enter")
    first.wait(label("appareils"))
    first.press("Up", "Up", "Space", "Enter")  # "Rien de cette liste"
    first.wait(label("stade"))
    first.press("?")
    first.wait("Qui le sait : le secrétariat général de la mairie")
    first.press("Down", "Enter")
    first.wait(label("mise_en_service"))
    first.press("-l", "31/02/2024")
    first.press("Enter")
    first.wait("doit exister au calendrier (ici « 31/02/2024 »).")
    first.press("C-u")
    first.press("-l", "15/3/2024")
    first.press("Enter")
    first.wait("→ 15/03/2024")
    after = next(steps(AnsweredFacts(load(), dossiers.read(tmp_path / "village", load()).answers, TODAY), Session())).question
    first.wait(label(after))
    first.press("BTab")
    first.wait("› 15/03/2024")
    first.press("C-c")
    first.wait("Interrompu. Rien n'est perdu ; pour reprendre : dpia questions")
    first.wait("code=130")

    again = screen()
    shown = again.wait(label(after))
    assert label("commune") not in shown
    again.press("F3")
    shown = again.wait("Revenir aux questions")
    assert "→ Nyons (26220, Drôme)" in shown and "→ 15/03/2024" in shown
    again.press("C-c")
    again.wait("code=130")
    said = values(dossiers.read(tmp_path / "village", load()))
    assert said["lieux_filmes"] == Choices(frozenset({"voie_publique"}), frozenset({"lieu_ouvert_public", "local_non_ouvert"}))
    assert list(said) == ["commune", "population", "lieux_filmes", "appareils", "stade", "mise_en_service"]


def test_a_column_on_the_real_screen(screen: Callable[..., Terminal], tmp_path: Path) -> None:
    cameras = [{"id": f"C{n}", "site": "Place", "emplacement": "mât", "type": "fixe", "champ": "?"} for n in (1, 2)]
    sites = [{"id": "Place", "nature": "voie_publique"}]
    before = real_until(lambda step: step.field == "voit_logements", {"sites": sites, "cameras": cameras})
    dossiers.say(dossiers.create(tmp_path / "village"), load(), before)
    one = screen()
    one.wait("Caméra par caméra · " + label("cameras.voit_logements")[:40])
    one.press("Enter")
    one.wait("Il manque une réponse : tapez o, n… sur cette ligne")
    one.press("n")
    one.wait("C2 (Place, mât) : Non")
    one.press("Down", "o")
    one.wait("Pour les 2 : selon le cas C1 (Place, mât) : Oui")
    one.press("Enter")
    one.wait("Caméra C1 (Place, mât) · " + label("cameras.masquage")[:30])
    one.press("C-c")
    one.wait("code=130")
    items = values(dossiers.read(tmp_path / "village", load()))["cameras"]
    assert isinstance(items, Items) and [item.cells["voit_logements"] for item in items.elements] == [True, False]


COLOUR = re.compile(r"\x1b\[(?:[\d;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]")  # an SGR code that sets a colour


@pytest.mark.parametrize(("setting", "coloured"), [("", True), ("NO_COLOR=1", False)])
def test_no_colour_is_sent_to_a_terminal_that_wants_none(
    screen: Callable[..., Terminal], tmp_path: Path, setting: str, coloured: bool
) -> None:
    one = screen(setting)
    one.wait(label("commune"))
    one.tmux("pipe-pane", "-t", one.name, f"cat > {tmp_path / 'sent'}")
    one.press("-l", "Nyon")
    one.wait("Nyons (26220, Drôme)")
    one.press("Down", "Enter")
    one.wait(label("lieux_filmes"))
    one.press("o")
    one.wait("[oui]")
    one.press("C-c")
    one.wait("code=130")
    sent = (tmp_path / "sent").read_text(encoding="utf-8")
    assert "\x1b[" in sent and bool(COLOUR.search(sent)) is coloured

"""Next year's dossier: what is taken over, what is asked, what confirms it, what calls for a review."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.personnes import TOWN, VILLAGE, town, village
from dpia import dossier as dossiers
from dpia import revision
from dpia.answering import proposed
from dpia.answers import Answer
from dpia.carrying import FILE, carried, origin, screens, start, unconfirmed
from dpia.corpus import Corpus, load
from dpia.dossier import Dossier
from dpia.facts import AnsweredFacts
from dpia.interview import CARRIED, REVISE, Session, Step, previous, steps
from dpia.reasoning import assess
from dpia.replies import Reply, accepted
from dpia.terminal import confirming
from dpia.terminal.dialogue import Dialogue
from dpia.terminal.plain_lines import Lines
from dpia.terminal.screen import Screen
from dpia.values import UNKNOWN, Choices, Item, Items
from tests.fixtures import small
from tests.fixtures.keyboard import BACK, DOWN, END, ENTER, ERASE, HOME, INTERRUPT, SPACE, typing
from tests.test_plain_lines import reading

ON, TODAY = date(2027, 11, 25), small.TODAY
LISTED = {"id": "cams", "type": "liste", "element": "caméra", "champs": ["id texte", "lieu texte"]}
BASE = small.corpus(
    {"id": "debut", "type": "date", "change": "jamais"},
    {"id": "vote", "type": "oui_non", "change": "jamais"},
    "son",
    {"id": "incident", "type": "choix", "options": {"non": "NON", "oui": "OUI"}, "change": "souvent"},
    "delai nombre",
    LISTED,
    {"id": "suite", "type": "texte", "si": "son"},
)
SAID: dict[str, Any] = {
    "debut": "2020-01-02",
    "vote": {"valeur": "non", "note": "jamais voté"},
    "son": {"valeur": "non", "preuve": "essai.pdf", "par": "le maire", "le": "2026-03-01"},
    "incident": {"valeur": "non", "le": "2026-02-01"},
    "delai": {"inconnu": "true", "qui": "installateur"},
    "cams": [{"id": "C1", "lieu": "Gare"}],
}


def former(folder: Path, base: Corpus = BASE, said: dict[str, Any] | None = None) -> Dossier:
    return dossiers.say(dossiers.create(folder), base, small.answers(base, SAID if said is None else said))


def taken(tmp_path: Path, said: dict[str, Any] | None = None) -> Path:
    """A dossier taken over from another one."""
    start(tmp_path / "b", former(tmp_path / "a", said=said), BASE, ON)
    return tmp_path / "b"


def talk(folder: Path, keys: str, base: Corpus = BASE) -> Dossier:
    with typing(keys):
        Dialogue(dossiers.read(folder, base), base, Session(), Screen()).run()
    return dossiers.read(folder, base)


# What is taken over


def test_answers_come_over_with_all_that_was_said_of_them_and_wait_for_a_word(tmp_path: Path) -> None:
    folder = taken(tmp_path)
    old, new = dossiers.read(tmp_path / "a", BASE).answers, dossiers.read(folder, BASE).answers
    assert new == {name: replace(answer, repris="" if name == "debut" else "2027-11-25") for name, answer in old.items()}
    assert 'repris: "2027-11-25"' in (folder / dossiers.ANSWERS).read_text(encoding="utf-8")


def test_a_past_fact_that_was_not_done_may_have_been_since() -> None:
    for said, kept in (("oui", True), ("non", False), ("?", False)):
        assert carried(BASE, small.answers(BASE, {"vote": said}), ON)["vote"].repris == ("" if kept else "2027-11-25")


def test_overviews_are_not_taken_over() -> None:
    corpus = load()
    told = Answer(Choices(frozenset({"ecrans"})))
    assert corpus.questions["vue_acteurs"].repond
    assert carried(corpus, {"vue_acteurs": told, "police_municipale": Answer(True)}, ON).keys() == {"police_municipale"}


def test_the_former_dossier_is_only_read_and_need_not_stay(tmp_path: Path) -> None:
    old = former(tmp_path / "a")
    (tmp_path / "a" / "suivi.yaml").write_text("format: 1\nsuivi: {}\n", encoding="utf-8")
    (tmp_path / "a" / "pieces" / "essai.pdf").write_bytes(b"pdf")
    (tmp_path / "a" / "pieces" / "autre.pdf").write_bytes(b"pdf")
    before = {path: path.read_bytes() for path in (tmp_path / "a").rglob("*") if path.is_file()}
    _, told = start(tmp_path / "b", old, BASE, ON)
    assert {path: path.read_bytes() for path in (tmp_path / "a").rglob("*") if path.is_file()} == before
    assert {path.name for path in (tmp_path / "b").rglob("*") if path.is_file()} >= {"suivi.yaml", "essai.pdf", FILE}
    assert not (tmp_path / "b" / "pieces" / "autre.pdf").exists()
    assert any("autre.pdf" in sentence for sentence in told)
    row = json.loads((tmp_path / "b" / dossiers.JOURNAL).read_text(encoding="utf-8").splitlines()[0])
    assert row["reprise"] == "../a" and row["empreinte"] == old.digest
    (tmp_path / "a").rename(tmp_path / "ailleurs")
    source = origin(tmp_path / "b", BASE)
    assert source is not None and source.answers == old.answers and source.since == date(2026, 3, 1) and source.folder == "../a"


def test_what_this_version_does_not_know_comes_over_too(tmp_path: Path) -> None:
    old = replace(former(tmp_path / "a"), kept={"ancienne": "mot"})
    new, _ = start(tmp_path / "b", old, BASE, ON)
    assert dossiers.read(tmp_path / "b", BASE).kept == {"ancienne": "mot"} == new.kept


def test_the_command_refuses_what_it_cannot_do(run: small.RUN, tmp_path: Path) -> None:
    dossiers.say(dossiers.create(tmp_path / "a"), load(), {"commune": Answer("26220")})
    (tmp_path / "casse").mkdir()
    (tmp_path / "casse" / dossiers.ANSWERS).write_text("reponses: [", encoding="utf-8")
    assert "autre commune" in run("nouveau", tmp_path / "b", "--depuis", tmp_path / "a", "--commune", "26004")[2]
    assert "n'existe pas" in run("nouveau", tmp_path / "b", "--depuis", tmp_path / "rien")[2]
    assert run("nouveau", tmp_path / "b", "--depuis", tmp_path / "casse")[0] == 2
    assert not (tmp_path / "b").exists()
    code, out, _ = run("nouveau", tmp_path / "b", "--depuis", tmp_path / "a", "--commune", "26220")
    assert code == 0 and "Repris de" in out
    assert "contient déjà des réponses" in run("nouveau", tmp_path / "b", "--depuis", tmp_path / "a")[2]
    assert "contient déjà des réponses" in run("nouveau", tmp_path / "a", "--depuis", tmp_path / "a")[2]


def test_a_dossier_whose_making_was_stopped_can_be_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = former(tmp_path / "a")

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(dossiers, "say", stopped)
        start(tmp_path / "b", old, BASE, ON)
    new, _ = start(tmp_path / "b", old, BASE, ON)
    assert new.answers.keys() == old.answers.keys()


# What is asked


def todo(said: dict[str, Answer], session: Session | None = None) -> list[Step]:
    return list(steps(AnsweredFacts(BASE, said, TODAY), session or Session()))


def test_one_screen_lists_what_was_said_what_changes_most_first() -> None:
    said = carried(BASE, small.answers(BASE, SAID), ON)
    names = ("incident", "vote", "son", "delai", "cams")
    assert todo(said) == [Step("incident", CARRIED, names)]


@given(st.integers(0, 60))
def test_a_screen_holds_nine_answers_at_most_and_none_is_left_out(count: int) -> None:
    questions = [BASE.questions["son"]] * count
    sizes = [len(names) for names in screens(questions)]
    assert sum(sizes) == count and len(sizes) == -(-count // 9) and all(1 <= size <= 9 for size in sizes)


def test_an_answer_that_does_not_count_any_more_is_not_listed() -> None:
    said = carried(BASE, small.answers(BASE, SAID | {"son": "non", "suite": "mot"}), ON)
    assert "suite" not in todo(said)[0].keys


def settle(said: dict[str, Answer], session: Session, oui: str = "", non: str = "") -> dict[str, Answer]:
    (step,) = (step for step in todo(said, session) if step.field == CARRIED)
    value = Choices(frozenset(oui.split()), frozenset(non.split()))
    return said | confirming.settled(AnsweredFacts(BASE, said, TODAY), session, step, value)


def test_what_changed_is_asked_again_what_did_not_is_confirmed_the_rest_waits() -> None:
    said, session = carried(BASE, small.answers(BASE, SAID), ON), Session()
    after = settle(said, session, oui="son cams", non="incident vote")
    assert todo(after, session) == [Step("son"), Step("cams", REVISE)]
    assert {name for name, answer in after.items() if answer.repris} == {"son", "delai", "cams"}
    assert todo(after)[0] == Step("son", CARRIED, ("son", "delai", "cams"))  # another sitting: what was not confirmed is listed once more


def test_going_back_from_the_screen_leads_to_the_theme_before() -> None:
    corpus = load()
    facts = AnsweredFacts(corpus, carried(corpus, village(corpus, VILLAGE), ON), TODAY)
    second = next(step for step in steps(facts, Session()) if step.question not in {q.id for q in corpus.themes[0].questions})
    back = previous(facts, second)
    assert second.field == CARRIED and back is not None and back.question in {q.id for q in corpus.themes[0].questions}


# The conversation

DONE = HOME + ENTER  # the answers read back: all is right


def test_nothing_changed_takes_one_screen(tmp_path: Path) -> None:
    folder = taken(tmp_path)
    dossier = talk(folder, DOWN * 5 + ENTER + DONE)  # "Rien de cette liste"
    assert not any(answer.repris for answer in dossier.answers.values())
    assert dossier.answers["son"] == replace(dossiers.read(tmp_path / "a", BASE).answers["son"], le=date.today().isoformat())
    assert dossier.answers["debut"].le == ""


def test_a_box_ticked_brings_its_question_back_with_the_former_answer(tmp_path: Path) -> None:
    folder = taken(tmp_path)
    dossier = talk(folder, DOWN * 3 + SPACE + DOWN * 2 + ENTER + ERASE + "15" + ENTER + DONE)  # delai
    assert dossier.answers["delai"].value == 15 and not dossier.answers["delai"].repris and dossier.answers["delai"].qui == ""
    assert dossier.answers["son"].preuve == "essai.pdf" and not dossier.answers["son"].repris


def test_a_list_is_revised_element_by_element_then_confirmed(tmp_path: Path) -> None:
    folder = taken(tmp_path)
    keys = DOWN * 4 + SPACE + DOWN + ENTER  # cams
    keys += ENTER + DOWN + ENTER + ERASE + "Mairie" + ENTER  # C1, lieu
    keys += END + ENTER + DONE
    cams = talk(folder, keys).answers["cams"]
    assert cams.value == Items((Item("C1", {"id": "C1", "lieu": "Mairie"}),)) and not cams.repris


def test_stopping_anywhere_loses_nothing(tmp_path: Path) -> None:
    folder = taken(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        talk(folder, DOWN * 2 + SPACE + DOWN * 3 + ENTER + INTERRUPT)  # son changed, the rest confirmed; stopped before son is asked
    said = dossiers.read(folder, BASE).answers
    assert {name for name, answer in said.items() if answer.repris} == {"son"} and said["son"].value is False
    with pytest.raises(KeyboardInterrupt):
        talk(folder, SPACE + ENTER + HOME + ENTER + ENTER + INTERRUPT)  # the screen comes back with it alone; now it is a yes, confirmed
    said = dossiers.read(folder, BASE).answers
    assert said["son"].value is True and not said["son"].repris


def test_going_back_to_the_screen_can_undo_a_confirmation(tmp_path: Path) -> None:
    folder = taken(tmp_path)
    keys = DOWN * 3 + SPACE + DOWN * 2 + ENTER  # delai changed, all else confirmed; then back from its question: son changed too
    keys += BACK + HOME + DOWN * 2 + SPACE + END + ENTER
    keys += HOME + ENTER + ENTER + "7" + ENTER + "mot" + ENTER + DONE  # son: yes, saved once its effects are seen; delai; suite
    said = talk(folder, keys).answers
    assert said["son"].value is True and said["delai"].value == 7


def test_it_is_the_same_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from io import StringIO

    folder, paper = taken(tmp_path), StringIO()
    with reading(["3 4", "1", "1", "1", "12", "mot", "1"], paper):  # son and delai changed, the others did not; son: yes
        Dialogue(dossiers.read(folder, BASE), BASE, Session(), Lines()).run()
    text = " ".join(paper.getvalue().split())
    assert "Depuis le 01/03/2026, qu'est-ce qui a changé ?" in text and "La question cams ? → C1, et ce qui en est dit." in text
    said = dossiers.read(folder, BASE).answers
    assert said["son"].value is True and said["delai"].value == 12 and not any(answer.repris for answer in said.values())


# Elsewhere than in the dialogue


def test_an_answer_given_again_is_confirmed_a_part_of_it_is_not() -> None:
    said = carried(BASE, small.answers(BASE, SAID), ON)
    replies = [Reply("son", "", "", False), Reply("incident", "", "", UNKNOWN), Reply("cams", "lieu", "C1", "Place")]
    changed, _, _ = accepted(BASE, said, replies, "installateur", "2027-12-01", over=True)
    assert changed["son"].repris == "" and "incident" not in changed and changed["cams"].repris == "2027-11-25"


def test_what_waits_is_counted_and_listed_apart_and_judged_all_the_same(run: small.RUN, tmp_path: Path) -> None:
    corpus = load()
    dossiers.say(dossiers.create(tmp_path / "a"), corpus, village(corpus, VILLAGE))
    run("nouveau", tmp_path / "b", "--depuis", tmp_path / "a")
    before, after = (json.loads(run("verifier", tmp_path / name, "--format", "json")[1]) for name in "ab")
    assert before["constats"] == after["constats"] and "reprise" not in before
    waiting = after["reprise"]["a_confirmer"]
    assert waiting and "mise_en_service" not in waiting and f"À confirmer : {len(waiting)} réponses" in run("verifier", tmp_path / "b")[1]
    listed = run("reste", tmp_path / "b")[1].partition("À confirmer")[2]
    assert all(f"[{name}]" in " ".join(listed.split()) for name in waiting)
    run("repondre", tmp_path / "b", "controles=aucun")
    assert len(unconfirmed(facts_of(tmp_path / "b"))) == len(waiting) - 1
    run("produire", tmp_path / "b", "--seulement", "aipd")
    (text,) = (path.read_text(encoding="utf-8") for path in (tmp_path / "b" / "documents").glob("aipd*.md"))
    assert f"{len(waiting) - 1} réponses, reprises le" in text and text.count("non confirmée") == len(waiting) - 1


def facts_of(folder: Path) -> AnsweredFacts:
    return AnsweredFacts(load(), dossiers.read(folder, load()).answers, TODAY)


# A whole year


def year(corpus: Corpus, former_answers: dict[str, Answer]) -> tuple[dict[str, Answer], int, int]:
    """Answer everything by "nothing changed": the answers, the prompts of the screens, the other ones."""
    answers, session = carried(corpus, former_answers, ON), Session(by_hand=True)
    shown = others = 0
    while True:
        facts = AnsweredFacts(corpus, answers, TODAY)
        step = next(steps(facts, session), None)
        if step is None:
            return answers, shown, others
        if step.field == CARRIED:
            shown += 1
            answers |= confirming.settled(facts, session, step, Choices(non=frozenset(step.keys)))
        else:  # never asked before: skipped
            others += 1
            session.answered(step)
            if not step.field:
                answers |= {step.question: Answer(UNKNOWN)}
            assert others < 300


@pytest.mark.parametrize(("name", "most"), [("village", 15), ("ville", 35)])
def test_nothing_changed_gives_the_same_findings_in_few_prompts(name: str, most: int) -> None:
    corpus = load()
    said = village(corpus, VILLAGE) if name == "village" else town(corpus, "ville-csu") | village(corpus, TOWN)
    said |= {name: Answer(value) for name, value in proposed(AnsweredFacts(corpus, said, TODAY)).items()}
    answers, shown, _ = year(corpus, said)
    assert shown <= most and not unconfirmed(AnsweredFacts(corpus, answers, TODAY))
    same = {name: answer for name, answer in answers.items() if name in said}
    assert {name: answer.value for name, answer in same.items()} == {
        name: answer.value for name, answer in said.items() if not corpus.questions[name].repond
    }
    old, new = (assess(corpus, AnsweredFacts(corpus, known, TODAY)) for known in (said, same))
    assert [(f.rule.id, f.verdict, f.ecart, f.unknown, f.manque) for f in old] == [
        (f.rule.id, f.verdict, f.ecart, f.unknown, f.manque) for f in new
    ]


# What calls for a review

CAMERA = {"id": "C1", "site": "Place", "emplacement": "mât 1", "type": "fixe", "champ": "la place", "son": "non"}
FORMER: dict[str, Any] = {
    "lieux_filmes": {"oui": ["voie_publique"], "non": ["lieu_ouvert_public", "local_non_ouvert"]},
    "appareils": {"non": list(load().questions["appareils"].options)},
    "stade": "en_service", "exploitant": "commune", "autorisation": "accordee", "arretes": [{"id": "A1", "date": "2024-03-04"}],
    "sites": [{"id": "Place", "nature": "voie_publique", "finalites": {"oui": ["atteintes"], "non": ["depots"]}}], "cameras": [CAMERA],
    "usages_particuliers": {"non": list(load().questions["usages_particuliers"].options)},
    "prestataires": [{"id": "Alpha", "role": {"oui": ["installation"], "non": ["maintenance"]}, "hors_ue": "?"}],
    "destinataires": {"oui": ["requisition"], "non": ["presse"]}, "qui_visionne": {"oui": ["maire"], "non": ["mainteneur"]},
    "images_enregistrees": "oui", "conservation_jours": "15", "acces_distance": "aucun", "incident": "jamais", "aipd": "faite_avant",
    "risque_residuel": "acceptable",
}  # fmt: skip
LIGHTS: dict[str, tuple[dict[str, Any], str]] = {
    "camera": ({"cameras": [CAMERA, {**CAMERA, "id": "C2"}]}, "C2"),
    "lieu": ({"sites": [*FORMER["sites"], {"id": "Gare"}]}, "Gare"),
    "but": ({"sites": [{**FORMER["sites"][0], "finalites": {"oui": ["atteintes", "depots"]}}]}, "abandon de déchets"),
    "appareil": ({"appareils": {"oui": ["drones"]}}, "Un drone"),
    "logiciel": ({"usages_particuliers": {"oui": ["comptage"]}}, "compte les passages"),
    "prestataire": ({"prestataires": [*FORMER["prestataires"], {"id": "Bêta"}]}, "Bêta"),
    "destinataire": ({"destinataires": {"oui": ["requisition", "presse"]}}, "La presse"),
    "personnes": ({"qui_visionne": {"oui": ["maire", "mainteneur"]}}, "L'entreprise de maintenance"),
    "duree": ({"conservation_jours": "30"}, "15 jours → 30 jours"),
    "son": ({"cameras": [{**CAMERA, "son": "oui"}]}, "écoutent"),
    "distance": ({"acces_distance": "protege"}, "de plus loin"),
    "incident": ({"incident": "sans_risque"}, "incident"),
    "risque_eleve": ({"risque_residuel": "eleve"}, "risque élevé"),
    "autorisation": ({"arretes": [{"id": "A1", "date": "2021-12-01"}], "nouvelle_demande": "a_deposer"}, "cinq ans"),
}


def lit(before: dict[str, Any], after: dict[str, Any], since: date | None = None) -> dict[str, str]:
    corpus = load()
    facts = AnsweredFacts(corpus, small.answers(corpus, after), TODAY)
    found = revision.lit(small.answers(corpus, before), facts, assess(corpus, facts) if since else (), since)
    return {entry.trigger.id: entry.said for entry in found}


def test_nothing_calls_for_a_review_when_nothing_changed() -> None:
    assert lit(FORMER, FORMER) == {}


@pytest.mark.parametrize("name", LIGHTS)
def test_each_trigger_lights_and_goes_out(name: str) -> None:
    change, words = LIGHTS[name]
    found = lit(FORMER, FORMER | change)
    assert words in found[name]
    if name != "autorisation":  # a deadline, which stays near whatever changed
        assert name not in lit(FORMER | change, FORMER | change)
        assert found.keys() <= {name, "personnes"} | ({"camera"} if name == "lieu" else set())
    assert name not in lit(FORMER | change, FORMER)


def test_a_new_authorisation_puts_the_deadline_out() -> None:
    near = FORMER | LIGHTS["autorisation"][0]
    assert "autorisation" in lit(FORMER, near | {"nouvelle_demande": "?"})
    assert "autorisation" not in lit(FORMER, near | {"nouvelle_demande": "accordee"})


def test_a_change_of_the_law_lights_between_its_two_days_only() -> None:
    software = FORMER | {"usages_particuliers": {"oui": ["temps_reel"]}, "analyse_objet": {"oui": ["comportements"]}}
    assert "22/03/2026" in lit(software, software, date(2026, 3, 1))["droit"]
    assert "droit" not in lit(software, software, TODAY)
    assert "30/11/2023" not in lit(software, software, date(2023, 11, 1))["droit"]  # where the base begins


def test_a_question_that_was_never_asked_says_nothing_of_what_changed() -> None:
    for name in ("destinataires", "acces_distance", "conservation_jours"):
        before = {key: value for key, value in FORMER.items() if key != name}
        assert lit(before, FORMER | {"acces_distance": "protege"} if name == "acces_distance" else FORMER) == {}


def test_every_trigger_can_light_and_has_a_source_that_says_how_far_it_was_read() -> None:
    corpus = load()
    assert list(revision.check_revision(corpus)) == []
    assert {trigger.id for trigger in revision.triggers(corpus)} == {*LIGHTS, "droit"}
    facts = AnsweredFacts(corpus, small.answers(corpus, FORMER | LIGHTS["autorisation"][0]), TODAY)
    (entry,) = revision.lit(small.answers(corpus, FORMER), facts, (), None)
    assert "CSI, art. L. 252-4" in entry.cited and "connu par un commentaire" in entry.cited


def test_a_trigger_that_names_nothing_real_is_refused() -> None:
    texts = dict(small.shipped())
    texts["law/revision.yaml"] = (
        "revision:\n  - {id: x, dit: X, a_faire: Y, regles: [absente], ajout: [conservation_jours], si: rien = 1}\n  - {id: y, dit: X, a_faire: Y, regles: []}\n"
    )
    from dpia.corpus import build

    problems = " ".join(revision.check_revision(build(texts)))
    assert all(words in problems for words in ("« absente »", "« conservation_jours »", "x : ", "de quoi s'allumer"))


def test_it_is_said_at_the_end_of_the_interview_and_by_the_commands(run: small.RUN, tmp_path: Path) -> None:
    corpus = load()
    dossiers.say(dossiers.create(tmp_path / "a"), corpus, small.answers(corpus, FORMER))
    run("nouveau", tmp_path / "b", "--depuis", tmp_path / "a")
    run("repondre", tmp_path / "b", "conservation_jours=30")
    assert "À REVOIR DEPUIS L'ANCIEN DOSSIER (1)" in run("verifier", tmp_path / "b", "--date", "2026-11-25")[1]
    compared = run("comparer", tmp_path / "a", tmp_path / "b", "--date", "2026-11-25")[1]
    assert "15 jours → 30 jours." in compared.partition("À REVOIR")[2]
    (tmp_path / "a").rename(tmp_path / "ailleurs")
    dossier = dossiers.read(tmp_path / "b", corpus)
    said = " ".join(confirming.closing(dossier, AnsweredFacts(corpus, dossier.answers, TODAY)))
    assert "ceci est à revoir" in said and "15 jours → 30 jours" in said and "RGPD, art. 35, paragraphe 11" in said
    (tmp_path / "b" / FILE).write_text("abîmé", encoding="utf-8")
    assert run("verifier", tmp_path / "b")[0] == 2

"""Verdicts: what each combination of answers gives; then what must hold of any rule, and of the real base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpia.coherence import ReadRule
from dpia.corpus import Corpus, load
from dpia.facts import AnsweredFacts
from dpia.reasoning import WEIGHT, WORST_FIRST, Finding, assess, by_effect, judge_rule
from dpia.values import Item, Items
from tests.fixtures import small
from tests.fixtures.conditions import Writer, random_corpus
from tests.fixtures.random_dossiers import Drawer, Piece, assemble, dice
from tests.fixtures.small import askable
from tests.fixtures.traces import replay

LATE = small.corpus(
    "stade choix projet service", "extension_prevue", "avis", "tardif",
    faits={"en_service": "stade ≠ projet"},
    rules=({"id": "r", "quand": "stade parmi [projet, service]", "satisfait_si": "avis", "regularise_si": "tardif", "avant_mise_en_service": True},),
)  # fmt: skip


def gated(*names: str) -> list[str | dict[str, str]]:
    """Questions that can each be made absent by their gate."""
    return [spec for name in names for spec in (f"porte_{name}", {"id": name, "type": "oui_non", "si": f"porte_{name}"})]


def say(states: Mapping[str, str]) -> dict[str, str]:
    """v, f, i, x: true, false, unknown, absent."""
    said = {f"porte_{name}": "non" if state == "x" else "oui" for name, state in states.items()}
    return said | {name: "oui" if state == "v" else "non" for name, state in states.items() if state in "vf"}


def finding(base: Corpus, said: Mapping[str, Any], on: date = small.TODAY) -> Finding:
    """The finding of the only rule in force."""
    [found] = assess(base, small.facts(base, said, on))
    return found


def one_rule(*specs: Any, faits: Mapping[str, Any] | None = None, **rule: Any) -> Corpus:
    return small.corpus(*specs, faits=faits, rules=({"id": "r", **rule},))


# -- one rule, one answer at a time

SIMPLE = one_rule(*gated("a", "b"), quand="a", satisfait_si="b")


@pytest.mark.parametrize(
    ("quand", "verdicts"),
    [
        ("v", "conforme ecart a_verifier sans_objet"),  # satisfait_si: true, false, unknown, absent
        ("i", "a_verifier a_verifier a_verifier sans_objet"),
        ("f", "sans_objet sans_objet sans_objet sans_objet"),
        ("x", "sans_objet sans_objet sans_objet sans_objet"),
    ],
)
def test_the_verdict_of_each_combination(quand: str, verdicts: str) -> None:
    assert [finding(SIMPLE, say({"a": quand, "b": b})).verdict for b in "vfix"] == verdicts.split()


def test_a_prohibition_is_interdit_and_needs_no_satisfait_si() -> None:
    base = one_rule(*gated("a"), quand="a", gravite="interdiction")
    assert [finding(base, say({"a": a})).verdict for a in "vfix"] == ["interdit", "sans_objet", "a_verifier", "sans_objet"]


def test_what_is_missing_is_named_and_only_that() -> None:
    assert finding(SIMPLE, say({"a": "i", "b": "f"})).manque == ("a",)
    assert finding(SIMPLE, say({"a": "v", "b": "i"})).manque == ("b",)
    assert finding(SIMPLE, say({"a": "i", "b": "i"})).manque == ("a", "b")
    assert finding(SIMPLE, {}).manque == ("porte_a", "porte_b")
    assert finding(SIMPLE, say({"a": "v", "b": "v"})).manque == ()


def test_the_reasons_are_the_answers_that_decided_in_words() -> None:
    base = one_rule(
        {"id": "n", "type": "nombre", "unite": "jours", "libelle": "Combien ?"},
        "a",
        "autre",
        faits={"f": "a"},
        quand="f",
        satisfait_si="n <= 30 ou autre",
    )
    reasons = finding(base, {"a": "oui", "n": "45", "autre": "non"}).reasons
    assert [(reason.question, reason.libelle, reason.reponse) for reason in reasons] == [
        ("a", "La question a ?", "oui"), ("n", "Combien ?", "45 jours"), ("autre", "La question autre ?", "non"),
    ]  # fmt: skip
    assert [reason.question for reason in finding(base, {"a": "oui", "n": "15", "autre": "non"}).reasons] == ["a", "n"]


def test_inconnu_si_is_neither_conforme_nor_ecart_and_says_what_would_settle_it() -> None:
    base = one_rule("a", "n nombre", quand="a", satisfait_si="n <= 30", inconnu_si="n = 31", doute="Un mois a 28 à 31 jours.")
    found = finding(base, {"a": "oui", "n": "31"})
    assert (found.verdict, found.manque, found.a_produire) == ("a_verifier", (), ("Un mois a 28 à 31 jours.",))
    assert [finding(base, {"a": "oui", "n": n}).verdict for n in ("30", "32")] == ["conforme", "ecart"]


@pytest.mark.parametrize(
    ("said", "verdict", "mention"),
    [
        ({"stade": "projet", "avis": "non", "tardif": "non"}, "ecart", "à faire avant la mise en service"),
        ({"stade": "service", "avis": "non", "tardif": "non"}, "ecart", "en retard"),
        ({"stade": "service", "avis": "non", "tardif": "oui"}, "conforme", "régularisé"),
        ({"stade": "service", "avis": "non"}, "a_verifier", ""),
        ({"stade": "service", "avis": "oui"}, "conforme", ""),
    ],
)
def test_a_late_act_is_regularised_and_a_missing_one_is_late_only_once_cameras_film(
    said: Mapping[str, str], verdict: str, mention: str
) -> None:
    found = finding(LATE, said)
    assert found.verdict == verdict
    assert found.mention.startswith(mention) and bool(found.mention) == bool(mention)


def test_a_ceiling_asks_for_the_document_instead_of_saying_conforme() -> None:
    base = one_rule("a", "b", quand="a", satisfait_si="b", plafond="a_verifier", a_produire=["récépissé"])
    found = finding(base, {"a": "oui", "b": "oui"})
    assert (found.verdict, found.manque, found.a_produire) == ("a_verifier", (), ("récépissé",))
    assert finding(base, {"a": "oui", "b": "non"}).verdict == "ecart"


def test_a_rule_whose_text_nobody_read_never_says_conforme() -> None:
    base = one_rule("a", "b", quand="a", satisfait_si="b", certitude="a_confirmer", doute="Texte non relu.")
    found = finding(base, {"a": "oui", "b": "oui"})
    assert (found.verdict, found.a_produire) == ("a_verifier", ("le texte à relire : CSI, L. 1",))
    assert finding(base, {"a": "oui", "b": "non"}).verdict == "ecart"


def test_a_discussed_rule_gives_the_prudent_verdict_and_prints_the_other() -> None:
    readings = [
        {"nom": "Souple", "quand": "a et grand", "dit": "Il faut une grande échelle."},
        {"nom": "Prudente", "prudente": True, "quand": "a", "dit": "Deux critères suffisent."},
    ]
    base = one_rule("a", "grand", "b", quand="a", satisfait_si="b", certitude="discutee", doute="On en discute.", lectures=readings)
    found = finding(base, {"a": "oui", "grand": "non", "b": "non"})
    assert found.verdict == "ecart"
    assert found.other_reading == "Souple : Il faut une grande échelle. Verdict selon cette lecture : sans objet."


# -- a rule over the elements of a list

CAMERAS = one_rule(
    "csi",
    {"id": "cameras", "type": "liste", "element": "caméra", "champs": ["id texte", "voit", {"id": "masque", "type": "oui_non", "si": "voit"}]},
    pour_chaque="cameras", quand="csi et voit", satisfait_si="masque",
)  # fmt: skip


def cameras(*cells: Mapping[str, str], complete: bool = True, csi: str = "oui") -> dict[str, Any]:
    elements = [{"id": f"C{n:02}", **cell} for n, cell in enumerate(cells, 1)]
    return {"csi": csi, "cameras": elements if complete else {"elements": elements, "complet": "non"}}


MASKED, BARE, BLIND, UNSURE, NEW = {"voit": "oui", "masque": "oui"}, {"voit": "oui", "masque": "non"}, {"voit": "non"}, {"voit": "oui"}, {}


@pytest.mark.parametrize(
    ("cells", "verdict", "ecart", "unknown", "manque"),
    [
        ((MASKED, BLIND), "conforme", "", "", ""),
        ((MASKED, BARE, UNSURE, NEW), "ecart", "C02", "C03 C04", "cameras[C03].masque cameras[C04].voit"),
        ((MASKED, UNSURE), "a_verifier", "", "C02", "cameras[C02].masque"),
        ((BLIND, BLIND), "sans_objet", "", "", ""),
        ((), "sans_objet", "", "", ""),
    ],
)
def test_a_rule_for_each_element_names_those_that_fail_and_those_unknown(
    cells: tuple[Any, ...], verdict: str, ecart: str, unknown: str, manque: str
) -> None:
    found = finding(CAMERAS, cameras(*cells))
    assert found.verdict == verdict
    assert found.ecart == tuple(ecart.split())
    assert found.unknown == tuple(unknown.split())
    assert found.manque == tuple(manque.split())


def test_an_incomplete_list_is_never_conforme_and_asks_for_the_rest() -> None:
    found = finding(CAMERAS, cameras(MASKED, complete=False))
    assert (found.verdict, found.manque, found.unknown) == ("a_verifier", ("cameras",), ("autres éléments à décrire",))
    found = finding(CAMERAS, cameras(BARE, complete=False))
    assert (found.verdict, found.ecart, found.manque) == ("ecart", ("C01",), ("cameras",))


def test_a_list_nobody_described_is_asked_for_unless_the_rule_cannot_apply() -> None:
    assert finding(CAMERAS, {"csi": "oui"}).manque == ("cameras",)
    assert finding(CAMERAS, {}).verdict == "a_verifier"
    assert finding(CAMERAS, {"csi": "non"}).verdict == "sans_objet"
    assert finding(CAMERAS, cameras(complete=False, csi="non")).verdict == "sans_objet"


def test_a_list_that_does_not_arise_gives_sans_objet_and_an_unsettled_one_names_its_condition() -> None:
    base = one_rule(
        "porte",
        {"id": "cams", "type": "liste", "si": "porte", "champs": ["id texte", "son"]},
        pour_chaque="cams",
        quand="son",
        gravite="interdiction",
    )
    assert finding(base, {"porte": "non", "cams": [{"id": "C1", "son": "oui"}]}).verdict == "sans_objet"
    assert finding(base, {}).manque == ("porte",)


# -- the day

DATED = one_rule(
    "a",
    quand="a", en_vigueur={"du": date(2023, 11, 30), "au": date(2025, 3, 31)},
    versions=[{"en_vigueur": [{"du": date(2025, 4, 1), "au": date(2025, 12, 31)}, {"du": date(2026, 6, 1)}], "gravite": "interdiction"}],
)  # fmt: skip


@pytest.mark.parametrize(
    ("on", "verdict"),
    [
        ("2023-11-29", None), ("2023-11-30", "ecart"), ("2025-03-31", "ecart"), ("2025-04-01", "interdit"),
        ("2025-12-31", "interdit"), ("2026-01-01", None), ("2026-06-01", "interdit"), ("2050-01-01", "interdit"),
    ],
)  # fmt: skip
def test_the_wording_in_force_on_the_day_decides(on: str, verdict: str | None) -> None:
    found = assess(DATED, small.facts(DATED, {"a": "oui"}, date.fromisoformat(on)))
    assert [entry.verdict for entry in found] == ([verdict] if verdict else [])


# -- together


def test_findings_come_worst_first_then_by_severity() -> None:
    rules = [{"id": f"r-{gravite}-{name}", "quand": name, "gravite": gravite} for gravite in WEIGHT for name in ("a", "b")]
    base = small.corpus("a", "b", rules=tuple(rules))
    order = [(f.verdict, f.rule.gravite) for f in assess(base, small.facts(base, {"a": "oui"}))]
    assert order == sorted(order, key=lambda entry: (WORST_FIRST.index(entry[0]), -WEIGHT[entry[1]]))
    assert order[0] == ("interdit", "interdiction") and order[-1] == ("a_verifier", "recommandation")


def test_unknown_answers_are_ranked_by_the_gravest_rule_that_waits_for_them() -> None:
    """Gravity first, then number, then the order of the interview; a breach that other elements may widen counts too."""
    lists = {"id": "sites", "type": "liste", "element": "site", "champs": ["id texte", "x", "y"]}
    rules = (
        *({"id": f"m{n}", "quand": "a", "gravite": "majeure"} for n in range(3)),
        {"id": "b1", "quand": "b", "gravite": "bloquante"},
        {"id": "i1", "pour_chaque": "sites", "quand": "x ou y", "gravite": "interdiction"},
        {"id": "m4", "quand": "c", "gravite": "majeure"},
        *({"id": f"d{n}", "quand": "d", "gravite": "recommandation"} for n in range(9)),
        {"id": "m5", "quand": "c ou e", "gravite": "mineure"},
    )
    base = small.corpus("e", "d", "c", "a", "b", lists, rules=rules)
    facts = small.facts(base, {"sites": [{"id": "B"}, {"id": "A"}, {"id": "C", "x": "oui"}]})
    found = by_effect(facts, assess(base, facts))
    assert [effect.path for effect in found] == [
        "sites[B].x", "sites[A].x", "sites[B].y", "sites[A].y", "b", "a", "c", "e", "d"
    ]  # fmt: skip
    assert [(e.gravite, e.gravest, e.rules) for e in found[-5:]] == [
        ("bloquante", 1, 1), ("majeure", 3, 3), ("majeure", 1, 2), ("mineure", 1, 1), ("recommandation", 9, 9)
    ]  # fmt: skip


# -- what must hold of any rule

SEEDS = st.integers(0, 2**64)


def random_rule(random: Random, base: Corpus, template: ReadRule, plain: bool = False) -> ReadRule:
    """A rule with random conditions, over a list when there is one."""
    lists = [name for name, known in base.names.items() if known.kind == "liste"]
    liste = random.choice([None, *lists])
    writer = Writer(random, base.names, plain)

    def read(share: float) -> Any:
        return (
            small.read(base, writer.condition((liste,) if liste else (), depth=2), *((liste,) if liste else ()))
            if random.random() < share
            else None
        )

    rule = msgspec.structs.replace(template.rule, pour_chaque=liste, gravite=random.choice(["interdiction", "majeure"]))
    return replace(template, rule=rule, quand=read(1), satisfait=read(0.8), regularise=read(0.3))


TEMPLATE = one_rule("a", quand="a", a_produire=["pièce"]).rules[0]


def shown(read: ReadRule) -> str:
    texts = [part.text for part in (read.quand, read.satisfait, read.regularise) if part]
    return f"{read.rule.pour_chaque} : {texts}"


@given(SEEDS)
@settings(max_examples=200)
def test_learning_something_never_turns_a_verdict_into_its_contrary(seed: int) -> None:
    random = dice(seed)
    base = random_corpus(random)
    rules = [random_rule(random, base, TEMPLATE) for _ in range(6)]
    pieces = Drawer(base, random, most=2).shuffled()
    before: list[str] = ["a_verifier"] * len(rules)
    for n in range(len(pieces) + 1):
        known = AnsweredFacts(base, assemble(base, pieces[:n]), small.TODAY)
        now = [judge_rule(base, known, read).verdict for read in rules]
        for read, old, new in zip(rules, before, now, strict=True):
            # Only this may change: a rule already met turns out not to apply.
            assert old in ("a_verifier", new) or (old, new) == ("conforme", "sans_objet"), (
                f"{old} puis {new} après {pieces[n - 1]} : {shown(read)}"
            )
        before = list(now)
    assert "a_verifier" not in before, "tout est répondu : plus rien n'est à vérifier"


@given(SEEDS)
@settings(max_examples=150)
def test_a_verdict_to_check_always_says_what_would_settle_it(seed: int) -> None:
    random = dice(seed)
    base = random_corpus(random)
    pieces = Drawer(base, random, most=2).shuffled()
    for share in (0, 0.4, 0.8):
        known = AnsweredFacts(base, assemble(base, pieces[: int(len(pieces) * share)]), small.TODAY)
        for _ in range(4):
            read = random_rule(random, base, TEMPLATE)
            found = judge_rule(base, known, read)
            for trace in found.traces:
                replay(trace)
            assert bool(found.manque) == (found.verdict == "a_verifier" or bool(found.unknown)), shown(read)
            for path in found.manque:
                assert askable(base, known, path), f"« {path} » ne peut pas être posée : {shown(read)}"


@given(SEEDS)
@settings(max_examples=150)
def test_a_fact_that_does_not_arise_never_becomes_a_breach(seed: int) -> None:
    """Every question is closed by its gate, whatever was answered: nothing is left to judge, so nothing is wrong, nor right."""
    random = dice(seed)
    open_base = random_corpus(random, plain=True)
    writer = Writer(random, open_base.names, plain=True)
    conditions = {key: writer.condition(depth=2) for key in ("satisfait_si", "inconnu_si", "regularise_si")}
    blocks = [question_block(open_base, name) | {"si": "porte"} for name in open_base.questions]
    faits = {
        ref.name: (ref.liste, open_base.conditions[ref].text) if ref.liste else open_base.conditions[ref].text for ref in open_base.derived
    }
    base = small.corpus("porte", "toujours", *blocks, faits=faits, rules=({"id": "r", "quand": "toujours", **conditions},))
    said = assemble(base, [Piece(("porte",), False), Piece(("toujours",), True), *Drawer(open_base, random, most=2).pieces()])
    [found] = assess(base, AnsweredFacts(base, said, small.TODAY))
    assert found.verdict == "sans_objet", conditions


def question_block(base: Corpus, name: str) -> dict[str, Any]:
    question = base.questions[name]
    champs = (
        {"champs": [{"id": c.id, "type": c.type, "options": dict(c.options), "vers": c.vers} for c in question.champs]}
        if question.champs
        else {}
    )
    return {"id": name, "type": question.type, "options": dict(question.options), **champs}


# -- the real base


@pytest.mark.parametrize("on", ["2023-11-30", "2025-06-30", "2026-11-25", "2031-01-01"])
def test_an_empty_dossier_is_neither_right_nor_wrong_anywhere(on: str) -> None:
    base = load()
    found = assess(base, AnsweredFacts(base, {}, date.fromisoformat(on)))
    assert found
    assert not [f.rule.id for f in found if f.verdict in ("conforme", "ecart", "interdit")]


def test_answering_only_i_do_not_know_is_the_same_as_not_answering() -> None:
    base = load()
    said = dict.fromkeys(base.questions, "?")
    unsaid = [(f.rule.id, f.verdict, f.manque) for f in assess(base, small.facts(base))]
    assert [(f.rule.id, f.verdict, f.manque) for f in assess(base, small.facts(base, said))] == unsaid


@given(SEEDS)
@settings(max_examples=20)
def test_on_the_real_base_learning_something_never_turns_a_verdict(seed: int) -> None:
    """A whole dossier drawn question by question; some of it is known, the rest is learnt piece by piece."""
    base, random = load(), dice(seed)
    pieces = Drawer(base, random).shuffled()
    start = int(len(pieces) * random.choice((0, 0.3, 0.6, 0.9, 0.95)))
    before: dict[str, Finding] = {}
    for n in range(start, min(start + 12, len(pieces)) + 1):
        now = {f.rule.id: f for f in assess(base, AnsweredFacts(base, assemble(base, pieces[:n]), small.TODAY))}
        for rule, old in before.items():
            assert old.verdict == "a_verifier" or now[rule].verdict == old.verdict, (
                f"{rule} : {old.verdict} puis {now[rule].verdict} après {pieces[n - 1]}"
            )
        before = now


@given(SEEDS)
@settings(max_examples=60)
def test_on_the_real_base_what_is_missing_can_be_asked_and_traces_replay(seed: int) -> None:
    base, random = load(), dice(seed)
    pieces = Drawer(base, random).shuffled()
    known = AnsweredFacts(base, assemble(base, pieces[: int(len(pieces) * random.random())]), small.TODAY)
    for found in assess(base, known):
        for trace in found.traces:
            replay(trace)
        if found.verdict == "a_verifier":
            assert found.manque or found.a_produire, f"{found.rule.id} : à vérifier sans dire quoi"
        else:
            assert not found.manque or found.unknown, found.rule.id
        for path in found.manque:
            assert askable(base, known, path), f"{found.rule.id} : « {path} » ne peut pas être posée"
            assert base.question(path) is not None


@given(SEEDS)
@settings(max_examples=40)
def test_on_the_real_base_a_whole_dossier_leaves_no_question_and_stale_answers_do_not_count(seed: int) -> None:
    base, random = load(), dice(seed)
    said = assemble(base, Drawer(base, random).pieces())
    known = AnsweredFacts(base, said, small.TODAY)
    found = assess(base, known)
    assert not [(f.rule.id, f.manque) for f in found if f.manque]
    live = {
        name: replace(answer, value=without_stale_cells(known, name, answer.value)) for name, answer in said.items() if known.arises(name)
    }
    again = assess(base, AnsweredFacts(base, live, small.TODAY))
    assert [(f.rule.id, f.verdict) for f in again] == [(f.rule.id, f.verdict) for f in found]


def without_stale_cells(known: AnsweredFacts, name: str, value: Any) -> Any:
    if not isinstance(value, Items):
        return value
    kept = [
        Item(item.key, {field: cell for field, cell in item.cells.items() if known.cell_arises(name, item, field)})
        for item in value.elements
    ]
    return replace(value, elements=tuple(kept))


def test_every_rule_of_the_real_base_reaches_a_verdict_on_random_dossiers() -> None:
    """A rule that never turns, whatever is answered, judges nothing: its `quand` cannot be met, or its question never arises."""
    base, seen = load(), {}
    for seed in range(120):
        known = AnsweredFacts(base, assemble(base, Drawer(base, dice(seed)).pieces()), small.TODAY)
        for found in assess(base, known):
            seen.setdefault(found.rule.id, set()).add(found.verdict)
    assert {rule for rule, verdicts in seen.items() if verdicts == {"sans_objet"}} == set()

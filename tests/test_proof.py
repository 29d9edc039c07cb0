"""The circuit of outils/proof says of every dossier what the engine says; what it proves of small bases is true, and it finds what is false."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpia.answers import Answer
from dpia.coherence import ReadRule
from dpia.corpus import Corpus, load
from dpia.facts import AnsweredFacts
from dpia.reasoning import judge_rule
from dpia.trace import Ref
from dpia.values import ABSENT, UNKNOWN, Truth
from tests.fixtures import conditions, small
from tests.fixtures.random_dossiers import dice

sys.path.insert(0, str(small.ROOT / "outils"))

from proof.circuit import NO, YES, Circuit, Solver  # outils/ is no package
from proof.equivalence import Comparison
from proof.judging import Judged
from proof.relations import Relations
from proof.theorems import Theorems, demanded
from proof.witness import facts_of
from proof.wording import words
from proof.world import Tri


def drawn(world: Judged, random: Random) -> dict[int, int]:
    """A dossier at random: mostly known, or mostly not."""
    share = random.choice((0.3, 0.7, 0.95))
    return {
        gate: int(random.random() < (share if name.endswith(("connu", "complet")) or "élément" in name else 0.5))
        for gate, name in world.circuit.names.items()
    }


def value(world: Judged, case: Mapping[int, int], said: Tri) -> Truth:
    yes, no, absent = world.circuit.try_all(case, 1, (said.yes, said.no, said.absent))
    assert yes + no + absent <= 1
    return True if yes else False if no else ABSENT if absent else UNKNOWN


@given(seed=st.integers(0, 10**6))
@settings(max_examples=150)
def test_on_any_small_base_the_circuit_says_what_the_engine_says(seed: int) -> None:
    random = dice(seed)
    base = conditions.random_corpus(random)
    world = Judged(base, small.TODAY)
    for _ in range(3):
        read = small.read(base, conditions.Writer(random, base.names).condition())
        said = world.judge(read, {})
        for _ in range(5):
            case = drawn(world, random)
            facts = facts_of(world, case)
            assert value(world, case, said) is read.judge(facts, {}).value, read.text
            for ref in base.conditions:
                if ref.liste is None and ref in base.derived:
                    assert value(world, case, world.judge(base.conditions[ref], {})) is facts.read(ref, {}).value


def verdicts(world: Judged, case: Mapping[int, int], read: ReadRule) -> str:
    said = world.verdicts(read)
    found = world.circuit.try_all(case, 1, (said.bad, said.to_check, said.met, said.none))
    assert sum(found) == 1
    return ("ecart", "a_verifier", "conforme", "sans_objet")[found.index(1)]


@pytest.mark.parametrize("seed", range(4))
def test_on_the_real_base_the_circuit_says_what_the_engine_says(seed: int) -> None:
    base, random = load(), dice(seed)
    world = Judged(base, small.TODAY)
    reads = base.in_force(small.TODAY)
    said = [literal for v in map(world.verdicts, reads) for literal in (v.bad, v.to_check, v.met, v.none)]
    for _ in range(10):
        case = drawn(world, random)
        facts = facts_of(world, case)
        found = world.circuit.try_all(case, 1, said)
        for n, read in enumerate(reads):
            wanted = judge_rule(base, facts, read).verdict.replace("interdit", "ecart")
            assert ("ecart", "a_verifier", "conforme", "sans_objet")[found[4 * n : 4 * n + 4].index(1)] == wanted, read.rule.id


@given(seed=st.integers(0, 10**6))
@settings(max_examples=60)
def test_a_rule_over_a_list_has_the_verdict_of_the_engine(seed: int) -> None:
    random = dice(seed)
    base = conditions.random_corpus(random)
    lists = [name for name, known in base.names.items() if known.kind == "liste"]
    liste = random.choice([None, *lists])
    writer, scope = conditions.Writer(random, base.names), (liste,) if liste else ()
    parts = [small.read(base, writer.condition(scope), *scope) for _ in range(4)]
    rule = small.corpus("a", rules=({"id": "r", "quand": "a", "satisfait_si": "a"},)).rules[0]
    changed = {"pour_chaque": liste, "plafond": random.choice((None, "a_verifier"))}
    read = ReadRule(_with(rule, changed), "", parts[0], *(random.choice((part, None)) for part in parts[1:]))
    world = Judged(base, small.TODAY, list(parts))
    for _ in range(8):
        world.verdicts(read)
        case = drawn(world, random)
        assert verdicts(world, case, read) == judge_rule(base, facts_of(world, case), read).verdict


def _with(read: ReadRule, changed: dict[str, Any]) -> Any:
    import msgspec

    return msgspec.structs.replace(read.rule, **changed)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=100)
def test_the_words_of_a_condition_are_read_back_as_the_same_condition(seed: int) -> None:
    random = dice(seed)
    base = conditions.random_corpus(random)
    once = words(small.read(base, conditions.Writer(random, base.names).condition()), base.names)
    assert words(small.read(base, once), base.names) == once


@given(st.integers(0, 2**16))
def test_the_solver_and_a_trial_of_every_case_agree(seed: int) -> None:
    random, circuit = dice(seed), Circuit()
    literals = [circuit.variable(str(n)) for n in range(4)]
    for _ in range(12):
        a, b = random.sample(literals, 2)
        literals.append(circuit.both(a ^ random.randint(0, 1), b ^ random.randint(0, 1)) ^ random.randint(0, 1))
    every = {gate: sum((case >> n & 1) << case for case in range(16)) for n, gate in enumerate(circuit.names)}
    wanted = literals[-1]
    (tried,) = circuit.try_all(every, 16, (wanted,))
    case = Solver(circuit).case(wanted)
    assert (case is not None) is bool(tried) is Solver(circuit).can(wanted)
    if case is not None:
        assert circuit.try_all(case, 1, (wanted,)) == [1]
        assert circuit.fixed(wanted, {gate: case.get(gate, 0) for gate in circuit.names}) == YES
    assert circuit.fixed(NO, {}) == NO


# -- what is false is found

RULES: Mapping[str, Any] = {"quand": "a", "satisfait_si": "b", "exige": ["b"]}


def failures(*specs: Any, **rule: Any) -> list[str]:
    base = small.corpus("a", "b", "c", *specs, rules=({"id": "r", **RULES, **rule},))
    return [failure.said for failure in Theorems(base, Comparison(base)).of_rule(base.rules[0])]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({}, []),
        ({"satisfait_si": "b ou non b", "exige": ["b ou non b"]}, ["aucun dossier ne donne un écart", "satisfait_si n'est jamais fausse"]),
        ({"satisfait_si": "a", "exige": ["a"]}, ["aucun dossier ne donne un écart"]),
        ({"satisfait_si": "b ou c", "exige": ["b"]}, ["la règle peut être satisfaite sans « b »"]),
        ({"satisfait_si": "b et c", "exige": ["b", "c"]}, []),
        ({"satisfait_si": "b ou c", "exige": ["(b ou c)"]}, []),
        ({"exige": []}, ["« satisfait_si » sans « exige »"]),
        ({"plafond": "a_verifier", "a_produire": ["x"], "satisfait_si": "a", "exige": ["a"]}, []),
        ({"quand": "existe c", "satisfait_si": "b"}, []),  # always applies: turns on what satisfies it
    ],
)
def test_what_is_false_of_a_rule_is_found(rule: dict[str, Any], said: list[str]) -> None:
    assert failures(**rule) == said


def test_a_question_that_cannot_arise_where_the_rule_applies_is_found() -> None:
    late = {"id": "d", "type": "oui_non", "si": "non a"}
    assert failures(late, quand="a et d") == ["quand nomme « d », qui ne se pose jamais quand la règle s'applique"]
    assert failures({**late, "si": "a"}, quand="a et d") == []


def pairs(*rules: Mapping[str, Any], specs: tuple[Any, ...] = ("a", "b", "n nombre", "m choix_multiple x y z", "s choix x y z")) -> Corpus:
    return small.corpus(*specs, rules=tuple({"quand": "a", **rule} for rule in rules))


def conflicts(base: Corpus) -> list[tuple[str, str]]:
    relations = Relations(base, Comparison(base))
    return [(pair.one.rule.id, pair.other.rule.id) for day in relations.days() for pair in relations.conflicts(day)]


def demand(name: str, text: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "satisfait_si": text, "exige": [text], **more}


LECTURES = [{"nom": "l", "prudente": True, "dit": "…"}, {"nom": "m", "dit": "…"}]


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        (demand("p", "n <= 30"), demand("q", "n >= 31"), True),
        (demand("p", "n <= 30"), demand("q", "n >= 30"), False),
        (demand("p", "s = x"), demand("q", "s = y"), True),
        (demand("p", "s parmi [x, y]"), demand("q", "s ≠ x"), False),
        (demand("p", "m contient x"), demand("q", "m contient y"), False),
        (demand("p", "m contient x"), demand("q", "non m contient x"), True),
        (demand("p", "s = x"), demand("q", "s = y", quand="non a"), False),  # never on the same dossier
        (demand("p", "s = x", quand="b"), demand("q", "s = y"), True),  # on some dossiers
        (demand("p", "s = x"), demand("q", "s = y", inconnu_si="s = x", doute="…"), False),  # the other says that it cannot tell
        (demand("p", "s = x"), demand("q", "s = y", certitude="discutee", doute="…", lectures=LECTURES), False),
        (demand("p", "s = x", gravite="interdiction", prive_d_effet=["q"]), demand("q", "s = y"), False),
        (demand("p", "s = x", prive_d_effet=["q"]), demand("q", "s = y"), True),  # only a prohibition leaves another nothing to ask
    ],
)
def test_two_rules_that_cannot_both_be_kept_are_found(one: dict[str, Any], other: dict[str, Any], clash: bool) -> None:
    assert conflicts(pairs(one, other)) == ([("p", "q")] if clash else [])


def test_what_a_breach_brings_with_it_is_found_and_nothing_else() -> None:
    base = pairs(demand("un-mois", "n <= 30"), demand("un-an", "n <= 365"), demand("choix", "s = x"), demand("tout", "n <= 30 et s = x"))
    relations = Relations(base, Comparison(base))
    found = {(pair.one.rule.id, pair.other.rule.id) for day in relations.days() for pair in relations.implications(day)}
    assert found == {("un-an", "un-mois"), ("un-mois", "tout"), ("un-an", "tout"), ("choix", "tout")}


def test_what_a_condition_demands_is_cut_at_its_conjunctions() -> None:
    base = pairs(demand("p", "a et (b ou n <= 3) et non (m contient x et b)"))
    assert demanded(base.rules[0], base) == ["a", "(b ou n <= 3)", "non (m contient x et b)"]


def test_a_case_becomes_the_answers_of_a_dossier() -> None:
    base = small.corpus("a", *conditions.LISTS, rules=({"id": "r", "quand": "nombre cams >= 8", "satisfait_si": "a", "exige": ["a"]},))
    comparison = Comparison(base)
    world = comparison.world(small.TODAY)
    case = comparison.solvers[small.TODAY].case(world.verdicts(base.rules[0]).bad)
    assert case is not None
    facts = facts_of(world, case)
    assert isinstance(facts, AnsweredFacts) and isinstance(facts.answers["a"], Answer)
    assert facts.read(Ref("a"), {}).value is False
    assert judge_rule(base, facts, base.rules[0]).verdict == "ecart"

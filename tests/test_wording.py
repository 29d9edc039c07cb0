"""Conditions in the words of the questions: what is said is what is judged, and nothing internal shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from dpia.clauses import headed, inline, lines
from dpia.corpus import Corpus, load
from dpia.explaining import explain, trace_lines
from dpia.grammar import ConditionError, read_condition
from dpia.reasoning import judge_rule
from dpia.trace import Condition
from dpia.wording import Speaker
from tests.fixtures import small

BASE = small.corpus(
    {"id": "a", "libelle": "Filmez-vous ?", "type": "oui_non"},
    {"id": "n", "libelle": "Combien de jours ?", "type": "nombre", "unite": "jours"},
    {"id": "d", "libelle": "Quand ?", "type": "date"},
    {"id": "e", "libelle": "Depuis quand ?", "type": "date"},
    {"id": "s", "libelle": "Où en êtes-vous ?", "type": "choix", "options": {"x": "En projet", "y": "En service", "z": "Arrêté"}},
    {"id": "m", "libelle": "Que filmez-vous ?", "type": "choix_multiple", "options": {"rue": "La rue", "hall": "Le hall", "cour": "La cour"}},
    {"id": "m2", "libelle": "Et ailleurs ?", "type": "choix_multiple", "options": {"rue": "La rue", "hall": "Le hall", "cour": "La cour"}},
    {"id": "sites", "libelle": "Quels sites ?", "type": "liste", "element": "site", "champs": [{"id": "id", "type": "texte"}, "ok", "k nombre"]},
    {"id": "cameras", "libelle": "Quelles caméras ?", "type": "liste", "element": "caméra",
     "champs": [{"id": "id", "type": "texte"}, {"id": "site", "type": "reference", "vers": "sites", "libelle": "Sur quel site ?"}, {"id": "son", "type": "oui_non", "libelle": "Le son ?"}]},
    faits={"filme": "a ou m contient rue", "large": "filme et n >= 8", "sonore": ("cameras", "son")},
)  # fmt: skip

SAID = [
    ("a", "la commune répond « oui » à « Filmez-vous ? »"),
    ("non a", "la commune répond « non » à « Filmez-vous ? »"),
    ("a = non", "la commune répond « non » à « Filmez-vous ? »"),
    ("a ≠ non", "la commune répond « oui » à « Filmez-vous ? »"),
    ("s = x", "la réponse à « Où en êtes-vous ? » est « En projet »"),
    ("s ≠ x", "la réponse à « Où en êtes-vous ? » n'est pas « En projet »"),
    ("non (s ≠ x)", "la réponse à « Où en êtes-vous ? » est « En projet »"),
    ("s parmi [x, y]", "la réponse à « Où en êtes-vous ? » est « En projet » ou « En service »"),
    ("non s parmi [x, y]", "la réponse à « Où en êtes-vous ? » n'est ni « En projet » ni « En service »"),
    ("n <= 30", "la réponse à « Combien de jours ? » est de 30 jours au plus"),
    ("n < 30", "la réponse à « Combien de jours ? » est inférieure à 30 jours"),
    ("non (n < 30)", "la réponse à « Combien de jours ? » est de 30 jours au moins"),
    ("n = 31", "la réponse à « Combien de jours ? » est de 31 jours"),
    ("d + 5 ans >= date_evaluation", "le jour donné à « Quand ? », plus 5 ans, tombe le jour de l'examen ou après"),
    ("d + 5 ans < date_evaluation + 4 mois", "le jour donné à « Quand ? », plus 5 ans, tombe avant le jour de l'examen plus 4 mois"),
    ("d - 1 an >= 2023-11-30", "le jour donné à « Quand ? », moins 1 an, tombe le 30/11/2023 ou après"),
    ("d > e", "le jour donné à « Quand ? » tombe après le jour donné à « Depuis quand ? »"),
    ("m contient rue", "la réponse à « Que filmez-vous ? » comprend « La rue »"),
    ("non m contient rue", "la réponse à « Que filmez-vous ? » ne comprend pas « La rue »"),
    ("m contient rue ou m contient hall", "la réponse à « Que filmez-vous ? » comprend « La rue » ou « Le hall »"),
    ("m contient rue et m contient hall et m contient cour", "la réponse à « Que filmez-vous ? » comprend « La rue », « Le hall » et « La cour »"),
    ("non m contient rue et non m contient hall", "la réponse à « Que filmez-vous ? » ne comprend ni « La rue » ni « Le hall »"),
    ("non (m contient rue et m contient hall)", "la réponse à « Que filmez-vous ? » ne comprend pas à la fois « La rue » et « Le hall »"),
    ("m inclus dans m2", "tout ce qui est coché à « Que filmez-vous ? » l'est aussi à « Et ailleurs ? »"),
    ("existe n", "la question « Combien de jours ? » se pose"),
    ("non existe n", "la question « Combien de jours ? » ne se pose pas"),
    ("a et s = x", "la commune répond « oui » à « Filmez-vous ? », et la réponse à « Où en êtes-vous ? » est « En projet »"),
    ("non (a et s = x)", "la commune répond « non » à « Filmez-vous ? », ou la réponse à « Où en êtes-vous ? » n'est pas « En projet »"),
    ("au moins 2 parmi (a, s = x, n > 3)", "deux de ces points au moins sont réunis : la commune répond « oui » à « Filmez-vous ? » ; la réponse à « Où en êtes-vous ? » est « En projet » ; la réponse à « Combien de jours ? » est supérieure à 3 jours"),
    ("une cameras avec (son)", "pour une caméra au moins, la commune répond « oui » à « Le son ? »"),
    ("non une cameras avec (son)", "pour aucune caméra, la commune répond « oui » à « Le son ? »"),
    ("aucune cameras avec (son)", "pour aucune caméra, la commune répond « oui » à « Le son ? »"),
    ("non aucune cameras avec (son)", "pour une caméra au moins, la commune répond « oui » à « Le son ? »"),
    ("toutes sites avec (ok)", "pour chaque site, la commune répond « oui » à « La question ok ? »"),
    ("non toutes sites avec (ok)", "pour un site au moins, la commune répond « non » à « La question ok ? »"),
    ("toutes sites si (k > 2) avec (ok)", "pour chaque site, si la réponse à « La question k ? » est supérieure à 2, la commune répond « oui » à « La question ok ? »"),
    ("une sites si (k > 2) avec (ok)", "pour un site au moins, la réponse à « La question k ? » est supérieure à 2, et la commune répond « oui » à « La question ok ? »"),
    ("nombre cameras >= 8", "la liste « Quelles caméras ? » compte 8 lignes au moins"),
    ("non (nombre cameras >= 8)", "la liste « Quelles caméras ? » compte moins de 8 lignes"),
    ("nombre cameras = 0", "la liste « Quelles caméras ? » est vide"),
    ("nombre cameras avec (son) > 1", "la liste « Quelles caméras ? », en ne comptant que les lignes où la commune répond « oui » à « Le son ? », compte plus de 1 ligne"),
    ("une cameras avec (une sites avec (id = cameras.site))", "pour une caméra au moins, pour un site au moins, ce site est celui de la réponse à « Sur quel site ? »"),
    ("filme", "filme"),
    ("non filme", "ce point est faux : « filme »"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), SAID, ids=[text for text, _ in SAID])
def test_a_condition_is_said_in_the_words_of_the_questions(text: str, said: str) -> None:
    assert inline(Speaker(BASE).say(small.read(BASE, text))) == said


def test_a_derived_fact_is_opened_once_and_one_level_deep() -> None:
    speaker = Speaker(BASE, unfold=True)
    first, second = (inline(speaker.say(small.read(BASE, "large"))) for _ in range(2))
    assert first == "large (c'est-à-dire : filme, et la réponse à « Combien de jours ? » est de 8 jours au moins)"
    assert second == "large"
    assert "« La rue »" in inline(speaker.say(small.read(BASE, "filme")))  # was only named so far


def test_mixed_words_keep_their_brackets_and_their_levels() -> None:
    clause = Speaker(BASE).say(small.read(BASE, "(a ou s = x) et n > 3"))
    assert inline(clause).startswith("(la commune répond « oui » à « Filmez-vous ? », ou la réponse à")
    assert [depth for depth, _ in lines(clause)] == [0, 1, 2, 2, 1]
    assert headed(clause)[0] == "tous ces points sont réunis :"


# -- the whole base


def conditions(corpus: Corpus) -> Iterator[tuple[str, tuple[str, ...], Condition]]:
    """Every condition of the base, with its place and the list around it."""
    for read in corpus.rules:
        scope = (read.rule.pour_chaque,) if read.rule.pour_chaque else ()
        readings = [condition for _, *pair in read.lectures for condition in pair]
        for condition in (read.quand, read.satisfait, read.inconnu, read.regularise, *readings):
            if condition is not None:
                yield read.rule.id, scope, condition
    for ref, condition in corpus.conditions.items():
        yield ref.name, (ref.liste,) if ref.liste else (), condition


def test_nothing_internal_shows_in_the_words_of_the_base() -> None:
    for place, _, condition in conditions(load()):
        said = inline(Speaker(load(), unfold=True).say(condition))
        assert not re.search(r"\w_\w|≠|>=|<=|\[|parmi \[", said), f"{place} : {said}"
        assert "  " not in said and said.strip() == said, place


MUTATIONS = [(r"\bet\b", "ou"), (r"\bou\b", "et"), (r"\bnon ", ""), ("<=", "<"), (">=", ">"), (r"(?<![<>])=", "≠"), ("≠", "="), (r"\bune\b(?= \w+ (?:avec|si))", "toutes")]  # fmt: skip


def test_a_changed_condition_is_said_otherwise() -> None:
    """What a lawyer would have to notice shows: no two conditions that judge differently read the same."""
    base, seen = load(), 0
    for place, scope, condition in conditions(base):
        said = inline(Speaker(base).say(condition))
        for pattern, other in MUTATIONS:
            for match in re.finditer(pattern, condition.text):
                text = condition.text[: match.start()] + other + condition.text[match.end() :]
                try:
                    mutant = read_condition(text, base.names, scope)
                except ConditionError:
                    continue
                if mutant == condition:
                    continue
                seen += 1
                assert inline(Speaker(base).say(mutant)) != said, f"{place} : {text}"
    assert seen > 500


# -- dpia expliquer


def test_explaining_says_each_condition_and_its_value() -> None:
    base = small.corpus(
        {"id": "a", "libelle": "Filmez-vous ?", "type": "oui_non"}, {"id": "n", "libelle": "Combien de jours ?", "type": "nombre", "unite": "jours"},
        faits={"filme": "a"}, rules=({"id": "r", "quand": "filme", "satisfait_si": "n <= 30", "inconnu_si": "n = 31"},),
    )  # fmt: skip
    text = explain(base, judge_rule(base, small.facts(base, {"a": "oui", "n": "45"}), base.rules[0]))
    assert "S'applique quand :\n  filme : vrai\n    la commune répond « oui » à « Filmez-vous ? » : vrai\n" in text.replace("\u00a0", " ")
    assert "Est respectée si :\n  la réponse à « Combien de jours ? » est de 30 jours au plus : faux\n" in text.replace("\u00a0", " ")
    assert "Reste à vérifier si :\n  la réponse à « Combien de jours ? » est de 31 jours : faux" in text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("non a", {"a": "oui"}, [(0, "la commune répond « non » à « Filmez-vous ? » : faux")]),
        ("non filme", {"a": "oui"}, [(0, "ce point est faux : « filme » : faux"), (1, "l'un de ces points au moins est réuni : vrai"), (2, "la commune répond « oui » à « Filmez-vous ? » : vrai")]),
        ("non (a et n > 3)", {"a": "non"}, [(0, "le contraire de ce qui suit : vrai"), (1, "tous ces points sont réunis : faux"), (2, "la commune répond « oui » à « Filmez-vous ? » : faux")]),
        ("une cameras avec (sonore)", {"cameras": [{"id": "C7", "son": "oui"}, {"id": "C8", "son": "non"}]},
         [(0, "pour une caméra au moins : vrai"), (1, "C7 : sonore : vrai"), (2, "C7 : la commune répond « oui » à « Le son ? » : vrai")]),
        ("nombre cameras avec (son) >= 1", {"cameras": [{"id": "C7"}]},
         [(0, "la liste « Quelles caméras ? », en ne comptant que les lignes où la commune répond « oui » à « Le son ? », compte 1 ligne au moins : inconnu"), (1, "C7 : la commune répond « oui » à « Le son ? » : inconnu")]),
        ("au moins 2 parmi (a, n > 3, s = x)", {"a": "oui"},
         [(0, "deux de ces points au moins sont réunis : inconnu"), (1, "la commune répond « oui » à « Filmez-vous ? » : vrai"), (1, "la réponse à « Combien de jours ? » est supérieure à 3 jours : inconnu"), (1, "la réponse à « Où en êtes-vous ? » est « En projet » : inconnu")]),
    ],
)  # fmt: skip
def test_a_trace_is_told_line_by_line(text: str, said: dict[str, object], expected: list[tuple[int, str]]) -> None:
    assert trace_lines(BASE, small.judge(BASE, text, said)) == expected


def test_every_verdict_of_the_base_can_be_explained() -> None:
    base = load()
    facts = small.facts(base, {})
    for read in base.rules:
        text = explain(base, judge_rule(base, facts, read))
        assert read.rule.titre in text
        conditions_told = text.partition("S'applique quand")[2].partition("À faire :")[0]
        assert not re.search(r"[a-z]_[a-z]|≠| parmi \[", conditions_told), read.rule.id

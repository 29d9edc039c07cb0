"""What is refused of a rule on loading and by `dpia droit verifier`: names of other rules, demands, windows, examples, tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from dpia.checks import check, counted
from dpia.coherence import CorpusError
from dpia.corpus import Corpus, build, load
from dpia.printing import proved
from tests.fixtures import small

RULE: Mapping[str, Any] = {"id": "r", "quand": "a", "satisfait_si": "n <= 30"}
OTHER: Mapping[str, Any] = {**RULE, "id": "autre"}
TREATMENTS: Mapping[str, Any] = {
    "traitements": [{"id": "videoprotection", "nom": "V", "si": "a"}, {"id": "conseil", "nom": "C", "si": "a"}]
}


def base(*rules: Mapping[str, Any], **tables: Any) -> Corpus:
    faits = tables.pop("faits", None)
    return build(small.files(small.questions("a", "n nombre", "m choix_multiple x y"), small.law(*rules, faits=faits, **tables)))


@pytest.mark.parametrize(
    ("rule", "tables", "said"),
    [
        ({"traitement": "conseils"}, TREATMENTS, "« traitement: conseils » n'est pas dans traitements.yaml (videoprotection, conseil, commun)"),
        ({"entraine": ["autres"]}, {}, "entraine : « autres » n'est pas une autre règle ; vouliez-vous « autre » ?"),
        ({"entraine": ["r"]}, {}, "entraine : « r » n'est pas une autre règle"),
        ({"prive_d_effet": ["zz"]}, {}, "prive_d_effet : « zz » n'est pas une autre règle."),
        ({"exige": ["nn <= 30"]}, {}, "exige : « nn <= 30 », colonne 1 : « nn » n'est ni une question"),
        ({"exige": ["m contient z"]}, {}, "exige : « m contient z », colonne 12 : « z » n'est pas une option (x, y)"),
        ({"exige": ["n <="]}, {}, "exige : « n <= »"),
        ({"exemples": []}, {}, "au moins un fondement, un exemple et une fenêtre"),
        ({"fondement": []}, {}, "au moins un fondement, un exemple et une fenêtre"),
        ({}, {"changements": {date(2024, 1, 1): "loi"}}, "aucun changement du droit n'est noté au 2023-11-30 dans corpus.yaml"),
        (
            {"en_vigueur": {"du": date(2023, 11, 30), "au": date(2024, 1, 1)}},
            {"changements": {date(2023, 11, 30): "décret"}},
            "aucun changement du droit n'est noté au 2024-01-02",
        ),
    ],
)  # fmt: skip
def test_what_a_rule_names_is_checked_on_loading_with_its_place(rule: dict[str, Any], tables: dict[str, Any], said: str) -> None:
    with pytest.raises(CorpusError) as caught:
        base(OTHER, {**RULE, **rule}, **tables)
    assert str(caught.value).startswith("law/essai.yaml, ligne ")
    assert said in str(caught.value)


def test_what_is_right_is_read() -> None:
    changes = {date(2023, 11, 30): "décret", date(2024, 1, 2): "loi"}
    window = {"du": date(2023, 11, 30), "au": date(2024, 1, 1)}
    good = {**RULE, "traitement": "commun", "entraine": ["autre"], "exige": ["n <= 30", "non m contient x"], "en_vigueur": window}
    rules = base(OTHER, good, changements=changes, **TREATMENTS).rules
    assert [demand.text for demand in rules[1].exige] == ["n <= 30", "non m contient x"]


def problems(*examples: Mapping[str, Any], **rule: Any) -> list[str]:
    found = check(base({**RULE, **rule, "exemples": list(examples)}))
    return [line.split(" : ", 1)[1] for line in found if ", exemple " in line]


BREACH = {"a": True, "n": 40}


@pytest.mark.parametrize(
    ("example", "rule", "said"),
    [
        ({"verdict": "ecart", "gravite": "majeure"}, {}, []),
        ({"verdict": "ecart", "gravite": "mineure"}, {}, ["gravité attendue mineure, celle de la règle est majeure"]),
        ({"verdict": "ecart", "autre_lecture": "conforme"}, {}, [f"selon l'autre lecture, attendu conforme, obtenu rien, la règle n’en a pas pour {BREACH}"]),
        ({"verdict": "ecart", "date": date(2020, 1, 1)}, {}, ["aucune rédaction n'est en vigueur au 2020-01-01"]),
        ({"verdict": "ecart", "date": date(2024, 1, 1)}, {}, []),
    ],
)  # fmt: skip
def test_an_example_may_fix_the_severity_the_other_reading_and_the_day(
    example: dict[str, Any], rule: dict[str, Any], said: list[str]
) -> None:
    assert [line.replace("2020-01-01'", "2020-01-01") for line in problems({"faits": BREACH, **example}, **rule)] == said


@pytest.mark.parametrize(("autre", "right"), [("conforme", True), ("ecart", False)])
def test_the_other_reading_of_a_discussed_rule_can_be_fixed(autre: str, right: bool) -> None:
    readings = [{"nom": "p", "prudente": True, "dit": "…"}, {"nom": "l", "dit": "…", "satisfait_si": "n <= 60"}]
    rule = {"certitude": "discutee", "doute": "…", "lectures": readings}
    assert problems({"faits": BREACH, "verdict": "ecart", "autre_lecture": autre}, **rule) == ([] if right else [
        f"selon l'autre lecture, attendu ecart, obtenu conforme pour {BREACH}"
    ])  # fmt: skip


def test_a_dated_example_speaks_of_the_wording_of_its_day_only() -> None:
    first = {"en_vigueur": {"du": date(2023, 11, 30), "au": date(2024, 6, 30)}}
    versions = [{"en_vigueur": {"du": date(2024, 7, 1)}, "satisfait_si": "n <= 60"}]
    examples = (
        {"faits": BREACH, "verdict": "ecart", "date": date(2024, 1, 1)},
        {"faits": BREACH, "verdict": "conforme", "date": date(2024, 7, 1)},
    )
    assert problems(*examples, **first, versions=versions) == []
    assert len(problems(*reversed([{**e, "date": date(2024, 1, 1)} for e in examples]), **first, versions=versions)) == 1


@pytest.mark.parametrize(("vaut", "right"), [("oui", True), ("non", False), ("inconnu", False)])
def test_the_examples_of_a_derived_fact_are_run(vaut: str, right: bool) -> None:
    text = small.law(RULE, faits={"f": "m contient x"}).replace(
        "- id: f\n", f"- id: f\n  exemples: [{{faits: {{m: {{oui: [x]}}}}, vaut: {vaut}}}]\n"
    )
    found = [line for line in check(build(small.files(small.questions("a", "n nombre", "m choix_multiple x y"), text))) if "fait f" in line]
    assert (not found) is right
    assert right or f"exemple 1 : attendu {vaut}, obtenu oui" in found[0]


def risk(**changed: Any) -> dict[str, Any]:
    measure = {"id": "m1", "libelle": "M", "a_faire": "F", "qui": "maire", "si": "a", "pose": {"n": "30"}} | changed.pop("mesure", {})
    table = {"id": "acces", "nom": "A", "gravite": [{"niveau": 2, "raison": "r"}], "vraisemblance": [{"niveau": 1, "raison": "r"}]}
    return {"risques": [{**table, "mesures": [measure], **changed}]}


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        (risk(), []),
        (risk(gravite=[{"niveau": 3, "si": "aa", "raison": "r"}, {"niveau": 1, "raison": "r"}]), ["acces, gravite : « aa », colonne 1 : « aa » n'est ni"]),
        (risk(vraisemblance=[{"niveau": 3, "si": "a", "raison": "r"}]), ["acces, vraisemblance : seul le dernier palier se passe de « si »."]),
        (risk(mesure={"si": "n contient x"}), ["acces, m1 : « n contient x »"]),
        (risk(mesure={"pose": {"nn": 3}}), ["acces, m1, pose : « nn » n'est pas une question"]),
        (risk(mesure={"pose": {"m": {"non": ["z"]}}}), ["acces, m1, pose : « m » : « z » n'est pas une réponse possible"]),
        ({"traitements": [{"id": "videoprotection", "nom": "V", "si": "b"}]}, ["law/traitements.yaml, videoprotection : « b », colonne 1"]),
    ],
)  # fmt: skip
def test_the_conditions_of_the_tables_are_read_and_typed(tables: dict[str, Any], said: list[str]) -> None:
    found = [line for line in check(base(RULE, **tables)) if "acces" in line or "traitements" in line]
    assert len(found) == len(said)
    assert all(words in line for words, line in zip(said, found, strict=True))


def test_what_was_checked_is_counted() -> None:
    found = counted(base({**RULE, "exige": ["n <= 30"]}, **risk(), **TREATMENTS))
    assert (found["litteraux"], found["fenetres"], found["exigences"], found["conditions_risques"], found["conditions_traitements"]) == (
        6,
        1,
        1,
        1,
        2,
    )
    assert "rédactions de règles" in proved(load()) and "des traitements lues et typées" in proved(load())

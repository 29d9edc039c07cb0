"""What changed: in the law between two days, for a commune between two days or two dossiers."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from dpia.comparing import Side, answers_changed, as_dict, as_text, findings_changed
from dpia.corpus import Corpus, load
from dpia.dossier import Dossier
from dpia.law_changes import as_text as law_text
from dpia.law_changes import changes, wording
from dpia.reasoning import assess
from tests.fixtures import small

RUN = small.RUN
QUESTIONS = (
    {"id": "a", "libelle": "Filmez-vous ?", "type": "oui_non"},
    {"id": "b", "libelle": "L'avez-vous dit ?", "type": "oui_non"},
    {"id": "n", "libelle": "Combien de jours ?", "type": "nombre", "unite": "jours"},
    {"id": "d", "libelle": "Depuis quand ?", "type": "date"},
    {"id": "cameras", "libelle": "Quelles caméras ?", "type": "liste", "element": "caméra", "champs": [{"id": "id", "type": "texte", "libelle": "Nom"}, "ok"]},
)  # fmt: skip
RULES = (
    {"id": "toujours", "quand": "a", "satisfait_si": "b", "en_vigueur": {"du": date(2023, 11, 30)}},
    {"id": "nouvelle", "titre": "Annoncer", "quand": "a", "satisfait_si": "b", "en_vigueur": {"du": date(2025, 3, 1)}, "gravite": "bloquante"},
    {"id": "finie", "quand": "a", "satisfait_si": "b", "en_vigueur": {"du": date(2023, 11, 30), "au": date(2025, 6, 30)}},
    {"id": "courte", "quand": "a", "satisfait_si": "b", "en_vigueur": [{"du": date(2025, 4, 1), "au": date(2025, 4, 30)}]},
    {"id": "duree", "quand": "a", "satisfait_si": "n <= 60", "en_vigueur": {"du": date(2023, 11, 30), "au": date(2024, 12, 31)}, "obligation": "Deux mois.",
     "versions": [{"en_vigueur": {"du": date(2025, 1, 1)}, "satisfait_si": "n <= 30", "gravite": "bloquante", "certitude": "a_confirmer", "doute": "Non lu.", "obligation": "Un mois."}]},
    {"id": "memes-mots", "quand": "a", "satisfait_si": "b", "en_vigueur": [{"du": date(2023, 11, 30), "au": date(2025, 1, 31)}, {"du": date(2025, 2, 1)}]},
    {"id": "ancienne", "quand": "a", "satisfait_si": "b", "en_vigueur": {"du": date(2022, 1, 1), "au": date(2023, 6, 30)}},
    {"id": "delai", "quand": "a", "satisfait_si": "d + 5 ans >= date_evaluation", "en_vigueur": {"du": date(2023, 11, 30)}},
    {"id": "chaque", "pour_chaque": "cameras", "quand": "a", "satisfait_si": "ok", "en_vigueur": {"du": date(2023, 11, 30)}},
)  # fmt: skip


@pytest.fixture(scope="module")
def base() -> Corpus:
    return small.corpus(*QUESTIONS, {"id": "commune", "type": "commune"}, rules=RULES)


def between(base: Corpus, before: str, after: str) -> list[tuple[str, str, str]]:
    return [
        (change.day.isoformat(), change.kind, change.rule.id)
        for change in changes(base, date.fromisoformat(before), date.fromisoformat(after))
    ]


# -- the law


def test_every_change_between_two_days_is_there_by_date(base: Corpus) -> None:
    assert between(base, "2024-01-01", "2026-01-01") == [
        ("2025-01-01", "redaction", "duree"),
        ("2025-03-01", "entree", "nouvelle"),
        ("2025-04-01", "entree", "courte"),
        ("2025-04-30", "fin", "courte"),
        ("2025-06-30", "fin", "finie"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        ("2025-03-01", "2025-03-31", []),  # the first day is what one compares with
        ("2025-02-28", "2025-03-01", ["nouvelle"]),
        ("2025-06-30", "2025-07-01", ["finie"]),
        ("2025-06-01", "2025-06-30", []),  # still in force on its last day
        ("2025-01-31", "2025-02-01", []),  # two windows that touch are no change
    ],
)
def test_a_change_belongs_to_its_day(base: Corpus, before: str, after: str, rules: list[str]) -> None:
    assert [rule for _, _, rule in between(base, before, after)] == rules


def test_a_changed_wording_says_which_fields_and_how(base: Corpus) -> None:
    [change] = changes(base, date(2024, 6, 1), date(2025, 1, 15))
    assert {difference.field for difference in change.differences} == {"gravite", "certitude", "doute", "obligation", "satisfait_si"}
    text = law_text(base, date(2024, 6, 1), date(2025, 1, 15))
    for said in (
        "01/01/2025  Rédaction changée", "avant : Deux mois.", "après : Un mois.", "avant : majeur", "après : bloquant", "avant : établie", "après : à confirmer",
        "avant : la réponse à « Combien de jours ? » est de 60 jours au plus", "après : la réponse à « Combien de jours ? » est de 30 jours au plus",
        "avant : rien", "après : Non lu.", "Fondement : CSI, art. L. 1 (texte lu", "1 rédaction(s) changée(s)",
    ):  # fmt: skip
        assert said in text.replace("\u00a0", " "), said


def test_nothing_changed_is_said(base: Corpus) -> None:
    assert "Rien n'a changé entre ces deux jours" in law_text(base, date(2025, 8, 1), date(2025, 9, 1))


def test_what_starts_with_the_base_is_no_change_and_is_said(base: Corpus) -> None:
    text = law_text(base, date(2022, 6, 1), date(2023, 12, 31))
    assert "6 règle(s) y commencent ce jour-là" in " ".join(text.split())
    assert "ancienne" in text and "Fin" in text and "toujours" not in text
    assert "y commencent" not in law_text(base, date(2023, 11, 30), date(2024, 12, 31))


def test_a_day_after_the_base_is_told(base: Corpus) -> None:
    assert "elle ne connaît que les dates déjà fixées" in law_text(base, date(2026, 1, 1), date(2027, 1, 1))
    assert "dates déjà fixées" not in law_text(base, date(2026, 1, 1), date(2026, 11, 25))


@pytest.mark.parametrize("days", [("2023-11-29", "2020-01-01"), ("2022-01-01", "2023-11-30")])
def test_two_days_before_the_base_are_refused_clearly(run: RUN, days: tuple[str, str]) -> None:
    code, out, err = run("droit", "comparer", *days)
    assert (code, out) == (2, "")
    assert "ne couvre le droit qu'à partir du 30/11/2023" in err and "donnez au moins une date plus récente" in err


def test_the_order_of_the_days_does_not_matter_and_a_wrong_day_is_said(run: RUN) -> None:
    assert run("droit", "comparer", "2026-11-25", "2024-01-01") == run("droit", "comparer", "01/01/2024", "25/11/2026")
    code, _, err = run("droit", "comparer", "2024-01-01", "demain")
    assert code == 2 and "« demain » n'est pas une date" in err


def test_the_law_as_json_is_what_the_text_says(run: RUN) -> None:
    code, out, err = run("droit", "comparer", "2024-01-01", "2026-11-25", "--format", "json")
    found = json.loads(out)
    assert (code, err, found["format"], found["du"], found["au"]) == (0, "", 1, "2024-01-01", "2026-11-25")
    assert [entry["date"] for entry in found["changements"]] == sorted(entry["date"] for entry in found["changements"])
    assert len(found["changements"]) == len(changes(load(), date(2024, 1, 1), date(2026, 11, 25)))
    for entry in found["changements"]:
        assert entry["fondement"] and bool(entry["champs"]) == (entry["changement"] == "redaction")
        assert all(field["avant"] != field["apres"] for field in entry["champs"])


def test_the_changes_of_the_base_add_up_to_what_is_in_force() -> None:
    """Whoever starts from the rules of one day and follows the changes arrives at the rules of the other."""
    corpus = load()
    days = [date(2023, 11, 30), date(2024, 12, 1), date(2025, 6, 1), date(2026, 3, 22), date(2026, 11, 25)]
    for before, after in pairwise(days):
        followed = {read.rule.id for read in corpus.in_force(before)}
        for change in changes(corpus, before, after):
            followed = (
                followed | {change.rule.id}
                if change.kind == "entree"
                else followed - {change.rule.id}
                if change.kind == "fin"
                else followed
            )
        assert followed == {read.rule.id for read in corpus.in_force(after)}
    assert wording([], days[0]) is None


# -- a commune


def side(base: Corpus, said: dict[str, Any], on: str = "2026-11-25") -> Side:
    facts = small.facts(base, said, date.fromisoformat(on))
    return Side(Dossier(Path("commune"), small.answers(base, said), {}), facts, assess(base, facts))


def turned(base: Corpus, before: Side, after: Side) -> dict[str, tuple[str, str | None, str | None, tuple[str, ...]]]:
    said = answers_changed(base, before, after)
    return {
        entry.finding.rule.id: (entry.kind, entry.before and entry.before.verdict, entry.after and entry.after.verdict, entry.causes)
        for entry in findings_changed(base, before, after, said)
    }


def test_the_same_dossier_on_the_same_day_has_not_changed(base: Corpus) -> None:
    one = side(base, {"a": "oui", "b": "non"})
    assert as_text(base, one, one).endswith("Rien n'a changé : mêmes réponses, mêmes constats.")


def test_an_answer_turns_a_finding_and_is_named(base: Corpus) -> None:
    before, after = side(base, {"a": "oui", "b": "non"}), side(base, {"a": "oui", "b": "oui"})
    found = turned(base, before, after)
    assert found["toujours"] == ("verdict", "ecart", "conforme", ("reponse",))
    assert set(found) == {"toujours", "nouvelle", "memes-mots"}
    text = as_text(base, before, after)
    assert "L'avez-vous dit ? [b]\n    non → oui" in text
    assert "Faire : écart → conforme" in text and "Pourquoi : une réponse a changé." in text
    assert "écart 3 → 0" in text and "conforme 0 → 3" in text


def test_a_wording_turns_a_finding(base: Corpus) -> None:
    said = {"a": "oui", "n": "45"}
    found = turned(base, side(base, said, "2024-06-01"), side(base, said, "2025-01-15"))
    assert found == {"duree": ("verdict", "conforme", "ecart", ("redaction",))}
    text = as_text(base, side(base, said, "2024-06-01"), side(base, said, "2025-01-15"))
    why = "Pourquoi : la rédaction de la règle a changé (gravité, certitude, obligation, est respectée si, doute)."
    assert why in " ".join(text.split()) and "À faire : …" in text


def test_a_wording_that_changes_no_verdict_is_told_too(base: Corpus) -> None:
    said = {"a": "oui", "n": "70"}
    assert turned(base, side(base, said, "2024-06-01"), side(base, said, "2025-01-15")) == {
        "duree": ("contenu", "ecart", "ecart", ("redaction",))
    }


def test_only_what_turns_the_verdict_is_a_cause(base: Corpus) -> None:
    before, after = side(base, {"a": "oui", "n": "70"}, "2024-06-01"), side(base, {"a": "oui", "n": "20"}, "2025-01-15")
    assert turned(base, before, after)["duree"] == ("verdict", "ecart", "a_verifier", ("reponse",))


def test_time_turns_a_finding(base: Corpus) -> None:
    said = {"a": "oui", "d": "2020-05-01"}
    found = turned(base, side(base, said, "2025-04-30"), side(base, said, "2025-05-02"))
    assert found["delai"] == ("verdict", "conforme", "ecart", ("delai",))
    assert found["courte"][0] == "disparu"


def test_rules_appear_and_disappear_and_silent_ones_are_counted(base: Corpus) -> None:
    said = {"a": "oui", "b": "non", "n": "10"}
    found = turned(base, side(base, said, "2025-02-15"), side(base, said, "2025-07-15"))
    assert found["nouvelle"] == ("apparu", None, "ecart", ("redaction",))
    assert found["finie"] == ("disparu", "ecart", None, ("redaction",))
    text = as_text(base, side(base, said, "2025-02-15"), side(base, said, "2025-07-15"))
    assert "RÈGLES NOUVELLES (1)" in text and "Annoncer : écart" in text and "RÈGLES QUI NE S'APPLIQUENT PLUS (1)" in text
    quiet = as_text(base, side(base, {"a": "non"}, "2025-02-15"), side(base, {"a": "non"}, "2025-07-15"))
    assert "2 règle(s) nouvelle(s) ou retirée(s) sont sans objet pour cette commune." in quiet and "RÈGLES NOUVELLES" not in quiet


def test_the_elements_of_a_list_are_followed(base: Corpus) -> None:
    before = side(base, {"a": "oui", "cameras": [{"id": "C1", "ok": "non"}, {"id": "C2", "ok": "oui"}]})
    after = side(base, {"a": "oui", "cameras": [{"id": "C2", "ok": "non"}, {"id": "C3", "ok": "oui"}]})
    said = {entry.question: (entry.before, entry.after) for entry in answers_changed(base, before, after)}
    assert said == {
        "cameras[C1]": ("La question ok ? non", "absent de la liste"),
        "cameras[C2].ok": ("oui", "non"),
        "cameras[C3]": ("absent de la liste", "La question ok ? oui"),
    }
    assert turned(base, before, after)["chaque"][:3] == ("contenu", "ecart", "ecart")
    assert "En écart : C1 → C2" in as_text(base, before, after)


def test_an_answer_that_was_never_given_is_said(base: Corpus) -> None:
    found = answers_changed(base, side(base, {}), side(base, {"a": "?", "b": "oui"}))
    assert [(entry.before, entry.after) for entry in found] == [("pas de réponse", "ne sait pas"), ("pas de réponse", "oui")]


def test_the_json_of_two_dossiers(base: Corpus) -> None:
    before, after = side(base, {"a": "oui", "b": "non"}), side(base, {"a": "oui", "b": "oui"})
    found = json.loads(json.dumps(as_dict(base, before, after)))
    assert set(found) == {"format", "corpus", "avant", "apres", "reponses", "constats", "a_revoir"}
    assert found["reponses"] == [{"question": "b", "libelle": "L'avez-vous dit ?", "avant": "non", "apres": "oui"}]
    first = next(entry for entry in found["constats"] if entry["regle"] == "toujours")
    assert first["avant"]["verdict"] == "ecart" and first["apres"]["verdict"] == "conforme" and first["causes"] == ["reponse"]
    assert found["avant"]["resume"]["ecart"] - found["apres"]["resume"]["ecart"] == 3


# -- as it is typed


def test_comparer_as_it_is_typed(tmp_path: Path, run: RUN) -> None:
    one, two = tmp_path / "avant", tmp_path / "apres"
    for folder, days in ((one, "15"), (two, "45")):
        assert run("nouveau", folder, "--commune", "26220")[0] == 0
        said = ("stade=en_service", "lieux_filmes=voie_publique", "images_enregistrees=oui", f"conservation_jours={days}")
        assert run("repondre", folder, *said)[0] == 0
    code, out, err = run("comparer", one, two)
    assert (code, err) == (0, "")
    assert "15 jours → 45 jours" in out and "conforme → écart" in out and "csi-conservation-un-mois" in out
    found = json.loads(run("comparer", one, two, "--format", "json", "--date", "2026-11-25")[1])
    assert found["avant"]["date"] == found["apres"]["date"] == "2026-11-25"
    assert found["avant"]["commune"]["nom"] == "Nyons"
    code, out, _ = run("comparer", one, "--date", "2026-11-25", "--date", "2025-01-01")
    assert code == 0 and out.index("droit au 01/01/2025") < out.index("droit au 25/11/2026")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("comparer {d}", "pour un seul dossier, donnez deux dates : dpia comparer {d} --date"),
        ("comparer {d} --date 2026-01-01", "pour un seul dossier, donnez deux dates"),
        ("comparer {d} {d} {d}", "deux dossiers au plus"),
        ("comparer {d} --date 2026-01-01 --date 2020-01-01", "ne couvre le droit qu'à partir du 30/11/2023"),
        ("comparer {d} {d}/absent", "absent/reponses.yaml n'existe pas"),
        ("comparer", "il manque : DOSSIER"),
        ("droit lister --famille ZZZ", "--famille : « ZZZ » n'existe pas dans la base ; au choix :"),
        ("droit lister --traitement z", "--traitement : « z » n'existe pas dans la base"),
        ("droit lister --date 2020-01-01", "ne couvre le droit qu'à partir du 30/11/2023"),
        ("droit revue -o {d}/f.txt", "écrivez un nom en .docx ou en .md, ou un dossier"),
        ("droit revue -o {d}/absent/f.md", "ne peut pas être écrit (son dossier n'existe pas)"),
        ("droit revue", "il manque : -o"),
        ("droit comparer 2024-01-01", "il manque : DATE2"),
    ],
)
def test_a_comparison_that_cannot_be_made_says_what_to_type(tmp_path: Path, run: RUN, words: str, said: str) -> None:
    run("nouveau", tmp_path)
    code, out, err = run(*words.format(d=tmp_path).split())
    assert (code, out) == (2, "")
    assert said.format(d=tmp_path) in err

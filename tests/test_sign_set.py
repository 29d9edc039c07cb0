"""Which signs the answers call for, what keeps one from being made, and what becomes of the former ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dpia import dossier as dossiers
from dpia.answers import Answer
from dpia.cli import main
from dpia.corpus import load
from dpia.documents.public import device_notice
from dpia.documents.sign import plate_step, sign_pdf
from dpia.documents.sign_control import report
from dpia.documents.sign_files import MANIFEST, files, on_paper, plate_steps, sweep
from dpia.documents.sign_set import Sign, remarks, signs
from dpia.documents.sign_text import RIGHTS, clean
from dpia.documents.view import View
from dpia.example import source
from dpia.facts import AnsweredFacts
from dpia.reasoning import assess
from dpia.values import UNKNOWN, Choices, Items, Value

ON = date(2026, 11, 25)
ALL = frozenset


def view_of(profile: str, tmp_path: Path, **changed: Value) -> View:
    """The worked dossier, with these answers instead of its own."""
    corpus = load()
    (tmp_path / "reponses.yaml").write_bytes((source(profile) / "reponses.yaml").read_bytes())
    answers = {**dossiers.read(tmp_path, corpus).answers, **{name: Answer(value) for name, value in changed.items()}}
    facts = AnsweredFacts(corpus, answers, ON)
    return View(corpus, dossiers.Dossier(tmp_path, answers, {}), facts, assess(corpus, facts), {})


def cells(view: View, liste: str, change: Callable[[str, dict[str, Value]], dict[str, Value]]) -> Items:
    """A list of the dossier, its elements changed."""
    value = view.value(liste)
    assert isinstance(value, Items)
    return replace(value, elements=tuple(replace(item, cells=change(item.key, dict(item.cells))) for item in value.elements))


def named(found: tuple[Sign, ...]) -> dict[str, Sign]:
    return {sign.name: sign for sign in found}


# -- an unknown makes no sign


def test_a_site_whose_purposes_are_not_known_has_no_sign_but_a_question(tmp_path: Path) -> None:
    view = view_of("complet", tmp_path)
    first = view.items("sites")[0].key
    for unknown in (UNKNOWN, Choices(oui=ALL(["atteintes"]), non=ALL())):

        def change(key: str, old: dict[str, Value], unknown: Value = unknown) -> dict[str, Value]:
            return {**old, "finalites": unknown} if key == first else old

        made = signs(view_of("complet", tmp_path, sites=cells(view, "sites", change)))
        (held,) = [sign for sign in made if sign.refusal]
        assert held.asked[0] == f"sites[{first}].finalites"
        assert "À quoi servent les caméras de ce site ?" in held.refusal and first in held.refusal
        assert len(made) > 1  # the others are made


@pytest.mark.parametrize(("change", "asked"), [({"commune": UNKNOWN}, "commune"), ({"sites": UNKNOWN}, "sites")])
def test_a_refusal_names_the_question_and_who_knows(tmp_path: Path, change: dict[str, Value], asked: str) -> None:
    made = signs(view_of("complet", tmp_path, **change))
    assert made and all(asked in sign.asked and f"({asked})" in sign.refusal for sign in made)
    told: list[str] = []
    assert not list(files(view_of("complet", tmp_path, **change), told.append, ()))
    assert all("non écrit" in line for line in told)


def test_a_purpose_that_the_law_does_not_list_is_not_announced(tmp_path: Path) -> None:
    view = view_of("complet", tmp_path)
    options = {field: frozenset(view.corpus.question(f"sites[x].{field}").options) for field in ("finalites", "finalites_rares")}  # type: ignore[union-attr]  # fields that exist

    def change(key: str, old: dict[str, Value]) -> dict[str, Value]:
        return {
            **old, "finalites": Choices(ALL(["autre"]), options["finalites"] - {"autre"}),
            "finalites_rares": Choices(ALL(["hors_liste"]), options["finalites_rares"] - {"hors_liste"}),
        }  # fmt: skip

    for sign in signs(view_of("complet", tmp_path, sites=cells(view, "sites", change))):
        assert "L. 251-2" in sign.refusal


# -- what each says


def test_a_sign_cites_the_decree_of_its_cameras_only(tmp_path: Path) -> None:
    view = view_of("depots", tmp_path)
    cited = {sign.content.site: sign.content.arrete for sign in signs(view)}
    allowed = {view.facts.cell("cameras", c, "site") for c in view.items("cameras") if view.facts.cell("cameras", c, "autorisee") is True}
    assert len(cited) > 1
    for sites, decree in cited.items():
        assert (decree is not None) == any(site in allowed for site in (sites or "").split(", "))
    two = signs(view_of("ville-csu", tmp_path))
    assert all(sign.content.arrete is None for sign in two)
    assert any("plusieurs arrêtés" in note for sign in two for note in sign.notes)


def test_no_decree_is_cited_beside_a_camera_that_it_does_not_allow(tmp_path: Path) -> None:
    made = signs(view_of("complet", tmp_path))
    (parking,) = (sign for sign in made if sign.content.site == "Parking de la gare")
    assert parking.content.arrete is None and any("C23 n’est pas autorisée" in note for note in parking.notes)
    assert any(sign.content.arrete for sign in made)
    (bridge,) = (sign for sign in signs(view_of("analyse", tmp_path)) if sign.content.site == "Passerelle du canal")
    assert bridge.content.arrete is None and any("rien ne dit que l’arrêté autorise P02" in note for note in bridge.notes)


def test_a_retention_beyond_the_decree_is_printed_and_reported(tmp_path: Path) -> None:
    made = signs(view_of("complet", tmp_path, conservation_jours=25))
    assert {sign.content.conservation_jours for sign in made} == {25}
    assert all("25 jours, plus que ne le permet" in sign.notes[0] and "15 jours (arrêté 2023-1127)" in sign.notes[0] for sign in made)
    assert not [note for sign in signs(view_of("complet", tmp_path)) for note in sign.notes if "écart" in note]


def _closed(tmp_path: Path, **changed: Value) -> View:
    view = view_of("ville-csu", tmp_path)
    options = frozenset(view.corpus.questions["locaux_objectifs"].options)
    kinds = frozenset(view.corpus.questions["locaux_types"].options)
    school = {
        "locaux_objectifs": Choices(ALL(["vols", "intrusions"]), options - {"vols", "intrusions"}),
        "locaux_types": Choices(ALL(["petite_enfance"]), kinds - {"petite_enfance"}),
    }
    return view_of("ville-csu", tmp_path, **{**school, **changed})


def test_children_have_their_own_sign_in_plain_words_beside_that_of_adults(tmp_path: Path) -> None:
    view = _closed(tmp_path)
    made = named(signs(view))
    child, adult = made["panneau-enfants"].content, made["panneau-lieux-fermes"].content
    assert child.finalites == (
        "Pour éviter que des affaires soient volées ou abîmées",
        "Pour voir si quelqu’un entre quand il n’y a personne",
    )
    assert len(child.finalites) == len(adult.finalites)
    assert "mairie" in child.responsable and child.intitules.responsable == "Qui te filme ?"
    words = " ".join((child.droits, child.reclamation, *child.finalites)).lower()
    for right in ("voir les images", "copie", "corrige", "efface", "ne s’en serve plus", "pas d’accord"):  # RGPD, art. 15 to 18 and 21
        assert right in words
    for hard in ("données", "traitement", "limitation", "effacement", "rectifi", "finalité", "responsable"):
        assert hard not in words
    assert max(len(sentence.split()) for sentence in words.split(".")) <= 22
    assert sign_pdf(child)
    kinds = frozenset(load().questions["locaux_types"].options)
    offices = _closed(tmp_path, locaux_types=Choices(ALL(["bureaux"]), kinds - {"bureaux"}), ecole_interieur="rien")
    assert "panneau-enfants" not in named(signs(offices)) and "panneau-lieux-fermes" in named(signs(offices))


def test_a_closed_place_grants_opposition_and_says_what_its_cameras_do_to_staff(tmp_path: Path) -> None:
    adult = named(signs(_closed(tmp_path)))["panneau-lieux-fermes"].content
    assert "opposer" in adult.droits and "opposer" not in RIGHTS
    assert any("contrôler le travail" in mention for mention in adult.mentions)
    options = frozenset(load().questions["locaux_objectifs"].options)
    controlled = _closed(tmp_path, locaux_objectifs=Choices(ALL(["vols", "controle"]), options - {"vols", "controle"}))
    assert not any("contrôler le travail" in mention for mention in named(signs(controlled))["panneau-lieux-fermes"].content.mentions)


def test_body_cameras_have_a_notice_and_no_sign(tmp_path: Path) -> None:
    told: list[str] = []
    assert not list(files(view_of("cameras-pietons", tmp_path), told.append, ()))
    assert "notice-cameras-pietons.html" in told[0] and "R. 241-15" in told[0]


def _counted(tmp_path: Path, **changed: Value) -> View:
    options = frozenset(load().questions["usages_particuliers"].options)
    said: dict[str, Value] = {"usages_particuliers": Choices(ALL(["comptage"]), options - {"comptage"}), "analyse_opposition": "possible"}
    return view_of("complet", tmp_path, **{**said, **changed})


def test_the_sign_says_that_a_software_counts_where_it_can_only_be_there(tmp_path: Path) -> None:
    several = _counted(tmp_path)
    assert not any(sign.content.mentions for sign in signs(several))
    assert [said for said in remarks(several) if "« Un logiciel compte les passages sur ces images, pour des statistiques. »" in said]
    one = _counted(tmp_path, sites=Items(several.items("sites")[:1], complete=True))
    (sign,) = signs(one)
    assert sign.content.mentions == (
        "Un logiciel compte les passages sur ces images, pour des statistiques.",
        "Vous pouvez refuser d’être compté par ce logiciel.",
    )
    assert not [said for said in remarks(one) if "logiciel" in said]


def test_no_sign_reassures_beside_a_prohibited_use(tmp_path: Path) -> None:
    every = view_of("analyse", tmp_path)
    view = view_of("analyse", tmp_path, sites=Items(every.items("sites")[:1], complete=True))
    prohibited = [finding.rule.titre for _, finding in view.of("interdit")]
    assert prohibited and view.has("usages_particuliers", "comptage")
    assert not any("logiciel" in mention for sign in signs(view) for mention in sign.content.mentions)
    (said,) = [said for said in remarks(view) if "interdit" in said]
    assert "arrêtez-le avant d’afficher" in said and all(title in said for title in prohibited)


@pytest.mark.parametrize(
    ("erasure", "printed", "told"),
    [("automatique", 15, False), ("enregistreur", 15, True), ("partiel", None, True), ("manuel", None, True)],
)
def test_no_number_of_days_where_copies_outlive_it(tmp_path: Path, erasure: str, printed: int | None, told: bool) -> None:
    view = view_of("complet", tmp_path, effacement=erasure)
    assert {sign.content.conservation_jours for sign in signs(view)} == {printed}
    assert any("(effacement)" in said for said in remarks(view)) is told


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("papier", "À lire en mairie."),
        (UNKNOWN, "À lire en mairie."),
        ("en_ligne", "À lire sur le site de la commune."),
        ("pas_de_notice", None),
    ],
)
def test_the_rest_is_where_the_answer_says(tmp_path: Path, answer: Value, said: str | None) -> None:
    view = view_of("complet", tmp_path, notice=answer, notice_adresse=UNKNOWN)
    assert {sign.content.notice_url for sign in signs(view)} == {said}


@pytest.mark.parametrize("exposed", [True, UNKNOWN, False])
def test_no_sign_affirms_that_a_place_is_exposed_when_no_answer_does(tmp_path: Path, exposed: Value) -> None:
    """L. 251-2, 5°: without the fact the purpose is said bare; an answer that denies it leaves the purpose out."""
    view = view_of("complet", tmp_path)
    sites = cells(view, "sites", lambda key, old: {**old, "expose": exposed})
    view = view_of("complet", tmp_path, sites=sites)
    made = {site: sign for sign in signs(view) for site in (sign.content.site or "").split(", ")}
    bare = "Prévenir les atteintes à la sécurité des personnes et des biens"
    assert (bare in made["Place du Marché"].content.finalites) is (exposed is UNKNOWN)
    assert any("particulièrement exposé" in purpose for purpose in made["Place du Marché"].content.finalites) is (exposed is True)
    assert any("secourir" in purpose.lower() for purpose in made["Place du Marché"].content.finalites)
    assert bool(made["Parking de la gare"].refusal) is (exposed is False)  # nothing is left to announce
    assert any(".expose" in note for note in made["Place du Marché"].notes) is (exposed is not True)


def test_a_purpose_is_said_of_one_place_or_of_several(tmp_path: Path) -> None:
    for sign in signs(view_of("analyse", tmp_path)):
        several = ", " in (sign.content.site or "")
        for purpose in sign.content.finalites:
            assert not ("ce lieu" in purpose if several else "ces lieux" in purpose)
    assert any("ces lieux" in purpose for sign in signs(view_of("analyse", tmp_path)) for purpose in sign.content.finalites)


def test_the_sign_and_the_notice_say_the_same_of_opposition_to_plate_reading(tmp_path: Path) -> None:
    options = frozenset(load().questions["stationnement_deliberation"].options)
    for set_aside in (True, False):
        value = Choices(ALL(["opposition"]) if set_aside else ALL(), options - {"opposition"} if set_aside else options)
        view = view_of("stationnement", tmp_path, stationnement_deliberation=value)
        (sign,) = signs(view)
        (analysis,) = (a for a in view.corpus.analyses if a.id == "controle_stationnement")
        assert analysis.notice is not None
        text, _ = device_notice(view, analysis.notice)
        assert ("vous opposer" in sign.content.droits) is ("Vous opposer" in text) is not set_aside
        assert ("écarte le droit d’opposition" in clean(sign.content.droits)) is ("écarte le droit d’opposition" in text) is set_aside
        assert sign.content.pictogramme == "plaque" and any("dossier d'un forfait" in note for note in sign.notes)


def test_the_plates_of_a_commune_give_up_the_same_lines(tmp_path: Path) -> None:
    made = signs(view_of("complet", tmp_path))
    step = plate_steps(made)
    assert step and len({plate_step(sign.content) for sign in made}) > 1
    shown = [on_paper(sign.content, "plaque", lambda line: None, step) for sign in made]
    assert len({(sign.contact_droits is None, sign.conservation_jours is None) for sign in shown}) == 1


# -- the check, the former signs


def test_the_check_gives_each_mention_its_text_question_state_and_words(tmp_path: Path) -> None:
    text = report(view_of("petite-commune", tmp_path))
    for said in ("CSI R. 253-6, I", "RGPD 13", "loi 78-17", "modèle de", "(conservation_jours)", "manque", "imprimé", "Lisibilité, plaque"):
        assert said in text
    held = report(view_of("complet", tmp_path, sites=UNKNOWN))
    assert "bloque" in held and "Pas de panneau." in held and "Lisibilité, a4" not in held


def test_former_signs_of_ours_go_and_changed_ones_stay(tmp_path: Path) -> None:
    told: list[str] = []
    sweep(tmp_path, {}, told.append)
    for name, content in {"panneau-1-x-a4.pdf": b"1", "panneau-1-x-a4.docx": b"2", "panneau-2-y-a4.pdf": b"3"}.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "panneau-a4.pdf").write_bytes(b"from elsewhere")
    (tmp_path / "panneau.txt").write_bytes(b"not a sign")
    sweep(tmp_path, {"panneau-1-x-a4.pdf": b"1", "panneau-1-x-a4.docx": b"2", "panneau-2-y-a4.pdf": b"3"}, told.append)
    (tmp_path / "panneau-1-x-a4.docx").write_bytes(b"2, corrected by hand")
    told.clear()
    sweep(tmp_path, {"panneau-2-y-a4.pdf": b"3"}, told.append)
    assert {path.name for path in tmp_path.iterdir()} == {
        "panneau-1-x-a4.docx",
        "panneau-2-y-a4.pdf",
        "panneau-a4.pdf",
        "panneau.txt",
        MANIFEST,
    }
    assert [("retiré" in line, "Ne l’affichez pas" in line) for line in told] == [(False, True), (True, False), (False, True)]


def test_a_hostile_list_of_former_signs_removes_nothing(tmp_path: Path) -> None:
    (tmp_path / "reponses.yaml").write_text("x")
    (tmp_path / "sub").mkdir()
    from hashlib import sha256

    digest = sha256(b"x").hexdigest()
    (tmp_path / "sub" / MANIFEST).write_text(f"{digest}  ../reponses.yaml\n{digest}  panneau-a4.pdf/../../reponses.yaml\n")
    sweep(tmp_path / "sub", {}, lambda line: None)
    assert (tmp_path / "reponses.yaml").read_text() == "x"


def test_the_command_line_refuses_one_language_and_checks_without_writing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "reponses.yaml").write_bytes((source("petite-commune") / "reponses.yaml").read_bytes())
    where = str(tmp_path / "d")
    assert main(["produire", where, "--langues", "fr,en"]) == 2
    assert "94-665" in capsys.readouterr().err
    assert main(["produire", where, "--controle", "--langues", "fr,en,de", "--date", "2026-11-25"]) == 0
    assert "Mention" in capsys.readouterr().out
    assert not (tmp_path / "d" / "documents").exists()

"""The drafts: called by a gap or a doubt and by nothing else, on texts that were read, deciding nothing and inventing nobody."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dpia.answers import Answer
from dpia.checks import given_facts
from dpia.corpus import Corpus, load
from dpia.documents import markdown, models, reserves
from dpia.documents.annexes import roots
from dpia.documents.formulas import faults
from dpia.documents.models import Called
from dpia.documents.view import View
from dpia.dossier import Dossier, read
from dpia.drafting import TEMPLATES, Draft, check_drafts, drafts
from dpia.facts import AnsweredFacts
from dpia.model import Verdict
from dpia.reasoning import Finding, assess
from dpia.resources import folder
from tests.fixtures.small import ROOT, TODAY

EXPECTED = Path(__file__).parent / "expected" / "modeles"
VERDICTS: tuple[Verdict, ...] = ("interdit", "ecart", "a_verifier", "conforme", "sans_objet")
EVERY_PROCESSING = {  # a commune that has each of them
    "csi_applicable": True, "appareils": {"oui": ["cameras_pietons", "plaques", "conseil", "drones"]}, "conseil_commune": True,
    "plaques_usage": {"oui": ["stationnement_payant", "voies_reservees"]}, "pietons_porteurs": {"oui": ["police_municipale"]},
}  # fmt: skip
DRAFTS = drafts(load())
HEADER = re.compile(r"^`{6}encadre.*?^`{6}$", re.MULTILINE | re.DOTALL)
WIDELY_DATED = ("6 janvier 1978", "27 avril 2016")  # the law and the regulation
ARTICLE = re.compile(r"\b([LRD])\. (\d+(?:-\d+)*)")
MONTHS = "|".join(markdown.MONTHS)


@cache
def view_of(profile: str) -> View:
    """The view of a worked dossier; of an empty one when `profile` is ""."""
    corpus = load()
    dossier = read(ROOT / "dpia" / "data" / "profils" / profile, corpus) if profile else Dossier(Path("vide"), {}, {})
    facts = AnsweredFacts(corpus, dossier.answers, TODAY)
    return View(corpus, dossier, facts, assess(corpus, facts), {})


@cache
def everything() -> View:
    """A view where every processing exists."""
    corpus = load()
    facts = AnsweredFacts(corpus, {}, TODAY, given_facts(corpus, dict(EVERY_PROCESSING)))
    return View(corpus, Dossier(Path("tout"), {}, {}), facts, assess(corpus, facts), {})


def forced(view: View, draft: Draft) -> Called:
    """The draft as if all its rules were in breach."""
    return Called(draft, tuple(replace(f, verdict="ecart") for f in view.findings if f.rule.id in draft.regles))


def body(text: str) -> str:
    """What is signed: without the frame that is taken off, nor the escapes."""
    return re.sub(r"\\(.)", r"\1", HEADER.sub("", text))


def named(draft: Draft) -> str:
    return draft.id


def test_the_table_holds_and_every_template_serves() -> None:
    assert list(check_drafts(load())) == []
    there = {entry.name.removesuffix(".md.j2") for entry in (folder("templates") / TEMPLATES).iterdir()}
    assert there == {draft.gabarit for draft in DRAFTS} | {"commun"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"regles": ["csi-conservation-deux-mois"]}, "n'est pas une règle"),
        ({"regles": ["csi-images-jamais-publiees"]}, "interdit un usage"),
        ({"regles": []}, "au moins une règle"),
        ({"relire": ["notaire"]}, "interlocuteurs.yaml"),
        ({"gabarit": "bail"}, "n'existe pas"),
        ({"traitement": "radars"}, "n'est pas un traitement"),
        ({"regime": "libre"}, "n'est pas un régime"),
        ({"reserve_regime": "libre"}, "n'est pas un régime"),
        ({"fichier": "deliberation"}, "sert deux fois"),
    ],
)
def test_a_draft_that_does_not_hold_is_named(change: dict[str, Any], said: str) -> None:
    first, *others = load().data["modeles"]
    problems = list(check_drafts(_with(load(), [{**first, **change}, *others])))
    assert any(said in problem and "law/modeles.yaml" in problem for problem in problems)


def _with(corpus: Corpus, table: list[Any]) -> Corpus:
    return replace(corpus, data={**corpus.data, "modeles": table})


@pytest.mark.parametrize("draft", DRAFTS, ids=named)
def test_a_draft_is_called_by_a_gap_or_a_doubt_and_by_nothing_else(draft: Draft) -> None:
    view = everything()
    for rule in draft.regles:
        for verdict in VERDICTS:
            alone = tuple(replace(f, verdict=verdict) for f in view.findings if f.rule.id == rule)
            assert alone, f"{rule} n'est pas en vigueur au {TODAY}"
            calls = {call.draft.id: call for call in models.called(replace(view, findings=alone))}
            assert (draft.id in calls) == (verdict in ("ecart", "a_verifier")), (rule, verdict)


def test_no_draft_for_a_device_that_is_unknown_or_that_must_stop() -> None:
    def devices(facts: dict[str, Any]) -> set[str]:
        corpus = load()
        answered = AnsweredFacts(corpus, {}, TODAY, given_facts(corpus, facts))
        findings: Iterable[Finding] = (replace(f, verdict="ecart") for f in assess(corpus, answered))
        view = View(corpus, Dossier(Path("appareil"), {}, {}), answered, tuple(findings), {})
        return {call.draft.id for call in models.called(view) if call.draft.traitement == "cameras_individuelles"}

    worn = {"appareils": {"oui": ["cameras_pietons"]}}
    assert devices({}) == set()
    assert (
        devices(worn | {"pietons_porteurs": {"oui": ["asvp"], "non": ["police_municipale", "gardes_champetres"]}, "pietons_commune": True})
        == set()
    )
    assert "rapport-pietons" in devices(worn | {"pietons_porteurs": {"oui": ["police_municipale"]}})


@pytest.mark.parametrize("profile", ["", "complet", "cameras-pietons"])
@pytest.mark.parametrize("draft", DRAFTS, ids=named)
def test_a_draft_says_why_and_decides_nothing(draft: Draft, profile: str) -> None:
    view = view_of(profile)
    text = models.render(view, forced(view, draft))
    frame = re.sub(r"\\(.)", r"\1", HEADER.findall(text)[0])
    titles = {f.rule.id: f.rule.titre for f in view.findings}
    assert all(titles[rule] in frame for rule in draft.regles)
    assert "texte lu" in frame
    assert "À faire relire par" in frame
    assert list(faults(load().data["formules"], body(text))) == []
    # A decision is offered with its refusal, between brackets; never stated.
    offered = re.findall(r"\[(?:arrête / n'arrête|décide / ne décide|conviennent / ne conviennent) pas\]", body(text))
    acts = ("arrete-habilitation", "decision-habilitation-pietons", "deliberation", "convention-intercommunalite")
    assert bool(offered) == (draft.gabarit in acts)
    assert not re.search(
        r"\b(?:Le maire|Le conseil municipal|Les parties)(?:, après en avoir délibéré,)? (?:arrête|décide|approuve|conviennent)\b",
        body(text),
    )


@pytest.mark.parametrize("draft", DRAFTS, ids=named)
def test_nothing_known_names_nobody_and_no_day(draft: Draft) -> None:
    text = body(models.render(view_of(""), forced(view_of(""), draft)))
    for day in WIDELY_DATED:
        text = text.replace(day, "")
    assert not re.search(rf"\b\d{{1,2}}(?:er)? (?:{MONTHS}) \d{{4}}|\d\d/\d\d/\d{{4}}", text)
    assert not re.search(r"\b(?:M\.|Mme|Me) [A-Z]", text)
    assert "[à remplir" in text or "a-remplir" in text


@pytest.mark.parametrize("draft", DRAFTS, ids=named)
def test_every_article_named_was_read_or_is_said_not_to_be(draft: Draft) -> None:
    sources = (*draft.fondement, *(source for rule in load().rules for source in rule.rule.fondement))
    read_ones = {name for source in sources if source.lu == "texte" for _, _, name in roots(source.article)}
    text = body(models.render(everything(), forced(everything(), draft)))
    cited = {f"{letter}. {number}" for letter, number in ARTICLE.findall(text)}
    assert cited - read_ones <= {f"{letter}. {number}" for letter, number in ARTICLE.findall(draft.reserve)}


def test_what_a_commune_typed_stays_text() -> None:
    hostile = "{{ 7*7 }} ``` <script>alert(1)</script> | [x](javascript:alert(1))"
    corpus = load()
    answers = {"contact_commune": Answer(hostile)}
    facts = AnsweredFacts(corpus, answers, TODAY)
    view = View(corpus, Dossier(Path("x"), answers, {}), facts, assess(corpus, facts), {})
    draft = next(draft for draft in DRAFTS if draft.id == "acces-lettres")
    page = markdown.to_html(models.render(view, forced(view, draft)), title="x")
    assert "{{ 7*7 }}" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


@pytest.mark.parametrize(
    ("name", "profile"), [("arrete-habilitation", "complet"), ("rapport-pietons", "cameras-pietons"), ("deliberation", "")]
)
def test_a_draft_reads_as_reviewed(name: str, profile: str) -> None:
    """Golden text: a lawyer reads the difference. DPIA_ACTUALISER=1 accepts the new text."""
    view = view_of(profile)
    draft = next(draft for draft in DRAFTS if draft.id == name)
    made = body(models.render(view, forced(view, draft))).strip() + "\n"
    golden = EXPECTED / f"{name}.md"
    if os.environ.get("DPIA_ACTUALISER"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(made, encoding="utf-8")
    assert made == golden.read_text(encoding="utf-8")


def test_the_pack_puts_them_in_their_folder_twice_the_same(tmp_path: Path, run: Any) -> None:
    source = ROOT / "dpia" / "data" / "profils" / "cameras-pietons"
    for name in ("un", "deux"):
        code, out, _ = run("produire", source, "--date", TODAY.isoformat(), "--seulement", "modeles", "-o", tmp_path / name)
        assert code == 0
        assert "rapport-annuel-cameras-pietons.docx" in out
    one, two = ({p.relative_to(tmp_path / name): p.read_bytes() for p in (tmp_path / name).rglob("*.docx")} for name in ("un", "deux"))
    assert one == two
    assert {path.parent.name for path in one} == {"modeles"}
    assert "deliberation.docx" not in {path.name for path in one}


# -- what is put between brackets


def made(profile: str, draft: str) -> str:
    view = view_of(profile)
    return body(models.render(view, forced(view, next(entry for entry in DRAFTS if entry.id == draft))))


def test_the_reserves_name_what_exists() -> None:
    corpus = load()
    table, rules = corpus.data["reserves"], {read.rule.id for read in corpus.rules}
    for question, entry in table["acces"].items():
        options = set(corpus.questions[question].options)
        assert set(entry.get("refuse", ())) - {"*"} <= options
        assert set(entry.get("sous_reserve", ())) | set(entry.get("admis", ())) <= options
        assert {doubt["constat"] for doubt in entry.get("sous_reserve", {}).values()} <= rules
    for entry in table["objectifs"]:
        assert set(entry["finalites"]) <= {purpose["valeur"] for purpose in corpus.data["finalites"]}
        assert entry.get("constat", table["duree"][0]) in rules
    assert set(table["duree"]) <= rules
    assert set(table["effacement"]) - {"inconnu"} <= set(corpus.questions["effacement"].options)
    assert any(label.endswith(table["rien_de_plus"]) for label in corpus.questions[table["logiciel"]].options.values())
    assert set(table["aipd"]) <= set(corpus.questions["aipd"].options)
    assert set(table["plaques"]) <= {processing["id"] for processing in corpus.data["traitements"]}


@pytest.mark.parametrize("draft", ["note-conseil", "note-agents", "avis-comite-social"])
def test_an_access_that_the_law_does_not_admit_is_not_hidden(draft: str) -> None:
    text = made("petite-commune", draft)
    assert "le maire ; une autre personne **[à remplir : qui, ou fermer cet accès : R. 253-3, II ne l'admet pas]**" in text
    assert "à vérifier, qui le sait" in text


def test_a_purpose_that_a_finding_refuses_or_waits_for_is_marked() -> None:
    text = made("petite-commune", "deliberation")
    assert "Place de l'Église **[exposition à établir par des faits datés]**" in text
    assert "Déchèterie **[à retirer si ce lieu n'est pas la voie publique" in text
    assert "Déchèterie **[à retirer si aucun fait daté" in text
    assert "dans ces lieux" in made("complet", "deliberation")


def test_the_decree_s_limit_is_written_when_it_is_known() -> None:
    assert "15 jours au plus (arrêté n° 2024-0611) **[réglage d’aujourd’hui : 21 jours" in made("depots", "deliberation")
    assert "21 jours **[durée réelle" in made("depots", "acces-lettres")
    assert "cette durée, sans la dépasser : 15 jours ;" in made("complet", "deliberation")


def test_a_deliberation_leaves_closed_places_out() -> None:
    view = view_of("ville-csu")
    closed = next(site.key for site in view.items("sites") if view.facts.cell("sites", site, "nature") == "local_non_ouvert")
    assert closed not in made("ville-csu", "deliberation")
    assert f"hors du code de la sécurité intérieure et de cette délibération : {closed}" in made("ville-csu", "note-conseil")


def test_the_council_is_told_what_the_decree_does_not_cover() -> None:
    assert "L'arrêté ne couvre pas :** C23, C24" in made("complet", "note-conseil")
    assert "interdit, à arrêter d’abord" in made("analyse", "note-conseil")


def test_agents_of_the_state_are_not_designated_by_the_mayor() -> None:
    assert "leur chef de service ou d'unité les désigne" in made("ville-csu", "arrete-habilitation")
    assert "leur chef de service" not in made("complet", "arrete-habilitation")


def test_a_draft_on_number_plates_speaks_of_plates() -> None:
    for draft in ("clauses-sous-traitance", "lettre-dpo"):
        view = view_of("stationnement")
        call = next(call for call in models.called(view) if call.draft.id == draft)
        assert not re.search(r"image|caméra|filmé|titre III|préfet|panneau", body(models.render(view, call)))
        assert "titre III" not in models.render(view, call)


def test_images_that_outlive_their_duration_are_said() -> None:
    for draft in ("deliberation", "note-conseil", "note-agents"):
        assert "30 jours **[des copies restent" in made("analyse", draft)
    assert "15 jours ;" in made("complet", "deliberation")


def test_an_option_does_not_deny_what_nobody_has_checked() -> None:
    for draft in ("deliberation", "note-conseil"):
        assert "et rien de plus" not in made("petite-commune", draft)
        assert "une intrusion ; **[à vérifier, qui le sait" in made("petite-commune", draft)
        assert "et rien de plus" in made("depots", draft)


@pytest.mark.parametrize(
    ("typed", "title", "sentence", "contact"),
    [
        ("Déléguée à la protection des données, dpo@x.example", "Déléguée à la protection des données", "la déléguée à la protection des données", "dpo@x.example"),
        ("Délégué mutualisé du centre, dpo@x.example", "Délégué à la protection des données (mutualisé du centre)", "le délégué à la protection des données (mutualisé du centre)", "dpo@x.example"),
        ("dpo@x.example", "Délégué à la protection des données", "le délégué à la protection des données", "dpo@x.example"),
        ("Délégué", "Délégué à la protection des données", "le délégué à la protection des données", ""),
    ],
)  # fmt: skip
def test_the_officer_s_title_is_said_once(typed: str, title: str, sentence: str, contact: str) -> None:
    corpus = load()
    facts = AnsweredFacts(corpus, {"dpo_designe": Answer(value=True), "dpo_contact": Answer(typed)}, TODAY)
    view = View(corpus, Dossier(Path("x"), {}, {}), facts, (), {})
    assert reserves.delegate(view) == {"titre": title, "qui": sentence, "contact": contact}

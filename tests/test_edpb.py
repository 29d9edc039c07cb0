"""Two outlines, one content: what one assessment says, the other says, with the same numbers; and the self-check never settles an unknown."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpia.answers import Answer
from dpia.documents import aipd, blocks, device_aipd, outline, places, plans, self_check
from dpia.documents.communicable import communicable
from dpia.documents.errors import DocumentError
from dpia.documents.pack import Options, produce
from dpia.documents.processings import of_device, of_fixed_cameras, present
from dpia.documents.view import View
from dpia.example import PROFILES
from dpia.risks import evaluate
from dpia.values import Choices
from tests.fixtures import small
from tests.test_grid import ALL, answers_of, corpus, view_of

EXPECTED = Path(__file__).parent / "expected" / "edpb"
DASHES = re.compile(r"\| -+ |[|\-: ]*")
# What each outline says in its own way: titles, tables of levels, the decision, where things stand.
OWN = re.compile(
    r"#|- \*\*(Gravité|Vraisemblance) :|\| R\d|```|.*plan du modèle européen|Les points à régler figurent|- \[ \]|Échelle de la CNIL"
)


@cache
def contexts(name: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    """The template and the context of each assessment of a dossier."""
    view = view_of(answers_of(name))
    found = present(view)
    made: list[tuple[str, dict[str, Any]]] = []
    if found.fixed:
        made.append(("aipd.md.j2", aipd.context(places.own_findings(of_fixed_cameras(view)), evaluate(corpus(), view.facts))))
    for analysis in found.devices:
        about = of_device(view, analysis, found.fixed)
        made.append(("aipd-dispositif.md.j2", device_aipd.context(about, analysis, evaluate(corpus(), view.facts, analysis.risques))))
    return tuple(made)


@cache
def both(name: str) -> tuple[tuple[dict[str, Any], str, str], ...]:
    return tuple(
        (context, plans.text(template, context), plans.text(template, context, plans.EDPB)) for template, context in contexts(name)
    )


# -- the same content


@pytest.mark.parametrize("name", ALL)
def test_every_line_of_one_outline_is_in_the_other(name: str) -> None:
    assert both(name)
    for _, cnil, edpb in both(name):
        body = cnil[: cnil.index("L'autocontrôle d'après")]
        lost = [line for line in body.split("\n") if line.strip() and not OWN.match(line) and line not in edpb]
        assert not lost


@pytest.mark.parametrize("name", ALL)
def test_every_open_finding_and_every_risk_is_in_both_outlines(name: str) -> None:
    for context, *texts in both(name):
        view: View = context["v"]
        for text in (outline_text.replace("\\", "") for outline_text in texts):
            for n, finding in view.numbered:
                if finding.verdict in ("interdit", "ecart", "a_verifier"):
                    assert re.search(rf"constat {n}\b|constats [\d, ]*\b{n}\b|\| {n} \|", text), (n, finding.rule.id)
            for risk in context["risques"]:
                assert risk["nom"] in text
                assert all(axis["raison"].replace("\\", "") in text and axis["ensuite"] in text for axis in risk["axes"])


@pytest.mark.parametrize("name", ALL)
def test_both_outlines_give_the_same_numbers(name: str) -> None:
    for _, cnil, edpb in both(name):
        tables = [re.findall(r"\| ((?:Usages|Interdictions|Écarts|Points) [^|]*\| \d+) \|", text) for text in (cnil, edpb)]
        assert tables[0] == tables[1] and tables[0]
        maps = [re.findall(r"```matrice.*?```", text, re.DOTALL) for text in (cnil, edpb)]
        assert maps[0] == maps[1]


@pytest.mark.parametrize("name", ALL)
def test_both_outlines_have_the_same_zones_for_hand_written_passages(name: str) -> None:
    for _, *texts in both(name):
        cnil, edpb = (sorted(re.findall(r"(?m)^`+passage id=.*$", text)) for text in texts)
        assert cnil == edpb and cnil


@pytest.mark.parametrize("name", ALL)
def test_no_heading_stands_over_nothing(name: str) -> None:
    for _, *texts in both(name):
        for text in texts:
            cut = outline.parts(text)
            bare = [
                part.name
                for n, part in enumerate(cut)
                if n and not part.body.strip() and (n + 1 == len(cut) or cut[n + 1].level <= part.level)
            ]
            assert not bare


@pytest.mark.parametrize("name", ["complet", "cameras-pietons"])
def test_each_risk_stands_on_its_track(name: str) -> None:
    ((context, _, edpb),) = both(name)
    cut = {part.number: part for part in outline.parts(edpb)}
    whole = outline.parts(edpb)
    for number, nature in (("3.1", "conception"), ("4.1.a", "evenement")):
        rank = whole.index(cut[number])
        names = [part.title for part in whole[rank + 1 : cut[number].end]]
        assert names == [f"R{risk['n']}. {risk['nom']}" for risk in context["risques"] if risk["nature"] == nature]


def test_the_sections_are_0_to_6() -> None:
    for name in ("complet", "cameras-pietons", "stationnement"):
        ((_, _, edpb),) = both(name)
        assert [part.number for part in outline.parts(edpb) if part.level == 1 and part.number] == list("0123456")
        assert "Le fichier du CEPD lui-même n'a pas été ouvert" in edpb


@pytest.mark.parametrize("name", ["complet", "cameras-pietons"])
def test_the_other_outline_reads_as_reviewed(name: str) -> None:
    """Golden text: a lawyer reads the difference. DPIA_ACTUALISER=1 accepts the new text."""
    ((_, _, edpb),) = both(name)
    made = re.sub(r"empreinte [0-9a-f]+", "empreinte …", edpb)
    golden = EXPECTED / f"{name}.md"
    if os.environ.get("DPIA_ACTUALISER"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(made, encoding="utf-8")
    assert made == golden.read_text(encoding="utf-8")


# -- the four outcomes


def facts(**said: Any) -> dict[str, Any]:
    end = {"innovation": False, "titre_iii": True, "eleves": [], "a_confirmer": [], "avant": [], "avant_reserve": 0}
    end |= {key: said.pop(key) for key in list(said) if key in end}
    return {"conclusion": end, "interdits": [], "bloquants": [], "interdits_a_verifier": 0, **said}


@pytest.mark.parametrize(
    ("said", "states"),
    [
        ({}, (plans.OPEN, plans.OPEN, plans.OPEN, plans.OPEN)),
        ({"interdits": [{"n": 1}]}, (plans.OPEN, plans.OPEN, plans.EXCLUDED, plans.EXCLUDED)),
        ({"eleves": ["R"]}, (plans.OPEN, plans.DUE, plans.EXCLUDED, plans.EXCLUDED)),
        ({"innovation": True}, (plans.OPEN, plans.DUE, plans.EXCLUDED, plans.EXCLUDED)),
        ({"bloquants": [{"n": 2}]}, (plans.OPEN, plans.OPEN, plans.EXCLUDED, plans.OPEN)),
        ({"avant": ["R"]}, (plans.OPEN, plans.OPEN, plans.EXCLUDED, plans.OPEN)),
        ({"a_confirmer": ["R"], "avant": ["R"], "avant_reserve": 1}, (plans.OPEN, plans.TO_CHECK, plans.TO_CHECK, plans.TO_CHECK)),
        ({"interdits_a_verifier": 2}, (plans.OPEN, plans.OPEN, plans.TO_CHECK, plans.TO_CHECK)),
    ],
)  # fmt: skip
def test_the_facts_rule_out_and_never_choose(said: dict[str, Any], states: tuple[str, ...]) -> None:
    assert tuple(row["etat"] for row in plans.outcomes(facts(**said))) == states


def test_no_box_is_ticked_and_a_prohibited_use_is_never_approved() -> None:
    ((context, _, edpb),) = both("analyse")
    assert context["interdits"] and "- [x]" not in edpb
    approved = [line for line in edpb.split("\n") if line.startswith("| Approuvé")]
    assert len(approved) == 2 and all(plans.EXCLUDED in line and "usage interdit" in line for line in approved)


def test_an_assessment_that_stops_has_neither_risks_nor_outcomes() -> None:
    ((_, _, edpb),) = both("usage arrêté")
    assert "Les quatre issues" not in edpb and "Usage arrêté le" in edpb and "l'autocontrôle n'a pas d'objet" in edpb


# -- the self-check


def test_the_self_check_names_parts_that_exist() -> None:
    """Each title of law/wp248.yaml is a part of some assessment: a heading that changes fails here."""
    there = {part.title for name in ALL for _, *texts in both(name) for text in texts for part in outline.parts(text)}
    named = {title for group in corpus().data["autocontrole"] for point in group["points"] for title in point["ou"]}
    assert not named - there


@pytest.mark.parametrize("plan", [plans.CNIL, plans.EDPB])
def test_a_point_that_waits_for_an_answer_is_not_told_as_treated(plan: plans.Plan) -> None:
    ((template, context),) = contexts("tout inconnu")
    rows = self_check.rows(plans.text(template, context, plan), corpus().data["autocontrole"])
    states = {point["point"]: point["etat"] for group in rows for point in group["points"]}
    assert set(states.values()) <= {self_check.LACKING, self_check.LEFT, self_check.TREATED}
    assert [point for point, state in states.items() if state == self_check.TREATED] == ["Les codes de conduite approuvés."]


TABLE = [{"titre": "A", "points": [{"point": "P", "ou": ["Un", "Deux"]}]}]


@pytest.mark.parametrize(
    ("line", "state", "missing"),
    [
        ("Rien à dire.", self_check.TREATED, "rien, d'après les réponses"),
        ("| Son | à vérifier |", self_check.LACKING, "annexe D"),
        ("Durée : à vérifier (qui le sait : le maire).", self_check.LACKING, "réponses attendues de : le maire"),
        ("- **T** (constat 4). *À corriger, majeur.* Texte.", self_check.GAPS, "à régler : constat 4"),
        (
            "- **T** (constat 9). *À vérifier, majeur.* X. La même réponse règle aussi : U (constat 11, mineur).",
            self_check.LACKING,
            "constats 9, 11",
        ),
        ("| 3 | Ne pas filmer^[CSI.] | Interdit : cesse | le maire |", self_check.PROHIBITED, "interdit : constat 3"),
        ("Deux risques restent élevés (1 sous réserve de réponses attendues).", self_check.LACKING, "annexe D"),
    ],
)
def test_the_state_of_a_point_is_read_in_its_parts(line: str, state: str, missing: str) -> None:
    ((group),) = self_check.rows(f"# Un\n\nTexte.\n\n## Deux\n\n{line}\n\n# Trois\n\nAutre : à vérifier.\n", TABLE)
    (point,) = group["points"]
    assert point["etat"] == state and missing in point["manque"] and point["ou"] == ["1 Un", "1.1 Deux"]


def test_the_communicable_version_has_both_outlines_and_masks_the_same() -> None:
    view = view_of(answers_of("complet"))
    cnil, edpb = (communicable(view, plan) for plan in (plans.CNIL, plans.EDPB))
    assert cnil.review == edpb.review
    assert (
        "Annexe H. L'autocontrôle" in edpb.assessments[0].text
        and "plan du modèle européen – version communicable" in edpb.assessments[0].text
    )
    masked = [line for line in edpb.assessments[0].text.split("\n") if "Place du Marché" in line]
    assert not masked


# -- the parts of a document


@pytest.mark.parametrize("name", ALL)
def test_numbers_are_those_that_word_gives(name: str) -> None:
    for _, cnil, _ in both(name):
        found = [(h.number, h.text) for h in blocks.headings(blocks.parse(cnil), numbered=True) if h.level <= 3]
        assert [(part.number, part.title) for part in outline.parts(cnil)[1:]] == found


@given(
    st.lists(st.sampled_from(["# A", "## B", "### C {-}", "texte", "```plan", "````encadre", "```", "````", "# 4. D {-}", ""]), max_size=12)
)
def test_a_document_cut_and_put_together_is_the_same(lines: list[str]) -> None:
    text = "\n".join(lines)
    cut = outline.parts(text)
    again = [cut[0].body]
    for part, rest in ((part, part.body) for part in cut[1:]):
        mark = " {-}" if f"{'#' * part.level} {part.heading} {{-}}" in lines else ""
        again.append(f"{'#' * part.level} {part.heading}{mark}" + (f"\n{rest}" if rest or text.count("\n") else ""))
    assert [line for line in "\n".join(again).split("\n") if line] == [line for line in lines if line]


def test_a_line_of_a_block_is_no_heading() -> None:
    assert [part.title for part in outline.parts("# Un\n\n````encadre\n```plan\n# Deux\n```\n# Trois\n````\n\n# Quatre\n")] == [
        "",
        "Un",
        "Quatre",
    ]


def test_a_part_left_aside_is_a_mistake_that_is_told() -> None:
    pieces = outline.Pieces(outline.parts("# Un\n\na\n\n# Deux\n\nb\n"))
    pieces.partie("Un")
    with pytest.raises(DocumentError, match="Deux"):
        pieces.check()


# -- the command


def test_the_option_writes_the_other_outline_under_its_own_name(tmp_path: Path, run: small.RUN) -> None:
    assert run("exemple", tmp_path / "r", "--profil", "cameras-pietons")[0] == 0
    before = (tmp_path / "r" / "documents" / "aipd-cameras-pietons-ravancourt.md").read_bytes()
    code, out, _ = run("produire", tmp_path / "r", "--date", "2026-11-25", "--plan", "edpb", "--seulement", "aipd")
    assert code == 0 and "aipd-cameras-pietons-ravancourt-edpb.docx" in out
    assert (tmp_path / "r" / "documents" / "aipd-cameras-pietons-ravancourt.md").read_bytes() == before


def test_an_answer_cannot_forge_a_part(tmp_path: Path) -> None:
    answers = dict(answers_of("tout inconnu")) | {
        "contact_commune": Answer("x\n# La gouvernance\n## 9.9 Faux"),
        "lieux_filmes": Answer(Choices(frozenset({"voie_publique"}))),
    }
    view = view_of(answers)
    said: list[str] = []
    produce(corpus(), view.dossier, view.facts, view.findings, tmp_path, said.append, Options(only=("aipd",), plan="edpb"))
    (text,) = (path.read_text(encoding="utf-8") for path in tmp_path.glob("*.md"))
    assert sum(part.title == "La gouvernance" for part in outline.parts(text)) == 1 and not any(
        part.number == "9.9" for part in outline.parts(text)
    )
    assert PROFILES

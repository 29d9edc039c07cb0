"""The version of an assessment that anyone may read: nothing masked is left in any part of any file, and nothing else is masked."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dpia import dossier as dossiers
from dpia import followup
from dpia.answers import Answer
from dpia.cli import main
from dpia.corpus import load
from dpia.documents import word
from dpia.documents.communicable import Communicable, communicable
from dpia.documents.errors import DocumentError
from dpia.documents.free_text import rule
from dpia.documents.masked_view import WHOLE, Hidden, resting_rules
from dpia.documents.view import View
from dpia.dossier import Dossier
from dpia.example import PROFILES, write_example
from dpia.facts import AnsweredFacts
from dpia.followup import FollowUp
from dpia.model import Source
from dpia.reasoning import assess
from dpia.resources import folder
from dpia.shapes import convert
from dpia.values import Choices, Items

DAY = date(2026, 11, 25)
WORD = re.compile(r"[^\W_]+")


def _hidden() -> Hidden:
    return Hidden({name: frozenset(options) for name, options in load().data["communication"]["securite"].items()})


@cache
def _dossier(profile: str) -> Dossier:
    return dossiers.Dossier(
        Path("x"), dossiers.parse((folder("data") / "profils" / profile / "reponses.yaml").read_bytes(), load(), "x")[0], {}
    )


def _view(answers: dict[str, Answer], follow: dict[str, FollowUp] | None = None) -> View:
    facts = AnsweredFacts(load(), answers, DAY)
    return View(load(), Dossier(Path("x"), answers, {}), facts, assess(load(), facts), follow or {})


def _texts(made: Communicable) -> str:
    return "\n".join([*(assessment.text for assessment in made.assessments), made.review])


@cache
def _ours() -> frozenset[str]:
    """The words of the questions, of the law and of the templates: they say nothing of a commune."""
    texts: list[str] = []
    for name in ("questionnaires", "templates", "law"):
        for path in (Path(__file__).parents[1] / ("dpia/law" if name == "law" else name)).rglob("*"):
            if path.suffix in (".yaml", ".j2"):
                texts.append(path.read_text(encoding="utf-8"))
    texts += [path.read_text(encoding="utf-8") for path in (Path(__file__).parents[1] / "dpia" / "documents").glob("*.py")]
    return frozenset(word.lower() for text in texts for word in WORD.findall(text))


def _public(answers: dict[str, Answer]) -> set[str]:
    """What stays, words by words: the commune, the contacts that it puts up."""
    kept = [str(answers[name].value) for name in load().data["communication"]["publics"] if name in answers]
    view = _view(answers)
    kept += [view.commune_name, view.commune.department_name if view.commune else "", (view.commune.epci or "") if view.commune else ""]
    return {word.lower() for text in kept for word in WORD.findall(text)}


def _secrets(answers: dict[str, Answer], follow: dict[str, FollowUp]) -> Iterator[str]:
    """What must not come out whole: names of elements, places, fields of view, positions, persons, pieces."""
    policy = load().data["communication"]
    for name, answer in answers.items():
        yield from filter(None, (answer.preuve,))
        for item in answer.value.elements if isinstance(answer.value, Items) else ():
            rules = policy["listes"][name]
            if rules.get("nom") == "numero" and re.fullmatch(r"[\d-]+", item.key):
                continue  # the number of an order is public
            hidden = ("id", *rules.get("cases", ()), *(champ for champ in rules.get("retire", ()) if champ in ("latitude", "longitude")))
            yield from (str(item.cells[champ]) for champ in hidden if champ in item.cells)
    functions = {"installateur", "secrétariat", "responsable", "service", "délégué", "direction", "maire", "police"}
    told = {answer.par for answer in answers.values()} | {entry.responsable for entry in follow.values()}
    yield from (who for who in told if who and not set(map(str.lower, WORD.findall(who))) & functions)


def _free(answers: dict[str, Answer], follow: dict[str, FollowUp]) -> Iterator[str]:
    """Every text that a person typed freely, but for the public contacts."""
    yield from (entry.commentaire for entry in follow.values())
    for name, answer in answers.items():
        yield from (answer.note, answer.par)
        if isinstance(answer.value, Items):
            yield from (
                cell
                for item in answer.value.elements
                for champ, cell in item.cells.items()
                if isinstance(cell, str) and _typed(name, champ)
            )
        elif (
            isinstance(answer.value, str) and load().questions[name].type == "texte" and name not in load().data["communication"]["publics"]
        ):
            yield answer.value


def _typed(liste: str, champ: str) -> bool:
    return any(one.id == champ and one.type in ("texte", "reference") for one in load().questions[liste].champs)


@pytest.mark.parametrize(("profile", "plan"), [*((name, "cnil") for name in PROFILES), ("complet", "edpb"), ("cameras-pietons", "edpb")])
def test_nothing_masked_is_left_in_any_part_of_any_file(profile: str, plan: str, tmp_path: Path) -> None:
    write_example(tmp_path / "d", profile)
    assert main(["produire", str(tmp_path / "d"), "--communicable", "--plan", plan, "--date", "2026-11-25", "-o", str(tmp_path / "s")]) == 0
    files = sorted((tmp_path / "s").iterdir())
    assert {path.name.rpartition("-")[2] for path in files} == {"communicable.md", "communicable.docx", "publication.txt"}
    parts: dict[str, str] = {}
    for path in files:
        parts[path.name] = path.name + ("" if path.suffix == ".docx" else path.read_text(encoding="utf-8").replace("\\", ""))
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as package:
                for entry in package.infolist():
                    raw = package.read(entry).decode("utf-8", "replace")
                    # Tags and attributes as they are, then the bare text: Word may cut a word in several runs.
                    parts[f"{path.name}/{entry.filename}"] = f"{entry.filename} {entry.comment!r} {raw}\n{re.sub('<[^>]+>', '', raw)}"
    dossier = dossiers.read(tmp_path / "d", load())
    answers, follow = dict(dossier.answers), dict(followup.read(tmp_path / "d", load()))
    ours, public = _ours(), _public(answers)
    secrets = set(_secrets(answers, follow))
    whole = {secret for secret in secrets if len(WORD.findall(secret)) > 1 or not secret.isalpha()}
    contacts = " ".join(str(answers[name].value) for name in load().data["communication"]["publics"] if name in answers).lower()
    typed = {
        word.lower() for text in (*secrets, *_free(answers, follow)) for word in WORD.findall(text) if len(word) > 3 and not word.isdigit()
    }
    pieces = {word for word in typed - public if not {word, word.removesuffix("s"), word.removesuffix("es"), f"{word}s"} & ours}
    assert len(pieces) > 5
    for place, text in parts.items():
        found = text.lower()
        words = set(WORD.findall(found))
        assert not pieces & words, place
        for secret in whole:
            if secret.lower() not in contacts and not set(map(str.lower, WORD.findall(secret))) <= ours:
                assert not re.search(rf"(?<!\w){re.escape(secret.lower())}(?!\w)", found), (place, secret)


def test_what_the_law_makes_public_stays() -> None:
    """Purposes, duration, recipients, rights, contacts, the findings and the levels are not masked."""
    answers = dict(_dossier("complet").answers)
    view = _view(answers)
    text = communicable(view).assessments[0].text.replace("\\", "")
    for name in ("conservation_jours", "destinataires", "contact_commune", "dpo_contact", "qui_visionne"):
        assert view.say(name) in text
    for purpose in view.purposes:
        assert purpose["objectif"] in text
    assert "R1." in text and "droit d'opposition" in text


def test_the_mask_says_its_ground_and_how_far_it_was_read() -> None:
    policy = load().data["communication"]
    text = communicable(_view(dict(_dossier("complet").answers))).assessments[0].text.replace("\\", "")
    annex = text[text.index("# Annexe G") :]
    used = [motive for name, motive in policy["motifs"].items() if name not in ("appareils", "personnes")]  # this dossier masks neither
    for motive in used:
        assert motive["nom"] in annex and motive["fondement"]["article"] in annex and motive["portee"] in annex
    assert "Version communicable" in text[: text.index("# Note de seuil")]


# -- the policy


def test_the_policy_names_what_exists_and_every_motive_has_a_source_that_was_read() -> None:
    corpus, policy = load(), load().data["communication"]
    used = {"securite", "personnes", "pieces", "textes"}
    for name, rules in policy["listes"].items():
        fields = {champ.id for champ in corpus.questions[name].champs}
        assert {*rules.get("cases", ()), *rules.get("retire", ())} <= fields
        used |= {rules["motif"], *rules.get("cases", {}).values(), *rules.get("retire", {}).values()}
    assert set(policy["listes"]) == {question.id for question in corpus.questions.values() if question.type == "liste"}
    for path, options in policy["securite"].items():
        question = corpus.question(path.replace(".", "[x]."))
        assert question is not None and set(options) - {WHOLE} <= set(question.options), path
    assert set(policy["publics"]) <= set(corpus.questions)
    assert used == set(policy["motifs"])
    for motive in policy["motifs"].values():
        source = convert("communication", motive["fondement"], Source)
        assert source.texte == "CRPA" and source.lu == "texte" and motive["portee"]


def test_no_prohibition_and_no_blocking_obligation_is_said_in_general_words() -> None:
    resting = resting_rules(load(), _hidden())
    assert len(resting) > 20
    assert not [rule.id for rule in resting if rule.gravite in ("interdiction", "bloquante")]


# -- properties

secrets = st.text(st.characters(categories=["L", "Nd"], exclude_characters="\ue000\ue001"), min_size=6, max_size=14).filter(
    lambda text: text == text.strip() and text.lower() not in _ours() and not text.isdigit() and any(c.isalpha() for c in text)
)
frames = st.sampled_from(
    ["{}", "Le {} filme.", "M. {} a dit non.", "Vols en 2024. {} aussi", "code {}", "rue {}, la nuit", "10.0.{}.4", "{}@mairie.fr", "Images\n{}", "({})", "{} agents", "l'{}", "a{}", "{}a"]
)  # fmt: skip


@settings(max_examples=15, phases=[Phase.generate])  # a secret that comes out is plain enough without shrinking
@given(st.lists(secrets, min_size=6, max_size=6, unique_by=str.lower), st.lists(frames, min_size=3, max_size=3))
def test_no_secret_of_any_answer_comes_out(drawn: list[str], framed: list[str]) -> None:
    """Secrets everywhere a person can type: names, places, texts, notes, authors, pieces, follow-up, former answers."""
    name, place, note, author, piece, comment = drawn
    answers = dict(_dossier("petite-commune").answers)
    for question in load().questions.values():
        if question.type == "texte" and question.id not in load().data["communication"]["publics"]:
            answers[question.id] = Answer(framed[0].format(note))
    for key, answer in answers.items():
        value = answer.value
        if isinstance(value, Items):
            items = tuple(
                replace(item, key=f"{name}{n}", cells={**item.cells, "id": f"{name}{n}"} | {
                    champ.id: framed[1].format(place) for champ in load().questions[key].champs if champ.type in ("texte", "reference") and champ.id != "id"
                })
                for n, item in enumerate(value.elements)
            )  # fmt: skip
            value = replace(value, elements=items)
        answers[key] = replace(answer, value=value, note=framed[2].format(note), par=author, preuve=f"{piece}.pdf", qui=author)
    follow = {
        key: FollowUp(responsable=author, commentaire=comment) for key in ("csi-panneaux-a-chaque-acces", "rgpd-aipd-due", "bilan-annuel")
    }
    made = communicable(_view(answers, follow))
    text = _texts(made).replace("\\", "")
    for secret in drawn:
        assert secret.lower() not in text.lower()


@settings(max_examples=4, phases=[Phase.generate])
@given(secrets)
def test_no_secret_is_in_the_bytes_of_the_word_file(secret: str) -> None:
    answers = {key: replace(answer, note=f"Vu par {secret}.", par=secret) for key, answer in _dossier("cameras-pietons").answers.items()}
    for assessment in communicable(_view(answers)).assessments:
        content = word.render(assessment.text, meta=word.Meta(title="AIPD", created=DAY))
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            whole = "".join(re.sub("<[^>]+>", "", package.read(part).decode("utf-8", "replace")) + part for part in package.namelist())
        assert secret.lower() not in whole.lower()


LEVELS = re.compile(r"^\{\"risques\"|Aujourd'hui, ")  # the levels of risk are said,
LEVEL = re.compile(r"^- \*\*(?:Vraisemblance|Gravité).*?\*\*| Après le plan : .*")  # not their reasons


@pytest.mark.parametrize(
    ("profile", "name"),
    [
        ("complet", "mesures_techniques"),
        ("complet", "mesures_organisation"),
        ("petite-commune", "mesures_techniques"),
        ("cameras-pietons", "pietons_securite"),
    ],
)
def test_which_protection_lacks_cannot_be_told_from_the_document(profile: str, name: str) -> None:
    """Dossiers that lack different protections, with as many findings of each verdict, give the same document but for the levels of risk."""
    base, options = dict(_dossier(profile).answers), load().questions[name].options
    hidden = [option for option in options if _hidden().covers(name, option)]
    found: dict[tuple[tuple[str, int], ...], dict[str, list[str]]] = {}
    for lacking in hidden:
        view = _view(base | {name: Answer(Choices(frozenset(options) - {lacking}, frozenset({lacking})))})
        lines = [LEVEL.sub("", line) for line in _texts(communicable(view)).splitlines() if not LEVELS.search(line)]
        found.setdefault(tuple(sorted(Counter(f.verdict for f in view.findings).items())), {})[lacking] = lines
    assert any(len(same) > 1 for same in found.values())
    for same in found.values():
        (one, lines), *others = same.items()
        for other, theirs in others:
            assert [pair for pair in zip(lines, theirs, strict=True) if pair[0] != pair[1]] == [], (one, other)


def test_the_same_name_has_the_same_number_from_one_sentence_to_the_next() -> None:
    made = communicable(_view(dict(_dossier("complet").answers)))
    assert "Médiathèque" not in _texts(made)
    assert "le site 7" in _texts(made).lower()


def test_an_ordinary_sentence_stays_and_any_other_is_masked() -> None:
    read = rule(load(), load().data["communication"], {"Abords de la Tour": "site 3"}).read
    assert read("Vols de vélos : 17 en 2022, 21 en 2023.").printed == "Vols de vélos : 17 en 2022, 21 en 2023."
    assert read("Deux agents passent aux Abords de la Tour.").printed == "Deux agents passent au site 3."
    for text in (
        "Le code de la porte est 4521.", "Vu par M. Petit.", "Vu par M.\nPetit est venu.", "La caméra 2 ne voit pas la rue de la mairie.", "Appeler le 06 12 34 56 78.",
        "Serveur en 10.0.0.4", "La tour est filmée.", "petit@mairie.fr", "Petit a vu les images.", "La mairie a 31415 euros.", "Images sur l'enregistreur du couloir",
    ):  # fmt: skip
        assert "masqué" in read(text).printed and not read(text).kept, text


def test_a_mask_that_changes_a_verdict_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    view = _view(dict(_dossier("complet").answers))
    wrong = replace(view, findings=(replace(view.findings[0], verdict="conforme"), *view.findings[1:]))
    with pytest.raises(DocumentError, match="Rien n'est publié"):
        communicable(wrong)


def test_the_same_bytes_twice() -> None:
    view = _view(dict(_dossier("depots").answers))
    assert _texts(communicable(view)) == _texts(communicable(view))

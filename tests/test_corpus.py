"""Knowledge files: what is refused on loading, and where the message points; the real base is sound and its examples are really run."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dpia import checks
from dpia.coherence import CorpusError
from dpia.corpus import build, load
from dpia.facts import AnsweredFacts
from dpia.risks import evaluate
from tests.fixtures import small
from tests.fixtures.random_dossiers import Drawer, assemble, dice

QUESTIONS = """\
theme: conservation
titre: La conservation
questions:
  - id: enregistre
    type: oui_non
    libelle: Enregistrez-vous ?
    qui_sait: [installateur]
  - id: duree
    type: nombre
    libelle: Combien de temps ?
    si: enregistre
  - id: lieux
    type: choix_multiple
    libelle: Quels lieux ?
    options: {rue: La rue, hall: Le hall}
  - id: cameras
    type: liste
    element: caméra
    libelle: Quelles caméras ?
    champs:
      - {id: id, type: texte, libelle: Numéro}
      - {id: voit, type: oui_non, libelle: Voit-elle un logement ?}
      - id: masque
        type: oui_non
        libelle: Est-il masqué ?
        si: voit
"""

LAW = """\
corpus: CSI
faits:
  - id: rue
    libelle: la rue est filmée
    vrai_si: lieux contient rue
    source: CSI, L. 251-2
regles:
  - id: un-mois
    titre: Garder un mois au plus
    famille: DUR
    quand: rue et enregistre
    satisfait_si: duree <= 30
    gravite: bloquante
    certitude: etablie
    en_vigueur: {du: 2023-11-30}
    fondement:
      - {texte: CSI, article: L. 252-5, etat_du: 2026-04-03, verifie_le: 2026-11-25, lu: texte}
    obligation: Un mois au plus.
    a_faire: Régler l'enregistreur.
    qui: maire
    cadre_aipd: conservation
    exemples:
      - {faits: {rue: oui, enregistre: oui, duree: 15}, verdict: conforme}
      - {faits: {rue: oui, enregistre: oui, duree: 45}, verdict: ecart}
      - {faits: {rue: oui, enregistre: oui}, verdict: a_verifier}
"""
Q, L = "questionnaires/01-essai.yaml", "law/essai.yaml"


def texts(*changes: tuple[str, str], **whole: str) -> dict[str, str]:
    """The two files, each change made once in whichever holds the passage; `whole`: files replaced."""
    found = small.files(QUESTIONS, LAW)
    for old, new in changes:
        [file] = [file for file in (Q, L) if found[file].count(old) == 1]
        found[file] = found[file].replace(old, new)
    return found | {f"law/{name}.yaml": text for name, text in whole.items()}


def refusal(files: Mapping[str, str]) -> str:
    with pytest.raises(CorpusError) as caught:
        build(files)
    return str(caught.value)


def test_the_small_files_are_sound_as_they_stand() -> None:
    base = build(texts())
    assert not [line for line in checks.check(base) if "cameras" not in line and "masque" not in line]
    assert [read.rule.id for read in base.rules] == ["un-mois"]
    assert str(base.since) == "2023-11-30" and base.version == "2026-11-25"


@pytest.mark.parametrize(
    ("old", "new", "file", "line", "block", "said"),
    [
        # names
        ("duree <= 30", "dure <= 30", L, 8, "un-mois", "satisfait_si : « dure <= 30 », colonne 1 : « dure » n'est ni une question, ni un champ, ni un fait dérivé ; vouliez-vous « duree » ?"),
        ("quand: rue et", "quand: ruelle et", L, 8, "un-mois", "quand : « ruelle et enregistre »"),
        ("vrai_si: lieux contient rue", "vrai_si: lieu contient rue", L, 3, "rue", "vouliez-vous « lieux » ?"),
        ("si: enregistre", "si: enregistree", Q, 8, "duree", "vouliez-vous « enregistre » ?"),
        ("si: voit", "si: voir", Q, 23, "masque", "vouliez-vous « voit » ?"),
        # options
        ("lieux contient rue", "lieux contient ruelle", L, 3, "rue", "« ruelle » n'est pas une option (hall, rue) ; vouliez-vous « rue » ?"),
        ("{rue: La rue,", "{La rue: La rue,", Q, 12, "lieux", "l'option « La rue » s'écrit en minuscules"),
        # types
        ("duree <= 30", "duree contient rue", L, 8, "un-mois", "n'est pas une option"),
        ("duree <= 30", "duree = oui", L, 8, "un-mois", "un fait de type nombre ne se compare pas"),
        ("    quand: rue et", "    pour_chaque: duree\n    quand: rue et", L, 8, "un-mois", "« duree » n'est pas une liste"),
        # order
        ("si: enregistre", "si: lieux contient rue", Q, 8, "duree", "« si » nomme « lieux », posée plus tard"),
        ("si: enregistre", "si: rue", Q, 8, "duree", "« si » nomme « lieux », posée plus tard"),  # through a derived fact
        ("si: enregistre", "si: duree >= 3", Q, 8, "duree", "« si » nomme « duree », posée plus tard"),
        ("si: enregistre", "si: une cameras avec (voit)", Q, 8, "duree", "« si » nomme « cameras », posée plus tard"),
        ("si: voit", "si: masque", Q, 23, "masque", "« si » nomme « masque », posée plus tard"),
        ("si: voit", "si: aucune cameras avec (masque)", Q, 23, "masque", "« si » nomme « masque », posée plus tard"),
        ("vrai_si: lieux contient rue", "vrai_si: rue ou enregistre", L, 3, "rue", "le fait dépend de lui-même"),
        # keys
        ("    famille: DUR", "    famile: DUR", L, 8, "un-mois", "clé inconnue « famile »"),
        ("    famille: DUR\n", "", L, 8, "un-mois", "il manque la clé « famille »"),
        ("    titre: Garder un mois au plus\n", "", L, 8, "un-mois", "il manque la clé « titre »"),
        ("    libelle: Combien de temps ?", "    libele: Combien de temps ?", Q, 2, "duree", "libel"),
        ("    qui_sait: [installateur]", "    qui_sais: [installateur]", Q, 4, "enregistre", "clé inconnue « qui_sais » (questions[0])"),
        ("        si: voit", "        sii: voit", Q, 23, "masque", "clé inconnue « sii » (questions[3].champs[2])"),
        ("    source: CSI, L. 251-2\n", "", L, 3, "rue", "il manque la clé « source »"),
        ("type: nombre", "type: nombr", Q, 8, "duree", "valeur impossible 'nombr'"),
        ("gravite: bloquante", "gravite: grave", L, 8, "un-mois", "valeur impossible 'grave'"),
        ("libelle: Combien de temps ?", "libelle: 12", Q, 8, "duree", "texte attendu, nombre entier trouvé (questions[1].libelle)"),
        ("regles:", "règles:", L, 1, "", "clé inconnue « règles » ; vouliez-vous « regles » ?"),
        # duplicates
        ("    famille: DUR", "    famille: DUR\n    famille: FIN", L, 11, "", "la clé « famille » est écrite deux fois ; gardez-en une"),
        ("id: duree", "id: enregistre", Q, 8, "enregistre", "est déjà pris, réservé ou mal formé"),
        ("id: duree", "id: nombre", Q, 8, "nombre", "est déjà pris, réservé ou mal formé"),
        ("id: duree", "id: Durée", Q, 8, "Durée", "est déjà pris, réservé ou mal formé"),
        ("- id: rue", "- id: duree", L, 3, "duree", "est déjà pris, réservé ou mal formé"),
        ("{id: voit,", "{id: id,", Q, 22, "cameras", "le champ « id » est déjà pris"),
        ("{id: id, type: texte", "{id: numero, type: texte", Q, 16, "cameras", "« id » le premier"),
        # sources, examples, doubt, role, window
        ("      - {texte: CSI, article: L. 252-5, etat_du: 2026-04-03, verifie_le: 2026-11-25, lu: texte}\n", "      []\n", L, 8, "un-mois", "au moins un fondement, un exemple"),
        ("lu: texte", "lu: commentaire", L, 8, "un-mois", "aucun fondement n'a été lu"),
        ("certitude: etablie", "certitude: a_confirmer", L, 8, "un-mois", "dit son doute"),
        ("certitude: etablie", "certitude: discutee\n    doute: X", L, 8, "un-mois", "deux lectures, dont une seule prudente"),
        ("gravite: bloquante", "gravite: bloquante\n    plafond: a_verifier", L, 8, "un-mois", "« plafond » nomme dans « a_produire » la pièce"),
        ("qui: maire", "qui: zorro", L, 8, "un-mois", "« qui: zorro » n'est pas dans interlocuteurs.yaml (maire, installateur)"),
        ("en_vigueur: {du: 2023-11-30}", "en_vigueur: []", L, 8, "un-mois", "une fenêtre « en_vigueur »"),
        ("en_vigueur: {du: 2023-11-30}", "en_vigueur: [{du: 2023-11-30, au: 2024-06-30}, {du: 2024-06-30}]", L, 8, "un-mois", "deux fenêtres « en_vigueur » se chevauchent au 2024-06-30"),
        ("en_vigueur: {du: 2023-11-30}", "en_vigueur: {du: 2023-11-30}\n    versions: [{en_vigueur: {du: 2025-01-01}}]", L, 8, "un-mois", "se chevauchent au 2025-01-01"),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_refused_with_its_place(old: str, new: str, file: str, line: int, block: str, said: str) -> None:
    message = refusal(texts((old, new)))
    assert message.startswith(file)
    assert said in message
    assert block in message
    if line > 2:
        assert f"ligne {line}" in message, message


def test_a_missing_examples_key_is_refused() -> None:
    without = LAW[: LAW.index("    exemples:")]
    assert "un-mois : il manque la clé « exemples »" in refusal(small.files(QUESTIONS, without))
    assert "au moins un fondement, un exemple" in refusal(small.files(QUESTIONS, without + "    exemples: []\n"))


def test_two_files_may_not_define_the_same_rule_for_the_same_days() -> None:
    assert "law/second.yaml, ligne 8, un-mois : deux fenêtres" in refusal(
        texts(second=LAW.replace("- id: rue", "- id: rue2").replace("corpus: CSI", "corpus: X"))
    )


def test_wordings_of_a_rule_may_follow_one_another() -> None:
    base = build(
        texts(
            (
                "en_vigueur: {du: 2023-11-30}",
                "en_vigueur: {du: 2023-11-30, au: 2024-06-30}\n    versions: [{en_vigueur: {du: 2024-07-01}, satisfait_si: duree <= 15}]",
            )
        )
    )
    assert [read.rule.satisfait_si for read in base.rules] == ["duree <= 30", "duree <= 15"]


@pytest.mark.parametrize("text", ["", "- 1\n", "texte\n"])
def test_a_file_that_holds_no_key_is_refused(text: str) -> None:
    assert refusal(texts(vide=text)).startswith("law/vide.yaml, ligne 1")


def test_yaml_that_cannot_be_read_is_refused_with_its_line() -> None:
    message = refusal(texts(("  - id: un-mois", "  - id: [un-mois")))
    assert message.startswith(f"{L}, ligne ") and "ce n'est pas du YAML lisible" in message


def test_a_questionnaire_without_questions_is_not_ignored() -> None:
    assert "questionnaires/02.yaml" in refusal({**texts(), "questionnaires/02.yaml": "theme: x\ntitre: X\nquestion: []\n"})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("duree: 15}, verdict: conforme", "duree: 15}, verdict: ecart", "exemple 1 : attendu ecart, obtenu conforme"),
        ("enregistre: oui}, verdict: a_verifier", "enregistre: oui}, verdict: conforme", "obtenu a_verifier (manque : duree)"),
        ("duree: 15}, verdict", "dure: 15}, verdict", "« dure » n'est ni une question ni un fait"),
        ("duree: 15}, verdict", "duree: long}, verdict", "« duree » : un nombre est attendu"),
        ("      - {faits: {rue: oui, enregistre: oui}, verdict: a_verifier}\n", "", "il faut des exemples pour un écart"),
        ("      - {faits: {rue: oui, enregistre: oui, duree: 45}, verdict: ecart}\n", "", "il faut des exemples pour un écart"),
    ],
)
def test_a_false_or_missing_example_fails_the_check_with_its_place(old: str, new: str, said: str) -> None:
    problems = list(checks.check(build(texts((old, new)))))
    assert any(line.startswith(f"{L}, ligne 8, un-mois") and said in line for line in problems), problems


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    satisfait_si: duree <= 30", "    satisfait_si: enregistre", "ligne 8, duree : aucune règle ni aucun document ne s'en sert"),
        ("[installateur]", "[zorro]", "ligne 4, enregistre : « zorro » n'est pas dans interlocuteurs.yaml"),
        ("{rue: La rue, hall: Le hall}", "{rue: La rue}", "ligne 12, lieux : au moins deux options"),
        (
            "{rue: La rue, hall: Le hall}",
            "{rue: R, b: b, c: c, d: d, e: e, f: f, g: g, h: h, i: i, j: j}",
            "ligne 12, lieux : plus de neuf options",
        ),
    ],
)
def test_the_check_names_questions_that_serve_nothing_or_nobody_could_answer(old: str, new: str, said: str) -> None:
    assert any(line.startswith(f"{Q}, {said}") for line in checks.check(build(texts((old, new)))))


def test_an_example_may_make_a_question_absent_and_fix_the_day() -> None:
    exemples = "      - {faits: {rue: oui, enregistre: oui, duree: absente}, verdict: sans_objet}\n"
    assert not [line for line in checks.check(build(texts(("    exemples:\n", "    exemples:\n" + exemples)))) if "un-mois" in line]


# -- the real base


def test_the_real_base_is_sound() -> None:
    assert list(checks.check(load())) == []


def test_every_rule_of_the_real_base_has_a_dated_source_and_examples_that_turn() -> None:
    for read in load().rules:
        assert all(source.verifie_le for source in read.rule.fondement), read.rule.id
        assert {example.verdict for example in read.rule.exemples} & {"ecart", "interdit", "a_verifier"}, read.rule.id


def test_in_each_law_file_a_falsified_example_is_noticed() -> None:
    with_rules = [file for file, text in small.shipped().items() if ", verdict: conforme}" in text]
    assert len(with_rules) >= 10
    falsified = {file: small.shipped()[file].replace(", verdict: conforme}", ", verdict: ecart}", 1) for file in with_rules}
    problems = list(checks.check(build(small.shipped() | falsified)))
    for file in with_rules:
        assert any(line.startswith(f"{file}, ligne ") and "attendu ecart, obtenu conforme" in line for line in problems), file


@pytest.mark.parametrize("file", [name for name in small.shipped() if "\n    quand: " in small.shipped()[name]])
def test_in_each_law_file_a_misspelt_name_is_refused_with_file_rule_and_line(file: str) -> None:
    message = refusal(small.shipped() | {file: small.shipped()[file].replace("\n    quand: ", "\n    quand: inexistante et ", 1)})
    assert message.startswith(f"{file}, ligne ")
    assert "quand : « inexistante et" in message


def test_the_digest_follows_every_byte_of_the_files() -> None:
    changed = small.shipped() | {"law/faits.yaml": small.shipped()["law/faits.yaml"] + "# relu\n"}
    assert build(small.shipped()).digest == load().digest != build(changed).digest


def test_every_rung_of_the_risks_can_be_read_on_any_dossier() -> None:
    """The conditions of risques.yaml are read when a risk is rated: rate them on dossiers that reach every rung."""
    base = load()
    for seed in range(20):
        risks = evaluate(base, AnsweredFacts(base, assemble(base, Drawer(base, dice(seed)).pieces()), small.TODAY))
        assert {risk.id for risk in risks} <= {table["id"] for table in base.data["risques"]} and len(risks) >= 8
        assert all(
            1 <= level.value <= 4
            for risk in risks
            for level in (risk.severity, risk.likelihood, risk.residual_severity, risk.residual_likelihood)
        )
    for table in base.data["risques"]:
        for step in (table, *table["gravite"], *table["vraisemblance"], *table["mesures"]):
            if "si" in step:
                small.read(base, step["si"])

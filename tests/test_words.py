"""The words of the questions: readable French, no jargon, terms that the glossary defines, and room for all of it on a small screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.output import DummyOutput

from dpia import corpus, glossary
from dpia.model import Question, Theme
from dpia.terminal.screen import wrap

# Thresholds of the measure of Kandel and Moles, from 0 (learned) to 100 (very easy); 30 to 50 reads as difficult, above 50 as ordinary prose.
LABEL, HELP, BOTH = 45, 45, 50
FEWEST = 10  # words: below, one long word decides alone of the measure
LONGEST, LONGEST_OPTION = 25, 30  # words of a sentence
ROOM = 24 - 3  # lines of a screen, less two lines of keys and the line typed on or the error

# What stays hard to read, and why. A name that no longer needs its line here makes the test fail.
HARD = {
    "controles": "la commission départementale de vidéoprotection n'a pas d'autre nom",
    "interco_recrutement": "intercommunalité, communes, policiers municipaux : les mots du code",
    "prestataires": "installer, enregistrer, intervenir : chaque mot est courant, la somme est longue",
    "circulation_homologue_dossier": "homologué et intercommunalité sont les mots du code de la route et de la commune",
    "stationnement_dispenses": "l'énumération entre parenthèses évite une aide de plus",
    "securite_privee_autorisee": "autorisation d'exercer et carte professionnelle sont les deux titres que la loi demande",
}
NAMES = re.compile(r"\b(?:Numéro|Date|Nom|Latitude|Longitude|Direction|Angle|Portée) (?:de |du |des |d'|l'|\()")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, or a field of a list, with the path and the name of an element that its title bears on the screen."""

    path: str
    question: Question
    element: str = ""
    field: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.question.libelle, self.question.aide, *self.question.options.values())


@cache
def asked() -> tuple[Asked, ...]:
    return tuple(
        one
        for question in corpus.load().questions.values()
        for one in (
            Asked(question.id, question),
            *(Asked(f"{question.id}.{champ.id}", champ, question.element, True) for champ in question.champs),
        )
    )


def each(*skipped: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("one", [one for one in asked() if one.path not in skipped], ids=lambda one: one.path)


# The measure


VOWELS = re.compile(r"[iuy]?é|[aàâäeèêëiîïoôöuùûüyœæ]+")
MUTE = re.compile(r"(?<![aàâäeèêëiîïoôöuùûüyœæ])es?$|(?<=[éiuoa])es?$")


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.?!…])\s+(?=[«A-ZÀÂÇÉÈÊÎÔŒ\d])|\n+", text) if re.search(r"\w", part)]


def words(text: str) -> list[str]:
    """Words with a vowel; "d'enquête" is one, "a-t-il" two."""
    return [word for word in re.findall(r"[\w'’]+", text) if VOWELS.search(word.lower())]


def syllables(word: str) -> int:
    """Spoken syllables: groups of vowels, a final mute e apart.

    The hyphenation dictionaries (pyphen, textstat) never cut off one letter: "agent", "image", "école" have one syllable for them.
    On 56 words counted by hand they are wrong on 18, this on 2.
    """
    return max(1, len(VOWELS.findall(MUTE.sub("", word.lower()))))


def ease(text: str) -> float:
    """Reading ease of a French text: Kandel and Moles, 1958, after Flesch: 207 - 1.015 words per sentence - 73.6 syllables per word."""
    told = words(text)
    return 207 - 1.015 * len(told) / len(sentences(text)) - 73.6 * sum(map(syllables, told)) / len(told)


def test_the_measure_on_sentences_counted_by_hand() -> None:
    by_hand = {
        "agent": 2,
        "école": 2,
        "caméra": 3,
        "préfet": 2,
        "réquisition": 4,
        "policiers": 3,
        "voie": 1,
        "que": 1,
        "théâtre": 2,
        "européen": 4,
    }
    assert {word: syllables(word) for word in by_hand} == by_hand
    # Le / mai-re / a / si-gné / un / ar-rê-té: 6 words, 1 + 1 + 1 + 2 + 1 + 3 = 9 syllables.
    assert ease("Le maire a signé un arrêté.") == pytest.approx(207 - 1.015 * 6 - 73.6 * 9 / 6)
    # Re-gar-dez / les / i-mages: 3 words, 6 syllables. Com-bien / d'a-gents / les / voient: 4 words, 2 + 2 + 1 + 1 = 6 syllables.
    assert ease("Regardez les images. Combien d'agents les voient ?") == pytest.approx(207 - 1.015 * 7 / 2 - 73.6 * 12 / 7)
    assert [len(words(one)) for one in sentences("Le logiciel analyse-t-il « la rue » ? Oui : 1. la place ; 2. le pont.")] == [6, 5]


@each()
def test_a_question_can_be_read(one: Asked) -> None:
    """Label, help, and the two together; sentences of one breath."""
    label, aid = one.question.libelle, one.question.aide
    told = [
        f"{name} : {ease(text):.0f}, il en faut {least}"
        for name, text, least in (("libellé", label, LABEL), ("aide", aid, HELP), ("libellé et aide", f"{label}\n{aid}", BOTH))
        if len(words(text)) >= FEWEST and ease(text) < least
    ]
    if one.path in HARD:
        assert told, f"{one.path} se lit bien : retirez-le de HARD"
    else:
        assert not told, f"{one.path} : phrases trop longues ou mots trop longs ({' ; '.join(told)})"
    long = [part for part in (*sentences(label), *sentences(aid)) if len(words(part)) > LONGEST]
    long += [part for text in one.question.options.values() for part in sentences(text) if len(words(part)) > LONGEST_OPTION]
    assert not long, f"{one.path} : coupez cette phrase en deux : {long[0]}"


def test_the_exceptions_are_questions() -> None:
    assert set(HARD) <= {one.path for one in asked()}


# The way it is written


NEGATIVE = re.compile(r"\b(?:n'|(?:ne|ni|non|jamais|aucune?|sans(?: aucune?)?)(?!\w))", re.IGNORECASE)
CONDITIONAL = re.compile(r"(?!(?:extr|retr|portr|attr|abstr|distr)ait)\b\w{2,}r(?:aient|ait|ais|ions|iez)(?!\w)", re.IGNORECASE)
TYPOGRAPHY = (
    (r"[\"“”]", "les guillemets sont « français »"),
    (r"«(?![ \xa0])|(?<![ \xa0])»", "une espace suit « et précède »"),
    (r"(?<![\s\xa0])[;?!]", "une espace précède ; ? !"),
    (r"(?<![\s\xa0]):(?!//)", "une espace précède :"),
    (r" [.,)]|\( ", "pas d'espace avant . , ) ni après ("),
    (r"\.\.\.", "les points de suspension sont un seul signe : …"),
    (r"’", "l'apostrophe est droite dans ces fichiers"),
    (r"\S  +\S", "une seule espace entre deux mots"),
    (r"\bet\s*/\s*ou\b", "« et/ou » : dites lequel"),
)


@each()
def test_a_question_is_well_put(one: Asked) -> None:
    label = one.question.libelle
    if label.endswith(" ?"):
        assert label.count("?") == 1, f"{one.path} : une question à la fois"
    else:
        assert one.field and NAMES.match(label), f"{one.path} : un libellé finit par « ? » ; seul un champ peut être un nom"
    assert len(NEGATIVE.findall(label)) < 2, f"{one.path} : deux négations dans une question : {label}"
    for text in one.texts:
        unreal = CONDITIONAL.findall(text)
        assert not unreal, f"{one.path} : pas de conditionnel : {unreal[0]}"
        for wrong, told in TYPOGRAPHY:
            assert not re.search(wrong, text), f"{one.path} : {told} : {text}"


@each()
def test_a_question_speaks_no_jargon(one: Asked) -> None:
    found = glossary.jargon("\n".join(one.texts))
    assert not found, f"{one.path} : " + " ; ".join(f"« {word} » : dites {instead}" for word, instead in found.items())


@pytest.mark.parametrize("theme", corpus.load().themes, ids=lambda theme: theme.theme)
def test_an_introduction_is_short_and_plain(theme: Theme) -> None:
    text = f"{theme.titre}\n{theme.intro}"
    assert not glossary.jargon(text)
    assert not [part for part in sentences(text) if len(words(part)) > LONGEST]
    assert sum(len(wrap(line)) for line in theme.intro.strip().split("\n")) <= 6
    assert not [told for wrong, told in TYPOGRAPHY if re.search(wrong, text)]


# The glossary


def test_a_term_is_found_whatever_its_form() -> None:
    def names(text: str) -> list[str]:
        return [term.name for term in glossary.terms(text)]

    assert names("Deux réquisitions, puis une\nanalyse  d’impact ; RÉQUISITION, requisition.") == ["réquisition", "analyse d'impact (AIPD)"]
    assert names("Le délégué à la protection des données du rectorat") == ["délégué à la protection des données (DPO)"]
    assert names("Les visages sont masqués ; elle arrête ; un horodateur ; un arrêtoir") == []
    assert names("Un agent de surveillance de la voie publique") == ["agent de surveillance de la voie publique (ASVP)"]
    assert names("") == []


def test_what_a_text_defines_is_not_defined_twice() -> None:
    text = "Une entreprise qui voit des images est un « sous-traitant ». Sa réquisition."
    assert [term.name for term in glossary.undefined(text)] == ["réquisition"]
    assert glossary.undefined(text, glossary.terms("réquisition")) == ()


@pytest.mark.parametrize("term", glossary.everything(), ids=lambda term: term.name)
def test_a_definition_is_one_short_sentence_of_simpler_words(term: glossary.Term) -> None:
    assert term.meaning.endswith(".") and len(sentences(term.meaning)) == 1 and len(term.meaning.split()) <= 25
    assert not glossary.jargon(term.meaning)
    for other in glossary.terms(term.meaning):
        deeper = [again.name for again in glossary.terms(other.meaning) if again != other]
        assert other == term or not deeper, f"« {term.name} » s'explique par « {other.name} », qui s'explique par {deeper}"
    assert not [told for wrong, told in TYPOGRAPHY if re.search(wrong, term.meaning)]


def test_the_glossary_holds_what_is_asked_and_nothing_else() -> None:
    told = "\n".join(text for one in asked() for text in one.texts) + "\n".join(theme.intro for theme in corpus.load().themes)
    assert [term.name for term in glossary.everything() if term not in glossary.terms(told)] == []
    assert [term.name for term in glossary.everything() if glossary.jargon(term.name)] == []
    marks = " ".join(told.split())
    assert [mark for term in glossary.everything() for mark in term.told if mark not in marks] == []


# The screen


def lines(text: str, indent: int = 0) -> int:
    return sum(len(wrap(part, indent)) for part in text.strip().split("\n") if part)


def screens(one: Asked) -> Iterator[tuple[str, int]]:
    """The screens of a question, each with its lines: the title, the help, what the choices mean, the rows."""
    question = one.question
    name = f"{one.element.capitalize()} Parking de la salle des fêtes · " if one.element else ""
    head = lines(name + question.libelle) + lines(question.aide, 2)
    options = list(question.options.values())
    match question.type:
        case "oui_non":
            yield "seul", head + 3
        case "choix" | "reference":
            yield "seul", head + sum(lines(option, 3) for option in options) + 1
        case "choix_multiple":
            repeated = 2 if one.field else 0  # "Comme « … »"
            yield "seul", head + sum(lines(f"[ ] {option}", 7) for option in options) + 2 + repeated
        case _:
            yield "seul", head
    if one.field and question.type in ("oui_non", "choix", "reference"):
        legend = 1 if question.type == "oui_non" else sum(lines(f"1 : {option}", 5) for option in (*options, "Je ne sais pas"))
        yield (
            "six à la fois",
            lines(f"{one.element.capitalize()} par {one.element} · {question.libelle}") + lines(question.aide, 2) + legend + 7,
        )


@each()
def test_a_question_fits_a_small_screen_with_its_help(one: Asked) -> None:
    with create_app_session(output=DummyOutput()):  # 80 columns
        for name, count in screens(one):
            assert count <= ROOM, f"{one.path} ({name}) : {count} lignes pour {ROOM} ; raccourcissez l'aide ou les options"


def test_the_definitions_leave_the_question_on_the_screen() -> None:
    """In the order of the interview, a question with its help and the meaning of the terms that it is the first to use."""
    known: set[glossary.Term] = set()
    with create_app_session(output=DummyOutput()):
        for one in asked():
            text = "\n".join(one.texts)
            first = glossary.undefined(text, known)
            known |= set(glossary.terms(text))
            count = max(count for _, count in screens(one)) + sum(lines(f"{term.name} : {term.meaning}", 2) for term in first)
            assert count <= 24, f"{one.path} : {count} lignes avec {[term.name for term in first]}"

"""The sign in other languages: French alone, or French and two others at least (loi 94-665, art. 4).

The translations are data (law/panneaux-traductions.yaml), found by the French sentence; names and addresses stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from dpia.documents.sign_text import ONE_TRANSLATION, Section, SignContent, SignError, Translation, clean, rows

FRENCH = "fr"
WHERE = "Les adresses sont dans le texte français."
_KEPT = ("responsable", "pourquoi", "savoir", "duree", "droits", "reclamation")  # the decree and the addresses are in French only
_NUMBER = re.compile(r"\d+")
_SENTENCE = re.compile(r"(?<=\.) (?=[A-ZÉÀ])")

Sentences = Iterable[Mapping[str, str]]  # the French under « fr », each language under its code


class UntranslatedError(SignError):
    """A sentence of the sign has no translation: names it."""


def chosen(asked: str | None, known: Mapping[str, str]) -> tuple[str, ...]:
    """Read « fr,en,de »: the languages besides French, in this order. Raises SignError: unknown, twice, or one alone."""
    codes = [code for code in re.split(r"[\s,;]+", (asked or "").lower()) if code]
    foreign = [code for code in codes if code != FRENCH]
    for code in foreign:
        if code not in known:
            offered = ", ".join(f"{name} ({key})" for key, name in known.items())
            raise SignError(f"langue inconnue : « {clean(code)[:20]} ». Le panneau se traduit en {offered}.")
    if len(set(codes)) < len(codes):
        raise SignError("une langue est demandée deux fois. Exemple : --langues fr,en,de.")
    if len(foreign) == 1:
        raise SignError(ONE_TRANSLATION)
    if codes and FRENCH not in codes:
        raise SignError("le panneau est en français, avec ou sans traductions (loi n° 94-665, art. 3). Exemple : --langues fr,en,de.")
    return tuple(foreign)


def translated(content: SignContent, languages: tuple[str, ...], sentences: Sentences) -> SignContent:
    """Return the sign with its translations. Raises UntranslatedError."""
    table = {_key(texts[FRENCH]): texts for texts in sentences}
    return replace(content, traductions=tuple(_translation(content, language, table) for language in languages))


def _translation(content: SignContent, language: str, table: Mapping[str, Mapping[str, str]]) -> Translation:
    def say(french: str) -> str:
        """A sentence of the table, or each of its sentences."""
        if _key(french) in table or len(sentences := _SENTENCE.split(clean(french))) == 1:
            return one(french)
        return " ".join(map(one, sentences))

    def one(french: str) -> str:
        numbers = _NUMBER.findall(french)
        entry = table.get(_key(french)) or (table.get(_key(_NUMBER.sub("{n}", french))) if len(numbers) == 1 else None)
        if entry is None or language not in entry:
            raise UntranslatedError(f"{content.where()} : « {french} » n’a pas de traduction.")
        return clean(entry[language].replace("'", "’").replace("{n}", "".join(numbers)))

    def section(found: Section) -> Section:
        if found.cle == "responsable":
            lines = found.lignes
        elif found.cle == "droits":
            lines = (say(content.droits), *((say(WHERE),) if clean(content.contact_droits) or clean(content.dpo) else ()))
        else:
            lines = tuple(map(say, found.lignes))
        return found._replace(titre=say(found.titre), lignes=lines, taille=1.0)

    kept = (found for row in rows(content) for found in row if found.cle in _KEPT)
    return Translation(language, say(content.titre), tuple(map(section, kept)))


def _key(french: str) -> str:
    return clean(french).replace("\u00a0", " ").replace("'", "’")

"""The words that the questions use and a clerk may not know: `questionnaires/glossaire.yaml`, found again in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from dpia.language import FRENCH
from dpia.resources import folder
from dpia.shapes import convert
from dpia.yamlfile import read_answers, read_knowledge

FILE = "glossaire.yaml"


@dataclass(frozen=True, slots=True)
class Term:
    """A term, what it means in one sentence, and the text that says so (empty: everyday words)."""

    name: str
    meaning: str
    source: str = ""
    told: tuple[str, ...] = ()  # words by which a text defines the term itself

    def defined_in(self, text: str) -> bool:
        """Tell whether a text says by itself what the term means."""
        return any(words in " ".join(text.split()) for words in self.told)


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    terme: str
    dit: str
    formes: tuple[str, ...] = ()
    source: str = ""
    deja: tuple[str, ...] = ()


class _Avoided(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    mot: str
    dites: str
    formes: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    termes: tuple[_Entry, ...]
    jargon: tuple[_Avoided, ...]


def terms(text: str, language: str = FRENCH) -> tuple[Term, ...]:
    """Give the terms that a text uses, in the order of their first appearance; `language`: of the text, and of the terms.

    Whole words only, in any case, with their accents or without any: "RÉQUISITION" and "requisition" are found, "masqué" is not "masque".
    """
    pattern, known = _terms(language)
    found = dict.fromkeys(known[_key(match[0])] for match in pattern.finditer(_flat(text)))
    return tuple(found)


def undefined(text: str, already: Iterable[Term] = (), language: str = FRENCH) -> tuple[Term, ...]:
    """Give the terms of a text that neither the text itself defines nor `already` holds."""
    known = set(already)
    return tuple(term for term in terms(text, language) if term not in known and not term.defined_in(text))


def everything() -> tuple[Term, ...]:
    """Give the whole glossary, in the order of the file."""
    return tuple(dict.fromkeys(_terms(FRENCH)[1].values()))


def jargon(text: str) -> dict[str, str]:
    """Give the words of a text that no question should use, each with what to say instead."""
    pattern, instead = _jargon()
    return {match[0]: instead[_key(match[0])] for match in pattern.finditer(_flat(text))}


@cache
def _file() -> _File:
    text = (folder("questionnaires") / FILE).read_text(encoding="utf-8")
    return convert(f"questionnaires/{FILE}", read_knowledge(text), _File)


def _entries(language: str) -> tuple[_Entry, ...]:
    """The terms in a language; one that its file does not give stays in French."""
    entries = _file().termes
    if language == FRENCH:
        return entries
    said = read_answers((folder("questionnaires") / "traductions" / language / FILE).read_text(encoding="utf-8")) or {}
    return tuple(_translated(entry, said.get(entry.terme) or {}) for entry in entries)


def _translated(entry: _Entry, said: Mapping[str, Any]) -> _Entry:
    if not (said.get("terme") and said.get("dit")):
        return entry
    return _Entry(
        terme=said["terme"],
        dit=said["dit"],
        formes=tuple(said.get("formes") or ()),
        deja=tuple(said.get("deja") or ()),
        source=entry.source,
    )


@cache
def _terms(language: str) -> tuple[re.Pattern[str], dict[str, Term]]:
    entries = _entries(language)
    made = {entry.terme: Term(entry.terme, entry.dit, entry.source, entry.deja) for entry in entries}
    forms = {form: made[entry.terme] for entry in entries for form in (entry.terme, *entry.formes)}
    return _any_of(forms), {_key(form): term for form, term in forms.items()}


@cache
def _jargon() -> tuple[re.Pattern[str], dict[str, str]]:
    forms = {form: entry.dites for entry in _file().jargon for form in (entry.mot, *entry.formes)}
    return _any_of(forms), {_key(form): instead for form, instead in forms.items()}


def _any_of(forms: Iterable[str]) -> re.Pattern[str]:
    """The longest form first, so that a whole expression wins over a word of it; as written, or without a single accent."""
    spelt = sorted({way for form in forms for way in (_flat(form), _bare(_flat(form)))}, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(way) for way in spelt) + r")(?!\w)", re.IGNORECASE)


def _flat(text: str) -> str:
    """One line, plain spaces and straight apostrophes."""
    return " ".join(unicodedata.normalize("NFC", text).replace("’", "'").split())


def _bare(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def _key(text: str) -> str:
    return _bare(text).casefold()

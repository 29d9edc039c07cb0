"""Which sentences of a free text can be given to anyone: those that are made of ordinary words only.

A sentence is kept when each of its words is a word of the questionnaire or of law/communication.yaml, without proper noun, place,
identifier or protection. What the rule does not know is masked: a secret that is no ordinary word never gets through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Any

from dpia.corpus import Corpus

_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(r"\S.*?(?:[.!?;](?=\s|$)|\n|$)", re.DOTALL)
_SHORT_FORM = re.compile(r"\d{1,2}h(?:\d{2})?|1er|1re|[2-9]e")
_YEAR = re.compile(r"(?:19|20)\d\d")
_STRANGE = re.compile(r"[^\w\s.,;:!?…'’«»()%°/–-]|_")
_MARK = re.compile("\ue000(\\d+)\ue001")  # stands for a known name; private use, taken off the answers first
_ARTICLES = (("le", "la", "les", "l'"), ("au", "aux", "à la", "à l'"), ("du", "des", "de la", "de l'"))
_ARTICLE = r"(?:(?:à|de)\s+la|les?|la|aux?|du|des)\s+|(?:(?:à|de)\s+)?l['’]\s*"
_PIECE = 4  # letters from which a word of a masked name masks the sentence that holds it
_SMALL = frozenset(["avec", "sans", "pour", "entre", "côté", "vers", "dans", "sous"])  # words of four letters or more that name nothing


@dataclass(frozen=True, slots=True)
class Reading:
    """A text once read: what can be printed, how many sentences are kept and masked."""

    printed: str
    kept: int
    masked: int


@dataclass(frozen=True)
class Rule:
    """What makes a sentence ordinary. `names`: each masked name and its pseudonym. See law/communication.yaml for the others."""

    words: frozenset[str]
    openings: frozenset[str]
    acronyms: frozenset[str]
    alerts: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]
    mask: str
    names: Mapping[str, str]
    articles: Mapping[str, tuple[str, str, str]]

    def read(self, text: str) -> Reading:
        """Keep the ordinary sentences of a text, with pseudonyms for the names that are known; mask the others."""
        coded, found = self._coded(text)
        traps = [match.span() for pattern in self.patterns for match in pattern.finditer(coded)]
        printed: list[str] = []
        kept = masked = 0
        for match in _SENTENCE.finditer(coded):
            trapped = any(start < match.end() and match.start() < end for start, end in traps)
            if not trapped and self._ordinary(match[0], self.alerts):
                kept += 1
                shown = _MARK.sub(lambda mark: found[int(mark[1])], match[0].strip())
                printed.append(shown[0].upper() + shown[1:] if match[0].startswith("\ue000") else shown)
            else:
                masked += 1
                printed += [] if printed and printed[-1] == self.mask else [self.mask]
        return Reading(" ".join(printed), kept, masked)

    def plain(self, text: str) -> bool:
        """Tell whether a short text (a function, a service) holds ordinary words only, and no masked name."""
        trapped = any(pattern.search(text) for pattern in self.patterns)
        return not trapped and self._coded(text)[0] == text and self._ordinary(text, frozenset())

    def _ordinary(self, sentence: str, alerts: frozenset[str]) -> bool:
        if _STRANGE.search(_MARK.sub(" ", sentence)):
            return False
        tokens = _TOKEN.findall(_MARK.sub(" ", sentence))
        first = next(iter(_TOKEN.finditer(sentence)), None)
        opens = first is not None and sentence[: first.start()].strip(" «(–-") == ""
        return all(self._known(token, opens and n == 0, alerts) for n, token in enumerate(tokens))

    def _known(self, token: str, opens: bool, alerts: frozenset[str]) -> bool:
        if token.isdecimal():
            return len(token) <= 3 or _YEAR.fullmatch(token) is not None
        if not _WORD.fullmatch(token):
            return _SHORT_FORM.fullmatch(token) is not None
        lower = token.lower()
        if token in self.acronyms:
            return True
        if lower in alerts or lower in self._pieces:
            return False
        if token != lower:  # a proper noun, but for the first word of a sentence
            return opens and token == token.capitalize() and lower in self.openings
        return any(form in self.words for form in (lower, lower.removesuffix("s"), lower.removesuffix("es"), f"{lower}s"))

    def _coded(self, text: str) -> tuple[str, list[str]]:
        """The text with a mark in place of each known name, longest first, and what the marks stand for."""
        found: list[str] = []
        coded = text.replace("\ue000", "\ufffd").replace("\ue001", "\ufffd")
        for pattern, pseudonym in self._named:
            coded = pattern.sub(partial(self._marked, len(found), pseudonym), coded)
            found.append(pseudonym)
        return coded, found

    def _marked(self, number: int, pseudonym: str, match: re.Match[str]) -> str:
        """The mark of a name, with the article that suits its pseudonym ("les Abords" → "le site 3")."""
        mark, article = f"\ue000{number}\ue001", match["article"] or ""
        word = pseudonym.rpartition(" ")[0]
        if not article or word not in self.articles:
            return article + mark
        plain = " ".join(article.lower().split()).replace("’", "'")
        said = self.articles[word][next(n for n, forms in enumerate(_ARTICLES) if plain in forms)]
        said = said if said.endswith("'") else f"{said} "
        return (said[0].upper() + said[1:] if article[0].isupper() else said) + mark

    @cached_property
    def _named(self) -> list[tuple[re.Pattern[str], str]]:
        """A pattern for each name that no common number or article can be mistaken for."""
        telling = [name for name in self.names if (len(name) >= 3 and not name.isdecimal()) or re.search(r"[^\W\d]\d|\d[^\W\d]", name)]
        longest = sorted(telling, key=lambda name: (-len(name), name))
        return [
            (re.compile(rf"(?<![\w\ue000])(?P<article>(?:{_ARTICLE})?){re.escape(name)}(?![\w\ue001])", re.IGNORECASE), self.names[name])
            for name in longest
        ]

    @cached_property
    def _pieces(self) -> frozenset[str]:
        """The words of masked names: one of them places a sentence as surely as the whole name."""
        words = {word.lower() for name in self.names for word in _WORD.findall(name)}
        return frozenset(word for word in words - _SMALL if len(word) >= _PIECE)


def rule(corpus: Corpus, policy: Mapping[str, Any], names: Mapping[str, str]) -> Rule:
    """Make the rule from the law base: its own words, those of the policy, and the names that the dossier masks."""
    texts = policy["textes"]
    opens = frozenset(texts["debuts"])
    return Rule(
        _vocabulary(corpus) | frozenset(texts["ordinaires"]) | opens, opens, frozenset(texts["sigles"]), frozenset(texts["alertes"]),
        tuple(map(re.compile, texts["motifs"])), texts["mot"], names,
        {about["mot"]: tuple(about["articles"]) for about in policy["listes"].values() if "articles" in about},
    )  # fmt: skip


@cache
def _vocabulary(corpus: Corpus) -> frozenset[str]:
    """The words that the questions and the rules write in lower case: no proper noun is among them."""
    return frozenset(word for text in _texts(corpus) for word in _WORD.findall(text) if word == word.lower())


def _texts(corpus: Corpus) -> Iterator[str]:
    for question in (question for theme in corpus.themes for question in theme.questions):
        for asked in (question, *question.champs):
            yield from (asked.libelle, *asked.options.values())
    for entry in corpus.rules:
        yield from (entry.rule.titre, entry.rule.obligation, entry.rule.a_faire, entry.rule.preuve)
    yield from corpus.roles.values()

"""The interview in another language: the same corpus, its words taken from `questionnaires/traductions/`; French where one is missing.

Read for `--langue` only. Ids, conditions, rules and facts are those of the French corpus. A translation says by `vu` which French texts
it was made from, so that a change of theirs calls for reading it again (outils/traduire.py, tests/test_translation.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any, TypeAlias

from msgspec import structs

from dpia import glossary
from dpia.coherence import CorpusError, ReadRule
from dpia.corpus import Corpus
from dpia.language import FRENCH, speak
from dpia.model import Question, Theme
from dpia.resources import folder
from dpia.yamlfile import YamlError, read_answers

MESSAGES, ROLES, RULES = "messages.yaml", "interlocuteurs.yaml", "regles.yaml"
Texts: TypeAlias = Mapping[str, str | Mapping[str, str]]  # key → text; "options" → value → label
Files: TypeAlias = Mapping[str, Any]  # file name → what it holds


@dataclass(frozen=True, slots=True)
class Entry:
    """French texts translated together: the file of their translation, the keys that lead to it, the texts by key."""

    file: str
    path: tuple[str, ...]
    french: Texts

    @property
    def name(self) -> str:
        """How a person names it: "conservation_jours", "cameras.son", "01-commune.yaml" for a theme."""
        return self.file if self.path == ("theme",) else ".".join(key for key in self.path if key != "champs")


def seen(french: Texts) -> str:
    """The mark of the French texts of an entry: eight digits that change with their words, not with the way lines are cut."""
    return sha256("\0".join(" ".join(text.split()) for text in _flat(french)).encode()).hexdigest()[:8]


def entries(corpus: Corpus) -> Iterator[Entry]:
    """Yield all that a translation of the French corpus says, in the order of the files; messages aside."""
    for theme in corpus.themes:
        file = file_of(theme)
        yield Entry(file, ("theme",), _filled(titre=theme.titre, intro=theme.intro))
        for question in theme.questions:
            yield Entry(file, (question.id,), _texts(question))
            for champ in question.champs:
                yield Entry(file, (question.id, "champs", champ.id), _texts(champ))
    for key, name in corpus.roles.items():
        yield Entry(ROLES, (key,), {"nom": name})
    for key, rule in _titled(corpus).items():
        yield Entry(RULES, (key,), {"titre": rule.rule.titre})
    for term in glossary.everything():
        yield Entry(glossary.FILE, (term.name,), {"terme": term.name, "dit": term.meaning})


def file_of(theme: Theme) -> str:
    """The file that translates a theme: it has the name of the French one."""
    return PurePosixPath(theme.fichier).name


def _texts(asked: Question) -> Texts:
    return _filled(libelle=asked.libelle, aide=asked.aide, options=asked.options, unite=asked.unite, element=asked.element)


def _filled(**texts: str | Mapping[str, str]) -> Texts:
    return {key: text for key, text in texts.items() if text}


def _titled(corpus: Corpus) -> dict[str, ReadRule]:
    """The titles of the rules: by id; a later wording with another title, by id and first day ("pietons-un-mois@2023-01-01")."""
    found: dict[str, ReadRule] = {}
    for read in corpus.rules:
        key = read.rule.id
        if key in found and found[key].rule.titre != read.rule.titre:
            key = f"{key}@{read.rule.windows[0].du}"
        found.setdefault(key, read)
    return found


def read_files(language: str) -> Files:
    """Read the files of a translation, every text as it is written. Raises CorpusError."""
    place = folder("questionnaires") / "traductions" / language
    found: dict[str, Any] = {}
    for entry in sorted(place.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".yaml"):
            try:
                found[entry.name] = read_answers(entry.read_text(encoding="utf-8")) or {}
            except YamlError as error:
                raise CorpusError(f"traductions/{language}/{entry.name}, {error}") from error
    return found


def messages(files: Files, language: str) -> dict[str, str]:
    """The messages of the program: French → translation. Empty ones are left out."""
    rows = files.get(MESSAGES) or ()
    return {row[FRENCH]: row[language] for row in rows if isinstance(row, Mapping) and row.get(FRENCH) and row.get(language)}


def said(files: Files, entry: Entry) -> Mapping[str, Any]:
    """What the files say of an entry; nothing: empty. A question is found in whatever file it is, a theme in its own."""
    own = entry.path == ("theme",) or entry.file in (ROLES, RULES, glossary.FILE)
    places = [entry.file] if own else [entry.file, *(name for name in files if name not in (MESSAGES, ROLES, RULES, glossary.FILE))]
    for name in places:
        found: Any = files.get(name)
        for key in entry.path:
            found = found.get(key) if isinstance(found, Mapping) else None
        if isinstance(found, Mapping):
            return found
    return {}


def translated(corpus: Corpus, files: Files) -> tuple[Corpus, dict[str, str]]:
    """Give the corpus in the words of these files, and its texts one by one: French → translation. Missing ones stay French."""
    told: dict[tuple[str, ...], dict[str, Any]] = {}
    pairs: dict[str, str] = {}
    for entry in entries(corpus):
        found = told[entry.file, *entry.path] = _in_words(entry.french, said(files, entry))
        pairs |= dict(zip(_flat(entry.french), _flat(found), strict=True))

    def question(asked: Question, *path: str) -> Question:
        champs = tuple(question(champ, *path, "champs", champ.id) for champ in asked.champs)
        return structs.replace(asked, champs=champs, **told[path])

    def theme(french: Theme) -> Theme:
        file = file_of(french)
        questions = tuple(question(asked, file, asked.id) for asked in french.questions)
        return structs.replace(french, questions=questions, **told[file, "theme"])

    themes = tuple(theme(french) for french in corpus.themes)
    titles = {(read.rule.id, read.rule.titre): told[RULES, key]["titre"] for key, read in _titled(corpus).items()}
    rules = (replace(read, rule=structs.replace(read.rule, titre=titles[read.rule.id, read.rule.titre])) for read in corpus.rules)
    questions = {asked.id: asked for entry in themes for asked in entry.questions}
    roles = {key: told[ROLES, key]["nom"] for key in corpus.roles}
    return replace(corpus, themes=themes, questions=questions, rules=tuple(rules), roles=roles), pairs


def _in_words(french: Texts, found: Mapping[str, Any]) -> dict[str, Any]:
    """The texts of an entry, each in the words found for it, else in French."""
    told: dict[str, Any] = {}
    for key, text in french.items():
        other = found.get(key)
        if isinstance(text, str):
            told[key] = other if isinstance(other, str) and other.strip() else text
        else:
            told[key] = _in_words(text, other if isinstance(other, Mapping) else {})
    return told


def _flat(texts: Texts) -> Iterator[str]:
    for text in texts.values():
        yield from (text.strip(),) if isinstance(text, str) else (label.strip() for label in text.values())


def spoken(corpus: Corpus, language: str) -> Corpus:
    """Speak another language from now on: give the corpus in its words, and say the messages in it. Raises CorpusError."""
    files = read_files(language)
    found, pairs = translated(corpus, files)
    speak(pairs | messages(files, language))
    return replace(found, language=language)

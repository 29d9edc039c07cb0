"""A dossier on disk: answers read and written atomically, each change journalled, a concurrent change never overwritten."""

from __future__ import annotations

import re
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from dpia import journal
from dpia.answers import Answer, AnswerError, clean, read_value
from dpia.corpus import Corpus
from dpia.emitting import ABOUT, FORMAT, one_line
from dpia.emitting import write_answers as write_answers  # part of what this module offers
from dpia.journal import JOURNAL as JOURNAL  # idem
from dpia.language import t
from dpia.model import Question
from dpia.unsaved import unsaved
from dpia.values import UNKNOWN
from dpia.writing import BusyError, locked, patiently, sweep, why, write_atomically
from dpia.yamlfile import LIMIT, YamlError, read_answers

ANSWERS, LOCK = "reponses.yaml", ".reponses.verrou"


class DossierError(Exception):
    """A dossier that cannot be read or written: says what, where and what to do."""


class SetAsideError(DossierError):
    """Changes that went to a file of their own, because another person answered the same question or holds the dossier."""


@dataclass(frozen=True)
class Dossier:
    """What was said. `kept`: unknown question ids, kept as they were; `digest`: of the file as read, "" for a new one."""

    folder: Path
    answers: Mapping[str, Answer]
    kept: Mapping[str, Any]
    digest: str = ""


def create(folder: Path) -> Dossier:
    """Make a new, empty dossier folder. Raises DossierError when it already holds answers or cannot be made."""
    try:
        if (folder / ANSWERS).exists():
            raise DossierError(t("{dossier} contient déjà des réponses ; reprenez-le avec « dpia questions {dossier} ».", dossier=folder))
        (folder / "pieces").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DossierError(t("{dossier} : impossible de créer le dossier ({cause}).", dossier=folder, cause=why(error))) from error
    return Dossier(folder, {}, {})


def read(folder: Path, corpus: Corpus) -> Dossier:
    """Read a dossier. Raises DossierError naming file, question and remedy."""
    path = folder / ANSWERS
    try:
        content = _content(path)
    except FileNotFoundError as error:
        raise DossierError(
            t("{fichier} n'existe pas ; créez le dossier avec « dpia nouveau {dossier} ».", fichier=path, dossier=folder)
        ) from error
    except OSError as error:
        raise DossierError(t("{fichier} ne peut pas être lu ({cause}).", fichier=path, cause=why(error))) from error
    answers, kept = parse(content, corpus, str(path))
    return Dossier(folder, answers, kept, sha256(content).hexdigest())


def _content(path: Path) -> bytes:
    """The bytes of an answers file. Raises OSError, DossierError for one that cannot be answers."""
    if path.stat().st_size > LIMIT:
        raise DossierError(t("{fichier} dépasse {ko} ko ; ce n'est pas un fichier de réponses.", fichier=path, ko=LIMIT // 1000))
    return patiently(path.read_bytes)


def parse(content: bytes, corpus: Corpus, place: str) -> tuple[dict[str, Answer], dict[str, Any]]:
    """Read the bytes of an answers file: the answers, and what belongs to no known question."""
    try:
        raw = read_answers(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DossierError(t("{fichier} n'est pas un texte UTF-8 ; réenregistrez-le en UTF-8.", fichier=place)) from error
    except YamlError as error:
        raise DossierError(f"{place}, {error}") from error
    if not isinstance(raw, dict) or "reponses" not in raw:
        raise DossierError(
            t(
                "{fichier} est vide ou n'est pas un fichier de réponses : il commence par « format: {n} », puis « reponses: ».",
                fichier=place,
                n=FORMAT,
            )
        )
    version = raw.get("format")
    if not (isinstance(version, str) and re.fullmatch("[1-9][0-9]{0,5}", version)):
        found = str(version or t("rien"))[:20]
        raise DossierError(t("{fichier} : « format: {n} » est attendu en tête (ici « {ici} »).", fichier=place, n=FORMAT, ici=found))
    if int(version) > FORMAT:
        raise DossierError(
            t(
                "{fichier} a le format {version}, plus récent que celui de ce programme ({n}) ; mettez dpia à jour. Rien n'a été modifié.",
                fichier=place,
                version=version,
                n=FORMAT,
            )
        )
    said = raw["reponses"] or {}
    if not isinstance(said, dict):
        raise DossierError(t("{fichier} : « reponses » attend une ligne par question.", fichier=place))
    answers: dict[str, Answer] = {}
    kept: dict[str, Any] = {}
    for name, value in said.items():
        question = corpus.questions.get(str(name))
        if question is None:
            kept[str(name)] = value
            continue
        try:
            answers[str(name)] = read_answer(question, value)
        except AnswerError as error:
            raise DossierError(t("{fichier}, question « {question} » : {erreur}.", fichier=place, question=name, erreur=error)) from error
    return answers, kept


def read_answer(question: Question, raw: Any) -> Answer:
    """Read one answer, in its long form ({valeur: …, note: …}) or its short one. Raises AnswerError."""
    about: dict[str, str] = {}
    if isinstance(raw, Mapping):
        for key in ABOUT:
            if key in raw and not isinstance(raw[key], str):
                raise AnswerError(t("« {nom} » attend un texte", nom=key))
        about = {key: clean(raw[key]) for key in ABOUT if key in raw}
        if "inconnu" in raw and "valeur" in raw:
            raise AnswerError(t("« valeur » et « inconnu » s'excluent ; gardez l'une des deux"))
        if raw.get("inconnu") in ("true", "oui") and raw.keys().isdisjoint(("oui", "non")):  # beside boxes: the rest is unknown
            return Answer(UNKNOWN, **about)
        if question.type not in ("choix_multiple", "liste") or "valeur" in raw:
            if "valeur" not in raw or set(raw) - {"valeur", *ABOUT}:
                raise AnswerError(t("une réponse s'écrit « {valeur: …} » ou « {inconnu: true} »"))
            raw = raw["valeur"]
    return Answer(read_value(question, raw), **about)


def say(
    dossier: Dossier, corpus: Corpus, changes: Mapping[str, Answer], by: str = "", tell: Callable[[str], None] | None = None
) -> Dossier:
    """Record changed answers, on disk and in the journal; give the dossier as it now is, with what others recorded meanwhile.

    Where another person changed the same question, nothing is overwritten: the changes go to a file of their own, which
    "dpia repondre" reads. `tell` gets a sentence when others must be waited for. Raises DossierError when they are not recorded.
    """
    path = dossier.folder / ANSWERS
    try:
        with locked(dossier.folder / LOCK, tell or _aloud) as alone:
            if alone:
                sweep(path)
            now = _current(dossier, corpus, changes)
            if alone:
                journal.settle(dossier.folder, now.digest)
            answers = {**now.answers, **changes}
            answers = {name: answers[name] for name in corpus.questions if name in answers}
            content = write_answers(answers, now.kept, corpus).encode("utf-8")
            if len(content) > LIMIT:
                raise DossierError(
                    t("{fichier} dépasserait {ko} ko, et ne se lirait plus : rien n'est enregistré.", fichier=path, ko=LIMIT // 1000)
                )
            digest, lines = sha256(content).hexdigest(), journal.lines_of(now.answers, corpus, changes, by)
            if alone:
                journal.announce(dossier.folder, digest, lines)
            write_atomically(path, content)
            _tell(dossier.folder, lines)
    except (_NotSaved, BusyError) as reason:
        raise SetAsideError(f"{reason} {_set_aside(dossier, corpus, changes)}") from reason
    except OSError as error:
        reached = t("{fichier} ne peut pas être écrit ({cause}).", fichier=path, cause=why(error))
        raise DossierError(f"{reached} {_set_aside(dossier, corpus, changes)}") from error
    return replace(now, answers=answers, digest=digest)


def _tell(folder: Path, lines: bytes) -> None:
    try:
        journal.add(folder, lines)
    except OSError as error:
        journal_ = folder / JOURNAL
        told = t(
            "{fichier} ne peut pas être écrit ({cause}) ; la réponse est enregistrée, sa trace manque.", fichier=journal_, cause=why(error)
        )
        raise DossierError(told) from error


class _NotSaved(Exception):
    """Why changes cannot be recorded, in one sentence."""


def _aloud(sentence: str) -> None:
    print(f"dpia : {sentence}", file=sys.stderr)


def _current(dossier: Dossier, corpus: Corpus, changes: Mapping[str, Answer]) -> Dossier:
    """The dossier as it is on disk, others' answers included. Raises _NotSaved where they changed what these changes are about."""
    path = dossier.folder / ANSWERS
    try:
        content = _content(path)
        digest = sha256(content).hexdigest()
        if digest == dossier.digest:
            return dossier
        answers, kept = parse(content, corpus, str(path))
    except FileNotFoundError as error:
        if not dossier.digest:
            return dossier
        raise _NotSaved(t("{fichier} a disparu depuis sa lecture.", fichier=path)) from error
    except DossierError as error:
        raise _NotSaved(t("Le fichier a changé depuis sa lecture, et ne se lit plus : {erreur}", erreur=error)) from error
    said = {name: one_line(name, answer) for name, answer in changes.items()}
    before = {name: one_line(name, dossier.answers[name]) for name in changes if name in dossier.answers}
    found = {name: one_line(name, answers[name]) for name in changes if name in answers}
    theirs = [name for name in changes if found.get(name) not in (before.get(name), said[name])]
    if theirs:
        question = t(corpus.questions[theirs[0]].libelle.strip())
        others = t(" (et à {n} autre(s) question(s))", n=len(theirs) - 1) if theirs[1:] else ""
        raise _NotSaved(
            t(
                "Une autre personne a répondu entre-temps à « {question} »{autres} : sa réponse reste en place.",
                question=question,
                autres=others,
            )
        )
    return Dossier(dossier.folder, answers, kept, digest)


def _set_aside(dossier: Dossier, corpus: Corpus, changes: Mapping[str, Answer]) -> str:
    """Keep what could not be recorded in a file of its own; say where, and how to record it."""
    if not changes:
        return t("Rien n'est enregistré.")
    aside = dossier.folder / f"reponses.conflit-{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}.yaml"
    try:
        write_atomically(aside, unsaved(corpus, dossier.answers, changes).encode("utf-8"))
    except OSError:
        return t("Ce qui était enregistré est intact ; votre dernière réponse, elle, n'est pas enregistrée.")
    command = f"dpia repondre {_typed(dossier.folder)} --fichier {_typed(aside)}"
    return t("Votre réponse est gardée dans {nom} ; pour l'enregistrer quand même :  {commande}", nom=aside.name, commande=command)


def _typed(path: Path) -> str:
    """A path as one types it: quoted where it holds a space."""
    return f'"{path}"' if re.search(r"\s", str(path)) else str(path)

"""A dossier on disk: answers read and written atomically, each change journalled, a concurrent change never overwritten."""

from __future__ import annotations

import errno
import json
import os
import re
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from dpia.answers import Answer, AnswerError, clean, read_value
from dpia.corpus import Corpus
from dpia.model import Question
from dpia.values import UNKNOWN, Choices, Item, Items, Value
from dpia.yamlfile import LIMIT, YamlError, read_answers

FORMAT = 1
ANSWERS, JOURNAL = "reponses.yaml", "journal.jsonl"
UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
SURROGATES = re.compile("[\ud800-\udfff]")
ABOUT = ("note", "preuve", "par", "le", "qui")


class DossierError(Exception):
    """A dossier that cannot be read or written: says what, where and what to do."""


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
            raise DossierError(f"{folder} contient déjà des réponses ; reprenez-le avec « dpia questions {folder} ».")
        (folder / "pieces").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DossierError(f"{folder} : impossible de créer le dossier ({why(error)}).") from error
    return Dossier(folder, {}, {})


def read(folder: Path, corpus: Corpus) -> Dossier:
    """Read a dossier. Raises DossierError naming file, question and remedy."""
    path = folder / ANSWERS
    try:
        if path.stat().st_size > LIMIT:
            raise DossierError(f"{path} dépasse {LIMIT // 1000} ko ; ce n'est pas un fichier de réponses.")
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise DossierError(f"{path} n'existe pas ; créez le dossier avec « dpia nouveau {folder} ».") from error
    except OSError as error:
        raise DossierError(f"{path} ne peut pas être lu ({why(error)}).") from error
    answers, kept = parse(content, corpus, str(path))
    return Dossier(folder, answers, kept, sha256(content).hexdigest())


def parse(content: bytes, corpus: Corpus, place: str) -> tuple[dict[str, Answer], dict[str, Any]]:
    """Read the bytes of an answers file: the answers, and what belongs to no known question."""
    try:
        raw = read_answers(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DossierError(f"{place} n'est pas un texte UTF-8 ; réenregistrez-le en UTF-8.") from error
    except YamlError as error:
        raise DossierError(f"{place}, {error}") from error
    if not isinstance(raw, dict) or "reponses" not in raw:
        raise DossierError(
            f"{place} est vide ou n'est pas un fichier de réponses : il commence par « format: {FORMAT} », puis « reponses: »."
        )
    version = raw.get("format")
    if not (isinstance(version, str) and re.fullmatch("[1-9][0-9]{0,5}", version)):
        raise DossierError(f"{place} : « format: {FORMAT} » est attendu en tête (ici « {str(version or 'rien')[:20]} »).")
    if int(version) > FORMAT:
        raise DossierError(
            f"{place} a le format {version}, plus récent que celui de ce programme ({FORMAT}) ; mettez dpia à jour. Rien n'a été modifié."
        )
    said = raw["reponses"] or {}
    if not isinstance(said, dict):
        raise DossierError(f"{place} : « reponses » attend une ligne par question.")
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
            raise DossierError(f"{place}, question « {name} » : {error}.") from error
    return answers, kept


def read_answer(question: Question, raw: Any) -> Answer:
    """Read one answer, in its long form ({valeur: …, note: …}) or its short one. Raises AnswerError."""
    about: dict[str, str] = {}
    if isinstance(raw, Mapping):
        for key in ABOUT:
            if key in raw and not isinstance(raw[key], str):
                raise AnswerError(f"« {key} » attend un texte")
        about = {key: clean(raw[key]) for key in ABOUT if key in raw}
        if "inconnu" in raw and "valeur" in raw:
            raise AnswerError("« valeur » et « inconnu » s'excluent ; gardez l'une des deux")
        if raw.get("inconnu") in ("true", "oui") and raw.keys().isdisjoint(("oui", "non")):  # beside boxes: the rest is unknown
            return Answer(UNKNOWN, **about)
        if question.type not in ("choix_multiple", "liste") or "valeur" in raw:
            if "valeur" not in raw or set(raw) - {"valeur", *ABOUT}:
                raise AnswerError("une réponse s'écrit « {valeur: …} » ou « {inconnu: true} »")
            raw = raw["valeur"]
    return Answer(read_value(question, raw), **about)


def say(dossier: Dossier, corpus: Corpus, changes: Mapping[str, Answer], by: str = "") -> Dossier:
    """Record changed answers, on disk and in the journal; give the dossier as it now is. Raises DossierError."""
    answers = {**dossier.answers, **changes}
    ordered = {name: answers[name] for name in corpus.questions if name in answers}
    text = write_answers(ordered, dossier.kept, corpus)
    digest = _replace(dossier, text.encode("utf-8"))
    _journal(dossier, corpus, changes, by)
    return replace(dossier, answers=ordered, digest=digest)


def write_answers(answers: Mapping[str, Answer], kept: Mapping[str, Any], corpus: Corpus) -> str:
    """Write an answers file: the label of each question as a comment above its answer."""
    lines = [f"format: {FORMAT}", "reponses:" + ("" if answers or kept else " {}")]
    for name, answer in answers.items():
        lines.append("  # " + " ".join(corpus.questions[name].libelle.split()))
        lines += _emit(name, answer)
    for name, raw in kept.items():
        lines += ["  # question inconnue de cette version, conservée telle quelle", f"  {_text(str(name))}: {_plain(raw)}"]
    return "\n".join(lines) + "\n"


def _emit(name: str, answer: Answer) -> list[str]:
    about = {key: getattr(answer, key) for key in ABOUT if getattr(answer, key)}
    tail = "".join(f", {key}: {_text(text)}" for key, text in about.items())
    match answer.value:
        case Items(elements, complete):
            if complete and not about:
                head, indent = [f"  {name}:" + ("" if elements else " []")], "    "
            else:
                head = [
                    f"  {name}:",
                    f"    complet: {'oui' if complete else 'non'}",
                    *(f"    {key}: {_text(text)}" for key, text in about.items()),
                ]
                head.append("    elements:" + ("" if elements else " []"))
                indent = "      "
            return head + [f"{indent}- {_cells(item)}" for item in elements]
        case Choices():
            return [f"  {name}: {_choices(answer.value)[:-1]}{tail}}}"]
        case value if value is UNKNOWN:
            return [f"  {name}: {{inconnu: true{tail}}}"]
        case value:
            return [f"  {name}: {{valeur: {_scalar(value)}{tail}}}"]


def _cells(item: Item) -> str:
    return "{" + ", ".join(f"{key}: {_scalar(value)}" for key, value in item.cells.items()) + "}"


def _choices(value: Choices) -> str:
    return f"{{oui: [{', '.join(sorted(value.oui))}], non: [{', '.join(sorted(value.non))}]}}"


def _scalar(value: Value) -> str:
    match value:
        case bool():
            return "oui" if value else "non"
        case Choices():
            return _choices(value)
        case float():
            return f"{value:.6f}".rstrip("0").rstrip(".")  # never 1e-06; six decimals at most are typed
        case date() | int():
            return str(value)
        case str():
            return _text(value)
        case _:
            return '"?"'


def _text(text: str) -> str:
    """A double-quoted YAML string: JSON's escapes are YAML's too, and what YAML cannot hold bare is escaped as well."""
    return UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(SURROGATES.sub("", text), ensure_ascii=False))


def _plain(raw: Any) -> str:
    if isinstance(raw, Mapping):
        return "{" + ", ".join(f"{_text(str(key))}: {_plain(value)}" for key, value in raw.items()) + "}"
    if isinstance(raw, list):
        return "[" + ", ".join(map(_plain, raw)) + "]"
    return _text(str(raw))


def _replace(dossier: Dossier, content: bytes) -> str:
    path = dossier.folder / ANSWERS
    try:
        current = sha256(path.read_bytes()).hexdigest() if path.exists() else ""
        if current != dossier.digest:
            rescue = dossier.folder / f"reponses.conflit-{datetime.now():%Y%m%d-%H%M%S-%f}.yaml"
            write_atomically(rescue, content)
            raise DossierError(
                f"{path} a changé depuis sa lecture (une autre personne l'a ouvert ?). Vos réponses sont dans {rescue.name} : comparez les deux fichiers, puis reprenez."
            )
        write_atomically(path, content)
    except OSError as error:
        raise DossierError(f"{path} ne peut pas être écrit ({why(error)}). Rien n'est perdu de ce qui était enregistré.") from error
    return sha256(content).hexdigest()


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Retries a few times where another program holds it (Windows)."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        for attempt in range(5):
            try:
                Path(name).replace(path)
                return
            except PermissionError:
                if attempt == 4:
                    raise
                time.sleep(0.1 * (attempt + 1))
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """The rights that new files lose here: a temporary file has none for others, and colleagues share the folder."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _journal(dossier: Dossier, corpus: Corpus, changes: Mapping[str, Answer], by: str) -> None:
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    rows = []
    for name, answer in changes.items():
        old = dossier.answers.get(name)
        row = {
            "quand": now,
            "question": name,
            "avant": " ".join(_emit(name, old)).strip() if old else None,
            "apres": " ".join(_emit(name, answer)).strip(),
            "par": by or answer.par,
            "droit": corpus.version,
        }
        rows.append(json.dumps(row, ensure_ascii=False))
    try:
        with (dossier.folder / JOURNAL).open("a", encoding="utf-8") as out:
            out.write("".join(row + "\n" for row in rows))
    except OSError as error:
        raise DossierError(
            f"{dossier.folder / JOURNAL} ne peut pas être écrit ({why(error)}) ; la réponse est enregistrée, sa trace manque."
        ) from error


def why(error: OSError) -> str:
    """Say in French why a file could not be read or written."""
    if isinstance(error, PermissionError):
        return "accès refusé : vérifiez vos droits sur ce dossier"
    if isinstance(error, (NotADirectoryError, FileExistsError, IsADirectoryError)):
        return "un fichier porte le nom attendu pour un dossier, ou l'inverse"
    if isinstance(error, FileNotFoundError):
        return "son dossier n'existe pas"
    return {errno.ENOSPC: "le disque est plein", errno.EROFS: "le disque est en lecture seule"}.get(error.errno or 0, "erreur du disque")

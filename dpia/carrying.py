"""Next year's dossier: the answers of a former one are taken over, and each is marked until somebody says that it still holds.

The mark is in the answer (`repris`): a sitting cut short loses nothing. The former answers are kept beside, in FILE, with where they come
from: what changed can be said even when the former dossier is gone. The former dossier is only read.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import ceil
from pathlib import Path

from dpia import dossier as dossiers
from dpia import followup
from dpia.answers import Answer, clean
from dpia.corpus import Corpus
from dpia.dossier import Dossier, DossierError
from dpia.emitting import quoted, write_answers
from dpia.facts import AnsweredFacts
from dpia.language import t
from dpia.model import Question, Theme
from dpia.values import UNKNOWN, Choices, Value
from dpia.writing import append, why, write_atomically
from dpia.yamlfile import LIMIT, YamlError, read_answers

FILE = "reprise.yaml"  # the former answers as they were, and where they come from
PIECES = "pieces"
ROWS = 9  # answers to confirm on one screen
ROOM = 200_000_000  # bytes of evidence copied, all pieces together


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a dossier comes from. `folder`: from the new one; `on`: the day it was taken over; `since`: that of the last former answer."""

    folder: str
    on: str
    since: date | None
    answers: Mapping[str, Answer]


# -- the answers


def carried(corpus: Corpus, former: Mapping[str, Answer], on: date) -> dict[str, Answer]:
    """The former answers, each marked as taken over on that day, but for past facts. Overviews are asked anew."""
    return {
        name: replace(answer, repris="" if _lasting(corpus.questions[name], answer.value) else on.isoformat())
        for name, answer in former.items()
        if not corpus.questions[name].repond
    }


def _lasting(question: Question, value: Value) -> bool:
    """Tell whether an answer is a past fact: what was not done, or is not known, may have been since."""
    said = bool(value.oui) if isinstance(value, Choices) else value is not UNKNOWN and value is not False
    return question.change == "jamais" and said


def unconfirmed(facts: AnsweredFacts, theme: Theme | None = None) -> list[Question]:
    """The questions that arise and whose answer was taken over and is not confirmed yet; those that often change come first."""
    themes = facts.corpus.themes if theme is None else (theme,)
    marked = {name for name, answer in facts.answers.items() if answer.repris}
    asked = (question for entry in themes for question in entry.questions) if marked else ()
    found = [question for question in asked if question.id in marked and facts.arises(question.id)]
    return sorted(found, key=lambda question: not _often(question)) if theme else found


def _often(question: Question) -> bool:
    return any(asked.change == "souvent" for asked in (question, *question.champs))


def screens(questions: Iterable[Question]) -> Iterator[tuple[str, ...]]:
    """Put questions together, ROWS at most on a screen, as evenly as can be."""
    names = [question.id for question in questions]
    size = ceil(len(names) / ceil(len(names) / ROWS)) if names else 1
    yield from (tuple(names[at : at + size]) for at in range(0, len(names), size))


def dated(answers: Mapping[str, Answer]) -> date | None:
    """The day of the last of these answers, as far as they say it."""
    return max(filter(None, (day_of(answer.le) for answer in answers.values())), default=None)


def day_of(text: str) -> date | None:
    """Read the day that an answer bears; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def remaining(facts: AnsweredFacts) -> str:
    """What is still to be confirmed, listed for a terminal; "" when nothing is."""
    from dpia.printing import wrap

    found = unconfirmed(facts)
    if not found:
        return ""
    heading = counted(found, facts.answers)
    return "\n".join(["", wrap(heading, "  ", ""), *(wrap(f"• {question.libelle} [{question.id}]", "    ", "  ") for question in found)])


def counted(found: list[Question], answers: Mapping[str, Answer]) -> str:
    """How many answers are still to be confirmed, and since when, in one sentence."""
    on = max(filter(None, (day_of(answers[question.id].repris) for question in found)), default=None)
    day = t(" du {jour}", jour=f"{on:%d/%m/%Y}") if on else ""
    if len(found) == 1:
        return t("À confirmer : 1 réponse, de la reprise{jour} (dpia questions).", jour=day)
    return t("À confirmer : {n} réponses, de la reprise{jour} (dpia questions).", n=len(found), jour=day)


# -- the dossier


def taken_over(dossier: Dossier) -> bool:
    """Tell whether a dossier comes from a former one."""
    return (dossier.folder / FILE).is_file() or any(answer.repris for answer in dossier.answers.values())


def origin(folder: Path, corpus: Corpus) -> Origin | None:
    """Read where a dossier comes from; None for one that was not taken over. Raises DossierError."""
    path = folder / FILE
    try:
        if not path.is_file():
            return None
        content = path.read_bytes() if path.stat().st_size <= LIMIT else b""
        former, _ = dossiers.parse(content, corpus, str(path))
        raw = read_answers(content.decode("utf-8-sig"))
    except (OSError, YamlError) as error:
        raise DossierError(t("{fichier} ne peut pas être lu ; rétablissez-le, ou supprimez-le.", fichier=path)) from error
    told = {key: clean(str(raw.get(key, "")))[:1000] for key in ("de", "le")}
    return Origin(told["de"], told["le"], dated(former), former)


def start(folder: Path, former: Dossier, corpus: Corpus, on: date) -> tuple[Dossier, list[str]]:
    """Make a new dossier from a former one; give it, and what to say of it. The answers are written last: until then it can be made again.

    Raises DossierError when the folder holds answers already, or cannot be written.
    """
    new = dossiers.create(folder)
    told = carried(corpus, former.answers, on)
    source = _relative(former.folder, folder)
    try:
        head = f"de: {quoted(source)}\nle: {quoted(on.isoformat())}\n"
        write_atomically(folder / FILE, (head + write_answers(former.answers, former.kept, corpus)).encode("utf-8"))
        followed = _follow_up(former.folder, folder)
        copied = _pieces(former, folder)
        append(folder / dossiers.JOURNAL, _journal_line(former, source, corpus))
    except OSError as error:
        raise DossierError(t("{dossier} ne peut pas être écrit ({cause}).", dossier=folder, cause=why(error))) from error
    made = dossiers.say(replace(new, kept=former.kept), corpus, told)
    kept = sum(not answer.repris for answer in told.values())
    since = dated(former.answers)
    last = t(" (dernière réponse : {jour})", jour=f"{since:%d/%m/%Y}") if since else ""
    return made, [
        t("Repris de {ancien}{jour} : {n} réponses, dont {k} faits passés, gardés tels quels.", ancien=former.folder, jour=last, n=len(told), k=kept),
        *([t("Le suivi ({fichier}) est repris.", fichier=followup.FILE)] if followed else []),
        *copied,
    ]  # fmt: skip


def _journal_line(former: Dossier, source: str, corpus: Corpus) -> bytes:
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    row = {"quand": now, "reprise": source, "empreinte": former.digest, "droit": corpus.version}
    return (json.dumps(row, ensure_ascii=False) + "\n").encode("utf-8")


def _relative(path: Path, start_: Path) -> str:
    try:
        return Path(os.path.relpath(path, start_)).as_posix()
    except ValueError:  # two drives of Windows
        return path.name


def _follow_up(former: Path, folder: Path) -> bool:
    source = former / followup.FILE
    if not source.is_file() or source.stat().st_size > LIMIT:
        return False
    write_atomically(folder / followup.FILE, source.read_bytes())
    return True


def _pieces(former: Dossier, folder: Path) -> list[str]:
    """Copy the pieces that answers name, as long as there is room; say what was copied and what was not."""
    there, named, left = former.folder / PIECES, {answer.preuve for answer in former.answers.values()}, []
    room, copied = ROOM, 0
    for piece in sorted(there.iterdir()) if there.is_dir() else ():
        if piece.is_symlink() or not piece.is_file():
            continue
        size = piece.stat().st_size
        if piece.name in named and size <= room:
            shutil.copyfile(piece, folder / PIECES / piece.name)
            room, copied = room - size, copied + 1
        else:
            left.append(piece.name)
    said = [t("Pièces copiées : {n} ({mo} Mo).", n=copied, mo=f"{(ROOM - room) / 1e6:.1f}".replace(".", ","))] if copied else []
    if left:
        shown = ", ".join(left[:3]) + (t(" et {n} autres", n=len(left) - 3) if left[3:] else "")
        said.append(t("Pièces restées dans {dossier}, qu'aucune réponse ne cite ou trop lourdes : {noms}.", dossier=there, noms=shown))
    return said

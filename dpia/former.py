"""The dossier that a document compares with: a former one, or the same one on a former day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from dpia import dossier as dossiers
from dpia.carrying import dated
from dpia.comparing import Side
from dpia.corpus import Corpus
from dpia.dossier import Dossier, DossierError
from dpia.facts import AnsweredFacts
from dpia.reasoning import assess


def former(corpus: Corpus, what: str, dossier: Dossier, on: date) -> Side:
    """Judge the dossier that `what` names: a folder, on the day of its last answer; or a day, for `dossier` itself.

    Never after `on`, the day of the document. Raises DossierError.
    """
    if (Path(what) / dossiers.ANSWERS).exists():
        other = dossiers.read(Path(what), corpus)
        return _side(corpus, other, min(max(dated(other.answers) or on, corpus.since), on))
    day = _day(what)
    if day is None:
        raise DossierError(f"--comparer : « {what} » n'est ni un dossier qui contient des réponses, ni une date comme 2025-11-25.")
    if not corpus.since <= day <= on:
        raise DossierError(f"--comparer : donnez une date entre le {corpus.since:%d/%m/%Y} et celle des documents, le {on:%d/%m/%Y}.")
    return _side(corpus, dossier, day)


def _side(corpus: Corpus, dossier: Dossier, on: date) -> Side:
    facts = AnsweredFacts(corpus, dossier.answers, on)
    return Side(dossier, facts, assess(corpus, facts))


def _day(text: str) -> date | None:
    for form in (text, "-".join(reversed(text.split("/")))):
        try:
            return date.fromisoformat(form)
        except ValueError:
            continue
    return None

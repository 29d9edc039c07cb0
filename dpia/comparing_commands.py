"""The command that compares two dossiers, or one dossier on two days."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable
from datetime import date
from pathlib import Path

from dpia import comparing
from dpia.cli import OK
from dpia.commands import CommandError, day_of
from dpia.corpus import Corpus
from dpia.dossier import Dossier
from dpia.facts import AnsweredFacts
from dpia.reasoning import Finding

Judged = tuple[Dossier, AnsweredFacts, tuple[Finding, ...]]


def compare(arguments: Namespace, corpus: Corpus, judge: Callable[[Corpus, Path, date], Judged]) -> int:
    """Say what changed between two dossiers, or in one between two days. Raises CommandError."""
    folders = [Path(name) for name in arguments.dossiers]
    days = [day_of(text) for text in arguments.dates]
    if len(folders) > 2 or len(days) > 2:
        raise CommandError("la comparaison porte sur deux dossiers au plus, et deux dates au plus.")
    if len(folders) == 1 and len(days) < 2:
        raise CommandError(
            f"pour un seul dossier, donnez deux dates : dpia comparer {folders[0]} --date 2025-01-01 --date 2026-11-25 ; ou donnez deux dossiers."
        )
    if len(folders) == 1:
        days.sort()
    days = days or [date.today()]
    before, after = (comparing.Side(*judge(corpus, folder, on)) for folder, on in ((folders[0], days[0]), (folders[-1], days[-1])))
    if arguments.format == "json":
        print(json.dumps(comparing.as_dict(corpus, before, after), ensure_ascii=False, indent=1))
    else:
        print(comparing.as_text(corpus, before, after))
    return OK

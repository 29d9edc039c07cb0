"""`dpia droit …`: the rule base for lawyers, who list, read, check, compare and print it."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from dpia.clauses import headed, lines
from dpia.cli import BAD_INPUT, OK
from dpia.coherence import ReadRule
from dpia.commands import CommandError, day_of, unknown_rule
from dpia.corpus import Corpus
from dpia.printing import SEVERITY, wrap
from dpia.sheets import headline, sheet, windows_in_words


def verifier(arguments: Namespace, corpus: Corpus) -> int:
    """Check the whole base."""
    from dpia import printing
    from dpia.checks import check
    from dpia.drafting import check_drafts
    from dpia.revision import check_revision

    problems = [*check(corpus), *check_revision(corpus), *check_drafts(corpus)]
    print("\n".join(problems) or printing.proved(corpus))
    return BAD_INPUT if problems else OK


def lister(arguments: Namespace, corpus: Corpus) -> int:
    """List the rules that fit the filters, with counts."""
    for name in ("famille", "traitement"):
        known = sorted({getattr(read.rule, name) for read in corpus.rules})
        if getattr(arguments, name) not in (None, *known):
            raise CommandError(f"--{name} : « {getattr(arguments, name)} » n'existe pas dans la base ; au choix : {', '.join(known)}.")
    if arguments.date and arguments.date < corpus.since:
        raise CommandError(f"la base ne couvre le droit qu'à partir du {corpus.since:%d/%m/%Y} ; choisissez une date plus récente.")
    print(listing([read for read in corpus.rules if _wanted(arguments, read)]))
    return OK


def _wanted(arguments: Namespace, read: ReadRule) -> bool:
    filters = ("certitude", "famille", "traitement", "gravite")
    fits = all(getattr(arguments, name) in (None, getattr(read.rule, name)) for name in filters)
    return fits and (arguments.date is None or any(arguments.date in window for window in read.rule.windows))


def listing(reads: list[ReadRule]) -> str:
    """One line per rule, then how many of each kind."""
    width = max((len(read.rule.id) for read in reads), default=0)
    rows = [f"{rule.id:<{width}}  {SEVERITY[rule.gravite]:<13} {rule.certitude:<12} {rule.famille:<4} {rule.titre}" for rule in (read.rule for read in reads)]  # fmt: skip
    rules = {read.rule.id for read in reads}
    rows += [""] if rows else []
    for name, title in (("gravite", "Gravité"), ("certitude", "Certitude"), ("traitement", "Traitement")):
        counts = _counts(getattr(read.rule, name) for read in reads)
        if counts:
            rows.append(wrap(f"{title} : " + ", ".join(f"{value} {n}" for value, n in counts), "  ", ""))
    wordings = f" ({len(reads)} rédactions)" if len(reads) != len(rules) else ""
    return "\n".join([*rows, f"{len(rules)} règle(s){wordings}."])


def _counts(values: Iterable[str]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))


def montrer(arguments: Namespace, corpus: Corpus) -> int:
    """Show a rule in full: every wording, its windows, its readings, its sources, its examples."""
    reads = [read for read in corpus.rules if read.rule.id == arguments.regle]
    if not reads:
        raise CommandError(unknown_rule(corpus, arguments.regle or ""))
    shown = sorted(reads, key=lambda read: min(window.du for window in read.rule.windows))
    if len(shown) > 1:
        print(f"{len(shown)} rédactions : " + " ; ".join(windows_in_words(read.rule.windows) for read in shown) + ".\n")
    print("\n\n".join(rule_text(corpus, read) for read in shown))
    return OK


def rule_text(corpus: Corpus, read: ReadRule) -> str:
    """A wording of a rule in full, for a terminal."""
    rule = read.rule
    text = [f"{rule.id} : {rule.titre}", wrap(headline(corpus, rule), "  ", "")]
    refs = f" · repères {', '.join(rule.refs)}" if rule.refs else ""
    text += [wrap(f"{read.file}, ligne {rule.ligne} · traitement {rule.traitement} · famille {rule.famille}{refs}", "  ", ""), ""]
    for entry in sheet(corpus, read):
        head, below = headed(entry.said)
        text.append(wrap(f"{entry.label}{entry.colon} {head}", "  ", ""))
        for part in below:
            for depth, line in lines(part):
                text.append(
                    wrap(f"• {line}{' ' + part.link if part.link and not depth else ''}", "  " * depth + "    ", "  " * depth + "  ")
                )
    return "\n".join(text)


def comparer(arguments: Namespace, corpus: Corpus) -> int:
    """Say what changed in the law between two days."""
    from dpia import law_changes

    before, after = sorted(day_of(text, "date") for text in (arguments.date1, arguments.date2))
    if after <= corpus.since and before < corpus.since:
        raise CommandError(
            f"la base ne couvre le droit qu'à partir du {corpus.since:%d/%m/%Y} (décret n° 2023-1102) ; donnez au moins une date plus récente."
        )
    if arguments.format == "json":
        print(json.dumps(law_changes.as_dict(corpus, before, after), ensure_ascii=False, indent=1))
    else:
        print(law_changes.as_text(corpus, before, after))
    return OK


def revue(arguments: Namespace, corpus: Corpus) -> int:
    """Write the whole base for review: Word, Markdown, or a folder of Markdown files."""
    from dpia.documents import review
    from dpia.writing import why, write_atomically

    target: Path = arguments.sortie
    try:
        if target.suffix == ".docx":
            write_atomically(target, review.word(corpus, date.fromisoformat(corpus.version)))
        elif target.suffix == ".md":
            write_atomically(target, review.whole(corpus).encode("utf-8"))
        elif not target.suffix:
            target.mkdir(parents=True, exist_ok=True)
            pages = review.pages(corpus)
            for name, text in pages.items():
                write_atomically(target / name, text.encode("utf-8"))
            for stale in set(target.glob("*.md")) - {target / name for name in pages}:
                print(f"À supprimer, n'est plus produit : {stale}")
        else:
            raise CommandError(f"{target} : écrivez un nom en .docx ou en .md, ou un dossier pour un fichier par traitement.")
    except OSError as error:
        raise CommandError(f"{target} ne peut pas être écrit ({why(error)}).") from error
    print(f"Écrit : {target}")
    return OK

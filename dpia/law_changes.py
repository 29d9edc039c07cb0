"""What changed in the law between two days, rule by rule: entries into force, ends, changed wordings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from dpia.clauses import Clause, inline, lines
from dpia.coherence import ReadRule
from dpia.corpus import Corpus
from dpia.model import Rule
from dpia.printing import SEVERITY, wrap
from dpia.sheets import CERTAINTY, sheet, source_in_words

Kind = Literal["entree", "fin", "redaction"]
TITLES = {"entree": "Entrée en vigueur", "fin": "Fin", "redaction": "Rédaction changée"}
DAY = timedelta(days=1)
NOTHING = Clause("rien")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a wording says otherwise than the one before it."""

    field: str
    label: str
    before: Clause
    after: Clause


@dataclass(frozen=True, slots=True)
class LawChange:
    """What happens to one rule on one day: the first day of the new wording, or the last day of the old one."""

    day: date
    kind: Kind
    rule: Rule
    differences: tuple[Difference, ...] = ()


def changes(corpus: Corpus, before: date, after: date) -> tuple[LawChange, ...]:
    """Give, by date, what changed after the first day and up to the second one."""
    found = (change for wordings in _by_rule(corpus).values() for change in _of_rule(corpus, wordings, before, after))
    return tuple(sorted(found, key=lambda change: (change.day, change.rule.id)))


def _by_rule(corpus: Corpus) -> dict[str, list[ReadRule]]:
    rules: dict[str, list[ReadRule]] = {}
    for read in corpus.rules:
        rules.setdefault(read.rule.id, []).append(read)
    return rules


def _of_rule(corpus: Corpus, wordings: list[ReadRule], before: date, after: date) -> Iterator[LawChange]:
    windows = [window for read in wordings for window in read.rule.windows]
    turns = {window.du for window in windows} | {window.au + DAY for window in windows if window.au and window.au < date.max}
    for day in sorted(turn for turn in turns if before < turn <= after):
        old, new = wording(wordings, day - DAY), wording(wordings, day)
        if old is None and new is not None:
            yield LawChange(day, "entree", new.rule)
        elif old is not None and new is None:
            yield LawChange(day - DAY, "fin", old.rule)
        elif old is not None and new is not None and (found := differences(corpus, old, new)):
            yield LawChange(day, "redaction", new.rule, found)


def wording(wordings: list[ReadRule], day: date) -> ReadRule | None:
    """Give the wording that applies on a day."""
    return next((read for read in wordings if any(day in window for window in read.rule.windows)), None)


def differences(corpus: Corpus, old: ReadRule, new: ReadRule) -> tuple[Difference, ...]:
    """Compare two wordings of a rule, in words; worked examples are no part of the law."""
    sides = [_said(corpus, read) for read in (old, new)]
    labels = {field: label for side in sides for field, (label, _) in side.items()}
    found = (Difference(field, label, *(side.get(field, ("", NOTHING))[1] for side in sides)) for field, label in labels.items())
    return tuple(difference for difference in found if inline(difference.before) != inline(difference.after))


def _said(corpus: Corpus, read: ReadRule) -> dict[str, tuple[str, Clause]]:
    said = {
        "titre": ("Titre", Clause(read.rule.titre)),
        "gravite": ("Gravité", Clause(SEVERITY[read.rule.gravite])),
        "certitude": ("Certitude", Clause(CERTAINTY[read.rule.certitude])),
    }
    return said | {entry.field: (entry.label, entry.said) for entry in sheet(corpus, read, unfold=False) if entry.field != "exemples"}


# -- in words


def as_text(corpus: Corpus, before: date, after: date) -> str:
    """Say the changes, by date, with what founds each."""
    shown, hidden = _shown(corpus, before, after)
    lines = [f"Droit du {before:%d/%m/%Y} au {after:%d/%m/%Y} · base du {corpus.version}", ""]
    if hidden:
        lines += [wrap(f"La base ne couvre tout le droit qu'à partir du {corpus.since:%d/%m/%Y} : {hidden} règle(s) y commencent ce jour-là sans que la base dise ce qu'il en était avant. Elles ne comptent pas comme des changements.", "  ", ""), ""]  # fmt: skip
    for change in shown:
        lines += _entry(change)
    if not shown:
        lines += ["Rien n'a changé entre ces deux jours dans les règles de la base.", ""]
    else:
        counts = {kind: sum(change.kind == kind for change in shown) for kind in TITLES}
        lines.append("En tout : " + ", ".join(f"{n} {word}" for n, word in zip(counts.values(), ("entrée(s) en vigueur", "fin(s)", "rédaction(s) changée(s)"), strict=True)) + ".")  # fmt: skip
    if after.isoformat() > corpus.version:
        lines.append(wrap(f"La base est du {corpus.version} : après ce jour, elle ne connaît que les dates déjà fixées.", "  ", ""))
    return "\n".join(lines).rstrip()


def _shown(corpus: Corpus, before: date, after: date) -> tuple[list[LawChange], int]:
    """Leave out the rules that start where the base starts: nobody wrote what the law was before."""
    found = changes(corpus, before, after)
    unknown = [change for change in found if change.kind == "entree" and change.day == corpus.since]
    return [change for change in found if change not in unknown], len(unknown)


def _entry(change: LawChange) -> list[str]:
    rule = change.rule
    said = [f"{change.day:%d/%m/%Y}  {TITLES[change.kind]}", wrap(f"{rule.titre} ({rule.id})", "    ", "  ")]
    said.append(wrap(f"{SEVERITY[rule.gravite]} · certitude {CERTAINTY[rule.certitude]}", "    "))
    if change.kind != "redaction":
        said.append(wrap("Obligation : " + rule.obligation, "    "))
    for difference in change.differences:
        said.append(f"    {difference.label}")
        for word, clause in (("avant", difference.before), ("après", difference.after)):
            for depth, line in lines(clause):
                mark = "• " if depth else f"{word} : "
                said.append(wrap(mark + line, "  " * depth + "        ", "  " * depth + "      "))
    return [*said, wrap("Fondement : " + " ; ".join(source_in_words(source) for source in rule.fondement), "    "), ""]


def as_dict(corpus: Corpus, before: date, after: date) -> dict[str, Any]:
    """The same for other tools."""
    shown, hidden = _shown(corpus, before, after)
    return {
        "format": 1, "du": before.isoformat(), "au": after.isoformat(), "corpus": {"version": corpus.version, "sha256": corpus.digest},
        "debut_de_la_base": hidden,
        "changements": [
            {
                "date": change.day.isoformat(), "changement": change.kind, "regle": change.rule.id, "titre": change.rule.titre,
                "gravite": change.rule.gravite, "certitude": change.rule.certitude, "obligation": change.rule.obligation,
                "champs": [{"champ": d.field, "avant": inline(d.before), "apres": inline(d.after)} for d in change.differences],
                "fondement": [{"texte": s.texte, "article": s.article, "lu": s.lu, "url": s.url or None} for s in change.rule.fondement],
            }
            for change in shown
        ],
    }  # fmt: skip

"""What changed for a commune between two dossiers, or two days: its answers, its findings, and why each turned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from dpia import revision
from dpia.answers import in_words
from dpia.coherence import ReadRule
from dpia.communes import find
from dpia.corpus import Corpus
from dpia.dossier import Dossier
from dpia.facts import AnsweredFacts
from dpia.law_changes import differences
from dpia.model import Question
from dpia.printing import SEVERITY, cite, commune_of, summary, wrap
from dpia.reasoning import VERDICT_WORDS, WEIGHT, WORST_FIRST, Finding, judge_rule
from dpia.values import Item, Items, Value

Kind = Literal["verdict", "contenu", "apparu", "disparu"]
Cause = Literal["redaction", "reponse", "delai"]
CAUSES = {"redaction": "la rédaction de la règle a changé", "reponse": "une réponse a changé", "delai": "le temps a passé"}
NOTHING = "pas de réponse"


@dataclass(frozen=True)
class Side:
    """A dossier judged on a day."""

    dossier: Dossier
    facts: AnsweredFacts
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One answer, or one cell of a list, that differs."""

    question: str
    libelle: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Turned:
    """One finding that differs: `before` or `after` is None when the rule is not in force on that side."""

    kind: Kind
    before: Finding | None
    after: Finding | None
    causes: tuple[Cause, ...] = ()
    answers: tuple[Said, ...] = ()
    fields: tuple[str, ...] = ()  # what the new wording says otherwise

    @property
    def finding(self) -> Finding:
        """The finding that is left, or was."""
        found = self.after or self.before
        assert found is not None  # noqa: S101  # one of the two is always there
        return found


# -- answers


def answers_changed(corpus: Corpus, before: Side, after: Side) -> tuple[Said, ...]:
    """Compare what was said, question by question, lists element by element and cell by cell."""
    found: list[Said] = []
    for name, question in corpus.questions.items():
        old, new = (side.dossier.answers.get(name) for side in (before, after))
        first, second = old.value if old else None, new.value if new else None
        if first == second:
            continue
        if isinstance(first, Items) and isinstance(second, Items):
            found += _rows(question, first, second)
        else:
            found.append(Said(name, question.libelle, _words(question, first), _words(question, second)))
    return tuple(found)


def _rows(question: Question, before: Items, after: Items) -> Iterator[Said]:
    old, new = ({item.key: item for item in items.elements} for items in (before, after))
    for key in dict.fromkeys((*old, *new)):
        if key not in old or key not in new:
            words = [_row(question, side[key]) if key in side else "absent de la liste" for side in (old, new)]
            yield Said(f"{question.id}[{key}]", f"{key} : {question.libelle}", *words)
            continue
        for champ in question.champs:
            first, second = old[key].cells.get(champ.id), new[key].cells.get(champ.id)
            if first != second:
                yield Said(f"{question.id}[{key}].{champ.id}", f"{key} : {champ.libelle}", _words(champ, first), _words(champ, second))
    if before.complete != after.complete:
        states = ["liste complète" if side.complete else "liste incomplète" for side in (before, after)]
        yield Said(question.id, question.libelle, *states)


def _row(question: Question, item: Item) -> str:
    said = [f"{champ.libelle} {_words(champ, item.cells[champ.id])}" for champ in question.champs if champ.id in item.cells and champ.id != "id"]  # fmt: skip
    return " ; ".join(said) or "dans la liste, sans détail"


def _words(question: Question, value: Value | None) -> str:
    if value is None:
        return NOTHING
    commune = find(value) if question.type == "commune" and isinstance(value, str) else None
    return str(commune) if commune else in_words(question, value)


# -- findings


def findings_changed(corpus: Corpus, before: Side, after: Side, said: tuple[Said, ...]) -> tuple[Turned, ...]:
    """Compare the findings, rule by rule, the worst first."""
    old, new = ({finding.rule.id: finding for finding in side.findings} for side in (before, after))
    reads = {id(read.rule): read for read in corpus.rules}
    turned: list[Turned] = []
    for name in dict.fromkeys((*old, *new)):
        first, second = old.get(name), new.get(name)
        if first is None or second is None:
            turned.append(Turned("disparu" if first else "apparu", first, second, ("redaction",)))
            continue
        wordings = (reads[id(first.rule)], reads[id(second.rule)])
        fields = _reworded(corpus, *wordings)
        if first.verdict != second.verdict:
            causes = _causes(corpus, before, after, wordings)
            turned.append(Turned("verdict", first, second, causes, _decisive(said, first, second), fields))
        elif fields or (first.ecart, first.unknown, first.mention) != (second.ecart, second.unknown, second.mention):
            turned.append(Turned("contenu", first, second, ("redaction",) if fields else (), _decisive(said, first, second), fields))
    return tuple(sorted(turned, key=_rank))


def _rank(turned: Turned) -> tuple[int, int, int, str]:
    finding = turned.finding
    order = ("verdict", "apparu", "disparu", "contenu").index(turned.kind)
    return order, WORST_FIRST.index(finding.verdict), -WEIGHT[finding.rule.gravite], finding.rule.id


def _reworded(corpus: Corpus, before: ReadRule, after: ReadRule) -> tuple[str, ...]:
    """Name what the new wording says otherwise."""
    found = differences(corpus, before, after) if before is not after else ()
    return tuple(difference.label.lower() for difference in found)


def _causes(corpus: Corpus, before: Side, after: Side, wordings: tuple[ReadRule, ReadRule]) -> tuple[Cause, ...]:
    """Change one thing at a time: what turns the verdict alone is a cause; failing that, all that changed are."""
    old, new = wordings
    start = judge_rule(corpus, before.facts, old).verdict
    answers = AnsweredFacts(corpus, after.dossier.answers, before.facts.on)
    day = AnsweredFacts(corpus, before.dossier.answers, after.facts.on)
    alone: dict[Cause, bool] = {
        "redaction": old is not new and judge_rule(corpus, before.facts, new).verdict != start,
        "reponse": judge_rule(corpus, answers, old).verdict != start,
        "delai": judge_rule(corpus, day, old).verdict != start,
    }
    found = tuple(cause for cause, turns in alone.items() if turns)
    different: dict[Cause, bool] = {
        "redaction": old is not new,
        "reponse": before.dossier.answers != after.dossier.answers,
        "delai": before.facts.on != after.facts.on,
    }
    return found or tuple(cause for cause, differs in different.items() if differs)


def _decisive(said: tuple[Said, ...], *findings: Finding) -> tuple[Said, ...]:
    """Of the answers that differ, those that the conditions of a finding read."""
    read = {path for finding in findings for path in (*(r.question for r in finding.reasons), *finding.manque)}
    roots = {path.partition("[")[0] for path in read}
    exact = tuple(entry for entry in said if entry.question in read)
    return exact or tuple(entry for entry in said if entry.question.partition("[")[0] in roots)


# -- in words

HEADS = {"verdict": "CE QUI CHANGE DE VERDICT", "apparu": "RÈGLES NOUVELLES", "disparu": "RÈGLES QUI NE S'APPLIQUENT PLUS", "contenu": "MÊME VERDICT, AUTRE CONTENU"}  # fmt: skip


def as_text(corpus: Corpus, before: Side, after: Side) -> str:
    """The comparison for a terminal."""
    said = answers_changed(corpus, before, after)
    turned = findings_changed(corpus, before, after, said)
    lines = [f"Avant : {_named(before)}", f"Après : {_named(after)}", ""]
    due = revision.as_text(_due(before, after))
    if not said and not turned:
        return "\n".join([*lines, "Rien n'a changé : mêmes réponses, mêmes constats.", *(["", *due] if due else [])]).rstrip()
    if said:
        lines += [f"RÉPONSES DIFFÉRENTES ({len(said)})", ""]
        for entry in said:
            lines += [wrap(f"{entry.libelle} [{entry.question}]"), wrap(f"{entry.before} → {entry.after}", "      ", "    ")]
        lines.append("")
    else:
        lines += ["Les réponses sont les mêmes.", ""]
    for kind, head in HEADS.items():
        group = [entry for entry in turned if entry.kind == kind and not _silent(entry)]
        if group:
            lines += [f"{head} ({len(group)})", "", *(line for entry in group for line in _entry(entry))]
    quiet = sum(map(_silent, turned))
    if quiet:
        lines.append(f"{quiet} règle(s) nouvelle(s) ou retirée(s) sont sans objet pour cette commune.")
    if not turned:
        lines.append("Aucun constat ne change.")
    counts = [summary(side.findings) for side in (before, after)]
    words = ", ".join(f"{VERDICT_WORDS[v]} {counts[0][v]} → {counts[1][v]}" for v in WORST_FIRST)  # fmt: skip
    return "\n".join([*lines, f"En tout : {words}.", *(["", *due] if due else [])]).rstrip()


def _due(before: Side, after: Side) -> tuple[revision.Lit, ...]:
    """What calls for a review, between two dossiers; one dossier on two days is no new year."""
    same = before.dossier.folder == after.dossier.folder
    return () if same else revision.between(before.dossier, after.facts, before.facts.on, after.findings)


def _silent(turned: Turned) -> bool:
    return turned.kind in ("apparu", "disparu") and turned.finding.verdict == "sans_objet"


def _named(side: Side) -> str:
    return f"{commune_of(side.dossier)['nom'] or 'commune à préciser'} · {side.dossier.folder} · droit au {side.facts.on:%d/%m/%Y}"


def _entry(turned: Turned) -> Iterator[str]:
    rule, first, second = turned.finding.rule, turned.before, turned.after
    verdicts = " → ".join(dict.fromkeys(VERDICT_WORDS[f.verdict] for f in (first, second) if f))
    yield wrap(f"• [{SEVERITY[rule.gravite]}] {rule.titre} : {verdicts}", "      ", "  ")
    if first and second and (first.ecart, first.unknown) != (second.ecart, second.unknown):
        for label, old, new in (("En écart", first.ecart, second.ecart), ("À vérifier", first.unknown, second.unknown)):
            if old != new:
                yield wrap(f"{label} : {', '.join(old) or 'aucun'} → {', '.join(new) or 'aucun'}", "      ")
    if first and second and first.mention != second.mention:
        yield wrap(f"{first.mention or 'sans mention'} → {second.mention or 'sans mention'}", "      ")
    if turned.kind in ("verdict", "contenu") and turned.causes:
        fields = f" ({', '.join(turned.fields)})" if turned.fields and "redaction" in turned.causes else ""
        yield wrap(
            "Pourquoi : " + " et ".join(CAUSES[cause] + (fields if cause == "redaction" else "") for cause in turned.causes) + ".", "      "
        )
    if "reponse" in turned.causes or turned.kind == "contenu":
        for entry in turned.answers[:4]:
            yield wrap(f"{entry.libelle} {entry.before} → {entry.after}", "        ", "      ")
    if turned.kind in ("apparu", "verdict") and second and second.verdict in ("interdit", "ecart"):
        yield wrap("À faire : " + rule.a_faire, "      ")
    yield wrap(" ; ".join(cite(source) for source in rule.fondement) + f" · {rule.id}", "      ")
    yield ""


def as_dict(corpus: Corpus, before: Side, after: Side) -> dict[str, Any]:
    """The comparison for other tools."""
    said = answers_changed(corpus, before, after)
    return {
        "format": 1, "corpus": {"version": corpus.version, "sha256": corpus.digest},
        **{
            name: {"dossier": str(side.dossier.folder), "commune": commune_of(side.dossier), "date": side.facts.on.isoformat(), "resume": summary(side.findings)}
            for name, side in (("avant", before), ("apres", after))
        },
        "reponses": [_said(entry) for entry in said],
        "constats": [
            {
                "regle": entry.finding.rule.id, "titre": entry.finding.rule.titre, "gravite": entry.finding.rule.gravite, "changement": entry.kind,
                **{
                    name: {"verdict": f.verdict, "elements": {"ecart": list(f.ecart), "a_verifier": list(f.unknown)}} if f else None
                    for name, f in (("avant", entry.before), ("apres", entry.after))
                },
                "causes": list(entry.causes), "redaction": list(entry.fields), "reponses": [_said(answer) for answer in entry.answers],
            }
            for entry in findings_changed(corpus, before, after, said)
        ],
        "a_revoir": revision.as_dict(_due(before, after)),
    }  # fmt: skip


def _said(entry: Said) -> dict[str, str]:
    return {"question": entry.question, "libelle": entry.libelle, "avant": entry.before, "apres": entry.after}

"""What is done, what is to be done, by whom and when: the measures against the risks, and the action plan of the AIPD."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from dpia.documents.evidence import Atom, atoms, day, decisive, listed, named, phrases, sentence
from dpia.documents.view import View, lowered
from dpia.followup import STATES
from dpia.printing import SEVERITY
from dpia.reasoning import Finding
from dpia.risks import Measure, Risk
from dpia.trace import Trace
from dpia.values import ABSENT, UNKNOWN, Truth

TO_SET = "date à fixer par le maire"
ORDER = {"À mettre en place": 0, "À vérifier": 1, "En place": 2}
PRIORITY = SEVERITY | {"interdiction": "interdit"}  # in a narrow column
Followed = list[tuple[str, set[tuple[str, str]]]]
VALIDATION = ("rgpd-aipd-avis-dpo", "rgpd-aipd-avis-personnes", "rgpd-aipd-decision")


@dataclass
class Shown:
    """One measure as the table shows it; the same measure may act on several risks."""

    texte: str
    etat: str
    qui: str
    quand: str
    suite: str = ""
    risques: list[int] = field(default_factory=list)


def measures(view: View, risks: tuple[Risk, ...]) -> dict[str, Any]:
    """Every measure once, with the risks it acts on: what is to be done, then what is in place by who answers for it."""
    shown = _measures(view, risks)
    in_place: dict[str, list[Shown]] = {}
    for measure in (measure for measure in shown if measure.etat == "En place"):
        in_place.setdefault(measure.qui[0].upper() + measure.qui[1:], []).append(measure)
    return {"a_faire": [measure for measure in shown if measure.etat != "En place"], "en_place": list(in_place.items())}


def _measures(view: View, risks: tuple[Risk, ...]) -> list[Shown]:
    covered, followed = _covered(view, risks), _followed(view)
    found: dict[tuple[frozenset[Atom], Truth], Shown] = {}  # the same answers may put one measure in place and not another
    for number, risk in enumerate(risks, 1):
        for measure in risk.measures:
            if measure.state is ABSENT:
                continue
            known = list(atoms(measure.trace))
            same = found.setdefault((frozenset(known), measure.state), _shown(view, measure, known, covered.get(measure.id), followed))
            if number not in same.risques:
                same.risques.append(number)
    return sorted(found.values(), key=lambda shown: ORDER[shown.etat])


def _shown(view: View, measure: Measure, known: list[Atom], gap: tuple[int, Finding] | None, followed: Followed) -> Shown:
    who, due = _follow(view, measure.qui, measure.id, *((gap[1].rule.id,) if gap else ()), *_near(followed, known))
    if measure.state is True:
        roots = dict.fromkeys(leaf.path.partition("[")[0] for leaf in measure.trace.leaves())
        said = [view.dossier.answers[root] for root in roots if root in view.dossier.answers]
        days = sorted(answer.le for answer in said if day(answer.le))
        told = listed(phrases(view, [atom for atom in known if atom.value is not ABSENT]), 3)
        return Shown(measure.libelle, "En place", who, day(days[-1]) if days else "sans date", told)
    if measure.state is UNKNOWN:
        asked = listed(phrases(view, [atom for atom in known if atom.value is UNKNOWN]), 2)
        return Shown(measure.libelle, "À vérifier", who, due, f"Reste à savoir : {sentence(asked)}" if asked else "")
    return Shown(measure.a_faire, "À mettre en place", who, due, f"Constat {gap[0]}." if gap else "")


def _covered(view: View, risks: tuple[Risk, ...]) -> dict[str, tuple[int, Finding]]:
    """The measures that a gap already asks for: the gap waits for the same answers."""
    gaps = [(n, f) for n, f in view.numbered if f.verdict in ("ecart", "interdit")]
    wrong = [(n, f, {text for trace in f.traces if trace.value is False for text in _failing(trace)}) for n, f in gaps]
    found: dict[str, tuple[int, Finding]] = {}
    for measure in (measure for risk in risks for measure in risk.measures if measure.state is False):
        lacks = set(_failing(measure.trace))
        for n, finding, texts in wrong:
            if lacks and lacks <= texts:
                found.setdefault(measure.id, (n, finding))
    return found


def _failing(trace: Trace) -> Iterable[str]:
    """The atoms of a false condition that make it false."""
    if trace.value is not False and trace.word != "non":
        return
    if not trace.parts:
        if any(reading.because is None for reading in trace.readings):
            yield trace.text
        for reading in trace.readings:
            if reading.because is not None:
                yield from (atom.path for atom in atoms(reading.because))
    elif trace.word == "non":
        yield trace.text
    else:
        for part in trace.parts:
            yield from _failing(part)


def _follow(view: View, role: str, *keys: str) -> tuple[str, str]:
    """Who acts and by when: what the follow-up says, else the role that the law base names and a date to set."""
    follows = [view.follow_up[key] for key in keys if key in view.follow_up]
    who = next((follow.responsable for follow in follows if follow.responsable), view.role(role))
    due = next((follow.echeance for follow in follows if follow.echeance), None)
    return who, f"{due:%d/%m/%Y}" if due else TO_SET


def plan(view: View, risks: tuple[Risk, ...], signed: Truth) -> list[dict[str, Any]]:
    """What remains to be done: the gaps, the measures that no gap asks for, what is being checked, what validates the AIPD.

    `signed`: whether an assessment is signed already.
    """
    rows = [
        _row(view, f.rule.id, f.rule.qui, f.rule.a_faire, PRIORITY[f.rule.gravite], f"constat {n}")
        for n, f in view.numbered
        if f.verdict in ("ecart", "interdit")
    ]
    covered, followed = _covered(view, risks), _followed(view)
    seen: set[frozenset[Atom]] = set()
    for measure in (measure for risk in risks for measure in risk.measures if measure.state in (False, UNKNOWN)):
        known = frozenset(atoms(measure.trace))
        if measure.id not in covered and known not in seen:
            seen.add(known)
            action = measure.a_faire if measure.state is False else f"Vérifier ; à défaut, {lowered(measure.a_faire)}"
            rows.append(_row(view, measure.id, measure.qui, action, "mesure de risque", "", *_near(followed, known)))
    rows += _to_check(view, followed)
    if signed is not True:
        shown = {finding.rule.id for _, finding in view.numbered}
        for rule in (read.rule for read in view.corpus.in_force(view.facts.on)):
            if rule.id in VALIDATION and rule.id not in shown:
                rows.append(_row(view, rule.id, rule.qui, f"{rule.titre}.", "validation", ""))
    return rows


def _to_check(view: View, followed: Followed) -> list[dict[str, Any]]:
    """What is to be checked: a row for each answer that may stop the cameras or is followed, then one for each person who asks the rest."""
    alone: dict[str, list[tuple[int, Finding]]] = {}
    others: dict[str, list[tuple[int, Finding]]] = {}
    for n, finding in view.of("a_verifier"):
        rule = finding.rule
        if rule.gravite in ("interdiction", "bloquante") or rule.id in view.follow_up:
            alone.setdefault(finding.manque[0] if finding.manque else rule.id, []).append((n, finding))
        else:
            others.setdefault(rule.qui, []).append((n, finding))
    rows = []
    for path, found in alone.items():
        first = next((f for _, f in found if f.rule.id in view.follow_up), found[0][1])
        asked = (
            f"Obtenir la réponse : {_asked(view, path, [finding for _, finding in found])}"
            if first.manque
            else f"Produire ou faire relire, pour établir ce point : {first.rule.titre}."
        )
        rows.append(
            _row(
                view,
                first.rule.id,
                first.rule.qui,
                asked,
                _to_check_as(found),
                _numbers(found),
                *_near(followed, (atom for _, f in found for atom in decisive(view, f))),
            )
        )
    text = "Faire répondre aux questions de l'annexe « Ce qui reste inconnu », et relire les textes qu'elle signale"
    rows += [_row(view, "", role, text, _to_check_as(found), _numbers(found)) for role, found in others.items()]
    return rows


def _asked(view: View, path: str, found: list[Finding]) -> str:
    """A question, for all the elements whose same cell these findings wait for."""
    liste, bracket, _ = path.partition("[")
    if not bracket:
        return view.corpus.label(path)
    field = path.rpartition(".")[2]
    names = [
        p[p.index("[") + 1 : p.rindex("]")]
        for finding in found
        for p in finding.manque
        if p.startswith(f"{liste}[") and p.endswith(f".{field}")
    ]
    question = view.corpus.question(path)
    return f"{named(view, liste, list(dict.fromkeys(names)))} : {question.libelle if question else field}"


def _to_check_as(found: list[tuple[int, Finding]]) -> str:
    return f"à vérifier : {PRIORITY[min((finding.rule.gravite for _, finding in found), key=list(SEVERITY).index)]}"


def _numbers(found: list[tuple[int, Finding]]) -> str:
    return f"constat{'s' if len(found) > 1 else ''} {', '.join(str(n) for n, _ in found)}"


def _followed(view: View) -> Followed:
    """The answers that each followed finding waits for, or was wronged by."""
    return [
        (finding.rule.id, {(atom.path, atom.option) for atom in decisive(view, finding) if atom.value is not True})
        for _, finding in view.numbered
        if finding.rule.id in view.follow_up and finding.verdict in ("ecart", "a_verifier")
    ]


def _near(followed: Followed, known: Iterable[Atom]) -> tuple[str, ...]:
    """The followed findings that wait for one of these answers: who does the one does the other, the same day."""
    wrong = {(atom.path, atom.option) for atom in known if atom.value is not True}
    return tuple(rule for rule, answers in followed if wrong & answers)


def _row(view: View, key: str, role: str, text: str, priority: str, reference: str, *near: str) -> dict[str, Any]:
    follow = view.follow_up.get(key)
    who, due = _follow(view, role, key, *near)
    return {
        "action": text, "priorite": priority, "qui": who, "quand": due, "renvoi": reference,
        "statut": STATES[follow.statut if follow else "a_traiter"], "commentaire": follow.commentaire if follow else "",
    }  # fmt: skip

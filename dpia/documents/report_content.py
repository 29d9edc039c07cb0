"""What the report for reviewers says: the decision to prepare, the findings, the risks, the plan, what remains by person, the base."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from dpia.asking import CHANGES, by_person, requests
from dpia.communes import source as communes_source
from dpia.documents import annexes, camera_plan, places, risk_matrix
from dpia.documents.assessment import may_be_prohibited
from dpia.documents.deadlines import Deadline, deadlines, to_decide
from dpia.documents.markdown import french_date
from dpia.documents.processings import present, stopped
from dpia.documents.report_findings import (
    CERTAINTIES,
    VERDICTS,
    moot,
    person_in_charge,
    person_name,
    sentence_case,
    some,
    told_once,
    unfolded,
)
from dpia.documents.review import FAMILIES, processing_name
from dpia.documents.view import View
from dpia.documents.workbook_rows import SEVERITIES
from dpia.printing import not_covered, raised, summary
from dpia.reasoning import Finding
from dpia.risks import Level, Risk, evaluate
from dpia.values import ABSENT, UNKNOWN, Choices, Items

NOBODY = "Personne à désigner"


def context(view: View) -> dict[str, Any]:
    """What the template may print. Every number comes from the view."""
    groups, shared = told_once(_groups(view))
    return {
        "commune": view.commune_name, "jour": f"{view.facts.on:%d/%m/%Y}", "avertissement": not_covered(view.corpus, view.dossier),
        "decision": decision(view), "groupes": groups, "partagees": shared, "filtres": filters(view),
        "contradictions": _contradictions(view), "reprises": annexes.carried(view, frozenset(theme.theme for theme in view.corpus.themes)),
        "cartes": list(_maps(view)), "plan": _plan(view), "personnes": remaining(view), "base": _base(view),
        "verdicts": VERDICTS, "gravites": SEVERITIES, "certitudes": CERTAINTIES,
    }  # fmt: skip


# -- the decision


def decision(view: View) -> dict[str, Any]:
    """What is prohibited, what blocks, what is missing, what is unknown; and what follows, which decides nothing."""
    counts = summary(view.findings)
    prohibited, blocking = view.of("interdit"), view.of("ecart", "bloquante", "interdiction")
    advice = view.of("ecart", "recommandation")
    decisive = [(n, f) for n, f in view.of("a_verifier", "interdiction") if may_be_prohibited(view, f)]
    return {
        "compte": counts, "interdits": _named(prohibited), "bloquants": _named(blocking), "decisifs": _named(decisive),
        "echeances": [_deadline(deadline, view.facts.on) for deadline in to_decide(deadlines(view), view.facts.on)],
        "manques": counts["ecart"] - len(blocking) - len(advice), "recommandations": len(advice),
        "conclusion": _conclusion(len(prohibited), len(blocking), counts["a_verifier"], len(decisive)),
    }  # fmt: skip


def _deadline(deadline: Deadline, on: date) -> dict[str, str]:
    """A date to decide upon: what ends, when, and how long is left."""
    left = (deadline.day - on).days
    said = f"dans {left} jours" if left > 1 else ("demain" if left == 1 else "aujourd'hui" if left == 0 else "passé")
    return {"titre": deadline.title.removeprefix("Caméras : "), "jour": french_date(deadline.day), "reste": said}


def _named(found: list[tuple[int, Finding]]) -> list[dict[str, str]]:
    return [{"id": f.rule.id, "titre": f.rule.titre, "elements": some(f.ecart or f.unknown)} for _, f in found]


def _conclusion(prohibited: int, blocking: int, unknown: int, decisive: int) -> list[str]:
    """What follows from the figures, sentence by sentence."""
    if prohibited > 1:
        said = [f"D'après les réponses, {prohibited} usages sont interdits : ils cessent, et aucune analyse d'impact ne les rend licites."]
    elif prohibited:
        said = ["D'après les réponses, un usage est interdit : il cesse, et aucune analyse d'impact ne le rend licite."]
    else:
        said = ["D'après les réponses, aucun usage interdit n'est établi."]
    if blocking:
        said.append(
            f"{blocking} écarts bloquent : le dispositif ne fonctionne pas régulièrement tant qu'ils demeurent."
            if blocking > 1
            else "Un écart bloque : le dispositif ne fonctionne pas régulièrement tant qu'il demeure."
        )
    else:
        said.append("Aucun écart bloquant n'est établi.")
    if unknown:
        many = unknown > 1
        who = f", et {decisive} peu{'ven' if decisive > 1 else ''}t révéler un usage interdit" if decisive else ""
        said.append(
            f"{unknown if many else 'Un'} point{'s' * many} reste{'nt' * many} à vérifier : "
            f"{'ils ne comptent' if many else 'il ne compte'} ni comme un manquement, ni comme une conformité{who}."
        )
    return said


# -- the findings


def _groups(view: View) -> list[dict[str, Any]]:
    """The findings by verdict, the worst first: those that say something in full."""
    groups = []
    for verdict, (_, _, title) in VERDICTS.items():
        tell = moot if verdict == "sans_objet" else unfolded
        found = [tell(view, finding) for finding in view.findings if finding.verdict == verdict]
        groups += [{"verdict": verdict, "titre": title, "constats": found}] if found else []
    return groups


def filters(view: View) -> list[dict[str, Any]]:
    """The lists to choose from, each with the values that occur."""
    rules = [finding.rule for finding in view.findings]
    families = {rule.famille: FAMILIES.get(rule.famille, rule.famille) for rule in rules}
    people = sorted({person_in_charge(view, finding) for finding in view.findings})
    processings = {rule.traitement: processing_name(view.corpus, rule.traitement) for rule in rules}
    return [
        {"nom": "gravite", "titre": "Gravité", "choix": _occurring(SEVERITIES, (rule.gravite for rule in rules))},
        {"nom": "certitude", "titre": "Certitude", "choix": _occurring(CERTAINTIES, (rule.certitude for rule in rules))},
        {"nom": "traitement", "titre": "Traitement", "choix": sorted(processings.items(), key=lambda pair: pair[1])},
        {"nom": "famille", "titre": "Famille", "choix": sorted(families.items(), key=lambda pair: pair[1])},
        {"nom": "qui", "titre": "Qui agit", "choix": [(name, name) for name in people]},
    ]


def _occurring(words: dict[str, str], values: Iterable[str]) -> list[tuple[str, str]]:
    there = set(values)
    return [(value, word) for value, word in words.items() if value in there]


def _contradictions(view: View) -> list[dict[str, Any]]:
    return [
        {"dit": entry.dit, "reponses": [{"question": view.corpus.label(name), "reponse": _said(view, name)} for name in entry.reponses]}
        for entry in raised(view.corpus, view.facts)
    ]


def _said(view: View, name: str) -> str:
    """An answer of a contradiction in words; a list, and a field of its elements, are read in the interview."""
    root, _, field = name.partition(".")
    value = view.value(root)
    return (
        ""
        if field or value in (UNKNOWN, ABSENT) or isinstance(value, Items)
        else view.choices(value, name)
        if isinstance(value, Choices)
        else view.say(name)
    )


# -- the risks


def _maps(view: View) -> Iterable[dict[str, Any]]:
    """One map for each processing that has an assessment; what is prohibited is not rated, it ceases."""
    found = present(view)
    if found.fixed:
        yield _map(view, places.subject(view), evaluate(view.corpus, view.facts))
    for analysis in found.devices:
        if stopped(view, analysis):
            yield {"titre": analysis.titre, "lignes": [], "risques": []}
        else:
            yield _map(view, analysis.titre, evaluate(view.corpus, view.facts, analysis.risques))


def _map(view: View, title: str, risks: tuple[Risk, ...]) -> dict[str, Any]:
    placed = tuple(
        risk_matrix.Risk(
            n, risk.nom, (risk.severity.value, risk.likelihood.value), (risk.residual_severity.value, risk.residual_likelihood.value)
        )
        for n, risk in enumerate(risks, 1)
    )
    rows = [
        {"gravite": f"{severity} {risk_matrix.SCALE[severity - 1]}", "cases": [_square(placed, severity, likelihood) for likelihood in (1, 2, 3, 4)]}
        for severity in (4, 3, 2, 1)
    ]  # fmt: skip
    return {"titre": title, "lignes": rows, "risques": [_risk(view, n, risk) for n, risk in enumerate(risks, 1)]}


def _square(risks: tuple[risk_matrix.Risk, ...], severity: int, likelihood: int) -> dict[str, str]:
    before, after = risk_matrix.labels(risks, (severity, likelihood))
    level = risk_matrix.level(severity, likelihood)
    return {"niveau": level.word, "classe": f"niveau-{risk_matrix.LEVELS.index(level) + 1}", "avant": before, "apres": after}


def _risk(view: View, n: int, risk: Risk) -> dict[str, Any]:
    return {
        "n": n, "nom": risk.nom,
        "avant": _rated(view, risk.severity, risk.likelihood), "apres": _rated(view, risk.residual_severity, risk.residual_likelihood),
    }  # fmt: skip


def _rated(view: View, severity: Level, likelihood: Level) -> dict[str, Any]:
    axes = (("Gravité", severity), ("Vraisemblance", likelihood))
    return {
        "niveau": risk_matrix.level(severity.value, likelihood.value).word,
        "axes": [{"axe": name, "niveau": f"{level.value}, {level.word.lower()}", "raison": level.reason, "qui": _knowing(view, level)} for name, level in axes],
    }  # fmt: skip


def _knowing(view: View, level: Level) -> str:
    """Who knows the answers that a provisional level waits for."""
    return ", ".join(dict.fromkeys(filter(None, map(view.whom, level.missing))))


# -- the plan


def _plan(view: View) -> dict[str, Any] | None:
    """The plan of the fixed cameras, or why there is none; nothing while no camera is described."""
    from markupsafe import Markup

    from dpia.documents import plan_svg

    plan = camera_plan.plan_of(view)
    if not plan.cameras or not present(view).fixed:
        return None
    title = f"Plan schématique des caméras – {view.commune_name}"
    drawing = Markup(plan_svg.drawing(plan, title)) if plan.drawable else ""  # noqa: S704  # a drawing of ours, whose texts are escaped
    return {
        "dessin": drawing, "absence": camera_plan.absence(plan), "remede": camera_plan.REMEDY, "phrases": plan.sentences(),
        "mots": plan.alternative() if plan.drawable else "",
    }  # fmt: skip


# -- what remains, by person


def remaining(view: View) -> list[dict[str, Any]]:
    """What each person has to answer, to produce and to do: first the person who holds the most decisive answer."""
    people: dict[str, dict[str, Any]] = {}

    def of(name: str) -> dict[str, Any]:
        return people.setdefault(name, {"qui": name, "questions": [], "pieces": {}, "actions": []})

    for who, group in by_person(requests(view.facts, view.findings)).items():
        of(_person(view, who))["questions"] = [
            {
                "question": request.question.libelle, "elements": some([item.key for item in request.items]),
                "effet": CHANGES[request.effect.gravite] if request.effect else "complète les documents, sans changer de verdict",
                "aussi": ", ".join(view.role(other) if other in view.corpus.roles else other for other in request.people[1:]),
            }
            for request in group
        ]  # fmt: skip
    for finding in view.findings:
        if finding.verdict in ("interdit", "ecart"):
            of(person_in_charge(view, finding))["actions"].append(finding)
        for piece in finding.a_produire if finding.verdict != "sans_objet" else ():
            of(person_in_charge(view, finding))["pieces"].setdefault(piece, []).append(finding)
    return [
        person | {"actions": [_task(view, finding) for finding in person["actions"]], "pieces": _pieces(person["pieces"])}
        for person in people.values()
    ]


def _person(view: View, who: str) -> str:
    return person_name(view.role(who) if who in view.corpus.roles else who) or NOBODY


def _task(view: View, finding: Finding) -> dict[str, str]:
    follow = view.follow_up.get(finding.rule.id)
    due = f"avant le {follow.echeance:%d/%m/%Y}" if follow and follow.echeance else ""
    return {
        "id": finding.rule.id,
        "titre": finding.rule.titre,
        "gravite": finding.rule.gravite,
        "verdict": finding.verdict,
        "echeance": due,
    }


def _pieces(found: dict[str, list[Finding]]) -> list[dict[str, Any]]:
    return [
        {"piece": sentence_case(piece), "constats": [{"id": finding.rule.id, "titre": finding.rule.titre} for finding in findings]}
        for piece, findings in found.items()
    ]


# -- the base


def _base(view: View) -> dict[str, Any]:
    """The law that was applied, and how old its checks are on the day of the report."""
    corpus = view.corpus
    oldest = min((source.verifie_le for read in corpus.rules for source in read.rule.fondement), default=view.facts.on)
    return {
        "version": corpus.version, "empreinte": corpus.digest[:16], "verifie_le": f"{oldest:%d/%m/%Y}", "age": max((view.facts.on - oldest).days, 0),
        "reponses": len(view.dossier.answers), "communes": communes_source(),
    }  # fmt: skip

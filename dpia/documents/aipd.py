"""The AIPD as Markdown: gathers what the template prints. Decides nothing; every number comes from the view."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from dpia.communes import source as communes_source
from dpia.corpus import Corpus
from dpia.documents import markdown
from dpia.documents.view import View
from dpia.model import Rule, Section
from dpia.printing import READ, SEVERITY, cite, contradictions, summary
from dpia.reasoning import Finding, by_effect
from dpia.risks import SCALE, Measure, Risk
from dpia.values import ABSENT, UNKNOWN, Items

JUDGEMENT = {"interdit": "Interdit", "ecart": "À corriger", "a_verifier": "À vérifier", "conforme": "Acceptable"}
CRITERIA = (
    "critere_evaluation", "critere_decision_automatisee", "critere_surveillance_systematique", "critere_donnees_sensibles", "critere_grande_echelle",
    "critere_croisement", "critere_personnes_vulnerables", "critere_innovation", "critere_blocage_droit",
)  # fmt: skip


def render(view: View, risks: tuple[Risk, ...]) -> str:
    """Return the AIPD as Markdown with the blocks of word.py."""
    return markdown.render("aipd.md.j2", **context(view, risks))


def context(view: View, risks: tuple[Risk, ...]) -> dict[str, Any]:
    """What the template may print, in words, lists and numbers."""
    measures = list({measure.id: measure for risk in risks for measure in risk.measures}.values())
    return {
        "v": view,
        "jour": view.facts.on,
        "interdits": view.of("interdit"),
        "bloquants": view.of("ecart", "bloquante", "interdiction"),
        "autres_ecarts": view.of("ecart", "majeure", "mineure"),
        "recommandations": view.of("ecart", "recommandation"),
        "a_verifier": view.of("a_verifier"),
        "compte": summary(view.findings),
        "criteres": [_criterion(view, name, n) for n, name in enumerate(CRITERIA, 1)],
        "seuil": _threshold(view),
        "chiffres": _figures(view),
        "section": lambda name: _section(view, name),
        "risques": [(n, risk) for n, risk in enumerate(risks, 1)],
        "matrice": {"risques": [_point(n, risk) for n, risk in enumerate(risks, 1)]},
        "echelle": list(SCALE.items()),
        "mesures": [_measure(view, measure) for measure in measures],
        "conclusion": _conclusion(view, risks),
        "plan": _plan(view, measures),
        "contradictions": contradictions(view.corpus, view.facts),
        "inconnus": _unknowns(view),
        "non_posees": _not_asked(view),
        "constats": [_annexed(view, n, finding) for n, finding in view.numbered],
        "sans_objet": [finding.rule for finding in view.findings if finding.verdict == "sans_objet"],
        "doutes": [(n, f) for n, f in view.numbered if f.rule.certitude != "etablie"],
        "textes": _texts(view),
        "pieces": _pieces(view),
        "verifie_le": min((source.verifie_le for read in view.corpus.rules for source in read.rule.fondement), default=view.facts.on),
        "communes_source": communes_source(),
    }


def _criterion(view: View, name: str, n: int) -> dict[str, Any]:
    value, label, missing = view.derived(name)
    words = "réuni" if value is True else "non réuni" if value is not UNKNOWN else "à vérifier"
    ask = " ; ".join(f"{view.corpus.label(path)} ({view.people(path)})" for path in missing)
    return {"n": n, "libelle": label.partition(" : ")[2] or label, "etat": words, "suite": ask}


def _threshold(view: View) -> Finding | None:
    """The finding of the rule that says whether an AIPD is due."""
    return next((finding for finding in view.findings if finding.rule.id == "rgpd-aipd-due"), None)


def _figures(view: View) -> dict[str, Any]:
    population, cameras = view.value("population"), view.value("cameras")
    count = len(cameras.elements) if isinstance(cameras, Items) else None
    ratio = round(1000 * count / population, 1) if count and isinstance(population, int) and population else None
    return {
        "population": population if isinstance(population, int) else None, "cameras": count,
        "liste_complete": view.complete("cameras"), "pour_mille": ratio, "sites": len(view.items("sites")),
    }  # fmt: skip


def _detail(view: View, finding: Finding) -> str:
    rule = finding.rule
    match finding.verdict:
        case "conforme":
            text = view.reasons(finding) or rule.preuve
            return f"{text} ({finding.mention})" if finding.mention else text
        case "a_verifier":
            return view.to_ask(finding)
    about = f"Concerne : {', '.join(finding.ecart)}. " if finding.ecart else ""
    return about + (f"{finding.mention[0].upper()}{finding.mention[1:]}. " if finding.mention else "") + rule.a_faire


def _section(view: View, name: Section) -> list[dict[str, Any]]:
    rows = [(n, finding) for n, finding in view.numbered if finding.rule.cadre_aipd == name]
    return [{"n": n, "titre": f.rule.titre, "etat": JUDGEMENT[f.verdict], "detail": _detail(view, f)} for n, f in rows]


def _point(n: int, risk: Risk) -> dict[str, Any]:
    residual = [risk.residual_severity.value, risk.residual_likelihood.value]
    return {"n": n, "nom": risk.nom, "gravite": risk.severity.value, "vraisemblance": risk.likelihood.value, "residuel": residual}


def _measure(view: View, measure: Measure) -> dict[str, Any]:
    follow = view.follow_up.get(measure.id)
    who = follow.responsable if follow and follow.responsable else view.corpus.roles[measure.qui]
    if measure.state is True:
        said = [view.dossier.answers[path.partition("[")[0]] for path in measure.answers if path.partition("[")[0] in view.dossier.answers]
        days = sorted(date.fromisoformat(answer.le) for answer in said if _is_day(answer.le))
        return {"texte": measure.libelle, "etat": "En place", "qui": who, "quand": f"constaté le {days[-1]:%d/%m/%Y}" if days else "déclaré, non daté"}
    if measure.state is ABSENT:
        return {"texte": measure.libelle, "etat": "Sans objet", "qui": "–", "quand": "–"}
    due = f"{follow.echeance:%d/%m/%Y}" if follow and follow.echeance else "date à fixer par le maire"
    if measure.state is UNKNOWN:
        ask = " ; ".join(view.corpus.label(path) for path in measure.missing[:2])
        return {"texte": f"{measure.libelle} Reste à savoir : {ask}", "etat": "À vérifier", "qui": who, "quand": due}
    return {"texte": measure.a_faire, "etat": "À mettre en place", "qui": who, "quand": due}


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _conclusion(view: View, risks: tuple[Risk, ...]) -> dict[str, Any]:
    """Where the residual risk stands: high, not to be settled yet, or not high."""
    high = [risk.nom for risk in risks if risk.high_after]
    missing = {path for risk in risks for level in (risk.residual_severity, risk.residual_likelihood) for path in level.missing}
    return {"eleves": high, "provisoires": len(missing), "innovation": view.value("critere_innovation"), "titre_iii": view.value("regime_titre_iii")}


def _plan(view: View, measures: Iterable[Measure]) -> list[dict[str, Any]]:
    """What remains to be done: gaps first, then measures to put in place."""
    rows = []
    for n, finding in view.numbered:
        if finding.verdict in ("ecart", "interdit"):
            rows.append(_action(view, finding.rule, finding.rule.a_faire, f"constat {n}"))
    for measure in measures:
        if measure.state is False:
            shown = _measure(view, measure)
            rows.append({"action": measure.a_faire, "priorite": "mesure de risque", "qui": shown["qui"], "quand": shown["quand"], "renvoi": "partie 3", "statut": _status(view, measure.id)})
    return rows


def _action(view: View, rule: Rule, text: str, reference: str) -> dict[str, Any]:
    follow = view.follow_up.get(rule.id)
    who = follow.responsable if follow and follow.responsable else view.corpus.roles[rule.qui]
    due = f"{follow.echeance:%d/%m/%Y}" if follow and follow.echeance else "date à fixer par le maire"
    return {"action": text, "priorite": SEVERITY[rule.gravite], "qui": who, "quand": due, "renvoi": reference, "statut": _status(view, rule.id)}


def _status(view: View, key: str) -> str:
    from dpia.followup import STATES

    follow = view.follow_up.get(key)
    return STATES[follow.statut] if follow else STATES["a_traiter"]


def _unknowns(view: View) -> list[dict[str, Any]]:
    """What is still unknown, by who knows, the most decisive first."""
    people: dict[str, list[str]] = {}
    for path, _ in by_effect(view.findings):
        people.setdefault(view.people(path) or "à déterminer", []).append(view.corpus.label(path))
    return [{"qui": who, "questions": questions} for who, questions in people.items()]


def _not_asked(view: View) -> list[dict[str, str]]:
    """The questions that do not arise, and the answers that say so."""
    from dpia.condition import Ref

    rows = []
    for theme in view.corpus.themes:
        for question in theme.questions:
            condition = view.corpus.conditions.get(Ref(question.id))
            trace = condition.judge(view.facts, {}) if condition else None
            if trace and (trace.value is False or trace.value is ABSENT):
                why = [f"{view.corpus.label(leaf.path)} {view.say(leaf.path)}" for leaf in trace.leaves() if view.corpus.question(leaf.path) and "[" not in leaf.path]
                rows.append({"question": question.libelle, "raison": " · ".join(dict.fromkeys(why[:2])) or "la question dont elle dépend ne se pose pas"})
    return rows


def _annexed(view: View, n: int, finding: Finding) -> dict[str, Any]:
    rule = finding.rule
    notes = " ; ".join(f"{cite(s)} ({READ[s.lu]}{f', version au {s.etat_du:%d/%m/%Y}' if s.etat_du else ''})" for s in rule.fondement)
    doubt = " ".join(part for part in (rule.doute, f"Autre lecture. {finding.other_reading}" if finding.other_reading else "") if part)
    return {
        "n": n, "titre": rule.titre, "etat": JUDGEMENT[finding.verdict], "gravite": SEVERITY[rule.gravite], "obligation": rule.obligation,
        "detail": _detail(view, finding), "preuve": rule.preuve, "regle": rule.id, "notes": notes, "doute": doubt,
        "certitude": {"etablie": "établi", "discutee": "discuté", "a_confirmer": "à confirmer"}[rule.certitude],
    }  # fmt: skip


def _texts(view: View) -> list[dict[str, str]]:
    """The texts that the findings rest on, with their articles and how they are met."""
    articles: dict[str, dict[str, None]] = {}
    for _, finding in view.numbered:
        for source in finding.rule.fondement:
            articles.setdefault(source.texte, {})[source.article] = None
    return [{"texte": text, "articles": ", ".join(found)} for text, found in articles.items()]


def _pieces(view: View) -> list[dict[str, str]]:
    """The pieces of evidence that answers name: present in the dossier, or missing."""
    folder = view.dossier.folder / "pieces"
    rows = []
    for name, answer in view.dossier.answers.items():
        if answer.preuve:
            present = not any(mark in answer.preuve for mark in "/\\") and (folder / answer.preuve).is_file()
            rows.append({"piece": answer.preuve, "question": view.corpus.label(name), "etat": "présente" if present else "manquante"})
    return rows


def corpus_of(corpus: Corpus) -> str:
    """Name the law base in one go."""
    return f"base de droit du {corpus.version}, empreinte {corpus.digest[:12]}"

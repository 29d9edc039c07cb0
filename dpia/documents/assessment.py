"""What every impact assessment says, whatever the device: what to decide, what is prohibited, sections, risks, plan, annexes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dpia.communes import source as communes_source
from dpia.corpus import Corpus
from dpia.documents import actions, annexes, evidence
from dpia.documents.deadlines import deadlines
from dpia.documents.view import View
from dpia.model import Section
from dpia.printing import SEVERITY, contradictions, summary
from dpia.reasoning import Finding
from dpia.risks import HIGH, SCALE, Level, Risk
from dpia.values import ABSENT, Truth, Value, shift

JUDGEMENT = {"interdit": "Interdit", "ecart": "À corriger", "a_verifier": "À vérifier", "conforme": "Acceptable"}
ALLOWED = {"interdit": "Interdit : cesse", "a_verifier": "À vérifier", "conforme": "Déclaré respecté", "sans_objet": "Ne se pose pas"}
SOON = 6  # months: the deadlines that the first page tells; a renewal is filed four months before, and takes two to prepare
SHOWN = 6  # points to check at once that the first page names


@dataclass(frozen=True, slots=True)
class Frame:
    """What one assessment is about: the themes it asks, the rule that says it is due, what decides of a prior consultation."""

    themes: frozenset[str]
    threshold: str
    signed: Truth
    titre_iii: Value
    innovation: Value


def shared(view: View, risks: tuple[Risk, ...], frame: Frame) -> dict[str, Any]:
    """What the templates of all assessments may print."""
    freedoms = (view.corpus.data.get("grille") or {}).get("libertes", ())
    decisive = [(n, f) for n, f in view.of("a_verifier", "interdiction") if may_be_prohibited(view, f)]
    return {
        "v": view,
        "jour": view.facts.on,
        "interdits": [_decision(view, n, f) for n, f in view.of("interdit")],
        "bloquants": [_decision(view, n, f) for n, f in view.of("ecart", "bloquante", "interdiction")],
        "majeurs": view.of("ecart", "majeure"),
        "mineurs": view.of("ecart", "mineure"),
        "en_retard": any(finding.mention.startswith("en retard") for finding in view.findings),
        "recommandations": view.of("ecart", "recommandation"),
        "a_verifier": view.of("a_verifier"),
        "decisifs": [(n, f, evidence.named(view, f.rule.pour_chaque, f.unknown)) for n, f in decisive[:SHOWN]],
        "autres_decisifs": len(decisive[SHOWN:]),
        "compte": summary(view.findings),
        "interdits_a_verifier": sum(1 for f in view.findings if f.verdict == "a_verifier" and f.rule.gravite == "interdiction"),
        "seuil": _threshold(view, frame.threshold),
        "permis": _permitted(view),
        "section": lambda name: _section(view, name),
        "risques": [_risk(view, n, risk) | {"libertes": risk.id in freedoms} for n, risk in enumerate(risks, 1)],
        "matrice": {"risques": [_point(n, risk) for n, risk in enumerate(risks, 1)]},
        "echelle": ", ".join(f"{level} {word.lower()}" for level, word in SCALE.items()),
        "mesures": actions.measures(view, risks),
        "conclusion": _conclusion(frame, risks),
        "plan": actions.plan(view, risks, frame.signed),
        "contradictions": [c for c in contradictions(view.corpus, view.facts) if _about(view.corpus, frame, c["reponses"])],
        "inconnus": annexes.unknowns(view, frame.themes),
        "reprises": annexes.carried(view, frame.themes),
        "non_posees": annexes.not_asked(view, frame.themes),
        "constats": [annexes.annexed(view, n, f) for n, f in view.numbered if f.verdict == "conforme" and f.rule.gravite != "interdiction"],
        "doutes": [annexes.doubt(n, f, frame.threshold) for n, f in view.numbered if f.rule.certitude != "etablie"],
        "textes": annexes.texts(view),
        "themes": frame.themes,
        "pieces": annexes.pieces(view, frame.themes),
        "relectures": annexes.to_reread(view),
        "reponses": lambda: annexes.answered(view, frame.themes),
        "echeances": _near_deadlines(view, frame),
        "bloquants_a_verifier": view.of("a_verifier", "bloquante"),
        "verifie_le": min((source.verifie_le for read in view.corpus.rules for source in read.rule.fondement), default=view.facts.on),
        "communes_source": communes_source(),
    }


def _near_deadlines(view: View, frame: Frame) -> list[dict[str, Any]]:
    """The deadlines of what is assessed here that are past, or fall within the next months."""
    asked = {question.id for theme in view.corpus.themes if theme.theme in frame.themes for question in theme.questions}
    starts = {entry["id"]: entry["depart"].partition(".")[0] for entry in view.corpus.data["calendrier"]}
    found = [d for d in deadlines(view) if starts[d.key.partition("/")[0]] in asked and d.day <= shift(view.facts.on, SOON, "mois")]
    return [
        {"jour": d.day, "titre": d.title.partition(" : ")[2] or d.title, "texte": d.text, "passe": d.day < view.facts.on} for d in found
    ]


def may_be_prohibited(view: View, finding: Finding) -> bool:
    """Tell whether an answer can still reveal the prohibited use: not when the rule is kept, and only its reach is unknown."""
    read = next((entry for entry in view.corpus.rules if entry.rule is finding.rule), None)
    kept = {read.satisfait.text} if read and read.satisfait else set()
    judged = [trace for trace in finding.traces if trace.text in kept]
    return not judged or any(trace.value is not True for trace in judged)


def _about(corpus: Corpus, frame: Frame, names: list[str]) -> bool:
    asked = {question.id for theme in corpus.themes if theme.theme in frame.themes for question in theme.questions}
    return any(name.partition(".")[0] in asked for name in names)


def _threshold(view: View, rule: str) -> dict[str, Any] | None:
    """What the rule that says whether an AIPD is due gives, with the reading that is not kept."""
    finding = next((finding for finding in view.findings if finding.rule.id == rule), None)
    if finding is None:
        return None
    number = next((n for n, numbered in view.numbered if numbered is finding), 0)
    asked = [f"{view.corpus.label(path)} (qui le sait : {view.whom(path)})" for path in finding.manque[:3]]
    return {
        "verdict": finding.verdict,
        "n": number,
        "doute": finding.rule.doute,
        "autre": annexes.other(finding),
        "manque": " ; ".join(asked),
        "pieces": " ; ".join(finding.a_produire),
    }


def _decision(view: View, n: int, finding: Finding) -> dict[str, Any]:
    rule, follow = finding.rule, view.follow_up.get(finding.rule.id)
    about = evidence.named(view, finding.rule.pour_chaque, finding.ecart)
    about = f"{about[:1].upper()}{about[1:]}. " if about else ""
    who = follow.responsable if follow and follow.responsable else view.role(rule.qui)
    due = f", avant le {follow.echeance:%d/%m/%Y}" if follow and follow.echeance else ""
    return {
        "n": n,
        "titre": rule.titre,
        "mention": finding.mention,
        "concerne": about,
        "obligation": rule.obligation,
        "a_faire": rule.a_faire,
        "qui": f"{who}{due}",
    }


def _permitted(view: View) -> list[dict[str, Any]]:
    """Every use that the law prohibits, checked first: what was found, the ones that concern the commune on top."""
    numbers = {finding.rule.id: n for n, finding in view.numbered}
    rows = []
    for finding in view.findings:
        if finding.rule.gravite == "interdiction":
            settled = {"conforme": evidence.origin(view, finding), "sans_objet": ""}
            detail = settled[finding.verdict] if finding.verdict in settled else _detail(view, finding)
            if finding.verdict == "a_verifier" and finding.manque:
                who = f"{evidence.named(view, finding.rule.pour_chaque, finding.unknown)} : " if finding.unknown else ""
                detail = f"{who}réponse attendue (qui le sait : {view.whom(finding.manque[0])} ; annexe D)"
            rows.append({
                "n": numbers.get(finding.rule.id, "–"), "titre": finding.rule.titre, "etat": ALLOWED[finding.verdict],
                "detail": detail or "rien de tel n'est déclaré", "articles": annexes.cited(view.sources(finding.rule)), "regle": finding.rule.id,
            })  # fmt: skip
    return rows


def _detail(view: View, finding: Finding) -> str:
    """What was found, or what is still to be known: first person only, the annex gives the others."""
    if finding.verdict == "a_verifier":
        return _to_know(view, finding)
    found = evidence.summary(view, finding)
    about = (
        ""
        if not finding.ecart or all(name in found for name in finding.ecart)
        else f"Concerne : {evidence.named(view, finding.rule.pour_chaque, finding.ecart)}."
    )
    return " ".join(filter(None, (about, f"Réponse de la commune : {evidence.sentence(found)}" if found else "")))


def _to_know(view: View, finding: Finding) -> str:
    parts = []
    if finding.manque:
        asked = evidence.listed(evidence.phrases(view, [a for a in evidence.decisive(view, finding) if a.path in finding.manque]), 3)
        asked = asked or evidence.listed([view.corpus.label(path) for path in finding.manque], 3)
        parts.append(f"Reste à savoir : {asked} (qui le sait : {view.whom(finding.manque[0])}).")
    elif found := evidence.summary(view, finding, 2):
        parts.append(f"Déclaré : {evidence.sentence(found)}")
    if finding.a_produire:
        told = evidence.origin(view, finding).partition("pièce : ")[2]
        parts += [annexes.to_produce(finding), *([f"Pièce déjà nommée : {told}."] if told else [])]
    if finding.rule.certitude == "a_confirmer" and not finding.manque:
        parts.append("La source n'a pas été lue en entier : la conclusion attend sa relecture.")
    return " ".join(parts)


def _section(view: View, name: Section) -> dict[str, Any]:
    """The findings of one section: those to settle in full, the acceptable ones by name."""
    found = [(n, f) for n, f in view.numbered if f.rule.cadre_aipd == name and f.rule.gravite != "interdiction"]
    open_ones = [
        {"n": n, "titre": f.rule.titre, "obligation": f.rule.obligation, "etat": _judgement(f), "gravite": SEVERITY[f.rule.gravite],
         "doute": annexes.CERTAINTY[f.rule.certitude], "retard": f.mention.startswith("en retard"), "detail": _detail(view, f), "articles": annexes.cited(view.sources(f.rule)), "regle": f.rule.id,
         "attend": f.verdict == "a_verifier" and bool(f.manque) and not f.a_produire, "memes": []}
        for n, f in found if f.verdict != "conforme"
    ]  # fmt: skip
    return {
        "ouverts": _together(open_ones),
        "acceptables": [{"n": n, "titre": f.rule.titre, "mention": f.mention} for n, f in found if f.verdict == "conforme"],
    }


def _together(open_ones: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that wait for one same answer stand under the gravest of them, which says it in full."""
    first: dict[str, dict[str, Any]] = {}
    kept = []
    for one in open_ones:
        leader = first.setdefault(one["detail"], one) if one["attend"] else one
        kept += [one] if leader is one else []
        leader["memes"] += [] if leader is one else [one]
    return kept


def _judgement(finding: Finding) -> str:
    return "À améliorer" if finding.verdict == "ecart" and finding.rule.gravite == "recommandation" else JUDGEMENT[finding.verdict]


def _sentences(texts: tuple[str, ...]) -> str:
    return " ".join(text if text.endswith(".") else f"{text}." for text in texts)


def _risk(view: View, n: int, risk: Risk) -> dict[str, Any]:
    axes = [("Gravité", risk.severity, risk.residual_severity), ("Vraisemblance", risk.likelihood, risk.residual_likelihood)]
    rows = []
    for name, before, after in axes:
        same = before.value == after.value
        rows.append({
            "axe": name, "avant": f"{before.value} {before.word.lower()}", "apres": "inchangée" if same else f"{after.value} {after.word.lower()}",
            "raison": f"{before.reason}{_shown_by(view, before)}", "ensuite": "" if same else after.reason,
        })  # fmt: skip
    return {
        "n": n, "nom": risk.nom, "nature": risk.nature, "impacts": _sentences(risk.impacts), "menaces": _sentences(risk.menaces),
        "sources": _sentences(risk.sources), "axes": rows,
    }  # fmt: skip


def _shown_by(view: View, level: Level) -> str:
    """The answers that establish a level, so that its reason can be checked; "" when it is supposed, or the last of its ladder."""
    found = evidence.phrases(view, [a for a in evidence.atoms(level.because) if a.value is not ABSENT]) if level.because else []
    return f" Réponse de la commune : {evidence.sentence(evidence.listed(list(dict.fromkeys(found)), 2))}" if any(found) else ""


def _point(n: int, risk: Risk) -> dict[str, Any]:
    residual = [risk.residual_severity.value, risk.residual_likelihood.value]
    return {"n": n, "nom": risk.nom, "gravite": risk.severity.value, "vraisemblance": risk.likelihood.value, "residuel": residual}


def _conclusion(frame: Frame, risks: tuple[Risk, ...]) -> dict[str, Any]:
    """Where the residual risk stands. A missing answer was counted at its worst: it can lower a level, never raise one."""
    missing = {path for risk in risks for level in (risk.residual_severity, risk.residual_likelihood) for path in level.missing}
    before = [risk for risk in risks if risk.severity.value >= HIGH and risk.likelihood.value >= HIGH]
    after = [risk for risk in risks if risk.high_after]
    unsure = [risk for risk in after if risk.residual_severity.provisional or risk.residual_likelihood.provisional]
    return {
        "eleves": [risk.nom for risk in after if risk not in unsure], "a_confirmer": [risk.nom for risk in unsure],
        "avant": [risk.nom for risk in before], "avant_reserve": sum(1 for r in before if r.severity.provisional or r.likelihood.provisional),
        "provisoires": len(missing),
        "innovation": frame.innovation, "titre_iii": frame.titre_iii,
    }  # fmt: skip


def corpus_of(corpus: Corpus) -> str:
    """Name the law base in one go."""
    return f"base de droit du {corpus.version}, empreinte {corpus.digest[:12]}"

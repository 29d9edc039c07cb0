"""Findings in words for a terminal, and as the JSON that other tools read (design § 6)."""

from __future__ import annotations

import json
import re
import shutil
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

from dpia.corpus import Contradiction, Corpus
from dpia.dossier import Dossier
from dpia.facts import AnsweredFacts
from dpia.model import Source
from dpia.reasoning import VERDICT_WORDS, Finding
from dpia.values import UNKNOWN, State

SEVERITY = {
    "interdiction": "interdiction",
    "bloquante": "bloquant",
    "majeure": "majeur",
    "mineure": "mineur",
    "recommandation": "recommandé",
}
TITLES = {
    "interdit": "INTERDIT : à arrêter, aucune formalité ne le rend licite", "ecart": "ÉCARTS : à corriger",
    "a_verifier": "À VÉRIFIER : il manque une réponse ou une pièce", "conforme": "CONFORME", "sans_objet": "SANS OBJET",
}  # fmt: skip
# "35", "226-16", "L. 252-5", "104, I"; not "30 janvier 2026, n° 506370", which is a decision.
ARTICLE = re.compile(r"[LRDA]\. ?\d|\d+(?:-\d+)*(?=$|,|;| et | à | [IVX]+\b| bis)")
READ = {
    "texte": "texte lu", "extrait": "extrait lu", "page_officielle": "page officielle lue", "commentaire": "connu par un commentaire",
    "memoire": "non relu", "deduction": "déduction",
}  # fmt: skip


def wrap(text: str, indent: str = "  ", first: str | None = None) -> str:
    """Fill lines to the width of the terminal."""
    width = max(50, min(shutil.get_terminal_size((100, 24)).columns, 110))
    first = indent if first is None else first
    # An identifier is copied to the next command: it is never cut.
    return textwrap.fill(
        _quotes_kept(" ".join(text.split())),
        width,
        initial_indent=first,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _quotes_kept(text: str) -> str:
    """Keep French quotation marks with what they hold at the end of a line."""
    return text.replace("« ", "«\u00a0").replace(" »", "\u00a0»")


def cite(source: Source) -> str:
    """Name an article in one go: "CSI, art. L. 252-5"."""
    numbered = ARTICLE.match(source.article)
    return f"{source.texte}, {'art. ' if numbered else ''}{source.article}"


def as_dict(corpus: Corpus, finding: Finding) -> dict[str, Any]:
    """One finding as the JSON contract gives it."""
    rule = finding.rule
    doubt = " ".join(part for part in (rule.doute, finding.other_reading) if part)
    return {
        "regle": rule.id, "titre": rule.titre, "traitement": rule.traitement, "verdict": finding.verdict, "gravite": rule.gravite,
        "certitude": rule.certitude, "doute": doubt or None, "elements": {"ecart": list(finding.ecart), "a_verifier": list(finding.unknown)},
        "fondement": [
            {"texte": s.texte, "article": s.article, "etat_du": s.etat_du.isoformat() if s.etat_du else None, "lu": s.lu, "url": s.url or None}
            for s in rule.fondement
        ],
        "parce_que": [{"question": r.question, "libelle": r.libelle, "reponse": r.reponse} for r in finding.reasons],
        "manque": list(finding.manque), "a_produire": list(finding.a_produire),
        "obligation": rule.obligation, "a_faire": rule.a_faire, "preuve": rule.preuve,
    }  # fmt: skip


def contradictions(corpus: Corpus, facts: AnsweredFacts) -> list[dict[str, Any]]:
    """The pairs of answers that cannot both be true."""
    return [{"reponses": list(entry.reponses), "dit": entry.dit} for entry in raised(corpus, facts)]


def raised(corpus: Corpus, facts: AnsweredFacts) -> list[Contradiction]:
    """The contradictions that the answers raise. An answer that nobody gave, or that is not asked, contradicts nothing."""

    def given(name: str) -> bool:
        return not isinstance(facts.value(name.partition(".")[0]), State)

    return [entry for entry in corpus.contradictions if all(map(given, entry.reponses)) and entry.si.judge(facts, {}).value is True]


def commune_of(dossier: Dossier) -> dict[str, str]:
    """Name and code of the commune, empty while it is not known."""
    from dpia.communes import find

    answer = dossier.answers.get("commune")
    found = find(answer.value) if answer and isinstance(answer.value, str) else None
    return (
        {"nom": found.name, "insee": found.insee}
        if found
        else {"nom": "", "insee": str(answer.value) if answer and answer.value is not UNKNOWN else ""}
    )


def not_covered(corpus: Corpus, dossier: Dossier) -> str:
    """Say that the law of Paris and overseas is adapted and not in the base, when the commune is there; else ""."""
    from dpia.communes import find

    answer = dossier.answers.get("commune")
    found = find(answer.value) if answer and isinstance(answer.value, str) else None
    table = corpus.data.get("non_couverts") or {"departements": [], "dit": ""}
    return str(table["dit"]) if found and found.department in table["departements"] else ""


def summary(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings of each verdict."""
    counts = dict.fromkeys(VERDICT_WORDS, 0)
    for finding in findings:
        counts[finding.verdict] += 1
    return {str(verdict): count for verdict, count in counts.items()}


def as_json(
    corpus: Corpus, dossier: Dossier, facts: AnsweredFacts, findings: tuple[Finding, ...], more: Mapping[str, Any] | None = None
) -> str:
    """The whole judgement, format 1; `more`: other keys at its end."""
    document = {
        "format": 1, "commune": commune_of(dossier), "date": facts.on.isoformat(),
        "corpus": {"version": corpus.version, "sha256": corpus.digest},
        "constats": [as_dict(corpus, finding) for finding in findings],
        "contradictions": contradictions(corpus, facts), "resume": summary(findings), **(more or {}),
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=1)


def as_text(corpus: Corpus, dossier: Dossier, facts: AnsweredFacts, findings: tuple[Finding, ...], everything: bool = False) -> str:
    """The judgement for a terminal: what is prohibited, missing, to check; counts for the rest."""
    name = commune_of(dossier)["nom"] or "Commune à préciser"
    counts = summary(findings)
    warning = not_covered(corpus, dossier)
    lines = [wrap(f"ATTENTION : {warning}", "  ", ""), ""] if warning else []
    lines += [f"{name} · droit au {facts.on:%d/%m/%Y} · base du {corpus.version}", ""]
    for verdict, title in TITLES.items():
        group = [finding for finding in findings if finding.verdict == verdict]
        if not group or (verdict in ("conforme", "sans_objet") and not everything):
            continue
        lines += [f"{title} ({len(group)})", ""]
        for finding in group:
            lines += _entry(corpus, finding)
    for clash in contradictions(corpus, facts):
        lines += [wrap(f"CONTRADICTION : {clash['dit']} ({', '.join(clash['reponses'])})", "  ", ""), ""]
    lines += [_total(counts), "Les réponses les plus décisives à trouver, d'abord :  dpia reste DOSSIER"]
    return "\n".join(lines)


def _total(counts: Mapping[str, int]) -> str:
    words = {"interdit": "interdit{}", "ecart": "écart{}", "a_verifier": "à vérifier", "conforme": "conforme{}", "sans_objet": "sans objet"}
    return "En tout : " + ", ".join(f"{n} {words[verdict].format('s' if n > 1 else '')}" for verdict, n in counts.items()) + "."


def _entry(corpus: Corpus, finding: Finding) -> list[str]:
    rule = finding.rule
    mark = {"interdit": "✗", "ecart": "✗", "a_verifier": "?", "conforme": "✓", "sans_objet": "–"}[finding.verdict]
    lines = [wrap(f"{mark} [{SEVERITY[rule.gravite]}] {rule.titre}" + (f" ({finding.mention})" if finding.mention else ""), "      ", "  ")]
    if finding.ecart:
        lines.append(wrap("Concerne : " + ", ".join(finding.ecart), "      "))
    if finding.verdict in ("interdit", "ecart"):
        lines.append(wrap("À faire : " + rule.a_faire, "      "))
    if finding.manque:
        lines.append(
            wrap(
                "À savoir : "
                + " · ".join(f"{corpus.label(path)} [{path}]" for path in finding.manque[:4])
                + (f" · et {len(finding.manque) - 4} autres" if len(finding.manque) > 4 else ""),
                "      ",
            )
        )
    if finding.a_produire:
        lines.append(wrap("À produire : " + " · ".join(finding.a_produire), "      "))
    doubt = "" if rule.certitude == "etablie" else " · point discuté" if rule.certitude == "discutee" else " · source à relire"
    return [*lines, wrap(" ; ".join(cite(source) for source in rule.fondement) + doubt + f" · {rule.id}", "      "), ""]


def proved(corpus: Corpus) -> str:
    """What `droit verifier` checked, counted."""
    from dpia.checks import counted

    n = counted(corpus)
    rules = len({read.rule.id for read in corpus.rules})
    return "\n".join(
        (
            f"{len(corpus.rules)} rédactions de règles ({rules} règles), {len(corpus.questions)} questions, {len(corpus.derived)} faits dérivés :",
            f"- {n['litteraux']} littéraux lus : chaque nom existe, chaque valeur est une option, chaque type convient, aucune question ne dépend d'une suivante ;",
            f"- {n['fenetres']} fenêtres d'application sans chevauchement, {n['fondements']} fondements datés ;",
            f"- {n['exemples']} exemples exécutés, tous conformes à leur verdict ; {n['gravites']} rédactions y fixent leur gravité ;",
            f"- {n['exigences']} exigences lues, dans {n['regles_qui_exigent']} rédactions ; implications connues entre règles : {n['implications']} ;",
            f"- {n['conditions_risques']} conditions des risques et {n['conditions_traitements']} des traitements lues et typées.",
            f"Base du {corpus.version}, {corpus.digest[:12]}. Les preuves sur tous les dossiers possibles : outils/prouver_regles.py, outils/muter_regles.py.",
        )
    )

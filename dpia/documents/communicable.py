"""The version of an assessment that anyone may read (CRPA, L. 311-1 and L. 311-7), and the list of what it masks, with the ground of each mask.

The answers are masked before anything is printed; the verdicts on the masked answers are compared with the true ones, and nothing is
written when they differ. What is masked and why is data: law/communication.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dpia.analyses import Analysis
from dpia.corpus import Corpus
from dpia.documents import actions, aipd, annexes, device_aipd, places, plans
from dpia.documents.errors import DocumentError
from dpia.documents.masked_view import ELSEWHERE, Hidden, MaskedView, mask_findings, mask_risks
from dpia.documents.masking import SECURITY, Tally, mask
from dpia.documents.plans import CNIL, Plan
from dpia.documents.processings import of_device, of_fixed_cameras, present
from dpia.documents.typography import printable
from dpia.documents.view import View
from dpia.facts import AnsweredFacts
from dpia.model import Source
from dpia.printing import raised
from dpia.reasoning import assess
from dpia.risks import evaluate
from dpia.shapes import convert

PLACE = "law/communication.yaml"


@dataclass(frozen=True, slots=True)
class Public:
    """One assessment ready to be given: the processing (None: the fixed cameras), its title in words, its Markdown."""

    analysis: Analysis | None
    about: str
    text: str


@dataclass(frozen=True)
class Communicable:
    """The assessments, and what a person must read again before they are given."""

    assessments: tuple[Public, ...]
    review: str


def communicable(view: View, plan: Plan = CNIL) -> Communicable:
    """Return the assessments of a dossier with what may not be given masked. Raises DocumentError when masking would change a verdict."""
    policy: Mapping[str, Any] = view.corpus.data["communication"]
    hidden = Hidden({name: frozenset(options) for name, options in policy["securite"].items()})
    masked, tally = _masked(view, policy, hidden)
    found = present(masked)

    def public(analysis: Analysis | None, title: str, about: View) -> Public:
        tables = view.corpus.data["risques"] if analysis is None else analysis.risques
        settled = _settled(about, hidden, policy)
        risks = mask_risks(view.corpus, hidden, policy, evaluate(view.corpus, about.facts, tables), tables)
        if analysis is None:
            context, template = aipd.context(settled, risks, with_plan=False), "aipd.md.j2"
        else:
            context, template = device_aipd.context(settled, analysis, risks), "aipd-dispositif.md.j2"
        return Public(analysis, title, plans.text(template, _grouped(context, settled, view, policy, hidden, tally), plan))

    made = [public(None, places.subject(masked).lower(), places.own_findings(of_fixed_cameras(masked)))] if found.fixed else []
    made += [public(analysis, analysis.titre, of_device(masked, analysis, found.fixed)) for analysis in found.devices]
    return Communicable(tuple(made), _review(view.corpus, tally))


def _masked(view: View, policy: Mapping[str, Any], hidden: Hidden) -> tuple[MaskedView, Tally]:
    """The dossier as anyone may read it. The follow-up of the true view is the one that is masked."""
    done = mask(view.corpus, policy, view.dossier.answers, view.follow_up)
    facts = AnsweredFacts(view.corpus, done.answers, view.facts.on)
    findings = assess(view.corpus, facts)
    if [(f.rule.id, f.verdict, f.mention) for f in findings] != [(f.rule.id, f.verdict, f.mention) for f in view.findings]:
        changed = next(f.rule.id for f, g in zip(findings, view.findings, strict=False) if (f.rule.id, f.verdict) != (g.rule.id, g.verdict))
        raise DocumentError(
            f"version communicable non écrite : une fois les réponses masquées, le constat « {changed} » change. Rien n'est publié."
        )
    for path, options in hidden.answers.items():
        root = path.partition(".")[0]
        if root in view.dossier.answers:
            for option in sorted(options):
                done.tally.add(SECURITY, f"{path}, {option}")
    dossier = replace(view.dossier, answers=done.answers, kept={})
    return MaskedView(view.corpus, dossier, facts, findings, done.follow_up, hidden=hidden, word=policy["mot_securite"]), done.tally


def _settled(view: View, hidden: Hidden, policy: Mapping[str, Any]) -> View:
    """The findings of one assessment, those on protections in general words: last, since rules are recognised by their id until then."""
    words = policy["constat_securite"]
    return replace(view, findings=mask_findings(view.corpus, hidden, words, convert(PLACE, words["fondement"], Source), view.findings))


# -- what the template prints: findings and measures whose words are general stand together


def _grouped(context: dict[str, Any], settled: View, true: View, policy: Mapping[str, Any], hidden: Hidden, tally: Tally) -> dict[str, Any]:
    general, section = policy["constat_securite"]["titre"], context["section"]

    def grouped(name: str) -> dict[str, Any]:
        rows = section(name)
        return {"ouverts": _together(rows["ouverts"], general, "etat"), "acceptables": _together(rows["acceptables"], general)}

    clashes = {entry.dit for entry in raised(true.corpus, true.facts) if hidden.touches(true.corpus, entry.si)}
    return context | {
        "contradictions": [clash for clash in context["contradictions"] if clash["dit"] not in clashes],
        "section": grouped,
        **{name: [(n, f) for n, f in context[name] if f.rule.titre != general] for name in ("majeurs", "mineurs", "bloquants_a_verifier")},
        "relectures": [{**row, "dit": ""} for row in context["relectures"] if row["titre"] != general],
        "constats": _together(context["constats"], general),
        "protections": sum(1 for finding in settled.findings if finding.rule.titre == general and finding.verdict == "ecart"),
        "mesures": _measures(context["mesures"], policy["mesure_securite"]["libelle"]),
        "plan": _plan(context["plan"], policy),
        "pieces": {
            name: [f"{len(pieces)}, dont le nom est masqué"] if pieces else []
            for name, pieces in annexes.pieces(true, context["themes"]).items()
        },
        "masques": _annex(policy, tally),
    }


def _together(rows: Sequence[Mapping[str, Any]], general: str, apart: str = "") -> list[dict[str, Any]]:
    """Rows with the general title become one, with their numbers; those whose column `apart` differs stay apart."""
    first: dict[Any, dict[str, Any]] = {}
    kept: list[dict[str, Any]] = []
    for row in rows:
        if row["titre"] != general:
            kept.append(dict(row))
        elif (key := row.get(apart)) in first:
            first[key]["n"] = f"{str(first[key]['n']).partition(' ')[0]} à {row['n']}"
        else:
            first[key] = {**row, "gravite": "gravité masquée", "raison": "détail masqué"}
            kept.append(first[key])
    return kept


def _measures(measures: Mapping[str, Any], general: str) -> dict[str, Any]:
    """The measures, where those in general words become one line, last and without a state: what is there is no more said than what lacks."""
    every = [*measures["a_faire"], *(shown for _, group in measures["en_place"] for shown in group)]
    about = sorted({n for shown in every if shown.texte == general for n in shown.risques})
    masked = [actions.Shown(general, "masqué", ELSEWHERE, ELSEWHERE, risques=about)] if about else []
    groups = [(who, [shown for shown in group if shown.texte != general]) for who, group in measures["en_place"]]
    to_do = [shown for shown in measures["a_faire"] if shown.texte != general]
    return {"a_faire": [*to_do, *masked], "en_place": [(who, group) for who, group in groups if group]}


def _plan(rows: Sequence[Mapping[str, Any]], policy: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The plan, where the actions in general words become one, without who and when."""
    action, measure = policy["constat_securite"]["a_faire"], policy["mesure_securite"]["a_faire"]
    kept = [dict(row) for row in rows if row["action"] != action and not row["action"].endswith(measure[1:])]
    if len(kept) == len(rows):
        return kept
    numbers = [row["renvoi"].removeprefix("constat ") for row in rows if row["action"] == action]
    about = f"constat{'s' if numbers[1:] else ''} {' à '.join(dict.fromkeys((numbers[0], numbers[-1])))}" if numbers else ""
    general = {
        "action": action,
        "priorite": "masquée",
        "renvoi": about,
        "commentaire": "",
        **dict.fromkeys(("qui", "quand", "statut"), ELSEWHERE),
    }
    return [*kept, general]


# -- the annex, and what is left to a person


def _annex(policy: Mapping[str, Any], tally: Tally) -> list[dict[str, Any]]:
    """What is masked, motive by motive, in the order of the law file."""
    return [
        {
            "nom": motive["nom"], "nombre": len(tally.masked[name]), "remplace": motive["remplace"], "portee": motive["portee"],
            "fondement": annexes.cited((convert(PLACE, motive["fondement"], Source),)),
        }
        for name, motive in policy["motifs"].items() if name in tally.masked
    ]  # fmt: skip


def _review(corpus: Corpus, tally: Tally) -> str:
    """What a person reads again before the version is given: each free text, where it stands, what is printed of it. Nothing masked is in it."""
    if not tally.texts:
        return "À relire avant publication : aucun texte libre dans les réponses.\n"
    masked = sum(1 for _, hidden, _ in tally.texts.values() if hidden)
    lines = [
        f"À RELIRE AVANT PUBLICATION : {len(tally.texts)} textes libres, dont {masked} masqués en tout ou en partie.",
        "Une phrase masquée se rétablit à la main dans le document Word si rien ne la protège.",
        "Une phrase gardée peut encore en dire trop : lisez-les toutes. Ce fichier reste en mairie.",
        "",
    ]
    for place, (kept, hidden, printed) in tally.texts.items():
        question = corpus.question(place.partition(",")[0])
        label = f" – {question.libelle}" if question else ""
        lines += [
            f"[ ] {place}{label}",
            f"    {kept} gardée{'s' if kept > 1 else ''}, {hidden} masquée{'s' if hidden > 1 else ''} : {printable(printed)}",
        ]
    return "\n".join([*lines, ""])

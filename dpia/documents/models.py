"""The drafts that the findings of a dossier call for, as Markdown: what is known is filled in, the rest is a line that says what to write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dpia.documents import markdown, places, reserves
from dpia.documents.annexes import CERTAINTY
from dpia.documents.processings import present, stopped
from dpia.documents.view import View
from dpia.drafting import TEMPLATES, Draft, drafts
from dpia.model import Source
from dpia.printing import READ, cite
from dpia.reasoning import Finding

CALLS = {"ecart": "à corriger", "a_verifier": "à vérifier"}  # a prohibition calls for no draft: the use ceases


@dataclass(frozen=True, slots=True)
class Called:
    """A draft and the findings that call for it, in their order."""

    draft: Draft
    findings: tuple[Finding, ...]


def called(view: View) -> tuple[Called, ...]:
    """The drafts that a gap or a doubt calls for; none for a device that the commune is not known to have, or must stop using."""
    own = {analysis.id for analysis in view.corpus.analyses}
    elsewhere = own - {analysis.id for analysis in present(view).devices if not stopped(view, analysis)}
    open_ones = [f for f in view.findings if f.verdict in CALLS and f.rule.traitement not in elsewhere]
    calls = (Called(draft, tuple(f for f in open_ones if f.rule.id in draft.regles)) for draft in drafts(view.corpus))
    return tuple(call for call in calls if call.findings and call.draft.traitement not in elsewhere)


def render(view: View, call: Called) -> str:
    """Return a draft as Markdown with the blocks of word.py: the frame that is taken off, then the text."""
    return markdown.render(f"{TEMPLATES}/{call.draft.gabarit}.md.j2", **context(view, call))


def context(view: View, call: Called) -> dict[str, Any]:
    """What a template may print. `appels`: the rules that call for the draft; `su`: an answer in words, "" when it is not known."""
    draft, data = call.draft, view.corpus.data
    names = {entry["id"]: entry["nom"] for entry in data.get("traitements") or ()}
    plates = reserves.plates(view, call.findings)
    regimes = {draft.regime} if draft.regime else plates or {purpose["regime"] for purpose in places.purposes(view)}
    return {
        "v": view,
        "m": {
            "titre": draft.titre,
            "traitement": draft.traitement,
            "reserve": draft.reserve if not regimes or draft.reserve_regime in ("", *regimes) else "",
            "aussi": [_source(source) for source in draft.fondement],
            "relire": [view.role(role) for role in draft.relire],
            "constats": [_called_for(view, finding) for finding in call.findings],
            "traitements": list(dict.fromkeys(names[f.rule.traitement] for f in call.findings if f.rule.traitement in names)),
        },
        "appels": {finding.rule.id for finding in call.findings},
        "commune": f"Commune {view.commune.with_de}" if view.commune else "",
        "de_commune": view.commune.with_de if view.commune else "",
        "su": lambda name: view.say(name) if view.known(name) else "",
        "qui": view.whom,
        "lieux": places.kinds(view),
        "finalites": reserves.purposes(view),
        "finalites_locaux": places.closed_purposes(view),
        "regimes": regimes,
        "plaques": bool(plates),
        "aipd": reserves.assessment(view),
        "presents": [names[name] for name in reserves.processings(view) if name in names],
        "duree": reserves.duration(view),
        "arretes": reserves.decrees(view),
        "voient": reserves.access(view, "qui_visionne"),
        "recoivent": reserves.access(view, "destinataires"),
        "lieux_publics": reserves.open_sites(view),
        "lieux_fermes": places.closed_sites(view),
        "hors_arrete": reserves.outside_decree(view),
        "logiciels": reserves.software(view),
        "son": reserves.sound(view),
        "delegue": reserves.delegate(view),
        "pietons_acces": reserves.worn_access(view),
        "ecarts": {finding.rule.id for finding in view.findings if finding.verdict == "ecart"},
        "prestataires": [item.key for item in view.items("prestataires") if view.facts.cell("prestataires", item, "traite_images") is not False],
    }  # fmt: skip


def _called_for(view: View, finding: Finding) -> dict[str, str]:
    """A finding as the frame names it: its state, what it waits for, its articles and how far each was read."""
    rule = finding.rule
    waits = [f"{view.corpus.label(path)} (qui le sait : {view.whom(path)})" for path in finding.manque[:2]] or list(finding.a_produire)
    return {
        "titre": rule.titre,
        "regle": rule.id,
        "etat": ", ".join(filter(None, (CALLS[finding.verdict], CERTAINTY[rule.certitude]))),
        "attend": " ; ".join(waits) if finding.verdict == "a_verifier" else "",
        "textes": " ; ".join(_source(source) for source in view.sources(rule)),
    }


def _source(source: Source) -> str:
    copy = f", copie du {source.etat_du:%d/%m/%Y}" if source.etat_du else ""
    return f"{cite(source)} ({READ[source.lu]}{copy})"


def files(view: View, brand: bytes | None = None) -> Iterator[tuple[str, bytes]]:
    """Each draft as a Word file of the folder "modeles", by its path in the pack, in the style of the `brand` file given."""
    from dpia.documents import word

    for call in called(view):
        meta = word.Meta(
            title=f"{call.draft.titre} – {view.commune_name}", created=view.facts.on, subject="Modèle à compléter et à faire relire",
            header=f"Commune {view.commune.with_de}" if view.commune else "", numbered=False,
        )  # fmt: skip
        yield f"{TEMPLATES}/{call.draft.fichier}.docx", word.render(render(view, call), meta=meta, brand=brand)

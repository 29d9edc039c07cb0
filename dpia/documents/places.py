"""What the AIPD says of the places that are filmed: public ones (CSI) and closed ones (RGPD alone), their purposes and their regimes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dpia.documents.view import View
from dpia.reasoning import Finding
from dpia.values import ABSENT, UNKNOWN, Choices, Item

CLOSED, CLOSED_REGIME = "local_non_ouvert", "rgpd_locaux"
PUBLIC, BOTH, ONLY_CLOSED = (
    "Vidéoprotection", "Vidéoprotection et caméras de lieux fermés au public", "Vidéosurveillance de lieux fermés au public",
)  # fmt: skip
PUBLIC_CODE, NEIGHBOURS = "CSI", "commercants_rue"  # cameras of shops on the street: nothing to ask of a commune that films none
# Which processings the assessment of fixed cameras is about; the findings of the others show only when they say something.
RULES = {"videoprotection": "csi", "videosurveillance_locaux": "locaux", "commun": ""}


def kinds(view: View) -> dict[str, bool]:
    """Whether public places are filmed (kept until an answer says no), and whether closed ones are."""
    public = view.value("csi_applicable") is not False
    return {"csi": public, "locaux": view.has("lieux_filmes", CLOSED)}


def subject(view: View) -> str:
    """The subtitle of the assessment."""
    found = kinds(view)
    return (BOTH if found["csi"] else ONLY_CLOSED) if found["locaux"] else PUBLIC


def own_findings(view: View) -> View:
    """The findings of this assessment: those of places that are not filmed, and of other devices, are left out when they are moot."""
    found = kinds(view)
    here = {processing for processing, kind in RULES.items() if not kind or found[kind]}
    kept = view.about(lambda f: _concerns(f, here, found["csi"]))
    return kept if found["csi"] else replace(kept, without=frozenset({PUBLIC_CODE}))


def _concerns(finding: Finding, here: set[str], public: bool) -> bool:
    if finding.verdict == "sans_objet":
        return finding.rule.traitement in here
    return public or finding.verdict != "a_verifier" or set(finding.manque) != {NEIGHBOURS}


def purposes(view: View) -> list[dict[str, Any]]:
    """The purposes of the public sites, each with these sites only."""
    rows = [{**p, "sites": [name for name in p["sites"] if name not in closed_sites(view)]} for p in view.purposes]
    return [row for row in rows if row["sites"]]


def closed_sites(view: View) -> list[str]:
    """The sites that are closed to the public."""
    return [site.key for site in view.items("sites") if is_closed(view, site)]


def is_closed(view: View, site: Item) -> bool:
    """Tell whether a site is closed to the public, or lies in a commune that films no other place."""
    nature = view.facts.cell("sites", site, "nature")
    return nature == CLOSED or (nature is UNKNOWN and not kinds(view)["csi"])


def regimes(view: View) -> list[dict[str, Any]]:
    """The regimes of the purposes of public sites, then that of closed places."""
    found = list(dict.fromkeys(p["regime"] for p in purposes(view)))
    found += [CLOSED_REGIME] if kinds(view)["locaux"] else []
    return [view.corpus.data["regimes"][name] for name in found]


def closed_purposes(view: View) -> list[dict[str, Any]]:
    """What the cameras of closed places are for; a purpose that a finding rules out says so."""
    value = view.value("locaux_objectifs")
    numbers = {finding.rule.id: n for n, finding in view.numbered}
    rows = []
    for entry in view.corpus.data.get("objectifs_locaux") or ():
        state = value.has(entry["valeur"]) if isinstance(value, Choices) else value
        if state is True:
            refused = numbers.get(entry.get("a_ecarter", ""))
            rows.append({"objectif": entry["objectif"], "usages": entry["usages"], "constat": refused or 0})
    return rows


def closed_answers(view: View) -> list[tuple[str, str]]:
    """The answers on closed places: a short name and the question."""
    entries = view.corpus.data.get("reponses_locaux") or ()
    return [(entry["libelle"], entry["question"]) for entry in entries if view.value(entry["question"]) is not ABSENT]


def other_analyses(view: View) -> list[dict[str, str]]:
    """The other processings of the commune: the title of the assessment delivered, or that there is none."""
    own = {analysis.id: analysis for analysis in view.corpus.analyses}
    rows = []
    for entry in view.corpus.data.get("traitements") or ():
        if entry["id"] in RULES or view.judge(entry["si"]).value is not True:
            continue
        found = own.get(entry["id"])
        rows.append({"nom": entry["nom"], "fichier": f"aipd-{found.fichier}" if found else ""})
    return rows

"""What an act puts between brackets: an access, a purpose or a duration that the findings refuse, or that no answer settles (law/modeles.yaml)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from dpia.documents import places, recipients
from dpia.documents.kept_images import limits, retention
from dpia.documents.markdown import french_date
from dpia.documents.processings import present
from dpia.documents.public import officer
from dpia.documents.purposes_told import purpose_words
from dpia.documents.view import View, lowered
from dpia.reasoning import Finding
from dpia.values import UNKNOWN, Choices, Item

_MISSION = " à la protection des données"
_DELEGATE = re.compile(r"(délégué)(e?s?)\b", re.IGNORECASE)
_ASIDE = re.compile(r" \([^)]*\)")  # examples that an option gives between brackets


def access(view: View, question: str) -> dict[str, Any]:
    """Who sees or receives images: « admis » by the law, « ecartes » that it does not name, « inconnus » that no answer settles; `qui` knows them."""
    table = view.corpus.data["reserves"]["acces"][question]
    options = {option: _ASIDE.sub("", lowered(label)) for option, label in view.corpus.questions[question].options.items()}
    public, value = places.kinds(view)["csi"], view.value(question)
    allowed: dict[str, str] = {}
    named: set[str] = set()
    for entry in recipients.allowed(view) if public else ():
        root, _, option = entry.get("reponse", "").partition(".")
        if root == question:
            named.add(option)
            allowed.setdefault(entry["texte"], _doubt(view, table, option))
    refused = []
    for option, words in options.items():
        if view.has(question, option) and (option not in named or recipients.sees_street(view, table, option) is True):
            why = table["refuse"].get(option, table["refuse"]["*"]) if public else table["hors_csi"]
            refused.append({"qui": words, "reserve": why})
    unknown = [words for option, words in options.items() if isinstance(value, Choices) and value.has(option) is UNKNOWN]
    admitted = [{"qui": text, "reserve": doubt} for text, doubt in allowed.items()]
    return {"admis": admitted, "ecartes": refused, "inconnus": unknown, "qui": view.whom(question)}


def _doubt(view: View, table: dict[str, Any], option: str) -> str:
    """What is still to be done for somebody whom the law admits, "" when nothing is."""
    if recipients.sees_street(view, table, option) is UNKNOWN:
        return str(table["rue"]["inconnu"])
    entry = table.get("sous_reserve", {}).get(option)
    return str(entry.get(_state(view, entry["constat"]), "")) if entry else ""


def purposes(view: View) -> list[dict[str, Any]]:
    """The purposes of public sites in the words of the public, each site with what keeps it from being written as it stands."""
    return [
        {
            **p,
            "mots": purpose_words(p, len(p["sites"]) > 1),
            "sites": [{"nom": s, "reserve": doubt_of(view, p["valeur"], s)} for s in p["sites"]],
        }
        for p in places.purposes(view)
    ]


def doubt_of(view: View, purpose: str, site: str) -> str:
    """Why the findings refuse a purpose at a site, or what they wait for; "" when they accept it."""
    natures = {item.key: view.facts.cell("sites", item, "nature") for item in view.items("sites")}
    for entry in view.corpus.data["reserves"]["objectifs"]:
        if purpose not in entry["finalites"]:
            continue
        if "nature" in entry:
            if natures.get(site) == entry["nature"]:
                return str(entry["texte"])
        elif said := entry.get(_state(view, entry["constat"], site)):
            return str(said)
    return ""


def _state(view: View, rule: str, element: str = "") -> str:
    """The verdict of a rule, for one element when it judges a list."""
    found = finding(view, rule)
    if found is None:
        return ""
    if found.rule.pour_chaque is None:
        return found.verdict
    return "ecart" if element in found.ecart else "a_verifier" if element in found.unknown else ""


def finding(view: View, rule: str) -> Finding | None:
    """What a rule gives here, None when it is not in force."""
    return next((found for found in view.findings if found.rule.id == rule), None)


def decrees(view: View) -> str:
    """Name the prefect's decrees as an act cites them, "" when none is described."""
    found = []
    for item in view.items("arretes"):
        day = view.facts.cell("arretes", item, "date")
        found.append(f"arrêté préfectoral n° {item.key}" + (f" du {french_date(day)}" if isinstance(day, date) else ""))
    return " ; ".join(found)


def duration(view: View) -> dict[str, Any]:
    """How long images are kept: `jours` as answered (None: unknown), `limite` of the decrees in words, `depasse` when it is longer, `apres`: what is left then."""
    days, allowed_days = retention(view), limits(view)
    refused = any(_state(view, rule) == "ecart" for rule in view.corpus.data["reserves"]["duree"])
    longer = days is not None and any(days > allowed for allowed in allowed_days)
    said = " ; ".join(
        f"{allowed:g} jour{'s' if allowed > 1 else ''} au plus ({_numbered(names)})" for allowed, names in allowed_days.items()
    )
    return {"jours": days, "limite": said, "depasse": bool(days) and (refused or longer), "apres": erasure(view)}


def _numbered(names: list[str]) -> str:
    return f"arrêté{'s' if len(names) > 1 else ''} " + ", ".join(f"n° {name}" for name in names)


def open_sites(view: View) -> list[Item]:
    """The sites that an act on public places is about."""
    return [site for site in view.items("sites") if not places.is_closed(view, site)]


def outside_decree(view: View) -> dict[str, list[str]]:
    """The cameras of public places that the decree leaves out (`non`), and those that nobody has checked (`inconnu`)."""
    closed = places.closed_sites(view)
    cells = {
        c.key: view.facts.cell("cameras", c, "autorisee")
        for c in view.items("cameras")
        if view.facts.cell("cameras", c, "site") not in closed
    }
    return {
        "non": [key for key, cell in cells.items() if cell is False],
        "inconnu": [key for key, cell in cells.items() if cell is UNKNOWN],
    }


def erasure(view: View) -> str:
    """What is left of the images after their duration, or that nobody has said; "" when they are erased, or not recorded."""
    if retention(view) in (0, None):
        return ""
    table, answer = view.corpus.data["reserves"]["effacement"], view.value("effacement")
    return str(table["inconnu"] if answer is UNKNOWN else table.get(answer, ""))


def software(view: View) -> dict[str, Any]:
    """What software does with the images (`usages`), what nobody has checked (`inconnus`; `qui` knows), and the prohibitions met (`interdits`)."""
    asked = view.corpus.data["reserves"]["logiciel"]
    theme = next({question.id for question in theme.questions} for theme in view.corpus.themes if asked in {q.id for q in theme.questions})
    forbidden = [f.rule.titre for _, f in view.of("interdit") if {reason.question.partition(".")[0] for reason in f.reasons} & theme]
    value = view.value(asked)
    unknown = [lowered(o["libelle"]) for o in view.options(asked) if o["etat"] is UNKNOWN] if isinstance(value, Choices) else []
    unknown += [str(view.corpus.data["reserves"]["logiciel_inconnu"])] if value is UNKNOWN else []
    used = [lowered(sure(view, label)) for label in view.ticked(asked)]
    return {"usages": used, "inconnus": unknown, "qui": view.whom(asked), "interdits": forbidden}


def sure(view: View, text: str) -> str:
    """The text without the words of an option that deny the others, while one of these is not known."""
    table, value = view.corpus.data["reserves"], view.value(view.corpus.data["reserves"]["logiciel"])
    unknown = isinstance(value, Choices) and any(value.has(o) is UNKNOWN for o in view.corpus.questions[table["logiciel"]].options)
    return text.replace(table["rien_de_plus"], "") if unknown else text


def in_row(found: dict[str, Any]) -> str:
    """Those who have access, in one line: each with what keeps it from being written as it stands, then those whom nobody has checked."""
    said = [p["qui"] + (f" [{p['reserve']}]" if p["reserve"] else "") for p in (*found["admis"], *found["ecartes"])]
    who = f" (qui le sait : {found['qui']})" if found["qui"] else ""
    said += [f"[à vérifier{who} : {' ; '.join(found['inconnus'])}]"] if found["inconnus"] else []
    return " ; ".join(said)


def assessment(view: View) -> str:
    """How far the assessment of the cameras is, "" when it is signed or when nobody knows."""
    return str(view.corpus.data["reserves"]["aipd"].get(view.value("aipd"), ""))


def sound(view: View) -> str:
    """Whether the cameras record sound: « avec » when one does, « sans » when none does, "" when that is not known of all."""
    cells = [view.facts.cell("cameras", camera, "son") for camera in view.items("cameras")]
    if any(cell is True for cell in cells):
        return "avec"
    return "sans" if cells and view.complete("cameras") and all(cell is False for cell in cells) else ""


def worn_access(view: View) -> dict[str, list[str]]:
    """Who has the videos of worn cameras beyond those whom the code lists, and whom nobody has asked about."""
    allowed, value = view.corpus.data["reserves"]["acces"]["pietons_acces"]["admis"], view.value("pietons_acces")
    others = {
        option: _ASIDE.sub("", lowered(label))
        for option, label in view.corpus.questions["pietons_acces"].options.items()
        if option not in allowed
    }
    told = {option: value.has(option) if isinstance(value, Choices) else value for option in others}
    return {
        "ecartes": [others[option] for option, state in told.items() if state is True],
        "inconnus": [others[option] for option, state in told.items() if state is UNKNOWN],
    }


def delegate(view: View) -> dict[str, str]:
    """The data protection officer as typed, the title said once: `titre`, `qui` in a sentence, `contact` ("" when there is none)."""
    typed = view.text("dpo_contact")
    title, contact = officer(typed)
    if contact == typed and (found := _DELEGATE.match(typed)):
        name, _, contact = typed.partition(",")
        title = name if _MISSION in name else f"{found[0]}{_MISSION}" + (f" ({rest})" if (rest := name[found.end() :].strip()) else "")
    article = "les" if title.lower().startswith(("délégués", "déléguées")) else "la" if title.lower().startswith("déléguée") else "le"
    return {"titre": title, "qui": f"{article} {lowered(title)}", "contact": contact.strip()}


def processings(view: View) -> list[str]:
    """The processings that the commune is known to have, in the order of the table."""
    found = present(view)
    here = {analysis.id for analysis in found.devices}
    fixed = {name for name, kind in places.RULES.items() if kind and found.fixed and places.kinds(view)[kind]}
    return [entry["id"] for entry in view.corpus.data["traitements"] if entry["id"] in here | fixed]


def plates(view: View, findings: Iterable[Finding]) -> set[str]:
    """The regimes of what these findings are about when it reads number plates and nothing else; empty otherwise."""
    table = view.corpus.data["reserves"]["plaques"]
    about = {found.rule.traitement for found in findings} - {"commun"} or set(processings(view))
    return {regime for name in about for regime in table[name]} if about and about <= set(table) else set()

"""The register: a sheet per processing, with the items that RGPD art. 30 and loi 78-17 art. 100 list, in their order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from dpia.analyses import Analysis, quoting
from dpia.documents import markdown, places, reserves
from dpia.documents.lines import Line, lines, unsettled, whom
from dpia.documents.processings import COMMON
from dpia.documents.public import controller
from dpia.documents.view import View
from dpia.values import ABSENT, UNKNOWN, Choices

TO_CHECK = "à vérifier"
_IF_ANY = "si cette donnée existe"
Group = tuple[str, list[Line]]  # a heading, "" for none, and its lines


def render(view: View) -> str:
    """Return the register as Markdown: a sheet for each processing that the commune is known to have."""
    return markdown.render("registre.md.j2", **context(view))


def context(view: View) -> dict[str, Any]:
    """What the template may print."""
    table = view.corpus.data["registre"]
    written = {sheet["traitement"]: sheet for sheet in table["fiches"]}
    analyses = {analysis.id: analysis for analysis in view.corpus.analyses}
    sheets, unsure = [], []
    for processing in view.corpus.data["traitements"]:
        kept = [(processing, written[processing["id"]], analyses.get(processing["id"]))]
        kept += [({**more, "id": more["traitement"]}, more, None) for more in table["en_plus"] if more["traitement"] == processing["id"]]
        for sheet, content, analysis in kept:
            judged = view.judge(content.get("si", sheet["si"]))
            if judged.value is True:
                sheets.append(_sheet(view, sheet, content, analysis, table["mentions"]))
            elif judged.value is UNKNOWN:
                asked = [f"{view.corpus.label(path)} (qui le sait : {view.whom(path)})" for path in judged.missing()]
                unsure.append({"nom": sheet["nom"], "manque": " ; ".join(asked)})
    return {"plaques": bool(reserves.plates(view, ())), "v": view, "jour": view.facts.on, "fiches": sheets, "incertains": unsure}


def _sheet(
    view: View, processing: Mapping[str, str], written: Mapping[str, Any], analysis: Analysis | None, items: Iterable[Mapping[str, str]]
) -> dict[str, Any]:
    """One sheet. The mentions of a text come when a purpose is under it, or while no purpose is known."""
    table = view.corpus.data["regimes"].values()
    purposes, regimes = _purposes(view, processing["id"], written, analysis)
    texts = list(dict.fromkeys(r["consequences"]["Registre"] for r in table if r in regimes and "Registre" in r["consequences"]))
    data = _data(view, written, analysis)
    content = {
        "responsable": _controller(view, written),
        "finalites": [("", purposes)],
        "personnes": [("Personnes", lines(view, written["personnes"])), ("Données", [Line(name.texte, name.manque) for name, _, _ in data])],
        "destinataires": [("", [_of(name, who) for name, who, _ in data]), ("Aussi", lines(view, written.get("destinataires", ())))],
        "transferts": [("", lines(view, written["transferts"]) or [Line("Aucun, d'après les réponses.")])],
        "delais": [("", [_of(name, during) for name, _, during in data])],
        "securite": [("", _security(view, written["securite"]))],
        "sensibles": [("", lines(view, written.get("sensibles", ())))],
        "base": [("", [Line(f"{r['nom'][0].upper()}{r['nom'][1:]} : {r['base']}.") for r in table if r in regimes] + lines(view, written.get("base_transferts", ())))],
        "profilage": [("", lines(view, written.get("profilage", ())) or [Line(f"{TO_CHECK[0].upper()}{TO_CHECK[1:]}.")])],
    }  # fmt: skip
    shown = [item for item in items if "regime" not in item or item["regime"] in texts or not regimes]
    missing = dict.fromkeys(path for item in shown for _, group in content[item["id"]] for line in group for path in line.manque)
    return {
        "nom": processing["nom"],
        "textes": texts,
        "mentions": [
            {**item, "groupes": [(head, [reserves.sure(view, line.texte) for line in group]) for head, group in content[item["id"]] if group]}
            for item in shown
        ],
        "interdits": [
            finding.rule.titre
            for _, finding in view.of("interdit")
            if finding.rule.traitement == processing["id"] or (analysis is None and finding.rule.traitement == COMMON)
        ],
        "manque": [*({"libelle": view.corpus.label(path), "qui": view.whom(path)} for path in missing), *_unasked(view, written)],
    }  # fmt: skip


def _unasked(view: View, written: Mapping[str, Any]) -> list[dict[str, str]]:
    """What the text wants and no question asks, where the answers say that it is due."""
    entries = [entry for part in written.values() if isinstance(part, list) for entry in part if isinstance(entry, Mapping)]
    return [
        {"libelle": entry["demande"], "qui": view.role(entry["aupres"])}
        for entry in entries
        if "demande" in entry and ("si" not in entry or view.judge(entry["si"]).value is True)
    ]


def _security(view: View, entries: Iterable[Any]) -> list[Line]:
    """The measures. An entry with `manquent` says what an answer lacks: the rule beside it is not a fact."""
    found: list[Line] = []
    for entry in entries:
        found += [_lacking(view, entry)] if "manquent" in entry else lines(view, [entry])
    return [line for line in found if line.texte]


def _lacking(view: View, entry: Mapping[str, Any]) -> Line:
    """What a rule asks for, what an answer says is not there, and what nobody knows; an empty line when the question does not arise."""
    value, question = view.value(entry["manquent"]), entry["manquent"]
    if value is ABSENT:
        return Line("")
    states = {words: value.has(option) if isinstance(value, Choices) else value for option, words in entry["options"].items()}
    lacking = [words for words, state in states.items() if state is False]
    unknown = [words for words, state in states.items() if state is UNKNOWN]
    said = [f"Aujourd'hui {'manquent' if len(lacking) > 1 else 'manque'} : {', '.join(lacking)}."] if lacking else []
    who = f" (qui le sait : {view.whom(question)})" if view.whom(question) else ""
    said += [f"À vérifier{who} : {', '.join(unknown)}."] if unknown else []
    return Line(f"{entry['regle']} {' '.join(said) or entry['rien']}", (question,) if unknown else ())


def _controller(view: View, written: Mapping[str, Any]) -> list[Group]:
    who = [
        Line(f"Responsable : {controller(view) or 'commune à préciser'}."),
        *lines(view, ["Contact : {contact_commune}"]),
        *(_officer(view) if view.value("dpo_designe") is not False else ()),
        *((Line("Délégué à la protection des données : aucun n'est désigné."),) if view.value("dpo_designe") is False else ()),
        *lines(view, written.get("conjoint", ())),
    ]
    return [("", who)]


def _officer(view: View) -> list[Line]:
    """The data protection officer, by the title that was typed."""
    if not view.text("dpo_contact"):
        return lines(view, ["Délégué à la protection des données : {dpo_contact}"])
    found = reserves.delegate(view)
    return [Line(f"{found['titre']} : {found['contact'] or 'contact à compléter'}", () if found["contact"] else ("dpo_contact",))]


def _purposes(
    view: View, processing: str, written: Mapping[str, Any], analysis: Analysis | None
) -> tuple[list[Line], list[Mapping[str, Any]]]:
    """The purposes of a sheet, and their regimes: written in the table, those of an assessment, or those of the sites."""
    if "finalites" in written:
        named = [entry["regime"] for entry in written["regimes"] if view.judge(entry["si"]).value in (True, UNKNOWN)]
        return lines(view, written["finalites"]), [view.corpus.data["regimes"][name] for name in named]
    return _device(view, analysis) if analysis else _fixed(view, processing)


def _fixed(view: View, processing: str) -> tuple[list[Line], list[Mapping[str, Any]]]:
    """The purposes of the fixed cameras, in the words of their assessment, and their regimes."""
    table = view.corpus.data["regimes"]
    if places.RULES[processing] == "locaux":
        rows = [Line(row["objectif"] + (" Un constat l'écarte." if row["constat"] else "")) for row in places.closed_purposes(view)]
        return rows or _unknown(view, "locaux_objectifs"), [table[places.CLOSED_REGIME]]
    found = places.purposes(view)
    rows = [
        Line(f"{row['objectif']} CSI, {row['rang']}. Sites : {', '.join(_site(view, row, site) for site in row['sites'])}.")
        for row in found
    ]
    return rows or _unknown(view, "sites"), [table[name] for name in dict.fromkeys(row["regime"] for row in found)]


def _site(view: View, purpose: Mapping[str, Any], site: str) -> str:
    doubt = reserves.doubt_of(view, purpose["valeur"], site)
    return f"{site} [{doubt}]" if doubt else site


def _device(view: View, analysis: Analysis) -> tuple[list[Line], list[Mapping[str, Any]]]:
    """The purposes of a device, as its assessment says them, and the regimes that they name."""
    kept = [(purpose, view.judge(purpose.si).value if purpose.si else True) for purpose in analysis.finalites]
    rows = [
        Line(f"{quoting(purpose.objectif, view.say)} {purpose.texte}." + (" À vérifier." if value is UNKNOWN else ""), view.judge(purpose.si or "").missing() if value is UNKNOWN else ())
        for purpose, value in kept
        if value is True or value is UNKNOWN
    ]  # fmt: skip
    named = [purpose.regime for purpose, value in kept if value is True or value is UNKNOWN]
    table = [regime for regime in view.corpus.data["regimes"].values() if "appareil" in regime]
    regimes = [regime for regime in table if any(regime["appareil"] in text for text in named)]
    return rows or [Line("Aucune finalité admise, d'après les réponses.")], regimes


def _unknown(view: View, name: str) -> list[Line]:
    return [Line(f"{TO_CHECK[0].upper()}{TO_CHECK[1:]} (qui le sait : {view.whom(name)})", (name,))]


def _data(view: View, written: Mapping[str, Any], analysis: Analysis | None) -> list[tuple[Line, Line, Line]]:
    """Each category of data: its name, who sees or receives it, how long it is kept."""
    durations = written.get("durees", {})
    entries: list[Mapping[str, Any]] = [*written.get("donnees", ())]
    if analysis:
        own = [
            {"donnee": d.donnee, "qui": d.qui, "duree": durations.get(d.donnee, d.duree), **({"si": d.si} if d.si else {})}
            for d in analysis.donnees
        ]
        entries = [*own, *entries]
    return [row for entry in entries if (row := _row(view, entry)) is not None]


def _row(view: View, entry: Mapping[str, Any]) -> tuple[Line, Line, Line] | None:
    """A category of data, None when there is none. While nobody knows whether there is, neither a recipient nor a duration is stated."""
    judged = view.judge(entry["si"]) if "si" in entry else None
    if judged is not None and judged.value is not True and judged.value is not UNKNOWN:
        return None
    missing = judged.missing() if judged is not None and judged.value is UNKNOWN else ()
    first, who, during = (lines(view, [entry[part]])[0] for part in ("donnee", "qui", "duree"))
    note = f" : {view.note(entry['note'])}" if "note" in entry and view.note(entry["note"]) else ""
    doubt = f" ({TO_CHECK}, qui le sait : {whom(view, missing)})" if missing and not first.manque else ""
    name = Line(first.texte + note + doubt, (*first.manque, *missing))
    if missing:
        return name, Line(f"à établir, {_IF_ANY}"), Line(f"{_IF_ANY}, {during.texte}", during.manque)
    return name, who, _left(view, during) if entry.get("effacement") else during


def _left(view: View, during: Line) -> Line:
    """The duration, with what is left of the images after it."""
    left = reserves.erasure(view)
    return Line(f"{during.texte} [{left}]", (*during.manque, *unsettled(view, "effacement"))) if left else during


def _of(name: Line, said: Line) -> Line:
    return Line(f"{re.split(r' : | [(]', name.texte)[0]} : {said.texte}", said.manque)

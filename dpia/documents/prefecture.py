"""The file of a request to the prefect: each piece that the article lists, with its text ready, what to join, or what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dpia.documents import camera_plan, markdown, places, reserves
from dpia.documents.deadlines import deadlines
from dpia.documents.lines import Line, cell_missing, lines, unsettled, whom
from dpia.documents.markdown import french_date
from dpia.documents.view import View, lowered
from dpia.values import ABSENT, UNKNOWN, Choices, Item, Truth

TO_CHECK = "à vérifier"
AUTHORISATION = "autorisation"  # the section of the assessment that treats what the prefect grants


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of the file. `due`: whether the text asks for it here; `replaced`: the assessment stands for it."""

    due: Truth
    replaced: bool
    lines: tuple[Line, ...]
    annexes: tuple[str, ...]
    missing: tuple[str, ...]
    ready: bool = True  # False when an answer says that what the piece describes is not done

    @property
    def state(self) -> str:
        """In a few words: what the clerk does with it."""
        if self.due is False:
            return "sans objet"
        if self.replaced:
            return "remplacée par l'analyse d'impact signée"
        parts = []
        if self.lines or self.missing:
            count = len(self.missing)
            plural = ("s", "nt") if count > 1 else ("", "")
            lacks = [f"{count} réponse{plural[0]} manque{plural[1]}"] if count else []
            lacks += [] if self.ready else ["une réponse dit que ce n'est pas fait"]
            parts.append(f"texte à compléter ({' ; '.join(lacks)})" if lacks else "texte prêt")
        parts += ["annexe à joindre"] if self.annexes else []
        return ("due ou non : à vérifier ; " if self.due is UNKNOWN else "") + " ; ".join(parts)


def requested(view: View) -> list[tuple[Mapping[str, Any], Truth]]:
    """The requests that concern the commune, or may: each with whether that is known."""
    found = [(request, view.judge(request["si"]).value) for request in view.corpus.data["demandes_prefet"]]
    return [(request, value) for request, value in found if value is True or value is UNKNOWN]


def render(view: View, request: Mapping[str, Any], assessment: str) -> str:
    """Return the file as Markdown. `assessment`: the name of the assessment delivered with it."""
    return markdown.render("prefecture.md.j2", **context(view, request, assessment))


def context(view: View, request: Mapping[str, Any], assessment: str) -> dict[str, Any]:
    """What the template may print."""
    told = request["aipd"]
    signed = "si" in told and view.judge(told["si"]).value is True
    state = _state(view, told) if signed else ""
    written = signed and state != "ecart"
    pieces = [(entry, _piece(view, entry, written)) for entry in request["rubriques"]]
    about = {request["id"], "commun"} if request.get("commun") else {request["id"]}
    own = [(n, f) for n, f in view.numbered if f.rule.traitement == request["id"] and f.rule.gravite != "recommandation"]
    kept = [piece for _, piece in pieces if piece.due is not False and not piece.replaced]
    missing = dict.fromkeys(path for piece in kept for path in piece.missing)
    return {
        "v": view,
        "jour": view.facts.on,
        "demande": {key: request[key] for key in ("titre", "article", "objet", "rappels", "formulaire", "textes")},
        "interdits": [finding.rule.titre for _, finding in view.of("interdit") if finding.rule.traitement in about],
        "deposee": "deposee" in request and view.judge(request["deposee"]).value is True,
        "a_regler": [
            {"titre": f.rule.titre, "a_faire": f.rule.a_faire, "qui": view.role(f.rule.qui)}
            for _, f in own if f.verdict == "ecart" and (f.rule.cadre_aipd == AUTHORISATION or f.rule.gravite in ("bloquante", "interdiction"))
        ],
        "nature": [*(line.texte for line in lines(view, request["nature"])), *_terms(view, request.get("terme", ""))],
        "sans_demande": not lines(view, request["nature"]),
        "aipd": list(_assessment(view, told, signed, state, f"{assessment}.docx")),
        "rubriques": [_shown(view, entry, piece) for entry, piece in pieces],
        "manque": [{"libelle": view.corpus.label(path), "qui": view.whom(path)} for path in missing],
        "annexes": [annex for piece in kept for annex in piece.annexes],
    }  # fmt: skip


def _state(view: View, told: Mapping[str, Any]) -> str:
    """Whether the signed assessment is up to date: the verdict of the rule that asks for it."""
    found = reserves.finding(view, told["constat"])
    return found.verdict if found else ""


def _assessment(view: View, told: Mapping[str, Any], signed: bool, state: str, file: str) -> Iterator[str]:
    """What the assessment replaces: the one that was signed, which is not the draft made today."""
    if not signed:
        written = told["a_ecrire"].replace("<etat>", reserves.assessment(view) or view.say("aipd"))
        yield from (line.texte for line in lines(view, [written]))
    else:
        yield told["a_reprendre" if state == "ecart" else "ecrite"]
        if state == "a_verifier":
            yield told["a_verifier"].replace("<qui>", view.whom("aipd_dossier"))
    if "projet" in told:
        yield told["projet"].replace("<fichier>", file)


def _terms(view: View, deadline: str) -> Iterator[str]:
    """The day on which each authorisation ends, when its decree is dated."""
    for found in deadlines(view):
        kind, _, decree = found.key.partition("/")
        if kind == deadline:
            verb = "a pris fin" if found.day < view.facts.on else "prend fin"
            yield f"Terme : l'autorisation (arrêté n° {decree}) {verb} le {french_date(found.day)}. Vérifiez ce terme dans l'arrêté : s'il en fixe un autre, c'est le sien qui vaut."


def _piece(view: View, entry: Mapping[str, Any], written: bool) -> Piece:
    judged = view.judge(entry["si"]) if "si" in entry else None
    due: Truth = not entry.get("hors", False) if judged is None else judged.value if isinstance(judged.value, bool) else UNKNOWN
    said = tuple(_said(view, entry.get("lignes", ()))) or ((Line(entry["rien"]),) if "rien" in entry else ())
    ready = "pret" not in entry or view.judge(entry["pret"]).value is not False
    asked = dict.fromkeys(path for line in said for path in line.manque)
    asked |= dict.fromkeys(judged.missing() if judged is not None and due is UNKNOWN else ())
    asked |= dict.fromkeys(path for table in entry.get("listes", ()) for path in _blank(view, table))
    return Piece(due, written and bool(entry.get("remplace")), said, tuple(entry.get("annexes", ())), tuple(asked), ready)


def _said(view: View, written: Iterable[Any]) -> Iterator[Line]:
    """The lines of a piece, each mark in its words."""
    for entry in written:
        mark = next((mark for mark in _MARKS if not isinstance(entry, str) and f"<{mark}>" in entry["texte"]), "")
        if not mark:
            yield from lines(view, [entry])
        elif (found := _MARKS[mark](view, entry)) is not None:
            yield Line(entry["texte"].replace(f"<{mark}>", found.texte), found.manque)


def _access(view: View, entry: Mapping[str, Any]) -> Line:
    """Who sees or receives images, as the note to the council says it."""
    name = entry["acces"]
    return Line(reserves.in_row(reserves.access(view, name)) or view.told(name), unsettled(view, name))


def _software(view: View, entry: Mapping[str, Any]) -> Line:
    found, name = reserves.software(view), view.corpus.data["reserves"]["logiciel"]
    unknown = f"[à vérifier (qui le sait : {found['qui']}) : {' ; '.join(found['inconnus'])}]" if found["inconnus"] else ""
    return Line(" ; ".join(filter(None, (*found["usages"], unknown))) or view.told(name), unsettled(view, name))


def _options(view: View, entry: Mapping[str, Any]) -> Line:
    """The answer without the options that this request is not about."""
    name, left_out = entry["options"], frozenset(entry["sans"])
    value = view.value(name)
    if not isinstance(value, Choices):
        return Line(view.say(name), unsettled(view, name))
    kept = Choices(value.oui - left_out, value.non | left_out)
    unknown = any(kept.has(option) is UNKNOWN for option in view.corpus.questions[name].options)
    return Line(view.choices(kept, name), (name,) if unknown else ())


def _limit(view: View, entry: Mapping[str, Any]) -> Line | None:
    """The duration that the decrees allow, None when no decree is described."""
    found, decrees = reserves.duration(view), view.items("arretes")
    missing = tuple(path for item in decrees for path in cell_missing(view, "arretes", item, "duree_jours"))
    who = f" (qui le sait : {whom(view, missing)})" if missing else ""
    said = [found["limite"]] if found["limite"] else []
    said += [f"{TO_CHECK}{who}"] if missing else []
    return Line(" ; ".join(said) + (f". {entry['depasse'].rstrip('.')}" if found["depasse"] else ""), missing) if said else None


_MARKS: dict[str, Callable[[View, Mapping[str, Any]], Line | None]] = {
    "acces": _access, "logiciels": _software, "options": _options, "limite": _limit,
}  # fmt: skip


def _shown(view: View, entry: Mapping[str, Any], piece: Piece) -> dict[str, Any]:
    full = piece.due is not False and not piece.replaced
    return {
        "n": entry["n"], "titre": entry["titre"], "demande": entry["demande"], "etat": piece.state, "replace": bool(entry.get("remplace")),
        "due": piece.due is True, "sans_objet": entry.get("sans_objet", "") if piece.due is False else "",
        "qui": whom(view, piece.missing) if piece.due is UNKNOWN else "", "jointe": piece.replaced,
        "lignes": [line.texte for line in piece.lines] if full else [], "annexes": piece.annexes if full else (),
        "listes": [_table(view, table) for table in entry.get("listes", ())] if full else [],
    }  # fmt: skip


def _elements(view: View, liste: str) -> list[Item]:
    """The elements of a list that the prefect authorises: those of closed places are left out."""
    if liste == "sites":
        return [site for site in view.items(liste) if not places.is_closed(view, site)]
    if liste == "cameras":
        closed = places.closed_sites(view)
        return [camera for camera in view.items(liste) if view.facts.cell(liste, camera, "site") not in closed]
    return list(view.items(liste))


def _blank(view: View, table: Mapping[str, Any]) -> Iterator[str]:
    """The cells that nobody has filled, and the list itself when it is not whole."""
    liste = table["liste"]
    if view.value(liste) is UNKNOWN or (view.value(liste) is not ABSENT and not view.complete(liste)):
        yield liste
    for item in _elements(view, liste):
        for field in list(table["champs"])[1:]:
            yield from cell_missing(view, liste, item, field)


def _table(view: View, table: Mapping[str, Any]) -> dict[str, Any]:
    liste, heads = table["liste"], {name: head for name, head in table["champs"].items() if name != "ligne"}
    items = _elements(view, liste)
    rows = [[item.key, *(_cell(view, liste, item, field) for field in list(heads)[1:])] for item in items]
    return {
        "titre": table["titre"], "largeurs": table["largeurs"], "tetes": list(heads.values()), "lignes": rows,
        "complete": view.complete(liste), "qui": view.whom(liste), "compte": _count(view, table, items) if "unite" in table else "",
    }  # fmt: skip


def _purposes(view: View, site: Item) -> str:
    """The purposes of a site as the sign says them, each with what the findings refuse or wait for."""
    said = []
    for purpose in view.purposes:
        if site.key in purpose["sites"]:
            doubt = reserves.doubt_of(view, purpose["valeur"], site.key)
            said.append(purpose["panneau"] + (f" [{doubt}]" if doubt else ""))
    return " ; ".join(said) or view.purpose_labels(site)


def _count(view: View, table: Mapping[str, Any], items: list[Item]) -> str:
    """How many elements, and how many of each kind, the kind being a cell of the list that they refer to."""
    by, found = table["selon"], Counter[str]()
    others = {item.key: item for item in view.items(by["liste"])}
    for item in items:
        other = others.get(str(view.facts.cell(table["liste"], item, by["champ"])))
        known = other is not None and not cell_missing(view, by["liste"], other, by["par"])
        found[lowered(view.say_cell(by["liste"], other, by["par"])) if known and other else TO_CHECK] += 1
    each = " ; ".join(f"{words} : {number}" for words, number in found.items())
    return f"{len(items)} {table['unite']}{'s' if len(items) > 1 else ''}" + (f" ({each})" if each else "")


def _cell(view: View, liste: str, item: Item, field: str) -> str:
    """A cell in the words of the other documents: the purposes of a site as the sign says them, a camera's kind as the plan does."""
    if (liste, field) == ("sites", "finalites"):
        return _purposes(view, item)
    if (liste, field) == ("cameras", "type"):
        return camera_plan.kind(item)
    value = view.facts.cell(liste, item, field)
    return "–" if value is ABSENT else TO_CHECK if value is UNKNOWN else view.say_cell(liste, item, field)

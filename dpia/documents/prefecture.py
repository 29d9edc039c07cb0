"""The file of a request to the prefect: each piece that the article lists, with its text ready, what to join, or what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dpia.documents import camera_plan, markdown, places
from dpia.documents.lines import Line, cell_missing, judge, lines, whom
from dpia.documents.view import View, lowered
from dpia.values import ABSENT, UNKNOWN, Item, Truth

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

    @property
    def state(self) -> str:
        """In a few words: what the clerk does with it."""
        if self.due is False:
            return "sans objet"
        if self.replaced:
            return "remplacée par l'analyse d'impact"
        parts = []
        if self.lines or self.missing:
            count = len(self.missing)
            plural = ("s", "nt") if count > 1 else ("", "")
            parts.append(f"texte à compléter ({count} réponse{plural[0]} manque{plural[1]})" if count else "texte prêt")
        parts += ["annexe à joindre"] if self.annexes else []
        return ("due ou non : à vérifier ; " if self.due is UNKNOWN else "") + " ; ".join(parts)


def requested(view: View) -> list[tuple[Mapping[str, Any], Truth]]:
    """The requests that concern the commune, or may: each with whether that is known."""
    found = [(request, judge(view, request["si"]).value) for request in view.corpus.data["demandes_prefet"]]
    return [(request, value) for request, value in found if value is True or value is UNKNOWN]


def render(view: View, request: Mapping[str, Any], assessment: str) -> str:
    """Return the file as Markdown. `assessment`: the name of the assessment delivered with it."""
    return markdown.render("prefecture.md.j2", **context(view, request, assessment))


def context(view: View, request: Mapping[str, Any], assessment: str) -> dict[str, Any]:
    """What the template may print."""
    told = request["aipd"]
    written = "si" in told and judge(view, told["si"]).value is True
    pieces = [(entry, _piece(view, entry, written)) for entry in request["rubriques"]]
    own = [(n, f) for n, f in view.numbered if f.rule.traitement == request["id"] and f.rule.gravite != "recommandation"]
    kept = [piece for _, piece in pieces if piece.due is not False and not piece.replaced]
    missing = dict.fromkeys(path for piece in kept for path in piece.missing)
    return {
        "v": view,
        "jour": view.facts.on,
        "demande": {key: request[key] for key in ("titre", "article", "objet", "rappels", "formulaire", "textes")},
        "interdits": [finding.rule.titre for _, finding in own if finding.verdict == "interdit"],
        "a_regler": [
            {"titre": f.rule.titre, "a_faire": f.rule.a_faire, "qui": view.role(f.rule.qui)}
            for _, f in own if f.verdict == "ecart" and (f.rule.cadre_aipd == AUTHORISATION or f.rule.gravite in ("bloquante", "interdiction"))
        ],
        "nature": [line.texte for line in lines(view, request["nature"])],
        "aipd": [line.texte for line in lines(view, [told["ecrite" if written else "a_ecrire"]])],
        "fichier": f"{assessment}.docx",
        "jointe": written,
        "rubriques": [_shown(view, entry, piece) for entry, piece in pieces],
        "manque": [{"libelle": view.corpus.label(path), "qui": view.whom(path)} for path in missing],
        "annexes": [annex for piece in kept for annex in piece.annexes],
    }  # fmt: skip


def _piece(view: View, entry: Mapping[str, Any], written: bool) -> Piece:
    judged = judge(view, entry["si"]) if "si" in entry else None
    due: Truth = not entry.get("hors", False) if judged is None else judged.value if isinstance(judged.value, bool) else UNKNOWN
    said = tuple(lines(view, entry.get("lignes", ()))) or ((Line(entry["rien"]),) if "rien" in entry else ())
    asked = dict.fromkeys(path for line in said for path in line.manque)
    asked |= dict.fromkeys(judged.missing() if judged is not None and due is UNKNOWN else ())
    asked |= dict.fromkeys(path for table in entry.get("listes", ()) for path in _blank(view, table))
    return Piece(due, written and bool(entry.get("remplace")), said, tuple(entry.get("annexes", ())), tuple(asked))


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
        return view.purpose_labels(item)
    if (liste, field) == ("cameras", "type"):
        return camera_plan.kind(item)
    value = view.facts.cell(liste, item, field)
    return "–" if value is ABSENT else TO_CHECK if value is UNKNOWN else view.say_cell(liste, item, field)

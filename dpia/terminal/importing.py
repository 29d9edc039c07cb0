"""Importing the inventory in a conversation: how the cameras are described, where the table is, how it is read, what it changes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dpia.answers import Answer
from dpia.corpus import Corpus
from dpia.dossier import Dossier
from dpia.interview import IMPORT
from dpia.inventory import LISTE, InventoryError, Proposal, choices, corrected, describe, merge, propose, table
from dpia.language import t
from dpia.terminal.readback import INSIDE
from dpia.terminal.surface import Head, Left, Surface
from dpia.values import UNKNOWN

BY_HAND = object()
TAKE, COLUMN, SHEET, LEAVE = object(), object(), object(), object()


def choose_source(ui: Surface, head: Head, dossier: Dossier, corpus: Corpus) -> Any:
    """Offer to import the inventory; give the answers it holds, BY_HAND, UNKNOWN, or Left."""
    rows = [
        (t("J'importe le tableau de l'installateur (fichier Excel ou CSV)"), IMPORT),
        (t("Je les saisis à la main"), BY_HAND),
        (t("Je ne sais pas"), UNKNOWN),
    ]
    while True:
        chosen = ui.menu(head, rows)
        if chosen is not IMPORT:
            return chosen
        read = import_table(ui, dossier, corpus)
        if read is not None:
            return read


def answers_of(value: Any, dossier: Dossier) -> Mapping[str, Any]:
    """What the choice says: the answers of the table; nothing when they are typed; unknown cameras otherwise."""
    if isinstance(value, Mapping):
        return value
    return {LISTE: UNKNOWN} if value is UNKNOWN and LISTE not in dossier.answers else {}


def in_short(value: Any) -> str:
    """The choice in words."""
    return t("je ne sais pas") if value is UNKNOWN else t("à la main") if value is BY_HAND else t("tableau importé")


def asked_path(ui: Surface, title: str, default: str = "") -> Path | None:
    """Ask where a file is; None when the person comes back without saying."""
    head = Head(title, t("Tapez son chemin, ou glissez le fichier dans cette fenêtre."), keys=INSIDE)
    typed = ui.line(head, lambda raw: "", default, hint=t("Tab : compléter · Entrée seule : revenir"), paths=True)
    if not isinstance(typed, str) or not typed.strip():
        return None
    return Path(typed.strip().strip("'\"").replace("\\ ", " ")).expanduser()


def import_table(ui: Surface, dossier: Dossier, corpus: Corpus) -> dict[str, Answer] | None:
    """Read a table with the person: show how it is understood, let it be corrected; give its answers, None when it is left."""
    default = ""
    while True:
        path = asked_path(ui, t("Où est le fichier ?"), default)
        if path is None:
            return None
        try:
            proposal = _agreed(ui, propose(path, corpus), corpus)
            if proposal is None:
                return None
            read, told = merge(table(proposal, corpus), dossier, corpus)
        except InventoryError as error:
            ui.say(t("{fichier} : {erreur} Rien n'a été importé.", fichier=path.name, erreur=error), "bold", indent=2)
            default = str(path)
            continue
        ui.say(told, indent=2)
        return read


def _agreed(ui: Surface, proposal: Proposal, corpus: Corpus) -> Proposal | None:
    """Show how the table is read until the person takes it as it is; None when they leave it."""
    while True:
        for line in describe(proposal, corpus):
            ui.say(line, indent=2)
        rows = [(t("C'est juste : importer"), TAKE), (t("Corriger une colonne"), COLUMN)]
        rows += [(t("Lire une autre feuille"), SHEET)] if len(proposal.grids) > 1 else []
        chosen = ui.menu(Head(t("Le tableau est-il bien compris ?"), keys=INSIDE), [*rows, (t("Ne rien importer"), LEAVE)])
        if chosen is TAKE:
            return proposal
        if chosen is COLUMN:
            proposal = _column(ui, proposal)
        elif chosen is SHEET:
            names = [(grid.name, grid.name) for grid in proposal.grids]
            sheet = ui.menu(Head(t("Quelle feuille ?"), keys=INSIDE), names, proposal.grid.name)
            proposal = _tried(ui, proposal, {}, sheet) if isinstance(sheet, str) else proposal
        else:
            return None


def _column(ui: Surface, proposal: Proposal) -> Proposal:
    """Say what one column means."""
    headers = [
        (f"{column.header}  →  {choices(proposal).get(column.field or '', t('rien'))}", column.header) for column in proposal.columns
    ]
    header = ui.menu(Head(t("Quelle colonne ?"), keys=INSIDE), headers)
    if isinstance(header, Left):
        return proposal
    nothing = object()
    meanings: list[tuple[str, Any]] = [(name, field) for field, name in choices(proposal).items()]
    head = Head(t("Que dit la colonne « {colonne} » ?", colonne=header), keys=INSIDE)
    field = ui.menu(head, [*meanings, (t("Rien : la laisser de côté"), nothing)])
    if isinstance(field, Left):
        return proposal
    return _tried(ui, proposal, {header: None if field is nothing else field})


def _tried(ui: Surface, proposal: Proposal, changes: Mapping[str, str | None], sheet: str | None = None) -> Proposal:
    try:
        return corrected(proposal, changes, sheet)
    except InventoryError as error:
        ui.say(str(error), "bold", indent=2)
        return proposal

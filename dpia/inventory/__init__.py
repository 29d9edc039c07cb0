"""The camera inventory: a table from the installer is proposed, corrected, read, then merged into a dossier. Nothing is erased, nothing taken out.

`propose` a file → `describe` it to a person → `corrected` as often as needed → `table` → `merge`, whose answers the caller records.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from dpia.answers import Answer, in_words
from dpia.corpus import Corpus
from dpia.dossier import Dossier, write_answers
from dpia.inventory.elements import Table, table
from dpia.inventory.proposal import Proposal, choices, corrected, describe, propose
from dpia.inventory.tables import InventoryError
from dpia.inventory.vocabulary import LISTE, called, folded
from dpia.language import t
from dpia.values import ABSENT, UNKNOWN, Item, Items, Value
from dpia.yamlfile import LIMIT

__all__ = ["LISTE", "InventoryError", "Proposal", "Table", "choices", "corrected", "describe", "merge", "propose", "read_table", "table"]

SITE, SITES = "site", "sites"  # the field that names a site, the list it refers to
NAMED, REMARKS = 12, 40  # cameras named in a sentence, remarks listed


def read_table(path: Path, corpus: Corpus) -> Table:
    """Read a table as it is guessed, without showing it first. Raises InventoryError."""
    return table(propose(path, corpus), corpus)


def merge(table: Table, dossier: Dossier, corpus: Corpus) -> tuple[dict[str, Answer], str]:
    """Merge a table into a dossier: known cameras are updated, new ones and their sites added. Gives the answers that change, and what to say.

    An empty cell, or one that nobody understood, erases nothing. A number that differs by its case or its zeros ("C1", "c01") is the known one, and said.
    Raises InventoryError when the answers would outgrow their file.
    """
    known, sites = _known(dossier, LISTE), _known(dossier, SITES)
    renamed = _renamed([item.key for item in table.items], [item.key for item in known.elements])
    spelled, respelled = _spelled(table.items, sites)
    items = {item.key: item for item in known.elements}
    seen: list[str] = []
    fresh: list[str] = []
    told: list[str] = []
    for item in spelled:
        key = renamed.get(item.key, item.key)
        before = items[key].cells if key in items else {}
        said = {name: value for name, value in {**item.cells, "id": key}.items() if value is not UNKNOWN or name not in before}
        if key not in items:
            fresh.append(key)
        elif changed := [
            _change(corpus, name, before.get(name, ABSENT), value) for name, value in said.items() if before.get(name) != value
        ]:
            told.append(f"{key} : " + " ; ".join(changed))
        items[key] = Item(key, {**before, **said})
        seen.append(key)
    changes: dict[str, Answer] = {}
    if fresh or told:
        answer = dossier.answers.get(LISTE, Answer(Items()))
        note = answer.note or f"import de {len(table.items)} lignes"
        # A list that was declared incomplete stays so: the table need not hold everything.
        changes[LISTE] = replace(answer, value=replace(known, elements=tuple(items.values())), note=note)
    named = dict.fromkeys(site for key in seen if isinstance(site := items[key].cells.get(SITE), str))
    new_sites = [name for name in named if name not in {site.key for site in sites.elements}]
    if new_sites:
        described = (*sites.elements, *(Item(name, {"id": name}) for name in new_sites))
        changes[SITES] = replace(dossier.answers.get(SITES, Answer(sites)), value=replace(sites, elements=described))
    _refuse_outgrown(changes, dossier, corpus)
    count = t("{read} caméra(s) lue(s) : {fresh} ajoutée(s), {changed} modifiée(s).", read=len(seen), fresh=len(fresh), changed=len(told))
    gone = [item.key for item in known.elements if item.key not in seen]
    return changes, "\n".join([
        count, *(f"  {line}" for line in told), *_said_of_numbers(renamed, seen, gone),
        *([t("Sites ajoutés : {names}.", names=", ".join(new_sites))] if new_sites else []),
        *(t("Site « {there} » : pris pour « {here} », écrit autrement.", there=there, here=here) for there, here in respelled.items()),
        *_said_of_table(table),
    ])  # fmt: skip


def _said_of_numbers(renamed: dict[str, str], seen: list[str], gone: list[str]) -> list[str]:
    said = [
        t("« {there} », dans le tableau, est prise pour « {here} », du dossier : même numéro, écrit autrement.", there=there, here=here)
        for there, here in renamed.items()
    ]
    said += [
        t("Ces numéros se ressemblent et comptent pour plusieurs caméras : {keys}.", keys=_list(keys))
        for keys in _alike(seen).values()
        if len(keys) > 1
    ]
    if gone:
        said.append(
            t("Dans le dossier, mais pas dans ce tableau : {keys}. Rien n'est retiré. ", keys=_list(gone))
            + t("Si elles n'existent plus, retirez-les dans « dpia questions ».")
        )
    return said


def _said_of_table(table: Table) -> list[str]:
    said = [t("À vérifier, {remark}.", remark=remark) for remark in table.remarks[:REMARKS]]
    if len(table.remarks) > REMARKS:
        said.append(t("À vérifier : {n} autres cellules.", n=len(table.remarks) - REMARKS))
    if table.aside:
        rows = ", ".join(f"{left.line} ({left.why})" for left in table.aside[:NAMED]) + (", …" if len(table.aside) > NAMED else "")
        said.append(t("Lignes laissées de côté : {rows}.", rows=rows))
    if table.ignored:
        said.append(t("Colonnes laissées de côté : {names}.", names=", ".join(table.ignored)))
    return said


def _spelled(items: tuple[Item, ...], sites: Items) -> tuple[list[Item], dict[str, str]]:
    """The cameras with each site written in one way, the dossier's or the first one; and what was written otherwise."""
    known = {folded(site.key): site.key for site in sites.elements}
    respelled: dict[str, str] = {}
    spelled = []
    for item in items:
        site = item.cells.get(SITE)
        if isinstance(site, str):
            here = known.setdefault(folded(site) or site, site)
            if here != site:
                respelled[site] = here
            item = Item(item.key, {**item.cells, SITE: here})
        spelled.append(item)
    return spelled, respelled


def _known(dossier: Dossier, name: str) -> Items:
    answer = dossier.answers.get(name)
    return answer.value if answer and isinstance(answer.value, Items) else Items()


def _same(key: str) -> str:
    """A number without what spelling adds: case, spaces and signs, leading zeros. "C-01" and "c1" are the same."""
    return "".join(part.lstrip("0") or "0" if part.isdigit() else part for part in re.findall(r"\d+|[^\W\d_]+", folded(key))) or key


def _renamed(keys: list[str], known: list[str]) -> dict[str, str]:
    """Numbers of the table that are a known one written otherwise: when one only of each looks like the other."""
    here, there = _alike(known), _alike(keys)
    same = {alike[0]: here[shape][0] for shape, alike in there.items() if len(alike) == 1 == len(here.get(shape, ()))}
    return {key: other for key, other in same.items() if key != other}


def _alike(keys: list[str]) -> dict[str, list[str]]:
    """Numbers by what they have in common once spelling is left out."""
    alike: dict[str, list[str]] = {}
    for key in keys:
        alike.setdefault(_same(key), []).append(key)
    return alike


def _list(keys: list[str]) -> str:
    return ", ".join(keys[:NAMED]) + (t(" et {n} autres", n=len(keys) - NAMED) if len(keys) > NAMED else "")


def _change(corpus: Corpus, name: str, before: Value, after: Value) -> str:
    field = next(field for field in corpus.questions[LISTE].champs if field.id == name)

    def say(value: Value) -> str:
        words = " ".join(t(in_words(field, value)).split())
        words = words[:1].lower() + words[1:] if field.type == "choix" else words
        return words if len(words) <= 60 else words[:59] + "…"

    return f"{called(name)} {say(after)}" if before is ABSENT else f"{called(name)} {say(before)} → {say(after)}"


def _refuse_outgrown(changes: dict[str, Answer], dossier: Dossier, corpus: Corpus) -> None:
    after = {**dossier.answers, **changes}
    if changes and len(write_answers(after, dossier.kept, corpus).encode("utf-8", "replace")) > LIMIT:
        raise InventoryError(
            t(
                "avec ce tableau, les réponses dépasseraient {n} ko ; raccourcissez les textes, ou gardez les caméras de la commune.",
                n=LIMIT // 1000,
            )
        )

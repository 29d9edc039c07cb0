"""What the public is told: the notice, and the words that it shares with the signs (sign_set), taken from the same view as the AIPD."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import ceil
from typing import Any

from dpia.analyses import ANSWER, PublicNotice, Said, quoting
from dpia.documents import markdown, places
from dpia.documents.view import View
from dpia.grammar import read_condition
from dpia.values import ABSENT, UNKNOWN, Item

CELL = re.compile(r"\{([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)\}")  # a field of a list: one line for each element


class NoticeError(ValueError):
    """The notice cannot be published: says what is missing and which question settles it."""


def closed_purposes(view: View) -> tuple[str, ...]:
    """What the cameras of closed places are for, without what a finding rules out; what their sites say, when nothing else does."""
    said = tuple(entry["objectif"].rstrip(".").replace("'", "’") for entry in places.closed_purposes(view) if not entry["constat"])
    listed = (text for site in view.items("sites") if places.is_closed(view, site) for text in site_purposes(view, site))
    return said or tuple(dict.fromkeys(listed))


def site_purposes(view: View, site: Item) -> list[str]:
    """What the cameras of a site are for, in the words of the sign: the purposes that the law lists."""
    return [(entry["panneau"][0].upper() + entry["panneau"][1:]).replace("'", "’") for entry in view.purposes if site.key in entry["sites"]]


def controller(view: View) -> str:
    """Name the controller, "" while the commune is not known."""
    return f"Commune {view.commune.with_de}, représentée par son maire" if view.commune else ""


def retention(view: View) -> int | None:
    """Days of retention, 0 when nothing is recorded, None when it is not known."""
    if view.value("images_enregistrees") is False:
        return 0
    days = view.value("conservation_jours")
    return ceil(days) if isinstance(days, (int, float)) and not isinstance(days, bool) else None


def decree(view: View) -> str:
    """Name the prefect's decrees, "" when none is described."""
    found = []
    for item in view.items("arretes"):
        day = view.facts.cell("arretes", item, "date")
        found.append(f"arrêté préfectoral n° {item.key}" + (f" du {view.say_cell('arretes', item, 'date')}" if day is not UNKNOWN else ""))
    return " ; ".join(found)


def notice(view: View) -> str:
    """Return the second-level notice as Markdown. Raises NoticeError when no purpose is known."""
    purposes, closed = places.purposes(view), closed_purposes(view) if places.kinds(view)["locaux"] else ()
    regimes = {purpose["regime"] for purpose in purposes}
    rgpd, police = "rgpd" in regimes, "titre_iii" in regimes
    if not (rgpd or police or closed):
        asked = "« sites », champ « finalites »" if places.kinds(view)["csi"] else "« locaux_objectifs »"
        raise NoticeError(f"la notice dit à quoi servent les caméras, et cela n'est pas encore connu : répondez à {asked}.")
    if view.commune is None:
        raise NoticeError("la notice dit qui est responsable : répondez à « commune ».")
    public = view.corpus.data["destinataires_publics"]
    who = [text for name, texts in public.items() for option, text in texts.items() if view.has(name, option)]
    return markdown.render("notice.md.j2", n={
        "commune": view.commune_name,
        "responsable": controller(view),
        "adresse": view.text("contact_commune"),
        "contact_droits": view.text("contact_commune"),
        "dpo": view.text("dpo_contact"),
        "finalites": [{"texte": p["panneau"], "regime": p["regime"], "site": ", ".join(p["sites"])} for p in purposes],
        "locaux": list(closed), "lieux_fermes": places.closed_sites(view) if closed else [], "csi": rgpd or police,
        "duree_jours": retention(view) or None,
        "destinataires": list(dict.fromkeys(who)),
        "sous_traitants": [i.key for i in view.items("prestataires") if view.facts.cell("prestataires", i, "traite_images") is not False],
        "transferts": transfers(view), "delai_un_mois": view.has("procedure_droits", "delai"),
        "regime_rgpd": rgpd, "regime_titre_iii": police, "arrete": decree(view), "date": view.facts.on,
    })  # fmt: skip


def transfers(view: View) -> str:
    """Name the providers that reach the images from outside the Union, "" when none is known to."""
    away = [item.key for item in view.items("prestataires") if view.facts.cell("prestataires", item, "hors_ue") in ("adequat", "ailleurs")]
    return f"images stockées ou consultées depuis un pays hors de l'Union européenne par : {', '.join(away)}." if away else ""


def missing_in_notice(view: View) -> tuple[str, ...]:
    """Name the mentions that the notice lacks, with the question that gives each."""
    wanted: tuple[tuple[Any, str], ...] = (
        (view.text("contact_commune"), "à qui écrire pour exercer ses droits (contact_commune)"),
        (view.text("dpo_contact"), "le contact du délégué à la protection des données (dpo_contact)"),
        (retention(view) is not None, "la durée de conservation (conservation_jours)"),
        (view.items("arretes") or not places.kinds(view)["csi"], "l'arrêté du préfet (arretes)"),
        (places.closed_sites(view) or not places.kinds(view)["locaux"], "le nom des lieux fermés filmés (sites)"),
        (_transfers_known(view), "l'envoi d'images hors de l'Union européenne, ou son absence (prestataires, champ hors_ue)"),
    )
    return tuple(name for present, name in wanted if not present)


def _transfers_known(view: View) -> bool:
    if view.value("prestataires") is UNKNOWN:
        return False
    return all(view.facts.cell("prestataires", item, "hors_ue") is not UNKNOWN for item in view.items("prestataires"))


def slug(text: str) -> str:
    """A file name's part: plain letters and digits, forty at most."""
    from dpia.communes import plain

    ascii_only = plain(text).encode("ascii", "ignore").decode()
    return "-".join(ascii_only.split())[:40].strip("-") or "site"


def device_notice(view: View, notice: PublicNotice) -> tuple[str, tuple[str, ...]]:
    """The notice of a device as Markdown, and what it lacks. Raises NoticeError while the commune is not known."""
    if view.commune is None:
        raise NoticeError("la notice dit qui est responsable : répondez à « commune ».")
    missing: dict[str, None] = {}

    def said(lines: tuple[str | Said, ...]) -> list[str]:
        kept = []
        for text, unknown in (found for line in lines for found in _lines(view, line)):
            missing.update(dict.fromkeys(f"{view.corpus.label(path)} ({path})" for path in unknown))
            kept += [text] if text and not unknown else []
        return kept

    lists = {name: said(getattr(notice, name)) for name in ("objectifs", "donnees", "duree", "destinataires", "droits", "limites")}
    single = {name: " ".join(said((getattr(notice, name),))) for name in ("titre", "intro", "base", "demande", "enfants")}
    for name, words in (
        ("contact_commune", "à qui écrire pour exercer ses droits"),
        ("dpo_contact", "le contact du délégué à la protection des données"),
    ):
        if not view.text(name):
            missing[f"{words} ({name})"] = None
    text = markdown.render("notice-dispositif.md.j2", n={
        "commune": view.commune_name, "date": view.facts.on, "responsable": controller(view),
        "contact": view.text("contact_commune"), "dpo": view.text("dpo_contact"), **lists, **single,
    })  # fmt: skip
    return text, tuple(missing)


def line_of(view: View, line: str | Said) -> tuple[str, tuple[str, ...]]:
    """A line for the public, "" when it does not apply, and the questions that it waits for."""
    if isinstance(line, Said):
        judged = read_condition(line.si, view.corpus.names).judge(view.facts, {})
        if judged.value is not True:
            return "", judged.missing() if judged.value is UNKNOWN else ()
        line = line.texte
    return quoting(line, view.say), tuple(name for name in ANSWER.findall(line) if not view.known(name))


def _lines(view: View, line: str | Said) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A line for the public; one that is a field of a list, `{liste.champ}`, gives a line for each element."""
    cell = CELL.fullmatch(line) if isinstance(line, str) else None
    if cell is None:
        yield line_of(view, line)
        return
    liste, field = cell.groups()
    if view.value(liste) is UNKNOWN:
        yield "", (liste,)
    for item in view.items(liste):
        value = view.facts.cell(liste, item, field)
        if value is not ABSENT:
            path = f"{liste}[{item.key}].{field}"
            yield f"{item.key} : {view.say_cell(liste, item, field)}.", (path,) if value is UNKNOWN else ()

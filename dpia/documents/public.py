"""What the public is told: the content of the signs and of the notice, taken from the same view as the AIPD."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

from dpia.documents import markdown
from dpia.documents.sign_text import SignContent
from dpia.documents.view import View
from dpia.values import UNKNOWN, Item

PUBLIC_PLACES = ("voie_publique", "lieu_ouvert_public")  # a closed room has its own information, not this sign


class NoticeError(ValueError):
    """The notice cannot be published: says what is missing and which question settles it."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign, for the sites that share its purposes. `name` is for the file."""

    name: str
    content: SignContent


def signs(view: View) -> tuple[Sign, ...]:
    """Give one sign per set of purposes, in the order of the sites."""
    groups: dict[tuple[str, ...], list[Item]] = {}
    for site in view.items("sites"):
        if view.facts.cell("sites", site, "nature") in PUBLIC_PLACES:
            groups.setdefault(tuple(_purposes(view, site)), []).append(site)
    if not groups:
        return (Sign("panneau", _content(view, (), None)),)
    if len(groups) == 1:
        ((purposes, _),) = groups.items()
        return (Sign("panneau", _content(view, purposes, None)),)
    return tuple(
        Sign(f"panneau-{n}-{slug(sites[0].key)}", _content(view, purposes, ", ".join(site.key for site in sites)))
        for n, (purposes, sites) in enumerate(groups.items(), 1)
    )


def _purposes(view: View, site: Item) -> list[str]:
    return [(entry["panneau"][0].upper() + entry["panneau"][1:]).replace("'", "’") for entry in view.purposes if site.key in entry["sites"]]


def _content(view: View, purposes: tuple[str, ...], site: str | None) -> SignContent:
    return SignContent(
        commune=view.commune_name,
        responsable=controller(view),
        finalites=purposes,
        conservation_jours=retention(view),
        dpo=view.text("dpo_contact") or None,
        contact_droits=view.text("contact_commune") or None,
        notice_url=view.text("notice_adresse") or None,
        site=site,
        arrete=decree(view)[:1].upper() + decree(view)[1:] or None,
    )


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
    """Return the second-level notice as Markdown. Raises NoticeError when no purpose or no regime is known."""
    rgpd, police = view.holds("regime_rgpd"), view.holds("regime_titre_iii")
    if not view.purposes or not (rgpd or police):
        raise NoticeError(
            "la notice dit à quoi servent les caméras, et cela n'est pas encore connu : répondez à « sites », champ « finalites »."
        )
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
        "finalites": [{"texte": p["panneau"], "regime": p["regime"], "site": ", ".join(p["sites"])} for p in view.purposes],
        "duree_jours": retention(view) or None,
        "destinataires": list(dict.fromkeys(who)),
        "sous_traitants": [item.key for item in view.items("prestataires")],
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
        (view.items("arretes"), "l'arrêté du préfet (arretes)"),
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

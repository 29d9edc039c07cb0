"""What the public is told: the notice, and the words that it shares with the signs (sign_set), taken from the same view as the AIPD."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dpia.analyses import ANSWER, Prose, PublicNotice, Said, quoting
from dpia.documents import markdown, places, recipients, software_told
from dpia.documents.kept_images import kept, remarks, too_long
from dpia.documents.purposes_told import closed_purposes, told_purposes, unestablished
from dpia.documents.view import View, lowered
from dpia.values import ABSENT, UNKNOWN, Item, Truth

OFFICER = "Délégué à la protection des données"
_OFFICER = re.compile(r"(délégu(é|ée)s? à la protection des données[^,;:]*?)\s*[,;:]\s*(\S.*)", re.IGNORECASE | re.DOTALL)
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])\\?'(?=\w)")  # escaped or not: what was typed is escaped
ALL_ALLOWED = "accordee"  # the answer to « autorisation » that covers every camera
CELL = re.compile(r"\{([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)\}")  # a field of a list: one line for each element


LISTS = ("objectifs", "donnees", "duree", "destinataires", "droits", "limites")  # the lists of a device's notice
_GUARANTEES = {  # answers to « hors_ue »: what protects a transfer
    "ailleurs": "les garanties",
    "adequat": "la décision de la Commission européenne qui le reconnaît, s'il est hors de l'Espace économique européen",
}
COMPLETED = {"duree": "a_completer", "destinataires": "destinataires_a_completer"}  # and where each says what no answer gives


class NoticeError(ValueError):
    """The notice cannot be published: says what is missing and which question settles it."""


def officer(contact: str) -> tuple[str, str]:
    """The heading and the line of the data protection officer: the title that was typed is not said twice, nor in another gender."""
    if found := _OFFICER.fullmatch(contact):
        return found[1][0].upper() + found[1][1:], found[3]
    return ("Déléguée" + OFFICER.removeprefix("Délégué") if contact.lower().startswith("déléguée") else OFFICER), contact


def controller(view: View) -> str:
    """Name the controller, "" while the commune is not known."""
    return f"Commune {view.commune.with_de}, représentée par son maire" if view.commune else ""


def decree(view: View) -> str:
    """Name the prefect's decrees, "" when none is described."""
    found = []
    for item in view.items("arretes"):
        day = view.facts.cell("arretes", item, "date")
        found.append(f"arrêté préfectoral n° {item.key}" + (f" du {view.say_cell('arretes', item, 'date')}" if day is not UNKNOWN else ""))
    return " ; ".join(found)


def notice(view: View) -> str:
    """Return the second-level notice as Markdown. Raises NoticeError when no purpose is known."""
    purposes, closed = told_purposes(view), closed_purposes(view) if places.kinds(view)["locaux"] else ()
    regimes = {purpose["regime"] for purpose in purposes}
    rgpd, police = "rgpd" in regimes, "titre_iii" in regimes
    if not (rgpd or police or closed):
        if places.purposes(view) and not purposes:
            raise NoticeError(
                "aucun des buts donnés n'est admis, d'après les réponses : voyez ecarts.xlsx. Une notice ne les rend pas licites."
            )
        asked = "« sites », champ « finalites »" if places.kinds(view)["csi"] else "« locaux_objectifs »"
        raise NoticeError(f"la notice dit à quoi servent les caméras, et cela n'est pas encore connu : répondez à {asked}.")
    if view.commune is None:
        raise NoticeError("la notice dit qui est responsable : répondez à « commune ».")
    shown, (dpo_title, dpo) = kept(view), officer(view.text("dpo_contact"))
    return curled(markdown.render("notice.md.j2", n={
        "commune": view.commune_name,
        "responsable": controller(view),
        "adresse": view.text("contact_commune"),
        "contact_droits": view.text("contact_commune"),
        "dpo": dpo, "dpo_titre": dpo_title,
        "finalites": purposes,
        "locaux": list(closed), "lieux_fermes": places.closed_sites(view) if closed else [], "csi": rgpd or police,
        "duree_jours": shown.days, "effacees": shown.erased, "logiciel": software_told.notice_part(view),
        "destinataires": recipients.told(view),
        "sous_traitants": [i.key for i in view.items("prestataires") if view.facts.cell("prestataires", i, "traite_images") is not False],
        "transferts": transfers(view), "transferts_a_completer": _transfers_to_complete(view), "delai_un_mois": view.has("procedure_droits", "delai"),
        "regime_rgpd": rgpd, "regime_titre_iii": police, "arrete": decree(view), "lieux_arrete": covered(view), "date": view.facts.on,
    }))  # fmt: skip


def curled(text: str) -> str:
    """Return the Markdown with French apostrophes, in our words and in those that were typed."""
    return _APOSTROPHE.sub("’", text)


def allowed(view: View, camera: Item) -> Truth:
    """Whether the answers say that a camera is in the prefect's decree."""
    found = view.facts.cell("cameras", camera, "autorisee")
    return found if isinstance(found, bool) else True if view.value("autorisation") == ALL_ALLOWED else UNKNOWN


def covered(view: View) -> list[str] | None:
    """The public sites whose cameras are all in the decree; None when every camera is, and there is nothing to single out."""
    closed = places.closed_sites(view)
    found = [(view.facts.cell("cameras", item, "site"), allowed(view, item)) for item in view.items("cameras")]
    public = [(site, state) for site, state in found if site not in closed]
    if all(state is True for _, state in public) and (public or view.value("autorisation") == ALL_ALLOWED):
        return None
    apart = [site for site, state in public if state is not True]
    return list(dict.fromkeys(str(site) for site, state in public if state is True and site not in apart))


def transfers(view: View) -> str:
    """Name the providers that reach the images from outside the Union, "" when none is known to."""
    away = [item.key for item in view.items("prestataires") if view.facts.cell("prestataires", item, "hors_ue") in ("adequat", "ailleurs")]
    return f"images stockées ou consultées depuis un pays hors de l'Union européenne par {', '.join(map(lowered, away))}." if away else ""


def _transfers_to_complete(view: View) -> list[str]:
    """What the notice leaves a place for on transfers outside the Union (RGPD, art. 13, § 1, f; loi 78-17, art. 104, II, 3°)."""
    if view.value("prestataires") is UNKNOWN:
        return ["si une entreprise stocke ou consulte des images hors de l'Union européenne et, si oui, le pays et les garanties"]
    said = []
    for item in view.items("prestataires"):
        where = view.facts.cell("prestataires", item, "hors_ue")
        if where is UNKNOWN:
            said.append(
                f"si {lowered(item.key)} stocke ou consulte des images hors de l'Union européenne et, si oui, le pays et les garanties"
            )
        elif where in ("adequat", "ailleurs"):
            said.append(f"pour {lowered(item.key)}, le pays et {_GUARANTEES[str(where)]}")
    return said


def missing_in_notice(view: View) -> tuple[str, ...]:
    """Name the mentions that the notice lacks, with the question that gives each."""
    wanted: tuple[tuple[Any, str], ...] = (
        (view.text("contact_commune"), "à qui écrire pour exercer ses droits (contact_commune)"),
        (view.text("dpo_contact"), "le contact du délégué à la protection des données (dpo_contact)"),
        (kept(view).days is not None, "la durée de conservation (conservation_jours, effacement)"),
        (recipients.told(view), "qui voit ou reçoit les images (qui_visionne, destinataires)"),
        (_answered_in_a_month(view), "le délai de réponse à une demande (procedure_droits)"),
        (view.items("arretes") or not places.kinds(view)["csi"], "l'arrêté du préfet (arretes)"),
        (not view.items("arretes") or covered(view) != [], "les lieux que l'arrêté du préfet couvre (cameras, champ autorisee)"),
        (places.closed_sites(view) or not places.kinds(view)["locaux"], "le nom des lieux fermés filmés (sites)"),
        (_transfers_known(view), "l'envoi d'images hors de l'Union européenne, ou son absence (prestataires, champ hors_ue)"),
    )
    return (*(name for present, name in wanted if not present), *_transfers_unsaid(view))


def _answered_in_a_month(view: View) -> bool:
    """Tell whether the notice gives a time to answer: the GDPR's month (art. 12, § 3), or the commune's own."""
    own = view.has("procedure_droits", "delai") or places.kinds(view)["locaux"]
    return own or any(purpose["regime"] == "rgpd" for purpose in told_purposes(view))


def _transfers_unsaid(view: View) -> tuple[str, ...]:
    """What the public is owed of each transfer and that no answer gives: the country, and its guarantees (RGPD, art. 13, § 1, f)."""
    said = []
    for item in view.items("prestataires"):
        where = view.facts.cell("prestataires", item, "hors_ue")
        if where in ("adequat", "ailleurs"):
            said.append(f"le pays où sont les images de « {item.key} » (à écrire à la main)")
        if where == "ailleurs" and (bound := view.facts.cell("prestataires", item, "garanties_transfert")) is not True:
            state = "aucune, d'après la réponse" if bound is False else "réponse inconnue"
            said.append(f"les garanties de l'envoi par « {item.key} » ({state} : prestataires, champ garanties_transfert)")
    return tuple(said)


def remarks_on_notice(view: View) -> tuple[str, ...]:
    """What the commune settles before it publishes the notice."""
    found = (
        *software_told.stop_first(view), *remarks(view), *too_long(view, "la notice"), *unestablished(view, view.items("sites")),
        recipients.remark(view),
    )  # fmt: skip
    return tuple(filter(None, found))


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

    def said(lines: Prose, gaps: dict[str, None] | None = None) -> list[str]:
        kept = []
        for text, unknown in (found for line in ((lines,) if isinstance(lines, str) else lines) for found in _lines(view, line)):
            missing.update(dict.fromkeys(f"{view.corpus.label(path)} ({path})" for path in unknown))
            if gaps is not None:
                gaps.update(dict.fromkeys(f"« {view.corpus.label(path)} »" for path in unknown))
            kept += [text] if text and not unknown else []
        return kept

    lists, gaps = {}, {}
    for name in LISTS:
        places_left: dict[str, None] = {}
        lists[name] = said(getattr(notice, name), places_left)
        to_complete = said(getattr(notice, COMPLETED[name])) if name in COMPLETED else []
        missing.update(dict.fromkeys(to_complete))
        gaps[name] = [*places_left, *to_complete]
    single = {name: " ".join(said(getattr(notice, name))) for name in ("titre", "intro", "base", "demande", "enfants")}
    for name, words in (
        ("contact_commune", "à qui écrire pour exercer ses droits"),
        ("dpo_contact", "le contact du délégué à la protection des données"),
    ):
        if not view.text(name):
            missing[f"{words} ({name})"] = None
    dpo_title, dpo = officer(view.text("dpo_contact"))
    text = markdown.render("notice-dispositif.md.j2", n={
        "commune": view.commune_name, "date": view.facts.on, "responsable": controller(view),
        "contact": view.text("contact_commune"), "dpo": dpo, "dpo_titre": dpo_title, "manque": gaps, **lists, **single,
    })  # fmt: skip
    return curled(text), tuple(missing)


def line_of(view: View, line: str | Said) -> tuple[str, tuple[str, ...]]:
    """A line for the public, "" when it does not apply, and the questions that it waits for."""
    if isinstance(line, Said):
        judged = view.judge(line.si)
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

"""Which signs a commune puts up, what each says, and the question that keeps one from being made.

A mandatory mention that is not known makes no sign: `Sign.refusal` names the question. What is optional and missing only makes a note.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from dpia.analyses import Analysis, Said
from dpia.documents import kept_images, places, software_told
from dpia.documents.processings import present, stopped
from dpia.documents.public import ALL_ALLOWED, allowed, controller, decree, line_of, officer, slug
from dpia.documents.purposes_told import closed_purposes, site_purposes, unestablished
from dpia.documents.sign_text import HEADINGS, Headings, SignContent
from dpia.documents.view import View
from dpia.values import UNKNOWN, Choices, Item, Truth

PUBLIC_PLACES = ("voie_publique", "lieu_ouvert_public")
PURPOSES = ("finalites", "finalites_rares")
# Hors voie publique et lieux ouverts au public, le CSI ne s'applique pas : RGPD, art. 13 et 21 (l'opposition existe).
CLOSED_SIGN = {
    "titre": "Lieu sous vidéosurveillance", "fondement": "article 13 du RGPD",
    "droits": "Vous pouvez demander à voir les images où vous apparaissez, en obtenir une copie, les faire rectifier ou effacer, "
    "en faire limiter l’utilisation et, pour des raisons tenant à votre situation, vous y opposer.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign, for the sites that share its words. `name` is for the file; `asked`: questions to answer before it is made."""

    name: str
    content: SignContent
    asked: tuple[str, ...] = ()
    refusal: str = ""
    notes: tuple[str, ...] = ()


def signs(view: View) -> tuple[Sign, ...]:
    """Give the signs of the public sites, of the closed places, of children, then of each device that has its own."""
    found = present(view)
    made = [*(_public(view) if found.fixed and places.kinds(view)["csi"] else ())]
    if found.fixed and places.kinds(view)["locaux"]:
        made += [_closed(view), *_children(view)]
    own = (_device(view, analysis) for analysis in found.devices if not stopped(view, analysis))
    return tuple(_refused(view, sign) for sign in (*made, *own) if sign is not None)


def without_sign(view: View) -> Iterator[str]:
    """Say of each device that has no sign in the street where the public is informed."""
    for analysis in present(view).devices:
        said = (view.corpus.data.get("sans_panneau") or {}).get(analysis.id)
        if said and not stopped(view, analysis):
            yield f"{said['dit']} : notice-{analysis.fichier}.html ({said['texte']})."


def remarks(view: View) -> Iterator[str]:
    """Say once what holds for all the signs of fixed cameras: what to stop first, what is not printed and why."""
    found = present(view)
    if not found.fixed:
        return
    if places.kinds(view)["csi"]:
        yield from software_told.stop_first(view)
        yield from software_told.to_place(view, _one_place(view))
    yield from kept_images.remarks(view)
    if _elsewhere(view) and view.value("notice") is UNKNOWN:
        asked = f"« {view.corpus.label('notice')} » (notice)"
        yield f"les panneaux renvoient à la mairie pour le reste : tenez-y la notice, ou répondez à {asked}."


def _one_place(view: View) -> bool:
    """Tell whether a software on the images can only be at one place: the only site of a list that is complete."""
    return view.complete("sites") and len(view.items("sites")) == 1


def _elsewhere(view: View) -> str:
    """Where the rest of the information is: the page of the notice or, without it, the place that the answer gives; "" when it gives none."""
    value, words = view.value("notice"), view.corpus.data.get("notice_ailleurs") or {}
    return view.text("notice_adresse") or str(words.get("inconnu" if value is UNKNOWN else value, ""))


def _refused(view: View, sign: Sign) -> Sign:
    asked = ("commune", *sign.asked) if view.commune is None else sign.asked
    if not asked:
        return sign
    questions = " ; ".join(
        f"« {view.corpus.label(path)} » ({path})" + (f", à demander à : {who}" if (who := view.whom(path)) else "") for path in asked
    )
    return replace(sign, asked=asked, refusal=f"Il n’affiche que ce que l’on sait. Répondez d’abord à : {questions}.")


# -- public places: CSI


def _public(view: View) -> list[Sign]:
    """One sign per set of purposes and decree of the public sites; one each for those that a question holds up."""
    groups: dict[tuple[Any, ...], list[Item]] = {}
    for site in view.items("sites"):
        nature = view.facts.cell("sites", site, "nature")
        if nature in PUBLIC_PLACES or (nature is UNKNOWN and not places.is_closed(view, site)):
            asked = (f"sites[{site.key}].nature",) if nature is UNKNOWN else ()
            key = tuple(site_purposes(view, site)), _decree(view, site), (*asked, *_unknown_purposes(view, site))
            groups.setdefault(key, []).append(site)
    if not groups:
        return [Sign("panneau", _content(view, (), None), ("sites",))]
    one, made = len(groups) == 1, []
    for n, ((purposes, (cited, notes), asked), sites) in enumerate(groups.items(), 1):
        named = None if one else ", ".join(site.key for site in sites)
        said = tuple(site_purposes(view, sites[0], len(sites) > 1)) if purposes else ()
        sign = Sign("panneau" if one else f"panneau-{n}-{slug(sites[0].key)}", _content(view, said, named, arrete=cited or None), asked)
        notes = (*kept_images.too_long(view), *unestablished(view, sites), *notes)
        made.append(replace(sign, notes=notes, refusal="" if purposes or asked else _UNLAWFUL))
    return made


_UNLAWFUL = (
    "Aucun des buts donnés pour ce site n’est de ceux que la loi y admet (CSI, art. L. 251-2). Un panneau ne le rend pas licite : "
    "voyez ecarts.xlsx, puis corrigez « sites », champs « finalites » et « expose », si la réponse est fausse."
)


def _unknown_purposes(view: View, site: Item) -> tuple[str, ...]:
    """The cells of the purposes that leave a doubt: an option that nobody answered is a purpose that the sign may lack."""
    doubtful = []
    for field in PURPOSES:
        value, path = view.facts.cell("sites", site, field), f"sites[{site.key}].{field}"
        question = view.corpus.question(path)
        told = value.oui | value.non if isinstance(value, Choices) else frozenset()
        if value is UNKNOWN or (isinstance(value, Choices) and question and not told.issuperset(question.options)):
            doubtful.append(path)
    return tuple(doubtful)


def _decree(view: View, site: Item) -> tuple[str, tuple[str, ...]]:
    """The decree that allows the cameras of this site, "" when the answers do not say it, and why."""
    known = view.items("arretes")
    if not known:
        return "", ()
    if len(known) > 1:
        return "", (
            "plusieurs arrêtés sont décrits et rien ne dit lequel autorise ces caméras : le panneau n’en cite aucun (c’est facultatif).",
        )
    cited = decree(view)[:1].upper() + decree(view)[1:]
    cameras = [item for item in view.items("cameras") if view.facts.cell("cameras", item, "site") == site.key]
    states = {item.key: allowed(view, item) for item in cameras}
    if refused := [key for key, state in states.items() if state is False]:
        many = "ne sont pas autorisées" if len(refused) > 1 else "n’est pas autorisée"
        return "", (f"{site.key} : {', '.join(refused)} {many} ; le panneau ne cite pas l’arrêté (c’est facultatif).",)
    unsure = [key for key, state in states.items() if state is not True]
    if len(unsure) < len(states):
        said = f"{site.key} : rien ne dit que l’arrêté autorise {', '.join(unsure)} ; le panneau ne le cite pas (c’est facultatif)."
        return ("", (said,)) if unsure else (cited, ())
    if not states and view.value("autorisation") == ALL_ALLOWED:
        return cited, ()
    return "", (f"{site.key} : aucune réponse ne dit qu’une caméra d’ici figure dans l’arrêté ; le panneau ne le cite pas.",)


# -- closed places, children


def _closed(view: View) -> Sign:
    purposes = closed_purposes(view)
    sign = Sign("panneau-lieux-fermes", _content(view, purposes, None, "locaux", **CLOSED_SIGN), _unknown_closed(view))
    refused = "Aucun des buts donnés pour les lieux fermés n’est admis : voyez ecarts.xlsx. Un panneau ne le rend pas licite."
    return sign if purposes or sign.asked else replace(sign, refusal=refused)


def _unknown_closed(view: View) -> tuple[str, ...]:
    value, name = view.value("locaux_objectifs"), "locaux_objectifs"
    told = value.oui | value.non if isinstance(value, Choices) else frozenset()
    doubtful = value is UNKNOWN or (isinstance(value, Choices) and not told.issuperset(view.corpus.questions[name].options))
    return (name,) if doubtful else ()


def _children(view: View) -> list[Sign]:
    """The sign in plain words where children are filmed (loi 78-17, art. 48): beside that of the adults, never instead."""
    entry = view.corpus.data.get("panneau_enfants")
    if not entry or _true(view, entry["si"]) is not True:
        return []
    value, words, days = view.value("locaux_objectifs"), entry["duree"], kept_images.kept(view).days
    refused = {e["valeur"] for e in view.corpus.data.get("objectifs_locaux") or () if "a_ecarter" in e}
    purposes = tuple(text for key, text in entry["finalites"].items() if isinstance(value, Choices) and key in value.oui - refused)
    kept = (
        None
        if days is None
        else words["aucune"]
        if days == 0
        else words["un"]
        if days == 1
        else words["jours"].replace("{n} ", f"{days}\u00a0")
    )
    with_de = f" {view.commune.with_de}" if view.commune else ""
    content = replace(
        _content(view, purposes, None, "", titre=entry["titre"], fondement=entry["fondement"], droits=entry["droits"]),
        responsable=entry["responsable"].replace("{de}", with_de), intitules=Headings(**entry["intitules"]), conservation_jours=None,
        duree=kept, reclamation=entry["reclamation"], exercer=entry["contact"], mode_emploi=entry["mode_emploi"],
        dpo=_with_article(view.text("dpo_contact")) or None,
    )  # fmt: skip
    return [Sign(entry["nom"], content, _unknown_closed(view))] if purposes or _unknown_closed(view) else []


def _with_article(contact: str) -> str:
    """The data protection officer as the sign for children names one: « Le délégué… »."""
    article = "La " if contact.lower().startswith("déléguée") else "Le " if contact.lower().startswith("délégué") else ""
    return article + contact[0].lower() + contact[1:] if article else contact


def _content(view: View, purposes: tuple[str, ...], site: str | None, places_of: str = "rue", **own: Any) -> SignContent:
    heading, dpo = officer(view.text("dpo_contact"))
    return SignContent(
        commune=view.commune_name,
        responsable=controller(view),
        finalites=purposes,
        conservation_jours=kept_images.kept(view).days,
        dpo=dpo or None,
        contact_droits=view.text("contact_commune") or None,
        notice_url=_elsewhere(view) or None,
        site=site,
        intitules=HEADINGS._replace(dpo=heading),
        mentions=software_told.mentions(view, places_of, _one_place(view)),
        **own,
    )


def _true(view: View, condition: str) -> Truth:
    return view.judge(condition).value


# -- devices


def _device(view: View, analysis: Analysis) -> Sign | None:
    """The sign of a device; None when none is to be put up, or nobody knows yet."""
    sign = analysis.affiche
    if sign is None or (sign.si is not None and _true(view, sign.si) is not True):
        return None

    def said(line: str | Said) -> str:
        text, missing = line_of(view, line)
        return "" if missing else text

    durations = sign.duree if isinstance(sign.duree, tuple) else (sign.duree,)
    rights = sign.droits if isinstance(sign.droits, tuple) else (sign.droits,)
    unsure = dict.fromkeys(path for line in (*durations, *rights) for path in line_of(view, line)[1])
    gaps = [text for line in (analysis.notice.a_completer if analysis.notice else ()) if (text := said(line))]
    notes = (*gaps, *(f"la réponse à « {view.corpus.label(path)} » ({path})" for path in unsure))
    heading, dpo = officer(view.text("dpo_contact"))
    asked = dict.fromkeys(path for line in sign.finalites for path in line_of(view, line)[1])
    content = SignContent(
        commune=view.commune_name, responsable=controller(view), finalites=tuple(filter(None, map(said, sign.finalites))), droits=" ".join(filter(None, map(said, rights))),
        duree=" ".join(filter(None, map(said, durations))) or None, dpo=dpo or None, contact_droits=view.text("contact_commune") or None,
        notice_url=view.text(sign.adresse) or None if sign.adresse else None, titre=sign.titre, intitules=Headings(pourquoi=sign.pourquoi, dpo=heading), pictogramme=sign.pictogramme,
        mentions=tuple(filter(None, map(said, sign.mentions))), fondement=sign.fondement,
    )  # fmt: skip
    return Sign(f"panneau-{analysis.fichier}", content, tuple(asked), notes=tuple(f"il manque {note}." for note in notes))

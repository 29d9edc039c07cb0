"""What the public is told the cameras are for: no purpose that an answer denies, no fact that none establishes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dpia.documents import places
from dpia.documents.view import View
from dpia.values import ABSENT, UNKNOWN, Item, Truth


def closed_purposes(view: View) -> tuple[str, ...]:
    """What the cameras of closed places are for, without what a finding rules out; what their sites say, when nothing else does."""
    said = tuple(entry["objectif"].rstrip(".").replace("'", "’") for entry in places.closed_purposes(view) if not entry["constat"])
    listed = (text for site in view.items("sites") if places.is_closed(view, site) for text in site_purposes(view, site))
    return said or tuple(dict.fromkeys(listed))


def site_purposes(view: View, site: Item, several: bool = False) -> list[str]:
    """What the cameras of a site are for, in the words of the sign: the purposes that the law lists. `several`: the sign is for several sites."""
    here = [(entry, _standing(view, entry, site)) for entry in view.purposes if site.key in entry["sites"]]
    said = (purpose_words(entry, several, found is True) for entry, found in here if found is not False)
    return [(text[0].upper() + text[1:]).replace("'", "’") for text in said]


def purpose_words(purpose: dict[str, Any], several: bool, sure: bool = True) -> str:
    """A purpose in the words of the public: « ces lieux » where it is said of several; not `sure`: without the fact that it rests on."""
    if not sure and "panneau_a_etablir" in purpose:
        return str(purpose["panneau_a_etablir"])
    return str(purpose.get("panneau_pluriel", purpose["panneau"]) if several else purpose["panneau"])


def _standing(view: View, purpose: dict[str, Any], site: Item) -> Truth:
    """Whether the fact that a purpose rests on holds at a site (that the place is exposed, for instance); True when it rests on none."""
    found = view.facts.cell("sites", site, purpose["etabli_par"]) if "etabli_par" in purpose else True
    return found if isinstance(found, bool) else UNKNOWN


def told_purposes(view: View) -> list[dict[str, Any]]:
    """The purposes of the public sites in the words of the notice: none that an answer denies, no fact that none establishes."""
    sites, rows = {item.key: item for item in view.items("sites")}, []
    for purpose in places.purposes(view):
        groups: dict[bool, list[str]] = {}
        for key in purpose["sites"]:
            if (found := _standing(view, purpose, sites[key])) is not False:
                groups.setdefault(found is True or "panneau_a_etablir" not in purpose, []).append(key)
        for sure, named in groups.items():
            words = purpose_words(purpose, len(named) > 1, sure)
            rows.append({"texte": words, "regime": purpose["regime"], "site": ", ".join(named)})
    return rows


def unestablished(view: View, sites: Iterable[Item]) -> tuple[str, ...]:
    """Say which purposes rest on a fact that no answer establishes, or that one denies: these are not announced."""
    said: dict[str, None] = {}
    for site in sites:
        for purpose in view.purposes:
            field = purpose.get("etabli_par")
            if field is None or site.key not in purpose["sites"] or view.facts.cell("sites", site, field) in (True, ABSENT):
                continue
            path = f"sites[{site.key}].{field}"
            asked = f"« {view.corpus.label(path)} » ({path}"
            if _standing(view, purpose, site) is False:
                said[
                    f"l’objectif « {purpose_words(purpose, False, False)} » n’est pas annoncé pour {site.key} : la réponse à {asked}) est non, "
                    f"et la loi veut que ce soit oui ({purpose['rang']}). Retirez l’objectif ou les caméras (ecarts.xlsx)."
                ] = None
            else:
                said[
                    f"réglez, avant d’afficher l’objectif qui en dépend : {asked}, sans réponse). D’ici là, rien ne l’affirme au public."
                ] = None
    return tuple(said)

"""How long images are kept, as the public may be told: what the answers establish and no more; notes are not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from dpia.documents.view import View
from dpia.values import UNKNOWN

ERASED, RECORDER, IN_PART, BY_HAND = "automatique", "enregistreur", "partiel", "manuel"  # answers to « effacement »
LONGER = "plus_longue"  # the answer to « conservation_arrete » that says so
_ASKED = "« {question} » ({path})"


@dataclass(frozen=True, slots=True)
class Kept:
    """`days`: what the public may read, None when no number holds for all images; `erased`: whether nothing is left after them."""

    days: int | None
    erased: bool


def retention(view: View) -> int | None:
    """Days of retention as answered, 0 when nothing is recorded, None when it is not known."""
    if view.value("images_enregistrees") is False:
        return 0
    days = view.value("conservation_jours")
    return ceil(days) if isinstance(days, (int, float)) and not isinstance(days, bool) else None


def kept(view: View) -> Kept:
    """What the public may be told: no number where copies outlive it, no erasure that no answer establishes."""
    days, erasure = retention(view), view.value("effacement")
    if days is not None and days > 0 and erasure in (IN_PART, BY_HAND):
        return Kept(None, erased=False)
    return Kept(days, erased=erasure == ERASED and not _beyond(view))


def _beyond(view: View) -> bool:
    return bool(decrees_exceeded(view)) or view.value("conservation_arrete") == LONGER


def decrees_exceeded(view: View) -> list[str]:
    """The decrees that allow fewer days than the images are kept, each with its number of days."""
    days = retention(view)
    return [
        f"{allowed:g} jours (arrêté {key})" for allowed, keys in limits(view).items() for key in keys if days is not None and days > allowed
    ]


def limits(view: View) -> dict[float, list[str]]:
    """The days that the decrees allow, with the decrees that do."""
    found: dict[float, list[str]] = {}
    for item in view.items("arretes"):
        allowed = view.facts.cell("arretes", item, "duree_jours")
        if isinstance(allowed, (int, float)) and not isinstance(allowed, bool):
            found.setdefault(allowed, []).append(item.key)
    return found


def too_long(view: View, page: str = "le panneau") -> tuple[str, ...]:
    """Say that the retention exceeds the decree's, and what to do: the public is owed the one that is."""
    days, exceeded = retention(view), decrees_exceeded(view)
    if not exceeded and view.value("conservation_arrete") != LONGER:
        return ()
    if exceeded:
        over = f"les images sont conservées {days} jours, plus que ne le permet l’autorisation : {' ; '.join(exceeded)}."
    else:
        over = "les images sont conservées plus longtemps que ne le permet l’arrêté du préfet (conservation_arrete)."
    shown = "" if kept(view).days is None else f" {page[0].upper() + page[1:]} dit la durée réelle."
    remedy = f"Ramenez d’abord la conservation à la durée autorisée (conservation_jours), puis refaites {page} avant de l’afficher."
    return (f"écart : {over}{shown} {remedy}",)


def remarks(view: View) -> Iterator[str]:
    """Say why the public reads no number of days, or no erasure, and the question that settles it."""
    days, erasure = retention(view), view.value("effacement")
    if not days:
        return
    question = _ASKED.format(question=view.corpus.label("effacement"), path="effacement")
    if erasure == IN_PART:
        yield (
            f"la durée ne s’imprime ni sur les panneaux ni dans la notice : des copies restent après {days} jours, d’après la réponse à {question}. "
            "Effacez-les, corrigez la réponse, puis refaites-les."
        )
    elif erasure == BY_HAND:
        yield (
            f"la durée ne s’imprime ni sur les panneaux ni dans la notice : rien n’efface les images au bout de {days} jours, d’après la réponse à "
            f"{question}. Faites régler l’effacement, corrigez la réponse, puis refaites-les."
        )
    elif erasure in (UNKNOWN, RECORDER):
        yield f"la notice ne dit pas que les images sont effacées après {days} jours : aucune réponse ne l’établit. Répondez à {question}."

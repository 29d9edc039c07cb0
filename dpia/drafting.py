"""The drafts that findings call for: which act, letter or form cures which rules (law/modeles.yaml)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

import msgspec

from dpia.corpus import Corpus
from dpia.model import Source
from dpia.resources import folder
from dpia.shapes import convert

FILE, TEMPLATES = "law/modeles.yaml", "modeles"


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One draft: the rules it cures, the processing it is about ("commun" for all), who reads it over (roles).

    `fondement`: texts it names besides those of its rules; `regime`: that of the rights of persons, when the purposes do not say it; `reserve`: what was not read for it, said only under `reserve_regime` when it names a regime.
    """

    id: str
    titre: str
    fichier: str
    gabarit: str
    traitement: str
    regles: tuple[str, ...]
    relire: tuple[str, ...]
    regime: str = ""
    reserve: str = ""
    reserve_regime: str = ""
    fondement: tuple[Source, ...] = ()
    ligne: int = 0


@cache
def drafts(corpus: Corpus) -> tuple[Draft, ...]:
    """The drafts of the base, in the order of the file. Raises CorpusError."""
    return tuple(convert(FILE, raw, Draft) for raw in corpus.data.get("modeles") or ())


def check_drafts(corpus: Corpus) -> Iterator[str]:
    """Yield what does not hold: a rule, a role, a processing or a template that does not exist, a prohibition, a name taken twice."""
    severities = {read.rule.id: read.rule.gravite for read in corpus.rules}
    processings = {"commun", *(entry["id"] for entry in corpus.data.get("traitements") or ())}
    regimes = corpus.data.get("regimes") or {}
    templates = {entry.name for entry in folder("templates").joinpath(TEMPLATES).iterdir()}
    taken = Counter(name for draft in drafts(corpus) for name in {draft.id, draft.fichier})
    for draft in drafts(corpus):
        place = f"{FILE}, ligne {draft.ligne}, {draft.id}"
        yield from (f"{place} : « {name} » n'est pas une règle." for name in draft.regles if name not in severities)
        for name in draft.regles:
            if severities.get(name) == "interdiction":
                yield f"{place} : « {name} » interdit un usage ; aucun modèle ne le régularise."
        yield from (f"{place} : « {role} » n'est pas dans interlocuteurs.yaml." for role in draft.relire if role not in corpus.roles)
        if not draft.regles or not draft.relire:
            yield f"{place} : il faut au moins une règle dans « regles », et une personne dans « relire »."
        for regime in filter(None, (draft.regime, draft.reserve_regime)):
            if regime not in regimes:
                yield f"{place} : « {regime} » n'est pas un régime."
        if draft.traitement not in processings:
            yield f"{place} : « {draft.traitement} » n'est pas un traitement."
        if f"{draft.gabarit}.md.j2" not in templates:
            yield f"{place} : le gabarit templates/{TEMPLATES}/{draft.gabarit}.md.j2 n'existe pas."
        if max(taken[draft.id], taken[draft.fichier]) > 1:
            yield f"{place} : « {draft.id} » ou « {draft.fichier} » sert deux fois."

"""Rules that the knowledge files keep among themselves: order of the questions, what a rule always has, windows that do not overlap."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from itertools import pairwise

from dpia.model import DerivedFact, Lecture, Rule, Theme
from dpia.trace import Condition, Ref, references

TODAY = "date_evaluation"
SHARED = "commun"  # the processing of a rule that holds for all of them


class CorpusError(ValueError):
    """A knowledge file that does not hold together: says file, block, line and what to do."""


@dataclass(frozen=True, slots=True)
class ReadRule:
    """A wording of a rule with its conditions read. `lectures`: the readings of a discussed rule, the prudent one first."""

    rule: Rule
    file: str
    quand: Condition
    satisfait: Condition | None
    inconnu: Condition | None
    regularise: Condition | None
    lectures: tuple[tuple[Lecture, Condition, Condition | None], ...] = ()
    exige: tuple[Condition, ...] = ()


def check_order(themes: tuple[Theme, ...], facts: list[tuple[str, DerivedFact]], conditions: Mapping[Ref, Condition]) -> None:
    """A `si` names earlier questions only (in a list: earlier fields), derived facts opened; a derived fact never depends on itself."""
    order = {TODAY: -1} | {question.id: n for n, question in enumerate(q for theme in themes for q in theme.questions)}
    derived = {Ref(fact.id, fact.liste): (file, fact) for file, fact in facts}

    def questions_of(ref: Ref, seen: tuple[Ref, ...]) -> Iterator[Ref]:
        if ref not in derived:
            yield ref
            return
        if ref in seen:
            file, fact = derived[ref]
            raise CorpusError(f"{file}, ligne {fact.ligne}, {fact.id} : le fait dépend de lui-même.")
        for inner in references(conditions[ref]):
            yield from questions_of(inner, (*seen, ref))

    for ref in derived:
        tuple(questions_of(ref, ()))
    for theme in themes:
        for question in theme.questions:
            fields = [champ.id for champ in question.champs]
            for asked, owner in ((question, None), *((champ, question.id) for champ in question.champs)):
                condition = conditions.get(Ref(asked.id, owner))
                for inner in references(condition) if condition else ():
                    for leaf in questions_of(inner, ()):
                        position, own = order[leaf.liste or leaf.name], order[question.id]
                        if position == own and owner is not None:  # another field, or the list itself
                            position, own = (fields.index(leaf.name), fields.index(asked.id)) if leaf.liste else (0, 1)
                        if position >= own:
                            place = f"{theme.fichier}, ligne {asked.ligne or question.ligne}, {asked.id}"
                            raise CorpusError(f"{place} : « si » nomme « {leaf.name} », posée plus tard ; déplacez l'une des deux.")


def check_rules(rules: list[ReadRule], roles: Mapping[str, str], treatments: Collection[str], changes: Mapping[str, str]) -> None:
    """Check what a rule names and what it always has. `treatments`, `changes`: tables of the law folder, not checked against when empty."""
    seen: dict[str, list[ReadRule]] = {}
    known = {read.rule.id for read in rules}
    for read in rules:
        seen.setdefault(read.rule.id, []).append(read)
        rule, place = read.rule, f"{read.file}, ligne {read.rule.ligne}, {read.rule.id}"
        if rule.qui not in roles:
            raise CorpusError(f"{place} : « qui: {rule.qui} » n'est pas dans interlocuteurs.yaml ({', '.join(roles)}).")
        if treatments and rule.traitement not in (*treatments, SHARED):
            raise CorpusError(
                f"{place} : « traitement: {rule.traitement} » n'est pas dans traitements.yaml ({', '.join((*treatments, SHARED))})."
            )
        for key, ids in (("entraine", rule.entraine), ("prive_d_effet", rule.prive_d_effet)):
            for id_ in ids:
                if id_ not in known - {rule.id}:
                    near = get_close_matches(id_, known - {rule.id}, 1)
                    raise CorpusError(
                        f"{place}, {key} : « {id_} » n'est pas une autre règle" + (f" ; vouliez-vous « {near[0]} » ?" if near else ".")
                    )
        if not rule.fondement or not rule.exemples or not rule.windows:
            raise CorpusError(f"{place} : une règle a au moins un fondement, un exemple et une fenêtre « en_vigueur ».")
        if rule.certitude != "etablie" and not rule.doute:
            raise CorpusError(f"{place} : une règle « {rule.certitude} » dit son doute.")
        if (rule.certitude == "discutee") != (len(rule.lectures) >= 2 and sum(lecture.prudente for lecture in rule.lectures) == 1):
            raise CorpusError(f"{place} : une règle « discutee » a deux lectures, dont une seule prudente (et elle seule en a).")
        if not any(source.lu in ("texte", "extrait", "page_officielle") for source in rule.fondement) and rule.certitude == "etablie":
            raise CorpusError(f"{place} : aucun fondement n'a été lu ; la certitude est « a_confirmer » ou « discutee ».")
        if rule.plafond and not rule.a_produire:
            raise CorpusError(f"{place} : « plafond » nomme dans « a_produire » la pièce qui trancherait.")
    for wordings in seen.values():
        check_windows(wordings, changes)


def check_windows(wordings: Sequence[ReadRule], changes: Mapping[str, str]) -> None:
    """The windows of a rule's wordings do not overlap, and each opens or follows a day on which the law changed (law/corpus.yaml)."""
    windows = sorted(((window, read) for read in wordings for window in read.rule.windows), key=lambda pair: pair[0].du)
    for window, read in windows if changes else ():
        for day in (window.du, *((window.au + timedelta(days=1),) if window.au else ())):
            if str(day) not in changes:
                place = f"{read.file}, ligne {read.rule.ligne}, {read.rule.id}"
                raise CorpusError(
                    f"{place} : aucun changement du droit n'est noté au {day} dans corpus.yaml (« changements ») ; notez-le ou corrigez la fenêtre « en_vigueur »."
                )
    for (before, _), (after, _) in pairwise(windows):
        if before.au is None or before.au >= after.du:
            last = wordings[-1]
            place = f"{last.file}, ligne {last.rule.ligne}, {last.rule.id}"
            raise CorpusError(
                f"{place} : deux fenêtres « en_vigueur » se chevauchent au {after.du} ; fermez la première la veille (« au: »)."
            )

"""Rules that the knowledge files keep among themselves: order of the questions, what a rule always has, windows that do not overlap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from dpia.model import DerivedFact, Lecture, Rule, Theme
from dpia.trace import Condition, Ref, references

TODAY = "date_evaluation"


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


def check_rules(rules: list[ReadRule], roles: Mapping[str, str]) -> None:
    seen: dict[str, list[ReadRule]] = {}
    for read in rules:
        seen.setdefault(read.rule.id, []).append(read)
        rule, place = read.rule, f"{read.file}, ligne {read.rule.ligne}, {read.rule.id}"
        if rule.qui not in roles:
            raise CorpusError(f"{place} : « qui: {rule.qui} » n'est pas dans interlocuteurs.yaml ({', '.join(roles)}).")
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
    for id_, wordings in seen.items():
        windows = sorted((window for read in wordings for window in read.rule.windows), key=lambda window: window.du)
        for before, after in pairwise(windows):
            if before.au is None or before.au >= after.du:
                place = f"{wordings[-1].file}, ligne {wordings[-1].rule.ligne}, {id_}"
                raise CorpusError(
                    f"{place} : deux fenêtres « en_vigueur » se chevauchent au {after.du} ; fermez la première la veille (« au: »)."
                )

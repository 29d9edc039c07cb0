"""What can be proved of the corpus without a dossier: worked examples pass, every question serves, every table can be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from dpia.answers import AnswerError, read_value
from dpia.coherence import ReadRule
from dpia.condition import Compare, Contains, Exists, Flag, Number
from dpia.corpus import Corpus
from dpia.facts import AnsweredFacts
from dpia.grammar import ConditionError, read_condition
from dpia.model import DerivedFact, Example, FactExample, Question, Verdict, Window
from dpia.overviews import check_overviews
from dpia.reasoning import judge_rule
from dpia.trace import Condition, Ref, references
from dpia.values import ABSENT, UNKNOWN, Items, Truth, Value

VERDICTS_NEEDED = "un écart (ou interdit), un à vérifier, et un conforme (ou sans objet)"


def given_facts(corpus: Corpus, raw: dict[str, Any]) -> dict[str, Value]:
    """Type the facts of a worked example. Raises AnswerError naming the fact."""
    facts: dict[str, Value] = {}
    for name, value in raw.items():
        if name not in corpus.names or name == "ligne":
            raise AnswerError(f"« {name} » n'est ni une question ni un fait")
        known = corpus.names[name]
        question = corpus.questions.get(name) or Question(id=name, type=known.kind, libelle=name)
        if question.type == "liste":
            question = _with_derived(corpus, question)
        try:
            facts[name] = ABSENT if value == "absente" else read_value(question, value)
        except AnswerError as error:
            raise AnswerError(f"« {name} » : {error}") from error
    return facts


def _with_derived(corpus: Corpus, question: Question) -> Question:
    """Let an example set the derived facts of an element as if they were fields."""
    derived = [
        Question(id=ref.name, type="oui_non", libelle=fact.libelle) for ref, fact in corpus.derived.items() if ref.liste == question.id
    ]
    return Question(id=question.id, type="liste", libelle=question.libelle, champs=(*question.champs, *derived))


def default_day(corpus: Corpus, read: ReadRule) -> date:
    """The day of an example that gives none: that of the base, or the last day of a wording that is no longer in force."""
    day, windows = date.fromisoformat(corpus.version), read.rule.windows
    return day if any(day in window for window in windows) else max(window.au or window.du for window in windows)


def example_facts(corpus: Corpus, example: Example | FactExample, day: date) -> AnsweredFacts:
    """The facts of an example. Raises AnswerError."""
    return AnsweredFacts(corpus, {}, example.date or day, given_facts(corpus, example.faits))


def speaks_of(read: ReadRule, example: Example) -> bool:
    """Tell whether an example is about this wording: one with a date is about the wording in force on that day."""
    return example.date is None or any(example.date in window for window in read.rule.windows)


def other_reading(corpus: Corpus, facts: AnsweredFacts, read: ReadRule) -> Verdict | None:
    """The verdict of the first reading that is not the prudent one."""
    if len(read.lectures) < 2:
        return None
    _, quand, satisfait = read.lectures[1]
    return judge_rule(corpus, facts, replace(read, quand=quand, satisfait=satisfait, inconnu=None, lectures=())).verdict


def run_example(corpus: Corpus, read: ReadRule, example: Example) -> str:
    """Run one worked example; give "" or what is wrong."""
    try:
        facts = example_facts(corpus, example, default_day(corpus, read))
    except AnswerError as error:
        return str(error)
    return falsified(corpus, read, example, facts)


def falsified(corpus: Corpus, read: ReadRule, example: Example, facts: AnsweredFacts) -> str:
    """What a worked example says and its facts do not give; "" when it holds."""
    finding = judge_rule(corpus, facts, read)
    if finding.verdict != example.verdict:
        missing = f" (manque : {', '.join(finding.manque)})" if finding.manque else ""
        return f"attendu {example.verdict}, obtenu {finding.verdict}{missing} pour {example.faits}"
    if example.gravite is not None and example.gravite != read.rule.gravite:
        return f"gravité attendue {example.gravite}, celle de la règle est {read.rule.gravite}"
    if example.autre_lecture is not None:
        found = other_reading(corpus, facts, read)
        if found != example.autre_lecture:
            return f"selon l'autre lecture, attendu {example.autre_lecture}, obtenu {found or 'rien, la règle n’en a pas'} pour {example.faits}"
    return ""


def fact_value(facts: AnsweredFacts, fact: DerivedFact) -> Truth:
    """What a derived fact is in an example; for a fact of a list, for its first element."""
    scope = {}
    if fact.liste is not None:
        items = facts.read(Ref(fact.liste), {}).value
        if not isinstance(items, Items) or not items.elements:
            return UNKNOWN
        scope = {fact.liste: items.elements[0]}
    value = facts.read(Ref(fact.id, fact.liste), scope).value
    return value if isinstance(value, bool) or value is ABSENT else UNKNOWN


def run_fact_example(corpus: Corpus, fact: DerivedFact, example: FactExample) -> str:
    """Run one worked example of a derived fact; give "" or what is wrong."""
    try:
        facts = example_facts(corpus, example, date.fromisoformat(corpus.version))
    except AnswerError as error:
        return str(error)
    found = VALUE_WORDS[fact_value(facts, fact)]
    return "" if found == example.vaut else f"attendu {example.vaut}, obtenu {found} pour {example.faits}"


VALUE_WORDS: Mapping[Truth, str] = {True: "oui", False: "non", UNKNOWN: "inconnu", ABSENT: "absent"}


def check(corpus: Corpus) -> Iterator[str]:
    """Yield what does not hold, one sentence each; nothing when the corpus is sound."""
    for fact in corpus.derived.values():
        for n, case in enumerate(fact.exemples, 1):
            problem = run_fact_example(corpus, fact, case)
            if problem:
                yield f"fait {fact.id} (ligne {fact.ligne}), exemple {n} : {problem}"
    for _, _, problem in table_conditions(corpus):
        if problem:
            yield problem
    windows: dict[str, list[Window]] = {}
    for read in corpus.rules:
        windows.setdefault(read.rule.id, []).extend(read.rule.windows)
    for read in corpus.rules:
        place = f"{read.file}, ligne {read.rule.ligne}, {read.rule.id}"
        for n, example in enumerate(read.rule.exemples, 1):
            problem = run_example(corpus, read, example) if speaks_of(read, example) else ""
            if example.date is not None and not any(example.date in window for window in windows[read.rule.id]):
                problem = f"aucune rédaction n'est en vigueur au {example.date}"
            if problem:
                yield f"{place}, exemple {n} : {problem}"
        seen = {example.verdict for example in read.rule.exemples if speaks_of(read, example)}
        turns = seen & {"ecart", "interdit"} and seen & {"conforme", "sans_objet"}
        if "a_verifier" not in seen or not (turns or read.rule.plafond):
            yield f"{place} : il faut des exemples pour {VERDICTS_NEEDED}."
    yield from _unused(corpus)
    yield from check_overviews(corpus)
    for who, other in (corpus.data.get("remplacants") or {}).items():
        if who not in corpus.roles or getattr(corpus.questions.get(other["sans"]), "type", "") != "oui_non":
            yield f"law/traitements.yaml, remplacants : « {who} » n'est pas un interlocuteur, ou « {other['sans']} » n'est pas une question oui_non."


def _unused(corpus: Corpus) -> Iterator[str]:
    used = {ref for condition in corpus.conditions.values() for ref in references(condition)}
    for read in corpus.rules:
        wordings = [c for _, quand, satisfait in read.lectures for c in (quand, satisfait)]
        for condition in (read.quand, read.satisfait, read.inconnu, read.regularise, *wordings):
            used |= set(references(condition))
    for contradiction in corpus.contradictions:
        used |= set(references(contradiction.si))
    named = {ref.name if ref.liste is None else f"{ref.liste}.{ref.name}" for ref in used}
    for theme in corpus.themes:
        for question in theme.questions:
            for path, asked in ((question.id, question), *((f"{question.id}.{c.id}", c) for c in question.champs)):
                place = f"{theme.fichier}, ligne {asked.ligne or question.ligne}, {path}"
                if path not in named and not (asked.sert or asked.repond) and asked.id != "id" and asked.type != "liste":
                    yield f"{place} : aucune règle ni aucun document ne s'en sert (ajoutez « sert: » ou retirez la question)."
                for role in asked.qui_sait:
                    if role not in corpus.roles:
                        yield f"{place} : « {role} » n'est pas dans interlocuteurs.yaml."
                if asked.type == "choix_multiple" and len(asked.options) > 9:
                    yield f"{place} : plus de neuf options."
                if asked.type in ("choix", "choix_multiple") and len(asked.options) < 2:
                    yield f"{place} : au moins deux options."


def table_conditions(corpus: Corpus) -> Iterator[tuple[str, Condition | None, str]]:
    """Each condition of the tables, once read: where it is, and "" or what is wrong with it."""
    for entry in corpus.data.get("traitements") or ():
        yield _table_condition(corpus, f"law/traitements.yaml, {entry['id']}", entry["si"])
    tables = [("law/risques.yaml", table) for table in corpus.data.get("risques") or ()]
    tables += [(f"analyse {analysis.id}", table) for analysis in corpus.analyses for table in analysis.risques]
    for file, table in tables:
        place = f"{file}, ligne {table.get('ligne', '?')}, {table['id']}"
        if "si" in table:
            yield _table_condition(corpus, f"{place}, si", table["si"])
        for scale in ("gravite", "vraisemblance"):
            steps = table[scale]
            yield from (_table_condition(corpus, f"{place}, {scale}", step["si"]) for step in steps if "si" in step)
            if ["si" in step for step in steps] != [True] * (len(steps) - 1) + [False]:
                yield place, None, f"{place}, {scale} : seul le dernier palier se passe de « si »."
        for measure in table["mesures"]:
            yield _table_condition(corpus, f"{place}, {measure['id']}", measure["si"])
            if "quand" in measure:
                yield _table_condition(corpus, f"{place}, {measure['id']}, quand", measure["quand"])
            for path, target in (measure.get("pose") or {}).items():
                problem = _unposable(corpus, str(path), target)
                if problem:
                    yield place, None, f"{place}, {measure['id']}, pose : {problem}"


def _table_condition(corpus: Corpus, place: str, text: str) -> tuple[str, Condition | None, str]:
    try:
        return place, read_condition(text, corpus.names), ""
    except ConditionError as error:
        return place, None, f"{place} : {error}"


def _unposable(corpus: Corpus, path: str, target: Any) -> str:
    name, _, field = path.partition(".")
    question = corpus.questions.get(name)
    if question is not None and field:
        question = next((champ for champ in question.champs if champ.id == field), None)
    if question is None:
        return f"« {path} » n'est pas une question"
    try:
        read_value(question, target)
    except AnswerError as error:
        return f"« {path} » : {error}"
    return ""


def counted(corpus: Corpus) -> Counter[str]:
    """How many things `check` looked at, by their name."""
    found: Counter[str] = Counter()
    tables = [(place, condition) for place, condition, _ in table_conditions(corpus) if condition is not None]
    for read in corpus.rules:
        rule, readings = read.rule, [part for _, *parts in read.lectures for part in parts]
        found["fenetres"] += len(rule.windows)
        found["fondements"] += len(rule.fondement)
        found["exemples"] += len(rule.exemples)
        found["gravites"] += any(example.gravite for example in rule.exemples)
        found["exigences"] += len(rule.exige)
        found["regles_qui_exigent"] += bool(rule.exige)
        found["implications"] += len(rule.entraine)
        for condition in (read.quand, read.satisfait, read.inconnu, read.regularise, *read.exige, *readings):
            found.update(_atoms(condition))
    for condition in (*corpus.conditions.values(), *(c.si for c in corpus.contradictions), *(condition for _, condition in tables)):
        found.update(_atoms(condition))
    found["exemples"] += sum(len(fact.exemples) for fact in corpus.derived.values())
    found["conditions_traitements"] = sum(place.startswith("law/traitements.yaml") for place, _ in tables)
    found["conditions_risques"] = len(tables) - found["conditions_traitements"]
    return found


def _atoms(node: object) -> Iterator[str]:
    """One "litteraux" for each comparison, name or count inside a condition."""
    if isinstance(node, (Flag, Compare, Contains, Exists, Number)):
        yield "litteraux"
    if isinstance(node, tuple):
        for part in node:
            yield from _atoms(part)
    elif hasattr(node, "__dataclass_fields__"):
        for name in node.__dataclass_fields__:
            yield from _atoms(getattr(node, name))

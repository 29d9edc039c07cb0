"""(corpus, facts, date) → findings: what is prohibited, missing, unknown or in order, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from dpia.answers import in_words
from dpia.coherence import ReadRule
from dpia.corpus import Corpus
from dpia.facts import AnsweredFacts
from dpia.model import Rule, Severity, Verdict
from dpia.trace import PHANTOM, Condition, Reading, Ref, Scope, Trace, elements
from dpia.values import ABSENT, UNKNOWN, Choices, Items, State, Truth

WORST_FIRST: tuple[Verdict, ...] = ("interdit", "ecart", "a_verifier", "conforme", "sans_objet")
WEIGHT: Mapping[Severity, int] = {"interdiction": 16, "bloquante": 8, "majeure": 4, "mineure": 2, "recommandation": 1}


@dataclass(frozen=True, slots=True)
class Reason:
    """One answer that decided: the path of the cell, the question in words, the answer in words."""

    question: str
    libelle: str
    reponse: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule gives for one dossier on one day.

    `ecart`, `unknown`: the elements concerned when the rule judges a list. `manque`: the questions that would settle it.
    `mention`: what is to be said beside the verdict (regularised, to do before go-live, late).
    """

    rule: Rule
    verdict: Verdict
    ecart: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    manque: tuple[str, ...] = ()
    a_produire: tuple[str, ...] = ()
    mention: str = ""
    other_reading: str = ""
    traces: tuple[Trace, ...] = ()


def assess(corpus: Corpus, facts: AnsweredFacts) -> tuple[Finding, ...]:
    """Judge every rule in force on the facts' day, worst first."""
    findings = [judge_rule(corpus, facts, read) for read in corpus.in_force(facts.on)]
    return tuple(sorted(findings, key=lambda f: (WORST_FIRST.index(f.verdict), -WEIGHT[f.rule.gravite])))


def judge_rule(corpus: Corpus, facts: AnsweredFacts, read: ReadRule) -> Finding:
    """Judge one rule, for the whole dossier or for each element of its list."""
    if read.lectures:
        (_, quand, satisfait), *others = read.lectures
        finding = _over_elements(corpus, facts, replace(read, quand=quand, satisfait=satisfait))
        said = []
        for lecture, quand, satisfait in others:
            verdict = _over_elements(corpus, facts, replace(read, quand=quand, satisfait=satisfait, inconnu=None)).verdict
            if verdict != finding.verdict:  # a reading that concludes alike changes nothing here
                said.append(f"{lecture.nom} : {lecture.dit} Verdict selon cette lecture : {VERDICT_WORDS[verdict]}.")
        return replace(finding, other_reading=" ".join(said))
    return _over_elements(corpus, facts, read)


TO_REREAD = "le texte à relire : "
VERDICT_WORDS: Mapping[Verdict, str] = {
    "interdit": "interdit", "ecart": "écart", "a_verifier": "à vérifier", "conforme": "conforme", "sans_objet": "sans objet",
}  # fmt: skip


def _over_elements(corpus: Corpus, facts: AnsweredFacts, read: ReadRule) -> Finding:
    liste = read.rule.pour_chaque
    if liste is None:
        return _judge(corpus, facts, read, {})
    reading = facts.read(Ref(liste), {})
    if not isinstance(reading.value, Items):
        if reading.value is ABSENT:
            return Finding(read.rule, "sans_objet")
        manque = (liste,) if reading.because is None else reading.because.missing()
        return _judge_undescribed(corpus, facts, read, liste, manque)
    each = [
        (item, _judge_undescribed(corpus, facts, read, liste, (liste,)) if item.phantom else _judge(corpus, facts, read, {liste: item}))
        for item in elements(reading)
    ]
    if not each:
        return Finding(read.rule, "sans_objet")
    verdict = min((finding.verdict for _, finding in each), key=WORST_FIRST.index)
    shown = {verdict, "a_verifier"} if verdict in ("ecart", "interdit") else {verdict}
    kept = [finding for _, finding in each if finding.verdict in shown]
    return Finding(
        read.rule,
        verdict,
        tuple(item.key for item, f in each if f.verdict in ("ecart", "interdit")),
        tuple(item.key or "autres éléments à décrire" for item, f in each if f.verdict == "a_verifier"),
        tuple(dict.fromkeys(reason for f in kept for reason in f.reasons)),
        tuple(dict.fromkeys(path for _, f in each if f.verdict == "a_verifier" for path in f.manque)),
        tuple(dict.fromkeys(piece for f in kept for piece in f.a_produire)),
        next((f.mention for f in kept if f.mention), ""),
        traces=tuple(trace for f in kept for trace in f.traces),
    )


def _judge_undescribed(corpus: Corpus, facts: AnsweredFacts, read: ReadRule, liste: str, manque: tuple[str, ...]) -> Finding:
    """What a rule says of elements that nobody described: nothing known, unless it cannot apply to any."""
    finding = _judge(corpus, facts, read, {liste: PHANTOM})
    return finding if finding.verdict == "sans_objet" else replace(finding, verdict="a_verifier", manque=manque)


def _judge(corpus: Corpus, facts: AnsweredFacts, read: ReadRule, scope: Scope) -> Finding:
    rule = read.rule
    traces = [read.quand.judge(facts, scope)]
    applies: Truth = traces[0].value
    if applies is False or applies is ABSENT:
        return _finding(corpus, rule, "sans_objet", traces)
    met: Truth = False
    if read.satisfait is not None:
        traces.append(read.satisfait.judge(facts, scope))
        met = traces[-1].value
    doubtful = _also(read.inconnu, facts, scope, traces) if met is not ABSENT else None
    if met is ABSENT:
        return _finding(corpus, rule, "sans_objet", traces)
    if doubtful is True:
        return _finding(
            corpus, rule, "a_verifier", traces, produce=rule.a_produire or (rule.doute or "avis du délégué à la protection des données",)
        )
    if doubtful is UNKNOWN:  # whether the rule can speak at all is not known: neither a breach nor a conformity
        return _finding(corpus, rule, "a_verifier", traces)
    mention = ""
    if met is False:
        late = _also(read.regularise, facts, scope, traces)
        if late is True:
            met, mention = (
                True,
                "régularisé : fait après la mise en service" if rule.avant_mise_en_service else "régularisé : fait hors délai",
            )
        elif late is UNKNOWN:
            met = UNKNOWN
    if met is UNKNOWN or applies is UNKNOWN:  # met, but perhaps not due: no fact says that the commune keeps this obligation
        return _finding(corpus, rule, "a_verifier", traces)
    if met is True:
        return _capped(corpus, rule, traces, mention)
    return _finding(corpus, rule, "interdit" if rule.gravite == "interdiction" else "ecart", traces, mention=_timing(rule, facts))


def _also(condition: Condition | None, facts: AnsweredFacts, scope: Scope, traces: list[Trace]) -> Truth | None:
    if condition is None:
        return None
    traces.append(condition.judge(facts, scope))
    return traces[-1].value


def _capped(corpus: Corpus, rule: Rule, traces: list[Trace], mention: str) -> Finding:
    """A rule never better than "à vérifier" without a document, or whose text nobody read, does not give "conforme"."""
    if rule.certitude == "a_confirmer":
        pieces = rule.a_produire or tuple(f"{TO_REREAD}{source.texte}, {source.article}" for source in rule.fondement)
        return _finding(corpus, rule, "a_verifier", traces, produce=pieces, mention=mention)
    if rule.plafond:
        return _finding(corpus, rule, "a_verifier", traces, produce=rule.a_produire, mention=mention)
    return _finding(corpus, rule, "conforme", traces, mention=mention)


def _timing(rule: Rule, facts: AnsweredFacts) -> str:
    """Before go-live a missing act is still to be done; after it, it is late."""
    if not rule.avant_mise_en_service:
        return ""
    if facts.value("extension_prevue") is True:  # some cameras film, others are only planned
        return "en retard pour les caméras qui filment déjà, à faire avant de mettre les autres en service"
    match facts.value("en_service"):
        case False:
            return "à faire avant la mise en service"
        case True:
            return "en retard : des caméras filment déjà"
        case _:
            return ""


def _finding(
    corpus: Corpus, rule: Rule, verdict: Verdict, traces: list[Trace], produce: tuple[str, ...] = (), mention: str = ""
) -> Finding:
    reasons = [reason for trace in traces for leaf in trace.leaves() if (reason := _reason(corpus, leaf))]
    manque: tuple[str, ...] = ()
    if verdict == "a_verifier":
        manque = tuple(dict.fromkeys(path for trace in traces if trace.value is UNKNOWN for path in trace.missing()))
        if not manque and not produce:
            produce = rule.a_produire
    return Finding(rule, verdict, (), (), tuple(dict.fromkeys(reasons)), manque, produce, mention, traces=tuple(traces))


def _reason(corpus: Corpus, leaf: Reading) -> Reason | None:
    """One answer in words; None for what is no answer: unknown, absent, derived, or a list as a whole."""
    question = corpus.question(leaf.path)
    if question is None or leaf.derived or isinstance(leaf.value, State):
        return None
    if leaf.option:
        ticked = isinstance(leaf.value, Choices) and leaf.option in leaf.value.oui
        return Reason(
            leaf.path, corpus.label(leaf.path), f"{question.options.get(leaf.option, leaf.option)} : {'oui' if ticked else 'non'}"
        )
    return Reason(leaf.path, corpus.label(leaf.path), "" if leaf.path.endswith("]") else in_words(question, leaf.value))


@dataclass(frozen=True, slots=True)
class Effect:
    """What knowing one answer could change: the gravest rule that waits for it, the rules of that gravity, the rules in all."""

    path: str
    gravite: Severity
    gravest: int
    rules: int


def by_effect(facts: AnsweredFacts, findings: tuple[Finding, ...]) -> tuple[Effect, ...]:
    """Rank the unknown answers by what they could change.

    First those that a prohibition waits for, then a blocking obligation, a major one, and so on: whatever their number, ten
    recommendations never come before a prohibition. Then those that more rules of that gravity wait for, then more rules in all. The rest
    keeps the order of the interview: question, field, element. A finding that is a breach for one element and waits for others counts too.
    """
    waiting: dict[str, list[Severity]] = {}
    for finding in findings:
        for path in finding.manque:
            waiting.setdefault(path, []).append(finding.rule.gravite)
    found = []
    for path, severities in waiting.items():
        worst = max(severities, key=WEIGHT.__getitem__)
        found.append(Effect(path, worst, severities.count(worst), len(severities)))
    place = _interview_order(facts)
    return tuple(sorted(found, key=lambda e: (-WEIGHT[e.gravite], -e.gravest, -e.rules, place(e.path))))


def _interview_order(facts: AnsweredFacts) -> Callable[[str], tuple[int, int, int]]:
    """Tell where a path stands in the interview. A path that no question has (a derived fact) comes last."""
    questions = {name: n for n, name in enumerate(facts.corpus.questions)}

    def place(path: str) -> tuple[int, int, int]:
        root, bracket, rest = path.partition("[")
        if root not in questions or not bracket:
            return questions.get(root, len(questions)), 0, 0
        key, _, field = rest.rpartition("].")
        answer = facts.answers.get(root)
        keys = [item.key for item in answer.value.elements] if answer and isinstance(answer.value, Items) else []
        fields = [champ.id for champ in facts.corpus.questions[root].champs]
        return questions[root], fields.index(field) if field in fields else 0, keys.index(key) if key in keys else len(keys)

    return place

"""Why a rule gives its verdict: answers → rule → article, each condition in the words of the questions."""

from __future__ import annotations

from collections.abc import Iterator

from dpia.clauses import inline
from dpia.condition import Chain, Count, Not, Number, Quantified
from dpia.corpus import Corpus
from dpia.grammar import read_condition
from dpia.model import Rule
from dpia.printing import wrap
from dpia.reasoning import VERDICT_WORDS, Finding
from dpia.sheets import source_in_words
from dpia.trace import Condition, Reading, Trace
from dpia.values import UNKNOWN
from dpia.wording import Speaker

SHOWN = 3  # elements of a list whose conditions are told


def explain(corpus: Corpus, finding: Finding) -> str:
    """Answers → rule → article, for one finding."""
    rule = finding.rule
    mention = f" ({finding.mention})" if finding.mention else ""
    lines = [rule.titre, f"Verdict : {VERDICT_WORDS[finding.verdict]}{mention}", ""]
    lines += [wrap("Ce qu'exige le texte : " + rule.obligation, "  ", ""), ""]
    if finding.reasons:
        lines += ["Parce que vous avez répondu :", *(wrap(f"• {r.libelle} {r.reponse}", "    ", "  ") for r in finding.reasons), ""]
    if finding.manque:
        lines.append("Il reste à savoir :")
        for path in finding.manque:
            who = ", ".join(corpus.roles[role] for role in corpus.who_knows(path))
            lines.append(wrap(f"• {corpus.label(path)} [{path}]" + (f" (qui le sait : {who})" if who else ""), "    ", "  "))
        lines.append("")
    if finding.a_produire:
        lines += ["Pièces qui trancheraient :", *(wrap(f"• {piece}", "    ", "  ") for piece in finding.a_produire), ""]
    lines += _conditions(corpus, finding)
    return "\n".join([*lines, "", *_law(corpus, rule, finding.other_reading)])


def _conditions(corpus: Corpus, finding: Finding) -> Iterator[str]:
    """Each condition that was judged, under its title; of a list, the first elements."""
    rule = finding.rule
    scope, titles, judged = (rule.pour_chaque,) if rule.pour_chaque else (), _titles(corpus, rule), 0
    for trace in finding.traces:
        title = titles.get(trace.text, "Et")
        judged += title == "S'applique quand"
        if judged <= SHOWN:
            yield f"{title} :"
            yield from (wrap(text, "  " * depth + "      ", "  " * depth + "  ") for depth, text in trace_lines(corpus, trace, scope))
    if judged > SHOWN:
        yield f"De même pour {judged - SHOWN} autre(s) élément(s) de la liste."


def _titles(corpus: Corpus, rule: Rule) -> dict[str, str]:
    """What each condition of a rule is for, by its text."""
    read = next((read for read in corpus.rules if read.rule is rule), None)
    if read is None:
        return {}
    prudent = read.lectures[0][1:] if read.lectures else (read.quand, read.satisfait)
    pairs = ((read.regularise, "Est régularisée si"), (read.inconnu, "Reste à vérifier si"), (prudent[1], "Est respectée si"), (prudent[0], "S'applique quand"))  # fmt: skip
    return {condition.text: title for condition, title in pairs if condition is not None}


def _law(corpus: Corpus, rule: Rule, other_reading: str) -> Iterator[str]:
    yield wrap("À faire : " + rule.a_faire, "  ", "")
    yield wrap(f"Qui : {corpus.roles[rule.qui]}." + (f" Preuve : {rule.preuve}" if rule.preuve else ""), "  ", "")
    yield "\nFondement :"
    for source in rule.fondement:
        yield wrap(f"• {source_in_words(source)} {source.url}", "    ", "  ")
    if rule.doute:
        yield "\n" + wrap("Doute : " + rule.doute, "  ", "")
    if other_reading:
        yield "\n" + wrap("Autre lecture. " + other_reading, "  ", "")


def trace_lines(corpus: Corpus, trace: Trace, scope: tuple[str, ...] = (), depth: int = 0) -> list[tuple[int, str]]:
    """Say what decided, one line per condition: in words, then true, false or unknown. `scope`: the lists around it."""
    condition = read_condition(trace.text, corpus.names, scope)
    word = "vrai" if trace.value is True else "faux" if trace.value is False else "inconnu" if trace.value is UNKNOWN else "sans objet"
    head, inner = _head(corpus, condition, trace), scope
    if isinstance(condition, Quantified | Number):
        inner = (*scope, condition.liste.name)
    lines = [(depth, f"{_elements(trace.readings)}{head} : {word}")]
    parts = trace.parts
    if isinstance(condition, Not) and _is_leaf(condition.part) and parts:  # its line says it already
        lines[0] = (depth, f"{_elements(parts[0].readings)}{head} : {word}")
        trace, parts = parts[0], parts[0].parts
    for reading in trace.readings:
        if reading.because is not None:
            lines += trace_lines(corpus, reading.because, _lists(reading), depth + 1)
    for part in parts:
        lines += trace_lines(corpus, part, inner, depth + 1)
    return lines


def _head(corpus: Corpus, condition: Condition, trace: Trace) -> str:
    """The words of a condition without those of its parts, which follow when they decided."""
    speaker = Speaker(corpus)
    match condition:
        case Chain():
            return "tous ces points sont réunis" if condition.word == "et" else "l'un de ces points au moins est réuni"
        case Not() if not _is_leaf(condition.part):
            return "le contraire de ce qui suit"
        case Quantified() | Count() if trace.parts:
            return speaker.say(condition).text
        case _:
            return inline(speaker.say(condition))


def _is_leaf(condition: Condition) -> bool:
    return not isinstance(condition, Chain | Not | Quantified | Count)


def _elements(readings: tuple[Reading, ...]) -> str:
    """Name the element of a list that a condition was judged for."""
    keys = dict.fromkeys(r.path[r.path.index("[") + 1 : r.path.rindex("]")] for r in readings if "]." in r.path)
    return f"{', '.join(keys)} : " if keys else ""


def _lists(reading: Reading) -> tuple[str, ...]:
    """The list whose element a derived fact, or the `si` of a field, is judged for."""
    return (reading.path.partition("[")[0],) if "]." in reading.path else ()

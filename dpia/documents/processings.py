"""Which processings the commune has: each has its own assessment, notice and sign."""

from __future__ import annotations

from dataclasses import dataclass

from dpia.analyses import Analysis, PublicNotice
from dpia.documents.view import View
from dpia.facts import AnsweredFacts
from dpia.reasoning import Finding, judge_rule
from dpia.values import UNKNOWN, Choices, Truth

COMMON = "commun"  # rules that hold for every processing
OF_FIXED_CAMERAS = ("lieux_filmes", "usages_particuliers")  # ticked in no option, a commune has neither fixed cameras nor their software


@dataclass(frozen=True, slots=True)
class Present:
    """`fixed`: the fixed cameras have an assessment; `devices`: those that have their own; `unsure`: why one may be missing."""

    fixed: bool
    devices: tuple[Analysis, ...]
    unsure: tuple[str, ...]


def present(view: View) -> Present:
    """Read law/traitements.yaml against the answers. While nobody knows, fixed cameras are assumed: the document says what is unknown."""
    own = {analysis.id: analysis for analysis in view.corpus.analyses}
    fixed, devices, unsure = False, [], []
    for processing in view.corpus.data.get("traitements") or ():
        trace = view.judge(processing["si"])
        analysis = own.get(processing["id"])
        if analysis is None:
            fixed = fixed or trace.value is True or trace.value is UNKNOWN
        elif trace.value is True:
            devices.append(analysis)
        elif trace.value is UNKNOWN:
            asked = " ; ".join(view.corpus.label(path) for path in trace.missing())
            unsure.append(f"Pas d'analyse d'impact pour « {analysis.titre} » : reste à savoir si la commune est concernée ({asked})")
    return Present(fixed, tuple(devices), tuple(unsure))


def of_fixed_cameras(view: View) -> View:
    """The findings that the assessment of fixed cameras treats: all but those of a device that has its own."""
    own = {analysis.id for analysis in view.corpus.analyses}
    return view.about(lambda finding: finding.rule.traitement not in own)


def of_device(view: View, analysis: Analysis, fixed: bool) -> View:
    """The findings of a device and the common ones. Without an assessment of fixed cameras, a gap of theirs is not lost either."""
    own = {analysis.id for analysis in view.corpus.analyses}
    elsewhere = _common_of_fixed_cameras(view) if fixed else frozenset()

    def concerns(finding: Finding) -> bool:
        loose = not fixed and finding.rule.traitement not in own and finding.verdict in ("interdit", "ecart")
        return loose or (finding.rule.traitement in (analysis.id, COMMON) and finding.rule.id not in elsewhere)

    return view.about(concerns)


def _common_of_fixed_cameras(view: View) -> frozenset[str]:
    """The common rules that the fixed cameras alone bring about: without them, they would not arise."""
    none = {name: Choices(non=frozenset(view.corpus.questions[name].options)) for name in OF_FIXED_CAMERAS}
    without = AnsweredFacts(view.corpus, view.dossier.answers, view.facts.on, none)
    arisen = {finding.rule.id for finding in view.findings if finding.verdict != "sans_objet"}
    common = [read for read in view.corpus.in_force(view.facts.on) if read.rule.traitement == COMMON and read.rule.id in arisen]
    return frozenset(read.rule.id for read in common if judge_rule(view.corpus, without, read).verdict == "sans_objet")


def stopped(view: View, analysis: Analysis) -> bool:
    """Tell whether all that the commune does with this device is prohibited: nothing is announced to the public then."""
    condition = analysis.arret.si if analysis.arret else None
    value: Truth = view.judge(condition).value if condition else False
    return value is True


def published(view: View, notice: PublicNotice) -> tuple[bool, str]:
    """Tell whether the commune is the one to publish this notice, and what must be known to say so."""
    if notice.si is None:
        return True, ""
    judged = view.judge(notice.si)
    asked = judged.missing() if judged.value is UNKNOWN else ()
    return judged.value is True, " ; ".join(view.corpus.label(path) for path in asked)

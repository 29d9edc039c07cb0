"""The pack: every document of a dossier, written whole or not at all, each file announced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dpia import followup
from dpia.corpus import Corpus
from dpia.documents.errors import DocumentError
from dpia.documents.processings import of_device, of_fixed_cameras, present, published, stopped
from dpia.documents.public import NoticeError, device_notice, device_sign, missing_in_notice, notice, signs, slug
from dpia.documents.view import View
from dpia.dossier import Dossier
from dpia.facts import AnsweredFacts
from dpia.printing import as_dict
from dpia.reasoning import Finding
from dpia.writing import write_atomically


@dataclass(frozen=True, slots=True)
class Options:
    """How the documents are asked. `only`: these parts, all of them when empty."""

    only: tuple[str, ...] = ()


PARTS = ("aipd", "panneau", "notice", "ecarts", "rapport", "plan")


def produce(
    corpus: Corpus, dossier: Dossier, facts: AnsweredFacts, findings: tuple[Finding, ...], target: Path,
    tell: Callable[[str], object], options: Options = Options(),  # frozen: every call can share it
) -> None:  # fmt: skip
    """Write the documents asked into `target`, saying each file, and why one was not made. Raises DocumentError."""
    view = View(corpus, dossier, facts, findings, followup.read(dossier.folder, corpus))
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DocumentError(f"{target} ne peut pas être créé : vérifiez vos droits, ou choisissez un autre dossier avec -o.") from error
    makers = {"aipd": _aipd, "panneau": _signs, "notice": _notice, "ecarts": _gaps, "rapport": _report, "plan": _plan}
    for part in PARTS:
        if options.only and part not in options.only:
            continue
        for name, content in makers[part](view, tell, options):
            try:
                write_atomically(target / name, content)
            except OSError as error:
                raise DocumentError(
                    f"{target / name} ne peut pas être écrit : fermez-le s'il est ouvert dans Word ou Excel, puis recommencez."
                ) from error
            tell(f"  {target / name}")


def _aipd(view: View, tell: Callable[[str], object], options: Options) -> Iterator[tuple[str, bytes]]:
    """One assessment for the fixed cameras, one for each device that has its own questions."""
    from dpia.documents import aipd, device_aipd, places
    from dpia.risks import evaluate

    found = present(view)
    if found.fixed:
        text = aipd.render(of_fixed_cameras(view), evaluate(view.corpus, view.facts))
        yield from _both(view, text, "aipd", places.subject(view).lower())
    for analysis in found.devices:
        about = of_device(view, analysis, found.fixed)
        text = device_aipd.render(about, analysis, evaluate(view.corpus, view.facts, analysis.risques))
        yield from _both(view, text, f"aipd-{analysis.fichier}", analysis.titre)
    for why in found.unsure:
        tell(f"  {why}")
    if not found.fixed and not found.devices:
        tell("  Aucune analyse d'impact : d'après les réponses, la commune n'a aucun appareil qui en demande une.")
        if prohibited := view.of("interdit"):
            titles = " ; ".join(finding.rule.titre for _, finding in prohibited)
            tell(f"  Un usage est interdit et cesse ; aucune analyse ne le rend licite (voir ecarts.xlsx) : {titles}.")


def _both(view: View, text: str, name: str, about: str) -> Iterator[tuple[str, bytes]]:
    from dpia.documents import assessment, word

    name = f"{name}-{slug(view.commune_name)}"
    yield f"{name}.md", text.encode("utf-8")
    meta = word.Meta(
        title=f"Analyse d'impact – {about} – {view.commune_name}", created=view.facts.on, subject=f"AIPD : {about}",
        header=f"AIPD {about} – {view.commune_name}", footer_left=f"Projet du {view.facts.on:%d/%m/%Y} – {assessment.corpus_of(view.corpus)}",
    )  # fmt: skip
    yield f"{name}.docx", word.render(text, meta=meta)


def _signs(view: View, tell: Callable[[str], object], options: Options) -> Iterator[tuple[str, bytes]]:
    from dpia.documents.sign import SignError, missing_mentions, sign_docx, sign_pdf

    found = present(view)
    fixed = signs(view) if found.fixed else ()
    own = (device_sign(view, analysis) for analysis in found.devices if not stopped(view, analysis))
    for sign in (*fixed, *(sign for sign in own if sign is not None)):
        try:
            for paper in ("a4", "a3"):
                yield f"{sign.name}-{paper}.pdf", sign_pdf(sign.content, paper)
                yield f"{sign.name}-{paper}.docx", sign_docx(sign.content, paper)
        except SignError as error:
            stale = " Un panneau d'une production précédente peut rester dans le dossier : ne pas l'afficher."
            tell(
                f"  Panneau non écrit. {error}{stale} Questions en cause : commune, sites (nature, finalites), contact_commune, dpo_contact, notice_adresse."
            )
            continue
        for mention in missing_mentions(sign.content):
            tell(f"  {sign.name} : il manque {mention}.")


def _notice(view: View, tell: Callable[[str], object], options: Options) -> Iterator[tuple[str, bytes]]:
    found = present(view)
    if found.fixed:
        try:
            yield from _page("notice", notice(view), f"Les caméras de la commune de {view.commune_name} et vos droits", view)
            for mention in missing_in_notice(view):
                tell(f"  notice : il manque {mention}.")
        except NoticeError as error:
            tell(f"  Notice non écrite : {error}")
    for analysis in found.devices:
        if analysis.notice is None or stopped(view, analysis):
            continue
        name = f"notice-{analysis.fichier}"
        due, asked = published(view, analysis.notice)
        if not due:
            if asked:
                tell(f"  {name} non écrite : reste à savoir si la commune répond de ce contrôle ({asked})")
            continue
        try:
            text, missing = device_notice(view, analysis.notice)
        except NoticeError as error:
            tell(f"  {name} non écrite : {error}")
            continue
        yield from _page(name, text, f"{analysis.notice.titre} – {view.commune_name}", view)
        for mention in missing:
            tell(f"  {name} : il manque {mention}.")


def _page(name: str, text: str, title: str, view: View) -> Iterator[tuple[str, bytes]]:
    from dpia.documents import markdown, word

    yield f"{name}.html", markdown.to_html(text, title=title).encode("utf-8")
    meta = word.Meta(
        title=title, created=view.facts.on, header=f"Commune {view.commune.with_de if view.commune else ''}".strip(), numbered=False
    )
    yield f"{name}.docx", word.render(text, meta=meta)


def _plan(view: View, tell: Callable[[str], object], options: Options) -> Iterator[tuple[str, bytes]]:
    """The plan of the fixed cameras as a drawing, and their positions for the commune's own maps."""
    from dpia.documents import camera_plan, geojson, plan_svg

    plan = camera_plan.plan_of(view)
    if not plan.cameras or not present(view).fixed:
        return
    if not plan.drawable:
        tell(f"  {camera_plan.absence(plan)} {camera_plan.REMEDY}")
    else:
        title = f"Plan schématique des caméras – {view.commune_name}, {view.facts.on:%d/%m/%Y}"
        yield "plan.svg", plan_svg.drawing(plan, title, sheet=True).encode()
        for sentence in plan.not_shown():
            tell(f"  plan : {sentence[0].lower()}{sentence[1:]}")
    if plan.placed or plan.far:
        yield "cameras.geojson", geojson.cameras(view).encode()


def _gaps(view: View, tell: Callable[[str], object], options: Options) -> Iterator[tuple[str, bytes]]:
    yield "ecarts.xlsx", _gap_list(view)


def _report(view: View, tell: Callable[[str], object], options: Options) -> Iterator[tuple[str, bytes]]:
    from dpia.documents import report

    yield "rapport.html", report.render(view)


def _gap_list(view: View) -> bytes:
    from dpia.documents.workbook import gap_list

    rows = []
    for finding in view.findings:
        follow = view.follow_up.get(finding.rule.id)
        row = as_dict(view.corpus, finding) | {"qui": view.role(finding.rule.qui), "mention": finding.mention}
        for shown, source in zip(row["fondement"], finding.rule.fondement, strict=True):
            shown["verifie_le"] = source.verifie_le.isoformat()
        row["manque"] = [f"{view.corpus.label(path)} ({view.people(path)})" for path in finding.manque]
        if follow:
            row |= {
                "statut": followup.STATES[follow.statut],
                "responsable": follow.responsable,
                "echeance": follow.echeance,
                "commentaire": follow.commentaire,
            }
        rows.append(row)
    return gap_list(rows, commune=view.commune_name, assessed_on=view.facts.on, corpus=view.corpus.version)


def report_of(corpus: Corpus, dossier: Dossier, facts: AnsweredFacts, findings: tuple[Finding, ...]) -> bytes:
    """The report for reviewers alone, as HTML."""
    from dpia.documents import report

    return report.render(View(corpus, dossier, facts, findings, followup.read(dossier.folder, corpus)))


def gap_list_of(corpus: Corpus, dossier: Dossier, facts: AnsweredFacts, findings: tuple[Finding, ...]) -> bytes:
    """The gap list alone, as XLSX."""
    return _gap_list(View(corpus, dossier, facts, findings, followup.read(dossier.folder, corpus)))

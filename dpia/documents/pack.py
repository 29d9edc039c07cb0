"""The pack: every document of a dossier, written whole or not at all, each file announced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dpia import followup
from dpia.corpus import Corpus
from dpia.documents.beside import beside
from dpia.documents.errors import DocumentError
from dpia.documents.processings import present, published, stopped
from dpia.documents.public import NoticeError, curled, device_notice, missing_in_notice, notice, remarks_on_notice, slug
from dpia.documents.view import View
from dpia.dossier import Dossier
from dpia.facts import AnsweredFacts
from dpia.printing import as_dict
from dpia.reasoning import Finding
from dpia.writing import write_atomically

if TYPE_CHECKING:
    from dpia.comparing import Side
    from dpia.documents.plans import Plan


@dataclass(frozen=True, slots=True)
class Options:
    """How the documents are asked. `only`: these parts, all of them when empty."""

    only: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()  # of the signs, besides French: none, or two at least
    communicable: bool = False  # the assessments that anyone may read, and nothing else
    comments: bool = False  # a reviewer's copy of each assessment, with comments in its margin
    before: Side | None = None  # the former dossier that the reviewer's copies compare with
    plan: Plan = "cnil"  # the outline of the assessments
    brand: bytes | None = None  # the Word file whose style the assessments and notices take; signs keep theirs
    passages: Path | None = None  # a Word file whose hand-written passages are taken, besides the one that is replaced
    target: Path = Path()  # where the documents go, and where the former ones are; `produce` sets it


PARTS = ("aipd", "notice", "ecarts", "rapport", "plan", "modeles", "registre", "prefecture", "calendrier", "panneau")


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
    options = replace(options, target=target)
    for note in _brand_notes(options.brand):
        tell(f"  marque : {note}")
    makers = {"aipd": _aipd, "panneau": _signs, "notice": _notice, "ecarts": _gaps, "rapport": _report, "plan": _plan, "modeles": _models}
    makers |= {"registre": _register, "prefecture": _requests, "calendrier": _calendar}
    if options.communicable and (options.comments or options.before is not None):
        raise DocumentError("la version communicable masque ce que la copie du relecteur montre : produisez l'une, puis l'autre.")
    makers |= {"aipd": _communicable} if options.communicable else {}
    parts = [part for part in (PARTS[:1] if options.communicable else PARTS) if not options.only or part in options.only]
    with ExitStack() as running:
        if "panneau" in parts[1:]:  # typst takes half of the time, and leaves the interpreter free
            signs = running.enter_context(beside(partial(_signs, view, options=options)))
            makers["panneau"] = lambda view, tell, options: signs(tell)
        for part in parts:
            written = dict(_written(target, makers[part](view, tell, options), tell))
            if part == "panneau":
                from dpia.documents.sign_files import sweep

                sweep(target, written, tell)


def _written(target: Path, files: Iterator[tuple[str, bytes]], tell: Callable[[str], object]) -> Iterator[tuple[str, bytes]]:
    """Write each file, and say it. Raises DocumentError."""
    for name, content in files:
        try:
            (target / name).parent.mkdir(exist_ok=True)  # a part may have its own folder
            write_atomically(target / name, content)
        except OSError as error:
            raise DocumentError(
                f"{target / name} ne peut pas être écrit : fermez-le s'il est ouvert dans Word ou Excel, puis recommencez."
            ) from error
        tell(f"  {target / name}")
        yield name, content


def _aipd(view: View, tell: Callable[[str], object], options: Options) -> Iterator[tuple[str, bytes]]:
    """One assessment for the fixed cameras, one for each device that has its own questions, with their hand-written passages."""
    from dpia.documents import handwritten, word
    from dpia.documents.drafts import drafts

    none = True
    for draft in drafts(view, options.plan):
        none = False
        handwritten.bring_back(view, draft, options.target / f"{draft.name}.docx", options.passages, tell)
        made = handwritten.filled(view, draft, options.brand, options.plan)
        yield f"{draft.name}.md", made.markdown.encode("utf-8")
        yield f"{draft.name}.docx", word.render(made.word, meta=draft.meta, brand=options.brand, properties=made.properties)
        if options.comments or options.before is not None:
            from dpia.documents import reviewed

            copy = reviewed.copy(
                view, draft.analysis, draft.meta, comments=options.comments, before=options.before, brand=options.brand, plan=options.plan,
                passages=made.kept,
            )  # fmt: skip
            yield f"{draft.name}-relecture.docx", copy
    for why in present(view).unsure:
        tell(f"  {why}")
    if none:
        tell("  Aucune analyse d'impact : d'après les réponses, la commune n'a aucun appareil qui en demande une.")
        if prohibited := view.of("interdit"):
            titles = " ; ".join(finding.rule.titre for _, finding in prohibited)
            tell(f"  Un usage est interdit et cesse ; aucune analyse ne le rend licite (voir ecarts.xlsx) : {titles}.")


def _communicable(view: View, tell: Callable[[str], object], options: Options) -> Iterator[tuple[str, bytes]]:
    """The assessments that anyone may read, and what a person reads again before they are given."""
    from dpia.documents import plans, word
    from dpia.documents.assessment import corpus_of
    from dpia.documents.communicable import communicable

    made = communicable(view, options.plan)
    for assessment in made.assessments:
        name = f"aipd-{assessment.analysis.fichier}" if assessment.analysis else "aipd"
        name = f"{name}-{slug(view.commune_name)}{plans.suffix(options.plan)}-communicable"
        about = f"{assessment.about} – version communicable – {view.commune_name}"
        meta = word.Meta(
            title=f"Analyse d'impact – {about}", created=view.facts.on, subject=f"AIPD : {assessment.about}", header=f"AIPD {about}",
            footer_left=f"Projet du {view.facts.on:%d/%m/%Y} – {corpus_of(view.corpus)}",
        )  # fmt: skip
        yield f"{name}.md", assessment.text.encode("utf-8")
        yield f"{name}.docx", word.render(assessment.text, meta=meta, brand=options.brand)
    if not made.assessments:
        tell("  Aucune analyse d'impact à communiquer, d'après les réponses.")
        return
    yield "a-relire-avant-publication.txt", made.review.encode("utf-8")
    tell("  À relire avant publication : les textes libres, listés dans a-relire-avant-publication.txt (à garder en mairie).")


def _signs(view: View, tell: Callable[[str], object], options: Options) -> Iterator[tuple[str, bytes]]:
    from dpia.documents import sign_files

    yield from sign_files.files(view, tell, options.languages)


def _notice(view: View, tell: Callable[[str], object], options: Options) -> Iterator[tuple[str, bytes]]:
    found = present(view)
    if found.fixed:
        try:
            yield from _page("notice", notice(view), f"Les caméras de la commune de {view.commune_name} et vos droits", view, options.brand)
            for mention in missing_in_notice(view):
                tell(f"  notice : il manque {mention}.")
            for remark in remarks_on_notice(view):
                tell(f"  notice : {remark}")
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
        yield from _page(name, text, f"{analysis.notice.titre} – {view.commune_name}", view, options.brand)
        for mention in missing:
            tell(f"  {name} : il manque {mention}.")


def _brand_notes(brand: bytes | None) -> tuple[str, ...]:
    """What the brand lacks, before a document is written. Raises DocumentError when it cannot serve."""
    if brand is None:
        return ()
    from dpia.documents.word_brand import open_brand

    return open_brand(brand).notes


def _page(name: str, text: str, title: str, view: View, brand: bytes | None) -> Iterator[tuple[str, bytes]]:
    from dpia.documents import markdown, word

    title, commune = curled(title), curled(f"Commune {view.commune.with_de if view.commune else ''}".strip())
    yield f"{name}.html", markdown.to_html(text, title=title).encode("utf-8")
    meta = word.Meta(title=title, created=view.facts.on, header=commune, commune=commune, numbered=False)
    yield f"{name}.docx", word.render(text, meta=meta, brand=brand)


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


def _register(view: View, tell: Callable[[str], object], options: Options) -> Iterator[tuple[str, bytes]]:
    from dpia.documents import formalities

    yield from formalities.register(view, tell, options.brand)


def _requests(view: View, tell: Callable[[str], object], options: Options) -> Iterator[tuple[str, bytes]]:
    from dpia.documents import formalities, plans

    yield from formalities.requests(view, tell, options.brand, plans.suffix(options.plan))


def _calendar(view: View, tell: Callable[[str], object], options: Options) -> Iterator[tuple[str, bytes]]:
    from dpia.documents import formalities

    yield from formalities.calendar(view, tell)


def _gaps(view: View, tell: Callable[[str], object], options: Options) -> Iterator[tuple[str, bytes]]:
    yield "ecarts.xlsx", _gap_list(view)


def _models(view: View, tell: Callable[[str], object], options: Options) -> Iterator[tuple[str, bytes]]:
    """The acts, letters and forms that the findings call for, in a folder of their own."""
    from dpia.documents import models

    return models.files(view, options.brand)


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

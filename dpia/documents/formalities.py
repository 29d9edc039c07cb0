"""The files of the register, of the requests to the prefect and of the calendar, with what is told of those that are not made."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dpia.documents.assessment import corpus_of
from dpia.documents.public import slug
from dpia.documents.view import View
from dpia.values import UNKNOWN

Made = Iterator[tuple[str, bytes]]
Tell = Callable[[str], object]


def register(view: View, tell: Tell, brand: bytes | None) -> Made:
    """The register of the processings that the commune is known to have."""
    from dpia.documents import register

    text, name = register.render(view), f"registre-{slug(view.commune_name)}"
    yield f"{name}.md", text.encode()
    yield f"{name}.docx", _word(view, text, "Registre des traitements", brand)


def requests(view: View, tell: Tell, brand: bytes | None, suffix: str = "") -> Made:
    """The file of each request to the prefect that concerns the commune; `suffix`: what the file name of the assessment adds."""
    from dpia.documents import prefecture

    found = prefecture.requested(view)
    for request, known in found:
        if known is UNKNOWN:
            missing = " ; ".join(f"{view.corpus.label(path)} ({view.people(path)})" for path in view.judge(request["si"]).missing())
            tell(f"  {request['fichier']} non écrit : reste à savoir si la commune est concernée. {missing}")
            continue
        text = prefecture.render(view, request, f"{request['aipd']['fichier']}-{slug(view.commune_name)}{suffix}")
        yield f"{request['fichier']}.docx", _word(view, text, request["titre"], brand)
    if not found:
        tell("  Aucun dossier pour la préfecture : d'après les réponses, rien n'est soumis à l'autorisation du préfet.")


def calendar(view: View, tell: Tell) -> Made:
    """The deadlines to come, and today what is past and still due; all that is past is told."""
    from dpia.documents import ics
    from dpia.documents.deadlines import deadlines, to_write

    found = deadlines(view)
    written = to_write(found, view.facts.on)
    for deadline in found:
        if deadline.day < view.facts.on:
            today = " À faire sans attendre : l'échéance est inscrite à ce jour." if deadline.late else ""
            tell(f"  echeances : le {deadline.day:%d/%m/%Y} est passé. {deadline.title}.{today}")
    if not written:
        tell(
            "  Calendrier non écrit : les réponses ne datent aucune échéance à venir (date des arrêtés, de la demande, de mise en service)."
        )
        return
    insee = view.commune.insee if view.commune else ""
    yield "echeances.ics", ics.calendar(written, commune=view.commune_name, insee=insee, on=view.facts.on)


def _word(view: View, text: str, title: str, brand: bytes | None) -> bytes:
    from dpia.documents import word

    meta = word.Meta(
        title=f"{title} – {view.commune_name}", created=view.facts.on, subject=title, numbered=False,
        header=f"Commune {view.commune.with_de}" if view.commune else title, footer_left=f"{view.facts.on:%d/%m/%Y} – {corpus_of(view.corpus)}",
    )  # fmt: skip
    return word.render(text, meta=meta, brand=brand)

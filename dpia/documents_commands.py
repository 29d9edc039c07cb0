"""The commands on documents: writing them, the file that a brand begins with, telling what was altered since."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from datetime import date
from pathlib import Path

from dpia.cli import OK, WRONG
from dpia.commands import CommandError
from dpia.corpus import Corpus
from dpia.dossier import Dossier
from dpia.facts import AnsweredFacts
from dpia.reasoning import Finding
from dpia.writing import why, write_atomically

STARTER = "marque.docx"


def write_documents(arguments: Namespace, corpus: Corpus, dossier: Dossier, facts: AnsweredFacts, findings: tuple[Finding, ...]) -> int:
    """Write the documents as they are asked, or show what the signs say. Raises CommandError."""
    from dpia.documents.errors import DocumentError
    from dpia.documents.pack import Options, produce
    from dpia.former import former

    languages = languages_of_signs(corpus, arguments.langues)
    if arguments.controle:
        return print_sign_control(corpus, dossier, facts, findings, languages)
    options = Options(
        only=tuple(arguments.seulement or ()),
        languages=languages,
        comments=arguments.relecture,
        before=former(corpus, arguments.comparer, dossier, facts.on) if arguments.comparer else None,
        brand=read_brand(arguments.marque),
        communicable=arguments.communicable,
        plan=arguments.plan,
        passages=arguments.passages,
    )
    try:
        produce(corpus, dossier, facts, findings, arguments.sortie or arguments.dossier / "documents", print, options)
    except DocumentError as error:
        raise CommandError(str(error)) from error
    return OK


def read_brand(path: str | Path | None) -> bytes | None:
    """Return the brand file given by --marque, no more than a brand may weigh and a byte. Raises CommandError."""
    if path is None:
        return None
    from dpia.documents.word_safety import MAX_PACKED

    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_PACKED + 1)
    except OSError as error:
        raise CommandError(
            f"--marque : {path} ne peut pas être lu ({why(error)}). « dpia marque » écrit un fichier pour commencer."
        ) from error


def write_starter(path: str | Path | None) -> int:
    """Write the file that a brand begins with; never over another. Raises CommandError."""
    from dpia.documents.brand_starter import starter

    target = Path(path or STARTER)
    if target.exists():
        raise CommandError(f"{target} existe déjà et n'est pas écrasé ; donnez un autre nom avec -o.")
    try:
        write_atomically(target, starter())
    except OSError as error:
        raise CommandError(f"{target} ne peut pas être écrit ({why(error)}).") from error
    print(f"Écrit : {target}")
    print("Ouvrez-le dans Word, suivez ses commentaires, enregistrez, puis : dpia produire DOSSIER --marque " + target.name)
    return OK


def languages_of_signs(corpus: Corpus, asked: str | None) -> tuple[str, ...]:
    """Read the languages of the signs besides French. Raises CommandError: one alone, or not known."""
    if not asked:
        return ()
    from dpia.documents.sign_languages import chosen
    from dpia.documents.sign_text import SignError

    try:
        return chosen(asked, corpus.data["langues_panneau"])
    except SignError as error:
        raise CommandError(str(error)) from error


def print_sign_control(
    corpus: Corpus, dossier: Dossier, facts: AnsweredFacts, findings: tuple[Finding, ...], languages: tuple[str, ...]
) -> int:
    """Show each mention of the signs, the text that asks for it, its question, its state and what is printed. Writes nothing."""
    from dpia import followup
    from dpia.documents.sign_control import report
    from dpia.documents.view import View

    print(report(View(corpus, dossier, facts, findings, followup.read(dossier.folder, corpus)), languages))
    return OK


def authenticate(
    arguments: Namespace, corpus: Corpus, judge: Callable[[Corpus, Path, date], tuple[Dossier, AnsweredFacts, tuple[Finding, ...]]]
) -> int:
    """Say which generated parts of a Word assessment were changed: 0 when none was, 1 otherwise. Raises CommandError."""
    from dpia import followup
    from dpia.commands import day_of
    from dpia.documents import authenticity, plans
    from dpia.documents.errors import DocumentError
    from dpia.documents.view import View
    from dpia.documents.word_reading import open_word
    from dpia.documents.word_safety import MAX_PACKED

    name = arguments.fichier.name
    try:
        with arguments.fichier.open("rb") as file:
            content = file.read(MAX_PACKED + 1)
    except OSError as error:
        raise CommandError(f"{arguments.fichier} ne peut pas être lu ({why(error)}).") from error
    try:
        opened = open_word(content, name)
        on = arguments.date or (day_of(opened.properties["date"]) if "date" in opened.properties else None)
        if on is None:
            raise CommandError(f"{name} ne dit pas sa date : ce n'est pas une AIPD écrite par « produire » ; sinon, donnez --date.")
        view = View(corpus, *judge(corpus, arguments.dossier, on), followup.read(arguments.dossier, corpus))
        plan = plans.EDPB if opened.properties.get("plan") == plans.EDPB else plans.CNIL
        compared = authenticity.compare(opened, view, read_brand(arguments.marque), plan)
    except DocumentError as error:
        raise CommandError(f"{name} : {error}" if not str(error).startswith(name) else str(error)) from error
    print(authenticity.as_text(name, compared))
    return WRONG if compared.changes else OK

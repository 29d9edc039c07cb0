"""`dpia pia …`: the file of the CNIL's PIA tool, written from a dossier or read into it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dpia import dossier as dossiers
from dpia.cli import OK, TO_CHECK
from dpia.commands import CommandError
from dpia.corpus import Corpus
from dpia.facts import AnsweredFacts
from dpia.printing import wrap
from dpia.reasoning import Finding
from dpia.writing import why, write_in_folder

if TYPE_CHECKING:
    from dpia.documents.pia_export import Export

REPORT = "pia-importe"  # .md, in the dossier
MOST = 50  # reports kept side by side


def exporter(arguments: Namespace, corpus: Corpus, dossier: dossiers.Dossier, facts: AnsweredFacts, findings: tuple[Finding, ...]) -> int:
    """Write one file for each processing that has an assessment. Raises CommandError."""
    from dpia import followup
    from dpia.documents import pia_export
    from dpia.documents.errors import DocumentError
    from dpia.documents.view import View

    view = View(corpus, dossier, facts, findings, followup.read(dossier.folder, corpus))
    known = pia_export.processings(view)
    if arguments.traitement and arguments.traitement not in (*known, *(pia_export.FIXED if pia_export.FIXED[0] in known else ())):
        there = " ; ".join(f"{name} ({title})" for name, title in known.items()) or "aucun"
        raise CommandError(f"--traitement : « {arguments.traitement} » n'a pas d'analyse d'impact dans ce dossier ; au choix : {there}.")
    try:
        found = list(pia_export.exports(view, arguments.traitement))
    except DocumentError as error:
        raise CommandError(str(error)) from error
    if not found:
        print("Aucun PIA : d'après les réponses, la commune n'a aucun appareil qui demande une analyse d'impact.")
        return OK
    for path, export in zip(_targets(arguments, found), found, strict=True):
        _write(path, export.content)
        print(f"Écrit : {path}")
        if export.prohibited:
            print(
                wrap(f"Il s'ouvre sur ce que la loi interdit, et que rien ne rend licite : {' ; '.join(export.prohibited)}.", "    ", "  ")
            )
    print(
        wrap(
            "Dans l'outil PIA de la CNIL : « Importer un PIA ». Rien n'est évalué ni validé ; l'évaluateur, le délégué et le maire le font."
        )
    )
    print(wrap(f"Pas de case dans l'outil pour : {' ; '.join(found[0].left_out)}.", ""))
    return OK


def _targets(arguments: Namespace, found: Sequence[Export]) -> list[Path]:
    """Where each file goes. Raises CommandError when several are to go to one name."""
    target: Path = arguments.sortie or arguments.dossier / "documents"
    if target.suffix.lower() != ".json" or target.is_dir():
        return [target / f"{export.name}.json" for export in found]
    if len(found) > 1:
        titles = ", ".join(export.title for export in found)
        raise CommandError(f"{target} : il y a {len(found)} PIA ({titles}) ; choisissez avec --traitement, ou donnez un dossier avec -o.")
    return [target]


def importer(arguments: Namespace, corpus: Corpus) -> int:
    """Fill what a PIA says without guessing, and write the rest in a file of the dossier. Raises CommandError."""
    from dpia import pia_file, pia_import

    dossier = dossiers.read(arguments.dossier, corpus)
    try:
        pia = pia_file.read(arguments.fichier)
    except pia_file.PiaError as error:
        raise CommandError(f"{arguments.fichier} : {error} Rien n'a été importé.") from error
    today = date.today()
    facts = AnsweredFacts(corpus, dossier.answers, today)
    gathered = pia_import.gather(pia, facts, today.isoformat(), arguments.fichier.name)
    path = _report(arguments.dossier, gathered.report)
    if gathered.changes:
        dossiers.say(dossier, corpus, gathered.changes)
    print(f"Réponses remplies : {len(gathered.changes)}.")
    for name in gathered.changes:
        print(wrap(f"• {corpus.label(name)} [{name}]", "    ", "  "))
    if gathered.kept:
        print("Déjà répondu autrement, non remplacé :")
    for sentence in (*gathered.kept, *gathered.told):
        print(wrap(f"• {sentence}", "    ", "  "))
    print(wrap(f"À relire, rubrique par rubrique ({gathered.unplaced}) : {path}", ""))
    return TO_CHECK if gathered.kept or gathered.told else OK


def _report(folder: Path, text: str) -> Path:
    """Write the report beside the former ones, which the agent may have marked. Raises CommandError."""
    content = text.encode("utf-8")
    for number in range(1, MOST + 1):
        path = folder / f"{REPORT}{f'-{number}' if number > 1 else ''}.md"
        try:
            if path.exists():
                if path.read_bytes() == content:
                    return path
                continue
        except OSError:
            continue
        _write(path, content)
        return path
    raise CommandError(f"{folder} contient déjà {MOST} fichiers {REPORT} ; rangez-les ailleurs.")


def _write(path: Path, content: bytes) -> None:
    try:
        write_in_folder(path, content)
    except OSError as error:
        raise CommandError(f"{path} ne peut pas être écrit ({why(error)}).") from error

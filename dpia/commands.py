"""One function per command: reads the dossier, calls the reasoning or the documents, prints. Gives the exit code."""

from __future__ import annotations

import sys
from argparse import Namespace
from dataclasses import replace
from datetime import date
from pathlib import Path

from dpia import dossier as dossiers
from dpia.answers import Answer, AnswerError
from dpia.cli import OK, TO_CHECK, WRONG
from dpia.coherence import CorpusError
from dpia.corpus import Corpus, load
from dpia.facts import AnsweredFacts
from dpia.language import t
from dpia.reasoning import Finding, assess
from dpia.writing import why, write_atomically


class CommandError(Exception):
    """What was typed cannot be done: says what to type instead."""


EXPECTED = (CommandError, CorpusError, dossiers.DossierError, AnswerError)


def prepared(arguments: Namespace) -> Namespace:
    """Type what the command line gave as text: paths, and a date. Raises CommandError."""
    for name in ("dossier", "fichier", "sortie", "depuis", "passages"):
        if getattr(arguments, name, None) is not None:
            setattr(arguments, name, Path(getattr(arguments, name)))
    if getattr(arguments, "date", None) is not None:
        arguments.date = day_of(arguments.date)
    return arguments


def day_of(text: str, name: str = "--date") -> date:
    """Read a day. Raises CommandError."""
    for form in (text, "-".join(reversed(text.split("/")))):
        try:
            return date.fromisoformat(form)
        except ValueError:
            continue
    raise CommandError(f"{name} : « {text} » n'est pas une date ; écrivez 2026-11-23 ou 23/11/2026.")


def _open(arguments: Namespace) -> tuple[Corpus, dossiers.Dossier, AnsweredFacts, tuple[Finding, ...]]:
    """Read the dossier and judge it on the day asked."""
    corpus = load()
    return (corpus, *_judged(corpus, arguments.dossier, arguments.date or date.today()))


def _judged(corpus: Corpus, folder: Path, on: date, rule: str | None = None) -> tuple[dossiers.Dossier, AnsweredFacts, tuple[Finding, ...]]:
    """Judge a dossier. Before the base begins, only a `rule` whose earlier windows are known can be judged."""
    if on < corpus.since and not any(read.rule.id == rule for read in corpus.in_force(on)):
        raise CommandError(
            t(
                "la base ne couvre le droit qu'à partir du {jour} (décret n° 2023-1102) ; choisissez une date plus récente.",
                jour=f"{corpus.since:%d/%m/%Y}",
            )
        )
    dossier = dossiers.read(folder, corpus)
    for name in dossier.kept:
        print("dpia : " + t("question inconnue de cette version, conservée sans effet : « {nom} »", nom=name), file=sys.stderr)
    facts = AnsweredFacts(corpus, dossier.answers, on)
    return dossier, facts, assess(corpus, facts)


def accueil(arguments: Namespace) -> int:
    """Run the menu, in the current folder."""
    from dpia.interview import surface
    from dpia.terminal.home import Home

    with surface(arguments.simple) as ui:
        Home(Path(), load(), ui, arguments.langue).run()
    return OK


def nouveau(arguments: Namespace) -> int:
    """Create a dossier, with its commune when the code is given, or with the answers of a former one."""
    from dpia.communes import find

    corpus = load()
    changes = {}
    if arguments.commune:
        commune = find(arguments.commune)
        if commune is None:
            raise CommandError(
                f"« {arguments.commune} » n'est pas le code INSEE d'une commune actuelle ; cherchez-le par le nom dans « dpia questions »."
            )
        changes["commune"] = Answer(commune.insee)
    if arguments.depuis:
        return _taken_over(arguments, corpus, changes)
    dossier = dossiers.create(arguments.dossier)
    dossiers.say(dossier, corpus, changes)
    print(f"Dossier créé : {arguments.dossier}\nPour répondre aux questions :  dpia questions {arguments.dossier}")
    return OK


def _taken_over(arguments: Namespace, corpus: Corpus, commune: dict[str, Answer]) -> int:
    from dpia import carrying

    former = dossiers.read(arguments.depuis, corpus)
    said = former.answers.get("commune")
    for name, answer in commune.items():
        if said and said.value != answer.value:
            raise CommandError(
                f"{arguments.depuis} est le dossier d'une autre commune (code INSEE {said.value}) ; enlevez --commune, ou --depuis."
            )
        former = replace(former, answers={name: answer, **former.answers})
    _, told = carrying.start(arguments.dossier, former, corpus, date.today())
    print("\n".join([f"Dossier créé : {arguments.dossier}", *told, f"Pour dire ce qui a changé :  dpia questions {arguments.dossier}"]))
    return OK


def questions(arguments: Namespace) -> int:
    """Run the interview."""
    from dpia.interview import run

    return run(arguments.dossier, load(), theme=arguments.theme, again=arguments.reste, simple=arguments.simple, language=arguments.langue)


def repondre(arguments: Namespace) -> int:
    """Record answers without a dialogue."""
    from dpia import asking_commands

    corpus = load()
    return asking_commands.record(arguments, corpus, dossiers.read(arguments.dossier, corpus))


def cameras(arguments: Namespace) -> int:
    """Show how the camera inventory is read, then import it: whole, or not at all."""
    from dpia import inventory

    corpus = load()
    dossier = dossiers.read(arguments.dossier, corpus)
    try:
        proposal = inventory.propose(arguments.fichier, corpus)
        if arguments.colonne or arguments.feuille:
            proposal = inventory.corrected(proposal, _columns(arguments.colonne), arguments.feuille)
        print("\n".join(inventory.describe(proposal, corpus)) + "\n")
        changes, said = inventory.merge(inventory.table(proposal, corpus), dossier, corpus)
    except inventory.InventoryError as error:
        raise CommandError(f"{arguments.fichier.name} : {error} Rien n'a été importé.") from error
    print(said)
    if arguments.montrer:
        fields = ", ".join(inventory.choices(proposal))
        print(f'\nRien n\'a été importé. Pour corriger : --colonne "En-tête=champ" (« - » : ne pas importer). Champs : {fields}.')
    elif changes:
        dossiers.say(dossier, corpus, changes)
    return OK


def _columns(typed: list[str]) -> dict[str, str | None]:
    """What "En-tête=champ" says of each column; "=-": not to be imported. Raises CommandError."""
    told: dict[str, str | None] = {}
    for text in typed:
        header, sign, field = (part.strip() for part in text.rpartition("="))
        if not (sign and header and field):
            raise CommandError(f'--colonne : « {text[:60]} » ne s\'écrit pas ainsi ; exemple : --colonne "Repère=id".')
        told[header] = None if field == "-" else field
    return told


def verifier(arguments: Namespace) -> int:
    """Print the findings."""
    from dpia import printing
    from dpia.carrying import taken_over

    corpus, dossier, facts, findings = _open(arguments)
    carried = taken_over(dossier)
    if carried:
        from dpia import revision
    if arguments.format == "json":
        text: str | bytes = printing.as_json(corpus, dossier, facts, findings, revision.more(dossier, facts, findings) if carried else {})
    elif arguments.format == "xlsx":
        from dpia.documents.pack import gap_list_of

        text = gap_list_of(corpus, dossier, facts, findings)
        arguments.sortie = arguments.sortie or Path("ecarts.xlsx")
    elif arguments.format == "html":
        from dpia.documents.pack import report_of

        text = report_of(corpus, dossier, facts, findings)
        arguments.sortie = arguments.sortie or Path("rapport.html")
    else:
        text = printing.as_text(corpus, dossier, facts, findings, everything=arguments.tout)
        added = revision.section(dossier, facts, findings) if carried else ""
        text += f"\n\n{added}" if added else ""
    if arguments.sortie:
        try:
            write_atomically(arguments.sortie, text if isinstance(text, bytes) else text.encode("utf-8"))
        except OSError as error:
            raise CommandError(f"{arguments.sortie} ne peut pas être écrit ({why(error)}).") from error
        print(f"Écrit : {arguments.sortie}", file=sys.stderr)
    else:
        print(text)
    return exit_code(findings)


def exit_code(findings: tuple[Finding, ...]) -> int:
    """1 when something is prohibited or missing, 3 when only things to check remain; recommendations do not count."""
    verdicts = {finding.verdict for finding in findings if finding.rule.gravite != "recommandation"}
    return WRONG if verdicts & {"interdit", "ecart"} else TO_CHECK if "a_verifier" in verdicts else OK


def expliquer(arguments: Namespace) -> int:
    """Say why a rule gives its verdict."""
    from dpia.explaining import explain

    corpus = load()
    if not any(read.rule.id == arguments.regle for read in corpus.rules):
        raise CommandError(unknown_rule(corpus, arguments.regle))
    _, _, findings = _judged(corpus, arguments.dossier, arguments.date or date.today(), arguments.regle)
    finding = next((finding for finding in findings if finding.rule.id == arguments.regle), None)
    if finding is None:
        raise CommandError(unknown_rule(corpus, arguments.regle))
    print(explain(corpus, finding))
    return OK


def unknown_rule(corpus: Corpus, name: str) -> str:
    """Say that a rule is not there, and the nearest name."""
    from difflib import get_close_matches

    near = get_close_matches(name, [read.rule.id for read in corpus.rules], 1)
    return f"« {name} » n'est pas une règle en vigueur à cette date" + (
        f" ; vouliez-vous « {near[0]} » ?" if near else " ; « dpia droit lister » les donne toutes."
    )


def reste(arguments: Namespace) -> int:
    """List what is still unknown, or write what to ask a person."""
    from dpia import asking_commands

    _, _, facts, findings = _open(arguments)
    print(asking_commands.remaining(arguments, facts, findings))
    if not (arguments.pour or arguments.toutes or arguments.sortie):
        from dpia.carrying import remaining

        left = remaining(facts)
        print(left + "\n" if left else "", end="")
    return OK


def produire(arguments: Namespace) -> int:
    """Write the documents."""
    from dpia import documents_commands

    return documents_commands.write_documents(arguments, *_open(arguments))


def marque(arguments: Namespace) -> int:
    """Write the Word file that a consultant makes the style of the documents from."""
    from dpia import documents_commands

    return documents_commands.write_starter(arguments.sortie)


def authentifier(arguments: Namespace) -> int:
    """Say which generated parts of an assessment were altered since it was written."""
    from dpia import documents_commands

    return documents_commands.authenticate(arguments, load(), _judged)


def grille(arguments: Namespace) -> int:
    """Show where the assessments treat each point that an inspector looks for."""
    from dpia import grid_commands

    return grid_commands.print_grid(arguments, *_open(arguments))


def exemple(arguments: Namespace) -> int:
    """Write the worked example and its documents."""
    from dpia.example import PROFILES, write_example

    profile = arguments.profil or "complet"
    write_example(arguments.dossier, profile)
    arguments.date, arguments.sortie, arguments.seulement = date(2026, 11, 25), None, None  # the day the example was reviewed
    arguments.langues, arguments.controle, arguments.plan, arguments.passages = None, False, "cnil", None
    arguments.relecture, arguments.comparer, arguments.marque, arguments.communicable = False, None, None, False
    print(t("Dossier d'exemple : {dossier} (commune fictive : {profil})", dossier=arguments.dossier, profil=t(PROFILES[profile])))
    return produire(arguments)


def comparer(arguments: Namespace) -> int:
    """Say what changed between two dossiers, or in one between two days."""
    from dpia import comparing_commands

    return comparing_commands.compare(arguments, load(), _judged)


def droit(arguments: Namespace) -> int:
    """List, show, check, compare or print the rules."""
    from dpia import law_commands

    code: int = getattr(law_commands, arguments.action)(arguments, load())
    return code


def pia(arguments: Namespace) -> int:
    """Write the file of the CNIL's PIA tool, or read one."""
    from dpia import pia_commands

    if arguments.action == "importer":
        return pia_commands.importer(arguments, load())
    return pia_commands.exporter(arguments, *_open(arguments))

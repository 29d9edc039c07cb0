"""The commands that ask others and read their replies: `dpia reste` and the sheets of `dpia repondre --fichier`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from dpia import asking, enquiry, filled
from dpia import dossier as dossiers
from dpia import received as files
from dpia.answers import Answer, AnswerError
from dpia.clauses import inline
from dpia.cli import OK, TO_CHECK
from dpia.corpus import Corpus
from dpia.dossier import Dossier
from dpia.facts import AnsweredFacts
from dpia.filled import Filled, Problem, Said
from dpia.language import t
from dpia.printing import wrap
from dpia.reasoning import Finding
from dpia.replies import Clash, Reply, accepted, merged, read
from dpia.trace import Ref
from dpia.wording import Speaker
from dpia.writing import why, write_in_folder

KINDS = (".txt", ".docx")


def remaining(arguments: Namespace, facts: AnsweredFacts, findings: tuple[Finding, ...]) -> str:
    """What `dpia reste` prints: the list, the e-mail for one person, or the files that were written. Raises CommandError."""
    found, target = asking.requests(facts, findings), arguments.sortie
    if arguments.pour:
        who = asking.resolve(facts, arguments.pour)
        if who is None:
            raise _error(
                t(
                    "« {nom} » n'est pas un interlocuteur connu ; au choix : {choix}.",
                    nom=arguments.pour,
                    choix=", ".join(asking.known_people(facts)),
                )
            )
        asked = asking.asked_of(found, who)
        if not asked:
            return t("Rien à demander à cette personne ({nom}) : aucune réponse inconnue ne dépend d'elle.", nom=asking.named(facts, who))
        sheet = enquiry.sheet(facts, asked, who)
        if target is None:
            return enquiry.as_text(sheet)
        if target.suffix.lower() in KINDS and not target.is_dir():
            return _written([(target, sheet)])
        if target.suffix and not target.is_dir():
            raise _error(t("{nom} : la fiche s'écrit en .txt (courriel) ou en .docx (Word).", nom=target))
        return _written(_both(target, sheet))
    if target is not None and target.suffix.lower() in KINDS and not target.is_dir():
        raise _error(t("une fiche est pour une personne : ajoutez --pour QUI, ou donnez un dossier pour les écrire toutes."))
    if target is None and not arguments.toutes:
        return asking.overview(facts, found)
    if not found:
        return asking.overview(facts, found)
    folder = target or arguments.dossier / "fiches"
    sheets = [enquiry.sheet(facts, group, who) for who, group in asking.by_person(found).items() if who]
    return _written(pair for sheet in sheets for pair in _both(folder, sheet))


def _error(text: str) -> Exception:
    from dpia.commands import CommandError

    return CommandError(text)


def _both(folder: Path, sheet: enquiry.Sheet) -> Iterator[tuple[Path, enquiry.Sheet]]:
    yield from ((folder / f"questions-{enquiry.slug(sheet.who)}{suffix}", sheet) for suffix in KINDS)


def _written(files: Iterable[tuple[Path, enquiry.Sheet]]) -> str:
    """Write sheets, as text or in Word by the end of their name; say which. Raises CommandError."""
    lines = []
    for path, sheet in files:
        try:
            if path.suffix.lower() == ".docx":
                from dpia.documents.enquiry_word import render

                content = render(sheet, date.today())
            else:
                content = enquiry.as_text(sheet).encode("utf-8-sig")  # the mark tells old Windows programs that this is UTF-8
            write_in_folder(path, content)
        except OSError as error:
            raise _error(t("{nom} ne peut pas être écrit ({raison}).", nom=path, raison=why(error))) from error
        lines.append(t("Écrit : {nom} ({n}, pour {qui})", nom=path, n=asking.count(len(sheet.entries)), qui=t(sheet.name)))
    return "\n".join(lines)


def record(arguments: Namespace, corpus: Corpus, dossier: Dossier) -> int:
    """Record typed answers and those of a .yaml file: all of them, or none. Of a sheet that came back, what can be read.

    Gives 3 when something of a sheet is left to settle by hand. Raises CommandError.
    """
    changes: dict[str, Answer] = {}
    told: list[str] = []
    unsettled, by = False, ""
    if arguments.fichier and arguments.fichier.suffix.lower() not in (".yaml", ".yml"):
        facts = AnsweredFacts(corpus, dossier.answers, date.today())
        changes, told, unsettled, by = _received(arguments.fichier, dossier, facts, arguments.remplacer)
    elif arguments.fichier:
        changes = _in_yaml(arguments.fichier, corpus, dossier)
    for typed in arguments.reponses:
        try:
            name, answer = read(corpus, {**dossier.answers, **changes}, typed)
        except AnswerError as error:
            raise _error(f"{error}{'' if str(error).endswith('?') else '.'} " + t("Rien n'a été enregistré.")) from error
        changes[name] = answer
    if not changes and not told:
        raise _error(t("aucune réponse donnée ; écrivez par exemple conservation_jours=15, ou --fichier F.yaml."))
    after = dossiers.say(dossier, corpus, changes, by) if changes else dossier
    print("\n".join(told) or t("{n} réponse(s) enregistrée(s).", n=len(changes)))
    facts = AnsweredFacts(corpus, after.answers, date.today())
    for name in (name for name in changes if not facts.arises(name)):
        when = inline(Speaker(corpus).say(corpus.conditions[Ref(name)]))
        print("  " + t("« {nom} » ne compte pas encore : la question ne se pose que si {condition}.", nom=name, condition=when))
    return TO_CHECK if unsettled else OK


def _in_yaml(path: Path, corpus: Corpus, dossier: Dossier) -> dict[str, Answer]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _error(t("{fichier} ne peut pas être lu ; vérifiez le nom du fichier.", fichier=path)) from error
    found, kept = dossiers.parse(content, corpus, str(path))
    if kept:
        raise _error(t("{fichier} : question inconnue « {nom} » ; rien n'a été enregistré.", fichier=path, nom=next(iter(kept))))
    return {name: merged(dossier.answers.get(name), answer) for name, answer in found.items()}


def _received(path: Path, dossier: Dossier, facts: AnsweredFacts, over: bool) -> tuple[dict[str, Answer], list[str], bool, str]:
    """Read a sheet that came back: the answers that change, what to say, whether something is left to settle, who answered.

    Raises CommandError for a file that holds no sheet.
    """
    try:
        sheet = filled.read(facts, files.read_file(path))
    except files.UnreadableError as error:
        raise _error(t("{nom} : {raison}. Rien n'a été enregistré.", nom=path, raison=error)) from error
    if not sheet.said and not sheet.problems and not sheet.empty:
        raise _error(
            t(
                "{nom} : aucun repère de question entre crochets, comme [conservation_jours] ; ce n'est pas une fiche de « dpia reste ».",
                nom=path,
            )
        )
    replies = [
        Reply(said.place.liste.id if said.place.liste else said.place.question.id, said.place.question.id if said.place.liste else "",
              said.place.key, said.value, said.note)
        for said in sheet.said
    ]  # fmt: skip
    changes, recorded, clashes = accepted(facts.corpus, dossier.answers, replies, sheet.who, date.today().isoformat(), over)
    name = asking.named(facts, sheet.who) if sheet.who else ""
    lines = [t("Réponses enregistrées : {n}", n=recorded) + (f" ({name})." if name else ".")]
    lines += [*_left(sheet), *_unread(facts, sheet.problems), *_clashing(facts, clashes), *_beside(facts, sheet.said)]
    return changes, lines, bool(sheet.problems or clashes), sheet.who


def _left(sheet: Filled) -> Iterator[str]:
    if sheet.empty:
        yield t("Laissées vides : {n} ; elles restent à poser.", n=asking.count(sheet.empty))


def _unread(facts: AnsweredFacts, problems: tuple[Problem, ...]) -> Iterator[str]:
    if problems:
        yield "\n" + t("Non lues, à reprendre à la main (dpia repondre DOSSIER id=valeur) :")
    for problem in problems:
        label = facts.corpus.label(problem.path) if facts.corpus.question(problem.path) else ""
        written = t(" Écrit : « {texte} ».", texte=problem.written) if problem.written else ""
        yield wrap(t("• question {n}", n=problem.number) + (f", {label}" if label else ""), "    ", "  ")
        yield wrap(f"{written} " + t("Attendu : {texte}.", texte=problem.expected) + (f" [{problem.path}]" if problem.path else ""), "    ")


def _clashing(facts: AnsweredFacts, clashes: tuple[Clash, ...]) -> Iterator[str]:
    if clashes:
        yield "\n" + t("Déjà répondu autrement, non remplacé (ajoutez --remplacer pour prendre ces réponses) :")
    for clash in clashes:
        yield wrap(f"• {facts.corpus.label(clash.path)} [{clash.path}]", "    ", "  ")
        yield wrap(t("Dans le dossier : {avant}. Sur la fiche : {apres}.", avant=clash.before, apres=clash.after), "    ")


def _beside(facts: AnsweredFacts, said: tuple[Said, ...]) -> Iterator[str]:
    noted = [answer for answer in said if answer.note]
    if noted:
        yield "\n" + t("Écrit à côté d'une réponse, à lire (gardé en note, sauf pour un élément d'une liste) :")
    for answer in noted:
        label = facts.corpus.label(answer.place.path)
        yield wrap("• " + t("{question} : « {note} »", question=label, note=answer.note) + f" [{answer.place.path}]", "    ", "  ")

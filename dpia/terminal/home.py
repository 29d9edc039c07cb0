"""The menu of « dpia » alone: start a commune, go on, see where one stands, ask what is missing, write the documents.

A clerk needs no other command. What fails is said in one sentence, and the menu comes back.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from dpia import commands
from dpia import dossier as dossiers
from dpia.answers import Answer
from dpia.asking import by_person, count, named, requests
from dpia.commands import EXPECTED
from dpia.communes import find, plain
from dpia.corpus import Corpus
from dpia.dossier import ANSWERS
from dpia.facts import AnsweredFacts
from dpia.interview import Session, in_language, sitting, steps
from dpia.language import FRENCH, french, t
from dpia.model import Question
from dpia.printing import commune_of, summary
from dpia.reasoning import assess
from dpia.terminal.importing import asked_path, import_table
from dpia.terminal.prompts import ask
from dpia.terminal.surface import Head, Key, Left, Surface

SHEETS = "fiches"  # where its sheets of questions are written
SHOWN = 5  # titles listed of each kind
BACK = frozenset({Key.BACK})
QUIT, EXAMPLE, NEW = object(), object(), object()


class Home:
    """The menu, in a folder that holds one dossier per commune."""

    def __init__(self, root: Path, corpus: Corpus, ui: Surface, language: str = FRENCH) -> None:
        self.root, self.written, self.ui = root, corpus, ui
        self.corpus = in_language(corpus, language)  # to speak; files keep to the other one

    def run(self) -> None:
        """Offer what can be done until the person leaves."""
        while True:
            rows: list[tuple[str, Any]] = [(self._named(folder), folder) for folder in self.dossiers()]
            rows += [(t("Commencer le dossier d'une commune"), NEW), (t("Voir un exemple complet (commune fictive)"), EXAMPLE)]
            head = Head(t("Que voulez-vous faire ?"), t("Les dossiers se trouvent dans {dossier}.", dossier=self.root.resolve()), keys=BACK)
            chosen = self.ui.menu(head, [*rows, (t("Quitter"), QUIT)])
            if chosen is QUIT or isinstance(chosen, Left):
                return
            if chosen is NEW:
                self._safely(self._start)
            elif chosen is EXAMPLE:
                self._safely(self._example)
            else:
                self._open(chosen)

    def dossiers(self) -> list[Path]:
        """The dossiers of the folder, the last one touched first."""
        try:
            found = [entry for entry in (self.root, *self.root.iterdir()) if (entry / ANSWERS).is_file()]
        except OSError as error:
            raise dossiers.DossierError(t("le dossier {dossier} ne peut pas être lu.", dossier=self.root)) from error
        return sorted(found, key=lambda entry: -(entry / ANSWERS).stat().st_mtime)

    def _named(self, folder: Path) -> str:
        try:
            name = commune_of(dossiers.read(folder, self.written))["nom"]
        except dossiers.DossierError:
            name = ""
        shown = folder.resolve().name
        return (
            t("Ouvrir le dossier « {dossier} » ({commune})", dossier=shown, commune=name)
            if name
            else t("Ouvrir le dossier « {dossier} »", dossier=shown)
        )

    def _safely(self, action: Callable[[], None]) -> None:
        """Do something; what fails is said, an interruption comes back here."""
        try:
            action()
        except EXPECTED as error:
            self.ui.say(str(error)[:1].upper() + str(error)[1:], "bold")
        except KeyboardInterrupt:
            self.ui.say("\n" + t("Interrompu. Rien n'est perdu."))
        self.ui.say()

    def _start(self) -> None:
        question = next((question for question in self.corpus.questions.values() if question.type == "commune"), None)
        code = self._ask(question) if question else None
        if code is None:
            return
        commune = find(code)
        folder = self._folder(commune.name if commune else t("ma commune"))
        dossier = dossiers.create(folder)
        if commune is not None and question is not None:
            dossiers.say(dossier, self.written, {question.id: Answer(code, le=date.today().isoformat())})
        self.ui.say(t("Dossier créé : {dossier}", dossier=folder.resolve()))
        self._questions(folder)
        self._open(folder)

    def _ask(self, question: Question) -> Any:
        answer = ask(self.ui, question, Head(question.libelle, question.aide, keys=BACK))
        return None if isinstance(answer, Left) else answer

    def _folder(self, name: str) -> Path:
        """A folder of that name that holds no dossier yet."""
        base = plain(name).replace(" ", "-") or "commune"
        tries = (self.root / (base if n == 1 else f"{base}-{n}") for n in range(1, 1000))
        return next(folder for folder in tries if not (folder / ANSWERS).exists())

    def _open(self, folder: Path) -> None:
        """What can be done with one dossier."""
        actions: list[tuple[str, Callable[[Path], None]]] = [
            (t("Répondre aux questions"), self._questions),
            (t("Voir où nous en sommes"), self._where),
            (t("Préparer les fiches de ce qui reste à demander, une par personne"), self._sheets),
            (t("Relire une fiche remplie ou un courriel reçu"), self._filled),
            (t("Importer ou mettre à jour le tableau des caméras"), self._cameras),
            (t("Écrire les documents (AIPD, panneaux, notice, liste des écarts)"), self._documents),
        ]
        at: Any = actions[0][1]
        while True:
            head = Head(self._named(folder), keys=BACK)
            chosen = self.ui.menu(head, [*actions, (t("Revenir au début"), QUIT)], at)
            if chosen is QUIT or isinstance(chosen, Left):
                return
            at = chosen
            self._safely(lambda action=chosen: action(folder))  # type: ignore[misc]  # the default freezes this turn's choice

    # Actions

    def _questions(self, folder: Path) -> None:
        sitting(folder, self.written, Session(), self.ui, self.corpus)

    def _where(self, folder: Path) -> None:
        facts = AnsweredFacts(self.corpus, dossiers.read(folder, self.written).answers, date.today())
        findings = assess(self.corpus, facts)
        left = sum(1 for _ in steps(facts, Session(by_hand=True)))
        totals = summary(findings)
        self.ui.say(t("Il reste {nombre} questions à poser.", nombre=left) if left else t("Toutes les questions ont été posées."))
        for verdict, words in (
            ("interdit", t("{nombre} usages interdits")), ("ecart", t("{nombre} écarts")), ("a_verifier", t("{nombre} points à vérifier")),
            ("conforme", t("{nombre} points conformes")),
        ):  # fmt: skip
            titles = [finding.rule.titre for finding in findings if finding.verdict == verdict]
            if not titles:
                continue
            self.ui.say(words.format(nombre=totals[verdict]), "bold")
            for title in () if verdict == "conforme" else titles[:SHOWN]:
                self.ui.say(f"• {title}", indent=2)
            if verdict != "conforme" and len(titles) > SHOWN:
                self.ui.say(t("… et {nombre} de plus, dans la liste des écarts.", nombre=len(titles) - SHOWN), indent=2)
        people = by_person(requests(facts, findings))
        if people:
            self.ui.say(t("Ce qui manque, et qui peut le dire :"), "bold")
            for who, asked in people.items():
                name = named(facts, who) if who else t("à trouver dans les documents")
                self.ui.say("• " + t("{nom} : {valeur}", nom=name, valeur=count(len(asked))), indent=2)

    def _sheets(self, folder: Path) -> None:
        commands.reste(_typed(dossier=folder, sortie=folder / SHEETS, toutes=True))

    def _filled(self, folder: Path) -> None:
        path = asked_path(self.ui, t("Où est la fiche remplie ?"))
        if path is not None:
            commands.repondre(_typed(dossier=folder, fichier=path, reponses=[]))

    def _cameras(self, folder: Path) -> None:
        dossier = dossiers.read(folder, self.written)
        read = import_table(self.ui, dossier, self.written)
        if read:
            dossiers.say(dossier, self.written, read)

    def _documents(self, folder: Path) -> None:
        self.ui.say(t("Les documents s'écrivent ; cela prend quelques secondes."))
        with french():
            commands.produire(_typed(dossier=folder))

    def _example(self) -> None:
        with french():
            commands.exemple(_typed(dossier=self._folder("exemple")))


def _typed(**words: Any) -> Namespace:
    """A command as if it had been typed with these words only."""
    absent: dict[str, Any] = dict.fromkeys(
        (
            "sortie", "date", "seulement", "pour", "toutes", "remplacer", "profil", "fichier", "relecture", "comparer", "marque", "langues", "controle",
            "communicable", "passages",
        )
    )  # fmt: skip
    return Namespace(**{**absent, "plan": "cnil", **words})

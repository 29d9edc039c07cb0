"""What an impact assessment says of one kind of device, as data: purposes, data, life cycle, what is quoted where, risks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Literal

from dpia.model import Section, _Block

ANSWER = re.compile(r"\{([a-z][a-z0-9_]*)\}")  # in a text: the answer to this question, in words
STATE = re.compile(r"\{([a-z][a-z0-9_]*)\.([a-z0-9_]+)\}")  # whether this option holds, or one of ABOUT
ABOUT = ("le", "note", "qui")  # of an answer: the day it was given, what the person added, who knows


class Said(_Block, frozen=True, kw_only=True):
    """A line that is said only when its condition is known to hold."""

    texte: str
    si: str


Prose = str | tuple[str | Said, ...]  # a text, or its sentences, some of which hold only for some communes


class Line(_Block, frozen=True, kw_only=True):
    """A line of the processing's sheet: words of ours and the answer to one question."""

    libelle: str
    question: str


class Purpose(_Block, frozen=True, kw_only=True):
    """What the device is for: the aim, cases of use, the text that allows it, the regime."""

    objectif: str
    usages: tuple[str | Said, ...]
    texte: str
    regime: str
    si: str | None = None


class Datum(_Block, frozen=True, kw_only=True):
    """A category of data: what it serves, who sees or receives it, how long it is kept."""

    donnee: str
    utilite: str
    qui: str
    duree: str
    si: str | None = None


class Step(_Block, frozen=True, kw_only=True):
    """A step of the life cycle and what it rests on."""

    etape: str
    passe: str
    supports: str
    si: str | None = None


class Threshold(_Block, frozen=True, kw_only=True):
    """Why the assessment is due: the rule that says so, and the reason in words."""

    regle: str
    aussi: tuple[str, ...] = ()  # rules that say it for other devices; the first that applies is quoted
    texte: Prose


class Stop(_Block, frozen=True, kw_only=True):
    """When nothing that the commune has is allowed: the assessment stops there, and says this."""

    si: str
    texte: str


class Passage(_Block, frozen=True, kw_only=True):
    """What the assessment says on its own in one section, and the points of law/grille.yaml that it treats.

    `sans_objet`: it says why they do not arise. A passage whose condition is not known is printed as to be checked.
    `sinon`: what is said instead once the condition is known not to hold.
    """

    section: Section | Literal["techniques"]
    points: tuple[int, ...]
    titre: str = ""
    texte: str
    si: str | None = None
    sinon: str = ""
    sans_objet: bool = False


class Declared(_Block, frozen=True, kw_only=True):
    """The questions whose answers open one section of the principles, in order."""

    section: Section
    questions: tuple[str, ...]


class PublicNotice(_Block, frozen=True, kw_only=True):
    """What the public is told of the device. A line that quotes an unknown answer is left out, and announced as missing.

    `si`: when the commune is the one to say it.
    """

    titre: str
    si: str | None = None
    intro: str
    objectifs: tuple[str | Said, ...]
    base: Prose
    donnees: tuple[str | Said, ...]
    duree: tuple[str | Said, ...]
    destinataires: tuple[str | Said, ...]
    droits: tuple[str | Said, ...]
    limites: tuple[str | Said, ...] = ()
    a_completer: tuple[str | Said, ...] = ()  # mentions on the duration that no answer gives: a place is left for them
    destinataires_a_completer: tuple[str | Said, ...] = ()  # the same, on who receives the data
    demande: str
    enfants: str = ""


class PublicSign(_Block, frozen=True, kw_only=True):
    """The sign of the device. `si`: when one is to be put up; `adresse`: the question that gives the page of the notice."""

    titre: str
    si: str | None = None
    pourquoi: str
    finalites: tuple[str | Said, ...]
    duree: str | tuple[str | Said, ...]
    droits: str | tuple[str | Said, ...]
    mentions: tuple[str | Said, ...] = ()
    adresse: str | None = None
    pictogramme: Literal["camera", "plaque"] = "camera"
    fondement: str


class ListTable(_Block, frozen=True, kw_only=True):
    """A list of the questionnaire shown element by element, with these of its fields."""

    liste: str
    titre: str
    champs: tuple[str, ...]


class Analysis(_Block, frozen=True, kw_only=True):
    """The assessment of one processing that has its own questions. Every text may quote answers: `{pietons_nombre}`.

    `risques`: as in law/risques.yaml.
    """

    id: str  # the processing, as in law/traitements.yaml
    fichier: str
    titre: str
    objet: Prose
    themes: tuple[str, ...]
    seuil: Threshold
    arret: Stop | None = None
    titre_iii: bool
    technique_nouvelle: str | None = None  # a condition: LIL 90, 2°
    signee: str | None = None  # a condition: an assessment of this processing is signed already
    fiche: tuple[Line, ...]
    tableaux: tuple[ListTable, ...] = ()
    finalites: tuple[Purpose, ...]
    donnees: tuple[Datum, ...]
    etapes: tuple[Step, ...]
    passages: tuple[Passage, ...] = ()
    declarations: tuple[Declared, ...] = ()
    droits: Prose
    avis: str
    revision: str
    notice: PublicNotice | None = None
    affiche: PublicSign | None = None
    risques: tuple[dict[str, Any], ...] = ()

    def conditions(self) -> Iterator[str]:
        """The conditions that it holds, risks left out."""
        parts: tuple[Purpose | Datum | Step, ...] = (*self.finalites, *self.donnees, *self.etapes)
        yield from (part.si for part in parts if part.si is not None)
        sign, stop = self.affiche.si if self.affiche else None, self.arret.si if self.arret else None
        notice = self.notice.si if self.notice else None
        yield from (text for text in (self.technique_nouvelle, self.signee, sign, notice, stop) if text is not None)
        said = (part for part in (self.notice, self.affiche, self, self.seuil, *self.finalites) if part is not None)
        values = (value for part in said for name in part.__struct_fields__ if isinstance(value := getattr(part, name), tuple))
        yield from (line.si for value in values for line in value if isinstance(line, (Said, Passage)) and line.si is not None)

    def questions(self) -> Iterator[str]:
        """The questions that it names, those quoted in texts included."""
        yield from (line.question for line in self.fiche)
        yield from (table.liste for table in self.tableaux)
        yield from (self.affiche.adresse,) if self.affiche and self.affiche.adresse else ()
        yield from (name for declared in self.declarations for name in declared.questions)
        parts = (*self.finalites, *self.donnees, *self.etapes, *self.passages, self.seuil, self.arret, self.notice, self.affiche, self)
        for part in (part for part in parts if part is not None):
            for value in (getattr(part, field) for field in part.__struct_fields__):
                for text in value if isinstance(value, tuple) else (value,):
                    words = text.texte if isinstance(text, Said) else text
                    if isinstance(words, str):
                        yield from ANSWER.findall(words)
                        yield from (name for name, _ in STATE.findall(words))


def quoting(text: str, say: Callable[[str], str]) -> str:
    """Put the answers into a text of ours."""
    return ANSWER.sub(lambda found: say(found[1]), text)

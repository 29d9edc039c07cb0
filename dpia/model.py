"""The types of the knowledge files: questions, derived facts, rules. Unknown keys are refused on reading."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, TypeAlias

import msgspec

from dpia.grammar import Kind

Verdict: TypeAlias = Literal["interdit", "ecart", "a_verifier", "conforme", "sans_objet"]
Severity = Literal["interdiction", "bloquante", "majeure", "mineure", "recommandation"]
Certainty = Literal["etablie", "discutee", "a_confirmer"]
ReadState = Literal["texte", "extrait", "page_officielle", "commentaire", "memoire", "deduction"]
Section = Literal[
    "contexte", "finalites", "base_legale", "autorisation", "minimisation", "conservation", "information", "droits",
    "acces", "securite", "sous_traitance", "transferts", "gouvernance", "aipd",
]  # fmt: skip


class _Block(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One block of a knowledge file; `ligne` is where it starts."""

    ligne: int = 0


class Told(_Block, frozen=True, kw_only=True):
    """What a row of an overview tells of another question: its path (by default the option's name) and its answer for a yes, for a no.

    `cible` is "question", "liste.champ" (for every element) or "question.option". No answer given: the question is asked afterwards.
    """

    cible: str = ""
    oui: Any = None
    non: Any = None


class Question(_Block, frozen=True, kw_only=True):
    """A question, or a field of a list."""

    id: str
    type: Kind
    libelle: str
    aide: str = ""
    options: dict[str, str] = {}
    si: str | None = None
    qui_sait: tuple[str, ...] = ()
    source: str = ""
    unite: str = ""
    minimum: int | None = None
    maximum: int | None = None
    sert: tuple[str, ...] = ()
    propose: str = ""  # what answers it without asking: a column of the commune table; for a field, the only box ticked of a question
    traitements: tuple[str, ...] = ("videoprotection",)
    element: str = ""
    champs: tuple[Question, ...] = ()
    vers: str = ""
    propose_si: dict[str, str] = {}  # answers that follow from earlier ones: value → condition
    repond: dict[str, Told] = {}  # an overview: each row answers another question, or says that it is to be asked
    change: Literal["jamais", "rarement", "souvent"] = "rarement"  # what may have changed a year later; "jamais": a past fact
    importe: bool = False  # a field that the installer's table gives, or a correction: never asked by itself


class Theme(_Block, frozen=True, kw_only=True):
    """One theme of the interview, in the order of the screen."""

    theme: str
    titre: str
    intro: str = ""
    questions: tuple[Question, ...]
    fichier: str = ""  # set on reading, for messages


class FactExample(_Block, frozen=True, kw_only=True):
    """A worked case of a derived fact, run as a test. With `liste`, the case describes one element of it: the first one is judged."""

    faits: dict[str, Any]
    vaut: Literal["oui", "non", "inconnu", "absent"]
    date: date | None = None


class DerivedFact(_Block, frozen=True, kw_only=True):
    """A named condition; with `liste`, one fact per element of the list."""

    id: str
    libelle: str
    vrai_si: str
    source: str
    doute: str = ""
    liste: str | None = None
    exemples: tuple[FactExample, ...] = ()


class Source(_Block, frozen=True, kw_only=True):
    """A text that founds a rule, the state of the copy that was read, and how far it was read."""

    texte: str
    article: str
    etat_du: date | None = None
    verifie_le: date
    lu: ReadState
    url: str = ""


class Window(_Block, frozen=True, kw_only=True):
    """Days on which a rule applies, both ends included; no end: still in force."""

    du: date
    au: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.du <= day and (self.au is None or day <= self.au)


class Example(_Block, frozen=True, kw_only=True):
    """A worked case of a rule, run as a test. `autre_lecture`: the verdict of the first reading that is not the prudent one."""

    faits: dict[str, Any]
    verdict: Verdict
    gravite: Severity | None = None
    autre_lecture: Verdict | None = None
    date: date | None = None


class Lecture(_Block, frozen=True, kw_only=True):
    """One reading of a discussed rule."""

    nom: str
    dit: str
    prudente: bool = False
    quand: str | None = None
    satisfait_si: str | None = None


class Rule(_Block, frozen=True, kw_only=True):
    """An obligation or a prohibition, in one block."""

    id: str
    titre: str
    famille: str
    refs: tuple[str, ...] = ()
    traitement: str = "videoprotection"
    pour_chaque: str | None = None
    quand: str
    satisfait_si: str | None = None
    inconnu_si: str | None = None
    regularise_si: str | None = None
    avant_mise_en_service: bool = False
    gravite: Severity
    certitude: Certainty
    doute: str = ""
    lectures: tuple[Lecture, ...] = ()
    plafond: Literal["a_verifier"] | None = None
    a_produire: tuple[str, ...] = ()
    en_vigueur: Window | tuple[Window, ...]
    versions: tuple[dict[str, Any], ...] = ()
    fondement: tuple[Source, ...]
    obligation: str
    a_faire: str
    qui: str
    preuve: str = ""
    cadre_aipd: Section
    exige: tuple[str, ...] = ()  # what being met demands of the facts, one "fact = value" each; proved against `satisfait_si`
    entraine: tuple[str, ...] = ()  # rules whose verdict follows: a breach of this one is a breach of those; proved
    prive_d_effet: tuple[str, ...] = ()  # a prohibition: rules that have nothing left to ask for once it is respected
    exemples: tuple[Example, ...]

    @property
    def windows(self) -> tuple[Window, ...]:
        """The days on which this wording applies."""
        return self.en_vigueur if isinstance(self.en_vigueur, tuple) else (self.en_vigueur,)

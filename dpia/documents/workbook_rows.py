"""The gap list in words: which findings, in which order, and the text of each cell. No spreadsheet here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from dpia.reasoning import TO_REREAD

Record: TypeAlias = Mapping[str, Any]  # one entry of « constats » (design, § 6), with what a reviewer added
Cell: TypeAlias = str | int | date

VERDICTS = {"interdit": "Interdit", "ecart": "Écart", "a_verifier": "À vérifier", "conforme": "Conforme", "sans_objet": "Sans objet"}
SEVERITIES = {
    "interdiction": "Interdiction",
    "bloquante": "Bloquant",
    "majeure": "Majeur",
    "mineure": "Mineur",
    "recommandation": "Recommandé",
}
CERTAINTIES = {"etablie": "Établie", "discutee": "Discutée", "a_confirmer": "À confirmer : source à relire"}
READ = {
    "texte": "texte lu", "extrait": "extrait lu", "page_officielle": "page officielle lue", "commentaire": "connu par un commentaire",
    "memoire": "non relu", "deduction": "déduction",
}  # fmt: skip
PROCESSINGS = {
    "videoprotection": "Vidéoprotection", "cameras_individuelles": "Caméras individuelles", "controle_stationnement": "Contrôle du stationnement",
    "controle_circulation": "Contrôle de la circulation", "videosurveillance_locaux": "Vidéosurveillance des locaux",
    "seances_conseil": "Séances du conseil", "autres_dispositifs": "Autres dispositifs", "commun": "Tous les traitements",
}  # fmt: skip
STATES = ("à traiter", "en cours", "fait", "écarté")
OPEN = ("interdit", "ecart", "a_verifier")
CELL_LIMIT = 32_000  # Excel takes 32 767 characters in a cell
SHOWN = 15  # elements or answers named in one cell
NOBODY = "Personne à désigner"
PIECE = "Pièce à produire : "
READER = "Le délégué à la protection des données"  # reads over the text of an article that a rule was written without

# Excel stores no control character, XML no surrogate; direction marks could show a sentence backwards.
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# « L. 252-5 », « 35, § 1 », « 1er, al. 4 »; not « considérant 91 », « page 3 », nor « 30 janvier 2026, n° 506370 », which is a decision.
_ARTICLE = re.compile(r"(?!\d{1,2}(?:er)? [a-zûé]+ \d{4}\b)(?:[LRDA]\. ?\*?)?\d")
_WHO = re.compile(r"(?s)(?P<question>.+) \((?P<who>[^()]*)\)")


class Asked(NamedTuple):
    """A question left, who may know, and the obligations it would settle."""

    who: str
    otherwise: str
    question: str
    settles: str


def text(value: object) -> str:
    """Return a value as the text of a cell."""
    shown = "" if value is None else str(value).replace("\r\n", "\n").replace("\r", "\n")
    shown = _SURROGATE.sub("\ufffd", _UNPRINTABLE.sub(" ", shown)).strip()
    return shown if len(shown) <= CELL_LIMIT else f"{shown[:CELL_LIMIT]}… (texte coupé)"


def in_order(findings: Iterable[Record]) -> list[Record]:
    """Return the findings, prohibited first, then gaps, then points to check; the most serious first in each group."""
    verdicts, severities = tuple(VERDICTS), tuple(SEVERITIES)
    return sorted(findings, key=lambda f: (verdicts.index(f["verdict"]), severities.index(f["gravite"])))


def gap_row(number: int, finding: Record, corpus: str) -> tuple[Cell, ...]:
    """Return the cells of the sheet « Écarts », in the order of its columns."""
    mention = f"\n({text(finding['mention'])})" if finding.get("mention") else ""
    doubt = f"\n{text(finding['doute'])}" if finding.get("doute") else ""
    return (
        number,
        VERDICTS[finding["verdict"]] + mention,
        SEVERITIES[finding["gravite"]],
        text(finding["titre"]),
        concerned(finding),
        reasons(finding),
        text(finding.get("obligation")),
        text(finding.get("a_faire")),
        sentence(_person(finding.get("qui"))),
        sentence(finding.get("preuve")),
        sources(finding),
        CERTAINTIES[finding["certitude"]] + doubt,
        text(finding.get("statut")) or STATES[0],
        text(finding.get("responsable")),
        due(finding.get("echeance")),
        text(finding.get("commentaire")),
        text(finding["regle"]),
        text(corpus),
    )


def settled_row(finding: Record) -> tuple[Cell, ...]:
    """Return the cells of the sheet « Conformes et sans objet »."""
    return (
        VERDICTS[finding["verdict"]] + (f"\n({text(finding['mention'])})" if finding.get("mention") else ""),
        text(finding["titre"]),
        reasons(finding),
        sources(finding),
        CERTAINTIES[finding["certitude"]],
        text(finding["regle"]),
    )


def concerned(finding: Record) -> str:
    """Name the processing and, when the rule judges a list, the elements at fault and those not known."""
    processing = str(finding.get("traitement") or "")
    elements = finding.get("elements") or {}
    named = (("En écart", elements.get("ecart")), ("À vérifier", elements.get("a_verifier")))
    lines = [f"{label} : {_shortened(names, ', ')}" for label, names in named if names]
    return text("\n".join([PROCESSINGS.get(processing, processing), *lines]))


def reasons(finding: Record) -> str:
    """Say the answers that decided, then what is missing."""
    answers = [f"• {_introduced(reason['libelle'])} {reason['reponse']}" for reason in finding.get("parce_que") or ()]
    missing = [f"• {_question(item)[0]}" for item in finding.get("manque") or ()]
    pieces = [f"• {piece}" for piece in finding.get("a_produire") or ()]
    groups = (("", answers), ("Il reste à savoir :\n", missing), ("Il reste à produire :\n", pieces))
    return text("\n".join(title + _shortened(lines, "\n") for title, lines in groups if lines))


def sources(finding: Record) -> str:
    """Cite each article, the state of the copy, how far it was read."""
    return text("\n".join(map(_cited, finding.get("fondement") or ())))


def _cited(source: Record) -> str:
    article = text(source["article"])
    name = f"art. {article}" if _ARTICLE.match(article) else article
    state = (
        READ.get(source["lu"], source["lu"]),
        f"version au {day(source['etat_du'])}" if source.get("etat_du") else "",
    )
    return f"{source['texte']}, {name} ({', '.join(filter(None, state))})"


def due(value: object) -> date | str:
    """Return a due date as a date when it is one, else as typed."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(text(value))
    except ValueError:
        return text(value)


def sentence(value: object) -> str:
    """Return a text as the start of a sentence: « le maire » → « Le maire »."""
    said = text(value)
    return said[:1].upper() + said[1:]


def _person(value: object) -> str:
    """Return who it is; a bare key (« police_municipale ») reads as words."""
    return text(value).replace("_", " ")


def asked(findings: Sequence[Record]) -> list[Asked]:
    """Return the questions and documents left, by person: the most asked first, the most serious first for each."""
    settles: dict[tuple[str, str, str], list[str]] = {}
    for finding in findings:
        items = [_question(item) for item in finding.get("manque") or ()]
        items += [_piece(text(piece), finding) for piece in finding.get("a_produire") or ()]
        for question, people in items:
            who, *others = [sentence(_person(person)) for person in people if person] or [NOBODY]
            titles = settles.setdefault((who, question, ", ".join(others)), [])
            if finding["titre"] not in titles:
                titles.append(finding["titre"])
    load: dict[str, int] = {}
    for who, _, _ in settles:
        load[who] = load.get(who, 0) + 1
    rows = [Asked(who, others, question, text("\n".join(titles))) for (who, question, others), titles in settles.items()]
    return sorted(rows, key=lambda row: (row.who == NOBODY, -load[row.who], row.who))


def _piece(piece: str, finding: Record) -> tuple[str, tuple[str, ...]]:
    """A document that is left, and who brings it: a text to read over is no matter for the person who acts."""
    if piece.startswith(TO_REREAD):
        return sentence(piece), (READER,)
    return f"{PIECE}{piece}", (sentence(_person(finding.get("qui"))),)


def _question(item: object) -> tuple[str, tuple[str, ...]]:
    """Split « question (person, person) »; a bare path names nobody."""
    if found := _WHO.fullmatch(said := text(item)):
        return found["question"], tuple(found["who"].split(", "))
    return said, ()


def _introduced(label: object) -> str:
    said = text(label)
    return said if said.endswith("?") else said.rstrip(" \u00a0:") + "\u00a0:"


def _shortened(parts: Sequence[object], separator: str) -> str:
    more = f"{separator}et {len(parts) - SHOWN} autres" if len(parts) > SHOWN else ""
    return separator.join(map(text, parts[:SHOWN])) + more


def day(value: object) -> str:
    """Return a date, or its ISO text, as the French write it."""
    found = value if isinstance(value, date) else date.fromisoformat(str(value))
    return f"{found:%d/%m/%Y}"

"""suivi.yaml: what reviewers decided of a finding — who acts, by when, where it stands. It changes no verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dpia.answers import AnswerError, clean, read_value
from dpia.corpus import Corpus
from dpia.dossier import DossierError
from dpia.model import Question
from dpia.yamlfile import YamlError, read_answers

FILE = "suivi.yaml"
STATES = {"a_traiter": "à traiter", "en_cours": "en cours", "fait": "fait"}


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Who acts on a finding, by when, where it stands."""

    statut: str = "a_traiter"
    responsable: str = ""
    echeance: date | None = None
    commentaire: str = ""


def read(folder: Path, corpus: Corpus) -> Mapping[str, FollowUp]:
    """Read the follow-up of a dossier by rule or measure id; empty when there is none. Raises DossierError."""
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise DossierError(f"{path} ne peut pas être lu ; il s'enregistre en UTF-8.") from error
    try:
        raw = read_answers(text)
    except YamlError as error:
        raise DossierError(f"{path}, {error}") from error
    rows = raw.get("suivi") if isinstance(raw, dict) else None
    if not isinstance(rows, dict):
        raise DossierError(f"{path} commence par « format: 1 », puis « suivi: » et une ligne par règle ou par mesure.")
    risks = [*(corpus.data.get("risques") or ()), *(risk for analysis in corpus.analyses for risk in analysis.risques)]
    known = {entry.rule.id for entry in corpus.rules} | {measure["id"] for risk in risks for measure in risk["mesures"]}
    return {str(rule): _entry(path, str(rule), row, known) for rule, row in rows.items()}


def _entry(path: Path, rule: str, row: object, known: set[str]) -> FollowUp:
    place = f"{path}, « {rule[:60]} »"
    if rule not in known:
        raise DossierError(f"{place} : ni règle ni mesure ne porte ce nom ; « dpia droit lister » les donne toutes.")
    if not isinstance(row, dict) or set(row) - {"statut", "responsable", "echeance", "commentaire"}:
        raise DossierError(f"{place} : « statut », « responsable », « echeance » et « commentaire » sont les seules clés.")
    texts = {key: clean(str(value)) for key, value in row.items()}
    if texts.get("statut", "a_traiter") not in STATES:
        raise DossierError(f"{place} : le statut est {', '.join(STATES)}.")
    due = texts.get("echeance")
    try:
        day = read_value(Question(id="echeance", type="date", libelle=""), due) if due else None
    except AnswerError as error:
        raise DossierError(f"{place} : {error}.") from error
    return FollowUp(
        texts.get("statut", "a_traiter"), texts.get("responsable", ""), day if isinstance(day, date) else None, texts.get("commentaire", "")
    )

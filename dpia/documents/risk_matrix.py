"""The map of risks: severity upwards, likelihood across, and in each square a level in words.

The scale is the CNIL's, and so are the three levels: its rules for acting on the map go by quarters. "Élevé" is what
risks.py calls a high risk: severity and likelihood both from 3 on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from dpia.documents.errors import DocumentError
from dpia.documents.typography import printable

SCALE = ("négligeable", "limitée", "importante", "maximale")


@dataclass(frozen=True)
class Level:
    """A level of risk: its word, the colour of its squares (RRGGBB) and what to do about it."""

    word: str
    fill: str
    action: str


LOW = Level("Faible", "DDEBDA", "peut être accepté")
MEDIUM = Level("Moyen", "FBEBC0", "à réduire, par la prévention si la gravité domine, par la réparation si la vraisemblance domine")
HIGH = Level("Élevé", "EFB5AF", "à éviter ou à réduire absolument")
LEVELS = (LOW, MEDIUM, HIGH)

KEY = (
    "« Avant » : niveau sans les mesures à venir. « Après » : niveau résiduel, une fois en place les mesures du plan d'action. "
    f"Niveaux : {' ; '.join(f'{level.word.lower()}, {level.action}' for level in LEVELS)}."
)


@dataclass(frozen=True)
class Risk:
    """A risk to place: (severity, likelihood) from 1 to 4 before and after the measures; None where not known."""

    number: int
    name: str
    initial: tuple[int, int] | None
    residual: tuple[int, int] | None

    def sentence(self) -> str:
        """Return the two positions in words."""
        before = _position(self.initial)
        if self.initial is None and self.residual is None:
            return f"{before}, avant comme après les mesures."
        if self.residual is None:
            return f"{before} ; niveau résiduel non évalué."
        if self.residual == self.initial:
            return f"{before} ; inchangé après les mesures."
        return f"{before} ; après les mesures, {_position(self.residual)}."


def level(severity: int, likelihood: int) -> Level:
    """Return the level of a square, both values from 1 to 4."""
    return LEVELS[(severity > 2) + (likelihood > 2)]


def _position(place: tuple[int, int] | None) -> str:
    if place is None:
        return "niveau non évalué"
    return f"{level(*place).word.lower()} (gravité {SCALE[place[0] - 1]}, vraisemblance {SCALE[place[1] - 1]})"


def labels(risks: tuple[Risk, ...], place: tuple[int, int]) -> tuple[str, str]:
    """Return the risks that are in a square ("R1, R3") before and after the measures."""
    before = ", ".join(f"R{risk.number}" for risk in risks if risk.initial == place)
    after = ", ".join(f"R{risk.number}" for risk in risks if risk.residual == place)
    return before, after


def read(content: str) -> tuple[Risk, ...]:
    """Read the JSON of a ```matrice block; raises DocumentError with what is wrong.

    {"risques": [{"n": 1, "nom": "…", "gravite": 3, "vraisemblance": 3, "residuel": [3, 2]}]}; a level may be null.
    """
    try:
        return tuple(_risk(item) for item in json.loads(content)["risques"])
    except (ValueError, KeyError, TypeError) as error:
        raise DocumentError(
            f"bloc « matrice » : {error} ; le contenu attendu est "
            '{"risques": [{"n": 1, "nom": "…", "gravite": 1 à 4, "vraisemblance": 1 à 4, "residuel": [1 à 4, 1 à 4]}]}.'
        ) from error


def _risk(item: dict[str, Any]) -> Risk:
    residual = item.get("residuel") or (None, None)
    return Risk(int(item["n"]), printable(str(item["nom"])), _place(item["gravite"], item["vraisemblance"]), _place(*residual))


def _place(severity: object, likelihood: object) -> tuple[int, int] | None:
    if severity is None or likelihood is None:
        return None
    if severity not in (1, 2, 3, 4) or likelihood not in (1, 2, 3, 4):
        raise ValueError(f"niveau {severity}, {likelihood} hors de l'échelle de 1 à 4")
    return int(str(severity)), int(str(likelihood))

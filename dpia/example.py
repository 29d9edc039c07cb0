"""The worked examples: dossiers of fictional communes, shipped with the program."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from pathlib import Path

from dpia.dossier import ANSWERS, DossierError
from dpia.language import later, t
from dpia.resources import folder
from dpia.writing import write_atomically

# What each worked dossier shows; the first is written when none is asked for.
PROFILES = {
    "complet": later("une ville de 8 400 habitants, vingt-quatre caméras, une extension en cours"),
    "petite-commune": later("une commune rurale de 680 habitants, six caméras, beaucoup de « ne sait pas »"),
    "ville-csu": later("une ville de 46 000 habitants, un centre de supervision urbain, des caméras-piétons"),
    "stationnement": later("un véhicule qui lit les plaques pour contrôler le stationnement payant"),
    "cameras-pietons": later("des caméras portées par la police municipale, et rien d'autre"),
    "depots": later("des caméras et des pièges photo contre les dépôts de déchets"),
    "analyse": later("des logiciels qui analysent les images, dont des usages interdits"),
}


def write_example(target: Path, profile: str = "complet") -> None:
    """Copy a worked dossier into `target`. Raises DossierError when the folder holds answers already, or cannot be written."""
    if profile not in PROFILES:
        raise DossierError(t("le profil « {nom} » n'existe pas ; choisissez parmi : {choix}.", nom=profile, choix=", ".join(PROFILES)))
    if (target / ANSWERS).exists():
        raise DossierError(
            t("{dossier} contient déjà des réponses ; choisissez un autre dossier : dpia exemple AUTRE-DOSSIER.", dossier=target)
        )
    try:
        (target / "pieces").mkdir(parents=True, exist_ok=True)
        for entry in source(profile).iterdir():
            if entry.is_file():
                write_atomically(target / entry.name, entry.read_bytes())
    except OSError as error:
        raise DossierError(
            t("{dossier} ne peut pas être écrit ; choisissez un dossier où vous avez le droit d'écrire.", dossier=target)
        ) from error


def source(profile: str) -> Traversable:
    """Where a worked dossier is shipped."""
    return folder("data") / "profils" / profile

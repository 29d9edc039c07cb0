"""What the sign says and what it must say (CSI, art. R. 253-6): the words, apart from any layout."""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import quote

from dpia.documents.typography import printable, typeset
from dpia.resources import folder

if TYPE_CHECKING:
    import segno

TITLE = "Espace sous vidéoprotection"
LAW = "article R. 253-6 du code de la sécurité intérieure"
PICTOGRAM = "picto-camera.svg"
PICTOGRAMS = {  # the drawing and its words: what is filmed (R. 253-6, I), or a plate that a machine reads
    "camera": (PICTOGRAM, "Pictogramme représentant une caméra\u00a0: ce lieu est filmé."),
    "plaque": ("picto-plaque.svg", "Pictogramme représentant une plaque d’immatriculation\u00a0: un appareil lit les plaques."),
}
# R. 253-6, II et IV. Jamais d'opposition (R. 253-6, V), ni de portabilité (RGPD, art. 20, § 3).
RIGHTS = (
    "Vous pouvez demander à voir les images où vous apparaissez, en obtenir une copie, les faire rectifier ou effacer, "
    "en faire limiter l’utilisation (droits d’accès, de rectification, d’effacement et de limitation)."
)
COMPLAINT = "Vous pouvez saisir la CNIL\u00a0: cnil.fr, ou 3\u00a0place de Fontenoy, TSA\u00a080715, 75334\u00a0Paris Cedex\u00a007."
REQUIRED = "obligatoire sur le panneau : CSI, art. R. 253-6, I"
ELSEWHERE = "sur le panneau ou par tout autre moyen : CSI, art. R. 253-6, I"
OPTIONAL = "facultatif"

QR_MINIMUM_MM = 32.0
PLATE_QR_MM = 26.0  # read from nearer, on white
QR_MODULE_MM = 0.6
QR_MAXIMUM_CHARACTERS = 600
_WEB = re.compile(r"(?P<scheme>https?://)?(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=\w)")
_ADDRESS = re.compile(
    r"(?<=\d) (?=(?:bis|ter|place|rue|avenue|boulevard|chemin|route|impasse|allée|quai|esplanade|square|cours|passage|mail|parvis|résidence|jours?)\b)"
)
_SPACES = re.compile("[ \u2000-\u200a]+")
_URL_CHARACTERS = ":/?#[]@!$&'()*+,;=%"

ONE_TRANSLATION = (
    "un panneau ne se traduit pas dans une seule langue étrangère : il l’est dans deux au moins (loi n° 94-665 du 4 août 1994, art. 4). "
    "Ajoutez une langue, ou gardez le français seul."
)
TOO_LONG = (
    "les textes sont trop longs pour des lettres lisibles. Raccourcissez les finalités ou les contacts, et renvoyez le détail à la notice."
)


class SignError(ValueError):
    """The sign cannot be made: what is wrong, where, what to do, in French."""


class Headings(NamedTuple):
    """The headings, which the sign for children words otherwise."""

    responsable: str = "Responsable"
    pourquoi: str = "À quoi servent les caméras"
    savoir: str = "À savoir"
    duree: str = "Durée de conservation"
    arrete: str = "Autorisation"
    droits: str = "Vos droits"
    dpo: str = "Délégué à la protection des données"
    reclamation: str = "Réclamation"
    notice: str = "Toute l’information"


HEADINGS = Headings()


class Section(NamedTuple):
    """A heading and its lines; `taille` is relative to the body text; `cle`: the field of Headings that it is."""

    titre: str
    lignes: tuple[str, ...]
    liste: bool = False
    taille: float = 1.0
    cle: str = ""


class Translation(NamedTuple):
    """The sign in another language. `langue`: its code (« en »)."""

    langue: str
    titre: str
    rubriques: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class SignContent:
    """What one sign says. An absent mention is None (or empty); `missing_mentions` names it.

    `fondement`: the article that requires the mentions; `duree`: the retention in words, when it is no number of days;
    `exercer`: what comes before the address to write to; `mode_emploi`: before that of the notice; `pictogramme`: a key of PICTOGRAMS; `traductions`: none, or two at least (loi 94-665, art. 4).
    """

    commune: str
    responsable: str
    finalites: tuple[str, ...]
    droits: str = RIGHTS
    conservation_jours: int | None = None
    dpo: str | None = None
    contact_droits: str | None = None
    notice_url: str | None = None
    site: str | None = None
    arrete: str | None = None
    titre: str = TITLE
    intitules: Headings = HEADINGS
    duree: str | None = None
    mentions: tuple[str, ...] = ()
    fondement: str = LAW
    reclamation: str = COMPLAINT
    exercer: str = "Pour les exercer"
    mode_emploi: str = "Scannez le code ou tapez l’adresse\u00a0:"
    pictogramme: Literal["camera", "plaque"] = "camera"
    traductions: tuple[Translation, ...] = ()

    def where(self) -> str:
        """Return the sign's name for a message: « Panneau de Belleville (place de l’Église) »."""
        names = clean(self.commune), clean(self.site)
        return f"Panneau « {' – '.join(filter(None, names))} »" if any(names) else "Panneau"


class Notice(NamedTuple):
    """Where the rest of the information is; no QR code (`qr_mm` is 0) when the place is not a web address."""

    titre: str
    adresse: str
    lien: str | None = None
    mode_emploi: str | None = None
    qr_alt: str = ""
    qr_mm: float = 0.0


@lru_cache(maxsize=1024)  # the signs of a commune say the same sentences many times
def clean(text: str | None) -> str:
    """Return the text on one line, in French typography, without the invisible characters that the font cannot print."""
    seen = (c for c in printable(text or "") if unicodedata.category(c) != "Cf" and not "\ufe00" <= c <= "\ufe0f")
    line = _SPACES.sub(" ", "".join(seen).replace("\u202f", "\u00a0")).strip(" \u00a0")
    return _ADDRESS.sub("\u00a0", typeset(_APOSTROPHE.sub("’", line)))


def missing_mentions(content: SignContent) -> tuple[str, ...]:
    """Name what the sign does not say, each with its rank in brackets: REQUIRED, then ELSEWHERE, then OPTIONAL."""
    elsewhere = (
        (content.conservation_jours is not None or clean(content.duree), "la durée de conservation des images"),
        (clean(content.dpo), "le contact du délégué à la protection des données"),
        (clean(content.contact_droits), "la personne à qui s’adresser pour exercer ses droits"),
        (clean(content.notice_url), "l’adresse de la notice complète"),
    )
    required = REQUIRED if content.fondement == LAW else f"attendu sur le panneau : {content.fondement}"
    optional = (
        (not clean(content.notice_url) or web_address(content), "le code QR (la notice n’est pas à une adresse web)"),
        (clean(content.arrete) or content.fondement != LAW, "l’arrêté préfectoral"),
    )
    return (
        *(f"{name} ({required})" for name in _missing_required(content)),
        *(f"{name} ({ELSEWHERE if content.fondement == LAW else required})" for present, name in elsewhere if not present),
        *(f"{name} ({OPTIONAL})" for present, name in optional if not present),
    )


def _missing_required(content: SignContent) -> tuple[str, ...]:
    required = (
        ((folder("templates") / PICTOGRAMS[content.pictogramme][0]).is_file(), "le pictogramme"),
        (clean(content.responsable), "l’identité du responsable du système"),
        (any(map(clean, content.finalites)), "les finalités poursuivies"),
        (clean(content.droits), "les droits des personnes filmées"),
    )
    return tuple(name for present, name in required if not present)


def check(content: SignContent) -> None:
    """Raise SignError when the sign would not say what the law requires of it, or would say something absurd."""
    if missing := _missing_required(content):
        raise SignError(
            f"{content.where()} : il manque {', '.join(missing)}. Le texte ({content.fondement}) "
            "l’exige sur le panneau lui-même. Complétez les réponses, puis produisez de nouveau le panneau."
        )
    if len(content.traductions) == 1:
        raise SignError(f"{content.where()} : {ONE_TRANSLATION}")
    if content.conservation_jours is not None and content.conservation_jours < 0:
        raise SignError(
            f"{content.where()} : {content.conservation_jours} jours de conservation, c’est impossible. "
            "Corrigez la durée de conservation dans les réponses."
        )


def rows(content: SignContent) -> tuple[tuple[Section, ...], ...]:
    """Return the sections, row by row, in reading order."""
    contact = f"{clean(content.exercer)}\u00a0: {clean(content.contact_droits)}" if clean(content.contact_droits) else ""
    table = (
        (_section(content, "responsable", _lines(content.responsable), taille=1.15),),
        (_section(content, "pourquoi", _lines(*content.finalites), liste=True),),
        (_section(content, "savoir", _lines(*content.mentions), liste=len(content.mentions) > 1),),
        (_section(content, "duree", retention(content)), _section(content, "arrete", _lines(content.arrete))),
        (_section(content, "droits", _lines(content.droits, contact)),),
        (_section(content, "dpo", _lines(content.dpo)), _section(content, "reclamation", _lines(content.reclamation))),
    )
    filled = (tuple(section for section in row if section.lignes) for row in table)
    return tuple(row for row in filled if row)


def plate_rows(content: SignContent) -> tuple[Section, ...]:
    """Return the first level alone, for a plate: R. 253-6, I allows it; the rest is where the notice says."""
    kept = ("responsable", "pourquoi", "savoir", "duree", "droits")
    return tuple(section._replace(taille=1.0) for row in rows(content) for section in row if section.cle in kept)


def _section(content: SignContent, key: str, lines: tuple[str, ...], liste: bool = False, taille: float = 1.0) -> Section:
    return Section(getattr(content.intitules, key), lines, liste, taille, key)


def retention(content: SignContent) -> tuple[str, ...]:
    """Return the retention in words, nothing when it is not known."""
    days = content.conservation_jours
    return _lines(content.duree) or (() if days is None else (_retention(days),))


def _lines(*texts: str | None) -> tuple[str, ...]:
    return tuple(filter(None, map(clean, texts)))


def _retention(days: int) -> str:
    if days == 0:
        return "Les images ne sont pas conservées."
    return f"Les images sont conservées {days}\u00a0jour{'s' if days > 1 else ''} au plus."


def notice(content: SignContent, minimum: float = QR_MINIMUM_MM) -> Notice | None:
    """Return where the whole information is, in letters and, for a web address, with a QR code of `minimum` millimetres at least."""
    if not (place := clean(content.notice_url)):
        return None
    title = content.intitules.notice
    if (code := qr_code(content)) is None:
        return Notice(title, place)
    modules = code.symbol_size(border=0)[0]
    side = max(minimum, modules * QR_MODULE_MM) * (modules + 8) / modules  # four light modules on each side
    return Notice(
        title, place, web_address(content), clean(content.mode_emploi), f"Code QR de la notice\u00a0: {place}", round(float(side), 2)
    )


def web_address(content: SignContent) -> str | None:
    """Return the address that the QR code carries (https:// when no scheme was typed); None when it is not one."""
    typed = clean(content.notice_url)
    if not (found := _WEB.fullmatch(typed)):
        return None
    return quote(typed if found["scheme"] else f"https://{typed}", safe=_URL_CHARACTERS)


def qr_code(content: SignContent) -> segno.QRCode | None:
    """Return the QR code of the notice (error level Q); None when the notice is not at a web address."""
    if (address := web_address(content)) is None:
        return None
    if len(address) > QR_MAXIMUM_CHARACTERS:
        raise SignError(
            f"{content.where()} : l’adresse de la notice compte {len(address)} caractères, trop pour un code QR lisible. "
            "Donnez une adresse courte, celle d’une page du site de la commune par exemple."
        )
    return _drawn(address)


@lru_cache(maxsize=64)
def _drawn(address: str) -> segno.QRCode:
    import segno

    return segno.make_qr(address, error="q", boost_error=False)


def qr_picture(content: SignContent, kind: Literal["svg", "png"]) -> bytes | None:
    """Return the QR code as a picture, with its light margin; None when there is none. The signs of a commune share one address."""
    return None if qr_code(content) is None else _pictured(str(web_address(content)), kind)


@lru_cache(maxsize=64)
def _pictured(address: str, kind: Literal["svg", "png"]) -> bytes:
    picture = io.BytesIO()
    if kind == "svg":
        _drawn(address).save(picture, kind="svg", border=4, light="#ffffff", xmldecl=False)
    else:
        _drawn(address).save(picture, kind="png", scale=12, border=4)
    return picture.getvalue()


def document_title(content: SignContent) -> str:
    """Return the title of the file: what it is, where, of which commune."""
    return " – ".join(filter(None, (clean(content.titre), clean(content.site), clean(content.commune))))

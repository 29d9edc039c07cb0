"""What can be typed, in French: every command, its words and its examples. Nothing else is imported: help must come at once."""

from __future__ import annotations

import argparse

from dpia.arguments_of_groups import documents, examples, law, pia, raw, sentence, wrapped

TYPE_CHECKING = False  # typing itself costs a tenth of the start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

LANGUAGES = ("fr", "en")  # of the questions

FRENCH = {  # a heading takes a space before its colon
    "usage: ": "emploi : ",
    "positional arguments": "arguments ",
    "options": "options ",
    "show this help message and exit": "affiche cette aide",
    "%(prog)s: error: %(message)s\n": "%(prog)s : %(message)s\n",
    "unrecognized arguments: %s": "arguments inconnus : %s",
    "the following arguments are required: %s": "il manque : %s",
    "invalid choice: %(value)r (choose from %(choices)s)": "« %(value)s » n'est pas possible ; au choix : %(choices)s",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s : %(message)s",
    "expected one argument": "une valeur est attendue",
    "expected at least one argument": "au moins une valeur est attendue",
    "invalid %(type)s value: %(value)r": "valeur impossible : %(value)r",
    "not allowed with argument %s": "ne va pas avec %s",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s est ambigu : %(matches)s",
}


def build(typed: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """All that can be typed; with what was `typed`, the actions on the law only where they are."""
    argparse._ = lambda text: FRENCH.get(text, text)  # type: ignore[attr-defined]  # argparse has no other way to speak French
    from dpia import __version__

    parser = argparse.ArgumentParser(
        prog="dpia",
        formatter_class=wrapped,
        description="AIPD, panneau, notice et liste d'écarts pour les caméras d'une commune. Hors ligne.",
        epilog="Pour commencer, tapez « dpia » seul : un menu vous guide. Pour voir un dossier fini :  dpia exemple",
    )
    parser.add_argument("--version", action="version", version=f"dpia {__version__}", help="affiche la version")
    parser.add_argument("--simple", action="store_true", help="« dpia » seul : le menu ligne à ligne, sans déplacer le curseur")
    parser.add_argument("--langue", choices=LANGUAGES, default="fr", help="« dpia » seul : la langue du menu et des questions (fr ou en)")
    commands = parser.add_subparsers(dest="commande", metavar="COMMANDE", title="commandes ")

    def command(name: str, aide: str, *exemples: str, dossier: bool = True) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=aide, description=sentence(aide), epilog=examples(*exemples), formatter_class=raw)
        if dossier:
            sub.add_argument("dossier", metavar="DOSSIER", help="le dossier de la commune")
        return sub

    sub = command(
        "nouveau",
        "crée le dossier d'une commune, ou celui de l'année d'après",
        "nouveau valbrume --commune 01004",
        "nouveau valbrume-2027 --depuis valbrume-2026",
    )
    sub.add_argument("--commune", metavar="INSEE", help="code INSEE de la commune")
    sub.add_argument("--depuis", metavar="ANCIEN", help="reprend les réponses de ce dossier ; l'entretien demande ce qui a changé")
    sub = command("questions", "pose les questions ; reprend où vous en étiez", "questions valbrume --theme conservation")
    sub.add_argument("--theme", metavar="THEME", help="un seul thème")
    sub.add_argument("--reste", action="store_true", help="repose aussi les questions restées sans réponse (« je ne sais pas »)")
    sub.add_argument("--simple", action="store_true", help="ligne à ligne, sans déplacer le curseur (lecteur d'écran, vieux terminal)")
    sub.add_argument(
        "--langue",
        choices=LANGUAGES,
        default=argparse.SUPPRESS,
        help="la langue des questions, fr ou en ; les documents restent en français",
    )
    sub = command(
        "repondre",
        "enregistre des réponses sans dialogue ; « ? » veut dire « ne sait pas »",
        "repondre valbrume conservation_jours=15 cameras[C01].son=?",
        "repondre valbrume --fichier reponse-installateur.docx",
    )
    sub.add_argument("reponses", metavar="id=valeur", nargs="*", help="une réponse par question")
    sub.add_argument(
        "--fichier",
        metavar="F",
        help="la fiche de « reste » revenue remplie (.docx, courriel .eml ou .txt) : ce qui se lit est enregistré, le reste est listé ; "
        "ou un fichier de réponses .yaml, pris en entier",
    )
    sub.add_argument("--remplacer", action="store_true", help="la fiche revenue l'emporte sur les réponses différentes déjà données")
    sub = command(
        "cameras",
        "importe le tableau des caméras (Excel .xlsx ou CSV), ou le met à jour",
        "cameras valbrume inventaire.xlsx --montrer",
        "cameras valbrume inventaire.xlsx --feuille Parc --colonne Matricule=id --colonne Observations=-",
    )
    sub.add_argument("fichier", metavar="FICHIER", help="tableau de l'installateur")
    sub.add_argument("--montrer", action="store_true", help="montre ce qui serait importé, sans rien enregistrer")
    sub.add_argument(
        "--colonne",
        metavar="EN-TÊTE=CHAMP",
        action="append",
        default=[],
        help="dit ce que contient une colonne ; « =- » l'ignore ; peut s'écrire plusieurs fois",
    )
    sub.add_argument("--feuille", metavar="NOM", help="la feuille du classeur (par défaut, celle qui ressemble à un inventaire)")
    sub = command("verifier", "dit ce qui est interdit, manquant, inconnu ou en ordre", "verifier valbrume --format json")
    sub.add_argument("--date", metavar="J", help="le droit et les délais de ce jour (par défaut aujourd'hui)")
    sub.add_argument(
        "--format", choices=("texte", "json", "xlsx", "html"), default="texte", help="texte, json, xlsx ou html (texte par défaut)"
    )
    sub.add_argument("-o", metavar="F", dest="sortie", help="fichier à écrire")
    sub.add_argument("--tout", action="store_true", help="montre aussi ce qui est conforme ou sans objet")
    sub = command("expliquer", "dit pourquoi : réponses, règle, article", "expliquer valbrume csi-conservation-un-mois")
    sub.add_argument("regle", metavar="REGLE", help="identifiant de la règle, donné par « verifier »")
    sub.add_argument("--date", metavar="J", help="le droit de ce jour")
    sub = command(
        "reste",
        "liste ce qui reste à savoir, par personne, le plus décisif d'abord ; écrit les questions à lui envoyer",
        "reste valbrume",
        "reste valbrume --pour installateur",
        "reste valbrume --pour installateur -o installateur.docx",
        "reste valbrume --toutes -o fiches",
    )
    sub.add_argument(
        "--pour", metavar="QUI", help="le courriel à envoyer à cette personne : toutes les questions dont elle peut savoir la réponse"
    )
    sub.add_argument(
        "--toutes", action="store_true", help="une fiche par personne, en Word et en texte ; chaque question n'est posée qu'à une personne"
    )
    sub.add_argument(
        "-o", metavar="F", dest="sortie", help="écrit la fiche : un fichier .txt ou .docx ; ou un dossier (par défaut DOSSIER/fiches)"
    )
    sub.add_argument("--date", metavar="J", help="le droit de ce jour")
    documents(command)
    sub = command(
        "exemple",
        "écrit un dossier complet d'une commune fictive et ses documents",
        "exemple --profil cameras-pietons ravancourt",
        dossier=False,
    )
    sub.add_argument("dossier", metavar="DIR", nargs="?", default="exemple-dpia", help="où écrire (par défaut exemple-dpia)")
    sub.add_argument(
        "--profil",
        metavar="NOM",
        help="quel dossier : complet (par défaut), petite-commune, ville-csu, stationnement, cameras-pietons, depots, analyse",
    )
    sub = command(
        "comparer",
        "dit ce qui a changé entre deux dossiers, ou dans un dossier entre deux dates",
        "comparer valbrume --date 2025-01-01 --date 2026-11-25",
        "comparer valbrume-2025 valbrume --format json",
        dossier=False,
    )
    sub.add_argument("dossiers", metavar="DOSSIER", nargs="+", help="un dossier (avec deux --date), ou deux dossiers")
    sub.add_argument(
        "--date",
        metavar="J",
        dest="dates",
        action="append",
        default=[],
        help="le droit et les délais de ce jour ; s'écrit deux fois pour un seul dossier",
    )
    sub.add_argument("--format", choices=("texte", "json"), default="texte", help="texte ou json (texte par défaut)")
    sub = command(
        "droit",
        "la base de règles, pour les juristes",
        "droit lister --certitude discutee",
        "droit montrer csi-conservation-un-mois",
        "droit comparer 2024-01-01 2026-11-25",
        "droit revue -o revue.docx",
        dossier=False,
    )
    if typed is None or "droit" in typed:
        law(sub)
    sub = command(
        "pia",
        "écrit ou relit le fichier de l'outil PIA de la CNIL",
        "pia exporter valbrume",
        "pia importer valbrume pia.zip",
        dossier=False,
    )
    if typed is None or "pia" in typed:
        pia(sub)
    return parser

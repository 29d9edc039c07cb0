"""What can be typed after `produire` and the commands on documents, `droit` and `pia`; and how every help is laid out."""

from __future__ import annotations

import argparse
import os

TYPE_CHECKING = False  # typing itself costs a tenth of the start-up
if TYPE_CHECKING:
    from collections.abc import Callable


def width() -> int:
    """The columns of the terminal, asked without the module that argparse would load for it: a tenth of the start-up."""
    try:
        return int(os.environ.get("COLUMNS") or os.get_terminal_size().columns) - 2
    except (OSError, ValueError):
        return 78


def wrapped(prog: str) -> argparse.HelpFormatter:
    """A help as wide as the terminal."""
    return argparse.HelpFormatter(prog, width=width())


def raw(prog: str) -> argparse.HelpFormatter:
    """The same, the examples kept as they are written."""
    return argparse.RawDescriptionHelpFormatter(prog, width=width())


def sentence(aide: str) -> str:
    """A help as a sentence."""
    return aide[0].upper() + aide[1:] + "."


def examples(*exemples: str) -> str:
    """What to type, below the help."""
    return "\n".join(["Exemple :" if len(exemples) == 1 else "Exemples :", *(f"  dpia {exemple}" for exemple in exemples)])


def documents(command: Callable[..., argparse.ArgumentParser]) -> None:
    """The commands that write documents, or read them again."""
    sub = command(
        "produire",
        "écrit l'AIPD, le panneau, la notice et la liste d'écarts",
        "produire valbrume -o sortie",
        "produire valbrume --relecture --comparer valbrume-2025",
        "produire valbrume --marque cabinet.docx",
        "produire valbrume --seulement panneau --langues fr,en,de",
    )
    sub.add_argument("-o", metavar="DIR", dest="sortie", help="dossier de sortie (par défaut DOSSIER/documents)")
    sub.add_argument("--date", metavar="J", help="la date des documents")
    sub.add_argument(
        "--seulement",
        metavar="QUOI",
        nargs="+",
        choices=("aipd", "panneau", "notice", "ecarts", "rapport", "plan", "modeles", "registre", "prefecture", "calendrier"),
        help="aipd, panneau, notice, ecarts, rapport, plan, modeles, registre, prefecture, calendrier",
    )
    sub.add_argument(
        "--langues",
        metavar="L",
        help="les langues des panneaux : fr, ou fr et au moins deux autres (en, de, es, it, nl, pt). Exemple : fr,en,de",
    )
    sub.add_argument(
        "--controle",
        action="store_true",
        help="n'écrit rien : montre chaque mention des panneaux, le texte qui la demande, la question à répondre d'abord, et à quelle distance elle se lit",
    )
    sub.add_argument(
        "--relecture",
        action="store_true",
        help="écrit aussi une copie de l'AIPD pour le relecteur (…-relecture.docx) : un commentaire en marge de chaque point à régler",
    )
    sub.add_argument(
        "--comparer",
        metavar="ANCIEN",
        help="un ancien dossier, ou une date pour ce même dossier : la copie du relecteur s'ouvre sur ce qui a changé et marque les passages",
    )
    sub.add_argument(
        "--marque",
        metavar="F",
        help="le fichier Word dont l'AIPD et la notice prennent la page de garde, les styles, l'en-tête et le pied (voir « dpia marque »)",
    )
    sub.add_argument(
        "--plan",
        choices=("cnil", "edpb"),
        default="cnil",
        help="le plan de l'AIPD : les quatre parties de la CNIL (par défaut), ou edpb, le modèle harmonisé du comité européen ; le contenu est le même",
    )
    sub.add_argument(
        "--passages",
        metavar="F",
        help="un fichier Word dont reprendre les textes libres ; ceux du fichier que « produire » remplace sont toujours repris",
    )
    sub.add_argument(
        "--communicable",
        action="store_true",
        help="écrit la version de l'AIPD que toute personne peut demander (lieux, noms et protections masqués), et elle seule",
    )
    sub = command(
        "marque",
        "écrit un fichier Word commenté, à mettre aux couleurs d'un cabinet ou d'une commune pour « produire --marque »",
        "marque -o cabinet.docx",
        dossier=False,
    )
    sub.add_argument("-o", metavar="F", dest="sortie", help="fichier à écrire (par défaut marque.docx)")
    sub = command(
        "authentifier",
        "dit ce qui a été changé dans une analyse d'impact depuis que « produire » l'a écrite",
        "authentifier aipd-valbrume.docx --dossier valbrume",
        dossier=False,
    )
    sub.add_argument("fichier", metavar="FICHIER", help="l'analyse d'impact, en Word")
    sub.add_argument("--dossier", metavar="DOSSIER", required=True, help="le dossier de la commune, avec les réponses de l'analyse")
    sub.add_argument("--date", metavar="J", help="la date de l'analyse (par défaut, celle que le fichier porte)")
    sub.add_argument("--marque", metavar="F", help="le fichier de marque donné à « produire », s'il y en a un")
    sub = command(
        "grille",
        "montre, pour chacun des 56 points d'un contrôle, le passage de l'analyse d'impact qui le traite",
        "grille valbrume",
        "grille valbrume --traitement cameras_individuelles --format json -o grille.json",
    )
    sub.add_argument("--traitement", metavar="T", help="une seule analyse (videoprotection, cameras_individuelles…)")
    sub.add_argument("--date", metavar="J", help="la date de l'analyse (par défaut aujourd'hui)")
    sub.add_argument("--format", choices=("texte", "json"), default="texte", help="texte ou json (texte par défaut)")
    sub.add_argument("-o", metavar="F", dest="sortie", help="fichier à écrire")


def law(droit: argparse.ArgumentParser) -> None:
    """The actions on the law."""
    actions = droit.add_subparsers(dest="action", metavar="ACTION", title="actions ", required=True)

    def action(name: str, aide: str, *exemples: str) -> argparse.ArgumentParser:
        return actions.add_parser(name, help=aide, description=sentence(aide), epilog=examples(*exemples), formatter_class=raw)

    sub = action(
        "lister",
        "liste les règles, une par ligne, et les compte",
        "droit lister --certitude a_confirmer",
        "droit lister --famille DUR --date 2025-06-01",
    )
    sub.add_argument("--certitude", choices=("etablie", "discutee", "a_confirmer"), help="ces règles seulement")
    sub.add_argument(
        "--gravite", choices=("interdiction", "bloquante", "majeure", "mineure", "recommandation"), help="ces règles seulement"
    )
    sub.add_argument("--famille", metavar="CODE", help="une famille, par son code de trois lettres")
    sub.add_argument("--traitement", metavar="T", help="un traitement (videoprotection, cameras_individuelles…)")
    sub.add_argument("--date", metavar="J", help="les règles en vigueur ce jour-là")
    sub = action(
        "montrer", "montre une règle en entier : conditions, rédactions, lectures, sources, exemples", "droit montrer rgpd-aipd-due"
    )
    sub.add_argument("regle", metavar="REGLE", nargs="?", help="identifiant de la règle")
    action("verifier", "contrôle toute la base et exécute ses exemples", "droit verifier")
    sub = action("comparer", "dit ce qui a changé en droit entre deux jours", "droit comparer 2024-01-01 2026-11-25")
    sub.add_argument("date1", metavar="DATE1", help="le premier jour")
    sub.add_argument("date2", metavar="DATE2", help="le second jour")
    sub.add_argument("--format", choices=("texte", "json"), default="texte", help="texte ou json (texte par défaut)")
    sub = action("revue", "écrit toute la base en clair, à relire et à annoter", "droit revue -o revue.docx", "droit revue -o docs/revue")
    sub.add_argument(
        "-o", metavar="F", dest="sortie", required=True, help="un fichier .docx ou .md, ou un dossier (un fichier Markdown par traitement)"
    )


def pia(pia: argparse.ArgumentParser) -> None:
    """The actions on the file of the CNIL's tool."""
    actions = pia.add_subparsers(dest="action", metavar="ACTION", title="actions ", required=True)

    def action(name: str, aide: str, *exemples: str) -> argparse.ArgumentParser:
        sub = actions.add_parser(name, help=aide, description=sentence(aide), epilog=examples(*exemples), formatter_class=raw)
        sub.add_argument("dossier", metavar="DOSSIER", help="le dossier de la commune")
        return sub

    sub = action(
        "exporter",
        "écrit un PIA par traitement, à importer dans l'outil de la CNIL",
        "pia exporter valbrume",
        "pia exporter castelmarne --traitement cameras_individuelles -o pietons.json",
    )
    sub.add_argument("-o", metavar="F", dest="sortie", help="un fichier .json, ou un dossier (par défaut DOSSIER/documents)")
    sub.add_argument("--date", metavar="J", help="la date de l'analyse (par défaut aujourd'hui)")
    sub.add_argument("--traitement", metavar="T", help="un seul traitement (videoprotection, cameras_individuelles…)")
    sub = action(
        "importer",
        "lit un PIA de l'outil de la CNIL ; ce qui n'a pas de place sûre est à relire dans pia-importe.md",
        "pia importer valbrume pia.zip",
    )
    sub.add_argument("fichier", metavar="FICHIER", help="le PIA exporté par l'outil (.json, ou .zip avec les pièces jointes)")

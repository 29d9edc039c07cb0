"""The commands: what can be typed, exit codes, and nothing imported before the command needs it.

Exit codes: 0 nothing wrong or unknown · 1 something prohibited or missing · 2 bad input · 3 only things to check · 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys

TYPE_CHECKING = False  # typing itself costs a tenth of the start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

OK, WRONG, BAD_INPUT, TO_CHECK, INTERRUPTED = 0, 1, 2, 3, 130
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


def _parser(typed: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """All that can be typed; with what was `typed`, the actions on the law only where they are."""
    argparse._ = lambda text: FRENCH.get(text, text)  # type: ignore[attr-defined]  # argparse has no other way to speak French
    from dpia import __version__

    parser = argparse.ArgumentParser(
        prog="dpia",
        formatter_class=_wrapped,
        description="AIPD, panneau, notice et liste d'écarts pour les caméras d'une commune. Hors ligne.",
        epilog="Pour commencer, tapez « dpia » seul : un menu vous guide. Pour voir un dossier fini :  dpia exemple",
    )
    parser.add_argument("--version", action="version", version=f"dpia {__version__}", help="affiche la version")
    parser.add_argument("--simple", action="store_true", help="« dpia » seul : le menu ligne à ligne, sans déplacer le curseur")
    parser.add_argument("--langue", choices=LANGUAGES, default="fr", help="« dpia » seul : la langue du menu et des questions (fr ou en)")
    commands = parser.add_subparsers(dest="commande", metavar="COMMANDE", title="commandes ")

    def command(name: str, aide: str, *exemples: str, dossier: bool = True) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=aide, description=_sentence(aide), epilog=_examples(*exemples), formatter_class=_raw)
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
        _law(sub)
    sub = command(
        "pia",
        "écrit ou relit le fichier de l'outil PIA de la CNIL",
        "pia exporter valbrume",
        "pia importer valbrume pia.zip",
        dossier=False,
    )
    if typed is None or "pia" in typed:
        _pia(sub)
    return parser


def _width() -> int:
    """The columns of the terminal, asked without the module that argparse would load for it: a tenth of the start-up."""
    try:
        return int(os.environ.get("COLUMNS") or os.get_terminal_size().columns) - 2
    except (OSError, ValueError):
        return 78


def _wrapped(prog: str) -> argparse.HelpFormatter:
    return argparse.HelpFormatter(prog, width=_width())


def _raw(prog: str) -> argparse.HelpFormatter:
    return argparse.RawDescriptionHelpFormatter(prog, width=_width())


def _sentence(aide: str) -> str:
    return aide[0].upper() + aide[1:] + "."


def _examples(*exemples: str) -> str:
    return "\n".join(["Exemple :" if len(exemples) == 1 else "Exemples :", *(f"  dpia {exemple}" for exemple in exemples)])


def _law(droit: argparse.ArgumentParser) -> None:
    actions = droit.add_subparsers(dest="action", metavar="ACTION", title="actions ", required=True)

    def action(name: str, aide: str, *exemples: str) -> argparse.ArgumentParser:
        return actions.add_parser(name, help=aide, description=_sentence(aide), epilog=_examples(*exemples), formatter_class=_raw)

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


def _pia(pia: argparse.ArgumentParser) -> None:
    actions = pia.add_subparsers(dest="action", metavar="ACTION", title="actions ", required=True)

    def action(name: str, aide: str, *exemples: str) -> argparse.ArgumentParser:
        sub = actions.add_parser(name, help=aide, description=_sentence(aide), epilog=_examples(*exemples), formatter_class=_raw)
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


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; give its exit code. Every expected failure is one sentence in French on the error output."""
    try:
        try:
            return _run(argv)
        finally:
            if sys.stdout is not None:  # closed by ">&-"
                sys.stdout.flush()
    except BrokenPipeError:  # as before "| head": what was wanted is read; the rest goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def _run(argv: Sequence[str] | None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    typed = sys.argv[1:] if argv is None else argv
    parser = _parser(typed)
    arguments, rest = parser.parse_known_args(typed)
    if rest and arguments.commande == "repondre" and not any(word.startswith("-") for word in rest):
        arguments.reponses += rest  # argparse takes no answer after "--fichier F"
    elif rest:
        parser.error(FRENCH["unrecognized arguments: %s"] % " ".join(rest))
    if arguments.commande is None and not (arguments.simple or all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout))):
        parser.print_help()
        return OK
    from dpia import commands
    from dpia.language import t

    try:
        code: int = getattr(commands, arguments.commande or "accueil")(commands.prepared(arguments))
    except KeyboardInterrupt:
        again = [
            "dpia",
            arguments.commande,
            getattr(arguments, "dossier", None),
            arguments.langue != "fr" and f"--langue {arguments.langue}",
        ]
        command = " ".join(str(word) for word in again if word)
        print("\n" + t("Interrompu. Rien n'est perdu ; pour reprendre : {commande}", commande=command), file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader (head, less) has seen enough: nothing went wrong
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the last flush says nothing either
        return OK
    except OSError as error:  # the terminal or the file that receives the output is full or gone
        why = error.strerror or t("erreur du disque")
        print("dpia : " + t("la réponse ne peut pas être écrite ({cause}).", cause=why), file=sys.stderr)
        return BAD_INPUT
    except commands.EXPECTED as error:
        print(f"dpia : {error}", file=sys.stderr)
        return BAD_INPUT
    return code

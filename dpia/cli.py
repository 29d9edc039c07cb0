"""The commands: what can be typed, exit codes, and nothing imported before the command needs it.

Exit codes: 0 nothing wrong or unknown · 1 something prohibited or missing · 2 bad input · 3 only things to check · 130 interrupted.
"""

from __future__ import annotations

import gc
import os
import sys

from dpia.arguments import FRENCH, build

TYPE_CHECKING = False  # typing itself costs a tenth of the start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

OK, WRONG, BAD_INPUT, TO_CHECK, INTERRUPTED = 0, 1, 2, 3, 130


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
    parser = build(typed)
    arguments, rest = parser.parse_known_args(typed)
    if rest and arguments.commande == "repondre" and not any(word.startswith("-") for word in rest):
        arguments.reponses += rest  # argparse takes no answer after "--fichier F"
    elif rest:
        parser.error(FRENCH["unrecognized arguments: %s"] % " ".join(rest))
    if arguments.commande is None and not (arguments.simple or all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout))):
        parser.print_help()
        return OK
    gc.set_threshold(50_000)  # a command lives a second or two: looking for cycles at every 700 objects took a fifth of it
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

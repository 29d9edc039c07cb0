"""Complète les fichiers de droit sans toucher au reste de leur texte : exigences, implications, gravité et exemples.

Usage : python outils/completer_regles.py exige | entraine | gravites | exemples | changements [--base DOSSIER] [--seulement MOT] [--ecrire]
Sans --ecrire, montre ce qui serait écrit. Le verdict d'un exemple proposé est celui du moteur sur la règle telle qu'elle est : relisez-le.
- exige : ce que « satisfait_si » demande, une ligne par règle qui n'en a pas (sa conjonction découpée, ou la condition entière).
- entraine : les règles dont l'écart suit toujours, d'après le solveur.
- gravites : la gravité de la règle, dans son premier exemple d'écart ou d'interdit.
- exemples : le plus petit exemple qui tue chaque mutant survivant de muter_regles.py.
- changements : les jours où une fenêtre s'ouvre ou suit une autre, à nommer dans law/corpus.yaml.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from pathlib import Path

from muter_regles import sorted_out
from proof.base import ROOT, load_base, path_of, texts
from proof.editing import Text
from proof.equivalence import Comparison
from proof.proposals import Proposer
from proof.relations import Relations
from proof.theorems import demanded

from dpia.checks import check
from dpia.coherence import CorpusError, ReadRule
from dpia.corpus import Corpus, build

Files = dict[str, Text]


def exige(corpus: Corpus, files: Files, only: str) -> Iterator[str]:
    """Say what each rule demands, where it does not say it yet."""
    for read, wording in _wordings(corpus, only):
        wanted, keys = demanded(read, corpus), files[read.file].keys(read.rule.id, wording)
        missing = not read.rule.exige or (wording and "satisfait_si" in keys and "exige" not in keys)
        if wanted and missing and (not wording or "satisfait_si" in keys or "lectures" in keys):
            value = f"[{', '.join(json.dumps(text, ensure_ascii=False) for text in wanted)}]"
            yield _set(files, read, wording, "exige", value, ("satisfait_si", "lectures", "quand", "en_vigueur"))


def entraine(corpus: Corpus, files: Files, only: str) -> Iterator[str]:
    """Say which rules a breach brings with it, whatever the wording."""
    relations = Relations(corpus, Comparison(corpus))
    found: dict[str, set[str]] = {}
    for day in relations.days():
        for pair in relations.implications(day):
            found.setdefault(pair.one.rule.id, set()).add(pair.other.rule.id)
    for read, wording in _wordings(corpus, only):
        wanted = sorted(found.get(read.rule.id, ()))
        if not wording and wanted != sorted(read.rule.entraine):
            yield _set(files, read, 0, "entraine", f"[{', '.join(wanted)}]", ("exige", "satisfait_si", "quand"))


def gravites(corpus: Corpus, files: Files, only: str) -> Iterator[str]:
    """Say the severity in one example of each wording that has its own."""
    for read, wording in _wordings(corpus, only):
        text, name = files[read.file], read.rule.id
        if "exemples" in text.keys(name, wording) and not any(example.gravite for example in read.rule.exemples):
            line = text.add_severity(name, wording, read.rule.gravite)
            shown = text.lines[line - 1].strip() if line else "aucun exemple d'écart ou d'interdit : à compléter à la main"
            yield f"{read.file}, ligne {line}, {name} : {shown}"


def exemples(corpus: Corpus, files: Files, only: str, root: Path) -> Iterator[str]:
    """Add the examples that kill the mutants left alive."""
    proposer = Proposer(corpus, Comparison(corpus))
    wordings = {id(read): wording for read, wording in _wordings(corpus, "")}
    alive = [mutant for mutant in sorted_out(root, only, corpus)["survivants"] if mutant.where not in ("gravite", "en_vigueur")]
    for (owner, _), group in groupby(alive, key=lambda mutant: (mutant.owner, id(mutant.before))):
        mutants = list(group)
        for proposal in proposer.propose(mutants):
            text, wording = files[proposal.file], wordings.get(id(mutants[0].before), 0)
            inherited = wording and "exemples" not in text.keys(owner, wording)
            text.add_example(owner, 0 if inherited else wording, proposal.line)
            yield f"{proposal.file}, {owner} : {proposal.line}   # tue {len(proposal.kills)} mutant(s)"


def changements(corpus: Corpus, files: Files, only: str) -> Iterator[str]:
    """Show the days to name; nothing is written, since only a person can say which text changed."""
    known = corpus.data.get("changements") or {}
    for rule in corpus.rules:
        for window in rule.rule.windows:
            for day in (window.du, *((window.au + timedelta(days=1),) if window.au else ())):
                if str(day) not in known:
                    known = {**known, str(day): rule.rule.fondement[0].texte}
                    yield f"  {day}: {rule.rule.fondement[0].texte}, {rule.rule.fondement[0].article} ({rule.rule.id})"


def _wordings(corpus: Corpus, only: str) -> Iterator[tuple[ReadRule, int]]:
    """Each wording with its rank in its block: 0 the rule itself, then its versions."""
    seen: dict[str, int] = {}
    for read in corpus.rules:
        seen[read.rule.id] = seen.get(read.rule.id, -1) + 1
        if only in f"{read.file} {read.rule.id}":
            yield read, seen[read.rule.id]


def _set(files: Files, read: ReadRule, wording: int, key: str, value: str, after: tuple[str, ...]) -> str:
    files[read.file].set_line(read.rule.id, wording, key, value, after)
    return f"{read.file}, {read.rule.id} : {key}: {value}"


ACTIONS = {"exige": exige, "entraine": entraine, "gravites": gravites, "changements": changements}


def main() -> int:
    """Show or write what completes the base; what could no longer be read is not written."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("action", choices=[*ACTIONS, "exemples"])
    parser.add_argument("--base", type=Path, default=ROOT, help="une copie du dépôt")
    parser.add_argument("--seulement", default="", help="les règles dont le fichier ou l'identifiant contient ce mot")
    parser.add_argument("--ecrire", action="store_true", help="écrit dans les fichiers")
    arguments = parser.parse_args()
    before = texts(arguments.base)
    files = {file: Text(text) for file, text in before.items()}
    corpus = load_base(arguments.base)
    if arguments.action == "exemples":
        lines = list(exemples(corpus, files, arguments.seulement, arguments.base))
    else:
        lines = list(ACTIONS[arguments.action](corpus, files, arguments.seulement))
    print("\n".join(lines) or "Rien à compléter.")
    after = {file: str(text) for file, text in files.items()}
    try:
        problems = sorted(set(check(build(after))) - set(check(corpus)))
    except CorpusError as error:
        problems = [str(error)]
    if problems:
        print("Rien n'est écrit, la base ne tiendrait plus :", *problems, sep="\n", file=sys.stderr)
        return 1
    changed = [file for file in after if after[file] != before[file]]
    for file in changed if arguments.ecrire else ():
        path_of(file, arguments.base).write_text(after[file], encoding="utf-8")
    print(f"{len(lines)} lignes, {len(changed)} fichiers {'écrits' if arguments.ecrire else 'à écrire (--ecrire)'}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CorpusError as error:
        sys.exit(str(error))

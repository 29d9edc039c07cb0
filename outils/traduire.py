"""Tient à jour la traduction de l'entretien (questionnaires/traductions/LANGUE/ ; règles de style dans LEXIQUE.md).

Usage : python outils/traduire.py --manque [FICHIER…] | --vu NOM… | --squelette FICHIER [--langue en]
- --manque : ce qui n'est pas traduit, ce dont le français a changé depuis, ce qui ne traduit plus rien ; avec le texte français.
- --vu : après relecture, note que ces entrées (« conservation_jours », « cameras.son », « 01-commune.yaml » pour un thème, l'id d'une règle,
  un terme) traduisent le français d'aujourd'hui.
- --squelette : écrit le fichier entier dans l'ordre du français ; ce qui est déjà traduit reste, le reste est vide sous son texte français.
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dpia import glossary
from dpia.corpus import Corpus, load
from dpia.translation import MESSAGES, ROLES, RULES, Entry, Files, Texts, entries, read_files, said, seen
from dpia.yamlfile import read_knowledge

ROOT = Path(__file__).resolve().parents[1]
OWN = (MESSAGES, ROLES, RULES, glossary.FILE)  # the files that translate no questionnaire
LISTS = ("formes", "deja")  # what an entry of the glossary may add


@dataclass(frozen=True, slots=True)
class Problem:
    """What does not hold in a translation: where, what, and the French text concerned."""

    file: str
    name: str
    what: str
    french: str = ""

    def __str__(self) -> str:
        return f"{self.file}, {self.name} : {self.what}" + "".join(f"\n    {line}" for line in self.french.strip().splitlines())


def problems(corpus: Corpus, files: Files, language: str) -> Iterator[Problem]:
    """Yield all that is missing, to be read again, or useless in a translation."""
    known: dict[tuple[str, ...], Entry] = {}
    for entry in entries(corpus):
        known[entry.path if entry.file not in OWN and entry.path != ("theme",) else (entry.file, *entry.path)] = entry
        found = said(files, entry)
        lacking = list(_lacking(entry.french, found))
        for place, text in lacking:
            yield Problem(entry.file, f"{entry.name}, {place}", "manque", text)
        if not lacking and found.get("vu") != seen(entry.french):
            what = f"à relire : le français a changé (vu: {seen(entry.french)} après relecture)"
            yield Problem(entry.file, entry.name, what, "\n".join(f"{place} : {text}" for place, text in _lacking(entry.french, {})))
    for file, path, found in _written(files):
        entry_ = known.get((file, *path) if file in OWN or path == ("theme",) else path)
        name = ".".join(path)
        if entry_ is None:
            yield Problem(file, name, "ne traduit rien : retirez cette entrée")
        else:
            extra = [key for key in _keys(found) if key not in _keys(entry_.french) and key not in ("vu", "champs", *LISTS)]
            if extra:
                yield Problem(file, name, f"ne traduit rien : {', '.join(extra)}")
    told = {row.get("fr"): row.get(language) for row in files.get(MESSAGES) or ()}
    for message in collected():
        if not told.pop(message, ""):
            yield Problem(MESSAGES, "message", "manque", message)
    yield from (Problem(MESSAGES, "message", "ne traduit plus rien : retirez-le", str(message)) for message in told)


def _lacking(french: Texts, found: Mapping[str, Any], under: str = "") -> Iterator[tuple[str, str]]:
    for key, text in french.items():
        other = found.get(key)
        if isinstance(text, str):
            if not (isinstance(other, str) and other.strip()):
                yield under + key, text
        else:
            yield from _lacking(text, other if isinstance(other, Mapping) else {}, f"{key}.")


def _keys(texts: Mapping[str, Any]) -> list[str]:
    return [f"{key}.{inner}" for key, text in texts.items() if key == "options" for inner in text] + [k for k in texts if k != "options"]


def _written(files: Files) -> Iterator[tuple[str, tuple[str, ...], Mapping[str, Any]]]:
    """Yield each entry of the files: file, path, content. A question written in two files comes twice."""
    for file, content in files.items():
        for key, found in content.items() if file != MESSAGES else ():
            yield file, (key,), found
            for champ, inner in (found.get("champs") or {}).items() if file not in OWN else ():
                yield file, (key, "champs", champ), inner


def collected() -> tuple[str, ...]:
    """The messages of the program, in French: what `t` and `later` are given, the columns of an inventory, what is to be reviewed, stand-ins."""
    found: dict[str, None] = {}
    for path in sorted((ROOT / "dpia").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("t", "later") and node.args:
                texts = (leaf for leaf in _leaves(node.args[0]) if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str))
                found |= dict.fromkeys(str(leaf.value) for leaf in texts)
    names = read_knowledge((ROOT / "questionnaires" / "colonnes.yaml").read_text(encoding="utf-8"))["cameras"]["noms"]
    law = {
        name: read_knowledge((ROOT / "dpia" / "law" / f"{name}.yaml").read_text(encoding="utf-8")) for name in ("revision", "traitements")
    }
    said = [entry[key] for entry in law["revision"]["revision"] for key in ("dit", "a_faire")]
    said += [entry["nom"] for entry in law["traitements"]["remplacants"].values()]
    return tuple(found | dict.fromkeys(str(text) for text in (*names.values(), *said)))


def _leaves(node: ast.expr) -> Iterator[ast.expr]:
    """The texts that an argument may be: itself, or either side of "a if c else b"."""
    if isinstance(node, ast.IfExp):
        yield from (*_leaves(node.body), *_leaves(node.orelse))
    else:
        yield node


# Skeletons


def skeleton(corpus: Corpus, files: Files, file: str, language: str) -> str:
    """The text of a file of translation, in the order of the French; what is missing is empty under its French."""
    if file == MESSAGES:
        told = {row.get("fr"): row.get(language) or "" for row in files.get(MESSAGES) or ()}
        return "".join(f"- fr: {_text(text)}\n  {language}: {_text(told.get(text, ''))}\n" for text in collected())
    lines: list[str] = []
    for entry in entries(corpus):
        if entry.file == file:
            lines += _block(entry, said(files, entry))
    if not lines:
        raise SystemExit(f"« {file} » ne traduit aucun fichier ; au choix : {', '.join(sorted({e.file for e in entries(corpus)}))}.")
    return "\n".join(lines) + "\n"


def _block(entry: Entry, found: Mapping[str, Any]) -> Iterator[str]:
    inside = len(entry.path) == 3
    if inside and entry.path[1] == "champs" and entry.path[2] == "id":
        yield "  champs:"
    pad = "      " if inside else "  "
    yield f"{pad[2:]}{_key(entry.path[-1])}:"
    begun = len(list(_lacking(entry.french, found))) < len(list(_lacking(entry.french, {})))
    yield f"{pad}vu: {(found.get('vu') if begun else '') or seen(entry.french)}"
    for key, text in entry.french.items():
        if isinstance(text, str):
            yield from _line(pad, key, text, found.get(key))
        else:
            yield f"{pad}{key}:"
            for value, label in text.items():
                yield from _line(f"{pad}  ", value, label, (found.get(key) or {}).get(value))
    for key in LISTS:
        if found.get(key):
            yield f"{pad}{key}: [{', '.join(_text(form) for form in found[key])}]"


def _line(pad: str, key: str, french: str, other: Any) -> Iterator[str]:
    if not other:
        yield from (f"{pad}# {line}" for line in french.strip().splitlines())
    text = str(other or "").strip()
    if "\n" in text:
        yield f"{pad}{key}: |"
        yield from (f"{pad}  {line}" for line in text.splitlines())
    else:
        yield f"{pad}{key}: {_text(text)}"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else _text(key)


# Marks


def marked(text: str, marks: Mapping[tuple[str, ...], str]) -> tuple[str, set[tuple[str, ...]]]:
    """A file of translation with other marks, by path; and the paths that were found."""
    places: list[tuple[int, int, str]] = []
    done = set()
    for path, mark in marks.items():
        node: Any = yaml.compose(text, Loader=yaml.CBaseLoader)
        for key in (*path, "vu"):
            pairs = node.value if isinstance(node, yaml.MappingNode) else ()
            node = next((inner for name, inner in pairs if name.value == key), None)
        if node is not None:
            places.append((_index(text, node.start_mark), _index(text, node.end_mark), mark))
            done.add(path)
    for start, end, mark in sorted(places, reverse=True):
        text = text[:start] + mark + text[end:]
    return text, done


def _index(text: str, mark: yaml.Mark) -> int:
    return sum(len(line) for line in text.splitlines(keepends=True)[: mark.line]) + mark.column


def refresh(corpus: Corpus, files: Files, names: list[str], folder: Path) -> Iterator[str]:
    """Note that these entries were read again; say those that were not found."""
    wanted = [entry for entry in entries(corpus) if entry.name in names]
    done: set[str] = set()
    for file in files:
        path = folder / file
        text, found = marked(
            path.read_text(encoding="utf-8"), {e.path: seen(e.french) for e in wanted if file == e.file or file not in OWN}
        )
        if found:
            path.write_text(text, encoding="utf-8")
            done |= {entry.name for entry in wanted if entry.path in found}
    yield from (f"« {name} » n'a pas de « vu » à rafraîchir." for name in names if name not in done)


def main() -> int:
    """Run the tool."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--langue", default="en")
    parser.add_argument("--manque", nargs="*", metavar="FICHIER")
    parser.add_argument("--vu", nargs="+", metavar="NOM")
    parser.add_argument("--squelette", metavar="FICHIER")
    asked = parser.parse_args()
    corpus, folder = load(), ROOT / "questionnaires" / "traductions" / asked.langue
    files = read_files(asked.langue)
    said_: list[str] = []
    if asked.manque is not None:
        said_ = [str(found) for found in problems(corpus, files, asked.langue) if not asked.manque or found.file in asked.manque]
    elif asked.vu:
        said_ = list(refresh(corpus, files, asked.vu, folder))
    elif asked.squelette:
        (folder / asked.squelette).write_text(skeleton(corpus, files, asked.squelette, asked.langue), encoding="utf-8")
    else:
        parser.error("--manque, --vu ou --squelette")
    print("\n".join(said_) or "Rien à signaler.")
    return 1 if said_ else 0


if __name__ == "__main__":
    sys.exit(main())

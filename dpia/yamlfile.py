"""Reading YAML safely: no alias, no duplicate key, a size limit, and messages that name file and line."""

from __future__ import annotations

import datetime
from typing import Any

import yaml

from dpia.language import t

KEY_LIMIT = 200  # characters; YAML itself cannot read back a key of more than 1024
LIMIT = 1_000_000  # bytes; the largest real dossier (500 cameras) weighs a fifth of that


WORDS = ("libelle", "aide", "qui_sait", "titre", "quand", "vrai_si", "dit", "nom")  # keys that only a block has


class YamlError(ValueError):
    """A YAML text that cannot be accepted: says the place and what to do."""


class _Knowledge(yaml.CSafeLoader):
    """Our own files: typed scalars, and the line of each block kept under "ligne"."""


class _Answers(yaml.CBaseLoader):
    """Files of users: every scalar stays a string (INSEE 01004 is no octal number), the question gives the type."""


def _mapping(loader: yaml.CSafeLoader | yaml.CBaseLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        line = key_node.start_mark.line + 1
        if not isinstance(key, (str, int, datetime.date)):
            raise YamlError(t("ligne {n} : une clé doit être un mot.", n=line))
        if isinstance(key, str) and len(key) > KEY_LIMIT:
            raise YamlError(t("ligne {n} : une clé de plus de {limite} caractères n'est pas un nom de question.", n=line, limite=KEY_LIMIT))
        if key in result:
            raise YamlError(t("ligne {n} : la clé « {nom} » est écrite deux fois ; gardez-en une.", n=line, nom=key))
        result[key] = loader.construct_object(value_node, deep=True)
    return result


def _located(loader: _Knowledge, node: yaml.MappingNode) -> dict[Any, Any]:
    result = _mapping(loader, node)
    # Blocks only: the elements of a list in a worked example have an id too, and no words of their own.
    if "questions" in result or ("id" in result and not result.keys().isdisjoint(WORDS)):
        result.setdefault("ligne", node.start_mark.line + 1)
    return result


_Knowledge.add_constructor("tag:yaml.org,2002:map", _located)
_Answers.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_knowledge(text: str) -> Any:
    """Read one of the project's own files; raises YamlError."""
    return _read(text, _Knowledge)


def read_answers(text: str) -> Any:
    """Read a file that a user may have edited: strings, lists and mappings only; raises YamlError."""
    if len(text.encode("utf-8", "surrogatepass")) > LIMIT:
        raise YamlError(t("le fichier dépasse {ko} ko ; ce n'est pas un fichier de réponses.", ko=LIMIT // 1000))
    return _read(text, _Answers, hostile=True)


def _read(text: str, loader: Any, hostile: bool = False) -> Any:
    try:
        if hostile:
            _refuse_tricks(text)
        return yaml.load(text, Loader=loader)  # noqa: S506  # both loaders only build plain values
    except YamlError:
        raise
    except (yaml.YAMLError, ValueError, RecursionError, UnicodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = t("ligne {n}, colonne {colonne} : ", n=mark.line + 1, colonne=mark.column + 1) if mark else ""
        raise YamlError(where + t("ce n'est pas du YAML lisible ; rétablissez une version précédente ou corrigez cette ligne.")) from error


def _refuse_tricks(text: str) -> None:
    """Aliases blow up when copied, deep nesting overflows the stack; neither has a use in answers."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        line = event.start_mark.line + 1 if event.start_mark else "?"
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise YamlError(t("ligne {n} : les alias et les ancres YAML (&, *) ne sont pas acceptés ; recopiez la valeur.", n=line))
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > 12:
            raise YamlError(t("ligne {n} : trop de niveaux imbriqués ; ce n'est pas un fichier de réponses.", n=line))

"""A file of the CNIL's PIA tool → what it says, as plain text. Nothing in it is trusted; every version since 1.6 is read.

The tool checks nothing that it imports and shows texts as raw HTML: a file received from others may hold active content. Here the HTML
becomes text, sizes are bounded before anything is unfolded, and of a ZIP only the JSON is opened.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from dpia.answers import clean

PACKED, LIMIT = 50_000_000, 5_000_000  # bytes of the file, with its attachments, and of the JSON; 36 long answers weigh 0.2 million
ENTRIES, RECORDS, SHOWN = 2_000, 2_000, 200  # entries of a ZIP, records of a list, attachments named
COPIED = re.compile(r"^(?:\((?:IMPORT|COPY)\)\s*)+")
CENTRAL = b"PK\x01\x02"  # begins each entry in the directory of a ZIP
SILENT = frozenset(("script", "style", "template", "iframe", "object", "embed", "svg", "math", "noscript", "title", "head", "select"))
BLOCKS = frozenset(("p", "div", "ul", "ol", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "section", "hr"))
STATES = {0: "en attente", 1: "à corriger", 2: "améliorable", 3: "acceptable"}
ADVICE = {0: "ne devrait pas être mis en œuvre", 1: "pourrait être mis en œuvre"}


class PiaError(ValueError):
    """A file that holds no PIA: says why and what to do."""


@dataclass(frozen=True, slots=True)
class Said:
    """One text with its place in the tool: an answer, a measure, an evaluation, an opinion. `gauge`: 1 to 4, 0 when none."""

    place: str
    text: str
    items: tuple[str, ...] = ()
    gauge: int = 0


@dataclass(frozen=True, slots=True)
class Pia:
    """A whole PIA in plain text. `added`: titles of the questions of its own template; `unread`: records that say nothing that can be read."""

    name: str
    category: str
    answers: tuple[tuple[int, Said], ...]
    measures: tuple[Said, ...]
    evaluations: tuple[Said, ...]
    comments: tuple[Said, ...]
    opinions: tuple[Said, ...]
    added: Mapping[int, str]
    attachments: tuple[str, ...]
    unread: int

    def text(self, question: int) -> str:
        """What the first answer to this question says: the only one that the tool shows."""
        return next((said.text for number, said in self.answers if number == question), "")


def read(path: Path) -> Pia:
    """Read an export of the tool: the JSON, or the ZIP of the dashboard. Raises PiaError."""
    try:
        if path.stat().st_size > PACKED:
            raise PiaError(f"le fichier dépasse {PACKED // 1_000_000} Mo ; exportez le PIA seul (JSON), sans les pièces jointes.")
        content = path.read_bytes()
    except OSError as error:
        raise PiaError("le fichier ne peut pas être lu ; vérifiez son nom et vos droits.") from error
    return parse(content)


def parse(content: bytes) -> Pia:
    """Read the bytes of a JSON or of a ZIP. Raises PiaError."""
    attachments: tuple[str, ...] = ()
    if content.startswith(b"PK"):
        content, attachments = _unpacked(content)
    if len(content) > LIMIT:
        raise PiaError(f"le PIA dépasse {LIMIT // 1_000_000} Mo ; ce n'est pas un fichier de l'outil de la CNIL.")
    data = _decoded(content)
    head = data.get("pia") if isinstance(data, dict) else None
    if not isinstance(head, dict):
        raise PiaError("ce n'est pas un PIA de l'outil de la CNIL : dans l'outil, « Exporter » donne un fichier .json ou .zip.")
    return _pia(data, head, attachments)


def _unpacked(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The JSON of a ZIP, read no further than the limit, and the names of its other files."""
    if content.count(CENTRAL) > ENTRIES:
        raise PiaError("l'archive contient trop de fichiers pour être un PIA.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = [entry for entry in archive.infolist() if not entry.is_dir()]
            found = [entry for entry in files if entry.filename.lower().endswith(".json")]
            found = [entry for entry in found if entry.filename.replace("\\", "/").rpartition("/")[2] == "pia.json"] or found
            if len(found) != 1:
                raise PiaError("l'archive ne contient pas un PIA et un seul (pia.json) ; donnez le fichier .json lui-même.")
            with archive.open(found[0]) as stream:
                text = stream.read(LIMIT + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        if isinstance(error, PiaError):
            raise
        raise PiaError("l'archive est abîmée ou protégée par un mot de passe ; exportez le PIA de nouveau.") from error
    names = (_line(entry.filename.replace("\\", "/").rpartition("/")[2]) for entry in files if entry is not found[0])
    return text, tuple(name for name in names if name)[:SHOWN]


def _decoded(content: bytes) -> Any:
    """The JSON value, in UTF-8, in UTF-16, or in the Windows letters that old programs save."""
    try:
        wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = content.decode("utf-16" if wide else "utf-8-sig", errors="replace" if wide else "strict")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PiaError("le fichier n'est pas un JSON lisible ; exportez le PIA de nouveau depuis l'outil.") from error


def _pia(data: Mapping[str, Any], head: Mapping[str, Any], attachments: tuple[str, ...]) -> Pia:
    lists = {name: _records(data.get(name)) for name in ("answers", "measures", "evaluations", "comments")}
    answers = [
        (number, said) for raw in lists["answers"] if (said := _answer(raw)) and (number := _number(raw.get("reference_to"))) is not None
    ]
    titles = {str(raw.get("id")): _line(raw.get("title")) for raw in lists["measures"]}
    measures = [Said(_line(raw.get("title")), plain_text(raw.get("content"))) for raw in lists["measures"]]
    measures = [said for said in measures if said.place or said.text]
    evaluations = [said for raw in lists["evaluations"] if (said := _evaluation(raw, titles)).text]
    comments = [Said(_line(raw.get("reference_to")), text) for raw in lists["comments"] if (text := _plain(raw.get("description")))]
    given = sum(len(value) for value in (data.get(name) for name in lists) if isinstance(value, list))
    return Pia(
        COPIED.sub("", _line(head.get("name"))), _line(head.get("category")), tuple(answers), tuple(measures), tuple(evaluations),
        tuple(comments), tuple(_opinions(head)), dict(_added(head.get("structure_data"))), attachments,
        given - len(answers) - len(measures) - len(evaluations) - len(comments),
    )  # fmt: skip


def _records(raw: Any) -> list[Mapping[str, Any]]:
    """The records of a list; what is missing or is no list holds none."""
    return [record for record in raw[:RECORDS] if isinstance(record, dict)] if isinstance(raw, list) else []


def _number(raw: Any) -> int | None:
    """A question's number: servers wrote it as a text until 2025."""
    text = str(raw) if isinstance(raw, (int, str)) and not isinstance(raw, bool) else ""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _answer(raw: Mapping[str, Any]) -> Said | None:
    data = raw.get("data")
    data = data if isinstance(data, dict) else {}
    listed = data.get("list")
    listed = [listed] if isinstance(listed, str) else listed if isinstance(listed, list) else []
    gauge = _number(data.get("gauge")) or 0
    said = Said("", plain_text(data.get("text")), tuple(filter(None, map(_line, listed[:SHOWN]))), gauge if gauge in range(1, 5) else 0)
    return said if said.text or said.items or said.gauge else None


def _evaluation(raw: Mapping[str, Any], titles: Mapping[str, str]) -> Said:
    reference = _line(raw.get("reference_to"))
    measure = titles.get(reference.removeprefix("3.1.")) if reference.startswith("3.1.") else None
    state = STATES.get(_number(raw.get("status")) or 0, "")
    due = re.match(r"\d{4}-\d\d-\d\d", _line(raw.get("estimated_implementation_date")))
    parts = {
        "Commentaire": plain_text(raw.get("evaluation_comment")), "Plan d'action": plain_text(raw.get("action_plan_comment")),
        "Responsable": _line(raw.get("person_in_charge")), "Échéance": due[0] if due else "",
    }  # fmt: skip
    told = [f"{name} : {text}" for name, text in parts.items() if text]
    judged = [f"Évaluation : {state}"] if state and (told or state != STATES[0]) else []
    return Said(f"3.1, mesure « {measure} »" if measure else reference, "\n".join(judged + told))


def _opinions(head: Mapping[str, Any]) -> Iterator[Said]:
    """The names, the opinions and the decision, in the spellings of every version."""
    for place, *keys in (
        ("Saisie", "author_name"), ("Évaluation", "evaluator_name"), ("Validation", "validator_name"),
        ("Délégué à la protection des données", "dpos_names"), ("Avis du délégué : le traitement", "dpo_status"), ("Avis du délégué", "dpo_opinion"),
        ("Avis des personnes, recherché", "concerned_people_searched_opinion"), ("Avis des personnes non recherché, raison", "concerned_people_searched_content"),
        ("Personnes entendues", "people_names"), ("Avis des personnes : le traitement", "concerned_people_status"),
        ("Avis des personnes", "concerned_people_opinion"), ("Raison du refus", "rejection_reason", "rejected_reason"),
        ("Changements depuis", "applied_adjustments", "applied_adjustements"),
    ):  # fmt: skip
        raw = next((head[key] for key in keys if head.get(key) not in (None, "")), None)
        if isinstance(raw, bool):
            text = "oui" if raw else "non"
        elif place.endswith("le traitement"):
            number = _number(raw)
            text = "" if number is None else ADVICE.get(number, "")
        else:
            text = _plain(raw)
        if text:
            yield Said(place, text)


def _added(structure: Any) -> Iterator[tuple[int, str]]:
    """The questions of the template that came with the PIA."""
    waiting, seen = [structure], 0
    while waiting and seen < 10 * RECORDS:
        seen += 1
        node = waiting.pop()
        if isinstance(node, dict):
            number, title = _number(node.get("id")), _line(node.get("title"))
            if number is not None and title and "answer_type" in node and not title.startswith("sections."):
                yield number, title
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


# -- texts


def _plain(raw: Any) -> str:
    """A plain text of the file, as it is."""
    return clean(raw) if isinstance(raw, str) else str(raw) if isinstance(raw, int) else ""


def _line(raw: Any) -> str:
    return " ".join(_plain(raw).split())[:500]


def plain_text(raw: Any) -> str:
    """The words of a text in HTML, a line for each block and each item; scripts, styles, pictures and links leave nothing."""
    if not isinstance(raw, str):
        return ""
    reader = _Words()
    reader.feed(raw)
    reader.close()
    lines = (" ".join(line.split()) for line in clean("".join(reader.pieces)).splitlines())
    return "\n".join(line for line in lines if line and line != "-")


class _Words(HTMLParser):
    """The text of an HTML fragment. A silent element that is never closed silences the rest."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self.silent:
            self.silent = tag if tag in SILENT else ""
            self.pieces.append("\n- " if tag == "li" else "\n" if tag in BLOCKS or tag == "br" else " " if tag in ("td", "th") else "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self.silent and tag in BLOCKS | {"br"}:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.silent:
            self.silent = ""
        elif not self.silent and tag in BLOCKS | {"li"}:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.pieces.append(data)

"""Where an assessment treats each point of law/grille.yaml: the passage itself, read off the document that is delivered.

A template puts an anchor before a passage, `{{ point(21) }}` or `{{ sans_objet(13) }}`; it prints nothing in a document. Here the same
template is rendered with anchors that show; they are taken off, and what stands where they stood is the passage. Nothing is declared:
a point is treated when its passage is there and says something, and lacks a fact when the passage itself says "à vérifier".
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dpia.documents import blocks, markdown, places
from dpia.documents.processings import of_device, of_fixed_cameras, present
from dpia.documents.view import View
from dpia.risks import evaluate

# Control characters: no value that a user typed can hold one once printed (typography.printable).
ANCHOR = re.compile("\x02([ps])([0-9,]+)\x03")
HEADING = re.compile(r"(#{1,6}) ")
FENCE = re.compile(r"(`{3,})([a-z-]*)")
FILL_IN = "a-remplir"
BARE = 14  # characters: "À vérifier" alone, in a cell, is said again beside it
UNKNOWN_FACT = re.compile(r"à vérifier(?! (?:le|la|les|que|si)\b| l')|reste à savoir :|réponse attendue \(", re.IGNORECASE)
WHO = re.compile(r"qui le sait : ([^();|]+)")
NOTE = re.compile(r"\^\[(?:\\.|[^\]\\])*\]")
TREATED, LACKING, MOOT, LEFT, ABSENT = "traité", "fait manquant", "sans objet", "laissé à son auteur", "absent"


@dataclass(frozen=True, slots=True)
class Passage:
    """What a document says of a point: the heading above it, its text without marks, what it leaves unknown and who knows."""

    titre: str
    texte: str
    sans_objet: bool = False
    a_remplir: bool = False
    inconnus: tuple[str, ...] = ()
    qui: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Marked:
    """A point of the grid and the passages that treat it. `etat`: one of the five words above."""

    n: int
    partie: str
    point: str
    eliminatoire: bool
    analogie: bool
    source: str
    etat: str
    passages: tuple[Passage, ...]


def anchored(template: str, context: Mapping[str, Any]) -> str:
    """Render a template with anchors that show. Without them, the text is the document's, to the character."""

    def anchor(kind: str) -> Any:
        return lambda *points: markdown.Raw(f"\x02{kind}{','.join(map(str, points))}\x03")

    return markdown.render(template, **{**context, "point": anchor("p"), "sans_objet": anchor("s")})


def marked(text: str, table: Mapping[str, Any]) -> tuple[Marked, ...]:
    """Find the passages of each point of the grid `table` (law/grille.yaml) in a text with anchors."""
    found: dict[int, list[Passage]] = {}
    for points, passage in passages(text):
        for n in points:
            if passage not in found.setdefault(n, []):
                found[n].append(passage)
    return tuple(
        Marked(
            point["n"], point["partie"], point["point"], bool(point.get("eliminatoire")), bool(point.get("analogie")), point["source"],
            _state(found.get(point["n"], [])), tuple(found.get(point["n"], [])),
        )
        for point in table["points"]
    )  # fmt: skip


def _state(found: list[Passage]) -> str:
    said = [passage for passage in found if passage.texte]
    if not said:
        return ABSENT
    if any(passage.inconnus for passage in said):
        return LACKING
    if all(passage.sans_objet for passage in said):
        return MOOT
    return LEFT if all(passage.a_remplir for passage in said) else TREATED


def passages(text: str) -> Iterator[tuple[tuple[int, ...], Passage]]:
    """Yield each anchored passage of a text with the points it treats, in reading order."""
    lines, anchors = _without_anchors(text)
    titles = _titles(lines)
    for at, kind, points in anchors:
        block = _block(lines, at)
        words = tuple(filter(None, map(plain, block)))
        unknown = tuple(
            sentence for line in words for sentence in _sentences(line) if UNKNOWN_FACT.search(sentence) and len(sentence) > BARE
        )
        who = tuple(dict.fromkeys(name.strip() for sentence in unknown for name in WHO.findall(sentence)))
        fence = FENCE.match(block[0]) if block else None
        yield points, Passage(titles[at], " ".join(words), kind == "s", fence is not None and fence[2] == FILL_IN, unknown, who)


def _without_anchors(text: str) -> tuple[list[str], list[tuple[int, str, tuple[int, ...]]]]:
    """The lines of the document, and each anchor: its line, its kind, its points."""
    lines, anchors = [], []
    for number, line in enumerate(text.split("\n")):
        for kind, points in ANCHOR.findall(line):
            anchors.append((number, kind, tuple(map(int, points.split(",")))))
        lines.append(ANCHOR.sub("", line))
    return lines, anchors


def _titles(lines: list[str]) -> list[str]:
    """The heading above each line, with the number that Word gives it."""
    tokens = blocks.parse("\n".join(lines))
    blocks.headings(tokens, numbered=True)
    starts = {token.map[0]: token.meta["titre"] for token in tokens if token.type == "heading_open" and token.map}
    current, above = "", []
    for number in range(len(lines)):
        if number in starts:
            current = f"{starts[number].number} {starts[number].text}".strip()
        above.append(current)
    return above


def _block(lines: list[str], at: int) -> list[str]:
    """The lines of the passage that begins or stands at `at`: a section, a fence, a row, an item or a paragraph."""
    while at < len(lines) and not lines[at].strip():
        at += 1
    if at == len(lines):
        return []
    if heading := HEADING.match(lines[at]):
        end = at + 1
        while end < len(lines) and not ((found := HEADING.match(lines[end])) and len(found[1]) <= len(heading[1])):
            end += 1
        return lines[at + 1 : end]
    if fence := FENCE.match(lines[at]):
        end = next((n for n in range(at + 1, len(lines)) if lines[n].startswith(fence[1]) and not lines[n].strip("`")), len(lines))
        return lines[at:end]
    if lines[at].startswith(("|", "- ")):
        return [lines[at]]
    end = at
    while end < len(lines) and lines[end].strip():
        end += 1
    return lines[at:end]


def plain(line: str) -> str:
    """A line of Markdown as a reader sees it: no marks, no notes, the cells of a row side by side; "" for what only draws."""
    if FENCE.match(line) or re.fullmatch(r"[|\-: ]*", line) or HEADING.match(line):
        return ""
    line = re.sub(r"^- (\[ \] )?", "", NOTE.sub("", line))
    line = re.sub(r"(?<!\\)\*+|<br ?/?>", lambda found: " ; " if found[0].startswith("<") else "", line)
    line = " · ".join(cell.strip() for cell in line.strip("|").split("|") if cell.strip())
    return " ".join(html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", line)).split())


def _sentences(line: str) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=[.!?]) | · ", line) if part.strip()]


@dataclass(frozen=True, slots=True)
class Assessment:
    """An assessment of a dossier and its points. `arretee`: it stops on a prohibited use, and treats nothing else."""

    id: str
    titre: str
    arretee: bool
    points: tuple[Marked, ...]


def assessments(view: View) -> Iterator[Assessment]:
    """Yield each assessment of a dossier with its passages: that of the fixed cameras, then that of each device."""
    from dpia.documents import aipd, device_aipd  # they read their own passages with what stands above

    table = view.corpus.data["grille"]
    found = present(view)
    if found.fixed:
        about = places.own_findings(of_fixed_cameras(view))
        text = anchored("aipd.md.j2", aipd.context(about, evaluate(view.corpus, view.facts), with_plan=False))
        yield Assessment(
            "videoprotection" if places.kinds(view)["csi"] else "videosurveillance_locaux", places.subject(view), False, marked(text, table)
        )
    for analysis in found.devices:
        about = of_device(view, analysis, found.fixed)
        context = device_aipd.context(about, analysis, evaluate(view.corpus, view.facts, analysis.risques))
        points = marked(anchored("aipd-dispositif.md.j2", context), table)
        yield Assessment(analysis.id, analysis.titre, bool(context["arret"]), points)

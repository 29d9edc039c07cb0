"""The style sheet of a Word file: styles by name, and what they inherit."""

from __future__ import annotations

from lxml import etree

from dpia.documents.errors import DocumentError
from dpia.documents.ooxml import q
from dpia.documents.word_styles import KINDS, STYLES, Style


class Sheet:
    """The w:styles of a file; a style is known by its id."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self._styles = {style.get(q("styleId"), ""): style for style in root.iter(q("style"))}

    def by_name(self) -> dict[str, str]:
        """Return the name of each style, in lower case → its id; ours are found by their French name and aliases too.

        Raises DocumentError for one of ours on another kind of style.
        """
        there: dict[str, etree._Element] = {}
        for style in self._styles.values():
            aliases = style.find(q("aliases"))
            names = [node.get(q("val"), "") for node in style.findall(q("name"))]
            for name in (*names, *(aliases.get(q("val"), "").split(",") if aliases is not None else ())):
                there.setdefault(name.strip().lower(), style)
        found = {name: style.get(q("styleId"), "") for name, style in there.items()}
        for name, wanted in STYLES.items():
            style_there = there.get(name.lower(), there.get(wanted.french.lower()))
            if style_there is not None:
                found[name.lower()] = _of_kind(style_there, wanted)
        return found

    def style(self, style: str) -> etree._Element:
        """Return the w:style of an id."""
        return self._styles[style]

    def ids(self) -> set[str]:
        """Return every id."""
        return set(self._styles)

    def default(self, kind: str) -> str:
        """Return the id of the default style of this kind, or nothing."""
        for name, style in self._styles.items():
            if style.get(q("type")) == kind and style.get(q("default")) in ("1", "true", "on"):
                return name
        return ""

    def add(self, style: etree._Element) -> None:
        """Add a style."""
        self.root.append(style)
        self._styles[style.get(q("styleId"), "")] = style

    def find(self, style: str, path: str) -> etree._Element | None:
        """Return what a style says at `path` ("rPr/sz"), itself, through the style it is based on, or by the defaults of the file."""
        steps = "/".join(map(q, path.split("/")))
        seen: set[str] = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            if (found := self._styles[style].find(steps)) is not None:
                return found
            based = self._styles[style].find(q("basedOn"))
            style = "" if based is None else based.get(q("val"), "")
        kind = path.partition("/")[0]
        return self.root.find(f"{q('docDefaults')}/{q(f'{kind}Default')}/{steps}")

    def size(self, style: str) -> float:
        """Return the size of its letters, in points."""
        found = self.find(style, "rPr/sz")
        try:
            return 10 if found is None else float(found.get(q("val"), "20")) / 2  # ISO/IEC 29500-1, 17.3.2.38: half-points
        except ValueError:
            return 10


def _of_kind(style: etree._Element, wanted: Style) -> str:
    kind = style.get(q("type"), "paragraph")
    if kind != wanted.kind:
        raise DocumentError(
            f"marque : « {wanted.french} » ({wanted.use}) est un style de {KINDS.get(kind, kind)}, il en faut un de {KINDS[wanted.kind]} ; "
            "renommez le vôtre dans Word : il sera alors déduit."
        )
    return style.get(q("styleId"), "")

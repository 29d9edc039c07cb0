"""Small edits of the base's files that leave the rest as it was written: a line added after a key, an example added to a rule."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

START = re.compile(r"  - (?:id: *|\{id: *)([a-z0-9_-]+)")
KEY = re.compile(r"( *(?:- )?)([a-z_]+):(?: |$)")
VERDICT = re.compile(r"\bverdict: (?:ecart|interdit)\b")


class Text:
    """The lines of one file, its blocks found by their name; a block's wordings are itself, then the items of its `versions`."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def start(self, name: str) -> int:
        """Where a block starts. Raises ValueError when the file has no such block, or two."""
        found = [n for n, line in enumerate(self.lines) if (match := START.match(line)) and match[1] == name]
        if len(found) != 1:
            raise ValueError(f"« {name} » : {len(found)} blocs")
        return found[0]

    def keys(self, name: str, wording: int = 0) -> Mapping[str, tuple[int, int]]:
        """For each key of a wording, its first line and the line after its last one."""
        whole = self._keys(self.start(name), 4)
        if not wording:
            return whole
        first, end = whole["versions"]
        items = [n for n in range(first + 1, end) if self.lines[n].startswith("      - ")]
        return self._keys(items[wording - 1], 8)

    def _keys(self, start: int, indent: int) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        last = ""
        for n in range(start, len(self.lines)):
            line = self.lines[n]
            depth = len(line) - len(line.lstrip())
            if n > start and line.strip() and depth < indent:
                break
            match = KEY.match(line)
            if match and len(match[1]) == indent and (n == start or "-" not in match[1]):
                last = match[2]
                found[last] = (n, n + 1)
            elif line.strip() and last:
                found[last] = (found[last][0], n + 1)
        return found

    def set_line(self, name: str, wording: int, key: str, value: str, after: Sequence[str]) -> None:
        """Write a one-line key: in place of the one there is, or after the first of some keys that the wording has."""
        keys, line = self.keys(name, wording), " " * (8 if wording else 4) + f"{key}: {value}"
        if key in keys:
            first, end = keys[key]
            self.lines[first:end] = [line]
            return
        end = keys[next(other for other in after if other in keys)][1]
        self.lines.insert(end, line)

    def add_example(self, name: str, wording: int, example: str) -> None:
        """Add an example after the others, or start the list of them at the end of the block."""
        keys = self.keys(name, wording)
        key, indent = ("exemples" if "exemples" in keys else list(keys)[-1]), " " * (8 if wording else 4)
        added = [f"{indent}  - {example}"]
        self.lines[keys[key][1] : keys[key][1]] = added if key == "exemples" else [f"{indent}exemples:", *added]

    def add_severity(self, name: str, wording: int, severity: str) -> int:
        """Say the severity in the first example of a breach; give its line, 0 when there is none."""
        first, end = self.keys(name, wording)["exemples"]
        for n in range(first, end):
            line = self.lines[n]
            if line.strip() in ("verdict: ecart", "verdict: interdit"):
                self.lines.insert(n + 1, line[: len(line) - len(line.lstrip())] + f"gravite: {severity}")
                return n + 2
            if VERDICT.search(line):
                self.lines[n] = VERDICT.sub(lambda found: f"{found[0]}, gravite: {severity}", line, count=1)
                return n + 1
        return 0


def places(texts: Mapping[str, str]) -> dict[tuple[str, str, str], int]:
    """The line of each key of each block of the law, by file, block and key."""
    found: dict[tuple[str, str, str], int] = {}
    for file, text in texts.items():
        edited = Text(text) if file.startswith("law/") else Text("")
        for line in edited.lines:
            if match := START.match(line):
                found |= {(file, match[1], key): first + 1 for key, (first, _) in edited.keys(match[1]).items()}
    return found

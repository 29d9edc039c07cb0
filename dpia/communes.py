"""Every current commune with its département, population and EPCI, from a table embedded in the program."""

from __future__ import annotations

import gzip
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, islice

from dpia.resources import folder

MARKS = re.compile("[\u0300-\u036f]+")  # combining marks of an accented letter
OTHERS = re.compile(r"[^\w\n]+|_+")  # neither a letter nor a digit
EDGES = re.compile("(?m)^ +| +$")
SAINTS = re.compile(r"\bste?\b")


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of the table. `population` is None where the table has none."""

    insee: str
    name: str
    department: str
    department_name: str
    population: int | None
    siren_epci: str
    epci: str
    postcodes: tuple[str, ...]

    @property
    def with_de(self) -> str:
        """The name after "commune": "de Nyons", "d'Orange", "du Havre", "des Lilas", "de La Rochelle"."""
        for article, contracted in (("Le ", "du "), ("Les ", "des ")):
            if self.name.startswith(article):
                return contracted + self.name.removeprefix(article)
        # Before an h, both exist and the table does not say which: "de" is never wrong in writing.
        return ("d'" if plain(self.name)[:1] in "aeiou" else "de ") + self.name

    def __str__(self) -> str:
        return f"{self.name} ({self.insee}, {self.department_name})"


# The communes of the worked examples: no INSEE code starts with 00, no commune of the table has these names, and the search never proposes them.
FICTIONAL = {
    f"{n:05}": Commune(f"{n:05}", name, "00", "département fictif", population, "", epci, ())
    for n, (name, population, epci) in enumerate((
        ("Valbrume-sur-Lys", 8412, "communauté de communes du Val de Lys (fictive)"),
        ("Saint-Firmin-la-Brume", 684, "communauté de communes du Val de Lys (fictive)"),
        ("Castelmarne", 46310, "communauté d'agglomération de Castelmarne (fictive)"),
        ("Belleroche-Plage", 18240, "communauté de communes de la Côte blanche (fictive)"),
        ("Ravancourt", 5230, "communauté de communes des Trois Étangs (fictive)"),
        ("Montfauvel", 2870, "communauté de communes des Trois Étangs (fictive)"),
        ("Sablonville", 31450, "communauté d'agglomération du Sablon (fictive)"),
    ), 1)
}  # fmt: skip


@cache
def _table() -> str:
    return gzip.decompress((folder("data") / "communes.tsv.gz").read_bytes()).decode("utf-8")


def source() -> str:
    """Say where the table comes from: source, vintage, licence."""
    head = [line[2:] for line in _table()[:400].splitlines() if line.startswith("# ")]
    return " ; ".join(line.partition(": ")[2] for line in head)


def _parse(line: str) -> Commune:
    insee, name, department, department_name, population, siren, epci, postcodes = line.split("\t")
    return Commune(insee, name, department, department_name, int(population) if population else None, siren, epci, tuple(postcodes.split()))


def find(insee: str) -> Commune | None:
    """Find a commune by its INSEE code (a string: 01004, 2A004)."""
    if len(insee) != 5 or not insee.isalnum():
        return None
    if insee in FICTIONAL:
        return FICTIONAL[insee]
    start = _table().find(f"\n{insee.upper()}\t")
    return None if start < 0 else _parse(_table()[start + 1 : _table().index("\n", start + 1)])


def plain(text: str) -> str:
    """Fold a name for comparison: no accent, no case, "St" for "Saint", spaces for punctuation."""
    return _folded(text.replace("\n", " "))


def _folded(lines: str) -> str:
    """Fold names, one per line, all at once: folding them one after the other takes most of the time of the first key."""
    bare = MARKS.sub("", unicodedata.normalize("NFD", lines.lower().replace("œ", "oe").replace("æ", "ae")))
    spaced = EDGES.sub("", OTHERS.sub(" ", bare))
    return SAINTS.sub(lambda found: "saint" if found[0] == "st" else "sainte", spaced)


@cache
def _index() -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """The folded names as one text, a line per commune ("\\nnyons 26220 "); where its lines start; where they are in the table."""
    rows, places, at = [], [], 0
    for line in _table().splitlines(keepends=True):
        if not line.startswith("#"):
            rows.append(line.split("\t", 2))
            places.append(at)
        at += len(line)
    names = _folded("\n".join(name for _, name, _ in rows)).split("\n")
    lines = [f"\n{name} {insee.lower()} " for name, (insee, _, _) in zip(names, rows, strict=True)]
    return "".join(lines), (0, *accumulate(map(len, lines[:-1]))), tuple(places)


def search(typed: str, limit: int = 20) -> Iterator[Commune]:
    """Yield the communes whose name is, then starts with, then contains, what was typed (two characters at least)."""
    wanted = plain(typed)
    if len(wanted) < 2:
        return
    text, starts, places = _index()
    exact = re.compile(rf"\n{re.escape(wanted)} \d[\dab]\d{{3}} ")
    found = dict.fromkeys(bisect_right(starts, match.start()) - 1 for match in islice(exact.finditer(text), limit))
    for pattern in (f"\n{wanted} ", f"\n{wanted}", f" {wanted}"):
        at = text.find(pattern)
        while at >= 0 and len(found) < limit:
            found.setdefault(bisect_right(starts, at) - 1)
            at = text.find(pattern, at + 1)
    for number in found:
        line = _table()[places[number] : _table().index("\n", places[number])]
        yield _parse(line)

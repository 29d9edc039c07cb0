"""The gap list as a workbook: four sheets to filter, print, complete and send back. The words are in workbook_rows.

Every cell is written as a string, a number or a date, never as a formula; a text that begins like one is marked as text
for Excel, so that editing the cell does not revive it. No clock and no temporary file: same findings, same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from dpia.documents.workbook_rows import OPEN, STATES, VERDICTS, Cell, Record, asked, day, gap_row, in_order, settled_row, text

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

NAVY, INK, LINE = "#0F2A47", "#111111", "#9AA5B1"
# White on dark, at least 7:1; the word is in the cell, the colour only helps the eye.
FILLS = {"Interdit": "#7A0C0C", "Écart": "#7A3300", "À vérifier": "#123F6D", "Conforme": "#1B4D1B", "Sans objet": "#4A4A4A"}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "'")


class Column(NamedTuple):
    """A column: its header, its width in characters, whether it is only for reading the file back."""

    header: str
    width: int
    hidden: bool = False


GAPS = (
    Column("N°", 6), Column("Verdict", 17), Column("Gravité", 13), Column("Obligation", 26), Column("Concerne", 20), Column("Pourquoi", 42),
    Column("Ce qu’exige le texte", 40), Column("À faire", 40), Column("Qui agit", 18), Column("Preuve attendue", 26), Column("Fondement", 42),
    Column("Certitude et doute", 58), Column("Statut", 12), Column("Responsable", 18), Column("Échéance", 12), Column("Commentaire", 30),
    Column("regle", 30, hidden=True), Column("corpus", 14, hidden=True),
)  # fmt: skip
PEOPLE = (
    Column("Qui sait", 24),
    Column("À défaut", 24),
    Column("Question", 56),
    Column("Ce que la réponse tranche", 50),
    Column("Réponse", 40),
)
SETTLED = (
    Column("Verdict", 17), Column("Obligation", 36), Column("Pourquoi", 52), Column("Fondement", 44), Column("Certitude", 18),
    Column("regle", 30, hidden=True),
)  # fmt: skip
LINE_POINTS, ROW_LIMIT = 12.75, 409.0  # Arial 10; the highest row that Excel takes
STATE, DUE = 12, 14  # columns of the gap sheet that guide what is typed


def gap_list(findings: Sequence[Mapping[str, Any]], *, commune: str, assessed_on: date, corpus: str) -> bytes:
    """Return the workbook. `findings`: the « constats » of the JSON, with qui, mention, statut, responsable, echeance, commentaire when known."""
    ordered = in_order(findings)
    left = [finding for finding in ordered if finding["verdict"] in OPEN]
    done = [finding for finding in ordered if finding["verdict"] not in OPEN]
    written = io.BytesIO()
    book = _Book(written, f"Liste d’écarts – {text(commune) or 'commune à préciser'}", assessed_on, text(corpus))
    book.notes(_read_me(ordered, text(commune), assessed_on, text(corpus)))
    gaps = [gap_row(number, finding, corpus) for number, finding in enumerate(left, 1)]
    sheet = book.sheet("Écarts", GAPS, gaps, "Aucun écart, aucun point à vérifier à cette date.", frozen=4, pages_wide=2)
    _guide_typing(sheet, left)
    people = [(row.who, row.otherwise, row.question, row.settles, "") for row in asked(left)]
    book.sheet("À vérifier par personne", PEOPLE, people, "Rien ne reste à demander.", frozen=1)
    book.sheet("Conformes et sans objet", SETTLED, map(settled_row, done), "Aucune obligation conforme ou sans objet.", frozen=0)
    book.close()
    return written.getvalue()


class _Book:
    """An xlsxwriter workbook with our formats, and sheets that are all made the same way."""

    def __init__(self, target: io.BytesIO, title: str, assessed_on: date, corpus: str) -> None:
        import xlsxwriter

        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book: Workbook = xlsxwriter.Workbook(target, options)
        self._book.set_properties(
            {"title": title, "comments": f"Base de droit du {corpus}", "created": datetime.combine(assessed_on, datetime.min.time())}
        )
        self._footer = f"&L{_code(title)}&CDroit au {assessed_on:%d/%m/%Y}, base du {_code(corpus)}&RPage &P sur &N"
        self._format = cache(self._new_format)

    def _new_format(self, **properties: Any) -> Format:
        base = {"font_name": "Arial", "font_size": 10, "font_color": INK, "border": 1, "border_color": LINE}
        place = {"text_wrap": True, "align": "left", "valign": "top", "indent": 1}
        return self._book.add_format(base | place | properties)

    def sheet(
        self, name: str, columns: tuple[Column, ...], rows: Iterable[Sequence[Cell]], none: str, *, frozen: int, pages_wide: int = 1
    ) -> Worksheet:
        """Add a sheet that holds one Excel table; `none` is said when there is no row."""
        sheet = self._book.add_worksheet(name)
        filled = list(rows) or [tuple(none if column.header in ("Obligation", "Question") else "" for column in columns)]
        header = self._format(bold=True, font_color="#FFFFFF", bg_color=NAVY, valign="vcenter")
        sheet.add_table(0, 0, len(filled), len(columns) - 1, {
            "name": "".join(filter(str.isalnum, name)), "title": name, "description": f"{name}, une ligne par point",
            "style": None, "columns": [{"header": column.header, "header_format": header} for column in columns],
        })  # fmt: skip
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width, None, {"hidden": column.hidden})
        for number, row in enumerate(filled, 1):
            sheet.set_row(number, _height(row, columns))
            for index, (value, column) in enumerate(zip(row, columns, strict=True)):
                self._write(sheet, number, index, value, FILLS.get(str(value).partition("\n")[0]) if column.header == "Verdict" else None)
        sheet.set_row(0, 32)
        sheet.freeze_panes(1, frozen)
        self._print(sheet, pages_wide)
        if frozen and pages_wide > 1:
            sheet.repeat_columns(0, frozen - 1)
        sheet.repeat_rows(0)
        return sheet

    def _write(self, sheet: Worksheet, row: int, column: int, value: Cell, fill: str | None) -> None:
        if isinstance(value, date):
            sheet.write_datetime(row, column, datetime.combine(value, datetime.min.time()), self._format(num_format="dd/mm/yyyy"))
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self._format())
        elif fill:
            sheet.write_string(row, column, value, self._format(bold=True, font_color="#FFFFFF", bg_color=fill))
        elif not value:
            sheet.write_blank(row, column, None, self._format())
        else:
            sheet.write_string(row, column, value, self._text_format(value))

    def _text_format(self, value: str, **properties: Any) -> Format:
        marked = {"quote_prefix": True} if value.startswith(FORMULA_STARTS) else {}
        return self._format(**properties, **marked)

    def _print(self, sheet: Worksheet, pages_wide: int) -> None:
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(pages_wide, 0)
        sheet.set_footer(self._footer)

    def notes(self, lines: Iterable[tuple[str, str]]) -> None:
        """Add the sheet that explains the others, and that opens first: a word, what it means."""
        sheet = self._book.add_worksheet("Lisez-moi")
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 100)
        for row, (word, meaning) in enumerate(lines):
            sheet.set_row(row, LINE_POINTS * _lines(meaning, 100) + 6)
            sheet.write_string(row, 0, word, self._format(bold=True, border=0, font_color=NAVY))
            sheet.write_string(row, 1, meaning, self._text_format(meaning, border=0))
        self._print(sheet, 1)

    def close(self) -> None:
        """Write the file."""
        self._book.close()


def _guide_typing(sheet: Worksheet, findings: Sequence[Record]) -> None:
    """Offer the states and ask for dates; a prohibited use cannot be set aside, so that state is not offered."""
    prohibited = sum(finding["verdict"] == "interdit" for finding in findings)
    for first, last, states in ((1, prohibited, STATES[:-1]), (prohibited + 1, len(findings), STATES)):
        if first <= last:
            sheet.data_validation(first, STATE, last, STATE, {
                "validate": "list", "source": list(states), "error_title": "Statut inconnu", "error_message": f"Choisissez : {', '.join(states)}.",
            })  # fmt: skip
    if findings:
        sheet.data_validation(1, DUE, len(findings), DUE, {
            "validate": "date", "criteria": ">=", "value": date(2000, 1, 1), "error_title": "Date attendue",
            "error_message": "Écrivez une date : 31/12/2026.",
        })  # fmt: skip


def _read_me(findings: Sequence[Record], commune: str, assessed_on: date, corpus: str) -> list[tuple[str, str]]:
    counts = {word: sum(finding["verdict"] == verdict for finding in findings) for verdict, word in VERDICTS.items()}
    return [
        (
            "Liste d’écarts",
            "Ce que les caméras de la commune ont d’interdit, de manquant ou d’inconnu au regard du droit, obligation par obligation.",
        ),
        ("Commune", commune or "À préciser"),
        ("Droit appliqué", f"Droit en vigueur le {assessed_on:%d/%m/%Y}, base de règles du {corpus}."),
        ("Bilan", " · ".join(f"{word} : {count}" for word, count in counts.items())),
        ("Interdit", "L’usage s’arrête : aucune formalité, aucune mesure ne le rend licite."),
        ("Écart", "Les réponses montrent qu’une obligation n’est pas remplie."),
        ("À vérifier", "Une réponse ou une pièce manque. Ce n’est ni un écart, ni une conformité."),
        (
            "Gravité",
            "Interdiction · Bloquant : à régler avant de filmer · Majeur : obligation · Mineur : obligation secondaire · Recommandé : bonne pratique.",
        ),
        (
            "Certitude",
            "Établie · Discutée : deux lectures existent, la plus prudente est retenue · À confirmer : la source est à relire en entier.",
        ),
        ("Fondement", f"L’article, la date de la copie lue, et jusqu’où elle a été lue. {_last_check(findings)}"),
        (
            "Pour compléter",
            "Remplissez Statut, Responsable, Échéance et Commentaire dans « Écarts », et Réponse dans « À vérifier par personne ».",
        ),
        (
            "Pour imprimer",
            "« Écarts » s’imprime sur deux pages A4 de large ; les quatre premières colonnes sont répétées sur la seconde. « Conformes et sans objet » vient en dernier : arrêtez l’impression avant.",
        ),
        (
            "Limites",
            "Cette liste naît des réponses données. Elle ne remplace ni l’avis du délégué à la protection des données, ni la décision du maire.",
        ),
    ]


def _last_check(findings: Sequence[Record]) -> str:
    days = [str(source["verifie_le"]) for finding in findings for source in finding.get("fondement") or () if source.get("verifie_le")]
    return f"La vérification la plus ancienne date du {day(min(days))}." if days else ""


def _height(row: Sequence[Cell], columns: Sequence[Column]) -> float:
    """Return the height that shows the whole row: no program adjusts the rows of a file it has not written."""
    shown = ((str(value), column.width) for value, column in zip(row, columns, strict=True) if not column.hidden)
    lines = max(sum(_lines(line, width) for line in said.split("\n")) for said, width in shown)
    return min(LINE_POINTS * lines + 4, ROW_LIMIT)


def _lines(line: str, width: int) -> int:
    """Return how many lines a text takes in a column, words unbroken; 1.2 letters of Arial 10 to a unit of width."""
    lines, used, width = 1, 0, max(1, round((width - 2) * 1.22))
    for word in line.split(" "):
        if used and used + len(word) > width:
            lines, used = lines + 1, 0
        lines += len(word) // (width + 1)
        used += len(word) % (width + 1) + 1
    return lines


def _code(said: str) -> str:
    """Return text for a page footer, where « & » begins a command and 255 characters is the limit."""
    return said[:80].replace("&", "&&")

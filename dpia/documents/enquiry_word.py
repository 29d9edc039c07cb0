"""The sheet sent to a person, as a Word form: boxes to tick on a click, lines to fill, the same marks as in the e-mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dpia.documents import word
from dpia.documents.markdown import escape
from dpia.enquiry import END, Cell, Entry, Sheet, words
from dpia.language import french


@french()
def render(sheet: Sheet, day: date) -> bytes:
    """Return the sheet as a .docx."""
    title = sheet.subject
    meta = word.Meta(title=title, created=day, subject=title, header=sheet.say("titre"), footer_left=sheet.say("signature"), numbered=False)
    return word.render(as_markdown(sheet), meta=meta)


def as_markdown(sheet: Sheet) -> str:
    """The sheet in the Markdown of our documents: one form to fill per question, never cut between two pages when it is short."""
    lines = [f"# {escape(sheet.subject)} {{-}}", "", escape(sheet.say("pourquoi")), ""]
    lines += [f"- {escape(item)}" for item in words()["fiche"]["comment_word"]]
    for number, entry in enumerate(sheet.entries, 1):
        title = f"{sheet.say('question', n=number, total=len(sheet.entries))} [{entry.mark}]"
        lines += ["", f'````a-remplir titre="{title}"', *_entry(sheet, entry), "````"]
    return "\n".join([*lines, "", f"*{escape(f'[{END}]')}* {escape(sheet.say('fin'))}", "", f"*{escape(f'[{sheet.person_mark}]')}*", ""])


def _entry(sheet: Sheet, entry: Entry) -> Iterator[str]:
    yield f"**{escape(entry.question.libelle)}**"
    for text in (entry.help, entry.hint):
        if text:
            yield f"\n{escape(text)}"
    if entry.already:
        yield f"\n{escape(sheet.say('deja'))} {escape(', '.join(entry.already))}"
    if entry.question.type == "oui_non":
        yield from _grid([(_name(cell) if cell.name else escape(sheet.say("reponse")), *entry.boxes.values()) for cell in entry.cells])
        return
    for cell in entry.cells:
        yield ""
        yield from _answer(sheet, entry, cell)


def _answer(sheet: Sheet, entry: Entry, cell: Cell) -> Iterator[str]:
    match entry.question.type:
        case "choix_multiple":
            if cell.name:
                yield f"{_name(cell)} :"
            yield from _grid([(escape(label), sheet.say("oui"), sheet.say("non")) for label in entry.boxes.values()])
        case "oui_non" | "choix" | "reference" if entry.boxes:
            if cell.name:
                yield f"{_name(cell)} :\n"
            yield from (f"- [ ] {escape(label)}" for label in entry.boxes.values())
        case kind:
            yield f"{_name(cell)} : ...." if cell.name else f"{sheet.say('reponse')} ...."
            if kind == "liste":
                yield from ("", escape(sheet.say("complete")), "", f"- [ ] {sheet.say('oui')}", f"- [ ] {sheet.say('non')}")


def _name(cell: Cell) -> str:
    return f"*{escape(f'[{cell.mark}]')}*<br>{escape(cell.name)}"


def _grid(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """A table of boxes: what they are about first, then one box per column."""
    columns = len(rows[0])
    widths = ",".join(["6", *["2" if len(rows[0][n]) > 5 else "1" for n in range(1, columns)]])
    yield f'\n```tableau largeurs="{widths}"'
    yield "| " * columns + "|"
    yield "|---" * columns + "|"
    yield from (f"| {row[0]} | " + " | ".join(f"[ ] {escape(word)}" for word in row[1:]) + " |" for row in rows)
    yield "```"

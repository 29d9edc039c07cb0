"""What comes back from a person → plain text: a text file, an e-mail, a Word document. Nothing in it is trusted."""

from __future__ import annotations

import io
import unicodedata
import zipfile
import zlib
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from pathlib import Path
from xml.parsers import expat

from dpia.answers import clean
from dpia.language import t

LIMIT = 2_000_000  # bytes of a file, and of a Word text once unpacked; the longest sheet weighs a hundredth of that
BODY = "word/document.xml"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
LEFT_OUT = frozenset({"http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback", f"{W}moveFrom"})  # said twice in the file
SYMBOLS = {"F0FB": "✗", "F0FC": "✓", "F0FD": "☒", "F0FE": "☑", "F0A8": "☐", "F06F": "☐"}  # what Word inserts from the font Wingdings
FOREIGN = {b"\xd0\xcf\x11\xe0": ".doc", b"%PDF": "PDF", b"{\\rtf": "RTF"}


class UnreadableError(ValueError):
    """A file that cannot be read as a reply: says why and what to do."""


def read_file(path: Path) -> str:
    """Read a reply: .docx, .eml, or a text in UTF-8, UTF-16 or Windows-1252. Raises UnreadableError."""
    try:
        if not path.is_file():
            raise UnreadableError(t("ce fichier n'existe pas ; vérifiez son nom"))
        with path.open("rb") as stream:
            content = stream.read(LIMIT + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError(t("le fichier ne peut pas être lu ; vérifiez son nom et vos droits")) from error
    return text_of(content, path.suffix.lower())


def text_of(content: bytes, suffix: str = "") -> str:
    """The text of a reply: lines without control characters. Raises UnreadableError."""
    if len(content) > LIMIT:
        raise UnreadableError(t("le fichier dépasse {n} Mo ; ce n'est pas une fiche de réponses", n=LIMIT // 1_000_000))
    for head, kind in FOREIGN.items():
        if content.startswith(head):
            raise UnreadableError(
                t("un fichier {genre} ne se relit pas ; enregistrez-le en .docx, ou copiez son texte dans un fichier .txt", genre=kind)
            )
    if content.startswith(b"PK"):
        text = _word(content)
    elif suffix == ".eml":
        text = _mail(content)
    else:
        text = _decoded(content)
    return "\n".join(clean(line) for line in unicodedata.normalize("NFC", text).splitlines())


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise UnreadableError(t("ce n'est pas un texte ; donnez le courriel (.txt, .eml) ou la fiche Word (.docx)"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _mail(content: bytes) -> str:
    """The plain text of an e-mail; its attachments are not opened."""
    try:
        message = message_from_bytes(content, policy=policy.default)
        part = message.get_body(("plain",)) if isinstance(message, EmailMessage) else None
        text = part.get_content() if part is not None else None
    except (MessageError, LookupError, ValueError, AttributeError, TypeError, RecursionError) as error:  # what hostile headers make of it
        raise UnreadableError(t("ce courriel est abîmé ; copiez son texte dans un fichier .txt")) from error
    if not isinstance(text, str):
        raise UnreadableError(t("ce courriel n'a pas de version en texte simple ; copiez son texte dans un fichier .txt"))
    return text


def _word(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if BODY not in package.namelist():
                raise UnreadableError(t("ce n'est pas un document Word ; enregistrez-le en .docx"))
            with package.open(BODY) as stream:
                xml = stream.read(LIMIT + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError(t("ce document Word est abîmé ou protégé par un mot de passe")) from error
    if len(xml) > LIMIT:
        raise UnreadableError(t("ce document Word est trop long ; ce n'est pas une fiche de réponses"))
    return _Body().read(xml)


class _Body:
    """The text of a Word body: a line for each paragraph and each line break, nothing of what was deleted."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.inside = False  # a run of text
        self.left_out = 0  # elements left out that are open

    def read(self, xml: bytes) -> str:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = self._text, self._refuse
        try:
            parser.Parse(xml, True)
        except expat.ExpatError as error:
            raise UnreadableError(t("ce document Word est abîmé ; enregistrez-le de nouveau depuis Word")) from error
        return "".join(self.pieces)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.left_out += name in LEFT_OUT
        self.inside = name == f"{W}t"
        if name == f"{W}br":
            self.pieces.append("\n")
        elif name == f"{W}tab":
            self.pieces.append(" ")
        elif name == f"{W}sym":
            self.pieces.append(SYMBOLS.get(attributes.get(f"{W}char", "").upper(), ""))

    def _end(self, name: str) -> None:
        self.left_out -= name in LEFT_OUT
        self.inside = False
        if name == f"{W}p":
            self.pieces.append("\n")

    def _text(self, text: str) -> None:
        if self.inside and not self.left_out:
            self.pieces.append(text)

    def _refuse(self, *_: object) -> None:
        raise UnreadableError(t("ce document Word contient des déclarations que Word n'écrit pas ; il n'a pas été lu"))

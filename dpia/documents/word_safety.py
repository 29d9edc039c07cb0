"""What is refused in a Word file that comes from outside, before and after it is opened: see the messages.

Nothing is unfolded, parsed or followed before its size, its kind and its declarations are known.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from docx.opc.constants import RELATIONSHIP_TYPE

from dpia.documents.errors import DocumentError
from dpia.documents.ooxml import R, q

if TYPE_CHECKING:
    from docx.opc.package import OpcPackage

MAX_PACKED, MAX_BYTES, MAX_PARTS = 20_000_000, 50_000_000, 500  # bytes as stored, unpacked; a letterhead with a photograph: a tenth
MAX_XML = 20_000_000  # bytes of the parts that are parsed
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB]: .doc, and .docx under a password
TYPES = "[Content_Types].xml"

ADDED = ("numbering", "footnotes", "comments")  # parts that a document gets when the brand has none

_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)  # Word writes none
_FETCHES = re.compile(r"\b(INCLUDEPICTURE|INCLUDETEXT|LINK|DDE|DDEAUTO|DATABASE|IMPORT|RD)\b")  # at the head of a field
_EMBEDDED = ("oleObject", "package", "control", "aFChunk", "activeXControlBinary", "frame", "subDocument")  # ends of relationship types
_SAVE_AS = "dans Word : Fichier, Enregistrer sous, « Document Word (.docx) »"


def opened(content: bytes, name: str = "marque") -> bytes:
    """Return `content`, a model (.dotx) as a document; raises DocumentError, which begins with `name`, for what must not be opened."""
    if len(content) > MAX_PACKED:
        raise DocumentError(f"{name} : fichier démesuré (plus de {MAX_PACKED // 1_000_000} Mo) ; réduisez ses images.")
    if content.startswith(COMPOUND):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise DocumentError(f"{name} : le fichier est protégé par un mot de passe ; ôtez-le dans Word (Fichier, Informations).")
        raise DocumentError(f"{name} : c'est un ancien document Word (.doc) ; {_SAVE_AS}.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _refuse_package(package, name)
            types = package.read(TYPES)
            model = b"wordprocessingml.template.main+xml" in types
            return _as_document(package, types) if model else content
    except DocumentError:
        raise
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise DocumentError(f"{name} : ce n'est pas un document Word (.docx), ou il est abîmé ; {_SAVE_AS}.") from error


def _refuse_package(package: zipfile.ZipFile, name: str) -> None:
    entries = package.infolist()
    names = [entry.filename for entry in entries]
    texts = [entry for entry in entries if entry.filename.lower().endswith((".xml", ".rels"))]
    if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_BYTES or sum(part.file_size for part in texts) > MAX_XML:
        raise DocumentError(f"{name} : fichier démesuré (plus de {MAX_BYTES // 1_000_000} Mo une fois déplié) ; réduisez ses images.")
    if len(set(names)) < len(names) or any(entry.flag_bits & 1 for entry in entries):
        raise DocumentError(f"{name} : le fichier est chiffré ou composé autrement que par Word ; {_SAVE_AS}.")
    if "mimetype" in names and b"opendocument" in package.read("mimetype"):
        raise DocumentError(f"{name} : c'est un document LibreOffice (.odt) ; Fichier, Enregistrer sous, « Word 2010-365 (.docx) ».")
    if TYPES not in names:
        raise DocumentError(f"{name} : c'est une archive, pas un document Word (.docx) ; {_SAVE_AS}.")
    for part in texts:
        if _DECLARES.search(package.read(part).replace(b"\0", b"")):
            raise DocumentError(f"{name} : « {part.filename} » contient des déclarations XML que Word n'écrit pas ; {_SAVE_AS}.")
    types = package.read(TYPES).lower()
    if b"macroenabled" in types or b"vbaproject" in types or any("vbaproject" in part.lower() for part in names):
        raise DocumentError(f"{name} : le fichier contient des macros ; {_SAVE_AS}, sans macro.")


def _as_document(package: zipfile.ZipFile, types: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as copy:
        for entry in package.infolist():
            read = types.replace(b"template.main+xml", b"document.main+xml") if entry.filename == TYPES else package.read(entry)
            copy.writestr(entry.filename, read)
    return packed.getvalue()


def refuse_outside(package: OpcPackage, name: str = "marque") -> None:
    """Refuse what would be fetched, run or shown from elsewhere: relationships and fields. Raises DocumentError, ValueError if forged."""
    parts = list(package.iter_parts())
    names = [part.partname for part in parts]
    if len({str(part).lower() for part in names}) < len(names) or not all(part.content_type for part in parts):
        raise ValueError("two parts of the same name, or one without a type")
    kinds = {str(link.target_part.partname): link.reltype for part in parts for link in part.rels.values() if not link.is_external}
    if any(kinds.get(f"/word/{kind}.xml", f"{R}/{kind}") != f"{R}/{kind}" for kind in ADDED):
        raise ValueError("a part under the name of another")
    for relation in (link for rels in (package.rels, *(part.rels for part in parts)) for link in rels.values()):
        if not relation.rId or not relation.reltype:
            raise ValueError("a relationship without name or type")
        _refuse_relation(relation.reltype, relation.target_ref if relation.is_external else "", name)
    for part in parts:
        root = getattr(part, "element", None)
        if root is not None and (field := _fetching_field(root)):
            raise DocumentError(
                f"{name} : un champ {field} va chercher un autre fichier ; collez son contenu à la place (Ctrl+Maj+F9 sur le champ)."
            )


def _refuse_relation(kind: str, target: str, name: str) -> None:
    if kind == RELATIONSHIP_TYPE.HYPERLINK:
        if target and not target.startswith(("http://", "https://", "mailto:", "#")):
            raise DocumentError(f"{name} : un lien mène à « {target} » ; seuls http, https et mailto sont admis : ôtez ce lien.")
        return
    end = kind.rpartition("/")[2]
    if target and end == "attachedTemplate":
        raise DocumentError(
            f"{name} : elle va chercher le modèle « {target} » hors du fichier ; dans Word : Développeur, Modèle de document, mettez « Normal »."
        )
    if target:
        raise DocumentError(
            f"{name} : elle va chercher « {target} » hors du fichier ; intégrez l'image (Fichier, Informations, Modifier les liens, Rompre la liaison)."
        )
    if end in _EMBEDDED:
        raise DocumentError(f"{name} : un objet d'un autre logiciel y est incorporé ; remplacez-le par une image.")


def _fetching_field(root: object) -> str:
    """The first field that reads a file or a database; its instruction may be cut in several runs."""
    texts: list[str] = []
    for node in root.iter(q("instrText"), q("fldSimple"), q("fldChar")):  # type: ignore[attr-defined]  # an lxml element
        if node.tag == q("fldChar"):
            texts.append("\n")
        else:
            texts.append(node.text or "" if node.tag == q("instrText") else f"\n{node.get(q('instr'), '')}\n")
    for instruction in "".join(texts).split("\n"):
        if found := _FETCHES.match(instruction.strip().upper()):
            return found[1]
    return ""

"""How the tests read a .docx: its parts, its elements by path, its texts."""

from __future__ import annotations

import importlib
import io
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

from lxml import etree

from dpia.documents.word import Meta
from dpia.resources import folder

NS = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "w15": "http://schemas.microsoft.com/office/word/2012/wordml",
}
W = f"{{{NS['w']}}}"
META = Meta(
    title="Analyse d'impact", created=date(2026, 11, 25), subject="AIPD", author="Commune", keywords=("a", "b"), header="En haut", footer_left="En bas"
)  # fmt: skip
BRAND = (folder("templates") / "marque.docx").read_bytes()


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def xml(content: bytes, name: str = "word/document.xml") -> etree._Element:
    return etree.fromstring(parts(content)[name])


def find(root: etree._Element, path: str) -> list[Any]:
    """Elements, or strings when the path ends with an attribute."""
    found = root.xpath(path, namespaces=NS)
    assert isinstance(found, list)
    return found


def text(element: etree._Element) -> str:
    return "".join(node.text or "" for node in find(element, ".//w:t"))


def styles(root: etree._Element) -> list[str]:
    return [node.get(W + "val", "") for node in find(root, ".//w:pStyle")]


def tool(name: str) -> Any:
    sys.path.insert(0, str(Path(__file__).parent.parent / "outils"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.pop(0)

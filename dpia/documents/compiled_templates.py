"""The templates once compiled, kept beside the program like Python's own compiled files: compiling them is most of a short document.

A copy holds code. It is as trusted as the `.pyc` files that lie beside it, and is made again when the template, the module that
makes its environment, Jinja or Python changed, when it is missing and when it is damaged.
"""

from __future__ import annotations

import os
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from jinja2.bccache import Bucket, BytecodeCache

from dpia import compiled
from dpia.documents import typography


class Kept(BytecodeCache):
    """`owner`: the file of the module that makes the environment. Two environments compile the same template to different code."""

    def __init__(self, owner: str) -> None:
        self._owner = owner

    def get_source_checksum(self, source: str) -> str:
        """Tell one state of the template from another, and of what compiles it."""
        return sha256(f"{_state(self._owner)}\0{source}".encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket when a copy was kept; else leave it empty."""
        try:
            bucket.bytecode_from_string(self._place(bucket).read_bytes())
        except Exception:  # absent or damaged in any way: the template is compiled again
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a copy in place of the former one. Where nothing can be written, nothing is lost but time."""
        place = self._place(bucket)
        try:
            place.parent.mkdir(exist_ok=True)
            draft = place.with_suffix(f".{os.getpid()}")
            draft.write_bytes(bucket.bytecode_to_string())
            draft.replace(place)
        except OSError:
            return

    def _place(self, bucket: Bucket) -> Path:
        return compiled.FOLDER / f"gabarit-{Path(self._owner).stem}-{bucket.key[:16]}.jinja"


@cache
def _state(owner: str) -> str:
    ours = (owner, typography.__file__, __file__)
    return sha256(b"\0".join([version("jinja2").encode(), *(Path(file).read_bytes() for file in ours)])).hexdigest()

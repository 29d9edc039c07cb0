"""Writing in a folder that several people share: a file whole or not at all, one writer at a time, reasons in French.

The lock is the operating system's, on one byte of a small file that stays: it ends with the process that holds it, however that process
ends, so none is ever stale (docs/decisions/0008).
"""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from dpia.language import t

PATIENCE = 30.0  # seconds one waits for the others to have written
SILENCE = 1.0  # seconds after which one says that one waits
HELD = frozenset({errno.EACCES, errno.EAGAIN, errno.EDEADLK})  # what a lock held by another process answers
NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL})  # a disk that cannot lock

T = TypeVar("T")


class BusyError(Exception):
    """Another process held the lock for longer than one waits: says so in one sentence."""


@contextmanager
def locked(lock: Path, tell: Callable[[str], None]) -> Iterator[bool]:
    """Be the only process, on any machine, inside this block for this file. Gives False on a disk that cannot lock.

    `tell` gets one sentence when the wait lasts. Raises BusyError after PATIENCE seconds, OSError when the file cannot be opened.
    """
    handle = patiently(lambda: _opened(lock))
    try:
        alone = _waited(handle, tell)
        try:
            yield alone
        finally:
            if alone:
                with suppress(OSError):  # what was written is written
                    _release(handle)
    finally:
        with suppress(OSError):
            os.close(handle)


def _opened(lock: Path) -> int:
    """The lock file, made if need be, with the rights of its folder: whoever may write there may lock."""
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        return os.open(lock, os.O_RDWR)
    with suppress(OSError):  # a share without rights of its own
        lock.chmod(lock.parent.stat().st_mode & 0o666)
    return handle


def _waited(handle: int, tell: Callable[[str], None]) -> bool:
    start, told = time.monotonic(), False
    while True:
        try:
            if _seized(handle):
                return True
        except OSError as error:
            if error.errno in NO_LOCKS:
                return False
            raise
        waited = time.monotonic() - start
        if waited > PATIENCE:
            raise BusyError(t("Une autre personne enregistre dans ce dossier depuis plus de {n} secondes.", n=int(PATIENCE)))
        if waited > SILENCE and not told:
            told = True
            tell(t("Une autre personne enregistre dans ce dossier ; attente de {n} secondes au plus…", n=int(PATIENCE)))
        time.sleep(0.01)


# The first byte, not the whole file: a Linux client of a Windows share and Windows itself then lock the same thing.
if sys.platform == "win32":
    import msvcrt

    def _seized(handle: int) -> bool:
        os.lseek(handle, 0, os.SEEK_SET)
        return _without_wait(lambda: msvcrt.locking(handle, msvcrt.LK_NBLCK, 1))

    def _release(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _seized(handle: int) -> bool:
        return _without_wait(lambda: fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1))

    def _release(handle: int) -> None:
        fcntl.lockf(handle, fcntl.LOCK_UN, 1)


def _without_wait(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError as error:
        if error.errno in HELD:
            return False
        raise
    return True


def patiently(attempt: Callable[[], T]) -> T:
    """Try a few times, for a second in all, what Windows refuses while another program holds the file. Raises OSError."""
    for pause in (0.1, 0.2, 0.3, 0.4):
        try:
            return attempt()
        except PermissionError:
            time.sleep(pause)
    return attempt()


def write_in_folder(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, in a folder that is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, content)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises OSError; the former file is then as it was."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        with suppress(OSError):  # a share without rights of its own
            fresh.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        patiently(lambda: fresh.replace(path))
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _umask() -> int:
    """The rights that new files lose here: a temporary file has none for others, and colleagues share the folder."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def sweep(path: Path) -> None:
    """Remove what a writer of this file left when it was killed. Only under the lock: a living writer has such a file too."""
    for left in path.parent.glob(f".{path.name}.*.tmp"):
        with suppress(OSError):
            left.unlink()


def append(path: Path, lines: bytes) -> None:
    """Add whole lines to a file, in one piece; a line cut short by a power failure stays alone on its line. Raises OSError."""
    with path.open("ab+", buffering=0) as out:
        if out.tell():
            out.seek(-1, os.SEEK_END)
            lines = lines if out.read(1) == b"\n" else b"\n" + lines
        left = memoryview(lines)
        while left:  # one write, but where the disk fills up
            left = left[out.write(left) :]


def why(error: OSError) -> str:
    """Say in French why a file could not be read or written."""
    if isinstance(error, PermissionError):
        return t("accès refusé : vérifiez vos droits sur ce dossier")
    if isinstance(error, (NotADirectoryError, FileExistsError, IsADirectoryError)):
        return t("un fichier porte le nom attendu pour un dossier, ou l'inverse")
    if isinstance(error, FileNotFoundError):
        return t("son dossier n'existe pas")
    if error.errno == errno.ENOSPC:
        return t("le disque est plein")
    if error.errno == errno.EROFS:
        return t("le disque est en lecture seule")
    return t("erreur du disque")

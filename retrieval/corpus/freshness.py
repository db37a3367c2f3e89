"""Whether a file still is what was indexed: no old citation passes for the file of today."""

import hashlib
from pathlib import Path, PurePosixPath
from threading import Lock


class Freshness:
    """Compares files with what was indexed of them; a file is hashed again only once touched."""

    def __init__(self, folder: Path, *, holds_all: bool = True) -> None:
        """Prepare.

        Args:
            folder: Where the files are.
            holds_all: Whether what is not there was removed; else others may have it.
        """
        self._folder = folder
        self._holds_all = holds_all
        self._known: dict[str, tuple[tuple[int, int], str]] = {}
        self._lock = Lock()

    def has_changed(self, source: str, digest: str) -> bool:
        """Whether a file was changed or removed since.

        Where the whole folder is away, nobody can tell: then nothing is said to have changed.

        Args:
            source: The file's path in the folder; or that of a file in it, if it is an archive.
            digest: SHA-256 of its bytes when it was indexed, hexadecimal.
        """
        path = PurePosixPath(source)
        for name in (path, *path.parents[:-1]):
            found = self._digest(str(name))
            if found:
                return found != digest
        return self._holds_all and self._folder.is_dir()

    def _digest(self, name: str) -> str:
        """SHA-256 of a file; empty if there is none."""
        file = self._folder / name
        try:
            stat = file.stat()
            if not file.is_file():
                return ""
            stamp = (stat.st_mtime_ns, stat.st_size)
            with self._lock:
                known = self._known.get(name)
            if known is None or known[0] != stamp:
                with file.open("rb") as content:
                    known = (stamp, hashlib.file_digest(content, "sha256").hexdigest())
                with self._lock:
                    self._known[name] = known
        except OSError:
            return ""
        return known[1]

"""The token ids of passages, in two flat arrays: written as they come, read memory-mapped."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import DTypeLike, NDArray

from retrieval.embedding import TokenIds

TOKENS_FILE = "tokens.npy"
OFFSETS_FILE = "token_offsets.npy"


class TokenWriter:
    """Writes each passage's token ids, one after another; nothing stays in memory."""

    def __init__(self, folder: Path, passages: int = 0) -> None:
        """Begin, or go on after so many passages that were written and synced before.

        Raises:
            ValueError: Fewer were.
        """
        if not passages:
            for name in (TOKENS_FILE, OFFSETS_FILE):
                (folder / name).unlink(missing_ok=True)
        self._offsets = _Array(folder / OFFSETS_FILE, np.int64)
        try:
            self._tokens = _Array(folder / TOKENS_FILE, np.uint32)
        except ValueError:
            self._offsets.close()
            raise
        if not passages:
            self._offsets.add(np.zeros(1, np.int64))
            self._end = 0
            return
        try:
            self._offsets.cut(passages + 1)
            self._end = int(self._offsets.last())
            self._tokens.cut(self._end)
        except ValueError:
            self.close()
            raise

    def add(self, tokens: Sequence[TokenIds]) -> None:
        """Add the token ids of some passages."""
        if not tokens:
            return
        ends = self._end + np.cumsum([len(ids) for ids in tokens], dtype=np.int64)
        self._tokens.add(np.concatenate(tokens).astype(np.uint32))
        self._offsets.add(ends)
        self._end = int(ends[-1])

    def sync(self) -> None:
        """Make what was added survive a crash."""
        self._tokens.sync()
        self._offsets.sync()

    def close(self) -> None:
        """Write what is left."""
        self._tokens.close()
        self._offsets.close()


class TokenIndex:
    """Token ids by passage row, memory-mapped."""

    def __init__(self, folders: Sequence[Path], dropped: Sequence[int] = ()) -> None:
        self._dropped = len(dropped)
        self._tokens = [np.load(folder / TOKENS_FILE, mmap_mode="r") for folder in folders]
        self._offsets = [np.load(folder / OFFSETS_FILE, mmap_mode="r") for folder in folders]

    def count(self) -> int:
        """How many passages are held."""
        return sum(len(offsets) - 1 for offsets in self._offsets) - self._dropped

    def of(self, row: int) -> TokenIds:
        """Token ids of a passage, in order."""
        for tokens, offsets in zip(self._tokens, self._offsets, strict=True):
            if row < len(offsets) - 1:
                ids: TokenIds = tokens[offsets[row] : offsets[row + 1]]
                return ids
            row -= len(offsets) - 1
        raise IndexError(row)


class _Array:
    """A one-dimensional ``.npy`` file that grows: its header is written again at the end.

    NumPy leaves room in the header for the longest length there can be.
    """

    def __init__(self, path: Path, kind: DTypeLike) -> None:
        self._kind = np.dtype(kind)
        fresh = not path.exists()
        self._file: BinaryIO = path.open("w+b" if fresh else "r+b")
        if fresh:
            self._write_header(0)
        else:
            try:
                np.lib.format.read_magic(self._file)
                np.lib.format.read_array_header_1_0(self._file)
            except ValueError:
                self._file.close()
                raise
        self._start = self._file.tell()
        self._file.seek(0, os.SEEK_END)

    def add(self, values: NDArray[np.uint32] | NDArray[np.int64]) -> None:
        self._file.write(values.astype(self._kind, copy=False).tobytes())

    def cut(self, length: int) -> None:
        """Leave out what stands beyond a length.

        Raises:
            ValueError: There is less.
        """
        end = self._start + length * self._kind.itemsize
        if self._file.tell() < end:
            raise ValueError(f"{self._file.name}: is cut off")
        self._file.truncate(end)
        self._file.seek(end)

    def last(self) -> np.int64:
        self._file.seek(-self._kind.itemsize, os.SEEK_END)
        value: np.int64 = np.frombuffer(self._file.read(), self._kind)[0]
        return value

    def sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        if self._file.closed:
            return
        end = self._file.seek(0, os.SEEK_END)
        self._file.seek(0)
        self._write_header((end - self._start) // self._kind.itemsize)
        self._file.close()

    def _write_header(self, length: int) -> None:
        header = {
            "descr": np.lib.format.dtype_to_descr(self._kind),
            "fortran_order": False,
            "shape": (length,),
        }
        np.lib.format.write_array_header_1_0(self._file, header)

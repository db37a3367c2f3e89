"""ZIP archives, which most formats are today, opened with care."""

import zipfile
from io import BytesIO
from pathlib import PurePosixPath

from retrieval.corpus.readers import ReadLimits
from retrieval.errors import CorpusError

_MAX_MEMBERS = 10_000
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1


def open_package(raw: bytes) -> zipfile.ZipFile:
    """Open an archive.

    Raises:
        CorpusError: It is damaged, or holds too many files.
    """
    try:
        package = zipfile.ZipFile(BytesIO(raw))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise CorpusError(f"damaged ({error})") from None
    if len(package.infolist()) > _MAX_MEMBERS:
        raise CorpusError(f"holds more than {_MAX_MEMBERS} files")
    return package


def check_package(raw: bytes, limits: ReadLimits) -> None:
    """Refuse an archive that says it unpacks to more than is allowed; its reader believes it.

    Raises:
        CorpusError: It does, or is damaged.
    """
    with open_package(raw) as package:
        size = sum(member.file_size for member in package.infolist())
    if size > limits.megabytes * 1_000_000:
        raise CorpusError(f"unpacks to {size // 1_000_000} MB; the limit is {limits.megabytes} MB")


def unpack(package: zipfile.ZipFile, name: str, left: int) -> bytes:
    """Read a file of an archive, never more than is left of what it may unpack to.

    Args:
        package: The archive.
        name: The file in it.
        left: Most bytes.

    Raises:
        CorpusError: It is encrypted, damaged, missing, or larger.
    """
    try:
        with package.open(name) as member:
            raw = member.read(left + 1)
    except KeyError:
        raise CorpusError(f"damaged (there is no {name!r} in it)") from None
    except RuntimeError:
        raise CorpusError("encrypted; unpack it with its password") from None
    except Exception as error:  # zlib, lzma and zipfile each raise their own
        raise CorpusError(f"damaged ({error})") from None
    if len(raw) > left:
        raise CorpusError("too large: the archive unpacks to more than the limit, file_mb")
    return raw


def shown_name(member: zipfile.ZipInfo) -> str:
    """A file's name as people wrote it, and never one that leads out of the archive."""
    name = member.filename
    if not member.flag_bits & _UTF8_NAME:
        name = _as_written(name)
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return "/".join(part for part in parts if part not in ("..", ".", "/") and part.strip())


def _as_written(name: str) -> str:
    """Archives made by Chinese Windows keep names in GB18030, which zipfile takes for CP437."""
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return name

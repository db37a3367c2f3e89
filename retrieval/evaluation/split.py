"""Which documents of the question files are held out."""

import hashlib


def is_development(context: str) -> bool:
    """Whether a context belongs to the development part: measured on, never trained on.

    Three tenths of all contexts, chosen by the first eight hexadecimal digits of the SHA-256 of
    the context as it stands in the file (before folding), so that no list has to be kept.
    """
    return int(hashlib.sha256(context.encode()).hexdigest()[:8], 16) % 10 < 3

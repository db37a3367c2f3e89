"""What documents say and files are called -> what a terminal can be shown."""

_PICTURES = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}
_UNSEEN = dict.fromkeys(
    [*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0xFFFD
)


def printable(text: str, *, lines: bool = False) -> str:
    """A text as a terminal can be shown it: nothing in it rules the terminal, or turns it round.

    Args:
        text: Of a document, or the name of a file.
        lines: Whether it may have several lines.

    Returns:
        As many characters, each where it was.
    """
    shown = text.translate(_PICTURES | _UNSEEN)
    if not lines:
        return shown
    return "".join(was if was in "\n\t" else now for was, now in zip(text, shown, strict=True))

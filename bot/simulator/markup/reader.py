"""Reads HTML character by character, the way Telegram's parser does."""

import string

_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_LONGEST_REFERENCE = 10
# The end of the text counts as a space, as the byte 0 does in Telegram's own parser.
SPACES = " \t\r\n\0\v"
END = "\0"


_CAPITALS = {ord(letter): letter.lower() for letter in string.ascii_uppercase}


def lower(text: str) -> str:
    """Return a text with small letters; Telegram's parser knows those of ASCII only."""
    return text.translate(_CAPITALS)


class Reader:
    """A text and a place in it."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.at = 0

    @property
    def is_at_end(self) -> bool:
        """Whether everything is read."""
        return self.at >= len(self._source)

    def peek(self) -> str:
        """Return the next character, ``END`` behind the last one."""
        return self._source[self.at] if self.at < len(self._source) else END

    def take_until(self, stops: str) -> str:
        """Read up to one of the characters ``stops``."""
        begin = self.at
        while self.peek() not in stops:
            self.at += 1
        return self._source[begin : self.at]

    def skip_spaces(self) -> None:
        """Read over whitespace."""
        while self.peek() != END and self.peek() in SPACES:
            self.at += 1

    def byte(self, position: int) -> int:
        """Return a position in bytes, as error texts give it."""
        return len(self._source[:position].encode("utf-8", "surrogatepass"))

    def character(self) -> str:
        """Read one character, decoding a reference such as ``&lt;`` or ``&#8364;``."""
        if self.peek() == "&":
            decoded = self._reference()
            if decoded:
                return decoded
        self.at += 1
        return self._source[self.at - 1]

    def _reference(self) -> str:
        begin = self.at
        self.at += 1
        decoded = self._numeric(begin) if self.peek() == "#" else self._named()
        if not decoded:
            self.at = begin
        elif self.peek() == ";":
            self.at += 1
        return decoded

    def _named(self) -> str:
        begin = self.at
        while self.peek().isascii() and self.peek().isalpha():
            self.at += 1
        return _NAMED.get(self._source[begin : self.at], "")

    def _numeric(self, begin: int) -> str:
        self.at += 1
        base, digits = 10, "0123456789"
        if self.peek() == "x":
            self.at += 1
            base, digits = 16, "0123456789abcdefABCDEF"
        code = 0
        while self.peek() in digits:
            code = code * base + int(self.peek(), base)
            self.at += 1
        if not 0 < code < 0x10FFFF or self.at - begin >= _LONGEST_REFERENCE:
            return ""
        return chr(code)

    def name_token(self) -> str:
        """Read letters, digits, periods and hyphens."""
        begin = self.at
        while (self.peek().isascii() and self.peek().isalnum()) or self.peek() in ".-":
            self.at += 1
        return self._source[begin : self.at].lower()

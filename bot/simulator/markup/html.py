"""Telegram's HTML mode: tags -> text and marks, with TDLib's rules and error texts.

This is not HTML: an unknown tag, a crossed tag or a bare ``<`` is an error, an ampersand is not.
"""

from dataclasses import dataclass, replace

from bot.simulator.markup.entities import EntityType, Mark, sort_marks
from bot.simulator.markup.links import check_link, mentioned_user
from bot.simulator.markup.reader import END, SPACES, Reader, lower
from bot.simulator.markup.times import add_to_time, check_time

_TAGS = {
    "b": EntityType.BOLD,
    "strong": EntityType.BOLD,
    "i": EntityType.ITALIC,
    "em": EntityType.ITALIC,
    "u": EntityType.UNDERLINE,
    "ins": EntityType.UNDERLINE,
    "s": EntityType.STRIKETHROUGH,
    "strike": EntityType.STRIKETHROUGH,
    "del": EntityType.STRIKETHROUGH,
    "span": EntityType.SPOILER,
    "tg-spoiler": EntityType.SPOILER,
    "tg-emoji": EntityType.CUSTOM_EMOJI,
    "tg-time": EntityType.DATE_TIME,
    "a": EntityType.TEXT_LINK,
    "code": EntityType.CODE,
    "pre": EntityType.PRE,
    "blockquote": EntityType.BLOCKQUOTE,
}
_EMOJI_IDS = range(1, 1 << 63)


class MarkupError(ValueError):
    """The text is not valid HTML for Telegram; the message is Telegram's."""


@dataclass(frozen=True, slots=True)
class ParsedHtml:
    """The result of parsing: text, marks, and the links that Telegram drops silently."""

    text: str
    marks: tuple[Mark, ...]
    dropped_links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _OpenTag:
    name: str
    argument: str
    start: int


def parse_html(source: str) -> ParsedHtml:
    """Parse a text in Telegram's HTML mode.

    Raises:
        MarkupError: With the words that Telegram puts after ``can't parse entities:``.
    """
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self._reader = Reader(source)
        self._text: list[str] = []
        self._open: list[_OpenTag] = []
        self._marks: list[Mark] = []
        self._dropped: list[str] = []

    def parse(self) -> ParsedHtml:
        while not self._reader.is_at_end:
            if self._reader.peek() == "<":
                self._tag()
            else:
                self._text.append(self._reader.character())
        if self._open:
            name = self._open[-1].name
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{name}"')
        text = "".join(self._text)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise MarkupError(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return ParsedHtml(text, tuple(sort_marks(self._finished())), tuple(self._dropped))

    def _finished(self) -> list[Mark]:
        # The language of a <code> only counts inside a <pre>.
        return [
            Mark(m.type, m.start, m.end) if m.type is EntityType.CODE else m for m in self._marks
        ]

    # -- tags ------------------------------------------------------------------------------

    def _tag(self) -> None:
        begin = self._reader.at
        self._reader.at += 1
        if self._reader.peek() == "/":
            self._end_tag(begin)
        else:
            self._start_tag(begin)

    def _start_tag(self, begin: int) -> None:
        name = lower(self._reader.take_until(SPACES + ">"))
        if self._reader.peek() == END:
            raise MarkupError(f"Unclosed start tag at byte offset {self._reader.byte(begin)}")
        if name not in _TAGS:
            raise MarkupError(
                f'Unsupported start tag "{name}" at byte offset {self._reader.byte(begin)}'
            )
        argument = ""
        while self._reader.peek() != ">":
            self._reader.skip_spaces()
            if self._reader.peek() == ">":
                break
            argument = self._attribute(name, begin, argument)
        self._reader.at += 1
        if name == "span" and argument != "spoiler":
            raise MarkupError(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self._reader.byte(begin)}'
            )
        self._open.append(_OpenTag(name, argument, len(self._text)))

    def _attribute(self, tag: str, begin: int, argument: str) -> str:
        """Read one attribute; return what is known of the entity then."""
        attribute = self._reader.take_until(SPACES + "=>/\"'")
        if not attribute:
            raise MarkupError(
                f'Empty attribute name in the tag "{tag}" at byte offset {self._reader.byte(begin)}'
            )
        self._reader.skip_spaces()
        if self._reader.peek() == END:
            raise MarkupError(
                f'Unclosed start tag "{tag}" at byte offset {self._reader.byte(begin)}'
            )
        if self._reader.peek() != "=":
            is_quote = (tag, attribute) == ("blockquote", "expandable")
            return "1" if is_quote else argument
        self._reader.at += 1
        self._reader.skip_spaces()
        value = self._value(tag, begin)
        if self._reader.peek() == END:
            raise MarkupError(f"Unclosed start tag at byte offset {self._reader.byte(begin)}")
        if tag == "tg-time":
            return add_to_time(argument, attribute, value)
        said = _argument_of(tag, attribute, value)
        return argument if said is None else said

    def _value(self, tag: str, begin: int) -> str:
        quote = self._reader.peek()
        if quote == END:
            raise MarkupError(
                f'Unclosed start tag "{tag}" at byte offset {self._reader.byte(begin)}'
            )
        if quote not in "'\"":
            return self._name_token()
        self._reader.at += 1
        value = []
        while self._reader.peek() not in (quote, END):
            value.append(self._reader.character())
        if self._reader.peek() == quote:
            self._reader.at += 1
        return "".join(value)

    def _name_token(self) -> str:
        begin = self._reader.at
        token = self._reader.name_token()
        if self._reader.peek() not in SPACES + ">":
            place = self._reader.byte(begin)
            raise MarkupError(f"Unexpected end of name token at byte offset {place}")
        return token

    def _end_tag(self, begin: int) -> None:
        if not self._open:
            raise MarkupError(f"Unexpected end tag at byte offset {self._reader.byte(begin)}")
        self._reader.at += 1
        name = lower(self._reader.take_until(SPACES + ">"))
        self._reader.skip_spaces()
        if self._reader.peek() != ">":
            raise MarkupError(f"Unclosed end tag at byte offset {self._reader.byte(begin)}")
        self._reader.at += 1
        tag = self._open.pop()
        if name not in ("", tag.name):
            raise MarkupError(
                f"Unmatched end tag at byte offset {self._reader.byte(begin)}, "
                f'expected "</{tag.name}>", found "</{name}>"'
            )
        if len(self._text) > tag.start:
            self._close(tag)

    # -- marks -----------------------------------------------------------------------------

    def _close(self, tag: _OpenTag) -> None:
        mark = Mark(_TAGS[tag.name], tag.start, len(self._text), tag.argument)
        if mark.type is EntityType.TEXT_LINK:
            self._close_link(mark)
        elif mark.type in (EntityType.PRE, EntityType.CODE):
            self._close_preformatted(mark)
        elif mark.type is EntityType.CUSTOM_EMOJI:
            if (
                not mark.argument.isascii()
                or not mark.argument.isdigit()
                or (int(mark.argument) not in _EMOJI_IDS)
            ):
                raise MarkupError("Invalid custom emoji identifier specified")
            self._marks.append(mark)
        elif mark.type is EntityType.DATE_TIME:
            self._close_time(mark)
        elif mark.type is EntityType.BLOCKQUOTE and tag.argument:
            self._marks.append(Mark(EntityType.EXPANDABLE_BLOCKQUOTE, mark.start, mark.end))
        else:
            self._marks.append(Mark(mark.type, mark.start, mark.end))

    def _close_link(self, mark: Mark) -> None:
        address = mark.argument or "".join(self._text[mark.start :])
        user = mentioned_user(address)
        if user is not None:
            self._marks.append(Mark(EntityType.TEXT_MENTION, mark.start, mark.end, str(user)))
            return
        url = check_link(address)
        if url is None:
            self._dropped.append(address)
        else:
            self._marks.append(Mark(EntityType.TEXT_LINK, mark.start, mark.end, url))

    def _close_time(self, mark: Mark) -> None:
        try:
            argument = check_time(mark.argument)
        except ValueError as error:
            raise MarkupError(str(error)) from None
        if argument:
            self._marks.append(replace(mark, argument=argument))

    def _close_preformatted(self, mark: Mark) -> None:
        """Turn ``<pre><code class="language-x">``, in either order, into one ``pre``."""
        last = self._marks[-1] if self._marks else None
        if last is not None and (last.start, last.end) == (mark.start, mark.end):
            language = last.argument if mark.type is EntityType.PRE else mark.argument
            if {last.type, mark.type} == {EntityType.PRE, EntityType.CODE} and language:
                self._marks[-1] = Mark(EntityType.PRE, mark.start, mark.end, language)
                return
        argument = mark.argument if mark.type is EntityType.CODE else ""
        self._marks.append(Mark(mark.type, mark.start, mark.end, argument))


def _argument_of(tag: str, attribute: str, value: str) -> str | None:
    """Return what an attribute says about the entity; None if it says nothing."""
    if (tag, attribute) in (("a", "href"), ("tg-emoji", "emoji-id")):
        return value
    if (tag, attribute) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, attribute) == ("span", "class") and value.startswith("tg-"):
        return value.removeprefix("tg-")
    return "1" if (tag, attribute) == ("blockquote", "expandable") else None

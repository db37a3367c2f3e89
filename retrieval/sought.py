"""What kind of answer a question asks for, and whether a text holds anything of that kind.

«学费贵不贵» asks for money: a passage that names the school and no sum does not answer it, however
many words it shares. The kinds are data, in ``kinds.toml``.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from retrieval.text import CJK

_FILE = Path(__file__).parent / "kinds.toml"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer: how it is asked for, and how it looks."""

    name: str
    asked: re.Pattern[str]
    held: re.Pattern[str]
    loose: bool = False
    """Whether an answer may well look otherwise: a reason needs no «因为»."""
    unless: str = ""
    """A kind that includes this one: a sum is a number already."""


def _read_kinds() -> tuple[dict[str, Kind], str]:
    tables = tomllib.loads(_FILE.read_text("utf-8"))
    parts = tables.pop("parts")

    def pattern(source: str) -> re.Pattern[str]:
        for name, part in parts.items():
            source = source.replace(f"<{name}>", part)
        return re.compile(source)

    kinds = {
        name: Kind(
            name,
            pattern(table["asked"]),
            pattern(table["held"]),
            table.get("loose", False),
            table.get("unless", ""),
        )
        for name, table in tables.items()
    }
    return kinds, parts["amount"]


_KINDS, _AMOUNT = _read_kinds()
AUTHOR = _KINDS["author"]

# Who holds an office: a deputy is not the holder, and another office is not this one.
_TITLE = (
    "(副?(?:[国省市区县州镇乡村局厅处校院部署司所站社队组团]长"
    "|书记|主席|主任|总理|总统|总裁|董事长|经理|ceo))"
)
_OFFICE = re.compile(
    rf"{_TITLE}[^,，。]{{0,4}}(?:谁|叫什么|叫啥|姓甚|姓什么|名字|哪位)"
    rf"|(?:谁|哪位)(?:现在|目前)?(?:是|任|担任|出任|当)[^,，。]{{0,12}}?{_TITLE}[呢啊呀?\s]*$"
    r"|\bwho is the (\w+)"
)

_UNIT = re.compile(rf"(?:多少|几)(?:个|多|万|千|百)?([{CJK}])")
_NO_UNIT = "个种些的了是有在钱费价点月时大多少人"
"""What follows «多少» and «几» and is no measure, or one that other kinds know."""
_SAME_UNIT = {
    "家": "家个户所",
    "名": "名人位",
    "位": "名人位",
    "天": "天日",
    "日": "天日号",
    "块": "块元",
}

_NUMBERS = re.compile(r"\d+(?:\.\d+)*")
_ORDINAL = re.compile(r"第([一二三四五六七八九十百零]+|\d+)([条次届章节期号批版代回名届任季])")
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


def sought_kinds(folded: str) -> tuple[Kind, ...]:
    """The kinds of answer that a folded question asks for; many ask for none of these."""
    found = {name: kind for name, kind in _KINDS.items() if kind.asked.search(folded)}
    known = [kind for kind in found.values() if kind.unless not in found]
    return (*known, *_offices(folded), *_units(folded))


def _offices(folded: str) -> Iterator[Kind]:
    for match in _OFFICE.finditer(folded):
        office = re.escape(next(filter(None, match.groups())))
        yield Kind("office", _OFFICE, re.compile(f"(?<!副){office}"))


def _units(folded: str) -> Iterator[Kind]:
    for match in _UNIT.finditer(folded):
        if match[1] not in _NO_UNIT:
            signs = _SAME_UNIT.get(match[1], match[1])
            held = re.compile(rf"{_AMOUNT}[万亿千百多余来]*[{signs}]")
            yield Kind("unit", _UNIT, held, loose=True)


def lacking(kinds: Iterable[Kind], folded: str) -> float:
    """Share of the kinds sought that a folded text holds nothing of, 0 to 1."""
    missed = [not kind.held.search(folded) for kind in kinds]
    return sum(missed) / len(missed) if missed else 0.0


def numbers(folded: str) -> frozenset[str]:
    """The numbers of a folded text, in digits, and its ordinals: «第三十二条» is 第32条."""
    ordinals = {f"第{_value(match[1])}{match[2]}" for match in _ORDINAL.finditer(folded)}
    return frozenset(_NUMBERS.findall(folded)) | ordinals


def _value(numeral: str) -> int:
    """Read a Chinese numeral below a thousand, or digits."""
    if numeral.isdigit():
        return int(numeral)
    total = digit = 0
    for sign in numeral:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign != "零":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
    return total + digit

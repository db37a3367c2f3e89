"""What kind of answer a question asks for, and whether a text holds anything of that kind.

«学费贵不贵» asks for money: a passage that names the school and no sum does not answer it, however
many words it shares. Patterns are matched against folded text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_AMOUNT = r"(?:\d|[一二两三四五六七八九十百千万亿几数半])"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer: how it is asked for, and how it looks."""

    name: str
    asked: re.Pattern[str]
    held: re.Pattern[str]


def _kind(name: str, asked: str, held: str) -> Kind:
    return Kind(name, re.compile(asked), re.compile(held))


KINDS = (
    _kind(
        "money",
        r"多少钱|花.{0,3}多少|[什么几]价|[房票物油菜租售定均身]价|价[格钱位]|门票|票.{0,2}多少|学费|[收花消自]费|费用|多少费"
        r"|贵不贵|贵吗|便宜|工资|薪|预算|投资.{0,4}多少|多少投资|(?:几|多少)(?:个)?(?:元|块|万|亿)|成本"
        r"|\b(?:price|cost|fee|salary|budget|ticket)s?\b|\bhow much (?:is|does|did|money)\b",
        r"元|块钱|免费|\d亿|[¥$€£]|\b(?:dollars?|yuan|usd|free)\b",
    ),
    _kind(
        "number",
        r"多少|几[个家种项座条名位次天年月件大类辆亩间人口处]|数量|总数|人数|人口"
        r"|\bhow many\b|\bnumber of\b",
        _AMOUNT,
    ),
    _kind(
        "percent",
        r"百分之|比例|占比|百分比|几成|\bpercent|\bshare of\b",
        r"%|百分之|成[，。以]|一半",
    ),
    _kind(
        "date",
        r"什么时候|啥时候|何时|哪一?[年天月日]|几[月号日]|哪个[年朝]代"
        r"|\bwhen\b|\bwhat (?:year|date|day)\b",
        r"\d+[年月日号]|[今去前明]年|[上本下]月|[昨今明]天|世纪|年代|朝|[天日月年]前"
        r"|\b(?:1\d|20)\d\d\b",
    ),
    _kind(
        "clock",
        r"几点|开门|关门|营业时间|开放时间|上班时间|\bwhat time\b|\bopening hours\b",
        r"\d[点时:]|[上下]午|凌晨|小时",
    ),
    _kind(
        "duration",
        r"多久|多长时间|几个?(?:小时|分钟|天|年|月)|\bhow long\b",
        rf"{_AMOUNT}+个?(?:小时|分钟|分|天|日|周|星期|月|年|秒)",
    ),
    _kind("age", r"多大了|几岁|年龄|多大年纪|多大岁数|\bhow old\b", r"岁|年龄|出生|生于"),
    _kind(
        "size",
        r"面积|占地|多大[?]?$|多[高长宽深重远]|\bhow (?:big|large|tall|high|far)\b",
        r"平方|亩|公顷|[千厘毫]?米|公里|吨|公?斤|[千毫]?克|㎡|\bk?m\b",
    ),
    _kind(
        "contact",
        r"电话|号码|邮箱|邮件地址|网址|微信|联系方式|\b(?:phone|e-?mail|website|contact)\b",
        r"\d{5,}|\d{3}-\d|@|http|www\.|电话|热线",
    ),
    _kind(
        "school",
        r"[哪什]么?个?(?:大学|学校|学院)|毕业于|学历|\bwhich (?:university|school)\b",
        r"大学|学院|学校|毕业",
    ),
    _kind(
        "population",
        r"人口|多少人住|住着?多少人|\bpopulation\b|\bpeople live\b",
        r"人口|居民|常住|户籍|\bpopulation\b",
    ),
    _kind(
        "author",
        r"作者|谁写|写的|撰[写文稿]|记者|署名|报道的|\bauthor|\bwrote|\bwritten by|\breporter",
        r".",
    ),
)
AUTHOR = KINDS[-1]

# Who holds an office: a deputy is not the holder, and another office is not this one.
_OFFICE = re.compile(
    r"(副?(?:[国省市区县州镇乡村局厅处校院部署司所站社队组团]长|书记|主席|主任|总理|总统|总裁|董事长|经理|ceo))"
    r"[^,，。]{0,4}(?:谁|叫什么|叫啥|姓甚|姓什么|名字|哪位)|\bwho is the (\w+)"
)

_NUMBERS = re.compile(r"\d+(?:\.\d+)?")


def sought_kinds(folded: str) -> tuple[Kind, ...]:
    """The kinds of answer that a folded question asks for; most ask for none of these."""
    found = [kind for kind in KINDS if kind.asked.search(folded)]
    if any(kind.name == "money" for kind in found):
        # A sum is a number already.
        found = [kind for kind in found if kind.name != "number"]
    return (*found, *_offices(folded))


def _offices(folded: str) -> Iterator[Kind]:
    for match in _OFFICE.finditer(folded):
        office = re.escape(match[1] or match[2])
        yield _kind("office", office, f"(?<!副){office}")


def lacking(kinds: tuple[Kind, ...], folded: str) -> float:
    """Share of the kinds sought that a folded text holds nothing of, 0 to 1."""
    if not kinds:
        return 0.0
    return sum(not kind.held.search(folded) for kind in kinds) / len(kinds)


def numbers(folded: str) -> frozenset[str]:
    """The numbers of a folded text, as written in digits."""
    return frozenset(_NUMBERS.findall(folded))

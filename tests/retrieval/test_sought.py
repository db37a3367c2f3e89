"""Kinds of answer: how they are asked for, and what holds them."""

import pytest

from retrieval.sought import lacking, numbers, sought_kinds
from retrieval.text import fold


def names(question: str) -> list[str]:
    return [kind.name for kind in sought_kinds(fold(question)) if not kind.loose]


def loose_names(question: str) -> list[str]:
    return [kind.name for kind in sought_kinds(fold(question)) if kind.loose]


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("门票多少钱", ["money"]),
        ("學費貴不貴？", ["money"]),
        ("民宿有多少家", ["number"]),
        ("哪年设立的", ["date", "year"]),
        ("几点开门", ["clock"]),
        ("坐高铁要多久", ["duration"]),
        ("他多大了", ["age"]),
        ("规划面积是多少", ["number", "size"]),
        ("邮箱是什么", ["contact"]),
        ("北京游客占百分之几", ["percent"]),
        ("文章作者是谁", ["author"]),
        ("省长是谁？", ["office"]),
        ("谁是浙江省省长？", ["office"]),
        ("现在谁担任绍兴市市长", ["office"]),
        ("谁是校长的老师", []),
        ("他是哪个大学的", ["school"]),
        ("全区有多少人口", ["number", "population"]),
        ("How much is the ticket?", ["money"]),
        ("数字经济怎么发展", []),
    ],
)
def test_the_kind_of_answer_is_seen(question: str, kinds: list[str]) -> None:
    assert names(question) == kinds


@pytest.mark.parametrize(
    ("question", "text", "share"),
    [
        ("门票多少钱", "每天吸引近3万名游客。", 1.0),
        ("门票多少钱", "门票每张80元。", 0.0),
        ("哪年设立的", "该区历史悠久。", 1.0),
        ("哪年设立的", "2017年设立。", 0.0),
        ("规划面积是多少", "规划面积35平方公里。", 0.0),
        ("规划面积是多少", "共有35个项目。", 0.5),
        ("数字经济怎么发展", "任何一句话。", 0.0),
        ("区长是谁", "副区长张炳柱说。", 1.0),
        ("区长是谁", "区长张炳柱说。", 0.0),
        ("副区长叫什么名字", "副区长张炳柱说。", 0.0),
        ("天津市长是谁", "副区长张炳柱说。", 1.0),
        ("谁是区长", "副区长张炳柱说。", 1.0),
        ("谁是这个区的区长", "区长张炳柱说。", 0.0),
        ("全县有多少人口", "具有人口集聚能力的片区共有3个。", 0.5),
        ("全县有多少人口", "景区单日游客达到63.8万人。", 0.5),
        ("全县有多少人口", "常住人口为41.2万人。", 0.0),
        ("全县有多少人口", "全县41.2万居民。", 0.0),
        ("大桥哪天通车", "大桥昨日通车。", 0.0),
        ("大桥什么时候通车", "大桥将在当日通车。", 0.0),
    ],
)
def test_what_a_text_lacks_is_measured(question: str, text: str, share: float) -> None:
    kinds = [kind for kind in sought_kinds(fold(question)) if not kind.loose]
    assert lacking(kinds, fold(text)) == share


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("县长是谁", ["person"]),
        ("为啥停水", ["reason"]),
        ("在哪里报名", ["place"]),
        ("哪家公司承建的", ["organisation"]),
        ("怎么申请补贴", ["way"]),
        ("有哪些片区", ["list"]),
        ("五大行动是哪五大", ["list"]),
        ("哪3个片区", ["list"]),
        ("是哪一个片区", []),
        ("张三担任什么职务", ["post"]),
        ("种了多少亩", ["unit"]),
        ("数字经济", []),
    ],
)
def test_kinds_that_an_answer_need_not_show_are_seen_too(question: str, kinds: list[str]) -> None:
    assert loose_names(question) == kinds


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        ("种了多少亩", "种植面积9.6万亩。", True),
        ("种了多少亩", "种植蜜柚9.6万株。", False),
        ("卖了多少美元", "收入300万美元。", True),
        ("卖了多少美元", "收入300万元。", False),
        ("有几家门店", "共有12个门店。", True),
    ],
)
def test_a_measure_is_held_by_an_amount_of_it(question: str, text: str, held: bool) -> None:
    units = [kind for kind in sought_kinds(fold(question)) if kind.name == "unit"]
    assert (not lacking(units, fold(text))) is held


@pytest.mark.parametrize(
    ("text", "ordinal"),
    [
        ("第三十二条", "第32条"),
        ("第32条", "第32条"),
        ("第十届", "第10届"),
        ("第一百零五号", "第105号"),
    ],
)
def test_ordinals_are_read_in_chinese_and_in_digits(text: str, ordinal: str) -> None:
    assert ordinal in numbers(fold(text))


def test_numbers_are_read_in_full() -> None:
    assert numbers(fold("２０１９年占21.7%，“2+4+46”")) == {"2019", "21.7", "2", "4", "46"}

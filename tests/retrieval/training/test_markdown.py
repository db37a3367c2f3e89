"""Markdown gives the prose that a reader sees."""

import pytest

from retrieval.training.markdown import clean_inline, read_markdown

PAGE = """---
title: "质检订单"
ms.date: 03/23/2021
---
# <a name="x"></a>质检订单

[!include [banner](../includes/banner.md)]

本文介绍**如何**创建[质检订单](a.md "标题")。
第二行接着说。

## 设置

> [!NOTE]
> 只有管理员可以更改。

```sql
SELECT 1; -- 不是正文
```

1. 打开 `文件` 菜单。
2. 选择 ![图](b.png) 保存。

| 列 | 说明 |
| --- | --- |
| 甲 | 第一列 |

### 细节

<!-- 注释 -->
公式 $x$ 与 $\\frac{1}{2}$ 之和。

$$
y = x
$$
"""


def test_page_keeps_prose_under_its_headings() -> None:
    page = read_markdown(PAGE, name="quality-orders")
    assert page.title == "质检订单"
    assert [(section.headings, section.paragraphs) for section in page.sections] == [
        ((), ("本文介绍如何创建质检订单。第二行接着说。",)),
        (
            ("设置",),
            ("只有管理员可以更改。", "打开 文件 菜单。", "选择 保存。", "列 说明", "甲 第一列"),
        ),
        (("设置", "细节"), ("公式 x 与 之和。",)),
    ]


def test_title_falls_back_to_first_heading_then_to_name() -> None:
    assert read_markdown("# 宪法\n\n第一条", name="a").title == "宪法"
    assert read_markdown("## 定义\n\n区间", name="interval").title == "interval"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("见[表 (一)](a(1).md)。", "见表 (一)。"),
        ("{{< copyable >}}运行", "运行"),
        ("<br>换行<br/>", "换行"),
        ("参见 :numref:`fig`", "参见"),
        ("网址 https://example.org/a?b=1 见下", "网址 见下"),
        ("a*b*c 和 *重点*", "a*b*c 和 重点"),
        ("", ""),
    ],
)
def test_inline_marks_are_removed(line: str, expected: str) -> None:
    assert clean_inline(line) == expected

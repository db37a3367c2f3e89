"""The title that a file gives itself -> one for people, or none: programs fill it in, too."""

import re

from retrieval.corpus.rubbish import rubbish

_LONGEST = 100
_PROGRAM = re.compile(r"(?:Microsoft (?:Word|PowerPoint|Excel)|WPS Office)\s*-\s*", re.IGNORECASE)
_SUFFIX = re.compile(r"\.(?:docx?|wps|odt|rtf|pptx?)\Z", re.IGNORECASE)
_NONE = re.compile(
    r"(?:untitled|无标题|未命名|新建|document|文档|文件|演示文稿|presentation|slide|幻灯片"
    r"|power\s?point.*|\(anonymous\)|title|标题|book|print|layout)[\s\d()（）_-]*",
    re.IGNORECASE,
)
_FILE = re.compile(r"\w+://|[A-Za-z]:\\|.*\.[a-z0-9]{2,5}\Z", re.IGNORECASE)


def title_of(said: str) -> str:
    """What a citation may call a document; ``""`` where its title names a file or a program."""
    title = _SUFFIX.sub("", _PROGRAM.sub("", " ".join(said.split())))
    letters = sum(char.isalpha() for char in title)
    if len(title) > _LONGEST or letters < 2 or rubbish(title):
        return ""
    return "" if _NONE.fullmatch(title) or _FILE.match(title) else title

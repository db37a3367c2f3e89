"""A dictionary -> ``retrieval/homophones.txt``: which characters sound alike.

Keyboards for Chinese take sounds, so what people mistype sounds as it should: «蓟洲» for «蓟州».
Sounds that many speakers do not tell apart (zh and z, n and l, ang and an) count as one. Readings
are those of single characters in CC-CEDICT; characters that nobody uses are left out.
"""

import gzip
import re
from collections import defaultdict
from pathlib import Path

from retrieval.spelling import FILE
from retrieval.text import fold
from retrieval.training.glosses import dictionary_file

_ENTRY = re.compile(r"\S (\S) \[([A-Za-z:]+)\d\]")
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))


def make_homophones(file: Path = FILE) -> None:
    """Write the groups of characters that sound alike, one a line, the most used first.

    Raises:
        ModelError: The dictionary is not installed.
    """
    from wordfreq import get_frequency_dict

    used = get_frequency_dict("zh", wordlist="large")
    groups: defaultdict[str, dict[str, float]] = defaultdict(dict)
    with gzip.open(dictionary_file(), "rt", encoding="utf-8") as lines:
        for line in lines:
            entry = _ENTRY.match(line)
            char = fold(entry[1]) if entry else ""
            if entry and char in used:
                groups[_sound(entry[2])][char] = used[char]
    ranked = (
        "".join(sorted(group, key=lambda char: (-group[char], char)))
        for _, group in sorted(groups.items())
    )
    file.write_text("\n".join(line for line in ranked if len(line) > 1) + "\n", "utf-8")


def _sound(reading: str) -> str:
    sound = reading.lower().replace("u:", "v")
    for written, kept in _ALIKE:
        sound = sound.replace(written, kept)
    return "l" + sound[1:] if sound.startswith("n") else sound

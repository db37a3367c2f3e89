"""Words that stand for each other -> token vectors that know it.

People ask in plain words for what a text says in official ones: «扎堆» for «集聚», «盖» for «建».
``thesaurus/*.txt`` holds groups of such words, one a line. The meaning of each word is drawn
towards that of its group, by retrofitting (Faruqui et al. 2015).
"""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from retrieval.text import fold
from retrieval.training.encoding import normalise
from retrieval.types import Vectors

FOLDER = Path(__file__).parent / "thesaurus"
_ROUNDS = 10
_OWN = 1.0
"""How much a word keeps of its own meaning beside the mean of its group's."""

Group = tuple[str, ...]


def read_groups(folder: Path = FOLDER) -> list[Group]:
    """Read the groups of all files, folded, in their order, each once."""
    groups = (
        tuple(dict.fromkeys(fold(line).split()))
        for file in sorted(folder.glob("*.txt"))
        for line in file.read_text("utf-8").splitlines()
        if line.strip()
    )
    return list(dict.fromkeys(groups))


def retrofit(meanings: Vectors, tokens: Sequence[str], groups: Sequence[Group]) -> Vectors:
    """Draw the meanings of words of one group together.

    Args:
        meanings: Shape ``(tokens, dimension)``, rows of length 1, or 0 where nothing is known: such
            a row becomes the mean of its group.
        tokens: The vocabulary.
        groups: Words that stand for each other; those that are no tokens are passed over.
    """
    near = _neighbours(tokens, groups)
    fitted = meanings.copy()
    for _ in range(_ROUNDS):
        for row, others in near.items():
            own = _OWN * meanings[row]
            fitted[row] = own + fitted[others].mean(axis=0)
        fitted = normalise(fitted)
    return fitted


def _neighbours(tokens: Sequence[str], groups: Sequence[Group]) -> dict[int, list[int]]:
    place = {token: row for row, token in enumerate(tokens)}
    near: defaultdict[int, list[int]] = defaultdict(list)
    for group in groups:
        rows = [place[word] for word in group if word in place]
        for row in rows:
            near[row] += [other for other in rows if other != row]
    return {row: others for row, others in near.items() if others}

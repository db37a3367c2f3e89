"""Open text -> the shipped model: the reproducible recipe. Only here is torch imported directly.

sources      archives -> clean documents (`markdown`), near-duplicates removed (`duplicates`)
frequencies  clean documents -> ``retrieval/frequencies.tsv.gz``
homophones   a dictionary -> ``retrieval/homophones.txt``
regional     OpenCC's phrases -> ``retrieval/regional.txt``
vocabulary   clean documents -> words and characters with their frequencies -> a tokenizer
pairs        documents and questions -> (question-like text, passage) pairs
cooccurrence documents -> first token vectors
train        pairs -> trained token vectors
glosses      a dictionary -> token vectors that know what words mean in general
measure      token vectors -> figures on the development part
card, export figures and vectors -> the model folder with its card
fitting      labelled questions -> ``retrieval/ranking.toml``
"""

from collections.abc import Callable
from pathlib import Path

Report = Callable[[str, float], None]


def train_model(data: Path, out: Path) -> None:
    """Train the shipped model from the archives in ``data`` and publish it at ``out``.

    Args:
        data: Folder with ``train/*.tar.xz`` and ``dev/*.json``, as `data/README.md` describes it.
        out: Folder of the finished model; what stands there is replaced at the end, in one rename.
    """
    from retrieval.training.recipe import run_recipe

    run_recipe(data, out)

"""What a run gave -> the model card, a ``README.md`` that hubs and people read."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.training.export import SHARED_ROWS
from retrieval.training.measure import Figures

if TYPE_CHECKING:
    from retrieval.training.recipe import Outcome

_NOTES = Path(__file__).parent / "card.toml"

_CARD = """---
library_name: sentence-transformers
pipeline_tag: sentence-similarity
license: cc-by-sa-4.0
language:
- zh
- en
tags:
- sentence-transformers
- static-embeddings
- model2vec
---
# Chuchu static: one vector a token, for Chinese with some English

{vocabulary:,} tokens in {rows:,} rows of {dimension} int8 components (one scale a row; the
characters that no text had share a few rows); a text is the mean of its tokens, at length 1. Loaded
without torch by model2vec, or by sentence-transformers: the same vectors.

**Fold a text with `retrieval.text.fold` first**: the tokenizer knows folded text only.

```python
from model2vec import StaticModel
from retrieval.text import fold

model = StaticModel.from_pretrained("retrieval/model")
vectors = model.encode([fold("京津冀的產業協同得怎麼樣？")])  # shape (1, {dimension}), length 1
```

The vectors are trained nested: the first {nested} components serve alone, once scaled to length 1
again.

## Figures

Development part: three tenths of the contexts of `drcd_dev.json` and `cmrc_trial.json`, chosen by
a hash; neither they nor the other contexts were trained on. All contexts are indexed in passages
of at most about 180 characters; the part's questions are asked as they were typed. A hit is a
passage of the right context that contains an answer. The interval is 95 %, bootstrap by context.
Vectors are those of the shipped int8 file. `retrieval.training.measure` measured it by brute force.

{figures}

## Recipe

1. {documents:,} documents, {characters:,} characters: Markdown cleaned, text folded, near-duplicate
   paragraphs removed (bottom-k sketches of six-letter shingles).
2. Tokenizer: Unigram over words that jieba finds, with their corpus frequencies as
   log-probabilities, everyday words with those of general text (wordfreq), every character of the
   block 4E00-9FFF, numbers to 999, years to 2099, common latin words and pieces; bytes for the
   rest, so that nothing is unknown. No token crosses whitespace, punctuation or the border between
   scripts; punctuation gives no token.
3. {passages:,} passages give the pairs of an epoch: sentence -> (rest of) its passage, title and
   headings -> passage. Sentences are drawn anew each epoch. No question file is trained on: the
   weights of the ranking are fitted there (`retrieval.training.fitting`), and vectors that know
   those questions would be trusted too much.
4. A token's vector is its own row plus a share of the rows of the tokens inside it («北京市» has
   parts of «北京», «京», «市»), so that texts cut differently still meet. Rows start as random
   directions (lexical search) beside {company} components of factorised co-occurrence (what words
   mean by the company they keep), all turned by one rotation; the rarer a token, the longer.
5. Loss: in-batch softmax over cosines (`MultipleNegativesRankingLoss`), summed over nested sizes.
   Shipped as int8 sums; the rows they were made of are not kept.
6. Behind the trained components stand {meanings} from a dictionary: the mean of a word's English
   glosses (CC-CEDICT), embedded by all-MiniLM-L6-v2, their principal components; a latin word is
   embedded as it is. They hold {meaning_share} of a row's length. So «游客» and «旅客» are near
   though no law says so, and an English word is near the Chinese one that it glosses.
7. The meanings of words that stand for each other are drawn together (retrofitting, Faruqui et al.
   2015), by a thesaurus of spoken and official words written for this purpose
   (`retrieval/training/thesaurus`).
8. {sharing:,} characters that stand in no word of the text share {shared} rows: nothing is learnt
   of them. The room that they took holds wider vectors.

{recipe}

{log}

## Sources

Licence and commit of each, as in `../shared/data/README.md`:

{sources}

The vectors are shared under CC BY-SA 4.0, the strictest of these.

## Known weaknesses

{weaknesses}

## Tries

Each on the development part while the recipe was sought. Dense and hybrid are R@1. These are
relative figures of a quicker evaluator (hybrid over the 60 best of BM25 alone, float vectors):
compare them with each other, not with the table above. One question is 0.00075.

{tries}

{lessons}

## Train it again

```
python -m retrieval.training --data ../shared/data --out retrieval/model
```

Seeds are fixed; two runs on one machine with the same number of threads give the same file but for
the order of floating-point sums.
"""


def write_card(outcome: "Outcome") -> str:
    """Return the card as Markdown."""
    notes = tomllib.loads(_NOTES.read_text("utf-8"))
    recipe = outcome.recipe
    return _CARD.format(
        vocabulary=outcome.tokens,
        rows=recipe.rows,
        shared=SHARED_ROWS,
        sharing=outcome.tokens - recipe.rows + SHARED_ROWS,
        dimension=recipe.width,
        meanings=recipe.meanings,
        meaning_share=recipe.meaning_share,
        nested=" or ".join(str(size) for size in recipe.nested),
        figures=_figures(outcome.figures),
        documents=outcome.documents,
        characters=outcome.characters,
        passages=outcome.passages,
        company=recipe.company,
        recipe=_table(
            ("setting", "value"),
            ((field.name, str(getattr(recipe, field.name))) for field in fields(recipe)),
        ),
        log=_table(
            ("epoch", "pairs", "mean loss"),
            ((str(epoch.number), f"{epoch.pairs:,}", f"{epoch.loss:.3f}") for epoch in outcome.log),
        ),
        sources=_table(
            ("source", "commit", "licence"),
            ((source["name"], source["commit"], source["licence"]) for source in notes["sources"]),
        ),
        weaknesses="\n".join(f"- {weakness}" for weakness in notes["weaknesses"]),
        lessons="\n".join(f"- {lesson}" for lesson in notes["lessons"]),
        tries=_table(
            ("try", "dense", "hybrid", "kept?"),
            (
                (entry["what"], entry["dense"], entry["hybrid"], entry["kept"])
                for entry in notes["tries"]
            ),
        ),
    )


def _figures(figures: Iterable[tuple[str, Figures]]) -> str:
    rows = (
        (
            name,
            f"{found.r1:.3f} ({found.r1_interval[0]:.3f} to {found.r1_interval[1]:.3f})",
            *(f"{value:.3f}" for value in (found.r3, found.r10, found.mrr10)),
        )
        for name, found in figures
    )
    return _table(("ranking", "R@1", "R@3", "R@10", "MRR@10"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)

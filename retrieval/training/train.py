"""Pairs -> trained token vectors.

The loss is sentence-transformers' `MultipleNegativesRankingLoss` over mean token vectors, summed
over nested dimensions as its `MatryoshkaLoss` does it. The loop is our own: it trains the parts of
tokens (see `parts`), which `StaticEmbedding` cannot hold, and texts that are tokenised once.
"""

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer
from torch import Tensor

from retrieval.training.cooccurrence import directions_by_company
from retrieval.training.encoding import TokenLists
from retrieval.training.pairs import Material, Pairs, batches, draw_epoch
from retrieval.training.parts import Parts
from retrieval.types import Vectors

logger = logging.getLogger(__name__)

Advance = Callable[[int, int, float], None]
"""Told after each step: steps done, steps in all, loss."""

_WARM_UP = 50
_TEXT_TOKENS = 20
"""Tokens that a text has in the count of how common a token is."""
_LEAST_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Recipe:
    """Every number that shapes the model."""

    rows: int = 19_952
    """Vectors that are shipped; characters that no text had share `export.SHARED_ROWS` of them."""
    dimension: int = 512
    """Trained components; those that the dictionary gives stand behind them."""
    nested: tuple[int, ...] = (512, 256, 128, 64)
    """Dimensions that the loss is summed over: the first so many of a vector serve alone."""
    part_share: float = 0.7
    first_length: float = 0.3
    """Root mean square of the rarest tokens' first components."""
    company: int = 64
    """Components that start from co-occurrence, not at random."""
    company_length: float = 0.3
    """Length of these beside a length of 1 of the random ones."""
    batch: int = 2048
    epochs: int = 2
    rate: float = 5e-3
    scale: float = 20.0
    """Inverse temperature of the loss."""
    most_per_source: int = 12_000
    """Passages that one source gives to an epoch: laws would drown the rest."""
    question_repeats: int = 0
    """How often an epoch sees each question outside the development part.

    None: `fitting` weighs the vectors on these questions, and must not meet them as known.
    """
    meanings: int = 256
    """Components that come from the glosses of a dictionary (`glosses`)."""
    meaning_share: float = 0.5
    """Their length beside a whole row of length 1."""
    seed: int = 0

    @property
    def width(self) -> int:
        """Components of the finished model."""
        return self.dimension + self.meanings


@dataclass(frozen=True, slots=True)
class Epoch:
    """One line of the training log."""

    number: int
    pairs: int
    loss: float


def first_rows(sentences: TokenLists, vocabulary: int, recipe: Recipe) -> Vectors:
    """Give tokens the rows that training starts from, shape ``(vocabulary, dimension)``.

    Most components are random: random directions are nearly orthogonal, so the mean of such rows
    is a random projection of term weights, and training starts from lexical search. The others
    are what the tokens' company tells (see `cooccurrence`). A rotation mixes both, so that the
    first components alone have of each. The rarer a token, the longer its row.
    """
    rng = np.random.default_rng(recipe.seed)
    seen = np.bincount(sentences.ids, minlength=vocabulary).astype(np.float64)
    random = rng.standard_normal((vocabulary, recipe.dimension - recipe.company))
    company = directions_by_company(sentences, vocabulary, recipe.company, recipe.seed)
    both = [random / math.sqrt(random.shape[1]), recipe.company_length * company]
    rotation, _ = np.linalg.qr(rng.standard_normal((recipe.dimension, recipe.dimension)))
    length = recipe.first_length * math.sqrt(recipe.dimension)
    rows = np.concatenate(both, axis=1) @ rotation * (length * _rarity(seen)[:, None])
    return np.asarray(rows, dtype=np.float32)


def train_vectors(
    material: Material, tokenizer: Tokenizer, recipe: Recipe, advance: Advance
) -> tuple[Vectors, list[Epoch]]:
    """Train; return token vectors, shape ``(vocabulary, dimension)``, and the log."""
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    rows = torch.nn.Parameter(
        torch.from_numpy(first_rows(material.sentences, tokenizer.get_vocab_size(), recipe))
    )
    parts = Parts.of(tokens_of(tokenizer), recipe.part_share)
    loss = _loss(tokenizer, rows, recipe)
    optimiser = torch.optim.Adam([rows], lr=recipe.rate, betas=(0.9, 0.99), fused=True)
    log: list[Epoch] = []
    done = 0
    for number in range(1, recipe.epochs + 1):
        pairs = draw_epoch(material, rng, recipe.most_per_source, recipe.question_repeats)
        in_all = recipe.epochs * (len(pairs) // recipe.batch)
        losses: list[float] = []
        for batch in batches(pairs, recipe.batch, rng):
            optimiser.param_groups[0]["lr"] = recipe.rate * _schedule(done, in_all)
            value = _nested_loss(loss, _embed(batch, rows, parts), recipe.nested)
            optimiser.zero_grad(set_to_none=True)
            value.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            losses.append(value.item())
            done += 1
            advance(done, in_all, losses[-1])
        log.append(Epoch(number, len(pairs), float(np.mean(losses))))
        logger.info("epoch %d: %d pairs, loss %.3f", *(number, len(pairs), log[-1].loss))
    with torch.no_grad():
        table = compose(rows, parts)
    return table.numpy(), log


def compose(rows: Tensor, parts: Parts) -> Tensor:
    """Sum the parts of tokens, shape ``(tokens, dimension)``."""
    return torch.nn.functional.embedding_bag(
        torch.from_numpy(parts.rows.ids),
        rows,
        torch.from_numpy(parts.rows.offsets[:-1]),
        mode="sum",
        per_sample_weights=torch.from_numpy(parts.weights),
    )


def _rarity(seen: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Vectors:
    """Inverse text frequency as a share of that of the rarest token seen, 0 to 1."""
    texts = seen.sum() / _TEXT_TOKENS
    weights = np.maximum(np.log((texts + 1) / (seen + 0.5)), _LEAST_WEIGHT)
    rarest = weights[seen > 0].max()
    return np.asarray(np.minimum(weights / rarest, 1.0), dtype=np.float32)


def tokens_of(tokenizer: Tokenizer) -> list[str]:
    """The vocabulary, by id."""
    ranked = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    return [token for token, _ in ranked]


def _loss(tokenizer: Tokenizer, rows: Tensor, recipe: Recipe) -> MultipleNegativesRankingLoss:
    static = StaticEmbedding(tokenizer, embedding_weights=rows.detach())
    model = SentenceTransformer(modules=[static], device="cpu")
    return MultipleNegativesRankingLoss(model, scale=recipe.scale)


def _embed(batch: Pairs, rows: Tensor, parts: Parts) -> tuple[Tensor, Tensor]:
    """Mean vectors of both sides, each of shape ``(batch, dimension)``."""
    tokens, where = np.unique(
        np.concatenate([batch.asked.ids, batch.found.ids]), return_inverse=True
    )
    vectors = compose(rows, parts.select(tokens))
    asked, found = np.split(where, [len(batch.asked.ids)])
    return (
        _means(TokenLists(asked, batch.asked.offsets), vectors),
        _means(TokenLists(found, batch.found.offsets), vectors),
    )


def _means(texts: TokenLists, vectors: Tensor) -> Tensor:
    return torch.nn.functional.embedding_bag(
        torch.from_numpy(texts.ids), vectors, torch.from_numpy(texts.offsets[:-1]), mode="mean"
    )


def _nested_loss(
    loss: MultipleNegativesRankingLoss, sides: tuple[Tensor, Tensor], dimensions: Sequence[int]
) -> Tensor:
    labels = torch.arange(len(sides[0]))
    values = [
        loss.compute_loss_from_embeddings([side[:, :size] for side in sides], labels)
        for size in dimensions
    ]
    return torch.stack(values).sum()


def _schedule(done: int, in_all: int) -> float:
    """Share of the learning rate: linear warm-up, then half a cosine down to nothing."""
    return min(1.0, (done + 1) / _WARM_UP) * (0.5 + 0.5 * math.cos(math.pi * done / in_all))

"""Tiny random models, made here: what sentence-transformers loads without a hub."""

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="session")
def bert_parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the configuration and tokenizer of a two-layer BERT over the seeds' characters."""
    from transformers import BertTokenizerFast

    folder = tmp_path_factory.mktemp("bert")
    characters = sorted(set(next((ROOT / "seeds").glob("*.txt")).read_text("utf-8")))
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(c for c in characters if c.strip())]
    (folder / "vocab.txt").write_text("\n".join(words), "utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_bert(bert_parts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random BERT of two layers, saved as a sentence-transformers folder."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertModel

    torch.manual_seed(7)
    folder = tmp_path_factory.mktemp("encoder")
    BertModel(_config(bert_parts)).save_pretrained(folder)
    _copy_tokenizer(bert_parts, folder)
    saved = folder / "st"
    SentenceTransformer(modules=[Transformer(str(folder)), Pooling(32)], device="cpu").save(
        str(saved)
    )
    return saved


@pytest.fixture(scope="session")
def tiny_cross_encoder(bert_parts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random cross-encoder with one score a pair."""
    return _cross_encoder(bert_parts, tmp_path_factory.mktemp("cross"), scores=1)


@pytest.fixture(scope="session")
def classifier(bert_parts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random cross-encoder with three scores a pair: it classifies, and ranks nothing."""
    return _cross_encoder(bert_parts, tmp_path_factory.mktemp("classes"), scores=3)


def _cross_encoder(parts: Path, folder: Path, scores: int) -> Path:
    import torch
    from transformers import BertForSequenceClassification

    torch.manual_seed(9)
    BertForSequenceClassification(_config(parts, num_labels=scores)).save_pretrained(folder)
    _copy_tokenizer(parts, folder)
    return folder


def _config(parts: Path, **more: Any) -> Any:
    from transformers import BertConfig

    return BertConfig(
        vocab_size=len((parts / "vocab.txt").read_text("utf-8").split("\n")),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        **more,
    )


def _copy_tokenizer(parts: Path, folder: Path) -> None:
    from transformers import AutoTokenizer

    AutoTokenizer.from_pretrained(parts).save_pretrained(folder)

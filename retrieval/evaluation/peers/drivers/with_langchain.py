"""LangChain: FAISS and BM25Retriever, fused by EnsembleRetriever (weighted reciprocal ranks)."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings

DISTRIBUTIONS = (
    *("langchain-classic", "langchain-community", "langchain-huggingface"),
    *("rank-bm25", "faiss-cpu", "sentence-transformers", "torch"),
)
_WORDS = re.compile(r"[\u4e00-\u9fff]+|[a-z]+|\d+")


def load(model: str) -> HuggingFaceEmbeddings:
    """Load the model."""
    return HuggingFaceEmbeddings(model_name=model)


def build(
    loaded: HuggingFaceEmbeddings,
    passages: Sequence[tuple[str, str]],
    job: Path,
    depth: int,
    lexical: float | None,
) -> Callable[[str], list[str]]:
    """Index passages in memory."""
    del job
    texts = [text for _, text in passages]
    names = [{"id": passage} for passage, _ in passages]
    weight = 0.5 if lexical is None else lexical
    terms = BM25Retriever.from_texts(texts, names, preprocess_func=pairs, k=depth)
    vectors = FAISS.from_texts(texts, loaded, names).as_retriever(search_kwargs={"k": depth})
    both = EnsembleRetriever(retrievers=[terms, vectors], weights=[weight, 1 - weight])
    return lambda question: [found.metadata["id"] for found in both.invoke(question)]


def pairs(text: str) -> list[str]:
    """Pairs of neighbouring Chinese characters; other words and numbers as they stand."""
    return [term for word in _WORDS.findall(text) for term in _pairs(word)]


def _pairs(word: str) -> list[str]:
    if word.isascii() or len(word) == 1:
        return [word]
    return [word[index : index + 2] for index in range(len(word) - 1)]

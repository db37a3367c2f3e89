"""LlamaIndex: VectorStoreIndex on FAISS and BM25Retriever, fused by QueryFusionRetriever."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import faiss
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.retrievers.fusion_retriever import FUSION_MODES
from llama_index.core.schema import TextNode
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.faiss import FaissVectorStore
from sentence_transformers import SentenceTransformer

DISTRIBUTIONS = (
    *("llama-index-core", "llama-index-retrievers-bm25", "llama-index-vector-stores-faiss"),
    *("bm25s", "faiss-cpu", "sentence-transformers", "torch"),
)
_PAIRS = r"(?=([\u4e00-\u9fff]{2}|(?<![a-z])[a-z]+|(?<!\d)\d+))"
"""Every two neighbouring Chinese characters, words and numbers."""


class Embedding(BaseEmbedding):  # type: ignore[misc]  # no types where Chuchu is checked
    """A sentence-transformers model; ``HuggingFaceEmbedding`` refuses static ones.

    (Their longest text is infinite, which its field for that does not take.)
    """

    _model: Any = PrivateAttr()

    def __init__(self, folder: str) -> None:
        super().__init__(embed_batch_size=512)
        self._model = SentenceTransformer(folder, device="cpu")

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return list(self._model.encode(texts, batch_size=len(texts)).tolist())

    def _get_text_embedding(self, text: str) -> list[float]:
        return list(self._model.encode(text).tolist())

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


def load(model: str) -> Embedding:
    """Load the model."""
    return Embedding(model)


def build(
    loaded: Embedding,
    passages: Sequence[tuple[str, str]],
    job: Path,
    depth: int,
    lexical: float | None,
) -> Callable[[str], list[str]]:
    """Index passages in memory."""
    del job
    nodes = [TextNode(id_=passage, text=text) for passage, text in passages]
    store = FaissVectorStore(faiss.IndexFlatIP(len(loaded.get_text_embedding("字"))))
    index = VectorStoreIndex(
        nodes,
        embed_model=loaded,
        storage_context=StorageContext.from_defaults(vector_store=store),
    )
    terms = BM25Retriever.from_defaults(
        nodes=nodes, similarity_top_k=depth, token_pattern=_PAIRS, skip_stemming=True
    )
    ranks, scores = FUSION_MODES.RECIPROCAL_RANK, FUSION_MODES.RELATIVE_SCORE
    both = QueryFusionRetriever(
        [terms, index.as_retriever(similarity_top_k=depth)],
        llm=MockLLM(),  # none is asked: one query, as it is typed
        num_queries=1,
        use_async=False,
        similarity_top_k=depth,
        mode=ranks if lexical is None else scores,  # ranks know no weights
        retriever_weights=None if lexical is None else [lexical, 1 - lexical],
    )
    return lambda question: [found.node.node_id for found in both.retrieve(question)]

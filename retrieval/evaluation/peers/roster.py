"""Who is measured: what is installed for each, and how it is set up."""

from dataclasses import dataclass

_TORCH = "torch==2.13.0"  # a looser range can pull several GB of CUDA builds
_MODEL = "sentence-transformers==6.2.0"
_FAISS = "faiss-cpu==1.15.1"


@dataclass(frozen=True, slots=True)
class Peer:
    """A library in one way of setting it up."""

    name: str
    """What `--peer` calls it; rows of one name share a driver and an environment."""
    label: str
    setup: str
    """How terms are cut and the two halves joined."""
    requirements: tuple[str, ...] = ()
    """What pip installs; nothing for Chuchu, which runs in the environment it stands in."""
    lexical: float | None = None
    """Weight of terms beside vectors, 0 to 1; ``None`` for what the documentation recommends."""

    @property
    def driver(self) -> str:
        """The module in `drivers` that knows it."""
        return f"with_{self.name}"


_LANGCHAIN = (
    *("langchain-classic==1.0.8", "langchain-community==0.4.2", "langchain-huggingface==1.2.3"),
    *("rank-bm25==0.2.2", _FAISS, _MODEL, _TORCH),
)
_TXTAI = ("txtai==9.14.0", _FAISS, _MODEL, _TORCH)
_LLAMAINDEX = (
    *("llama-index-core==0.14.25", "llama-index-retrievers-bm25==0.8.0"),
    *("llama-index-vector-stores-faiss==0.7.0", _FAISS, _MODEL, _TORCH),
)

CHUCHU = Peer("chuchu", "Chuchu", "as it is served, from files to its index on disk")
PEERS = (
    Peer(
        "langchain",
        "LangChain",
        "FAISS + BM25Retriever on character pairs; EnsembleRetriever, weights 0.5 and 0.5",
        _LANGCHAIN,
    ),
    Peer(
        "langchain",
        "LangChain, tuned",
        "the same, weights 0.95 (terms) and 0.05",
        _LANGCHAIN,
        lexical=0.95,
    ),
    Peer("txtai", "txtai", "hybrid, its BM25 on character pairs, weight 0.5", _TXTAI),
    Peer("txtai", "txtai, tuned", "the same, weight of terms 0.8", _TXTAI, lexical=0.8),
    Peer(
        "llamaindex",
        "LlamaIndex",
        "FAISS + BM25Retriever on character pairs; QueryFusionRetriever, reciprocal_rerank",
        _LLAMAINDEX,
    ),
    Peer(
        "llamaindex",
        "LlamaIndex, tuned",
        "the same, relative_score, weights 0.95 (terms) and 0.05",
        _LLAMAINDEX,
        lexical=0.95,
    ),
)
"""Tuned: the best of a few weights (0.5 to 0.95) on questions outside the development part."""

"""A cross-encoder reads question and passage together and puts the best hits in a new order.

Off unless ``[rerank] model`` names one. It changes the order alone: whether the first excerpt is
said is still decided on the features of that passage.
"""

import threading
from collections.abc import Sequence
from typing import Protocol

from retrieval.embedding.location import model_folder
from retrieval.errors import ModelError
from retrieval.index.fields import searched_text
from retrieval.question import Question
from retrieval.settings import RerankSettings
from retrieval.types import Hit


class Reranker(Protocol):
    """Orders hits anew."""

    @property
    def top(self) -> int:
        """How many hits it reads, best first."""

    def reorder(self, question: Question, hits: Sequence[Hit]) -> list[Hit]:
        """Return the same hits, best first."""


class KeepOrder:
    """No cross-encoder: hits stay as they were found."""

    top = 0

    def reorder(self, question: Question, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits as they are."""
        return list(hits)


def load_reranker(settings: RerankSettings) -> Reranker:
    """Load the cross-encoder that the settings name, if any.

    Raises:
        ModelError: It cannot be loaded, or gives more than one score for a pair.
    """
    if not settings.model:
        return KeepOrder()
    try:
        return CrossEncoderReranker(settings)
    except ModelError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:300]
        raise ModelError(
            f"{settings.model}: cannot be loaded as a cross-encoder ({reason}); set [rerank] model "
            'in config/chuchu.toml to a folder or a hub id, or to "" for none'
        ) from error


class CrossEncoderReranker:
    """A sentence-transformers `CrossEncoder`; deterministic on one machine."""

    def __init__(self, settings: RerankSettings) -> None:
        from sentence_transformers import CrossEncoder

        folder = model_folder(settings.model)
        self._model: CrossEncoder = CrossEncoder(
            str(folder or settings.model),
            device=settings.device,
            trust_remote_code=settings.trust_remote_code,
            local_files_only=folder is not None,
        )
        if self._model.num_labels != 1:
            raise ModelError(
                f"{settings.model}: gives {self._model.num_labels} scores for a pair, not one; "
                "set [rerank] model to a cross-encoder that ranks"
            )
        self.top = settings.top
        self._batch_size = settings.batch_size
        self._lock = threading.Lock()

    def reorder(self, question: Question, hits: Sequence[Hit]) -> list[Hit]:
        """Order the first ``[rerank] top`` hits by their scores; equal ones keep their place."""
        read = list(hits[: self.top])
        if len(read) < 2:
            return list(hits)
        pairs = [(question.text, searched_text(hit.passage)) for hit in read]
        with self._lock:
            scores = self._model.predict(
                pairs, batch_size=self._batch_size, show_progress_bar=False
            )
        order = sorted(range(len(read)), key=lambda index: -float(scores[index]))
        return [*(read[index] for index in order), *hits[len(read) :]]

"""What an index is made from: the same recipe gives the same answers, whichever engine holds it."""

import hashlib
from dataclasses import asdict, dataclass

from retrieval.errors import StaleIndexError

FORMAT = 9
"""Raised whenever what is written changes its form: reading, layout, folding, terms, files."""
_CURE = "run: chuchu index"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a generation is made from; the same recipe gives the same answers."""

    format: int
    corpus_digest: str
    reading_digest: str
    settings_digest: str
    model: str
    model_fingerprint: str
    dimension: int
    kind: str
    """``[index] kind``: how vectors are held."""

    @property
    def generation(self) -> str:
        """The name of the generation."""
        return hashlib.sha256(repr(asdict(self)).encode()).hexdigest()[:16]


def check_recipe(recipe: Recipe, settings_digest: str, fingerprint: str) -> None:
    """Refuse passages that other settings or another model made.

    Raises:
        StaleIndexError: They were made otherwise.
    """
    if recipe.model_fingerprint != fingerprint:
        raise StaleIndexError(f"the index was made by another model ({recipe.model}); {_CURE}")
    if recipe.settings_digest != settings_digest:
        raise StaleIndexError(f"the index was made with other [passages] settings; {_CURE}")

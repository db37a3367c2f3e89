"""The weights that order passages and decide on silence: data, read from ``ranking.toml``."""

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from retrieval.types import Features

FILE = Path(__file__).parent / "ranking.toml"


@dataclass(frozen=True, slots=True)
class Ranking:
    """Linear combinations of features."""

    first: Features
    """Choose the candidates that are looked at closely; of what the indexes tell alone."""
    weights: Features
    """Order these."""
    confidence: Features
    intercept: float

    def first_score(self, features: Features) -> float:
        """Order candidates by this before they are looked at closely."""
        return _dot(self.first, features)

    def score(self, features: Features) -> float:
        """Order passages of one question by this."""
        return _dot(self.weights, features)

    def probability(self, features: Features) -> float:
        """Probability that a passage with these features answers, 0 to 1."""
        return 1 / (1 + math.exp(-self.intercept - _dot(self.confidence, features)))


def _dot(weights: Features, features: Features) -> float:
    return sum(weight * value for weight, value in zip(weights, features, strict=True))


@cache
def shipped_ranking() -> Ranking:
    """Read ``ranking.toml``; a feature that it does not name weighs nothing."""
    tables = tomllib.loads(FILE.read_text("utf-8"))
    confidence = dict(tables["confidence"])
    intercept = float(confidence.pop("intercept"))
    first, weights = _features(tables["candidates"]), _features(tables["weights"])
    return Ranking(first, weights, _features(confidence), intercept)


def _features(table: dict[str, float]) -> Features:
    return Features(**table)

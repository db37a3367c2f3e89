"""The weights that order passages and decide on silence: data, read from ``ranking.toml``."""

import hashlib
import math
import tomllib
from dataclasses import dataclass
from functools import cache
from operator import mul
from pathlib import Path

from retrieval.calibration import Calibration, Line
from retrieval.types import Features

FILE = Path(__file__).parent / "ranking.toml"


@dataclass(frozen=True, slots=True)
class Ranking:
    """Linear combinations of features, for an index of one size."""

    first: Features
    """Choose the candidates that are looked at closely; of what the indexes tell alone."""
    weights: Features
    """Order these."""
    confidence: Features
    """Tell how surely a passage answers."""
    intercept: float
    calibration: Calibration

    def first_score(self, features: Features) -> float:
        """Order candidates by this before they are looked at closely."""
        return _dot(self.first, features)

    def score(self, features: Features) -> float:
        """Order passages of one question by this."""
        return _dot(self.weights, features)

    def probability(self, features: Features) -> float:
        """Probability that a passage with these features answers, 0 to 1."""
        return self.calibration.probability(self.log_odds(features))

    def log_odds(self, features: Features) -> float:
        """How surely a passage answers, before calibration."""
        return self.intercept + _dot(self.confidence, features)

    @property
    def fingerprint(self) -> str:
        """Changes when the log-odds of a passage would; 16 hexadecimal digits."""
        told = repr((self.first, self.weights, self.confidence, self.intercept))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def contributions(weights: Features, features: Features) -> Features:
    """What each feature adds to a linear combination."""
    return Features(*map(mul, weights, features))


def _dot(weights: Features, features: Features) -> float:
    return float(sum(map(mul, weights, features)))


def between(small: Features, large: Features, share: float) -> Features:
    """Weights between those of two ends: ``share`` 0 gives the first, 1 the second."""
    return Features(*(a + share * (b - a) for a, b in zip(small, large, strict=True)))


def share_between(small: int, large: int, passages: int) -> float:
    """Where a size of index lies between two others, 0 to 1, by its logarithm; not beyond them."""
    low, high = math.log(small), math.log(large)
    return min(max((math.log(max(passages, 1)) - low) / (high - low), 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class End:
    """Weights for an index of one size."""

    passages: int
    weights: Features
    confidence: Features
    intercept: float


@dataclass(frozen=True, slots=True)
class Weighing:
    """What ``ranking.toml`` holds: weights for small and for large indexes.

    The best of many passages fits a question better by chance than the best of few, so each size
    has weights of its own: in between they lie on a line over the logarithm of the passages.
    """

    first: Features
    small: End
    large: End
    calibration: Calibration

    def of(self, passages: int) -> Ranking:
        """The weights for an index of so many passages."""
        small, large = self.small, self.large
        share = share_between(small.passages, large.passages, passages)
        return Ranking(
            first=self.first,
            weights=between(small.weights, large.weights, share),
            confidence=between(small.confidence, large.confidence, share),
            intercept=small.intercept + share * (large.intercept - small.intercept),
            calibration=self.calibration,
        )


def shipped_ranking(passages: int) -> Ranking:
    """The shipped weights for an index of so many passages."""
    return shipped_weighing().of(passages)


@cache
def shipped_weighing() -> Weighing:
    """Read ``ranking.toml``; a feature that it does not name weighs nothing."""
    tables = tomllib.loads(FILE.read_text("utf-8"))
    calibration = tables["calibration"]
    return Weighing(
        first=Features(**tables["candidates"]),
        small=_end(**tables["small"]),
        large=_end(**tables["large"]),
        calibration=Calibration(
            slope=float(calibration["slope"]),
            intercept=float(calibration["intercept"]),
            lines=tuple(Line(*map(float, line)) for line in calibration["lines"]),
        ),
    )


def _end(
    passages: int, intercept: float, weights: dict[str, float], confidence: dict[str, float]
) -> End:
    return End(passages, Features(**weights), Features(**confidence), intercept)

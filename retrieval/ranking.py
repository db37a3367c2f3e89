"""The weights that order passages and decide on silence: data, read from ``ranking.toml``."""

import hashlib
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
    """Linear combinations of features."""

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


@cache
def shipped_ranking() -> Ranking:
    """Read ``ranking.toml``; a feature that it does not name weighs nothing."""
    tables = tomllib.loads(FILE.read_text("utf-8"))
    confidence = dict(tables["confidence"])
    intercept = float(confidence.pop("intercept"))
    calibration = tables["calibration"]
    return Ranking(
        first=Features(**tables["candidates"]),
        weights=Features(**tables["weights"]),
        confidence=Features(**confidence),
        intercept=intercept,
        calibration=Calibration(
            slope=float(calibration["slope"]),
            intercept=float(calibration["intercept"]),
            lines=tuple(Line(*map(float, line)) for line in calibration["lines"]),
        ),
    )

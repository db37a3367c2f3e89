"""What a confidence is worth: log-odds -> a probability, and the lines of silence.

A ranking's log-odds order questions by how surely they are answered; how sure that is depends on
the documents. ``chuchu calibrate`` measures it where there are questions enough, and keeps it
beside the index; everywhere else the shipped calibration (in ``ranking.toml``) stands.
"""

import json
import math
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

from retrieval.errors import StaleIndexError

FILE = "calibration.json"
_LEAST = -700.0
"""Log-odds below which nothing changes; `math.exp` would overflow."""


@dataclass(frozen=True, slots=True)
class Line:
    """A threshold with what it costs."""

    false_replies: float
    """Share of unanswerable questions that are answered all the same, 0 to 1."""
    confidence: float
    """Silence below this, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt's scaling (1999), and thresholds by the false replies they allow."""

    slope: float
    intercept: float
    lines: tuple[Line, ...]
    """From the fewest false replies to the most."""

    def probability(self, log_odds: float) -> float:
        """Probability that the passage answers, 0 to 1."""
        scaled = self.slope * log_odds + self.intercept
        return 1 / (1 + math.exp(-max(scaled, _LEAST)))

    def threshold(self, false_replies: float) -> float:
        """Silence below this confidence; between two lines it is read off a straight one."""
        first, *_, last = self.lines
        if false_replies <= first.false_replies:
            return first.confidence
        for low, high in pairwise(self.lines):
            if false_replies <= high.false_replies:
                way = (false_replies - low.false_replies) / (high.false_replies - low.false_replies)
                return low.confidence + way * (high.confidence - low.confidence)
        return last.confidence


@dataclass(frozen=True, slots=True)
class Kept:
    """A calibration with what it was measured on."""

    corpus_digest: str
    fingerprint: str
    """Of the model and the ranking's weights together."""
    calibration: Calibration


def keep(folder: Path, kept: Kept) -> None:
    """Write a calibration beside the index, in one rename."""
    new = folder / f"{FILE}.new"
    new.write_text(json.dumps(asdict(kept), indent=1) + "\n", "utf-8")
    new.replace(folder / FILE)


def find_kept(folder: Path) -> Kept | None:
    """Read the calibration that is kept beside an index, if there is one.

    Raises:
        StaleIndexError: The file is damaged.
    """
    path = folder / FILE
    try:
        raw = json.loads(path.read_text("utf-8"))
        table = raw["calibration"]
        lines = tuple(Line(**line) for line in table["lines"])
        calibration = Calibration(float(table["slope"]), float(table["intercept"]), lines)
        return Kept(str(raw["corpus_digest"]), str(raw["fingerprint"]), calibration)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        raise StaleIndexError(f"{path}: is damaged; run: chuchu calibrate") from None

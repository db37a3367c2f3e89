"""A grid file -> settings to try.

It is written as ``chuchu.toml`` and ``ranking.toml`` are, with lists where something is to be
varied; every combination is a point::

    [passages]
    longest = [160, 200, 320]

    [answer]
    threshold = [0.5, 0.6]

    [weights]                  # of ranking.toml; those not named stay as they are
    title_coverage = [2.0, 4.476]

    [embedding]
    model = ["", "BAAI/bge-small-zh-v1.5"]
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from pydantic import BaseModel, ValidationError

from retrieval.errors import SettingsError
from retrieval.ranking import Ranking, shipped_ranking
from retrieval.settings import Settings, read_tables
from retrieval.types import Features, Json

_INDEX = ("corpus", "embedding", "passages")
"""What these say needs another index: they vary slowest, so that each is built once."""
_RANKING = ("weights", "confidence")
_FIXED = ("index", "corpus")
"""Not to be varied: indexes have places of their own, and figures of two corpora say nothing."""

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One setting as a point has it."""

    table: str
    key: str
    value: Value

    @property
    def shown(self) -> str:
        """The value for people; an empty name is what is shipped."""
        return str(self.value) or "shipped"


@dataclass(frozen=True, slots=True)
class Point:
    """One combination."""

    varied: tuple[Choice, ...]
    """What tells it from the others."""
    settings: Settings
    weights: tuple[Choice, ...]
    """What it changes of ``ranking.toml``, for an index of any size."""

    def ranking(self, passages: int) -> Ranking:
        """The weights for an index of so many passages."""
        base = shipped_ranking(passages)
        weights, confidence = base.weights._asdict(), base.confidence._asdict()
        tables = {"weights": weights, "confidence": confidence | {"intercept": base.intercept}}
        for choice in self.weights:
            tables[choice.table][choice.key] = float(choice.value)
        intercept = tables["confidence"].pop("intercept")
        return replace(
            base,
            weights=Features(**tables["weights"]),
            confidence=Features(**tables["confidence"]),
            intercept=intercept,
        )


def read_grid(file: Path, base: Settings) -> list[Point]:
    """Read a grid file.

    Args:
        file: The grid.
        base: The settings that it does not name.

    Returns:
        Every combination; those that share an index stand together.

    Raises:
        SettingsError: The file cannot be read, names no setting, or a value is out of range.
    """
    axes = list(_axes(file, read_tables(file)))
    points = []
    for chosen in product(*axes):
        varied = tuple(c for c, options in zip(chosen, axes, strict=True) if len(options) > 1)
        points.append(Point(varied, _settings(file, base, chosen), _weights(file, chosen)))
    return points


def _axes(file: Path, tables: Json) -> Iterable[list[Choice]]:
    known = (*_INDEX, *(name for name in Settings.model_fields if name not in _INDEX), *_RANKING)
    for table in tables:
        if table not in known or table in _FIXED:
            names = ", ".join(name for name in known if name not in _FIXED)
            raise SettingsError(f"{file}: [{table}]: cannot be varied; these can: {names}")
    for table in (name for name in known if name in tables):
        for key, values in tables[table].items():
            options = values if isinstance(values, list) else [values]
            if not options:
                raise SettingsError(f"{file}: [{table}] {key}: an empty list leaves nothing to try")
            yield [Choice(table, key, value) for value in options]


def _settings(file: Path, base: Settings, chosen: Iterable[Choice]) -> Settings:
    changed: dict[str, Json] = {}
    for choice in chosen:
        if choice.table not in _RANKING:
            changed.setdefault(choice.table, {})[choice.key] = choice.value
    tables: dict[str, BaseModel] = {}
    for name, values in changed.items():
        table: BaseModel = getattr(base, name)
        try:
            tables[name] = type(table).model_validate(table.model_dump() | values)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            key = ".".join(map(str, first["loc"])) or ", ".join(values)
            raise SettingsError(
                f"{file}: [{name}] {key}: {first['msg']} (it is {first['input']!r})"
            ) from None
    return base.model_copy(update=tables)


def _weights(file: Path, chosen: Iterable[Choice]) -> tuple[Choice, ...]:
    weights = tuple(choice for choice in chosen if choice.table in _RANKING)
    for choice in weights:
        known = [*Features._fields, *(("intercept",) if choice.table == "confidence" else ())]
        if choice.key not in known or isinstance(choice.value, str | bool):
            raise SettingsError(
                f"{file}: [{choice.table}] {choice.key} = {choice.value!r}: no weight of a "
                f"feature; known here: {', '.join(known)}"
            )
    return weights

"""Outcomes in a file, to compare with later: JSON Lines, a heading and one outcome a line."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from retrieval.errors import LabelError
from retrieval.evaluation.outcomes import Outcome
from retrieval.types import Json

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class SavedRun:
    """What came of labelled questions at some time."""

    generation: str
    outcomes: tuple[Outcome, ...]


@cache
def _adapter() -> TypeAdapter[Outcome]:
    return TypeAdapter(Outcome)


def save_run(file: Path, generation: str, outcomes: Sequence[Outcome]) -> None:
    """Write outcomes, without features: another version of Chuchu may have others.

    Raises:
        LabelError: The file cannot be written.
    """
    head = json.dumps({"chuchu run": _FORMAT, "generation": generation})
    lines = (_adapter().dump_json(outcome, exclude={"features"}).decode() for outcome in outcomes)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join([head, *lines]) + "\n", "utf-8")
    except OSError as error:
        raise LabelError(f"{file}: cannot be written ({error.strerror})") from None


def read_run(file: Path) -> SavedRun:
    """Read outcomes that `save_run` wrote.

    Raises:
        LabelError: The file cannot be read, or is no saved run.
    """
    try:
        first, *lines = file.read_text("utf-8").rstrip("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise LabelError(f"{file}: cannot be read ({error})") from None
    try:
        generation = _read_head(json.loads(first))
        return SavedRun(generation, tuple(_adapter().validate_json(line) for line in lines))
    except (ValidationError, ValueError, KeyError, TypeError) as error:
        reason = str(error).splitlines()[0]
        raise LabelError(
            f"{file}: not a saved run ({reason}); write one: chuchu evaluate --save {file}"
        ) from None


def _read_head(raw: Json) -> str:
    if raw["chuchu run"] != _FORMAT:
        raise ValueError("of another version")
    return str(raw["generation"])

"""A comparison -> a table, a picture, JSON; nothing here prints."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from rich.console import Group
from rich.table import Table
from rich.text import Text

from retrieval.errors import LabelError
from retrieval.evaluation.found import Share
from retrieval.evaluation.peers.comparison import Comparison, Figures, Row

_COLUMNS: tuple[tuple[str, Callable[[Figures], float], int, bool], ...] = (
    ("R@1", lambda figures: figures.found.r1.value, 3, True),
    ("R@3", lambda figures: figures.found.r3.value, 3, True),
    ("R@10", lambda figures: figures.found.r10.value, 3, True),
    ("p50 ms", lambda figures: figures.p50_ms, 1, False),
    ("p99 ms", lambda figures: figures.p99_ms, 1, False),
    ("build s", lambda figures: figures.build_seconds, 2, False),
    ("start s", lambda figures: figures.start_seconds, 2, False),
    ("MB", lambda figures: figures.peak_mb, 0, False),
)
"""Heading, value, decimals, and whether more is better."""
_COLOURS = ("#3390ec", "#e07b39", "#3a9d5d", "#8e5bbf", "#9aa7b2")
_MARKERS = "os^vD<>"


def render(comparison: Comparison) -> Group:
    """The table, the best of each column bold, and under it how each was set up."""
    size = f"{comparison.passages} passages of {comparison.mean_chars:.0f} characters"
    table = Table(title=f"{comparison.questions} questions, {size}")
    table.add_column("", no_wrap=True)
    for heading, *_ in _COLUMNS:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in comparison.rows:
        table.add_row(row.peer.label, *(_cells(row, comparison)))
    return Group(table, *map(Text, _notes(comparison)))


def _cells(row: Row, comparison: Comparison) -> list[Text]:
    if row.figures is None:
        return [Text("-")] * len(_COLUMNS)
    cells = []
    for _, value, digits, is_more_better in _COLUMNS:
        known = [value(other.figures) for other in comparison.rows if other.figures]
        best = max(known) if is_more_better else min(known)
        own = value(row.figures)
        cells.append(Text(f"{own:.{digits}f}", style="bold" if own == best else ""))
    return cells


def _notes(comparison: Comparison) -> list[str]:
    machine = comparison.machine
    notes = []
    for row in comparison.rows:
        notes.append(f"{row.peer.label}: {row.failure or row.peer.setup}")
        if row.figures:
            notes[-1] += f"; R@1 {_interval(row.figures.found.r1)}"
    versions = sorted({version for row in comparison.rows for version in row.versions})
    return [
        *notes,
        "R@1's interval: 95 %, bootstrapped over documents; MB: the process with its children",
        f"model: {comparison.model}; {', '.join(versions)}",
        f"{machine.processor}, {machine.cores} cores, {comparison.threads} threads a pool; "
        f"{machine.system}, Python {machine.python}",
    ]


def _interval(share: Share) -> str:
    return f"{share.low:.3f}-{share.high:.3f}"


def write_json(file: Path, comparison: Comparison) -> None:
    """Write all of it.

    Raises:
        LabelError: The file cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(comparison), ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise LabelError(f"{file}: cannot be written ({error.strerror})") from None


def draw(file: Path, comparison: Comparison) -> None:
    """Draw quality against time: R@1 with its interval over the median question.

    Raises:
        LabelError: The file cannot be written, or its suffix names no picture.
    """
    from matplotlib.figure import Figure

    names = list(dict.fromkeys(row.peer.name for row in comparison.rows))
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.add_subplot()
    for number, row in enumerate(comparison.rows):
        if row.figures is None:
            continue
        r1 = row.figures.found.r1
        axes.errorbar(
            [row.figures.p50_ms],
            [r1.value],
            yerr=[[r1.value - r1.low], [r1.high - r1.value]],
            fmt=_MARKERS[number % len(_MARKERS)],
            color=_COLOURS[names.index(row.peer.name) % len(_COLOURS)],
            markersize=8,
            capsize=3,
            label=row.peer.label,
        )
    axes.set(xlabel="a question, median, ms", ylabel="R@1 (95 % interval)")
    axes.set_xlim(left=0)
    axes.grid(color="#e1e6ea", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    axes.legend(frameon=False, loc="best")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(file, dpi=160)
    except (OSError, ValueError) as error:
        raise LabelError(f"{file}: cannot be drawn ({str(error).splitlines()[0]})") from None

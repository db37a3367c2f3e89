"""Results of a sweep -> a picture: quality against latency, and the front of the best."""

from collections.abc import Sequence
from pathlib import Path

from retrieval.errors import LabelError
from retrieval.evaluation.sweeping.trying import Result, front

_NAMED = 8
"""Points of the front that are named."""


def draw_front(file: Path, results: Sequence[Result]) -> None:
    """Draw every result, with those of the Pareto front joined and named.

    Raises:
        LabelError: The file cannot be written, or its suffix names no picture.
    """
    from matplotlib.figure import Figure

    best = front(results)
    figure = Figure(figsize=(7, 4.4), layout="constrained")
    axes = figure.add_subplot()
    axes.scatter([r.value("latency p50") for r in results], [r.value("right") for r in results],
                 s=26, color="#9aa7b2", label="tried")  # fmt: skip
    x, y = [r.value("latency p50") for r in best], [r.value("right") for r in best]
    axes.plot(x, y, "o-", color="#3390ec", markersize=6, drawstyle="steps-post", label="front")
    middle = (min(x) + max(x)) / 2
    for result in best[-_NAMED:]:
        place = result.value("latency p50"), result.value("right")
        is_left = place[0] <= middle
        axes.annotate(
            result.name.replace("$", r"\$"),
            place,
            xytext=(6 if is_left else -6, 6),
            textcoords="offset points",
            ha="left" if is_left else "right",
            fontsize=7.5,
        )
    axes.set(xlabel="latency p50, ms", ylabel="right: said right, or rightly silent")
    axes.grid(color="#e1e6ea", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    axes.margins(x=0.08, y=0.15)
    axes.legend(frameon=False, loc="lower right")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(file, dpi=160)
    except (OSError, ValueError) as error:
        raise LabelError(f"{file}: cannot be drawn ({str(error).splitlines()[0]})") from None

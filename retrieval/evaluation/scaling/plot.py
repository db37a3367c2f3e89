"""What a question costs against how many passages there are, as a picture."""

from collections.abc import Sequence
from pathlib import Path

from retrieval.errors import LabelError
from retrieval.evaluation.scaling.measuring import Measured

_COLOURS = ("#9aa7b2", "#e0a44f", "#3390ec", "#7bb661", "#b57edc", "#d96f6f")


def draw_costs(file: Path, measured: Sequence[Measured]) -> None:
    """Draw p50 and p99 of the whole, and the p50 of each part on top of each other.

    Raises:
        LabelError: The file cannot be written, or its suffix names no picture.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 3.4), layout="constrained")
    axes = figure.add_subplot()
    sizes = [each.passages for each in measured]
    names = [cost.part for cost in measured[0].asking.parts]
    parts = [[each.asking.parts[at].p50 for each in measured] for at in range(len(names))]
    axes.stackplot(sizes, *parts, labels=names, colors=_COLOURS, alpha=0.55)
    for label, style, values in (
        ("p99", "o--", [each.asking.whole.p99 for each in measured]),
        ("p50", "o-", [each.asking.whole.p50 for each in measured]),
    ):
        axes.plot(sizes, values, style, color="#22303c", label=f"whole, {label}", markersize=5)
        for size, value in zip(sizes, values, strict=True):
            axes.annotate(
                f"{value:.0f}", (size, value), (0, 5), textcoords="offset points", ha="center"
            )
    axes.set(xscale="log", xlabel="passages", ylabel="a question, ms")
    axes.set_ylim(bottom=0)
    axes.margins(x=0.04, y=0.12)
    axes.spines[["top", "right"]].set_visible(False)
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles[::-1], labels[::-1], frameon=False, loc="outside right center", fontsize=8
    )
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(file, dpi=110)
    except (OSError, ValueError) as error:
        raise LabelError(f"{file}: cannot be drawn ({str(error).splitlines()[0]})") from None

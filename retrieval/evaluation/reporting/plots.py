"""Figures -> plots as SVG whose colours are those of the page, light or dark.

Matplotlib draws with colours that stand for the page's variables; they are put in afterwards.
"""

import html
import io
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.evaluation import bootstrap
from retrieval.evaluation.figures import Run, Slice, own_run
from retrieval.evaluation.outcomes import DEPTH, Outcome
from retrieval.evaluation.subject import Evaluation
from retrieval.evaluation.trec import Values, recall_curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TEXT, _MUTED, _LINE = "#010101", "#020202", "#030303"
_SERIES = ("#111111", "#222222", "#333333", "#444444")
_VARIABLES = {
    _TEXT: "var(--text)",
    _MUTED: "var(--muted)",
    _LINE: "var(--line)",
    _SERIES[0]: "var(--accent)",
    _SERIES[1]: "var(--series-2)",
    _SERIES[2]: "var(--series-3)",
    _SERIES[3]: "var(--muted)",
}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.size": 10,
    "axes.edgecolor": _LINE,
    "axes.labelcolor": _MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": _LINE,
    "grid.linewidth": 0.6,
    "text.color": _TEXT,
    "xtick.color": _MUTED,
    "ytick.color": _MUTED,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
}
_FONT = re.compile(r"font-family: [^;\"]+")
_GROUP_ID = re.compile(r' id="[A-Za-z0-9.]+_\d+"')
_TAGS = 14
"""Bars by tag; the tags of most questions come first."""
_WIDTH, _HEIGHT = 4.6, 3.1


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot of the page."""

    title: str
    says: str
    """What it shows, in a sentence; also read to those who cannot see it."""
    svg: str


def draw_plots(found: Evaluation) -> tuple[Plot, ...]:
    """Draw every plot that the questions give something for."""
    outcomes = found.asked.outcomes
    runs = (own_run(outcomes), *found.runs)
    plots = [
        _recall(outcomes, runs),
        _coverage(outcomes, runs),
        _reliability(outcomes),
        _latency(outcomes),
        _by_tag(found.chuchu.slices),
    ]
    return tuple(plot for plot in plots if plot)


def coverage_curve(outcomes: Sequence[Outcome], run: Run) -> tuple[Values, Values]:
    """Said right against false replies, for every threshold of confidence.

    Returns:
        False-reply rates and shares of answerable questions answered rightly, both rising;
        shape ``(thresholds,)``. Ties of confidence are answered together.
    """
    answerable = np.array([o.question.answerable for o in outcomes], dtype=bool)
    right = np.array(
        [
            bool(ranking) and ranking[0] in outcome.relevant
            for outcome, ranking in zip(outcomes, run.rankings, strict=True)
        ],
        dtype=bool,
    )
    order = np.argsort(-run.confidence, kind="stable")
    last_of_tie = np.append(np.diff(run.confidence[order]) != 0, True)
    false = (~answerable[order]).cumsum() / max((~answerable).sum(), 1)
    said = (right & answerable)[order].cumsum() / max(answerable.sum(), 1)
    return np.append(0.0, false[last_of_tie]), np.append(0.0, said[last_of_tie])


def _recall(outcomes: Sequence[Outcome], runs: Sequence[Run]) -> Plot | None:
    if not any(outcome.relevant for outcome in outcomes):
        return None
    curves = [recall_curve(outcomes, run.rankings) for run in runs]

    def draw(axes: "Axes") -> None:
        for run, curve, colour in zip(runs, curves, _SERIES, strict=True):
            axes.plot(range(1, DEPTH + 1), curve, color=colour, label=run.name)
        axes.set(xscale="log", xlabel="passages looked at", ylabel="recall", ylim=(0, 1.02))
        axes.set_xticks([1, 3, 10, 30], ["1", "3", "10", "30"])
        axes.minorticks_off()
        axes.legend(loc="lower right")

    says = f"Share of the right passages among the first k; at 10: {curves[0][9]:.2f}."
    return _plot("Recall", says, draw)


def _coverage(outcomes: Sequence[Outcome], runs: Sequence[Run]) -> Plot | None:
    kinds = {outcome.question.answerable for outcome in outcomes}
    if kinds != {True, False}:
        return None

    def draw(axes: "Axes") -> None:
        for run, colour in zip(runs, _SERIES, strict=True):
            axes.plot(*coverage_curve(outcomes, run), color=colour, label=run.name)
        now = [o for o in outcomes if o.answered]
        false = sum(not o.question.answerable for o in now)
        said = sum(o.question.answerable and o.excerpts[0].is_right for o in now)
        count = sum(o.question.answerable for o in outcomes)
        point = (false / (len(outcomes) - count), said / count)
        axes.plot(*point, "o", color=_SERIES[0], markersize=7, label="as it is set")
        axes.set(xlabel="false replies", ylabel="said right", xlim=(-0.02, 1), ylim=(0, 1.02))
        axes.legend(loc="lower right")

    says = "What a lower threshold wins in right answers, and costs in false replies."
    return _plot("Coverage against false replies", says, draw)


def _reliability(outcomes: Sequence[Outcome]) -> Plot | None:
    if not outcomes:
        return None
    confidence = np.array([outcome.confidence for outcome in outcomes])
    right = np.array([bool(o.excerpts) and o.excerpts[0].is_right for o in outcomes])
    bins = bootstrap.bin_of(confidence)

    def draw(axes: "Axes") -> None:
        axes.plot([0, 1], [0, 1], color=_MUTED, linestyle="--", linewidth=1)
        filled = np.unique(bins)
        means = [confidence[bins == at].mean() for at in filled]
        shares = [right[bins == at].mean() for at in filled]
        sizes = [(bins == at).sum() for at in filled]
        axes.plot(means, shares, color=_SERIES[0], linewidth=1.2)
        area = 30 + 300 * np.array(sizes) / len(outcomes)
        axes.scatter(means, shares, s=area, color=_SERIES[0], zorder=3)
        for x, y, size in zip(means, shares, sizes, strict=True):
            axes.annotate(
                str(size), (x, y), xytext=(0, -16), textcoords="offset points", ha="center",
                color=_MUTED, fontsize=8,
            )  # fmt: skip
        axes.set(xlabel="confidence", ylabel="first excerpt right")
        axes.set(xlim=(-0.03, 1.03), ylim=(-0.12, 1.05))

    says = "On the line, confidence is the chance of being right; the numbers count questions."
    return _plot("Reliability", says, draw)


def _latency(outcomes: Sequence[Outcome]) -> Plot | None:
    if not outcomes:
        return None
    took = np.array([outcome.took_ms for outcome in outcomes])
    p50, p95 = np.percentile(took, [50, 95])

    def draw(axes: "Axes") -> None:
        axes.hist(took, bins=30, range=(0, max(np.percentile(took, 99), 1)), color=_SERIES[0])
        for name, value in (("p50", p50), ("p95", p95)):
            axes.axvline(value, color=_TEXT, linewidth=1)
            axes.annotate(
                f" {name}", (value, 1), xycoords=("data", "axes fraction"), va="top", fontsize=9
            )
        axes.set(xlabel="ms a question", ylabel="questions")

    return _plot("Latency", f"Half of the answers take up to {p50:.1f} ms, 95 % {p95:.1f}.", draw)


def _by_tag(slices: Sequence[Slice]) -> Plot | None:
    tags = [s for s in slices if s.kind == "tag"]
    tags = sorted(tags, key=lambda one: (-one.questions, one.name))[:_TAGS]
    right = [figure for tag in tags if (figure := tag.get("right"))]
    if not tags:
        return None

    def draw(axes: "Axes") -> None:
        places = range(len(tags))
        axes.barh(places, [figure.value for figure in right], color=_SERIES[0], height=0.62)
        for place, figure in zip(places, right, strict=True):
            axes.plot([figure.low, figure.high], [place, place], color=_TEXT, linewidth=1)
        axes.set_yticks(places, [f"{tag.name} ({tag.questions})" for tag in tags])
        axes.invert_yaxis()
        axes.set(xlabel="right: said right, or rightly silent", xlim=(0, 1.02))
        axes.grid(visible=False, axis="y")

    says = "Share of questions that went right by tag, with 95 % intervals."
    return _plot("By tag", says, draw, height=max(_HEIGHT, 0.27 * len(tags) + 0.8))


def _plot(title: str, says: str, draw: Callable[["Axes"], None], height: float = _HEIGHT) -> Plot:
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with rc_context(_STYLE | {"svg.hashsalt": title}):
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        FigureCanvasSVG(figure)
        figure.patch.set_alpha(0)
        axes = figure.add_subplot()
        axes.patch.set_alpha(0)
        draw(axes)
        written = io.StringIO()
        with warnings.catch_warnings():
            # The browser has Chinese letters, whatever the fonts that measure the text here.
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return Plot(title, says, _in_page_colours(written.getvalue(), f"{title}: {says}"))


def _in_page_colours(svg: str, label: str) -> str:
    """Leave of a file what stands in a page: no heading, no metadata, no colours of its own."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = _GROUP_ID.sub("", _FONT.sub("font-family: var(--font)", svg))
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, variable)
    size = re.search(r'width="[^"]+" height="[^"]+"', svg)
    if size:
        said = f'role="img" aria-label="{html.escape(label)}"'
        svg = svg.replace(size.group(), said, 1)
    return svg

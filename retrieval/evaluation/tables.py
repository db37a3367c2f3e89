"""Figures and comparisons -> tables for the terminal; nothing here prints."""

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from retrieval.evaluation.comparing.comparison import Change, Comparison, Pair
from retrieval.evaluation.figures import DOCUMENT, EXCERPT_LENGTH, LATENCIES, Figure, Slice, System
from retrieval.evaluation.outcomes import Asked, Outcome

_SMALLEST = 1e-4
_LABELS = {
    "marked: first sentence": "  the first sentence",
    "marked: random sentence": "  any sentence",
}


def figure_text(figure: Figure | None, *, interval: bool = True, digits: int = 3) -> str:
    """A figure with its interval, in the unit of its name; nothing for none."""
    if figure is None:
        return ""
    within, unit = 2, ""
    if figure.name in LATENCIES:
        digits, within, unit = 1, 1, " ms"
    elif figure.name == EXCERPT_LENGTH:
        digits, within = 0, 0
    brackets = f" ({figure.low:.{within}f}–{figure.high:.{within}f})" if interval else ""
    return f"{figure.value:.{digits}f}{brackets}{unit}"


def figures_table(chuchu: System, baselines: Sequence[System]) -> Table:
    """Every figure of all questions, beside the baselines."""
    overall = chuchu.overall
    unanswerable = overall.questions - overall.answerable
    title = f"{overall.answerable} answerable, {unanswerable} unanswerable questions"
    table = Table(
        title=title,
        caption="BM25, dense: alone. In brackets: 95 % interval, bootstrapped over documents",
    )
    table.add_column("figure", no_wrap=True)
    for system in (chuchu, *baselines):
        table.add_column(_short(system), justify="right", no_wrap=True)
    previous = ""
    for figure in overall.figures:
        group = _group(figure.name)
        if previous and group != previous:
            table.add_section()
        previous = group
        beside = (system.overall.get(figure.name) for system in baselines)
        cells = (figure_text(other, interval=False) for other in beside)
        table.add_row(_LABELS.get(figure.name, figure.name), figure_text(figure), *cells)
    return table


def slices_table(kind: str, chuchu: System, baselines: Sequence[System]) -> Table:
    """The main figures by tag, language or length, and hit@1 of the baselines."""
    caption = "BM25, dense, random: their hit@1; first: marking the first sentence"
    table = Table(title=f"by {kind}", caption=caption, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    names = [_short(system) for system in baselines]
    for name in (kind, "n", "hit@1", *names, "mark", "first", "silent", "false"):
        table.add_column(name, justify="left" if name == kind else "right", no_wrap=True)
    slices = [found for found in chuchu.slices if found.kind == kind]
    for found in sorted(slices, key=lambda one: (-one.questions, one.name)):
        others = (_hit_at_1(system.slice(kind, found.name)) for system in baselines)
        rest = (found.get(name) for name in ("marked", "marked: first sentence"))
        answered, false = found.get("answered"), found.get("false replies")
        silent = f"{1 - answered.value:.2f}" if answered else ""
        table.add_row(
            found.name,
            str(found.questions),
            figure_text(found.get("hit@1")),
            *others,
            *(figure_text(figure, interval=False, digits=2) for figure in rest),
            silent,
            figure_text(false, interval=False, digits=2),
        )
    return table


def tests_table(comparison: Comparison) -> Table:
    """Each tested figure in both runs."""
    counts = ", ".join(f"{len(comparison.changed(c))} {c.value}" for c in Change)
    table = Table(title=f"{len(comparison.pairs)} questions: {counts}")
    for name in ("figure", "n", "A", "B", "B - A (95 %)", "p of loss"):
        table.add_column(name, justify="left" if name == "figure" else "right", no_wrap=True)
    for test in comparison.tests:
        difference = f"{test.after - test.before:+.3f} ({test.low:+.2f}–{test.high:+.2f})"
        p = "<0.0001" if test.p_loss < _SMALLEST else f"{test.p_loss:.4f}"
        p += " LOSS" if test.is_loss else ""
        table.add_row(
            test.name,
            str(test.questions),
            f"{test.before:.3f}",
            f"{test.after:.3f}",
            difference,
            Text(p, style="bold red" if test.is_loss else ""),
        )
    return table


def pairs_table(title: str, pairs: Sequence[Pair]) -> Table:
    """Questions with both answers side by side."""
    table = Table(title=title, show_lines=True, expand=True)
    table.add_column("question", ratio=2, overflow="fold")
    table.add_column("A", ratio=3, overflow="fold")
    table.add_column("B", ratio=3, overflow="fold")
    for pair in pairs:
        question = Text(pair.after.question.question)
        table.add_row(question, _answer(pair.before), _answer(pair.after))
    return table


def left_out(asked: Asked) -> list[str]:
    """Say which labels were not found again, and which questions do not count."""
    labels = [f"label {p.found.value}: {p.label.source}: {p.label.quote}" for p in asked.lost]
    return labels + [
        f"not counted, {'waits for a label' if q.waits else 'no passage holds a label'}: "
        f"{q.question}"
        for q in asked.unjudged
    ]


def _answer(outcome: Outcome) -> Text:
    place = f", right one at {outcome.rank}" if outcome.rank and outcome.rank > 1 else ""
    text = Text(f"{outcome.verdict} ({outcome.confidence:.2f}{place})")
    text.stylize("bold")
    if outcome.answered:
        first = outcome.excerpts[0]
        text.append(f"\n{first.marked_text}\n", style="not bold")
        text.append(f"《{first.title}》 · {first.source}", style="not bold dim")
    return text


def _hit_at_1(found: Slice | None) -> str:
    return figure_text(found.get("hit@1"), interval=False, digits=2) if found else ""


def _short(system: System) -> str:
    return system.name.removesuffix(" alone")


def _group(name: str) -> str:
    if name.startswith(DOCUMENT):
        return "documents"
    if name in LATENCIES:
        return "latency"
    return "passages" if "@" in name else "answers"

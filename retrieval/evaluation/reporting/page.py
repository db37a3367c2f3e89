"""An evaluation -> one HTML file: styles, script, plots and data inside, nothing fetched."""

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from string import Template

from retrieval.errors import LabelError
from retrieval.evaluation.figures import EXCERPT_LENGTH, LATENCIES, Figure, System
from retrieval.evaluation.outcomes import VERDICTS, Judged, Outcome
from retrieval.evaluation.reporting.plots import Plot, draw_plots
from retrieval.evaluation.subject import Evaluation
from retrieval.evaluation.tables import figure_text, left_out
from retrieval.page import LOOK
from retrieval.ranking import Ranking, contributions
from retrieval.types import Features, Json

_HERE = Path(__file__).parent / "assets"
_CARDS = {
    "right": "said right, or rightly silent",
    "hit@1": "first excerpt right",
    "hit@3": "one of three right",
    "marked": "bold part right",
    "false replies": "unanswerable, yet answered",
    "AUROC": "knows what it does not know",
    "latency p50": "half are faster",
}
_SHARES_OF_BASELINES = "BM25 alone"


@dataclass(frozen=True, slots=True)
class Heading:
    """What was tested, in words."""

    labels: str
    """The file of labelled questions."""
    documents: str
    """The folder of documents."""
    model: str
    threshold: float
    when: datetime


def write_report(file: Path, found: Evaluation, ranking: Ranking, heading: Heading) -> None:
    """Write the page.

    Args:
        file: Where to.
        found: What came of the questions.
        ranking: The weights, to say what each feature contributed.
        heading: What was tested.

    Raises:
        LabelError: The file cannot be written.
    """
    page = render_report(found, ranking, heading)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page, "utf-8", errors="backslashreplace")
    except OSError as error:
        raise LabelError(f"{file}: cannot be written ({error.strerror})") from None


def render_report(found: Evaluation, ranking: Ranking, heading: Heading) -> str:
    """Render the page as text."""
    script = (LOOK / "h.js").read_text("utf-8").replace("export ", "")
    script += (_HERE / "report.js").read_text("utf-8")
    return Template((_HERE / "report.html").read_text("utf-8")).substitute(
        style=(LOOK / "look.css").read_text("utf-8") + (_HERE / "report.css").read_text("utf-8"),
        logo=(LOOK / "logo.svg").read_text("utf-8"),
        heading=_heading(found, heading),
        cards="".join(_cards(found)),
        plots="".join(_figure(plot) for plot in draw_plots(found)),
        figures=_figures_table((found.chuchu, *found.baselines)),
        slices="".join(
            _slices_table(kind, found.chuchu, found.baselines)
            for kind in ("tag", "language", "length")
        ),
        left_out=_left_out(found),
        count=len(found.asked.outcomes),
        data=_script_safe(_data(found, ranking)),
        script=script,
    )


def _heading(found: Evaluation, heading: Heading) -> str:
    overall = found.chuchu.overall
    parts = [
        f"{overall.questions} questions of {heading.labels}, {overall.answerable} answerable",
        f"documents {heading.documents}",
        f"model {heading.model}",
        f"threshold {heading.threshold:.2f}",
        f"generation {found.asked.generation}",
        heading.when.strftime("%Y-%m-%d %H:%M"),
    ]
    return html.escape(" · ".join(parts))


def _cards(found: Evaluation) -> list[str]:
    baseline = next((s for s in found.baselines if s.name == _SHARES_OF_BASELINES), None)
    cards = []
    for name, says in _CARDS.items():
        figure = found.chuchu.overall.get(name)
        if figure is None:
            continue
        plain = baseline.overall.get(name) if baseline else None
        beside = f"<span>BM25 {_value(plain)}</span>" if plain else ""
        cards.append(
            f'<div class="card"><p class="name">{html.escape(name)}</p>'
            f'<p class="value">{_value(figure)}</p>'
            f'<p class="interval">{_interval(figure)}{beside}</p>'
            f'<p class="says">{html.escape(says)}</p></div>'
        )
    return cards


def _figure(plot: Plot) -> str:
    caption = f"<figcaption><b>{html.escape(plot.title)}</b> {html.escape(plot.says)}</figcaption>"
    return f"<figure>{caption}{plot.svg}</figure>"


def _figures_table(systems: Sequence[System]) -> str:
    head = "".join(f"<th>{html.escape(system.name)}</th>" for system in systems)
    rows = []
    for figure in systems[0].overall.figures:
        cells = (_cell(system.overall.get(figure.name)) for system in systems)
        rows.append(f"<tr><th>{html.escape(figure.name)}</th>{''.join(cells)}</tr>")
    return _table(f"<th>figure</th>{head}", rows)


def _slices_table(kind: str, chuchu: System, baselines: Sequence[System]) -> str:
    names = ("hit@1", "nDCG@10", "marked", "marked: first sentence", "answered", "false replies")
    slices = sorted(
        (s for s in chuchu.slices if s.kind == kind), key=lambda s: (-s.questions, s.name)
    )
    if not slices:
        return ""
    plain = [f"hit@1, {system.name}" for system in baselines]
    head = "".join(f"<th>{html.escape(name)}</th>" for name in (kind, "n", *names, *plain))
    rows = []
    for found in slices:
        cells = [_cell(found.get(name)) for name in names]
        others = (system.slice(kind, found.name) for system in baselines)
        cells += [_cell(other.get("hit@1") if other else None) for other in others]
        row = f"<th>{html.escape(found.name)}</th><td>{found.questions}</td>{''.join(cells)}"
        rows.append(f"<tr>{row}</tr>")
    return _table(head, rows)


def _table(head: str, rows: Sequence[str]) -> str:
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return "<td></td>"
    return f"<td>{_value(figure)} <small>{_interval(figure)}</small></td>"


def _value(figure: Figure) -> str:
    return figure_text(figure, interval=False)


def _interval(figure: Figure) -> str:
    digits = 1 if figure.name in LATENCIES else 0 if figure.name == EXCERPT_LENGTH else 2
    return f"{figure.low:.{digits}f}–{figure.high:.{digits}f}"


def _left_out(found: Evaluation) -> str:
    lines = left_out(found.asked)
    if not lines:
        return ""
    items = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
    return f'<section><h2>Not found again</h2><ul class="lost">{items}</ul></section>'


def _data(found: Evaluation, ranking: Ranking) -> str:
    names = [*Features._fields, "intercept"]
    outcomes = sorted(
        found.asked.outcomes, key=lambda o: (VERDICTS.index(o.verdict), -o.confidence)
    )
    questions = [_question(outcome, ranking) for outcome in outcomes]
    return json.dumps(
        {"verdicts": VERDICTS, "features": names, "questions": questions}, ensure_ascii=False
    )


def _question(outcome: Outcome, ranking: Ranking) -> Json:
    features = outcome.features
    return {
        "id": outcome.id,
        "question": outcome.question.question,
        "tags": outcome.question.tags,
        "language": outcome.question.spoken,
        "note": outcome.question.note,
        "quotes": [label.quote for label in outcome.question.labels],
        "verdict": outcome.verdict,
        "confidence": outcome.confidence,
        "threshold": outcome.threshold,
        "rank": outcome.rank,
        "ms": outcome.took_ms,
        "trace": outcome.trace,
        "excerpts": [_excerpt(excerpt) for excerpt in outcome.excerpts],
        "values": [*features, 1] if features else [],
        "weighed": _weighed(ranking, features) if features else [],
    }


def _weighed(ranking: Ranking, features: Features) -> list[float]:
    """What each feature adds to the log odds of the confidence, the intercept last."""
    return [*contributions(ranking.confidence, features), ranking.intercept]


def _excerpt(excerpt: Judged) -> Json:
    heading = f" · {excerpt.heading}" if excerpt.heading else ""
    page = "" if excerpt.page is None else f" · p. {excerpt.page}"
    return {
        "text": excerpt.text,
        "marked": list(_utf16(excerpt.text, *excerpt.marked)),
        "cited": f"《{excerpt.title}》{heading}{page} · {excerpt.source}",
        "confidence": excerpt.confidence,
        "right": excerpt.is_right,
    }


def _utf16(text: str, *offsets: int) -> list[int]:
    """Offsets as a browser counts them: a character beyond the first 65,536 is two."""
    return [len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2 for offset in offsets]


def _script_safe(data: str) -> str:
    """JSON that cannot end the script element it stands in."""
    return data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")

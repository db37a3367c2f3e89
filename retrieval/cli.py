"""The commands of the offline half: ``chuchu index``, ``ask``, ``evaluate``.

Only this room prints. Results go to standard output; errors to standard error, in one line, with
exit code 1 (2 for wrong usage).
"""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.errors import LabelError, RetrievalError
from retrieval.types import Answer, Json

if TYPE_CHECKING:
    from retrieval.evaluation.benchmark import Report, Share
    from retrieval.evaluation.metrics import Figures, Verdict

app = typer.Typer(
    name="chuchu",
    help="出处: answers from your documents, each with its source. Nothing is generated.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Config = Annotated[
    Path | None,
    typer.Option("--config", help="Settings file.", show_default="config/chuchu.toml"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]

# Beyond this many the paths say nothing more.
_LISTED_FILES = 5


@app.command()
def index(config: Config = None) -> None:
    """Read the documents and build the index; does nothing when nothing has changed."""
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    from retrieval.embedding import load_embedder
    from retrieval.index.build import build_index
    from retrieval.settings import load_settings

    settings = load_settings(config)
    embedder = load_embedder(settings.embedding)
    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("passages", total=None)
        built = build_index(
            settings, embedder, lambda done, total: bar.update(task, completed=done, total=total)
        )
    state = "up to date" if built.unchanged else "built"
    typer.echo(
        f"index {state}: {built.documents} documents, {built.passages} passages "
        f"from {settings.corpus.folder} (generation {built.generation})"
    )
    if built.unknown_files:
        named = ", ".join(built.unknown_files[:_LISTED_FILES])
        typer.echo(
            f"not read, format unknown: {len(built.unknown_files)} files ({named})", err=True
        )


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="What you want to know.")] = None,
    questions: Annotated[
        Path | None, typer.Option(help="Ask every line of this file; '-' reads standard input.")
    ] = None,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Answer a question in the terminal, or one question a line from a file."""
    if (question is None) == (questions is None):
        raise typer.BadParameter("give a question, or a file with --questions")
    from retrieval.answer import Answerer
    from retrieval.settings import load_settings

    asked = [question] if question is not None else list(_lines(questions or Path("-")))
    answerer = Answerer.load(load_settings(config))
    for text in asked:
        answer = answerer.ask(text)
        if as_json:
            typer.echo(json.dumps(answer_json(answer), ensure_ascii=False))
        else:
            _print_answer(answer)


@app.command()
def evaluate(
    labels: Annotated[Path, typer.Option(help="Labelled questions, JSON Lines.")] = Path(
        "config/golden.jsonl"
    ),
    as_json: AsJson = False,
    wrong: Annotated[bool, typer.Option("--wrong", help="List what went wrong.")] = False,
    config: Config = None,
) -> None:
    """Ask labelled questions as the bot would, and print how often it was right."""
    from retrieval.answer import Answerer
    from retrieval.corpus.files import read_folder
    from retrieval.evaluation import labels as labelling
    from retrieval.evaluation import metrics
    from retrieval.settings import load_settings

    settings = load_settings(config)
    questions = labelling.read_labels(labels)
    sources = {file.path: file.text for file in read_folder(settings.corpus.folder).read}
    labelling.check_labels(questions, sources)
    answerer = Answerer.load(settings)
    verdicts = metrics.evaluate(questions, answerer.ask)
    found = metrics.figures(verdicts)
    if as_json:
        typer.echo(json.dumps(asdict(found)))
        return
    _print_figures(found)
    if wrong:
        _print_wrong(verdicts)


benchmarks = typer.Typer(help="Measure on questions that others wrote.", no_args_is_help=True)
app.add_typer(benchmarks, name="benchmark")


@benchmarks.callback()
def _benchmark() -> None:
    """Measure on questions that others wrote."""


@benchmarks.command("retrieval")
def benchmark_retrieval(
    squad: Annotated[list[Path], typer.Option(help="Question files in SQuAD format; repeatable.")],
    ask_part: Annotated[
        str, typer.Option(help="'all', or 'development': what no model was trained on.")
    ] = "all",
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """How well passages are found and marked, beside BM25 and vectors alone."""
    if ask_part not in ("all", "development"):
        raise typer.BadParameter("is neither 'all' nor 'development'", param_hint="--ask-part")
    from retrieval.embedding import load_embedder
    from retrieval.evaluation.benchmark import run_benchmark
    from retrieval.evaluation.squad import read_contexts
    from retrieval.ranking import shipped_ranking
    from retrieval.settings import load_settings

    contexts = [context for file in squad for context in read_contexts(file)]
    embedder = load_embedder(load_settings(config).embedding)
    development = ask_part == "development"
    report = run_benchmark(contexts, embedder, shipped_ranking(), development=development)
    if as_json:
        typer.echo(json.dumps(asdict(report)))
    else:
        _print_benchmark(report)


@app.command("fit-ranking")
def fit_ranking(
    squad: Annotated[list[Path], typer.Option(help="Question files in SQuAD format; repeatable.")],
    labels: Annotated[Path, typer.Option(help="Labelled questions, JSON Lines.")] = Path(
        "config/golden.jsonl"
    ),
    config: Config = None,
) -> None:
    """Fit anew how passages are ordered and when to be silent (retrieval/ranking.toml)."""
    from retrieval.embedding import load_embedder
    from retrieval.ranking import FILE
    from retrieval.settings import load_settings
    from retrieval.training import fitting

    settings = load_settings(config)
    embedder = load_embedder(settings.embedding)
    fitting.write_ranking(fitting.fit_ranking(settings, labels, squad, embedder))
    typer.echo(f"written: {FILE}")


@app.command("train-model")
def train_model(
    data: Annotated[Path, typer.Option(help="Folder with train/*.tar.xz and dev/*.json.")],
    out: Annotated[Path, typer.Option(help="Folder of the finished model.")] = Path(
        "retrieval/model"
    ),
) -> None:
    """Train the shipped model anew, from open text, dictionaries and questions."""
    from retrieval import training

    training.train_model(data, out)
    typer.echo(f"written: {out}; now run: chuchu index")


def main(run: Callable[[], object] = app) -> None:
    """Run the commands; a known error is one line on standard error and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What a terminal cannot show, or UTF-8 cannot hold, is escaped instead of fatal.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        run()
    except RetrievalError as error:
        typer.echo(f"chuchu: {error}", err=True)
        sys.exit(1)


def answer_json(answer: Answer) -> Json:
    """Turn an answer into what ``ask --json`` prints; scripts hang on these names."""
    return {
        "question": answer.question,
        "answered": answer.answered,
        "confidence": round(answer.confidence, 4),
        "excerpts": [
            {
                "text": excerpt.text,
                "marked": excerpt.marked_text,
                "title": excerpt.citation.title,
                "heading": excerpt.citation.heading,
                "source": excerpt.citation.source,
                "page": excerpt.citation.page,
                "spans": [list(span) for span in excerpt.citation.spans],
                "score": round(excerpt.score, 4),
            }
            for excerpt in answer.excerpts
        ],
        "took_ms": round(answer.took_ms, 2),
    }


def _lines(file: Path) -> Iterator[str]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LabelError(f"{file}: cannot be read ({error})") from None
    return (line for line in text.splitlines() if line.strip())


def _print_answer(answer: Answer) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False)
    if not answer.answered:
        console.print(Text("文档里没有找到答案。 The documents do not say.", style="dim"))
        return
    for number, excerpt in enumerate(answer.shown, start=1):
        text = Text(f"{number}  ") + Text(excerpt.text)
        text.stylize("bold", 3 + excerpt.marked.start, 3 + excerpt.marked.end)
        console.print(text)
        citation = excerpt.citation
        page = "" if citation.page is None else f" · p. {citation.page}"
        heading = f" · {citation.heading}" if citation.heading else ""
        source = Text(f"—— 《{citation.title}》{heading}{page} · {citation.source}", style="dim")
        console.print(Padding(source, (0, 0, 1, 3)))


def _print_figures(found: "Figures") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        title=f"{found.answerable} answerable, {found.unanswerable} unanswerable questions"
    )
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name in ("hit_at_1", "hit_at_3", "marked", "answered", "false_replies"):
        table.add_row(name.replace("_at_", "@").replace("_", " "), f"{getattr(found, name):.3f}")
    table.add_row("latency p50 / p95", f"{found.p50_ms:.1f} / {found.p95_ms:.1f} ms")
    Console().print(table)


def _print_benchmark(report: "Report") -> None:
    from rich.console import Console
    from rich.table import Table

    def cell(share: "Share") -> str:
        return f"{share.value:.3f} ({share.low:.3f}-{share.high:.3f})"

    size = f"{report.passages} passages of {report.mean_chars:.0f} characters"
    table = Table(title=f"{report.questions} questions, {size}")
    for name in ("", "R@1", "R@3", "R@10", "MRR@10"):
        table.add_column(name)
    for name, found in (
        ("lexical", report.lexical),
        ("dense", report.dense),
        ("full", report.full),
    ):
        table.add_row(name, *map(cell, (found.r1, found.r3, found.r10, found.mrr10)))
    console = Console(highlight=False)
    console.print(table)
    marking = report.marking
    console.print(f"marked sentence holds the answer: {cell(marking.marked)}")
    console.print(
        f"  the first sentence: {cell(marking.first_sentence)}, "
        f"a random one: {cell(marking.random_sentence)}"
    )
    silence = report.silence
    console.print(
        f"answerable from unanswerable: AUROC {silence.auroc:.3f}; "
        f"answered at 5 % false replies: {silence.answered_at_5:.3f}"
    )


def _print_wrong(verdicts: "list[Verdict]") -> None:
    for verdict in verdicts:
        answer = verdict.answer
        if not verdict.question.answerable and answer.answered:
            what = f"false reply: {answer.excerpts[0].marked_text}"
        elif verdict.question.answerable and not answer.answered:
            what = "silent"
        elif verdict.question.answerable and verdict.rank != 1:
            what = f"rank {verdict.rank}: {answer.excerpts[0].marked_text}"
        elif verdict.question.answerable and not verdict.marked:
            what = f"marked: {answer.excerpts[0].marked_text}"
        else:
            continue
        typer.echo(f"{answer.confidence:.2f}  {verdict.question.question}\n      {what}")

"""Commands that measure: ``chuchu evaluate`` and ``chuchu benchmark``."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.options import GOLDEN, AsJson, Config, Labels, QuestionFiles

if TYPE_CHECKING:
    from retrieval.evaluation.benchmark import Report, Share
    from retrieval.evaluation.metrics import Figures, Verdict

app = typer.Typer()


@app.command()
def evaluate(
    labels: Labels = GOLDEN,
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
    squad: QuestionFiles,
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


def _print_figures(found: "Figures") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        title=f"{found.answerable} answerable, {found.unanswerable} unanswerable questions"
    )
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name in ("hit_at_1", "hit_at_3", "marked", "answered", "said_right", "false_replies"):
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

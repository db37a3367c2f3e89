"""Commands that measure: ``evaluate`` and ``benchmark``; others stand in their own rooms."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.bars import bar
from retrieval.evaluation.comparing.cli import app as comparing
from retrieval.evaluation.labelling.cli import app as labelling
from retrieval.evaluation.peers.cli import app as peers
from retrieval.evaluation.playground.cli import app as playing
from retrieval.evaluation.scaling.cli import app as scaling
from retrieval.evaluation.sweeping.cli import app as sweeping
from retrieval.options import GOLDEN, AsJson, Config, Labels, QuestionFiles

if TYPE_CHECKING:
    from retrieval.evaluation.benchmark import Report
    from retrieval.evaluation.found import Share
    from retrieval.evaluation.outcomes import Outcome
    from retrieval.evaluation.subject import Evaluation, Subject

app = typer.Typer()
app.add_typer(labelling, name="labels")
app.add_typer(comparing)
app.add_typer(sweeping)
app.add_typer(playing)

_SLICES = ("tag", "language", "length")


@app.command()
def evaluate(
    labels: Labels = GOLDEN,
    as_json: AsJson = False,
    wrong: Annotated[bool, typer.Option("--wrong", help="List what went wrong.")] = False,
    by: Annotated[
        list[str] | None, typer.Option(help="Also by 'tag', 'language', 'length'; repeatable.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write a page with everything.")] = None,
    trec: Annotated[
        Path | None, typer.Option(help="Write qrels and runs for trec_eval to a folder.")
    ] = None,
    save: Annotated[Path | None, typer.Option(help="Save the run, to compare with later.")] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Keep the figures as those that must not fall.")
    ] = None,
    private: Annotated[
        bool, typer.Option("--private", help="As in a private chat, not as in a group.")
    ] = False,
    config: Config = None,
) -> None:
    """Ask labelled questions as the bot would, and print how often it was right."""
    if unknown := set(by or ()) - set(_SLICES):
        raise typer.BadParameter(f"{unknown.pop()!r} is none of {', '.join(_SLICES)}")
    from retrieval.evaluation import subject as testing
    from retrieval.evaluation import tables
    from retrieval.evaluation.labels import read_labels
    from retrieval.settings import load_settings
    from retrieval.types import Audience

    audience = Audience.PRIVATE if private else Audience.GROUP
    questions = read_labels(labels)
    with bar("questions") as progress:
        subject = testing.Subject.open(load_settings(config))
        found = testing.evaluate(subject, questions, progress, audience)
    if as_json:
        systems = [asdict(system) for system in (found.chuchu, *found.baselines)]
        typer.echo(json.dumps({"generation": found.asked.generation, "systems": systems}))
    else:
        _print_tables(found, by or [])
    if wrong:
        _print_wrong(found.asked.outcomes)
    for line in tables.left_out(found.asked):
        typer.echo(line, err=True)
    if report:
        _write_report(report, labels, subject, found)
    _write(found, trec=trec, save=save, keep=keep)


benchmarks = typer.Typer(help="Measure on questions that others wrote.", no_args_is_help=True)
benchmarks.add_typer(scaling)
benchmarks.add_typer(peers)
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
    from retrieval.settings import load_settings

    contexts = [context for file in squad for context in read_contexts(file)]
    embedder = load_embedder(load_settings(config).embedding)
    development = ask_part == "development"
    report = run_benchmark(contexts, embedder, development=development)
    if as_json:
        typer.echo(json.dumps(asdict(report)))
    else:
        _print_benchmark(report)


@benchmarks.command("comparison")
def benchmark_comparison(
    labels: Labels = GOLDEN,
    trials: Annotated[int, typer.Option(min=1, help="How often.")] = 100,
    share: Annotated[float, typer.Option(min=0, max=1, help="Of the passages.")] = 0.1,
    questions: Annotated[int, typer.Option(min=1, help="At most so many are asked.")] = 500,
    config: Config = None,
) -> None:
    """How surely `compare` catches an index with passages shuffled, and never a sound one."""
    from retrieval.evaluation.comparing.planting import plant_losses
    from retrieval.evaluation.labels import read_labels
    from retrieval.evaluation.subject import Subject
    from retrieval.settings import load_settings

    subject = Subject.open(load_settings(config))
    asked = read_labels(labels)[:questions]
    with bar("trials") as progress:
        found = plant_losses(subject, asked, share=share, trials=trials, progress=progress)
    typer.echo(
        f"{found.questions} questions, {found.shuffled} of {found.passages} passages shuffled: "
        f"caught in {found.caught} of {found.trials} trials; "
        f"the same index {'never' if found.is_sound else 'too'} called worse"
    )


@benchmarks.command("question")
def benchmark_question(
    squad: QuestionFiles,
    passages: Annotated[int, typer.Option(min=1, help="Size of the index, about.")] = 10_000,
    questions: Annotated[int, typer.Option(min=1, help="How many are asked.")] = 500,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """What a question costs, part by part, in milliseconds of one core."""
    from retrieval.embedding import load_embedder
    from retrieval.evaluation.speed import measure_speed
    from retrieval.evaluation.squad import read_contexts
    from retrieval.settings import load_settings

    contexts = [context for file in squad for context in read_contexts(file)]
    embedder = load_embedder(load_settings(config).embedding)
    speed = measure_speed(contexts, embedder, passages=passages, questions=questions)
    if as_json:
        typer.echo(json.dumps(asdict(speed)))
        return
    typer.echo(f"{speed.questions} questions, {speed.passages} passages; milliseconds of one core")
    for cost in speed.parts:
        typer.echo(f"{cost.part:20} p50 {cost.p50:6.2f}   p99 {cost.p99:6.2f}")


def _print_tables(found: "Evaluation", by: list[str]) -> None:
    from rich.console import Console

    from retrieval.evaluation import tables

    console = Console(highlight=False)
    console.print(tables.figures_table(found.chuchu, found.baselines))
    for kind in by:
        console.print(tables.slices_table(kind, found.chuchu, found.baselines))


def _write_report(file: Path, labels: Path, subject: "Subject", found: "Evaluation") -> None:
    from datetime import datetime

    from retrieval.evaluation.reporting.page import Heading, write_report

    settings = subject.settings
    heading = Heading(
        labels=str(labels),
        documents=str(settings.corpus.folder),
        model=settings.embedding.model or "as shipped",
        threshold=found.asked.outcomes[0].threshold,
        when=datetime.now().astimezone(),
    )
    write_report(file, found, subject.ranking, heading)
    typer.echo(f"written: {file}", err=True)


def _write(found: "Evaluation", *, trec: Path | None, save: Path | None, keep: Path | None) -> None:
    from retrieval.evaluation.comparing.saved import save_run
    from retrieval.evaluation.reference import reference_of, write_reference
    from retrieval.evaluation.trec import write_trec

    outcomes = found.asked.outcomes
    if trec:
        write_trec(trec, outcomes)
    if save:
        save_run(save, found.asked.generation, outcomes)
    if keep:
        write_reference(keep, reference_of(found.chuchu.overall, outcomes))
    for written in (trec, save, keep):
        if written:
            typer.echo(f"written: {written}", err=True)


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


def _print_wrong(outcomes: "Sequence[Outcome]") -> None:
    for outcome in outcomes:
        if outcome.verdict in ("right", "rightly silent"):
            continue
        said = outcome.excerpts[0].marked_text if outcome.answered else ""
        place = f"; the right passage stands at {outcome.rank}" if outcome.rank else ""
        place = place if outcome.verdict in ("silent", "wrong excerpt") else ""
        typer.echo(f"{outcome.confidence:.2f}  {outcome.question.question}")
        typer.echo(f"      {outcome.verdict}{place}{': ' if said else ''}{said}")

"""The command ``benchmark speed``."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.options import AsJson, Config

if TYPE_CHECKING:
    from retrieval.evaluation.scaling.measuring import Measured, Sizing

app = typer.Typer()

_SIZES = [10_000, 100_000, 1_000_000]
_SEED = 5


@app.command("speed")
def benchmark_speed(
    corpus: Annotated[Path, typer.Option(help="Documents; enlarged by sentences drawn from all.")],
    squad: Annotated[
        list[Path] | None,
        typer.Option("--squad", help="SQuAD files to ask; else sentences are; repeatable."),
    ] = None,
    passages: Annotated[
        list[int] | None,
        typer.Option(
            min=100, help="About so many; repeatable.", show_default="10,000, 100,000, 1,000,000"
        ),
    ] = None,
    questions: Annotated[int, typer.Option(min=4, help="How many are asked.")] = 1000,
    work: Annotated[
        Path | None, typer.Option(help="Where to work: 3 GB a million.", show_default="temporary")
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw cost against passages.")] = None,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """What building, opening and asking cost as the documents grow: time, memory, recall."""
    from retrieval.bars import bar
    from retrieval.evaluation.scaling.measuring import measure
    from retrieval.evaluation.scaling.plot import draw_costs

    measured = []
    sizes = passages or _SIZES
    with TemporaryDirectory(dir=work, prefix="chuchu-speed-") as folder, bar("sizes") as progress:
        sizing = _sizing(corpus, squad or [], questions, Path(folder), config)
        for done, size in enumerate(sizes):
            progress(done, len(sizes))
            measured.append(measure(sizing, size))
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in measured], ensure_ascii=False))
    else:
        _print(measured, asked="of SQuAD files" if squad else "made from sentences")
    if plot:
        draw_costs(plot, measured)
        typer.echo(f"written: {plot}", err=True)


def _sizing(
    corpus: Path, squad: Sequence[Path], questions: int, work: Path, config: Path | None
) -> "Sizing":
    import random

    from retrieval.evaluation.scaling.asking import questions_of
    from retrieval.evaluation.scaling.measuring import Sizing
    from retrieval.evaluation.squad import read_contexts
    from retrieval.settings import load_settings

    contexts = [context for file in squad for context in read_contexts(file)]
    drawn = random.Random(_SEED)  # noqa: S311 - a sample, not a secret
    return Sizing(
        settings=load_settings(config),
        source=corpus,
        texts=tuple(context.text for context in contexts),
        questions=questions_of(contexts, corpus, questions, drawn),
        work=work,
    )


def _print(measured: "Sequence[Measured]", asked: str) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("", title=f"questions {asked}; ms by the clock, parts by one thread: p50 (p99)")
    for each in measured:
        table.add_column(f"{each.passages:,} passages", justify="right")
    for name, cells in _rows(measured):
        table.add_row(name, *cells)
    Console(highlight=False).print(table)


def _rows(measured: "Sequence[Measured]") -> list[tuple[str, list[str]]]:
    names = [cost.part for cost in measured[0].asking.parts]
    rows = [
        ("files (made up)", [f"{m.corpus.files:,} ({m.corpus.made_up:,})" for m in measured]),
        ("characters a passage", [str(m.characters) for m in measured]),
        ("vectors", [m.kind for m in measured]),
        ("built, s", [f"{m.building.seconds:.0f}" for m in measured]),
        ("  passages/s", [f"{m.passages / m.building.seconds:,.0f}" for m in measured]),
        ("  peak memory, MB", [f"{m.building.memory.peak:,}" for m in measured]),
        ("  on disk, MB", [f"{m.building.disk_mb:,}" for m in measured]),
        ("opened, s", [f"{m.asking.open_seconds:.2f}" for m in measured]),
        ("first question, ms", [f"{m.asking.first_ms:.0f}" for m in measured]),
        ("question, ms", [_cost(m.asking.whole.p50, m.asking.whole.p99) for m in measured]),
    ]
    for at, name in enumerate(names):
        costs = [m.asking.parts[at] for m in measured]
        rows.append((f"  {name}", [_cost(cost.p50, cost.p99) for cost in costs]))
    return [
        *rows,
        ("memory, MB", [f"{m.asking.memory.resident:,}" for m in measured]),
        ("  anonymous", [f"{m.asking.memory.anonymous:,}" for m in measured]),
        ("recall@10 of vectors", [f"{m.recall:.3f}" for m in measured]),
        *_stages(measured),
    ]


def _stages(measured: "Sequence[Measured]") -> list[tuple[str, list[str]]]:
    """Seconds of each stage of building, the longest of the largest first."""
    seconds = [{stage.name: stage.seconds for stage in m.building.stages} for m in measured]
    return [
        (f"build: {stage.name}", [f"{each.get(stage.name, 0):.1f}" for each in seconds])
        for stage in measured[-1].building.stages
    ]


def _cost(p50: float, p99: float) -> str:
    return f"{p50:.1f} ({p99:.1f})"

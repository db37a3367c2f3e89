"""``chuchu compare`` and ``chuchu replay``."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.bars import bar
from retrieval.options import GOLDEN, AsJson, Config, Labels

if TYPE_CHECKING:
    from retrieval.evaluation.comparing.replay import Replayed
    from retrieval.evaluation.comparing.saved import SavedRun

app = typer.Typer()


@app.command()
def compare(
    a: Annotated[Path, typer.Argument(help="A saved run, or a settings file to ask with.")],
    b: Annotated[Path, typer.Argument(help="Another one, held against A.")],
    labels: Labels = GOLDEN,
    show_all: Annotated[bool, typer.Option("--all", help="List unchanged questions too.")] = False,
) -> None:
    """Show what was won and lost from A to B; exit code 1 if a loss is significant.

    A and B are files of ``chuchu evaluate --save``, or settings files (.toml) whose index is built.
    """
    from rich.console import Console

    from retrieval.evaluation import tables
    from retrieval.evaluation.comparing import comparison

    before, after = _run_of(a, labels), _run_of(b, labels)
    found = comparison.compare(before.outcomes, after.outcomes)
    console = Console(highlight=False)
    for change in comparison.Change:
        pairs = found.changed(change)
        if pairs and (show_all or change is not comparison.Change.UNCHANGED):
            console.print(tables.pairs_table(f"{len(pairs)} {change.value}", pairs))
    console.print(tables.tests_table(found))
    if found.left_out:
        typer.echo(f"left out: {found.left_out} questions that only one has, or labelled anew")
    if not found.pairs:
        typer.echo("the two have no question in common", err=True)
        raise typer.Exit(1)
    if found.is_loss:
        typer.echo("B is worse than A, beyond chance", err=True)
        raise typer.Exit(1)


@app.command()
def replay(
    log: Annotated[Path, typer.Argument(help="A log of answers, JSON Lines.")],
    as_json: AsJson = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 1 if any answer changed.")
    ] = False,
    config: Config = None,
) -> None:
    """Ask the questions of a log again, and show which answers changed."""
    from retrieval.answer import Answerer
    from retrieval.answerlog import read_log
    from retrieval.evaluation.comparing import replay as replaying
    from retrieval.settings import load_settings

    logged = read_log(log)
    with bar("questions") as progress:
        found = replaying.replay(logged, Answerer.load(load_settings(config)).ask, progress)
    changed = [one for one in found if one.drift is not replaying.Drift.SAME]
    for one in changed:
        _print_replayed(one, as_json=as_json)
    typer.echo(f"{len(found)} questions asked again: {len(changed)} changed", err=as_json)
    if exit_code and changed:
        raise typer.Exit(1)


def _run_of(file: Path, labels: Path) -> "SavedRun":
    from retrieval.evaluation import tables
    from retrieval.evaluation.comparing.saved import SavedRun, read_run
    from retrieval.evaluation.labels import read_labels
    from retrieval.evaluation.subject import Subject
    from retrieval.settings import load_settings

    if file.suffix != ".toml":
        return read_run(file)
    with bar(f"questions, {file}") as progress:
        asked = Subject.open(load_settings(file)).ask(read_labels(labels), progress)
    for line in tables.left_out(asked):
        typer.echo(f"{file}: {line}", err=True)
    return SavedRun(asked.generation, asked.outcomes)


def _print_replayed(one: "Replayed", *, as_json: bool) -> None:
    from retrieval.answerlog import LoggedAnswer

    now = LoggedAnswer.of(one.answer)
    if as_json:
        line = {
            "question": one.logged.question,
            "change": one.drift.value,
            "before": json.loads(one.logged.line),
            "after": json.loads(now.line),
        }
        typer.echo(json.dumps(line, ensure_ascii=False))
        return
    typer.echo(f"{one.logged.question}\n  {one.drift.value} ({one.logged.trace} -> {now.trace})")
    for name, answer in (("before", one.logged), ("after", now)):
        for excerpt in answer.excerpts:
            places = ", ".join(f"{span.start}-{span.end}" for span in excerpt.spans)
            typer.echo(f"    {name:6}  {excerpt.source}  {places}")
    if one.answer.answered:
        typer.echo(f"    {one.answer.excerpts[0].marked_text}")

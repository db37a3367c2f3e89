"""The commands of the offline half; those that measure and train stand in their own rooms.

Only modules named ``cli`` print. Results go to standard output; errors to standard error, in one
line, with exit code 1 (2 for wrong usage).
"""

import io
import json
import logging
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from retrieval.errors import LabelError, RetrievalError
from retrieval.evaluation.cli import app as evaluation
from retrieval.options import AsJson, Config
from retrieval.training.cli import app as training
from retrieval.types import Answer, Json

app = typer.Typer(
    name="chuchu",
    help="出处: answers from your documents, each with its source. Nothing is generated.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(evaluation)
app.add_typer(training)

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
        sys.exit(error.status)
    except BrokenPipeError:
        # Who read us has seen enough (``| head``); nothing more can be written.
        os._exit(0)
    except (OSError, sqlite3.Error) as error:
        typer.echo(f"chuchu: the machine refused: {error}", err=True)
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
        "trace": answer.trace,
    }


def _lines(file: Path) -> Iterator[str]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LabelError(f"{file}: cannot be read ({error})") from None
    return (line for line in text.split("\n") if line.strip())


def _print_answer(answer: Answer) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    if not answer.answered:
        console.print(Text("文档里没有找到答案。 The documents do not say.", style="dim"))
        return
    grid = Table.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column(overflow="fold")
    for number, excerpt in enumerate(answer.shown, start=1):
        text = Text(excerpt.text)
        text.stylize("bold", *excerpt.marked)
        citation = excerpt.citation
        page = "" if citation.page is None else f" · p. {citation.page}"
        heading = f" · {citation.heading}" if citation.heading else ""
        source = f"—— 《{citation.title}》{heading}{page} · {citation.source}\n"
        grid.add_row(str(number), text)
        grid.add_row("", Text(source, style="dim"))
    console.print(grid)

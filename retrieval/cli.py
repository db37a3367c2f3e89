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
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.errors import LabelError, RetrievalError
from retrieval.evaluation.cli import app as evaluation
from retrieval.options import AsJson, Collection, Config
from retrieval.terminal import printable
from retrieval.training.cli import app as training
from retrieval.types import Answer, Audience, Citation, Json
from retrieval.upkeep.cli import app as upkeep

if TYPE_CHECKING:
    from retrieval.answer import Consulted

app = typer.Typer(
    name="chuchu",
    help="出处: answers from your documents, each with its source. Nothing is generated.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(upkeep)
app.add_typer(evaluation)
app.add_typer(training)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="What you want to know.")] = None,
    questions: Annotated[
        Path | None, typer.Option(help="Ask every line of this file; '-' reads standard input.")
    ] = None,
    private: Annotated[
        bool, typer.Option("--private", help="As in a private chat; else as in a group.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what spoke for each passage found.")
    ] = False,
    as_json: AsJson = False,
    collection: Collection = "",
    config: Config = None,
) -> None:
    """Answer a question in the terminal, or one question a line from a file."""
    if (question is None) == (questions is None):
        raise typer.BadParameter("give a question, or a file with --questions")
    from retrieval.answer import Answerer
    from retrieval.explaining import explanation_json
    from retrieval.settings import load_settings

    asked = [question] if question is not None else list(_lines(questions or Path("-")))
    answerer = Answerer.load(load_settings(config).of(collection))
    audience = Audience.PRIVATE if private else Audience.GROUP
    for text in asked:
        consulted = answerer.consult(text, audience)
        if as_json:
            found = answer_json(consulted.answer)
            if explain:
                found["explanation"] = explanation_json(consulted)
            typer.echo(json.dumps(found, ensure_ascii=False))
            continue
        _print_answer(consulted.answer)
        if explain:
            _print_explanation(consulted)


def main(run: Callable[[], object] = app) -> None:
    """Run the commands; a known error is one line on standard error and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What a terminal cannot show, or UTF-8 cannot hold, is escaped instead of fatal.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    # Matrices here are small: more threads of BLAS cost more than they give, and fight for cores.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        run()
    except RetrievalError as error:
        typer.echo(f"chuchu: {printable(str(error), lines=True)}", err=True)
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
        "tentative": answer.tentative,
        "confidence": round(answer.confidence, 4),
        "threshold": round(answer.threshold, 4),
        "excerpts": [
            {
                "text": excerpt.text,
                "marked": excerpt.marked_text,
                "before": excerpt.before,
                **_citation_json(excerpt.citation),
                "score": round(excerpt.score, 4),
                "confidence": round(excerpt.confidence, 4),
                "also": [_citation_json(citation) for citation in excerpt.also],
            }
            for excerpt in answer.excerpts
        ],
        "took_ms": round(answer.took_ms, 2),
        "trace": answer.trace,
    }


def _citation_json(citation: Citation) -> Json:
    return {
        "title": citation.title,
        "heading": citation.heading,
        "source": citation.source,
        "page": citation.page,
        "spans": [list(span) for span in citation.spans],
        "outdated": citation.outdated,
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
    if answer.tentative:
        console.print(Text("可能相关 Perhaps:", style="italic"))
    grid = Table.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column(overflow="fold")
    for number, excerpt in enumerate(answer.shown, start=1):
        text = Text(printable(excerpt.text, lines=True))
        text.stylize("bold", *excerpt.marked)
        before = f"({printable(excerpt.before, lines=True)}) " if excerpt.before else ""
        grid.add_row(str(number), Text(before) + text)
        places = [_place(citation) for citation in (excerpt.citation, *excerpt.also)]
        grid.add_row("", Text("\n".join(places) + "\n", style="dim"))
    console.print(grid)


def _place(citation: Citation) -> str:
    page = "" if citation.page is None else f" · p. {citation.page}"
    heading = f" · {citation.heading}" if citation.heading else ""
    changed = " · 来源已更改 the source has changed" if citation.outdated else ""
    return printable(f"—— 《{citation.title}》{heading}{page} · {citation.source}{changed}")


def _print_explanation(consulted: "Consulted") -> None:
    from rich.console import Console

    from retrieval.explaining import explanation_tables

    console = Console(highlight=False)
    for table in explanation_tables(consulted):
        console.print(table)

"""A progress bar on standard error, for people only."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from retrieval.evaluation.outcomes import Progress


@contextmanager
def progress_bar(what: str) -> Iterator[Progress]:
    """Show how far a command is, where standard error is a terminal; nothing stays of it."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (*Bar.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Bar(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

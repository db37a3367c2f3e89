"""``chuchu index`` where a server holds the index: ``[index] uri``, or ``--to``."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from retrieval.errors import SettingsError
from retrieval.pace import Pace, shown
from retrieval.upkeep.progress import progress_bar

if TYPE_CHECKING:
    from retrieval.index.milvus.mirror import Mirrored
    from retrieval.settings import IndexSettings, Settings


def check_writes(settings: "IndexSettings") -> None:
    """See that this machine is to index.

    Raises:
        SettingsError: Another one is.
    """
    if settings.read_only:
        raise SettingsError(
            "[index] read_only: another machine indexes for this one; run it there, "
            "or set read_only = false"
        )


def mirror_built(settings: "Settings", *, wait: bool) -> "Mirrored | None":
    """Bring what is published here to the server that the settings name, if they name one.

    Raises:
        EngineError: The server is away, refuses, or lost what it was sent.
    """
    if not settings.index.uri:
        return None
    from retrieval.index.generation import open_generation
    from retrieval.index.milvus.mirror import mirror
    from retrieval.index.publishing import locked

    folder = settings.index.folder
    with locked(folder, wait=wait), progress_bar() as bar:
        task = bar.add_task("sent", total=None, pace="")
        pace = Pace()

        def on_rows(done: int, total: int) -> None:
            pace.tell(done)
            told = f"{pace.per_second:.0f} passages/s, left {shown(pace.left(total))}"
            bar.update(task, completed=done, total=total, pace=told)

        return mirror(open_generation(folder), settings.index, on_rows)


def print_mirrored(settings: "Settings", mirrored: "Mirrored | None") -> None:
    """Say what a server holds now."""
    if mirrored is None:
        return
    typer.echo(
        f"{settings.index.uri} holds {mirrored.passages} passages of {mirrored.documents} "
        f"documents: {mirrored.sent} sent, {mirrored.removed} removed "
        f"(published as {mirrored.name})"
    )


def move(settings: "Settings", uri: str, probes: Path | None, *, as_json: bool, wait: bool) -> None:
    """Bring what is published here to a server, and compare its answers with those from here.

    Raises:
        MissingIndexError: Nothing is published here.
        EngineError: The server is away, refuses, or lost what it was sent.
        LabelError: The file of questions cannot be read.
    """
    from retrieval.upkeep.mirroring.comparing import compare, probe_questions

    there = settings.model_copy(update={"index": _leading_to(settings.index, uri)})
    questions = probe_questions(settings, probes)
    mirrored = mirror_built(there, wait=wait)
    compared = compare(settings, there, questions)
    if as_json:
        report = {"mirrored": mirrored and asdict(mirrored), "compared": asdict(compared)}
        typer.echo(json.dumps(report, ensure_ascii=False))
        return
    print_mirrored(there, mirrored)
    typer.echo(
        f"{compared.questions} probe questions: {compared.same} answered by the same "
        f"{settings.answer.excerpts} excerpts as from {settings.index.folder}, "
        f"{compared.first} by the same first one"
    )
    if settings.index.uri != uri:
        typer.echo(f'To answer from it: [index] uri = "{uri}"')


def _leading_to(settings: "IndexSettings", uri: str) -> "IndexSettings":
    from pydantic import ValidationError

    try:
        return settings.model_validate(settings.model_dump() | {"uri": uri})
    except ValidationError:
        raise typer.BadParameter(
            f"{uri!r} is no address of a server; write http://host:19530, its token in MILVUS_TOKEN"
        ) from None

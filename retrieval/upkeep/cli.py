"""Commands that keep the index: ``index``, ``verify``, ``sources``, ``show``, and its benchmark."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.evaluation.cli import benchmarks
from retrieval.options import AsJson, Collection, Config
from retrieval.terminal import printable
from retrieval.upkeep.progress import progress_bar

if TYPE_CHECKING:
    from retrieval.embedding import Embedder
    from retrieval.index.build import Built
    from retrieval.index.generation import Generation
    from retrieval.index.store import SourceEntry
    from retrieval.settings import Settings
    from retrieval.types import Json, Passage
    from retrieval.upkeep.benchmark import Building

app = typer.Typer()

_LISTED = 30
"""Files listed after indexing; of more, those with remarks."""


@app.command()
def index(
    as_json: AsJson = False,
    rollback: Annotated[
        bool, typer.Option("--rollback", help="Publish the generation before again.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Publish even if golden.jsonl is answered worse.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for another 'chuchu index' to end.")
    ] = False,
    to: Annotated[
        str, typer.Option(help="Bring what is indexed to a server: http://host:19530.")
    ] = "",
    probes: Annotated[
        Path | None, typer.Option(help="Labelled questions that --to compares answers by.")
    ] = None,
    collection: Collection = "",
    config: Config = None,
) -> None:
    """Read the documents and build the index; only what has changed is read."""
    from retrieval.settings import load_settings
    from retrieval.upkeep.mirroring.cli import check_writes, mirror_built, move, print_mirrored

    settings = load_settings(config)
    if to:
        move(settings.of(collection), to, probes, as_json=as_json, wait=wait)
        return
    check_writes(settings.index)
    if rollback:
        _roll_back(settings.of(collection))
        return
    from retrieval.embedding import load_embedder
    from retrieval.errors import RetrievalError

    names = [collection] if collection else settings.collection_names
    embedder = load_embedder(settings.embedding)
    failures = []
    for name in names:
        try:
            built = _build(settings.of(name), embedder, force=force, wait=wait)
            mirrored = mirror_built(settings.of(name), wait=wait)
        except RetrievalError as error:
            failures.append(error)  # the other collections are built all the same
            continue
        if as_json:
            report = {"collection": name} | asdict(built)
            report["mirrored"] = asdict(mirrored) if mirrored else None
            typer.echo(json.dumps(report, ensure_ascii=False))
        else:
            _print_built(settings.of(name), built)
            print_mirrored(settings.of(name), mirrored)
    for failure in failures[1:]:
        typer.echo(f"chuchu: {failure}", err=True)
    if failures:
        raise failures[0]


@app.command()
def verify(as_json: AsJson = False, collection: Collection = "", config: Config = None) -> None:
    """Cut every passage again from its file; exit 1 unless all are identical."""
    from retrieval.settings import load_settings
    from retrieval.upkeep.verifying import verify as run

    settings = load_settings(config).of(collection)
    with progress_bar() as bar:
        task = bar.add_task("files", total=None, pace="")
        found = run(settings, lambda done, total: bar.update(task, completed=done, total=total))
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False))
    else:
        for fault in found.faults:
            named = f"{fault.path} {fault.passage_id}: {fault.reason}".replace(" :", ":")
            typer.echo(printable(named))
        typer.echo(
            f"verified: {found.identical} of {found.passages} passages from {found.files} files "
            f"are identical (generation {found.generation})"
        )
    if found.faults:
        raise typer.Exit(1)


@app.command()
def sources(as_json: AsJson = False, collection: Collection = "", config: Config = None) -> None:
    """List what is indexed."""
    from retrieval.index.generation import open_generation
    from retrieval.settings import load_settings

    settings = load_settings(config).of(collection)
    store = open_generation(settings.index.folder).store
    entries = [source.entry for source in store.sources()]
    if as_json:
        typer.echo(json.dumps([asdict(entry) for entry in entries], ensure_ascii=False))
    else:
        _print_sources(entries)


@app.command()
def show(
    document: Annotated[str, typer.Argument(help="A document's id or title, or a file.")],
    as_json: AsJson = False,
    collection: Collection = "",
    config: Config = None,
) -> None:
    """Print the passages of a document, each with its place in the file."""
    from retrieval.index.generation import open_generation
    from retrieval.settings import load_settings
    from retrieval.upkeep.showing import find_passages

    settings = load_settings(config).of(collection)
    passages = find_passages(open_generation(settings.index.folder).store, document)
    for passage in passages:
        if as_json:
            typer.echo(json.dumps(_passage_json(passage), ensure_ascii=False))
        else:
            _print_passage(passage)


@benchmarks.command("build")
def benchmark_build(
    folder: Annotated[
        Path | None, typer.Argument(help="Documents; else those of [corpus].")
    ] = None,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """How fast documents become an index, where the time goes, and what a change costs."""
    from retrieval.embedding import load_embedder
    from retrieval.settings import load_settings
    from retrieval.upkeep.benchmark import run_benchmark

    settings = load_settings(config)
    if folder:
        corpus = settings.corpus.model_copy(update={"folder": folder})
        settings = settings.model_copy(update={"corpus": corpus})
    found = run_benchmark(settings, load_embedder(settings.embedding))
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False))
    else:
        _print_benchmark(found)


def _build(settings: "Settings", embedder: "Embedder", *, force: bool, wait: bool) -> "Built":
    from retrieval.index.build import build_index
    from retrieval.pace import Pace, shown
    from retrieval.upkeep.gate import Gate

    with progress_bar() as bar:
        reading = bar.add_task("files", total=None, pace="")
        embedding = bar.add_task("vectors", total=None, pace="", visible=False)
        files, cut, written = Pace(), Pace(), Pace()

        def on_file(done: int, total: int, passages: int) -> None:
            files.tell(done)
            cut.tell(passages)
            told = f"{passages} passages, {cut.per_second:.0f}/s, left {shown(files.left(total))}"
            bar.update(reading, completed=done, total=total, pace=told)

        def on_text(done: int, total: int) -> None:
            written.tell(done)
            told = f"{written.per_second:.0f} passages/s, left {shown(written.left(total))}"
            bar.update(embedding, completed=done, total=total, pace=told, visible=True)

        accept = _let_through if force else Gate(settings, embedder)
        return build_index(settings, embedder, on_text, on_file, accept, wait=wait)


def _let_through(generation: "Generation") -> None:
    """Publish whatever was built."""


def _roll_back(settings: "Settings") -> None:
    from retrieval.index.publishing import roll_back
    from retrieval.upkeep.mirroring.cli import mirror_built, print_mirrored

    name = roll_back(settings.index.folder)
    typer.echo(f"index rolled back to generation {name}; once more undoes it")
    print_mirrored(settings, mirror_built(settings, wait=False))


def _print_built(settings: "Settings", built: "Built") -> None:
    state = "up to date" if built.unchanged else "built"
    typer.echo(
        f"index {state}: {built.documents} documents, {built.passages} passages "
        f"from {settings.corpus.folder} (generation {built.generation})"
    )
    if built.unchanged and not any(source.notes for source in built.sources):
        return
    if len(built.sources) <= _LISTED and not built.unchanged:
        _print_sources(built.sources)
    else:
        _print_sources([source for source in built.sources if source.notes])
    if built.unknown_files:
        named = printable(", ".join(built.unknown_files[:_LISTED]))
        typer.echo(
            f"of no format that is read: {len(built.unknown_files)} files ({named})", err=True
        )


def _print_sources(entries: "Sequence[SourceEntry]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not entries:
        return
    table = Table("file", "encoding")
    for name in ("pages", "passages"):
        table.add_column(name, justify="right")
    table.add_column("remarks")
    for entry in entries:
        remarks = list(entry.notes)
        if entry.same_as:
            remarks.append(f"same text as {entry.same_as}")
        pages = "" if entry.pages is None else str(entry.pages)
        cells = (entry.path, entry.encoding, pages, str(entry.passages), "; ".join(remarks))
        table.add_row(*(Text(printable(cell)) for cell in cells))
    Console(highlight=False).print(table)


def _print_benchmark(found: "Building") -> None:
    from rich.console import Console
    from rich.table import Table

    mean = found.characters / found.passages
    table = Table(
        "stage", title=f"{found.files} files, {found.passages} passages of {mean:.0f} characters"
    )
    for name in ("seconds", "share"):
        table.add_column(name, justify="right")
    for stage in found.stages:
        table.add_row(stage.name, f"{stage.seconds:.2f}", f"{stage.share:.1%}")
    table.add_row(
        "whole", f"{found.seconds:.2f}", f"{found.per_second:.0f} passages/s", style="bold"
    )
    console = Console(highlight=False)
    console.print(table)
    console.print(f"processor: {found.cpu_seconds:.2f} s, beside the processes that read files")
    console.print(f"memory: at most {found.peak_mb} MB, {found.vectors_mb} MB of them vectors")
    console.print(
        f"nothing changed: {found.unchanged_seconds:.2f} s; "
        f"one file changed: {found.touched_seconds:.2f} s"
    )
    if found.peer:
        rate = found.passages / found.peer_seconds
        console.print(
            f"{found.peer}, given the passages: {found.peer_seconds:.2f} s ({rate:.0f} passages/s)"
        )
    else:
        console.print("txtai is not installed beside it: pip install -e '.[benchmark]'")


def _passage_json(passage: "Passage") -> "Json":
    return asdict(passage) | {"kind": passage.kind.value}


def _print_passage(passage: "Passage") -> None:
    page = "" if passage.page is None else f" p. {passage.page}"
    spans = ", ".join(f"{span.start}-{span.end}" for span in passage.spans)
    headings = " · ".join((passage.title, *passage.headings))
    place = printable(f"{passage.id} {passage.source}{page} [{spans}] {headings}")
    typer.echo(f"{place}\n{printable(passage.text, lines=True)}\n")

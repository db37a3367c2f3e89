"""``chuchu labels``: check, add, import."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.options import GOLDEN, Config, Labels

if TYPE_CHECKING:
    from retrieval.evaluation.labelling.checking import Checked
    from retrieval.evaluation.labels import Label
    from retrieval.evaluation.places import Places
    from retrieval.settings import Settings

app = typer.Typer(help="Labelled questions: check, add, import.", no_args_is_help=True)


@app.command()
def check(labels: Labels = GOLDEN, config: Config = None) -> None:
    """Look for every labelled quote in the documents; exit code 1 if any is gone."""
    from retrieval.evaluation.labelling.checking import check_labels
    from retrieval.evaluation.labels import read_labels

    checked = check_labels(read_labels(labels), _places(config))
    _print_checked(checked)
    if checked.gone:
        raise typer.Exit(1)


@app.command()
def add(
    question: Annotated[str, typer.Argument(help="The question.")],
    quote: Annotated[
        list[str] | None, typer.Option(help="Words of a document that answer it; repeatable.")
    ] = None,
    source: Annotated[str, typer.Option(help="Their file, where several hold them.")] = "",
    unanswerable: Annotated[
        bool, typer.Option("--unanswerable", help="The documents do not say.")
    ] = False,
    tag: Annotated[list[str] | None, typer.Option(help="A tag; repeatable.")] = None,
    language: Annotated[str, typer.Option(help="zh, zh-Hant, en, mixed.")] = "",
    note: Annotated[str, typer.Option(help="A remark.")] = "",
    labels: Labels = GOLDEN,
    config: Config = None,
) -> None:
    """Add a labelled question; without --quote, choose among the excerpts that are found."""
    from retrieval.errors import LabelError
    from retrieval.evaluation.labelling.checking import name_source
    from retrieval.evaluation.labels import LabelledQuestion, add_labels

    if unanswerable and quote:
        raise typer.BadParameter("what is unanswerable has no quote")
    if not question.strip():
        raise typer.BadParameter("the question is empty")
    found: list[Label] = []
    if quote:
        places = _places(config)
        found = [name_source(words, source, places) for words in quote]
    elif not unanswerable:
        found = _choose(question, config)
    added = add_labels(
        labels, [LabelledQuestion(question, tuple(found), tuple(tag or ()), language, note)]
    )
    if added.refused:
        raise LabelError(f"{added.refused[0]}; edit it there")
    says = f"{len(found)} answers" if found else "unanswerable"
    typer.echo(f"{labels}: {'added' if added.new else 'joined'}: {question} ({says})")


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="A SQuAD or CSV file, a BEIR folder, feedback.")],
    out: Annotated[Path, typer.Option(help="Where the labelled questions go, JSON Lines.")],
    format_: Annotated[
        str | None,
        typer.Option("--format", help="squad, beir, csv, feedback.", show_default="by the name"),
    ] = None,
    documents: Annotated[
        Path | None, typer.Option(help="New folder for the documents that come with them.")
    ] = None,
    config: Config = None,
) -> None:
    """Import questions that others labelled: SQuAD JSON, BEIR folders, CSV, the bot's feedback."""
    from retrieval.evaluation.labelling.checking import check_labels
    from retrieval.evaluation.labelling.importing import (
        Format,
        guess_format,
        import_labels,
        write_documents,
    )
    from retrieval.evaluation.labels import add_labels

    known = [one.value for one in Format]
    if format_ is not None and format_ not in known:
        raise typer.BadParameter(f"is none of {', '.join(known)}", param_hint="--format")
    imported = import_labels(path, Format(format_) if format_ else guess_format(path))
    if imported.documents and documents is None:
        raise typer.BadParameter(
            "the questions come with documents of their own: name a new folder for them",
            param_hint="--documents",
        )
    settings = _settings(config)
    if documents is not None and imported.documents:
        write_documents(documents, imported.documents)
        typer.echo(f"{documents}: {len(imported.documents)} documents")
        settings = settings.model_copy(
            update={"corpus": settings.corpus.model_copy(update={"folder": documents})}
        )
    added = add_labels(out, imported.questions)
    typer.echo(f"{out}: {added.new} questions added, {added.joined} joined with what was there")
    if imported.empty:
        typer.echo(f"  left out: {imported.empty} that ask nothing", err=True)
    for reason in added.refused:
        typer.echo(f"  left out: {reason}", err=True)
    _print_checked(check_labels(imported.questions, _places_in(settings)))
    if documents is not None and imported.documents:
        typer.echo(
            f"next: export CHUCHU_CORPUS__FOLDER={documents} CHUCHU_INDEX__FOLDER={documents}.index"
            f"\n      chuchu index; chuchu evaluate --labels {out}"
        )


def _choose(question: str, config: Path | None) -> "list[Label]":
    from retrieval.answer import Answerer
    from retrieval.evaluation.labels import Label

    answer = Answerer.load(_settings(config)).ask(question)
    for number, excerpt in enumerate(answer.excerpts, start=1):
        typer.echo(f"{number}  {excerpt.marked_text}\n   {excerpt.citation.source}")
    said = typer.prompt("Which answer it? Numbers, or 0 for none", default="1")
    chosen = [int(number) for number in said.replace(",", " ").split() if number.isdigit()]
    wrong = [number for number in chosen if number > len(answer.excerpts)]
    if not chosen or wrong or (0 in chosen and len(chosen) > 1):
        raise typer.BadParameter(f"{said!r} are no numbers of excerpts")
    picked = (answer.excerpts[number - 1] for number in chosen if number)
    return [Label(excerpt.citation.source, excerpt.marked_text) for excerpt in picked]


def _settings(config: Path | None) -> "Settings":
    from retrieval.settings import load_settings

    return load_settings(config)


def _places(config: Path | None) -> "Places":
    return _places_in(_settings(config))


def _places_in(settings: "Settings") -> "Places":
    from retrieval.evaluation.places import places_in_folder

    return places_in_folder(settings)


def _print_checked(checked: "Checked") -> None:
    from retrieval.evaluation.places import Found

    typer.echo(
        f"{checked.questions} questions, {checked.labels} labels: {checked.whole} stand in a "
        f"passage, {checked.split} in two, {len(checked.lost)} in none"
    )
    for lost in checked.lost:
        where = "in a title alone" if lost.place.found is Found.OUTSIDE else "lost"
        typer.echo(f"  {where}: {lost.question}\n    {lost.place.label.source}: "
                   f"{lost.place.label.quote}")  # fmt: skip
        if lost.nearest and lost.place.found is Found.LOST:
            typer.echo(f"    nearest there now: {lost.nearest}")
    if checked.waiting:
        typer.echo(f"{checked.waiting} questions were called badly answered and wait for a label")

"""Commands that make what is shipped: the model, the frequencies, the weights."""

from pathlib import Path
from typing import Annotated

import typer

from retrieval.options import GOLDEN, Config, Labels, QuestionFiles

app = typer.Typer()


@app.command("fit-ranking")
def fit_ranking(
    squad: QuestionFiles,
    labels: Labels = GOLDEN,
    config: Config = None,
) -> None:
    """Fit anew how passages are ordered and when to be silent (retrieval/ranking.toml)."""
    from retrieval.embedding import load_embedder
    from retrieval.ranking import FILE
    from retrieval.settings import load_settings
    from retrieval.training import fitting

    settings = load_settings(config)
    embedder = load_embedder(settings.embedding)
    groups = fitting.gather(settings, labels, squad, embedder)
    for held in fitting.hold_out(groups):
        typer.echo(
            f"{held.name}: {held.questions} questions, held out: hit@1 {held.hit_at_1:.3f}, "
            f"AUROC {held.auroc:.3f}, answered at 3 % false replies {held.answered_at_3:.3f}, "
            f"at 10 % {held.answered_at_10:.3f}"
        )
    fitting.write_ranking(fitting.fit_ranking(groups))
    typer.echo(f"written: {FILE}")


@app.command("train-model")
def train_model(
    data: Annotated[Path, typer.Option(help="Folder with train/*.tar.xz and dev/*.json.")],
    out: Annotated[Path, typer.Option(help="Folder of the finished model.")] = Path(
        "retrieval/model"
    ),
) -> None:
    """Train the shipped model anew, from open text, dictionaries and questions."""
    from retrieval import training

    training.train_model(data, out)
    typer.echo(f"written: {out}; now run: chuchu index")


@app.command("count-terms")
def count_terms(
    data: Annotated[Path, typer.Option(help="Folder with train/*.tar.xz.")],
    out: Annotated[Path, typer.Option(help="File of the frequencies.")] = Path(
        "retrieval/frequencies.tsv.gz"
    ),
) -> None:
    """Count anew how common terms are in general text; small corpora are weighed by it."""
    from retrieval.training.frequencies import make_frequencies

    make_frequencies(data, out)
    typer.echo(f"written: {out}")

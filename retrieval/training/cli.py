"""Commands that make what is shipped: the model, the frequencies, the weights; and `calibrate`."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.options import GOLDEN, AsJson, Config, Labels, QuestionFiles

if TYPE_CHECKING:
    from retrieval.training.calibrating import Coverage

app = typer.Typer()
_CURVE = 20
"""Characters of the widest bar."""


@app.command("fit-ranking")
def fit_ranking(
    squad: QuestionFiles,
    labels: Labels = GOLDEN,
    ablation: Annotated[
        bool, typer.Option("--ablate", help="Only tell what each feature is worth.")
    ] = False,
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
    if ablation:
        for name, figures in fitting.ablate(groups):
            told = "; ".join(f"{f.name} {f.hit_at_1:.3f} {f.auroc:.3f}" for f in figures)
            typer.echo(f"{f'without {name}' if name else 'with all':26} (hit@1, AUROC) {told}")
        return
    held_out = fitting.hold_out(groups)
    for name, scored in held_out.items():
        held = fitting.summarise(name, scored)
        typer.echo(
            f"{held.name}: {held.questions} questions, held out: hit@1 {held.hit_at_1:.3f}, "
            f"AUROC {held.auroc:.3f}, answered at 3 % false replies {held.answered_at_3:.3f}, "
            f"at 10 % {held.answered_at_10:.3f}"
        )
    calibration = fitting.calibrate_all(held_out)
    fitting.write_weighing(fitting.fit_weighing(groups, calibration))
    typer.echo(f"written: {FILE}")


@app.command()
def calibrate(labels: Labels = GOLDEN, as_json: AsJson = False, config: Config = None) -> None:
    """Measure on your own labelled questions when to be silent, and keep it beside the index.

    Documents are held out in turn, so that questions on them are unanswerable; small talk is asked
    too. With too few questions or files the shipped calibration stays.
    """
    from retrieval import calibration
    from retrieval.answer import calibrated_by
    from retrieval.bars import bar
    from retrieval.corpus.files import find_files
    from retrieval.embedding import load_embedder
    from retrieval.evaluation.labels import read_labels
    from retrieval.settings import load_settings
    from retrieval.training import calibrating
    from retrieval.training.holding import score_corpus

    settings = load_settings(config)
    embedder = load_embedder(settings.embedding)
    with bar("indexes asked") as progress:
        scored, ranking = score_corpus(settings, read_labels(labels), embedder, progress)
    made = calibrating.calibrate(scored)
    kept = calibration.Kept(
        find_files(settings.corpus.folder).digest,
        calibrated_by(embedder.fingerprint, ranking),
        made,
    )
    calibration.keep(settings.index.folder, kept)
    lines = list(calibrating.coverage_of(made, scored))
    if as_json:
        typer.echo(json.dumps([asdict(line) for line in lines]))
        return
    _print_coverage(lines)
    typer.echo(f"written: {settings.index.folder / calibration.FILE}")


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


@app.command("list-homophones")
def list_homophones() -> None:
    """List anew which characters sound alike; a mistyped name is found by it."""
    from retrieval.spelling import FILE
    from retrieval.training.homophones import make_homophones

    make_homophones()
    typer.echo(f"written: {FILE}")


@app.command("list-regional-words")
def list_regional_words() -> None:
    """List anew what Taiwan and the mainland say otherwise; a question is mended by it."""
    from retrieval.regional import FILE
    from retrieval.training.regional import make_regional

    make_regional()
    typer.echo(f"written: {FILE}")


def _print_coverage(lines: "Sequence[Coverage]") -> None:
    """Print the curve of answered questions against false replies, with 95 % intervals."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title="answered against false replies")
    for name in ("false replies", "(95 %)", "confidence from", "answered", "(95 %) ", ""):
        table.add_column(name, justify="left" if not name else "right")
    for line in lines:
        value, low, high = line.answered
        _, fewest, most = line.falsely
        table.add_row(
            f"{line.false_replies:.0%}",
            f"{fewest:.3f}-{most:.3f}",
            f"{line.confidence:.2f}",
            f"{value:.3f}",
            f"{low:.3f}-{high:.3f}",
            "█" * round(value * _CURVE),
        )
    Console(highlight=False).print(table)

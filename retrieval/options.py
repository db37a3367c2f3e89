"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[
    Path | None,
    typer.Option("--config", help="Settings file.", show_default="config/chuchu.toml"),
]
Collection = Annotated[
    str, typer.Option(help="A folder named in [collections].", show_default="[corpus]")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Labels = Annotated[Path, typer.Option(help="Labelled questions, JSON Lines.")]
QuestionFiles = Annotated[
    list[Path], typer.Option("--squad", help="Question files in SQuAD format; repeatable.")
]
GOLDEN = Path("config/golden.jsonl")

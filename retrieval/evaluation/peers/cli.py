"""``chuchu benchmark peers``: the same work done by other libraries, in one run."""

from pathlib import Path
from typing import Annotated

import typer

from retrieval.options import Config, QuestionFiles

app = typer.Typer()

_FOLDER = Path(".chuchu/peers")


@app.command("peers")
def benchmark_peers(
    squad: QuestionFiles,
    ask_part: Annotated[
        str, typer.Option(help="'all', or 'development': what no model was trained on.")
    ] = "all",
    peer: Annotated[
        list[str] | None,
        typer.Option(help="Only 'langchain', 'txtai', 'llamaindex' beside Chuchu; repeatable."),
    ] = None,
    threads: Annotated[
        int, typer.Option(min=1, help="Threads of each pool of a numerical library.")
    ] = 2,
    folder: Annotated[
        Path, typer.Option(help="Where the libraries are installed, once.")
    ] = _FOLDER,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write everything as JSON to a file.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw R@1 against time: .svg, .png, .pdf.")
    ] = None,
    config: Config = None,
) -> None:
    """How LangChain, txtai and LlamaIndex do on the same passages, questions and model.

    Each is installed from PyPI into an environment of its own when it is first needed (about
    1.5 GB each), and works in a process of its own, as Chuchu does here.
    """
    if ask_part not in ("all", "development"):
        raise typer.BadParameter("is neither 'all' nor 'development'", param_hint="--ask-part")
    from rich.console import Console

    from retrieval.embedding import load_embedder
    from retrieval.embedding.location import model_folder
    from retrieval.evaluation.peers.comparison import Conditions, compare_peers
    from retrieval.evaluation.peers.roster import CHUCHU, PEERS
    from retrieval.evaluation.peers.showing import draw, render, write_json
    from retrieval.evaluation.squad import read_contexts
    from retrieval.settings import load_settings

    everyone = (CHUCHU, *PEERS)
    if unknown := set(peer or ()) - {each.name for each in everyone}:
        raise typer.BadParameter(f"{unknown.pop()!r} is not measured", param_hint="--peer")
    chosen = [each for each in everyone if not peer or each.name in ("chuchu", *peer)]
    settings = load_settings(config).embedding
    contexts = [context for file in squad for context in read_contexts(file)]
    embedder = load_embedder(settings)  # fetches it where it is a hub's
    conditions = Conditions(
        model=model_folder(settings.location) or Path(settings.location),
        folder=folder,
        threads=threads,
        development=ask_part == "development",
    )
    found = compare_peers(contexts, embedder, chosen, conditions, _say)
    Console(highlight=False).print(render(found))
    if json_file:
        write_json(json_file, found)
    if plot:
        draw(plot, found)
    for written in (json_file, plot):
        if written:
            typer.echo(f"written: {written}", err=True)


def _say(line: str) -> None:
    typer.echo(line, err=True)

"""What the README shows is what the commands say."""

import re

from retrieval.cli import app
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def test_every_command_stands_in_the_readme() -> None:
    import typer

    import bot.cli  # noqa: F401 - adds its commands

    names = set(typer.main.get_group(app).commands)
    shown = set(re.findall(r"`chuchu ([a-z-]+)", README))
    assert names == shown & names
    assert names >= {"ask", "index", "evaluate", "bot", "simulate"}


def test_pictures_and_files_that_are_named_exist() -> None:
    for target in re.findall(r"\]\((?!http|#)([^)]+)\)", README):
        assert (ROOT / target).exists(), target


def test_no_placeholder_is_left() -> None:
    assert not re.search(r"@[A-Z]{2,}@", README)

"""The import ladder of the house: a room imports only rooms above it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# From the top down; rooms in one line stand side by side and may not import each other.
LADDER = [
    [
        "retrieval.types",
        "retrieval.terminal",
        "retrieval.bars",
        "retrieval.options",
        "retrieval.page",
        "retrieval.pace",
    ],
    ["retrieval.errors"],
    ["retrieval.text", "retrieval.answerlog"],
    ["retrieval.settings", "retrieval.sought"],
    ["retrieval.question"],
    ["retrieval.corpus"],
    ["retrieval.embedding"],
    ["retrieval.index"],
    ["retrieval.calibration"],
    ["retrieval.weighting", "retrieval.ranking", "retrieval.reranking", "retrieval.regional"],
    ["retrieval.spelling"],
    ["retrieval.standing", "retrieval.interaction"],
    ["retrieval.features"],
    ["retrieval.search"],
    ["retrieval.marking"],
    ["retrieval.excerpts"],
    ["retrieval.answer"],
    ["retrieval.explaining"],
    ["retrieval.evaluation"],
    ["retrieval.upkeep"],
    ["retrieval.training"],
    ["retrieval.cli"],
    ["retrieval.__main__"],
    ["bot.errors", "bot.simulator", "bot.types", "bot.limits", "bot.clock", "bot.metrics"],
    ["bot.breaker"],
    ["bot.remedies", "bot.watch", "bot.settings", "bot.logs", "bot.buttons", "bot.workers"],
    ["bot.schema"],
    ["bot.sqlite", "bot.postgres"],
    ["bot.addressing", "bot.database", "bot.library", "bot.texts", "bot.rehearsal", "bot.verdict"],
    ["bot.reading"],
    ["bot.chats", "bot.journal", "bot.feedback", "bot.statistics", "bot.receiving", "bot.status"],
    [
        "bot.loading",
        "bot.starting",
        "bot.voice",
        "bot.benchmark",
        "bot.keyboards",
        "bot.access",
        "bot.housekeeping",
        "bot.doctor",
    ],
    ["bot.render", "bot.intake", "bot.webhook"],
    ["bot.letters"],
    ["bot.outbox"],
    ["bot.inline", "bot.uploads"],
    ["bot.commands"],
    ["bot.controls", "bot.answering"],
    ["bot.pressing"],
    ["bot.handlers"],
    ["bot.application"],
    ["bot.serving"],
    ["bot.simulation"],
    ["bot.cli"],
]
LEVEL = {room: level for level, rooms in enumerate(LADDER) for room in rooms}
MODULES = sorted(
    path for package in ("retrieval", "bot") for path in (ROOT / package).rglob("*.py")
)


def room_of(module: str) -> str | None:
    """The room that a module belongs to."""
    return next((room for room in LEVEL if (module + ".").startswith(room + ".")), None)


def module_name(path: Path) -> str:
    """The dotted name of a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Every module of ours that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_a_room_imports_only_rooms_above_it(path: Path) -> None:
    own = room_of(module_name(path))
    if module_name(path) in ("retrieval", "bot"):
        assert not [name for name in imports(path) if name.startswith(("retrieval", "bot"))]
        return
    assert own, f"{path} stands in no room: add it to the ladder"
    for name in imports(path):
        other = room_of(name)
        if other and other != own:
            assert LEVEL[other] < LEVEL[own], f"{module_name(path)} imports {name}"


def test_the_offline_half_knows_nothing_of_telegram() -> None:
    for path in MODULES:
        if module_name(path).startswith("retrieval"):
            known = [name for name in imports(path) if name.split(".")[0] in ("telegram", "bot")]
            assert not known, f"{path} imports {known}"


@pytest.mark.parametrize("command", [["-m", "retrieval", "--help"], ["-m", "retrieval.cli"]])
def test_the_offline_commands_start_without_telegram_and_torch(command: list[str]) -> None:
    import subprocess
    import sys

    watch = "import sys, runpy, atexit; atexit.register(lambda: print('LOADED', "
    watch += "[m for m in ('telegram', 'torch', 'sentence_transformers') if m in sys.modules]));"
    watch += f"sys.argv = ['chuchu', *{command[2:]!r}];"
    watch += f"runpy.run_module({command[1]!r}, run_name='__main__')"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", watch], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert "LOADED []" in done.stdout, done.stdout + done.stderr

"""What every test may use: the seeds, the shipped model, and an index built from both."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.answer import Answerer
from retrieval.embedding import Embedder, load_embedder
from retrieval.index.build import build_index
from retrieval.settings import EmbeddingSettings, Settings
from tests.milvus import MilvusServer, running_lite, running_real
from tests.postgres import PASSWORD, PostgresServer, running_postgres

ROOT = Path(__file__).parent.parent
SEED = "000_3241da7b9d8b96a4.txt"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings and tokens of the person who runs the tests must not change them."""
    import os

    for name in list(os.environ):
        if name.startswith("CHUCHU_") or name in ("TELEGRAM_BOT_TOKEN", "MILVUS_TOKEN"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The shipped model."""
    return load_embedder(EmbeddingSettings())


@pytest.fixture(scope="session")
def seed_settings(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Settings:
    """Settings whose index of the seeds is built."""
    folder = tmp_path_factory.mktemp("index")
    settings = settings_for(ROOT / "seeds", folder)
    build_index(settings, embedder, lambda done, total: None)
    return settings


@pytest.fixture(scope="session")
def answerer(seed_settings: Settings, embedder: Embedder) -> Answerer:
    """Answers from the seeds."""
    return Answerer(seed_settings, embedder)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL; without one, what needs it is skipped."""
    try:
        with running_postgres() as server:
            yield server
    except FileNotFoundError as error:
        pytest.skip(str(error))


@pytest.fixture
def postgres(postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> PostgresServer:
    """A PostgreSQL whose password stands where libpq looks for it."""
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    return postgres_server


@pytest.fixture(scope="session")
def lite_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a Milvus Lite in this process, which keeps its data in a folder."""
    return f"milvus-lite:{tmp_path_factory.mktemp('lite') / 'milvus.db'}"


@pytest.fixture(scope="session")
def lite_server() -> Iterator[MilvusServer]:
    """A Milvus Lite in a process of its own."""
    with running_lite() as server:
        yield server


@pytest.fixture(scope="session")
def real_server() -> Iterator[MilvusServer]:
    """A Milvus 2.3.5; where PyPI has none for this machine, what needs it is skipped."""
    try:
        with running_real() as server:
            yield server
    except FileNotFoundError as error:
        pytest.skip(str(error))


def settings_for(corpus: Path, index: Path) -> Settings:
    """Settings for a corpus, all else as shipped."""
    return Settings.model_validate({"corpus": {"folder": corpus}, "index": {"folder": index}})

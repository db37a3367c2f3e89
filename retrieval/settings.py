"""`config/chuchu.toml` and the environment -> checked, frozen settings.

Every setting stands, commented, in ``config/chuchu.toml``; ``CHUCHU_CORPUS__FOLDER=/docs`` in the
environment overrides ``[corpus] folder``. The bot's own table ``[bot]`` is read by `bot.settings`.
"""

import difflib
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings.exceptions import SettingsError as SourceError

from retrieval.errors import SettingsError
from retrieval.types import Json

DEFAULT_FILE = Path("config/chuchu.toml")
SHIPPED_MODEL = Path(__file__).parent / "model"

_CREDENTIALS = re.compile(r"//[^/\s]*@")
_FROZEN = ConfigDict(frozen=True, extra="forbid")
_ENGINE = r"^(https?://[^@\s]+|milvus-lite:.+\.db)?$"
"""No user or password: settings files are shown around."""
_Share = Annotated[float, Field(ge=0, le=1)]


class CorpusSettings(BaseModel):
    """Which documents are read."""

    model_config = _FROZEN
    folder: Path = Path("seeds")
    file_mb: Annotated[int, Field(ge=1, le=10_000)] = 200
    """Largest file that is read, packed and unpacked."""
    file_pages: Annotated[int, Field(ge=1, le=1_000_000)] = 5000
    """Most pages of a file that are read."""
    file_characters: Annotated[int, Field(ge=1000, le=1_000_000_000)] = 20_000_000
    """Longest text that is read."""
    file_seconds: Annotated[float, Field(gt=0, le=3600)] = 60
    """Longest time that one file may take to read."""
    file_memory_mb: Annotated[int, Field(ge=100, le=100_000)] = 1500
    """Most memory that one file may take to read."""


CollectionName = Annotated[str, Field(pattern=r"^\w[\w-]{0,31}$")]


class Collections(RootModel[dict[CollectionName, Path]]):
    """Folders of documents that are asked by name, each with an index of its own."""

    model_config = ConfigDict(frozen=True)


class PassageSettings(BaseModel):
    """How documents are cut; sizes in characters."""

    model_config = _FROZEN
    shortest: Annotated[int, Field(ge=1, le=2000)] = 80
    longest: Annotated[int, Field(ge=20, le=4000)] = 200
    overlap: Annotated[int, Field(ge=0, le=3)] = 0
    """Sentences that a passage repeats from the one before."""

    @model_validator(mode="after")
    def _shortest_is_not_longer(self) -> Self:
        if self.shortest > self.longest:
            raise ValueError("shortest is longer than longest")
        return self


class IndexSettings(BaseModel):
    """Where generations are kept, and which server, if any, holds them for many machines."""

    model_config = _FROZEN
    folder: Path = Path(".chuchu/index")
    cache_mb: Annotated[int, Field(ge=0, le=1_000_000)] = 1000
    """Most megabytes of vectors kept that no passage needs now: of another model, an older text."""
    kind: Literal["auto", "flat", "ivf", "hnsw"] = "auto"
    """How vectors are held; ``auto`` chooses by how many there are (`retrieval.index.kinds`)."""
    build_memory_mb: Annotated[int, Field(ge=50, le=1_000_000)] = 2000
    """Most megabytes that vectors may take while they are written."""
    uri: Annotated[str, Field(pattern=_ENGINE)] = ""
    """Of a Milvus server; empty answers from the folder. The token is never kept here."""
    name: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,39}$")] = "chuchu"
    """What the server's collections begin with."""
    read_only: bool = False
    """Another machine indexes, this one only asks the server."""
    shards: Annotated[int, Field(ge=1, le=64)] = 1
    replicas: Annotated[int, Field(ge=1, le=64)] = 1
    timeout: Annotated[float, Field(gt=0, le=300)] = 4
    """Seconds that one call may take."""
    consistency: Literal["Strong", "Bounded", "Session", "Eventually"] = "Bounded"
    rate: Annotated[int, Field(ge=0, le=1_000_000)] = 2000
    """Most passages sent a second; 0 for as many as the server takes."""
    dense_only: bool = False
    """Search by vectors alone, where the server knows no sparse ones."""


class EmbeddingSettings(BaseModel):
    """Which sentence-transformers model gives the vectors."""

    model_config = _FROZEN
    model: str = ""
    """A folder or a hub id; empty for the shipped model."""
    device: str = "cpu"
    batch_size: Annotated[int, Field(ge=1, le=4096)] = 32
    precision: Literal["float32", "float16", "bfloat16"] = "float32"
    """Of the model's weights, where torch runs it."""
    backend: Literal["torch", "onnx", "openvino"] = "torch"
    backend_file: str = ""
    """Which of a model's ONNX or OpenVINO files is run: an int8 one, say."""
    query_prompt: str = ""
    passage_prompt: str = ""
    trust_remote_code: bool = False

    @property
    def location(self) -> str:
        """The folder or hub id that is meant."""
        return self.model or str(SHIPPED_MODEL)


class RerankSettings(BaseModel):
    """Which cross-encoder, if any, puts the best passages in a new order."""

    model_config = _FROZEN
    model: str = ""
    """A folder or a hub id; empty for none."""
    top: Annotated[int, Field(ge=2, le=1000)] = 30
    """Passages that it reads, best first."""
    device: str = "cpu"
    batch_size: Annotated[int, Field(ge=1, le=4096)] = 32
    trust_remote_code: bool = False


class SearchSettings(BaseModel):
    """How many passages are looked at for one question."""

    model_config = _FROZEN
    candidates: Annotated[int, Field(ge=1, le=1000)] = 50


class AnswerSettings(BaseModel):
    """What is shown."""

    model_config = _FROZEN
    excerpts: Annotated[int, Field(ge=1, le=10)] = 3
    false_replies: _Share = 0.1
    """Share of unanswerable questions that may be answered all the same, in a private chat."""
    group_false_replies: _Share = 0.03
    """The same in a group; what is said beyond it in a private chat is headed "perhaps"."""
    threshold: _Share | None = None
    """Silence below this confidence, whatever the false replies."""


class Settings(BaseSettings):
    """All settings of the offline half."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="CHUCHU_", env_nested_delimiter="__"
    )
    corpus: CorpusSettings = CorpusSettings()
    collections: Collections = Collections({})
    passages: PassageSettings = PassageSettings()
    index: IndexSettings = IndexSettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    rerank: RerankSettings = RerankSettings()
    search: SearchSettings = SearchSettings()
    answer: AnswerSettings = AnswerSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over what the settings file says (``init_settings``)."""
        return env_settings, init_settings

    @property
    def collection_names(self) -> tuple[str, ...]:
        """The collections; the empty name stands for [corpus]."""
        return "", *self.collections.root

    def of(self, collection: str) -> Self:
        """Settings for one collection: its documents, and where its index is kept.

        Args:
            collection: Its name; empty for what [corpus] names.

        Raises:
            SettingsError: There is none of that name.
        """
        if not collection:
            return self
        folder = self.collections.root.get(collection)
        if folder is None:
            known = self.collections.root
            near = _suggestion(collection, known) if known else ""
            raise SettingsError(
                f"{collection!r} is no collection{near}; "
                f'name it in config/chuchu.toml: [collections] {collection} = "folder"'
            )
        index = {
            "folder": self.index.folder / "collections" / collection,
            "name": f"{self.index.name}_{collection.encode().hex()}",  # servers know ASCII only
        }
        return self.model_copy(
            update={
                "corpus": self.corpus.model_copy(update={"folder": folder}),
                "index": self.index.model_copy(update=index),
            }
        )


_TABLES: dict[str, type[BaseModel]] = {
    "corpus": CorpusSettings,
    "collections": Collections,
    "passages": PassageSettings,
    "index": IndexSettings,
    "embedding": EmbeddingSettings,
    "rerank": RerankSettings,
    "search": SearchSettings,
    "answer": AnswerSettings,
}


def load_settings(file: Path | None = None) -> Settings:
    """Read the settings file and the environment; the environment wins.

    Args:
        file: A TOML file; ``None`` reads ``config/chuchu.toml`` where it exists, else defaults.

    Raises:
        SettingsError: The file is missing or no TOML, a setting is unknown or out of its range.
    """
    tables = read_tables(file)
    tables.pop("bot", None)
    try:
        return Settings(**tables)
    except SourceError as error:
        raise SettingsError(
            f"environment: {error}; write e.g. CHUCHU_CORPUS__FOLDER=/docs"
        ) from None
    except ValidationError as error:
        raise SettingsError(explain(error, file or DEFAULT_FILE, _TABLES)) from None


def read_tables(file: Path | None) -> Json:
    """Read the TOML tables of the settings file.

    Raises:
        SettingsError: The file that was named is missing, or is no TOML.
    """
    path = file or DEFAULT_FILE
    if file is None and not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{path}: no such settings file; name another with --config") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read ({error})") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from None


def explain(error: ValidationError, file: Path, tables: dict[str, type[BaseModel]]) -> str:
    """Say in one line which setting is wrong, and what it may be.

    Args:
        error: What pydantic found; the first place is told.
        file: Where the setting stands.
        tables: The model of each table, by the table's name.
    """
    first = error.errors(include_url=False)[0]
    where = [str(part) for part in first["loc"]]
    if where[0] not in tables:
        return f"{file}: [{where[0]}]: unknown table{_suggestion(where[0], tables)}"
    if len(where) == 1:
        return f"{file}: [{where[0]}]: {first['msg']}"
    place = f"{file}: [{where[0]}] {where[1]}"
    if first["type"] == "extra_forbidden":
        return f"{place}: unknown setting{_suggestion(where[1], tables[where[0]].model_fields)}"
    given = _CREDENTIALS.sub("//…@", repr(first["input"]))
    return f"{place}: {first['msg']} (it is {given})"


def _suggestion(key: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known here: {', '.join(known)}"

"""Where what is published stands: who asks is told its name, and is given an engine."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from retrieval.index.embedded import Embedded
from retrieval.index.engine import Engine
from retrieval.index.generation import open_generation, published_name
from retrieval.settings import IndexSettings


class Shelf(Protocol):
    """Holds the published generation of one collection."""

    def published(self) -> str:
        """The name of what is published; asked before every question, so it takes no time.

        Raises:
            MissingIndexError: Nothing is published.
            StaleIndexError: What says so is damaged.
            EngineError: The server that would know is away.
        """

    def open(self) -> Engine:
        """Open what is published.

        Raises:
            MissingIndexError: Nothing is published.
            StaleIndexError: It is damaged, or of another version.
            EngineError: The server that holds it is away, or refuses.
        """


@dataclass(frozen=True, slots=True)
class FolderShelf:
    """A folder of generations on this machine."""

    folder: Path

    def published(self) -> str:
        """The name of what is published."""
        return published_name(self.folder)

    def open(self) -> Embedded:
        """Open what is published."""
        return Embedded(open_generation(self.folder))


def find_shelf(settings: IndexSettings) -> Shelf:
    """The shelf that the settings name: a server, or a folder.

    Raises:
        SettingsError: A server is named, but its client is not installed.
    """
    if settings.uri:
        from retrieval.index.milvus.shelf import MilvusShelf

        return MilvusShelf(settings)
    return FolderShelf(settings.folder)

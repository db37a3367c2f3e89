"""Every passage cut again from its file, and compared: what is cited stands there, or is named."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from retrieval.corpus.files import FoundFile, Reader, find_files, limited_reader
from retrieval.corpus.layout import read_documents
from retrieval.corpus.mending import cut
from retrieval.corpus.passages import cut_passages
from retrieval.corpus.workers import Failure, work_on
from retrieval.index.generation import open_generation
from retrieval.index.store import StoredFile
from retrieval.settings import PassageSettings, Settings
from retrieval.types import Passage

Progress = Callable[[int, int], None]
"""Called with files verified so far, and in all."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What of the index does not stand in the files."""

    path: str
    passage_id: str
    """Empty where the whole file is meant."""
    reason: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying found."""

    generation: str
    files: int
    passages: int
    """All that are indexed."""
    identical: int
    """Those that were cut again, character for character."""
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Cutting:
    """Reads a file and cuts it; runs in a process of its own."""

    reader: Reader
    settings: PassageSettings

    def __call__(self, file: FoundFile) -> tuple[Passage, ...]:
        return tuple(self._passages(file))

    def _passages(self, file: FoundFile) -> Iterator[Passage]:
        for found in self.reader(file):
            for document in read_documents(found.source, found.items):
                for passage in cut_passages(document, self.settings):
                    if cut(found.source.text, passage.spans) == passage.text:
                        yield passage


def verify(settings: Settings, progress: Progress = lambda done, total: None) -> Verified:
    """Read every file again, and compare what it gives with what is published.

    Args:
        settings: All settings.
        progress: Told of files as they are verified.

    Raises:
        MissingIndexError: Nothing is published.
        StaleIndexError: What is published is damaged.
        CorpusError: The folder is missing or holds nothing to read.
    """
    generation = open_generation(settings.index.folder)
    standing = {file.path: file for file in find_files(settings.corpus.folder).files}
    indexed = generation.store.files()
    reader, limits = limited_reader(settings.corpus)
    faults = [
        Fault(file.entry.path, "", reason)
        for file in indexed
        if (reason := _changed(file, standing.get(file.entry.path)))
    ]
    changed = {fault.path for fault in faults}
    unchanged = {f.entry.path: f.row for f in indexed if f.entry.path not in changed}
    identical = 0
    files = [standing[path] for path in unchanged]
    results = work_on(files, _Cutting(reader, settings.passages), limits)
    for done, (file, passages) in enumerate(results, start=1):
        again = {} if isinstance(passages, Failure) else {p.id: p for p in passages}
        for kept in generation.store.passages_of_file(unchanged[file.path]):
            if again.get(kept.id) == kept:
                identical += 1
            else:
                faults.append(Fault(file.path, kept.id, "the file does not give it"))
        progress(done, len(files))
    return Verified(
        generation=generation.name,
        files=len(indexed),
        passages=generation.manifest.passages,
        identical=identical,
        faults=tuple(faults),
    )


def _changed(file: StoredFile, found: FoundFile | None) -> str:
    if found is None:
        return "gone since it was indexed; run: chuchu index"
    if found.digest != file.entry.digest:
        return "changed since it was indexed; run: chuchu index"
    return ""

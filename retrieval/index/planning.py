"""What of the published generation is carried over, and what is to be read."""

from dataclasses import dataclass, field, replace

from retrieval.corpus.files import Found, FoundFile
from retrieval.index.generation import BASE, Generation
from retrieval.index.recipe import Recipe
from retrieval.index.store import Rows, Store

_FRESH_SHARE = 0.2
"""Where more of the corpus than this has changed since the base was written, another is."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the next generation is made."""

    to_read: tuple[FoundFile, ...]
    base: Generation | None = None
    """The generation whose base is kept."""
    start: Rows = Rows()  # noqa: RUF009 - frozen
    """Where the base ends."""
    dropped: tuple[int, ...] = ()
    """Rows of files of the base that are not of the corpus."""
    texts: dict[str, str] = field(default_factory=dict)
    """The source of each text of the base that is kept, by its digest."""


def plan_build(published: Generation | None, found: Found, recipe: Recipe) -> Plan:
    """Keep the base for as long as most of the corpus still stands in it."""
    if published is None or not _differ_by_documents(published.manifest.recipe, recipe):
        return Plan(found.files)
    base = Store([published.path / BASE])
    files, sources, start = base.files(), base.sources(), base.rows()
    base.close()
    standing = {file.path: file.digest for file in found.files}
    kept = {f.row for f in files if standing.get(f.entry.path) == f.entry.digest}
    # Whose text stood in another file has to be read again once that one is gone.
    home = {source.entry.path: source.file_row for source in sources}
    kept -= {s.file_row for s in sources if s.entry.same_as and home[s.entry.same_as] not in kept}
    carried = {file.entry.path for file in files if file.row in kept}
    to_read = tuple(file for file in found.files if file.path not in carried)
    dropped = tuple(file for file in files if file.row not in kept)
    changed = sum(file.size for file in to_read) + sum(file.entry.size for file in dropped)
    if changed > _FRESH_SHARE * sum(file.size for file in found.files):
        return Plan(found.files)
    return Plan(
        to_read=to_read,
        base=published,
        start=start,
        dropped=tuple(file.row for file in dropped),
        texts={
            s.entry.text_digest: s.entry.path
            for s in sources
            if s.entry.passages and s.file_row in kept
        },
    )


def _differ_by_documents(old: Recipe, new: Recipe) -> bool:
    """Whether two generations differ by their documents, if by anything."""
    return replace(old, corpus_digest=new.corpus_digest) == new

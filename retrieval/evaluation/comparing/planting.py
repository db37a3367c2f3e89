"""A loss planted on purpose: is it caught? And is the same index ever called worse than itself?

Some passages of a generation change places among themselves, while vectors and terms stay: the
index leads to the wrong text, as after a mistake in its building.
"""

import hashlib
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from retrieval.evaluation.comparing.comparison import compare
from retrieval.evaluation.labels import LabelledQuestion
from retrieval.evaluation.outcomes import Progress
from retrieval.evaluation.subject import Subject
from retrieval.index.generation import BASE, MANIFEST, Generation
from retrieval.index.publishing import place, publish, writing
from retrieval.index.store import FILE
from retrieval.settings import Settings


@dataclass(frozen=True, slots=True)
class Planted:
    """What came of the trials."""

    questions: int
    passages: int
    shuffled: int
    """Passages that change places in each trial."""
    trials: int
    caught: int
    is_sound: bool
    """Whether the same index, asked again, was not called worse than itself."""


def plant_losses(
    subject: Subject,
    questions: Sequence[LabelledQuestion],
    *,
    share: float,
    trials: int,
    progress: Progress = lambda done, total: None,
) -> Planted:
    """Shuffle a share of the passages, again and again, and compare with the sound index.

    Args:
        subject: The sound index.
        questions: What is asked of both.
        share: Of the passages, 0 to 1; two at least change places.
        trials: How often, each time other passages.
        progress: Told after every trial.
    """
    sound = subject.ask(questions)
    count = subject.generation.store.count()
    shuffled = max(2, round(share * count))
    again = subject.ask(questions)
    is_sound = not compare(sound.outcomes, again.outcomes).is_loss
    caught = 0
    for trial in range(trials):
        with tempfile.TemporaryDirectory() as folder:
            settings = shuffle(subject.generation, subject.settings, Path(folder), shuffled, trial)
            planted = Subject.open(settings, subject.embedder, subject.ranking)
            asked = planted.ask(questions)
            planted.close()
        caught += compare(sound.outcomes, asked.outcomes).is_loss
        progress(trial + 1, trials)
    return Planted(len(questions), count, shuffled, trials, caught, is_sound)


def shuffle(
    generation: Generation, settings: Settings, folder: Path, count: int, seed: int
) -> Settings:
    """Publish a copy of a generation in which some passages have changed places.

    Args:
        generation: The sound one.
        settings: Its settings.
        folder: An empty folder for the copy.
        count: How many passages change places; none keeps its own.
        seed: Which.

    Returns:
        The settings that open the copy.
    """
    recipe = generation.manifest.recipe
    digest = hashlib.sha256(f"{recipe.corpus_digest} {seed}".encode()).hexdigest()
    recipe = replace(recipe, corpus_digest=digest)
    with writing(folder) as building:
        without_manifest = shutil.ignore_patterns(MANIFEST)
        shutil.copytree(generation.path, building, ignore=without_manifest, dirs_exist_ok=True)
        _exchange(building / BASE / FILE, random.Random(seed), count)  # noqa: S311 - no secret
        place(building, recipe, generation.manifest.dropped, None)
        publish(folder, recipe.generation)
    index = settings.index.model_copy(update={"folder": folder})
    return settings.model_copy(update={"index": index})


def _exchange(file: Path, drawn: random.Random, count: int) -> None:
    connection = sqlite3.connect(file)
    try:
        known = [row for (row,) in connection.execute("SELECT row FROM passages ORDER BY row")]
        rows = drawn.sample(known, count)
        moved = [
            (to, *connection.execute("SELECT * FROM passages WHERE row = ?", [row]).fetchone()[1:])
            for row, to in zip(rows, rows[1:] + rows[:1], strict=True)
        ]
        connection.executemany("DELETE FROM passages WHERE row = ?", [(row,) for row in rows])
        marks = ",".join("?" * len(moved[0]))
        connection.executemany(f"INSERT INTO passages VALUES ({marks})", moved)  # noqa: S608
        connection.commit()
    finally:
        connection.close()

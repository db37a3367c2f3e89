"""Planted losses: passages that changed places, on a real index."""

from pathlib import Path

from retrieval.evaluation.comparing.planting import plant_losses, shuffle
from retrieval.evaluation.labels import read_labels
from retrieval.evaluation.places import all_passages
from retrieval.evaluation.subject import Subject
from tests.retrieval.evaluation.conftest import GOLDEN


def test_passages_change_places_and_nothing_else_does(subject: Subject, tmp_path: Path) -> None:
    settings = shuffle(subject.generation, subject.settings, tmp_path, 5, seed=1)
    shuffled = Subject.open(settings, subject.embedder)
    before = list(all_passages(subject.generation.store))
    after = list(all_passages(shuffled.generation.store))
    assert {passage.id for passage in after} == {passage.id for passage in before}
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 5
    assert sorted(before, key=lambda p: p.id) == sorted(after, key=lambda p: p.id)
    assert shuffled.generation.name != subject.generation.name


def test_half_of_the_passages_shuffled_is_always_caught(subject: Subject) -> None:
    questions = read_labels(GOLDEN)
    found = plant_losses(subject, questions, share=0.5, trials=2)
    assert (found.trials, found.caught, found.is_sound) == (2, 2, True)
    assert found.shuffled == round(found.passages / 2)

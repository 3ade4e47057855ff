"""The records that are close in meaning to a query."""

from pathlib import Path

from indexer.meaning.close_records import CloseRecords
from indexer.meaning.encoder import Encoder
from indexer.meaning.passage_vectors import update_vectors
from indexer.model.ids import Kind, Locale
from indexer.model.query import CloseRecord
from tests.support.builders import a_record, an_edition
from tests.support.concept_encoder import ConceptEncoder

FR, EN = Locale.FR, Locale.EN

BIKES = a_record("Bikes", slug="bikes", locale=EN, text="Stolen bikes.")
FLOOD = a_record(
    "Crue",
    slug="flood",
    text="Une inondation.",
    other=an_edition("Flood", text="The river."),
)
HELP = a_record("Vélos volés", slug="help", kind=Kind.PAGE, text="Des vélos volés.")


def test_the_closest_record_comes_first(tmp_path: Path) -> None:
    """Its words may be others, and of the other language; pages never come."""
    update_vectors([FLOOD, BIKES, HELP], ConceptEncoder(), tmp_path / "vectors")
    close = CloseRecords(tmp_path / "vectors", ConceptEncoder)

    found = close.find("bicyclette dérobée", FR)

    first = CloseRecord(
        BIKES.id, found[0].closeness, found[0].cosine, 0, is_foreign=True
    )
    assert found[0] == first
    assert found[0].closeness > 0 > found[1].closeness
    assert 1 > found[0].cosine > found[1].cosine
    assert [each.id for each in found] == [BIKES.id, FLOOD.id]
    assert not found[1].is_foreign


def test_the_number_of_a_passage_counts_both_editions(tmp_path: Path) -> None:
    """Engines number the passages of a record so."""
    update_vectors([FLOOD], ConceptEncoder(), tmp_path / "vectors")
    close = CloseRecords(tmp_path / "vectors", ConceptEncoder)

    assert close.find("flood river burst", EN)[0].passage == 1


def test_new_vectors_are_used_at_once(tmp_path: Path) -> None:
    """Each worker maps the file again when another process has replaced it."""
    path = tmp_path / "vectors"
    close = CloseRecords(path, ConceptEncoder)
    before = close.find("vélo volé", FR)
    update_vectors([BIKES], ConceptEncoder(), path)

    assert before == ()
    assert [each.id for each in close.find("vélo volé", FR)] == [BIKES.id]
    assert close.progress() == (2, 2)


def test_a_recent_query_is_not_encoded_again(tmp_path: Path) -> None:
    """The pages of a search, its feed and its exports ask the same."""
    update_vectors([BIKES], ConceptEncoder(), tmp_path / "vectors")
    encoder = ConceptEncoder()
    close = CloseRecords(tmp_path / "vectors", lambda: encoder)

    first = close.find("vélo volé", FR)
    second = close.find("vélo volé", FR)

    assert first == second
    assert encoder.texts == ["vélo volé"]


def test_vectors_of_another_model_are_not_used(tmp_path: Path) -> None:
    """After an update of the package they are made again, and words answer alone."""
    update_vectors([BIKES], ConceptEncoder(), tmp_path / "vectors")
    other = ConceptEncoder()
    other.name = "concepts 2"

    assert CloseRecords(tmp_path / "vectors", lambda: other).find("vélo", FR) == ()


def test_a_model_that_cannot_be_loaded_leaves_the_words(tmp_path: Path) -> None:
    """Another processor than that of the installation may not run it."""
    update_vectors([BIKES], ConceptEncoder(), tmp_path / "vectors")

    def fail() -> Encoder:
        raise OSError("no such instruction")

    close = CloseRecords(tmp_path / "vectors", fail)

    assert close.find("vélo", FR) == ()
    assert close.find("vélo", FR) == ()


def test_a_few_records_of_each_language_become_results(tmp_path: Path) -> None:
    """Most records after these are no answer."""
    own = [a_record(f"Vélo {n}", slug=f"own-{n}", text="vélo") for n in range(12)]
    foreign = [
        a_record(f"Bike {n}", slug=f"foreign-{n}", locale=EN, text="bike")
        for n in range(12)
    ]
    update_vectors([*own, *foreign], ConceptEncoder(), tmp_path / "vectors")

    found = CloseRecords(tmp_path / "vectors", ConceptEncoder).find("vélo", FR)

    nearest = [each for each in found if each.is_nearest]
    assert sum(not each.is_foreign for each in nearest) == 10
    assert sum(each.is_foreign for each in nearest) == 10
    assert len(found) == 24


def test_nothing_is_computed_where_every_record_is_in_both_languages(
    tmp_path: Path,
) -> None:
    """Two words look only for records of the other language."""
    update_vectors([FLOOD], ConceptEncoder(), tmp_path / "both")
    update_vectors([FLOOD, BIKES], ConceptEncoder(), tmp_path / "one")
    encoder = ConceptEncoder()
    both = CloseRecords(tmp_path / "both", lambda: encoder)
    one = CloseRecords(tmp_path / "one", lambda: encoder)

    assert both.find("vélo volé", FR, only_foreign=True) == ()
    assert encoder.texts == []
    found = one.find("vélo volé", FR, only_foreign=True)
    assert [each.id for each in found] == [BIKES.id]


def test_an_edition_counts_before_it_is_encoded(tmp_path: Path) -> None:
    """While vectors are made, no record is taken for one of the other language only."""
    encoder = ConceptEncoder()
    path = tmp_path / "vectors"
    others = [a_record(f"Vélo {n}", slug=f"v{n}", text="vélo") for n in range(10)]

    def has_all_but_the_english() -> bool:
        return len(encoder.texts) == 2 * len(others) + 2

    update_vectors([*others, FLOOD], encoder, path, is_stopped=has_all_but_the_english)

    found = CloseRecords(path, ConceptEncoder).find("flood river burst", EN)

    assert found[0].id == FLOOD.id
    assert not found[0].is_foreign


def test_few_vectors_find_nothing(tmp_path: Path) -> None:
    """The closest of the first vectors would be taken for the closest of all."""
    encoder = ConceptEncoder()
    path = tmp_path / "vectors"
    update_vectors(
        [FLOOD, BIKES], encoder, path, is_stopped=lambda: bool(encoder.texts)
    )
    close = CloseRecords(path, ConceptEncoder)

    assert close.find("flood river burst", EN) == ()
    assert not close.is_ready
    assert close.progress() == (1, 6)

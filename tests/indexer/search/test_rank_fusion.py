"""The order of records by words, closeness in meaning and links."""

from collections.abc import Mapping, Sequence

from indexer.model.ids import Kind, RecordId
from indexer.model.query import CloseRecord
from indexer.search.rank_fusion import fused

WORDS = [("a", 3.0), ("b", 2.0), ("c", 1.0)]


def order(
    by_words: Sequence[tuple[str, float]] = WORDS,
    *,
    close: Mapping[str, float] | None = None,
    fixed: Sequence[str] = (),
    links: Mapping[str, Sequence[str]] | None = None,
) -> list[str]:
    """Return the order of records, given their closeness and their links."""
    records = {
        name: CloseRecord(RecordId(Kind.PRACTICE, "any"), closeness)
        for name, closeness in (close or {}).items()
    }
    return fused(by_words, records, fixed, lambda each: (links or {}).get(each, ()))


def test_without_meaning_and_links_the_order_is_that_of_words() -> None:
    """Nothing changes."""
    assert order() == ["a", "b", "c"]


def test_the_scale_of_the_scores_does_not_matter() -> None:
    """Long queries have higher scores than short ones."""
    close = {"c": 5.0, "b": 0.5}
    ten_times = [(name, score * 10) for name, score in WORDS]

    assert order(close=close) == order(ten_times, close=close) == ["c", "a", "b"]


def test_a_close_record_without_words_is_added() -> None:
    """It comes before one that has only words if it is close enough."""
    assert order(close={"new": 9.0, "a": 3.0, "c": 0.0})[0] == "new"
    assert order(close={"new": 0.5, "c": 0.5})[-1] == "new"


def test_meaning_weighs_more_for_a_record_without_the_language_of_the_reader() -> None:
    """Its words match only by their translations."""
    own = CloseRecord(RecordId(Kind.PRACTICE, "own"), 2.0)
    foreign = CloseRecord(RecordId(Kind.PRACTICE, "foreign"), 2.0, is_foreign=True)
    by_words = [("own", 2.0), ("foreign", 2.0)]
    close = {"own": own, "foreign": foreign}

    assert fused(by_words, close, (), lambda _: ()) == ["foreign", "own"]


def test_fixed_records_keep_their_places() -> None:
    """They match all words, or are named."""
    by_words = [("exact 1", 9.0), ("a", 3.0), ("exact 2", 2.5), ("b", 2.0)]
    close = {"b": 4.0, "exact 2": 1.0, "new": 3.5}
    fixed = ["exact 1", "exact 2"]

    found = order(by_words, close=close, fixed=fixed)

    assert found[0] == "exact 1"
    assert found[2] == "exact 2"
    assert found.index("b") < found.index("a")


def test_a_record_linked_with_a_good_one_gains() -> None:
    """It often answers the same question, in other words."""
    assert order(links={"c": ["a"], "a": ["c"]}) == ["a", "c", "b"]


def test_a_link_with_a_fixed_record_counts() -> None:
    """What a record that has all the words is linked with is near the subject."""
    by_words = [("exact", 9.0), *WORDS]

    assert order(by_words, fixed=["exact"], links={"c": ["exact"]})[1] == "c"


def test_links_with_weak_or_absent_records_change_nothing() -> None:
    """Many links are no merit."""
    links = {"b": ["absent", "c", "also absent"]}

    assert order(links=links) == ["a", "b", "c"]


def test_equal_scores_keep_the_order_of_words() -> None:
    """All deviations are zero then."""
    assert order([("a", 1.0), ("b", 1.0)]) == ["a", "b"]
    assert order([]) == []
    assert order([], close={"new": 1.0}) == ["new"]

"""Each sign without effect in a query adds a notice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.model.ids import Locale
from indexer.model.query import Query, QueryNotice, QueryNoticeType
from indexer.query_language.query_reader import read_query

words = st.text("abeilnoprstéè", min_size=2, max_size=8)
queries_of_words = st.lists(words, max_size=3).map(" ".join)


def read(text: str) -> Query:
    """Read a query in a corpus without facet values."""
    return read_query(text, lambda *_: None, locale=Locale.FR)


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("p*", QueryNotice(QueryNoticeType.SHORT_PREFIX, "p*", "p")),
        ("l'p*", QueryNotice(QueryNoticeType.SHORT_PREFIX, "l'p*", "l'p")),
        ("title:p*", QueryNotice(QueryNoticeType.SHORT_PREFIX, "p*", "p")),
        ("*police", QueryNotice(QueryNoticeType.STAR, "*police", "police")),
        ("pol**", QueryNotice(QueryNoticeType.STAR, "pol**", "pol")),
        ("pol?ce", QueryNotice(QueryNoticeType.QUESTION_MARK, "pol?ce", "pol ce")),
        ("police~2", QueryNotice(QueryNoticeType.APPROXIMATION, "police~2", "police")),
        ('"police', QueryNotice(QueryNoticeType.LONE_QUOTE, '"')),
        (
            '"police locale"~5',
            QueryNotice(
                QueryNoticeType.APPROXIMATION, '"police locale"~5', '"police locale"'
            ),
        ),
        (
            "« pol* locale »",
            QueryNotice(
                QueryNoticeType.WILDCARD_IN_PHRASE, "« pol* locale »", '"pol locale"'
            ),
        ),
    ],
    ids=str,
)
def test_sign_without_effect_adds_a_notice(text: str, notice: QueryNotice) -> None:
    """The notice contains the typed part and an equal query without the sign."""
    query = read(text)

    assert query.notices == (notice,)
    assert query.text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        '"',
        "cyber*",
        "(cyber*, drone*)",
        "que faire ?",
        "que faire?",
        "cyber*?",
        '"police locale ?"',
        "A&B",
    ],
)
def test_supported_sign_or_punctuation_adds_no_notice(text: str) -> None:
    """A question mark after a word is punctuation, not a wildcard."""
    assert read(text).notices == ()


def test_query_read_as_plain_words_has_no_other_notice() -> None:
    """`is_plain` already says that all the signs were ignored."""
    query = read("(*police")

    assert query.is_plain
    assert query.notices == ()


@given(
    before=queries_of_words,
    after=queries_of_words,
    part=st.one_of(
        st.sampled_from("abcdpz").map("{}*".format),
        st.builds("{}?{}".format, words, words),
        st.builds("*{}".format, words),
        st.builds("{}*{}".format, words, words),
        st.builds('"{} {}"~{}'.format, words, words, st.integers(0, 20)),
        st.builds("{}~{}".format, words, st.integers(0, 2)),
        st.builds('"{} {}*"'.format, words, words),
    ),
)
def test_no_part_of_a_query_is_changed_without_a_notice(
    before: str, after: str, part: str
) -> None:
    """The query is the same when the notice's `searched` replaces the typed part."""
    query = read(f"{before} {part} {after}")

    (notice,) = query.notices
    replaced = read(f"{before} {notice.searched} {after}")
    assert notice.typed == part
    assert replaced.notices == ()
    if notice.type is not QueryNoticeType.WILDCARD_IN_PHRASE:
        assert replaced.root == query.root


@given(queries_of_words, words, queries_of_words, st.sampled_from('"“”«»'))
def test_no_lone_quotation_mark_is_ignored_without_a_notice(
    before: str, word: str, after: str, quote: str
) -> None:
    """The query is the same without the quotation mark."""
    query = read(f"{before} {quote}{word} {after}")

    assert query.notices == (QueryNotice(QueryNoticeType.LONE_QUOTE, quote),)
    assert query.root == read(f"{before} {word} {after}").root

"""Property tests of the query language."""

from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.errors import QueryError, QueryFault
from indexer.model.facets import FacetName
from indexer.model.ids import Locale
from indexer.model.query import (
    MAX_QUERY_CHARACTERS,
    And,
    Compound,
    MinimumMatch,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Synonyms,
    Word,
)
from indexer.query_language.lexer import MIN_PREFIX
from indexer.query_language.query_reader import MAX_DEPTH, MAX_WORDS, read_query
from tests.support.examples import examples

PARTS = (
    *("police", "vélos", "l’accès", "cyber-harcèlement", "D2.6", "le", "1 851"),
    *("(", ")", '"', "«", "»", "-", "*", "cyb*", "ET", "OU", "SAUF", "NOT", "OR"),
    *("titre:", "theme:", "theme:trolling", "nope:", ":", "😀", "\0", "…", "'", "--"),
)

any_text = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=MAX_QUERY_CHARACTERS),
    st.lists(st.sampled_from(PARTS), max_size=60).map(" ".join),
    st.lists(st.sampled_from(PARTS), max_size=60).map("".join),
).map(lambda text: text[:MAX_QUERY_CHARACTERS])

some_words = st.lists(
    st.sampled_from(["police", "ville", "rumeur", "drone"]), min_size=1, max_size=4
)
excluded_words = st.lists(
    st.sampled_from(["theft", "secret", "brouillon"]), min_size=1, max_size=3
)

often = examples(200)


def read(text: str) -> Query:
    """Read a query; `theme:trolling` is the only facet value."""

    def resolve(facet: FacetName, value: str) -> str | None:
        return value if (facet, value) == (FacetName.THEME, "trolling") else None

    return read_query(text, resolve, locale=Locale.FR)


def nodes_of(node: Node | None) -> Iterator[tuple[Node, int]]:
    """Yield the nodes of a tree, each with its depth."""
    stack = [(node, 1)] if node is not None else []
    while stack:
        each, depth = stack.pop()
        yield each, depth
        match each:
            case And() | Or() | MinimumMatch():
                stack += [(child, depth + 1) for child in each.nodes]
            case Not() | Synonyms():
                stack.append((each.node, depth + 1))
            case _:
                continue


def required_words(node: Node | None) -> set[str]:
    """Return the words of a tree, without those below a `Not`."""
    match node:
        case Word() | Phrase() | Prefix():
            return {node.text}
        case And() | Or():
            return {word for child in node.nodes for word in required_words(child)}
        case _:
            return set()


@often
@given(any_text)
def test_tree_of_any_text_is_bounded(text: str) -> None:
    """A large tree would take the time of other requests."""
    query = read(text)

    nodes = list(nodes_of(query.root))
    assert len(nodes) <= 2 * len(text) + 2
    assert max((depth for _, depth in nodes), default=0) <= 4 * MAX_DEPTH


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1000,
        ")" * 1000,
        "(" * 500 + ")" * 500,
        "(" * 499 + "ab" + ")" * 499,
        "(a" * 333,
        "NOT " * 250,
        "NOT " * 249 + "a",
        "-(" * 333 + "a" + ")" * 333,
        "-" * 1000,
        "- " * 500,
        "*" * 1000,
        "a*" * 500,
        "a* " * 333,
        '"' * 1000,
        '"' * 999 + "a",
        "« " * 500,
        "a " * 500,
        "a OU " * 199 + "a",
        "a ET " * 199 + "a",
        "titre:" * 166,
        "a-" * 500,
        "a'" * 500,
        "1 " * 500,
        "1 234 " * 166,
        "\u0301" * 1000,
        "\ud800" * 1000,
        "😀" * 1000,
    ],
    ids=lambda text: f"{text[:6]!r}-{len(text)}",
)
def test_tree_of_a_thousand_signs_is_bounded(text: str) -> None:
    """Deep nesting must not exhaust the stack of a recursive parser."""
    query = read(text)

    nodes = list(nodes_of(query.root))
    assert len(nodes) <= len(text) + 2
    assert max((depth for _, depth in nodes), default=0) <= 4 * MAX_DEPTH


@pytest.mark.parametrize("joiner", [",", "/", "-"])
def test_word_limit_counts_joined_words(joiner: str) -> None:
    """Each word costs time, also between commas or slashes."""
    query = read(joiner.join(["ab"] * 300))

    words = [node for node, _ in nodes_of(query.root) if isinstance(node, Word)]
    assert len(words) <= MAX_WORDS


@often
@given(st.integers(1, 3 * MAX_QUERY_CHARACTERS), st.sampled_from("aé-(*\"'…"))
def test_only_the_length_of_a_text_raises_query_error(length: int, char: str) -> None:
    """The error has the fault and the URL parameter."""
    text = char * length

    if length <= MAX_QUERY_CHARACTERS:
        assert read(text).text == text
    else:
        with pytest.raises(QueryError) as raised:
            read(text)
        assert (raised.value.fault, raised.value.field) == (QueryFault.TOO_LONG, "q")


def test_repeated_spaces_do_not_count_for_the_length() -> None:
    """Text copied from a table has tabs and line ends."""
    query = read("police" + " \n\t" * 2_000 + "locale")

    assert query.text == "police locale"


@often
@given(any_text)
@example("-")
@example("l' d'")
@example("« ' »")
def test_no_word_of_a_tree_is_empty(text: str) -> None:
    """An empty word would match every record, or none."""
    for node, _ in nodes_of(read(text).root):
        match node:
            case Word():
                assert node.text.strip() == node.text != ""
            case Phrase():
                assert len(node.text.split()) > 1 or len(node.text) > 1
            case Prefix():
                assert len(node.text) >= MIN_PREFIX
            case And() | Or():
                assert len(node.nodes) > 1
            case _:
                continue


@often
@given(any_text)
def test_tree_of_plain_words_has_no_operator_but_not(text: str) -> None:
    """The notice of the page says that signs were ignored."""
    query = read(text)

    if query.is_plain:
        nodes = [node for node, depth in nodes_of(query.root) if depth == 2]
        assert len(nodes) <= MAX_WORDS
        assert all(isinstance(node, Word | Compound | Not) for node in nodes)
        assert query.root is None or isinstance(query.root, Word | Compound | And)


@often
@given(any_text)
def test_reading_the_text_of_a_query_returns_the_query(text: str) -> None:
    """The search box and saved links contain the text of the query."""
    query = read(text)

    assert read(query.text) == query


@often
@given(some_words, excluded_words, st.sampled_from(["-", "SAUF ", "NOT "]), st.data())
def test_excluded_words_are_never_required(
    words: list[str], excluded: list[str], sign: str, data: st.DataObject
) -> None:
    """Excluded words must not be highlighted in results."""
    parts = [*words, *(f"{sign}{word}" for word in excluded)]

    typed = " ".join(data.draw(st.permutations(parts)))

    query = read(typed)
    assert not query.is_plain
    assert required_words(query.root) == set(words)
    nodes = {node.node for node, _ in nodes_of(query.root) if isinstance(node, Not)}
    assert nodes == {Word(word, is_text_only=True) for word in excluded}


@often
@given(excluded_words, st.sampled_from(["-", "SAUF ", "NOT "]))
def test_group_is_excluded_as_a_whole(excluded: list[str], sign: str) -> None:
    """« police SAUF (vol recel) » requires only « police »."""
    query = read(f"police {sign}({' '.join(excluded)})")

    assert required_words(query.root) == {"police"}


@often
@given(st.integers(1_000, 10**12))
def test_number_with_spaces_between_thousands_is_one_word(number: int) -> None:
    """Visitors type figures as the page shows them."""
    for space in (" ", "\u00a0", "\u202f"):
        assert read(f"{number:,}".replace(",", space)).root == Word(str(number))

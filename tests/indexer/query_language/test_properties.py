"""What holds for whatever is typed, and not for the examples alone."""

from __future__ import annotations

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
from indexer.query_language.parser import MAX_DEPTH, MAX_WORDS
from indexer.query_language.prefixes import MIN_PREFIX
from indexer.query_language.query_reader import read_query
from tests.support.examples import examples

PIECES = (
    *("police", "vélos", "l’accès", "cyber-harcèlement", "D2.6", "le", "1 851"),
    *("(", ")", '"', "«", "»", "-", "*", "cyb*", "ET", "OU", "SAUF", "NOT", "OR"),
    *("titre:", "theme:", "theme:trolling", "nope:", ":", "😀", "\0", "…", "'", "--"),
)

any_text = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=MAX_QUERY_CHARACTERS),
    st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
).map(lambda text: text[:MAX_QUERY_CHARACTERS])

some_words = st.lists(
    st.sampled_from(["police", "ville", "rumeur", "drone"]), min_size=1, max_size=4
)
excluded_words = st.lists(
    st.sampled_from(["theft", "secret", "brouillon"]), min_size=1, max_size=3
)

often = examples(200)


def read(text: str) -> Query:
    """Read a text; `theme:trolling` is the only filter value there is."""

    def resolve(facet: FacetName, value: str) -> str | None:
        return value if (facet, value) == (FacetName.THEME, "trolling") else None

    return read_query(text, resolve, locale=Locale.FR)


def below(node: Node | None) -> Iterator[tuple[Node, int]]:
    """Give the nodes of a tree, each with its depth."""
    waiting = [(node, 1)] if node is not None else []
    while waiting:
        each, depth = waiting.pop()
        yield each, depth
        match each:
            case And() | Or() | MinimumMatch():
                waiting += [(child, depth + 1) for child in each.nodes]
            case Not() | Synonyms():
                waiting.append((each.node, depth + 1))
            case _:
                continue


def wanted(node: Node | None) -> set[str]:
    """Give the words of a tree that are asked for, not those that are left out."""
    match node:
        case Word() | Phrase() | Prefix():
            return {node.text}
        case And() | Or():
            return {word for child in node.nodes for word in wanted(child)}
        case _:
            return set()


@often
@given(any_text)
def test_any_text_makes_a_tree_of_bounded_size(text: str) -> None:
    """No text that one visitor types may keep the others waiting."""
    query = read(text)

    nodes = list(below(query.root))
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
def test_a_thousand_signs_make_a_tree_too(text: str) -> None:
    """The texts that break parsers: whoever sends one gets an answer like others."""
    query = read(text)

    nodes = list(below(query.root))
    assert len(nodes) <= len(text) + 2
    assert max((depth for _, depth in nodes), default=0) <= 4 * MAX_DEPTH


@pytest.mark.parametrize("joiner", [",", "/", "-"])
def test_words_are_counted_whatever_joins_them(joiner: str) -> None:
    """The limit is there for the time that each word costs the service."""
    query = read(joiner.join(["ab"] * 300))

    words = [node for node, _ in below(query.root) if isinstance(node, Word)]
    assert len(words) <= MAX_WORDS


@often
@given(st.integers(1, 3 * MAX_QUERY_CHARACTERS), st.sampled_from("aé-(*\"'…"))
def test_a_text_is_refused_by_its_length_alone(length: int, char: str) -> None:
    """A page pasted into the box is no search; who pasted it is told so."""
    text = char * length

    if length <= MAX_QUERY_CHARACTERS:
        assert read(text).text == text
    else:
        with pytest.raises(QueryError) as refused:
            read(text)
        assert (refused.value.fault, refused.value.field) == (QueryFault.TOO_LONG, "q")


def test_spaces_do_not_make_a_text_too_long() -> None:
    """What is copied from a table brings its tabs and line ends."""
    query = read("police" + " \n\t" * 2_000 + "locale")

    assert query.text == "police locale"


@often
@given(any_text)
@example("-")
@example("l' d'")
@example("« ' »")
def test_no_word_is_empty(text: str) -> None:
    """An empty word would stand in every record, or in none."""
    for node, _ in below(read(text).root):
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
def test_what_cannot_be_read_is_only_words(text: str) -> None:
    """The page tells that signs were taken for nothing, but for a minus: so it is."""
    query = read(text)

    if query.is_plain:
        nodes = [node for node, depth in below(query.root) if depth == 2]
        assert len(nodes) <= MAX_WORDS
        assert all(isinstance(node, Word | Not) for node in nodes)
        assert query.root is None or isinstance(query.root, Word | And)


@often
@given(any_text)
def test_what_was_read_is_read_again_alike(text: str) -> None:
    """A saved link, or the box as the page gives it back, is the same search."""
    query = read(text)

    assert read(query.text) == query


@often
@given(some_words, excluded_words, st.sampled_from(["-", "SAUF ", "NOT "]), st.data())
def test_what_is_left_out_is_never_asked_for(
    words: list[str], excluded: list[str], sign: str, data: st.DataObject
) -> None:
    """Who leaves a word out must not see it marked in what is found."""
    pieces = [*words, *(f"{sign}{word}" for word in excluded)]

    typed = " ".join(data.draw(st.permutations(pieces)))

    query = read(typed)
    assert not query.is_plain
    assert wanted(query.root) == set(words)
    nodes = {node.node for node, _ in below(query.root) if isinstance(node, Not)}
    assert nodes == {Word(word) for word in excluded}


@often
@given(excluded_words, st.sampled_from(["-", "SAUF ", "NOT "]))
def test_a_group_is_left_out_whole(excluded: list[str], sign: str) -> None:
    """« police SAUF (vol recel) » asks for nothing but « police »."""
    query = read(f"police {sign}({' '.join(excluded)})")

    assert wanted(query.root) == {"police"}


@often
@given(st.integers(1_000, 10**12))
def test_thousands_typed_with_spaces_are_one_number(number: int) -> None:
    """Figures are typed as they are seen on the page."""
    for space in (" ", "\u00a0", "\u202f"):
        assert read(f"{number:,}".replace(",", space)).root == Word(str(number))

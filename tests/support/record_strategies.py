"""Hypothesis strategies for records, and for queries that match some of them.

The fields of records have at most ten terms: the Whoosh engine stores the length of a
longer field with an error of up to 3 %, so that its scores are not exact.
"""

from hypothesis import strategies as st

from indexer.model.document import Passage
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import IndexedEdition, IndexedRecord
from indexer.model.query import (
    Alternative,
    And,
    FilterNode,
    MinimumMatch,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Synonyms,
    Word,
)

WORDS = (
    "police policier vélo vélos vols rumeur drones thefts city café sécurité".split()
)
STOP_WORDS = "le the".split()
PREFIXES = ("po", "ve", "polic", "dr", "cafe", "zz")
THEMES, YEARS = ("one", "two"), ("2018", "2019")
STAGES = ((), ("idea",), ("in-use",), ("ended",), ("idea", "pilot"))

words = st.sampled_from([*WORDS, *STOP_WORDS])
locales = st.sampled_from(Locale)
some_locales = st.sampled_from([(Locale.FR,), (Locale.EN,), tuple(Locale)])
kinds = st.sampled_from([Kind.PRACTICE, Kind.PRACTICE, Kind.PAGE, Kind.TERM])


def texts(shortest: int, longest: int) -> st.SearchStrategy[str]:
    """Draw texts of a few words."""
    return st.lists(words, min_size=shortest, max_size=longest).map(" ".join)


def editions(locale: Locale) -> st.SearchStrategy[IndexedEdition]:
    """Draw editions in a language."""
    passages = st.builds(
        Passage, st.just(locale), text=texts(0, 5), heading=texts(0, 2)
    )
    return st.builds(
        IndexedEdition,
        st.just(locale),
        title=texts(1, 3),
        summary=texts(0, 4),
        keywords=texts(0, 2),
        passages=st.lists(passages, max_size=2).map(tuple),
        questions=texts(0, 3),
    )


@st.composite
def record_lists(draw: st.DrawFn) -> list[IndexedRecord]:
    """Draw a few records in one language or both."""
    return [
        IndexedRecord(
            RecordId(draw(kinds), f"r{number}"),
            tuple(draw(editions(locale)) for locale in draw(some_locales)),
            {
                FacetName.THEME: tuple(sorted(draw(st.sets(st.sampled_from(THEMES))))),
                FacetName.YEAR: (draw(st.sampled_from(YEARS)),),
                FacetName.STAGE: draw(st.sampled_from(STAGES)),
            },
            draw(st.sampled_from(["", "2018-01-01", "2019-01-01"])),
        )
        for number in range(draw(st.integers(1, 6)))
    ]


leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Word, st.sampled_from([*WORDS, "absent"]), st.booleans()),
    st.builds(Word, st.sampled_from(WORDS), locale=locales),
    st.builds(Phrase, texts(2, 3), st.booleans()),
    st.builds(Prefix, st.sampled_from(PREFIXES), st.booleans()),
    st.sampled_from(THEMES).map(
        lambda value: FilterNode(Filter(FacetName.THEME, value))
    ),
)


def branches(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Draw nodes with children."""
    several = st.lists(children, min_size=2, max_size=4).map(tuple)
    others = st.builds(Alternative, children, st.sampled_from([0.25, 0.5, 1.0]))
    return st.one_of(
        st.builds(And, several),
        st.builds(Or, several),
        st.builds(Not, children),
        several.flatmap(
            lambda nodes: st.builds(
                MinimumMatch, st.integers(1, len(nodes)), st.just(nodes)
            )
        ),
        st.builds(Synonyms, children, st.lists(others, max_size=2).map(tuple)),
    )


trees = st.recursive(leaves, branches, max_leaves=6)

typed_queries = st.lists(
    st.one_of(
        words,
        st.sampled_from(["policiers", "velo", "theft", "vol", "villes", "DRONE"]),
        texts(2, 2).map('"{}"'.format),
        st.sampled_from(["pol*", "titre:police", "-rumeur", "SAUF drones"]),
    ),
    min_size=1,
    max_size=4,
).map(" ".join)

filter_sets = st.sets(
    st.one_of(
        st.builds(Filter, st.just(FacetName.THEME), st.sampled_from(THEMES)),
        st.builds(Filter, st.just(FacetName.YEAR), st.sampled_from([*YEARS, "1999"])),
    ),
    max_size=3,
).map(lambda filters: tuple(sorted(filters)))

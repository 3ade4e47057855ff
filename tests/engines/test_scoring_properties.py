"""Matches, scores, counts and reasons agree with slow ones, on random records.

The slow ones are written from what `impacts.py` and the help page promise, a record
after another, without an index. Fields are of ten terms at most: the length of a longer
one is kept in a byte, to some 3 % of it, and its score is a little off.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence
from functools import cached_property
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis.analyzer import analyze, word_forms
from indexer.analysis.normalization import fold
from indexer.engines.base import StoredEngine
from indexer.engines.registry import open_engine
from indexer.engines.whoosh.search import result_page as answering
from indexer.engines.whoosh.search.matching import OTHER_LOCALE_WEIGHT
from indexer.engines.whoosh.search.result_page import BEST_PASSAGE_WORTH
from indexer.engines.whoosh.search.scoring import (
    EXACT_WEIGHT,
    FIELD_WEIGHTS,
    HEAD_WEIGHTS,
    K1,
    SHORTEST,
    TEXT_WEIGHTS,
    B,
)
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
    Query,
    Synonyms,
    Word,
)
from indexer.model.results import Hit, MatchField
from tests.support.builders import a_query

WORDS = (
    "police policier vélo vélos vols rumeur drones thefts city café sécurité".split()
)
SMALL = "le the".split()
BEGINNINGS = ("po", "ve", "polic", "dr", "cafe", "zz")
THEMES, YEARS = ("one", "two"), ("2018", "2019")

words = st.sampled_from([*WORDS, *SMALL])


def texts(shortest: int, longest: int) -> st.SearchStrategy[str]:
    """Make short texts of a few words."""
    return st.lists(words, min_size=shortest, max_size=longest).map(" ".join)


def editions(locale: Locale) -> st.SearchStrategy[IndexedEdition]:
    """Make an edition of a record."""
    passages = st.builds(
        Passage, st.just(locale), text=texts(0, 5), heading=texts(0, 2)
    )
    return st.builds(
        IndexedEdition,
        st.just(locale),
        title=texts(1, 3),
        summary=texts(0, 5),
        keywords=texts(0, 2),
        passages=st.lists(passages, max_size=2).map(tuple),
    )


@st.composite
def record_lists(draw: st.DrawFn) -> list[IndexedRecord]:
    """Make a few records, in one language or both."""
    return [
        IndexedRecord(
            RecordId(Kind.PRACTICE, f"r{number}"),
            tuple(draw(editions(locale)) for locale in draw(some_locales)),
            {
                FacetName.THEME: tuple(draw(st.sets(st.sampled_from(THEMES)))),
                FacetName.YEAR: (draw(st.sampled_from(YEARS)),),
            },
        )
        for number in range(draw(st.integers(1, 6)))
    ]


some_locales = st.sampled_from([(Locale.FR,), (Locale.EN,), tuple(Locale)])

leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Word, st.sampled_from([*WORDS, "absent"]), st.booleans()),
    st.builds(Word, st.sampled_from(WORDS), locale=st.sampled_from(Locale)),
    st.builds(Phrase, texts(2, 3), st.booleans()),
    st.builds(Prefix, st.sampled_from(BEGINNINGS), st.booleans()),
    st.sampled_from(THEMES).map(
        lambda value: FilterNode(Filter(FacetName.THEME, value))
    ),
)


def branches(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Put some nodes together."""
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
questions = st.lists(trees, min_size=6, max_size=6)
locales = st.sampled_from(Locale)

moderately = settings(max_examples=25, deadline=None)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> StoredEngine:
    """Give one engine to all examples: each of them rebuilds its index."""
    root = tmp_path_factory.mktemp("scoring")
    return open_engine(root / "index", root / "index.key")


def exactly(root: Node, reader: Locale, *filters: Filter) -> Query:
    """Ask for a tree as it is, and all that it finds on one page."""
    return Query(
        "x", root, locale=reader, filters=filters, page_size=100, is_exact=True
    )


@dataclasses.dataclass(frozen=True)
class Part:
    """A head or a passage: the terms of each of its fields, by name."""

    fields: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    is_head: bool

    @classmethod
    def of(cls, locale: Locale, *, is_head: bool, **fields: str) -> Part:
        """Analyse the fields; small words are there, without any form."""
        return cls(
            {
                name: tuple(
                    (() if term.is_stop_word else term.forms, term.exact)
                    for term in analyze(text, locale)
                )
                for name, text in fields.items()
            },
            is_head,
        )

    def frequency(self, node: Word | Phrase | Prefix, locale: Locale) -> float:
        """Count how often something stands here, fields weighed."""
        chosen = {
            name: terms
            for name, terms in self.fields.items()
            if name == "title" or not node.is_title_only
        }
        match node:
            case Word():
                return sum(
                    FIELD_WEIGHTS[name]
                    * max(
                        sum(form in forms for forms, _ in terms)
                        for form in word_forms(node.text, locale)
                    )
                    for name, terms in chosen.items()
                )
            case Phrase():
                asked = tuple(fold(term.exact) for term in analyze(node.text, locale))
                return sum(
                    tuple(exact for _, exact in terms[start : start + len(asked)])
                    == asked
                    for terms in chosen.values()
                    for start in range(len(terms))
                )
            case Prefix():
                held = [exact for terms in chosen.values() for _, exact in terms]
                begun = {each for each in held if each.startswith(node.text)}
                return max(map(held.count, begun), default=0)

    def length(self, node: Word | Phrase | Prefix) -> float:
        """Give what the length of this is, for such a node."""
        chosen = {
            name: terms
            for name, terms in self.fields.items()
            if name == "title" or not node.is_title_only
        }
        if isinstance(node, Word):
            return sum(
                FIELD_WEIGHTS[name] * sum(len(forms) for forms, _ in terms)
                for name, terms in chosen.items()
            )
        return sum(map(len, chosen.values()))


Scores = dict[RecordId, float]
PassageScores = dict[tuple[RecordId, Locale, int], float]


class Reference:
    """Answers as the engine should, by reading every record for every word."""

    def __init__(self, records: Sequence[IndexedRecord], reader: Locale) -> None:
        self._records = records
        self._reader = reader

    @cached_property
    def _parts(self) -> dict[tuple[RecordId, Locale], list[Part]]:
        return {
            (record.id, edition.locale): [
                Part.of(
                    edition.locale,
                    is_head=True,
                    **{name: getattr(edition, name) for name in HEAD_WEIGHTS},
                ),
                *(
                    Part.of(
                        edition.locale,
                        is_head=False,
                        **{name: getattr(passage, name) for name in TEXT_WEIGHTS},
                    )
                    for passage in edition.passages
                ),
            ]
            for record in self._records
            for edition in record.editions
        }

    def matches(self, node: Node) -> set[RecordId]:
        """Give the records that match, each looked at by itself."""
        return {r.id for r in self._records if self._is_match(r, node)}

    def _is_match(self, record: IndexedRecord, node: Node) -> bool:
        match node:
            case And():
                return all(self._is_match(record, each) for each in node.nodes)
            case Or():
                return any(self._is_match(record, each) for each in node.nodes)
            case MinimumMatch():
                found = [self._is_match(record, each) for each in node.nodes]
                return sum(found) >= node.count
            case Not():
                return not self._is_match(record, node.node)
            case Synonyms():
                names = (node.node, *(other.node for other in node.others))
                return any(self._is_match(record, each) for each in names)
            case FilterNode():
                return node.filter.value in record.facets[node.filter.facet]
            case _:
                return any(
                    part.frequency(node, edition.locale) > 0
                    for edition in record.editions
                    if not isinstance(node, Word)
                    or node.locale in {None, edition.locale}
                    for part in self._parts[record.id, edition.locale]
                )

    def scores(self, node: Node) -> Scores:
        """Give the score of each record that matches, its best passage included."""
        records, passages = self._scores(node)
        best: Scores = {}
        for (record, _, _), score in passages.items():
            best[record] = max(best.get(record, 0), score)
        return {
            record: score + BEST_PASSAGE_WORTH * best.get(record, 0)
            for record, score in records.items()
        }

    def scores_as_wholes(self, node: Node) -> Scores:
        """Give the score of each record that matches, without that of its passages."""
        return self._scores(node)[0]

    def _scores(self, node: Node) -> tuple[Scores, PassageScores]:
        match node:
            case And() | Or() | MinimumMatch():
                found = [self._scores(each) for each in node.nodes]
                return (
                    {
                        record: sum(each[0].get(record, 0) for each in found)
                        for record in self.matches(node)
                    },
                    {
                        key: sum(each[1].get(key, 0) for each in found)
                        for key in {key for each in found for key in each[1]}
                    },
                )
            case Synonyms():
                names = [(node.node, 1.0), *((o.node, o.weight) for o in node.others)]
                return _best((self._scores(each), weight) for each, weight in names)
            case Not() | FilterNode():
                return dict.fromkeys(self.matches(node), 0.0), {}
            case _:
                return _best(
                    (
                        self._in_one_language(node, locale),
                        1.0 if locale is self._reader else OTHER_LOCALE_WEIGHT,
                    )
                    for locale in Locale
                    if not isinstance(node, Word) or node.locale in {None, locale}
                )

    def _in_one_language(
        self, node: Word | Phrase | Prefix, locale: Locale
    ) -> tuple[Scores, PassageScores]:
        editions = {
            record: parts for (record, of), parts in self._parts.items() if of is locale
        }
        held = {
            record: sum(part.frequency(node, locale) for part in parts)
            for record, parts in editions.items()
        }
        lengths = {
            record: sum(part.length(node) for part in parts)
            for record, parts in editions.items()
        }
        in_passages = {
            (record, locale, number): part
            for record, parts in editions.items()
            for number, part in enumerate(parts)
            if not part.is_head
        }
        holders = sum(count > 0 for count in held.values())
        idf = math.log(1 + (len(editions) - holders + 0.5) / (holders + 0.5))
        if isinstance(node, Prefix):
            idf *= EXACT_WEIGHT
        if isinstance(node, Phrase):
            idf *= EXACT_WEIGHT * len(list(analyze(node.text, locale)))
        usual = _mean(lengths.values())
        usual_passage = _mean(part.length(node) for part in in_passages.values())
        return (
            {
                record: idf * _saturated(count, lengths[record] / usual)
                for record, count in held.items()
                if count
            },
            {
                key: idf * _saturated(count, part.length(node) / usual_passage)
                for key, part in in_passages.items()
                if (count := part.frequency(node, locale))
            },
        )


def _mean(lengths: Iterable[float]) -> float:
    used = [length for length in lengths if length > 0]
    return mean(used) if used else 1.0


def _saturated(frequency: float, length: float) -> float:
    norm = K1 * (1 - B + B * max(length, SHORTEST))
    return frequency * (K1 + 1) / (frequency + norm)


def _best(
    found: Iterable[tuple[tuple[Scores, PassageScores], float]],
) -> tuple[Scores, PassageScores]:
    records: Scores = {}
    passages: PassageScores = {}
    for (of_records, of_passages), weight in found:
        for record, score in of_records.items():
            records[record] = max(records.get(record, 0), score * weight)
        for key, score in of_passages.items():
            passages[key] = max(passages.get(key, 0), score * weight)
    return records, passages


@moderately
@given(record_lists(), questions, locales)
def test_a_record_matches_by_its_words_alone(
    shared: StoredEngine,
    records: list[IndexedRecord],
    trees: list[Node],
    reader: Locale,
) -> None:
    """What the help page says of AND, OR, NOT, quotes and stars holds for any query."""
    shared.rebuild(records)
    reference = Reference(records, reader)

    for root in trees:
        page = shared.search(exactly(root, reader))

        assert {hit.id for hit in page.hits} == reference.matches(root)
        assert page.total == page.asked_total == len(page.hits)


@moderately
@given(record_lists(), questions, locales)
def test_passages_count_for_the_best_records_as_wholes(
    shared: StoredEngine,
    records: list[IndexedRecord],
    trees: list[Node],
    reader: Locale,
) -> None:
    """The others come after, by what they score as wholes, on whatever page."""
    shared.rebuild(records)
    reference = Reference(records, reader)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answering, "FIRST", 2)
        for root in trees:
            query = exactly(root, reader)
            hits = shared.search(query).hits
            pages = [
                shared.search(dataclasses.replace(query, page_size=1, page=page)).hits
                for page in range(1, len(hits) + 1)
            ]

            wholes = reference.scores_as_wholes(root)
            with_passages = reference.scores(root)
            best = sorted(wholes.values(), reverse=True)[:2]
            for hit in hits:
                is_first = wholes[hit.id] > best[-1] - 1e-4
                is_after = wholes[hit.id] < best[-1] + 1e-4
                as_whole = hit.score == pytest.approx(wholes[hit.id], abs=2e-4)
                as_first = hit.score == pytest.approx(with_passages[hit.id], abs=2e-4)
                assert (is_after and as_whole) or (is_first and as_first)
            assert [hit for page in pages for hit in page] == list(hits)


@moderately
@given(record_lists(), questions, locales)
def test_scores_are_those_of_the_formula(
    shared: StoredEngine,
    records: list[IndexedRecord],
    trees: list[Node],
    reader: Locale,
) -> None:
    """Who tunes a weight must be sure that the code computes what is written."""
    shared.rebuild(records)
    reference = Reference(records, reader)

    for root in trees:
        hits = shared.search(exactly(root, reader)).hits

        expected = reference.scores(root)
        assert {hit.id: hit.score for hit in hits} == pytest.approx(expected, abs=2e-4)
        scores = [hit.score for hit in hits]
        assert scores == sorted(scores, reverse=True)


@moderately
@given(
    record_lists(),
    questions,
    st.sets(st.sampled_from(THEMES)),
    st.sets(st.sampled_from(YEARS)),
)
def test_counts_are_those_of_the_records(
    shared: StoredEngine,
    records: list[IndexedRecord],
    trees: list[Node],
    themes: set[str],
    years: set[str],
) -> None:
    """Each number beside a filter is how many records a click on it gives."""
    shared.rebuild(records)
    chosen = {FacetName.THEME: themes, FacetName.YEAR: years}
    filters = tuple(Filter(facet, each) for facet, of in chosen.items() for each in of)

    for root in trees:
        page = shared.search(exactly(root, Locale.FR, *filters))

        found = Reference(records, Locale.FR).matches(root)
        for facet, selected in chosen.items():
            passing = [
                record
                for record in records
                if record.id in found
                and all(
                    not of or not of.isdisjoint(record.facets[each])
                    for each, of in chosen.items()
                    if each is not facet
                )
            ]
            held = {v for record in passing for v in record.facets[facet]} | selected
            assert {each.value: each.count for each in page.facets[facet]} == {
                value: sum(value in record.facets[facet] for record in passing)
                for value in held
            }


typed_texts = st.lists(
    st.one_of(
        words,
        st.sampled_from(["policiers", "velo", "theft", "vol", "villes", "DRONE"]),
        texts(2, 2).map('"{}"'.format),
        st.sampled_from(["pol*", "titre:police", "-rumeur", "SAUF drones"]),
    ),
    min_size=1,
    max_size=4,
).map(" ".join)


def texts_in(edition: IndexedEdition, place: MatchField) -> list[str]:
    """Give the texts of an edition that a reason may point at."""
    match place:
        case MatchField.TITLE:
            return [edition.title]
        case MatchField.KEYWORDS:
            return [edition.keywords]
        case MatchField.SUMMARY:
            return [edition.summary]
        case MatchField.TEXT:
            return [
                f"{passage.heading}\n{passage.text}" for passage in edition.passages
            ]


def false_reasons(record: IndexedRecord, hit: Hit) -> list[str]:
    """Give the reasons of a hit that are false of its record."""
    by_locale = {edition.locale: edition for edition in record.editions}
    return [
        reason.found
        for reason in hit.reasons
        if reason.found.isalpha()
        and not any(
            set(term.forms) & set(word_forms(reason.found.lower(), reason.locale))
            for text in texts_in(by_locale[reason.locale], reason.place)
            for term in analyze(text, reason.locale)
        )
    ]


@moderately
@given(record_lists(), st.lists(typed_texts, min_size=6, max_size=6), locales)
def test_each_hit_has_reasons_and_all_are_true(
    shared: StoredEngine,
    records: list[IndexedRecord],
    asked: list[str],
    reader: Locale,
) -> None:
    """« found by this word, in the title »: readers believe it, so it must be so."""
    shared.rebuild(records)
    by_id = {record.id: record for record in records}

    for text in asked:
        query = dataclasses.replace(a_query(text, locale=reader), page_size=100)
        page = shared.search(query)

        is_only_left_out = all(
            isinstance(node, Not)
            for node in (
                query.root.nodes if isinstance(query.root, And) else [query.root]
            )
        )
        for hit in page.hits:
            assert hit.reasons or page.relaxed or is_only_left_out
            if not set(text.lower().split()) & set(SMALL):
                assert false_reasons(by_id[hit.id], hit) == []


@moderately
@given(record_lists(), st.sampled_from(WORDS), st.sampled_from(WORDS))
def test_no_word_that_was_left_out_is_marked(
    shared: StoredEngine, records: list[IndexedRecord], wanted: str, refused: str
) -> None:
    """What is marked is what was asked for: seeing the other would be no comfort."""
    shared.rebuild(records)
    forms = {form for each in Locale for form in word_forms(wanted, each)}
    refused_forms = {form for each in Locale for form in word_forms(refused, each)}

    page = shared.search(a_query(f"{wanted} -{refused}"))

    marked = {
        piece
        for hit in page.hits
        for text in (hit.title, hit.summary, *(s.excerpt for s in hit.snippets))
        for piece, is_mark in text.pieces
        if is_mark
    }
    for piece in marked:
        held = {form for each in Locale for form in word_forms(piece, each)}
        assert held.isdisjoint(refused_forms) or not held.isdisjoint(forms)

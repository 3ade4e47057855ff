"""Matches a query, and widens it step by step when it matches few records.

The query is matched as typed first, with its synonyms. While it matches few records,
the following steps are tried in order:

1. correct the spelling;
2. add translations, or synonyms of the glossary, where the reader had turned both off;
3. match the words of a phrase apart;
4. let one word be missing, then all words but one;
5. add the records that are closest in meaning, if the query has such (`Query.close`).

Each step that matches more records is reported. Filters are never relaxed, nor do they
count here: the records that a filter leaves are a part of the same results.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass, field, replace
from typing import Generic, Protocol, TypeVar

from indexer.analysis.tokens import fold
from indexer.lexicon.expansion import Expander, TermName, Thesaurus
from indexer.lexicon.lexicon import Lexicon
from indexer.model.ids import Locale
from indexer.model.indexed_record import NO_NEIGHBOURS, Neighbours, RecordEntry
from indexer.model.query import (
    Alternative,
    And,
    CloseRecord,
    Expansion,
    Node,
    Or,
    Query,
    RecordsNode,
    Synonyms,
)
from indexer.model.results import Relaxation, RelaxationStep
from indexer.search.query_parts import PartTexts, query_parts
from indexer.search.query_rewriting import (
    NO_PAGES,
    curated_tree,
    has_phrase,
    has_stop_words,
    lists_pages,
    relaxable_words,
    with_minimum,
    without_phrases,
    without_stop_words,
    without_translations,
)
from indexer.search.spelling import Correction, Speller, Vocabulary

FEW = 20
FEW_SHARE = 0.02
"""A query is widened when it matches fewer records than both, or this share of all."""

SENTENCE_WORDS = 4
"""No record is expected to contain all of this many words: any word may match."""

DROPS_WORDS = {RelaxationStep.ONE_DROPPED, RelaxationStep.ANY_WORD}
"""The steps that match records without some of the words."""

RecordsT = TypeVar("RecordsT", bound=Sized)
Records_co = TypeVar("Records_co", bound=Sized, covariant=True)


class Matcher(Protocol[Records_co]):
    """Matches trees of queries against one index, for one reader."""

    @property
    def record_count(self) -> int:
        """The number of records of the index."""
        ...

    def match(self, node: Node) -> Records_co:
        """Return the records that match a tree."""
        ...

    def everything(self) -> Records_co:
        """Return all records."""
        ...

    def nothing(self) -> Records_co:
        """Return no record."""
        ...


@dataclass(frozen=True, slots=True)
class RelaxedMatch(Generic[RecordsT]):
    """The records that match a query, perhaps after widening it.

    `root` is the tree that was matched in the end; None when no word was typed.
    `exact` are the records that match all words of the query (see `ResultPage`).
    `close` are the records whose closeness in meaning counts, the closest first, and
    `neighbours` the links between records, if they count.
    The other attributes are those of `ResultPage`.
    """

    root: Node | None
    records: RecordsT
    exact: RecordsT
    asked_total: int
    relaxed: tuple[Relaxation, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    part_counts: Mapping[str, int] = field(default_factory=dict)
    close: tuple[CloseRecord, ...] = ()
    neighbours: Neighbours = NO_NEIGHBOURS

    @property
    def is_fused(self) -> bool:
        """Whether more than words decides the order of the records."""
        return bool(self.close or self.neighbours)

    @property
    def closest(self) -> float | None:
        """The cosine of the record that is closest in meaning, if that counts."""
        return max((each.cosine for each in self.close), default=None)

    def texts(self, typed: str) -> Iterator[str]:
        """Yield the text of the query as typed, then as corrected."""
        yield typed
        for each in self.relaxed:
            if each.step is RelaxationStep.SPELLING:
                yield each.detail


@dataclass(frozen=True, slots=True)
class _Attempt(Generic[RecordsT]):
    """A tree as typed or corrected, the same tree as matched, and its records.

    `detail` is the text to show for the step that made the attempt.
    """

    typed: Node
    root: Node
    records: RecordsT
    expansions: tuple[Expansion, ...] = ()
    detail: str = ""

    def __len__(self) -> int:
        return len(self.records)

    def is_better_than(self, before: _Attempt[RecordsT]) -> bool:
        """Return whether more records match, or a later step may match more.

        A wider tree is used by later steps when no record matched before.
        """
        is_wider = not len(before) and self.root != before.root
        return len(self) > len(before) or is_wider


class Relaxer:
    """Matches and widens queries of one index."""

    def __init__(
        self, thesaurus: Thesaurus, lexicon: Lexicon, vocabulary: Vocabulary
    ) -> None:
        """Make a relaxer for an index.

        Args:
            thesaurus: the names of the glossary terms of the index.
            lexicon: the translations of words.
            vocabulary: the words of the index.
        """
        self._expander = Expander(
            thesaurus,
            lexicon,
            vocabulary.contains,
            lambda word, locale: _is_spelled(vocabulary, word, locale),
        )
        self._speller = Speller(vocabulary, lexicon)

    def search(
        self, query: Query, matcher: Matcher[RecordsT]
    ) -> RelaxedMatch[RecordsT]:
        """Match a query, widened as far as it has to be."""
        root = query.root
        if root is None:
            records = matcher.nothing() if query.text else matcher.everything()
            return RelaxedMatch(None, records, records, len(records))
        search = _RelaxedSearch(
            query, matcher, self._expander, self._speller, lists_pages(query)
        )
        if query.is_exact:
            root = search.without_stop_words(root)
            records = search.curated(root, matcher.match(root))
            return RelaxedMatch(root, records, records, len(records))
        return search.run(root) if query.is_relaxable else search.as_typed(root)


@dataclass(frozen=True, slots=True)
class _RelaxedSearch(Generic[RecordsT]):
    """The steps by which one query is widened."""

    query: Query
    matcher: Matcher[RecordsT]
    expander: Expander
    speller: Speller
    lists_pages: bool

    def match(self, root: Node) -> RecordsT:
        """Return the records that match a tree, without pages if none is asked for."""
        tree = root if self.lists_pages else And((root, NO_PAGES))
        return self.matcher.match(tree)

    def run(self, root: Node) -> RelaxedMatch[RecordsT]:
        best = self._attempt(root, is_expandable=self.query.is_expandable)
        whole, asked_total = best, len(best)
        relaxed: list[Relaxation] = []
        few = max(FEW, int(FEW_SHARE * self.matcher.record_count))
        for name, step in (
            (RelaxationStep.SPELLING, self._corrected),
            (RelaxationStep.OTHER_LANGUAGE, self._with_translations),
            (RelaxationStep.THESAURUS, self._with_synonyms),
            (RelaxationStep.PHRASE, self._without_phrases),
            (RelaxationStep.ONE_DROPPED, self._with_one_dropped),
            (RelaxationStep.ANY_WORD, self._with_any_word),
        ):
            if len(best) >= few and relaxable_words(best.root) < SENTENCE_WORDS:
                break
            wider = step(best)
            if wider is not None and wider.is_better_than(best):
                best = wider
                whole = whole if name in DROPS_WORDS else best
                relaxed.append(Relaxation(name, wider.detail or self.query.text))
        exact = self._exact(whole, is_whole=best is whole)
        tree, records = best.root, best.records
        has_few = len(exact) < few
        close = self.query.close if has_few else ()
        if close:
            tree = _with_nearest(tree, close)
            records = self.match(tree)
        if len(records) > len(best):
            relaxed.append(Relaxation(RelaxationStep.MEANING, self.query.text))
        relaxed = relaxed if len(records) else []
        if not len(exact) and (other := self.speller.offer(root, self.query)):
            relaxed.append(Relaxation(RelaxationStep.SPELLING_OFFERED, other))
        return RelaxedMatch(
            best.root,
            self.curated(tree, records),
            exact,
            asked_total,
            tuple(relaxed),
            best.expansions,
            {} if len(exact) else self._part_counts(best),
            close,
            self.query.neighbours if has_few else NO_NEIGHBOURS,
        )

    def _part_counts(self, attempt: _Attempt[RecordsT]) -> Mapping[str, int]:
        parts = [*query_parts(attempt.root)]
        text = PartTexts(attempt.expansions, parts).text
        return {text(part): len(self.match(part)) for part in parts}

    def _exact(self, attempt: _Attempt[RecordsT], *, is_whole: bool) -> RecordsT:
        """Return the records that match all words without a translation.

        Translations count where no record matches otherwise, and no word was dropped.
        """
        root = without_translations(attempt.root)
        exact = attempt.records
        if root != attempt.root:
            exact = self.match(root)
            if is_whole and not len(exact):
                root, exact = attempt.root, attempt.records
        return self.curated(root, exact)

    def as_typed(self, root: Node) -> RelaxedMatch[RecordsT]:
        """Match the words as they are typed, with their other names."""
        typed = self._attempt(root, is_expandable=self.query.is_expandable)
        exact = self._exact(typed, is_whole=True)
        records = self.curated(typed.root, typed.records)
        return RelaxedMatch(
            typed.root, records, exact, len(typed), expansions=typed.expansions
        )

    def curated(self, root: Node, records: RecordsT) -> RecordsT:
        """Return the records that match a tree, with those promoted, without hidden."""
        tree = curated_tree(root, self.query)
        return records if tree is root else self.match(tree)

    def without_stop_words(self, root: Node) -> Node:
        if not has_stop_words(root):
            return root
        return without_stop_words(root, self.expander.language(root, self.query.locale))

    def _corrected(self, before: _Attempt[RecordsT]) -> _Attempt[RecordsT] | None:
        query = self.query
        correction = self._correction(before)
        if correction is None:
            return None
        corrected = self._attempt(correction.root, is_expandable=query.is_expandable)
        if len(before):
            # The typed words may be right: some records contain them.
            root = Synonyms(corrected.root, (Alternative(before.root, 1),))
            expansions = dict.fromkeys((*corrected.expansions, *before.expansions))
            corrected = _Attempt(
                corrected.typed, root, self.match(root), tuple(expansions)
            )
        return replace(corrected, detail=correction.text)

    def _correction(self, before: _Attempt[RecordsT]) -> Correction | None:
        """Correct a word of the corpus only if the words go together then, not before.

        A rare word may be meant: that another is more frequent is no reason.
        """
        correct, query = self.speller.correct, self.query
        correction = correct(before.typed, query.text, query.locale)
        if correction is None or not correction.replaces_known:
            return correction
        root = self.without_stop_words(correction.root)
        if not len(before) and len(self.match(root)):
            return correction
        return correct(before.typed, query.text, query.locale, keeps_known=True)

    def _with_translations(
        self, before: _Attempt[RecordsT]
    ) -> _Attempt[RecordsT] | None:
        if len(before) or self.query.is_expandable:
            return None
        return self._translated(before.typed, before.typed)

    def _with_synonyms(self, before: _Attempt[RecordsT]) -> _Attempt[RecordsT] | None:
        if len(before) or self.query.is_expandable:
            return None
        return self._attempt(before.typed, is_expandable=True)

    def _without_phrases(self, before: _Attempt[RecordsT]) -> _Attempt[RecordsT] | None:
        if len(before) or not has_phrase(before.typed):
            return None
        return self._attempt(
            without_phrases(before.typed), is_expandable=self.query.is_expandable
        )

    def _with_one_dropped(
        self, before: _Attempt[RecordsT]
    ) -> _Attempt[RecordsT] | None:
        count = relaxable_words(before.root)
        if not 1 < count < SENTENCE_WORDS:
            return None
        return self._minimum(before, count - 1)

    def _with_any_word(self, before: _Attempt[RecordsT]) -> _Attempt[RecordsT] | None:
        return self._minimum(before, 1) if relaxable_words(before.root) >= 3 else None

    def _attempt(self, typed: Node, *, is_expandable: bool) -> _Attempt[RecordsT]:
        if not is_expandable:
            root = self.without_stop_words(typed)
            return _Attempt(typed, root, self.match(root))
        named = self.expander.with_glossary(typed)
        return self._translated(typed, named.root, named.expansions)

    def _translated(
        self, typed: Node, root: Node, named: tuple[Expansion, ...] = ()
    ) -> _Attempt[RecordsT]:
        """Add translations to a tree, which may have names of the glossary."""
        widened = self.expander.with_lexicon(
            self.without_stop_words(root), self.query.locale
        )
        names = {(fold(each.name), each.locale) for each in named}
        translations = (
            expansion
            for expansion in widened.expansions
            if (fold(expansion.name), expansion.locale) not in names
        )
        records = self.match(widened.root)
        return _Attempt(typed, widened.root, records, (*named, *translations))

    def _minimum(self, attempt: _Attempt[RecordsT], count: int) -> _Attempt[RecordsT]:
        root = with_minimum(attempt.root, count)
        records = self.match(root)
        return replace(attempt, root=root, records=records, detail="")


def _is_spelled(vocabulary: Vocabulary, word: str, locale: Locale) -> bool:
    """Return whether an index contains a word as it is spelled, or with another -s."""
    singular = fold(word).removesuffix("s")
    spellings = (singular, f"{singular}s")
    return any(vocabulary.spelling_count(spelling, locale) for spelling in spellings)


def _with_nearest(root: Node, close: Iterable[CloseRecord]) -> Node:
    """Return a tree that also matches the records nearest in meaning."""
    nearest = frozenset(each.id for each in close if each.is_nearest)
    return Or((root, RecordsNode(nearest)))


def term_names(term: RecordEntry) -> list[TermName]:
    """Return the names of a glossary term, its titles first."""
    editions = term.editions.items()
    return [
        *(TermName(edition.title, locale) for locale, edition in editions),
        *(
            TermName(name, locale)
            for locale, edition in editions
            for name in edition.names
        ),
    ]

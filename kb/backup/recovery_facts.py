"""Facts that a backup stores, by which a restore proves that nothing is missing.

They are the number of records of each kind, the texts of ten records, and the results
of ten searches. A service that was started from the backup must return the same.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import Any
from urllib.parse import urlencode

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Message, message
from indexer.model.record import Record

SAMPLES = 10
MAX_WORDS = 8
_WORD = re.compile(r"\w+")

Fetch = Callable[[str], Any]
"""Returns the JSON of a path of the service; None if the service has no such page."""

Search = Callable[[str, Locale], tuple[int, str]]
"""Returns how many records a search finds, and the id of the first."""


@dataclass(frozen=True, slots=True)
class RecordFact:
    """A record, and the digest of its texts in each language."""

    record: str
    digests: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SearchFact:
    """A search by the words of a title.

    `total` and `first` are None if no index could be asked: `record` must be found.
    """

    text: str
    locale: str
    record: str
    total: int | None = None
    first: str | None = None


@dataclass(frozen=True, slots=True)
class RecoveryFacts:
    """All facts of a backup."""

    kinds: Mapping[str, int]
    records: tuple[RecordFact, ...]
    searches: tuple[SearchFact, ...]

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> "RecoveryFacts":
        """Return the facts of an object of JSON.

        Raises:
            ValueError, KeyError, TypeError, AttributeError: it is none.
        """
        return cls(
            {str(kind): int(count) for kind, count in body["kinds"].items()},
            tuple(
                RecordFact(str(fact["record"]), dict(fact["digests"]))
                for fact in body["records"]
            ),
            tuple(SearchFact(**fact) for fact in body["searches"]),
        )

    def with_results(self, search: Search) -> "RecoveryFacts":
        """Return the facts with the results of their searches."""
        found = (
            (fact, search(fact.text, Locale(fact.locale))) for fact in self.searches
        )
        searches = (
            replace(fact, total=total, first=first) for fact, (total, first) in found
        )
        return replace(self, searches=tuple(searches))


def facts_of(corpus: Corpus) -> RecoveryFacts:
    """Return the facts of a content, without the results of searches."""
    samples = _samples(corpus, Kind)
    # Pages of the site are no results of a search.
    found = _samples(corpus, [kind for kind in Kind if kind is not Kind.PAGE])
    return RecoveryFacts(
        dict(Counter(record.id.kind.value for record in corpus.records.values())),
        tuple(RecordFact(str(record.id), _digests(record)) for record in samples),
        tuple(_search_fact(record, number) for number, record in enumerate(found)),
    )


def _samples(corpus: Corpus, chosen: Iterable[Kind]) -> list[Record]:
    """Return some records of chosen kinds, by the digests of their names."""
    kinds = (
        sorted(corpus.of_kind(kind), key=lambda record: _sha256(record.id.slug))
        for kind in chosen
    )
    ordered = chain.from_iterable(zip_longest(*kinds))
    return [record for record in ordered if record is not None][:SAMPLES]


def _search_fact(record: Record, number: int) -> SearchFact:
    """Return the search for a record by its title, in French and English in turn."""
    wanted = tuple(Locale)[number % len(Locale)]
    locales = {edition.locale: edition for edition in record.editions}
    edition = locales.get(wanted) or record.editions[0]
    words = _WORD.findall(edition.title)[:MAX_WORDS]
    return SearchFact(" ".join(words), edition.locale.value, str(record.id))


def _digests(record: Record) -> dict[str, str]:
    return {
        edition.locale.value: _sha256(edition.title, edition.summary, str(edition.body))
        for edition in record.editions
    }


def _sha256(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def differences(facts: RecoveryFacts, fetch: Fetch) -> Iterator[Message]:
    """Yield a line for each answer of a service that differs from the facts."""
    health = fetch("/healthz") or {"kinds": {}}
    for kind in sorted({*facts.kinds, *health["kinds"]}):
        found, expected = health["kinds"].get(kind, 0), facts.kinds.get(kind, 0)
        if found != expected:
            yield message(
                "%(kind)s: number of records: %(found)s; in the backup: %(expected)s",
                kind=kind,
                found=found,
                expected=expected,
            )
    for record in facts.records:
        yield from _record_differences(record, fetch)
    for search in facts.searches:
        yield from _search_differences(search, fetch)


def _record_differences(fact: RecordFact, fetch: Fetch) -> Iterator[Message]:
    body = fetch(f"/api/v1/records/{fact.record}")
    if body is None:
        yield message("%(record)s is missing", record=fact.record)
        return
    texts = {
        locale: _sha256(edition["title"], edition["summary"], edition["body"])
        for locale, edition in body["editions"].items()
    }
    for locale in sorted({*texts, *fact.digests}):
        if texts.get(locale) != fact.digests.get(locale):
            yield message(
                "%(record)s: the texts in %(locale)s are not those of the backup",
                record=fact.record,
                locale=locale,
            )


def _search_differences(fact: SearchFact, fetch: Fetch) -> Iterator[Message]:
    query = urlencode({"q": fact.text, "hl": fact.locale})
    body = fetch(f"/api/v1/search?{query}") or {"total": 0, "hits": []}
    found = [str(RecordId(Kind(hit["kind"]), hit["id"])) for hit in body["hits"]]
    if fact.total is None and fact.record not in found:
        yield message(
            "the search “%(text)s” does not find %(record)s",
            text=fact.text,
            record=fact.record,
        )
    elif fact.total is not None and (body["total"], found[:1]) != (
        fact.total,
        [fact.first] if fact.first else [],
    ):
        yield message(
            "the search “%(text)s” finds %(found)s records, first %(first)s; it was "
            "%(expected)s, first %(expected_first)s",
            text=fact.text,
            found=body["total"],
            first=found[0] if found else "–",
            expected=fact.total,
            expected_first=fact.first or "–",
        )

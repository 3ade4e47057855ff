"""Indexed records as documents of the server, analysed by our analyzer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np

from indexer.analysis.analyzer import FIELD_BREAK, BatchAnalyzer, WordTable
from indexer.analysis.record_codes import record_code
from indexer.analysis.tokens import fold, normalize
from indexer.engines.opensearch.index_fields import (
    EXACT,
    EXACT_HEAD,
    EXACT_TITLE,
    PASSAGE,
    PASSAGE_EXACT,
    PASSAGE_WORDS,
    PLACE,
    RECORD,
    SPELLING,
    TEXT_EXACT,
    TEXT_WORDS,
    TITLE_WORDS,
    WORDS,
    Json,
    facet_field,
)
from indexer.engines.stored_json import stored_passage
from indexer.model.ids import Locale
from indexer.model.indexed_record import IndexedEdition, IndexedRecord
from indexer.model.places import Place
from indexer.search.facet_order import SORT_SCALES
from indexer.search.fuzzy_words import MIN_LENGTH
from indexer.search.name_index import names_of, readings_of
from indexer.search.ranking import HEAD_WEIGHTS, OPERATOR_FIELDS

MAX_NAME_PART = 24
"""In characters: who types more of a word has typed enough of it."""

MAX_SORT_KEY = 500
MAX_SPELLING = 60

BATCH_CHUNKS = 200_000
"""Texts are analysed in batches of this many words, some thousand passages."""

MAX_VOCABULARY = 500_000
"""After this many distinct words of a language, they are analysed anew."""


@dataclass(frozen=True, slots=True)
class ServerDocument:
    """A document; those of one `record` are in one shard."""

    id: str
    record: str
    fields: Json


@dataclass(frozen=True, slots=True)
class _Terms:
    """The terms of a text: its stems, and its words as spelled, by part."""

    stems: str
    exact: tuple[str, ...]

    @classmethod
    def of(cls, text: str, analyzed: Iterator[tuple[str, str]]) -> "_Terms":
        """Return the terms of `text`, read from the next items of `analyzed`."""
        parts = list(islice(analyzed, text.count(FIELD_BREAK) + 1))
        stems = " ".join(stems for stems, _ in parts if stems)
        return cls(stems, tuple(exact for _, exact in parts if exact))


class RecordAnalyzer:
    """Makes the documents of records, analysed in batches: a word only once."""

    def __init__(self) -> None:
        self._analyzers = {locale: BatchAnalyzer(locale) for locale in Locale}
        self._seen = dict.fromkeys(Locale, 0)
        self.spellings: set[str] = set()
        """The words that may correct a misspelt one, of the documents made so far."""

    def documents(self, records: Iterable[IndexedRecord]) -> Iterator[ServerDocument]:
        """Yield the documents of each record: its passages, then the record."""
        batch: list[IndexedRecord] = []
        for record in records:
            for edition in record.editions:
                add = self._analyzers[edition.locale].add
                for text, is_neutral in _texts_of(edition):
                    for part in text.split(FIELD_BREAK):
                        add(part, is_neutral=is_neutral)
            batch.append(record)
            if (
                sum(analyzer.size for analyzer in self._analyzers.values())
                >= BATCH_CHUNKS
            ):
                yield from self._flush(batch)
                batch = []
        yield from self._flush(batch)

    def _flush(self, batch: Sequence[IndexedRecord]) -> Iterator[ServerDocument]:
        terms = {locale: self._terms(locale) for locale in Locale}
        for record in batch:
            yield from _record_documents(record, terms)

    def _terms(self, locale: Locale) -> Iterator[tuple[str, str]]:
        """Return the stems and the words of each text added, joined by spaces."""
        analyzed = self._analyzers[locale].flush()
        vocabulary = analyzed.exact.vocabulary
        new = (word.decode() for word in vocabulary[self._seen[locale] :])
        self.spellings.update(filter(_may_correct, new))
        self._seen[locale] = len(vocabulary)
        if len(vocabulary) > MAX_VOCABULARY:
            self._analyzers[locale] = BatchAnalyzer(locale)
            self._seen[locale] = 0
        count = len(analyzed.widths)
        return zip(
            _joined(analyzed.stems, count), _joined(analyzed.exact, count), strict=True
        )


def _texts_of(edition: IndexedEdition) -> Iterator[tuple[str, bool]]:
    """Yield the texts to analyse, and whether without a language.

    Their order is that of `_record_documents`.
    """
    for name in HEAD_WEIGHTS:
        yield getattr(edition, name), False
    for passage in edition.passages:
        yield passage.heading, bool(passage.language)
        yield passage.text, bool(passage.language)


def _joined(words: WordTable, count: int) -> Iterator[str]:
    """Yield the words of each text, joined by spaces."""
    word_of = words.vocabulary.__getitem__
    numbers = words.numbers.tolist()
    ends = np.searchsorted(words.texts, np.arange(count + 1)).tolist()
    for start, stop in pairwise(ends):
        yield b" ".join(map(word_of, numbers[start:stop])).decode()


def _may_correct(word: str) -> bool:
    return MIN_LENGTH <= len(word) <= MAX_SPELLING and word.isalpha()


def _record_documents(
    record: IndexedRecord, analyzed: Mapping[Locale, Iterator[tuple[str, str]]]
) -> Iterator[ServerDocument]:
    """Yield the documents of a record: its passages, then the record as a whole."""
    key = str(record.id)
    fields = _record_fields(record)
    number = 0
    for edition in record.editions:
        locale = edition.locale
        terms = analyzed[locale]
        head = {name: _Terms.of(getattr(edition, name), terms) for name in HEAD_WEIGHTS}
        stems: list[str] = []
        exact: list[str] = []
        for passage in edition.passages:
            heading = _Terms.of(passage.heading, terms)
            text = _Terms.of(passage.text, terms)
            within = [*heading.exact, *text.exact]
            exact += within
            stems += [heading.stems, text.stems]
            yield ServerDocument(
                f"{key}#{number}",
                key,
                {
                    "type": PASSAGE,
                    "record": key,
                    "locale": locale.value,
                    "number": number,
                    f"{PASSAGE_WORDS}_{locale}": f"{heading.stems} {text.stems}",
                    f"{PASSAGE_EXACT}_{locale}": within,
                    "stored": stored_passage(passage),
                },
            )
            number += 1
        fields |= _edition_fields(locale, head, stems, exact)
    yield ServerDocument(key, key, fields)


def _edition_fields(
    locale: Locale, head: Mapping[str, _Terms], stems: list[str], exact: list[str]
) -> Json:
    """Return the fields of words of an edition.

    `stems` and `exact` are those of its passages.
    """
    of_texts = [name for name in head if name in OPERATOR_FIELDS]

    def weighted(names: Iterable[str]) -> str:
        of_head = (head[n].stems for n in names for _ in range(round(HEAD_WEIGHTS[n])))
        return " ".join(filter(None, (*of_head, *stems)))

    def spelled(names: Iterable[str]) -> list[str]:
        return [text for name in names for text in head[name].exact]

    return {
        f"{WORDS}_{locale}": weighted(head),
        f"{TEXT_WORDS}_{locale}": weighted(of_texts),
        f"{TITLE_WORDS}_{locale}": head["title"].stems,
        f"{EXACT}_{locale}": [*spelled(head), *exact],
        f"{TEXT_EXACT}_{locale}": [*spelled(of_texts), *exact],
        f"{EXACT_TITLE}_{locale}": head["title"].exact,
        f"{EXACT_HEAD}_{locale}": spelled(head),
    }


def _record_fields(record: IndexedRecord) -> Json:
    fields: Json = {
        "type": RECORD,
        "record": str(record.id),
        "kind": record.id.kind.value,
        "fingerprint": record.fingerprint,
        "places": [place.slug for place in record.places],
        "stored": _stored_record(record),
    }
    if record.date:
        fields["date"] = record.date
    for facet, values in record.facets.items():
        fields[facet_field(facet)] = list(dict.fromkeys(values))
    for sort, scale in SORT_SCALES.items():
        fields[f"rank_{sort.value}"] = scale.rank(record.facets.get(scale.facet, ()))
    by_locale = {edition.locale: edition for edition in record.editions}
    for locale in Locale:
        edition = by_locale.get(locale, record.editions[0])
        title = fold(normalize(edition.title))[:MAX_SORT_KEY]
        # The sign sorts before all letters: a title comes before its continuations.
        fields[f"title_{locale}"] = f"{title}\x01{record.id}"
    names = [
        (edition.locale.value, name)
        for edition in record.editions
        for name in (edition.title, *edition.names)
    ]
    texts = [name for _, name in names]
    fields["codes"] = codes_of(record.id.slug, *texts)
    fields["called"] = called(texts)
    return fields | _name_fields(names)


def codes_of(*texts: str) -> list[str]:
    """Return the codes among some texts, each in its one spelling."""
    return sorted({record_code(text) for text in texts} - {""})


def called(names: Iterable[str]) -> list[str]:
    """Return the keys by which a record is found whose whole name a visitor types."""
    words = (each for name in names for each in names_of(name))
    return sorted({" ".join(word)[:MAX_SORT_KEY] for word in words})


def _name_fields(names: Iterable[tuple[str, str]]) -> Json:
    """Return the fields by which names are found: the beginnings of their words."""
    parts: set[str] = set()
    whole: dict[str, list[str]] = {}
    lengths = [0]
    for locale, name in names:
        lengths.append(len(name))
        for words in readings_of(name):
            parts.update(word[:end] for word in words for end in _ends(word))
            whole.setdefault(f"names_{locale}", []).append(
                " ".join(words)[:MAX_SORT_KEY]
            )
    length = min(lengths[1:], default=0)
    return {"name_parts": sorted(parts), "name_length": length, **whole}


def _ends(word: str) -> range:
    return range(1, min(len(word), MAX_NAME_PART) + 1)


def place_document(place: Place) -> ServerDocument:
    """Return the document of a place."""
    key = f"place:{place.slug}"
    fields = {
        "type": PLACE,
        "stored": {"slug": place.slug, "names": dict(place.names)},
        **_name_fields(place.names.items()),
    }
    return ServerDocument(key, key, fields)


def spelling_document(word: str) -> ServerDocument:
    """Return the document of a spelling."""
    key = f"word:{word}"
    fields = {"type": SPELLING, "spelling": word, "bigrams": bigrams(word)}
    return ServerDocument(key, key, fields)


def bigrams(word: str) -> str:
    """Return the pairs of neighbouring letters of a word, separated by spaces."""
    return " ".join(word[i : i + 2] for i in range(len(word) - 1))


def _stored_record(record: IndexedRecord) -> Json:
    return {
        "id": str(record.id),
        "version": record.version,
        "editions": {
            edition.locale.value: {
                "title": edition.title,
                "summary": edition.summary,
                "keywords": edition.keywords,
                "questions": edition.questions,
                "names": list(edition.names),
            }
            for edition in record.editions
        },
    }

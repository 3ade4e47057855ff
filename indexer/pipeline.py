"""Joins the steps from `documents/` to the index: records, passages, indexing."""

import enum
import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import indexer.commonmark
import indexer.extraction
import indexer.readers
from indexer.corpus.corpus import Corpus
from indexer.corpus.corpus_reader import CorpusReader, LastGood, no_last_good
from indexer.corpus.originals import DigestCache
from indexer.corpus.record_cache import RecordCache
from indexer.corpus.record_reader import RECORD_FILE
from indexer.corpus.typography import typeset
from indexer.engines.base import (
    NO_CLUSTER,
    ClusterAccess,
    IndexState,
    IndexStatus,
    SearchEngine,
)
from indexer.engines.registry import EngineName, open_engine
from indexer.errors import IndexUnavailableError
from indexer.extraction.indexed_records import indexed_record
from indexer.extraction.passages import split_passages
from indexer.file_texts import FileTexts
from indexer.files import sources_digest
from indexer.lexicon.ibm_model import learn_word_pairs
from indexer.model.ids import RecordId
from indexer.model.indexed_record import IndexedRecord
from indexer.model.problems import Message, Notify, Problem, ProblemCode, message
from indexer.model.progress import RECORDS, Progress, no_progress
from indexer.model.record import Record
from indexer.model.word_links import WordLinks
from indexer.readers.markdown import read_markdown
from indexer.readers.sandbox.reading_cache import ReadingCache

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Locations:
    """The folders of the content, of the index and of all else; the search engine."""

    documents: Path
    index: Path
    instance: Path
    engine: EngineName = EngineName.WHOOSH
    cluster: ClusterAccess = NO_CLUSTER

    @property
    def has_shared_index(self) -> bool:
        """Whether other machines use the same index."""
        return self.engine is EngineName.OPENSEARCH

    @property
    def index_place(self) -> Path:
        """Where the index is, for messages: a folder, or an alias of the cluster."""
        return self.cluster.place if self.has_shared_index else self.index

    @property
    def index_key(self) -> Path:
        """The secret that signs the index; it is outside the folder of the index."""
        return self.instance / "index.key"

    @property
    def digests(self) -> Path:
        """The cache of the SHA-256 of originals; it may be deleted."""
        return self.instance / "digests.json"

    @property
    def record_cache(self) -> Path:
        """The cache of the records as they were last read; it may be deleted."""
        return self.instance / "records.db"

    @property
    def readings(self) -> Path:
        """The cache of what readers extracted from originals; it may be deleted."""
        return self.instance / "readings"

    @property
    def vectors(self) -> Path:
        """The vectors of passages, beside the index; they may be deleted."""
        return self.index / "vectors"

    @property
    def drafts(self) -> Path:
        """The drafts: records that are not published."""
        return self.instance / "drafts"


class ChangeType(enum.Enum):
    """How a run changed the index."""

    NOTHING = "nothing"
    UPDATED = "updated"
    REBUILT = "rebuilt"


@dataclass(frozen=True, slots=True)
class IndexChange:
    """The change of the index by a run: numbers of records, and why it was rebuilt.

    `problems` are of the records that could not be indexed: they keep what the index
    had of them.
    """

    type: ChangeType
    written: int
    removed: int
    total: int
    reason: Message | None = None
    problems: tuple[Problem, ...] = ()


_REBUILD_REASONS = {
    IndexState.MISSING: message("there was no index"),
    IndexState.OUTDATED: message("the index was made by another version (%(reason)s)"),
}
_DAMAGED = message("the index was damaged (%(reason)s)")


def open_stored_engine(
    locations: Locations, *, notify: Notify = lambda _: None
) -> SearchEngine:
    """Open the engine of these locations."""
    return open_engine(
        locations.engine,
        locations.index,
        locations.index_key,
        access=locations.cluster,
        notify=notify,
    )


def open_texts(locations: Locations) -> FileTexts:
    """Return the reader of the files of deliverables, with its cache."""
    return FileTexts(locations.documents, ReadingCache(locations.readings))


def prepared_records(
    records: Iterable[Record],
    corpus: Corpus,
    texts: FileTexts | None,
    progress: Progress = no_progress,
) -> tuple[list[IndexedRecord], tuple[Problem, ...]]:
    """Return records as they are indexed, and delete outdated readings of files.

    A record whose extraction fails becomes a problem: the others are indexed.
    """
    records = tuple(records)
    if texts is not None:
        texts.read_missing(records, progress=progress)
        texts.prune()
    indexed: list[IndexedRecord] = []
    problems: list[Problem] = []
    for record in progress(RECORDS, records, len(records)):
        prepared = _indexed_safely(record, corpus, texts)
        if isinstance(prepared, Problem):
            problems.append(prepared)
        else:
            indexed.append(prepared)
    return indexed, tuple(problems)


def extraction_problems(corpus: Corpus) -> Iterator[Problem]:
    """Yield a problem for each record whose passages can't be extracted."""
    for record in corpus.records.values():
        prepared = _indexed_safely(record, corpus, None)
        if isinstance(prepared, Problem):
            yield prepared


def _indexed_safely(
    record: Record, corpus: Corpus, texts: FileTexts | None
) -> IndexedRecord | Problem:
    try:
        return _indexed(record, corpus, texts)
    except Exception as error:
        # Any defect: an exception here would leave all other records unindexed.
        logger.exception("indexing %s failed", record.id)
        path = f"documents/{record.id}/{RECORD_FILE}"
        return ProblemCode.INDEXING_FAILED.at(path, reason=type(error).__name__)


def _indexed(record: Record, corpus: Corpus, texts: FileTexts | None) -> IndexedRecord:
    passages = {}
    for edition in record.editions:
        document = read_markdown(typeset(str(edition.searched_text), edition.locale))
        passages[edition.locale] = list(split_passages(document, edition.locale))
    for locale, passage in texts.passages(record) if texts is not None else ():
        passages[locale].append(passage)
    return indexed_record(
        record,
        {locale: tuple(each) for locale, each in passages.items()},
        corpus.gazetteer,
        Fingerprints().of(record, corpus, texts),
        version=record_version(record),
        needs=corpus.answered_needs(record.id),
    )


def record_version(record: Record) -> str:
    """Return a digest of the content of a record, the same on each machine."""
    return hashlib.blake2b(repr(record).encode(), digest_size=8).hexdigest()


class Fingerprints:
    """Digests of everything that indexed records depend on.

    That is the record, the needs that it answers, its places, which of its files were
    read with OCR, and the code of extraction and readers. Computing one is far cheaper
    than extracting passages; for a record that is the same as last time, nothing is
    computed.
    """

    def __init__(self) -> None:
        self._known: dict[RecordId, tuple[Record, object, str]] = {}

    def of(self, record: Record, corpus: Corpus, texts: FileTexts | None) -> str:
        """Return the fingerprint of a record of a corpus."""
        needs = corpus.answered_needs(record.id)
        places = [tuple(corpus.gazetteer.around(slug)) for slug in record.place_slugs]
        recognised = texts.recognised(record) if texts is not None else ()
        beside = needs, places, recognised
        known = self._known.get(record.id)
        if known is None or known[0] is not record or known[1] != beside:
            text = f"{_code_digest()} {record!r} {needs!r} {places!r} {recognised!r}"
            digest = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
            known = self._known[record.id] = record, beside, digest
        return known[2]

    def forget_others(self, corpus: Corpus) -> None:
        """Forget the records that are not in a corpus."""
        for record_id in self._known.keys() - corpus.records.keys():
            del self._known[record_id]


@cache
def _code_digest() -> str:
    paths = [Path(indexer.commonmark.__file__)]
    for package in (indexer.extraction, indexer.readers):
        paths += sorted(Path(package.__path__[0]).rglob("*.py"))
    return sources_digest(paths)


def rebuild(
    engine: SearchEngine,
    corpus: Corpus,
    *,
    texts: FileTexts | None = None,
    reason: Message | None = None,
    progress: Progress = no_progress,
) -> IndexChange:
    """Rebuild the index from the corpus, and from the files that `texts` reads.

    Raises:
        IndexWriteError, IndexBusyError: like `SearchEngine.rebuild`.
    """
    records, problems = prepared_records(
        corpus.records.values(), corpus, texts, progress
    )
    engine.rebuild(
        records, links=WordLinks(corpus.corrections, learn_word_pairs(records))
    )
    count = len(records)
    return IndexChange(ChangeType.REBUILT, count, 0, count, reason, problems)


def update(
    engine: SearchEngine,
    read: Callable[[], Corpus],
    *,
    texts: FileTexts | None = None,
    fingerprints: Fingerprints | None = None,
    progress: Progress = no_progress,
) -> IndexChange:
    """Write the changes of the corpus to the index.

    An index that is missing, damaged or of another version is rebuilt.

    `read` reads the corpus, while a thread verifies the index. `fingerprints` are those
    of the last update in this process; `progress` wraps the files and records that are
    read.

    Raises:
        IndexUnavailableError: no server of the index answers.
        IndexWriteError, IndexBusyError: like `SearchEngine.upsert`.
    """
    with ThreadPoolExecutor(1) as executor:
        verification = executor.submit(engine.status)
        corpus = read()
        status = verification.result()
    if status.state is IndexState.UNREACHABLE:
        # A rebuild of a whole index would take far longer than the absence.
        raise IndexUnavailableError(status.place, status.reason)
    if status.state is not IndexState.READY or status.fingerprints is None:
        reason = _REBUILD_REASONS.get(status.state, _DAMAGED)
        reason = reason.with_values({"reason": status.reason})
        return rebuild(engine, corpus, texts=texts, reason=reason, progress=progress)
    written, removed = _differences(status.fingerprints, corpus, texts, fingerprints)
    is_corrected = status.links.corrections != corpus.corrections
    if not written and not removed and not is_corrected:
        engine.refresh()
        return IndexChange(ChangeType.NOTHING, 0, 0, len(corpus.records))
    records = (corpus.records[record_id] for record_id in written)
    changed, problems = prepared_records(records, corpus, texts, progress)
    links = WordLinks(corpus.corrections, status.links.learned)
    engine.upsert(changed, delete=removed, links=links if is_corrected else None)
    return IndexChange(
        ChangeType.UPDATED,
        len(changed),
        len(removed),
        len(corpus.records),
        problems=problems,
    )


def pending_changes(
    status: IndexStatus, corpus: Corpus, texts: FileTexts | None = None
) -> int:
    """Return how many records an update would write or remove."""
    written, removed = _differences(status.fingerprints or {}, corpus, texts)
    return len(written) + len(removed)


def _differences(
    known: Mapping[RecordId, str],
    corpus: Corpus,
    texts: FileTexts | None,
    fingerprints: Fingerprints | None = None,
) -> tuple[list[RecordId], list[RecordId]]:
    """Return the records to write, and the records to remove."""
    current = fingerprints or Fingerprints()
    written = [
        record.id
        for record in corpus.records.values()
        if known.get(record.id) != current.of(record, corpus, texts)
    ]
    current.forget_others(corpus)
    return written, [each for each in known if each not in corpus.records]


def open_corpus(
    locations: Locations,
    *,
    is_read_only: bool = False,
    last_good: LastGood = no_last_good,
) -> CorpusReader:
    """Return the reader of `documents/`, which reads only changed files again.

    With `is_read_only`, no cache is written to disk. `last_good` returns the state that
    is shown of a record with errors.
    """
    digests = DigestCache(locations.digests, is_read_only=is_read_only)
    cache = RecordCache(
        locations.record_cache, locations.documents, is_read_only=is_read_only
    )
    return CorpusReader(locations.documents, digests, cache=cache, last_good=last_good)


def indexed_records(corpus: Corpus, texts: FileTexts) -> Iterator[IndexedRecord]:
    """Yield the records of a corpus as engines index them.

    Those whose passages can't be extracted are left out.
    """
    for record in corpus.records.values():
        prepared = _indexed_safely(record, corpus, texts)
        if isinstance(prepared, IndexedRecord):
            yield prepared

"""Joins the steps: documents/ → records → passages → index. Nothing else does."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import indexer.extraction
import indexer.readers
from indexer.corpus.corpus import Corpus, CorpusReader
from indexer.corpus.digests import KnownDigests
from indexer.corpus.text_spool import TextSpool
from indexer.corpus.typography import typeset
from indexer.engines.base import IndexState, IndexStatus, SearchEngine
from indexer.engines.registry import EngineName, open_engine
from indexer.extraction.indexed_records import indexed_record
from indexer.extraction.passages import split_passages
from indexer.file_texts import FileTexts
from indexer.lexicon.ibm_model import learn_word_pairs
from indexer.model.document import Document
from indexer.model.ids import RecordId
from indexer.model.indexed_record import IndexedRecord
from indexer.model.places import Gazetteer
from indexer.model.problems import Message, Notify, message
from indexer.model.records import Edition, Record
from indexer.model.word_links import WordLinks
from indexer.readers.markdown import read_markdown
from indexer.readers.sandbox.reading_cache import ReadingCache


@dataclass(frozen=True, slots=True)
class Locations:
    """Where things are: the content, the index, and what is neither."""

    documents: Path
    index: Path
    instance: Path
    engine: EngineName = EngineName.WHOOSH

    @property
    def index_key(self) -> Path:
        """The secret that tells our own index from any other; kept beside no index."""
        return self.instance / "index.key"

    @property
    def digests(self) -> Path:
        """What is remembered of the SHA-256 of originals; it may be deleted."""
        return self.instance / "digests.json"

    @property
    def readings(self) -> Path:
        """What was read in originals, by their SHA-256; it may be deleted."""
        return self.instance / "readings"

    @property
    def drafts(self) -> Path:
        """What was added and is not published."""
        return self.instance / "drafts"


class ChangeType(enum.Enum):
    """What was done to an index."""

    NOTHING = "nothing"
    UPDATED = "updated"
    REBUILT = "rebuilt"


@dataclass(frozen=True, slots=True)
class IndexChange:
    """What a run did: how many records were written, removed, and are there now."""

    type: ChangeType
    written: int
    removed: int
    total: int
    reason: Message | None = None


def open_stored_engine(
    locations: Locations, *, notify: Notify = lambda _: None
) -> SearchEngine:
    """Open the engine of these locations.

    An engine in memory starts without an index: its index is built here from the
    content, if there is any.
    """
    engine = open_engine(
        locations.engine, locations.index, locations.index_key, notify=notify
    )
    if locations.engine is EngineName.MEMORY and locations.documents.is_dir():
        rebuild(engine, read_corpus(locations), texts=open_texts(locations))
    return engine


def open_texts(locations: Locations) -> FileTexts:
    """Give what reads the files of deliverables, and remembers what it read."""
    return FileTexts(locations.documents, ReadingCache(locations.readings))


def _prepared(record: Record, corpus: Corpus, texts: FileTexts | None) -> IndexedRecord:
    passages = {
        edition.locale: list(split_passages(_document(edition), edition.locale))
        for edition in record.editions
    }
    for locale, passage in texts.passages(record) if texts is not None else ():
        passages[locale].append(passage)
    fingerprint = _fingerprint(record, corpus.gazetteer, texts)
    kept = {locale: tuple(each) for locale, each in passages.items()}
    return indexed_record(record, kept, corpus.gazetteer, fingerprint)


def _document(edition: Edition) -> Document:
    return read_markdown(typeset(str(edition.body), edition.locale))


def _fingerprint(record: Record, gazetteer: Gazetteer, texts: FileTexts | None) -> str:
    """Give a digest of all that a record is shown and found by, and of this code.

    It is far cheaper than to prepare the record, and changes with any of its facts or
    words, with the places that it names, when pictures in its files are recognised,
    and with the code that prepares it.
    """
    places = [tuple(gazetteer.around(slug)) for slug in record.place_slugs]
    recognised = texts.recognised(record) if texts is not None else ()
    text = f"{_code_digest()} {record!r} {places!r} {recognised!r}"
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@cache
def _code_digest() -> str:
    digest = hashlib.blake2b(digest_size=8)
    for package in (indexer.extraction, indexer.readers):
        for path in sorted(Path(package.__path__[0]).rglob("*.py")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def rebuild(
    engine: SearchEngine,
    corpus: Corpus,
    *,
    texts: FileTexts | None = None,
    reason: Message | None = None,
) -> IndexChange:
    """Make the index anew from the corpus, and from the files that `texts` reads."""
    if texts is not None:
        texts.read_missing(corpus.records.values())
        texts.prune()
    records = tuple(
        _prepared(record, corpus, texts) for record in corpus.records.values()
    )
    engine.rebuild(
        records, links=WordLinks(corpus.corrections, learn_word_pairs(records))
    )
    return IndexChange(ChangeType.REBUILT, len(records), 0, len(records), reason)


def update(
    engine: SearchEngine,
    read: Callable[[], Corpus],
    *,
    texts: FileTexts | None = None,
) -> IndexChange:
    """Bring the index up to date with the corpus, touching only what changed.

    An index that is missing, damaged or made by another version is made anew. It is
    verified while the corpus is read.
    """
    with ThreadPoolExecutor(1) as beside:
        verified = beside.submit(engine.status)
        corpus = read()
        status = verified.result()
    if status.state is not IndexState.READY or status.fingerprints is None:
        return rebuild(engine, corpus, texts=texts, reason=_reason(status))
    written, removed = _differences(status.fingerprints, corpus, texts)
    is_corrected = status.links.corrections != corpus.corrections
    if not written and not removed and not is_corrected:
        engine.refresh()
        return IndexChange(ChangeType.NOTHING, 0, 0, len(corpus.records))
    records = [corpus.records[record_id] for record_id in written]
    if texts is not None:
        texts.read_missing(records)
        texts.prune()
    changed = [_prepared(record, corpus, texts) for record in records]
    links = WordLinks(corpus.corrections, status.links.learned)
    engine.upsert(changed, delete=removed, links=links if is_corrected else None)
    return IndexChange(
        ChangeType.UPDATED, len(written), len(removed), len(corpus.records)
    )


def pending_changes(
    status: IndexStatus, corpus: Corpus, texts: FileTexts | None = None
) -> int:
    """Count the records that an update would write or remove."""
    written, removed = _differences(status.fingerprints or {}, corpus, texts)
    return len(written) + len(removed)


def _differences(
    known: Mapping[RecordId, str], corpus: Corpus, texts: FileTexts | None
) -> tuple[list[RecordId], list[RecordId]]:
    """Give the records to write, and those to remove."""
    written = [
        record.id
        for record in corpus.records.values()
        if known.get(record.id) != _fingerprint(record, corpus.gazetteer, texts)
    ]
    return written, [each for each in known if each not in corpus.records]


def read_corpus(locations: Locations) -> Corpus:
    """Read `documents/` once.

    Raises:
        CorpusMissingError: there is no folder to read.
    """
    return open_corpus(locations).read()


def open_corpus(
    locations: Locations, *, is_only_looking: bool = False, is_kept: bool = False
) -> CorpusReader:
    """Give what reads `documents/`, and remembers what did not change.

    Who `is_only_looking` leaves the disk as it is. What `is_kept` for long takes less
    memory: long texts lie in files without a name, in the folder of the instance.
    """
    digests = KnownDigests(locations.digests, is_only_looking=is_only_looking)
    spool = TextSpool(locations.instance) if is_kept else None
    return CorpusReader(locations.documents, digests, spool=spool)


def _reason(status: IndexStatus) -> Message:
    match status.state:
        case IndexState.MISSING:
            return message("there was no index")
        case IndexState.OUTDATED:
            return message(
                "the index was made by another version (%(reason)s)",
                reason=status.reason,
            )
        case _:
            return message(
                "the index could not be trusted (%(reason)s)", reason=status.reason
            )

"""Reads the corpus, and reports every problem found in reading."""

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.assessment_fields import PROPOSAL_FILE
from indexer.corpus.content_folders import (
    FileStamps,
    Listing,
    is_folder,
    list_records,
    record_position,
    record_stamps,
    unknown_entries,
)
from indexer.corpus.corpus import Corpus, changed_links, survivors_of
from indexer.corpus.cross_checks import (
    CheckedReferences,
    all_problems,
    id_problems,
    served_records,
)
from indexer.corpus.freshness import (
    silent_practices,
    utc_today,
    with_silence,
)
from indexer.corpus.originals import Digest, DigestCache, sha256_of
from indexer.corpus.record_cache import RecordCache
from indexer.corpus.record_reader import ReadRecord, natural_key, read_record_safely
from indexer.corpus.shared_files import (
    HELP_LINES_FILE,
    JUDGEMENT_FILE,
    read_corrections,
    read_curations,
    read_gazetteer,
    read_help_lines,
)
from indexer.corpus.text_files import shown_name
from indexer.errors import CorpusMissingError
from indexer.files import file_stamp
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Problem

PLACES_FILE = "places.yaml"
LEXICON_FILE = "lexicon.yaml"
CURATION_FILE = "curations.yaml"
_KNOWN_NAMES = {
    PLACES_FILE,
    LEXICON_FILE,
    CURATION_FILE,
    HELP_LINES_FILE,
    JUDGEMENT_FILE,
    PROPOSAL_FILE,
    "README.md",
    "LICENSE",
    *(kind.folder for kind in Kind),
}

LastGood = Callable[[RecordId], ReadRecord | None]
"""Returns the last state of a record that had no errors, read from elsewhere."""


def no_last_good(_record: RecordId) -> None:
    """Return nothing: a record with errors is not shown."""


class CorpusReader:
    """Reads `documents/`; the second time, it opens only the folders that changed.

    A record whose files have errors keeps the last state that this reader has read, or
    that `last_good` returns. Practices without news are marked as of `today`.

    `digests` caches the SHA-256 of originals; without it, each file is hashed again.
    `cache` stores records between runs.
    """

    def __init__(
        self,
        root: Path,
        digests: DigestCache | None = None,
        *,
        cache: RecordCache | None = None,
        last_good: LastGood = no_last_good,
        today: Callable[[], dt.date] = utc_today,
    ) -> None:
        self._root = root
        self._today = today
        self._cache = cache
        self._last_good = last_good
        self._digests = digests
        self._digest: Digest = digests or sha256_of
        self._stamps: dict[RecordId, bytes] = {}
        self._reads: dict[RecordId, ReadRecord] = {}
        self._references = CheckedReferences()
        self._last: _LastReading | None = None

    def read(self) -> Corpus:
        """Read everything and check it together.

        Without any change, the corpus of the last time is returned.

        Raises:
            CorpusMissingError: there is no folder to read.
        """
        try:
            names = {entry.name for entry in self._root.iterdir()}
        except OSError as error:
            raise CorpusMissingError(self._root) from error
        if not names & {kind.folder for kind in Kind}:
            # A wrong setting must not look like a corpus without records.
            raise CorpusMissingError(self._root)
        listed = list_records(self._root)
        shared, before = _shared_file_stamps(self._root), self._reads
        reads = self._read_all(listed)
        stray = tuple(unknown_entries(self._root, _KNOWN_NAMES, listed))
        surroundings = _Surroundings(shared, stray, self._today())
        return self._corpus_of(reads, before, surroundings)

    def read_changed(self, changed: Collection[RecordId]) -> Corpus:
        """Read some records again, and return the corpus with them.

        The others are as they were last read: nothing asks the system for their stamps.

        Raises:
            CorpusMissingError: there is no folder to read.
        """
        if self._last is None:
            return self.read()
        before, stamps, reads = self._reads, dict(self._stamps), dict(self._reads)
        anew = []
        for record_id in changed:
            folder = self._root / str(record_id)
            if folder.is_symlink() or not folder.is_dir():
                stamps.pop(record_id, None)
                reads.pop(record_id, None)
                continue
            stamps[record_id] = record_stamps(folder)
            path = (
                f"{self._root.name}/{record_id.kind.folder}/{shown_name(folder.name)}"
            )
            known = before.get(record_id)
            reads[record_id] = self._read_again(folder, record_id, path, known)
            anew.append(record_id)
        if reads.keys() - before.keys():
            reads = dict(
                sorted(reads.items(), key=lambda read: record_position(read[0]))
            )
        self._keep(anew, stamps, reads)
        surroundings = _Surroundings(
            _shared_file_stamps(self._root),
            self._last.surroundings.stray,
            self._today(),
        )
        return self._corpus_of(reads, before, surroundings)

    def _corpus_of(
        self,
        reads: Mapping[RecordId, ReadRecord],
        before: Mapping[RecordId, ReadRecord],
        surroundings: "_Surroundings",
    ) -> Corpus:
        """Return the corpus of what was read: the last one if nothing differs."""
        last = self._last
        if (
            last is not None
            and last.surroundings == surroundings
            and list(reads) == list(before)
            and all(reads[key] is before[key] for key in reads)
        ):
            return last.corpus
        corpus = self._checked_corpus(
            reads, surroundings.shared, list(surroundings.stray), surroundings.day
        )
        self._last = _LastReading(surroundings, corpus)
        return corpus

    def _checked_corpus(
        self,
        reads: Mapping[RecordId, ReadRecord],
        shared: FileStamps,
        problems: list[Problem],
        day: dt.date,
    ) -> Corpus:
        """Check records and shared files together; add to `problems` what is wrong."""
        gazetteer = read_gazetteer(
            self._root / PLACES_FILE, f"{self._root.name}/{PLACES_FILE}", problems
        )
        corrections = read_corrections(
            self._root / LEXICON_FILE, f"{self._root.name}/{LEXICON_FILE}", problems
        )
        curations = read_curations(
            self._root / CURATION_FILE,
            f"{self._root.name}/{CURATION_FILE}",
            reads,
            problems,
        )
        help_lines = read_help_lines(
            self._root / HELP_LINES_FILE,
            f"{self._root.name}/{HELP_LINES_FILE}",
            problems,
        )
        problems += (problem for read in reads.values() for problem in read.problems)
        problems += id_problems(tuple(reads.values()), reads)
        records, unknown = self._references.check(reads, gazetteer, shared)
        problems += unknown
        last = Corpus() if self._last is None else self._last.corpus
        records = with_silence(records, day, last.records)
        links = changed_links(last, records)
        return Corpus(
            records=records,
            gazetteer=gazetteer,
            corrections=corrections,
            curations=curations,
            help_lines=help_lines,
            problems=tuple(
                sorted(problems, key=lambda p: (natural_key(p.path), p.line))
            ),
            backlinks=links.backlinks,
            neighbours=links.neighbours,
            outdated=frozenset(
                record_id for record_id, read in reads.items() if read.is_outdated
            ),
            survivors=survivors_of(records),
            stamp=self._stamp(shared, silent_practices(records)),
        )

    def read_overlay(self, folders: Mapping[RecordId, Path], corpus: Corpus) -> Corpus:
        """Return the corpus as if the records in `folders` were part of the content.

        `corpus` is the last result of `read`. A record in `folders` replaces the record
        of the same id; the returned problems are those of `folders` alone.
        """
        reads, known = self._read_overlay(folders)
        records = {
            **corpus.records,
            **with_silence(
                served_records(reads, known, corpus.gazetteer), self._today()
            ),
        }
        return dataclasses.replace(
            corpus.with_records(records),
            problems=tuple(
                problem
                for read in reads.values()
                for problem in all_problems(read, known, corpus.gazetteer)
            ),
        )

    def check_overlay(
        self, folders: Mapping[RecordId, Path], corpus: Corpus
    ) -> Mapping[RecordId, tuple[Problem, ...]]:
        """Return the problems of the records in `folders`, as if they were content.

        `corpus` is the last result of `read`. A record in `folders` replaces the record
        of the same id.
        """
        reads, known = self._read_overlay(folders)
        return {
            record_id: tuple(all_problems(read, known, corpus.gazetteer))
            for record_id, read in reads.items()
        }

    def _read_overlay(
        self, folders: Mapping[RecordId, Path]
    ) -> tuple[Mapping[RecordId, ReadRecord], Mapping[RecordId, ReadRecord]]:
        reads = {
            record_id: read_record_safely(
                folder, record_id, str(folder), digest=self._digest
            )
            for record_id, folder in folders.items()
        }
        return reads, self._reads | reads

    def _read_all(self, listed: Listing) -> Mapping[RecordId, ReadRecord]:
        """Read the listed records whose files changed since the last time."""
        stamps: dict[RecordId, bytes] = {}
        reads: dict[RecordId, ReadRecord] = {}
        anew: list[RecordId] = []
        stored = self._cache.load() if self._cache and not self._reads else None
        for kind, entries in listed.items():
            for entry in filter(is_folder, entries):
                record_id, folder = RecordId(kind, entry.name), Path(entry.path)
                known = self._reads.get(record_id)
                stamp = stamps[record_id] = record_stamps(folder)
                if known is not None and stamp and self._stamps[record_id] == stamp:
                    reads[record_id] = known
                elif stored is not None and (read := stored(record_id, stamp)):
                    reads[record_id] = read
                else:
                    path = f"{self._root.name}/{kind.folder}/{shown_name(folder.name)}"
                    reads[record_id] = self._read_again(folder, record_id, path, known)
                    anew.append(record_id)
        self._keep(anew, stamps, reads)
        return reads

    def _keep(
        self,
        anew: Sequence[RecordId],
        stamps: dict[RecordId, bytes],
        reads: dict[RecordId, ReadRecord],
    ) -> None:
        """Keep what was read for the next time, and store what was read anew."""
        self._store(anew, stamps, reads)
        self._stamps, self._reads = stamps, reads
        if self._digests is not None:
            self._digests.save()

    def _store(
        self,
        anew: Sequence[RecordId],
        stamps: Mapping[RecordId, bytes],
        reads: Mapping[RecordId, ReadRecord],
    ) -> None:
        """Store what was read anew, unless it has errors."""
        if self._cache is None or not (anew or self._reads.keys() - reads.keys()):
            return
        valid = {
            record_id: (stamps[record_id], reads[record_id])
            for record_id in anew
            if stamps[record_id] and not reads[record_id].is_outdated
        }
        self._cache.store(valid, reads)

    def _stamp(self, shared: FileStamps, silent: Sequence[RecordId]) -> str:
        """Return a digest of the stamps of all files, taken before they were read.

        The practices without news, which depend on the day, count too.

        A record whose files have errors, or no stamps, counts with its content.
        """
        unstamped = [
            (record_id, read.record)
            for record_id, read in self._reads.items()
            if read.is_outdated or not self._stamps[record_id]
        ]
        stamps = sorted((str(key), stamp) for key, stamp in self._stamps.items())
        parts = (shared, stamps, unstamped, silent)
        return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()

    def _read_again(
        self, folder: Path, record_id: RecordId, path: str, known: ReadRecord | None
    ) -> ReadRecord:
        """Read a record; one that has errors keeps its last good state."""
        read = read_record_safely(folder, record_id, path, digest=self._digest)
        if read.record is not None:
            return read
        last_good = known if known is not None else self._last_good(record_id)
        if last_good is None or last_good.record is None:
            return read
        return dataclasses.replace(
            read, record=last_good.record, lines=last_good.lines, is_outdated=True
        )


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """The stamps of files of no record, what has no place, and the day."""

    shared: FileStamps
    stray: tuple[Problem, ...]
    day: dt.date


@dataclass(frozen=True, slots=True)
class _LastReading:
    """The corpus that was read last, and what it was read with."""

    surroundings: _Surroundings
    corpus: Corpus


def _shared_file_stamps(root: Path) -> FileStamps:
    """Return the stamps of the files that belong to no record."""
    stamps = []
    for name in (PLACES_FILE, LEXICON_FILE, CURATION_FILE, HELP_LINES_FILE):
        with suppress(OSError):
            stamps.append((name, file_stamp((root / name).stat())))
    return tuple(stamps)

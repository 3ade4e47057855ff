"""Reads the corpus, and reports every problem found in reading."""

import dataclasses
import datetime as dt
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from indexer.corpus.corpus import Corpus, backlinks_of, neighbours_of, survivors_of
from indexer.corpus.cross_checks import (
    CheckedReferences,
    cross_check,
    id_problems,
    without_unknown_items,
)
from indexer.corpus.freshness import (
    silent_practices,
    utc_today,
    with_silence,
)
from indexer.corpus.originals import FILES_FOLDER, Digest, DigestCache, sha256_of
from indexer.corpus.record_cache import FileStamps, RecordCache
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
from indexer.corpus.text_spool import TextSpool
from indexer.errors import CorpusMissingError
from indexer.files import FileStamp, file_stamp
from indexer.model.ids import Kind, RecordId
from indexer.model.places import Gazetteer
from indexer.model.problems import Problem, ProblemCode, message
from indexer.model.record import Record

PLACES_FILE = "places.yaml"
LEXICON_FILE = "lexicon.yaml"
CURATION_FILE = "curations.yaml"
_KNOWN_NAMES = {
    PLACES_FILE,
    LEXICON_FILE,
    CURATION_FILE,
    HELP_LINES_FILE,
    JUDGEMENT_FILE,
    "README.md",
    "LICENSE",
    *(kind.folder for kind in Kind),
}

Listing = Mapping[Kind, Sequence[os.DirEntry[str]]]
"""The entries of the folder of each kind, without hidden ones."""

LastGood = Callable[[RecordId], ReadRecord | None]
"""Returns the last state of a record that had no errors, read from elsewhere."""


def no_last_good(_record: RecordId) -> None:
    """Return nothing: a record with errors is not shown."""


class CorpusReader:
    """Reads `documents/`; the second time, it opens only the folders that changed.

    A record whose files have errors keeps the last state that this reader has read, or
    that `last_good` returns. Practices without news are marked as of `today`.

    `digests` caches the SHA-256 of originals; without it, each file is hashed again.
    `spool` stores long texts on disk; without it, they stay in memory. `cache` stores
    records between runs.
    """

    def __init__(
        self,
        root: Path,
        digests: DigestCache | None = None,
        *,
        spool: TextSpool | None = None,
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
        self._spool = spool
        self._stamps: dict[RecordId, FileStamps] = {}
        self._reads: dict[RecordId, ReadRecord] = {}
        self._references = CheckedReferences()
        self._last: tuple[object, Corpus] | None = None

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
        shared = _shared_file_stamps(self._root)
        before = self._reads
        listed = {kind: self._entries(kind) for kind in Kind}
        reads = self._read_all(listed)
        stray = list(self._unknown_entries(listed))
        day = self._today()
        state = (shared, tuple(reads), tuple(map(str, stray)), day)
        is_same = all(reads[key] is before.get(key) for key in reads)
        if self._last is not None and is_same and self._last[0] == state:
            return self._last[1]
        corpus = self._checked_corpus(reads, shared, stray, day)
        self._last = state, corpus
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
        records = with_silence(records, day)
        return Corpus(
            records=records,
            gazetteer=gazetteer,
            corrections=corrections,
            curations=curations,
            help_lines=help_lines,
            problems=tuple(
                sorted(problems, key=lambda p: (natural_key(p.path), p.line))
            ),
            backlinks=backlinks_of(records),
            neighbours=neighbours_of(records),
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
                _served_records(reads, known, corpus.gazetteer), self._today()
            ),
        }
        return dataclasses.replace(
            corpus,
            records=records,
            problems=tuple(
                problem
                for read in reads.values()
                for problem in _all_problems(read, known, corpus.gazetteer)
            ),
            backlinks=backlinks_of(records),
            neighbours=neighbours_of(records),
            survivors=survivors_of(records),
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
            record_id: tuple(_all_problems(read, known, corpus.gazetteer))
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
        stamps: dict[RecordId, FileStamps] = {}
        reads: dict[RecordId, ReadRecord] = {}
        anew: list[RecordId] = []
        stored = self._cache.load() if self._cache and not self._reads else None
        for kind, entries in listed.items():
            for entry in filter(_is_folder, entries):
                record_id, folder = RecordId(kind, entry.name), Path(entry.path)
                known = self._reads.get(record_id)
                stamp = stamps[record_id] = _record_stamps(folder)
                if known is not None and stamp and self._stamps[record_id] == stamp:
                    reads[record_id] = known
                elif stored is not None and (read := stored(record_id, stamp)):
                    reads[record_id] = self._with_spooled_texts(read)
                else:
                    path = f"{self._root.name}/{kind.folder}/{shown_name(folder.name)}"
                    reads[record_id] = self._read_again(folder, record_id, path, known)
                    anew.append(record_id)
        self._store(anew, stamps, reads)
        self._stamps, self._reads = stamps, reads
        if self._digests is not None:
            self._digests.save()
        return reads

    def _store(
        self,
        anew: Sequence[RecordId],
        stamps: Mapping[RecordId, FileStamps],
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
        parts = (shared, self._stamps, unstamped, silent)
        return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()

    def _read_again(
        self, folder: Path, record_id: RecordId, path: str, known: ReadRecord | None
    ) -> ReadRecord:
        """Read a record; one that has errors keeps its last good state."""
        read = read_record_safely(folder, record_id, path, digest=self._digest)
        if read.record is not None:
            return self._with_spooled_texts(read)
        last_good = known if known is not None else self._last_good(record_id)
        if last_good is None or last_good.record is None:
            return read
        return dataclasses.replace(
            read, record=last_good.record, lines=last_good.lines, is_outdated=True
        )

    def _with_spooled_texts(self, read: ReadRecord) -> ReadRecord:
        if self._spool is not None and read.record is not None:
            for edition in read.record.editions:
                self._spool.add(edition.body)
        return read

    def _entries(self, kind: Kind) -> list[os.DirEntry[str]]:
        """List the folder of a kind; `_stray_entries` reports a folder that fails."""
        try:
            with os.scandir(self._root / kind.folder) as entries:
                visible = [entry for entry in entries if entry.name[0] != "."]
        except OSError:
            return []
        return sorted(visible, key=lambda entry: natural_key(entry.name))

    def _unknown_entries(self, listed: Listing) -> Iterator[Problem]:
        for entry in sorted(self._root.iterdir()):
            if entry.name in _KNOWN_NAMES or entry.name.startswith("."):
                continue
            name = shown_name(entry.name)
            yield ProblemCode.UNKNOWN_KIND_FOLDER.at(
                f"{self._root.name}/{name}",
                name=name,
                folders=", ".join(kind.folder for kind in Kind),
            )
        for kind, entries in listed.items():
            yield from self._stray_entries(kind, entries)

    def _stray_entries(
        self, kind: Kind, entries: Sequence[os.DirEntry[str]]
    ) -> Iterator[Problem]:
        folder = self._root / kind.folder
        display_path = f"{self._root.name}/{kind.folder}"
        if folder.exists() and not (folder.is_dir() and os.access(folder, os.R_OK)):
            yield ProblemCode.INVALID_KIND_FOLDER.at(display_path)
        for entry in entries:
            if not _is_folder(entry):
                name = shown_name(entry.name)
                problem = ProblemCode.STRAY_FILE.at(f"{display_path}/{name}", name=name)
                remedy = message("put it into the folder of a record, or remove it")
                yield dataclasses.replace(problem, remedy=remedy)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder; a symbolic link could lead out of the content."""
    return entry.is_dir(follow_symlinks=False)


def _shared_file_stamps(root: Path) -> FileStamps:
    """Return the stamps of the files that belong to no record."""
    stamps = []
    for name in (PLACES_FILE, LEXICON_FILE, CURATION_FILE, HELP_LINES_FILE):
        with suppress(OSError):
            stamps.append((name, file_stamp((root / name).stat())))
    return tuple(stamps)


def _record_stamps(folder: Path) -> FileStamps:
    """Return the stamps of the files of a record, or none if they can't be read."""
    try:
        return tuple(sorted(_file_stamps(folder)))
    except OSError:
        return ()


def _file_stamps(folder: Path) -> Iterator[tuple[str, FileStamp]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue  # the lock of an editor, which may be a broken link
            status = entry.stat(follow_symlinks=entry.is_file())
            yield entry.name, file_stamp(status)
            if entry.name == FILES_FOLDER and entry.is_dir():
                # Writing into a file does not change the mtime of its folder.
                for name, stamp in _file_stamps(Path(entry.path)):
                    yield f"{FILES_FOLDER}/{name}", stamp


def _served_records(
    reads: Mapping[RecordId, ReadRecord],
    known: Mapping[RecordId, ReadRecord],
    gazetteer: Gazetteer,
) -> dict[RecordId, Record]:
    return {
        record_id: without_unknown_items(read.record, known, gazetteer)
        for record_id, read in reads.items()
        if read.record is not None
    }


def _all_problems(
    read: ReadRecord, known: Mapping[RecordId, ReadRecord], gazetteer: Gazetteer
) -> Iterator[Problem]:
    yield from read.problems
    yield from cross_check((read,), known, gazetteer)

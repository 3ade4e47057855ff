"""The corpus: every record that can be served, and every problem found in reading."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from indexer.corpus.cross_checks import cross_check, without_unknown_items
from indexer.corpus.originals import FILES_FOLDER, Digest, DigestCache, sha256_of
from indexer.corpus.record_reader import (
    ReadRecord,
    natural_key,
    read_record_safely,
)
from indexer.corpus.shared_files import (
    JUDGEMENT_FILE,
    read_corrections,
    read_curations,
    read_gazetteer,
)
from indexer.corpus.text_files import shown_name
from indexer.corpus.text_spool import TextSpool
from indexer.errors import CorpusMissingError
from indexer.files import FileStamp, file_stamp
from indexer.model.ids import Kind, RecordId
from indexer.model.indexed_record import NO_NEIGHBOURS, Neighbours
from indexer.model.judged_queries import Curations
from indexer.model.places import Gazetteer
from indexer.model.problems import Problem, ProblemCode, message
from indexer.model.record import Record, RecordLink
from indexer.model.word_links import Corrections

PLACES_FILE = "places.yaml"
LEXICON_FILE = "lexicon.yaml"
CURATION_FILE = "curations.yaml"
_KNOWN_NAMES = {
    PLACES_FILE,
    LEXICON_FILE,
    CURATION_FILE,
    JUDGEMENT_FILE,
    "README.md",
    "LICENSE",
    *(kind.folder for kind in Kind),
}

_ANSWER_FIELDS = {"practices", "recommendations"}
"""The fields of a need that list what answers it."""

FileStamps = tuple[tuple[str, FileStamp], ...]
"""The name and the stamp of each file of a record."""


LastGood = Callable[[RecordId], ReadRecord | None]
"""Returns the last state of a record that had no errors, read from elsewhere."""


def no_last_good(_record: RecordId) -> None:
    """Return nothing: a record with errors is not shown."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """All records by id, and the links between them in both directions.

    `outdated` are the records in an earlier state, because their files have errors;
    `survivors` are the records that former ids lead to. `stamp` is a digest of what was
    read: it differs when the content does, and is the same in all processes.
    """

    records: Mapping[RecordId, Record] = field(default_factory=dict)
    gazetteer: Gazetteer = field(default_factory=Gazetteer)
    corrections: Corrections = field(default_factory=Corrections)
    curations: Curations = field(default_factory=Curations)
    problems: tuple[Problem, ...] = ()
    backlinks: Mapping[RecordId, tuple[RecordLink, ...]] = field(default_factory=dict)
    neighbours: Neighbours = field(default=NO_NEIGHBOURS, compare=False)
    outdated: frozenset[RecordId] = frozenset()
    survivors: Mapping[RecordId, RecordId] = field(default_factory=dict)
    stamp: str = ""

    def get(self, record_id: RecordId) -> Record | None:
        """Return a record, or None."""
        return self.records.get(record_id)

    def current_id(self, record_id: RecordId) -> RecordId | None:
        """Return the id of a record, or of the one that it became part of, or None."""
        return record_id if record_id in self.records else self.survivors.get(record_id)

    def is_used(self, record_id: RecordId) -> bool:
        """Return whether an id is that of a record, or was."""
        return self.current_id(record_id) is not None

    def of_kind(self, kind: Kind) -> Iterator[Record]:
        """Return the records of a kind, ordered by id."""
        return (record for record in self.records.values() if record.id.kind is kind)

    def linked(
        self, record: Record, kind: Kind, *, field: str | None = None
    ) -> tuple[Record, ...]:
        """Return the records of a kind linked from or to this record.

        `field` restricts them to the links of one field.
        """
        forward = (link for link in record.links)
        backward = self.backlinks.get(record.id, ())
        ids = dict.fromkeys(
            link.target
            for link in (*forward, *backward)
            if link.target.kind is kind and field in {None, link.field}
        )
        return tuple(self.records[target] for target in ids if target in self.records)

    def with_state(self, record: Record) -> Corpus:
        """Return the corpus with another state of a record.

        The state has no links to what is not in this corpus. Links from other records
        are as in this corpus.
        """
        known = without_unknown_items(record, self.records, self.gazetteer)
        return dataclasses.replace(self, records={**self.records, record.id: known})

    def without(self, removed: Collection[RecordId]) -> Corpus:
        """Return the corpus without some records and without the links to them."""
        kept = {key: each for key, each in self.records.items() if key not in removed}
        records = {
            key: without_unknown_items(each, kept, self.gazetteer)
            for key, each in kept.items()
        }
        return dataclasses.replace(
            self,
            records=records,
            backlinks=_backlinks(records),
            survivors=_survivors(records),
        )

    def answered_needs(self, record_id: RecordId) -> tuple[RecordId, ...]:
        """Return the ids of the needs that list a practice or a recommendation."""
        return tuple(
            link.target
            for link in self.backlinks.get(record_id, ())
            if link.target.kind is Kind.NEED and link.field in _ANSWER_FIELDS
        )

    def with_theme(self, theme: str, kind: Kind) -> tuple[Record, ...]:
        """Return the records of a kind that have a theme."""
        return tuple(record for record in self.of_kind(kind) if theme in record.themes)


class CorpusReader:
    """Reads `documents/`; the second time, it opens only the folders that changed.

    A record whose files have errors keeps the last state that this reader has read, or
    that `last_good` returns.

    `digests` caches the SHA-256 of originals; without it, each file is hashed again.
    `spool` stores long texts on disk; without it, they stay in memory.
    """

    def __init__(
        self,
        root: Path,
        digests: DigestCache | None = None,
        *,
        spool: TextSpool | None = None,
        last_good: LastGood = no_last_good,
    ) -> None:
        self._root = root
        self._last_good = last_good
        self._digests = digests
        self._digest: Digest = digests or sha256_of
        self._spool = spool
        self._stamps: dict[RecordId, FileStamps] = {}
        self._reads: dict[RecordId, ReadRecord] = {}

    def read(self) -> Corpus:
        """Read everything and check it together.

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
        problems = list(self._unknown_entries())
        shared = _shared_file_stamps(self._root)
        gazetteer = read_gazetteer(
            self._root / PLACES_FILE, f"{self._root.name}/{PLACES_FILE}", problems
        )
        corrections = read_corrections(
            self._root / LEXICON_FILE, f"{self._root.name}/{LEXICON_FILE}", problems
        )
        reads = self._read_all()
        curations = read_curations(
            self._root / CURATION_FILE,
            f"{self._root.name}/{CURATION_FILE}",
            reads,
            problems,
        )
        problems += (problem for read in reads.values() for problem in read.problems)
        problems += cross_check(tuple(reads.values()), reads, gazetteer)
        records = _served_records(reads, reads, gazetteer)
        return Corpus(
            records=records,
            gazetteer=gazetteer,
            corrections=corrections,
            curations=curations,
            problems=tuple(
                sorted(problems, key=lambda p: (natural_key(p.path), p.line))
            ),
            backlinks=_backlinks(records),
            neighbours=_neighbours(records),
            outdated=frozenset(
                each for each, read in reads.items() if read.is_outdated
            ),
            survivors=_survivors(records),
            stamp=self._stamp(shared),
        )

    def read_overlay(self, folders: Mapping[RecordId, Path], corpus: Corpus) -> Corpus:
        """Return the corpus as if the records in `folders` were part of the content.

        `corpus` is the last result of `read`. A record in `folders` replaces the record
        of the same id; the returned problems are those of `folders` alone.
        """
        reads, known = self._read_overlay(folders)
        records = {
            **corpus.records,
            **_served_records(reads, known, corpus.gazetteer),
        }
        return dataclasses.replace(
            corpus,
            records=records,
            problems=tuple(
                problem
                for read in reads.values()
                for problem in _all_problems(read, known, corpus.gazetteer)
            ),
            backlinks=_backlinks(records),
            neighbours=_neighbours(records),
            survivors=_survivors(records),
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

    def _read_all(self) -> Mapping[RecordId, ReadRecord]:
        """Read the records whose files changed since the last time."""
        stamps: dict[RecordId, FileStamps] = {}
        reads: dict[RecordId, ReadRecord] = {}
        for kind in Kind:
            for folder in filter(_is_folder, self._entries(kind)):
                record_id = RecordId(kind, folder.name)
                path = f"{self._root.name}/{kind.folder}/{shown_name(folder.name)}"
                known = self._reads.get(record_id)
                try:
                    stamp = tuple(sorted(_file_stamps(folder)))
                    stamps[record_id] = stamp
                except OSError:
                    stamp = ()
                if known is None or not stamp or self._stamps.get(record_id) != stamp:
                    reads[record_id] = self._read_again(folder, record_id, path, known)
                else:
                    reads[record_id] = known
        self._stamps, self._reads = stamps, reads
        if self._digests is not None:
            self._digests.save()
        return reads

    def _stamp(self, shared: FileStamps) -> str:
        """Return a digest of the stamps of all files, taken before they were read.

        A record whose files have errors, or no stamps, counts with its content.
        """
        unstamped = [
            (record_id, read.record)
            for record_id, read in self._reads.items()
            if read.is_outdated or record_id not in self._stamps
        ]
        parts = (shared, self._stamps, unstamped)
        return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()

    def _read_again(
        self, folder: Path, record_id: RecordId, path: str, known: ReadRecord | None
    ) -> ReadRecord:
        """Read a record; one that has errors keeps its last good state."""
        read = read_record_safely(folder, record_id, path, digest=self._digest)
        if read.record is not None:
            self._spool_texts(read)
            return read
        last_good = known if known is not None else self._last_good(record_id)
        if last_good is None or last_good.record is None:
            return read
        return dataclasses.replace(
            read, record=last_good.record, lines=last_good.lines, is_outdated=True
        )

    def _spool_texts(self, read: ReadRecord) -> None:
        if self._spool is not None and read.record is not None:
            for edition in read.record.editions:
                self._spool.add(edition.body)

    def _entries(self, kind: Kind) -> list[Path]:
        """List the folder of a kind; `_stray_entries` reports a folder that fails."""
        try:
            entries = list((self._root / kind.folder).iterdir())
        except OSError:
            return []
        visible = [entry for entry in entries if not entry.name.startswith(".")]
        return sorted(visible, key=lambda entry: natural_key(entry.name))

    def _unknown_entries(self) -> Iterator[Problem]:
        for entry in sorted(self._root.iterdir()):
            if entry.name in _KNOWN_NAMES or entry.name.startswith("."):
                continue
            name = shown_name(entry.name)
            yield ProblemCode.UNKNOWN_KIND_FOLDER.at(
                f"{self._root.name}/{name}",
                name=name,
                folders=", ".join(kind.folder for kind in Kind),
            )
        for kind in Kind:
            yield from self._stray_entries(kind)

    def _stray_entries(self, kind: Kind) -> Iterator[Problem]:
        folder = self._root / kind.folder
        display_path = f"{self._root.name}/{kind.folder}"
        if folder.exists() and not (folder.is_dir() and os.access(folder, os.R_OK)):
            yield ProblemCode.INVALID_KIND_FOLDER.at(display_path)
        for entry in self._entries(kind):
            if not _is_folder(entry):
                name = shown_name(entry.name)
                problem = ProblemCode.STRAY_FILE.at(f"{display_path}/{name}", name=name)
                remedy = message("put it into the folder of a record, or remove it")
                yield dataclasses.replace(problem, remedy=remedy)


def _is_folder(path: Path) -> bool:
    """Whether a path is a folder; a symbolic link could lead out of the content."""
    return path.is_dir() and not path.is_symlink()


def _shared_file_stamps(root: Path) -> FileStamps:
    """Return the stamps of the files that belong to no record."""
    stamps = []
    for name in (PLACES_FILE, LEXICON_FILE, CURATION_FILE):
        with suppress(OSError):
            stamps.append((name, file_stamp((root / name).stat())))
    return tuple(stamps)


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


def _backlinks(
    records: Mapping[RecordId, Record],
) -> dict[RecordId, tuple[RecordLink, ...]]:
    backlinks: defaultdict[RecordId, list[RecordLink]] = defaultdict(list)
    for record in records.values():
        for link in record.links:
            backlinks[link.target].append(RecordLink(link.field, record.id))
    return {target: tuple(links) for target, links in backlinks.items()}


def _neighbours(records: Mapping[RecordId, Record]) -> Neighbours:
    """Return the links in both directions, without those of a record to its themes.

    A theme is linked with dozens of records on different subjects.
    """
    linked: defaultdict[RecordId, dict[RecordId, None]] = defaultdict(dict)
    for record in records.values():
        for link in record.links:
            is_known = link.target in records and link.target != record.id
            if is_known and link.field != "themes":
                linked[record.id][link.target] = None
                linked[link.target][record.id] = None
    return Neighbours(
        {str(record): tuple(map(str, others)) for record, others in linked.items()}
    )


def _survivors(records: Mapping[RecordId, Record]) -> dict[RecordId, RecordId]:
    """Return the record that each former id leads to; the first of several claims."""
    survivors: dict[RecordId, RecordId] = {}
    for record in records.values():
        for former in record.former_ids:
            if former not in records:
                survivors.setdefault(former, record.id)
    return survivors

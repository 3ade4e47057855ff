"""The corpus: every record that can be served, and every problem that was met."""

from __future__ import annotations

import dataclasses
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from indexer.corpus.cross_checks import check_together
from indexer.corpus.digests import KnownDigests
from indexer.corpus.gazetteer import read_gazetteer
from indexer.corpus.lexicon_file import read_corrections
from indexer.corpus.originals import FILES_FOLDER, sha256_of
from indexer.corpus.record_reader import (
    RECORD_FILE,
    ReadRecord,
    natural_key,
    read_record,
)
from indexer.corpus.text_files import shown_name
from indexer.corpus.text_spool import TextSpool
from indexer.errors import CorpusMissingError
from indexer.model.ids import Kind, RecordId
from indexer.model.places import Gazetteer
from indexer.model.problems import Problem, ProblemCode, message
from indexer.model.records import (
    ALL_THEMES,
    Practice,
    Recommendation,
    Record,
    RecordLink,
)
from indexer.model.word_links import Corrections

PLACES_FILE = "places.yaml"
LEXICON_FILE = "lexicon.yaml"
_KNOWN_NAMES = {
    PLACES_FILE,
    LEXICON_FILE,
    "README.md",
    "LICENSE",
    *(kind.folder for kind in Kind),
}

FileStamps = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """All records, by id, with the links among them in both directions."""

    records: Mapping[RecordId, Record] = field(default_factory=dict)
    gazetteer: Gazetteer = field(default_factory=Gazetteer)
    corrections: Corrections = field(default_factory=Corrections)
    problems: tuple[Problem, ...] = ()
    backlinks: Mapping[RecordId, tuple[RecordLink, ...]] = field(default_factory=dict)

    def get(self, record_id: RecordId) -> Record | None:
        """Give a record, or None."""
        return self.records.get(record_id)

    def of_kind(self, kind: Kind) -> Iterator[Record]:
        """Give the records of a kind, in the order of their names."""
        return (record for record in self.records.values() if record.id.kind is kind)

    def linked(
        self, record: Record, kind: Kind, *, field: str | None = None
    ) -> tuple[Record, ...]:
        """Give the records of a kind that this one names, or that name it.

        `field` keeps the links of one field only.
        """
        forward = (link for link in record.links)
        backward = self.backlinks.get(record.id, ())
        ids = dict.fromkeys(
            link.target
            for link in (*forward, *backward)
            if link.target.kind is kind and field in {None, link.field}
        )
        return tuple(self.records[target] for target in ids if target in self.records)

    def with_theme(self, theme: str, kind: Kind) -> tuple[Record, ...]:
        """Give the records of a kind that belong to a theme."""
        return tuple(record for record in self.of_kind(kind) if theme in record.themes)


class CorpusReader:
    """Reads `documents/`; read again, it opens only the folders that changed.

    `digests` remembers the SHA-256 of originals; without it, each is read to its end.
    `spool` keeps long texts; without it, they stay in memory.
    """

    def __init__(
        self,
        root: Path,
        digests: KnownDigests | None = None,
        *,
        spool: TextSpool | None = None,
    ) -> None:
        self._root = root
        self._digests = digests
        self._spool = spool
        self._cache: dict[RecordId, tuple[FileStamps, ReadRecord]] = {}

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
            # A wrong folder must not look like a corpus from which all was removed.
            raise CorpusMissingError(self._root)
        problems = list(self._stray_names())
        gazetteer = read_gazetteer(
            self._root / PLACES_FILE, f"{self._root.name}/{PLACES_FILE}", problems
        )
        corrections = read_corrections(
            self._root / LEXICON_FILE, f"{self._root.name}/{LEXICON_FILE}", problems
        )
        reads = self._read_all()
        for read in reads.values():
            problems += read.problems
        problems += check_together(tuple(reads.values()), reads, gazetteer)
        records = {
            record_id: _without_unknowns(read.record, reads, gazetteer)
            for record_id, read in reads.items()
            if read.record is not None
        }
        return Corpus(
            records=records,
            gazetteer=gazetteer,
            corrections=corrections,
            problems=tuple(
                sorted(problems, key=lambda p: (natural_key(p.path), p.line))
            ),
            backlinks=_backlinks(records),
        )

    def read_beside(self, folders: Mapping[RecordId, Path], corpus: Corpus) -> Corpus:
        """Give the corpus as it would be with records that are not in the content.

        `corpus` is what this reader read last. A record stands in the stead of the one
        that has its id; the problems are those of these records alone.
        """
        checked = self._beside(folders, corpus)
        known = {each: read for each, (_, read) in self._cache.items()} | {
            each: read for each, (read, _) in checked.items()
        }
        records = dict(corpus.records)
        for record_id, (read, _) in checked.items():
            if read.record is not None:
                records[record_id] = _without_unknowns(
                    read.record, known, corpus.gazetteer
                )
        return dataclasses.replace(
            corpus,
            records=records,
            problems=tuple(p for _, problems in checked.values() for p in problems),
            backlinks=_backlinks(records),
        )

    def check_beside(
        self, folders: Mapping[RecordId, Path], corpus: Corpus
    ) -> Mapping[RecordId, tuple[Problem, ...]]:
        """Check records that are not in the content as if they were.

        `corpus` is what this reader read last. A record stands in the stead of the one
        that has its id.
        """
        checked = self._beside(folders, corpus)
        return {record_id: problems for record_id, (_, problems) in checked.items()}

    def _beside(
        self, folders: Mapping[RecordId, Path], corpus: Corpus
    ) -> dict[RecordId, tuple[ReadRecord, tuple[Problem, ...]]]:
        digest = self._digests or sha256_of
        reads = {
            record_id: read_record(
                folder, record_id, f"{folder.parent}/{folder.name}", digest=digest
            )
            for record_id, folder in folders.items()
        }
        known = {each: read for each, (_, read) in self._cache.items()} | reads
        return {
            record_id: (
                read,
                (
                    *read.problems,
                    *check_together((read,), known, corpus.gazetteer),
                ),
            )
            for record_id, read in reads.items()
        }

    def _read_all(self) -> dict[RecordId, ReadRecord]:
        reads: dict[RecordId, ReadRecord] = {}
        cache: dict[RecordId, tuple[FileStamps, ReadRecord]] = {}
        for record_id, folder in self._folders():
            name = shown_name(folder.name)
            shown = f"{self._root.name}/{record_id.kind.folder}/{name}"
            cached = self._cache.get(record_id)
            try:
                stamp = _stamp(folder)
                if cached is None or cached[0] != stamp:
                    digest = self._digests or sha256_of
                    read = read_record(folder, record_id, shown, digest=digest)
                    self._put_aside(read)
                    cached = (stamp, read)
            except OSError as error:
                cached = ((), _unreadable(shown, error))
            cache[record_id] = cached
            reads[record_id] = cached[1]
        self._cache = cache
        if self._digests is not None:
            self._digests.save()
        return reads

    def _put_aside(self, read: ReadRecord) -> None:
        if self._spool is not None and read.record is not None:
            for edition in read.record.editions:
                self._spool.take(edition.body)

    def _folders(self) -> Iterator[tuple[RecordId, Path]]:
        for kind in Kind:
            for entry in self._entries(kind):
                if _is_folder(entry):
                    yield RecordId(kind, entry.name), entry

    def _entries(self, kind: Kind) -> list[Path]:
        """List the folder of a kind; what can't be listed is reported as a stray."""
        try:
            entries = list((self._root / kind.folder).iterdir())
        except OSError:
            return []
        visible = [entry for entry in entries if not entry.name.startswith(".")]
        return sorted(visible, key=lambda entry: natural_key(entry.name))

    def _stray_names(self) -> Iterator[Problem]:
        for entry in sorted(self._root.iterdir()):
            if entry.name in _KNOWN_NAMES or entry.name.startswith("."):
                continue
            name = shown_name(entry.name)
            yield Problem(
                f"{self._root.name}/{name}",
                1,
                ProblemCode.UNKNOWN_KIND_FOLDER,
                message("'%(name)s' is not a kind of record", name=name),
                message(
                    "move it into one of: %(folders)s",
                    folders=", ".join(kind.folder for kind in Kind),
                ),
            )
        for kind in Kind:
            yield from self._strays_of(kind)

    def _strays_of(self, kind: Kind) -> Iterator[Problem]:
        folder = self._root / kind.folder
        shown = f"{self._root.name}/{kind.folder}"
        if folder.exists() and not (folder.is_dir() and os.access(folder, os.R_OK)):
            yield Problem(
                shown,
                1,
                ProblemCode.INVALID_KIND_FOLDER,
                message("this is not a folder that can be read"),
                message("make it one, with a folder in it for each record"),
            )
        for entry in self._entries(kind):
            if not _is_folder(entry):
                name = shown_name(entry.name)
                yield Problem(
                    f"{shown}/{name}",
                    1,
                    ProblemCode.STRAY_FILE,
                    message("the file '%(name)s' has no place here", name=name),
                    message("put it into the folder of a record, or remove it"),
                )


def _is_folder(path: Path) -> bool:
    """Tell whether this is a folder of the content: a link might lead anywhere."""
    return path.is_dir() and not path.is_symlink()


def _unreadable(shown: str, error: OSError) -> ReadRecord:
    problem = Problem(
        shown,
        1,
        ProblemCode.UNREADABLE_FOLDER,
        message(
            "the folder can't be read (%(reason)s)", reason=error.strerror or error
        ),
        message("check that it exists and that its permissions allow reading"),
    )
    return ReadRecord(f"{shown}/{RECORD_FILE}", None, (problem,), {})


def _stamp(folder: Path) -> FileStamps:
    return tuple(sorted(_states(folder)))


def _states(folder: Path) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue  # an editor's lock, which may lead nowhere
            status = entry.stat(follow_symlinks=entry.is_file())
            yield (entry.name, status.st_size, status.st_mtime_ns)
            if entry.name == FILES_FOLDER and entry.is_dir():
                # A file that is written into leaves its folder as it was.
                for name, size, changed in _states(Path(entry.path)):
                    yield (f"{FILES_FOLDER}/{name}", size, changed)


def _without_unknowns(
    record: Record, known: Mapping[RecordId, ReadRecord], gazetteer: Gazetteer
) -> Record:
    """Leave out the links, themes and places that lead nowhere; they were reported."""
    changes: dict[str, object] = {
        name: tuple(target for target in getattr(record, name) if target in known)
        for name in (*record.LINK_FIELDS, "mentions")
    }
    changes["themes"] = tuple(
        theme
        for theme in record.themes
        if theme == ALL_THEMES or RecordId(Kind.THEME, theme) in known
    )
    if isinstance(record, Practice | Recommendation):
        changes["quotations"] = tuple(
            each for each in record.quotations if each.deliverable in known
        )
    if record.place_slugs:
        changes["places"] = tuple(
            slug for slug in record.place_slugs if slug in gazetteer
        )
    return dataclasses.replace(record, **changes)  # type: ignore[arg-type]  # names are dynamic


def _backlinks(
    records: Mapping[RecordId, Record],
) -> dict[RecordId, tuple[RecordLink, ...]]:
    found: defaultdict[RecordId, list[RecordLink]] = defaultdict(list)
    for record in records.values():
        for link in record.links:
            found[link.target].append(RecordLink(link.field, record.id))
    return {target: tuple(links) for target, links in found.items()}

"""Adds files: each is read, made a draft, and published if it is complete.

Each goes in whole or not at all, and none keeps another from going in.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import itertools
import os
import shutil
import stat
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath

from filelock import FileLock, Timeout

from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import FILES_FOLDER
from indexer.corpus.reading import natural_key
from indexer.errors import FileUnreadableError, IndexBusyError
from indexer.extraction.finding import find_proposals
from indexer.extraction.fingerprints import Fingerprint, fingerprint_of
from indexer.extraction.metadata import find_metadata
from indexer.extraction.refusals import refusal_of
from indexer.extraction.report_card import report_card
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Message, Translate, message
from indexer.model.proposals import MetadataField
from indexer.model.readings import FileReading, Unreadable
from indexer.model.records import Deliverable
from indexer.model.report_cards import Likeness, ReportCard
from indexer.pipeline import Locations
from indexer.readers.isolated import can_recognise, read_files
from indexer.readers.limits import DEFAULT_LIMITS
from indexer.readers.requests import Answer
from indexer.readers.store import ReadingStore
from kb.publishing.additions import with_file
from kb.publishing.drafting import (
    FOUND_FILE,
    Finding,
    draft_texts,
    file_lines,
    found_text,
    proposal_texts,
)
from kb.publishing.drafts import DraftNotes
from kb.publishing.errors import PublishingError
from kb.publishing.findings import Findings, Found
from kb.publishing.folders import INCOMING, clear_left_over, put, write_all
from kb.publishing.holdings import open_holdings
from kb.publishing.journal import NOTES_FILE
from kb.publishing.naming import another_name, free, safe_name, slug_of, slug_of_code
from kb.publishing.releasing import Releaser
from kb.publishing.shelf import Bundle, Shelf

LOCK_NAME = ".lock"
LOCK_WAIT_S = 10.0
COPIED_AT_ONCE = 1 << 20


class State(StrEnum):
    """What became of a file."""

    DRAFTED = "drafted"
    PUBLISHED = "published"
    ALREADY_THERE = "already-there"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file, in a word and in a sentence.

    `holder` is the draft that it is in, or the record: `deliverables/d2.6`.
    """

    path: Path
    state: State
    told: Message
    finding: Finding | None = None
    card: ReportCard | None = None
    sha256: str = ""
    holder: str = ""

    @property
    def is_in(self) -> bool:
        """Whether the file is where it was to go."""
        return self.state in {State.DRAFTED, State.PUBLISHED, State.ALREADY_THERE}


@dataclass(frozen=True, slots=True)
class Manner:
    """How files are added, where it is not as the command line does it.

    `name_of` gives the name under which a file was sent. What is found in a file is
    made drafts at once, or left for a person to decide on.
    """

    name_of: Callable[[Path], str] = lambda path: path.name
    drafts_proposals: bool = True
    processes: int | None = None


@dataclass(frozen=True, slots=True)
class _Staged:
    """A copy of a file, in the folder where its draft is made."""

    path: Path
    folder: Path
    copy: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class _Copy:
    """A file whose bytes are known already."""

    path: Path
    sha256: str


_Stage = _Staged | _Copy | Outcome


def _is_recognised(answer: Answer) -> bool:
    return isinstance(answer, FileReading) and any(
        page.is_recognised for page in answer.pages
    )


def _has_scans(answer: Answer | None) -> bool:
    """Tell whether recognition may find more in a file than was read without it."""
    if isinstance(answer, FileReading):
        return any(page.is_scanned for page in answer.pages)
    return answer is not None and answer.reason == Unreadable.NO_TEXT


def files_under(paths: Iterable[Path]) -> list[Path]:
    """Give the files that are named, and those of the folders that are."""
    return [file for path in paths for file in _files(path)]


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(
            (each for each in folders if not each.startswith(".")), key=natural_key
        )
        for name in sorted(names, key=natural_key):
            if not name.startswith("."):
                yield Path(folder) / name


class Adder:
    """Adds files to the drafts, or to the content."""

    def __init__(  # noqa: PLR0913  # what the command line says, and who asks
        self,
        locations: Locations,
        *,
        day: dt.date,
        translate: Translate = str,
        is_publishing: bool = False,
        ocr: bool = False,
        who: str = "kb add",
        manner: Manner = Manner(),  # nothing can change it
    ) -> None:
        self._locations = locations
        self._day = day
        self._translate = translate
        self._is_publishing = is_publishing
        self._ocr = ocr
        self._shelf = Shelf(locations.drafts)
        self._store = ReadingStore(locations.readings)
        self._holdings = open_holdings(locations)
        self._reader = self._holdings.reader
        self._who = who
        self._manner = manner
        self._findings = Findings(locations.instance)
        self._holder_of_name: dict[str, str] = {}
        self._releaser = Releaser(self._holdings, who=who)
        self._holders: dict[str, str] = {}
        self._drafts: dict[str, str] = {}
        self._refused: dict[str, Message] = {}
        self._fingerprints: list[Fingerprint] | None = None
        self._staged: set[str] = set()
        self._numbers = itertools.count(1)

    def add(self, paths: Iterable[Path]) -> Iterator[Outcome]:
        """Add files; give what became of each, in their order.

        Raises:
            CorpusMissingError: there is no content to add to.
            IndexBusyError: somebody else is adding.
        """
        with self._alone():
            corpus = self._reader.read()
            self._clear()
            self._drafts = {each.sha256: each.slug for each in self._shelf.bundles()}
            self._holders = self._drafts | _published_files(self._reader.read())
            yield from self._added(paths, corpus)

    def _known_files(self) -> list[Fingerprint]:
        """Give what is kept of all files that are there, to tell which are near."""
        if self._fingerprints is None:
            known = (
                self._store.get(holder, sha256)
                for sha256, holder in self._holders.items()
                if sha256 not in self._staged
            )
            self._fingerprints = [
                fingerprint_of(each) for each in known if isinstance(each, FileReading)
            ]
        return self._fingerprints

    @contextmanager
    def _alone(self) -> Iterator[None]:
        folder = self._locations.drafts
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK_NAME, timeout=LOCK_WAIT_S)
        try:
            lock.acquire()
        except Timeout as error:
            raise IndexBusyError(folder, LOCK_WAIT_S) from error
        try:
            yield
        finally:
            lock.release()

    def _clear(self) -> None:
        """Finish what a run that was killed had begun, or take it away."""
        clear_left_over(self._locations.drafts)
        with self._holdings.journal.alone():
            self._shelf.tidy()

    def _added(self, paths: Iterable[Path], corpus: Corpus) -> Iterator[Outcome]:
        for stage, answer in self._read(map(self._stage, paths)):
            if isinstance(stage, Outcome):
                yield stage
                continue
            try:
                yield (
                    self._known_already(stage)
                    if isinstance(stage, _Copy)
                    else self._outcome(stage, answer, corpus)
                )
            except OSError as error:
                told = message(
                    "it can't be written here ({reason})",
                    reason=error.strerror or error,
                )
                yield Outcome(stage.path, State.FAILED, told)
            except PublishingError as error:
                yield Outcome(stage.path, State.FAILED, error.told)
            finally:
                if isinstance(stage, _Staged):
                    shutil.rmtree(stage.folder, ignore_errors=True)

    def _stage(self, path: Path) -> _Stage:
        """Copy a file, so that what is read is what is kept."""
        folder = self._locations.drafts / f"{INCOMING}-{next(self._numbers)}"
        try:
            return self._copied(path, folder)
        except FileUnreadableError as error:
            outcome = Outcome(path, State.REFUSED, refusal_of(error))
        except OSError as error:
            told = message(
                "it can't be copied ({reason})", reason=error.strerror or error
            )
            outcome = Outcome(path, State.FAILED, told)
        shutil.rmtree(folder, ignore_errors=True)
        return outcome

    def _copied(self, path: Path, folder: Path) -> _Stage:
        name = self._manner.name_of(path)
        copy = folder / safe_name(name)
        descriptor = _opened(path, name)
        folder.mkdir(parents=True)
        digest = hashlib.sha256()
        with os.fdopen(descriptor, "rb") as source, copy.open("wb") as target:
            while content := source.read(COPIED_AT_ONCE):
                digest.update(content)
                target.write(content)
        sha256 = digest.hexdigest()
        if sha256 in self._holders:
            shutil.rmtree(folder, ignore_errors=True)
            return _Copy(path, sha256)
        self._holders[sha256] = name
        self._staged.add(sha256)
        return _Staged(path, folder, copy, sha256)

    def _known_already(self, copy: _Copy) -> Outcome:
        if copy.sha256 in self._refused:
            told = self._refused[copy.sha256]
            return Outcome(copy.path, State.REFUSED, told, sha256=copy.sha256)
        draft = self._drafts.get(copy.sha256, "")
        if self._is_publishing and draft and self._shelf.has(draft):
            return self._released(copy.path, Bundle(self._shelf.folder / draft), None)
        told = message(
            "already there: the same bytes as {holder}",
            holder=self._holders[copy.sha256],
        )
        return Outcome(
            copy.path,
            State.ALREADY_THERE,
            told,
            sha256=copy.sha256,
            holder=self._holders[copy.sha256],
        )

    def _read(self, stages: Iterable[_Stage]) -> Iterator[tuple[_Stage, Answer | None]]:
        """Read what was not read before, on all cores; keep the order."""
        waiting: deque[tuple[_Stage, Answer | None]] = deque()

        def unread() -> Iterator[Path]:
            for stage in stages:
                if not isinstance(stage, _Staged):
                    waiting.append((stage, None))
                    continue
                known = self._known(stage)
                waiting.append((stage, known))
                if known is None:
                    yield stage.copy

        answers = read_files(unread(), ocr=self._ocr, processes=self._manner.processes)
        for answer in answers:
            while True:
                stage, known = waiting.popleft()
                if isinstance(stage, _Staged) and known is None:
                    with suppress(OSError):  # it is only read again
                        self._store.put(
                            stage.sha256, answer, ocr=_is_recognised(answer)
                        )
                    yield stage, answer
                    break
                yield stage, known
        yield from waiting

    def _known(self, stage: _Staged) -> Answer | None:
        recognised = self._store.get(stage.copy.name, stage.sha256, ocr=True)
        if recognised is not None:
            return recognised
        known = self._store.get(stage.copy.name, stage.sha256)
        return None if self._ocr and _has_scans(known) else known

    def _outcome(
        self, stage: _Staged, answer: Answer | None, corpus: Corpus
    ) -> Outcome:
        if not isinstance(answer, FileReading):
            refused = answer or FileUnreadableError(stage.path.name, Unreadable.CRASHED)
            told = refusal_of(refused, recognises=can_recognise())
            self._refused[stage.sha256] = told
            return Outcome(stage.path, State.REFUSED, told, sha256=stage.sha256)
        document = answer.document
        finding = Finding(
            stage.copy.name,
            stage.sha256,
            answer,
            find_metadata(
                document, answer.properties, self._manner.name_of(stage.path)
            ),
            find_proposals(document, corpus.gazetteer),
        )
        mine = fingerprint_of(answer)
        known = self._known_files()
        card = report_card(answer, known, mine=mine, proposals=len(finding.proposals))
        known.append(mine)
        card = self._with_holders(card)
        # Before the draft is there: then none is ever without what was found in it.
        self._findings.save(
            Found(
                stage.sha256,
                self._manner.name_of(stage.path),
                finding.facts,
                finding.proposals,
                card,
            )
        )
        placed = self._placed(stage, finding, corpus)
        holder = self._holders[stage.sha256]
        self._holder_of_name[answer.name] = holder
        return dataclasses.replace(
            placed, card=card, sha256=stage.sha256, holder=holder
        )

    def _with_holders(self, card: ReportCard) -> ReportCard:
        """Name the others by the drafts that they are in: that is where they are."""

        def holder(name: str) -> str:
            return self._holder_of_name.get(name, name)

        return dataclasses.replace(
            card,
            duplicate_of=holder(card.duplicate_of),
            near_duplicates=tuple(
                Likeness(holder(each.name), each.share) for each in card.near_duplicates
            ),
            sibling_of=holder(card.sibling_of),
        )

    def _placed(self, stage: _Staged, finding: Finding, corpus: Corpus) -> Outcome:
        bundle = self._drafted(stage, finding, corpus)
        self._holders[stage.sha256] = self._drafts[stage.sha256] = bundle.slug
        if not self._is_publishing:
            told = message("draft {id}", id=bundle.slug)
            return Outcome(stage.path, State.DRAFTED, told, finding)
        return self._released(stage.path, bundle, finding)

    def _released(self, path: Path, bundle: Bundle, finding: Finding | None) -> Outcome:
        if finding is not None and finding.is_closed:
            told = message(
                "draft {id}, not published: the file says that it is not for the "
                "public",
                id=bundle.slug,
            )
            return Outcome(path, State.INCOMPLETE, told, finding)
        release = self._releaser.release(bundle)
        if release.reason is not None:
            told = message(
                "draft {id}, not published: {reason}",
                id=bundle.slug,
                reason=release.reason.text(self._translate),
            )
            return Outcome(path, State.INCOMPLETE, told, finding)
        told = message(
            "published as {id}; proposals that wait for a person: {count}",
            id=bundle.deliverable,
            count=release.waiting,
        )
        return Outcome(path, State.PUBLISHED, told, finding)

    def _drafted(self, stage: _Staged, finding: Finding, corpus: Corpus) -> Bundle:
        """Make the draft in the folder of the copy, then put it in its place."""
        corpus = self._reader.read() if self._is_publishing else corpus
        slug, texts, name = self._texts(finding, stage, corpus)
        files = stage.folder / Kind.DELIVERABLE.folder / slug / FILES_FOLDER
        write_all(stage.folder, texts)
        files.mkdir(parents=True)
        stage.copy.rename(files / name)
        self._copy_published(RecordId(Kind.DELIVERABLE, slug), files.parent)
        bundle = Bundle(self._shelf.folder / slug)
        put(stage.folder, bundle.folder)
        return bundle

    def _copy_published(self, record: RecordId, folder: Path) -> None:
        """Give a draft of a published record all that the record has."""
        place = self._holdings.place(record)
        state = self._holdings.state(record)
        if state is None:
            return
        for name, _ in state.files:
            if not (folder / name).exists():
                shutil.copyfile(place / name, folder / name)
        notes = DraftNotes(self._who, published=state)
        (folder / NOTES_FILE).write_bytes(notes.contents())

    def _texts(
        self, finding: Finding, stage: _Staged, corpus: Corpus
    ) -> tuple[str, dict[str, str], str]:
        code = slug_of_code(finding.value(MetadataField.CODE))
        published = corpus.get(RecordId(Kind.DELIVERABLE, code)) if code else None
        if isinstance(published, Deliverable) and not self._shelf.has(code):
            added = self._addition(finding, published, corpus)
            if added is not None:
                return added
        title = finding.value(MetadataField.TITLE)
        stem = PurePath(self._manner.name_of(stage.path)).stem
        wanted = code or slug_of(title or stem)
        slug = free(wanted, lambda each: self._is_taken(each, corpus))
        texts = draft_texts(
            self._proposed(finding),
            slug,
            corpus=corpus,
            day=self._day,
            translate=self._translate,
        )
        return slug, texts | {FOUND_FILE: found_text(finding)}, finding.name

    def _proposed(self, finding: Finding) -> Finding:
        """Give a finding with the proposals that are to be drafts at once."""
        if self._manner.drafts_proposals:
            return finding
        return dataclasses.replace(finding, proposals=())

    def _addition(
        self, finding: Finding, published: Deliverable, corpus: Corpus
    ) -> tuple[str, dict[str, str], str] | None:
        """Give the draft that adds a file to a record that is published."""
        slug = published.id.slug
        folder = self._locations.documents / str(published.id)
        name = finding.name
        number = 2
        while (folder / FILES_FOLDER / name).exists():
            name = another_name(finding.name, number)
            number += 1
        finding = dataclasses.replace(finding, name=name)
        record = (folder / "record.yaml").read_text("utf-8-sig")
        text = with_file(record, list(file_lines(finding, name)), self._day)
        if text is None:
            return None
        texts = {f"{published.id}/record.yaml": text, FOUND_FILE: found_text(finding)}
        for locale in Locale:
            edition = folder / f"{locale}.md"
            if edition.exists():
                texts[f"{published.id}/{locale}.md"] = edition.read_text("utf-8-sig")
        texts |= proposal_texts(
            self._proposed(finding),
            slug,
            corpus=corpus,
            day=self._day,
            translate=self._translate,
        )
        return slug, texts, name

    def _is_taken(self, slug: str, corpus: Corpus) -> bool:
        is_published = RecordId(Kind.DELIVERABLE, slug) in corpus.records
        place = self._locations.documents / Kind.DELIVERABLE.folder / slug
        return is_published or place.exists() or self._shelf.has(slug)


def _published_files(corpus: Corpus) -> dict[str, str]:
    """Give the record that lists each file, by its digest."""
    return {
        file.sha256: str(record.id)
        for record in corpus.of_kind(Kind.DELIVERABLE)
        if isinstance(record, Deliverable)
        for file in record.files
    }


def _opened(path: Path, name: str) -> int:
    """Open a file for reading.

    Raises:
        FileUnreadableError: it is no file, or is too large.
    """
    try:
        # To open a pipe would be to wait for what it says.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError as error:
        raise FileUnreadableError(name, Unreadable.MISSING) from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise FileUnreadableError(name, Unreadable.UNKNOWN_TYPE)
    if status.st_size > DEFAULT_LIMITS.file_bytes:
        os.close(descriptor)
        raise FileUnreadableError(name, Unreadable.TOO_LARGE)
    return descriptor

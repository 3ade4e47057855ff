"""Reads drafts: loads, previews and checks them, and finds what they lack."""

from collections.abc import Iterator

from indexer.corpus.content_warnings import WarningFinder
from indexer.corpus.corpus import Corpus
from indexer.file_texts import FileTexts
from indexer.model.ids import RecordId
from indexer.model.problems import Problem, errors_among
from indexer.model.record import Record
from indexer.quotation_check import check_quotations
from kb.publishing.changes.repository import Repository, texts_in
from kb.publishing.drafts.draft import Draft, draft_file_names, read_notes
from kb.publishing.drafts.guesses import unchecked_problems
from kb.publishing.history.edition_lags import (
    EditionLag,
    edition_replay,
    lag_problem,
    open_lags,
)
from kb.publishing.records.record_links import linked_records


class DraftReader:
    """The drafts of a repository."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def all(self) -> tuple[Draft, ...]:
        """Return every draft, bundle by bundle."""
        return tuple(
            self.load(record) for record, _ in self._repository.draft_folders.records()
        )

    def load(self, record: RecordId) -> Draft:
        """Return a draft.

        Raises:
            NotFoundError: the record has no draft.
        """
        folder, state = self._repository.draft_state(record)
        return Draft(
            record=record,
            texts=texts_in(folder),
            files=draft_file_names(state),
            version=state.digest,
            notes=read_notes(folder),
        )

    def preview(self, record: RecordId) -> Corpus:
        """Return the content as if the draft were published.

        Its problems are those of the draft. A serious problem leaves the record out.

        Raises:
            NotFoundError: the record has no draft.
        """
        folder, _ = self._repository.draft_state(record)
        reader = self._repository.reader
        return reader.read_overlay({record: folder}, reader.read())

    def problems(
        self, record: RecordId, texts: FileTexts | None = None
    ) -> tuple[Problem, ...]:
        """Return the problems that `kb content check` would find after publication.

        `texts` are the file texts that quotations are searched in.

        Raises:
            NotFoundError: the record has no draft.
        """
        corpus = self.preview(record)
        checked = corpus.get(record)
        folder = self._repository.draft_folders.folder_for(record)
        unread = tuple(unchecked_problems(record.kind, folder))
        if checked is None or errors_among(corpus.problems):
            return (*corpus.problems, *unread)
        misquoted = (
            check_quotations(checked, folder, str(folder), corpus, texts)
            if texts is not None
            else ()
        )
        root = folder.parent.parent
        warnings = WarningFinder(root, shown_root=str(root)).find(corpus, only={record})
        lagging = self._lag_problems(checked)
        return (*corpus.problems, *unread, *misquoted, *warnings, *lagging)

    def lags(self, record: RecordId) -> tuple[EditionLag, ...]:
        """Return the editions of a draft that are behind, as if it were published.

        Without a draft, those of the record. A record that was never published is not
        behind.
        """
        repository = self._repository
        replay = edition_replay(repository.history, record)
        if replay is None or not repository.record_folder(record).exists():
            return ()
        folder = repository.draft_folders.find(record)
        if folder is not None:
            day, notes = repository.clock().date(), read_notes(folder)
            replay.add(texts_in(folder), day, notes.by)
        return replay.lags()

    def _lag_problems(self, record: Record) -> Iterator[Problem]:
        """Yield the warning for an edition that the draft leaves behind."""
        folder = self._repository.draft_folders.folder_for(record.id)
        for lag in open_lags(record, self.lags(record.id)):
            yield lag_problem(lag, str(folder))

    def unpublished_links(self, draft: Draft) -> tuple[Draft, ...]:
        """Return the drafts that a draft links to and that must be published first."""
        repository = self._repository
        linked = linked_records(draft.record.kind, draft.texts)
        return tuple(
            self.load(record)
            for record in linked
            if record != draft.record
            and not repository.record_folder(record).exists()
            and repository.draft_folders.find(record) is not None
        )

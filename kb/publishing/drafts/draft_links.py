"""Adds links to drafts: the answers of a need, the deliverable that a file became.

A need lists its answers: to add one, its draft is edited, or begun.
"""

from collections.abc import Mapping, Sequence

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, RecordId
from indexer.model.records import Need
from kb.publishing.changes.repository import Repository, texts_in
from kb.publishing.drafts.draft import Draft
from kb.publishing.drafts.draft_editor import DraftConflictError, DraftEditor
from kb.publishing.errors import NotFoundError
from kb.publishing.history.differences import compare_texts
from kb.publishing.records.form_values import FormValues, read_values, write_values
from kb.publishing.storage.names import record_of_owner

ANSWER_FIELDS = {Kind.PRACTICE: "practices", Kind.RECOMMENDATION: "recommendations"}
"""The field of a need that lists the answers of a kind."""

_LINK_FIELDS = {**ANSWER_FIELDS, Kind.DELIVERABLE: "deliverables"}

MAX_TRIES = 5


class NeedAnswers:
    """The answers of needs, in their drafts or as they are published."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._drafts = DraftEditor(repository)

    def needs_of(self, answer: RecordId, corpus: Corpus) -> tuple[RecordId, ...]:
        """Return the needs that list an answer; the draft of a need goes first."""
        folders = {
            record: folder
            for record, folder in self._repository.draft_folders.records()
            if record.kind is Kind.NEED
        }
        drafted = [
            need
            for need, folder in folders.items()
            if answer.slug in _linked(Kind.NEED, texts_in(folder), answer.kind)
        ]
        published = [
            need.id
            for need in corpus.of_kind(Kind.NEED)
            if isinstance(need, Need)
            and answer in need.answers
            and need.id not in folders
        ]
        return (*published, *drafted)

    def add(self, need: RecordId, answer: RecordId, *, actor: str) -> None:
        """Add an answer to the draft of a need; nothing happens if it lists it.

        Raises:
            NotFoundError: there is no such need.
            DraftConflictError: somebody saved the draft of the need at this moment.
        """
        _add_link(self._drafts, self._begun(need, actor), answer, actor)

    def remove(self, need: RecordId, answer: RecordId, *, actor: str) -> None:
        """Remove an answer from the draft of a need.

        A draft that then changes nothing of the published need is discarded.

        Raises:
            NotFoundError: there is no such need.
            DraftConflictError: somebody saved the draft of the need at this moment.
        """
        draft = self._begun(need, actor)
        slugs = _linked(need.kind, draft.texts, answer.kind)
        others = [slug for slug in slugs if slug != answer.slug]
        texts = _save_links(self._drafts, draft, answer.kind, others, actor).texts
        published = texts_in(self._repository.record_folder(need))
        if published and not compare_texts(need.kind, published, texts):
            self._drafts.discard(need, actor)

    def _begun(self, need: RecordId, actor: str) -> Draft:
        """Return the draft of a need, and begin it if there is none."""
        repository = self._repository
        has_draft = repository.draft_folders.find(need) is not None
        is_known = has_draft or repository.record_folder(need).is_dir()
        if need.kind is not Kind.NEED or not is_known:
            raise NotFoundError(need)
        return self._drafts.begin(need, actor)


def cite_file(repository: Repository, citing: RecordId, owner: str, actor: str) -> None:
    """Add the owner of a file, a draft or a record, to `deliverables` of a draft.

    Nothing happens if the draft is gone. Somebody may save the draft at the same
    moment: then the current text is read again.

    Raises:
        PublishingError: the draft can't be written.
    """
    record = record_of_owner(owner)
    if record.kind is not Kind.DELIVERABLE:
        return
    drafts = DraftEditor(repository)
    for _ in range(MAX_TRIES):
        try:
            _add_link(drafts, drafts.load(citing), record, actor)
        except DraftConflictError:
            continue
        except NotFoundError:
            return
        return


def _linked(kind: Kind, texts: Mapping[str, str], target: Kind) -> list[str]:
    """Return the slugs of the records of a kind that a record links to."""
    links = read_values(kind, texts).facts.get(_LINK_FIELDS[target], ())
    return [slug for slug in links if isinstance(slug, str)]


def _add_link(drafts: DraftEditor, draft: Draft, target: RecordId, actor: str) -> None:
    slugs = _linked(draft.record.kind, draft.texts, target.kind)
    if target.slug not in slugs:
        _save_links(drafts, draft, target.kind, [*slugs, target.slug], actor)


def _save_links(
    drafts: DraftEditor, draft: Draft, kind: Kind, slugs: Sequence[str], actor: str
) -> Draft:
    values = FormValues({_LINK_FIELDS[kind]: tuple(slugs)})
    texts = write_values(draft.record.kind, values, draft.texts)
    return drafts.save(draft.record, texts, version=draft.version, actor=actor)

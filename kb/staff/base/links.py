"""Addresses and titles of drafts, records and their files."""

from collections.abc import Mapping
from dataclasses import dataclass

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, RecordId
from indexer.model.record_parts import Title, localized_title
from kb.publishing.changes.repository import texts_in
from kb.publishing.drafts.proposal_review import FileOwner
from kb.publishing.extractions.draft_folders import DraftFolders
from kb.publishing.records.form_values import read_values
from kb.staff.base.routing import staff_url
from kb.web.locale import page_locale
from kb.web.records.file_links import file_url
from kb.web.urls import record_url


@dataclass(frozen=True, slots=True)
class RecordLinks:
    """Titles and addresses of drafts and published records."""

    corpus: Corpus
    folders: DraftFolders

    def draft_title(self, record: RecordId) -> str:
        """Return the title of a draft, its slug if untitled; empty without a draft."""
        folder = self.folders.find(record)
        if folder is None:
            return ""
        return title_in_texts(record, texts_in(folder)).text

    def title(self, record: RecordId) -> Title:
        """Return the title of a published record, of a draft, or the slug."""
        published = self.corpus.get(record)
        if published is not None:
            return published.title_for(page_locale())
        folder = self.folders.find(record)
        return title_in_texts(record, texts_in(folder) if folder is not None else {})

    def draft_link(self, record: RecordId) -> str:
        """Return the address of the draft of a record; empty without a draft."""
        return draft_url(record) if self.folders.find(record) is not None else ""

    def link(self, name: str) -> tuple[str, str]:
        """Return the title and the address of a draft or of a published record.

        Args:
            name: `folder/slug`, or the slug of a deliverable.

        Returns:
            The name itself and no address when there is neither draft nor record.
        """
        parsed = RecordId.parse(name)
        record = parsed or RecordId(Kind.DELIVERABLE, name)
        title = "" if parsed is not None or not name else self.draft_title(record)
        if title:
            return title, draft_url(record)
        published = self.corpus.get(record)
        if published is None:
            return name, ""
        locale = page_locale()
        return published.title_for(locale).text, record_url(record, locale)


def title_in_texts(
    record: RecordId, texts: Mapping[str, str], default: str = ""
) -> Title:
    """Return the title in the files of a record; without one, the default or slug."""
    titles = read_values(record.kind, texts).titles
    return localized_title(titles, page_locale(), default or record.slug)


def draft_url(record: RecordId, **values: object) -> str:
    """Return the address of the form of a draft."""
    return staff_url("edit_draft", record=record, **values)


def owner_url(owner: FileOwner | None) -> str:
    """Return the address of the draft or record that lists a file; empty for none."""
    if owner is None:
        return ""
    if owner.is_draft:
        return draft_url(owner.record)
    return record_url(owner.record, page_locale())


def owner_file_url(owner: FileOwner | None, page: int | None) -> str:
    """Return the address of an owned file, opened at a page; empty without owner."""
    if owner is None or not owner.file:
        return ""
    draft = owner.record if owner.is_draft else None
    return file_url(owner.record, owner.file, page_locale(), page=page, draft=draft)

"""Addresses of drafts and of what was found, and names of facts, for several pages."""

from __future__ import annotations

from collections.abc import Mapping

from indexer.model.ids import Kind, RecordId
from indexer.model.proposals import MetadataField
from kb.publishing.changes.record_changes import texts_in
from kb.publishing.drafts.proposal_review import FileOwner
from kb.publishing.records.form_values import read_values
from kb.services import services
from kb.staff.base.publishing_services import repository
from kb.staff.base.routing import ACCESS, staff_url
from kb.web.file_links import extension, file_url
from kb.web.locale import LazyString, page_locale
from kb.web.locale import lazy_gettext as _l
from kb.web.urls import record_url

FACTS: dict[MetadataField, LazyString] = {
    MetadataField.CODE: _l("Code"),
    MetadataField.TITLE: _l("Title"),
    MetadataField.SUMMARY: _l("Summary"),
    MetadataField.AUTHORS: _l("Authors"),
    MetadataField.LEAD: _l("Lead"),
    MetadataField.DATE: _l("Date"),
    MetadataField.LANGUAGE: _l("Language"),
    MetadataField.TYPE: _l("Type"),
    MetadataField.PROJECT: _l("Project"),
    MetadataField.LICENCE: _l("Licence"),
    MetadataField.DISSEMINATION: _l("Dissemination level"),
}


def draft_url(record: RecordId) -> str:
    """Give the address where a draft is completed; empty while there is none."""
    if "staff.edit_draft" not in ACCESS:
        return ""
    return staff_url("edit_draft", folder=record.kind.folder, slug=record.slug)


def draft_file_url(record: RecordId, name: str, *, page: int | None = None) -> str:
    """Give the address of an original of a draft, opened at a page when it is a PDF."""
    is_paged = page is not None and extension(name) == "pdf"
    return staff_url(
        "draft_file",
        slug=record.slug,
        name=name,
        page=page if is_paged else None,
        _anchor=f"page={page}" if is_paged else None,
    )


def holder_link(holder: str) -> tuple[str, str]:
    """Give the title and the address of what holds a file: a draft, or a record.

    A draft may have been published since, or thrown away: it then has no address.
    """
    named = RecordId.parse(holder)
    record = named or RecordId(Kind.DELIVERABLE, holder)
    title = "" if named is not None or not holder else draft_title(record)
    if title:
        return title, draft_url(record)
    published = services().corpus.get(record)
    if published is None:
        return holder, ""
    locale = page_locale()
    return published.edition(locale).title, record_url(record, locale)


def draft_title(record: RecordId) -> str:
    """Give the title of a draft, in the language of the page if it has one there.

    Empty when there is no such draft; its id when it has no title yet.
    """
    folder = repository().draft_folders.find(record)
    if folder is None:
        return ""
    return draft_title_in(record, texts_in(folder))[0]


def draft_title_in(record: RecordId, texts: Mapping[str, str]) -> tuple[str, str]:
    """Give a title from the texts of a record, and its language if it is the other."""
    words = read_values(record.kind, texts).words
    here = page_locale()
    for locale in (here, here.other):
        title = words.get(locale, {}).get("title", "")
        if isinstance(title, str) and title:
            return title, locale.value if locale is not here else ""
    return record.slug, ""


def holder_url(holder: FileOwner | None) -> str:
    """Give the address of what holds a file; empty when nothing does."""
    if holder is None:
        return ""
    if holder.is_draft:
        return draft_url(holder.record)
    return record_url(holder.record, page_locale())


def page_url(holder: FileOwner | None, page: int | None) -> str:
    """Give the address of a file, opened at a page; empty when nothing holds it."""
    if holder is None or not holder.file:
        return ""
    if holder.is_draft:
        return draft_file_url(holder.record, holder.file, page=page)
    return file_url(holder.record, holder.file, page_locale(), page=page)

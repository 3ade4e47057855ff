"""What the view models of a request present, fetched in one place."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.corpus.corpus import Corpus
from indexer.file_texts import FileTexts
from indexer.model.ids import Locale, RecordId
from kb.services import services
from kb.web.locale import page_locale


@dataclass(frozen=True, slots=True)
class PageContent:
    """The corpus and the texts of its files, and the language of the page.

    `draft` is the record whose draft is previewed: its files have staff addresses.
    """

    corpus: Corpus
    texts: FileTexts
    locale: Locale
    draft: RecordId | None = None


def page_content() -> PageContent:
    """Return the content of the current request, in the language of its page.

    Raises:
        CorpusMissingError: there is no content.
    """
    here = services()
    return PageContent(
        here.corpus,
        here.texts,
        page_locale(),
        here.previewed_record,
    )

"""What the view models of a request present, and values made once from a corpus."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar, cast

from indexer.corpus.corpus import Corpus
from indexer.file_texts import FileTexts
from indexer.model.ids import Locale, RecordId
from kb.core.cache import IdentityKey
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
    is_reader: bool = False
    """Whether nobody receives here what visitors send."""


def page_content() -> PageContent:
    """Return the content of the current request, in the language of its page.

    Raises:
        CorpusMissingError: there is no content.
    """
    site = services()
    return PageContent(
        site.corpus,
        site.texts,
        page_locale(),
        site.previewed_record,
        site.settings.is_reader,
    )


ValueT = TypeVar("ValueT")


def made_once(corpus: Corpus, key: Hashable, make: Callable[[], ValueT]) -> ValueT:
    """Return the value of a key, made by the first request of the corpus.

    The key must contain all that the value depends on beside the corpus, and have few
    values: none is ever dropped before its corpus.
    """
    values = _values(IdentityKey(corpus))
    if key not in values:
        values[key] = make()
    return cast("ValueT", values[key])


@lru_cache(maxsize=2)  # the live corpus, and one with a previewed draft
def _values(_key: IdentityKey[Corpus]) -> dict[Hashable, Any]:
    return {}

"""Cards of similar records, for further reading."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

from indexer.model.ids import RecordId
from indexer.model.records import Record
from kb.web.cards import Card, record_cards
from kb.web.page_content import PageContent
from kb.web.urls import record_url

MAX_CARDS = 6


def similar_cards(
    record: Record,
    similar: Collection[RecordId],
    content: PageContent,
    *,
    shown_urls: Collection[str],
) -> tuple[Card, ...]:
    """Return cards of the similar records that the page does not link yet.

    `shown_urls` are the addresses that the page already contains.
    """
    corpus, locale = content.corpus, content.locale
    linked = {link.target for link in record.links}
    linked |= {link.target for link in corpus.backlinks.get(record.id, ())}
    records = (
        corpus.records[each]
        for each in similar
        if each in corpus.records
        and each not in linked
        and record_url(each, locale) not in shown_urls
    )
    return record_cards(islice(records, MAX_CARDS), content)

"""What the feed, the calendar and the e-mail alerts of a search or record contain."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from indexer.errors import QueryError, QueryFault
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import RecordId
from indexer.model.query import Query, Sort
from indexer.model.record import Record
from kb.services import services
from kb.services.search_service import all_ids
from kb.services.site_services import ChangedRecord
from kb.web.labels import FACETS
from kb.web.page_content import PageContent
from kb.web.records.record_state import current_ids
from kb.web.search.facet_values import vocabulary_of
from kb.web.search.request_query import query_from
from kb.web.urls import address, query_url, record_url

ENTRIES_PER_PAGE = 50
"""A page of a feed contains this number of records; the first has the newest."""

PARAMETER = "r"
"""Names the record that is followed, instead of the parameters of a search."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What a reader follows: the records of a search, or the changes of one record."""

    query: Query
    record: Record | None = None

    @property
    def only_filter(self) -> Filter | None:
        """The filter, if a single one and no word is followed."""
        is_alone = len(self.query.filters) == 1 and not self.query.text
        return self.query.filters[0] if is_alone else None

    @property
    def is_part(self) -> bool:
        """Whether less than all records is followed."""
        query = self.query
        return self.record is not None or bool(query.text or query.filters)

    @property
    def page_url(self) -> str:
        """The address of the results, or of the record."""
        if self.record is None:
            return query_url(self.query)
        return record_url(self.record.id, self.query.locale)

    def url(self, endpoint: str) -> str:
        """Return the address of an endpoint with the parameters of what is followed."""
        if self.record is None:
            return query_url(self.query, endpoint=endpoint)
        return address(endpoint, locale=self.query.locale, r=str(self.record.id))

    def subject(self, content: PageContent) -> str:
        """Return what is followed, in the language of the page.

        Unless it has words of the reader, the text is of our lists and titles only.
        """
        query = self.query
        if not self.is_part:
            return _("All records")
        if self.record is not None:
            title = self.record.title_for(query.locale).text
            return _("The record “%(title)s”", title=title)
        if query.text:
            return _("The search “%(text)s”", text=query.text)
        if self.only_filter is None:
            return _("The records that pass these filters")
        facet, value = self.only_filter.facet, self.only_filter.value
        label = vocabulary_of(content.corpus).label(facet, value, query.locale)
        if facet is FacetName.THEME:
            return _("The theme “%(title)s”", title=label)
        return _("%(facet)s: %(value)s", facet=str(FACETS[facet]), value=label)

    def records(self, content: PageContent) -> Sequence[ChangedRecord]:
        """Return the record, or the exact matches, the newest change first.

        They are those that the page of results does not mark “Matches in part”, on
        whatever page: who follows a search wants no record with only some of its words.
        Where the page corrects a misspelt word, so does this function.

        Raises:
            IndexUnavailableError: there is no index to search.
        """
        if self.record is not None:
            times = services().change_times.of((self.record,))
            return (ChangedRecord(self.record, times[self.record.id]),)
        # The order of the search does not matter; that by title needs no scores.
        search = replace(all_ids(self.query), sort=Sort.TITLE)
        results = services().searches.search(search)
        matching = {*results.ids} - results.partial_ids
        newest = services().change_times.newest(content.corpus)
        if len(matching) == len(newest):
            return newest
        return tuple(changed for changed in newest if changed.record.id in matching)

    def known(
        self, found: Sequence[ChangedRecord], before: Collection[str] = ()
    ) -> list[str]:
        """Return what an alert stores of the records that it found.

        It is their ids, or the last time when a single record changed: without the
        history, that time is an earlier one.
        """
        if self.record is None:
            return [str(changed.record.id) for changed in found]
        times = (changed.changed_at.isoformat() for changed in found)
        return [max((*times, *before))]


def followed_from(args: MultiDict[str, str], content: PageContent) -> Followed:
    """Parse what the parameters of an address follow; page and order do not count.

    Raises:
        QueryError: a parameter has an unknown or malformed value.
    """
    vocabulary, named = vocabulary_of(content.corpus), args.get(PARAMETER, "")
    if named:
        record_id = RecordId.parse(named)
        current = current_ids([record_id] if record_id is not None else [])
        if not current:
            fault = QueryFault.UNKNOWN_VALUE
            raise QueryError(fault, field=PARAMETER, value=named[:80])
        return Followed(Query(locale=content.locale), content.corpus.get(current[0]))
    query = query_from(args, vocabulary, locale=content.locale)
    return Followed(replace(query, page=1, sort=Sort.RELEVANCE))

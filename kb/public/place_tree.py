"""The places that records name, as a hierarchy with their counts."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import ngettext

from indexer.analysis.normalization import fold
from indexer.model.ids import Kind
from indexer.model.records import Record
from kb.web.page_content import PageContent
from kb.web.record_places import RecordsByPlace
from kb.web.urls import place_url


@dataclass(frozen=True, slots=True)
class PlaceNode:
    """A place in a list: its page, its counts in words, and the places within it."""

    name: str
    url: str
    counts: str
    inner: tuple[PlaceNode, ...]

    @property
    def size(self) -> int:
        """The number of places in it, at any depth."""
        return sum(1 + each.size for each in self.inner)


def of_kind(records: tuple[Record, ...], kind: Kind) -> tuple[Record, ...]:
    """Return the records of a kind."""
    return tuple(each for each in records if each.id.kind is kind)


def place_nodes(
    within: str | None, by_place: RecordsByPlace, content: PageContent
) -> tuple[PlaceNode, ...]:
    """Return the places directly inside a place, by name; None for the outermost."""
    return tuple(
        PlaceNode(
            name=content.corpus.gazetteer[slug].names[content.locale],
            url=place_url(slug, content.locale),
            counts=counts_text(by_place[slug]),
            inner=place_nodes(slug, by_place, content),
        )
        for slug in inner_slugs(within, by_place, content)
    )


def inner_slugs(
    within: str | None, by_place: RecordsByPlace, content: PageContent
) -> list[str]:
    """Return the slugs of the places directly inside a place, sorted by name."""
    places = content.corpus.gazetteer.places
    inside = [slug for slug in by_place if places[slug].within == within]
    return sorted(inside, key=lambda slug: fold(places[slug].names[content.locale]))


def counts_text(records: tuple[Record, ...]) -> str:
    """Return how many practices and events there are, in words, without zeros."""
    practices = len(of_kind(records, Kind.PRACTICE))
    events = len(of_kind(records, Kind.EVENT))
    texts = []
    if practices:
        texts.append(ngettext("%(num)s practice", "%(num)s practices", practices))
    if events:
        texts.append(ngettext("%(num)s event", "%(num)s events", events))
    return ", ".join(texts)

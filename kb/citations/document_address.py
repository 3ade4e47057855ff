"""Where a document is whose file is not kept here: the sources that lead to it."""

from collections.abc import Collection, Iterator

from indexer.model.record_parts import SourceReference
from indexer.model.records import Deliverable
from indexer.model.vocabulary import Availability, SourceStatus

EU_DATABASE = "CORDIS"
"""The publisher of the pages on all projects of the European Union."""

_READ = {Availability.COMPLETE, Availability.FIRST_PAGES}


def address_elsewhere(record: Deliverable) -> str:
    """Return the address of a document without a file here; "" if none is known.

    It is that where the document was read, or else an official page, or else, of a
    document that was read, the first source that is no copy.
    """
    source = online_source(record) or next(official_sources(record, None), None)
    if source is None and record.availability in _READ:
        sound = (each for each in record.sources if each.url and each.status is None)
        source = next(sound, None)
    return source.url if source is not None else ""


def online_source(record: Deliverable) -> SourceReference | None:
    """Return the source where the document was read, or None.

    The first source that has the title of the document, and an address.
    """
    if record.availability not in _READ:
        return None
    return next(
        (
            source
            for source in record.sources
            if source.title and source.url and source.status is not SourceStatus.DEAD
        ),
        None,
    )


def official_sources(
    record: Deliverable, online: SourceReference | None
) -> Iterator[SourceReference]:
    """Yield the official pages: of the project, of the lead, of the database."""
    for publishers in _publishers(record):
        for source in record.sources:
            is_sound = source.url and source.status is None and source is not online
            if is_sound and source.publisher in publishers:
                yield source


def _publishers(record: Deliverable) -> Iterator[Collection[str]]:
    if record.project:
        yield {record.project}
    if record.lead:
        yield set(record.lead.split(", "))
    yield {EU_DATABASE}

"""Compares records with one another: what no file can tell alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from indexer.corpus.record_reader import ReadRecord
from indexer.model.ids import Kind, RecordId
from indexer.model.places import Gazetteer
from indexer.model.problems import Problem, ProblemCode, message
from indexer.model.records import (
    ALL_THEMES,
    Deliverable,
    Practice,
    Recommendation,
    Record,
)


def check_together(
    reads: Sequence[ReadRecord],
    known: Mapping[RecordId, ReadRecord],
    gazetteer: Gazetteer,
) -> Iterator[Problem]:
    """Give the problems that show only when all records are seen at once.

    `known` holds every folder that was read, those left out included: a link to a
    record that is being mended is not a second problem.
    """
    yield from _duplicate_ids(reads)
    themes = sorted(
        record_id.slug for record_id in known if record_id.kind is Kind.THEME
    )
    for read in reads:
        if read.record is not None:
            yield from _unknown_themes(read, read.record, themes)
            yield from _unknown_places(read, read.record, gazetteer)
            yield from _dangling_links(read, read.record, known)
            yield from _lost_quotations(read, read.record, known)
        yield from _dangling_text_links(read, known)


def _duplicate_ids(reads: Sequence[ReadRecord]) -> Iterator[Problem]:
    owners: dict[tuple[str, str], str] = {}
    for read in reads:
        folder, slug = read.path.split("/")[-3:-1]
        if read.declared_id == slug:
            owners[folder, slug] = read.path
    for read in reads:
        folder, slug = read.path.split("/")[-3:-1]
        owner = owners.get((folder, read.declared_id))
        if owner is not None and owner != read.path:
            yield Problem(
                read.path,
                read.id_line,
                ProblemCode.DUPLICATE_ID,
                message(
                    "the id '%(id)s' is already that of %(path)s",
                    id=read.declared_id,
                    path=owner,
                ),
                message("give each record its own id, the name of its folder"),
            )


def _unknown_themes(
    read: ReadRecord, record: Record, themes: Sequence[str]
) -> Iterator[Problem]:
    for position, theme in enumerate(record.themes):
        if theme not in themes and theme != ALL_THEMES:
            yield Problem(
                read.path,
                read.line("themes", position),
                ProblemCode.UNKNOWN_THEME,
                message("the theme '%(theme)s' is unknown", theme=theme),
                message(
                    "choose one of: %(themes)s", themes=", ".join((*themes, ALL_THEMES))
                ),
            )


def _unknown_places(
    read: ReadRecord, record: Record, gazetteer: Gazetteer
) -> Iterator[Problem]:
    for position, place in enumerate(record.place_slugs):
        if place not in gazetteer:
            yield Problem(
                read.path,
                read.line("places", position),
                ProblemCode.UNKNOWN_PLACE,
                message("the place '%(place)s' is unknown", place=place),
                message(
                    "add it to %(path)s, or correct the name",
                    path="documents/places.yaml",
                ),
            )


def _dangling_links(
    read: ReadRecord, record: Record, known: Mapping[RecordId, ReadRecord]
) -> Iterator[Problem]:
    for field in record.LINK_FIELDS:
        for position, target in enumerate(getattr(record, field)):
            if target not in known:
                yield Problem(
                    read.path,
                    read.line(field, position),
                    ProblemCode.DANGLING_LINK,
                    message(
                        "'%(field)s' names %(target)s, which does not exist",
                        field=field,
                        target=target,
                    ),
                    message("correct the id, or remove it"),
                )


def _lost_quotations(
    read: ReadRecord, record: Record, known: Mapping[RecordId, ReadRecord]
) -> Iterator[Problem]:
    """Tell which quotations name a deliverable or a file that is not there."""
    if not isinstance(record, Practice | Recommendation):
        return
    for position, quotation in enumerate(record.quotations):
        line = read.line("quotations", position)
        if quotation.deliverable not in known:
            yield Problem(
                read.path,
                line,
                ProblemCode.DANGLING_LINK,
                message(
                    "'%(field)s' names %(target)s, which does not exist",
                    field="quotations",
                    target=quotation.deliverable,
                ),
                message("correct the id, or remove it"),
            )
            continue
        source = known[quotation.deliverable].record
        if isinstance(source, Deliverable) and source.file(quotation.file) is None:
            yield Problem(
                read.path,
                line,
                ProblemCode.UNKNOWN_QUOTED_FILE,
                message(
                    "the quotation is from '%(file)s', which is not a file "
                    "of %(target)s",
                    file=quotation.file,
                    target=quotation.deliverable,
                ),
                message(
                    "write the name of a file that its record lists, or remove the "
                    "quotation"
                ),
            )


def _dangling_text_links(
    read: ReadRecord, known: Mapping[RecordId, ReadRecord]
) -> Iterator[Problem]:
    for link in read.text_links:
        if link.target not in known:
            yield Problem(
                link.path,
                link.line,
                ProblemCode.DANGLING_TEXT_LINK,
                message("the link '%(link)s' leads nowhere", link=link.target),
                message("correct the id, or remove it"),
            )

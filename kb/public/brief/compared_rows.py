"""What tells compared records apart, what they share, and what no source says."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.facets import EXPORTED_FACETS, FacetName
from indexer.model.ids import Kind
from indexer.model.record import Record
from kb.public.brief.comparison_rows import Row, comparison_rows
from kb.web.labels import FACETS
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, record_cards
from kb.web.records.record_groups import source_strength
from kb.web.search.facet_values import vocabulary_of

MAX_ADVICE = 3


@dataclass(frozen=True, slots=True)
class ComparedRows:
    """The rows of a comparison, and what is said once of all its records.

    Attributes:
        rows: those on which the source of at least one record says something.
        common_title: the heading of what the records share.
        common: the names and the values that all records have.
        needs: the needs that all records answer.
        unsaid: what no source says of any record, in one line.
    """

    rows: tuple[Row, ...]
    common_title: str
    common: tuple[tuple[str, str], ...]
    needs: tuple[Card, ...]
    unsaid: str


def compared_rows(records: Sequence[Record], content: PageContent) -> ComparedRows:
    """Return the comparison of two to four records of one kind."""
    rows = comparison_rows(records[0].id.kind, records, content)
    silent = [row for row in rows if all(cell.absence for cell in row.cells)]
    unsaid = _("The sources do not say")
    absences = [(row.title, row.cells[0].absence) for row in silent]
    return ComparedRows(
        rows=tuple(row for row in rows if row not in silent),
        common_title=_common_title(len(records)),
        common=(
            *_common_values(records, content),
            *(absence for absence in absences if absence[1] != unsaid),
        ),
        needs=record_cards(_common_needs(records, content), content),
        unsaid=_listed(list(_unsaid(rows, unsaid))),
    )


def number_word(number: int) -> str:
    """Return how many records a comparison has, in words."""
    return {2: _("two"), 3: _("three"), 4: _("four")}[number]


def common_advice(
    records: Sequence[Record], content: PageContent
) -> tuple[Record, ...]:
    """Return the recommendations that most compared practices illustrate.

    Those of the needs that all practices answer count once more.
    """
    if not records or records[0].id.kind is not Kind.PRACTICE:
        return ()
    sources = [(record, "practices") for record in records]
    sources += [(need, "recommendations") for need in _common_needs(records, content)]
    counts = Counter(
        advice.id
        for source, field in sources
        for advice in content.corpus.linked(source, Kind.RECOMMENDATION, field=field)
    )
    found = [content.corpus.records[advice] for advice in counts]
    found.sort(key=lambda advice: (-counts[advice.id], -source_strength(advice)))
    return tuple(found[:MAX_ADVICE])


def _common_title(number: int) -> str:
    if number == 2:
        return _("Common to both")
    return _("Common to all %(number)s", number=number_word(number))


def _common_values(
    records: Sequence[Record], content: PageContent
) -> Iterator[tuple[str, str]]:
    """Yield the facets that tables for export have, with the values of all records."""
    vocabulary = vocabulary_of(content.corpus)
    for facet in EXPORTED_FACETS:
        first, *others = (facet.stated(record) for record in records)
        values = [value for value in first if all(value in other for other in others)]
        if values and facet is not FacetName.ASSESSED:  # it has a row
            labels = (vocabulary.label(facet, each, content.locale) for each in values)
            yield str(FACETS[facet]), ", ".join(labels)


def _common_needs(records: Sequence[Record], content: PageContent) -> list[Record]:
    first, *others = (content.corpus.answered_needs(record.id) for record in records)
    needs = [need for need in first if all(need in other for other in others)]
    return [content.corpus.records[need] for need in needs]


def _unsaid(rows: Sequence[Row], absence: str) -> Iterator[str]:
    """Yield the titles of rows and the names of statements that are empty for all."""
    for row in rows:
        if all(cell.absence == absence for cell in row.cells):
            yield row.title
        else:
            given = {name for cell in row.cells for name, _text in cell.statements}
            names = [name for name in row.asked if name not in given]
            if names:
                yield f"{row.title} ({_listed(names).lower()})"


def _listed(names: Sequence[str]) -> str:
    """Return names as one text, the first with its capital letter."""
    return ", ".join([*names[:1], *(name[:1].lower() + name[1:] for name in names[1:])])

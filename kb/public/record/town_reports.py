"""What towns tell of a practice that they tried, or of a need that they have."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask_babel import gettext as _

from indexer.model.ids import Locale
from indexer.model.record import Record
from indexer.model.record_parts import Title, TownReport
from indexer.model.records import Need, Practice
from kb.web.value_labels import value_label


@dataclass(frozen=True, slots=True)
class TownReportView:
    """What a town tells: how it went and its words, and on what it rests.

    `host` is the site of its document; "" if only the town says so.
    """

    town: str
    year: str
    result: str
    words: Title
    url: str

    @property
    def host(self) -> str:
        """The name of the site of its document."""
        return urlsplit(self.url).netloc.removeprefix("www.")


@dataclass(frozen=True, slots=True)
class TownReports:
    """The reports under the page of a record, with the words that invite to add one."""

    title: str
    invitation: str
    reports: tuple[TownReportView, ...]


def town_reports(record: Record, locale: Locale) -> TownReports | None:
    """Return the reports on a practice or a need, the newest first; else None."""
    match record:
        case Practice():
            return TownReports(
                _("Experiences of other towns"),
                _("You do this too, or it did not work in your town? Tell it."),
                _views(record.experiences, locale),
            )
        case Need():
            return TownReports(
                _("Towns that have this need"),
                _("We have this need too"),
                _views(record.towns, locale),
            )
        case _:
            return None


def _views(reports: Iterable[TownReport], locale: Locale) -> tuple[TownReportView, ...]:
    newest_first = sorted(reports, key=lambda report: -(report.year or 0))
    return tuple(
        TownReportView(
            town=report.town,
            year=str(report.year or ""),
            result=value_label(report.kind) if report.kind is not None else "",
            words=report.words(locale),
            url=report.url,
        )
        for report in newest_first
    )

"""A comparison as a file, with the answers that its page shows: PDF, DOCX and XLSX."""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

from flask import Response, abort, get_template_attribute
from flask_babel import gettext as _

from indexer.model.ids import Locale
from indexer.model.record import Record
from kb.briefs.brief import BriefComparison, BriefSource
from kb.briefs.rich_text import TextBlock, blocks_of
from kb.public.brief.compared_rows import compared_rows
from kb.public.brief.comparison import compared_records, comparison_title
from kb.public.brief.content import brief_with
from kb.public.brief.files import as_file
from kb.services import services
from kb.web.page_content import PageContent, page_content
from kb.web.records.cards import record_cards
from kb.web.records.record_state import day_text
from kb.web.responses.errors import error_response
from kb.web.urls import absolute, can_be_compared, compare_url


def comparison_file_response(file: str, texts: Sequence[str]) -> Response:
    """Return the comparison of the records of an address as a file of a format.

    Raises:
        HTTPException: 400 for less than two records that can be compared, with the
            notes of the page and a link to it.
    """
    content, today = page_content(), services().clock().date()
    records, notes = compared_records(texts, content)
    url = compare_url(content.locale, [record.id for record in records])
    if not can_be_compared(records):
        message = _(
            "A comparison needs two records of the same kind: choose one to three "
            "others."
        )
        message, link = " ".join((*notes, message)), (url, _("Choose what to compare"))
        status = HTTPStatus.BAD_REQUEST
        abort(error_response(status, "bad-comparison", message, link=link))
    day = day_text(today)
    brief = brief_with((), records, content, day=day, url=absolute(url))
    made = _("This file shows the content of the knowledge base on %(date)s.", date=day)
    brief = replace(
        brief,
        title=comparison_title(records),
        compared=_compared(records, content),
        notes=(*notes, *brief.notes),
        about=(made, *brief.about[1:]),
        words=replace(brief.words, about=_("About this file"), facts=_("Question")),
    )
    name = {Locale.FR: "comparaison", Locale.EN: "comparison"}[content.locale]
    return as_file(brief, file, f"{name}-{today}.{file}")


def _compared(records: Sequence[Record], content: PageContent) -> BriefComparison:
    compared = compared_rows(records, content)
    return BriefComparison(
        columns=tuple(
            BriefSource(
                card.plain_title, card.kind_label, absolute(card.url), card.lang
            )
            for card in record_cards(records, content)
        ),
        rows=tuple(
            (row.title, tuple(_blocks("answer", cell) for cell in row.cells))
            for row in compared.rows
        ),
        shared=_blocks("common", compared),
    )


def _blocks(macro: str, shown: object) -> tuple[TextBlock, ...]:
    """Return what a macro of the page writes, as blocks of a text."""
    write = get_template_attribute("components/compare.html", macro)
    return blocks_of(str(write(shown)), absolute("/"))

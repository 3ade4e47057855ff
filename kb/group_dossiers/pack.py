"""The reading pack of a group dossier: a brief with its notes and questions.

Its files contain no secret link, except the calendar entry, which has the one to read.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from http import HTTPStatus
from typing import Any

import icalendar
from flask import Response, abort, request
from flask_babel import gettext as _

from indexer.model.ids import Locale
from indexer.model.record import Record
from indexer.model.records import Practice
from indexer.readers.markdown import slugify
from kb.briefs.brief import Brief, BriefRecord, BriefSection, BriefTable
from kb.briefs.rich_text import (
    Span,
    TextBlock,
    TextList,
    TextParagraph,
    blocks_of,
    plain_text,
)
from kb.feeds.oai.items import identifier_domain
from kb.group_dossiers.dossier import Entry, GroupDossier, Note
from kb.group_dossiers.keys import Permission
from kb.group_dossiers.notes import note_html
from kb.group_dossiers.page import (
    Visit,
    group_dossier_url,
    meeting_text,
    section_titles,
)
from kb.public.brief.content import brief_of
from kb.public.brief.files import as_file
from kb.public.brief.named_records import DossierContent, dossier_content
from kb.public.brief.request import BriefDepth, BriefRequest, brief_url, dated
from kb.services import services
from kb.web.locale import page_locale
from kb.web.page_content import PageContent, page_content
from kb.web.responses.downloads import as_attachment
from kb.web.responses.errors import error_response
from kb.web.urls import absolute


def pack_response(visit: Visit, file: str) -> Response:
    """Return a dossier as a file of a format, one of `FILES`.

    Raises:
        HTTPException: the file would be empty: no record, or no day of the meeting.
    """
    dossier, now = visit.stored.content, services().clock()
    name = f"{slugify(dossier.title)[:60].strip('-')}-{now.date()}.{file}"
    if file == "json":
        text = json.dumps(_export(visit), ensure_ascii=False, indent=1)
        return as_attachment(text, name=name, media_type="application/json")
    if file == "ics":
        entry = _calendar(visit, now)
        return as_attachment(entry, name=name, media_type="text/calendar")
    content = page_content()
    is_full = request.args.get("text") == BriefDepth.FULL
    asked = BriefRequest(
        dossier.records,
        is_shared=True,
        title=dossier.title,
        depth=BriefDepth.FULL if is_full else BriefDepth.SUMMARY,
    )
    shown = dossier_content(asked, content, now.date())
    if not shown.records:
        _refuse(_("This dossier has no record to put into a file."))
    return as_file(_brief(dossier, asked, shown, content, now), file, name)


def _brief(
    dossier: GroupDossier,
    asked: BriefRequest,
    shown: DossierContent,
    content: PageContent,
    now: dt.datetime,
) -> Brief:
    untitled = replace(dated(asked, now.date()), title="")
    brief = brief_of(
        asked,
        shown.records,
        shown.gone,
        content,
        url=absolute(brief_url(untitled, content.locale, shown.ids)),
        today=now.date(),
    )
    entries = {entry.record: entry for entry in dossier.entries}
    return replace(
        brief,
        words=replace(brief.words, comparison=_("Questions")),
        note=tuple(_opening(dossier, shown.records, content.locale)),
        records=tuple(
            _with_notes(view, entries.get(str(record.id)))
            for view, record in zip(brief.records, shown.records, strict=True)
        ),
        tables=tuple(_questions(entries, shown.records, content)),
    )


def _opening(
    dossier: GroupDossier, records: tuple[Record, ...], locale: Locale
) -> Iterator[TextBlock]:
    """Yield when the group meets, its note, and the order of the day."""
    meeting = meeting_text(dossier, locale)
    if meeting:
        yield TextParagraph((Span(meeting, is_bold=True),))
    yield from _note_blocks(dossier.note)
    if len(dossier.sections) == 1 and not dossier.sections[0].title:
        return
    titles = {str(each.id): each.edition(locale).title for each in records}
    yield TextParagraph((Span(_("Order of the day"), is_bold=True),))
    items = []
    for (_id, title), section in zip(
        section_titles(dossier), dossier.sections, strict=True
    ):
        item: list[TextBlock] = [TextParagraph((Span(title),))]
        item += _note_blocks(section.note)
        named = [
            titles[each.record] for each in section.entries if each.record in titles
        ]
        if named:
            texts = tuple((TextParagraph((Span(each),)),) for each in named)
            item.append(TextList(texts))
        items.append(tuple(item))
    yield TextList(tuple(items), is_ordered=True)


def _note_blocks(note: Note) -> tuple[TextBlock, ...]:
    return blocks_of(note_html(note.text), "") if note.text else ()


def _with_notes(view: BriefRecord, entry: Entry | None) -> BriefRecord:
    """Return a record of the brief that begins with what the group wrote on it."""
    if entry is None:
        return view
    titles = {
        _("Note by %(name)s", name=entry.note.stamp.by): entry.note,
        _("Question by %(name)s", name=entry.question.stamp.by): entry.question,
    }
    written = tuple(
        BriefSection(title, _note_blocks(note))
        for title, note in titles.items()
        if note.text
    )
    return replace(view, sections=(*written, *view.sections))


def _questions(
    entries: Mapping[str, Entry], records: tuple[Record, ...], content: PageContent
) -> Iterator[BriefTable]:
    """Yield the table of questions to those who did it, with room for answers."""
    rows = []
    for record in records:
        entry = entries.get(str(record.id))
        if entry is None or not entry.question.text:
            continue
        edition = record.edition(content.locale)
        rows.append(
            (
                _who(record, content),
                edition.title,
                plain_text(_note_blocks(entry.question)),
                "",
            )
        )
    if rows:
        head = (_("To whom"), _("Record"), _("Question"), _("Answer"))
        yield BriefTable(_("Questions to those who did it"), head, tuple(rows))


def _who(record: Record, content: PageContent) -> str:
    """Return the places of a practice in words, and who did it."""
    if not isinstance(record, Practice):
        return ""
    gazetteer, locale = content.corpus.gazetteer, content.locale.value
    return ", ".join(gazetteer[slug].names[locale] for slug in record.place_slugs)


def _calendar(visit: Visit, now: dt.datetime) -> bytes:
    """Return the meeting as an iCalendar entry; a time is that of its place."""
    dossier, locale = visit.stored.content, page_locale()
    if not dossier.date:
        _refuse(_("This dossier has no day of a meeting yet."))
    day = dt.date.fromisoformat(dossier.date)
    start: dt.date = day
    if dossier.time:
        start = dt.datetime.combine(day, dt.time.fromisoformat(dossier.time))
    event = icalendar.Event()
    event.add("uid", f"{visit.key.dossier_id.hex()}@{identifier_domain()}")
    event.add("dtstamp", now)
    event.add("sequence", visit.stored.version)
    event.add("dtstart", start)
    event.add("summary", dossier.title)
    if dossier.place:
        event.add("location", dossier.place)
    key = visit.key.weakened(Permission.READ)
    event.add("description", absolute(group_dossier_url(key, locale)))
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Efus//Innovation and Security//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _export(visit: Visit) -> dict[str, Any]:
    """Return the content; `is_mine` says what the device of the request wrote."""
    device = visit.device
    digest = device.digest(visit.key) if device is not None else None

    def readable(value: Any) -> Any:
        if isinstance(value, dict):
            kept = {name: readable(each) for name, each in value.items()}
            if "device" in kept:
                kept["is_mine"] = kept.pop("device") == digest
            return kept
        return (
            [readable(each) for each in value]
            if isinstance(value, (list, tuple))
            else value
        )

    exported: dict[str, Any] = readable(asdict(visit.stored.content))
    return exported


def _refuse(message: str) -> None:
    abort(error_response(HTTPStatus.NOT_FOUND, "empty-dossier", message))

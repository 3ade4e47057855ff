"""What was found in a file as its page shows it: card, facts, proposals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _

from indexer.extraction.file_texts import page_anchor
from indexer.extraction.report_card import ranges
from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.proposals import FoundFact, MetadataField, Proposal
from indexer.model.readings import FileReading
from indexer.model.records import (
    Audience,
    DeliverableType,
    Practice,
    Recommendation,
)
from indexer.model.report_cards import Lack, ReportCard, Verdict
from indexer.readers.isolated import can_recognise
from kb.locale import LazyString, page_locale
from kb.locale import lazy_gettext as _l
from kb.presenters.addresses import record_url
from kb.presenters.dates import date_text, number_text
from kb.presenters.file_texts import FileText, write_text
from kb.presenters.files import file_url
from kb.presenters.labels import AUDIENCES, DELIVERABLE_TYPES
from kb.publishing.deciding import Decider, Holder, Quotation
from kb.publishing.drafting import SURENESS, where
from kb.publishing.findings import Found, proposal_key
from kb.publishing.originals import closed_by
from kb.publishing.wording import quoted
from kb.services import services
from kb.staff.routing import staff_url
from kb.staff.showing import (
    FACTS,
    draft_file_url,
    draft_title,
    draft_url,
    holder_link,
    sentence,
)

PER_PAGE = 20

VERDICTS: dict[Verdict, tuple[LazyString, str, str]] = {
    Verdict.GOOD: (_l("Good: it can be used as it is"), "check", "full"),
    Verdict.USABLE: (_l("Usable, with something to look at"), "info", ""),
    Verdict.NEEDS_WORK: (_l("Needs work before it is published"), "warn", "dash"),
    Verdict.REFUSED: (_l("Refused"), "warn", "dash"),
}
LACKS: dict[Lack, LazyString] = {
    Lack.TITLE: _l("title"),
    Lack.AUTHORS: _l("authors"),
    Lack.DATE: _l("date"),
    Lack.LANGUAGE: _l("language"),
}
LANGUAGES: dict[Locale | None, LazyString] = {
    Locale.FR: _l("French"),
    Locale.EN: _l("English"),
    None: _l("another language"),
}


class Choice(StrEnum):
    """What stands of a proposal."""

    OPEN = "open"
    KEPT = "kept"
    ASIDE = "aside"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class CardRow:
    """A line of the report card."""

    label: str
    text: str
    icon: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact that the file gives of itself."""

    label: str
    value: str
    sureness: str
    where: str
    url: str
    lang: str


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal beside what it was made of."""

    key: str
    number: int
    kind: Kind
    kind_label: str
    icon: str
    quotation: str
    lang: str
    page: int | None
    page_url: str
    text_url: str
    title: str
    audiences: tuple[tuple[str, str, bool], ...]
    sureness: str
    reason: str
    choice: Choice
    by: str
    record_url: str
    decide_url: str


class Recognition(StrEnum):
    """Whether the text of a file's pictures may be recognised."""

    NOTHING_TO_SEE = "nothing-to-see"
    OFFERED = "offered"
    NOT_INSTALLED = "not-installed"


@dataclass(frozen=True, slots=True)
class FoundView:
    """All that the page of a file shows."""

    key: str
    name: str
    verdict: str
    verdict_icon: str
    verdict_style: str
    rows: tuple[CardRow, ...]
    remarks: tuple[str, ...]
    facts: tuple[FactRow, ...]
    proposals: tuple[ProposalView, ...]
    counts: dict[Choice, int]
    total: int
    page: int
    pages: int
    file_url: str
    text_url: str
    draft_url: str
    draft_title: str
    holder_is_draft: bool
    is_held: bool
    closed_by: str
    recognition: Recognition


def found_view(found: Found, decider: Decider, *, page: int) -> FoundView:
    """Present what was found in a file: its card, its facts, a page of proposals."""
    holder = decider.holder(found, services().corpus)
    quoting = records_quoting(decider)
    slug = holder.record.slug if holder is not None else ""
    pages = max(1, -(-len(found.proposals) // PER_PAGE))
    page = min(max(page, 1), pages)
    begin = (page - 1) * PER_PAGE
    shown = tuple(_numbered(found))[begin : begin + PER_PAGE]
    label, icon, style = VERDICTS[found.card.verdict]
    choices = [_standing(each, found, slug, quoting)[0] for each in found.proposals]
    return FoundView(
        key=found.key,
        name=found.name,
        verdict=str(label),
        verdict_icon=icon,
        verdict_style=style,
        rows=tuple(_card_rows(found.card)),
        remarks=tuple(sentence(each.text(_)) for each in found.card.reasons),
        facts=tuple(_fact(each, found, holder) for each in found.facts),
        proposals=tuple(
            _proposal(each, number, found, holder, standing)
            for each, number in shown
            for standing in [_standing(each, found, slug, quoting)]
        ),
        counts={choice: choices.count(choice) for choice in Choice},
        total=len(found.proposals),
        page=page,
        pages=pages,
        file_url=_page_url(holder, None),
        text_url=text_url(found, None),
        draft_url=_holder_url(holder),
        draft_title=holder.record.slug if holder is not None else "",
        holder_is_draft=holder is not None and holder.is_draft,
        is_held=holder is not None,
        closed_by=closed_by(found),
        recognition=_recognition(found, holder),
    )


def _recognition(found: Found, holder: Holder | None) -> Recognition:
    if holder is None or not _lost_pages(found.card):
        return Recognition.NOTHING_TO_SEE
    return Recognition.OFFERED if can_recognise() else Recognition.NOT_INSTALLED


def _lost_pages(card: ReportCard) -> list[int]:
    """Give the pages of which nothing was read."""
    pictures = {*card.scanned_pages, *card.unreadable_pages}
    return sorted(pictures - {*card.recognised_pages})


@dataclass(frozen=True, slots=True)
class TextView:
    """The text of a file, as it was read."""

    name: str
    lang: str
    text: FileText
    back_url: str
    back_label: str
    file_url: str


def text_view(found: Found, reading: FileReading, decider: Decider) -> TextView:
    """Present the text that was read in a file."""
    holder = decider.holder(found, services().corpus)
    back_url = staff_url("findings", key=found.key)
    return _text_view(
        found.name,
        reading,
        lambda page: _page_url(holder, page),
        (back_url, _("See what was read")),
    )


def draft_text_view(record: RecordId, name: str, reading: FileReading) -> TextView:
    """Present the text that was read in an original of a draft."""
    back_url = staff_url("preview", folder=record.kind.folder, slug=record.slug)
    return _text_view(
        name,
        reading,
        lambda page: draft_file_url(record, name, page=page),
        (back_url, _("Back to the preview")),
    )


def _text_view(
    name: str,
    reading: FileReading,
    page_url: Callable[[int | None], str],
    back: tuple[str, str],
) -> TextView:
    here = page_locale()
    lang = reading.locale or here
    return TextView(
        name=name,
        lang=lang.value,
        text=write_text(reading, lang, here, page_url),
        back_url=back[0],
        back_label=back[1],
        file_url=page_url(None),
    )


def text_url(found: Found, page: int | None) -> str:
    """Give the address of the text that was read in a file, at a page."""
    anchor = page_anchor(page) if page else None
    return staff_url("found_text", key=found.key, _anchor=anchor)


def _numbered(found: Found) -> Iterator[tuple[Proposal, int]]:
    """Count the recommendations and the practices, each from 1."""
    counts = {Kind.RECOMMENDATION: 0, Kind.PRACTICE: 0}
    for each in found.proposals:
        counts[each.kind] += 1
        yield each, counts[each.kind]


def page_of(found: Found, key: str) -> int:
    """Give the page that a proposal is shown on."""
    for position, each in enumerate(found.proposals):
        if proposal_key(each) == key:
            return position // PER_PAGE + 1
    return 1


Standing = tuple[Choice, RecordId | None]


Quoting = Mapping[Quotation, Standing]


def records_quoting(decider: Decider) -> Quoting:
    """Tell which words stand in a record already: published, or a draft."""
    corpus = services().corpus
    published: dict[Quotation, Standing] = {
        Quotation(quotation.deliverable.slug, quoted(quotation.text)): (
            Choice.PUBLISHED,
            record.id,
        )
        for kind in (Kind.RECOMMENDATION, Kind.PRACTICE)
        for record in corpus.of_kind(kind)
        if isinstance(record, Practice | Recommendation)
        for quotation in record.quotations
    }
    drafted = decider.drafted().items()
    return published | {words: (Choice.KEPT, record) for words, record in drafted}


def count_open(found: Found, deliverable: str, quoting: Quoting) -> int:
    """Count the proposals of a file on which nobody has decided."""
    standings = (
        _standing(each, found, deliverable, quoting) for each in found.proposals
    )
    return sum(choice is Choice.OPEN for choice, _record in standings)


def _standing(
    proposal: Proposal, found: Found, deliverable: str, quoting: Quoting
) -> Standing:
    """Tell what became of a proposal: the records themselves say it."""
    decision = found.decision(proposal)
    standing = quoting.get(Quotation(deliverable, quoted(proposal.quotation)))
    if standing is not None:
        return standing
    if decision is not None and decision.record is None:
        return Choice.ASIDE, None
    return Choice.OPEN, None


def _holder_url(holder: Holder | None) -> str:
    if holder is None:
        return ""
    if holder.is_draft:
        return draft_url(holder.record)
    return record_url(holder.record, page_locale())


def _page_url(holder: Holder | None, page: int | None) -> str:
    if holder is None or not holder.file:
        return ""
    if holder.is_draft:
        return draft_file_url(holder.record, holder.file, page=page)
    return file_url(holder.record, holder.file, page_locale(), page=page)


def _card_rows(card: ReportCard) -> Iterator[CardRow]:
    if card.type is not None:
        yield CardRow(_("Format"), card.type.value.upper())
    yield from _page_rows(card)
    yield CardRow(_("Words"), number_text(card.words, page_locale()))
    languages = _languages(card)
    if languages:
        yield CardRow(_("Language"), languages)
    if card.mended.spaces or card.mended.hyphens or card.mended.accents:
        told = _(
            "spaces: %(spaces)s, hyphens: %(hyphens)s, accents: %(accents)s",
            spaces=number_text(card.mended.spaces, page_locale()),
            hyphens=number_text(card.mended.hyphens, page_locale()),
            accents=number_text(card.mended.accents, page_locale()),
        )
        yield CardRow(_("Mended"), told)
    for label, names in (
        (_("Same file"), [card.duplicate_of]),
        (_("Other language"), [card.sibling_of]),
        (_("Close to"), [each.name for each in card.near_duplicates]),
    ):
        for name in filter(None, names):
            title, url = holder_link(name)
            yield CardRow(label, title, url=url)
    if card.lacks:
        names = [str(LACKS[each]) for each in card.lacks]
        yield CardRow(_("The file does not say its"), ", ".join(names))


def _page_rows(card: ReportCard) -> Iterator[CardRow]:
    if not card.pages:
        return
    lost = _lost_pages(card)
    if lost:
        told = _(
            "%(count)s, of which these could not be read: %(pages)s",
            count=card.pages,
            pages=ranges(lost),
        )
        yield CardRow(_("Pages"), told, "warn")
    else:
        yield CardRow(_("Pages"), _("%(count)s, all read", count=card.pages), "check")
    if card.empty_pages:
        yield CardRow(_("Empty pages"), ranges(card.empty_pages))
    if card.recognised_pages:
        pages = ranges(card.recognised_pages)
        yield CardRow(_("Recognised in pictures"), pages, "warn")


def _languages(card: ReportCard) -> str:
    spans: dict[Locale | None, list[int]] = {}
    for locale, first, last in card.locales:
        spans.setdefault(locale, []).extend(range(first, last + 1) if first else ())
    if len(spans) == 1:
        return str(LANGUAGES[next(iter(spans))])
    return ", ".join(
        f"{LANGUAGES[locale]} ({_('p. %(number)s', number=ranges(pages))})"
        for locale, pages in spans.items()
    )


def _fact(fact: FoundFact, found: Found, holder: Holder | None) -> FactRow:
    is_words = fact.field in {MetadataField.TITLE, MetadataField.SUMMARY}
    return FactRow(
        label=str(FACTS[fact.field]),
        value=_fact_value(fact),
        sureness=SURENESS[fact.sureness].text(_),
        where=sentence(where(fact.whence, _)),
        url=_page_url(holder, fact.whence.page) if fact.whence.page else "",
        lang=_language_of(found) if is_words else "",
    )


def _fact_value(fact: FoundFact) -> str:
    if fact.field is MetadataField.TYPE and fact.value in set(DeliverableType):
        return str(DELIVERABLE_TYPES[DeliverableType(fact.value)])
    if fact.field is MetadataField.LANGUAGE and fact.value in set(Locale):
        return str(LANGUAGES[Locale(fact.value)])
    if fact.field is MetadataField.DATE:
        date = PartialDate.parse(fact.value)
        return fact.value if date is None else date_text(date, page_locale())
    return fact.value


def _language_of(found: Found) -> str:
    told = next(
        (each.value for each in found.facts if each.field is MetadataField.LANGUAGE), ""
    )
    return told if told in set(Locale) and told != page_locale() else ""


def _proposal(
    proposal: Proposal,
    number: int,
    found: Found,
    holder: Holder | None,
    standing: Standing,
) -> ProposalView:
    choice, record = standing
    decision = found.decision(proposal)
    is_recommendation = proposal.kind is Kind.RECOMMENDATION
    return ProposalView(
        key=proposal_key(proposal),
        number=number,
        kind=proposal.kind,
        kind_label=_("Recommendation %(number)s", number=number)
        if is_recommendation
        else _("Practice %(number)s", number=number),
        icon="rec" if is_recommendation else "practice",
        quotation=proposal.quotation,
        lang=proposal.locale.value,
        page=proposal.page,
        page_url=_page_url(holder, proposal.page),
        text_url=text_url(found, proposal.page),
        title=_title(proposal, standing),
        audiences=_audiences(proposal.audiences) if is_recommendation else (),
        sureness=SURENESS[proposal.sureness].text(_),
        reason=sentence(proposal.reason.text(_)),
        choice=choice,
        by=decision.by if decision is not None else "",
        record_url=_record_link(choice, record),
        decide_url=staff_url(
            "decide", key=found.key, proposal_key=proposal_key(proposal)
        ),
    )


def _title(proposal: Proposal, standing: Standing) -> str:
    """Give the title that somebody gave it, if it is a draft by now."""
    choice, record = standing
    kept = draft_title(record) if record and choice is Choice.KEPT else ""
    return kept or proposal.title


def _record_link(choice: Choice, record: RecordId | None) -> str:
    if record is None:
        return ""
    if choice is Choice.PUBLISHED:
        return record_url(record, page_locale())
    return draft_url(record)


def _audiences(found: Sequence[Audience]) -> tuple[tuple[str, str, bool], ...]:
    return tuple(
        (each.value, str(label), each in found) for each, label in AUDIENCES.items()
    )

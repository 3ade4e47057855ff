"""View models of an extraction: its report card, its facts and its proposals."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, RecordId
from indexer.model.proposals import Proposal
from indexer.model.records import QuotingRecord
from kb.publishing.drafts.proposal_review import FileOwner, ProposalQuotation
from kb.publishing.extractions.draft_texts import restriction_text
from kb.publishing.extractions.extraction_store import Extraction, proposal_key
from kb.publishing.extractions.proposal_records import LIKELIHOOD_WORDS
from kb.publishing.records.yaml_blocks import quoted_yaml
from kb.staff.base.field_labels import field_label
from kb.staff.base.links import RecordLinks, draft_url, owner_file_url, owner_url
from kb.staff.base.routing import staff_url
from kb.staff.imports.report_card_view import (
    VERDICTS,
    card_languages,
    lost_pages,
    missing_properties,
)
from kb.web.locale import LazyString, as_sentence, page_locale
from kb.web.locale import lazy_gettext as _l
from kb.web.pagination import PageSlice, page_slice
from kb.web.urls import record_url

PER_PAGE = 20


class ProposalDecision(StrEnum):
    """What staff decided on a proposal."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PUBLISHED = "published"


DECISIONS: dict[ProposalDecision, tuple[LazyString | str, str]] = {
    ProposalDecision.OPEN: ("", ""),
    ProposalDecision.ACCEPTED: (_l("Kept as a draft"), "full"),
    ProposalDecision.REJECTED: (_l("Was set aside"), "dash"),
    ProposalDecision.PUBLISHED: (_l("Published"), "full"),
}
"""The label and the CSS class of the badge of each decision."""

ProposalStatus = tuple[ProposalDecision, RecordId | None]
"""The decision, and the record that was made of the proposal."""

QuotingRecords = Mapping[ProposalQuotation, ProposalStatus]
"""The decision and the record for each quoted passage of a deliverable."""


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal beside its quotation, with the decision on it."""

    proposal: Proposal
    key: str
    kind_label: str
    page_url: str
    read_text_url: str
    title: str
    title_label: str
    likelihood: str
    reason: str
    decision: ProposalDecision
    by: str
    record_url: str


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """The page of an extraction; the owner is the draft or record with its file.

    `lost_pages` are those without text.
    """

    extraction: Extraction
    owner: FileOwner | None
    verdict: LazyString
    verdict_style: str
    languages: str
    missing_properties: str
    remarks: tuple[str, ...]
    proposals: tuple[ProposalView, ...]
    undecided: int
    accepted: int
    rejected: int
    pages: PageSlice
    file_url: str
    read_text_url: str
    owner_url: str
    closed_by: str
    lost_pages: Sequence[int]

    @property
    def record(self) -> RecordId | None:
        """The deliverable that lists the file."""
        return self.owner.record if self.owner is not None else None


def review_page(
    extraction: Extraction,
    owner: FileOwner | None,
    quoting: QuotingRecords,
    links: RecordLinks,
    *,
    page: int,
) -> ReviewPage:
    """Return the page of an extraction.

    Args:
        extraction: The extraction.
        owner: The draft or record that lists the file; None when none does.
        quoting: The records that quote deliverables.
        links: Titles and addresses of records.
        page: Which page of the proposals to show.
    """
    proposals = extraction.proposals
    statuses = list(_statuses(extraction, _slug(owner), quoting))
    decisions = [decision for decision, _record in statuses]
    published = decisions.count(ProposalDecision.PUBLISHED)
    current = page_slice(len(proposals), page=page, per_page=PER_PAGE)
    shown = list(zip(_numbered(proposals), statuses, strict=True))[current.rows]
    label, style = VERDICTS[extraction.card.verdict]
    closed = extraction.closed_by
    return ReviewPage(
        extraction=extraction,
        owner=owner,
        verdict=label,
        verdict_style=style,
        languages=card_languages(extraction.card),
        missing_properties=missing_properties(extraction.card),
        remarks=tuple(
            as_sentence(reason.text(_)) for reason in extraction.card.reasons
        ),
        proposals=tuple(
            _proposal_view(proposal, number, extraction, owner, status, links)
            for (proposal, number), status in shown
        ),
        undecided=decisions.count(ProposalDecision.OPEN),
        accepted=decisions.count(ProposalDecision.ACCEPTED) + published,
        rejected=decisions.count(ProposalDecision.REJECTED),
        pages=current,
        file_url=owner_file_url(owner, 1),
        read_text_url=_read_text_url(extraction, None),
        owner_url=owner_url(owner),
        closed_by=restriction_text(closed, _) if closed is not None else "",
        lost_pages=lost_pages(extraction.card),
    )


def review_page_of(extraction: Extraction, key: str) -> int:
    """Return the number of the page that shows a proposal."""
    for position, proposal in enumerate(extraction.proposals):
        if proposal_key(proposal) == key:
            return position // PER_PAGE + 1
    return 1


def quoting_records(
    corpus: Corpus, drafted: Mapping[ProposalQuotation, RecordId]
) -> QuotingRecords:
    """Return which published record or draft quotes each passage; drafts win."""
    quoting: dict[ProposalQuotation, ProposalStatus] = {
        ProposalQuotation(quotation.deliverable.slug, quoted_yaml(quotation.text)): (
            ProposalDecision.PUBLISHED,
            record.id,
        )
        for record in corpus.records.values()
        if isinstance(record, QuotingRecord)
        for quotation in record.quotations
    }
    for quotation, record in drafted.items():
        quoting[quotation] = ProposalDecision.ACCEPTED, record
    return quoting


def count_undecided(extraction: Extraction, slug: str, quoting: QuotingRecords) -> int:
    """Count the undecided proposals; `slug` is the deliverable that lists the file."""
    statuses = _statuses(extraction, slug, quoting)
    return sum(decision is ProposalDecision.OPEN for decision, _record in statuses)


def open_proposals(
    extraction: Extraction, owner: FileOwner | None, quoting: QuotingRecords
) -> list[Proposal]:
    """Return the undecided proposals, in the order of the file."""
    statuses = _statuses(extraction, _slug(owner), quoting)
    return [
        proposal
        for proposal, (decision, _record) in zip(
            extraction.proposals, statuses, strict=True
        )
        if decision is ProposalDecision.OPEN
    ]


def _slug(owner: FileOwner | None) -> str:
    return owner.record.slug if owner is not None else ""


def _statuses(
    extraction: Extraction, slug: str, quoting: QuotingRecords
) -> Iterator[ProposalStatus]:
    """Yield the status of each proposal.

    A record that quotes the passage counts more than the stored decision.
    """
    for found in extraction.proposals:
        quotation = ProposalQuotation(slug, quoted_yaml(found.quotation))
        stored = extraction.decision(found)
        if quotation in quoting:
            yield quoting[quotation]
        elif stored is not None and stored.record is None:
            yield ProposalDecision.REJECTED, None
        else:
            yield ProposalDecision.OPEN, None


def _numbered(proposals: Sequence[Proposal]) -> Iterator[tuple[Proposal, int]]:
    """Yield the proposals, each numbered from 1 within its kind."""
    counts = {Kind.RECOMMENDATION: 0, Kind.PRACTICE: 0}
    for found in proposals:
        counts[found.kind] += 1
        yield found, counts[found.kind]


def _read_text_url(extraction: Extraction, page: int | None) -> str:
    """Return the address of the text of a file in its review, at a page."""
    part, anchor = (None, None) if page else (1, "text")
    return staff_url(
        "extraction_review", key=extraction.key, text=page, part=part, _anchor=anchor
    )


def _proposal_view(
    proposal: Proposal,
    number: int,
    extraction: Extraction,
    owner: FileOwner | None,
    status: ProposalStatus,
    links: RecordLinks,
) -> ProposalView:
    decision, record = status
    stored = extraction.decision(proposal)
    return ProposalView(
        proposal=proposal,
        key=proposal_key(proposal),
        kind_label=_("Recommendation %(number)s", number=number)
        if proposal.kind is Kind.RECOMMENDATION
        else _("Practice %(number)s", number=number),
        page_url=owner_file_url(owner, proposal.page),
        read_text_url=_read_text_url(extraction, proposal.page),
        title=_title(proposal, status, links),
        title_label=field_label("title", proposal.locale),
        likelihood=LIKELIHOOD_WORDS[proposal.likelihood].text(_),
        reason=as_sentence(proposal.reason.text(_)),
        decision=decision,
        by=stored.by if stored is not None else "",
        record_url=_record_url(decision, record),
    )


def _title(proposal: Proposal, status: ProposalStatus, links: RecordLinks) -> str:
    """Return the title of the draft that was made of a proposal, or its own title."""
    decision, record = status
    if record is None or decision is not ProposalDecision.ACCEPTED:
        return proposal.title
    return links.draft_title(record) or proposal.title


def _record_url(decision: ProposalDecision, record: RecordId | None) -> str:
    if record is None:
        return ""
    if decision is ProposalDecision.PUBLISHED:
        return record_url(record, page_locale())
    return draft_url(record)

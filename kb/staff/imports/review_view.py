"""What was found in a file as its page shows it: card, facts, proposals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _

from indexer.extraction.file_passages import page_anchor
from indexer.model.ids import Kind, RecordId
from indexer.model.proposals import Proposal
from indexer.model.records import (
    Audience,
    Practice,
    Recommendation,
)
from indexer.readers.sandbox.sandbox import can_recognise
from kb.publishing.drafts.draft_files import closed_by
from kb.publishing.drafts.proposal_review import (
    FileOwner,
    ProposalQuotation,
    ProposalReview,
)
from kb.publishing.extractions.extraction_store import Extraction, proposal_key
from kb.publishing.extractions.proposal_records import SURENESS
from kb.publishing.records.yaml_text import quoted_yaml
from kb.services import services
from kb.staff.base.links import (
    draft_title,
    draft_url,
    holder_url,
    page_url,
)
from kb.staff.base.routing import staff_url
from kb.staff.imports.report_card_view import (
    VERDICTS,
    CardRow,
    FactRow,
    card_rows,
    fact_row,
    lost_pages,
)
from kb.web.labels import AUDIENCES
from kb.web.locale import as_sentence, page_locale
from kb.web.urls import record_url

PER_PAGE = 20


class ProposalDecision(StrEnum):
    """What stands of a proposal."""

    OPEN = "open"
    KEPT = "kept"
    ASIDE = "aside"
    PUBLISHED = "published"


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
    choice: ProposalDecision
    by: str
    record_url: str
    decide_url: str


class Recognition(StrEnum):
    """Whether the text of a file's pictures may be recognised."""

    NOTHING_TO_SEE = "nothing-to-see"
    OFFERED = "offered"
    NOT_INSTALLED = "not-installed"


@dataclass(frozen=True, slots=True)
class ReviewView:
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
    counts: dict[ProposalDecision, int]
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


def review_view(found: Extraction, decider: ProposalReview, *, page: int) -> ReviewView:
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
    return ReviewView(
        key=found.key,
        name=found.name,
        verdict=str(label),
        verdict_icon=icon,
        verdict_style=style,
        rows=tuple(card_rows(found.card)),
        remarks=tuple(as_sentence(each.text(_)) for each in found.card.reasons),
        facts=tuple(fact_row(each, found, holder) for each in found.facts),
        proposals=tuple(
            _proposal(each, number, found, holder, standing)
            for each, number in shown
            for standing in [_standing(each, found, slug, quoting)]
        ),
        counts={choice: choices.count(choice) for choice in ProposalDecision},
        total=len(found.proposals),
        page=page,
        pages=pages,
        file_url=page_url(holder, 1),
        text_url=read_text_url(found, None),
        draft_url=holder_url(holder),
        draft_title=holder.record.slug if holder is not None else "",
        holder_is_draft=holder is not None and holder.is_draft,
        is_held=holder is not None,
        closed_by=closed_by(found),
        recognition=_recognition(found, holder),
    )


def _recognition(found: Extraction, holder: FileOwner | None) -> Recognition:
    if holder is None or not lost_pages(found.card):
        return Recognition.NOTHING_TO_SEE
    return Recognition.OFFERED if can_recognise() else Recognition.NOT_INSTALLED


def read_text_url(found: Extraction, page: int | None) -> str:
    """Give the address of the text that was read in a file, at a page."""
    anchor = page_anchor(page) if page else None
    return staff_url("extracted_text", key=found.key, _anchor=anchor)


def _numbered(found: Extraction) -> Iterator[tuple[Proposal, int]]:
    """Count the recommendations and the practices, each from 1."""
    counts = {Kind.RECOMMENDATION: 0, Kind.PRACTICE: 0}
    for each in found.proposals:
        counts[each.kind] += 1
        yield each, counts[each.kind]


def page_of(found: Extraction, key: str) -> int:
    """Give the page that a proposal is shown on."""
    for position, each in enumerate(found.proposals):
        if proposal_key(each) == key:
            return position // PER_PAGE + 1
    return 1


ProposalStatus = tuple[ProposalDecision, RecordId | None]


Quoting = Mapping[ProposalQuotation, ProposalStatus]


def records_quoting(decider: ProposalReview) -> Quoting:
    """Tell which words stand in a record already: published, or a draft."""
    corpus = services().corpus
    published: dict[ProposalQuotation, ProposalStatus] = {
        ProposalQuotation(quotation.deliverable.slug, quoted_yaml(quotation.text)): (
            ProposalDecision.PUBLISHED,
            record.id,
        )
        for kind in (Kind.RECOMMENDATION, Kind.PRACTICE)
        for record in corpus.of_kind(kind)
        if isinstance(record, Practice | Recommendation)
        for quotation in record.quotations
    }
    drafted = decider.drafted().items()
    return published | {
        words: (ProposalDecision.KEPT, record) for words, record in drafted
    }


def count_open(found: Extraction, deliverable: str, quoting: Quoting) -> int:
    """Count the proposals of a file on which nobody has decided."""
    standings = (
        _standing(each, found, deliverable, quoting) for each in found.proposals
    )
    return sum(choice is ProposalDecision.OPEN for choice, _record in standings)


def _standing(
    proposal: Proposal, found: Extraction, deliverable: str, quoting: Quoting
) -> ProposalStatus:
    """Tell what became of a proposal: the records themselves say it."""
    decision = found.decision(proposal)
    standing = quoting.get(
        ProposalQuotation(deliverable, quoted_yaml(proposal.quotation))
    )
    if standing is not None:
        return standing
    if decision is not None and decision.record is None:
        return ProposalDecision.ASIDE, None
    return ProposalDecision.OPEN, None


def _proposal(
    proposal: Proposal,
    number: int,
    found: Extraction,
    holder: FileOwner | None,
    standing: ProposalStatus,
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
        page_url=page_url(holder, proposal.page),
        text_url=read_text_url(found, proposal.page),
        title=_title(proposal, standing),
        audiences=_audiences(proposal.audiences) if is_recommendation else (),
        sureness=SURENESS[proposal.sureness].text(_),
        reason=as_sentence(proposal.reason.text(_)),
        choice=choice,
        by=decision.by if decision is not None else "",
        record_url=_record_link(choice, record),
        decide_url=staff_url(
            "decide_proposal", key=found.key, proposal_key=proposal_key(proposal)
        ),
    )


def _title(proposal: Proposal, standing: ProposalStatus) -> str:
    """Give the title that somebody gave it, if it is a draft by now."""
    choice, record = standing
    kept = draft_title(record) if record and choice is ProposalDecision.KEPT else ""
    return kept or proposal.title


def _record_link(choice: ProposalDecision, record: RecordId | None) -> str:
    if record is None:
        return ""
    if choice is ProposalDecision.PUBLISHED:
        return record_url(record, page_locale())
    return draft_url(record)


def _audiences(found: Sequence[Audience]) -> tuple[tuple[str, str, bool], ...]:
    return tuple(
        (each.value, str(label), each in found) for each, label in AUDIENCES.items()
    )

"""Writes the draft record of a proposal, for a person to check."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator

from indexer.extraction.proposals.wording import sentences, title_of
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Message, Translate, message
from indexer.model.proposals import Likelihood, Proposal
from kb.publishing.records.yaml_text import listed, quoted_yaml, remark

MAX_SUMMARY = 300

PROPOSAL_INITIALS = {Kind.RECOMMENDATION: "r", Kind.PRACTICE: "p"}

SURENESS: dict[Likelihood, Message] = {
    Likelihood.HIGH: message("sure"),
    Likelihood.MEDIUM: message("fairly sure"),
    Likelihood.LOW: message("not sure"),
}


def unused_proposal_id(
    slug: str, kind: Kind, is_used: Callable[[RecordId], bool]
) -> RecordId:
    """Return an unused id: the slug of the deliverable, an initial and a number."""
    ids = (
        RecordId(kind, f"{slug}-{PROPOSAL_INITIALS[kind]}{number}")
        for number in itertools.count(1)
    )
    return next(each for each in ids if not is_used(each))


def record_texts(  # the proposal and its record
    proposal: Proposal,
    file: str,
    slug: str,
    name: str,
    *,
    day: dt.date,
    translate: Translate,
) -> dict[str, str]:
    """Return the files of a record made from a proposal.

    `slug` is the id of the deliverable that it was found in, `name` the id of the
    record.
    """
    lines = _lines(file, proposal, slug, name, day, translate)
    return {
        "record.yaml": "\n".join(lines) + "\n",
        f"{proposal.locale}.md": _edition(proposal),
    }


def source_lines(name: str, page: int | None = None) -> Iterator[str]:
    """Yield the YAML lines that name a file as a source."""
    at = {
        Locale.FR: f"Fichier original : {name}" + (f", p. {page}" if page else ""),
        Locale.EN: f"Original file: {name}" + (f", p. {page}" if page else ""),
    }
    yield f"  - fr: {quoted_yaml(at[Locale.FR])}"
    yield f"    en: {quoted_yaml(at[Locale.EN])}"


def _lines(  # the proposal and its record
    file: str,
    proposal: Proposal,
    slug: str,
    name: str,
    day: dt.date,
    translate: Translate,
) -> Iterator[str]:
    opening = message(
        "Proposal of %(day)s, found in %(name)s: %(reason)s (%(sureness)s). No person "
        "has checked it yet.",
        day=day,
        name=file,
        reason=proposal.reason.text(translate),
        sureness=SURENESS[proposal.likelihood].text(translate),
    )
    yield remark(opening.text(translate))
    yield f"id: {name}"
    yield f"updated: {day}"
    is_practice = proposal.kind is Kind.PRACTICE
    missing = ["themes", "link_to_project" if is_practice else "firmness"]
    inferred = []
    if is_practice and proposal.places:
        yield f"places: {listed(proposal.places)}"
        inferred = ["places"]
    if not is_practice and proposal.audiences:
        yield f"audiences: {listed(each.value for each in proposal.audiences)}"
        inferred = ["audiences"]
    elif not is_practice:
        missing.append("audiences")
    for each in missing:
        comment = message("Missing, to be written: %(name)s:", name=each)
        yield remark(comment.text(translate))
    yield f"deliverables: [{slug}]"
    yield "quotations:"
    yield f"  - deliverable: {slug}"
    yield f"    file: {quoted_yaml(file)}"
    if proposal.page:
        yield f"    page: {proposal.page}"
    yield f"    text: {quoted_yaml(proposal.quotation)}"
    yield "confidence: seen"
    yield f"inferred: {listed(inferred)}"
    yield "sources:"
    yield from source_lines(file, proposal.page)


def _edition(proposal: Proposal) -> str:
    first = (sentences(proposal.quotation) or [proposal.quotation])[0]
    summary = first if len(first) <= MAX_SUMMARY else title_of(first)
    lines = [
        "---",
        f"title: {quoted_yaml(proposal.title)}",
        f"summary: {quoted_yaml(summary)}",
        "---",
        "",
    ]
    return "\n".join(lines).encode("utf-8", "replace").decode()

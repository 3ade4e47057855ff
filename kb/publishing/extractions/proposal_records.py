"""Writes the draft record of a proposal, for a person to check."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from indexer.extraction.proposals.marked_passages import QuotedPassage
from indexer.extraction.proposals.wording import sentences, title_of
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Message, Translate, message
from indexer.model.proposals import Likelihood, Proposal
from kb.publishing.records.yaml_text import listed, quoted_yaml, remark

MAX_SUMMARY = 300

PROPOSAL_INITIALS = {Kind.RECOMMENDATION: "r", Kind.PRACTICE: "p"}

LIKELIHOOD_WORDS: dict[Likelihood, Message] = {
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


class QuotedFile(NamedTuple):
    """The slug of a deliverable, and the name of its file that a record quotes."""

    deliverable: str
    name: str


def record_texts(  # the proposal and its record
    proposal: Proposal,
    file: QuotedFile,
    name: str,
    *,
    day: dt.date,
    translate: Translate,
    passages: Sequence[QuotedPassage] = (),
) -> dict[str, str]:
    """Return the files of a record made from a proposal.

    `file` is where the proposal was found, `name` the slug of the record. `passages`
    are the quotations, if a person marked them in the file.
    """
    if passages:
        opening = message(
            "Passage marked in %(name)s on %(day)s. What follows it was filled in by "
            "the program: check it.",
            day=day,
            name=file.name,
        )
    else:
        opening = message(
            "Proposal of %(day)s, found in %(name)s: %(reason)s (%(sureness)s). No "
            "person has checked it yet.",
            day=day,
            name=file.name,
            reason=proposal.reason.text(translate),
            sureness=LIKELIHOOD_WORDS[proposal.likelihood].text(translate),
        )
    quoted = passages or (QuotedPassage(proposal.quotation, proposal.page),)
    is_practice = proposal.kind is Kind.PRACTICE
    field = "places" if is_practice else "audiences"
    values = proposal.places if is_practice else proposal.audiences
    missing = ["themes", "link_to_project" if is_practice else "firmness"]
    if not values and not is_practice:
        missing.append("audiences")
    lines = [
        remark(opening, translate),
        f"id: {name}",
        f"updated: {day}",
        *([f"{field}: {listed(values)}"] if values else []),
        *(missing_remark(each, translate) for each in missing),
        f"deliverables: [{file.deliverable}]",
        "quotations:",
        *(line for each in quoted for line in _quotation_lines(each, file)),
        "confidence: seen",
        f"inferred: {listed([field] if values else [])}",
        "sources:",
        *source_lines(file.name, proposal.page),
        "",
    ]
    first = (sentences(proposal.quotation) or [proposal.quotation])[0]
    summary = first if len(first) <= MAX_SUMMARY else title_of(first)
    edition = (
        f"---\ntitle: {quoted_yaml(proposal.title)}\n"
        f"summary: {quoted_yaml(summary)}\n---\n"
    )
    return {
        "record.yaml": "\n".join(lines),
        f"{proposal.locale}.md": edition.encode("utf-8", "replace").decode(),
    }


def _quotation_lines(passage: QuotedPassage, file: QuotedFile) -> Iterator[str]:
    yield f"  - deliverable: {file.deliverable}"
    yield f"    file: {quoted_yaml(file.name)}"
    if passage.page:
        yield f"    page: {passage.page}"
    yield f"    text: {quoted_yaml(passage.text)}"


def missing_remark(name: str, translate: Translate) -> str:
    """Return the comment that asks for a field."""
    return remark(message("Missing, to be written: %(name)s:", name=name), translate)


def source_lines(name: str, page: int | None = None) -> list[str]:
    """Return the YAML lines that name a file as a source."""
    at = f", p. {page}" if page else ""
    return [
        f"  - fr: {quoted_yaml(f'Fichier original : {name}{at}')}",
        f"    en: {quoted_yaml(f'Original file: {name}{at}')}",
    ]

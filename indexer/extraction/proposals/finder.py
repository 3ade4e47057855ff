"""Proposals of a document: recommendations, then practices, without duplicates.

A person may also mark paragraphs of a file, which become a proposal.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from indexer.analysis.tokens import fold, normalize
from indexer.extraction.proposals.heading_tree import heading_level, outline
from indexer.extraction.proposals.mentions import (
    PlaceNames,
    addressees_of,
    addressees_of_heading,
    audiences_in,
)
from indexer.extraction.proposals.practices import find_practices
from indexer.extraction.proposals.recommendations import find_recommendations
from indexer.extraction.proposals.wording import (
    locale_of,
    title_of,
    without_bullet,
    word_count,
)
from indexer.model.document import Block, BlockType, Document, FileReading
from indexer.model.ids import Kind
from indexer.model.places import Gazetteer
from indexer.model.problems import message
from indexer.model.proposals import Likelihood, Proposal
from indexer.model.vocabulary import Audience

MIN_SIMILARITY = 90.0
MIN_SIMILARITY_ON_ONE_PAGE = 97.0
MIN_SIMILARITY_WITH_SAME_LABEL = 62.0
MUCH_LONGER_RATIO = 1.25

_KeyedProposal = tuple[str, Proposal]
"""A proposal after its normalized quotation."""

_RANKS = (Likelihood.LOW, Likelihood.MEDIUM, Likelihood.HIGH)


def merged_proposals(proposals: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """Return proposals without duplicates, in the order of the document.

    Of two duplicates the more likely one stays, then the longer, then the later one:
    the summary comes before the text.
    """
    merged: list[_KeyedProposal] = []
    for proposal in proposals:
        keyed = (fold(normalize(proposal.quotation)), proposal)
        for number, other in enumerate(merged):
            if _is_same(keyed, other):
                merged[number] = _best(other, keyed)
                break
        else:
            merged.append(keyed)
    # A later duplicate may have replaced an earlier proposal.
    return tuple(
        sorted((each for _, each in merged), key=lambda proposal: proposal.page or 0)
    )


def _is_same(keyed: _KeyedProposal, other_keyed: _KeyedProposal) -> bool:
    key, one = keyed
    other_key, other = other_keyed
    if one.kind is not other.kind:
        return False
    if one.label and one.label == other.label:
        # With the same number, the summary may have shortened the wording.
        similarity = max(
            fuzz.token_set_ratio(key, other_key),
            fuzz.token_set_ratio(normalize(one.title), normalize(other.title)),
        )
        return similarity >= MIN_SIMILARITY_WITH_SAME_LABEL
    if one.label and other.label:
        return fuzz.ratio(key, other_key, score_cutoff=MIN_SIMILARITY_ON_ONE_PAGE) > 0
    # Items of one list have similar words; a summary is on another page.
    is_same_page = one.page == other.page
    min_similarity = MIN_SIMILARITY_ON_ONE_PAGE if is_same_page else MIN_SIMILARITY
    return fuzz.token_sort_ratio(key, other_key, score_cutoff=min_similarity) > 0


def _best(earlier: _KeyedProposal, later: _KeyedProposal) -> _KeyedProposal:
    ranks = [_RANKS.index(proposal.likelihood) for _, proposal in (earlier, later)]
    if ranks[0] != ranks[1]:
        return earlier if ranks[0] > ranks[1] else later
    words = [word_count(proposal.quotation) for _, proposal in (earlier, later)]
    return earlier if words[0] > MUCH_LONGER_RATIO * words[1] else later


def find_proposals(document: Document, gazetteer: Gazetteer) -> tuple[Proposal, ...]:
    """Return the recommendations, then the practices, without duplicates."""
    blocks = outline(document)
    return (
        *merged_proposals(find_recommendations(blocks)),
        *merged_proposals(find_practices(blocks, PlaceNames(gazetteer))),
    )


MIN_GUESSED_WORDS = 12
"""The number of words from which the language of a passage is guessed by itself."""


def in_page_language(proposal: Proposal, reading: FileReading) -> Proposal:
    """Return a proposal; a short one in the language of its page, or of its file."""
    pages = {page.number: page.locale for page in reading.pages}
    locale = pages.get(proposal.page or 0) or reading.locale
    if locale is None or word_count(proposal.quotation) >= MIN_GUESSED_WORDS:
        return proposal
    return replace(proposal, locale=locale)


MAX_QUOTATION = 2_000
"""The number of characters of a quotation; a longer passage is cut at a word."""

_SEPARATOR = " "


@dataclass(frozen=True, slots=True)
class QuotedPassage:
    """The words of consecutive paragraphs, and the page where they begin."""

    text: str
    page: int | None


def quoted_passages(
    document: Document, positions: Sequence[int]
) -> tuple[QuotedPassage, ...]:
    """Return the quotations of paragraphs: one for each run of consecutive ones.

    A quotation must be in the file word for word, so that paragraphs with others
    between them are quoted apart.
    """
    runs = _runs(sorted(set(positions)))
    return tuple(_quoted([document.blocks[each] for each in run]) for run in runs)


def marked_proposal(
    reading: FileReading, positions: Sequence[int], kind: Kind, gazetteer: Gazetteer
) -> Proposal:
    """Return the proposal of a kind that a person makes of paragraphs.

    `positions` are those of the paragraphs in the file. The title is the first
    sentence; audiences or places are those that the passage names.
    """
    document = reading.document
    blocks = [document.blocks[position] for position in sorted(set(positions))]
    quotation = quoted_passages(document, positions)[0]
    text = _SEPARATOR.join(without_bullet(block.text) for block in blocks)
    is_practice = kind is Kind.PRACTICE
    marked = Proposal(
        kind=kind,
        title=title_of(without_bullet(blocks[0].text)),
        quotation=quotation.text,
        locale=locale_of(text),
        likelihood=Likelihood.HIGH,
        reason=message("marked by a person"),
        page=quotation.page,
        audiences=() if is_practice else _audiences(document, min(positions), text),
        places=PlaceNames(gazetteer).named_in(text) if is_practice else (),
    )
    return in_page_language(marked, reading)


def _audiences(document: Document, position: int, text: str) -> tuple[Audience, ...]:
    """Return the audiences that a passage addresses, or the nearest heading that does.

    A person chose the passage: without an addressee, the audiences it names are shown.
    """
    addressed = addressees_of(text)
    if addressed:
        return addressed
    for heading in _headings_above(document, position):
        addressed = addressees_of_heading(without_bullet(heading.text))
        if addressed:
            return addressed
    return audiences_in(text)


def _headings_above(document: Document, position: int) -> Iterator[Block]:
    """Yield the headings that a block is under, the nearest first."""
    level = 0
    for block in reversed(document.blocks[:position]):
        if block.type is BlockType.HEADING and (
            not level or heading_level(block) < level
        ):
            level = heading_level(block)
            yield block


def _runs(positions: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for position in positions:
        if runs and position == runs[-1][-1] + 1:
            runs[-1].append(position)
        else:
            runs.append([position])
    return runs


def _quoted(blocks: Sequence[Block]) -> QuotedPassage:
    text = " ".join(_SEPARATOR.join(block.text for block in blocks).split())
    if len(text) > MAX_QUOTATION:
        text = text[:MAX_QUOTATION].rsplit(" ", 1)[0]
    return QuotedPassage(text, blocks[0].page)

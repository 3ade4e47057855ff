"""The title of a document: the candidate on its cover with the highest score.

The score of a candidate is the sum of its features, each with its weight. The weights
were learnt from covers (`benchmarks/cover_weights.py`); so is how likely the best one
is the title.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from indexer.analysis.text_dates import dates_in
from indexer.extraction.proposals.wording import title_of, word_count
from indexer.extraction.report.cover import (
    MIN_BODY_WORDS,
    Cover,
    block_fact,
    property_fact,
)
from indexer.extraction.report.cover_words import is_kind, stands_for
from indexer.extraction.report.learnt_weights import (
    Features,
    read_weights,
    score,
    shares,
)
from indexer.extraction.report.title_candidates import (
    MAX_BLOCKS,
    Candidate,
    clean_title,
    declared_title,
    title_candidates,
    without_code,
)
from indexer.extraction.report.title_words import (
    is_code,
    is_continuation,
    is_never_a_title,
    is_of_kinds,
    is_organisation,
    is_reference,
    is_same_title,
    title_key,
    word_features,
)
from indexer.model.document import Block, BlockType
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField

_FUNDING = re.compile(
    r"\b(?:grant agreement|convention|co-?funded|cofinan\w+|programme|H2020|LIFE\d\d"
    r"|\d{6,9}|\d{4}-\d-[A-Z]{2}\d{2})\b",
    re.IGNORECASE,
)
_NAME_WORDS = 3
"""The most words that the acronym of a project or of a body mostly has."""


_BLOCKS_BELOW = 4
TITLE_WEIGHTS = Path(__file__).with_name("title_weights.json")
HIGH, MEDIUM = 0.9, 0.5
"""The probabilities from which a title is likely, and rather likely."""


_AFTER_DASH = re.compile(r"\s+[–—|-]\s+(?P<rest>.+)")
_ANNUAL = re.compile(
    r"(?:annual|activity) (?:activity )?report|rapport (?:annuel|d[’']activités?)"
    r"|rapport annuel d[’']activités?|bilan (?:annuel|d[’']activités?)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[-–/]\s?(?:19|20)?\d\d)?")
_LARGER, _MUCH_LARGER = 1.1, 1.35
"""The ratios from which letters look larger, and much larger."""


@dataclass(frozen=True)
class TitlePage:
    """A cover, as its candidates for the title are compared with it."""

    cover: Cover

    @cached_property
    def blocks(self) -> Sequence[Block]:
        """The first blocks of the first page."""
        return self.cover.first_page[:MAX_BLOCKS]

    @cached_property
    def top_level(self) -> int:
        """The highest level of a heading, 0 without any."""
        levels = (b.level or 1 for b in self.blocks if b.type is BlockType.HEADING)
        return min(levels, default=0)

    @cached_property
    def largest_size(self) -> float:
        """The largest size of letters, relative to the text; 0 if none is known."""
        return max((block.size for block in self.blocks), default=0.0)

    @cached_property
    def second_size(self) -> float:
        """The second largest size of letters; 0 if there is none."""
        sizes = sorted({block.size for block in self.blocks if block.size})
        return sizes[-2] if len(sizes) > 1 else 0.0

    @cached_property
    def body_start(self) -> int:
        """The number of the first block of body text."""
        return next(
            (
                number
                for number, block in enumerate(self.blocks)
                if block.type is BlockType.PARAGRAPH
                and len(block.text.split()) >= MIN_BODY_WORDS
            ),
            len(self.blocks),
        )

    @cached_property
    def property_title(self) -> str:
        """The key of the title property."""
        return title_key(declared_title(self.cover))

    @cached_property
    def own_texts(self) -> Sequence[str]:
        """The keys of the first blocks of the first page."""
        return [title_key(block.text) for block in self.blocks]

    @cached_property
    def later_texts(self) -> Sequence[str]:
        """The keys of the blocks after the first page."""
        first = set(map(id, self.cover.first_page))
        return [title_key(b.text) for b in self.cover.blocks if id(b) not in first]

    def block(self, number: int) -> Block | None:
        """Return a block of the first page."""
        return self.blocks[number] if 0 <= number < len(self.blocks) else None


def title_features(candidate: Candidate, page: TitlePage) -> Features:
    """Return the features of a candidate, by name; each is a number, mostly 0 or 1."""
    text = clean_title(candidate.text)
    found = dict(_source_features(candidate))
    found |= word_features(text)
    found |= _property_features(candidate, text, page)
    if candidate.stop:
        found |= _place_features(candidate, page)
        found |= _size_features(candidate, page)
        found |= _span_features(candidate, page)
        found |= _neighbour_features(candidate, page)
    return {name: float(value) for name, value in found.items() if value}


def _source_features(candidate: Candidate) -> Iterator[tuple[str, float]]:
    yield candidate.source.value, 1
    if candidate.rest:
        yield "rest is a reference", is_reference(candidate.rest)
        yield "rest begins in lower case", candidate.rest[:1].islower()


def _property_features(
    candidate: Candidate, text: str, page: TitlePage
) -> dict[str, float]:
    key, declared = title_key(text), page.property_title
    words = set(key.split())
    name = set(title_key(page.cover.stem).split())
    found: dict[str, float] = {
        "share of words in the file name": len(words & name) / max(1, len(words)),
        "repeated": len(words) > 2 and key in page.later_texts,
        "repeated inside": len(words) > 3
        and any(key in text for text in page.later_texts),
    }
    if declared:
        is_same = key == declared
        found |= {
            "property": is_same,
            "property on the page": is_same and candidate.block is not None,
            "part of the property": not is_same and len(key) > 8 and key in declared,
            "contains the property": not is_same
            and len(declared) > 8
            and declared in key,
            "like the property": is_same_title(declared, key),
            "another block is the property": not is_same and declared in page.own_texts,
            "property inside the page": candidate.block is None
            and len(declared.split()) > 2
            and any(declared in text for text in page.own_texts),
        }
    return found


def _place_features(candidate: Candidate, page: TitlePage) -> dict[str, float]:
    block = page.blocks[candidate.start]
    is_heading = block.type is BlockType.HEADING
    level = block.level or 1
    own = block.text if not block.cells else candidate.text
    return {
        "highest heading": is_heading and level == page.top_level,
        "level": min(level, 4) if is_heading else 5,
        "levels below the highest": level - page.top_level if is_heading else 3,
        "place": candidate.start / 10,
        "first block": candidate.start == 0,
        "after the body starts": candidate.start >= page.body_start,
        "last before the body": candidate.stop == page.body_start,
        "begins in lower case": own[:1].islower(),
        "after its code": without_code(own) != own,
        "sentence": own.rstrip().endswith((".", ":", ";", ","))
        or (bool(dates_in(own)) and len(own.split()) <= 5),
    }


def _size_features(candidate: Candidate, page: TitlePage) -> dict[str, float]:
    """Return how large the letters are, beside those of the rest of the page."""
    blocks = page.blocks[candidate.start : candidate.stop]
    sizes = [block.size for block in blocks]
    smallest, largest = min(sizes), max(sizes)
    if not smallest:
        return {"unknown size": 1.0}
    before, following = page.block(candidate.start - 1), page.block(candidate.stop)
    return {
        "second largest letters": smallest == page.second_size,
        "much larger than all other": smallest == page.largest_size
        and page.second_size > 0
        and smallest >= _MUCH_LARGER * page.second_size,
        "share of the largest letters": smallest / page.largest_size,
        "larger than the text": smallest >= _LARGER,
        "much larger than the text": smallest >= _MUCH_LARGER,
        "twice as large as the text": smallest >= 2,
        "smaller than the text": smallest < 1,
        "letters of several sizes": largest > 1.05 * smallest,
        "letters of very different sizes": largest > _MUCH_LARGER * smallest,
        "below smaller letters": before is not None
        and 0 < before.size * _LARGER < smallest,
        "below larger letters": before is not None and before.size > _LARGER * largest,
        "above smaller letters": following is not None
        and 0 < following.size * _LARGER < smallest,
        "above letters of its size": following is not None
        and following.size > 0
        and abs(following.size - smallest) < 0.05 * smallest,
        "below letters of its size": before is not None
        and before.size > 0
        and abs(before.size - smallest) < 0.05 * smallest,
    }


def _span_features(candidate: Candidate, page: TitlePage) -> dict[str, float]:
    blocks = page.blocks[candidate.start : candidate.stop]
    more = len(blocks) - 1
    first, last = blocks[0], blocks[-1]
    is_one_style = all(_style(block) == _style(first) for block in blocks)
    following = page.block(candidate.stop)
    is_next_alike = (
        following is not None
        and not following.cells
        and _style(following) == _style(last)
    )
    return {
        "more blocks": more,
        "more blocks of one style": more if is_one_style else 0,
        "more blocks of other styles": 0 if is_one_style else more,
        "three blocks or more": more >= 2,
        "another style": not is_one_style,
        "headings": more > 0
        and all(block.type is BlockType.HEADING for block in blocks),
        "joins a publisher": more > 0
        and any(is_organisation(block.text) for block in blocks),
        "joins a reference": more > 0 and any(is_reference(b.text) for b in blocks),
        "joins lower case": any(block.text[:1].islower() for block in blocks[1:]),
        "joins a joining word": any(
            is_continuation(block.text) for block in blocks[1:]
        ),
        "next in the same style": is_next_alike,
        "next begins in lower case": following is not None
        and following.text[:1].islower(),
        "next begins with a joining word": following is not None
        and is_continuation(following.text),
    }


def _neighbour_features(candidate: Candidate, page: TitlePage) -> dict[str, float]:
    following = page.block(candidate.stop)
    below = following.text if following is not None else ""
    name = clean_title(candidate.text)
    is_short = len(name.split()) <= _NAME_WORDS
    after = page.blocks[candidate.stop : candidate.stop + _BLOCKS_BELOW]
    found: dict[str, float] = {
        "stands for words below it": stands_for(title_key(name), title_key(below)),
        "few words above funding": is_short
        and any(_FUNDING.search(block.text) for block in after),
        "code below it": is_code(below),
    }
    before = page.block(candidate.start - 1)
    if before is None:
        return found
    text = before.text.strip()
    is_alike = _style(before) == _style(page.blocks[candidate.start])
    is_other = is_reference(text) or is_organisation(text)
    return found | {
        "after a phrase of its style": is_alike
        and not is_other
        and len(text.split()) > _NAME_WORDS,
        "below a name": before.type is BlockType.HEADING and len(text.split()) == 1,
        "below a code": is_code(text),
        "below a kind": is_kind(text) or is_of_kinds(text),
        "below a publisher": is_organisation(text),
    }


def _style(block: Block) -> tuple[BlockType, int]:
    return block.type, block.level


def find_title(cover: Cover) -> ExtractedFact | None:
    """Return the title of a document: that of its cover, else of the file name."""
    page = TitlePage(cover)
    weights = read_weights(TITLE_WEIGHTS)
    scored = [
        (score(title_features(candidate, page), weights), candidate)
        for candidate in title_candidates(cover)
    ]
    possible = [(value, each) for value, each in scored if _may_be_title(each)]
    if not possible:
        return _title_of_name(cover)
    _, best = max(possible, key=lambda each: each[0])
    probabilities = shares([_key(e) for _, e in scored], [value for value, _ in scored])
    # A block says where on the page a title is that the property repeats.
    on_page = (each for _, each in possible if each.block and _key(each) == _key(best))
    best = next(on_page, best)
    return _confirmed(best, cover) or _fact(best, probabilities[_key(best)], cover)


def _may_be_title(candidate: Candidate) -> bool:
    """Return whether a text may be a title: after a code, "Technical report" is one."""
    has_code = without_code(candidate.text) != candidate.text
    return has_code or not is_never_a_title(clean_title(candidate.text))


def _confirmed(candidate: Candidate, cover: Cover) -> ExtractedFact | None:
    """Return the title if the property of the file has it too, in its fuller form.

    The property has small letters where a cover has capitals, and may have a subtitle
    more; that of a web page also has the name of the site.
    """
    block, declared = candidate.block, clean_title(declared_title(cover))
    if block is None or is_never_a_title(declared):
        return None
    title = clean_title(candidate.text)
    if not is_same_title(title_key(declared), title_key(title)):
        return None
    is_fuller = len(title) > len(declared) and not title.isupper()
    rest = _AFTER_DASH.match(declared, len(title))
    is_other = rest is not None and title_key(rest["rest"]) not in title_key(
        " ".join(block.text for block in cover.first_page)
    )
    own = title if cover.is_web_page or is_fuller or is_other else declared
    return block_fact(MetadataField.TITLE, block, own)


def _fact(candidate: Candidate, probability: float, cover: Cover) -> ExtractedFact:
    title = _with_year(clean_title(candidate.text), candidate, cover)
    if candidate.block is None:
        block = _block_with(title_key(title), cover)
        if block is not None:
            return block_fact(MetadataField.TITLE, block, title)
        return property_fact(MetadataField.TITLE, "title", title)
    likelihood = Likelihood.LOW
    if probability >= MEDIUM:
        likelihood = Likelihood.HIGH if probability >= HIGH else Likelihood.MEDIUM
    return block_fact(
        MetadataField.TITLE, candidate.block, title, likelihood=likelihood
    )


def _with_year(title: str, candidate: Candidate, cover: Cover) -> str:
    """Return the title of an annual report with the year that is alone below it."""
    following = cover.first_page[candidate.stop : candidate.stop + 1]
    if candidate.stop and following and _ANNUAL.fullmatch(title):
        year = following[0].text.strip()
        return f"{title} {year}" if _YEAR.fullmatch(year) else title
    return title


def _block_with(key: str, cover: Cover) -> Block | None:
    """Return the first block that has a text of three words or more as a part."""
    if len(key.split()) <= 2:
        return None
    return next((block for block in cover.blocks if key in title_key(block.text)), None)


def _title_of_name(cover: Cover) -> ExtractedFact | None:
    name = without_code(cover.stem)
    if word_count(name) >= (2 if name == cover.stem else 1):
        title = title_of(re.sub(r"[-.]+", " ", name))
        return property_fact(MetadataField.TITLE, "name", title)
    return None


def _key(candidate: Candidate) -> str:
    return title_key(clean_title(candidate.text))

"""What is known of a candidate for the title: its words, its place, its neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from indexer.analysis.record_codes import OUTPUT
from indexer.analysis.text_dates import dates_in
from indexer.analysis.tokens import fold, normalize
from indexer.extraction.report.cover import (
    LABEL,
    MIN_BODY_WORDS,
    SUMMARY_HEADING,
    Cover,
)
from indexer.extraction.report.cover_words import is_kind, is_programme, stands_for
from indexer.extraction.report.learnt_weights import Features
from indexer.extraction.report.title_candidates import (
    MAX_BLOCKS,
    Candidate,
    clean_title,
    declared_title,
    without_code,
)
from indexer.model.document import Block, BlockType

_NOT_A_TITLE = re.compile(
    r"(?:(?:deliverable|livrable|output)?\W*[DO]\.(?:[A-Z]\d{0,2}\.)?\d[\d.]*\W*"
    rf"|{OUTPUT}\W*"
    r"|(?:deliverable|livrable"
    r"|d)\s*:?\s*(?:n\s?[°º]|no\.?|number)?\s*\(?[dl]?\s?\d[\d._-]*[a-z]?\)?\W*"
    r"|(?:grant agreement|convention|horizon|h2020|version|v\d|work ?package|wp ?\d"
    r"|lot ?\d|page|date|author|auteur|www\.|https?:|table|figure"
    r"|(?:final|interim|public|progress|technical) (?:report|version)"
    r"|rapport (?:final|intermédiaire|d['’]étape)|version (?:finale|publique))"
    r"\W*\S{0,12}\W*"
    r"|(?:project|projet|document|report|rapport|public|draft|final|confidential"
    r"|toolkit|policy brief|note)\W*(?:\w*\d[\w.]*|(?-i:[A-Z@&-]{2,12}))?\W*"
    r"|(?:intellectual )?output (?:no\.? ?)?\w?\d+|\([^()]*\)|.{1,3}|[\d\W]+"
    r"|(?:(?:microsoft (?:word|powerpoint|excel)|adobe \w+)\b.*)|(?:(?:untitled"
    r"|sans (?:titre|nom)|mise en page|new document|nouveau document) ?\d*|titre|title"
    r"|présentation powerpoint|powerpoint presentation|slide ?\d*|diapositive ?\d*"
    r"|about:blank|document\d*)|.*\.(?:docx?|odt|pdf|pptx?|indd|tmp|rtf|qxp))",
    re.IGNORECASE,
)
"""Texts that are never titles: codes, versions, names of templates and of files."""

_SECTION_TITLE = re.compile(
    r"[\divx. ]*(?:(?:chapter|chapitre|part|partie|section|annexe?|appendix|module"
    r"|lesson|leçon)\s+\w{1,4}|introduction|foreword|preface|préface|avant[- ]propos"
    r"|disclaimer|avertissement|acknowledge?ments?|remerciements|contexte?|background"
    r"|overview|objecti(?:ves|fs)|copyright\b.*|important notice|release notes?"
    r"|notes? de (?:version|révision)|revision history|historique\b.*|mentions légales"
    r"|about (?:this|the)\b.*|(?:\w )?[aà] propos\b.*|table of contents|contents"
    r"|sommaire|table des matières)\W*",
    re.IGNORECASE,
)
"""Headings of sections, which are never titles of documents."""

_ORGANISATION = re.compile(
    r"(?:direction|ministère|ministry|department|république|préfecture|mairie"
    r"|(?:ville|commune) de"
    r"|city of|council|conseil|agence|agency|commission|european (?:commission|union)"
    r"|union européenne|université|university|institut\w*|forum|fondation|foundation"
    r"|association|federal|cour|chambre|assemblée|sénat|parlement|court|secrétariat"
    r"|(?:l['’])?équipe|(?:the )?team|groupe de travail"
    r"|working group|urbact|interreg|erasmus|horizon"
    r"|proposed rules)\b(?!.{0,60}[:?])(?:\W*\w+){0,7}\W*$"
    r"|(?:[\w’'-]+ ){1,4}(?:council|university|ministry|department|agency|authority"
    r"|commission|framework programme)\W*$",
    re.IGNORECASE,
)
"""Names of publishers, which are on the cover too."""

_BODY_WORD = re.compile(
    r"\b(?:forum|ministère|ministry|council|conseil|university|université|institut\w*"
    r"|agency|agence|observatoire|observatory|commission|préfecture|mairie|association"
    r"|fondation|foundation|department|direction|consortium|centre|assemblée|police)\b",
    re.IGNORECASE,
)
_JOINING = frozenset(
    "of for to and in on with from by the a an at or & de des du d’ et à au aux pour "
    "par sur dans en avec la le les l’ un une ou".split()
)
"""Words between which a title is not over."""

_CONTINUING = _JOINING - {"a", "an", "the", "la", "le", "les", "un", "une"}
"""Those with which a title rarely begins."""

_EDITION = re.compile(
    r"(?:version|édition|edition|v\d|mis à jour|updated)\b", re.IGNORECASE
)
_KIND_OF_DOCUMENT = re.compile(
    r"\b(?:study|report|guide|guidelines|handbook|manual|manuel|plan|strategy|stratégie"
    r"|toolkit|review|rapport|étude|bilan|enquête|survey|catalogue|livret|actes)\b",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?:production intellectuelle|intellectual output|projec?t result"
    r"|résultat de projet|(?:action|azione) \w+\W+deliverable|deliverable|livrable"
    r"|output|prodotto|io|d)\W*"
    r"(?:n\W*|no\.?\s*)?[dlo]?\W?\d[\d._-]*[a-z]?\W*",
    re.IGNORECASE,
)
"""The code of a deliverable, alone."""

_REFERENCE = re.compile(
    r"\b(?:grant|version|v\d|page|www|http|@|©|confidential|public|horizon|h2020|wp ?\d"
    r"|work package|call|programme|funded|cofinanc|copyright|project|projet|isbn|n°)\b",
    re.IGNORECASE,
)
_NAMES = re.compile(r"[A-ZÀ-Þ][\w’'.-]+(?:(?: |, | & | et | and )[A-ZÀ-Þ][\w’'.-]+)+")
_WORD = re.compile(r"[^\W\d_]+")
_WORK_PACKAGE = re.compile(
    r"(?:work ?package|wp ?\d|lot de travaux|lot ?\d|task ?\d|tâche ?\d)", re.IGNORECASE
)
_FUNDING = re.compile(
    r"\b(?:grant agreement|convention|co-?funded|cofinan\w+|programme|H2020|LIFE\d\d"
    r"|\d{6,9}|\d{4}-\d-[A-Z]{2}\d{2})\b",
    re.IGNORECASE,
)
_NAME_WORDS = 3
"""The most words that the acronym of a project or of a body mostly has."""

_BLOCKS_BELOW = 4
_LARGER, _MUCH_LARGER = 1.1, 1.35
"""The ratios from which letters look larger, and much larger."""

_WORDS_OF_KINDS = frozenset(
    "final draft interim working technical staff public progress rapport report "
    "document paper note deliverable livrable information version policy brief the of "
    "on de la d n no project projet commission policybrief european".split()
)
_SAME_TITLE_SHARES = (0.4, 0.8)
"""The least share of a text that its title property has, at its start or inside."""


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


def title_key(text: str) -> str:
    """Return the letters and digits of a text, by which titles are compared."""
    return " ".join(re.findall(r"\w+", fold(normalize(text)).casefold()))


def is_never_a_title(text: str) -> bool:
    """Return whether a text is a code, a label, a version or the title of a section."""
    patterns = (_NOT_A_TITLE, SUMMARY_HEADING, _SECTION_TITLE)
    return (
        any(pattern.fullmatch(text) for pattern in patterns)
        or LABEL.match(text) is not None
    )


def is_publisher(text: str) -> bool:
    """Return whether a line of a cover names a body, as that which publishes it."""
    return _ORGANISATION.match(text) is not None or _BODY_WORD.search(text) is not None


def has_kind(text: str) -> bool:
    """Return whether a text names a kind of document, alone or with other words."""
    return _is_of_kinds(text) or _KIND_OF_DOCUMENT.search(text) is not None


def title_features(candidate: Candidate, page: TitlePage) -> Features:
    """Return the features of a candidate, by name; each is a number, mostly 0 or 1."""
    text = clean_title(candidate.text)
    found = dict(_source_features(candidate))
    found |= _word_features(text)
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
        yield "rest is a reference", _is_reference(candidate.rest)
        yield "rest begins in lower case", candidate.rest[:1].islower()


def _word_features(text: str) -> dict[str, float]:
    words = text.split()
    count = len(words)
    last = words[-1].casefold().strip(".,:;") if words else ""
    return {
        "one word": count == 1,
        "two words": count == 2,
        "three to five words": 3 <= count <= 5,
        "six to fourteen words": 6 <= count <= 14,
        "fifteen to 25 words": 15 <= count <= 25,
        "more than 25 words": count > 25,
        "capitals": text.isupper(),
        "few words in capitals": count <= 3 and text.isupper(),
        "a word with signs": count == 1 and not text.isalpha(),
        "full stop": text.endswith("."),
        "open end": text.endswith((":", ",", ";")),
        "begins with a joining word": _first_word(text) in _CONTINUING,
        "ends with a joining word": last in _JOINING or last in {"the", "n°"},
        "publisher": _ORGANISATION.match(text) is not None,
        "a reference": _is_reference(text),
        "few words with a body": count <= 8 and _BODY_WORD.search(text) is not None,
        "kind": is_kind(text),
        "words of kinds only": _is_of_kinds(text),
        "word of a kind": _KIND_OF_DOCUMENT.search(text) is not None,
        "never a title": _NOT_A_TITLE.fullmatch(text) is not None,
        "section": _SECTION_TITLE.fullmatch(text) is not None,
        "summary": SUMMARY_HEADING.fullmatch(text) is not None,
        "begins with a label": LABEL.match(text) is not None,
        "date": bool(dates_in(text)),
        "share of digits": sum(map(str.isdigit, text)) / max(1, len(text)),
        "reference": _REFERENCE.search(text) is not None,
        "programme": is_programme(text),
        "edition": _EDITION.search(text) is not None,
        "semicolon": ";" in text,
        "colon": ":" in text,
        "bracket": text.startswith("("),
        "words with capitals": _NAMES.fullmatch(text) is not None,
    }


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
        and any(key in each for each in page.later_texts),
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
            and any(declared in each for each in page.own_texts),
        }
    return found


def _place_features(candidate: Candidate, page: TitlePage) -> dict[str, float]:
    block = page.blocks[candidate.start]
    is_heading = block.type is BlockType.HEADING
    level = block.level or 1
    own = block.text if not block.cells else candidate.text
    return {
        "heading": is_heading,
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
        "largest letters": smallest == page.largest_size,
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
    is_one_style = all(_style(each) == _style(first) for each in blocks)
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
        "headings": more > 0 and all(each.type is BlockType.HEADING for each in blocks),
        "joins a publisher": more > 0
        and any(_ORGANISATION.match(each.text) for each in blocks),
        "joins a reference": more > 0 and any(_is_reference(b.text) for b in blocks),
        "joins lower case": any(each.text[:1].islower() for each in blocks[1:]),
        "joins a joining word": any(map(_is_continuation, blocks[1:])),
        "next in the same style": is_next_alike,
        "next begins in lower case": following is not None
        and following.text[:1].islower(),
        "next begins with a joining word": following is not None
        and _is_continuation(following),
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
        and any(_FUNDING.search(each.text) for each in after),
        "code below it": _CODE.fullmatch(below.strip()) is not None,
    }
    before = page.block(candidate.start - 1)
    if before is None:
        return found | {"first of its style": 1.0}
    text = before.text.strip()
    is_alike = _style(before) == _style(page.blocks[candidate.start])
    is_other = _is_reference(text) or _ORGANISATION.match(text) is not None
    return found | {
        "first of its style": not is_alike,
        "after a phrase of its style": is_alike
        and not is_other
        and len(text.split()) > _NAME_WORDS,
        "below a name": before.type is BlockType.HEADING and len(text.split()) == 1,
        "below a code": _CODE.fullmatch(text) is not None,
        "below a kind": is_kind(text) or _is_of_kinds(text),
        "below a publisher": _ORGANISATION.match(text) is not None,
    }


def _style(block: Block) -> tuple[BlockType, int]:
    return block.type, block.level


def _is_continuation(block: Block) -> bool:
    return _first_word(block.text) in _CONTINUING


def _first_word(text: str) -> str:
    return next(iter(text.split()), "").casefold()


def _is_of_kinds(text: str) -> bool:
    """Return whether all words of a text name kinds of documents."""
    words = _WORD.findall(text.casefold())
    return bool(words) and _WORDS_OF_KINDS.issuperset(words)


def _is_reference(text: str) -> bool:
    """Return whether a line is about the document, rather than its title."""
    text = text.strip()
    return bool(
        _CODE.fullmatch(text)
        or dates_in(text)
        or _EDITION.search(text)
        or _is_of_kinds(text)
        or is_kind(text)
        or LABEL.match(text)
        or is_programme(text)
        or _NOT_A_TITLE.fullmatch(text)
        or _WORK_PACKAGE.match(text)
    )


def is_same_title(one: str, other: str) -> bool:
    """Return whether one key has most of another, not a word or a line of it."""
    shorter, longer = sorted((one, other), key=len)
    share = len(shorter) / max(1, len(longer))
    is_beginning = fuzz.ratio(shorter, longer[: len(shorter)]) > 90
    return (
        share >= _SAME_TITLE_SHARES[not is_beginning]
        and fuzz.partial_ratio(shorter, longer) > 90
    )

"""The date of a document, as its cover states it.

Its features are its words, its place and the other dates.

It is the date on the pages of the cover with the highest score, unless the score of the
answer that there is none is higher. The weights were learnt from covers
(`benchmarks/cover_weights.py`).
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from indexer.analysis.text_dates import date_of_property
from indexer.extraction.report.cover import Cover, block_fact, property_fact
from indexer.extraction.report.date_candidates import (
    WORDS_BEFORE,
    DateCandidate,
    DateSource,
    date_candidates,
)
from indexer.extraction.report.learnt_weights import (
    Features,
    read_weights,
    score,
    shares,
)
from indexer.extraction.report.title_words import title_key
from indexer.model.dates import PartialDate
from indexer.model.document import Block, BlockType
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField

_WORDS = {
    "published": (
        r"publi\w*|diffus\w*|parution|paru\w*|release\w*|issue[ds]?|veroffentlich\w*"
        r"|pubblica\w*|publicacion|erschienen|online|mis en ligne|edite|posted"
    ),
    "submitted": (
        r"submi\w*|remis\w*|rendu\w*|deliver\w*|livraison|livre|depose\w*|depot"
        r"|soumis\w*"
        r"|abgabe|consegna|entrega|sent|transmis\w*|envoye\w*|envoi|actual|effective"
    ),
    "version": (
        r"version\w*|v ?\d[\d.]*|revision|rev|revise\w*|edition|stand|versione|draft"
        r"|final\w*"
        r"|fassung|resubmission|release"
    ),
    "updated": (
        r"mise? a jour|updated?|last|derniere|modifie\w*|aktualisiert|aggiorna\w*"
    ),
    "planned": (
        r"due|contractual\w*|planned|annex|doa|prevue?s?|contractuelle|echeance|limite"
        r"|deadline|review|scheduled|dovuta|fallig\w*"
    ),
    "approved": (
        r"approv\w*|adopt\w*|valid\w*|approuv\w*|deliber\w*|signe\w*|signed|accepted"
        r"|endorsed|arrete[es]?|examine\w*"
    ),
    "event": (
        r"workshop\w*|atelier\w*|meeting\w*|reunion\w*|seminar\w*|seminaire\w*"
        r"|conference\w*"
        r"|colloque\w*|seance\w*|session\w*|held|tenu\w*|journees?|event|assembl\w*"
        r"|held"
        r"|rencontre\w*|visite?s?|webinar\w*|convegno|tagung|presente\w*|presented"
        r"|webinaire|prochaine?|next|ordre du jour|agenda|compte rendu|minutes"
        r"|ausschuss|stadtrat|beratung\w*|sitzung"
    ),
    "law": (
        r"loi|law|lois|act|directive|regulation|reglement|decret|ordonnance|article"
        r"|code"
        r"|convention|decision|resolution|constitution|gesetz|legge|treaty|circulaire"
        r"|decree|ares"
    ),
    "start": (
        r"start\w*|began|debut\w*|from|depuis|commenc\w*|beginning|kick off|launch\w*"
        r"|lance\w*|since|beginn|inizio|created"
    ),
    "end": (
        r"end\w*|fin|until|jusqu\w*|expir\w*|to|au|duration|duree|period\w*|ende|fine"
        r"|through"
    ),
    "data": (
        r"survey\w*|data|donnees|enquete\w*|statisti\w*|annual|annuel\w*|activite"
        r"|activity|year|annee|exercice|fieldwork|terrain|collected|census|figures"
        r"|chiffres|population|situation"
    ),
    "replaces": (
        r"replac\w*|remplac\w*|first|premiere|previous\w*|initial\w*|annule\w*"
        r"|supersed\w*|originally|ersetzt"
    ),
    "imprint": (
        r"isbn|issn|legal|imprim\w*|print\w*|copyright|©|\(c\)|luxembourg|impression"
        r"|stampa|druck|rights|droits|citation|cite|citer"
    ),
    "access": r"access\w*|consult\w*|retrieved|visited|viewed",
    "date": r"date|datum|data|fecha|dated|le|on",
    "programme": (
        r"programme|program|h2020|horizon|call|grant|feder|erdf|fund\w*|isf|interreg"
        r"|strategie|strategy|plan"
    ),
}
_WORD_PATTERNS = {
    name: re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])")
    for name, words in _WORDS.items()
}
_RANGE_BEFORE = re.compile(
    r"(?:\d\s*[-–]|\bau|\bto|\band|\bet|\buntil|\d)\s*$|^\s*[-–]\s*$"
)
_RANGE_AFTER = re.compile(r"^\s*(?:[-–]\s*(?:\d|$)|to\b|au\b|and\s*$|et\s*$|a\s*$)")
_PLACE_BEFORE = re.compile(
    r"^[^\d.:;!?()]{3,40}(?:,(?: le| the)?|\s[–|-])\s*(?:le |the )?$"
)


@dataclass(frozen=True)
class DatePage:
    """A cover, the number of the block of its title, and all dates found on it."""

    cover: Cover
    title: str
    candidates: Sequence[DateCandidate]

    @cached_property
    def title_number(self) -> int:
        """The number of the block that has the title, or its beginning; else -1."""
        key = title_key(self.title)[:40]
        return next(
            (
                number
                for number, block in enumerate(self.cover.blocks)
                if key and key in title_key(block.text)
            ),
            -1,
        )

    @cached_property
    def created(self) -> PartialDate | None:
        """The day on which the file says that it was created."""
        return date_of_property(self.cover.properties.created)

    @cached_property
    def front(self) -> frozenset[int]:
        """The identities of the blocks of the first page."""
        return frozenset(map(id, self.cover.first_page))

    @cached_property
    def history(self) -> Sequence[PartialDate]:
        """The dates of the history of versions."""
        is_history = (
            candidate
            for candidate in self.candidates
            if candidate.source is DateSource.HISTORY
        )
        return [each.date for each in is_history]

    @cached_property
    def front_dates(self) -> frozenset[PartialDate]:
        """The dates of the first page."""
        return frozenset(
            candidate.date
            for candidate in self.candidates
            if id(candidate.block) in self.front
        )

    @cached_property
    def counts(self) -> Counter[PartialDate]:
        """How often each date is found."""
        return Counter(candidate.date for candidate in self.candidates)


def date_features(candidate: DateCandidate, page: DatePage) -> Features:
    """Return the features of a date, by name; each is a number, mostly 0 or 1."""
    return {name: float(value) for name, value in _features(candidate, page) if value}


def no_date_features(page: DatePage) -> Features:
    """Return the features of the answer that a cover has no date of its own."""
    return {
        "none": 1.0,
        **({"none with dates in front": 1.0} if page.front_dates else {}),
    }


def _features(candidate: DateCandidate, page: DatePage) -> Iterator[tuple[str, float]]:
    date, source = candidate.date, candidate.source
    yield source.value, 1
    yield "day", date.day is not None
    yield "month", date.day is None and date.month is not None
    yield "year", date.month is None
    yield from _word_features(candidate)
    yield from _place_features(candidate, page)
    yield from _other_dates(candidate, page)


def _word_features(candidate: DateCandidate) -> Iterator[tuple[str, float]]:
    before = candidate.before.split()[-WORDS_BEFORE:]
    after = candidate.after.split()[:WORDS_BEFORE]
    label = title_key(candidate.label)
    near = " ".join(before[-4:])
    for name, pattern in _WORD_PATTERNS.items():
        yield f"{name} in its label", pattern.search(label) is not None
        yield f"{name} right before", pattern.search(near) is not None
        yield f"{name} before", pattern.search(" ".join(before[:-4])) is not None
        yield f"{name} after", pattern.search(" ".join(after)) is not None
    count = len(candidate.before.split()) + len(candidate.after.split())
    yield "alone", count == 0
    yield "one or two words beside it", 1 <= count <= 2
    yield "three to eight words beside it", 3 <= count <= 8
    yield "nine to 20 words beside it", 9 <= count <= 20
    yield "more words beside it", count > 20
    yield "end of its line", count > 0 and not candidate.after.strip(" .)|")
    yield "start of its line", count > 0 and not candidate.before.strip(" (|")
    yield "first of a range", _RANGE_AFTER.match(candidate.after) is not None
    yield "last of a range", _RANGE_BEFORE.search(candidate.before) is not None
    yield "after a place", _PLACE_BEFORE.match(candidate.before) is not None
    yield "in brackets", candidate.before.rstrip().endswith("(")


def _place_features(
    candidate: DateCandidate, page: DatePage
) -> Iterator[tuple[str, float]]:
    block, number = candidate.block, candidate.number
    if block is None or number < 0:
        return
    is_front = id(block) in page.front
    is_short = len(block.text.split()) <= WORDS_BEFORE + 4
    yield "first page", is_front
    yield "later page", not is_front
    yield "place", min(number, 20) / 20
    yield "heading", block.type is BlockType.HEADING
    yield "list item", block.type is BlockType.LIST_ITEM
    yield "short block on the first page", is_front and is_short
    yield "text on the first page", is_front and not is_short
    yield "sentence", block.text.rstrip().endswith(".") and not is_short
    title = page.title_number
    yield "after the title", title >= 0 and number > title
    yield "before the title", title >= 0 and number < title
    yield "right after the title", title >= 0 and title < number <= title + 3
    yield "in the block of the title", number == title


def _other_dates(
    candidate: DateCandidate, page: DatePage
) -> Iterator[tuple[str, float]]:
    date = candidate.date
    others = page.counts.keys() - {date}
    front = page.front_dates
    if candidate.source is DateSource.HISTORY:
        yield "latest of the history", date == max(page.history, key=str)
        yield "earlier in the history", date != max(page.history, key=str)
    yield "a more exact one is found", any(_is_part(date, other) for other in others)
    if front:
        yield "latest of the first page", str(date) >= max(map(str, front))
    yield "only one", not others
    yield "found more than once", page.counts[date] > 1
    if page.created is not None:
        yield "created that day", str(page.created) == str(date)
        yield "created that month", str(page.created)[:7] == str(date)[:7]
        yield "created that year", page.created.year == date.year
        yield "after its creation", str(date)[:4] > str(page.created)[:4]


def _is_part(exact: PartialDate, of: PartialDate) -> bool:
    """Return whether the first date is a month or a year that has the second."""
    return str(of).startswith(f"{exact}-")


DATE_WEIGHTS = Path(__file__).with_name("date_weights.json")

LIKELY = 0.6
"""The probability from which a date is rather likely; a year alone never is, nor one in
a header or footer, which may be that of a template."""

_NONE = ""
_DATE_OF_TEMPLATE = "2013-12-23T23:15:00"
"""The day of creation of every file that python-docx made from its own template."""


def find_date(
    cover: Cover, title: ExtractedFact | None, margins: Sequence[Block]
) -> ExtractedFact | None:
    """Return the date of submission or publication that a document states.

    Without one, it is the day on which the file was created, if the file has it.

    Args:
        cover: the first pages of the document.
        title: its title.
        margins: its running headers and footers.
    """
    weights = read_weights(DATE_WEIGHTS)
    whole_title = title.value if title is not None else ""
    candidates = list(date_candidates(cover, whole_title, margins))
    page = DatePage(cover, whole_title, candidates)
    scores = [
        score(no_date_features(page), weights),
        *(score(date_features(candidate, page), weights) for candidate in candidates),
    ]
    found = shares([_NONE, *(str(each.date) for each in candidates)], scores)
    best = max(found, key=lambda date: found[date])
    if best == _NONE:
        return _created(cover)
    places = zip(scores[1:], candidates, strict=True)
    own = [(each, place) for each, place in places if str(place.date) == best]
    _, place = max(own, key=lambda each: each[0])
    return _fact(place, found[best], title)


def _fact(
    candidate: DateCandidate, probability: float, title: ExtractedFact | None
) -> ExtractedFact:
    date = str(candidate.date)
    likelihood = Likelihood.LOW
    is_unsure = candidate.source is DateSource.MARGIN or candidate.date.month is None
    if probability >= LIKELY and not is_unsure:
        is_labelled = candidate.source is DateSource.LABEL
        likelihood = Likelihood.HIGH if is_labelled else Likelihood.MEDIUM
    if candidate.block is not None:
        return block_fact(
            MetadataField.DATE, candidate.block, date, likelihood=likelihood
        )
    if candidate.source is DateSource.TITLE and title is not None:
        return ExtractedFact(MetadataField.DATE, (date,), title.origin, likelihood)
    return property_fact(MetadataField.DATE, "name", date)


def _created(cover: Cover) -> ExtractedFact | None:
    created = date_of_property(cover.properties.created)
    if created is not None and cover.properties.created[:19] != _DATE_OF_TEMPLATE:
        return property_fact(MetadataField.DATE, "created", str(created))
    return None

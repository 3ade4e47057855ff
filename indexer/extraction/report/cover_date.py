"""The date of a document, by ordered rules; the first that finds one decides.

1. A date after a label: of delivery or publication, else of the document, else of the
   deadline.
2. A date on a short line of the cover, alone, after a place, or after "Version".
3. The latest date of its history of versions. 4. A date in its title.
5. A labelled date in its colophon. 6. A date in a header or footer.
7. The day on which the file was created, which no page states.
"""

import re
from collections.abc import Iterator, Sequence

from indexer.analysis.text_dates import DatedText, date_of_property, dated_texts
from indexer.analysis.tokens import fold, normalize
from indexer.extraction.report.cover import (
    Cover,
    block_fact,
    labelled_values,
    property_fact,
)
from indexer.extraction.report.title_words import title_key
from indexer.model.dates import PartialDate
from indexer.model.document import Block, BlockType
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField

_MAX_LENGTH = 3000
_MAX_LINE_WORDS = 14
_FRONT_BLOCKS = 30
_SECOND_PAGE, _SECOND_BLOCKS = 2, 8
_DEADLINE_RANK = 2
_UNSURE_RANK = 3
_FEW_WORDS = 6
_LABEL_WORDS = 3
_MAX_PLACE_CHARACTERS = 80

_DEADLINE = re.compile(
    r"\b(?:due|contractual|planned|annex|prévue?|contractuelle|échéance|limite)\b"
)
_DELIVERED = re.compile(
    r"submi|deliver|publi|release|issue|actual|remis|livraison|rendu|parution|envoi"
    r"|diffusion|dépôt|edition|édition|effective|abgabe|entrega|consegna|imprimer|print"
)
_DEADLINE_AND_DELIVERY = re.compile(
    r"\b(?:due|contractual)\b.{0,30}\b(?:actual|delivered|submitted)\b.{0,40}\d",
    re.IGNORECASE,
)
"""The labels of two dates before both: "Due on Delivered on"."""

_OTHER_DATE = re.compile(
    r"\b(?:start\w*|began|debut\w*|end(?:s|ed)?|fin|from|depuis|since|until|jusqu\w*"
    r"|duration|duree|period\w*|call|programme?|horizon|h2020|law|loi|directive"
    r"|regulation|reglement|decret|act|article|isbn|retrieved|accessed|consulte\w*"
    r"|copyright|workshop|atelier|meeting|reunion|conference|colloque"
    r"|held|tenue?|survey|enquete|data from|donnees|due|contractual|planned|prevue?"
    r"|deadline|echeance|before|avant|next|prochaine?)\b|©|\(c\)"
)
"""Words before a date that is not that of the document."""

_OF_THE_DOCUMENT = re.compile(
    r"\b(?:version|date|dated?|publi\w*|paru\w*|submi\w*|deliver\w*|remis\w*|final\w*"
    r"|release\w*|edition|updated?|mis a jour|issue\w*|rendu|livr\w+|valid\w*"
    r"|adopt\w*|approv\w*|posted|printed|imprim\w*)\b"
)
_IMPRINT = re.compile(
    r"^\W*(?:(?:first|second|third|\w*\d\w*) edition|\w*\d?\w* édition|édition|edition"
    r"|printed|imprimé|published|publié|version)\b"
    r"|^[^\W\d_][\w .-]+: [^,:]{3,60}, \d{4}\W*$",
    re.IGNORECASE,
)
_PLACE = re.compile(r"(?:^|\s)[^\W\d_]{3,}(?:[ –—-]+[^\W\d_]+)*,(?: le| the| den)?\s*$")
_RANGE_BEFORE = re.compile(r"^\s*[-–—]\s*$|\b(?:19|20)\d\d\s*[-–—]\s*$")
_RANGE_AFTER = re.compile(r"^\s*(?:[-–—]\s*\d|(?:to|au|until)\b)")
_PUBLISHED = re.compile(r"^.{0,40}\b(?:publi\w*|paru\w*|posted|remis)(?: le| on)?\s*$")
_YEAR = re.compile(r"(?<![\w/.–-])(?<!\d:)(?<!horizon )(?:19|20)\d\d(?![\d/–-])")
_MONTH_AT_END = re.compile(r"(?<![\w./-])(0[1-9]|1[0-2])\s+((?:19|20)\d\d)$")
_DATE_HEADER = re.compile(
    r"(?:(?:issue|revision|release|version|submission) )?dates?"
    r"(?: (?:of|de) (?:issue|change|revision|version|la version))?|datum|dato|data"
    r"|fecha|when|når|kuupäev|päivä(?:ys)?",
    re.IGNORECASE,
)
_CUT_YEAR = re.compile(r"(?<=[./-]\d{3}) (?=\d\b)")
"""Where a narrow cell breaks a date."""

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
    labelled = _labelled(cover)
    if labelled is not None and not labelled[0]:
        return labelled[1]
    return (
        _in_front(cover, title)
        or (labelled[1] if labelled is not None else None)
        or _in_history(cover)
        or _in_title(cover, title)
        or _in_colophon(cover)
        or _in_margins(margins)
        or _created(cover)
    )


def _labelled(cover: Cover) -> tuple[bool, ExtractedFact] | None:
    """Return the best date after a label, and whether it is that of a deadline."""
    found: list[tuple[int, PartialDate, Block]] = []
    for value, block, label in labelled_values(cover, MetadataField.DATE):
        if dates := _dates_in(value):
            found.append((label_rank(label), dates[0].date, block))
    for block in cover.blocks:
        if _DEADLINE_AND_DELIVERY.search(block.text):
            dates = _dates_in(block.text)
            second = [each for each in dates if not _DEADLINE.search(each.before)]
            found += [(0, dated.date, block) for dated in (second or dates)[:1]]
    if not found:
        return None
    rank, date, block = min(found, key=lambda each: each[0])
    return rank == _DEADLINE_RANK, block_fact(MetadataField.DATE, block, str(date))


def label_rank(label: str) -> int:
    """Return the place of a label: delivery, then any date, then the deadline."""
    if _DEADLINE.search(label):
        return _DEADLINE_RANK
    return 0 if _DELIVERED.search(label) else 1


def _in_front(cover: Cover, title: ExtractedFact | None) -> ExtractedFact | None:
    """Return the date of a short line of the first page, the most telling first."""
    found: list[tuple[int, str, PartialDate, Block]] = []
    key = title_key(title.value) if title is not None else ""
    above = ""
    for line, block in _front_lines(cover, key):
        for dated in _dates_in(line, years=title_key(line) not in key):
            rank = _rank_of_line(dated, line, above)
            if rank is not None:
                found.append((rank, str(dated.date), dated.date, block))
        above = line
    if not found:
        return None
    best = min(rank for rank, *_ in found)
    _rank_found, _text, date, block = max(
        (each for each in found if each[0] == best), key=lambda each: each[1]
    )
    is_sure = date.month is not None and best < _UNSURE_RANK
    likelihood = Likelihood.MEDIUM if is_sure else Likelihood.LOW
    return block_fact(MetadataField.DATE, block, str(date), likelihood=likelihood)


def _front_lines(cover: Cover, title: str) -> Iterator[tuple[str, Block]]:
    """Yield the lines of the first page, and the imprint on those after it.

    The title on the second page makes that page the first one again.
    """
    front = list(cover.first_page[:_FRONT_BLOCKS])
    second = [block for block in cover.blocks if block.page == _SECOND_PAGE]
    if title and any(title_key(block.text) == title for block in second):
        front += second[:_SECOND_BLOCKS]
    for block in front:
        if block.type is not BlockType.NOTE:
            for line in (block.lines if not block.cells else ()) or (block.text,):
                yield line, block
    for block in cover.blocks[len(front) :]:
        if len(block.text.split()) <= _MAX_LINE_WORDS and _IMPRINT.search(block.text):
            yield block.text, block


def _rank_of_line(dated: DatedText, line: str, above: str) -> int | None:
    """Return how much a line says that a date is the document's; None if it doesn't."""
    before, after = dated.before.rstrip(), dated.after
    is_range = _RANGE_BEFORE.search(before) or _RANGE_AFTER.match(after)
    is_followed = not after.strip(" –—-") and after.strip() and len(_dates_in(line)) > 1
    if is_range or is_followed:
        return None
    is_at_place = _PLACE.search(f"{before} ") is not None
    if len(line.split()) > _MAX_LINE_WORDS:
        is_dateline = is_at_place and len(before) <= _MAX_PLACE_CHARACTERS
        is_own = dated.date.day is not None and (
            is_dateline or _PUBLISHED.search(before)
        )
        return 2 if is_own else None
    is_alone = not f"{before}{after}".strip(" .|()–-")
    is_labelled = is_alone and len(above.split()) <= _LABEL_WORDS
    if _OTHER_DATE.search(fold(normalize(above)) if is_labelled else before):
        return None
    rank = _UNSURE_RANK
    if is_at_place or is_alone:
        rank = 1
    elif _OF_THE_DOCUMENT.search(before) or len(line.split()) <= _FEW_WORDS:
        rank = 2
    return rank + _UNSURE_RANK if dated.date.month is None else rank


def _in_history(cover: Cover) -> ExtractedFact | None:
    """Return the latest date of a table with a column of dates."""
    column = -1
    found: list[tuple[str, Block]] = []
    for block in cover.blocks:
        cells = [cell.strip() for cell in block.cells]
        header = next(
            (n for n, cell in enumerate(cells) if _DATE_HEADER.fullmatch(cell)), -1
        )
        if header >= 0 and len(cells) > 2:
            column = header
        elif 0 <= column < len(cells):
            dates = _dates_in(_CUT_YEAR.sub("", cells[column]))
            found += [(str(dated.date), block) for dated in dates[:1]]
        else:
            column = -1
    if not found:
        return None
    date, block = max(found, key=lambda each: each[0])
    return block_fact(MetadataField.DATE, block, date, likelihood=Likelihood.MEDIUM)


def _in_title(cover: Cover, title: ExtractedFact | None) -> ExtractedFact | None:
    """Return the day in the title, as minutes have it."""
    if title is None:
        return None
    for text in (title.value, cover.properties.title):
        for dated in _dates_in(text):
            date = str(dated.date)
            return ExtractedFact(
                MetadataField.DATE, (date,), title.origin, Likelihood.LOW
            )
    return None


def _in_colophon(cover: Cover) -> ExtractedFact | None:
    ending = Cover((), cover.ending, cover.properties, cover.name)
    for value, block, _label in labelled_values(ending, MetadataField.DATE):
        for dated in _dates_in(value):
            date = str(dated.date)
            return block_fact(
                MetadataField.DATE, block, date, likelihood=Likelihood.MEDIUM
            )
    return None


def _in_margins(margins: Sequence[Block]) -> ExtractedFact | None:
    """Return the date of a header or footer, which may be that of a template."""
    for block in margins:
        for dated in _dates_in(block.text):
            date = str(dated.date)
            return block_fact(
                MetadataField.DATE, block, date, likelihood=Likelihood.LOW
            )
    return None


def _created(cover: Cover) -> ExtractedFact | None:
    created = date_of_property(cover.properties.created)
    if created is not None and cover.properties.created[:19] != _DATE_OF_TEMPLATE:
        return property_fact(MetadataField.DATE, "created", str(created))
    return None


def _dates_in(text: str, *, years: bool = False) -> list[DatedText]:
    """Return the dates of a text; "03 2020" at its end is a month; years if asked."""
    text = _MONTH_AT_END.sub(r"\1/\2", text[:_MAX_LENGTH].strip())
    found = dated_texts(text)
    return found or (list(_years_in(text)) if years else [])


def _years_in(text: str) -> Iterator[DatedText]:
    plain = fold(normalize(text))
    for match in _YEAR.finditer(plain):
        if date := PartialDate.parse(match[0]):
            yield DatedText(date, plain[: match.start()], plain[match.end() :])

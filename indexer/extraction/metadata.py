"""Finds what a document says of itself: code, title, authors, date, licence.

Each fact comes with where it was found, for a person to check: covers say much, and the
properties of a file are often those of the one that it was made from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from indexer.analysis.normalization import fold, normalize
from indexer.extraction.dates import date_of_property, dates_in
from indexer.extraction.outline import Placed, outline
from indexer.extraction.wording import locale_of, sentences, title_of, word_count
from indexer.model.document import Block, BlockType, Document
from indexer.model.ids import Locale
from indexer.model.proposals import FoundFact, MetadataField, Sureness, Whence
from indexer.model.readings import FileProperties
from indexer.model.records import DeliverableType

COVER_PAGES = 3
COVER_BLOCKS = 60
SAMPLE_BLOCKS = 80
MAX_TITLE_WORDS = 30
MAX_QUOTED = 160
MIN_SUMMARY_WORDS = 8
MAX_SUMMARY_CHARACTERS = 300

_CODE = re.compile(
    r"\bD\s?-?\s?(\d{1,2}[._]\d{1,2}(?:[._]\d{1,2})?[a-z]?)\b(?!\s?[%€])"
)
_LABELS: dict[MetadataField, str] = {
    MetadataField.TITLE: (
        r"(?:deliverable|document|report|full)? ?title|titre(?: du (?:livrable|document"
        r"|rapport))?|nom du livrable|deliverable name"
    ),
    MetadataField.AUTHORS: (
        r"(?:main |lead |contributing |principal )?authors?(?:\(s\))?|written by|by"
        r"|auteure?s?(?:\(s\))?|auteur\(e\)s?|rédigé par|rédaction|rédacteurs?"
        r"|prepared by"
        r"|editors?(?:\(s\))?"
    ),
    MetadataField.DATE: (
        r"(?:(?:actual )?(?:submission|delivery|publication|release|due|issue) )?date"
        r"(?: of (?:submission|delivery|publication|issue|this version))?"
        r"|date (?:de (?:remise|publication|livraison|rendu|version)|du document)"
        r"|submitted(?: on)?|published(?: on)?|publié(?: le)?|remis(?: le)?"
    ),
    MetadataField.LEAD: (
        r"(?:lead|leading|responsible) (?:beneficiary|partner|organi[sz]ation"
        r"|participant"
        r"|contractor)|deliverable lead(?:er)?|(?:partenaire )?chef de file"
        r"|(?:partenaire|organisme) responsable|bénéficiaire responsable"
    ),
    MetadataField.PROJECT: (
        r"project(?: (?:acronym|title|name))?|acronym|(?:nom|acronyme|titre) du projet"
        r"|projet|grant agreement(?: (?:no\.?|number))?|convention de subvention"
        r"(?: n\s?[°º])?"
    ),
    MetadataField.LICENCE: r"licen[cs]e|rights|droits|conditions de réutilisation",
    MetadataField.DISSEMINATION: (
        r"dissemination level|(?:niveau de )?diffusion|confidentiality|classification"
        r"|security"
    ),
}
_LABEL_AT = re.compile(
    r"(?:^|(?<=\s))(?:"
    + "|".join(
        f"(?P<{field.value}>{names.replace('(?P<', '(?:')})"
        for field, names in _LABELS.items()
    )
    + r")\s*[:|]\s*",
    re.IGNORECASE,
)
_IN_CELL = {
    field: re.compile(rf"(?:{names})\s*:?", re.IGNORECASE)
    for field, names in _LABELS.items()
}
_LICENCE = re.compile(
    r"\b(?:CC[ -](?:BY|0)(?:-(?:NC|ND|SA))*(?: \d\.\d)?"
    r"|Creative Commons[^.;\n]{0,80}"
    r"|Licence Ouverte(?: (?:v(?:ersion)? ?)?\d(?: ?\.\d)?)?|Open Licen[cs]e"
    r"|Etalab[- ]2\.0|Open Government Licen[cs]e[^.;\n]{0,10}"
    r"|(?:all rights reserved|tous droits réservés))",
    re.IGNORECASE,
)
_GRANT = re.compile(
    r"(?:grant agreement|convention de subvention)\s*(?:no\.?|n\s?[°º]|number)?\s*:?\s*"
    r"(\d{5,9})",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"\b(?:(?i:confidential|restricted|restreinte?|confidentiel(?:le)?|classified"
    r"|interne?|internal)|EU[- ]RES|CO|RE|PP)\b"
)
_NO_TITLE = re.compile(
    r"(?:(?:deliverable|livrable"
    r"|d)\s*:?\s*(?:n\s?[°º])?\s*\(?d?\s?\d[\d._]*[a-z]?\)?\W*"
    r"|(?:project|projet|grant agreement|convention|horizon|h2020|version|v\d"
    r"|work ?package"
    r"|wp ?\d|lot ?\d|page|date|author|auteur|www\.|https?:|table|figure|document"
    r"|report|rapport|public|draft|final|confidential)\W*\S{0,12}\W*|.{1,3}"
    r"|[\d\W]+|(?:microsoft (?:word|powerpoint|excel)\b.*)|(?:untitled|sans (?:titre"
    r"|nom)"
    r"|titre|title|présentation powerpoint|powerpoint presentation|slide ?\d*"
    r"|diapositive"
    r" ?\d*|document\d*)|.*\.(?:docx?|odt|pdf|pptx?|indd|tmp|rtf|qxp))",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?:direction|ministère|ministry|department|république|préfecture|mairie|ville de"
    r"|city of|council|conseil|agence|agency|commission|european (?:commission|union)"
    r"|union européenne|université|university|institut\w*|forum|fondation|foundation"
    r"|association|federal|secrétariat"
    r"|proposed rules)\b(?!.{0,60}[:?])(?:\W*\w+){0,7}\W*$",
    re.IGNORECASE,
)
"""Who publishes stands on a cover too, and is not what it is called."""

_NO_AUTHOR = re.compile(
    r"(?:microsoft.*|user\d*|utilisateur.*|admin\w*|windows.*|owner|unknown|inconnu"
    r"|office"
    r"|author|auteur|pc|hp|dell|asus|acer|.*@.*|\W*|\d+)",
    re.IGNORECASE,
)
_SUMMARY = re.compile(
    r"[\d. ]*(?:executive summary|summary|abstract|résumé(?: exécutif)?|synthèse"
    r"|in (?:short|brief)|en bref|l['’]essentiel|note de synthèse)\W*",
    re.IGNORECASE,
)
_TYPES: tuple[tuple[DeliverableType, str], ...] = (
    (
        DeliverableType.WORKSHOP_REPORT,
        (
            r"(?:workshop|atelier)\b.*\b(?:report|rapport)"
            r"|\b(?:report|rapport|compte rendu|actes)\b.*\b(?:workshop|atelier)"
        ),
    ),
    (DeliverableType.ETHICS_INVENTORY, r"\bethic\w* inventor|inventaire éthique"),
    (DeliverableType.CATALOGUE, r"\b(?:catalogue|catalog|inventory|inventaire)\b"),
    (
        DeliverableType.MANAGEMENT_REPORT,
        (
            r"\b(?:management|progress|periodic|mid-?term) (?:review )?report"
            r"|rapport (?:de gestion|d['’]avancement|périodique|intermédiaire)"
        ),
    ),
    (
        DeliverableType.PLAN,
        r"^(?:\S+ ){0,3}(?:plan|strategy|roadmap|stratégie|feuille de route)\b",
    ),
    (DeliverableType.BOOKLET, r"\b(?:booklet|brochure|leaflet|livret|dépliant)\b"),
    (DeliverableType.ARTICLE, r"\b(?:article|blog)\b"),
    (
        DeliverableType.REPORT,
        (
            r"\b(?:report|study|guidelines?|guide|handbook|white paper|rapport|étude"
            r"|manuel"
            r"|livre blanc|recommendations|recommandations)\b"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class _Cover:
    """What is looked at: the first pages, what the file says of itself, its name."""

    placed: Sequence[Placed]
    blocks: Sequence[Block]
    properties: FileProperties
    name: str

    @property
    def stem(self) -> str:
        """The name of the file in words."""
        stem = self.name.rsplit(".", 1)[0]
        return " ".join(re.split(r"[\s_+]+", stem)).strip()


def find_metadata(
    document: Document, properties: FileProperties, name: str
) -> tuple[FoundFact, ...]:
    """Give what a document says of itself, each with where it was found.

    There is at most one fact for each field; a field of which nothing was found is not
    there.
    """
    placed = outline(document)
    cover = _Cover(placed, _first_blocks(document), properties, name)
    finders: tuple[Callable[[_Cover], FoundFact | None], ...] = (
        _code,
        _title,
        _summary,
        _authors,
        _lead,
        _date,
        _language,
        _type,
        _project,
        _licence,
        _dissemination,
    )
    found = (finder(cover) for finder in finders)
    return tuple(fact for fact in found if fact is not None)


def _first_blocks(document: Document) -> tuple[Block, ...]:
    first = document.blocks[:COVER_BLOCKS]
    return tuple(each for each in first if (each.page or 1) <= COVER_PAGES)


def _fact(
    field: MetadataField,
    values: Sequence[str],
    block: Block,
    sureness: Sureness = Sureness.HIGH,
) -> FoundFact:
    quotation = block.text[:MAX_QUOTED]
    return FoundFact(field, tuple(values), Whence(quotation, block.page), sureness)


def _by_property(
    field: MetadataField, values: Sequence[str], name: str, sureness: Sureness
) -> FoundFact:
    return FoundFact(field, tuple(values), Whence(property=name), sureness)


def _labelled(cover: _Cover, field: MetadataField) -> Iterator[tuple[str, Block]]:
    """Give what stands after the name of a field: "Date: …", or in the next cell."""
    for block in cover.blocks:
        if len(block.cells) > 1 and _IN_CELL[field].fullmatch(block.cells[0].strip()):
            value = next((cell for cell in block.cells[1:] if cell.strip()), "")
            if value:
                yield value.strip(), block
            continue
        yield from ((value, block) for value in _after_label(block.text, field))


def _after_label(text: str, field: MetadataField) -> Iterator[str]:
    """Give what stands after the name of a field, up to the name of another.

    Lines of a cover that follow one another may have been read as one paragraph.
    """
    labels = list(_LABEL_AT.finditer(text.strip()))
    for number, label in enumerate(labels):
        is_first = label.start() == 0 or labels[0].start() == 0
        if label.lastgroup != field.value or not is_first:
            continue
        ends = labels[number + 1].start() if number + 1 < len(labels) else None
        value = text.strip()[label.end() : ends].strip()
        if value:
            yield value


def _code(cover: _Cover) -> FoundFact | None:
    counts: Counter[str] = Counter()
    where: dict[str, Block] = {}
    for block in cover.blocks:
        is_named = re.match(r"(?:deliverable|livrable)\b", block.text, re.IGNORECASE)
        is_told = is_named is not None and len(block.text.split()) <= MAX_TITLE_WORDS
        for found in _CODE.finditer(block.text):
            code = f"D{found.group(1).replace('_', '.')}"
            # What stands first, and what is called a deliverable, is its own code.
            counts[code] += 4 if is_told else 1
            where.setdefault(code, block)
    in_name = _CODE.search(cover.stem.replace(" ", "_")) or _CODE.search(cover.stem)
    named = f"D{in_name.group(1).replace('_', '.')}" if in_name else ""
    if named in counts:
        return _fact(MetadataField.CODE, [named], where[named])
    if counts:
        code, count = counts.most_common(1)[0]
        is_sure = count >= 4 and not named
        sureness = Sureness.HIGH if is_sure else Sureness.LOW
        return _fact(MetadataField.CODE, [code], where[code], sureness)
    if named:
        return _by_property(MetadataField.CODE, [named], "name", Sureness.MEDIUM)
    return None


def _title(cover: _Cover) -> FoundFact | None:
    return (
        _labelled_title(cover)
        or _title_told_twice(cover)
        or _title_on_cover(cover)
        or _title_told_by_file(cover)
    )


def _labelled_title(cover: _Cover) -> FoundFact | None:
    for value, block in _labelled(cover, MetadataField.TITLE):
        if not _NO_TITLE.fullmatch(value):
            return _fact(MetadataField.TITLE, [_clean_title(value)], block)
    return None


def _told_title(cover: _Cover) -> str:
    told = cover.properties.title.strip()
    return "" if _NO_TITLE.fullmatch(told) else told


def _title_told_twice(cover: _Cover) -> FoundFact | None:
    """Give the title that the file tells of itself, when its cover has it too."""
    told = _told_title(cover)
    for block in cover.blocks if told else ():
        if fuzz.partial_ratio(_key(told), _key(block.text)) > 90:
            return _fact(MetadataField.TITLE, [_clean_title(told)], block)
    return None


def _title_on_cover(cover: _Cover) -> FoundFact | None:
    heading = _cover_heading(cover)
    if heading is not None:
        title = _clean_title(heading.text)
        return _fact(MetadataField.TITLE, [title], heading, Sureness.MEDIUM)
    if _told_title(cover):
        return None
    # Without headings, the longest of the first short lines is most often the title.
    short = [
        block
        for block in cover.blocks[:4]
        if (block.page or 1) == 1 and _can_be_title(block) and not _is_sentence(block)
    ]
    longest = max(short, key=lambda each: len(each.text), default=None)
    if longest is None:
        return None
    title = _clean_title(longest.text)
    return _fact(MetadataField.TITLE, [title], longest, Sureness.LOW)


def _title_told_by_file(cover: _Cover) -> FoundFact | None:
    told = _told_title(cover)
    if told:
        title = _clean_title(told)
        return _by_property(MetadataField.TITLE, [title], "title", Sureness.LOW)
    if word_count(cover.stem) >= 2:
        title = title_of(re.sub(r"[-.]+", " ", cover.stem))
        return _by_property(MetadataField.TITLE, [title], "name", Sureness.LOW)
    return None


def _can_be_title(block: Block) -> bool:
    text = block.text.strip()
    return (
        block.type in {BlockType.HEADING, BlockType.PARAGRAPH}
        and 2 <= len(text.split()) <= MAX_TITLE_WORDS
        and not _NO_TITLE.fullmatch(text)
        and not _SUMMARY.fullmatch(text)
        and _LABEL_AT.match(text) is None
    )


def _is_sentence(block: Block) -> bool:
    is_dated = bool(dates_in(block.text)) and len(block.text.split()) <= 5
    return block.text.rstrip().endswith((".", ":", ";", ",")) or is_dated


def _cover_heading(cover: _Cover) -> Block | None:
    """Give the first heading that can be a title, the largest of the first page."""
    headings = [
        block
        for block in cover.blocks
        if block.type is BlockType.HEADING and _can_be_title(block)
    ]
    kept = {id(each.block) for each in cover.placed}
    headings = [block for block in headings if id(block) in kept]
    first_page = [block for block in headings if (block.page or 1) == 1]
    return min(
        first_page or headings,
        key=lambda each: (_BODY.match(each.text) is not None, each.level or 1),
        default=None,
    )


def _clean_title(text: str) -> str:
    text = " ".join(text.split())
    text = re.sub(
        r"^(?:(?:deliverable|livrable)\s*:?\s*)?D\s?\d[\d._]*[a-z]?\s*[:–—.-]\s*",
        "",
        text,
        flags=re.IGNORECASE,
    )
    return title_of(text)


def _key(text: str) -> str:
    return fold(normalize(" ".join(text.split())))


def _summary(cover: _Cover) -> FoundFact | None:
    """Give the first sentences under « Résumé » or "Executive summary"."""
    for position, each in enumerate(cover.placed):
        if not (each.is_heading and _SUMMARY.fullmatch(each.block.text.strip())):
            continue
        for other in cover.placed[position + 1 : position + 4]:
            if other.is_heading:
                break
            first = (sentences(other.block.text) or [""])[0]
            is_long = word_count(first) >= MIN_SUMMARY_WORDS
            if is_long and len(first) <= MAX_SUMMARY_CHARACTERS:
                return _fact(MetadataField.SUMMARY, [first], other.block)
    return None


def _authors(cover: _Cover) -> FoundFact | None:
    for value, block in _labelled(cover, MetadataField.AUTHORS):
        names = _names(value)
        if names:
            return _fact(MetadataField.AUTHORS, names, block)
    told = [
        name
        for each in cover.properties.authors
        for name in _names(each)
        if not _NO_AUTHOR.fullmatch(name)
    ]
    if told:
        return _by_property(MetadataField.AUTHORS, told, "authors", Sureness.LOW)
    return None


def _names(text: str) -> list[str]:
    parts = re.split(r"\s*(?:[,;/&\n]|\s(?:and|et)\s)\s*", text)
    cleaned = (
        re.sub(r"\s*\([^)]*\)|\s+\d+$", "", part).strip(" .*†") for part in parts
    )
    names = [
        name
        for name in cleaned
        if 2 < len(name) <= 60 and len(name.split()) <= 6 and name[0].isupper()
    ]
    return list(dict.fromkeys(names))[:30]


def _lead(cover: _Cover) -> FoundFact | None:
    for value, block in _labelled(cover, MetadataField.LEAD):
        if len(value.split()) <= 12:
            return _fact(MetadataField.LEAD, [value], block)
    return None


def _date(cover: _Cover) -> FoundFact | None:
    for value, block in _labelled(cover, MetadataField.DATE):
        dates = dates_in(value)
        if dates:
            return _fact(MetadataField.DATE, [str(dates[0])], block)
    for block in cover.blocks:
        # A date that stands by itself on the cover, and not one that is told of.
        dates = dates_in(block.text) if len(block.text.split()) <= 12 else []
        if dates and (block.page or 1) == 1:
            return _fact(MetadataField.DATE, [str(dates[0])], block, Sureness.MEDIUM)
    created = date_of_property(cover.properties.created)
    if created is not None:
        return _by_property(MetadataField.DATE, [str(created)], "created", Sureness.LOW)
    return None


def _language(cover: _Cover) -> FoundFact | None:
    sample = " ".join(each.block.text for each in cover.placed[:SAMPLE_BLOCKS])
    told = cover.properties.language[:2].casefold()
    if word_count(sample) < 5:
        if told in set(Locale):
            return _by_property(
                MetadataField.LANGUAGE, [told], "language", Sureness.LOW
            )
        return None
    locale = locale_of(sample)
    is_agreed = told in {"", locale.value}
    sureness = Sureness.HIGH if is_agreed else Sureness.MEDIUM
    return _by_property(MetadataField.LANGUAGE, [locale.value], "text", sureness)


def _type(cover: _Cover) -> FoundFact | None:
    title = _title(cover)
    if title is None:
        return None
    for name, pattern in _TYPES:
        if re.search(pattern, title.value, re.IGNORECASE):
            return FoundFact(
                MetadataField.TYPE, (name.value,), title.whence, Sureness.MEDIUM
            )
    return None


def _project(cover: _Cover) -> FoundFact | None:
    for value, block in _labelled(cover, MetadataField.PROJECT):
        if len(value.split()) <= 25:
            return _fact(MetadataField.PROJECT, [value], block)
    for block in cover.blocks:
        found = _GRANT.search(block.text)
        if found is not None:
            return _fact(
                MetadataField.PROJECT, [found.group(1)], block, Sureness.MEDIUM
            )
    return None


def _licence(cover: _Cover) -> FoundFact | None:
    for value, block in _labelled(cover, MetadataField.LICENCE):
        if len(value.split()) <= 25:
            return _fact(MetadataField.LICENCE, [value], block)
    ends = [each.block for each in cover.placed[-COVER_BLOCKS:]]
    for block in (*cover.blocks, *ends):
        found = _LICENCE.search(block.text)
        if found is not None:
            licence = found.group().strip()
            return _fact(MetadataField.LICENCE, [licence], block, Sureness.MEDIUM)
    return None


def _dissemination(cover: _Cover) -> FoundFact | None:
    for value, block in _labelled(cover, MetadataField.DISSEMINATION):
        if len(value.split()) <= 12:
            return _fact(MetadataField.DISSEMINATION, [value], block)
    return None


def is_closed(facts: Sequence[FoundFact]) -> bool:
    """Tell whether a document says that it is not for the public."""
    return any(
        _CLOSED.search(fact.value) is not None
        for fact in facts
        if fact.field is MetadataField.DISSEMINATION
    )

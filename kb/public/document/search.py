"""The search inside one document: its words marked, and the parts that contain them.

Words are marked in HTML block by block; the tags stay as they are.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import unescape

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from indexer.analysis.analyzer import IndexTerm, analyze
from indexer.analysis.highlighting import LocatedTerm, SearchedWords, excerpt, mark
from indexer.model.ids import Locale
from kb.web.records.cards import Pieces
from kb.web.records.markup import PageSection

_PIECE = re.compile(r'<(?:[^>"]|"[^"]*")*>|[^<]+')
_INLINE = re.compile(r"</?(?:a|abbr|b|cite|code|em|i|q|s|small|span|strong|sub|sup)\b")


@dataclass(slots=True)
class HtmlBlock:
    """A paragraph, heading, item or cell: its pieces of HTML, and its words as text.

    `located` are the searched terms of the text.
    """

    pieces: list[str] = field(default_factory=list)
    text: str = ""
    located: Sequence[LocatedTerm] = ()

    @property
    def html(self) -> str:
        """The HTML of the block, with its searched words in `<mark>`."""
        if not self.located:
            return "".join(self.pieces)
        return "".join(self._marked())

    def _marked(self) -> Iterator[str]:
        spans = mark(self.text, self.located).marks
        start = 0
        for piece in self.pieces:
            if piece.startswith("<"):
                yield piece
                continue
            text = unescape(piece)
            yield _marked_text(text, start, spans)
            start += len(text)


def located_blocks(html: str, words: SearchedWords, lang: Locale) -> list[HtmlBlock]:
    """Return the blocks of HTML with the searched words in each.

    `html` is clean: its attributes are quoted, and no `<` stands for itself.
    """
    blocks = _blocks(html)
    for block in blocks:
        block.located = words.locate(block.text, lang)
    return blocks


def _blocks(html: str) -> list[HtmlBlock]:
    blocks = [HtmlBlock()]
    for match in _PIECE.finditer(html):
        piece = match[0]
        is_tag = piece.startswith("<")
        if is_tag and not _INLINE.match(piece) and blocks[-1].text:
            blocks.append(HtmlBlock())
        blocks[-1].pieces.append(piece)
        if not is_tag:
            blocks[-1].text += unescape(piece)
    return blocks


def _marked_text(text: str, start: int, spans: Sequence[tuple[int, int]]) -> Markup:
    """Return a text as HTML, with the spans inside it in `<mark>`."""
    html, position = Markup(), 0
    for span_start, span_end in spans:
        first, last = max(span_start - start, 0), min(span_end - start, len(text))
        if first < last:
            html += escape(text[position:first])
            html += Markup("<mark>{}</mark>").format(text[first:last])
            position = last
    return html + escape(text[position:])


PARAMETER = "find"
MAX_CHARACTERS = 200
MAX_PAGE_SQUARES = 150
MIN_HTML = 6000
"""The shortest text of a record that has a search, in characters of HTML."""

TEXT_ANCHOR = "text"
"""The anchor of what is before the first heading."""

_QUOTED = re.compile(r"^[\"“«]\s*+(.+?)\s*[\"”»]$")


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """A page or a section of a document; `label` is short, for a list of squares."""

    html: str
    anchor: str
    title: str
    label: str = ""
    original_url: str = ""


@dataclass(frozen=True, slots=True)
class DocumentHit:
    """A part that contains the words: how often, and its first sentence with them."""

    title: str
    url: str
    count: str
    excerpt: Pieces
    original_url: str


@dataclass(frozen=True, slots=True)
class PageSquare:
    """A page in the line of squares; `name` names it and what it contains."""

    label: str
    url: str
    name: str
    is_hit: bool


@dataclass(frozen=True, slots=True)
class DocumentSearch:
    """The form of the search, and what it found; `heading` is "" without words."""

    typed: str = ""
    heading: str = ""
    hits: tuple[DocumentHit, ...] = ()
    squares: tuple[PageSquare, ...] = ()


@dataclass(frozen=True, slots=True)
class _FoundPart:
    part: DocumentPart
    blocks: Sequence[HtmlBlock]
    words: frozenset[int]
    """The numbers of the typed words that the part contains."""
    count: int


def find_in_document(
    parts: Sequence[DocumentPart], typed: str, lang: Locale
) -> tuple[tuple[Markup, ...], DocumentSearch]:
    """Return the HTML of each part with the typed words marked, and what was found.

    A part is found if it contains all words; if none does, those with any word are.
    """
    typed = " ".join(typed.split())[:MAX_CHARACTERS]
    terms = [*analyze(typed, lang)]
    if not terms:
        return tuple(_markup(part.html) for part in parts), DocumentSearch(typed)
    words = _searched(typed, terms, lang)
    found = [_found(part, words, terms, lang) for part in parts]
    html = tuple(
        _markup("".join(block.html for block in part.blocks)) for part in found
    )
    return html, _search(typed, found, _wanted(typed, terms))


def find_in_sections(
    sections: Sequence[PageSection], typed: str, lang: Locale
) -> tuple[tuple[PageSection, ...], DocumentSearch | None]:
    """Return the sections of a record with the typed words marked, and what was found.

    A text that is read at a glance has no search.
    """
    if sum(len(section.html) for section in sections) < MIN_HTML:
        return tuple(sections), None
    parts = [
        DocumentPart(
            part.html,
            part.anchor or TEXT_ANCHOR,
            part.title or _("Beginning of the text"),
        )
        for part in sections
    ]
    html, found = find_in_document(parts, typed, lang)
    marked = zip(sections, html, strict=True)
    return tuple(replace(part, html=text) for part, text in marked), found


def _markup(html: str) -> Markup:
    return Markup(html)  # noqa: S704  # cleaned or escaped before, then only marked


def _searched(typed: str, terms: Sequence[IndexTerm], lang: Locale) -> SearchedWords:
    """Return the words to mark; between quotation marks, the exact phrase."""
    if _wanted(typed, terms):
        forms = (form for term in terms if not term.is_stop_word for form in term.forms)
        return SearchedWords({lang: frozenset(forms)})
    return SearchedWords({}, phrases=(tuple(term.exact for term in terms),))


def _wanted(typed: str, terms: Sequence[IndexTerm]) -> frozenset[int]:
    """Return the numbers of the words to find; none for a phrase or stop words."""
    if _QUOTED.match(typed):
        return frozenset()
    return frozenset(
        number for number, term in enumerate(terms) if not term.is_stop_word
    )


def _found(
    part: DocumentPart, words: SearchedWords, terms: Sequence[IndexTerm], lang: Locale
) -> _FoundPart:
    blocks = located_blocks(part.html, words, lang)
    located = [term for block in blocks for _, term in block.located]
    forms = {form for term in located for form in term.forms}
    numbers = (
        number
        for number, term in enumerate(terms)
        if not (term.is_stop_word or forms.isdisjoint(term.forms))
    )
    return _FoundPart(part, blocks, frozenset(numbers), len(located))


def _search(
    typed: str, found: Sequence[_FoundPart], wanted: frozenset[int]
) -> DocumentSearch:
    containing = [part for part in found if part.count]
    whole = [part for part in containing if part.words >= wanted]
    hits = whole or containing
    anchors = {hit.part.anchor for hit in hits}
    squares = [part for part in found if part.part.label]
    return DocumentSearch(
        typed,
        _heading(typed, len(whole), len(containing)),
        tuple(_hit(hit) for hit in hits),
        tuple(
            _square(square, is_hit=square.part.anchor in anchors) for square in squares
        )
        if hits and len(squares) <= MAX_PAGE_SQUARES
        else (),
    )


def _heading(typed: str, whole: int, containing: int) -> str:
    if whole:
        return ngettext(
            "“%(text)s”: %(num)s place in this document",
            "“%(text)s”: %(num)s places in this document",
            whole,
            text=typed,
        )
    if containing:
        return _("“%(text)s”: no place has all words; these have some", text=typed)
    return _("“%(text)s” is not in this document", text=typed)


def _hit(found: _FoundPart) -> DocumentHit:
    part = found.part
    block = max(found.blocks, key=_distinct)
    return DocumentHit(
        part.title,
        f"#{part.anchor}",
        ngettext("%(num)s time", "%(num)s times", found.count),
        excerpt(block.text.strip(), _stripped(block)).pieces,
        part.original_url,
    )


def _distinct(block: HtmlBlock) -> int:
    return len({term.forms for _, term in block.located})


def _stripped(block: HtmlBlock) -> list[tuple[int, IndexTerm]]:
    """Return the terms of a block at their places in its text without outer spaces."""
    cut = len(block.text) - len(block.text.lstrip())
    return [(start - cut, term) for start, term in block.located]


def _square(found: _FoundPart, *, is_hit: bool) -> PageSquare:
    part = found.part
    times = ngettext("%(num)s time", "%(num)s times", found.count)
    name = f"{part.title}, {times}" if is_hit else part.title
    return PageSquare(part.label, f"#{part.anchor}", name, is_hit)

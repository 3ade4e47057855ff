"""Marks searched words in HTML, block by block, and leaves its tags as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape

from markupsafe import Markup, escape

from indexer.analysis.highlighting import LocatedTerm, SearchedWords, mark
from indexer.model.ids import Locale

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
    texts = [block.text for block in blocks]
    for block, located in zip(blocks, words.locate(texts, lang), strict=True):
        block.located = located
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

"""Finds the words of a text, and where they stand in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from indexer.analysis.normalization import APOSTROPHES, normalize

Made = TypeVar("Made")

# No word holds any of these spaces, so that what stands between two of them is read by
# itself, and once, however often it comes. A number may hold a no-break space.
_STRETCH = re.compile(r"[^ \t\r\n]+")
_OTHER_SPACES = ("\n", "\t", "\r")
MAX_STRETCHES_KEPT = 30_000
MAX_KEPT_LENGTH = 40
"""Longer, and it is a table or an address: it does not come again."""

# A number is one word whatever parts its thousands, a code whatever joins its numbers
# (D2.6, d2-6). Letters may carry accents as characters of their own (U+0300 to U+036F).
_LETTER = r"[^\W\d_][\u0300-\u036f]*"
_WORD = re.compile(
    rf"""
    (?P<elision> \b (?: [ldjmtsnc] | (?:jus|lors|puis|quoi|quel|pres)?qu | entr )
        [{APOSTROPHES}'] (?=[^\W_]) )
  | (?P<number> (?<![\d,]) \d{{1,3}} (?:[\u00a0\u202f,]\d{{3}})+ (?![\d,]) )
  | (?P<code> \b (?:{_LETTER}){{1,3}} \d+ (?:[.\-]\d+)+ \b )
  | (?P<dotted> \b (?:{_LETTER}\.){{2,}} (?:{_LETTER}(?!\w))? )
  | (?P<word> (?:{_LETTER}|\d)+ (?:['{APOSTROPHES}@\-\u2010\u2011] (?:{_LETTER}|\d)+)* )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_JOINERS = re.compile(r"['@\-\u2010\u2011]")
_SEPARATORS = re.compile(r"[\s,]")
_HYPHENS = re.compile(r"[@\-\u2010\u2011]")
# « peut-on », « existe-t-elle », « dites-le-moi »: a verb and pronouns, no compound.
_PRONOUNS = re.compile(
    r"(?<!^rendez)(?:-t)?(?:-(?:ils?|elles?|je|tu|nous|vous|ce))+$|-t-on$"
    r"|(?<=eut|oit|ait|end|erd)-on$"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word as normalized, and the characters of the text that it came from."""

    text: str
    start: int
    end: int


def tokenize(text: str) -> Iterator[Token]:
    """Give the words of a text, elided articles removed, compounds in their parts.

    A compound written with a hyphen gives its parts, then the whole without the hyphen:
    « cyber-harcèlement » is found by « cyberharcèlement » too, MEDI@4SEC by MEDI4SEC.
    """
    for start, stretch in stretches(text):
        for token in STRETCH_TOKENS[stretch]:
            yield Token(token.text, start + token.start, start + token.end)


def spaced(text: str) -> list[str]:
    """Cut a text at its spaces: give each stretch, and perhaps some that are empty."""
    for space in _OTHER_SPACES:
        if space in text:
            text = text.replace(space, " ")
    return text.split(" ")


def stretches(text: str) -> list[tuple[int, str]]:
    """Cut a text at its spaces: give each stretch, and where it begins."""
    return [(found.start(), found.group()) for found in _STRETCH.finditer(text)]


class ByStretch(dict[str, Made]):
    """What is made of each stretch, made when it is first looked up.

    When it is full it is emptied: what is common comes back at once. A lookup that
    finds costs a fifth of one in an `lru_cache`, and a page has a thousand.
    """

    def __init__(self, make: Callable[[str], Made]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, stretch: str) -> Made:
        made = self._make(stretch)
        if len(stretch) <= MAX_KEPT_LENGTH:
            if len(self) >= MAX_STRETCHES_KEPT:
                self.clear()
            self[stretch] = made
        return made


def _tokens(stretch: str) -> tuple[Token, ...]:
    return tuple(_found_tokens(stretch))


STRETCH_TOKENS = ByStretch(_tokens)
"""The words of a stretch without spaces, as they stand in it."""


def _found_tokens(stretch: str) -> Iterator[Token]:
    for found in _WORD.finditer(stretch):
        written = normalize(found.group())
        start, end = found.span()
        match found.lastgroup:
            case "elision":
                continue
            case "number":
                yield Token(_SEPARATORS.sub("", written), start, end)
            case "code":
                yield Token(written.replace("-", "."), start, end)
            case "dotted":
                yield Token(written.replace(".", ""), start, end)
            case _ if _JOINERS.search(written) is None:
                yield Token(written, start, end)
            case _:
                yield from _word_parts(
                    written, start, end, has_places=_is_placed(found)
                )


def _is_placed(found: re.Match[str]) -> bool:
    """Tell whether each character stands for one of the normalized word.

    Where one stands for several, or several for one, a part of a compound can't be
    placed: it is then marked with the whole.
    """
    text = found.group()
    return text.isascii() or (
        all(len(normalize(char)) == 1 for char in text)
        and ("".join(map(normalize, text)) == normalize(text))
    )


def _word_parts(
    written: str, start: int, end: int, *, has_places: bool
) -> Iterator[Token]:
    pronouns = _PRONOUNS.search(written)
    if pronouns is not None and has_places and pronouns.start():
        written = written[: pronouns.start()]
        end = start + len(written)
    spans = _spans(written)
    for first, last in spans:
        place = (start + first, start + last) if has_places else (start, end)
        yield Token(written[first:last], *place)
    if len(spans) > 1:
        first, last = spans[0][0], spans[-1][1]
        whole = written[first:last]
        if _HYPHENS.search(whole) and "'" not in whole and not whole[0].isdigit():
            place = (start + first, start + last) if has_places else (start, end)
            yield Token(_HYPHENS.sub("", whole), *place)


def _spans(written: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    position = 0
    for joiner in (*_JOINERS.finditer(written), None):
        stop = len(written) if joiner is None else joiner.start()
        if stop > position:
            spans.append((position, stop))
        position = len(written) if joiner is None else joiner.end()
    # What follows an apostrophe in English (police's) is no word.
    return [span for span in spans if written[slice(*span)] != "s" or len(spans) == 1]

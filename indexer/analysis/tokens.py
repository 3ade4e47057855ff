"""Tokenizer: the words of a text, with their positions, and one spelling for each word.

Normalization and folding make one spelling of the many that Unicode allows.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

_LIGATURES = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"}
)
APOSTROPHES = "’\u02bc\u02b9\u00b4\u2032\uff07"
"""Variants of the apostrophe: curly, modifier letters, accent, prime, full width."""

_APOSTROPHES = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))

DIGIT = re.compile(r"\d")
"""A digit of any script."""


def normalize(text: str) -> str:
    """Return a text in NFKC, case-folded, with ASCII apostrophes."""
    if text.isascii():
        return text.lower()
    # Apostrophes go first: NFKC turns the acute accent into a space and an accent.
    return unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).casefold()


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Return a text without accents and ligatures: `oeuvre` for `œuvré`."""
    if text.isascii():
        return text
    # Accents go first: Ǣ is an accent on the ligature Æ.
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return letters.translate(_LIGATURES)


def query_key(text: str) -> str:
    """Return a query without case, accents and repeated blanks: equal queries agree."""
    return " ".join(fold(normalize(text)).split())


ValueT = TypeVar("ValueT")

# No token contains any of these spaces, so each chunk between two of them is tokenized
# by itself and cached. A number may contain a no-break space.
SPACES = " \t\r\n"
_CHUNK = re.compile(r"[^ \t\r\n]+")
_SPACE = re.compile(r"[ \t\r\n]")
MAX_CACHED_CHUNKS = 30_000
MAX_CACHED_LENGTH = 40
"""A longer chunk is a table or an address, and does not occur twice."""

# A number is one word whatever parts its thousands, a code whatever joins its numbers
# (D2.6, d2-6). Letters may carry combining accents (U+0300 to U+036F).
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
_PARTS = re.compile(r"[^'@\-\u2010\u2011]+")
_SEPARATORS = re.compile(r"[\s,]")
_HYPHENS = re.compile(r"[@\-\u2010\u2011]")
# « peut-on », « existe-t-elle », « dites-le-moi »: a verb and pronouns, no compound.
_PRONOUNS = re.compile(
    r"(?<!^rendez)(?:-t)?(?:-(?:ils?|elles?|je|tu|nous|vous|ce))+$|-t-on$"
    r"|(?<=eut|oit|ait|end|erd)-on$"
)


PhraseWords = tuple[str, ...]
"""The folded words of a phrase."""


@dataclass(frozen=True, slots=True)
class Token:
    """A normalized word, and the start and end of its characters in the text."""

    text: str
    start: int
    end: int


def tokenize(text: str) -> Iterator[Token]:
    """Yield the tokens of a text: elided articles removed, compounds in their parts.

    A hyphenated compound yields its parts, then the whole without the hyphen:
    « cyberharcèlement » matches « cyber-harcèlement », MEDI4SEC matches MEDI@4SEC.
    """
    for start, chunk in chunks(text):
        for token in CHUNK_TOKENS[chunk]:
            yield Token(token.text, start + token.start, start + token.end)


def phrase_words(text: str) -> PhraseWords:
    """Return the words of a phrase as an index has them.

    Elided articles are removed; a compound is its parts, then the whole.
    """
    return tuple(fold(token.text) for token in tokenize(text))


def split_at_spaces(text: str) -> list[str]:
    """Return the chunks between the spaces of a text; some may be empty."""
    return _SPACE.split(text)


def distinct_chunks(text: str) -> set[str]:
    """Return the chunks between the spaces of a text, each once."""
    for space in "\t\r\n":
        text = text.replace(space, " ")
    found = set(text.split(" "))
    found.discard("")
    return found


def occurrences(wanted: Iterable[str], text: str) -> list[tuple[int, str]]:
    """Return some chunks of a text, each after its start position, in order."""
    found: list[tuple[int, str]] = []
    for chunk in wanted:
        start = text.find(chunk)
        while start >= 0:
            end = start + len(chunk)
            # A slice is empty at the start and at the end of the text.
            if (
                text[max(0, start - 1) : start] in SPACES
                and text[end : end + 1] in SPACES
            ):
                found.append((start, chunk))
            start = text.find(chunk, end)
    found.sort()
    return found


def chunks(text: str) -> list[tuple[int, str]]:
    """Return each chunk between the spaces of a text, after its start position."""
    return [(match.start(), match.group()) for match in _CHUNK.finditer(text)]


class ChunkCache(dict[str, ValueT]):
    """Cache of the values that a function returns for chunks.

    A full cache is cleared; frequent chunks return to it at once. A hit costs a fifth
    of a hit in `lru_cache`, and a page of results looks up a thousand chunks.
    """

    def __init__(self, function: Callable[[str], ValueT]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, chunk: str) -> ValueT:
        value = self._function(chunk)
        if len(chunk) <= MAX_CACHED_LENGTH:
            if len(self) >= MAX_CACHED_CHUNKS:
                self.clear()
            self[chunk] = value
        return value


def _tokens(chunk: str) -> Iterator[Token]:
    for match in _WORD.finditer(chunk):
        normalized = normalize(match.group())
        start, end = match.span()
        match match.lastgroup:
            case "elision":
                continue
            case "number":
                yield Token(_SEPARATORS.sub("", normalized), start, end)
            case "code":
                yield Token(normalized.replace("-", "."), start, end)
            case "dotted":
                yield Token(normalized.replace(".", ""), start, end)
            case _ if _JOINERS.search(normalized) is None:
                yield Token(normalized, start, end)
            case _:
                is_aligned = _is_aligned(match.group())
                yield from _word_parts(normalized, start, end, is_aligned=is_aligned)


CHUNK_TOKENS = ChunkCache(lambda chunk: tuple(_tokens(chunk)))
"""The tokens of each chunk, with positions from the start of the chunk."""


def _is_aligned(text: str) -> bool:
    """Return whether each character corresponds to one of the normalized word.

    Otherwise the positions of a compound's parts are unknown, and each part has the
    position of the whole.
    """
    return text.isascii() or (
        all(len(normalize(char)) == 1 for char in text)
        and ("".join(map(normalize, text)) == normalize(text))
    )


def _word_parts(
    normalized: str, start: int, end: int, *, is_aligned: bool
) -> Iterator[Token]:
    pronouns = _PRONOUNS.search(normalized)
    if pronouns is not None and is_aligned and pronouns.start():
        normalized = normalized[: pronouns.start()]
        end = start + len(normalized)
    spans = _spans(normalized)
    for first, last in spans:
        span = (start + first, start + last) if is_aligned else (start, end)
        yield Token(normalized[first:last], *span)
    if len(spans) > 1:
        first, last = spans[0][0], spans[-1][1]
        whole = normalized[first:last]
        if _HYPHENS.search(whole) and "'" not in whole and not whole[0].isdigit():
            span = (start + first, start + last) if is_aligned else (start, end)
            yield Token(_HYPHENS.sub("", whole), *span)


def _spans(normalized: str) -> list[tuple[int, int]]:
    spans = [match.span() for match in _PARTS.finditer(normalized)]
    # The s after an English apostrophe (police's) is no word.
    return [
        span for span in spans if normalized[slice(*span)] != "s" or len(spans) == 1
    ]

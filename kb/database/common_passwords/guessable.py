"""Recognises passwords that are made of few common words, or of rows of keys.

A password is guessable if common words, rows of keys, digits and symbols cover it, and
the words and rows are few. zxcvbn (Wheeler, 2016) covers passwords in the same way, and
estimates the number of guesses from the frequency of the words.
"""

import hashlib
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

LIST_FILE = Path(__file__).with_name("common_passwords.sha256")
OWN_FILE = Path(__file__).with_name("own_passwords.txt")
DIGEST_BYTES = 8
MIN_WORD = 3
MAX_WORD = 48
"""The shortest and the longest entry that is looked up, in characters."""

SYMBOLS = "@(€!|$+"
"""The symbols that stand for letters: all other symbols are removed."""

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l"})


def folded(text: str) -> str:
    """Return a text in lower case without accents: letters, digits and `SYMBOLS`."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return "".join(each for each in plain if each.isalnum() or each in SYMBOLS)


def digest(word: str) -> bytes:
    """Return the stored form of a folded word."""
    return hashlib.sha256(word.encode()).digest()[:DIGEST_BYTES]


def is_listed(word: str) -> bool:
    """Return whether a folded word is in the list, or in our own file."""
    digests, wanted = _digests(), digest(word)

    def at(index: int) -> bytes:
        return digests[index * DIGEST_BYTES : (index + 1) * DIGEST_BYTES]

    numbers = range(len(digests) // DIGEST_BYTES)
    return at(bisect_left(numbers, wanted, key=at)) == wanted or word in own_words()


@cache
def _digests() -> bytes:
    return LIST_FILE.read_bytes()


MIN_STEM = 5
"""A password that ends with digits is listed without them too, if so much is left."""


@cache
def own_words() -> frozenset[str]:
    """Return the folded forms of the passwords in our own file, but for mere digits."""
    lines = OWN_FILE.read_text("utf-8").splitlines()
    words = {folded(line).translate(_NO_SYMBOLS) for line in lines}
    stems = {word.rstrip("0123456789") for word in words}
    words |= {stem for stem in stems if len(stem) >= MIN_STEM}
    return frozenset(
        word for word in words if len(word) >= MIN_WORD and not word.isdigit()
    )


MAX_COST = 28
"""Two words and four digits are guessable; three words are not."""

WORD_COST = 10
NAME_COST = 5
ROW_COST = 5
OTHER_COST = 2
"""The costs of a common word, a name, a row of keys, and a digit or symbol."""

SYMBOL_COST = 8
"""The cost of each kind of removed symbol after the first."""

MIN_ROW = 3
MIN_UNREPEATED = 8
"""A password that repeats fewer characters than these is guessable."""

MIN_LEET = 5
"""A shorter word is not looked for among digits and symbols."""

ALPHABET = "abcdefghijklmnopqrstuvwxyz"
LAYOUTS = (
    ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
    ("1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn"),
    ("1234567890", "qwertzuiop", "asdfghjkl", "yxcvbnm"),
)

_LEET = dict(zip("@4(€3690!|1$57+28", "aaceeggoiiissttzb", strict=True))
_LEETS = (
    str.maketrans(_LEET),
    str.maketrans({**_LEET, "1": "l", "!": "l", "|": "l"}),
)
_NO_SYMBOLS = str.maketrans("", "", SYMBOLS)
_REPEATED = re.compile(r"(.{3,}?)\1+")
_DIGIT_KEYS = tuple(
    str.maketrans(keys, "1234567890")
    for keys in ("&é\"'(-è_çà", "!@#$%^&*()")  # French unshifted, American shifted
)

Pairs = frozenset[tuple[str, str]]


def is_guessable(password: str, names: Iterable[str] = ()) -> bool:
    """Return whether a password is made of few common words, names and rows of keys."""
    known = frozenset(map(folded, names))

    @cache
    def word_cost(piece: str) -> int | None:
        if piece in known:
            return NAME_COST
        is_common = any(map(is_listed, _spellings(piece)))
        return WORD_COST if is_common else None

    return any(
        _is_covered(variant, word_cost, first_cost=_symbol_cost(text))
        for text in _with_digits(password)
        for variant in _variants(text)
    )


def is_made_of(password: str, names: Iterable[str]) -> bool:
    """Return whether all letters of a password are those of names."""
    text, costs = folded(password), dict.fromkeys(map(folded, names), 0)
    has_letters = any(map(str.isalpha, text))
    no_rows = MAX_COST + 1
    return has_letters and _is_covered(text, costs.get, row_cost=no_rows, shortest=1)


def _with_digits(password: str) -> Iterator[str]:
    """Yield a password, and without letters, the digits of the same keys."""
    yield password
    if not any(each in ALPHABET for each in password.casefold()):
        yield from map(password.translate, _DIGIT_KEYS)


def _symbol_cost(text: str) -> int:
    """Return the cost of the symbols that `folded` removes."""
    symbols = {each for each in text if not each.isalnum() and not each.isspace()}
    return SYMBOL_COST * max(0, len(symbols.difference(SYMBOLS, "'’-")) - 1)


def _variants(text: str) -> Iterator[str]:
    """Yield a folded text as it is, backwards, and without repetitions."""
    text = folded(text)
    once = _REPEATED.sub(r"\1", text)
    is_short = len(once) < MIN_UNREPEATED and once != text
    yield from (text, text[::-1], "" if is_short else once)


def _spellings(piece: str) -> set[str]:
    """Return the words that a piece may be: `p@ss1` is `passi` or `passl`."""
    words = {piece.translate(_NO_SYMBOLS)}
    letters = sum(map(str.isalpha, piece))
    if MIN_LEET <= len(piece) <= 2 * letters:
        words.update(map(piece.translate, _LEETS))
    return {word for word in words if len(word) >= MIN_WORD}


def _is_covered(
    text: str,
    word_cost: Callable[[str], int | None],
    *,
    first_cost: int = 0,
    row_cost: int = ROW_COST,
    shortest: int = MIN_WORD,
) -> bool:
    """Return whether pieces of a total cost of at most `MAX_COST` cover a text."""
    costs = [first_cost, *[MAX_COST + 1] * len(text)]
    for start, first in enumerate(text):
        if costs[start] > MAX_COST:
            continue
        pieces = dict.fromkeys(_row_ends(text, start), row_cost)
        if not first.isalpha():
            pieces[start + 1] = OTHER_COST
        for end in range(start + shortest, min(len(text), start + MAX_WORD) + 1):
            cost = word_cost(text[start:end])
            if cost is not None:
                pieces[end] = min(cost, pieces.get(end, cost))
        for end, cost in pieces.items():
            costs[end] = min(costs[end], costs[start] + cost)
    return costs[-1] <= MAX_COST


def _row_ends(text: str, start: int) -> Iterator[int]:
    """Yield where the rows of keys or letters that begin at `start` may end."""
    longest = max(_row_length(text, start, pairs) for pairs in _all_pairs())
    yield from range(start + MIN_ROW, start + longest + 1)


def _row_length(text: str, start: int, pairs: Pairs) -> int:
    """Return the length of a row, which comes back to no key: `redresse` is none."""
    for end, (before, after) in enumerate(pairwise(text[start:]), start=start + 1):
        is_back = after != before and after in text[start:end]
        if is_back or (before, after) not in pairs:
            return end - start
    return len(text) - start


@cache
def _all_pairs() -> tuple[Pairs, ...]:
    """Return the pairs of characters that follow each other, for each kind of row."""
    forward = frozenset(pairwise(ALPHABET))
    backward = frozenset(pairwise(reversed(ALPHABET)))
    return forward, backward, *map(_neighbours, LAYOUTS)


def _neighbours(layout: tuple[str, ...]) -> Pairs:
    """Return the pairs of neighbouring keys; a row continues with the next one."""
    keys = {
        key: (row, column)
        for row, text in enumerate(layout)
        for column, key in enumerate(text)
    }
    near = {
        (a, b)
        for a, (row, column) in keys.items()
        for b, (other_row, other_column) in keys.items()
        if abs(row - other_row) <= 1 and abs(column - other_column) <= 1
    }
    return frozenset({*near, *pairwise("".join(layout))})

"""Lexer of the query language: cuts the typed text into lexemes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from indexer.analysis.tokens import fold, tokenize


class LexemeType(Enum):
    """The types of lexemes."""

    WORD = auto()
    PHRASE = auto()
    FIELD = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    OPEN = auto()
    CLOSE = auto()
    LONE_QUOTE = auto()


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A lexeme: its text without quotation marks or `~`, and the text as typed.

    `is_approximate` is true when `~` was typed after the word or phrase.
    """

    type: LexemeType
    text: str = ""
    typed: str = ""
    is_approximate: bool = False


OPERATORS = {
    "AND": LexemeType.AND,
    "ET": LexemeType.AND,
    "OR": LexemeType.OR,
    "OU": LexemeType.OR,
    "NOT": LexemeType.NOT,
    "SAUF": LexemeType.NOT,
}

_APPROXIMATION = r"~ \d* (?: \.\d+ )?"
"""`~2` after a word, `~5` after a phrase: Lucene's fuzzy and proximity searches."""

_PATTERN = re.compile(
    rf"""
    (?P<space> \s+ )
  | (?P<phrase> ["“”«»] \s* (?P<inside> [^"“”«»]* ) ["“”«»]
        (?P<approximation> {_APPROXIMATION} )? )
  | (?P<open> \( )
  | (?P<close> \) )
  | (?P<minus> (?<![^\s(]) - (?=[^\s\-]) )
  | (?P<field> [^\W\d_]+ : (?=[^\s:/]) )
  | (?P<word> [^\s()"“”«»]+ )
  | (?P<quote> . )
    """,
    re.VERBOSE,
)
_FUZZY = re.compile(rf"(?<=\w) {_APPROXIMATION} \Z", re.VERBOSE)


_TYPES = {
    "open": LexemeType.OPEN,
    "close": LexemeType.CLOSE,
    "minus": LexemeType.NOT,
    "quote": LexemeType.LONE_QUOTE,
}


def lex(text: str) -> Iterator[Lexeme]:
    """Yield the lexemes of a text, in order."""
    for match in _PATTERN.finditer(text):
        typed = match.group()
        match match.lastgroup:
            case "phrase":
                inside = match["inside"].strip()
                is_approximate = match["approximation"] is not None
                yield Lexeme(
                    LexemeType.PHRASE, inside, typed, is_approximate=is_approximate
                )
            case "field":
                yield Lexeme(LexemeType.FIELD, typed[:-1], typed)
            case "word":
                word = _FUZZY.sub("", typed)
                lexeme_type = OPERATORS.get(typed, LexemeType.WORD)
                yield Lexeme(lexeme_type, word, typed, is_approximate=word != typed)
            case str(group) if group in _TYPES:
                yield Lexeme(_TYPES[group], typed=typed)
            case _:
                continue


MIN_PREFIX = 2
"""A shorter prefix would match most records, and is searched as a word."""

_PREFIX = re.compile(r"(?P<word>[\w'’.\-]+)\*[.,;:!?…]*")


def typed_prefix(text: str) -> str | None:
    """Return the folded prefix of `cyber*`, or None when the text is no prefix.

    Of `l'acc*` it is the word after the article, of a compound the compound as a whole.
    """
    match = _PREFIX.fullmatch(text)
    if match is None:
        return None
    words = [token.text for token in tokenize(match.group("word"))]
    return fold(words[-1]) if words else None

"""Cuts what was typed into the pieces of the query language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto


class LexemeType(Enum):
    """What a piece of a query is."""

    WORD = auto()
    PHRASE = auto()
    FIELD = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    OPEN = auto()
    CLOSE = auto()


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A piece, with the text that it stands for."""

    type: LexemeType
    text: str = ""


OPERATORS = {
    "AND": LexemeType.AND,
    "ET": LexemeType.AND,
    "OR": LexemeType.OR,
    "OU": LexemeType.OR,
    "NOT": LexemeType.NOT,
    "SAUF": LexemeType.NOT,
}

_PATTERN = re.compile(
    r"""
    (?P<space> \s+ )
  | (?P<phrase> ["“”«»] \s* (?P<inside> [^"“”«»]* ) ["“”«»] )
  | (?P<open> \( )
  | (?P<close> \) )
  | (?P<minus> (?<![^\s(]) - (?=[^\s\-]) )
  | (?P<field> [^\W\d_]+ : (?=[^\s:/]) )
  | (?P<word> [^\s()"“”«»]+ )
  | (?P<stray> . )
    """,
    re.VERBOSE,
)


def lex(text: str) -> Iterator[Lexeme]:
    """Give the pieces of a text, in order. A quotation mark left alone is dropped."""
    for found in _PATTERN.finditer(text):
        match found.lastgroup:
            case "inside" | "phrase":
                yield Lexeme(LexemeType.PHRASE, found.group("inside").strip())
            case "open":
                yield Lexeme(LexemeType.OPEN)
            case "close":
                yield Lexeme(LexemeType.CLOSE)
            case "minus":
                yield Lexeme(LexemeType.NOT)
            case "field":
                yield Lexeme(LexemeType.FIELD, found.group()[:-1])
            case "word":
                word = found.group()
                yield Lexeme(OPERATORS.get(word, LexemeType.WORD), word)
            case _:
                continue

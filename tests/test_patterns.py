"""No pattern of the code needs a much longer time for a text that is a little longer.

Each repetition of a pattern gets a text that it nearly matches: what stands before it,
what it repeats, many times, and a character that fits nothing.
"""

import ast
import importlib
import inspect
import pkgutil
import re
import signal
from collections.abc import Iterator
from itertools import product
from re import _constants as codes  # type: ignore[attr-defined]  # not public
from re import _parser  # type: ignore[attr-defined]  # not public
from types import ModuleType
from typing import Any

import indexer
import kb

EXPONENTIAL, CUBIC = 40, 1500
"""How often a text is repeated to find growth of this kind."""

MOST_S = 1.0
"""Seconds of processor; a quadratic pattern takes less for `CUBIC`."""

CHOICES = 4
"""How many alternatives of a repetition are tried."""

_CHARACTERS = "a1 .-_\n,/(é<«’|#\"'>="
_REPEATS = {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}


class TooSlowError(Exception):
    """A pattern was tried for `MOST_S`."""


def _modules() -> Iterator[ModuleType]:
    for package in (indexer, kb):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            # Its import makes the files of the whole process private.
            if found.name != "kb.wsgi":
                yield importlib.import_module(found.name)


def _patterns() -> dict[re.Pattern[Any], str]:
    """Return all patterns, each with the first module that has it."""
    found: dict[re.Pattern[Any], str] = {}
    for module in _modules():
        for pattern in (*_patterns_in(vars(module)), *_inline_patterns(module)):
            found.setdefault(pattern, module.__name__)
    return found


def _patterns_in(value: object) -> Iterator[re.Pattern[Any]]:
    """Yield the patterns of a module or of a value in it, such as a tuple."""
    match value:
        case re.Pattern():
            yield value
        case dict():
            yield from _patterns_in(list(value.values()))
        case tuple() | list():
            for item in value:
                yield from _patterns_in(item)


def _inline_patterns(module: ModuleType) -> Iterator[re.Pattern[Any]]:
    """Yield the patterns that are written where they are used: `re.sub("…", …)`."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re")),
                args=[ast.Constant(value=str() | bytes() as text), *_],
            ):
                yield re.compile(text)


def _attacks(nodes: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield for each long repetition what stands before it, and what it repeats."""
    for code, value in nodes:
        for inner in _inner(code, value):
            if code in _REPEATS and value[1] == codes.MAXREPEAT:
                for least, choice in product((0, 1), range(CHOICES)):
                    yield before, _sample(inner, least=least, choice=choice)
            yield from _attacks(inner, before)
        before += _sample([(code, value)], least=1)


def _inner(code: Any, value: Any) -> list[Any]:
    if code in _REPEATS:
        return [value[2]]
    if code is codes.BRANCH:
        return list(value[1])
    return [value[-1]] if code is codes.SUBPATTERN else []


def _sample(nodes: Any, *, least: int, choice: int = 0) -> str:
    """Return a text that parts match.

    Optional parts are there `least` times; `choice` is the number of an alternative.
    """
    text = ""
    for code, value in nodes:
        if code is codes.LITERAL:
            text += chr(value)
        elif code in {codes.IN, codes.NOT_LITERAL, codes.ANY}:
            text += _character(code, value)
        else:
            times = max(least, value[0]) if code in _REPEATS else 1
            parts = _inner(code, value)
            part = parts[min(choice, len(parts) - 1)] if parts else ()
            text += times * _sample(part, least=least, choice=choice)
    return text


def _character(code: Any, value: Any) -> str:
    """Return a character that a class matches."""
    parsed = _parser.SubPattern(_parser.State(), [(code, value)])
    matches = re._compiler.compile(parsed).match  # type: ignore[attr-defined]  # noqa: SLF001
    members = value if code is codes.IN else ()
    named = [chr(member[1]) for member in members if member[0] is codes.LITERAL]
    return next(filter(matches, [*_CHARACTERS, *named]), "")


def _seconds_left(*_signal: object) -> None:
    raise TooSlowError


def _is_slow(pattern: re.Pattern[Any], text: str) -> bool:
    """Return whether a match takes longer than `MOST_S`; it is then ended."""
    typed = text.encode() if isinstance(pattern.pattern, bytes) else text
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_S)
    try:
        pattern.match(typed)
    except TooSlowError:
        return True
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return False


def slow_text(pattern: re.Pattern[Any]) -> str:
    """Return how a text begins for which a pattern is slow; empty if none is found."""
    parsed = _parser.parse(pattern.pattern, pattern.flags)
    for before, pump in dict.fromkeys(_attacks(parsed)):
        for times in (EXPONENTIAL, CUBIC):
            if pump and _is_slow(pattern, f"{before}{pump * times}\x00"):
                return f"{before!r} {pump!r} * {times}"
    return ""


def test_no_pattern_grows_faster_than_a_square() -> None:
    """A bookmark of 24 digits took two seconds, and each further digit twice that."""
    earlier = signal.signal(signal.SIGVTALRM, _seconds_left)
    try:
        assert slow_text(re.compile(r"^(?:[\divxlc]+[.)]?)+\s+")), "the check works"
        slow = {
            f"{module}: {pattern.pattern!r}": text
            for pattern, module in _patterns().items()
            if (text := slow_text(pattern))
        }
    finally:
        signal.signal(signal.SIGVTALRM, earlier)
    assert not slow, "\n".join(f"{name}: {text}" for name, text in slow.items())

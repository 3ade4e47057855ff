"""List numbering: labels in the number formats of word processors and HTML."""

from __future__ import annotations

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc")),
    *((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MAX_NUMBER = 5000


def number_in(text: str, default: int) -> int:
    """Parse a number; return the default for any other text."""
    return int(text) if text.isdigit() else default


def list_label(number: int, number_format: str) -> str:
    """Return a number in a format, `1`, `a`, `A`, `i` or `I`; "" for any other."""
    if not 0 < number <= _MAX_NUMBER:
        return str(number) if number_format == "1" else ""
    if number_format == "1":
        return str(number)
    if number_format in {"a", "A"}:
        text = _letters(number)
    elif number_format in {"i", "I"}:
        text = _roman(number)
    else:
        return ""
    return text.upper() if number_format.isupper() else text


def _letters(number: int) -> str:
    text = ""
    while number:
        number, remainder = divmod(number - 1, 26)
        text = chr(ord("a") + remainder) + text
    return text


def _roman(number: int) -> str:
    text = ""
    for value, numeral in _ROMAN:
        count, number = divmod(number, value)
        text += numeral * count
    return text

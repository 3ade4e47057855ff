"""Writes the numbers of lists, as word processors show them."""

from __future__ import annotations

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc")),
    *((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MOST = 5000


def list_label(number: int, form: str) -> str:
    """Write a number in a form: `1`, `a`, `A`, `i`, `I`; nothing for any other."""
    if not 0 < number <= _MOST:
        return str(number) if form == "1" else ""
    if form == "1":
        return str(number)
    if form in {"a", "A"}:
        text = _letters(number)
    elif form in {"i", "I"}:
        text = _roman(number)
    else:
        return ""
    return text.upper() if form.isupper() else text


def _letters(number: int) -> str:
    text = ""
    while number:
        number, letter = divmod(number - 1, 26)
        text = chr(ord("a") + letter) + text
    return text


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        text += sign * count
    return text

"""Acronyms and the words that they stand for."""

from __future__ import annotations

import re


def stands_for(key: str, words: str) -> bool:
    """Return whether the letters of a name begin or are in words, in their order.

    Half of the letters or more must begin a word.
    """
    letters = re.sub(r"\W|\d", "", key)
    if not 3 <= len(letters) <= 20 or not 2 <= len(words.split()) <= 20:
        return False
    if " " in key:
        return False
    initials = "".join(word[0] for word in words.split())
    position, common = 0, 0
    for letter in letters:
        at = initials.find(letter, position)
        if at >= 0:
            position, common = at + 1, common + 1
    remaining = iter(words.replace(" ", ""))
    is_inside = all(letter in remaining for letter in letters)
    return is_inside and common * 2 >= len(letters)

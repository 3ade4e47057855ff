"""The message catalogs, and the one of the terminal's language."""

import gettext
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

TRANSLATIONS = Path(__file__).parents[1] / "translations"


@cache
def catalog(language: str) -> gettext.NullTranslations:
    """Return the catalog of a language; without one, messages stay in English."""
    return gettext.translation("messages", TRANSLATIONS, [language], fallback=True)


def system_translation() -> Callable[[str], str]:
    """Return the translation function for LC_ALL, LC_MESSAGES or LANG."""
    names = map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))
    language = next(filter(None, names), "")[:2]
    return catalog(language).gettext

"""The message catalogs, and the one of the terminal's language."""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

TRANSLATIONS = Path(__file__).parents[1] / "translations"


@cache
def catalog(language: str) -> gettext.NullTranslations:
    """Return the catalog of a language; without one, messages stay in English."""
    return gettext.translation("messages", TRANSLATIONS, [language], fallback=True)


def system_translation(
    environ: Mapping[str, str] | None = None,
) -> Callable[[str], str]:
    """Return the translation function for LC_ALL, LC_MESSAGES or LANG."""
    values = os.environ if environ is None else environ
    names = (values.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    language = next((name for name in names if name), "")[:2]
    return catalog(language).gettext

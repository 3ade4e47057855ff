"""The box with help lines, on pages that concern the target of an act."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from babel import Locale as BabelLocale

from indexer.corpus.corpus import Corpus
from indexer.model.help_lines import EUROPE, HelpLine
from indexer.model.ids import Kind, Locale
from indexer.model.record import Record
from kb.web.date_text import BABEL_LOCALES, date_text

_HOME = {Locale.FR: ("fr",), Locale.EN: ()}
"""The countries whose lines stand beside those of Europe, by the reader's language."""

SHOWN = 3
"""Somebody in need reads no more; the other lines are folded."""

_NOT_DIALLED = re.compile(r"[^0-9+]")


@dataclass(frozen=True, slots=True)
class HelpLineView:
    """A help line in one language.

    `country` is "" for a line that is for all of Europe. `url` calls the number, or is
    the address of a line without one.
    """

    text: str
    url: str
    name: str
    purpose: str
    hours: str
    country: str
    checked: str


@dataclass(frozen=True, slots=True)
class HelpBox:
    """Help lines: the first ones for the reader, then other ones, folded.

    The file has the most important ones first.
    """

    lines: tuple[HelpLineView, ...]
    others: tuple[HelpLineView, ...]


def concerns_victims(record: Record, corpus: Corpus) -> bool:
    """Return whether a record says that somebody is the target of an act.

    A recommendation does if a need that it answers does.
    """
    if getattr(record, "victim", None) is not None:
        return True
    is_answer = record.id.kind is Kind.RECOMMENDATION
    needs = corpus.answered_needs(record.id) if is_answer else ()
    return any(getattr(corpus.get(need), "victim", None) is not None for need in needs)


def help_box(
    records: Iterable[Record], corpus: Corpus, locale: Locale
) -> HelpBox | None:
    """Return the box for records, or None if none concerns a victim."""
    if not corpus.help_lines:
        return None
    if not any(concerns_victims(record, corpus) for record in records):
        return None
    return box_of(corpus.help_lines, locale)


def box_of(lines: Iterable[HelpLine], locale: Locale) -> HelpBox:
    """Return the box of help lines, in a language."""
    near: list[HelpLineView] = []
    far: list[HelpLineView] = []
    for line in lines:
        is_near = line.country == EUROPE or line.country in _HOME[locale]
        (near if is_near else far).append(_view(line, locale))
    return HelpBox(tuple(near[:SHOWN]), (*near[SHOWN:], *far))


def _view(line: HelpLine, locale: Locale) -> HelpLineView:
    dialled = _NOT_DIALLED.sub("", line.number)
    names = BabelLocale.parse(BABEL_LOCALES[locale]).territories
    is_european = line.country == EUROPE
    name = line.names[locale.value]
    return HelpLineView(
        text=line.number or name,
        url=f"tel:{dialled}" if dialled else line.url,
        name=name if line.number and line.number not in name else "",
        purpose=line.purposes[locale.value].removesuffix("."),
        hours=line.hours[locale.value],
        country="" if is_european else names.get(line.country.upper(), line.country),
        checked=date_text(line.checked, locale),
    )

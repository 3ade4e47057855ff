"""Writes passages as long records, in a copy of the content."""

from __future__ import annotations

import json
import math
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from indexer.model.ids import Locale

PASSAGES_EACH = 250
_PASSAGES_A_PART = 10
WORDS_OF_REPORT = 30_000
"""Of a hundred pages: 250 passages of 120 words."""
_SIGNS = re.compile(r"[\[\]<>#*`_|\\{}~]|^\s*[-+=>]+", re.MULTILINE)
_YEARS = range(2005, 2025)

_FACTS = """\
id: {slug}
type: report
language: {locale}
themes:
- {theme}
date: {year}
availability: complete
confidence: seen
sources:
- https://example.org/{slug}
updated: 2026-11-25
"""
_OTHER = {
    Locale.FR: "Ce rapport n’est rédigé qu’en anglais.",
    Locale.EN: "This report is written in French only.",
}


def write_content(
    documents: Path, folder: Path, passages: Iterable[Mapping[str, str]]
) -> tuple[str, ...]:
    """Copy the content, and add a report for every 250 passages of one language.

    The other edition of a report says in a sentence what it is. Gives the names of the
    reports.
    """
    shutil.copytree(documents, folder)
    themes = sorted(path.name for path in (documents / "themes").iterdir())
    held: defaultdict[str, list[Mapping[str, str]]] = defaultdict(list)
    slugs: list[str] = []
    for passage in passages:
        of_lang = held[passage["lang"]]
        of_lang.append(passage)
        if len(of_lang) == PASSAGES_EACH:
            slugs.append(_write_report(folder, len(slugs), themes, of_lang))
            of_lang.clear()
    slugs += [
        _write_report(folder, number, themes, left)
        for number, left in enumerate(
            (left for left in held.values() if left), len(slugs)
        )
    ]
    return tuple(slugs)


def _write_report(
    folder: Path, number: int, themes: Sequence[str], passages: list[Mapping[str, str]]
) -> str:
    slug = f"report-{number}"
    locale = Locale(passages[0]["lang"])
    home = folder / "deliverables" / slug
    home.mkdir(parents=True)
    facts = _FACTS.format(
        slug=slug,
        locale=locale,
        theme=themes[number % len(themes)],
        year=_YEARS[number % len(_YEARS)],
    )
    (home / "record.yaml").write_text(facts, "utf-8")
    title = f"{_plain(passages[0]['title'])} ({number})"
    summary = " ".join(_plain(passages[0]["text"]).split()[:25])
    body = "\n".join(_parts(passages))
    edition = _edition(title, summary, body)
    (home / f"{locale}.md").write_text(edition, "utf-8")
    other = _edition(title, _OTHER[locale.other], _OTHER[locale.other])
    (home / f"{locale.other}.md").write_text(other, "utf-8")
    return slug


def _parts(passages: Sequence[Mapping[str, str]]) -> Iterable[str]:
    for number, passage in enumerate(passages):
        if number % _PASSAGES_A_PART == 0:
            yield f"## {_plain(passage['title'])}\n"
        yield f"{_plain(passage['text'])}\n"


def _edition(title: str, summary: str, body: str) -> str:
    words = {"title": title, "summary": summary}
    fields = "\n".join(
        f"{name}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in words.items()
    )
    return f"---\n{fields}\n---\n{body}\n"


def _plain(text: str) -> str:
    """Take a text out of any markup: it must be no more than words."""
    return " ".join(_SIGNS.sub(" ", text).split())


def add_report(documents: Path, slug: str, word: str) -> None:
    """Add a report of a hundred pages that is found by a word.

    Its text is that of the longest one there, as often as it takes.
    """
    longest = max(
        documents.glob("deliverables/*/*.md"), key=lambda path: path.stat().st_size
    )
    text = longest.read_text("utf-8").split("\n---\n", 1)[1]
    times = math.ceil(WORDS_OF_REPORT / len(text.split()))
    locale = Locale(longest.stem)
    home = documents / "deliverables" / slug
    home.mkdir()
    facts = _FACTS.format(slug=slug, locale=locale, theme="all", year=_YEARS[-1])
    (home / "record.yaml").write_text(facts, "utf-8")
    edition = _edition(f"{word} ({locale})", f"{word}.", text * times)
    (home / f"{locale}.md").write_text(edition, "utf-8")
    other = _OTHER[locale.other]
    other = _edition(f"{word} ({locale.other})", other, other)
    (home / f"{locale.other}.md").write_text(other, "utf-8")


def remove_report(documents: Path, slug: str) -> None:
    """Withdraw such a report."""
    shutil.rmtree(documents / "deliverables" / slug)

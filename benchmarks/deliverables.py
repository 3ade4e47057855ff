"""Writes passages as long reports into a copy of the documents."""

import json
import math
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from indexer.model.ids import Locale

PASSAGES_PER_REPORT = 250
_PASSAGES_PER_SECTION = 10
WORDS_OF_REPORT = 30_000
"""The words of a hundred pages: 250 passages of 120 words."""
_MARKUP = re.compile(r"[\[\]<>#*`_|\\{}~]|^\s*[-+=>]+", re.MULTILINE)
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
    """Copy the documents, and add a report for every 250 passages of one language.

    The other edition of a report is one sentence. Returns the slugs of the reports.
    """
    shutil.copytree(documents, folder)
    themes = sorted(path.name for path in (documents / "themes").iterdir())
    by_lang: defaultdict[str, list[Mapping[str, str]]] = defaultdict(list)
    slugs: list[str] = []
    for passage in passages:
        of_lang = by_lang[passage["lang"]]
        of_lang.append(passage)
        if len(of_lang) == PASSAGES_PER_REPORT:
            slugs.append(_write_report(folder, len(slugs), themes, of_lang))
            of_lang.clear()
    slugs += [
        _write_report(folder, number, themes, rest)
        for number, rest in enumerate(filter(None, by_lang.values()), len(slugs))
    ]
    return tuple(slugs)


def _write_report(
    folder: Path, number: int, themes: Sequence[str], passages: list[Mapping[str, str]]
) -> str:
    slug = f"report-{number}"
    locale = Locale(passages[0]["lang"])
    report_folder = folder / "deliverables" / slug
    report_folder.mkdir(parents=True)
    facts = _FACTS.format(
        slug=slug,
        locale=locale,
        theme=themes[number % len(themes)],
        year=_YEARS[number % len(_YEARS)],
    )
    (report_folder / "record.yaml").write_text(facts, "utf-8")
    title = f"{_plain(passages[0]['title'])} ({number})"
    summary = " ".join(_plain(passages[0]["text"]).split()[:25])
    body = "\n".join(_sections(passages))
    edition = _edition(title, summary, body)
    (report_folder / f"{locale}.md").write_text(edition, "utf-8")
    other = _edition(title, _OTHER[locale.other], _OTHER[locale.other])
    (report_folder / f"{locale.other}.md").write_text(other, "utf-8")
    return slug


def _sections(passages: Sequence[Mapping[str, str]]) -> Iterable[str]:
    for number, passage in enumerate(passages):
        if number % _PASSAGES_PER_SECTION == 0:
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
    """Return a text without Markdown and HTML characters."""
    return " ".join(_MARKUP.sub(" ", text).split())


def add_report(documents: Path, slug: str, word: str) -> None:
    """Add a report of a hundred pages whose title contains a word.

    Its text repeats the longest deliverable.
    """
    longest = max(
        documents.glob("deliverables/*/*.md"), key=lambda path: path.stat().st_size
    )
    text = longest.read_text("utf-8").split("\n---\n", 1)[1]
    times = math.ceil(WORDS_OF_REPORT / len(text.split()))
    locale = Locale(longest.stem)
    report_folder = documents / "deliverables" / slug
    report_folder.mkdir()
    facts = _FACTS.format(slug=slug, locale=locale, theme="all", year=_YEARS[-1])
    (report_folder / "record.yaml").write_text(facts, "utf-8")
    edition = _edition(f"{word} ({locale})", f"{word}.", text * times)
    (report_folder / f"{locale}.md").write_text(edition, "utf-8")
    other = _OTHER[locale.other]
    other = _edition(f"{word} ({locale.other})", other, other)
    (report_folder / f"{locale.other}.md").write_text(other, "utf-8")


def remove_report(documents: Path, slug: str) -> None:
    """Delete a report."""
    shutil.rmtree(documents / "deliverables" / slug)

"""Briefs as Markdown and CSV, read by programs that are not ours."""

import csv
import io

import cmarkgfm
import pytest
from bs4 import BeautifulSoup
from cmarkgfm.cmark import Options

from kb.briefs.csv_table import brief_csv
from kb.briefs.markdown_text import brief_markdown
from kb.briefs.rich_text import printable
from tests.support.briefs import HOSTILE_TITLES, MAX_TITLE, a_brief
from tests.support.pages import required

FORMULA_SIGNS = "=+-@\t\r\uff1d\uff0b\uff0d\uff20"


def html(text: str) -> BeautifulSoup:
    """Return Markdown as GitHub shows it, with all HTML that it contains."""
    options = Options.CMARK_OPT_UNSAFE
    return BeautifulSoup(
        cmarkgfm.github_flavored_markdown_to_html(text, options), "lxml"
    )


def rows(text: str) -> list[list[str]]:
    """Return the rows of a CSV file."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_markdown_has_headings_lists_tables_and_links() -> None:
    """A brief can be put into a wiki or a site."""
    page = html(brief_markdown(a_brief()))

    assert [each.get_text() for each in page.select("h2")] == [
        "Contents",
        "Comparison",
        "1. Street lamps",
        "2. Street lamps",
        "Sources",
        "About",
    ]
    assert len(page.select("table")) == 3
    assert page.select_one("a[href='https://example.org/source']")
    assert page.select_one("blockquote")


def test_sources_are_listed_once_and_records_name_their_numbers() -> None:
    """Records of a dossier often share sources."""
    text = brief_markdown(a_brief(count=3))

    assert text.count("https://example.org/source") == 1
    assert text.count(r"\[1\] \[2\]") == 3


@pytest.mark.parametrize("title", HOSTILE_TITLES.values(), ids=HOSTILE_TITLES)
def test_a_hostile_title_is_no_markdown(title: str) -> None:
    """The page has the elements of any other brief, and the title as it is written."""
    page = html(brief_markdown(a_brief(title)))
    plain = html(brief_markdown(a_brief()))

    names = [each.name for each in page.find_all(name=True)]
    assert names == [each.name for each in plain.find_all(name=True)]
    assert required(page, "h1").get_text() == printable(title[:MAX_TITLE]).strip()
    links = {str(each["href"]) for each in page.select("a")}
    assert links == {str(each["href"]) for each in plain.select("a")}


def test_csv_has_one_row_for_each_record() -> None:
    """The columns have names in the language of the brief."""
    head, *records = rows(brief_csv(a_brief(count=3)))

    assert len(head) == len(records[0]) == 10
    assert [each[0] for each in records] == ["1", "2", "3"]


def test_excel_reads_csv_as_unicode() -> None:
    """It takes a file without a mark for one in its own encoding."""
    assert brief_csv(a_brief()).startswith("\ufeff")


@pytest.mark.parametrize("title", HOSTILE_TITLES.values(), ids=HOSTILE_TITLES)
def test_no_cell_is_a_formula(title: str) -> None:
    """A formula could send other cells to a stranger."""
    cells = [cell for row in rows(brief_csv(a_brief(title))) for cell in row]

    assert not [cell for cell in cells if cell[:1] and cell[0] in FORMULA_SIGNS]
    assert len(cells) == 3 * 10
    assert any(printable(title) in cell for cell in cells)

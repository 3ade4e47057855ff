"""Briefs as PDF/UA-1, read by pypdf."""

import io
from dataclasses import replace

import pypdfium2 as pdfium
import pytest
from pypdf import PdfReader

from indexer.model.ids import Locale
from kb.briefs.brief import BriefSection
from kb.briefs.pdf import brief_pdf
from kb.briefs.rich_text import TextParagraph
from tests.support.briefs import HOSTILE_TITLES, MADE_AT, a_brief, spans
from tests.support.pdf_ua import pdf_ua_problems, tags

TEXTS = 22
"""How often a brief of one record has its text, without title and comparison."""


def language_of(content: bytes) -> str:
    """Return the language of a PDF."""
    return str(PdfReader(io.BytesIO(content)).root_object["/Lang"])


def links_of(content: bytes) -> set[str]:
    """Return the addresses that a PDF links to."""
    found = (
        annotation.get_object().get("/A", {}).get("/URI", "")
        for page in PdfReader(io.BytesIO(content)).pages
        for annotation in page.get("/Annots", [])
    )
    return {str(each) for each in found if each}


def text_of(content: bytes) -> str:
    """Return the text of all pages, blanks as single spaces."""
    pages = pdfium.PdfDocument(content)
    texts = (page.get_textpage().get_text_range() for page in pages)
    return " ".join(" ".join(texts).split())


@pytest.mark.parametrize("count", [1, 2, 12])
@pytest.mark.parametrize("locale", Locale)
def test_a_brief_keeps_the_rules_of_pdf_ua(locale: Locale, count: int) -> None:
    """Public bodies must publish documents that screen readers can read."""
    content = brief_pdf(a_brief(count=count, locale=locale), MADE_AT)

    assert pdf_ua_problems(content) == []
    assert language_of(content) == locale


def test_headings_lists_tables_and_links_are_tagged() -> None:
    """A screen reader moves by them."""
    found = set(tags(brief_pdf(a_brief(), MADE_AT)))

    assert {"H1", "H2", "H3", "L", "LI", "LBody", "Table", "TH", "TD", "Link"} <= found
    assert {"TOC", "TOCI"} <= found


def test_a_brief_of_one_record_has_no_contents() -> None:
    """A page with one line would be one to turn."""
    assert "TOC" not in tags(brief_pdf(a_brief(count=1), MADE_AT))


def test_notes_are_shown_before_the_records() -> None:
    """Whoever opens the file must know what went, whatever its length."""
    for count in (1, 2):
        notes = ("The record was withdrawn.",)
        text = text_of(brief_pdf(a_brief(count=count, notes=notes), MADE_AT))
        assert text.index(notes[0]) < text.index("Sources")


def test_the_title_and_the_day_are_in_the_file() -> None:
    """Files are found by them long after."""
    information = PdfReader(io.BytesIO(brief_pdf(a_brief("Lamps"), MADE_AT))).metadata

    assert information is not None
    assert information.title == "Lamps"
    assert information.author == "Efus"
    assert information.creation_date == MADE_AT


@pytest.mark.load
@pytest.mark.parametrize("title", HOSTILE_TITLES.values(), ids=HOSTILE_TITLES)
def test_a_hostile_title_is_only_text(title: str) -> None:
    """Typst reads texts as JSON: it runs no command and reads no file."""
    content = brief_pdf(a_brief(title, count=1), MADE_AT)

    text = text_of(content)
    assert "root:" not in text
    assert "Made of records." in text
    assert links_of(content) == links_of(brief_pdf(a_brief(count=1), MADE_AT))


@pytest.mark.parametrize("name", ["typst", "tex", "markup", "formula"])
def test_a_hostile_title_is_shown_as_it_is_written(name: str) -> None:
    """Nothing of it was taken for markup."""
    title = HOSTILE_TITLES[name]
    content = brief_pdf(a_brief(title), MADE_AT)

    information = PdfReader(io.BytesIO(content)).metadata
    assert information is not None
    assert information.title == title
    assert title.replace(" ", "") in text_of(content).replace(" ", "")


@pytest.mark.parametrize("words", [" word", "word"])
def test_nothing_of_a_long_text_is_lost(words: str) -> None:
    """What is higher than a page is continued on the next one."""
    brief = a_brief(words * 1500 + " the end", count=1)

    text = text_of(brief_pdf(replace(brief, title="A title", tables=()), MADE_AT))

    assert text.replace(" ", "").count("theend") == TEXTS


def test_letters_that_no_font_has_do_not_prevent_a_pdf() -> None:
    """The PDF is tagged, but does not claim what it does not keep."""
    problems = pdf_ua_problems(brief_pdf(a_brief("都市安全"), MADE_AT))

    assert "5: the document does not claim PDF/UA" in problems
    assert "7.1: there is no structure" not in problems


def test_the_limits_of_a_record_are_on_one_page() -> None:
    """Whoever turns the page too soon would not know them."""
    brief = a_brief(count=1)
    limits = BriefSection(
        "Limits",
        (TextParagraph(spans("alpha " + "It was not measured. " * 30 + "omega")),),
    )
    for number in range(20, 40, 3):
        lines = tuple(TextParagraph(spans("A line.")) for _ in range(number))
        record = replace(
            brief.records[0], sections=(BriefSection("", lines),), limits=limits
        )
        content = brief_pdf(replace(brief, records=(record,)), MADE_AT)

        pages = [each.extract_text() for each in PdfReader(io.BytesIO(content)).pages]
        [page] = [each for each in pages if "alpha" in each]
        assert "omega" in page, number


def test_the_facts_of_a_record_follow_its_summary_on_the_page() -> None:
    """A title at the foot of a page, with nothing below it, looks like an accident."""
    brief = a_brief(count=1)
    for number in range(6, 20, 2):
        lines = tuple(TextParagraph(spans("A line.")) for _ in range(number))
        first = replace(brief.records[0], sections=(BriefSection("", lines),))
        second = replace(
            brief.records[0], summary="alpha " * 30, facts=(("Where", "omega"),)
        )
        made = replace(brief, records=(first, second), tables=())
        content = brief_pdf(made, MADE_AT)

        pages = [each.extract_text() for each in PdfReader(io.BytesIO(content)).pages]
        [page] = [each for each in pages if "omega" in each]
        assert "alpha" in page, number

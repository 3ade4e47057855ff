"""Briefs as DOCX, opened again by python-docx and read as XML."""

import io
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from docx.document import Document as DocumentObject
from lxml import etree

from indexer.model.ids import Locale
from kb.briefs.docx_file import MAX_LINK, brief_docx
from kb.briefs.rich_text import printable
from tests.support.briefs import HOSTILE_TITLES, MADE_AT, MAX_TITLE, a_brief

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PLAIN_TAGS = {
    each.tag
    for each in etree.fromstring(
        zipfile.ZipFile(io.BytesIO(brief_docx(a_brief(), MADE_AT))).read(
            "word/document.xml"
        )
    ).iter()
}


def opened(content: bytes) -> DocumentObject:
    """Return a file as python-docx reads it."""
    return Document(io.BytesIO(content))


def body(content: bytes) -> etree._Element:
    """Return the XML of the text."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def styles_of(document: DocumentObject) -> list[str]:
    """Return the styles of the paragraphs, in order."""
    return [str(each.style.name) for each in document.paragraphs if each.style]


def test_headings_lists_and_tables_have_their_styles() -> None:
    """Word's navigation and a screen reader use them."""
    document = opened(brief_docx(a_brief(), MADE_AT))

    found = styles_of(document)
    assert found.count("Title") == 1
    assert {"Heading 1", "Heading 2", "Heading 3", "Quote"} <= set(found)
    assert {"List Bullet", "List Bullet 2", "List Number", "List Continue"} <= set(
        found
    )
    assert "Street lamps" in [table.cell(0, 1).text for table in document.tables]


def test_the_head_of_a_table_is_repeated_and_no_row_is_cut() -> None:
    """A table may be longer than a page."""
    tables = body(brief_docx(a_brief(count=3), MADE_AT)).findall(f".//{W}tbl")

    heads = [each for each in tables if each.find(f".//{W}tblHeader") is not None]
    assert len(heads) == 2 + 3  # the strengths, the comparison, one in each text
    rows = [row for table in tables for row in table.findall(f"{W}tr")]
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)


def test_each_numbered_list_begins_with_one() -> None:
    """Lists of one style would go on with the numbers of the list before."""
    document = opened(brief_docx(a_brief(count=2), MADE_AT))
    numbers = [
        number.get(f"{W}val")
        for each in document.element.body.iter(f"{W}p")
        if (style := each.find(f"{W}pPr/{W}pStyle")) is not None
        and style.get(f"{W}val") == "ListNumber"
        and (number := each.find(f"{W}pPr/{W}numPr/{W}numId")) is not None
    ]

    assert len(numbers) == 6
    assert len(set(numbers)) == 4


@pytest.mark.parametrize("locale", Locale)
def test_the_file_has_its_language_title_and_day(locale: Locale) -> None:
    """A screen reader needs the language to pronounce the text."""
    content = brief_docx(a_brief("Lamps", locale=locale), MADE_AT)
    document = opened(content)

    language = {"fr": "fr-FR", "en": "en-GB"}[locale]
    properties = document.core_properties
    assert (properties.title, properties.author) == ("Lamps", "Efus")
    assert properties.created == MADE_AT
    assert properties.language == language
    defaults = document.styles.element.findall(f".//{W}lang")
    assert {each.get(f"{W}val") for each in defaults} == {language}


def test_texts_in_the_other_language_say_so() -> None:
    """They are read aloud in their own language."""
    brief = a_brief(count=1)
    foreign = replace(brief.records[0], lang="fr")
    found = body(brief_docx(replace(brief, records=(foreign,)), MADE_AT))

    marked = found.findall(f".//{W}r[{W}rPr]")
    texts = {
        "".join(run.itertext())
        for run in marked
        if (lang := run.find(f"{W}rPr/{W}lang")) is not None
        and lang.get(f"{W}val") == "fr-FR"
    }
    assert "Street lamps" in texts
    assert "Record updated on 3 February 2026." not in texts


def test_the_contents_are_a_field_and_read_well_before_word_computes_it() -> None:
    """Its lines are links to the headings, and each link has a bookmark."""
    found = body(brief_docx(a_brief(count=3), MADE_AT))

    [contents] = found.iter(f"{W}sdt")
    fields = [str(each.text) for each in contents.iter(f"{W}instrText")]
    assert fields[0].startswith('TOC \\o "1-1"')
    starts_and_ends = [
        str(each.get(f"{W}fldCharType")) for each in contents.iter(f"{W}fldChar")
    ]
    assert starts_and_ends.count("begin") == starts_and_ends.count("end") == 7
    lines = ["".join(each.itertext(f"{W}t")) for each in contents.iter(f"{W}p")]
    assert [line.strip() for line in lines][:3] == [
        "Contents",
        "Comparison",
        "1. Street lamps",
    ]

    anchors = {each.get(f"{W}anchor") for each in found.iter(f"{W}hyperlink")} - {None}
    names = {each.get(f"{W}name") for each in found.iter(f"{W}bookmarkStart")}
    records = {f"record_{number}" for number in (1, 2, 3)}
    ends = {"comparison", "sources", "about"}
    assert anchors == names == records | ends | {"source_1", "source_2"}


def test_each_table_has_a_numbered_caption_above_it() -> None:
    """A text can name a table, and Word can list them."""
    tables = list(body(brief_docx(a_brief(), MADE_AT)).iter(f"{W}tbl"))

    captions = [table.getprevious() for table in tables]
    numbers = [
        "".join(caption.itertext(f"{W}t")).partition(" – ")[0] for caption in captions
    ]
    assert numbers == [f"Table\u00a0{number}" for number in range(1, len(tables) + 1)]
    assert all("SEQ Table" in "".join(caption.itertext()) for caption in captions)


def test_a_brief_of_one_record_has_no_contents() -> None:
    """A page with one line would be one to turn."""
    styles = styles_of(opened(brief_docx(a_brief(count=1), MADE_AT)))
    assert not {"toc 1", "TOC Heading"} & set(styles)


def test_the_comparison_is_on_a_page_in_landscape() -> None:
    """Its columns need the width."""
    sections = opened(brief_docx(a_brief(), MADE_AT)).sections

    assert [each.orientation for each in sections] == [0, 1, 0]


@pytest.mark.parametrize("title", HOSTILE_TITLES.values(), ids=HOSTILE_TITLES)
def test_a_hostile_title_adds_no_markup(title: str) -> None:
    """It is text wherever it stands, and the file can be opened."""
    content = brief_docx(a_brief(title), MADE_AT)
    document = opened(content)

    assert {each.tag for each in body(content).iter()} == PLAIN_TAGS
    titles = [each.text for each in document.paragraphs if each.style.name == "Title"]  # type: ignore[union-attr]  # each has a style
    assert titles == [printable(title[:MAX_TITLE])]
    targets = [
        relation.target_ref
        for relation in document.part.rels.values()
        if relation.is_external
    ]
    assert targets
    assert all(each.startswith("https://example.org") for each in targets)


def test_an_address_that_word_refuses_is_text() -> None:
    """Word reports a file with a longer one as damaged."""
    url = f"https://example.org/{'a' * MAX_LINK}"
    document = opened(brief_docx(replace(a_brief(), url=url), MADE_AT))

    assert url in "\n".join(each.text for each in document.paragraphs)
    assert url not in [each.target_ref for each in document.part.rels.values()]


def test_nothing_of_the_template_of_a_library_is_left() -> None:
    """A preview of an empty page would stand for the brief in a folder."""
    content = brief_docx(a_brief(), MADE_AT)
    archive = zipfile.ZipFile(io.BytesIO(content))
    names = archive.namelist()

    assert not [name for name in names if "humb" in name or "Effects" in name]
    assert not [name for name in names if name.startswith("customXml")]
    for part in ("docProps/core.xml", "word/styles.xml", "word/settings.xml"):
        text = archive.read(part).decode()
        assert not [
            word for word in ("python-docx", "2013", "Light Shading") if word in text
        ]

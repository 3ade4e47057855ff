"""Report cards: verdicts, findings and similar files."""

from indexer.errors import FileUnreadableError
from indexer.extraction.fingerprints import fingerprint_of
from indexer.extraction.report.report_card import card_text, ranges, report_card
from indexer.model.document import (
    Block,
    BlockType,
    Document,
    FilePage,
    FileProperties,
    FileReading,
    FileType,
    MissingProperty,
    TextRepair,
    Unreadable,
    Verdict,
)
from indexer.model.ids import Locale

PROPERTIES = FileProperties("Title", ("Author",), "en", "2016")


def a_reading(
    *texts: str,
    name: str = "a.pdf",
    sha256: str = "a",
    pages: tuple[FilePage, ...] = (),
    locale: Locale | None = Locale.EN,
    properties: FileProperties = PROPERTIES,
) -> FileReading:
    """Return a reading of paragraphs."""
    blocks = tuple(Block(BlockType.PARAGRAPH, text) for text in texts)
    return FileReading(
        name=name,
        sha256=sha256,
        size_bytes=1,
        type=FileType.PDF,
        document=Document(blocks),
        pages=pages,
        properties=properties,
        repairs=TextRepair(spaces=3),
        locale=locale,
    )


def a_text(start: int, words: int = 300) -> str:
    """Return a text without passages in common with texts of another start."""
    return " ".join(f"word{number}" for number in range(start, start + words))


def pages(count: int, *, is_scanned: bool = False) -> tuple[FilePage, ...]:
    """Return pages, of which the last has no words."""
    plain = [FilePage(n, words=50, locale=Locale.EN) for n in range(1, count)]
    return (*plain, FilePage(count, is_scanned=is_scanned))


def test_a_file_without_defects_is_good() -> None:
    """Its card has no reasons."""
    card = report_card(a_reading(a_text(0), pages=pages(3)), proposals=4)

    assert card.verdict is Verdict.GOOD
    assert card.reasons == ()
    assert (card.pages, card.words, card.proposals) == (3, 300, 4)
    assert card.empty_pages == (3,)
    assert card.locales == ((Locale.EN, 1, 3),)
    assert card.missing_properties == ()


def test_scanned_pages_lower_the_verdict() -> None:
    """One in ten is usable; one in two needs work."""
    few = report_card(a_reading(a_text(0), pages=pages(10, is_scanned=True)))
    many = report_card(a_reading(a_text(0), pages=pages(2, is_scanned=True)))

    assert few.verdict is Verdict.USABLE
    assert few.scanned_pages == (10,)
    assert "10" in str(few.reasons[0])
    assert many.verdict is Verdict.NEEDS_WORK


def test_a_duplicate_is_reported() -> None:
    """The files have the same digest."""
    known = [fingerprint_of(a_reading(a_text(0), name="first.pdf"))]

    card = report_card(a_reading(a_text(0), name="again.pdf"), known)

    assert card.duplicate_of == "first.pdf"
    assert card.verdict is Verdict.NEEDS_WORK


def test_near_duplicates_are_reported() -> None:
    """A draft and its final version share most passages."""
    known = [
        fingerprint_of(a_reading(a_text(0, 5000), name="draft.pdf", sha256="d")),
        fingerprint_of(a_reading(a_text(9000, 5000), name="other.pdf", sha256="o")),
    ]

    final = a_reading(a_text(0, 4500), a_text(20000, 500), sha256="f")
    card = report_card(final, known)

    (near,) = card.near_duplicates
    assert near.name == "draft.pdf"
    assert 0.85 < near.share < 0.95
    assert card.verdict is Verdict.NEEDS_WORK


def test_a_translation_is_reported() -> None:
    """Numbers are the same in both languages."""
    numbers = " ".join(str(1000 + 37 * n) for n in range(20))
    french = a_reading(
        f"Le rapport D2.6 sur la ville {numbers}",
        name="D2.6_FR.pdf",
        sha256="f",
        locale=Locale.FR,
    )
    other = a_reading("Le rapport D2.7 sur la paix", sha256="o", locale=Locale.FR)
    known = [fingerprint_of(other), fingerprint_of(french)]

    card = report_card(a_reading(f"The report D2.6 on the city {numbers}"), known)

    assert card.sibling_of == "D2.6_FR.pdf"


def test_a_part_of_a_report_is_no_translation() -> None:
    """Without pages, the numbers of words are compared."""
    numbers = " ".join(str(1000 + 37 * n) for n in range(20))
    text = f"Le rapport de la ville {numbers}"
    whole = a_reading(
        text, a_text(0, 2000), name="report.docx", sha256="w", locale=Locale.FR
    )

    part = report_card(a_reading(text, name="report_EN.docx"), [fingerprint_of(whole)])

    assert part.sibling_of == ""


def test_common_years_make_no_translation() -> None:
    """A few years occur in every report."""
    french = a_reading("En 2016, 2017 et 2018", sha256="f", locale=Locale.FR)

    card = report_card(
        a_reading("In 2016, 2017 and 2018 things differed"), [fingerprint_of(french)]
    )

    assert card.sibling_of == ""


def test_missing_properties_are_reported() -> None:
    """All four properties are missing."""
    card = report_card(a_reading(a_text(0), properties=FileProperties()))

    assert card.missing_properties == (
        MissingProperty.TITLE,
        MissingProperty.AUTHORS,
        MissingProperty.DATE,
        MissingProperty.LANGUAGE,
    )


def test_every_refusal_has_a_message() -> None:
    """No reason is shown as a code."""
    for reason in Unreadable:
        card = report_card(FileUnreadableError("a.pdf", reason, "pdf"))

        assert card.verdict is Verdict.REFUSED
        assert card_text(card).startswith("a.pdf: refused\n  - ")


def test_a_card_as_text() -> None:
    """The text is in the language of the terminal."""
    reading = a_reading(
        a_text(0),
        pages=pages(3, is_scanned=True),
        properties=FileProperties("Title", ("Author",)),
    )

    assert card_text(report_card(reading)).split("\n")[:8] == [
        "a.pdf: needs work",
        "  type: pdf",
        "  pages: 3",
        "  words: 300",
        "  scanned pages: 3",
        "  languages: English (1-3)",
        "  corrected: spaces 3, hyphens 0, ligatures 0, accents 0",
        "  missing from the file’s properties: date, language",
    ]


def test_page_numbers_are_formatted_as_ranges() -> None:
    """Consecutive pages are one range."""
    assert ranges([1, 2, 3, 7, 9, 10]) == "1-3, 7, 9-10"

"""Warnings for numbers and links that only one language has."""

import re
from dataclasses import replace

import pytest

from indexer.corpus.content_warnings import WarningFinder
from indexer.corpus.corpus import Corpus
from indexer.corpus.corpus_reader import CorpusReader
from indexer.corpus.numbers import numbers
from indexer.model.ids import Locale, RecordId
from indexer.model.long_text import LongText
from indexer.model.problems import Problem, ProblemCode
from indexer.model.record import Record
from tests.support.builders import PROJECT, Workspace

LAMPS = "practices/newtown-lamps"
COMPARED = {ProblemCode.NUMBER_IN_ONE_EDITION, ProblemCode.LINK_IN_ONE_EDITION}


def warnings_of(workspace: Workspace, name: str = LAMPS) -> list[Problem]:
    """Return the differences between the two editions of a record."""
    record = RecordId.parse(name)
    assert record is not None
    finder = WarningFinder(workspace.documents, shown_root="documents")
    found = finder.find(workspace.corpus(), only={record})
    return [each for each in found if each.code in COMPARED]


@pytest.fixture
def lamps(workspace: Workspace) -> Workspace:
    """Return the small corpus, its practice with the same facts in both languages."""
    workspace.replace(
        f"{LAMPS}/en.md",
        "1,200 lamps were",
        "See [the workshop](events/w9) and the [glossary](glossary/cyberbullying).\n"
        "One lane in 2016. 1,200 lamps were",
    )
    assert warnings_of(workspace) == []
    return workspace


def test_a_number_in_one_language_is_a_warning(lamps: Workspace) -> None:
    """It names the file, the line, the number, its sentence and the remedy."""
    lamps.replace(f"{LAMPS}/en.md", "40,000 euros", "45,000 euros")

    french, english = map(str, warnings_of(lamps))

    assert french == (
        "documents/practices/newtown-lamps/fr.md:9: warning: the number “40\u202f000”, "
        "of “40\u202f000 euros par an”, is in this language only: correct one of the "
        "two texts; if both are right, add 40000 to 'checked'"
    )
    assert english.startswith(f"documents/{LAMPS}/en.md:9: warning: the number “45,000")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Residents avoided three lanes.", "Residents avoided 3 lanes."),
        ("1,200 lamps were", "1 200 lamps were"),
        ("One lane in 2016.", "In 2016, a lane."),
        ("(events/w9)", "(events/w9#t2031)"),
        ("Residents", "<https://example.org/2031> Residents"),
    ],
)
def test_another_notation_is_no_warning(lamps: Workspace, old: str, new: str) -> None:
    """Words for digits, other separators and addresses."""
    lamps.replace(f"{LAMPS}/en.md", old, new)

    assert warnings_of(lamps) == []


def test_a_number_in_words_is_compared(lamps: Workspace) -> None:
    """« trois » and `four` differ, where no digits say it again."""
    for name in ("fr.md", "en.md"):
        lamps.replace(f"{LAMPS}/{name}", '{value: "3"', '{value: "2016"')
    lamps.replace(f"{LAMPS}/en.md", "avoided three", "avoided four")

    (french, english) = warnings_of(lamps)

    assert french.what.values["number"] == "trois"
    assert english.what.values["number"] == "four"
    assert (french.line, english.line) == (15, 15)


def test_an_edition_without_its_text_lacks_no_number_yet(lamps: Workspace) -> None:
    """Its title and summary come first; the other text would be a list of faults."""
    path = lamps.path(f"{LAMPS}/en.md")
    fields = path.read_text("utf-8").rpartition("---\n")[0]
    path.write_text(f"{fields}---\n", "utf-8")

    assert "in this language only" not in " ".join(map(str, warnings_of(lamps)))


def test_a_number_of_a_figure_has_its_label(lamps: Workspace) -> None:
    """A figure alone would say nothing."""
    lamps.replace(f"{LAMPS}/en.md", '{value: "3"', '{value: "8"')

    (english,) = warnings_of(lamps)

    assert english.what.values["sentence"] == "8 lanes opened again"
    assert english.line == 7


def test_a_link_in_one_language_is_a_warning(lamps: Workspace) -> None:
    """It names the record, on the line of the link."""
    lamps.replace(f"{LAMPS}/en.md", "[the workshop](events/w9)", "the workshop")

    (problem,) = map(str, warnings_of(lamps))

    assert problem == (
        "documents/practices/newtown-lamps/fr.md:20: warning: the link to events/w9 is "
        "in this language only: add it to the other, or remove it; if both are right, "
        "add events/w9 to 'checked'"
    )


def test_a_record_to_read_first_is_a_link(workspace: Workspace) -> None:
    """The lists of a theme are in both languages."""
    step = 'start_mayor: [{record: needs/n01, why: "d’abord"}]\n---\n'
    workspace.replace("themes/streets/fr.md", "\n---\n", f"\n{step}")

    (problem,) = warnings_of(workspace, "themes/streets")

    assert problem.what.values["link"] == "needs/n01"


def test_what_a_person_checked_is_no_warning(lamps: Workspace) -> None:
    """`checked` lists what warnings name."""
    lamps.replace(f"{LAMPS}/en.md", "40,000 euros", "45,000 euros")
    lamps.replace(f"{LAMPS}/en.md", "[the workshop](events/w9)", "the workshop")
    lamps.replace(
        f"{LAMPS}/record.yaml",
        "stage: in-use",
        "checked: [40000, events/w9]\nstage: in-use",
    )

    (problem,) = warnings_of(lamps)

    assert problem.what.values["number"] == "45,000"


def test_checked_changes_nothing_in_the_index(lamps: Workspace) -> None:
    """The digest of an indexed record depends on its `repr`."""
    before = lamps.corpus().records
    lamps.replace(f"{LAMPS}/record.yaml", "stage:", "checked: [40000]\nstage:")

    assert repr(lamps.corpus().records) == repr(before)


def with_body(record: Record, locale: Locale, body: str) -> Record:
    """Return a record with another text in a language."""
    editions = tuple(
        replace(each, body=LongText(body)) if each.locale is locale else each
        for each in record.editions
    )
    return replace(record, editions=editions)


def found_in(record: Record) -> set[str]:
    """Return the numbers and links that warnings for one record name."""
    corpus = Corpus(records={record.id: record})
    found = WarningFinder(PROJECT / "documents", shown_root="documents").find(corpus)
    return {
        each.what.values.get("number") or each.what.values["link"]
        for each in found
        if each.code in COMPARED
    }


@pytest.fixture(scope="module")
def real_records() -> list[Record]:
    """Return every fifth record of the real content, without those of a warning."""
    records = [*CorpusReader(PROJECT / "documents").read().records.values()]
    return [each for each in records[::5] if not found_in(each)]


@pytest.mark.parametrize("locale", Locale)
def test_a_changed_figure_of_a_real_record_is_found(
    real_records: list[Record], locale: Locale
) -> None:
    """One figure of each of 20 records becomes another number."""
    changed = 0
    for record in real_records:
        body = str(record.edition(locale).body)
        digits = [each for each in numbers(body, locale) if each.text.isdigit()]
        if not digits:
            continue
        one = digits[changed % len(digits)]
        start, end = one.start, one.start + len(one.text)
        other = f"{int(one.text) + 77_777}"
        body = body[:start] + other + body[end:]

        assert other in found_in(with_body(record, locale, body)), record.id
        changed += 1
        if changed == 20:
            return
    pytest.fail("the content has too few figures")


@pytest.mark.parametrize("locale", Locale)
def test_a_dropped_link_of_a_real_record_is_found(
    real_records: list[Record], locale: Locale
) -> None:
    """One link of each of 20 records is dropped, its words stay."""
    dropped = 0
    for record in real_records:
        body = str(record.edition(locale).body)
        targets = re.findall(r"\]\(([a-z]+/[^)#]+)\)", body)
        if not targets:
            continue
        target = targets[dropped % len(targets)]
        body = re.sub(rf"\[([^\]]+)\]\({re.escape(target)}[^)]*\)", r"\1", body)

        assert target in found_in(with_body(record, locale, body)), record.id
        dropped += 1
        if dropped == 20:
            return
    pytest.fail("the content has too few links")

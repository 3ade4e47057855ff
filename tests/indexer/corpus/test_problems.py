"""Each problem of the content has a path, a line, a code and a remedy."""

import re
import shutil
from pathlib import Path

import pytest

from indexer.errors import CorpusMissingError
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import ProblemCode
from tests.support.builders import PROJECT, Workspace

LAMPS = "practices/newtown-lamps"
LAMPS_ID = RecordId(Kind.PRACTICE, "newtown-lamps")


def problems_of(workspace: Workspace) -> list[str]:
    """Return the problems, without the missing edition of the small corpus."""
    lines = [str(problem) for problem in workspace.corpus().problems]
    return [line for line in lines if "half-written/fr.md" not in line]


IN_RECORDS = {
    "unknown key": (
        "themes:",
        "theems:",
        "3: the field 'theems' is unknown: did you mean 'themes'?",
    ),
    "unknown theme": (
        "themes: [streets]",
        "themes: [bikes]",
        "3: the theme 'bikes' is unknown: choose one of: scr",
    ),
    "dangling link": (
        "events: [w9]",
        "events: [w9, w99]",
        "8: 'events' links to events/w99, which does not exist: corr",
    ),
    "bad date": (
        "date: 2016",
        "date: 2016-13-45",
        "6: '2016-13-45' is not a date: write a day 2018-10-30",
    ),
    "duplicate id": (
        "id: newtown-lamps",
        "id: half-written",
        "1: the id 'half-written' is already used by ",
    ),
    "id of no folder": (
        "id: newtown-lamps",
        "id: other",
        "1: the id 'other' is not the name of the folder: write id:",
    ),
    "unknown place": (
        "places: [villeneuve]",
        "places: [atlantis]",
        "5: the place 'atlantis' is unknown: add it to documents/pla",
    ),
    "unknown value": (
        "link_to_project: presented",
        "link_to_project: shown",
        "4: 'shown' is not a value of 'link_to_project': choose one of",
    ),
    "list for a value": (
        "confidence: partly-inferred",
        "confidence: [seen]",
        "9: 'confidence' must be one value, not a list",
    ),
    "value for a list": (
        "events: [w9]",
        "events: w9",
        "8: 'events' must be a list: put the values in square brackets",
    ),
    "impossible id": (
        "events: [w9]",
        "events: [W 9]",
        "8: 'W 9' cannot be the name of a record: write the name of a",
    ),
    "field twice": (
        "date: 2016",
        "date: 2016\ndate: 2017",
        "7: the field 'date' appears twice: keep one of them",
    ),
    "missing field": (
        "link_to_project: presented\n",
        "",
        "1: the field 'link_to_project' is missing or empty: add a l",
    ),
    "not yaml": (
        "themes: [streets]",
        "themes: [streets",
        "4: the fields cannot be read (",
    ),
    "source without address": (
        "https://example.org/lamps/",
        "example.org/lamps/",
        "12: the source 'example.org/lamps/new-lamps-in-newtown.html",
    ),
    "all beside others": (
        "themes: [streets]",
        "themes: [all, streets]",
        "3: 'all' is used with other themes: keep 'all' alone",
    ),
    "alias": (
        "themes: [streets]",
        "themes: &x [*x]",
        "3: the fields cannot be read (an alias (*) is not allowed)",
    ),
    "control character": (
        "themes: [streets]",
        "themes: [streets\u0007]",
        "3: the fields cannot be read (control characters are not al",
    ),
    "day wanted": (
        "updated: 2020-02-03",
        "updated: 2020-02",
        "2: '2020-02' is not a date: write a day, such as 2018-10-30",
    ),
    "end before start": (
        "end_date: 2018",
        "end_date: 2015",
        "7: 'end_date' is before 'date', or there is no 'date'",
    ),
    "year out of range": (
        "end_date: 2018",
        "end_date: 9999",
        "7: '9999' is not a date",
    ),
    "value twice": (
        "themes: [streets]",
        "themes: [streets, streets]",
        "3: 'streets' appears twice in 'themes': keep one",
    ),
    "empty list": (
        "themes: [streets]",
        "themes: []",
        "3: the field 'themes' is missing or empty",
    ),
    "inferred of nothing": (
        "inferred: [date]",
        "inferred: [dates]",
        "10: 'dates' in 'inferred' is not a field of this record",
    ),
    "address that breaks parsers": (
        "https://example.org/lamps/new-lamps-in-newtown.html",
        "http://[bad",
        "12: the source 'http://[bad' is not an address",
    ),
    "contact page without address": (
        "https://villeneuve.example.org/lampes",
        "the town hall",
        "19: 'the town hall' is not the address of a page: begin with",
    ),
}
"""What replaces a text of a record, and the line and the problem that follow."""

IN_TEXTS = {
    "nested too deep": (
        "Les habitants évitaient",
        "> " * 120 + "Les habitants évitaient",
        "15: lists, quotations or tags are nested too deeply",
    ),
    "unknown front matter": (
        "summary:",
        "sumary:",
        "3: the field 'sumary' is unknown: did you mean 'summary'?",
    ),
    "no front matter": (
        "---\ntitle",
        "title",
        "1: there is no front matter: begin with a line ---",
    ),
    "colon without quotes": (
        'title: "Villeneuve : rallumer',
        "title: Villeneuve : rallumer",
        "2: the fields cannot be read (",
    ),
    "dangling link in a text": (
        "(events/w9)",
        "(events/w10)",
        "20: the link 'events/w10' leads nowhere: correct the id",
    ),
    "link to no kind": (
        "(events/w9)",
        "(workshops/w9)",
        "20: the link 'workshops/w9' leads nowhere: write folder/id",
    ),
    "one figure": (
        '  - {value: "3", label: "ruelles rouvertes"}\n',
        "",
        "5: there are 1 figures: write two or four",
    ),
}
"""The same for the text in French."""


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        pytest.param(file, *case, id=name)
        for file, cases in (("record.yaml", IN_RECORDS), ("fr.md", IN_TEXTS))
        for name, case in cases.items()
    ],
)
def test_a_problem_has_file_line_and_remedy(
    workspace: Workspace, file: str, old: str, new: str, expected: str
) -> None:
    """Staff correct the file from this line alone."""
    workspace.replace(f"{LAMPS}/{file}", old, new)

    lines = problems_of(workspace)

    start = f"documents/{LAMPS}/{file}:{expected}"
    assert any(line.startswith(start) for line in lines), lines


def test_an_invalid_record_does_not_withdraw_others(workspace: Workspace) -> None:
    """Only the invalid record is left out."""
    before = set(workspace.corpus().records)
    workspace.path(f"{LAMPS}/record.yaml").write_text("{", "utf-8")

    after = workspace.corpus()

    assert set(after.records) == before - {LAMPS_ID}
    assert after.records[RecordId(Kind.NEED, "n01")].id.slug == "n01"


def test_a_record_is_served_without_its_unknown_link(
    workspace: Workspace,
) -> None:
    """An invalid record must not withdraw the records that link to it."""
    workspace.replace(f"{LAMPS}/record.yaml", "events: [w9]", "events: [w9, w99]")

    record = workspace.corpus().records[LAMPS_ID]

    assert [link.target.slug for link in record.links if link.field == "events"] == [
        "w9"
    ]


def test_a_link_to_an_invalid_record_is_not_a_second_problem(
    workspace: Workspace,
) -> None:
    """One mistake gives one problem."""
    workspace.path("events/w9/record.yaml").write_text("{", "utf-8")

    lines = problems_of(workspace)

    assert len(lines) == 1
    assert lines[0].startswith("documents/events/w9/record.yaml:")


def test_a_text_that_is_not_utf8_is_a_problem_with_its_line(
    workspace: Workspace,
) -> None:
    """Old editors save in Latin-1."""
    path = workspace.path(f"{LAMPS}/fr.md")
    path.write_bytes(path.read_bytes().replace("é".encode(), "é".encode("latin-1")))

    lines = problems_of(workspace)

    assert lines[0].startswith(
        f"documents/{LAMPS}/fr.md:2: the file is not in UTF-8 (byte 0xe9): save it"
    )


def test_a_null_character_is_a_problem(workspace: Workspace) -> None:
    """A file truncated by a full disk may contain null characters."""
    path = workspace.path(f"{LAMPS}/record.yaml")
    path.write_bytes(path.read_bytes() + b"\x00")

    assert "null character" in problems_of(workspace)[0]


@pytest.mark.parametrize(
    ("name", "target"),
    [
        (f"{LAMPS}/fr.md", "elsewhere.md"),
        (f"{LAMPS}/record.yaml", "elsewhere.md"),
        ("places.yaml", "/dev/zero"),
        ("lexicon.yaml", "/dev/zero"),
    ],
)
def test_a_symbolic_link_is_a_problem_and_is_not_followed(
    workspace: Workspace, name: str, target: str
) -> None:
    """Backups do not contain its target; a device has no end."""
    path = workspace.path(name)
    elsewhere = workspace.root / "elsewhere.md"
    elsewhere.write_text("---\ntitle: Ailleurs\nsummary: Ailleurs.\n---\n", "utf-8")
    path.unlink(missing_ok=True)
    path.symlink_to(workspace.root / target)

    lines = problems_of(workspace)

    assert any(
        f"{name}:1: the file is a symbolic link, or not a regular file" in x
        for x in lines
    )


def test_a_text_over_one_megabyte_is_a_problem(workspace: Workspace) -> None:
    """A document pasted into a text would make its page unusable."""
    with workspace.path(f"{LAMPS}/fr.md").open("a", encoding="utf-8") as file:
        file.write("x" * 1_100_000)

    assert "larger than" in problems_of(workspace)[0]


def test_a_byte_order_mark_and_windows_line_endings_are_accepted(
    workspace: Workspace,
) -> None:
    """Notepad writes both."""
    for name in ("record.yaml", "fr.md"):
        path = workspace.path(f"{LAMPS}/{name}")
        text = path.read_text("utf-8").replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())

    assert problems_of(workspace) == []


def test_a_copied_record_folder_is_a_duplicate_id(
    workspace: Workspace,
) -> None:
    """Staff may copy a folder to begin a new record."""
    shutil.copytree(workspace.path(LAMPS), workspace.path("practices/copy"))

    lines = problems_of(workspace)

    assert any("the id 'newtown-lamps' is already used by" in line for line in lines)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (f"{LAMPS}/notes.docx", "the file 'notes.docx' has no place here"),
        ("practises", "'practises' is not a kind of record"),
    ],
)
def test_a_stray_folder_is_a_problem(
    workspace: Workspace, name: str, expected: str
) -> None:
    """A file in the wrong folder would be ignored without this problem."""
    workspace.path(name).mkdir()

    assert any(expected in line for line in problems_of(workspace))


def test_a_folder_without_record_file_is_a_problem(workspace: Workspace) -> None:
    """Its name must also be a valid id."""
    workspace.path("practices/New Idea").mkdir()

    lines = problems_of(workspace)

    assert any("the folder 'New Idea' cannot be an id" in line for line in lines)
    assert any("record.yaml:1: the file is missing" in line for line in lines)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("in: france", "in: narnia", "the place 'narnia' is unknown"),
        ("latitude: 48.0", "latitude: 480", "'480' is not a number of degrees"),
        ("latitude: 48.0", "latitude: north", "'north' is not a number of degrees"),
        ("villeneuve: {", "Villeneuve: {", "the place 'Villeneuve' cannot be read"),
        ("villeneuve: {", "villeneuve: x{", "cannot be read"),
    ],
)
def test_a_problem_in_places_yaml_is_reported(
    workspace: Workspace, old: str, new: str, expected: str
) -> None:
    """Parent, coordinates and slug of each place are checked."""
    workspace.replace("places.yaml", old, new)

    assert any(expected in line for line in problems_of(workspace))


def test_a_record_in_one_language_is_served_with_a_warning(
    workspace: Workspace,
) -> None:
    """A missing edition is allowed: the page shows the other language."""
    workspace.path(f"{LAMPS}/en.md").unlink()

    corpus = workspace.corpus()

    assert LAMPS_ID in corpus.records
    (problem,) = (p for p in corpus.problems if "newtown-lamps/en.md" in p.path)
    assert problem.code is ProblemCode.MISSING_EDITION
    assert problem.is_warning


def test_a_record_without_any_text_is_an_error_and_is_not_served(
    workspace: Workspace,
) -> None:
    """A page needs a title and a summary in one language at least."""
    for name in ("fr.md", "en.md"):
        workspace.path(f"{LAMPS}/{name}").unlink()

    corpus = workspace.corpus()

    assert LAMPS_ID not in corpus.records
    (problem,) = (p for p in corpus.problems if "newtown-lamps" in p.path)
    assert problem.code is ProblemCode.MISSING_TEXT
    assert not problem.is_warning


def test_the_checker_reports_each_problem_code() -> None:
    """A code that no check uses is dead."""
    sources = [
        *(PROJECT / "indexer" / "corpus").glob("*.py"),
        PROJECT / "indexer" / "quotation_check.py",
        PROJECT / "indexer" / "pipeline.py",
        PROJECT / "kb" / "core" / "legal_notice.py",
        PROJECT / "kb" / "publishing" / "history" / "edition_lags.py",
        PROJECT / "kb" / "publishing" / "drafts" / "guesses.py",
        PROJECT / "kb" / "publishing" / "drafts" / "machine_texts.py",
    ]
    names = {
        name
        for source in sources
        for name in re.findall(r"ProblemCode\.([A-Z0-9_]+)", source.read_text("utf-8"))
    }

    assert names == set(ProblemCode.__members__)


def test_a_problem_is_translated(workspace: Workspace) -> None:
    """`text` translates the sentence and the remedy."""
    workspace.replace("places.yaml", "in: france", "in: narnia")
    problem = next(p for p in workspace.corpus().problems if "narnia" in str(p))

    text = problem.text(lambda template: template.replace("the place", "le lieu"))

    assert "le lieu 'narnia'" in text


def test_a_number_with_too_many_digits_is_a_problem(workspace: Workspace) -> None:
    """Python refuses to convert it to int."""
    workspace.replace("events/w9/record.yaml", "number: 9", f"number: {'9' * 5000}")

    assert any("is not a whole number" in line for line in problems_of(workspace))


@pytest.mark.parametrize("name", ["a1²", "🙂", "a b"])
def test_a_folder_with_an_invalid_name_is_a_problem(
    workspace: Workspace, name: str
) -> None:
    """The other records are still read."""
    workspace.path(f"practices/{name}").mkdir()

    assert any("cannot be an id" in line for line in problems_of(workspace))
    assert LAMPS_ID in workspace.corpus().records


def test_the_lock_file_of_an_editor_is_ignored(workspace: Workspace) -> None:
    """A record stays served while somebody edits its file."""
    workspace.path(f"{LAMPS}/.#fr.md").symlink_to("someone@somewhere.1234")

    assert problems_of(workspace) == []
    assert LAMPS_ID in workspace.corpus().records


@pytest.mark.parametrize("name", ["fr.md~", "#en.md#", "4913", "en.md.tmp"])
def test_temporary_files_of_an_editor_withdraw_no_record(
    workspace: Workspace, name: str
) -> None:
    """Each is a problem, and the record stays served."""
    workspace.path(f"{LAMPS}/{name}").write_text("half", "utf-8")

    assert f"the file '{name}' has no place here" in problems_of(workspace)[0]
    assert LAMPS_ID in workspace.corpus().records


def test_a_symbolic_link_to_a_folder_is_not_a_record(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Its target may be any folder of the machine."""
    elsewhere = shutil.copytree(workspace.path(LAMPS), tmp_path / "elsewhere")
    shutil.rmtree(workspace.path(LAMPS))
    workspace.path(LAMPS).symlink_to(elsewhere)

    assert any("has no place here" in line for line in problems_of(workspace))
    assert LAMPS_ID not in workspace.corpus().records


def test_a_file_among_record_folders_is_a_problem(workspace: Workspace) -> None:
    """A record is a folder; the file would never be read."""
    workspace.path("needs/n99.yaml").touch()

    assert "the file 'n99.yaml' has no place here" in problems_of(workspace)[0]


def test_a_file_instead_of_a_kind_folder_is_a_problem(workspace: Workspace) -> None:
    """Its records would otherwise disappear silently."""
    shutil.rmtree(workspace.path("needs"))
    workspace.path("needs").touch()

    assert any("not a readable folder" in line for line in problems_of(workspace))


def test_a_folder_without_kind_folders_is_not_a_corpus(workspace: Workspace) -> None:
    """A wrong `KB_DOCUMENTS` must not withdraw every record."""
    for kind in Kind:
        shutil.rmtree(workspace.path(kind.folder), ignore_errors=True)

    with pytest.raises(CorpusMissingError):
        workspace.corpus()


@pytest.mark.parametrize(
    ("code", "reported"),
    [("it", []), ("italian", ["record.yaml:13: 'italian' is not the code"])],
)
def test_source_language_is_a_code_of_two_letters(
    workspace: Workspace, code: str, reported: list[str]
) -> None:
    """A source in "it" is right; one in "italian" is reported at its line."""
    workspace.replace(
        f"{LAMPS}/record.yaml",
        '{fr: "Registre municipal", en: "Municipal register"}',
        f"{{url: https://example.org/a, publisher: Il Post, language: {code}}}",
    )

    problems = problems_of(workspace)

    assert len(problems) == len(reported)
    for problem, start in zip(problems, reported, strict=True):
        assert start in problem


def test_firmness_of_a_recommendation_may_be_inferred(workspace: Workspace) -> None:
    """Fields are named in `inferred` as the file names them."""
    workspace.replace(
        "recommendations/rec-01/record.yaml",
        "inferred: [audiences]",
        "inferred: [audiences, firmness]",
    )

    assert problems_of(workspace) == []

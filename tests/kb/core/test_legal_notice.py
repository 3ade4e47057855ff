"""The legal notice: a file of whoever runs the service."""

import os
import re
from pathlib import Path

import pytest

from indexer.model.ids import Locale
from indexer.model.problems import Problem
from kb.core.legal_notice import LegalNotice, Notices, no_notices, read_legal_notice
from tests.support.builders import PROJECT


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the path of the file."""
    return tmp_path / "notice.yaml"


def read(file: Path) -> tuple[Notices, list[str]]:
    """Return the notice in each language, and the problems of the file."""
    problems: list[Problem] = []
    notices = read_legal_notice(file, "notice.yaml", problems)
    return notices, [str(problem) for problem in problems]


def test_one_text_is_for_both_languages(file: Path) -> None:
    """Each line of a block is a line; French has its no-break spaces."""
    file.write_text("publisher: |\n\n  A : B\n\n    1 Street\ndirector: C\u00a0D\n")

    notices, problems = read(file)

    director = ("C\u00a0D",)
    assert not problems
    assert notices == {
        Locale.FR: LegalNotice(("A\u00a0: B", "1 Street"), director),
        Locale.EN: LegalNotice(("A : B", "1 Street"), director),
    }


def test_each_language_can_have_its_text(file: Path) -> None:
    """The title of a director, or the name of a country."""
    file.write_text("host:\n  fr: |\n    A\n    Belgique\n  en: A, Belgium\n")

    notices, problems = read(file)

    assert not problems
    assert notices[Locale.FR].host == ("A", "Belgique")
    assert notices[Locale.EN].host == ("A, Belgium",)


@pytest.mark.parametrize("text", ["", "# soon\n", "{}", "host:\ndirector: ' '\n"])
def test_a_missing_field_is_no_error(file: Path, text: str) -> None:
    """The pages show that it is not given."""
    file.write_text(text)

    assert read(file) == (no_notices(), [])


def test_missing_fields_are_named_as_in_the_file(file: Path) -> None:
    """`kb serve` and the dashboard show these names."""
    file.write_text("director: Jane Example\n")

    notices, _ = read(file)

    assert {notice.missing for notice in notices.values()} == {("publisher", "host")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "host: A\npublsher: B\n",
            ":2: the field 'publsher' is unknown: did you mean 'publisher'?",
            id="unknown",
        ),
        pytest.param(
            "host: A\nphone: B\n",
            ":2: the field 'phone' is unknown: remove it, or choose one of: director, "
            "host, publisher",
            id="unknown, and like no other",
        ),
        pytest.param(
            "host: {fr: A, en: B, de: C}",
            ":1: the field 'de' is unknown: remove it, or choose one of: en, fr",
            id="unknown language",
        ),
        pytest.param(
            "host:\n  fr: A\n",
            ":2: the field 'en' is missing or empty: add a line that begins with en:",
            id="one language",
        ),
        pytest.param(
            "host: A\nhost: B\n",
            ":2: the field 'host' appears twice: keep one of them",
            id="twice",
        ),
        pytest.param(
            "host: [A, B]",
            ":1: 'host' must be one value, not a list: write it on one line, after",
            id="list",
        ),
        pytest.param(
            "- Efus",
            ":1: the file has no fields: write one field per line: publisher, dir",
            id="no fields",
        ),
        pytest.param(
            "\nhost: A: B",
            ":2: the fields cannot be read (mapping values are not allowed in this",
            id="colon",
        ),
        pytest.param(
            f"director: A\nhost: {'x' * 501}",
            ":2: 'host' has 501 characters: shorten it to 500",
            id="long",
        ),
        pytest.param(
            "host:\n  fr: é\n  en: a\u202eb",
            ":3: 'en' contains the character U+202E, which cannot be shown: remove it",
            id="direction",
        ),
        pytest.param(
            'host: "a\\e[0m"',
            ":1: 'host' contains the character U+001B, which cannot be shown",
            id="escaped control character",
        ),
        pytest.param(
            "host: é\n\ndirector: a\u0007",
            ":3: the fields cannot be read (control characters are not allowed)",
            id="control character",
        ),
        pytest.param(
            "host: a\n# \x00",
            ":2: the file contains a null character",
            id="null character",
        ),
    ],
)
def test_a_problem_has_its_line_and_a_remedy(
    file: Path, text: str, expected: str
) -> None:
    """Whoever runs the service should not search for it."""
    file.write_text(text, "utf-8")

    _, problems = read(file)

    assert len(problems) == 1
    assert problems[0].startswith(f"notice.yaml{expected}")


def test_a_file_that_is_not_utf8_is_refused(file: Path) -> None:
    """The accents would be wrong on each page."""
    file.write_bytes("host: A\npublisher: Société\n".encode("latin-1"))

    (problem,) = read(file)[1]

    assert problem.startswith("notice.yaml:2: the file is not in UTF-8 (byte 0xe9)")


def test_a_file_that_cannot_be_read_is_refused(file: Path) -> None:
    """A missing file, a pipe, which has no end, or a link to itself."""
    missing = read(file)[1]
    os.mkfifo(pipe := file.with_name("pipe"))
    file.symlink_to(file)

    assert "cannot be read (No such file or directory)" in missing[0]
    assert "not a regular file" in read(pipe)[1][0]
    assert "is a symbolic link" in read(file)[1][0]


def test_a_symbolic_link_is_followed(file: Path) -> None:
    """Kubernetes mounts a file as a link."""
    target = file.with_name("target.yaml")
    target.write_text("host: A\n")
    file.symlink_to(target)

    assert read(file)[0][Locale.EN].host == ("A",)


def test_the_documented_file_is_complete(file: Path) -> None:
    """People copy the example."""
    guide = (PROJECT / "docs" / "running.md").read_text("utf-8")
    (example,) = re.findall(r"^```yaml\n(.+?)^```", guide, re.MULTILINE | re.DOTALL)
    file.write_text(example, "utf-8")

    notices, problems = read(file)

    assert not problems
    assert not any(notice.missing for notice in notices.values())
    assert len(notices[Locale.FR].host) == 3

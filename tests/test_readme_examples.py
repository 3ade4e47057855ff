"""The examples of the README, run as they are, list all practices of the content."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.app import create_app
from kb.core.settings import Settings
from tests.support.answers import body_of
from tests.support.builders import PROJECT, Workspace
from tests.support.http_threads import served_in_thread

ADDRESS = "http://127.0.0.1:8000"
EXAMPLES = dict(
    re.findall(
        r"^```(sh|python|r|m)\n(.*?^.*?)^```",
        (PROJECT / "README.md").read_text("utf-8").split("### In ten lines")[1],
        re.MULTILINE | re.DOTALL,
    )
)
PROGRAMS = {"sh": "sh", "python": sys.executable, "r": "Rscript"}
MAX_LINES = 11


@pytest.fixture
def served(content: Workspace) -> Iterator[tuple[str, set[str]]]:
    """Serve a content on a socket; yield the address and the titles of practices."""
    app = create_app(Settings(content.locations))
    answer = app.test_client().get("/api/v1/records?kind=practice&per_page=200")
    titles = {each["editions"]["en"]["title"] for each in body_of(answer)["results"]}
    with served_in_thread(app) as (host, port):
        yield f"http://{host}:{port}", titles


@pytest.mark.parametrize("language", PROGRAMS)
def test_an_example_prints_all_practices(
    language: str, served: tuple[str, set[str]], tmp_path: Path
) -> None:
    """Who copies the lines has a list, with addresses that open."""
    if not shutil.which(PROGRAMS[language]) or (
        language == "sh" and not (shutil.which("curl") and shutil.which("jq"))
    ):
        pytest.skip(f"no program for {language} here")
    address, titles = served
    script = tmp_path / "example"
    script.write_text(EXAMPLES[language].replace(ADDRESS, address), "utf-8")

    run = subprocess.run(  # noqa: S603  # the examples of this repository
        [PROGRAMS[language], str(script)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )

    lines = [line.split("\t") for line in run.stdout.splitlines()]
    assert {title for title, _ in lines} == titles
    # The dump was made before the service had an address of its own.
    base = ADDRESS if language == "r" else address
    assert all(url.startswith(f"{base}/en/practices/") for _, url in lines)


def test_examples_are_short() -> None:
    """Ten lines and a closing one each; the columns of the workbook are ours."""
    assert set(EXAMPLES) == {*PROGRAMS, "m"}
    assert all(len(text.splitlines()) <= MAX_LINES for text in EXAMPLES.values())

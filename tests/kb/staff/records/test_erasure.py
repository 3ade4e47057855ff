"""What a withdrawal leaves on disk: the history and the draft, as the desk says."""

import gzip
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from indexer.model.ids import Kind, RecordId
from kb.cli.main import main
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.server import service_environment
from tests.support.staff import Browser

CHANGES_CONTENT = True
LAMPS = RecordId(Kind.PRACTICE, "newtown-lamps")
NAME = "Zwentibolda"
LINE = "removed from the files of the search"


def files_with_name(content: Workspace) -> set[Path]:
    """Return the files of content, index and instance that have the name."""
    return {
        path.relative_to(content.root)
        for path in content.root.rglob("*")
        if path.is_file() and NAME.lower().encode() in _bytes(path).lower()
    }


def _bytes(path: Path) -> bytes:
    found = path.read_bytes()
    return gzip.decompress(found) if path.suffix == ".gz" else found


@pytest.fixture
def environ(content: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the environment variables that name the folders of the test for commands."""
    values = service_environment(content.root, content.documents, port=8000)
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("KB_INDEX", str(content.locations.index))
    monkeypatch.setenv("KB_INSTANCE", str(content.locations.instance))


@pytest.mark.usefixtures("environ")
def test_no_byte_is_left_of_a_withdrawn_text_when_the_desk_says_so(
    app: Flask, publisher: Browser, services: Services, content: Workspace
) -> None:
    """Index, caches and dump are clean; the draft and the history have the text."""
    text = content.path(f"{LAMPS}/en.md")
    text.write_text(text.read_text("utf-8") + f"\n\n{NAME} saw it.\n", "utf-8")
    services.content.update_index()
    visitor = Browser(app)
    assert NAME in visitor.get(f"/en/{LAMPS}").text
    assert visitor.get("/dump/records.jsonl.gz", buffered=True).status_code == 200

    publisher.press("withdraw", LAMPS)

    found = files_with_name(content)
    assert any("generations" in path.parts for path in found)
    assert LINE in publisher.get("/en/staff/").text
    done = CliRunner().invoke(main, ["index", "erase"], catch_exceptions=False)
    assert done.exit_code == 0
    assert visitor.get("/dump/records.jsonl.gz", buffered=True).status_code == 200
    assert LINE not in publisher.get("/en/staff/").text
    own = {"drafts", "history"}
    assert {
        path for path in files_with_name(content) if own.isdisjoint(path.parts)
    } == set()
    assert f"/en/{LAMPS}" not in visitor.get("/en/search?q=lamps").text
    assert "/en/recommendations/rec-01" in visitor.get("/en/search").text

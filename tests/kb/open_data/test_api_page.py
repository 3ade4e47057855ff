"""The page on open data: its examples are run as a reader would run them."""

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.ids import Kind, Locale
from kb.app import create_app
from kb.core.settings import Settings
from tests.support.answers import body_of
from tests.support.builders import Workspace
from tests.support.http_threads import served_in_thread
from tests.support.pages import page_of

ORIGIN = "http://127.0.0.1:8000"

FORMATS = {
    "Atom": "application/atom+xml",
    "iCalendar": "text/calendar",
    "SKOS (Turtle)": "text/turtle",
    "SKOS (JSON-LD)": "application/ld+json",
    "OAI-PMH 2.0": "text/xml",
    "OpenSearch": "application/opensearchdescription+xml",
}


@pytest.mark.load
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("locale", list(Locale))
def test_each_command_answers(
    content: Workspace, tmp_path: Path, locale: Locale
) -> None:
    """As pasted into a terminal: curl, quotation marks and all."""
    app = create_app(Settings(content.locations))
    commands = page_of(app.test_client(), f"/{locale}/api").select("pre.command code")
    assert len(commands) == 8

    with served_in_thread(app) as (host, port):
        for each in commands:
            words = shlex.split(each.text.replace(ORIGIN, f"http://{host}:{port}"))
            assert words[0] == "curl"
            done = subprocess.run(  # noqa: S603  # our own commands
                [*words, "--silent", "--show-error", "--write-out", "\n%{http_code}"],
                cwd=tmp_path,
                check=True,
                capture_output=True,
                text=True,
            )
            status = done.stdout.splitlines()[-1]
            assert status == ("400" if "perpage" in each.text else "200"), each.text

    assert (tmp_path / "police.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (tmp_path / "records.jsonl.gz").stat().st_size


def test_the_program_fetches_all_practices(app: Flask) -> None:
    """It runs as it is."""
    page = page_of(app.test_client(), "/en/api")
    program = page.select("section[aria-labelledby=harvest] pre")[0].text
    practices = list(app.extensions["kb-services"].corpus.of_kind(Kind.PRACTICE))

    with served_in_thread(app) as (host, port):
        done = subprocess.run(  # noqa: S603  # our own program
            [sys.executable, "-c", program.replace(ORIGIN, f"http://{host}:{port}")],
            check=True,
            capture_output=True,
            text=True,
        )

    assert done.stdout == f"{len(practices)} records\n"


@pytest.mark.parametrize("locale", list(Locale))
def test_the_answers_are_those_of_today(client: FlaskClient, locale: Locale) -> None:
    """An answer on the page begins as the address beside it answers."""
    page = page_of(client, f"/{locale}/api")
    answers = page.select("section[aria-labelledby=examples] pre:not(.command)")

    assert len(answers) == 3
    for each in answers:
        url = each.find_next_siblings("p")[0].select("a")[0]["href"]
        body = body_of(client.get(str(url).removeprefix(ORIGIN)))
        shown = each.text.removesuffix("\n  …")
        assert json.dumps(body, indent=2, ensure_ascii=False).startswith(shown)


def test_every_link_leads_somewhere(client: FlaskClient) -> None:
    """Addresses of files, of the API and of the site."""
    main = page_of(client, "/fr/api").main
    assert main is not None
    for link in main.select("a[href]"):
        url = str(link["href"]).removeprefix(ORIGIN)
        assert client.get(url, buffered=True).status_code == 200, url


def test_the_limits_are_those_of_the_service(shared_workspace: Workspace) -> None:
    """An operator who sets none has none on the page."""
    settings = Settings(shared_workspace.locations, api_limit=7)
    text = page_of(create_app(settings).test_client(), "/en/api").text
    assert "7 searches, lists and exports a minute, and 70 suggestions" in text

    settings = Settings(shared_workspace.locations, api_limit=0)
    text = page_of(create_app(settings).test_client(), "/en/api").text
    assert "a minute" not in text


@pytest.mark.parametrize("locale", list(Locale))
def test_the_page_names_the_formats_of_other_programs(
    client: FlaskClient, locale: Locale
) -> None:
    """Each address answers in a format of its own."""
    page = page_of(client, f"/{locale}/api")

    links = {each.get_text(): str(each["href"]) for each in page.select(".ways a")}
    types = {name: client.get(links[name]).mimetype for name in FORMATS}
    assert types == FORMATS

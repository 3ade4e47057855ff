"""Complete, save, preview and publish a draft, as a member of staff does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from indexer.pipeline import open_stored_engine, rebuild
from kb import create_app
from kb.services import Services
from kb.settings import Settings
from kb.state.model import Role
from tests.support.builders import Workspace, a_workspace
from tests.support.staff import Browser, HandClock, an_empty_database

LAMPS = "practices/newtown-lamps"


@pytest.fixture
def content(tmp_path: Path) -> Workspace:
    """Give a copy of the small corpus that a test may change, indexed."""
    made = a_workspace(tmp_path)
    rebuild(open_stored_engine(made.locations), made.corpus())
    return made


@pytest.fixture
def services(content: Workspace, clock: HandClock) -> Iterator[Services]:
    """Give services over content of its own."""
    an_empty_database(content.locations.instance)
    made = Services(Settings(content.locations), clock=clock)
    yield made
    made.close()


@pytest.fixture
def app(services: Services) -> Flask:
    """Give the application over it."""
    return create_app(services=services)


def form_fields(text: str) -> dict[str, list[str]]:
    """Give what the form of a draft would send, as it stands."""
    from bs4 import BeautifulSoup

    form = BeautifulSoup(text, "html.parser").find("form", id="draft")
    assert form is not None
    found: dict[str, list[str]] = {}
    for each in form.select("input[name], textarea[name], select[name]"):
        name = str(each["name"])
        if each.name == "textarea":
            value = each.get_text().removeprefix("\n")
        elif each.name == "select":
            chosen = each.select_one("option[selected]")
            value = str(chosen["value"]) if chosen else ""
        elif each.get("type") == "checkbox" and not each.has_attr("checked"):
            continue
        else:
            value = str(each.get("value", ""))
        found.setdefault(name, []).append(value)
    return found


def open_draft(browser: Browser, record: str = LAMPS) -> dict[str, list[str]]:
    """Begin a change of a record, and give the form of its draft."""
    answer = browser.post(f"/en/staff/records/{record}/change")
    assert answer.status_code == 303, answer.text
    return form_fields(browser.get(f"/en/staff/drafts/{record}").text)


def send(
    browser: Browser, fields: dict[str, list[str]], record: str = LAMPS, **headers
):
    """Send the form of a draft."""
    return browser.client.post(
        f"/en/staff/drafts/{record}", data=fields, headers=headers
    )


def test_first(app: Flask, signed_in: Callable[[Role], Browser]) -> None:
    browser = signed_in(Role.PUBLISHER)
    for path in (
        "",
        "records",
        "records?q=lamp",
        f"records/{LAMPS}",
        "history",
        "put-aside",
        f"records/{LAMPS}/history",
        f"records/{LAMPS}/delete",
        f"records/{LAMPS}/unpublish",
        f"records/{LAMPS}/merge",
    ):
        answer = browser.get(f"/fr/staff/{path}")
        assert answer.status_code == 200, answer.text
    fields = open_draft(browser)
    print(fields)
    before = app.extensions["kb-services"].settings.locations.drafts
    fields["en-title"] = ["Lamps that zebras like"]
    answer = send(browser, fields)
    assert answer.status_code == 303
    text = browser.get(f"/en/staff/drafts/{LAMPS}").text
    assert "Lamps that zebras like" in text
    Path("/tmp/se_draft.html").write_text(text)
    answer = browser.get(f"/en/staff/drafts/{LAMPS}/preview")
    assert answer.status_code == 200
    assert "Lamps that zebras like" in answer.text
    assert "zebras" not in Browser(app).get(f"/en/{LAMPS}").text
    fields = form_fields(text)
    answer = browser.get(f"/en/staff/drafts/{LAMPS}/publish")
    assert answer.status_code == 200
    answer = browser.post(
        f"/en/staff/drafts/{LAMPS}/publish", version=fields["version"][0]
    )
    assert answer.status_code == 303
    answer = browser.get(answer.location)
    assert answer.status_code == 200
    assert "zebras" in answer.text
    assert "place 1" in answer.text
    answer = browser.get("/en/staff/history")
    number = re.search(r"/history/(\d+)", answer.text)[1]
    answer = browser.get(f"/en/staff/history/{number}")
    assert "<ins>" in answer.text

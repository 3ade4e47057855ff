"""A field that is added to the declaration, and nowhere else, is found everywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from bs4 import BeautifulSoup

from indexer.corpus.record_reader import read_record
from indexer.model.edition import Edition
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import message
from indexer.model.records import Practice
from indexer.model.schema import layout
from indexer.model.schema.field import FactRow, FieldType, Search, declare
from indexer.model.schema.kinds import SCHEMAS, RecordSchema
from kb.database.model import Role
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.staff import Browser

SignIn = Callable[[Role], Browser]
LAMPS = "practices/newtown-lamps"
HELP = "What another body paid, such as “half of it by the region”."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edition(Edition):
    """An edition with one more text, on practices only."""

    funding: str = declare(
        FieldType.TEXT,
        message("Funding"),
        message(HELP),
        kinds=(Kind.PRACTICE,),
        group=layout.MEANS,
        row=FactRow(message("Funding"), is_fact=True),
        search=Search.TEXT,
    )


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch, content: Workspace) -> None:
    """Declare a field for practices, and write it in one of them."""
    schema = RecordSchema(Kind.PRACTICE, Practice, _Edition)
    monkeypatch.setitem(SCHEMAS, Kind.PRACTICE, schema)
    for locale, text in {"fr": "La région paie", "en": "The region pays"}.items():
        line = "means_people:"
        content.replace(f"{LAMPS}/{locale}.md", line, f"funding: {text}\n{line}")
    rebuild(content)


@pytest.fixture
def services(declared: None, own_services: Services) -> Services:
    """Return services over the content with the field."""
    return own_services


def page(browser: Browser, path: str) -> BeautifulSoup:
    """Return a page."""
    return BeautifulSoup(browser.get(path).text, "lxml")


def test_the_form_asks_for_it_and_saves_it(signed_in: SignIn) -> None:
    """In its group, with label and help, and its value goes into the file."""
    browser = signed_in(Role.EDITOR)
    form = page(browser, f"/en/staff/drafts/{LAMPS}")

    control = form.select_one("[name=fr-funding]")
    assert control is not None
    assert form.select_one("label[for=en-funding]").get_text(strip=True) == (
        "Funding, in English"
    )
    assert HELP in form.get_text()
    group = control.find_parent("details")
    assert group is not None
    assert "Means" in group.get_text()


def test_the_check_knows_it(content: Workspace) -> None:
    """On practices; other kinds do not have it."""
    record = RecordId(Kind.PRACTICE, "newtown-lamps")
    assert read_record(content.path(LAMPS), record, LAMPS).problems == ()

    need = content.documents / "needs" / "n1"
    names = {field.name for field in SCHEMAS[Kind.NEED].words}
    assert "funding" not in names, need


def test_the_page_the_comparison_and_the_search_have_it(signed_in: SignIn) -> None:
    """Among the facts to decide by, under its name, and as words of the record."""
    browser = signed_in(Role.EDITOR)

    facts = page(browser, f"/en/{LAMPS}").select_one("dl.facts")
    assert facts is not None
    assert "Funding The region pays" in " ".join(facts.get_text(" ").split())
    compared = page(browser, f"/en/compare?id={LAMPS}&id=practices/half-written")
    assert "The region pays" in compared.get_text()
    found = browser.get("/en/search?q=region+pays")
    assert f"/en/{LAMPS}" in found.text


def test_the_api_has_it_and_describes_it(signed_in: SignIn) -> None:
    """In the body of a record, and in the OpenAPI document."""
    browser = signed_in(Role.EDITOR)

    body = browser.get("/api/v1/records/practice/newtown-lamps").json
    assert body["editions"]["en"]["funding"] == "The region pays"
    described = browser.get("/api/v1/openapi.json").json["components"]["schemas"]
    editions = described["Record"]["properties"]["editions"]["additionalProperties"]
    assert editions["properties"]["funding"]["description"] == "Funding"

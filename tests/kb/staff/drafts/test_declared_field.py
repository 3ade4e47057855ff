"""A field that is added to the declaration, and nowhere else, is found everywhere."""

from dataclasses import dataclass

import pytest
from bs4 import BeautifulSoup

from indexer.corpus.record_reader import read_record
from indexer.model.edition import Edition
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import ProblemCode, message
from indexer.model.records import Practice
from indexer.model.schema import declare, layout
from indexer.model.schema.field import ComparisonRow, Search
from indexer.model.schema.kinds import SCHEMAS, RecordSchema
from indexer.pipeline import open_stored_engine, rebuild
from tests.kb.staff.drafts.test_drafts import begin, send
from tests.support.builders import Workspace
from tests.support.field_guide import GUIDE, guide
from tests.support.staff import Browser

CHANGES_CONTENT = True

LAMPS = "practices/newtown-lamps"
HELP = "What another body paid, such as “half of it by the region”."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edition(Edition):
    """An edition with one more text, on practices only."""

    funding: str = declare.text(
        "Funding",
        HELP,
        kinds=(Kind.PRACTICE,),
        group=layout.MEANS,
        row=ComparisonRow(message("Funding"), is_fact=True),
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
    rebuild(open_stored_engine(content.locations), content.corpus())


def page(browser: Browser, path: str) -> BeautifulSoup:
    """Return a page."""
    return BeautifulSoup(browser.get(path).text, "lxml")


def test_the_form_asks_for_it_and_saves_it(editor: Browser, content: Workspace) -> None:
    """In its group, with label and help, and its value goes into the file."""
    typed = begin(editor, LAMPS) | {"fr-funding": ["L’État paie"], "act": ["save"]}
    form = page(editor, f"/en/staff/drafts/{LAMPS}")

    label = form.select_one("label[for=en-funding]")
    assert label is not None
    assert label.get_text(strip=True) == "Funding, in English"
    assert HELP in form.get_text()
    group = label.find_parent("details")
    assert group is not None
    assert "Means" in group.get_text()
    assert send(editor, typed, LAMPS).status_code == 303
    folder = content.locations.instance / "drafts"
    saved = next(folder.rglob("fr.md")).read_text("utf-8")
    assert 'funding: "L’État paie"\n' in saved


def test_the_check_knows_it_on_practices_only(content: Workspace) -> None:
    """Another kind of record that has it has an unknown field."""
    lamps = RecordId(Kind.PRACTICE, "newtown-lamps")
    assert read_record(content.path(LAMPS), lamps, LAMPS).problems == ()

    content.replace("needs/n01/fr.md", "title:", "funding: x\ntitle:")
    need = RecordId(Kind.NEED, "n01")
    (problem,) = read_record(content.path("needs/n01"), need, "needs/n01").problems
    assert problem.code is ProblemCode.UNKNOWN_FIELD


def test_page_comparison_and_search_have_it(editor: Browser) -> None:
    """Among the facts to decide by, under its name, and as words of the record."""
    facts = page(editor, f"/en/{LAMPS}").select_one("dl.facts")
    assert facts is not None
    assert "Funding The region pays" in " ".join(facts.get_text(" ").split())
    compared = page(editor, f"/en/compare?r={LAMPS}&r=practices/half-written")
    assert "The region pays" in compared.get_text()
    found = page(editor, "/en/search?q=region+pays")
    assert found.select_one(f'main a[href^="/en/{LAMPS}"]') is not None


def test_the_api_has_it_and_describes_it(editor: Browser) -> None:
    """In the body of a record, and in the OpenAPI document."""
    body = editor.get(f"/api/v1/records/{LAMPS}").get_json()
    assert body["editions"]["en"]["funding"] == "The region pays"
    described = editor.get("/api/v1/openapi.json").get_json()["components"]["schemas"]
    editions = described["Record"]["properties"]["editions"]["additionalProperties"]
    assert editions["properties"]["funding"]["description"] == "Funding"


def test_the_guide_has_the_tables_of_the_declaration() -> None:
    """`documents/README.md` names each field that staff may write by hand."""
    with pytest.MonkeyPatch.context() as original:
        original.setitem(SCHEMAS, Kind.PRACTICE, RecordSchema(Kind.PRACTICE, Practice))
        assert guide() == GUIDE.read_text("utf-8")
    assert "| `funding` | practice |" in guide()

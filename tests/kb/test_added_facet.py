"""A facet that is added to its declaration, and nowhere else, is found everywhere."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.support.builders import a_workspace

PROJECT = Path(__file__).parents[2]
END = "    @property\n    def query_names"
ADDED = """    LEAD = (
        "lead",
        Facet(
            label=message("Lead"),
            of=lambda record: getattr(record, "lead", ""),
            french=("chef-de-file", "responsable"),
            column=9,
        ),
    )

"""

SCRIPT = f"""
import importlib.abc, importlib.util, json, sys
from pathlib import Path

class Edited(importlib.abc.SourceLoader):
    def get_filename(self, fullname):
        return "indexer/model/facets.py"
    def get_data(self, path):
        text = Path(path).read_text("utf-8")
        assert text.count({END!r}) == 1
        return text.replace({END!r}, {ADDED!r} + {END!r}).encode()

class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, fullname, path, target=None):
        if fullname == "indexer.model.facets":
            return importlib.util.spec_from_loader(fullname, Edited())

sys.meta_path.insert(0, Finder())
from indexer.engines.opensearch.index_fields import facet_field
from indexer.model.facets import FacetName
from indexer.pipeline import open_stored_engine, rebuild
from kb.app import create_app
from kb.core.settings import Settings
from kb.site_copy.search_data import search_data
from tests.support.builders import Workspace

content = Workspace(Path(sys.argv[1]))
rebuild(open_stored_engine(content.locations), content.corpus())
app = create_app(Settings(content.locations))
client = app.test_client()
with app.test_request_context("/en/"):
    copied = search_data(app.extensions["kb-services"])
answers = {{path: client.get(path).text for path in sys.argv[2:]}}
print(json.dumps({{
    "answers": answers,
    "field": facet_field(FacetName("lead")),
    "copied": json.loads(copied[copied.index("{{"):copied.rindex("}}") + 1])["facets"],
}}))
"""
SEARCH = "/api/v1/search?lead=Newtown+University&hl=en"
QUERY = "/en/search?q=lead:%22newtown+university%22"
FRENCH = "/api/v1/search?q=responsable:%22newtown+university%22&hl=fr"
LIST = "/en/deliverables/?lead=newtown+university"
GROUPS = "/api/v1/records?group_by=lead&hl=en"
TABLE = "/en/search.csv?q=&kind=deliverable"
DUMP = "/en/search.jsonl?q=&kind=deliverable"
OPENAPI = "/api/v1/openapi.json"
API = "/en/api"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what a process with one more facet answers over the small corpus."""
    content = a_workspace(tmp_path_factory.mktemp("facet"))
    paths = (SEARCH, QUERY, FRENCH, LIST, GROUPS, TABLE, DUMP, OPENAPI, API)
    run = subprocess.run(  # noqa: S603  # our own script
        [sys.executable, "-W", "ignore", "-c", SCRIPT, str(content.root), *paths],
        cwd=PROJECT,
        capture_output=True,
        check=True,
        text=True,
    )
    body: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return body


def test_the_filters_beside_lists_have_it(told: dict[str, Any]) -> None:
    """With its label, its values and their counts; the one in the address is ticked."""
    for path in (QUERY, LIST):
        page = told["answers"][path]
        assert 'data-facet="lead"' in page, path
        box = BeautifulSoup(page, "lxml").select_one("input[name=lead]")
        assert box is not None
        assert box["value"] == "Newtown University"


def test_the_query_language_has_it_in_both_languages(told: dict[str, Any]) -> None:
    """By its parameter and by its French names, without accents and capitals."""
    found = json.loads(told["answers"][FRENCH])
    assert [hit["id"] for hit in found["hits"]] == ["d9.1"]
    assert found["plain"] is False


def test_the_api_filters_counts_and_describes_it(told: dict[str, Any]) -> None:
    """As a parameter of searches and lists, a group, and in the OpenAPI document."""
    found = json.loads(told["answers"][SEARCH])
    assert [hit["id"] for hit in found["hits"]] == ["d9.1"]
    (count,) = (each for each in found["facets"]["lead"] if each["selected"])
    assert (count["label"], count["count"]) == ("Newtown University", 1)
    groups = json.loads(told["answers"][GROUPS])["group_by"]
    assert {"Newtown University"} <= {each["key"] for each in groups}
    paths = json.loads(told["answers"][OPENAPI])["paths"]
    for path in ("/api/v1/search", "/api/v1/records"):
        parameters = {each["name"]: each for each in paths[path]["get"]["parameters"]}
        values = parameters["lead"]["schema"]["items"]["enum"]
        assert "Newtown University" in values
    assert "lead" in told["answers"][API]


def test_exports_have_its_column(told: dict[str, Any]) -> None:
    """After the other facets, with its label for readers and its name for programs."""
    head, *rows = told["answers"][TABLE].splitlines()
    assert ",Lead," in head
    assert any("Newtown University" in row for row in rows)
    values = [json.loads(line) for line in told["answers"][DUMP].splitlines()]
    assert ["Newtown University"] in [each["lead"] for each in values]


def test_cluster_and_copy_have_it(told: dict[str, Any]) -> None:
    """The fields of a cluster and the script of the copy follow the declaration too."""
    assert told["field"] == "facet_lead"
    assert told["copied"]["lead"]["name"] == {
        "en": "Lead",
        "fr": "Organisme chef de file",
    }

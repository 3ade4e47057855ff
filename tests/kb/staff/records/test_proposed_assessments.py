"""Proposed assessments: staff see them, visitors nothing until somebody signs."""

import gzip
import zipfile
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from indexer.corpus.assessment_fields import PROPOSAL_FILE
from indexer.model.ids import Kind, RecordId
from kb.backup.corpus_bag import BagSource, write_corpus_bag
from kb.cli.main import main
from kb.services import Services
from tests.kb.staff.records.test_assessment_page import page_of
from tests.support.builders import Workspace
from tests.support.forms import form_fields
from tests.support.server import service_environment
from tests.support.staff import Browser

CHANGES_CONTENT = True

LAMPS = RecordId(Kind.PRACTICE, "newtown-lamps")

PROPOSALS = """\
practices/newtown-lamps:
  - {criterion: problem, answer: met, fr: Zibeline une., en: Zibeline one.,
     sources: ["https://example.org/evaluation"]}
  - {criterion: mechanism, answer: not-met, fr: Zibeline deux., en: Zibeline two.}
  - {criterion: effect, answer: unknown, fr: Zibeline trois., en: Zibeline three.}
  - {criterion: information, answer: met, fr: Zibeline quatre., en: Zibeline four.}
"""

PAGES = (
    f"/fr/{LAMPS}",
    f"/en/{LAMPS}",
    "/fr/search?q=zibeline",
    "/en/search?q=zibeline",
    "/fr/feed.atom",
    "/fr/practices",
    f"/api/v1/records/{LAMPS}",
    "/api/v1/search?q=zibeline",
    "/en/search.csv?q=lamps",
    "/sitemap.xml",
    f"/fr/compare?r={LAMPS}",
)
DUMPS = ("/dump/records.jsonl.gz", "/dump/records.csv.gz")


def visible(client: FlaskClient, services: Services, root: Path) -> set[str]:
    """Return the addresses and exports that have a word of the proposal."""
    words = set()
    for path in (*PAGES, *DUMPS):
        with client.get(path) as response:
            assert response.status_code == 200, path
            body = response.data
        text = gzip.decompress(body) if path in DUMPS else body
        if b"Zibeline" in text:
            words.add(path)
    bag = root / "corpus.zip"
    bag.unlink(missing_ok=True)
    write_corpus_bag(services.settings.locations, bag, BagSource("x", "", "", "x"))
    with zipfile.ZipFile(bag) as archive:
        if any(b"Zibeline" in archive.read(name) for name in archive.namelist()):
            words.add("bag")
    return words


def test_visitors_see_a_proposal_only_after_it_is_signed(
    publisher: Browser, app: Flask, services: Services, content: Workspace
) -> None:
    """The form has it filled in; the signed answers are public, without sources."""
    content.path(PROPOSAL_FILE).write_text(PROPOSALS, "utf-8")
    services.content.read()
    assert visible(app.test_client(), services, content.root) == set()

    assert (
        f"/staff/records/{LAMPS}"
        in publisher.get("/fr/staff/look-after?work=assessments").text
    )
    assert "Answers with their reasons are proposed" in (
        publisher.get(f"/en/staff/records/{LAMPS}").text
    )
    page = publisher.get(page_of(LAMPS)).text
    fields = {
        name: values[0] for name, values in form_fields(page, form="form.form").items()
    }
    checked = BeautifulSoup(page, "lxml").select("input[type=radio][checked]")
    fields |= {str(radio["name"]): str(radio["value"]) for radio in checked}
    assert [radio["value"] for radio in checked] == ["met", "not-met", "unknown", "met"]
    assert fields["fr-effect"] == "Zibeline trois."
    assert "https://example.org/evaluation" in page
    refused = publisher.post(page_of(LAMPS), **fields)
    assert refused.status_code == 422, "nobody has signed without a role"
    assert visible(app.test_client(), services, content.root) == set()

    fields |= {"assessor_fr": "chargée de prévention", "assessor_en": "officer"}
    assert publisher.post(page_of(LAMPS), **fields).status_code == 303

    seen = visible(app.test_client(), services, content.root)
    assert {f"/fr/{LAMPS}", f"/en/{LAMPS}", f"/api/v1/records/{LAMPS}", "bag"} <= seen
    signed = content.path(f"{LAMPS}/record.yaml").read_text("utf-8")
    assert "example.org/evaluation" not in signed
    assert str(LAMPS) not in publisher.get("/fr/staff/look-after?work=assessments").text


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("[]", 1, "the proposed assessments cannot be read"),
        ("practices/unknown: []", 1, "the proposed assessments cannot be read"),
        (PROPOSALS.replace("effect", "problem"), 1, "'effect'"),
        (PROPOSALS.replace("unknown", "perhaps"), 5, "'perhaps'"),
    ],
)
def test_a_wrong_proposal_is_a_problem_of_the_content(
    workspace: Workspace, text: str, line: int, reason: str
) -> None:
    """The content check names the line."""
    workspace.path(PROPOSAL_FILE).write_text(text, "utf-8")

    environ = service_environment(workspace.root, workspace.documents, port=8000)
    environ |= {"LC_ALL": "C.UTF-8", "LANGUAGE": "en"}
    checked = CliRunner().invoke(main, ("content", "check"), env=environ)

    assert checked.exit_code == 1
    assert f"documents/{PROPOSAL_FILE}:{line}: " in checked.stdout
    assert reason in checked.stdout

"""Publication names the judged searches that would lose their answer."""

import errno

import pytest
from werkzeug.test import TestResponse

from kb.services import Services
from tests.support.builders import Workspace
from tests.support.forms import form_fields
from tests.support.staff import Browser

CHANGES_CONTENT = True

LAMPS = "practices/newtown-lamps"
FORM = f"/en/staff/drafts/{LAMPS}"
JUDGED = """\
- id: one
  text: quokka
  locale: en
  type: single
  grades: {practices/newtown-lamps: 3}
"""


def publish(browser: Browser, title: str, **fields: str) -> TestResponse:
    """Change the title of a record, and publish it."""
    browser.post(f"/en/staff/records/{LAMPS}/change")
    form = form_fields(browser.get(FORM).text) | {"en-title": [title]}
    browser.client.post(FORM, data=form, headers={"Accept": "text/html"})
    version = form_fields(browser.get(FORM).text)["version"][0]
    return browser.post(f"{FORM}/publish", version=version, **fields)


def test_a_search_that_loses_its_answer_is_named_before(
    publisher: Browser, content: Workspace, services: Services
) -> None:
    """Nothing is published until the publisher has seen it."""
    assert publish(publisher, "Quokka lamps").status_code == 303
    content.path("judgements.yaml").write_text(JUDGED, "utf-8")

    refused = publish(publisher, "Wombat lamps")

    assert refused.status_code == 409
    assert "1 search would lose its answer" in refused.text
    assert "quokka</a>" in refused.text
    assert "Quokka lamps" in publisher.get(f"/en/{LAMPS}").text
    assert list(services.settings.locations.instance.glob("tmp*")) == []

    assert publish(publisher, "Wombat lamps", searches="seen").status_code == 303
    assert "Wombat lamps" in publisher.get(f"/en/{LAMPS}").text


def test_a_publication_that_keeps_the_answers_goes_on(
    publisher: Browser, content: Workspace
) -> None:
    """Also if a search has no answer yet."""
    content.path("judgements.yaml").write_text(JUDGED, "utf-8")

    assert publish(publisher, "Wombat lamps").status_code == 303
    assert publish(publisher, "Quokka lamps").status_code == 303
    assert publish(publisher, "Quokka lamps again").status_code == 303


def test_a_full_disk_does_not_hold_up_a_publication(
    publisher: Browser, content: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy of the index needs as much room as the index."""
    content.path("judgements.yaml").write_text(JUDGED, "utf-8")
    assert publish(publisher, "Quokka lamps").status_code == 303

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("indexer.engines.whoosh.generations._copy_files", fail)

    assert publish(publisher, "Wombat lamps").status_code == 303

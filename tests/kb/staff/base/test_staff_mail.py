"""Tests of the e-mail that staff receive."""

import re
from email.message import EmailMessage

import pytest
from flask import Flask

from tests.support.forms import form_fields
from tests.support.mail import Mailbox, text_of
from tests.support.polling import wait_until
from tests.support.staff import Browser

CHANGES_CONTENT = SENDS_MAIL = True

LAMPS = "/en/staff/drafts/practices/newtown-lamps"


def received(mailbox: Mailbox, count: int) -> dict[str, EmailMessage]:
    """Wait for messages, and return them by their recipients."""
    wait_until(lambda: len(mailbox.messages) >= count)
    return {message["To"]: message for message in mailbox.messages}


@pytest.mark.usefixtures("admin")
def test_publishers_learn_that_a_draft_is_ready_and_writers_that_it_is_published(
    editor: Browser, publisher: Browser, mailbox: Mailbox
) -> None:
    """Each message is in both languages; who did it receives none."""
    editor.post("/en/staff/records/practices/newtown-lamps/change")
    fields = form_fields(editor.get(LAMPS).text)
    fields["en-title"] = ["New lamps"]

    editor.client.post(LAMPS, data={**fields, "act": "ready"})
    ready = received(mailbox, 2)
    page = publisher.get(f"{LAMPS}/publish").text
    form = form_fields(page, form='form[action$="/publish"]')
    publisher.client.post(f"{LAMPS}/publish", data=form)
    published = received(mailbox, 3)["editor@example.org"]

    assert set(ready) == {"publisher@example.org", "admin@example.org"}
    text = text_of(ready["publisher@example.org"])
    assert "1 brouillon est prêt à relire (par editor@example.org)" in text
    assert "1 draft is ready for review, by editor@example.org." in text
    assert "New lamps" in text
    assert f"http://127.0.0.1:8000{LAMPS}" in text
    assert "1 draft of yours is published" in published["Subject"]


def test_a_person_receives_the_link_that_sets_the_password(
    admin: Browser, mailbox: Mailbox, app: Flask
) -> None:
    """The link of the message works once."""
    page = admin.post("/fr/staff/accounts", email="new@example.org", role="editor")

    assert "courriel" in page.text
    text = text_of(received(mailbox, 1)["new@example.org"])
    link = re.search(r"http://127\.0\.0\.1:8000(/fr/staff/link/\S+)", text)
    assert link is not None, text
    assert Browser(app).get(link[1]).status_code == 200


def test_a_comment_arrives_as_it_was_typed(
    editor: Browser, publisher: Browser, mailbox: Mailbox
) -> None:
    """A line that looks like a header of the message stays in its text."""
    editor.post("/en/staff/records/practices/newtown-lamps/change")
    fields = form_fields(editor.get(LAMPS).text)
    fields["en-title"] = ["Lamps\r\nBcc: all@example.org"]
    editor.client.post(LAMPS, data=fields)
    editor.post(f"{LAMPS}/person", person="editor@example.org")

    publisher.post(
        f"{LAMPS}/state", state="changes-wanted", comment="Why 5 < 6?\nBcc: x@y.zz"
    )

    message = received(mailbox, 1)["editor@example.org"]
    assert message["Bcc"] is None
    assert "Why 5 < 6?" in text_of(message)

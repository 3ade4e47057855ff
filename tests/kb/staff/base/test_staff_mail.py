"""Tests of the e-mail that staff receive."""

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
from flask import Flask

from kb.app import create_app
from kb.core.settings import Settings
from kb.database.model import Role
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.forms import form_fields
from tests.support.mail import Mailbox, mail_server, text_of
from tests.support.polling import wait_until
from tests.support.staff import Browser, HandClock, an_account, an_empty_database

LAMPS = "/en/staff/drafts/practices/newtown-lamps"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Run a mail server."""
    with mail_server() as running:
        yield running


@pytest.fixture
def mail_app(content: Workspace, mailbox: Mailbox, clock: HandClock) -> Flask:
    """Return an application with that mail server."""
    an_empty_database(content.locations.instance)
    settings = Settings(content.locations, mail=mailbox.server)
    return create_app(services=Services(settings, clock=clock))


@pytest.fixture
def enter(mail_app: Flask) -> Callable[[Role], Browser]:
    """Return a function that signs in a user with a role."""

    def sign_in(role: Role) -> Browser:
        email = f"{role.value}@example.org"
        an_account(mail_app.extensions["kb-services"].database, email, role)
        browser = Browser(mail_app)
        assert browser.sign_in(email).status_code == 303
        return browser

    return sign_in


def received(mailbox: Mailbox, count: int) -> dict[str, EmailMessage]:
    """Wait for messages, and return them by their recipients."""
    wait_until(lambda: len(mailbox.messages) >= count)
    return {message["To"]: message for message in mailbox.messages}


def test_publishers_learn_that_a_draft_is_ready_and_writers_that_it_is_published(
    enter: Callable[[Role], Browser], mailbox: Mailbox
) -> None:
    """Each message is in both languages; who did it receives none."""
    editor, publisher = enter(Role.EDITOR), enter(Role.PUBLISHER)
    enter(Role.ADMIN)
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
    enter: Callable[[Role], Browser], mailbox: Mailbox, mail_app: Flask
) -> None:
    """The link of the message works once."""
    admin = enter(Role.ADMIN)

    page = admin.post("/fr/staff/accounts", email="new@example.org", role="editor")

    assert "courriel" in page.text
    text = text_of(received(mailbox, 1)["new@example.org"])
    link = re.search(r"http://127\.0\.0\.1:8000(/fr/staff/link/\S+)", text)
    assert link is not None, text
    assert Browser(mail_app).get(link[1]).status_code == 200


def test_a_comment_arrives_as_it_was_typed(
    enter: Callable[[Role], Browser], mailbox: Mailbox
) -> None:
    """A line that looks like a header of the message stays in its text."""
    editor, publisher = enter(Role.EDITOR), enter(Role.PUBLISHER)
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

"""The e-mail that tells a contributor of a reply."""

from flask import Flask

from kb.contributions.contribution_store import ContributionStore
from kb.database.model import Role
from kb.services import Services
from tests.support.contributions import PRACTICE, send, token_of
from tests.support.mail import Mailbox, text_of
from tests.support.polling import wait_until
from tests.support.staff import Browser, HandClock, an_account

CHANGES_CONTENT = SENDS_MAIL = True


def reply(app: Flask, services: Services, clock: HandClock, **answers: str) -> None:
    """Send a proposal in French, and reply to it on the English staff pages."""
    visitor = app.test_client()
    token = token_of(visitor.get("/fr/propose"))
    clock.advance(seconds=60)
    assert (
        send(visitor, "/fr/propose", token, {**PRACTICE, **answers}).status_code == 303
    )
    an_account(services.database, "lea@example.org", Role.EDITOR)
    browser = Browser(app)
    browser.sign_in("lea@example.org")
    page = "/en/staff/inbox/1"
    response = browser.post(page, page=page, act="reply", reply="Merci !", version="1")
    assert response.status_code == 303


def test_the_reply_is_sent_in_the_language_of_the_form(
    app: Flask, services: Services, mailbox: Mailbox, clock: HandClock
) -> None:
    """With the state in words, the line of staff and the private address."""
    reply(app, services, clock, title="Lampes & trolls")
    wait_until(lambda: len(mailbox.messages) > 0)

    (message,) = mailbox.messages
    settings = services.settings
    store = ContributionStore(settings.contributions_file, days=settings.contact_days)
    text = text_of(message)
    assert message["To"] == "ana@example.org"
    assert message["Subject"] == "Votre message\u00a0: Lampes & trolls"
    assert "Lampes & trolls" in text
    assert "Merci !" in text
    assert "Reçu" in text
    assert f"/fr/contributions/{store.all()[0].key}" in text


def test_a_title_of_several_lines_adds_no_header(
    app: Flask, services: Services, mailbox: Mailbox, clock: HandClock
) -> None:
    """What a visitor types is one line of the subject, whatever is in it."""
    reply(app, services, clock, title="Hello\r\nBcc: all@example.org\r\n\r\nBuy")
    wait_until(lambda: len(mailbox.messages) > 0)

    (message,) = mailbox.messages
    assert message["Bcc"] is None
    assert message["Subject"].endswith("Hello Bcc: all@example.org Buy")


def test_without_an_address_nothing_is_sent(
    app: Flask, services: Services, mailbox: Mailbox, clock: HandClock
) -> None:
    """The private page shows the reply all the same."""
    reply(app, services, clock, email="")

    assert not mailbox.messages
    assert not services.settings.mail_file.exists()

"""The e-mail that tells a contributor of a reply."""

from flask import Flask

from kb.alerts.due_alerts import send_due_alerts
from kb.contributions.contribution_store import ContributionStore
from kb.database.model import Role
from kb.services import Services
from kb.staff.contributions.contribution_mail import mail_arrivals
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
    assert message["Subject"] == "Votre message à la base de connaissances"
    assert "Lampes & trolls" not in text, "anybody may have typed the address"
    assert "Merci !" in text
    assert "Reçu" in text
    assert f"/fr/contributions/{store.all()[0].key}" in text


def test_staff_and_sender_are_told_of_what_has_arrived(
    app: Flask, services: Services, mailbox: Mailbox, clock: HandClock
) -> None:
    """Once, ten minutes after the first message, and without a word of the visitor."""
    an_account(services.database, "lea@example.org", Role.EDITOR)
    for title in ("Gagnez https://spam.example", "Deux"):
        token = token_of(app.test_client().get("/fr/propose"))
        clock.advance(seconds=60)
        answers = {**PRACTICE, "title": title}
        sent = send(app.test_client(), "/fr/propose", token, answers)
        assert sent.status_code == 303
    send_mail(app)
    assert not mailbox.messages, "the ten minutes are not over"
    clock.advance(minutes=10)

    for _ in range(2):
        send_mail(app)

    by_address = {message["To"]: message for message in mailbox.messages}
    assert len(mailbox.messages) == 2
    staff, sender = by_address["lea@example.org"], by_address["ana@example.org"]
    assert "2 new messages of visitors" in staff["Subject"]
    assert "/fr/staff/inbox" in text_of(staff)
    assert text_of(sender).count("/fr/contributions/") == 2
    for message in mailbox.messages:
        assert "spam.example" not in f"{message['Subject']} {text_of(message)}"


def test_forms_fill_no_mailbox(
    app: Flask, services: Services, mailbox: Mailbox, clock: HandClock
) -> None:
    """Whoever types the address of somebody else has three messages sent a day."""
    for number in range(5):
        token = token_of(app.test_client().get("/fr/propose"))
        clock.advance(seconds=60)
        send(app.test_client(), "/fr/propose", token, PRACTICE)
        clock.advance(minutes=10 + number)
        send_mail(app)

    assert len(mailbox.messages) == 3
    assert not services.database.accounts.all()


def send_mail(app: Flask) -> None:
    """Do what `kb alerts send` does."""
    mail_arrivals(app)
    send_due_alerts(app)


def test_without_an_address_nothing_is_sent(
    app: Flask, services: Services, mailbox: Mailbox, clock: HandClock
) -> None:
    """The private page shows the reply all the same."""
    reply(app, services, clock, email="")

    assert not mailbox.messages
    assert not services.settings.mail_file.exists()

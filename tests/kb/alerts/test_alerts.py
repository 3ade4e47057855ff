"""From the form to the message of each week, through a real mail server."""

import base64
import datetime as dt
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.ids import Kind, Locale, RecordId
from kb.alerts import due_alerts
from kb.alerts.due_alerts import send_due_alerts
from kb.alerts.store import AlertStore, Every, Subscription
from kb.app import create_app
from kb.core.settings import Settings
from kb.mail.message import bounced_address
from kb.mail.outbox import Outbox
from kb.publishing.history.history import History
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.services import Services
from kb.web.locale import choose_locale
from tests.support.builders import Workspace
from tests.support.mail import Mailbox, mail_server, text_of
from tests.support.polling import wait_until
from tests.support.staff import HandClock

START = dt.datetime(2027, 1, 4, 9, tzinfo=dt.UTC)
WEEK = dt.timedelta(days=7)
URL = re.compile(r"http://127\.0\.0\.1:8000(/\S+)")
MAIL_TITLES = {"fr": "Messages par courriel", "en": "Messages by e-mail"}
ADDRESS = "jeanne@example.org"


@dataclass
class Site:
    """A service with a mail server, its clock and its content."""

    app: Flask
    mailbox: Mailbox
    clock: HandClock
    content: Workspace
    store: AlertStore
    outbox: Outbox

    @property
    def client(self) -> FlaskClient:
        """A browser without cookies."""
        return self.app.test_client()

    def ask(self, parameters: str, address: str = ADDRESS, locale: str = "fr") -> str:
        """Ask for an alert, wait for the message, and return the link in it."""
        before = len(self.mailbox.messages)
        self.client.post(f"/{locale}/alerts{parameters}", data={"email": address})
        wait_until(lambda: len(self.mailbox.messages) > before)
        return self.link()

    def link(self, number: int = 0) -> str:
        """Return a link of the last message."""
        return str(URL.findall(text_of(self.mailbox.messages[-1]))[number])

    def subscribe(self, parameters: str, locale: str = "fr") -> None:
        """Ask for an alert and confirm it."""
        link = self.ask(parameters, locale=locale)
        assert self.client.post(link).status_code == 200


@pytest.fixture
def site(content: Workspace) -> Iterator[Site]:
    """Return a service on the small corpus, with a mail server of its own."""
    clock = HandClock(START)
    with mail_server() as mailbox:
        settings = Settings(content.locations, mail=mailbox.server)
        app = create_app(services=Services(settings, clock=clock))
        yield Site(
            app,
            mailbox,
            clock,
            content,
            AlertStore(settings.alerts_file),
            Outbox(settings.mail_file),
        )


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_without_a_mail_server_nothing_is_shown(
    client: FlaskClient, locale: str
) -> None:
    """Neither the form, nor the addresses it leads to, nor what would be kept."""
    assert 'type="email"' not in client.get(f"/{locale}/follow").text
    assert MAIL_TITLES[locale] not in client.get(f"/{locale}/pages/about").text
    sent = client.post(f"/{locale}/alerts", data={"email": ADDRESS})
    assert sent.status_code == 404
    assert client.get(f"/{locale}/alerts/sent").status_code == 404


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_page_about_the_base_says_what_is_kept_of_an_alert(
    site: Site, locale: str
) -> None:
    """What is kept of visitors is listed there: their address is part of it."""
    page = site.client.get(f"/{locale}/pages/about").text

    assert MAIL_TITLES[locale] in page


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_an_address_is_kept_only_after_its_owner_confirmed(
    site: Site, locale: str
) -> None:
    """Opening the link is not enough: programs open links too."""
    page = site.client.get(f"/{locale}/follow?q=lamp").text
    assert 'type="email"' in page

    link = site.ask("?q=lamp", locale=locale)
    opened = site.client.get(link)

    assert opened.status_code == 200
    assert site.store.all() == ()
    wait_until(lambda: not site.outbox.waiting(START))
    assert not site.store.path.exists()
    assert ADDRESS.encode() not in site.outbox.path.read_bytes(), "deleted for good"
    assert site.client.post(link).status_code == 200
    assert [each.address for each in site.store.all()] == [ADDRESS]
    # Confirming twice is one alert.
    site.client.post(link)
    assert len(site.store.all()) == 1


ADVERT = "Win+now:+https://spam.example/win%0d%0aBcc:+x@example.org"


def test_the_form_is_no_relay_for_words_of_a_stranger(site: Site) -> None:
    """Neither headers, text nor link of the first message have a word of the search.

    The page that the link opens shows the search.
    """
    link = site.ask(f"?q={ADVERT}", locale="en")

    message, content = site.mailbox.messages[-1], site.mailbox.contents[-1].decode()
    assert message["To"] == ADDRESS
    assert message["Bcc"] is None
    assert message["Subject"] == "Confirm your e-mail alert"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "<alerts.127.0.0.1>"
    assert len(URL.findall(text_of(message))) == 1
    assert text_of(message).count("://") == 1
    decoded = "".join(
        base64.urlsafe_b64decode(f"{part}===").decode("latin-1")
        for part in re.findall(r"[\w-]{20,}", link)
    )
    for word in ("spam.example", "Win", "Bcc:"):
        assert word not in content + decoded
    assert "https://spam.example/win" in site.client.get(link).text


def test_the_first_message_names_filters_of_our_lists(site: Site) -> None:
    """A title of the site is no word of a stranger."""
    site.ask("?kind=practice", locale="en")
    assert "Kind: Practices" in text_of(site.mailbox.messages[-1])
    site.ask("?kind=practice&kind=need", locale="en")
    assert "The records that pass these filters" in text_of(site.mailbox.messages[-1])
    site.ask("", locale="en")
    assert "All records" in text_of(site.mailbox.messages[-1])


def test_the_names_of_one_mailbox_are_counted_together(site: Site) -> None:
    """`+tag` leads to the same mailbox everywhere, a dot at Gmail."""
    for address in ("j.ana@gmail.com", "jana+1@gmail.com", "ja.na+2@googlemail.com"):
        site.ask("", address)
    site.client.post("/fr/alerts", data={"email": "jana+3@gmail.com"})
    site.ask("", "jana+3@example.org")

    assert len(site.mailbox.messages) == 4


def test_robots_of_many_networks_send_little(site: Site) -> None:
    """Three thousand robots of 200 networks write to as many mailboxes."""
    outbox, secret = site.outbox, site.app.extensions["kb-services"].secret

    def ask(client: str) -> bool:
        return outbox.may_ask(client, secret=secret, now=START)

    one_house = [ask(f"2001:db8:1:{number:x}::1") for number in range(100)]
    assert sum(one_house) <= 20, "a household has 65,536 networks of IPv6"
    assert ask("192.0.2.1"), "others are not kept out"
    sent = [ask(f"10.{number % 200}.0.{number // 200}") for number in range(3000)]
    assert sum(sent) < 200


def test_an_address_that_no_message_reaches_is_deleted(site: Site) -> None:
    """The third refusal of the server ends its alerts; others go on."""
    site.store.subscribe("gone@example.org", "en", "q=lamp", (), START - WEEK - WEEK)
    site.mailbox.answer = "550 no such user"
    for week in range(3):
        assert send_due_alerts(site.app) == 0
        site.clock.now += WEEK
        (alert,) = site.store.all()
        assert alert.bounces == week
        site.store.record_checks({alert.id: ()}, site.clock.now - WEEK, lambda: None)
    send_due_alerts(site.app)

    assert site.store.all() == ()


def test_a_returned_message_counts_unless_it_is_forged(site: Site) -> None:
    """Its report names the address; only we know the mark of its `Message-ID`."""
    secret = site.app.extensions["kb-services"].secret
    site.subscribe("?q=lamp")
    sent = site.mailbox.messages[-1]

    assert bounced_address(_returned(sent["Message-ID"]), secret) == ADDRESS
    assert bounced_address(_returned("<forged@example.org>"), secret) == ""
    delayed = _returned(sent["Message-ID"], action="delayed")
    assert bounced_address(delayed, secret) == ""
    assert bounced_address(b"\xff no message", secret) == ""


def _returned(message_id: str, action: str = "failed") -> bytes:
    """Return the report of a mail server (RFC 3464)."""
    return f"""From: MAILER-DAEMON@example.org
To: alerts@example.org
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; {ADDRESS}
Action: {action}
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
To: {ADDRESS}

--b--
""".encode()


def test_a_week_later_only_new_records_are_sent(site: Site) -> None:
    """The text is in the language of the alert; no message says that nothing is new."""
    site.subscribe("?q=lamp", locale="en")
    count = len(site.mailbox.messages)
    site.clock.now += WEEK
    assert send_due_alerts(site.app) == 0

    folder = site.content.documents / "practices"
    new = folder / "oldtown-lamps"
    new.mkdir()
    for each in (folder / "newtown-lamps").iterdir():
        text = each.read_text("utf-8").replace("newtown-lamps", "oldtown-lamps")
        (new / each.name).write_text(text, "utf-8")
    here = site.app.extensions["kb-services"]
    here.content.update_index(here.content.read)
    here.content.refresh()
    assert send_due_alerts(site.app) == 0, "the week is not over"
    site.clock.now += WEEK

    assert send_due_alerts(site.app) == 1
    message = site.mailbox.messages[-1]
    assert len(site.mailbox.messages) == count + 1
    assert message["Subject"].startswith("1 new record")
    assert "/en/practices/oldtown-lamps" in text_of(message)
    assert "/en/practices/newtown-lamps" not in text_of(message)
    site.clock.now += WEEK
    assert send_due_alerts(site.app) == 0, "it is not new any more"


def test_an_alert_on_a_record_says_that_it_changed(site: Site) -> None:
    """Once for each week with a change; it ends when the record is gone."""
    site.subscribe("?r=practices/newtown-lamps", locale="en")
    assert "The record “" in text_of(site.mailbox.messages[-1])
    site.clock.now += WEEK
    assert send_due_alerts(site.app) == 0

    lamps = RecordId(Kind.PRACTICE, "newtown-lamps")
    edit = HistoryEntry(site.clock(), "", HistoryAction.EDITED, lamps, None, None)
    History(site.content.locations.instance).add("work", [edit])
    site.clock.now += WEEK
    assert send_due_alerts(site.app) == 1
    message = site.mailbox.messages[-1]
    assert re.fullmatch("The record “.+” has changed", message["Subject"])
    assert "/en/practices/newtown-lamps\r\n" in text_of(message)
    site.clock.now += WEEK
    assert send_due_alerts(site.app) == 0, "it has not changed again"

    shutil.rmtree(site.content.path(str(lamps)))
    here = site.app.extensions["kb-services"]
    here.content.update_index(here.content.read)
    here.content.refresh()
    site.clock.now += WEEK
    assert send_due_alerts(site.app) == 1
    assert site.mailbox.messages[-1]["Subject"] == "Your alert has ended"
    assert site.store.all() == ()


def test_each_message_is_in_the_language_of_its_alert(site: Site) -> None:
    """Its subject, too, although another language was written before it."""
    for locale in ("fr", "en", "fr"):
        address = f"{locale}{len(site.store.all())}@example.org"
        site.store.subscribe(address, locale, "q=lamp", (), START - WEEK - WEEK)

    assert send_due_alerts(site.app) == 3

    for message in site.mailbox.messages:
        is_french = message["To"].startswith("fr")
        assert ("La recherche" in message["Subject"]) == is_french
        assert ("nouvelle" in message["Subject"]) == is_french
        assert ("La recherche" in text_of(message)) == is_french


def test_one_press_ends_an_alert(site: Site) -> None:
    """The mail program presses (RFC 8058), or the person on the page."""
    site.subscribe("")
    alert = site.store.all()[0]
    site.store.record_checks({alert.id: ()}, START, lambda: None)
    site.clock.now += WEEK
    assert send_due_alerts(site.app) == 1
    message = site.mailbox.messages[-1]
    stop = URL.findall(str(message["List-Unsubscribe"]))[0].removesuffix(">")
    assert stop in text_of(message)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    assert site.client.get(stop).status_code == 200
    assert len(site.store.all()) == 1
    pressed = site.client.post(stop, data={"List-Unsubscribe": "One-Click"})

    assert pressed.status_code == 200
    assert site.store.all() == ()
    # An alert that has ended stays ended, and its link says so.
    assert site.client.get(stop).status_code == 200


MONTH = Every.MONTH.interval


def _ask_monthly(site: Site, parameters: str, locale: str = "en") -> None:
    before = len(site.mailbox.messages)
    form = {"email": ADDRESS, "every": "month"}
    site.client.post(f"/{locale}/alerts{parameters}", data=form)
    wait_until(lambda: len(site.mailbox.messages) > before)
    link = site.link()
    assert MONTHLY[locale] in text_of(site.mailbox.messages[-1])
    assert site.client.post(link).status_code == 200


MONTHLY = {"fr": "par mois", "en": "month"}
DIGESTS = {
    "fr": ("Le mois dans ce que vous suivez", "modifié"),
    "en": ("The month in what you follow", "changed"),
}


@pytest.mark.parametrize("locale", DIGESTS)
def test_monthly_alerts_share_a_message_of_new_and_changed_records(
    site: Site, locale: str
) -> None:
    """As text and as a page; one press ends all of it."""
    title, changed = DIGESTS[locale]
    _ask_monthly(site, "?q=lamp", locale)
    _ask_monthly(site, "?r=practices/newtown-lamps", locale)
    site.subscribe("?kind=need", locale=locale)
    site.clock.now += MONTH - dt.timedelta(days=1)
    lamps = RecordId(Kind.PRACTICE, "newtown-lamps")
    edit = HistoryEntry(site.clock(), "", HistoryAction.EDITED, lamps, None, None)
    History(site.content.locations.instance).add("work", [edit])
    assert send_due_alerts(site.app) == 0, "the month is not over"
    site.clock.now += dt.timedelta(days=1)

    assert send_due_alerts(site.app) == 1

    message = site.mailbox.messages[-1]
    assert message["Subject"] == title
    for part in message.iter_parts():
        text = part.get_content()
        assert text.count("newtown-lamps") == 2, "once for each alert"
        assert changed in text
    stop = URL.findall(str(message["List-Unsubscribe"]))[0].removesuffix(">")
    assert all(stop in part.get_content() for part in message.iter_parts())
    assert ADDRESS.partition("@")[0] not in stop
    site.clock.now += MONTH
    assert send_due_alerts(site.app) == 0, "nothing has changed again"

    assert site.client.get(stop).status_code == 200
    assert len(site.store.all()) == 3
    site.client.post(stop, data={"List-Unsubscribe": "One-Click"})
    assert [alert.query for alert in site.store.all()] == ["kind=need"]
    assert site.client.post(f"{stop[:-8]}x/stop").status_code == 200, "forged"


@pytest.mark.parametrize(
    ("locale", "title", "meeting"),
    [
        ("fr", "Besoins sans réponse", "Prochain rendez-vous"),
        ("en", "Needs without an answer", "Next meeting"),
    ],
)
def test_the_monthly_message_has_needs_and_the_next_meeting(
    real_workspace: Workspace, locale: str, title: str, meeting: str
) -> None:
    """What nobody answers yet, and when the group meets."""
    clock = HandClock(dt.datetime(2026, 6, 1, tzinfo=dt.UTC))
    settings = Settings(real_workspace.locations)
    app = create_app(services=Services(settings, clock=clock))
    with app.test_request_context():
        choose_locale(Locale(locale))
        alert = Subscription("id", ADDRESS, locale, "", frozenset(), START, START)
        content = due_alerts.monthly_message(alert, [due_alerts._news(alert)])  # noqa: SLF001

    message = message_from_bytes(content, policy=default)
    for part in message.iter_parts():
        text = part.get_content()
        assert title in text
        assert f"http://127.0.0.1:8000/{locale}/needs/" in text
        assert meeting in text


def test_who_asks_again_changes_how_often(site: Site) -> None:
    """The same search has one alert."""
    site.subscribe("?q=lamp", locale="en")
    _ask_monthly(site, "?q=lamp")

    (alert,) = site.store.all()
    assert alert.every is Every.MONTH


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_mail_server_and_program_reads_a_message(
    content: Workspace, locale: str
) -> None:
    """ASCII, and on one line the address to unsubscribe: no program joins its parts."""
    base_url = f"https://{'knowledge-base.' * 6}example.org/base"
    clock = HandClock(START)
    with mail_server() as mailbox:
        settings = Settings(content.locations, mail=mailbox.server, base_url=base_url)
        app = create_app(services=Services(settings, clock=clock))
        AlertStore(settings.alerts_file).subscribe(
            ADDRESS, locale, "q=éclairage", (), START - WEEK - WEEK
        )

        assert send_due_alerts(app) == 1

    [raw], [message] = mailbox.contents, mailbox.messages
    assert raw.isascii()
    lines = raw.decode().split("\r\n")
    [address] = [each for each in lines if each.startswith("List-Unsubscribe: ")]
    assert re.fullmatch(rf"List-Unsubscribe: <{base_url}/\S+/stop>", address)
    assert "éclairage" in str(message["Subject"])
    assert "éclairage" in text_of(message)


def test_a_message_names_thirty_records_and_says_how_many_more(
    real_app: Flask,
) -> None:
    """A new alert on everything could find a thousand."""
    with real_app.test_request_context():
        choose_locale(Locale.EN)
        alert = Subscription("id", ADDRESS, "en", "", frozenset(), START, START)
        news = due_alerts._news(alert)  # noqa: SLF001
        content = due_alerts.weekly_message(alert, [replace(news, total=42)])

    text = text_of(message_from_bytes(content, policy=default))
    assert text.count("\n* ") == 30
    assert "12 more" in text


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize(
    "typed", ["", "jeanne", "a@b", "x" * 300 + "@example.org", "a@b.org\nBcc: c@d.org"]
)
def test_an_invalid_address_is_shown_again_with_an_error(
    site: Site, typed: str, locale: str
) -> None:
    """Nothing is sent."""
    response = site.client.post(f"/{locale}/alerts?q=lamp", data={"email": typed})

    assert response.status_code == 400
    assert 'id="email-error"' in response.text
    assert site.outbox.waiting(START) == ()


def test_strangers_cannot_fill_a_mailbox(site: Site) -> None:
    """Three messages a day to one address, and ten requests an hour of one network."""
    for _ in range(5):
        response = site.client.post("/fr/alerts?q=lamp", data={"email": ADDRESS})
        assert response.status_code == 303
    wait_until(lambda: len(site.mailbox.messages) == 3)
    for number in range(5):
        data = {"email": f"someone{number}@example.org"}
        site.client.post("/fr/alerts", data=data)
    refused = site.client.post("/fr/alerts", data={"email": "other@example.org"})
    assert refused.status_code == 429
    wait_until(lambda: len(site.mailbox.messages) == 8)
    site.clock.now += dt.timedelta(hours=2)
    again = site.client.post("/fr/alerts", data={"email": "other@example.org"})
    assert again.status_code == 303
    wait_until(lambda: len(site.mailbox.messages) == 9)


def test_robots_and_other_sites_send_nothing(site: Site) -> None:
    """A filled hidden field is answered as a person is; another site's form is not."""
    filled = {"email": ADDRESS, "website": "https://spam.example"}
    assert site.client.post("/fr/alerts", data=filled).status_code == 303
    forged = site.client.post(
        "/fr/alerts",
        data={"email": ADDRESS},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert forged.status_code == 403
    assert site.outbox.waiting(START) == ()


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_link_that_is_forged_or_old_says_so(site: Site, locale: str) -> None:
    """The page leads back to the form."""
    forged = site.client.get(f"/{locale}/alerts/confirm/xyz")

    assert forged.status_code == 404
    assert f"/{locale}/follow" in forged.text


def test_what_the_server_refuses_for_now_is_sent_later(site: Site) -> None:
    """What it refuses for good is not tried again."""
    site.mailbox.answer = "450 try later"
    site.client.post("/fr/alerts?q=lamp", data={"email": ADDRESS})
    soon = START + dt.timedelta(minutes=6)
    wait_until(lambda: [each.tries for each in site.outbox.waiting(soon)] == [1])
    assert site.outbox.waiting(START) == ()

    site.clock.now = soon
    site.mailbox.answer = "550 no such user"
    assert send_due_alerts(site.app) == 0
    assert site.outbox.waiting(soon + WEEK) == ()


def test_messages_wait_while_the_server_is_away(content: Workspace) -> None:
    """And are removed after ten tries."""
    with mail_server() as mailbox:
        gone = mailbox.server
    clock = HandClock(START)
    settings = Settings(content.locations, mail=gone)
    app = create_app(services=Services(settings, clock=clock))
    outbox = Outbox(settings.mail_file)
    outbox.add(b"To: a@example.org\n\ntext", next_at=START)

    for tries in range(1, 10):
        assert send_due_alerts(app) == 0
        clock.now += WEEK
        assert [each.tries for each in outbox.waiting(clock.now)] == [tries]
    send_due_alerts(app)

    assert outbox.waiting(clock.now + WEEK) == ()


def test_an_alert_on_a_filter_that_is_gone_ends_with_a_message(site: Site) -> None:
    """Else its owner would wait for ever."""
    site.store.subscribe(ADDRESS, "en", "theme=no-such-theme", (), START)
    site.clock.now += WEEK

    assert send_due_alerts(site.app) == 1
    assert "has ended" in site.mailbox.messages[-1]["Subject"]
    assert site.store.all() == ()

"""E-mail on contributions: to staff and senders on arrival, to a sender on a reply.

Whoever fills in a form names any address. So no message contains words of the visitor:
it leads to the private page, which shows them.
"""

from collections import defaultdict
from collections.abc import Sequence

from flask import Flask, render_template, url_for
from flask_babel import gettext as _

from kb.contributions.contribution import Contribution, ContributionState, Contributor
from kb.contributions.routes import contribution_store
from kb.mail.message import automatic_message, in_language
from kb.mail.sender import open_outbox, post
from kb.services import services
from kb.staff.base.staff_mail import mail_new_contributions
from kb.web.urls import absolute


def mail_arrivals(app: Flask) -> None:
    """Tell staff and senders of what has arrived, ten minutes after the first of it.

    Raises:
        StorageError: a file of the instance can't be read or written.
    """
    with app.app_context():
        site_url = services().settings.own_url
    with app.test_request_context(base_url=site_url):
        store = contribution_store()
        arrived = store.untold(services().clock())
        _tell(arrived)
        store.set_told(arrived)


def send_reply(contribution: Contribution, contact: Contributor | None) -> bool:
    """Send the state and the reply to the contributor; return whether there is a way.

    The message is in the language of the form.
    """
    has_server = services().settings.mail is not None
    if not has_server or contact is None or not contact.address:
        return False
    with in_language(contribution.locale):
        message = automatic_message(
            contact.address,
            _("Your message to the knowledge base"),
            render_template(
                "mail/contribution_reply.txt",
                contribution=contribution,
                url=_private_url(contribution),
            ),
        )
    post([message])
    return True


def _tell(arrived: Sequence[Contribution]) -> None:
    waiting = [sent for sent in arrived if sent.state is ContributionState.NEW]
    if waiting:
        mail_new_contributions(len(waiting))
    outbox, now = open_outbox(), services().clock()
    senders = defaultdict(list)
    for sent in arrived:
        contact = contribution_store().contact(sent.number, now)
        if contact is not None and contact.address:
            senders[contact.address].append(sent)
    for address, contributions in senders.items():
        if outbox.may_write_to(address, secret=services().secret, now=now):
            outbox.add(_received_message(address, contributions), next_at=now)


def _received_message(address: str, contributions: Sequence[Contribution]) -> bytes:
    """Return the message with the private addresses of what somebody sent."""
    with in_language(contributions[0].locale):
        return automatic_message(
            address,
            _("Your message to the knowledge base"),
            render_template(
                "mail/contribution_received.txt",
                urls=tuple(map(_private_url, contributions)),
            ),
        )


def _private_url(contribution: Contribution) -> str:
    locale, key = contribution.locale.value, contribution.key
    return absolute(url_for("contributions.track", locale=locale, key=key))

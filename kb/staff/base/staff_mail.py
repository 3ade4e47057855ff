"""E-mail to members of staff, where the service has a mail server.

Each message is in both languages: an account has none.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.model.ids import Locale, RecordId
from kb.core.storage_errors import StorageError
from kb.database.model import FORGOTTEN_HOURS, LINK_HOURS, Role
from kb.mail.message import automatic_message, in_language
from kb.mail.sender import post
from kb.publishing.drafts.draft import Draft
from kb.services import services
from kb.staff.base.links import title_in_texts
from kb.staff.base.requests import actor
from kb.staff.base.routing import staff_url
from kb.web.urls import absolute

MAX_LISTED = 20

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MailText:
    """A message in one language; `entries` are titles with their addresses."""

    subject: str
    text: str
    entries: Sequence[tuple[str, str]] = ()


def mail_ready_drafts(drafts: Sequence[Draft]) -> None:
    """Send each publisher an e-mail: these drafts are ready for review."""
    publishers = [
        account.email
        for account in services().database.accounts.all()
        if account.role.includes(Role.PUBLISHER)
    ]
    _tell(
        publishers,
        drafts,
        lambda: ngettext(
            "%(num)s draft is ready for review",
            "%(num)s drafts are ready for review",
            len(drafts),
        ),
    )


def mail_wanted_changes(draft: Draft) -> None:
    """Send writers and assignee of a draft an e-mail: changes are wanted.

    The e-mail contains the last comment on the draft.
    """
    notes = draft.notes
    comment = notes.comments[-1].text if notes.comments else ""
    people = (notes.assigned_to, *notes.credited)
    _tell(people, [draft], lambda: _("Changes are wanted in a draft"), comment=comment)


def mail_published(drafts: Sequence[Draft]) -> None:
    """Send each writer of published drafts an e-mail.

    `drafts` are the drafts as they were before the publication removed them.
    """
    writers = (writer for draft in drafts for writer in draft.notes.credited)
    for person in dict.fromkeys(writers):
        written = [draft for draft in drafts if person in draft.notes.credited]

        def subject(count: int = len(written)) -> str:
            return ngettext(
                "%(num)s draft of yours is published",
                "%(num)s drafts of yours are published",
                count,
            )

        _tell([person], written, subject, endpoint="record_overview")


def mail_new_contributions(count: int) -> None:
    """Send all members of staff an e-mail: messages of visitors have arrived."""

    def text() -> MailText:
        subject = ngettext(
            "%(num)s new message of a visitor",
            "%(num)s new messages of visitors",
            count,
        )
        inbox_url = absolute(staff_url("contribution_list"))
        return MailText(subject, _("They wait in the inbox:"), [("", inbox_url)])

    accounts = services().database.accounts.all()
    _enqueue([account.email for account in accounts if not account.is_disabled], text)


def mail_password_link(address: str, link: str) -> bool:
    """Send a one-time link to its person; return whether there is a mail server."""

    def text() -> MailText:
        said = ngettext(
            "This link sets your password, once, within %(num)s hour:",
            "This link sets your password, once, within %(num)s hours:",
            LINK_HOURS,
        )
        return MailText(_("Your access to the staff area"), said, [("", link)])

    return _enqueue([address], text)


def mail_forgotten_password(address: str, link: str) -> None:
    """Send a one-time link to somebody who says that the password is forgotten."""

    def text() -> MailText:
        said = ngettext(
            "Somebody, probably you, asked to choose another password. This link works "
            "once, within %(num)s hour. If it was not you, do nothing: your password "
            "stays as it is.",
            "Somebody, probably you, asked to choose another password. This link works "
            "once, within %(num)s hours. If it was not you, do nothing: your password "
            "stays as it is.",
            FORGOTTEN_HOURS,
        )
        return MailText(_("Another password for the staff area"), said, [("", link)])

    _enqueue([address], text)


def _tell(
    people: Iterable[str],
    drafts: Sequence[Draft],
    subject: Callable[[], str],
    *,
    comment: str = "",
    endpoint: str = "edit_draft",
) -> None:
    """Tell the open accounts among some people what the actor did to drafts.

    The actor gets no message.
    """
    if services().settings.mail is None or not drafts:
        return
    accounts = services().database.accounts.all()
    known = {account.email for account in accounts if not account.is_disabled}

    def text() -> MailText:
        said = _("%(subject)s, by %(who)s.", subject=subject(), who=actor())
        entries = [
            (
                title_in_texts(draft.record, draft.texts).text,
                absolute(staff_url(endpoint, record=draft.record)),
            )
            for draft in drafts[:MAX_LISTED]
        ]
        return MailText(subject(), f"{said}\n\n{comment}".strip(), entries)

    _enqueue(sorted({*people} & known - {actor()}), text)


def _enqueue(people: Sequence[str], text: Callable[[], MailText]) -> bool:
    """Put a message for each person into the outbox; False without a mail server.

    A failure is only logged: the change that the message tells of is done.
    """
    if services().settings.mail is None:
        return False
    texts = []
    for locale in Locale:
        with in_language(locale):
            texts.append(text())
    subject = " / ".join(mail_text.subject for mail_text in texts)
    body = render_template("mail/staff.txt", texts=texts)
    try:
        post(automatic_message(person, subject, body) for person in people)
    except (StorageError, OSError) as error:
        logger.warning("a message to staff could not be stored: %s", error)
        return False
    return True


def drafts_of(
    records: Iterable[RecordId], load: Callable[[RecordId], Draft]
) -> list[Draft]:
    """Return the drafts of records; none without a mail server."""
    return (
        [] if services().settings.mail is None else [load(record) for record in records]
    )

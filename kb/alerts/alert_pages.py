"""The view models of the pages on alerts: what has happened, and what to press."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.query import Query
from kb.web.facet_values import vocabulary_of
from kb.web.followed_subject import followed_subject
from kb.web.page_content import page_content
from kb.web.urls import query_url


@dataclass(frozen=True, slots=True)
class AlertPage:
    """A heading, sentences, a button that posts to the same address, and a link."""

    heading: str
    sentences: tuple[str, ...] = ()
    button: str = ""
    link: tuple[str, str] = ("", "")
    form_url: str = ""
    """Where the form for an address goes, if the page shows it again."""
    error: str = ""
    address: str = ""


def request_again_page(query: Query, error: str, address: str) -> AlertPage:
    """Return the page that shows the form again, with its error."""
    return AlertPage(
        _("By e-mail"),
        (subject_of(query),),
        form_url=query_url(query, endpoint="alerts.request_alert"),
        error=error,
        address=address,
        link=(_("Back"), query_url(query, endpoint="public.follow")),
    )


def sent_page(follow_url: str) -> AlertPage:
    """Return the page after the form was sent."""
    return AlertPage(
        _("Look into your mailbox"),
        (
            _(
                "A message is on its way to you. Open the address in it to confirm the "
                "alert; until then, nothing else is sent and your address is not kept."
            ),
            _("No message after ten minutes? Look into the folder of unwanted mail."),
        ),
        link=(_("Back"), follow_url),
    )


def confirm_page(query: Query) -> AlertPage:
    """Return the page that the link of the first message opens."""
    return AlertPage(
        _("Confirm the alert?"),
        (
            subject_of(query),
            _(
                "Once a week, if there are any, you receive the records that are new "
                "in this search. Your address serves nothing else, and every message "
                "contains a link that deletes it."
            ),
        ),
        button=_("Confirm"),
    )


def confirmed_page(query: Query) -> AlertPage:
    """Return the page after an alert was confirmed."""
    return AlertPage(
        _("The alert is confirmed"),
        (
            subject_of(query),
            _("The first message comes as soon as there is a new record."),
        ),
        link=(_("See the results of today"), query_url(query)),
    )


def expired_page(follow_url: str) -> AlertPage:
    """Return the page of a link that is too old or not complete."""
    return AlertPage(
        _("This link is no longer valid"),
        (
            _(
                "It is older than two days, or not complete. Ask for the alert again: "
                "you then receive a new link."
            ),
        ),
        link=(_("Follow"), follow_url),
    )


def stop_page() -> AlertPage:
    """Return the page that the link of each message opens."""
    return AlertPage(
        _("Receive no more messages?"),
        (_("The alert ends, and your address is deleted with it."),),
        button=_("End the alert"),
    )


def stopped_page(follow_url: str) -> AlertPage:
    """Return the page after an alert has ended."""
    return AlertPage(
        _("The alert has ended"),
        (_("You receive no more messages, and your address is deleted."),),
        link=(_("Follow"), follow_url),
    )


def subject_of(query: Query) -> str:
    """Return what the alert follows, in the language of the page."""
    return followed_subject(query, vocabulary_of(page_content().corpus))

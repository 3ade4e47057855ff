"""Labels of several staff pages: roles, states of drafts, days and hours."""

import datetime as dt

from babel.dates import format_date, format_time

from kb.database.model import Role
from kb.publishing.drafts.draft import DraftState
from kb.web.date_text import BABEL_LOCALES, day_and_hour
from kb.web.locale import LazyString, lazy_pgettext, page_locale
from kb.web.locale import lazy_gettext as _l

ROLE_NAMES: dict[Role, LazyString] = {
    Role.EDITOR: lazy_pgettext("role", "Editor"),
    Role.PUBLISHER: lazy_pgettext("role", "Publisher"),
    Role.ADMIN: lazy_pgettext("role", "Administrator"),
}
STATE_LABELS: dict[DraftState, LazyString] = {
    DraftState.IN_PROGRESS: _l("In progress"),
    DraftState.READY: _l("Ready for review"),
    DraftState.CHANGES_WANTED: _l("Changes wanted"),
}
STATE_CLASSES = {
    DraftState.IN_PROGRESS: "wip",
    DraftState.READY: "ready",
    DraftState.CHANGES_WANTED: "back",
}
"""The CSS class of the tag of a state."""


def medium_day(day: dt.date) -> str:
    """Return a date in the language of the page."""
    return str(format_date(day, "medium", locale=BABEL_LOCALES[page_locale()]))


def time_text(time: dt.datetime) -> str:
    """Return a date and an hour in the time zone of the server."""
    return day_and_hour(time, page_locale())


def hour_text(time: dt.datetime) -> str:
    """Return an hour in the time zone of the server."""
    name = BABEL_LOCALES[page_locale()]
    return str(format_time(time.astimezone(), "short", locale=name))


def stored_time_text(stored: str) -> str:
    """Return the text of a time stored in ISO format; empty for an empty one."""
    return time_text(dt.datetime.fromisoformat(stored)) if stored else ""

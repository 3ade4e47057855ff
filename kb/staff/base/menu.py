"""The menu of the staff pages: the work of each day, and the rest."""

from __future__ import annotations

from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l

MENU: tuple[tuple[str, LazyString], ...] = (
    ("dashboard", _l("Dashboard")),
    ("add_form", _l("Add")),
    ("draft_list", _l("To check")),
    ("contribution_list", _l("Messages")),
    ("all_records", _l("Records")),
    ("relevance_desk", _l("Searches")),
)
"""The endpoints in the head of each page; a user sees those that their role may use."""

MORE_PAGES: tuple[tuple[str, LazyString], ...] = (
    ("first_hour", _l("Your first hour")),
    ("records_to_translate", _l("To translate")),
    ("late_records", _l("One language behind")),
    ("records_to_review", _l("To review")),
    ("content_problems", _l("Content check")),
    ("known_places", _l("Places")),
    ("word_pairs", _l("French–English equivalents")),
    ("statistics", _l("Statistics")),
    ("history_list", _l("History")),
    ("trash_list", _l("Set-aside records")),
    ("account_list", _l("Accounts")),
    ("audit_log", _l("Log of actions")),
)
"""The endpoints at the foot of each page, and in the menu of a phone."""

"""The pages of the staff: one blueprint, under `/fr/staff/` and `/en/staff/`.

No view is reached but through `routing.route`, which says who may use it; what it says
is checked in one place, `access.py`, before any view runs.
"""

from kb.staff import (
    account,
    accounts,
    desk,
    drafts,
    entrance,
    files,
    history,
    lexicon,
    log,
    preview,
    publishing,
    records,
    refusals,
    removal,
)
from kb.staff.files import init_files
from kb.staff.identity import init_staff
from kb.staff.routing import blueprint

__all__ = [
    "account",
    "accounts",
    "blueprint",
    "desk",
    "drafts",
    "entrance",
    "files",
    "history",
    "init_files",
    "init_staff",
    "lexicon",
    "log",
    "preview",
    "publishing",
    "records",
    "refusals",
    "removal",
]

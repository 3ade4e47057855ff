"""The pages of the staff: one blueprint, under `/fr/staff/` and `/en/staff/`.

No view is reached but through `routing.route`, which says who may use it; what it says
is checked in one place, `access.py`, before any view runs.
"""

from kb.staff import (
    account,
    accounts,
    adding,
    desk,
    drafts,
    drafts_list,
    entrance,
    files,
    findings,
    history,
    lexicon,
    log,
    preview,
    publishing,
    records,
    refusals,
    removal,
    tasks,
)
from kb.staff.files import init_files
from kb.staff.identity import init_staff
from kb.staff.receiving import ReceivingRequest, init_receiving
from kb.staff.routing import blueprint

__all__ = [
    "ReceivingRequest",
    "account",
    "accounts",
    "adding",
    "blueprint",
    "desk",
    "drafts",
    "drafts_list",
    "entrance",
    "files",
    "findings",
    "history",
    "init_files",
    "init_receiving",
    "init_staff",
    "lexicon",
    "log",
    "preview",
    "publishing",
    "records",
    "refusals",
    "removal",
    "tasks",
]

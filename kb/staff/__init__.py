"""The staff pages: one blueprint, under `/fr/staff/` and `/en/staff/`.

`base.routing.route` registers each view with the role that it requires, and
`base.access` checks that role before any view runs. In each package, the modules with
routes fetch data, and the `*_view` modules turn it into what templates render. A list
is declared as a `StaffList` or a `WorkList`. The packages import downwards: dashboard,
records, drafts, then contributions, then imports, places and relevance.
"""

# ruff: noqa: F401  # importing the modules registers their views with the blueprint
from kb.staff import error_handlers, page_frame
from kb.staff.accounts import (
    account_administration,
    forgotten_password,
    my_account,
    provider_sign_in,
    sign_in,
)
from kb.staff.base import moved_pages
from kb.staff.base.routing import blueprint
from kb.staff.base.session import init_staff
from kb.staff.contributions import contribution_inbox
from kb.staff.dashboard import dashboard, statistics_page, work_lists
from kb.staff.drafts import (
    chosen_drafts,
    earlier_page,
    edit_page,
    file_review,
    marked_passages,
    publish_page,
    record_list,
    workflow_page,
)
from kb.staff.drafts import publish_page as publish_chosen
from kb.staff.drafts import translation_help as in_step_page
from kb.staff.drafts.draft_originals import init_files
from kb.staff.imports import add_page
from kb.staff.imports import add_page as import_task
from kb.staff.imports.uploads import UploadRequest, init_uploads
from kb.staff.places import place_pages
from kb.staff.records import (
    assessment_page,
    bulk_page,
    export_page,
    history_page,
    lexicon_page,
    record_overview,
    removal_page,
    table_page,
)
from kb.staff.relevance import desk_page

__all__ = ["UploadRequest", "blueprint", "init_files", "init_staff", "init_uploads"]

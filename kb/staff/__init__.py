"""The staff pages: one blueprint, under `/fr/staff/` and `/en/staff/`.

`base.routing.route` registers each view with the role that it requires, and
`base.access` checks that role before any view runs. In each package, the modules with
routes fetch data, and the `*_view` modules turn it into what templates render.
"""

# ruff: noqa: F401  # importing the modules registers their views with the blueprint
from kb.staff import error_handlers
from kb.staff.accounts import (
    account_administration,
    forgotten_password,
    my_account,
    provider_sign_in,
    sign_in,
)
from kb.staff.accounts import audit_log as audit_log_page
from kb.staff.accounts import my_account as second_factor
from kb.staff.accounts import provider_sign_in as provider_sign_out
from kb.staff.base.routing import blueprint
from kb.staff.base.session import init_staff
from kb.staff.contributions import contribution_inbox
from kb.staff.dashboard import dashboard, statistics_page
from kb.staff.drafts import (
    chosen_drafts,
    draft_list,
    edit_page,
    in_step_page,
    publish_page,
    workflow_page,
)
from kb.staff.drafts import chosen_drafts as listed_drafts
from kb.staff.drafts import publish_page as preview_page
from kb.staff.drafts.draft_originals import init_files
from kb.staff.imports import add_page, import_task, marks_page, review
from kb.staff.imports import review as chosen_proposals
from kb.staff.imports.uploads import UploadRequest, init_uploads
from kb.staff.places import place_pages
from kb.staff.records import (
    assessment_page,
    bulk_page,
    history_page,
    lexicon_page,
    record_list_page,
)
from kb.staff.records import removal_page as trash_page
from kb.staff.records import removal_page as withdrawal_page
from kb.staff.relevance import desk_page

__all__ = ["UploadRequest", "blueprint", "init_files", "init_staff", "init_uploads"]

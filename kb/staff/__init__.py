"""The staff pages: one blueprint, under `/fr/staff/` and `/en/staff/`.

`base.routing.route` registers each view with the role that it requires, and
`base.access` checks that role before any view runs. In each package, the modules with
routes fetch data, and the `*_view` modules turn it into what templates render.
"""

# ruff: noqa: F401  # importing the modules registers their views with the blueprint
from kb.staff import error_handlers
from kb.staff.accounts import (
    account_administration,
    audit_log_page,
    forgotten_password,
    my_account,
    provider_sign_in,
    provider_sign_out,
    second_factor,
    sign_in,
)
from kb.staff.base.routing import blueprint
from kb.staff.base.session import init_staff
from kb.staff.contributions import contribution_inbox
from kb.staff.dashboard import dashboard, statistics_page
from kb.staff.drafts import (
    chosen_drafts,
    draft_list,
    edit_page,
    listed_drafts,
    preview_page,
    publish_page,
    workflow_page,
)
from kb.staff.drafts.draft_originals import init_files
from kb.staff.imports import (
    add_page,
    chosen_proposals,
    import_task,
    marks_page,
    review,
)
from kb.staff.imports.upload_request import UploadRequest, init_uploads
from kb.staff.places import place_pages
from kb.staff.records import (
    assessment_page,
    bulk_page,
    history_page,
    in_step_page,
    lexicon_page,
    record_list_page,
    trash_page,
    withdrawal_page,
)
from kb.staff.relevance import desk_page

__all__ = ["UploadRequest", "blueprint", "init_files", "init_staff", "init_uploads"]

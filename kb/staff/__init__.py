"""The pages of the staff: one blueprint, under `/fr/staff/` and `/en/staff/`.

Every view is registered with `base.routing.route`, which names the roles that may use
it. `base.access` checks the role in one place, before any view runs.
"""

# The modules below register their views with the blueprint when they are imported.
from kb.staff import error_handlers as error_handlers
from kb.staff.accounts import administration as administration
from kb.staff.accounts import audit_log as audit_log
from kb.staff.accounts import my_account as my_account
from kb.staff.accounts import sign_in as sign_in
from kb.staff.base.routing import blueprint
from kb.staff.base.session import init_staff
from kb.staff.dashboard import dashboard as dashboard
from kb.staff.drafts import edit as edit
from kb.staff.drafts import list as draft_list
from kb.staff.drafts import preview as preview
from kb.staff.drafts import publish as publish
from kb.staff.drafts.originals import init_files
from kb.staff.imports import add as add
from kb.staff.imports import import_task as import_task
from kb.staff.imports import review as review
from kb.staff.imports.upload_request import UploadRequest, init_uploads
from kb.staff.records import history as history
from kb.staff.records import lexicon as lexicon
from kb.staff.records import list as record_list
from kb.staff.records import trash as trash

__all__ = [
    "UploadRequest",
    "blueprint",
    "draft_list",
    "init_files",
    "init_staff",
    "init_uploads",
    "record_list",
]

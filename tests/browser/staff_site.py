"""What the browser tests of drafts and of unsaved texts share."""

import shutil
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, StorageState

from indexer.model.ids import Kind, RecordId
from kb.core.settings import Settings
from kb.database.model import Role
from kb.database.secret_tokens import instance_secret
from kb.database.staff_database import StaffDatabase
from tests.support.builders import Workspace
from tests.support.staff import PASSWORD, an_account

LEA, MAX = "lea@example.org", "max@example.org"
SAVE = ".sticky .btn:not(.line)"
STATE = "#draft-state"
CHANGED = RecordId(Kind.PRACTICE, "milan-stolen-bikes")
FOLDED = RecordId(Kind.PRACTICE, "habbo-station")


def prepare_site(root: Path, real: Workspace) -> tuple[Settings, StaffDatabase]:
    """Copy the real documents and their index into a folder, with two accounts.

    Léa is a publisher, Max an editor.
    """
    settings = Settings(editable_copy(real, root).locations)
    database = StaffDatabase(settings.database, instance_secret(settings.secret_file))
    an_account(database, LEA, Role.PUBLISHER)
    an_account(database, MAX, Role.EDITOR)
    return settings, database


def editable_copy(real: Workspace, root: Path) -> Workspace:
    """Copy the real documents, which a test may change, and their index."""
    shutil.copytree(real.root, root, dirs_exist_ok=True)
    return Workspace(root)


_STATES: dict[tuple[str, str], StorageState] = {}
"""The cookies of each account of a site that has signed in."""


def signed_in(
    browser: Browser,
    site: str,
    email: str,
    *,
    has_script: bool = True,
    is_shared: bool = True,
) -> BrowserContext:
    """Return a new browser context, signed in with an account.

    Args:
        browser: the browser.
        site: the address of the site.
        email: the account.
        has_script: whether pages may run scripts.
        is_shared: whether the session may be that of an earlier context.
    """
    key = (site, email)
    state = _STATES.get(key) if is_shared else None
    context = browser.new_context(
        storage_state=state,
        java_script_enabled=has_script,
        bypass_csp=True,
        reduced_motion="reduce",
        viewport={"width": 1280, "height": 900},
    )
    if state is not None:
        return context
    page = context.new_page()
    page.goto(f"{site}/fr/staff/sign-in")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{site}/fr/staff/")  # a page closed while it loads may hang
    page.close()
    if is_shared:
        cookies = context.storage_state()["cookies"]  # not the texts that it stored
        _STATES[key] = StorageState(cookies=cookies, origins=[])
    return context

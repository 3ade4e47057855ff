"""Sign-in through a provider in a real browser: policies, cookies, another tab."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kb.database.clock import utc_now
from kb.database.model import Role
from kb.database.secret_tokens import instance_secret
from kb.database.staff_database import StaffDatabase
from tests.support.builders import Workspace
from tests.support.local_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    LocalProvider,
    local_provider,
)
from tests.support.server import (
    a_free_port,
    service_environment,
    start_service,
    wait_until_healthy,
)
from tests.support.staff import an_account

pytestmark = pytest.mark.browser

LEA = "lea@example.org"


@dataclass(frozen=True, slots=True)
class ServiceWithProvider:
    """A running service, the provider of its staff, and its accounts."""

    address: str
    provider: LocalProvider
    database: StaffDatabase


@pytest.fixture
def site(content: Workspace) -> Iterator[ServiceWithProvider]:
    """Serve the small corpus, with an account and a provider on another site."""
    secret = content.root / "client-secret"
    secret.write_text(CLIENT_SECRET, "utf-8")
    instance: Path = content.locations.instance
    instance.mkdir(exist_ok=True)
    database = StaffDatabase(
        instance / "staff.db", instance_secret(instance / "secret.key")
    )
    an_account(database, LEA, Role.PUBLISHER)
    port = a_free_port()
    with local_provider(utc_now, host="localhost") as provider:
        provider.person = {"sub": "1", "email": LEA, "email_verified": True}
        environ = service_environment(
            content.root, content.locations.documents, port=port
        ) | {
            "KB_OIDC_ISSUER": provider.issuer,
            "KB_OIDC_CLIENT_ID": CLIENT_ID,
            "KB_OIDC_CLIENT_SECRET_FILE": str(secret),
            "KB_OIDC_NAME": "Efus",
        }
        process = start_service(content.root, environ)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_healthy(address, process)
            yield ServiceWithProvider(address, provider, database)
        finally:
            process.terminate()
            process.wait(timeout=120)


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_the_button_signs_in_through_another_site(
    browser: Browser,
    site: ServiceWithProvider,
    *,
    has_script: bool,
) -> None:
    """Neither the policy of the pages nor the cookie's `SameSite` stops it.

    A form of a session that has ended is sent after the sign-in in another tab.
    """
    context = browser.new_context(java_script_enabled=has_script)
    page = context.new_page()
    page.goto(f"{site.address}/en/staff/lexicon")

    page.get_by_role("link", name="Sign in with Efus").click()

    page.wait_for_url(f"{site.address}/en/staff/lexicon")
    page.get_by_label("French word").fill("lampe")
    page.get_by_label("English word").fill("lamp")
    site.database.sessions.end_all(site.database.accounts.find(LEA))
    page.locator("form:has([name=fr]) button").first.click()
    with context.expect_page() as opened:
        page.get_by_role("link", name="Sign in with Efus").click()
    opened.value.wait_for_url(f"{site.address}/en/staff/")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_text("lampe").first).to_be_visible()
    context.close()


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_a_person_signs_out_here_and_at_another_site(
    browser: Browser, site: ServiceWithProvider, *, has_script: bool
) -> None:
    """A form that led to the provider would be stopped by the policy: a link does."""
    context = browser.new_context(java_script_enabled=has_script)
    page = context.new_page()
    page.goto(f"{site.address}/fr/staff/sign-in/provider")
    page.wait_for_url(f"{site.address}/fr/staff/")

    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_role("link", name="Se déconnecter aussi chez Efus").click()

    expect(page.get_by_text("Vous êtes déconnecté, ici et chez Efus.")).to_be_visible()
    page.goto(f"{site.address}/fr/staff/")
    assert "/sign-in" in page.url, page.url
    context.close()

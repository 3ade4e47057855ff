"""Sign-in and sign-out at the OpenID Connect provider, beside the password.

The sign-in page offers the sign-out to a person whom the provider signed in. Nobody is
redirected there unasked: it also ends the sessions of the other services of the
provider.
"""

import logging
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import abort, flash, redirect, request, session
from flask_babel import gettext as _

from kb.core.sign_in_provider import (
    ProviderError,
    ProviderFault,
    ProviderIdentity,
    SignInProvider,
)
from kb.database.errors import IdentityError, IdentityFault
from kb.database.model import AuditAction
from kb.services import services
from kb.staff.accounts.sign_in import SignInStep, next_step, throttled_message
from kb.staff.accounts.sign_in_cookie import (
    ProviderRequest,
    ended_session_token,
    forget_ended_session,
    new_request,
    returned_request,
)
from kb.staff.base.access import safe_next
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.base.session import member
from kb.web.locale import page_locale
from kb.web.urls import absolute

if TYPE_CHECKING:  # it imports Authlib, an extra
    from kb.staff.accounts.provider_client import ProviderClient

MAX_CODE = 4000

logger = logging.getLogger(__name__)


@route("/sign-in/provider", Access.EVERYBODY)
def begin_provider_sign_in() -> ViewResponse:
    """Lead to the provider, which leads back to `finish_provider_sign_in`."""
    next_url = safe_next(request.args.get("next", ""))
    if member() is not None:
        return redirect(next_url)
    client, begun = sign_in_client(), new_request(next_url)
    try:
        url = client.authorization_url(
            begun, redirect_uri=_redirect_uri(), locale=page_locale()
        )
    except ProviderError as error:
        return _failed(error, next_url)
    return see_other(url)


@route("/sign-in/provider/answer", Access.EVERYBODY)
def finish_provider_sign_in() -> ViewResponse:
    """Begin a session for the person whom the provider names, if staff."""
    client = sign_in_client()
    begun = returned_request(request.args.get("state", ""))
    if member() is not None:
        return see_other(safe_next(begun.next_url if begun else ""))
    if begun is None:
        return _back(
            _("This sign-in took too long, or began in another browser. Begin again.")
        )
    code, error = request.args.get("code", ""), request.args.get("error", "")
    issuer = request.args.get("iss", _provider().issuer)
    if error or not 0 < len(code) <= MAX_CODE or issuer != _provider().issuer:
        reason = f"error {error[:80]!r}, issuer {issuer[:80]!r}"
        return _failed(ProviderError(ProviderFault.REFUSED, reason), begun.next_url)
    return _throttled_answer() or _sign_in(client, code, begun)


def _sign_in(
    client: "ProviderClient", code: str, begun: ProviderRequest
) -> ViewResponse:
    next_url = safe_next(begun.next_url)
    now = int(services().clock().timestamp())
    try:
        identity = client.identity(code, begun, redirect_uri=_redirect_uri(), now=now)
    except ProviderError as error:
        return _failed(error, next_url)
    identities = services().database.identities
    try:
        step = next_step(identities.check(identity))
    except IdentityError as refused:
        identities.log_refusal(refused)
        return _back(_refusal(refused.fault, identity), next_url)
    if step is SignInStep.CODE:
        return see_other(staff_url("sign_in_code", next=next_url))
    if step is SignInStep.WRONG:  # the account was closed or bound meanwhile
        return _back(_refusal(IdentityFault.BOUND_ELSEWHERE, identity), next_url)
    return see_other(next_url)


def sign_in_client() -> "ProviderClient":
    """Return the client of the provider; abort with 404 without one."""
    provider = _provider()
    # Authlib is an extra, and is not imported where no provider is set.
    from kb.staff.accounts.provider_client import provider_client  # noqa: PLC0415

    return provider_client(provider)


def _provider() -> SignInProvider:
    provider = services().settings.provider
    if provider is None:
        abort(HTTPStatus.NOT_FOUND)
    return provider


def _redirect_uri() -> str:
    """Return the address that the provider leads back to, as it is registered there."""
    return absolute(staff_url("finish_provider_sign_in"))


def _throttled_answer() -> ViewResponse | None:
    database = services().database
    refusal = database.sign_in_limiter.attempt_at_provider(request.remote_addr or "")
    if refusal is None:
        return None
    if refusal.is_first:
        database.audit.add("?", AuditAction.SIGN_IN_THROTTLED)
    return _back(throttled_message(refusal.wait_s))


def _failed(error: ProviderError, next_url: str) -> ViewResponse:
    logger.warning("sign-in at the provider failed: %s", error)
    return _back(_failure(error.fault), next_url)


def _failure(fault: ProviderFault) -> str:
    name = _provider().name
    match fault:
        case ProviderFault.UNREACHABLE:
            return _(
                "%(name)s does not answer just now. Try again in a moment, or sign in "
                "with your password.",
                name=name,
            )
        case ProviderFault.REFUSED:
            return _(
                "%(name)s did not confirm who you are. Begin again, or sign in with "
                "your password.",
                name=name,
            )
        case ProviderFault.INVALID:
            return _(
                "The answer of %(name)s cannot be used. Tell the person who runs the "
                "service, and sign in with your password meanwhile.",
                name=name,
            )


def _refusal(fault: IdentityFault, identity: ProviderIdentity) -> str:
    name, email = _provider().name, identity.email
    match fault:
        case IdentityFault.UNVERIFIED:
            return _(
                "%(name)s does not say that it has verified your e-mail address. "
                "Verify it there, or sign in with your password.",
                name=name,
            )
        case IdentityFault.UNKNOWN:
            return _(
                "%(name)s knows you as %(email)s, an address without an account here. "
                "Ask an administrator for an account with this address.",
                name=name,
                email=email,
            )
        case IdentityFault.DISABLED:
            return _("Your account here is closed. Ask an administrator.")
        case IdentityFault.BOUND_ELSEWHERE:
            return _(
                "The account of %(email)s is linked to another identity at %(name)s. "
                "Ask an administrator to unlink it.",
                name=name,
                email=email,
            )


def _back(text: str, next_url: str = "") -> ViewResponse:
    """Return to the sign-in page with a message: the code leaves the address."""
    flash(text, "bad")
    return see_other(staff_url("sign_in", next=next_url or None))


_STATE = "sign-out"


@route("/sign-out/provider", Access.EVERYBODY)
def begin_provider_sign_out() -> ViewResponse:
    """Lead to the provider, which leads back to `finish_provider_sign_out`."""
    client, id_token = sign_in_client(), ended_session_token()
    if not id_token or member() is not None:
        return see_other(staff_url("sign_in"))
    state = session[_STATE] = secrets.token_urlsafe()
    try:
        url = client.sign_out_url(
            id_token,
            state=state,
            return_url=absolute(staff_url("finish_provider_sign_out")),
            locale=page_locale(),
        )
    except ProviderError as error:
        logger.warning("sign-out at the provider failed: %s", error)
        text = _(
            "You are signed out here. %(name)s does not answer just now: try again in "
            "a moment, or sign out there.",
            name=_provider().name,
        )
        flash(text, "bad")
        return see_other(staff_url("sign_in"))
    return see_other(url)


@route("/sign-out/provider/answer", Access.EVERYBODY)
def finish_provider_sign_out() -> ViewResponse:
    """Show the sign-in page, with the message that both sessions have ended."""
    sign_in_client()
    state = session.get(_STATE, "")
    answered = request.args.get("state", "")
    if state and secrets.compare_digest(state.encode(), answered.encode()):
        session.pop(_STATE)
        forget_ended_session()
        flash(_("You are signed out, here and at %(name)s.", name=_provider().name))
    return see_other(staff_url("sign_in"))

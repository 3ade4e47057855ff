"""Sign-out at the OpenID Connect provider, after the session here has ended.

The sign-in page offers it to a person whom the provider signed in. Nobody is led there
unasked: it also ends the sessions of the other services of the provider.
"""

from __future__ import annotations

import logging
import secrets

from flask import flash, request, session
from flask_babel import gettext as _

from kb.core.sign_in_provider import ProviderError
from kb.services import services
from kb.staff.accounts.ended_session import ended_session_token, forget_ended_session
from kb.staff.accounts.provider_sign_in import sign_in_client
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.base.session import member
from kb.web.locale import page_locale
from kb.web.urls import absolute

_STATE = "sign-out"

logger = logging.getLogger(__name__)


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
            name=_name(),
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
        flash(_("You are signed out, here and at %(name)s.", name=_name()))
    return see_other(staff_url("sign_in"))


def _name() -> str:
    provider = services().settings.provider
    return provider.name if provider is not None else ""

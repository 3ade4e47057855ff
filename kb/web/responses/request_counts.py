"""Counts of requests: those of a network in a minute, and downloads of visitors.

The headers of fair use are those of the IETF draft “RateLimit header fields for HTTP”
(draft-ietf-httpapi-ratelimit-headers-10).
"""

import logging
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec

from flask import Flask, Response, after_this_request, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from kb.core.request_limits import WINDOW_S, Allowance
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import CountedUse
from kb.services import services

SUGGESTIONS_PER_SEARCH = 10
"""A search box asks for suggestions at each letter."""

ParametersP = ParamSpec("ParametersP")


class FairUse(StrEnum):
    """What is counted together; the values are in the headers."""

    SEARCH = "search"
    SUGGEST = "suggest"


def fair_use(
    policy: FairUse,
) -> Callable[
    [Callable[ParametersP, ResponseReturnValue]],
    Callable[ParametersP, ResponseReturnValue],
]:
    """Return the decorator of a view whose requests are counted.

    The view raises `TooManyRequests` beyond the limit. Clients on this machine count
    too: a proxy that no setting declares is one of them, with all visitors behind it.
    """

    def decorate(
        view: Callable[ParametersP, ResponseReturnValue],
    ) -> Callable[ParametersP, ResponseReturnValue]:
        @wraps(view)
        def answer(
            *args: ParametersP.args, **values: ParametersP.kwargs
        ) -> ResponseReturnValue:
            _count(policy)
            return view(*args, **values)

        return answer

    return decorate


def _count(policy: FairUse) -> None:
    limit, address = services().settings.api_limit, request.remote_addr or ""
    if not limit:
        return
    if policy is FairUse.SUGGEST:
        limit *= SUGGESTIONS_PER_SEARCH
    allowance = services().request_limits.count(policy, address, limit)

    @after_this_request
    def add_headers(response: Response) -> Response:
        response.headers.update(_headers(policy, allowance))
        return response

    if allowance.is_exceeded:
        raise TooManyRequests(retry_after=allowance.reset_s)


def _headers(policy: FairUse, allowance: Allowance) -> dict[str, str]:
    return {
        "RateLimit-Policy": f'"{policy}";q={allowance.limit};w={WINDOW_S}',
        "RateLimit": f'"{policy}";r={allowance.remaining};t={allowance.reset_s}',
    }


logger = logging.getLogger(__name__)

_USES = {
    "public.change": CountedUse.DOSSIER_ADDITION,
    "public.brief_file": CountedUse.DOSSIER_DOCUMENT,
    "public.comparison_file": CountedUse.DOSSIER_DOCUMENT,
    "public.plan_file": CountedUse.DOSSIER_DOCUMENT,
    "open_data.dossier_file": CountedUse.DOSSIER_DATA,
    "open_data.search_table": CountedUse.SEARCH_EXPORT,
    "public.citation_file": CountedUse.REFERENCE,
    "open_data.dump": CountedUse.DUMP,
}
"""The use that a response of each endpoint is."""


def init_use_counter(app: Flask) -> None:
    """Count the uses of the application."""
    app.after_request(_count_use)


def _count_use(response: Response) -> Response:
    use = _USES.get(request.endpoint or "")
    if use is None or response.status_code >= HTTPStatus.BAD_REQUEST:
        return response
    if request.method == "HEAD" or response.status_code == HTTPStatus.NOT_MODIFIED:
        return response
    adds = "add" in request.form or request.form.get("action") == "add"
    if request.endpoint == "public.change" and not adds:
        return response
    settings = services().settings
    if settings.is_reader or not settings.counts_unfound:
        return response
    try:
        services().database.daily_counts.add(use)
    except DatabaseUnavailableError as error:
        logger.info("a use is not counted: %s", error)
    return response

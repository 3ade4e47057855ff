"""The address at which agents call the service: `/mcp`."""

from http import HTTPStatus

from flask import Blueprint, Response, abort, request

from kb.services import services
from kb.web.responses.request_counts import FairUse, fair_use

blueprint = Blueprint("agents", __name__)

MAX_BODY_BYTES = 65_536


@blueprint.post("/mcp")
@fair_use(FairUse.SEARCH)
def agent_request() -> Response:
    """Answer one request of the Model Context Protocol (streamable HTTP).

    A browser may call only from our own pages: the protocol asks for that, since a
    page of another site could reach a service on the reader's own machine.
    """
    origin = request.headers.get("Origin")
    if origin is not None and origin != services().settings.origin:
        abort(HTTPStatus.FORBIDDEN)
    # Imported at the first call: the SDK needs 1.5 s and 45 MB.
    from kb.agents.server import agent_answer  # noqa: PLC0415

    request.max_content_length = MAX_BODY_BYTES
    answer = agent_answer(request.path, request.headers.items(), request.get_data())
    return Response(answer.body, answer.status, list(answer.headers))

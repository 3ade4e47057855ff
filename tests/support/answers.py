"""Parses responses of the application."""

from typing import Any

from werkzeug.test import TestResponse


def body_of(response: TestResponse) -> dict[str, Any]:
    """Return the JSON object of a response."""
    body = response.get_json()
    assert isinstance(body, dict)
    return body

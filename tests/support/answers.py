"""Reads what the application answered."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse


def body_of(response: TestResponse) -> dict[str, Any]:
    """Give the JSON object of an answer."""
    body = response.get_json()
    assert isinstance(body, dict)
    return body

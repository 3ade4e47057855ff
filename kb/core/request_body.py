"""How much of a request body the server stores: an agreement with the application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

REJECTED_BODY = "kb.rejected_body"
"""The WSGI key of why a body was not stored: True if it is too long, or an OSError."""


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """The bytes of a request body that are stored, and that are read to be discarded.

    A browser displays the response to a form only after it has sent the whole form: a
    body between the two limits is read, and the application answers without it.
    """

    stored: int
    discarded: int = 0


GetBodyLimits = Callable[[Mapping[str, str]], BodyLimits]
"""Returns the limits of a request, from `PATH_INFO` and `HTTP_COOKIE`."""

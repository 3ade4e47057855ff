"""How many examples a property test tries: fewer in `make test-fast`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

IS_FAST = os.environ.get("HYPOTHESIS_PROFILE") == "fast"


def examples(count: int = 100) -> settings:
    """Return settings with this number of examples, or a fifth of it in a fast run."""
    return settings(
        max_examples=max(10, count // 5) if IS_FAST else count,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )

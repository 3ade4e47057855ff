"""How many examples a property test tries: all of them only in `make check`."""

import os

from hypothesis import HealthCheck, settings

DIVISOR = {"full": 1, "fast": 5}.get(os.environ.get("HYPOTHESIS_PROFILE", ""), 2)


def examples(count: int = 100) -> settings:
    """Return settings with this number of examples, or a part in a shorter run."""
    return settings(
        max_examples=max(10, count // DIVISOR),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )

"""What operators and monitors ask: health, readiness, and metrics for Prometheus."""

from kb.monitoring.request_counter import init_request_counter
from kb.monitoring.routes import blueprint

__all__ = ["blueprint", "init_request_counter"]

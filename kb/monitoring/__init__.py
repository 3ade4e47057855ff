"""What operators and monitors ask: health, readiness, and metrics for Prometheus."""

from kb.monitoring.routes import blueprint, init_request_counter

__all__ = ["blueprint", "init_request_counter"]

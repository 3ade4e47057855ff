"""The tests of search pages and of similar records, with the index in the cluster."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.kb.public.test_search import *  # noqa: F403  # its tests run once more
from tests.kb.public.test_see_also import *  # noqa: F403

pytestmark = [pytest.mark.cluster, pytest.mark.long]


@pytest.fixture
def app(small_cluster_app: Flask) -> Flask:
    """Replace the application over the small corpus."""
    return small_cluster_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client without script, over the small corpus."""
    return app.test_client()


@pytest.fixture
def real_app(real_cluster_app: Flask) -> Flask:
    """Replace the application over the real documents."""
    return real_cluster_app

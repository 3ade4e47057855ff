"""Forms of robots leave nothing in the inbox."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.app import create_app
from kb.contributions.contribution_store import ContributionStore
from kb.core.settings import Settings
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.contributions import PRACTICE, send, token_of
from tests.support.matrix import matrix
from tests.support.staff import HandClock

ADVERT = {
    **PRACTICE,
    "title": "Cheap <a href='https://spam.example'>pills</a>",
    "done": "[url=https://spam.example]buy[/url]",
}
PROPOSE = "/en/propose"


@dataclass
class Robots:
    """Robots of several networks, and the service that they find."""

    client: FlaskClient
    clock: HandClock
    store: ContributionStore
    statuses: list[int] = field(default_factory=list)

    def post(self, number: int, token: str, **more: str) -> TestResponse:
        """Send the advert without script, from one of fifty networks."""
        network = f"198.51.100.{number % 50}"
        return send(
            self.client,
            PROPOSE,
            token,
            ADVERT,
            has_script=False,
            network=network,
            **more,
        )

    def fresh_token(self, *, seconds: float) -> str:
        """Open the form, and wait."""
        token = token_of(self.client.get(PROPOSE))
        self.clock.advance(seconds=seconds)
        return token


@pytest.fixture
def robots(content: Workspace) -> Robots:
    """Return robots in front of a service on the small corpus."""
    clock = HandClock()
    settings = Settings(content.locations)
    app = create_app(services=Services(settings, clock=clock))
    store = ContributionStore(settings.contributions_file, days=settings.contact_days)
    return Robots(app.test_client(), clock, store)


def _without_token(robots: Robots, number: int) -> TestResponse:
    return robots.post(number, "")


def _forged(robots: Robots, number: int) -> TestResponse:
    return robots.post(number, f"WzE3OTU3NzksIngiXQ.{number}")


def _at_once(robots: Robots, number: int) -> TestResponse:
    return robots.post(number, robots.fresh_token(seconds=1))


def _fills_all(robots: Robots, number: int) -> TestResponse:
    return robots.post(number, robots.fresh_token(seconds=60), website="spam.example")


def _wrong_work(robots: Robots, number: int) -> TestResponse:
    token = robots.fresh_token(seconds=5)
    return robots.post(number, token, work="12345678901234567890")


def _patient(robots: Robots, number: int) -> TestResponse:
    """Wait as a person would, and never press the second button."""
    response = robots.post(number, robots.fresh_token(seconds=20))
    if response.location:
        robots.client.get(response.location)
    return response


WAYS: tuple[Callable[[Robots, int], TestResponse], ...] = (
    _without_token,
    _forged,
    _at_once,
    _fills_all,
    _wrong_work,
    _patient,
)


@pytest.mark.parametrize("forms", matrix(120, rest=[1000]))
def test_many_robot_forms_leave_none(robots: Robots, forms: int) -> None:
    """Six ways, fifty networks: nobody of the team has anything to delete."""
    statuses = [
        WAYS[number % len(WAYS)](robots, number).status_code for number in range(forms)
    ]

    assert not robots.store.all()
    accepted = statuses.count(303)
    assert 0 < accepted <= forms / len(WAYS)  # those that wait for the second button
    robots.clock.advance(hours=25)
    assert robots.store.delete_expired(robots.clock()) >= accepted
    assert set(statuses) <= {303, 422, 429}


def test_one_network_sends_few_forms_in_an_hour(robots: Robots) -> None:
    """Even robots that compute as the script does are limited by their network."""
    statuses = []
    for _ in range(15):
        token = robots.fresh_token(seconds=20)
        answer = send(robots.client, PROPOSE, token, ADVERT, network="203.0.113.7")
        statuses.append(answer.status_code)

    assert statuses == [303] * 10 + [429] * 5


def test_all_networks_together_are_limited_without_script(robots: Robots) -> None:
    """A net of robots fills no disk: thirty forms an hour wait for a second step."""
    statuses = [
        robots.post(each, robots.fresh_token(seconds=11)).status_code
        for each in range(50)
    ]

    assert statuses.count(303) == 30

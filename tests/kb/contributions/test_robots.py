"""Forms of robots leave nothing in the inbox."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.app import create_app
from kb.contributions import contribution_store
from kb.contributions.contribution_store import ContributionStore
from kb.contributions.form_token import (
    FILES,
    MORE_WORK_BITS,
    WITH_WORK,
    WITHOUT_WORK,
    FormWay,
)
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


def test_a_net_of_robots_keeps_nobody_out(robots: Robots) -> None:
    """3,000 robots of 200 networks send little, and a person is heard all the same."""
    secret = robots.client.application.extensions["kb-services"].secret
    now = robots.clock()

    def bits() -> int:
        page = robots.client.get(PROPOSE).text
        return int(page.partition('data-work-bits="')[2].partition('"')[0])

    before = bits()

    def admits(way: FormWay, number: int) -> bool:
        address = f"10.{number % 200}.0.{number // 200}"
        wanted = [(way.hour, address), (way.day, address)]
        return robots.store.admits(wanted, secret=secret, now=now)

    for way in (WITH_WORK, WITHOUT_WORK):
        sent = sum(admits(way, number) for number in range(3000))
        assert sent <= way.hour.of_all + 200 * way.hour.least

    token = robots.fresh_token(seconds=60)
    answer = send(robots.client, PROPOSE, token, PRACTICE, network="203.0.113.7")
    assert answer.status_code == 303
    assert robots.client.get(answer.location).status_code == 200
    assert bits() == before + MORE_WORK_BITS


def test_a_household_does_not_use_up_the_hour(robots: Robots) -> None:
    """It has 65,536 networks of IPv6; the files of its day leave room for others."""
    secret = robots.client.application.extensions["kb-services"].secret
    for limit, most in ((WITH_WORK.hour, 20), (FILES, 8)):
        sent = [
            robots.store.admits(
                [(limit, f"2001:db8:1:{number:x}::1")],
                secret=secret,
                now=robots.clock(),
            )
            for number in range(60)
        ]
        assert 0 < sum(sent) <= most


def test_unconfirmed_forms_take_no_room(
    robots: Robots, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest make room for the newest."""
    monkeypatch.setattr(contribution_store, "MAX_UNCONFIRMED", 3)
    pages = [
        robots.post(number * 7, robots.fresh_token(seconds=20)).location
        for number in range(5)
    ]

    found = [robots.client.get(page).status_code for page in pages if page]
    assert found[-3:] == [200, 200, 200]
    assert len(found) > 3
    assert found[0] == 404

"""Fills in the forms of visitors, as a browser with script does and as one without."""

import io
import itertools
import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.contributions import form_token

PRACTICE = {
    "title": "Une application pour signaler les dépôts",
    "place": "Villeneuve",
    "who": "service propreté",
    "problem": "Des dépôts sauvages.",
    "done": "Une application et deux agents. La réponse vient en trois jours.",
    "results": "1 200 signalements en 2023.",
    "failures": "Un signalement sur quatre en double",
    "conditions": "Deux agents",
    "evaluated": "own",
    "sources": "https://example.org/a Délibération\nRapport annuel",
    "name": "Ana Durand",
    "email": "ana@example.org",
    "consent": "yes",
}
CORRECTION = {
    "quote": "words",
    "proposed": "other words",
    "sources": "https://example.org/proof",
    "consent": "yes",
}
PROBLEM = {"subject": "source", "message": "Le lien est mort.", "consent": "yes"}
EXPERIENCE = {
    "happened": "changed",
    "place": "Gdansk, PL",
    "year": "depuis 2025",
    "message": "Deux lampes sur trois.\nLe reste est éteint à minuit.",
    "sources": "https://example.org/gdansk.",
    "name": "Ana Durand",
    "email": "ana@example.org",
    "consent": "yes",
}
SAME_NEED = {
    "place": "Gdansk, PL",
    "message": "Chaque été, sur la plage.",
    "consent": "yes",
}


def token_of(response: TestResponse) -> str:
    """Return the token of the form of a page."""
    found = re.search(r'name="token" value="([^"]+)"', response.text)
    assert found is not None, response.status
    return found[1]


def work_for(token: str) -> str:
    """Return the number that the script of the form searches."""
    numbers = map(str, itertools.count())
    return next(
        number
        for number in numbers
        if form_token.is_work_done(token, number, form_token.WORK_BITS)
    )


def send(  # the form, how it is sent, and by whom
    client: FlaskClient,
    path: str,
    token: str,
    answers: dict[str, str],
    *,
    has_script: bool = True,
    network: str = "192.0.2.1",
    **more: Any,
) -> TestResponse:
    """Submit a form."""
    work = {"work": work_for(token)} if has_script else {}
    return client.post(
        path,
        data={"token": token, **work, **answers, **more},
        environ_base={"REMOTE_ADDR": network},
        content_type="multipart/form-data",
    )


def a_text_file(name: str = "note.txt", text: str = "Some words.") -> Any:
    """Return a file as the test client sends it."""
    return (io.BytesIO(text.encode()), name)

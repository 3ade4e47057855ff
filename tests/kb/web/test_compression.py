"""Texts are compressed for clients that accept gzip, and secrets are not."""

import gzip
import zlib
from collections.abc import Iterator

import brotli
import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from kb.web.responses.compression import init_compression

ACCEPTS_GZIP = {"Accept-Encoding": "gzip, deflate"}
LINE = b"a line of an export\n" * 200


@pytest.mark.parametrize(
    "address",
    [
        *("/fr/", "/en/search?q=lamps", "/fr/no-such-page", "/fr/feed.atom"),
        *("/api/v1/openapi.json", "/static/site.css", "/static/icons.svg"),
        *("/static/filters.js", "/fr/search.csv?q=lamps"),
    ],
)
def test_a_text_is_compressed_for_who_accepts_it(
    client: FlaskClient, address: str
) -> None:
    """Its state is the same in both forms, and a cache tells the forms apart."""
    plain = client.get(address, buffered=True)
    packed = client.get(address, buffered=True, headers=ACCEPTS_GZIP)

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in plain.vary
    assert "Accept-Encoding" in packed.vary
    assert plain.get_etag()[0] == packed.get_etag()[0]
    if "ETag" in packed.headers:
        assert packed.headers["ETag"].startswith("W/")
        known = ACCEPTS_GZIP | {"If-None-Match": packed.headers["ETag"]}
        again = client.get(address, buffered=True, headers=known)
        assert again.status_code == 304
        assert again.data == b""
        for name in ("ETag", "Vary", "Cache-Control"):
            assert again.headers.get(name) == packed.headers.get(name)


@pytest.mark.parametrize("address", ["/fr/", "/static/site.css"])
def test_a_browser_gets_brotli(client: FlaskClient, address: str) -> None:
    """It is a tenth shorter than gzip, which only a stream gets."""
    browser = {"Accept-Encoding": "gzip, deflate, br, zstd"}
    plain = client.get(address, buffered=True)
    packed = client.get(address, buffered=True, headers=browser)
    export = client.get("/fr/search.csv?q=lamps", buffered=True, headers=browser)

    assert packed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(packed.data) == plain.data
    assert export.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("address", "accepted"),
    [
        ("/fr/", "gzip;q=0"),
        ("/fr/", "zstd"),
        ("/fr/", "identity, gzip;q=0.5"),
        ("/", "gzip"),  # short
        ("/static/fonts/newsreader-titles.woff2", "gzip"),
        ("/fr/staff/sign-in", "gzip"),  # a token next to the reader's own words
        ("/fr/staff/no-such-page", "gzip"),
    ],
)
def test_other_responses_are_sent_as_they_are(
    client: FlaskClient, address: str, accepted: str
) -> None:
    """They are short, not texts, may contain secrets, or the client can't read it."""
    response = client.get(address, buffered=True, headers={"Accept-Encoding": accepted})

    assert response.data
    assert "Content-Encoding" not in response.headers


def test_a_part_of_a_static_file_is_one_of_its_own_bytes(client: FlaskClient) -> None:
    """A strong comparison of a compressed state is false: the whole file is sent."""
    whole = client.get("/static/site.css", buffered=True).data
    asked = ACCEPTS_GZIP | {"Range": "bytes=100-199"}
    etag = client.get("/static/site.css", buffered=True, headers=ACCEPTS_GZIP).headers[
        "ETag"
    ]

    part = client.get("/static/site.css", buffered=True, headers=asked)
    all_of_it = client.get(
        "/static/site.css", buffered=True, headers=asked | {"If-Range": etag}
    )

    assert (part.status_code, part.data) == (206, whole[100:200])
    assert "Content-Encoding" not in part.headers
    assert all_of_it.status_code == 200
    assert gzip.decompress(all_of_it.data) == whole
    assert "Accept-Ranges" not in all_of_it.headers


def test_each_part_of_a_stream_is_sent_before_the_next_is_made() -> None:
    """A response that another program has compressed is not compressed again."""
    app = Flask(__name__)
    init_compression(app)
    made: list[int] = []

    def parts() -> Iterator[bytes]:
        for number in range(3):
            made.append(number)
            yield LINE

    app.add_url_rule(
        "/export", "export", lambda: Response(parts(), mimetype="text/csv")
    )
    packed = Response(gzip.compress(LINE), headers={"Content-Encoding": "gzip"})
    app.add_url_rule("/packed", "packed", lambda: packed)
    client = app.test_client()

    sent = client.get("/export", headers=ACCEPTS_GZIP).iter_encoded()
    reader = zlib.decompressobj(wbits=31)

    assert reader.decompress(next(sent)) == LINE
    assert len(made) <= 2  # the test client reads one part ahead
    assert reader.decompress(b"".join(sent)) == 2 * LINE
    assert reader.eof
    assert gzip.decompress(client.get("/packed", headers=ACCEPTS_GZIP).data) == LINE

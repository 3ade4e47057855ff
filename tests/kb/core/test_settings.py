"""The settings."""

import re
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from indexer.engines.registry import EngineName
from indexer.model.ids import Locale
from kb.core.settings import PROJECT, VARIABLES, Settings, SettingsError, read_settings


def test_every_setting_has_a_default() -> None:
    """`make run` works on a fresh machine."""
    settings = read_settings({})

    assert settings.locations.documents == PROJECT / "documents"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert not settings.is_https


def test_all_invalid_settings_are_named_at_once(tmp_path: Path) -> None:
    """An administrator should not meet them one by one."""
    file = tmp_path / "file"
    file.touch()
    environ = {
        "KB_PORT": "0",
        "KB_WORKERS": "x",
        "KB_BASE_URL": "kb.example.org",
        "KB_INDEX": str(file),
        "KB_NOPE": "1",
        "KB_PROXIES": "-1",
        "KB_SESSION_IDLE_MINUTES": "0",
        "KB_SESSION_HOURS": "a week",
        "KB_UNFOUND_SEARCHES": "perhaps",
        "KB_ENGINE": "lucene",
        "KB_CONTACT": "Jane",
        "KB_OPENSEARCH_URL": "node1.example.org:9200",
        "KB_OPENSEARCH_INDEX": "KB*",
        "KB_OPENSEARCH_CA_FILE": str(tmp_path / "missing.pem"),
        "KB_OPENSEARCH_SHARDS": "0",
        "KB_OPENSEARCH_REPLICAS": "many",
        "KB_LEGAL_NOTICE": str(tmp_path / "missing.yaml"),
        "KB_SMTP_URL": "mail.example.org",
        "KB_MAIL_FROM": "nobody",
    }

    with pytest.raises(SettingsError) as caught:
        read_settings(environ)

    for name in environ:
        assert name in str(caught.value)


def test_an_unknown_engine_is_refused_with_the_names_of_the_engines() -> None:
    """The default is the engine with an index on disk."""
    with pytest.raises(SettingsError, match=r"lucene.*whoosh"):
        read_settings({"KB_ENGINE": "lucene"})

    assert read_settings({}).locations.engine is EngineName.WHOOSH


@pytest.mark.parametrize(
    "environ",
    [
        {"KB_BASE_URL": "http://[bad"},
        {"KB_BASE_URL": "https://kb.example.org?a=1"},
        {"KB_BASE_URL": "https://kb.example.org:port"},
        {"KB_BASE_URL": "https://kb@example.org"},
        {"KB_BASE_URL": "https://kb..example.org"},
        {"KB_INDEX": str(PROJECT / "documents")},
        {"KB_INDEX": str(PROJECT / "documents" / "index")},
        {"KB_INDEX": str(PROJECT)},
        {"KB_INSTANCE": str(PROJECT / "documents")},
        {"KB_INDEX": "/srv/x", "KB_INSTANCE": "/srv/x"},
    ],
)
def test_an_index_or_instance_inside_the_content_is_refused(
    environ: dict[str, str],
) -> None:
    """An index there would be read as content."""
    with pytest.raises(SettingsError):
        read_settings(environ)


def test_the_public_address_loses_its_final_slash() -> None:
    """Links append a path to it."""
    settings = read_settings({"KB_BASE_URL": "https://kb.example.org/"})

    assert settings.base_url == "https://kb.example.org"
    assert settings.is_https


@pytest.mark.parametrize(
    ("environ", "origin"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"KB_HOST": "0.0.0.0", "KB_PORT": "80"}, "http://127.0.0.1"),  # noqa: S104
        ({"KB_HOST": "::"}, "http://[::1]:8000"),
        ({"KB_BASE_URL": "https://KB.example.org:443/kb/"}, "https://kb.example.org"),
        ({"KB_BASE_URL": "https://kb.example.org:8443"}, "https://kb.example.org:8443"),
        ({"KB_BASE_URL": "https://münchen.example"}, "https://xn--mnchen-3ya.example"),
    ],
)
def test_the_origin_is_written_as_browsers_write_it(
    environ: dict[str, str], origin: str
) -> None:
    """It is compared with the `Origin` header of forms."""
    assert read_settings(environ).origin == origin


def test_staff_settings_are_read() -> None:
    """Sessions, proxies, and whether searches are counted."""
    usual = read_settings({})
    other = read_settings(
        {
            "KB_PROXIES": "2",
            "KB_SESSION_IDLE_MINUTES": "30",
            "KB_SESSION_HOURS": "12",
            "KB_UNFOUND_SEARCHES": "No",
        }
    )

    assert (usual.proxies, usual.idle_minutes, usual.session_hours) == (0, 480, 168)
    assert usual.counts_unfound
    assert (other.proxies, other.idle_minutes, other.session_hours) == (2, 30, 12)
    assert not other.counts_unfound


def test_the_contact_and_the_legal_notice_are_read(tmp_path: Path) -> None:
    """None has a default: only whoever runs the service knows them."""
    file = tmp_path / "notice.yaml"
    file.write_text("director: Jane Example\n")

    nothing = read_settings({"KB_CONTACT": " ", "KB_LEGAL_NOTICE": ""})
    settings = read_settings(
        {"KB_CONTACT": "contact@example.org", "KB_LEGAL_NOTICE": str(file)}
    )

    assert nothing.missing_values == (
        "KB_CONTACT",
        "KB_LEGAL_NOTICE: publisher, director, host",
    )
    assert settings.contact is not None
    assert settings.notices[Locale.FR].director == ("Jane Example",)
    assert settings.missing_values == ("KB_LEGAL_NOTICE: publisher, host",)


def documented() -> dict[str, str]:
    """Return the default of each setting in the table of README."""
    rows = re.findall(
        r"^\| (`KB_.+?) \| (.+?) \|",
        (PROJECT / "README.md").read_text("utf-8"),
        re.MULTILINE,
    )
    return {
        name: default.strip("`")
        for names, default in rows
        for name in re.findall(r"`(KB_\w+)`", names)
    }


def test_the_table_of_readme_has_each_setting_once() -> None:
    """Whoever runs the service reads it, and nothing else."""
    assert sorted(documented()) == sorted(VARIABLES)


def test_the_table_of_readme_has_the_defaults() -> None:
    """A default is declared once, beside the name of its variable."""
    table = documented()
    words = {"KB_UNFOUND_SEARCHES": "yes", "KB_MEANING": "auto", "KB_OFFLINE": "auto"}
    words |= {"KB_SECOND_FACTOR": "yes"}
    words |= {"KB_ADMIN_SECOND_FACTOR": "no", "KB_HSTS_SUBDOMAINS": "no"}

    for setting in fields(Settings):
        names = setting.metadata.get("names", "").split()
        if len(names) == 1 and setting.default not in {None, "", MISSING}:
            (name,) = names
            assert table[name] == words.get(name, str(setting.default))

"""The bill of materials that `make sbom` writes."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from packaging.utils import canonicalize_name

from tests.support.builders import PROJECT

pytestmark = [pytest.mark.load, pytest.mark.long]


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the bill of materials."""
    path = tmp_path_factory.mktemp("sbom") / "sbom.json"
    environment = Path(sys.prefix)
    subprocess.run(  # noqa: S603  # our own Makefile
        [
            *("make", f"VENV={environment}", f"SBOM={path}"),
            # The environment of the tests is complete: nothing is installed.
            *("--old-file", str(environment / ".dev-ready"), "sbom"),
        ],
        cwd=PROJECT,
        check=True,
        capture_output=True,
    )
    return path.read_text("utf-8")


def locked_packages() -> dict[str, tuple[str, set[str]]]:
    """Return the version and the digests of each package that runs."""
    lock = (PROJECT / "requirements.lock").read_text("utf-8")
    found: dict[str, tuple[str, set[str]]] = {}
    for pin in re.split(r"\n(?=[A-Za-z0-9])", lock.strip()):
        name, version = re.findall(r"^([\w.-]+)==([^\s;]+)", pin)[0]
        digests = set(re.findall(r"--hash=sha256:([0-9a-f]{64})", pin))
        found[canonicalize_name(name)] = (version, digests)
    return found


def digests_of(component: dict[str, Any]) -> set[str]:
    """Return the SHA-256 of each file of a component."""
    return {
        each["content"]
        for reference in component["externalReferences"]
        for each in reference["hashes"]
        if each["alg"] == "SHA-256"
    }


def test_each_locked_package_is_listed_with_version_and_digests(text: str) -> None:
    """Nothing else is listed."""
    listed = {
        canonicalize_name(each["name"]): (each["version"], digests_of(each))
        for each in json.loads(text)["components"]
    }

    assert listed == locked_packages()
    assert len(listed) > 20


def test_it_is_valid_and_names_the_project(text: str) -> None:
    """The schema is the one that the library ships."""
    # Its import takes a second, which each run of other tests would spend.
    from cyclonedx.validation.json import JsonStrictValidator  # noqa: PLC0415

    body = json.loads(text)
    version = SchemaVersion.from_version(body["specVersion"])

    assert JsonStrictValidator(version).validate_str(text) is None
    assert body["metadata"]["component"]["name"] == "innovation-security-kb"

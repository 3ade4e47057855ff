"""The lock files: complete, so that what they name is all that is installed.

`make` installs each lock with pip's `--no-deps`. Nothing else is then chosen on the day
of the installation, so every requirement of every locked package must be in the lock.
"""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.support.builders import PROJECT

LOCKS = {
    "requirements.lock": ("build",),
    "requirements-dev.lock": ("build", "dev"),
}


def locked_versions(name: str) -> dict[str, Version]:
    """Return the version of each package that a lock installs on this machine."""
    versions: dict[str, Version] = {}
    for line in (PROJECT / name).read_text("utf-8").splitlines():
        if re.match(r"[A-Za-z0-9]", line):
            pin = Requirement(line.removesuffix("\\").strip())
            (specifier,) = pin.specifier
            assert specifier.operator == "==", f"{name} pins no exact version: {line}"
            if pin.marker is None or pin.marker.evaluate():
                versions[canonicalize_name(pin.name)] = Version(specifier.version)
    return versions


def project_requirements(*extras: str) -> Iterator[Requirement]:
    """Yield what pyproject.toml asks for, with some of its extras."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    yield from map(Requirement, project["dependencies"])
    for extra in extras:
        yield from map(Requirement, project["optional-dependencies"][extra])


def unmet_requirements(
    needed: Iterator[Requirement], versions: dict[str, Version]
) -> list[str]:
    """Follow requirements and their extras; return those that a lock does not meet."""
    unmet = []
    waiting = [(requirement, "pyproject.toml") for requirement in needed]
    followed: set[tuple[str, str]] = set()
    while waiting:
        requirement, needed_by = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name not in versions or not requirement.specifier.contains(
            versions[name], prereleases=True
        ):
            unmet.append(f"{requirement} (needed by {needed_by})")
            continue
        for extra in {"", *requirement.extras} - {
            extra for followed_name, extra in followed if followed_name == name
        }:
            followed.add((name, extra))
            for text in distribution(name).requires or ():
                inner = Requirement(text)
                if inner.marker is None or inner.marker.evaluate({"extra": extra}):
                    waiting.append((inner, f"{name}[{extra}]"))
    return unmet


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_meets_every_requirement_of_its_packages(name: str) -> None:
    """A newer release of any package changes nothing of an installation."""
    versions = locked_versions(name)

    unmet = unmet_requirements(project_requirements(*LOCKS[name]), versions)

    assert not unmet


@pytest.mark.parametrize("name", LOCKS)
def test_the_installed_versions_are_those_of_the_lock(name: str) -> None:
    """The tests run what `make run` installs, and not what was there before."""
    different = {
        package: distribution(package).version
        for package, version in locked_versions(name).items()
        if Version(distribution(package).version) != version
    }

    assert not different


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address_and_has_a_hash_for_each_package(name: str) -> None:
    """A lock is usable with any package index, and accepts only known files."""
    text = (PROJECT / name).read_text("utf-8")
    pins = re.split(r"\n(?=[A-Za-z0-9])", text.strip())

    assert "://" not in text
    assert [pin.splitlines()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_a_missing_requirement_of_an_extra_is_found() -> None:
    """The check follows extras: `coverage[toml]` once escaped it."""
    versions = {"argon2-cffi": Version(distribution("argon2-cffi").version)}

    unmet = unmet_requirements(iter([Requirement("argon2-cffi")]), versions)

    assert [each for each in unmet if each.startswith("argon2-cffi-bindings")]


def test_ci_uses_the_oldest_python_and_pip_of_the_readme() -> None:
    """What the README allows is what was tried."""
    readme = (PROJECT / "README.md").read_text("utf-8")
    ci = (PROJECT / ".ci/run").read_text("utf-8")
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]

    python = re.findall(r"With Python ([\d.]+) or later", readme)
    pip = re.findall(r"pip \(([\d.]+) or later\)", readme)

    assert [project["requires-python"]] == [f">={each}" for each in python]
    assert re.findall(r"for version in ([\d.]+)", ci) == python
    assert re.findall(r"pip==([\d.]+)", ci) == pip


def test_the_makefile_installs_locks_without_resolving_dependencies() -> None:
    """Pip asks the package index for nothing that the lock does not name."""
    lines = (PROJECT / "Makefile").read_text("utf-8").splitlines()
    installs = [line for line in lines if "pip install" in line]

    assert installs
    assert all("--no-deps" in line for line in installs)

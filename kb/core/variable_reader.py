"""Reads settings of simple types from the environment, and collects what is invalid."""

from collections.abc import Collection, Mapping
from importlib.util import find_spec
from pathlib import Path

from indexer.model.problems import Message, Problem, message


class VariableReader:
    """Parses variables one by one; `errors` has a message for each invalid value."""

    def __init__(self, environ: Mapping[str, str], known: Collection[str]) -> None:
        """Read an environment; other names than the `known` ones are errors."""
        self._environ = environ
        self.errors: list[Message | Problem] = [
            message(
                "%(name)s is not a setting; there are: %(names)s",
                name=name,
                names=", ".join(known),
            )
            for name in sorted(environ)
            if name.startswith("KB_") and name not in known
        ]

    def report(self, template: str, **values: object) -> None:
        """Add an error, as a message template and its values."""
        self.errors.append(message(template, **values))

    def text(self, name: str, default: str = "") -> str:
        """Return a value without the blanks around it."""
        return self._environ.get(name, "").strip() or default

    def number(self, name: str, default: int, allowed: range) -> int:
        """Return a number, if it is one of the allowed ones."""
        text = self.text(name, str(default))
        if text.isascii() and text.isdigit() and int(text) in allowed:
            return int(text)
        self.report(
            "%(name)s=%(text)s is not a number from %(minimum)s to %(maximum)s",
            name=name,
            text=text,
            minimum=allowed[0],
            maximum=allowed[-1],
        )
        return default

    def yes_or_no(self, name: str, default: bool) -> bool:  # noqa: FBT001  # a value
        """Return whether a value is `yes`."""
        text = self.text(name, "yes" if default else "no").lower()
        if text not in {"yes", "no"}:
            self.report("%(name)s=%(text)s is neither yes nor no", name=name, text=text)
        return text == "yes"

    def auto_or_off(self, name: str, default: bool) -> bool:  # noqa: FBT001  # a value
        """Return whether a value is `auto`."""
        text = self.text(name, "auto" if default else "off").lower()
        if text not in {"auto", "off"}:
            self.report(
                "%(name)s=%(text)s is not a value; there are: %(names)s",
                name=name,
                text=text,
                names="auto, off",
            )
        return text == "auto"

    def folder(self, name: str, default: Path) -> Path:
        """Return the absolute path of a folder, which need not exist yet."""
        path = Path(self.text(name, str(default)))
        if path.exists() and not path.is_dir():
            self.report_no_folder(name, path)
        return path.absolute()

    def report_no_folder(self, name: str, path: Path) -> None:
        """Report a path that is no folder."""
        self.report("%(name)s=%(text)s is not a folder", name=name, text=path)

    def file(self, name: str, default: None = None) -> Path | None:
        """Return the path of a file that can be read; report any other."""
        text = self.text(name)
        if not text:
            return default
        path = Path(text).absolute()
        try:
            with path.open("rb"):
                pass
        except OSError as error:
            self.report(
                "%(name)s=%(text)s cannot be read: %(reason)s",
                name=name,
                text=text,
                reason=error.strerror or error,
            )
        return path

    def check_installed(self, setting: str, packages: Collection[str]) -> None:
        """Report each package that a setting needs and that is not installed."""
        for package in packages:
            if find_spec(package) is None:
                self.report_missing(setting, package)

    def report_missing(self, setting: str, package: str) -> None:
        """Report a package that a setting needs."""
        self.report(
            "%(setting)s needs the package %(package)s, which is not installed",
            setting=setting,
            package=package,
        )

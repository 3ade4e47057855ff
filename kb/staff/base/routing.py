"""The blueprint of the staff pages, its table of access, and its addresses."""

from collections.abc import Callable
from enum import Enum
from http import HTTPStatus

from flask import Blueprint, redirect, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response

from indexer.model.ids import SLUG_PATTERN, Kind, RecordId
from kb.database.model import Role
from kb.publishing.storage.names import record_id_of
from kb.services import services
from kb.web.locale import page_locale

blueprint = Blueprint("staff", __name__, url_prefix="/<locale:locale>/staff")


class RecordConverter(BaseConverter):
    """Matches the id of a record in an address: `<record:record>` in a rule."""

    part_isolating = False  # an id contains a slash
    regex = f"(?:{'|'.join(kind.folder for kind in Kind)})/(?:{SLUG_PATTERN.pattern})"

    def to_python(self, value: str) -> RecordId:
        """Return the id."""
        return record_id_of(value)


@blueprint.record_once
def _add_converter(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["record"] = RecordConverter


Body = str | dict[str, object]
ViewResponse = Body | tuple[Body, int] | Response
View = Callable[..., ViewResponse]


class Access(Enum):
    """The least role that a view requires; None for a public view."""

    EVERYBODY = None
    EDITOR = Role.EDITOR
    PUBLISHER = Role.PUBLISHER
    ADMIN = Role.ADMIN

    def admits(self, role: Role | None) -> bool:
        """Return whether a role may use the view; None is the role of visitors."""
        required = self.value
        return required is None or (role is not None and role.includes(required))


ACCESS: dict[str, Access] = {}
"""The access of each endpoint of the blueprint. Any other endpoint answers 403."""


def route(
    rule: str,
    access: Access,
    *,
    methods: tuple[str, ...] = ("GET",),
    endpoint: str = "",
) -> Callable[[View], View]:
    """Register a view with the blueprint, under its name or `endpoint`."""

    def add(view: View) -> View:
        name = endpoint or view.__name__
        if ACCESS.setdefault(f"{blueprint.name}.{name}", access) is not access:
            raise ValueError(f"{name} has two kinds of access")
        blueprint.add_url_rule(rule, name, view_func=view, methods=methods)
        return view

    return add


def staff_url(endpoint: str, **values: object) -> str:
    """Return the address of a staff page in the language of the current page."""
    return url_for(f"staff.{endpoint}", locale=page_locale().value, **values)  # type: ignore[arg-type]  # the values of the URL rule


def see_other(url: str) -> Response:
    """Return the redirect with status 303 that follows a POST."""
    return redirect(url, HTTPStatus.SEE_OTHER)


@blueprint.before_request
def _catch_up() -> None:
    """Read changes that another process made a moment ago."""
    services().content.catch_up()

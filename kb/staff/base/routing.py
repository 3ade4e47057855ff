"""The blueprint, and the one way to put a view into it."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from kb.database.model import Role
from kb.services import services
from kb.web.locale import page_locale

blueprint = Blueprint("staff", __name__, url_prefix="/<locale:locale>/staff")

ViewResponse = str | tuple[str, int] | Response
View = Callable[..., ViewResponse]


class Access(Enum):
    """Who may use a view: everybody, or staff with a role or one that includes it."""

    EVERYBODY = None
    EDITOR = Role.EDITOR
    PUBLISHER = Role.PUBLISHER
    ADMIN = Role.ADMIN

    def admits(self, role: Role | None) -> bool:
        """Tell whether somebody may pass; nobody's role is None."""
        required = self.value
        return required is None or (role is not None and role.includes(required))


ACCESS: dict[str, Access] = {}
"""Who may use each endpoint of the blueprint. What is not in it, nobody may."""


def route(
    rule: str, access: Access, *, methods: tuple[str, ...] = ("GET",)
) -> Callable[[View], View]:
    """Put a view into the blueprint, and say who may use it."""

    def add(view: View) -> View:
        endpoint = f"{blueprint.name}.{view.__name__}"
        if ACCESS.setdefault(endpoint, access) is not access:
            raise ValueError(f"{endpoint} has two kinds of access")
        blueprint.add_url_rule(rule, view_func=view, methods=methods)
        return view

    return add


def staff_url(endpoint: str, **values: object) -> str:
    """Give the address of a staff page, in the language of this one."""
    return url_for(f"staff.{endpoint}", locale=page_locale().value, **values)  # type: ignore[arg-type]  # what an address is made of


@blueprint.before_request
def _catch_up() -> None:
    """Show what was changed a moment ago, whichever process did it."""
    services().content.catch_up()

"""The WTForms forms of the staff pages.

Flask-WTF adds the CSRF token to each form.
"""

from collections.abc import Mapping
from types import MappingProxyType

from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms import Field, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from kb.database.model import Role
from kb.publishing.shared_files import LexiconSection
from kb.web.locale import LazyString, lazy_pgettext
from kb.web.locale import lazy_gettext as _l

MAX_CHARACTERS = 300
REQUIRED = InputRequired(_l("Fill this in."))

ROLES: dict[Role, LazyString] = {
    Role.EDITOR: lazy_pgettext("role", "Editor: writes and completes"),
    Role.PUBLISHER: lazy_pgettext(
        "role", "Publisher: publishes, withdraws and signs assessments too"
    ),
    Role.ADMIN: lazy_pgettext("role", "Administrator: manages accounts too"),
}


class PlainInput:
    """Renders a text field as an `<input>`, with its attributes in their order."""

    field_flags: Mapping[str, object] = MappingProxyType({})

    def __call__(self, field: Field, **attributes: object) -> Markup:
        """Return the control; `attributes` are those of the field, then of the page."""
        named = {"id": field.id, "name": field.name, "value": field._value()}  # noqa: SLF001  # what the widgets of WTForms read
        texts = (
            f'{name}="{escape(text)}"' for name, text in {**named, **attributes}.items()
        )
        return Markup(f"<input {' '.join(texts)}>")  # noqa: S704  # each text is escaped


class StaffForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form whose errors a page lists above the fields."""

    @property
    def wrong_fields(self) -> list[Field]:
        """The fields with errors, except the CSRF token, which has no control."""
        return [field for field in self if field.errors and field.name != "csrf_token"]

    @property
    def error_count(self) -> int:
        """The number of errors that the page lists."""
        return len(self.form_errors) + len(self.wrong_fields)


def _address_field(autocomplete: str) -> StringField:
    return StringField(
        _l("E-mail address"),
        [REQUIRED, Length(max=MAX_CHARACTERS)],
        render_kw={"autocomplete": autocomplete, "inputmode": "email"},
    )


def _password_field(
    label: LazyString,
    autocomplete: str = "current-password",
    missing: object = REQUIRED,
) -> PasswordField:
    return PasswordField(label, [missing], render_kw={"autocomplete": autocomplete})


class ForgottenPasswordForm(StaffForm):
    """Ask for a link to another password."""

    email = _address_field("username")


class SignInForm(ForgottenPasswordForm):
    """Sign in: an e-mail address and a password."""

    password = _password_field(
        _l("Password"), missing=InputRequired(_l("Write your password."))
    )


class CodeForm(StaffForm):
    """The code of the second factor, or a recovery code."""

    code = StringField(
        _l("Code"),
        [InputRequired(_l("Write the code.")), Length(max=MAX_CHARACTERS)],
        render_kw={"autocomplete": "one-time-code", "spellcheck": "false"},
    )


class NewPasswordForm(StaffForm):
    """Choose a password, after following a one-time link."""

    new_password = _password_field(_l("New password"), "new-password")


class PasswordForm(StaffForm):
    """Confirm a change by the password."""

    password = _password_field(_l("Current password"))


class TurnOnFactorForm(CodeForm, PasswordForm):
    """Turn the second factor on: the password, and a first code."""


class ChangePasswordForm(NewPasswordForm, PasswordForm):
    """Change the password: the current one and the new one."""


class RoleForm(StaffForm):
    """Change the role of an account."""

    role = SelectField(
        _l("Role"),
        [REQUIRED],  # without a value, WTForms would choose the first role
        choices=[SelectChoice(role.value, ROLES[role]) for role in Role],
        default=Role.EDITOR.value,
    )


class AddAccountForm(RoleForm):
    """Add an account: an e-mail address and a role."""

    email = _address_field("off")


class WordPairForm(StaffForm):
    """Add a pair of words to the lexicon, or forbid a pair."""

    fr = StringField(_l("French word"), [REQUIRED, Length(max=MAX_CHARACTERS)])
    en = StringField(_l("English word"), [REQUIRED, Length(max=MAX_CHARACTERS)])
    section = SelectField(
        _l("The search treats them as equivalent"),
        choices=[
            SelectChoice(LexiconSection.ALWAYS.value, _l("Always")),
            SelectChoice(LexiconSection.NEVER.value, _l("Never")),
        ],
        default=LexiconSection.ALWAYS.value,
    )

"""The forms of the staff pages. Each carries the token of its session (Flask-WTF)."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from kb.database.model import Role
from kb.publishing.lexicon_editor import LexiconSection
from kb.staff.accounts.account_view import ROLES
from kb.web.locale import lazy_gettext as _l

MAX_TYPED = 300
REQUIRED = InputRequired(_l("Fill this in."))


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """An address and a password."""

    email = StringField(
        _l("E-mail address"),
        [REQUIRED, Length(max=MAX_TYPED)],
        render_kw={"autocomplete": "username", "inputmode": "email"},
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Write your password."))],
        render_kw={"autocomplete": "current-password"},
    )


class NewPasswordForm(FlaskForm):  # type: ignore[misc]  # as above
    """A password, chosen by a one-time link."""

    new_password = PasswordField(
        _l("New password"),
        [REQUIRED],
        render_kw={"autocomplete": "new-password"},
    )


class ChangePasswordForm(NewPasswordForm):
    """The password of now, and the next."""

    password = PasswordField(
        _l("Current password"),
        [REQUIRED],
        render_kw={"autocomplete": "current-password"},
    )


class RoleForm(FlaskForm):  # type: ignore[misc]  # as above
    """A role."""

    role = SelectField(
        _l("Role"),
        [REQUIRED],  # a form without it would give the role that stands first
        choices=[SelectChoice(role.value, ROLES[role]) for role in Role],
        default=Role.EDITOR.value,
    )


class AddAccountForm(RoleForm):
    """Who is let in, and what they may do."""

    email = StringField(
        _l("E-mail address"),
        [REQUIRED, Length(max=MAX_TYPED)],
        render_kw={"autocomplete": "off", "inputmode": "email"},
    )


class WordPairForm(FlaskForm):  # type: ignore[misc]  # as above
    """A word of each language, and whether they go together."""

    fr = StringField(_l("French word"), [REQUIRED, Length(max=MAX_TYPED)])
    en = StringField(_l("English word"), [REQUIRED, Length(max=MAX_TYPED)])
    section = SelectField(
        _l("The search treats them as equivalent"),
        choices=[
            SelectChoice(LexiconSection.ALWAYS.value, _l("Always")),
            SelectChoice(LexiconSection.NEVER.value, _l("Never")),
        ],
        default=LexiconSection.ALWAYS.value,
    )

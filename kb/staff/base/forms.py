"""The WTForms forms of the staff pages, and the help beside their fields.

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


FORM_FIELDS: dict[str, LazyString] = {
    "sign-in.email": _l("The address that received the link to your account."),
    "sign-in.password": _l(
        "The one you chose. Five wrong ones make you wait a little."
    ),
    "sign-in.code": _l(
        "It changes every 30 seconds. Without your phone, write one of your "
        "recovery codes here."
    ),
    "forgotten.email": _l(
        "The address of your account. The message has a link to choose another "
        "password."
    ),
    "new_password": _l(
        "12 characters or more. Four or five words that do not go together are easy"
        " to remember and hard to guess; numbers and symbols are not required."
    ),
    "current_password": _l(
        "The one that you sign in with now: it shows that it is you."
    ),
    "factor.code": _l("Six digits, which change every 30 seconds."),
    "factor.password": _l("Both changes need it."),
    "account.email": _l(
        "The address that the person signs in with. Staff see it beside what the "
        "person does; visitors never do."
    ),
    "account.role": _l(
        "An editor writes, a publisher also decides what visitors see. It can be "
        "changed at any time."
    ),
    "pair.fr": _l("One word, without an article, such as signalement."),
    "pair.en": _l("One word, without an article, such as report."),
    "pair.section": _l(
        "“Always”: a search for one also finds the other. “Never”: it no longer "
        "does, although a dictionary says so."
    ),
    "assessment.answer": _l(
        "Answer from the record as it is published. “Not known” is an answer."
    ),
    "assessment.reason": _l(
        "One or two sentences, which visitors read under the answer."
    ),
    "assessment.role": _l(
        "Such as: prevention officer, member city of Efus. Never a name."
    ),
    "place.fr": _l(
        "As in a French sentence, such as Tilbourg. Pages in French show it."
    ),
    "place.en": _l(
        "As in an English sentence, such as Tilburg; the same name again where both"
        " languages use it."
    ),
    "place.within": _l(
        "The smallest place of the list that contains it. A search for that place "
        "also finds its records."
    ),
    "place.latitude": _l("In degrees, north is positive: 44.84"),
    "place.longitude": _l("In degrees, east is positive, west is negative: -0.58"),
    "blank.kind": _l(
        "A practice is what somebody did; a recommendation, what should be done; a "
        "need, what one must be able to do."
    ),
    "blank.title": _l(
        "It can be changed later; the address of the page is made from it."
    ),
    "proposal.title": _l(
        "Title: correct it if needed; it becomes the title of the draft, in the "
        "language of the document."
    ),
    "proposal.audiences": _l(
        "Intended audience: who should act on the recommendation. Readers filter by it."
    ),
    "draft.raw": _l(
        "The file as it is stored. Correct the line that the error names, and leave"
        " the rest as it is."
    ),
    "draft.person": _l("Their dashboard shows the draft under “To do”."),
    "draft.comment": _l("Save the draft first. Only staff see the comment."),
    "draft.name": _l(
        "Save first. Lower-case letters, digits, hyphens and points; it cannot be "
        "changed once published."
    ),
    "draft.file": _l(
        "PDF, DOCX, ODT, PPTX, HTML, Markdown or text, up to 100 MB. Save first."
    ),
    "publish.open": _l(
        "The file says that it is not for the public. Ask its owner before you tick"
        " this."
    ),
    "replace.file": _l("Of the same type as the one it replaces, 100 MB at most."),
    "bulk.theme": _l("Added to the themes that each ticked draft has."),
    "bulk.record_theme": _l(
        "Added to the themes that each ticked record has. The next page shows which."
    ),
    "bulk.reason": _l("For the team: in the history and in the audit log."),
    "bulk.format": _l(
        "Each has the facts and summaries; some only what a citation has."
    ),
    "draft.need": _l("Any other need: its own draft then lists this record."),
    "bulk.firmness": _l("Changes the ticked recommendations only."),
    "contribution.reply": _l("Shown on the private page. To refuse, give the reason."),
    "judgement.grade": _l("Judge what the record says, whatever its rank."),
    "judgement.place": _l(
        "“Put first” is marked on the page of results; “Leave out” is counted there."
    ),
    "judgement.reason": _l("For staff, such as “the only record on this law”."),
    "judgement.added": _l("Paste the address of its page."),
    "judgement.question": _l(
        "Makes this search a question of the record, in its draft. Once it is "
        "published, people who type this find the record."
    ),
}
"""The help of the fields, as `form.field`."""


def form_field_help(key: str) -> str:
    """Return the help of a field, given as `form.field`.

    Raises:
        KeyError: the field has no help.
    """
    return str(FORM_FIELDS[key])

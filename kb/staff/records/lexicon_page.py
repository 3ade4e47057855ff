"""The pairs of French and English words that the search treats as synonyms."""

from http import HTTPStatus

from flask import flash, render_template, request
from flask_babel import gettext as _

from indexer.errors import NOT_INDEXED_ERRORS
from indexer.model.word_links import WordPair
from kb.database.model import AuditAction
from kb.publishing.shared_files import (
    LexiconSection,
    PairError,
    PairFault,
    add_pair,
    remove_pair,
)
from kb.services import services
from kb.staff.base.forms import WordPairForm
from kb.staff.base.requests import log_action
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url


@route("/lexicon", Access.PUBLISHER)
def word_pairs() -> ViewResponse:
    """Show the pairs of the lexicon, and the form that adds one."""
    word = request.args.get("word", "")[:60]
    locale = request.args.get("hl", "fr")
    return _page(WordPairForm(formdata=None, data={locale: word}))


@route("/lexicon", Access.PUBLISHER, methods=("POST",))
def add_word_pair() -> ViewResponse:
    """Add a pair to the lexicon, and update the index."""
    form = WordPairForm()
    if not form.validate():
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    section = LexiconSection(form.section.data)
    pair = WordPair(form.fr.data.strip(), form.en.data.strip())
    try:
        add_pair(services().settings.locations, section, pair)
    except PairError as error:
        return _rejected(form, error)
    except OSError as error:
        return _write_failed(form, error)
    log_action(AuditAction.PAIR_ADDED, detail=_pair_text(section, pair))
    _update_index(_("The pair has been added."))
    return see_other(staff_url("word_pairs"))


@route("/lexicon/remove", Access.PUBLISHER, methods=("POST",))
def remove_word_pair() -> ViewResponse:
    """Remove a pair from the lexicon, and update the index."""
    pair = WordPair(request.form.get("fr", ""), request.form.get("en", ""))
    form = WordPairForm(formdata=None)
    try:
        section = remove_pair(services().settings.locations, pair)
    except PairError as error:
        return _rejected(form, error)
    except OSError as error:
        return _write_failed(form, error)
    log_action(AuditAction.PAIR_REMOVED, detail=_pair_text(section, pair))
    _update_index(_("The pair has been removed."))
    return see_other(staff_url("word_pairs"))


def _pair_text(section: LexiconSection, pair: WordPair) -> str:
    """Return a pair as the list shows it, the same in both languages."""
    sign = "=" if section is LexiconSection.ALWAYS else "≠"
    return f"{pair.french} {sign} {pair.english}"


def _write_failed(form: WordPairForm, error: OSError) -> ViewResponse:
    reason = _(error.strerror or str(error))
    form.form_errors.append(
        _("The file of the pairs cannot be written: %(reason)s.", reason=reason)
    )
    return _page(form), HTTPStatus.SERVICE_UNAVAILABLE


def _update_index(message: str) -> None:
    flash(message)
    try:
        services().content.update_index()
    except NOT_INDEXED_ERRORS:
        flash(_("Searches will follow when the index is updated."))
    else:
        flash(_("Searches use it at once."))


def _rejected(form: WordPairForm, error: PairError) -> ViewResponse:
    match error.fault:
        case PairFault.NOT_ONE_WORD:
            form[error.field].errors = [
                _("Write one word. An expression belongs in the glossary.")
            ]
        case PairFault.KNOWN:
            form.form_errors.append(_("This pair already exists."))
        case PairFault.UNKNOWN:
            form.form_errors.append(_("This pair no longer exists."))
        case PairFault.UNREADABLE:
            form.form_errors.append(
                _(
                    "The file documents/lexicon.yaml cannot be changed, because it "
                    "contains an error: correct it by hand first; the content check "
                    "names the line."
                )
            )
        case PairFault.BUSY:
            form.form_errors.append(
                _("Somebody else is changing the pairs. Try again in a moment.")
            )
    return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY


def _page(form: WordPairForm) -> str:
    corrections = services().corpus.corrections
    return render_template(
        "staff/word_pairs.html",
        form=form,
        always=corrections.always,
        never=corrections.never,
    )

"""Words that the search takes for one another, added by staff."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _

from indexer.errors import IndexBusyError, IndexWriteError
from indexer.model.word_links import WordPair
from kb.database.model import AuditAction
from kb.publishing.lexicon_editor import (
    LexiconSection,
    PairError,
    PairFault,
    add_pair,
    remove_pair,
)
from kb.services import services
from kb.staff.accounts.sign_in import INVALID
from kb.staff.base.audit import log_action
from kb.staff.base.forms import WordPairForm
from kb.staff.base.routing import Access, ViewResponse, route, staff_url

UNWRITABLE = 503


@route("/lexicon", Access.PUBLISHER)
def word_pairs() -> ViewResponse:
    """Show the pairs that staff decided on, and a form for one more."""
    typed = request.args.get("word", "")[:60]
    locale = request.args.get("hl", "fr")
    return _page(WordPairForm(formdata=None, data={locale: typed}))


@route("/lexicon", Access.PUBLISHER, methods=("POST",))
def add_word_pair() -> ViewResponse:
    """Add a pair; searches follow at once."""
    form = WordPairForm()
    if not form.validate():
        return _page(form), INVALID
    section = LexiconSection(form.section.data)
    pair = WordPair(form.fr.data.strip(), form.en.data.strip())
    try:
        add_pair(services().settings.locations, section, pair)
    except PairError as error:
        _tell(form, error)
        return _page(form), INVALID
    except OSError as error:
        return _unwritable(form, error)
    log_action(AuditAction.PAIR_ADDED, detail=_pair_text(section, pair))
    _follow(_("The pair is added."))
    return redirect(staff_url("word_pairs"), 303)


@route("/lexicon/remove", Access.PUBLISHER, methods=("POST",))
def remove_word_pair() -> ViewResponse:
    """Take a pair out; searches follow at once."""
    pair = WordPair(request.form.get("fr", ""), request.form.get("en", ""))
    form = WordPairForm(formdata=None)
    try:
        section = remove_pair(services().settings.locations, pair)
    except PairError as error:
        _tell(form, error)
        return _page(form), INVALID
    except OSError as error:
        return _unwritable(form, error)
    log_action(AuditAction.PAIR_REMOVED, detail=_pair_text(section, pair))
    _follow(_("The pair is removed."))
    return redirect(staff_url("word_pairs"), 303)


def _pair_text(section: LexiconSection, pair: WordPair) -> str:
    """Write a pair as the list of pairs shows it, in no language."""
    sign = "=" if section is LexiconSection.ALWAYS else "≠"
    return f"{pair.french} {sign} {pair.english}"


def _unwritable(form: WordPairForm, error: OSError) -> ViewResponse:
    reason = _(error.strerror or str(error))
    form.form_errors.append(
        _("The file of the pairs can’t be written: %(reason)s.", reason=reason)
    )
    return _page(form), UNWRITABLE


def _follow(done: str) -> None:
    flash(done)
    try:
        services().content.update_index()
    except (IndexBusyError, IndexWriteError):
        flash(_("Searches will follow when the index is updated."))
    else:
        flash(_("Searches use it at once."))


def _tell(form: WordPairForm, error: PairError) -> None:
    match error.fault:
        case PairFault.NOT_ONE_WORD:
            form[error.field].errors = [
                _("Write one word. An expression belongs in the glossary.")
            ]
        case PairFault.KNOWN:
            form.form_errors.append(_("This pair is already there."))
        case PairFault.UNKNOWN:
            form.form_errors.append(_("This pair is not there any more."))
        case PairFault.UNREADABLE:
            form.form_errors.append(
                _(
                    "The file documents/lexicon.yaml can’t be changed as it stands: "
                    "correct it by hand first, as the content check says."
                )
            )
        case PairFault.BUSY:
            form.form_errors.append(
                _("Somebody else is changing the pairs. Try again in a moment.")
            )


def _page(form: WordPairForm) -> str:
    corrections = services().corpus.corrections
    return render_template(
        "staff/lexicon.html",
        form=form,
        always=corrections.always,
        never=corrections.never,
    )

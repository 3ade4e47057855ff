"""The pairs of French and English words that the search treats as synonyms."""

from http import HTTPStatus

from flask import render_template, request
from flask_babel import gettext as _

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
from kb.staff.base.requests import log_action, update_index_of_shared_file
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.web.locale import lazy_gettext as _l

_USED = _l("Searches use it at once.")


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
    except (PairError, OSError) as error:
        return _rejected(form, error)
    log_action(AuditAction.PAIR_ADDED, detail=_pair_text(section, pair))
    update_index_of_shared_file(_("The pair has been added."), _USED)
    return see_other(staff_url("word_pairs"))


@route("/lexicon/remove", Access.PUBLISHER, methods=("POST",))
def remove_word_pair() -> ViewResponse:
    """Remove a pair from the lexicon, and update the index."""
    pair = WordPair(request.form.get("fr", ""), request.form.get("en", ""))
    form = WordPairForm(formdata=None)
    try:
        section = remove_pair(services().settings.locations, pair)
    except (PairError, OSError) as error:
        return _rejected(form, error)
    log_action(AuditAction.PAIR_REMOVED, detail=_pair_text(section, pair))
    update_index_of_shared_file(_("The pair has been removed."), _USED)
    return see_other(staff_url("word_pairs"))


def _pair_text(section: LexiconSection, pair: WordPair) -> str:
    """Return a pair as the list shows it, the same in both languages."""
    sign = "=" if section is LexiconSection.ALWAYS else "≠"
    return f"{pair.french} {sign} {pair.english}"


def _rejected(form: WordPairForm, error: PairError | OSError) -> ViewResponse:
    if isinstance(error, OSError):
        reason = _(error.strerror or str(error))
        form.form_errors.append(
            _("The file of the pairs cannot be written: %(reason)s.", reason=reason)
        )
        return _page(form), HTTPStatus.SERVICE_UNAVAILABLE
    text = error.fault.value.text(_)
    if error.fault is PairFault.NOT_ONE_WORD:
        form[error.field].errors = [text]
    else:
        form.form_errors.append(text)
    return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY


def _page(form: WordPairForm) -> str:
    corrections = services().corpus.corrections
    return render_template(
        "staff/word_pairs.html",
        form=form,
        always=corrections.always,
        never=corrections.never,
    )

"""The help beside the fields of the staff forms other than drafts.

This is the only place of these texts.
"""

from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l

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

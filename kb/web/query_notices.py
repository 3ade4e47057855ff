"""The sentences that explain how a part of a query was searched."""

from __future__ import annotations

from indexer.model.problems import Message, message
from indexer.model.query import QueryNotice, QueryNoticeType

_SENTENCES = {
    QueryNoticeType.SHORT_PREFIX: message(
        "A star must follow at least two letters: “%(typed)s” was searched as "
        "“%(searched)s”."
    ),
    QueryNoticeType.STAR: message(
        "A star can only replace the end of a word: “%(typed)s” was searched as "
        "“%(searched)s”."
    ),
    QueryNoticeType.QUESTION_MARK: message(
        "The sign ? cannot replace a letter: “%(typed)s” was searched as "
        "“%(searched)s”."
    ),
    QueryNoticeType.WILDCARD_IN_PHRASE: message(
        "The signs * and ? have no effect between quotation marks: %(typed)s was "
        "searched as %(searched)s."
    ),
    QueryNoticeType.APPROXIMATION: message(
        "The sign ~ is not supported: %(typed)s was searched as %(searched)s."
    ),
    QueryNoticeType.LONE_QUOTE: message(
        "A quotation mark is missing: the single one was ignored, and delimits no "
        "exact phrase."
    ),
}


def notice_message(notice: QueryNotice) -> Message:
    """Return the sentence of a notice, for the catalog to translate."""
    values = {"typed": notice.typed, "searched": notice.searched}
    template = _SENTENCES[notice.type].template
    return Message(template, values if notice.searched else {})

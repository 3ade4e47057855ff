"""What is expected of the features of covers before their weights are learnt.

A weight is drawn to its number here, and keeps its sign: rare features have few covers
to learn from. A feature that is not here is drawn to zero and may have either sign.
"""

from collections.abc import Iterator, Mapping

from indexer.extraction.report.project_name import SAID_OF_A_PROJECT

_SPEAKS_FOR_A_PROJECT = (
    "acronym of five letters or more",
    "acronym with small letters",
    "acronym with small letters in a text",
    "beside the word project",
    "project after its words",
    "is funded",
    "file name",
    "file name has it",
    "property has it",
    "margin",
    "in a running header",
    "quoted",
    "first block and line",
    "highest heading",
    "line above a phrase",
    "line above the title",
    "a number of a grant beside it",
    "a number of a grant above or below",
    "a programme beside it",
    "a deliverable beside it",
    "stands for words beside it",
    "twice",
    "three times or more",
    "eight times or more",
    "two kinds of evidence",
    "three kinds of evidence",
    "four kinds of evidence or more",
)
_NEAR_A_NAME = (*SAID_OF_A_PROJECT, "used as a name")
_SPEAKS_AGAINST_A_PROJECT = (
    "publisher",
    "kind",
    "never a title",
    "begins in lower case",
    "in the title",
    "the title",
    "the page has it in small letters",
    "one of several words in capitals",
    "beside words in capitals",
    "value of another label",
    "words joined by hyphens",
    "in the line of a body",
    "line beside lines in capitals",
    "place",
    "in a sentence",
    "has a digit",
    "one word in small letters",
    "two or three words",
    "four words or more",
    "no evidence",
    "one of several",
    "one of several in a sentence",
    "one of several after the first page",
    "in no short line",
    *(
        f"{where} a town{suffix}"
        for where in ("after", "before")
        for suffix in ("", " in a sentence", " after the first page")
    ),
    "only after the first page",
    "none with a number of a grant",
    "none with a programme",
    "none with a programme in front",
    "none with the word project",
    "none with the word project in front",
    "none with a deliverable in front",
)

PROJECT_PRIORS: Mapping[str, float] = {
    **dict.fromkeys(_SPEAKS_FOR_A_PROJECT, 1.0),
    **dict.fromkeys(_NEAR_A_NAME, 1.0),
    **{f"{name} in a sentence": 0.5 for name in _NEAR_A_NAME},
    **{f"{name} after the first page": 0.5 for name in _NEAR_A_NAME},
    **dict.fromkeys(_SPEAKS_AGAINST_A_PROJECT, -1.0),
    "before the word project": 2.5,
    "after the word project": 2.5,
    "before a number": 3.0,
    "after a number": 2.0,
    "is of this document": 2.0,
    "is of this document in a sentence": 1.5,
    "is of this document after the first page": 1.0,
    "before a code in the file name": 2.0,
    "long name before a code in the file name": 2.0,
    "before partners": 2.0,
    "margin": 2.0,
    "after a programme": 3.0,
    "before a code in the property": 2.0,
    "end of the title of a web page": 1.5,
    "is funded": 2.0,
    "stands for a body": -2.5,
    "stands for a body of the page": -1.5,
    "only in thanks": -2.0,
    "in passing": -1.5,
    "in passing in a sentence": -1.5,
    "in passing after the first page": -1.5,
    "before the number of an issue": -4.0,
    "begins its line": 0.5,
    "none": 3.0,
    "label": 4.0,
    "full label": 3.0,
}


TITLE_PRIORS: Mapping[str, float] = {
    "a reference": -2.0,
    "stands for words below it": -1.5,
    "few words above funding": -1.0,
    "code below it": -0.3,
    "after a phrase of its style": -1.0,
    "first of its style": 0.5,
    "below a code": 0.5,
    "below a kind": 0.5,
    "never a title": -1.0,
    "section": -1.0,
    "summary": -1.0,
    "begins with a label": -1.0,
    "programme": -1.0,
    "date": -1.0,
    "edition": -1.0,
    "open end": -0.5,
    "ends with a joining word": -1.0,
    "begins with a joining word": -1.0,
    "next begins in lower case": -0.5,
    "next begins with a joining word": -1.0,
    "property on the page": 1.0,
    "heading": 0.5,
    "highest heading": 0.5,
    "largest letters": 1.0,
    "much larger than all other": 0.5,
    "share of the largest letters": 1.0,
    "below larger letters": -0.5,
    "above smaller letters": 0.5,
    "letters of very different sizes": -1.0,
}


def _words_near_a_date() -> Iterator[tuple[str, float]]:
    """Yield words for and against a date, in its label and around it."""
    places = ("in its label", "right before", "before", "after")
    for kind in ("published", "submitted", "version", "approved", "imprint"):
        yield from zip(
            (f"{kind} {place}" for place in places), (1.5, 1.5, 0.5, 0.3), strict=True
        )
    yield from zip(
        (f"date {place}" for place in places), (1.5, 0.7, 0.3, 0.3), strict=True
    )
    for kind in (
        "planned",
        "event",
        "law",
        "start",
        "end",
        "data",
        "replaces",
        "access",
        "programme",
    ):
        yield from zip(
            (f"{kind} {place}" for place in places),
            (-1.5, -1.5, -0.7, -0.5),
            strict=True,
        )


DATE_PRIORS: Mapping[str, float] = {
    **dict(_words_near_a_date()),
    "event after": -1.5,
    "label": 3.0,
    "alone": 1.0,
    "one or two words beside it": 0.5,
    "more words beside it": -1.0,
    "after a place": 1.0,
    "first of a range": -1.0,
    "last of a range": -1.0,
    "first page": 0.5,
    "short block on the first page": 1.0,
    "text on the first page": -0.5,
    "later page": -0.5,
    "sentence": -1.0,
    "end of the document": -1.0,
    "latest of the history": 1.0,
    "earlier in the history": -2.0,
    "latest of the first page": 0.3,
    "found more than once": 0.3,
    "a more exact one is found": -1.0,
    "created that day": 0.3,
    "created that month": 0.3,
    "year": -0.5,
    "none": 0.5,
}

"""The words by which titles differ from other lines of a cover, such as publishers."""

import re

from rapidfuzz import fuzz

from indexer.analysis.record_codes import OUTPUT
from indexer.analysis.text_dates import dates_in
from indexer.analysis.tokens import fold, normalize
from indexer.extraction.report.cover import LABEL, SUMMARY_HEADING
from indexer.extraction.report.cover_words import is_kind, is_programme

_NOT_A_TITLE = re.compile(
    r"(?:(?:deliverable|livrable|output)?\W*[DO]\.(?:[A-Z]\d{0,2}\.)?\d[\d.]*\W*"
    rf"|{OUTPUT}\W*"
    r"|(?:deliverable|livrable"
    r"|d)\s*+:?\s*+(?:n\s?[°º]|no\.?|number)?\s*+\(?[dl]?\s?\d[\d._-]*[a-z]?\)?\W*"
    r"|(?:grant agreement|convention|horizon|h2020|version|v\d|work ?package|wp ?\d"
    r"|lot ?\d|page|date|author|auteur|www\.|https?:|table|figure"
    r"|(?:final|interim|public|progress|technical) (?:report|version)"
    r"|rapport (?:final|intermédiaire|d['’]étape)|version (?:finale|publique))"
    r"\W*\S{0,12}\W*"
    r"|(?:project|projet|document|report|rapport|public|draft|final|confidential"
    r"|toolkit|policy brief|note)\W*(?:\w*\d[\w.]*|(?-i:[A-Z@&-]{2,12}))?\W*"
    r"|(?:intellectual )?output (?:no\.? ?)?\w?\d+|\([^()]*\)|.{1,3}|[\d\W]+"
    r"|(?:(?:microsoft (?:word|powerpoint|excel)|adobe \w+)\b.*)|(?:(?:untitled"
    r"|sans (?:titre|nom)|mise en page|new document|nouveau document) ?\d*|titre|title"
    r"|présentation powerpoint|powerpoint presentation|slide ?\d*|diapositive ?\d*"
    r"|about:blank|document\d*)|.*\.(?:docx?|odt|pdf|pptx?|indd|tmp|rtf|qxp))",
    re.IGNORECASE,
)
"""Texts that are never titles: codes, versions, names of templates and of files."""


_SECTION_TITLE = re.compile(
    r"[\divx. ]*(?:(?:chapter|chapitre|part|partie|section|annexe?|appendix|module"
    r"|lesson|leçon)\s+\w{1,4}|introduction|foreword|preface|préface|avant[- ]propos"
    r"|disclaimer|avertissement|acknowledge?ments?|remerciements|contexte?|background"
    r"|overview|objecti(?:ves|fs)|copyright\b.*|important notice|release notes?"
    r"|notes? de (?:version|révision)|revision history|historique\b.*|mentions légales"
    r"|about (?:this|the)\b.*|(?:\w )?[aà] propos\b.*|table of contents|contents"
    r"|sommaire|table des matières)\W*",
    re.IGNORECASE,
)
"""Headings of sections, which are never titles of documents."""


_ORGANISATION = re.compile(
    r"(?:direction|ministère|ministry|department|république|préfecture|mairie"
    r"|(?:ville|commune) de"
    r"|city of|council|conseil|agence|agency|commission|european (?:commission|union)"
    r"|union européenne|université|university|institut\w*|forum|fondation|foundation"
    r"|association|federal|cour|chambre|assemblée|sénat|parlement|court|secrétariat"
    r"|(?:l['’])?équipe|(?:the )?team|groupe de travail"
    r"|working group|urbact|interreg|erasmus|horizon"
    r"|proposed rules)\b(?!.{0,60}[:?])(?:\W*\w+){0,7}\W*$"
    r"|(?:[\w’'-]+ ){1,4}(?:council|university|ministry|department|agency|authority"
    r"|commission|framework programme)\W*$",
    re.IGNORECASE,
)
"""Names of publishers, which are on the cover too."""


_BODY_WORD = re.compile(
    r"\b(?:forum|ministère|ministry|council|conseil|university|université|institut\w*"
    r"|agency|agence|observatoire|observatory|commission|préfecture|mairie|association"
    r"|fondation|foundation|department|direction|consortium|centre|assemblée|police)\b",
    re.IGNORECASE,
)
_JOINING = frozenset(
    "of for to and in on with from by the a an at or & de des du d’ et à au aux pour "
    "par sur dans en avec la le les l’ un une ou".split()
)
"""Words between which a title is not over."""


_CONTINUING = _JOINING - {"a", "an", "the", "la", "le", "les", "un", "une"}
"""Those with which a title rarely begins."""


_EDITION = re.compile(
    r"(?:version|édition|edition|v\d|mis à jour|updated)\b", re.IGNORECASE
)
_KIND_OF_DOCUMENT = re.compile(
    r"\b(?:study|report|guide|guidelines|handbook|manual|manuel|plan|strategy|stratégie"
    r"|toolkit|review|rapport|étude|bilan|enquête|survey|catalogue|livret|actes)\b",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?:production intellectuelle|intellectual output|projec?t result"
    r"|résultat de projet|(?:action|azione) \w+\W+deliverable|deliverable|livrable"
    r"|output|prodotto|io|d)\W*"
    r"(?:n\W*|no\.?\s*)?[dlo]?\W?\d[\d._-]*[a-z]?\W*",
    re.IGNORECASE,
)
"""The code of a deliverable, alone."""


_REFERENCE = re.compile(
    r"\b(?:grant|version|v\d|page|www|http|@|©|confidential|public|horizon|h2020|wp ?\d"
    r"|work package|call|programme|funded|cofinanc|copyright|project|projet|isbn|n°)\b",
    re.IGNORECASE,
)
_NAMES = re.compile(r"[A-ZÀ-Þ][\w’'.-]+(?:(?: |, | & | et | and )[A-ZÀ-Þ][\w’'.-]+)+")
_WORD = re.compile(r"[^\W\d_]+")
_WORK_PACKAGE = re.compile(
    r"(?:work ?package|wp ?\d|lot de travaux|lot ?\d|task ?\d|tâche ?\d)", re.IGNORECASE
)
_WORDS_OF_KINDS = frozenset(
    "final draft interim working technical staff public progress rapport report "
    "document paper note deliverable livrable information version policy brief the of "
    "on de la d n no project projet commission policybrief european".split()
)
_SAME_TITLE_SHARES = (0.4, 0.8)
"""The least share of a text that its title property has, at its start or inside."""


def title_key(text: str) -> str:
    """Return the letters and digits of a text, by which titles are compared."""
    return " ".join(re.findall(r"\w+", fold(normalize(text)).casefold()))


def is_never_a_title(text: str) -> bool:
    """Return whether a text is a code, a label, a version or the title of a section."""
    patterns = (_NOT_A_TITLE, SUMMARY_HEADING, _SECTION_TITLE)
    return (
        any(pattern.fullmatch(text) for pattern in patterns)
        or LABEL.match(text) is not None
    )


def is_publisher(text: str) -> bool:
    """Return whether a line of a cover names a body, as that which publishes it."""
    return is_organisation(text) or _BODY_WORD.search(text) is not None


def has_kind(text: str) -> bool:
    """Return whether a text names a kind of document, alone or with other words."""
    return is_of_kinds(text) or _KIND_OF_DOCUMENT.search(text) is not None


def word_features(text: str) -> dict[str, float]:
    """Return the features of the words of a candidate for the title."""
    words = text.split()
    count = len(words)
    last = words[-1].casefold().strip(".,:;") if words else ""
    return {
        "one word": count == 1,
        "two words": count == 2,
        "three to five words": 3 <= count <= 5,
        "six to fourteen words": 6 <= count <= 14,
        "fifteen to 25 words": 15 <= count <= 25,
        "more than 25 words": count > 25,
        "capitals": text.isupper(),
        "few words in capitals": count <= 3 and text.isupper(),
        "a word with signs": count == 1 and not text.isalpha(),
        "open end": text.endswith((":", ",", ";")),
        "begins with a joining word": is_continuation(text),
        "ends with a joining word": last in _JOINING or last in {"the", "n°"},
        "publisher": is_organisation(text),
        "a reference": is_reference(text),
        "few words with a body": count <= 8 and _BODY_WORD.search(text) is not None,
        "kind": is_kind(text),
        "words of kinds only": is_of_kinds(text),
        "word of a kind": _KIND_OF_DOCUMENT.search(text) is not None,
        "never a title": _NOT_A_TITLE.fullmatch(text) is not None,
        "section": _SECTION_TITLE.fullmatch(text) is not None,
        "summary": SUMMARY_HEADING.fullmatch(text) is not None,
        "begins with a label": LABEL.match(text) is not None,
        "date": bool(dates_in(text)),
        "share of digits": sum(map(str.isdigit, text)) / max(1, len(text)),
        "reference": _REFERENCE.search(text) is not None,
        "programme": is_programme(text),
        "edition": _EDITION.search(text) is not None,
        "semicolon": ";" in text,
        "colon": ":" in text,
        "bracket": text.startswith("("),
        "words with capitals": _NAMES.fullmatch(text) is not None,
    }


def is_organisation(text: str) -> bool:
    """Return whether a line is the name of a body."""
    return _ORGANISATION.match(text) is not None


def is_code(text: str) -> bool:
    """Return whether a line is the code of a deliverable, alone."""
    return _CODE.fullmatch(text.strip()) is not None


def is_continuation(text: str) -> bool:
    """Return whether a line begins with a word with which a title rarely begins."""
    return _first_word(text) in _CONTINUING


def _first_word(text: str) -> str:
    return next(iter(text.split()), "").casefold()


def is_of_kinds(text: str) -> bool:
    """Return whether all words of a text name kinds of documents."""
    words = _WORD.findall(text.casefold())
    return bool(words) and _WORDS_OF_KINDS.issuperset(words)


def is_reference(text: str) -> bool:
    """Return whether a line is about the document, rather than its title."""
    text = text.strip()
    return bool(
        _CODE.fullmatch(text)
        or dates_in(text)
        or _EDITION.search(text)
        or is_of_kinds(text)
        or is_kind(text)
        or LABEL.match(text)
        or is_programme(text)
        or _NOT_A_TITLE.fullmatch(text)
        or _WORK_PACKAGE.match(text)
    )


def is_same_title(one: str, other: str) -> bool:
    """Return whether one key has most of another, not a word or a line of it."""
    shorter, longer = sorted((one, other), key=len)
    share = len(shorter) / max(1, len(longer))
    is_beginning = fuzz.ratio(shorter, longer[: len(shorter)]) > 90
    return (
        share >= _SAME_TITLE_SHARES[not is_beginning]
        and fuzz.partial_ratio(shorter, longer) > 90
    )

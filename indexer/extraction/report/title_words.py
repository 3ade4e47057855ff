"""The words by which lines of a cover are known that are not its title."""

import re

from rapidfuzz import fuzz

from indexer.analysis.record_codes import OUTPUT
from indexer.analysis.text_dates import dates_in
from indexer.analysis.tokens import fold, normalize
from indexer.extraction.report.cover import SUMMARY_HEADING, is_label
from indexer.extraction.report.cover_words import is_kind, is_programme

_TITLE_EDGES = " .;:,–—-*†\N{ASTERISK OPERATOR}"
_REPLY_PREFIXES = re.compile(r"\A(?:(?:re|tr|fwd?|réf|aw)\s*:\s*)+", re.IGNORECASE)
_CODE_PREFIX = re.compile(
    r"\A(?:(?:work ?package|WP|lot)\s?\d{1,2}\s*[:–—|/-]\s*"
    r"(?=(?:deliverable|livrable|[DL]\s?-?\d)))?"
    r"(?:(?:(?:deliverable|livrable)\s*+(?:no\.?|n\s?[°º])?\s*+:?\s*+\(?[DL]?\s?-?\s?"
    r"|\(?D\s?-?\s?)\d{1,2}"
    r"(?:(?:[._]\d{1,2})*+[a-z]?\)?\s*[:–—.,/_|-]+\s*(?!\d)"
    r"|(?:[._]\d{1,2})++[a-z]?\)?\s+)(?=\S)"
    r"|(?:(?:deliverable|livrable|output)\s*:?\s*)?[DO]\.(?:[A-Z]\d{0,2})?"
    r"(?:\.?\d{1,3})(?:\.\d{1,3})++\s*[:–—/-]?\s+(?=\S)"
    rf"|{OUTPUT}\s*[:–—-]\s+(?=\S))",
    re.IGNORECASE,
)
"""The work package and the whole code of a deliverable before its title."""

_CODE_AT_END = re.compile(r"(?<=\w)\s+[–—(-]?\s?D\d{1,2}\.\d{1,2}\)?$")
_CODE = re.compile(
    r"(?:(?:final )?report on (?:the )?(?:\S+ )?(?:project )?)?"
    r"(?:production intellectuelle|intellectual output|projec?t result"
    r"|résultat de projet|(?:action|azione) \w+\W+deliverable|deliverable|livrable"
    r"|output|prodotto|io|d)\W*(?:n\W*|no\.?\s*|number\W*)?[dlo]?\W?\d[\d._-]*[a-z]?\W*"
    r"|[DO]\.(?:[A-Z]\d{0,2}\.)?\d[\d.]*\W*",
    re.IGNORECASE,
)
"""The code of a deliverable alone, or "Report on D1.2"."""

_NOT_A_TITLE = re.compile(
    r"(?:(?:grant agreement|convention|horizon|h2020|version|v\d|work ?package|wp ?\d"
    r"|lot ?\d|page|date|author|auteur|www\.|https?:|table|figure"
    r"|(?:final|interim|public|progress|technical) (?:report|version)"
    r"|rapport (?:final|intermédiaire|d['’]étape)|version (?:finale|publique))"
    r"\W*\S{0,12}\W*"
    r"|(?:project|projet|document|report|rapport|public|draft|final|confidential"
    r"|toolkit|policy brief|note)\W*(?:\w*\d[\w.]*|(?-i:[A-Z@&-]{2,12}))?\W*"
    r"|\([^()]*\)|.{1,3}|(?:\w ){2,}\w|[\d\W]+|\S*\d\S*\d\S*|.*[\w.]@\w+\.\w+.*"
    r"|.*(?:https?:|www\.).*"
    r"|(?:(?:microsoft (?:word|excel)|adobe \w+)\b.*)|.*\bpowerpoint\b.*|(?:(?:untitled"
    r"|sans (?:titre|nom)|mise en page|new document|nouveau document) ?\d*|titre|title"
    r"|présentation powerpoint|powerpoint presentation|slide ?\d*|diapositive ?\d*"
    r"|about:blank|document\d*)|\S+_\S+|.*\.(?:docx?|odt|pdf|pptx?|indd|tmp|rtf|qxp)"
    r"|(?:led|lead|prepared|written|edited) by\b.*"
    r"|.*\b(?:grant agreement|convention de subvention)\b.*"
    r"|press release|communiqué de presse|pressemitteilung|nota de prensa|persbericht"
    r"|comunicato stampa|comunicado de imprensa|δελτίο τύπου|poster|leaflet|dépliant"
    r"|(?:basic )?document (?:metadata|history|information|control)|author list)",
    re.IGNORECASE,
)
"""Texts that are never titles: versions, addresses, names of templates and of files."""

_SECTION_TITLE = re.compile(
    r"[\divx. ]*(?:(?:chapter|chapitre|part|partie|section|annexe?|appendix|module"
    r"|lesson|leçon)\s+\w{1,4}|introduction|foreword|preface|préface|avant[- ]propos"
    r"|disclaimer|avertissement|acknowledge?ments?|remerciements|contexte?|background"
    r"|overview|objecti(?:ves|fs)|copyright\b.*|important notice|release notes?"
    r"|notes? de (?:version|révision)|(?:revision )?history|historique\b.*"
    r"|mentions légales|about (?:this|the)\b.*|(?:\w )?[aà] propos\b.*"
    r"|table of contents?|contents|sommaire|table des matières|outline|agenda)\W*",
    re.IGNORECASE,
)
"""Headings of sections, which are never titles of documents."""

_ORGANISATION = re.compile(
    r"(?:direction|ministère|ministry|department|république|préfecture|mairie"
    r"|(?:ville|commune) de"
    r"|city of|council|conseil|agence|agency|commission|european (?:commission|union)"
    r"|union européenne|université|university|institut\w*|forum|fondation|foundation"
    r"|observatoire|inspectorate|observatory|association|federal|cour|chambre|assemblée|sénat|parlement|court|secrétariat"
    r"|(?:l['’])?équipe|(?:the )?team|groupe de travail"
    r"|working group|urbact|interreg|erasmus|horizon"
    r"|direktorat\w*|minist[eé]ri?\w*|direcci[oó]n|direzione|direção|bundesamt"
    r"|gemeente|comune di|ayuntamiento|univer\w+|universitä\w*|agen[czt]\w+"
    r"|vereniging|verband|proposed rules)\b(?!.{0,60}[:?])(?:\W*\w+){0,9}\W*$"
    r"|(?:[\w’'-]+ ){1,4}(?:consult(?:ancy|ing)|ltd|limited|gmbh|institute"
    r"|council|university|ministry|department|agency|authority"
    r"|commission|inspectorate|fund|framework programme)\W*$",
    re.IGNORECASE,
)
"""Names of publishers, which are on the cover too."""

ANNUAL_REPORT = re.compile(
    r"(?:annual|activity) (?:activity )?report|rapport (?:annuel|d[’']activités?)"
    r"|rapport annuel d[’']activités?|bilan (?:annuel|d[’']activités?)",
    re.IGNORECASE,
)
"""A kind of report that is also its title."""

_EDITION = re.compile(
    r"(?:version|édition|edition|v\d|mis à jour|updated)\b", re.IGNORECASE
)
_MINUTES = re.compile(
    r"\b(?:minutes?|procès[- ]verbal|compte[- ]rendu|acta|verbale|protokoll|notulen"
    r"|referat)\b",
    re.IGNORECASE,
)
"""What minutes are called: their title has the day of the meeting."""

_WORK_PACKAGE = re.compile(
    r"(?:work ?package|wp ?\d+\s*(?:[:–—|-]|$)|lot de travaux|lot ?\d"
    r"|task ?\d|tâche ?\d)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_WORDS_OF_KINDS = frozenset(
    "final draft interim working technical staff public progress rapport report "
    "document paper note deliverable livrable information version policy brief the of "
    "on de la d n no project projet commission policybrief european".split()
)
_JOINING = frozenset(
    "of for to and in on with from by at or & de des du d’ et à au aux pour "
    "par sur dans en avec ou".split()
)
"""Words with which a title rarely begins, and before which it is not over."""

_DATE_WORDS = 6
_SAME_TITLE_SHARES = (0.4, 0.8)
"""The least share of a text that its title property has, at its start or inside."""


def title_key(text: str) -> str:
    """Return the letters and digits of a text, by which titles are compared."""
    return " ".join(re.findall(r"\w+", fold(normalize(text)).casefold()))


def clean_title(text: str) -> str:
    """Return a title without reply prefixes and the code of the deliverable."""
    text = _REPLY_PREFIXES.sub("", " ".join(text.split()), count=1)
    title = _CODE_AT_END.sub("", without_code(text)).strip(_TITLE_EDGES)
    return f"{title[:1].upper()}{title[1:]}"


def without_code(text: str) -> str:
    """Return a text without the code of a deliverable at its beginning."""
    return _CODE_PREFIX.sub("", text, count=1)


def is_code(text: str) -> bool:
    """Return whether a line is the code of a deliverable, alone."""
    return _CODE.fullmatch(text.strip()) is not None


def is_never_a_title(text: str) -> bool:
    """Return whether a text is a code, a label, a version or the title of a section."""
    patterns = (_NOT_A_TITLE, _CODE, SUMMARY_HEADING, _SECTION_TITLE)
    return any(pattern.fullmatch(text) for pattern in patterns) or is_label(text)


def is_beside_the_title(text: str) -> bool:
    """Return whether a line is about the document, or names a body or a programme."""
    text = text.strip()
    has_code = without_code(text) != text
    text = without_code(text)
    is_kind_alone = is_kind(text) or is_of_kinds(text) or is_never_a_title(text)
    return bool(
        (is_kind_alone and not has_code and not ANNUAL_REPORT.fullmatch(text))
        or is_organisation(text)
        or is_programme(text)
        or _EDITION.match(text)
        or _WORK_PACKAGE.match(text)
        or (
            len(text.split()) <= _DATE_WORDS
            and dates_in(text)
            and not _MINUTES.search(text)
        )
    )


def is_organisation(text: str) -> bool:
    """Return whether a line is the name of a body."""
    return _ORGANISATION.match(text) is not None


def is_of_kinds(text: str) -> bool:
    """Return whether all words of a text name kinds of documents."""
    words = _WORD.findall(text.casefold())
    return bool(words) and _WORDS_OF_KINDS.issuperset(words)


def continues(before: str, text: str) -> bool:
    """Return whether a line is the rest of the title that the line before it begins."""
    last = before.rsplit(maxsplit=1)[-1].casefold() if before.split() else ""
    first = text.split(maxsplit=1)[0] if text.split() else ""
    return (
        first[:1].islower()
        or first.casefold() in _JOINING
        or last in _JOINING
        or last.endswith((":", ",", "-"))
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

"""Whom a text addresses, when it names them."""

from __future__ import annotations

import re

from indexer.extraction.proposals.wording import DUTY
from indexer.model.records import Audience

_NAMES: dict[Audience, str] = {
    Audience.LAW_ENFORCEMENT: (
        r"leas?|law[ -]enforcement(?: (?:agenc(?:y|ies)|authorit(?:y|ies)|bod(?:y"
        r"|ies)|officers?))?"
        r"|police(?: (?:forces?|services?|officers?|departments?|authorities))?"
        r"|sheriffs?"
        r"|constabular(?:y|ies)|prosecutors?|forces? de (?:l['’]ordre|police"
        r"|sécurité(?: intérieure)?)"
        r"|polici(?:ers?|ères?)|gendarmes?|gendarmerie|services? de police"
        r"|services? répressifs|polices? (?:municipales?|nationales?|locales?)"
        r"|parquets?"
    ),
    Audience.LOCAL: (
        r"local (?:and regional )?(?:authorit(?:y|ies)|governments?|councils?"
        r"|communities)"
        r"|regional authorities|regions|municipalit(?:y|ies)|cit(?:y|ies)|towns?"
        r"|mayors?"
        r"|local (?:elected )?(?:officials|representatives|actors|stakeholders"
        r"|partners)"
        r"|city councils?|councillors?|collectivités?(?: (?:territoriales?|locales?))?"
        r"|mair(?:e|es|ie|ies)|communes?|villes?|municipalités?|métropoles?"
        r"|départements"
        r"|intercommunalités?|élus?(?: locaux)?|(?:pouvoirs"
        r"|autorités) (?:publics )?loca(?:ux|les)"
        r"|régions|agglomérations?|acteurs locaux"
    ),
    Audience.NATIONAL: (
        r"national (?:governments?|authorit(?:y|ies)|parliaments?|policy[ -]?makers)"
        r"|governments?"
        r"|(?:eu |the )?member states|states|ministr(?:y|ies)(?: of [a-z]+)?|ministers?"
        r"|legislators?|parliaments?|états(?: membres)?|l['’]état|gouvernements?"
        r"|ministères?"
        r"|pouvoirs publics|législateurs?|parlements?|autorités nationales|préfets?"
        r"|préfectures?"
    ),
    Audience.EU: (
        r"eu institutions?|european (?:union|commission|parliament|council"
        r"|institutions)"
        r"|the commission|eu (?:policy[ -]?makers|agencies)|europol|cepol|the eu"
        r"|union européenne|l['’]ue|commission européenne|parlement européen"
        r"|institutions (?:européennes|de l['’](?:ue|union européenne))"
        r"|conseil de l['’]union"
    ),
    Audience.INDUSTRY: (
        r"industr(?:y|ies)|technology (?:providers?|compan(?:y|ies)|developers?"
        r"|suppliers?)"
        r"|solution providers?|vendors?|developers?|private (?:sector|companies)"
        r"|compan(?:y|ies)"
        r"|businesses|start-?ups?|entreprises?|industriels?|industries|éditeurs?"
        r"|fournisseurs?(?: de (?:solutions|services|technologies))?|développeurs?"
        r"|secteur privé"
    ),
    Audience.PLATFORMS: (
        r"(?:online |social media |digital )?platforms?|social (?:media"
        r"|network(?:ing)?)"
        r"(?: sites?)? (?:compan(?:y|ies)|providers?|platforms?)|social networks"
        r"|internet service providers?|isps?|hosting providers?|service providers"
        r"|plate-?formes?(?: (?:en ligne|numériques?))?|hébergeurs?|réseaux sociaux"
        r"|fournisseurs? d['’]accès"
    ),
    Audience.CIVIL: (
        r"civil society(?: organi[sz]ations?)?|ngos?|citizens?|residents?"
        r"|communit(?:y|ies)"
        r"|volunteers?|associations?|charit(?:y|ies)|the public|société civile"
        r"|citoyen(?:ne)?s?"
        r"|habitants?|riverains?|ong|bénévoles?|bailleurs?(?: sociaux)?"
    ),
    Audience.SCHOOLS: (
        r"schools?|teachers?|parents|educators?|head ?teachers?|colleges|universities"
        r"|écoles?|enseignante?s?|établissements? scolaires?|éducation nationale"
        r"|éducateurs?"
        r"|collèges|lycées|familles"
    ),
    Audience.RESEARCH: (
        r"research(?:ers?)?(?: (?:communit(?:y|ies)|institutes?|cent(?:re|er)s?"
        r"|bodies))?"
        r"|academi(?:a|cs)|scientists?|chercheur(?:e|se)?s?|recherche|universitaires"
        r"|laboratoires?"
    ),
}
# The longest name of all at each place wins: « police municipale » is not a town.
_ALL = [
    (audience, re.compile(rf"(?<!\w)(?:{names})(?!\w)", re.IGNORECASE))
    for audience, names in _NAMES.items()
]
_ADDRESSED = re.compile(
    r"(?:addressed to|addressees?|audiences?|target(?:ed)?(?: groups?| audiences?)?"
    r"|for whom"
    r"|responsible|who|stakeholders?|actors?|destinataires?|publics?(?: visés?)?"
    r"|cibles?"
    r"|pour qui|à destination de|s['’]adresse à|acteurs?(?: concernés)?|responsables?"
    r"|porteurs?"
    r"|pilotes?)\s*[:–-]\s*(.+)",
    re.IGNORECASE | re.DOTALL,
)
_CLAUSE = re.compile(
    r"[,;:.]|\b(?:when|if|where|lorsque?|quand|afin|so that|in order)\b", re.IGNORECASE
)
_COMPLEMENT = re.compile(
    r"\b(?:of|from|with|about|in|within|at|du|des|avec|dans|en|au sein)\b",
    re.IGNORECASE,
)
_IMPERSONAL = re.compile(r"(?:it|il|we|nous|on|i) ", re.IGNORECASE)
_ARTICLES = re.compile(
    r"\W*(?:\b(?:that|que|qu|to|by|for|à|aux?|les?|la|l|the|all|every|each|both|chaque"
    r"|toutes?|tous|leurs?|d|des|de)\b['’]?\W*)*",
    re.IGNORECASE,
)
_AND = re.compile(
    r"\s*(?:,|and|et|ou|or|&|as well as|ainsi que|\+|/)\s*", re.IGNORECASE
)
_GIVEN_TO = re.compile(
    r"\b(?:for|to|towards?|pour|aux?|à|destinées?|destination)\b", re.IGNORECASE
)

MAX_WORDS_OF_HEADING = 9
MAX_WORDS_ALONE = 4


def named_audiences(text: str) -> tuple[Audience, ...]:
    """Give all audiences that a text names, in its order."""
    found: list[tuple[int, int, Audience]] = []
    for audience, pattern in _ALL:
        found += [
            (match.start(), -match.end(), audience) for match in pattern.finditer(text)
        ]
    named: dict[Audience, None] = {}
    covered = 0
    for start, end, audience in sorted(found, key=lambda each: each[:2]):
        if start >= covered:
            named[audience] = None
            covered = -end
    return tuple(named)


def addressed_in(text: str) -> tuple[Audience, ...]:
    """Give the audiences that a recommendation addresses, by its own words.

    Those are the ones that the duty is laid on ("local authorities should…"), those it
    is recommended to, and those named after a word such as « Destinataires : ». An
    audience that is only mentioned ("work with the police") is not addressed.
    """
    told = _ADDRESSED.match(text.strip())
    if told is not None:
        return named_audiences(told.group(1))
    duty = DUTY.search(text)
    if duty is None:
        return ()
    if _IMPERSONAL.match(duty.group()):
        return _leading(text[duty.end() :])
    subject = _CLAUSE.split(text[: duty.start()])[-1]
    return named_audiences(_COMPLEMENT.split(subject, maxsplit=1)[0])


def addressed_by_heading(heading: str) -> tuple[Audience, ...]:
    """Give the audiences that a heading names: « Pour les collectivités »."""
    words = len(heading.split())
    if words > MAX_WORDS_OF_HEADING:
        return ()
    given = _GIVEN_TO.search(heading)
    if given is not None:
        return named_audiences(heading[given.end() :])
    # « Collectivités territoriales » alone, between two lists.
    return named_audiences(heading) if words <= MAX_WORDS_ALONE else ()


def _leading(text: str) -> tuple[Audience, ...]:
    """Give the audiences that a text begins with, joined by "and" or commas."""
    named: dict[Audience, None] = {}
    while True:
        begun = _ARTICLES.match(text)
        rest = text[begun.end() :] if begun else text
        matches = [(pattern.match(rest), audience) for audience, pattern in _ALL]
        found = [(m.end(), audience) for m, audience in matches if m is not None]
        if not found:
            return tuple(named)
        end, audience = max(found, key=lambda each: each[0])
        named[audience] = None
        joined = _AND.match(rest, end)
        if joined is None:
            return tuple(named)
        text = rest[joined.end() :]

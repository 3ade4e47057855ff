"""The project that a document is a deliverable of, by ordered rules.

1. The value of a label: "Project acronym", « Nom du projet ».
2. The name that is most often beside the number of a grant, the word “project”, or
   “has received funding”, in the first pages, headers, footers and the colophon.
3. On a cover that speaks of a programme or a grant: a name before its slogan, or alone
   on a line above the title. 4. The name before a code in the name of the file.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from indexer.extraction.report.cover import (
    MAX_BLOCK_LENGTH,
    MIN_BODY_WORDS,
    Cover,
    block_fact,
    labelled_values,
    property_fact,
)
from indexer.extraction.report.cover_words import (
    is_kind,
    is_programme,
    without_programme,
)
from indexer.extraction.report.title_words import (
    is_code,
    is_never_a_title,
    is_of_kinds,
    is_organisation,
    title_key,
)
from indexer.model.document import Block
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField

_MAX_LABELLED_WORDS = 25
_MAX_NAME_WORDS = 6
_PHRASE_WORDS = 3
_FRONT_BLOCKS = 12
_TEXT_BLOCKS = 120
_OWN_VOTES = 3
"""The votes of a short mention on the first page or in a margin."""

_MANY_VOTES = 4

_ACRONYM = (
    r"(?![DL][’'])(?=[\w@+&.’-]{0,24}[A-ZÀ-Þ][\w@+&.’-]{0,24}[A-ZÀ-Þ0-9])"
    r"(?:[A-ZÀ-Þ][\w@+&’-]{2,24}|[a-z]{1,5}[A-Z]{2}[\w@+&’-]{0,20})(?:\.eu\b)?"
)
"""A word with two capital letters, or a capital letter and a digit."""

_CAPITALS = r"[A-ZÀ-Þ][A-ZÀ-Þ\d’&-]+(?: [A-ZÀ-Þ][A-ZÀ-Þ\d’&-]+){1,3}"
_QUOTED = r"[«“\"]\s?(?P<{0}>[^«»“”\"]{{3,60}}?)\s?[»”\"]"
_NAME = rf"(?:(?:LIFE )?{_CAPITALS}|(?:LIFE )?{_ACRONYM}(?: (?:2\.0|II)\b)?)"
_PROJECT = (
    r"(?i:projects?|projets?|(?:verbund)?projekts?|proyecto|progetto|projeto|έργο)"
)
_NETWORK = (
    r"(?:(?:Action Planning|Transfer|Implementation) Network"
    r"|[Rr]éseau de planification d’action|Réseau (?:de transfert )?(?:URBACT )?[IV]*)"
)
_GRANT = r"(?i:GA|grant agreement|grant|convention(?: de subvention)?)"
_NUMBER = (
    rf"(?:{_GRANT}\W{{0,3}})?(?i:(?:no\.?|n\s?[°º]|number)?\W{{0,2}})"
    r"(?:\d{5,9}|[A-Z]{2}\d{4})"
)
_FUNDED = (
    r"(?i:(?:has|have) received (?:\w+ )?fund|receives fund|(?:is|was) (?:co-?)?funded"
    r"|is an? (?:EU|European|Horizon|H2020)[\w -]{0,20}funded"
    r"|(?:est|a été) (?:co-?)?financé|a (?:reçu|bénéficié)|bénéficie d)"
)
_CODE = (
    r" ?(?i:WP\d+\W{1,3})?(?i:(?:deliverable|livrable)\W{0,2}(?:D|no\.? ?)?\d|D\d+\.\d)"
)
_IS_A = r"(?:is an?|est une?|es un|è un|ist ein|is een|é um)"
_SAID = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\w/.@-])(?P<name>{_NAME})[\s(|–—:-]{{1,4}}{_NUMBER}(?![\d-])",
        rf"(?<![\w/-])\d{{5,9}}[\s|–—:-]{{1,4}}(?P<name>{_NAME})",
        rf"(?<![\w.@-])(?P<name>{_NAME}) ?[–—|-]?{_CODE}",
        rf"(?<![\w.@-])(?P<name>{_NAME}) {_IS_A} (?:[\w-]+ ){{0,3}}{_PROJECT}\b",
        rf"(?<![\w.@-])(?P<name>{_NAME}) (?:{_PROJECT} )?(?:which )?{_FUNDED}",
        rf"(?<![\w.@-])(?P<name>{_NAME}) ?\([^)]{{3,160}}\) {_PROJECT}\b",
        rf"(?<![\w.@-])(?P<name>{_NAME})[ -](?:{_PROJECT}|(?i:consortium))\b",
        rf"(?<![\w.@-])(?P<name>{_NAME}) {_NETWORK}",
        rf"(?:{_PROJECT}|{_NETWORK}) (?:européen(?:ne)? |acronym )?(?P<name>{_NAME})",
        rf"\b{_PROJECT} {_QUOTED.format('name')}",
        rf"(?<![\w.@-])(?P<name>{_ACRONYM}) [–—-] [^.]{{3,120}} {_IS_A} .{{1,60}}ction",
    )
)
"""What says that a name is that of a project."""

_FUNDING = re.compile(
    r"\b(?:H2020|Horizon (?:2020|Europe)|Interreg|Erasmus|URBACT|LIFE\d*|CERV|ISFP?"
    r"|DAPHNE|FP7|COST|AMIF|JUST|(?i:co-?funded|co-?financé|grant agreement"
    r"|convention de subvention|consortium|deliverable|livrable|dissemination"
    r"|χρηματοδοτ\w*|European Union|Union européenne))\b"
    r"|\d{4}-\d-[A-Z]{2}\d\d|\bD\d+\.\d"
)
_IN_PASSING = re.compile(
    r"\b(?:thanks?|grateful|remerci\w*|merci|comparable|similar|earlier|other|autres?"
    r"|previous|such as|comme|tels? que|avec l[ea]|participat\w*|inspir\w*|projects"
    r"|projets)\b",
    re.IGNORECASE,
)
_OF_THE_DOCUMENT = re.compile(
    r"\b(?:this|ce|cet|cette|le présent) (?:document|deliverable|livrable|report"
    r"|rapport|guide|handbook|booklet|manual|manuel|work|publication|ouvrage|étude|study"
    r"|project)"
    r"|dans le cadre du projet|(?:with)?in the (?:framework|context) of"
    r"|received (?:\w+ )?fund|(?:co-?)?(?:funded|financé|financiad"
    r"|finanziat|gefördert)|χρηματοδοτ",
    re.IGNORECASE,
)
"""What says that the project beside it is that of the document."""

_BODIES = frozenset(
    "eurojust europol interpol frontex cepol fra emcdda euda enisa eucpn efus fesu ffsu"
    " defus unodc unicri osce unesco onu un-habitat iclei eurocities polis cnil anssi"
    " inhesj ihemi sgcipd cipdr anct ocde oecd oms who insee dgpn dggn".split()
)
_NOT_A_PROJECT = re.compile(
    r"(?:EU|EC|EUROPE|UNION|THE|THIS|PROJECT|PROJET|FINAL|DRAFT|PUBLIC|REPORT|RAPPORT"
    r"|DELIVERABLE.*|LIVRABLE.*|GRANT.*|CONVENTION.*|AGREEMENT.*|CALL.*|SUBVENTION.*"
    r"|H2020.*|HORIZON.*|FP7.*|ISFP?|CERV|LIFE|JUST|(?:WP|IO|D|T|L|V)\d.*|GNU|GITHUB"
    r"|DOCUMENTATION|PUBLISHED|PROGETTO|PROYECTO|PROJEKT|GUIDE.*|MANUAL|HANDBOOK"
    r"|ACKNOWLEDGE?MENTS?|REMERCIEMENTS|DISCLAIMER|AVERTISSEMENT|HISTORY|ANNEXE?"
    r"|CONTENTS|ABSTRACT|SUMMARY|SOMMAIRE|RÉSUMÉ|INTRODUCTION|MINUTES|NEWSLETTER"
    r"|PROJE[CK]?T (?:OWNER|MANAGER|LEAD|COORDINAT|TEAM)\w*"
    r"|TAKING COOPERATION FORWARD|KEYWORDS|PARTNERS?|NUMBER|CONSORTIUM"
    r"|RESEARCH.*|INNOVATION.*|ACTION.*|PDF|URL|ISBN.*"
    r"|(?:EN|ISO|IEC|UNE|DIN|NF|ETSI|CENELEC|CEN|IEEE|NIST|BS)(?:[ /-].*)?|UNE.*"
    r"|[A-Z\d-]+-(?:19|20)\d\d(?:-[\w-]+)?|\w*\d{4,}\w*"
    r"|.*\b(?:REPORT|RAPPORT|MEETING|COMMITTEE)\b.*"
    r"|(?:PROJET )?URBAIN.*|GA|NO|VERSION.*"
    r"|(?:number|title|name|acronym|coordinator|start|duration|website|id)\b.*)",
    re.IGNORECASE,
)
_NUMBER_OF_GRANT = re.compile(r"^\d{5,9}\W+|\W+\d{5,9}$")
_CODE_AT_END = re.compile(r"\s*[/–—-]\s*D\d+\.\d+$")
_FIRST_OF_VALUE = re.compile(r"([\w@+&.-]*[A-ZÀ-Þ][\w@+&.-]*)\s*(?:[–—:|(]|\s-\s)")
_LAST_OF_VALUE = re.compile(rf"\(\s*({_ACRONYM})\s*\)\s*$")
_BEFORE_SLOGAN = re.compile(
    rf"({_NAME}|LIFE [A-ZÀ-Þ]+)\s?(?::|\s[–—|·-]\s)\s?(?=\w+ \w)"
)
_ALONE = re.compile(_NAME)
_CODE_AFTER = re.compile(
    rf"({_NAME})[\W_]+(?:\d{{6,8}}[\W_]+)?(?:WP\d+[\W_]+)?"
    r"(?i:deliverable|livrable|output|D(?:EL)?\s?-?\d|L\d|IO\s?\d)"
)
_EDGES = ' .:;,–—-*·|«»“”"()[]'


def find_project(
    cover: Cover, title: ExtractedFact | None, margins: Sequence[Block]
) -> ExtractedFact | None:
    """Return the name of the project, mostly its acronym, or None without one.

    Args:
        cover: the first pages of the document.
        title: its title.
        margins: its running headers and footers.
    """
    return (
        _labelled(cover)
        or _said(cover, margins)
        or _in_front(cover, title, margins)
        or _in_file_name(cover)
    )


def _labelled(cover: Cover) -> ExtractedFact | None:
    """Return the value of a label; an acronym is better than a full name."""
    found: list[tuple[int, str, Block]] = []
    for value, block, _label in labelled_values(cover, MetadataField.PROJECT):
        text = _NUMBER_OF_GRANT.sub("", _CODE_AT_END.sub("", value)) or value
        name = _FIRST_OF_VALUE.match(text) or _LAST_OF_VALUE.search(text)
        own = (name[1] if name is not None else text).strip(_EDGES)
        is_long = len(text.split()) > _MAX_LABELLED_WORDS
        if is_long or is_programme(text) or _NOT_A_PROJECT.fullmatch(own):
            continue
        if any(map(str.isalpha, own)):
            found.append((len(own.split()) > 2, own, block))
    if not found:
        return None
    _is_full, name_found, block = min(found, key=lambda each: each[0])
    return block_fact(MetadataField.PROJECT, block, name_found)


def _said(cover: Cover, margins: Sequence[Block]) -> ExtractedFact | None:
    """Return the name that most often stands beside the word “project” in the texts."""
    own = (*cover.first_page, *margins)
    known = set(map(id, own))
    texts = (each.block for each in cover.outline_blocks[:_TEXT_BLOCKS])
    later = (*cover.ending, *cover.blocks, *texts)
    others = dict.fromkeys(block for block in later if id(block) not in known)
    counts: Counter[str] = Counter()
    said_of: set[str] = set()
    names: dict[str, tuple[str, Block]] = {}
    for block in (*own, *others):
        is_short = id(block) in known and len(block.text.split()) < MIN_BODY_WORDS
        is_own = is_short or _OF_THE_DOCUMENT.search(block.text[:MAX_BLOCK_LENGTH])
        for name in _names_in(block.text):
            counts[title_key(name)] += _OWN_VOTES if is_own else 1
            if is_own:
                said_of.add(title_key(name))
            names.setdefault(title_key(name), (name, block))
    # Mentions in the text alone may be those of another project.
    counts = Counter(
        {
            key: votes
            for key, votes in counts.items()
            if key in said_of or votes > _MANY_VOTES
        }
    )
    if not counts:
        return None
    key, count = counts.most_common(1)[0]
    name, block = names[key]
    site = re.compile(rf"(?<![\w.@/]){re.escape(name)}\.eu\b")
    if any(site.search(block.text) for block in (*own, *later)):
        name = f"{name}.eu"
    likelihood = Likelihood.MEDIUM if count > _OWN_VOTES else Likelihood.LOW
    return block_fact(MetadataField.PROJECT, block, name, likelihood=likelihood)


def _names_in(text: str) -> Iterator[str]:
    text = text[:MAX_BLOCK_LENGTH].replace("_", " ")
    for pattern in _SAID:
        for match in pattern.finditer(text):
            name = match["name"].strip(_EDGES)
            before = text[max(0, match.start() - 40) : match.start("name")]
            if _may_be_name(name) and not _IN_PASSING.search(before):
                yield name.removesuffix(".eu")


def _may_be_name(name: str) -> bool:
    return not (
        len(name) < 3
        or len(name.split()) > _MAX_NAME_WORDS
        or _NOT_A_PROJECT.fullmatch(name)
        or name.casefold() in _BODIES
        or is_programme(name)
        or is_organisation(name)
        or is_kind(name)
        or is_of_kinds(name)
        or is_never_a_title(name)
    )


def _in_front(
    cover: Cover, title: ExtractedFact | None, margins: Sequence[Block]
) -> ExtractedFact | None:
    """Return a name before its slogan, or alone above the title of a funded work."""
    if not any(_FUNDING.search(each.text) for each in (*cover.blocks, *margins)):
        return None
    own = title_key(title.value) if title is not None else ""
    lines = [
        (line.strip(), block)
        for block in cover.first_page[:_FRONT_BLOCKS]
        for line in block.cells or block.lines or (block.text,)
    ]
    for (line, block), (below, _below_block) in pairwise(lines):
        slogan = _BEFORE_SLOGAN.match(line)
        rest = without_programme(line)
        name = slogan[1] if slogan is not None else rest or line
        is_alone = _ALONE.fullmatch(name) and (rest or _is_above(below, own))
        is_title = title_key(line) in own or (own and own in title_key(line))
        if (slogan or is_alone) and _may_be_name(name) and not is_title:
            return block_fact(
                MetadataField.PROJECT, block, name, likelihood=Likelihood.LOW
            )
    return None


def _is_above(below: str, title: str) -> bool:
    """Return whether a line is the title, its code, or the words of a name."""
    key = title_key(below)
    is_phrase = len(key.split()) >= _PHRASE_WORDS and not below.isupper()
    return is_code(below) or is_phrase or (bool(key) and title.startswith(key[:40]))


def _in_file_name(cover: Cover) -> ExtractedFact | None:
    for name, text in (("name", cover.stem), ("title", cover.properties.title)):
        found = _CODE_AFTER.match(text[:MAX_BLOCK_LENGTH].replace("_", " "))
        is_shown = name == "name" or any(
            found is not None and found[1] in block.text for block in cover.blocks
        )
        if found is not None and is_shown and _may_be_name(found[1]):
            return property_fact(MetadataField.PROJECT, name, found[1])
    return None

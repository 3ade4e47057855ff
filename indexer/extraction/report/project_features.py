"""What is known of a candidate for the project: its letters, places and neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from indexer.extraction.report.cover import Cover, labelled_values
from indexer.extraction.report.cover_words import is_kind, stands_for
from indexer.extraction.report.learnt_weights import Features
from indexer.extraction.report.project_candidates import (
    LONE_ACRONYM,
    PARTS,
    NamePlace,
    ProjectCandidate,
    front_lines,
)
from indexer.extraction.report.title_features import (
    has_kind,
    is_never_a_title,
    is_publisher,
    title_key,
)
from indexer.model.document import Block, BlockType
from indexer.model.proposals import MetadataField

_PROJECT = "project|projet|verbundprojekt|projekt|projekts|proyecto|progetto|projeto"
_PARTNERS = "consortium|partners|partenaires|network|reseau|partnership|partenariat"
_OF_DOCUMENT = (
    "deliverable of|livrable d[ue]|resultat du|output of|result of|produced by|produit"
    " dans le cadre du|realise dans le cadre du|elabore dans le cadre du"
    "|within the framework of|in the framework of|as part of|dans le cadre du"
    "|this document is|ce document est|issu du"
)
_FUNDED = (
    r"(?:project |projet )?(?:which |qui )?(?:(?:has"
    r"|have) received (?:[a-z]+ )?(?:fund|financ)"
    r"|receives (?:fund|financ)|(?:is|was|est|a ete) (?:co ?)?(?:fund|financ)"
    r"|a (?:recu|beneficie)|beneficie)"
)
_GRANT = (
    r"(?:ga|grant|grant agreement|convention|convention de subvention|agreement"
    r"|contract)"
)
_NUMBER_NEAR = re.compile(
    r"\b(?:grant|GA|convention|agreement|contract)\b.{0,30}\d{4,}|\b\d{6,9}\b"
    r"|\d{4}-\d-[A-Z]{2}\d{2}|\b[A-Z]{2,6}-(?:19|20)\d\d|\bLIFE\d\d",
    re.IGNORECASE,
)
_PROGRAMME = re.compile(
    r"\b(?:H2020|Horizon|Interreg|Erasmus|URBACT|LIFE|CERV|ISFP?|DAPHNE|FP7|COST|JPI"
    r"|AMIF|AGIS|Framework Programme|programme-cadre|Co-?funded|[Cc]ofinancé|JUST)\b",
    re.IGNORECASE,
)
_PROJECT_WORD = re.compile(
    r"\b(?:projects?|projets?|consortium|deliverable|livrable)\b", re.IGNORECASE
)
_DELIVERABLE = re.compile(
    r"\b(?:deliverable|livrable|output|résultat|production intellectuelle"
    r"|[DLO]\.?(?:[A-Z]\d)?\s?\d+\.\d+)\b",
    re.IGNORECASE,
)
_CAPITALS = (
    r"(?!(?:PROJECT|PROJET|LIFE|INTERREG|H2020|DELIVERABLE|LIVRABLE|NETWORK|RÉSEAU"
    r"|CONSORTIUM|OUTPUT)\b)[A-ZÀ-Þ’-]{3,}"
)
"""A word in capitals that does not announce a name."""

_BODIES = frozenset(
    "eurojust europol interpol frontex cepol fra emcdda euda enisa eucpn efus fesu ffsu"
    " defus unodc unicri osce unesco onu un-habitat iclei eurocities polis cnil anssi"
    " inhesj ihemi sgcipd cipdr anct ocde oecd oms who insee enisa dgpn dggn".split()
)
"""Acronyms of bodies that publish on security."""

_HYPHENATED = re.compile(r"[A-ZÀ-Þ]?[a-zß-ÿ’']+(?:-[A-ZÀ-Þ]?[a-zß-ÿ’']+)+")
"""A name of a place or a person: "Val-de-Meurve"."""

_BODY = re.compile(
    r"(?:european |réseau|network|union|ligue|league|cent(?:re|er)|société|society"
    r"|fédération|federation|alliance|unit|service|cellule|amt)\b",
    re.IGNORECASE,
)
_TOWN = (
    "ville|commune|city|municipality|municipalite|mairie|maire|mayor|town|comune|stadt"
    "|gemeente|metropole|prefecture|region|departement|universite|university|council"
)
_IN_PASSING = (
    r"thanks?|grateful|remerci\w*|comparable|similar|earlier|other|autres?|previous"
    r"|such as"
    r"|comme|tels? que|guide du|took part|participat\w*|participe\w*|contribut\w*"
    r"|inspire\w*"
    r"|borrow\w*|emprunt\w*|also|aussi|members of|membres du|en lien avec|among|parmi"
    r"|beteiligt|entnommen"
)
"""Words before a project that is not that of the document."""

_THANKS = re.compile(r"\b(?:thanks?|grateful|remerci\w+|merci)\b", re.IGNORECASE)
_CODE_FIRST = re.compile(
    r"[\W_]+(?:\d{6,8}[\W_]+)?(?:WP\d+[\W_]+)?"
    r"(?:deliverable|livrable|output|résultat|D(?:EL)?\s?-?\d|[LO]\.?\w?\d|IO\s?\d)",
    re.IGNORECASE,
)
_ISSUE = re.compile(
    r"\W*(?:n\s?[°º]|no\.|issue|vol|numéro|hors-série)\W*\d", re.IGNORECASE
)
"""The number of an issue below the name of a series."""

_LARGER = 1.1
_LONG = 5
"""The letters of a name that is not only the initials of another."""

_MAX_BODY_WORDS = 14
MAX_TEXT = 20_000
"""The characters in which a name is searched, of the first page and of later ones."""

_MANY, _MORE = 3, 8


@dataclass(frozen=True)
class ProjectPage:
    """A cover, its margins and its title, as names are compared with them."""

    cover: Cover
    margins: Sequence[Block]
    title: str

    @cached_property
    def front(self) -> Sequence[tuple[str, Block]]:
        """The lines of the first page, each with its block."""
        return front_lines(self.cover)

    @cached_property
    def bodies(self) -> Sequence[str]:
        """The lines of the first page that name a body."""
        lines = (text for text, _ in self.front if len(text.split()) <= _MAX_BODY_WORDS)
        return [each for each in lines if is_publisher(each)]

    @cached_property
    def largest_size(self) -> float:
        """The largest size of letters, relative to the text; 0 if none is known."""
        return max((block.size for _, block in self.front), default=0.0)

    @cached_property
    def front_lines(self) -> str:
        """The keys of the short blocks of the first page, and of the margins."""
        lines = (each for each in self.cover.first_page if not is_sentence(each.text))
        return _text_of((*lines, *self.margins))

    @cached_property
    def front_text(self) -> str:
        """The keys of the sentences of the first page."""
        return _text_of(e for e in self.cover.first_page if is_sentence(e.text))

    @cached_property
    def later_text(self) -> str:
        """The keys of the blocks after the first page."""
        first = set(map(id, self.cover.first_page))
        later = (each for each in self.cover.blocks if id(each) not in first)
        return _text_of((*later, *self.cover.ending))

    @cached_property
    def raw_text(self) -> str:
        """The text of all blocks."""
        return "\n".join(each.text for each in self.cover.blocks)[:MAX_TEXT]

    @cached_property
    def other_values(self) -> Sequence[str]:
        """The values of labels for authors and lead partners."""
        fields = (MetadataField.AUTHORS, MetadataField.LEAD)
        return [
            value
            for field in fields
            for value, _, _ in labelled_values(self.cover, field)
            if len(value.split()) <= 40
        ]

    @cached_property
    def margin(self) -> str:
        """The key of the running headers and footers."""
        return f" {title_key(' | '.join(each.text for each in self.margins))} "

    @cached_property
    def title_key(self) -> str:
        """The key of the title."""
        return title_key(self.title)

    @cached_property
    def stem(self) -> str:
        """The key of the file name, without spaces."""
        return title_key(self.cover.stem).replace(" ", "")

    @cached_property
    def property_title(self) -> str:
        """The key of the title property."""
        return title_key(self.cover.properties.title[:1000])

    @cached_property
    def has(self) -> Mapping[str, bool]:
        """What the pages say of a project at all."""
        blocks = (*self.cover.blocks, *self.margins)
        front = "\n".join(text for text, _ in self.front)
        return {
            "a number of a grant": any(_NUMBER_NEAR.search(b.text) for b in blocks),
            "a programme": any(_PROGRAMME.search(each.text) for each in blocks),
            "a programme in front": _PROGRAMME.search(front) is not None,
            "the word project": any(_PROJECT_WORD.search(b.text) for b in blocks),
            "the word project in front": _PROJECT_WORD.search(front) is not None,
            "a deliverable in front": _DELIVERABLE.search(front) is not None,
        }


def _text_of(blocks: Iterable[Block]) -> str:
    keys = (title_key(each.text.replace("_", " ")) for each in blocks)
    return f" | {' | '.join(keys)[:MAX_TEXT]} | "


def project_features(candidate: ProjectCandidate, page: ProjectPage) -> Features:
    """Return the features of a candidate, by name; each is a number, mostly 0 or 1."""
    found: dict[str, float] = {place.value: 1 for place in candidate.places}
    key = title_key(candidate.name)
    found |= _letter_features(candidate)
    found |= _place_features(candidate, key, page)
    found |= _text_features(candidate, key, page)
    found |= _evidence_features(found)
    return {name: float(value) for name, value in found.items() if value}


SAID_OF_A_PROJECT = (
    "before the word project",
    "after the word project",
    "before partners",
    "after partners",
    "before a number",
    "after a number",
    "before a code",
    "is a project",
    "is of this document",
)
"""The features by which a text says that a name is that of a project."""

_ALONE = frozenset({NamePlace.LABEL, NamePlace.LINE, NamePlace.PART})

_EVIDENCE = (
    "label",
    "full label",
    "beside the word project",
    "after a programme",
    "file name has it",
    "margin",
    "stands for words beside it",
    "is funded",
    "project after its words",
    "before a code in the file name",
    "before a code in the property",
    *(
        f"{words}{suffix}"
        for words in SAID_OF_A_PROJECT
        for suffix in ("", " in a sentence", " after the first page")
    ),
)


def _evidence_features(found: Mapping[str, float]) -> dict[str, float]:
    count = sum(bool(found.get(name)) for name in _EVIDENCE)
    return {
        "no evidence": count == 0,
        "two kinds of evidence": count == 2,
        "three kinds of evidence": count == 3,
        "four kinds of evidence or more": count >= 4,
    }


def no_project_features(page: ProjectPage) -> Features:
    """Return the features of the answer that a document is of no project."""
    names = {f"none with {name}": float(is_so) for name, is_so in page.has.items()}
    return {"none": 1.0, **{name: value for name, value in names.items() if value}}


def _letter_features(candidate: ProjectCandidate) -> dict[str, float]:
    name = candidate.name
    count = len(name.split())
    is_acronym = LONE_ACRONYM.fullmatch(name) is not None
    is_alone = not candidate.places.isdisjoint(_ALONE)
    return {
        "acronym": is_acronym and is_alone,
        "acronym with small letters": is_acronym and is_alone and not name.isupper(),
        "acronym of five letters or more": is_acronym and is_alone and len(name) >= 5,
        "acronym in a text": is_acronym and not is_alone,
        "acronym with small letters in a text": is_acronym
        and not is_alone
        and not name.isupper(),
        "long acronym in a text": is_acronym and not is_alone and len(name) >= 5,
        "words in capitals alone": count > 1 and name.isupper() and is_alone,
        "one word in small letters": count == 1 and not is_acronym,
        "two or three words": count in {2, 3},
        "four words or more": count >= 4,
        "words joined by hyphens": _HYPHENATED.fullmatch(name) is not None,
        "begins in lower case": name[:1].islower(),
        "has a digit": any(map(str.isdigit, name)),
        "has a sign": not name.replace(" ", "").isalnum(),
        "publisher": is_publisher(name) or name.casefold() in _BODIES,
        "kind": has_kind(name) or is_kind(name),
        "never a title": is_never_a_title(name),
    }


def _place_features(
    candidate: ProjectCandidate, key: str, page: ProjectPage
) -> dict[str, float]:
    number = candidate.number
    found: dict[str, float] = {
        "in the title": f" {key} " in f" {page.title_key} ",
        "the title": key == page.title_key,
        "stands for a body of the page": any(
            stands_for(key, title_key(line)) for line in page.bodies
        ),
        "in a running header": f" {key} " in page.margin,
        "file name has it": key.replace(" ", "") in page.stem,
        "property has it": f" {key} " in f" {page.property_title} "
        and key not in page.title_key,
        "beside words in capitals": _is_in_capitals(candidate.name, page),
        "value of another label": _is_other_value(candidate.name, page),
        "before a code in the file name": _is_before_code(
            candidate.name, page.cover.stem
        ),
        "long name before a code in the file name": len(candidate.name) >= _LONG
        and _is_before_code(candidate.name, page.cover.stem),
        "before a code in the property": _is_before_code(
            candidate.name, page.cover.properties.title
        ),
        "end of the title of a web page": page.cover.is_web_page
        and page.property_title.endswith(f" {key}"),
        "the page has it in small letters": _in_small_letters(candidate.name, page),
    }
    if number < 0:
        return found
    own, block = page.front[number]
    following = page.front[number + 1][0] if number + 1 < len(page.front) else ""
    before = page.front[number - 1][0] if number else ""
    is_line = NamePlace.LINE in candidate.places
    is_alone = not candidate.places.isdisjoint(_ALONE)
    is_part = NamePlace.PART in candidate.places
    is_heading = block.type is BlockType.HEADING
    rest = own.replace(candidate.name, " ")
    beside = [*PARTS.split(rest), *([following] if is_line else [])]

    def is_name_of(words: str) -> bool:
        return stands_for(key, title_key(words))

    return found | {
        "largest letters": is_line and 0 < block.size == page.largest_size,
        "share of the largest letters": (is_line or is_part)
        and block.size / (page.largest_size or 1),
        "larger than the text": (is_line or is_part) and block.size > _LARGER,
        "smaller than the text": 0 < block.size < 1,
        "place": min(number, 10) / 10,
        "begins its line": not is_line
        and not is_part
        and own.startswith(f"{candidate.name} "),
        "before the number of an issue": _ISSUE.match(following) is not None,
        "first block": number == 0,
        "first block and line": number == 0 and is_line,
        "line that is a heading": is_line and is_heading,
        "line of a block": is_line and not is_heading,
        "highest heading": is_line and is_heading and (block.level or 1) == 1,
        "in a sentence": is_sentence(own) and not is_part,
        "one of several words in capitals": not is_part
        and not is_line
        and not is_sentence(own)
        and own.isupper(),
        "in the line of a body": is_publisher(own) and not is_alone,
        "line beside lines in capitals": candidate.name in block.lines
        and any(line.isupper() for line in block.lines if line != candidate.name),
        "a number of a grant beside it": _NUMBER_NEAR.search(rest) is not None,
        "a number of a grant above or below": _NUMBER_NEAR.search(following) is not None
        or _NUMBER_NEAR.search(before) is not None,
        "a programme beside it": _PROGRAMME.search(rest) is not None,
        "a programme above or below": _PROGRAMME.search(following) is not None
        or _PROGRAMME.search(before) is not None,
        "a deliverable beside it": _DELIVERABLE.search(rest) is not None,
        "line above a phrase": is_line
        and 3 <= len(following.split()) <= 14
        and title_key(following) not in page.title_key,
        "line above the title": is_line
        and len(following.split()) > 1
        and page.title_key.startswith(title_key(following)[:40]),
        "stands for words beside it": any(map(is_name_of, beside))
        and not any(map(_is_body, filter(is_name_of, beside))),
        "stands for a body": any(map(_is_body, filter(is_name_of, beside))),
    }


def _is_body(words: str) -> bool:
    return is_publisher(words) or _BODY.match(words.strip()) is not None


def _is_in_thanks(name: str, page: ProjectPage) -> bool:
    """Return whether all blocks that have a name are thanks to others."""
    blocks = [each.text for each in page.cover.blocks if name in each.text]
    return bool(blocks) and all(map(_THANKS.search, blocks))


def _is_before_code(name: str, text: str) -> bool:
    """Return whether a text begins with a name and the code of a deliverable."""
    rest = text[len(name) :] if text.startswith(name) else ""
    return _CODE_FIRST.match(rest) is not None


def _is_other_value(name: str, page: ProjectPage) -> bool:
    """Return whether a name is in the value of a label for authors or partners."""
    return any(name in value for value in page.other_values)


def _is_in_capitals(name: str, page: ProjectPage) -> bool:
    """Return whether words in capitals are always beside a name of one word."""
    if " " in name:
        return False
    own = re.escape(name)
    beside = rf"(?:{_CAPITALS} (?:& )?{own}|{own} (?:& )?{_CAPITALS})"
    alone = re.sub(rf"(?<![\w-]){beside}(?![\w-])", " ", page.raw_text)
    return alone != page.raw_text and name not in alone


def _in_small_letters(name: str, page: ProjectPage) -> bool:
    """Return whether a page uses a name of one word as an ordinary word."""
    small = rf"(?<![\w-]){re.escape(name.lower())}(?![\w-])"
    return " " not in name and re.search(small, page.raw_text) is not None


def _text_features(
    candidate: ProjectCandidate, key: str, page: ProjectPage
) -> dict[str, float]:
    """Return what the texts say of a name, on the first page and after it."""
    lines, front, later = page.front_lines, page.front_text, page.later_text
    count = f"{lines} {front} {later}".count(f" {key} ")
    name = re.escape(key)
    found: dict[str, float] = {
        "twice": count == 2,
        "three times or more": count >= _MANY,
        "eight times or more": count >= _MORE,
        "only in thanks": _is_in_thanks(candidate.name, page),
        "only after the first page": f" {key} " not in f"{lines} {front}",
        "in no short line": f" {key} " not in lines,
        "is funded": any(
            re.search(rf" {name} {_FUNDED}", each) for each in (lines, front, later)
        ),
        "project after its words": re.search(
            rf"(?<!\w){re.escape(candidate.name)}(?: \d)? ?\([^)]{{3,200}}\)"
            r" (?i:projec?t)\b",
            page.raw_text,
        )
        is not None,
    }
    texts = (("", lines), (" in a sentence", front), (" after the first page", later))
    for suffix, text in texts:
        for words, pattern in _patterns(name):
            found[f"{words}{suffix}"] = re.search(pattern, text) is not None
    return found


def _patterns(name: str) -> Iterator[tuple[str, str]]:
    """Yield what can be said of a name with the pattern that finds it."""
    yield "before the word project", rf" {name} (?:{_PROJECT}) "
    yield (
        "after the word project",
        rf" (?:{_PROJECT})(?: europeen| acronym| name)? {name} ",
    )
    yield "before partners", rf" {name} (?:{_PARTNERS}) "
    yield "after partners", rf" (?:{_PARTNERS}) {name} "
    yield (
        "before a number",
        rf" {name} (?:{_GRANT} )?(?:(?:no |n )?\d{{5,9}}|[a-z]{{2,4}}\d{{3,5}}) ",
    )
    yield "after a number", rf" \d{{5,9}} {name} "
    yield "before a code", rf" {name} (?:deliverable |livrable |wp\d+ )?[dlo] ?\d"
    yield "used as a name", rf" (?:of|in|within|by|dans|de|par|from) {name} "
    yield (
        "is a project",
        (
            rf" {name} (?:[^\W_]+ ){{0,16}}(?:is an?|est une?) "
            rf"(?:[^\W_]+ ){{0,8}}(?:{_PROJECT}|action|initiative|network|reseau) "
        ),
    )
    yield "is of this document", rf" (?:{_OF_DOCUMENT}) (?:[^\W_]+ ){{0,12}}{name} "
    yield "after a town", rf" (?:{_TOWN}) (?:de |of |d |di |van )?(?:la )?{name} "
    yield "before a town", rf" {name} (?:city |town |county |borough )?(?:{_TOWN}) "
    yield "in passing", rf" (?:{_IN_PASSING}) (?:[^\W_]+ ){{0,6}}{name} "
    yield "one of several", rf" (?:projects|projets)(?: [^\W_]+){{0,4}} {name} "


def is_sentence(text: str) -> bool:
    """Return whether a text is long, or ends as a sentence."""
    return len(text.split()) > 20 or text.rstrip().endswith(".")

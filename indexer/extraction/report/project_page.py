"""A cover and its margins, and what their texts say of a name.

Such a name may be that of the project.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from indexer.extraction.report.cover import Cover, labelled_values
from indexer.extraction.report.learnt_weights import Features
from indexer.extraction.report.project_candidates import ProjectCandidate, front_lines
from indexer.extraction.report.title_words import is_publisher, title_key
from indexer.model.document import Block
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
_MANY = 8
GRANT_NUMBER_NEAR = re.compile(
    r"\b(?:grant|GA|convention|agreement|contract)\b.{0,30}\d{4,}|\b\d{6,9}\b"
    r"|\d{4}-\d-[A-Z]{2}\d{2}|\b[A-Z]{2,6}-(?:19|20)\d\d|\bLIFE\d\d",
    re.IGNORECASE,
)
PROGRAMME_NEAR = re.compile(
    r"\b(?:H2020|Horizon|Interreg|Erasmus|URBACT|LIFE|CERV|ISFP?|DAPHNE|FP7|COST|JPI"
    r"|AMIF|AGIS|Framework Programme|programme-cadre|Co-?funded|[Cc]ofinancé|JUST)\b",
    re.IGNORECASE,
)
_PROJECT_WORD = re.compile(
    r"\b(?:projects?|projets?|consortium|deliverable|livrable)\b", re.IGNORECASE
)
DELIVERABLE_NEAR = re.compile(
    r"\b(?:deliverable|livrable|output|résultat|production intellectuelle"
    r"|[DLO]\.?(?:[A-Z]\d)?\s?\d+\.\d+)\b",
    re.IGNORECASE,
)
_MAX_BODY_WORDS = 14
MAX_TEXT = 20_000
"""The characters in which a name is searched, of the first page and of later ones."""


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
        return [line for line in lines if is_publisher(line)]

    @cached_property
    def largest_size(self) -> float:
        """The largest size of letters, relative to the text; 0 if none is known."""
        return max((block.size for _, block in self.front), default=0.0)

    @cached_property
    def front_lines(self) -> str:
        """The keys of the short blocks of the first page, and of the margins."""
        lines = (
            block for block in self.cover.first_page if not is_sentence(block.text)
        )
        return _text_of((*lines, *self.margins))

    @cached_property
    def front_text(self) -> str:
        """The keys of the sentences of the first page."""
        return _text_of(
            block for block in self.cover.first_page if is_sentence(block.text)
        )

    @cached_property
    def later_text(self) -> str:
        """The keys of the blocks after the first page."""
        first = set(map(id, self.cover.first_page))
        later = (block for block in self.cover.blocks if id(block) not in first)
        return _text_of((*later, *self.cover.ending))

    @cached_property
    def raw_text(self) -> str:
        """The text of all blocks."""
        return "\n".join(block.text for block in self.cover.blocks)[:MAX_TEXT]

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
            "a number of a grant": any(
                GRANT_NUMBER_NEAR.search(b.text) for b in blocks
            ),
            "a programme": any(PROGRAMME_NEAR.search(block.text) for block in blocks),
            "a programme in front": PROGRAMME_NEAR.search(front) is not None,
            "the word project": any(_PROJECT_WORD.search(b.text) for b in blocks),
            "the word project in front": _PROJECT_WORD.search(front) is not None,
            "a deliverable in front": DELIVERABLE_NEAR.search(front) is not None,
        }


def _text_of(blocks: Iterable[Block]) -> str:
    keys = (title_key(block.text.replace("_", " ")) for block in blocks)
    return f" | {' | '.join(keys)[:MAX_TEXT]} | "


def no_project_features(page: ProjectPage) -> Features:
    """Return the features of the answer that a document is of no project."""
    names = {f"none with {name}": float(is_so) for name, is_so in page.has.items()}
    return {"none": 1.0, **{name: value for name, value in names.items() if value}}


def is_sentence(text: str) -> bool:
    """Return whether a text is long, or ends as a sentence."""
    return len(text.split()) > 20 or text.rstrip().endswith(".")


def _is_in_thanks(name: str, page: ProjectPage) -> bool:
    """Return whether all blocks that have a name are thanks to others."""
    blocks = [block.text for block in page.cover.blocks if name in block.text]
    return bool(blocks) and all(map(_THANKS.search, blocks))


def text_features(
    candidate: ProjectCandidate, key: str, page: ProjectPage
) -> dict[str, float]:
    """Return what the texts say of a name, on the first page and after it."""
    lines, front, later = page.front_lines, page.front_text, page.later_text
    count = f"{lines} {front} {later}".count(f" {key} ")
    name = re.escape(key)
    found: dict[str, float] = {
        "eight times or more": count >= _MANY,
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

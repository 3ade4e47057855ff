"""The first pages of a document, their labelled values, and facts with their origin."""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from indexer.extraction.proposals.heading_tree import OutlineBlock
from indexer.model.document import Block, Document, FileProperties
from indexer.model.proposals import ExtractedFact, FactOrigin, Likelihood, MetadataField

COVER_PAGES = 3
COVER_BLOCKS = 60
ENDING_BLOCKS = 10
_BLOCKS_PER_COVER = 15
MAX_TITLE_WORDS = 30
MIN_BODY_WORDS = 25
"""The words of a paragraph from which it is body text."""

MAX_QUOTATION = 160
MAX_BLOCK_LENGTH = 3000

_LABELS: dict[MetadataField, str] = {
    MetadataField.TITLE: (
        r"(?:deliverable|document|report|full)? ?title"
        r"|title of (?:the )?(?:deliverable|document|report)"
        r"|(?:deliverable|document) name|name of (?:the )?(?:deliverable|document)"
        r"|(?:titre|intitulé|nom)(?: complet)? du (?:livrable|document|rapport)"
        r"|titre|intitulé|deliverable|livrable|titel|tittel|título"
        r"|título del? documento|onderwerp|betreff|asunto|oggetto|assunto"
        r"|titolo(?: del documento)?|tytuł|τίτλος|pealkiri"
    ),
    MetadataField.AUTHORS: (
        r"(?:main |lead |contributing |principal |responsible |report |deliverable "
        r"|document )?(?:authors?|writers?)"
        r"(?:\(s\)|/s)?(?:/(?:partners|organi[sz]ations?(?:\(s\))?))?"
        r"|sous la direction d[e’']"
        r"|written by|by|(?:lead |leading )?editors?(?:\(s\))?|prepared by"
        r"|(?:auteure?s?|autrices?)(?:\(s\)|\(e\)s?|\(e,s\)|\(rice\)s?)?"
        r"|auteure?s? du (?:manuel|guide|rapport|document|livrable)"
        r"|conception et rédaction|auteurs? et autrices?|rédigé par|rédaction"
        r"|rédacteurs?(?: et rédactrices?)?|autor(?:en|es|i)?(?:/en|\(es\))?"
        r"|autore|verfasser|auteur\(s\)|redacteurs?|forfattere?|författare|autorid"
    ),
    MetadataField.DATE: (
        r"(?:(?:actual|contractual|planned|official|final) )?(?:(?:submission|delivery"
        r"|publication|release|due|issue|version|revision|completion|document"
        r"|deliverable|report) ){0,2}date(?: of (?:the )?(?:submission|delivery"
        r"|publication|issue|release|preparation|completion|(?:this )?(?:version"
        r"|document|report|deliverable)))?(?: (?:to|for) (?:the )?ec| from annex \d)?"
        r"(?: \([^)]{1,20}\))?|due date of (?:the )?deliverable|version ?[/&] ?date"
        r"|(?:actual |contractual )?(?:submission|delivery)(?: on)?|last updated?"
        r"|date (?:(?:réelle|effective|prévue) )?(?:de (?:la )?(?:remise|publication"
        r"|livraison|rendu|version|parution|diffusion|dépôt|rédaction|soumission"
        r"|mise à jour)(?: (?:effective|réelle|prévue|contractuelle))?"
        r"|du (?:document|livrable|rapport)|d[’'](?:édition|envoi|échéance)|effective"
        r"|prévue|limite)|échéance|due(?: on)?"
        r"|(?:submitted|delivered)(?: on| to (?:the )?(?:ec|commission))?"
        r"|published(?: on)?|issued(?: on)?|publié(?: le)?"
        r"|remis(?: le)?|publication|parution|dernière mise à jour|dépôt légal"
        r"|achevé d[’']imprimer|legal deposit|printed(?: in)?"
        r"|datum|dato|abgabedatum|stand|kuupäev|fecha(?: de (?:entrega|publicación))?"
        r"|última (?:revisión|actualización)(?: del? [\w ]{1,30})?|fecha del documento"
        r"|data(?: (?:di (?:consegna|pubblicazione)|de (?:entrega|publicação)))?"
        r"|ημερομηνία"
    ),
    MetadataField.LEAD: (
        r"(?:lead|leading|responsible) (?:beneficiary|partner|organi[sz]ation"
        r"|institution|participant|contractor)|deliverable lead(?:er)?"
        r"|(?:partenaire )?chef de file|(?:partenaire|organisme) responsable"
        r"|bénéficiaire responsable"
    ),
    MetadataField.GRANT: (
        r"grant agreement(?: (?:no\.?|number|n\s?[°º]))?"
        r"|(?:numéro de (?:la )?)?convention de subvention(?: n\s?[°º])?"
        r"|project (?:number|reference|id|no\.?)|numéro du projet"
        r"|GA(?: (?:no\.?|number))?"
    ),
    MetadataField.PROJECT: (
        r"(?:project|action|programme|activity|supporting activity)"
        r" (?:short name|acronym)|acronym(?: of the"
        r" (?:project|action))?|short name(?: of the project)?"
        r"|(?:(?:h2020|eu|european) )?project(?: (?:full )?(?:title|name))?"
        r"|project / acronym"
        r"|action (?:full )?(?:title|name)"
        r"|(?:nom|acronyme|titre|sigle)(?: court)? du projet|acronyme|projet"
        r"|acrónimo|acronimo|akronym|projekt(?:titel|name)?"
        r"|project ?(?:naam|referentie)|prosjekt(?:navn)?|proyecto|progetto|projeto"
    ),
    MetadataField.LICENCE: r"licen[cs]e|rights|droits|conditions de réutilisation",
    MetadataField.DISSEMINATION: (
        r"dissemination level|(?:niveau de )?diffusion|confidentiality|classification"
        r"|security"
    ),
}
_OTHER_LABELS = (
    r"(?:deliverable|document|work ?package|WP|task|contract|version|livrable|lot|call)"
    r"(?: (?:no\.?|number|n\s?[°º]|id|type|code|leader|identifier))?"
    r"|(?:project )?(?:start|starting|end)(?: date)?(?: of (?:the )?(?:project"
    r"|action))?(?: date)?|(?:project )?duration|type(?: of (?:action|deliverable))?"
    r"|nature|property|value|approval status|number of pages|file ?name|lead by"
    r"|call/topic|document version|(?:internal )?reviewe(?:rs?(?:\(s\))?|d by)"
    r"|partners?|(?:latest|online) version|contributing wps"
    r"|keywords?|status|statut|pages?|contributors?|funding|programme|topic"
    r"|(?:date de )?(?:début|fin) du projet|durée(?: du projet)?|relecteurs?"
    r"|contributeurs?|mots[- ]clés|abstract|summary|résumé|coordinator|coordinateur"
    r"|approved by|organi[sz]ation|name|contact(?: information)?|t[ée]l\.?|mél|e-?mail"
    r"|édition|éditeur|publisher|objet|subject|affaire suivie par|versie|versjon"
    r"|versión|versione|versão|oppdragsgiver|(?:ons|uw) kenmerk|kenmerk"
    r"|bijlagen?|contactpersoon"
)
"""Labels of values that are not extracted; no value continues over one."""

LABEL = re.compile(
    r"(?:^|(?<=\s))(?:"
    + "|".join(f"(?P<{field.value}>{names})" for field, names in _LABELS.items())
    + rf"|{_OTHER_LABELS})\s*[:|]\s*",
    re.IGNORECASE,
)
_CELL_LABEL = {
    field: re.compile(rf"(?:{names})\s*:?", re.IGNORECASE)
    for field, names in _LABELS.items()
}
_ANY_CELL_LABEL = re.compile(
    rf"(?:{'|'.join(_LABELS.values())}|{_OTHER_LABELS})\s*:?", re.IGNORECASE
)

_HISTORY_HEADER = re.compile(
    r"(?:(?:reasons? for|description of(?: the)?|summary of|nature of|nature des?"
    r"|motifs? des?|objet des?|description des?|main) )?(?:changes?|changements?"
    r"|modifications?|revisions?|révisions?|amendments?|évolutions?)(?: made)?"
    r"|notes?|comments?|commentaires?|remarks?|remarques?|observations?|descriptions?"
    r"|actions?|rev\.?|reason|motif|objet|details?|approved(?: by)?|checked(?: by)?"
    r"|approuvé par|vérifié par|validé par|organi[sz]ations?|organisme|sections?",
    re.IGNORECASE,
)
"""Headers of the columns of a history of versions, which are no values."""

SUMMARY_HEADING = re.compile(
    r"[\d. ]*(?:executive summary|summary|abstract|résumé(?: exécutif)?|synthèse"
    r"|in (?:short|brief)|en bref|l['’]essentiel|note de synthèse)\W*",
    re.IGNORECASE,
)


_WEB_PAGE = re.compile(r"\.x?html?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cover:
    """The outline and the first blocks of a document, and its file's properties.

    `ending` has its last blocks, where books have their colophon.
    """

    outline_blocks: Sequence[OutlineBlock]
    blocks: Sequence[Block]
    properties: FileProperties
    name: str
    ending: Sequence[Block] = ()

    @property
    def first_page(self) -> Sequence[Block]:
        """The blocks of the first page, or about as many if the file has no pages."""
        unpaged = sum(block.page is None for block in self.blocks)
        if unpaged == len(self.blocks):
            return self.blocks[:_BLOCKS_PER_COVER]
        return [block for block in self.blocks if (block.page or 1) == 1]

    @property
    def is_web_page(self) -> bool:
        """Whether the name of the file is that of a web page."""
        return _WEB_PAGE.search(self.name) is not None

    @property
    def stem(self) -> str:
        """The file name without extension, its words separated by spaces."""
        stem = self.name.rsplit(".", 1)[0]
        return " ".join(re.split(r"[\s_+]+", stem)).strip()


def first_blocks(document: Document) -> tuple[Block, ...]:
    """Return the blocks of the first pages, truncated if long."""
    first = document.blocks[:COVER_BLOCKS]
    return tuple(_truncated(each) for each in first if (each.page or 1) <= COVER_PAGES)


def last_blocks(document: Document) -> tuple[Block, ...]:
    """Return the last blocks that are not among the first, truncated if long."""
    later = document.blocks[len(first_blocks(document)) :]
    return tuple(map(_truncated, later[-ENDING_BLOCKS:]))


def _truncated(block: Block) -> Block:
    if len(block.text) <= MAX_BLOCK_LENGTH:
        return block
    text = block.text[:MAX_BLOCK_LENGTH]
    return dataclasses.replace(block, text=text, cells=(), lines=())


def block_fact(
    field: MetadataField,
    block: Block,
    *values: str,
    likelihood: Likelihood = Likelihood.HIGH,
) -> ExtractedFact:
    """Return a fact that a block states."""
    origin = FactOrigin(block.text[:MAX_QUOTATION], block.page)
    return ExtractedFact(field, values, origin, likelihood)


def property_fact(
    field: MetadataField,
    name: str,
    *values: str,
    likelihood: Likelihood = Likelihood.LOW,
) -> ExtractedFact:
    """Return a fact from a file property, from the file name or from the whole text."""
    return ExtractedFact(field, values, FactOrigin(property=name), likelihood)


class LabelledValue(NamedTuple):
    """A value, its block, and the label before it in lower case."""

    value: str
    block: Block
    label: str


def labelled_values(cover: Cover, field: MetadataField) -> Iterator[LabelledValue]:
    """Yield the values after the label of a field.

    A value is after the colon, in the cell at the right of the label, in the cell below
    it if the cells of a row are all labels, or in the next block if the label is a
    block of its own.
    """
    for block, following in zip_longest(cover.blocks, cover.blocks[1:]):
        cells = [cell.strip() for cell in block.cells]
        if len(cells) > 1 and any(map(_CELL_LABEL[field].fullmatch, cells)):
            yield from _values_in_row(cells, block, following, field)
        elif _CELL_LABEL[field].fullmatch(block.text.strip()):
            if following is not None and not is_label(following.text):
                label = block.text.strip().rstrip(" :").casefold()
                yield LabelledValue(following.text.strip(), following, label)
        else:
            for label, value in _values_after_label(block.text.strip(), field):
                yield LabelledValue(value, block, label.casefold())


def _values_in_row(
    cells: Sequence[str], block: Block, following: Block | None, field: MetadataField
) -> Iterator[LabelledValue]:
    is_header = sum(map(is_label, cells)) == sum(map(bool, cells))
    below = following.cells if is_header and following is not None else ()
    for position, cell in enumerate(cells):
        if not _CELL_LABEL[field].fullmatch(cell):
            continue
        label = cell.rstrip(" :").casefold()
        if is_header and following is not None and len(below) == len(cells):
            if below[position].strip():
                yield LabelledValue(below[position].strip(), following, label)
            continue
        value = next(filter(_has_words, cells[position + 1 :]), "")
        if value and not (is_label(value) or _HISTORY_HEADER.fullmatch(value)):
            yield LabelledValue(value, block, label)


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


def is_label(text: str) -> bool:
    """Return whether a text is a label, or begins with one and a colon."""
    text = text.strip()
    return bool(text) and (
        _ANY_CELL_LABEL.fullmatch(text) is not None or LABEL.match(text) is not None
    )


def _values_after_label(text: str, field: MetadataField) -> list[tuple[str, str]]:
    """Return the labels of a field and the texts after them, up to the next label.

    Several lines of a cover may have been read as one paragraph.
    """
    labels = list(LABEL.finditer(text))
    if not labels or labels[0].start() > 0:
        return []
    ends = [*(label.start() for label in labels[1:]), len(text)]
    values = [
        (label[field.value], text[label.end() : end].strip())
        for label, end in zip(labels, ends, strict=True)
        if label.lastgroup == field.value
    ]
    return [(label, value) for label, value in values if value]

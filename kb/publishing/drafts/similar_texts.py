"""Records similar to a text, found by a search, and the needs that they answer."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping

from indexer.analysis.analyzer import is_stop_word, word_forms
from indexer.analysis.tokens import tokenize
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import MinimumMatch, Query, Word
from indexer.model.results import Hit, ResultPage
from indexer.model.schema.frame import BODY
from kb.publishing.records.form_values import FormValues, read_values

PROPOSED = 2
MAX_BODY_CHARACTERS = 1_500
MAX_WORDS = 60

MIN_SHARED_FRACTION = 8
"""A similar record shares one in this many words."""

SIMILAR = 40
NEIGHBOURS = 15
OWN_NEED_WEIGHT = 3.0
"""A need that is similar itself counts more than one that a similar record answers."""


def proposed_needs(
    record: RecordId,
    texts: Mapping[str, str],
    corpus: Corpus,
    search: Callable[[Query], ResultPage],
) -> tuple[RecordId, ...]:
    """Return up to two needs that a record may answer, the most likely first.

    They are those of the records that a search for its most frequent words finds, in
    each language in which it is written.

    Raises:
        IndexUnavailableError: there is no index to search.
    """
    values = read_values(record.kind, texts)
    scores: defaultdict[RecordId, float] = defaultdict(float)
    for locale in values.titles:
        found = similar_hits(_text(values, locale), locale, search)
        hits = [hit for hit in found if hit.id != record]
        for hit in hits[:NEIGHBOURS]:
            for need in corpus.answered_needs(hit.id):
                scores[need] += hit.score
        for hit in hits:
            if hit.id.kind is Kind.NEED:
                scores[hit.id] += OWN_NEED_WEIGHT * hit.score
    return tuple(sorted(scores, key=lambda need: -scores[need])[:PROPOSED])


def similar_hits(
    text: str, locale: Locale, search: Callable[[Query], ResultPage]
) -> tuple[Hit, ...]:
    """Return the records that share most of the frequent words of a text, best first.

    Raises:
        IndexUnavailableError: there is no index to search.
    """
    words = tuple(_words(text, locale))
    if not words:
        return ()
    root = MinimumMatch(max(1, len(words) // MIN_SHARED_FRACTION), words)
    query = Query(
        root=root, locale=locale, page_size=SIMILAR, max_passages=0, is_exact=True
    )
    return tuple(search(query).hits)


def _text(values: FormValues, locale: Locale) -> str:
    """Return the words of an edition; those of its title count three times."""
    words = values.words[locale]
    quoted = (item.get("text", "") for item in values.items("quotations"))
    title, summary = words.get("title", ""), words.get("summary", "")
    body = str(words.get(BODY, ""))[:MAX_BODY_CHARACTERS]
    return " ".join(map(str, (*[title] * 3, *[summary] * 2, body, *quoted)))


def _words(text: str, locale: Locale) -> Iterator[Word]:
    """Yield the first word of each of the most frequent stems of a text."""
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for token in tokenize(text):
        is_word = token.text.isalpha() and len(token.text) > 1
        if is_word and not any(is_stop_word(token.text, each) for each in Locale):
            stem = word_forms(token.text, locale)[0]
            counts[stem] += 1
            first.setdefault(stem, token.text)
    for stem, _ in counts.most_common(MAX_WORDS):
        yield Word(first[stem], locale=locale)

"""Changes the tree of a query before it is matched, and lists the words to mark.

Curation adds the records that staff put first for a query, and removes those that they
leave out (`Query.promoted`, `Query.hidden`). It changes which records match, so that
counts, facets, exports and feeds follow; words, marks and reasons stay those of the
query.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from indexer.analysis.analyzer import is_stop_word, word_forms
from indexer.analysis.highlighting import SearchedWords
from indexer.analysis.tokens import phrase_words, query_key
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.judged_queries import Curations
from indexer.model.query import (
    And,
    FilterNode,
    MinimumMatch,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    RecordsNode,
    Synonyms,
    Word,
    flattened,
    text_only,
)
from indexer.search.query_parts import is_asking, is_common, typed_leaves, word_nodes


def has_stop_words(node: Node) -> bool:
    """Return whether any word of a tree is a stop word of either language, or asks."""
    match node:
        case Word():
            return is_common(node.text)
        case And() | Or() | MinimumMatch():
            return any(has_stop_words(child) for child in node.nodes)
        case Not() | Synonyms():
            return has_stop_words(node.node)
        case _:
            return False


def without_stop_words(node: Node, language: Locale) -> Node:
    """Remove the stop words of a language, and the words that only ask, from a tree.

    When no other word is left, stop words become phrases of one word instead: the
    fields of stems do not contain stop words.
    """
    content = _content_words(node, language)
    return _as_phrases(node, language) if content is None else content


def _content_words(node: Node, language: Locale) -> Node | None:
    match node:
        case Word():
            is_subject = not (is_asking(node.text) or is_stop_word(node.text, language))
            return node if is_subject else None
        case And() | Or():
            nodes = tuple(
                content
                for child in node.nodes
                if (content := _content_words(child, language)) is not None
            )
            if not nodes or all(isinstance(child, Not) for child in nodes):
                # An exclusion alone would match nearly every record.
                return None if not nodes else _as_phrases(node, language)
            if len(nodes) == 1:
                return nodes[0]
            return replace(node, nodes=nodes)
        case Synonyms():
            inner = _content_words(node.node, language)
            return node if inner is None else replace(node, node=inner)
        case _:
            return node


def _as_phrases(node: Node, language: Locale) -> Node:
    match node:
        case Word() if is_stop_word(node.text, language):
            return Phrase(node.text, node.is_title_only, node.is_text_only)
        case And() | Or():
            nodes = tuple(_as_phrases(child, language) for child in node.nodes)
            return replace(node, nodes=nodes)
        case Not():
            return Not(_as_phrases(node.node, language))
        case _:
            return node


def without_translations(node: Node) -> Node:
    """Remove the translations of words from a tree, but no name of the glossary.

    The typed spelling stays in both languages.
    """
    match node:
        case Synonyms():
            inner = without_translations(node.node)
            others = (o for o in node.others if not _is_translation(o.node, inner))
            return replace(node, node=inner, others=tuple(others))
        case And() | Or() | MinimumMatch():
            return replace(node, nodes=tuple(map(without_translations, node.nodes)))
        case _:
            return node


def _is_translation(node: Node, typed: Node) -> bool:
    return _is_of_one_language(node) and not (
        isinstance(typed, Word) and isinstance(node, Word) and node.text == typed.text
    )


def _is_of_one_language(node: Node) -> bool:
    """Return whether a node is a translation, or the typed word in one language."""
    return isinstance(node, Word) and node.locale is not None


def relaxable_words(node: Node) -> int:
    """Count the words typed side by side: relaxation may drop some of them."""
    match node:
        case And() if node.is_implicit:
            return len(_words_of(node))
        case MinimumMatch():
            return len(node.nodes)
        case And():
            counts = [relaxable_words(child) for child in node.nodes]
            return max(counts) if sum(count > 0 for count in counts) == 1 else 0
        case Synonyms():
            return relaxable_words(node.node)
        case _:
            return 0


def with_minimum(node: Node, count: int) -> Node:
    """Require `count` of the relaxable words; exclusions and filters do not change.

    Beside a term of several words, which is the subject, one of two or three other
    words is not enough.
    """
    match node:
        case And() if node.is_implicit:
            words = _words_of(node)
            others = tuple(child for child in node.nodes if child not in words)
            some = _some_of(words, count)
            return And((some, *others)) if others else some
        case MinimumMatch():
            return _some_of(node.nodes, count)
        case And():
            nodes = (
                with_minimum(child, count) if relaxable_words(child) else child
                for child in node.nodes
            )
            return And(tuple(nodes))
        case Synonyms():
            return Synonyms(with_minimum(node.node, count), node.others)
        case _:
            return node


def _some_of(words: tuple[Node, ...], count: int) -> Node:
    some = MinimumMatch(count, words)
    if count > 1:
        return some
    terms = tuple(word for word in words if _is_long_term(word))
    if not terms or len(words) - len(terms) not in {2, 3}:
        return some
    # An exclusion has no score, no marks and no reason: twice, it only requires.
    return And((some, Not(Not(Or((*terms, MinimumMatch(2, words)))))))


def _is_long_term(node: Node) -> bool:
    """Return whether a node is a term of the glossary with several words."""
    return isinstance(node, Synonyms) and isinstance(node.node, And)


def _words_of(node: And) -> tuple[Node, ...]:
    return tuple(
        child for child in node.nodes if not isinstance(child, Not | FilterNode)
    )


def has_phrase(node: Node) -> bool:
    """Return whether a tree has a phrase that is not excluded."""
    return any(isinstance(leaf, Phrase) for leaf in typed_leaves(node))


def without_phrases(node: Node) -> Node:
    """Replace each phrase by its words, which may be anywhere in a record."""
    match node:
        case Phrase():
            words: tuple[Node, ...] = (
                *word_nodes(node.text, is_title_only=node.is_title_only),
            )
            if node.is_text_only:
                words = tuple(map(text_only, words))
            return words[0] if len(words) == 1 else And(words, is_implicit=True)
        case And():
            nodes = tuple(without_phrases(child) for child in node.nodes)
            return And(flattened(nodes), node.is_implicit)
        case Or():
            return Or(tuple(without_phrases(child) for child in node.nodes))
        case _:
            return node


def searched_words(node: Node | None) -> SearchedWords:
    """Return the words of a tree to mark in results, without the excluded ones."""
    included = tuple(typed_leaves(node)) if node is not None else ()
    words = [leaf for leaf in included if isinstance(leaf, Word)]
    phrases = [leaf.text for leaf in included if isinstance(leaf, Phrase)]
    return SearchedWords(
        forms={
            locale: frozenset(
                form
                for word in words
                if word.locale in {None, locale}
                for form in word_forms(word.text, locale)
            )
            for locale in Locale
        },
        phrases=tuple(map(phrase_words, phrases)),
        prefixes=tuple(leaf.text for leaf in included if isinstance(leaf, Prefix)),
    )


def with_curations(query: Query, curations: Curations) -> Query:
    """Return a query with the records that staff put first, or leave out, for it.

    A query that is exact, or not expandable (“Only my words”), is returned unchanged.
    """
    if query.is_exact or not query.is_expandable:
        return query
    key = query_key(query.text)
    return replace(
        query,
        promoted=curations.promoted_for(key),
        hidden=frozenset(curations.hidden_for(key)),
    )


def curated_tree(root: Node, query: Query) -> Node:
    """Return a tree that also matches promoted records, and no hidden one.

    It is `root` itself if the query has neither.
    """
    tree = root
    if query.promoted:
        tree = Or((tree, RecordsNode(frozenset(query.promoted))))
    if query.hidden:
        tree = And((tree, Not(RecordsNode(query.hidden))))
    return tree


_PAGES = FilterNode(Filter(FacetName.KIND, Kind.PAGE.value))

NO_PAGES = Not(_PAGES)
"""Leaves out the pages about the service: their examples name what others are about."""


def lists_pages(query: Query) -> bool:
    """Return whether pages about the service are results.

    They are without a text, and where a filter or a field asks for them.
    """
    return query.is_exact or not query.text or _PAGES in filter_nodes(query)


def filter_nodes(query: Query) -> Iterator[FilterNode]:
    """Yield the filters chosen beside a query, and those of its fields."""
    yield from map(FilterNode, query.filters)
    nodes = [query.root]
    while nodes:
        match nodes.pop():
            case FilterNode() as found:
                yield found
            case And() | Or() as parent:
                nodes.extend(parent.nodes)
            case Not() as parent:
                nodes.append(parent.node)


def named_records(query: Query, named: Sequence[RecordId]) -> tuple[RecordId, ...]:
    """Return the records that come first: those promoted, then those named, in order.

    Args:
        query: the query.
        named: the records whose titles, other names or codes are the query.
    """
    return tuple(dict.fromkeys((*query.promoted, *named)))

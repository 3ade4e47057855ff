"""The list of synonyms that were searched."""

from indexer.model.ids import Locale
from indexer.model.query import Expansion, ExpansionSource
from kb.public.search.query_words import ExpansionName, OtherNames, other_names

GLOSSARY, LEXICON = ExpansionSource


def names(*expansions: Expansion, text: str = "vol") -> OtherNames:
    """Return the names for a French reader."""
    found = other_names(expansions, text, Locale.FR)
    assert found is not None
    return found


def test_glossary_names_come_first() -> None:
    """People chose them; a name in the other language is marked."""
    found = names(
        Expansion("vol", "theft", Locale.EN, LEXICON),
        Expansion("vol", "cambriolage", Locale.FR, GLOSSARY),
        Expansion("vol", "burglary", Locale.EN, GLOSSARY),
    )

    assert found.shown == (
        ExpansionName("cambriolage"),
        ExpansionName("burglary", "en"),
        ExpansionName("theft", "en"),
    )


def test_each_typed_word_gets_one_name_before_any_gets_two() -> None:
    """A word with many names must leave room for the others."""
    found = names(
        Expansion("vol", "theft", Locale.EN, LEXICON),
        Expansion("vol", "flight", Locale.EN, LEXICON),
        Expansion("vélo", "bike", Locale.EN, LEXICON),
        text="vol vélo",
    )

    assert [each.text for each in found.shown] == ["theft", "bike", "flight"]


def test_spellings_and_inflections_of_a_name_are_listed_once() -> None:
    """The typed words are not listed at all."""
    found = names(
        Expansion("emeute", "Émeute", Locale.FR, GLOSSARY),
        Expansion("emeute", "riot", Locale.EN, GLOSSARY),
        Expansion("emeute", "Riots", Locale.EN, LEXICON),
        Expansion("emeute", "trouble à l’ordre public", Locale.FR, GLOSSARY),
        Expansion("emeute", "Trouble a l’ordre public", Locale.FR, LEXICON),
        text="emeute",
    )

    assert [each.text for each in found.shown] == ["riot", "trouble à l’ordre public"]


def test_more_than_seven_names_are_folded() -> None:
    """Folding a seventh name would save no room."""

    def several(count: int) -> OtherNames:
        texts = ("a", "b", "c", "d", "e", "f", "g", "h")
        return names(
            *(Expansion("vol", each * 4, Locale.EN, LEXICON) for each in texts[:count])
        )

    assert (len(several(7).shown), len(several(7).more)) == (7, 0)
    assert (len(several(8).shown), len(several(8).more)) == (6, 2)


def test_without_expansions_there_is_no_list() -> None:
    """The page shows no empty line."""
    same = Expansion("drone", "drone", Locale.EN, LEXICON)

    assert other_names((same,), "drone", Locale.FR) is None

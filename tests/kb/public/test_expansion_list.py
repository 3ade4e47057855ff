"""The names that were searched beside what was typed."""

from __future__ import annotations

from indexer.model.ids import Locale
from indexer.model.query import Expansion, ExpansionSource
from kb.public.expansion_list import ExpansionName, OtherNames, other_names

GLOSSARY, LEXICON = ExpansionSource


def names(*expansions: Expansion, text: str = "vol") -> OtherNames:
    """List names for a French reader."""
    found = other_names(expansions, text, Locale.FR)
    assert found is not None
    return found


def test_those_of_the_glossary_come_first() -> None:
    """They were chosen by people; each says its language when it is not the page's."""
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


def test_each_word_typed_has_its_first_name_before_any_has_a_second() -> None:
    """Else a word of many names would leave no room for the others."""
    found = names(
        Expansion("vol", "theft", Locale.EN, LEXICON),
        Expansion("vol", "flight", Locale.EN, LEXICON),
        Expansion("vélo", "bike", Locale.EN, LEXICON),
        text="vol vélo",
    )

    assert [each.text for each in found.shown] == ["theft", "bike", "flight"]


def test_a_name_is_told_once_however_it_is_written() -> None:
    """Accents, capitals, hyphens and endings make no other name; nor what was typed."""
    found = names(
        Expansion("emeute", "Émeute", Locale.FR, GLOSSARY),
        Expansion("emeute", "riot", Locale.EN, GLOSSARY),
        Expansion("emeute", "Riots", Locale.EN, LEXICON),
        Expansion("emeute", "trouble à l’ordre public", Locale.FR, GLOSSARY),
        Expansion("emeute", "Trouble a l’ordre public", Locale.FR, LEXICON),
        text="emeute",
    )

    assert [each.text for each in found.shown] == ["riot", "trouble à l’ordre public"]


def test_many_are_put_away_but_never_one_alone() -> None:
    """Six are read at a glance; to put away the seventh would save no room."""

    def several(count: int) -> OtherNames:
        texts = ("a", "b", "c", "d", "e", "f", "g", "h")
        return names(
            *(Expansion("vol", each * 4, Locale.EN, LEXICON) for each in texts[:count])
        )

    assert (len(several(7).shown), len(several(7).more)) == (7, 0)
    assert (len(several(8).shown), len(several(8).more)) == (6, 2)


def test_nothing_added_lists_nothing() -> None:
    """No empty line."""
    same = Expansion("drone", "drone", Locale.EN, LEXICON)

    assert other_names((same,), "drone", Locale.FR) is None

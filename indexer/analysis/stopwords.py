"""Stop words of both languages, without accents."""

from __future__ import annotations

from indexer.model.ids import Locale

_FRENCH = """
a afin ai aie aient ainsi alors apres as au aucun aucune aujourd aupres auquel aussi
autre autres aux auxquelles auxquels avait avant avec avez avoir avons ayant bien
car ce ceci cela celle celles celui cependant ces cet cette ceux chaque chez comme
comment contre dans de depuis des deja donc dont du elle elles en encore entre es est et
etaient etait etant etre eu eux fait faire faut font hors hui ici il ils je juste la
laquelle le lequel les lesquelles lesquels leur leurs lors lorsque lui ma mais me
meme memes mes mon ne ni non nos notre nous on ont ou par parce parmi pas pendant
peu peut peuvent plus pour pourquoi pouvoir puis puisque qu quand que quel quelle
quelles quels qui quoi sa sans se selon sera serait seront ses si soit son sont sous
suis sur ta tandis te tel telle telles tels tes toi ton tous tout toute toutes tres
tu un une vers voici voila vos votre vous y
"""

_ENGLISH = """
a about above after again against all also am an and any are as at be because been
before being below between both but by can could did do does doing don down during
each few for from further had has have having he her here hers herself him himself
his how i if in into is it its itself just me more most my myself no nor not now of
off on once only or other our ours ourselves out over own s same she should so some
such t than that the their theirs them themselves then there these they this those
through to too under until up very was we were what when where which while who whom
why will with would you your yours yourself yourselves
"""

STOP_WORDS: dict[Locale, frozenset[str]] = {
    Locale.FR: frozenset(_FRENCH.split()),
    Locale.EN: frozenset(_ENGLISH.split()),
}

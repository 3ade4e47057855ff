"""English words whose forms no stemmer brings together: children, stolen, women.

Each line is a word and its irregular forms. Forms that are mostly another word (felt,
found, left, saw) are left out.
"""

from __future__ import annotations

_ENGLISH = """
arise arose arisen
awake awoke awoken
become became
begin began begun
bite bitten
blow blew blown
break broke broken
bring brought
build built
buy bought
catch caught
child children
choose chose chosen
come came
criterion criteria
crisis crises
analysis analyses
basis bases
hypothesis hypotheses
deal dealt
draw drew drawn
drink drank drunk
drive drove driven
eat ate eaten
fall fallen
fight fought
flee fled
fly flew flown
foot feet
forbid forbade forbidden
foresee foresaw foreseen
forget forgot forgotten
forgive forgave forgiven
freeze froze frozen
get got gotten
give gave given
go went gone
grow grew grown
hear heard
hide hid hidden
hold held
keep kept
know knew known
lead led
life lives
lose lost
make made
man men
mean meant
meet met
mislead misled
misunderstand misunderstood
mistake mistook mistaken
mouse mice
overcome overcame
pay paid
phenomenon phenomena
policeman policemen
policewoman policewomen
person persons people
prove proven
ride rode ridden
ring rang rung
rise rose risen
run ran
say said
seek sought
sell sold
send sent
shake shook shaken
shoot shot
show shown
sing sang sung
sit sat
sleep slept
speak spoke spoken
spend spent
stand stood
steal stole stolen
strike struck
swear swore sworn
take took taken
teach taught
tell told
think thought
thief thieves
throw threw thrown
tooth teeth
undergo underwent undergone
understand understood
undertake undertook undertaken
wake woke woken
wear wore worn
wife wives
win won
withdraw withdrew withdrawn
woman women
write wrote written
"""

ENGLISH_BASES: dict[str, str] = {
    form: words[0]
    for words in map(str.split, _ENGLISH.strip().splitlines())
    for form in words[1:]
}
"""The word of the dictionary, by each of its irregular forms."""

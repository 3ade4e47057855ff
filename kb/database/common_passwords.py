"""Common passwords that are long enough.

In lower case, with letters and digits only. A password is also compared without other
characters, and without its last digits.
"""

COMMON = frozenset(
    """
    password passwords passw0rd passwort motdepasse motdepasses monmotdepasse
    nouveaumotdepasse lemotdepasse changemotdepasse motdepasseprovisoire
    mypassword newpassword thepassword mysecretpassword passwordpassword
    motdepassemotdepasse correcthorsebatterystaple securitypassword
    defaultpassword temporarypassword letmein letmeinplease letmeinnow
    changeme changemenow changemeplease pleasechangeme changezmoi
    administrator administrateur administration administrateurs adminadminadmin
    adminpassword rootpassword superadministrator superadmin superutilisateur
    welcome welcometo bienvenue bienvenuebienvenue bonjourbonjour bonjouratous
    iloveyou iloveyouforever iloveyousomuch jetaime jetaimefort jetaimejetaime
    jetaimemonamour monamour monamourpourtoujours
    qwertyuiop qwertyuiopasdf qwertyuiopasdfghjkl qwertyuiopasdfghjklzxcvbnm
    qwertyqwerty qwerty123456 1qaz2wsx3edc 1q2w3e4r5t6y 1q2w3e4r5t6y7u8i
    1q2w3e4r5t6y7u8i9o0p q1w2e3r4t5y6 q1w2e3r4t5y6u7i8 zaq12wsxcde3
    azertyuiop azertyuiopqs azertyuiopqsdf azertyuiopqsdfghjklm
    azertyuiopqsdfghjklmwxcvbn azertyazerty azerty123456 1a2z3e4r5t6y
    1a2z3e4r5t6y7u8i a1z2e3r4t5y6 aqwzsxedcrfv qsdfghjklmwxcvbn
    asdfghjkl asdfghjklzxc zxcvbnmasdfg zxcvbnm asdfasdfasdf qweasdzxc
    qweasdzxcrty poiuytrewq poiuytreza mlkjhgfdsq abcdefghijkl abcdefghijklm
    abcdefghijklmnop abcdefghijklmnopqrstuvwxyz abcd1234abcd abc123abc123
    abcdef123456 a1b2c3d4e5f6 aaaaaaaaaaaa 123456789abc 123456abcdef
    1234567890 123456789012 1234567890123 12345678901234 123456789012345
    1234567890123456 12345678910 1234567891011 123456789101112 0123456789012
    012345678910 123456123456 123456789123 123456789123456789 123123123123
    112233445566 11223344556677 987654321098 9876543210123 098765432109
    987654321987 121212121212 101010101010 111111111111 000000000000
    012345678901 147258369147 147852369147 159753159753 789456123789 789456123000
    trustno1trustno1 starwars starwarsstarwars supermansuperman batmanbatman
    sunshine sunshinesunshine princess princessprincess footballfootball
    football baseballbaseball monkeymonkey dragondragon mastermaster
    michaeljordan michaeljackson manchesterunited liverpoolfc realmadrid
    barcelona parissaintgermain olympiquedemarseille allezlesbleus
    allezlom vivelafrance vivelafrancevivelafrance libertelibertes
    liberteegalitefraternite libertegalitefraternite francefrance
    parisparisparis marseillemarseille chocolatchocolat doudoudoudou
    loulouloulou coucoucoucou soleilsoleil nicolasnicolas
    securite securiteurbaine securitepublique innovationetsecurite
    innovationsecurite innovationandsecurity innovationsecurity urbansecurity
    publicsecurity forumeuropeen forumeuropeenpourlasecuriteurbaine
    europeanforum europeanforumforurbansecurity efusefusefus efus efusefus
    medi4sec medi4secmedi4sec mediasecurity socialmedia
    knowledgebase basedeconnaissances groupedetravail workinggroup
    computercomputer ordinateur internetinternet loginlogin loginloginlogin
    secretsecret topsecrettopsecret topsecret verysecret tressecret
    jesuissecret unsecret ceciestunmotdepasse cestunmotdepasse
    thisisapassword thisismypassword passwordforme ilovepassword
    testtesttest testtest testpassword testtesttesttest exampleexample
    temporaire provisoire default defaut azerty qwerty
    """.split()
)

"""Tests of the recognition of passwords that attackers guess first."""

import random
import string
from pathlib import Path

import pytest

from indexer.lexicon.lexicon import shipped_table
from kb.database.common_passwords import guessable
from kb.database.common_passwords.guessable import (
    DIGEST_BYTES,
    LIST_FILE,
    folded,
    is_listed,
    own_words,
)
from kb.database.errors import PasswordError, PasswordFault
from kb.database.passwords import check_password, hash_password
from kb.database.staff_database import StaffDatabase
from tests.support.staff import a_state, an_account

KNOWN = Path(__file__).with_name("known_passwords.txt")
"""Long passwords of French and English lists of leaked passwords, and their like."""

LEA = "lea.durand@ville.example.org"


def fault(password: str) -> PasswordFault | None:
    """Return why a password is rejected."""
    try:
        check_password(password, email=LEA)
    except PasswordError as error:
        return error.fault
    return None


def table_words() -> list[str]:
    """Return the plain words of the French–English table, six letters or more."""
    lines = shipped_table().content.decode().splitlines()
    forms = {line.split("\t")[1] for line in lines}
    return sorted(each for each in forms if each.isalpha() and len(each) >= 6)


def test_well_known_long_passwords_are_rejected() -> None:
    """Ninety-nine of them, with digits, symbols, repetitions and substitutes."""
    known = KNOWN.read_text("utf-8").splitlines()

    accepted = [each for each in known if fault(each) is None]

    assert len(set(known)) == 99
    assert accepted == []


@pytest.mark.load
@pytest.mark.parametrize("words", [4, 5])
def test_random_words_are_accepted(words: int) -> None:
    """A hundred passphrases of each length."""
    chance, table = random.Random(words), table_words()  # noqa: S311  # the same for each run
    phrases = [
        chance.choice((" ", "-", "")).join(chance.sample(table, words))
        for _ in range(100)
    ]

    assert [each for each in phrases if fault(each) is not None] == []


def test_random_characters_are_accepted() -> None:
    """A password manager makes such passwords."""
    chance = random.Random(16)  # noqa: S311  # the same for each run
    characters = string.ascii_letters + string.digits + "-_.!?"
    made = ["".join(chance.choices(characters, k=16)) for _ in range(200)]

    assert [each for each in made if fault(each) is not None] == []


@pytest.mark.parametrize(
    "password",
    [
        *("soleilsoleilsoleil", "soleil-marseille-2024", "Soleil/Marseille"),
        *("S0le1l&M4rseille", "essapedtom-lielos", "xk4xk4xk4xk4", "éàéàùùèèççéà"),
        *("poiuytrewqasdf", "19871225 Nathalie", "!@#$%^&*()_+", "ЁЁЁЁЁЁЁЁЁЁЁЁ"),
    ],
)
def test_what_is_made_of_one_or_two_common_words_is_rejected(password: str) -> None:
    """Also backwards, repeated, and of keys that lie side by side."""
    assert fault(password) is PasswordFault.COMMON


@pytest.mark.parametrize(
    "password",
    [
        *("lea.durand@ville.example.org", "Léa Durand 2026", "durand-durand-1"),
        *("ville.example.org", "DurandLeaVille", "1234 Durand 5678"),
    ],
)
def test_the_own_address_is_rejected(password: str) -> None:
    """Its parts too, in any order, with digits."""
    assert fault(password) is PasswordFault.OWN_NAME


@pytest.mark.parametrize("word", ["azerty", "Durand", "soleil", "password 12"])
def test_own_names_with_a_common_word_are_rejected(word: str) -> None:
    """The address of a colleague is public."""
    assert fault(f"Lea Durand {word}") is not None


def test_long_passwords_are_checked_quickly() -> None:
    """The longest ones have thousands of parts, each of which is looked up once."""
    for text in ("a1", "pa55w0rd", "qwerty!", "0"):
        assert fault((text * 256)[:256]) is PasswordFault.COMMON


def test_the_list_contains_tens_of_thousands_of_digests() -> None:
    """They are sorted: a lookup is a binary search."""
    content = LIST_FILE.read_bytes()
    starts = range(0, len(content), DIGEST_BYTES)
    digests = [content[start : start + DIGEST_BYTES] for start in starts]

    assert len(digests) > 80_000
    assert digests == sorted(set(digests))
    assert all(len(each) == DIGEST_BYTES for each in digests)


def test_our_own_passwords_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line of our file is enough; digits alone are left out."""
    own_words.cache_clear()
    monkeypatch.setattr(guessable, "OWN_FILE", tmp_path / "own.txt")
    (tmp_path / "own.txt").write_text("Wombât@2024\n123456\n", "utf-8")

    assert own_words() == {"wombat2024", "wombat"}
    assert is_listed("wombat")
    assert not is_listed("no common password")
    assert not is_listed("")
    own_words.cache_clear()


def test_a_word_is_folded() -> None:
    """Case, accents, ligatures and spaces do not count."""
    assert folded("Cœur d’Été-2024 !") == "coeurdete2024!"


def test_an_earlier_password_still_signs_in(tmp_path: Path) -> None:
    """Only new passwords are checked."""
    state: StaffDatabase = a_state(tmp_path)
    an_account(state, LEA)
    with state.store.writing() as connection:
        connection.execute(
            "UPDATE accounts SET password_hash = ?", (hash_password("Password123456!"),)
        )

    assert state.sessions.sign_in(LEA, "Password123456!", browser="")

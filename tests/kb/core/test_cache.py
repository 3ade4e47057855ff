"""Cache keys by identity."""

from kb.core.cache import IdentityKey


def test_an_identity_key_equals_only_a_key_of_the_same_object() -> None:
    """Two equal records may come from different readings of the content."""
    one, equal = ["a"], ["a"]

    assert IdentityKey(one) == IdentityKey(one)
    assert hash(IdentityKey(one)) == hash(IdentityKey(one))
    assert IdentityKey(one) != IdentityKey(equal)
    assert IdentityKey(one) != one

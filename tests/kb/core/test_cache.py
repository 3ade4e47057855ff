"""What is kept of one generation of the index."""

from __future__ import annotations

import threading

from kb.core.cache import GenerationCache, IdentityKey


def test_a_value_is_made_once_while_the_index_is_the_same() -> None:
    """A second visitor does not wait for it."""
    memory: GenerationCache[str, int] = GenerationCache(10)
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [memory.recall("g1", "a", make) for _ in range(3)] == [1, 1, 1]
    assert memory.recall("g2", "a", make) == 2
    assert memory.recall("g1", "a", make) == 3


def test_the_values_used_last_are_kept() -> None:
    """It never grows beyond its size."""
    memory: GenerationCache[str, str] = GenerationCache(2)

    for key in ("a", "b", "a", "c"):
        memory.recall("g1", key, lambda key=key: key)  # type: ignore[misc]

    assert len(memory) == 2
    assert memory.recall("g1", "a", lambda: "made again") == "a"
    assert memory.recall("g1", "b", lambda: "made again") == "made again"


def test_threads_may_ask_at_once() -> None:
    """None is given a value of another key, and what fails is not kept."""
    memory: GenerationCache[int, int] = GenerationCache(5)
    wrong: list[int] = []

    def ask(start: int) -> None:
        for number in range(start, start + 500):
            key, generation = number % 7, str(number // 50 % 3)
            if memory.recall(generation, key, lambda key=key: key) != key:  # type: ignore[misc]
                wrong.append(number)

    threads = [threading.Thread(target=ask, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert len(memory) <= 5


def test_a_thing_is_the_same_as_itself_alone() -> None:
    """A record that was read again may be equal, and what it names no longer be."""
    one, like_it = ["a"], ["a"]

    assert IdentityKey(one) == IdentityKey(one)
    assert hash(IdentityKey(one)) == hash(IdentityKey(one))
    assert IdentityKey(one) != IdentityKey(like_it)
    assert IdentityKey(one) != one

"""Published records: list, history, trash, and the pairs of words of the lexicon."""
